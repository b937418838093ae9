//! The parameters that AWS publishes.
//!
//! Source: *Calling AMI public parameters* in the Systems Manager user guide.

use crate::context::Context;
use crate::image::Image;
use crate::ssm::Parameter;

/// Where AWS publishes the newest Amazon Linux images.
const AMAZON_LINUX: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-";

/// Whether a name is one of AWS's own.
pub(crate) fn is_public(name: &str) -> bool {
    name.starts_with("/aws/service/")
}

/// The public parameter of a name.
pub(crate) fn parameter(context: &Context<'_>, name: &str) -> Option<Parameter> {
    let image = newest_amazon_linux(context, name.strip_prefix(AMAZON_LINUX)?)?;
    Some(Parameter::given(name, &image))
}

/// The newest image for `default-x86_64`, `6.1-arm64` and the like.
fn newest_amazon_linux(context: &Context<'_>, variant: &str) -> Option<String> {
    let (kernel, architecture) = variant.split_once('-')?;
    let fits = |image: &Image| {
        image.owner == crate::image::AMAZON && image.name.starts_with("al2023-ami-2023.") && image.architecture == architecture
    };
    let images = context.images().filter(|(_, image)| ["default", "6.1"].contains(&kernel) && fits(image));
    images.max_by(|(_, one), (_, other)| one.creation_date.cmp(&other.creation_date)).map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    const NEWEST: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

    #[tokio::test(start_paused = true)]
    async fn the_public_parameter_names_the_newest_image() {
        let world = World::new();
        let answer = world.json("GetParameter", &serde_json::json!({ "Name": NEWEST })).await;
        let image = answer["Parameter"]["Value"].as_str().unwrap().to_owned();
        let images = world.ok("DescribeImages", &[("ImageId.1", &image)]).await;
        assert!(images.contains("<name>al2023-ami-2023.9."), "{images}");
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_parameters_are_listed_or_refused() {
        let world = World::with(|builder| builder.parameter("/own", "value"));
        let answer = world.json("GetParameters", &serde_json::json!({ "Names": ["/own", "/none"] })).await;
        assert_eq!(answer["Parameters"][0]["Value"], "value");
        assert_eq!(answer["InvalidParameters"], serde_json::json!(["/none"]));
        let answer = world.json("GetParameter", &serde_json::json!({ "Name": "/none" })).await;
        assert_eq!(answer["__type"], "ParameterNotFound");
    }
}

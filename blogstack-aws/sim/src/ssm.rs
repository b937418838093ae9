//! The simulated Systems Manager: public and own parameters, read only.
//!
//! Source: *`GetParameter`* and *`GetParameters`* in the Systems Manager API reference; *Calling AMI public parameters*.

use serde_json::{Value, json};

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::image::Image;
use crate::moment;
use crate::protocol::reply::Answer;

/// Where AWS publishes the newest Amazon Linux images.
const AMAZON_LINUX: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-";

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    match name {
        "GetParameter" => Some(|context, request| get(context, &request.json)),
        "GetParameters" => Some(|context, request| get_several(context, &request.json)),
        _ => None,
    }
}

fn get(context: &Context<'_>, body: &Value) -> Result<Answer, Failure> {
    context.params.read_all();
    let name = body["Name"].as_str().ok_or_else(|| Failure::new("ValidationException", "Name is required"))?;
    let value = value_of(context, name).ok_or_else(|| Failure::new("ParameterNotFound", format!("Parameter {name} not found.")))?;
    Ok(Answer::Json(json!({ "Parameter": parameter(context, name, &value) })))
}

fn get_several(context: &Context<'_>, body: &Value) -> Result<Answer, Failure> {
    context.params.read_all();
    let names: Vec<&str> = body["Names"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !(1..=10).contains(&names.len()) {
        return Err(Failure::new("ValidationException", "Member must have length between 1 and 10"));
    }
    let known = |name: &str| value_of(context, name).map(|value| parameter(context, name, &value));
    let (found, missing): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| known(name).is_some());
    let found: Vec<Value> = found.into_iter().filter_map(known).collect();
    Ok(Answer::Json(json!({ "Parameters": found, "InvalidParameters": missing })))
}

fn parameter(context: &Context<'_>, name: &str, value: &str) -> Value {
    let (region, account) = (&context.place.region, &context.place.account);
    let owner = if name.starts_with("/aws/service/") { "" } else { account };
    let separator = if name.starts_with('/') { "" } else { "/" };
    let is_image = value.starts_with("ami-");
    json!({
        "Name": name,
        "Type": "String",
        "Value": value,
        "Version": 1,
        "LastModifiedDate": moment::unix_seconds(0),
        "ARN": format!("arn:aws:ssm:{region}:{owner}:parameter{separator}{name}"),
        "DataType": if is_image { "aws:ec2:image" } else { "text" },
    })
}

fn value_of(context: &Context<'_>, name: &str) -> Option<String> {
    let own = context.settings.parameters.get(name).cloned();
    own.or_else(|| newest_amazon_linux(context, name.strip_prefix(AMAZON_LINUX)?))
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

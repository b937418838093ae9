//! Machine images, found by name or by a public parameter.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html>

use blogstack_core::{
    Home, IntoInput, Lookup, Set, Value,
    provider::{ErrorKind, LookupProvider, ProviderError, Result},
};

use super::described::filter;
use crate::{account::Account, call};

/// The id of a machine image, as in `ami-0abcdef1234567890`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct ImageId(pub String);

impl IntoInput<ImageId> for &str {
    fn into_input(self) -> blogstack_core::Input<ImageId> {
        ImageId(self.to_owned()).into_input()
    }
}

/// The newest image with a name like this.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::ImageByName;
///
/// fn program(s: &Scope) {
///     let image = s.look_up(ImageByName::new("137112412989", "al2023-ami-2023.*-x86_64"));
///     s.export("image", &image);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Value)]
pub struct ImageByName {
    /// Accounts, or `self` and `amazon`.
    pub owners: Set<String>,
    /// The name; `*` and `?` stand for other characters.
    pub name: String,
    /// `x86_64` or `arm64`; any when unset.
    pub architecture: Option<String>,
}

impl ImageByName {
    /// An image of this owner with a name like this.
    pub fn new(owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self { owners: [owner.into()].into_iter().collect(), name: name.into(), architecture: None }
    }

    /// Only images for this architecture.
    #[must_use]
    pub fn of_architecture(self, architecture: impl Into<String>) -> Self {
        Self { architecture: Some(architecture.into()), ..self }
    }
}

impl Lookup for ImageByName {
    const TYPE: &'static str = "aws:ec2/image-by-name";
    type Answer = ImageId;
}

pub(super) struct ByName(pub(super) Account);

impl LookupProvider for ByName {
    type Question = ImageByName;

    async fn look_up(&self, home: &Home, question: ImageByName) -> Result<ImageId> {
        let client = self.0.ec2(home);
        let mut filters = vec![filter("name", [question.name.as_str()]), filter("state", ["available"])];
        filters.extend(question.architecture.as_deref().map(|architecture| filter("architecture", [architecture])));
        let owners: Vec<String> = question.owners.iter().cloned().collect();
        let images = call::pages(|token| async {
            let request = client.describe_images().set_owners(Some(owners.clone())).set_filters(Some(filters.clone()));
            let request = request.max_results(1000).set_next_token(token);
            let page = call::read("ec2:DescribeImages", || request.clone().send()).await?;
            Ok((page.images, page.next_token))
        });
        let newest = images.await?.into_iter().max_by_key(|image| (image.creation_date.clone(), image.image_id.clone()));
        newest.and_then(|image| image.image_id).map(ImageId).ok_or_else(|| {
            let message = format!("no image of {} in {} is called `{}`", owners.join(", "), home.region.as_deref().unwrap_or("-"), question.name);
            ProviderError::new(ErrorKind::NotFound, "ec2:DescribeImages", message).hint("check owner, name and region")
        })
    }
}

/// The image that a public parameter names: AWS keeps one for the newest of each family.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html>
#[derive(Debug, Clone, PartialEq, Value)]
pub struct ImageByParameter {
    /// The parameter's path.
    pub path: String,
}

impl ImageByParameter {
    /// The image that this parameter names.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }
}

impl Lookup for ImageByParameter {
    const TYPE: &'static str = "aws:ec2/image-by-parameter";
    type Answer = ImageId;
}

pub(super) struct ByParameter(pub(super) Account);

impl LookupProvider for ByParameter {
    type Question = ImageByParameter;

    async fn look_up(&self, home: &Home, question: ImageByParameter) -> Result<ImageId> {
        let request = self.0.ssm(home).get_parameter().name(&question.path);
        let answer = call::read("ssm:GetParameter", || request.clone().send()).await;
        let answer = answer.map_err(|error| match error.code.as_deref() {
            Some("ParameterNotFound") => ProviderError { message: format!("there is no parameter `{}`", question.path), ..error },
            _ => error,
        })?;
        let value = answer.parameter.and_then(|parameter| parameter.value);
        value.map(ImageId).ok_or_else(|| call::missing("ssm:GetParameter", "value"))
    }
}

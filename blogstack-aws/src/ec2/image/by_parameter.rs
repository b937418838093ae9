//! An image whose id stands in a parameter.
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html>

use blogstack_core::{
    Home, Lookup, Value,
    provider::{ErrorKind, LookupProvider, ProviderError, Result},
};

use super::ImageId;
use crate::{
    account::Account,
    call::{self, missing},
};

/// A question for an image, made by [`Image::by_parameter`](super::Image::by_parameter).
#[derive(Debug, Clone, PartialEq, Eq, Value)]
#[must_use = "a question is asked when it is passed to `Scope::look_up`"]
pub struct ImageByParameter {
    pub(super) name: String,
}

impl Lookup for ImageByParameter {
    const TYPE: &'static str = "aws:ec2/image-by-parameter";
    type Answer = ImageId;
}

pub(in crate::ec2) struct Provider(pub(in crate::ec2) Account);

const OPERATION: &str = "ssm:GetParameter";

impl LookupProvider for Provider {
    type Question = ImageByParameter;

    /// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
    async fn look_up(&self, home: &Home, ImageByParameter { name }: ImageByParameter) -> Result<ImageId> {
        let request = self.0.ssm(home).get_parameter().name(&name);
        let answer = call::read(OPERATION, || request.clone().send()).await.map_err(|error| unknown(error, home, &name))?;
        let value = answer.parameter.and_then(|parameter| parameter.value).ok_or_else(|| missing(OPERATION, "value"))?;
        if value.starts_with("ami-") {
            return Ok(ImageId(value));
        }
        let message = format!("the parameter `{name}` holds no image id, but `{value}`");
        Err(ProviderError::new(ErrorKind::Rejected, OPERATION, message))
    }
}

fn unknown(error: ProviderError, home: &Home, name: &str) -> ProviderError {
    if !error.is_code("ParameterNotFound") {
        return error;
    }
    let message = format!("there is no parameter `{name}` in {}", home.region.as_deref().unwrap_or("this region"));
    let hint = "`aws ssm get-parameters-by-path --path /aws/service/ami-amazon-linux-latest` lists what AWS publishes";
    ProviderError { message, ..error }.hint(hint)
}

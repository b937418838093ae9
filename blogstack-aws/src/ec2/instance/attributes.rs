//! Attributes of an instance that are set by a call each.

use aws_sdk_ec2::{
    Client,
    operation::modify_instance_attribute::builders::ModifyInstanceAttributeFluentBuilder as Modify,
    primitives::Blob,
    types::{AttributeBooleanValue, AttributeValue, InstanceCreditSpecificationRequest, SecureBlobAttributeValue},
};
use blogstack_core::{
    Id,
    provider::{ErrorKind, ProviderError, Result},
};

use super::{CpuCredits, Instance, MetadataOptions, values::word};
use crate::call;

/// One attribute a call.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html>
pub(super) async fn modify(client: &Client, id: &Id<Instance>, attribute: impl Fn(Modify) -> Modify) -> Result<()> {
    let request = attribute(client.modify_instance_attribute().instance_id(id.as_str()));
    call::change("ec2:ModifyInstanceAttribute", || request.clone().send()).await.map(drop)
}

pub(super) fn boolean(value: bool) -> AttributeBooleanValue {
    AttributeBooleanValue::builder().value(value).build()
}

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::builder().value(value).build()
}

/// The SDK encodes it.
pub(super) fn blob(value: &str) -> SecureBlobAttributeValue {
    SecureBlobAttributeValue::builder().value(Blob::new(value)).build()
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html>
pub(super) async fn set_monitoring(client: &Client, id: &Id<Instance>, on: bool) -> Result<()> {
    if on {
        let request = client.monitor_instances().instance_ids(id.as_str());
        call::change("ec2:MonitorInstances", || request.clone().send()).await.map(drop)
    } else {
        let request = client.unmonitor_instances().instance_ids(id.as_str());
        call::change("ec2:UnmonitorInstances", || request.clone().send()).await.map(drop)
    }
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html>
pub(super) async fn set_metadata_options(client: &Client, id: &Id<Instance>, options: &MetadataOptions) -> Result<()> {
    let request = client
        .modify_instance_metadata_options()
        .instance_id(id.as_str())
        .set_http_tokens(options.http_tokens.as_ref().map(|tokens| word(tokens).as_str().into()))
        .set_http_put_response_hop_limit(options.http_put_response_hop_limit.map(i32::from))
        .set_http_endpoint(options.http_endpoint.as_ref().map(|switch| word(switch).as_str().into()))
        .set_instance_metadata_tags(options.instance_metadata_tags.as_ref().map(|switch| word(switch).as_str().into()));
    call::change("ec2:ModifyInstanceMetadataOptions", || request.clone().send()).await.map(drop)
}

/// It succeeds with failures inside.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCreditSpecification.html>
pub(super) async fn set_cpu_credits(client: &Client, id: &Id<Instance>, credits: CpuCredits) -> Result<()> {
    let operation = "ec2:ModifyInstanceCreditSpecification";
    let specification = InstanceCreditSpecificationRequest::builder().instance_id(id.as_str()).cpu_credits(word(&credits)).build();
    let request = client.modify_instance_credit_specification().instance_credit_specifications(specification);
    let answer = call::change(operation, || request.clone().send()).await?;
    let Some(error) = answer.unsuccessful_instance_credit_specifications().iter().find_map(|one| one.error()) else { return Ok(()) };
    let code = error.code().map(|code| code.as_str().to_owned());
    let refused = ProviderError::new(ErrorKind::Rejected, operation, error.message().unwrap_or("no reason is given"));
    Err(ProviderError { code, ..refused }.field("cpu_credits"))
}

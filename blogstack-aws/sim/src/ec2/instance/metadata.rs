//! Options of the instance metadata service.
//!
//! Source: *`InstanceMetadataOptionsRequest`*, *`ModifyInstanceMetadataOptions`*, *Order of precedence*: an image for version 2
//! only makes tokens required and the hop limit 2.

use crate::context::Context;
use crate::ec2::instance::{Instance, Metadata, State};
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::xml::Xml;

/// What an instance has when nothing is said.
pub(super) fn standard() -> Metadata {
    Metadata {
        http_tokens: "required".to_owned(),
        http_endpoint: "enabled".to_owned(),
        http_protocol_ipv6: "disabled".to_owned(),
        hop_limit: 2,
        instance_tags: "disabled".to_owned(),
    }
}

/// Changes what a request says.
pub(super) fn update(metadata: &mut Metadata, params: &Params) -> Result<(), Failure> {
    let enabled = ["enabled", "disabled"];
    set(&mut metadata.http_tokens, params, "HttpTokens", &["required", "optional"])?;
    set(&mut metadata.http_endpoint, params, "HttpEndpoint", &enabled)?;
    set(&mut metadata.http_protocol_ipv6, params, "HttpProtocolIpv6", &enabled)?;
    set(&mut metadata.instance_tags, params, "InstanceMetadataTags", &enabled)?;
    if let Some(limit) = params.number::<u32>("HttpPutResponseHopLimit")? {
        if !(1..=64).contains(&limit) {
            return Err(Failure::invalid(limit, "HttpPutResponseHopLimit", "Expecting a value between 1 and 64"));
        }
        metadata.hop_limit = limit;
    }
    Ok(())
}

fn set(field: &mut String, params: &Params, name: &str, allowed: &[&str]) -> Result<(), Failure> {
    match params.text(name) {
        None => Ok(()),
        Some(value) if allowed.contains(&value) => {
            value.clone_into(field);
            Ok(())
        }
        Some(other) => Err(Failure::invalid(other, name, format!("Expecting {}", allowed.join(" or ")))),
    }
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let instance = context.named::<Instance>("InstanceId")?;
    if matches!(instance.state, State::ShuttingDown | State::Terminated) {
        let message = format!("The instance '{}' is not in a valid state for this operation.", instance.id);
        return Err(Failure::new("IncorrectInstanceState", message));
    }
    let mut metadata = instance.metadata;
    update(&mut metadata, &context.params)?;
    let mut xml = Xml::new();
    xml.text("instanceId", &instance.id);
    xml.nest("instanceMetadataOptions", |xml| write(xml, &metadata));
    context.change::<Instance>(&instance.id)?.metadata = metadata;
    Ok(xml)
}

pub(super) fn write(xml: &mut Xml, metadata: &Metadata) {
    xml.text("state", "applied").text("httpTokens", &metadata.http_tokens);
    xml.text("httpPutResponseHopLimit", metadata.hop_limit).text("httpEndpoint", &metadata.http_endpoint);
    xml.text("httpProtocolIpv6", &metadata.http_protocol_ipv6).text("instanceMetadataTags", &metadata.instance_tags);
}

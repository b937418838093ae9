//! Makes target groups.
//!
//! Source: *`CreateTargetGroup`*, whose defaults depend on protocol and target type.

use serde_json::json;

use super::{HealthCheck, TargetGroup, change};
use crate::context::Context;
use crate::ec2::vpc::Vpc;
use crate::elbv2::{arn, attribute, check_name, check_word, digits, invalid, number_within, required, tags};
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;

/// The protocols of listeners and groups.
pub(crate) const PROTOCOLS: [&str; 6] = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"];

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (wanted, tags) = (read(context)?, tags::read(&context.params)?);
    let namesake = context.region.target_groups.iter().find(|group| group.name == wanted.name).cloned();
    let group = match namesake {
        Some(group) if wanted.is_like(&group) => group,
        Some(_) => {
            let message = format!("A target group with the same name '{}' exists, but with different settings", wanted.name);
            return Err(Failure::new("DuplicateTargetGroupName", message));
        }
        None => {
            context.within_quota::<TargetGroup>("target-groups", "TooManyTargetGroups")?;
            let digits = digits(context, "targetgroup");
            let group = TargetGroup { arn: arn(context, &format!("targetgroup/{}/{digits}", wanted.name)), tags, ..wanted };
            context.add(group.clone());
            group
        }
    };
    Ok(Answer::Json(json!({ "TargetGroups": [group.written(context)] })))
}

fn read(context: &Context<'_>) -> Result<TargetGroup, Failure> {
    let params = &context.params;
    let name = required(context, "Name")?;
    check_name(&name, "Target group")?;
    let target_type = params.owned("TargetType").unwrap_or_else(|| "instance".to_owned());
    check_word(&target_type, &["instance", "ip", "lambda", "alb"], "targetType")?;
    let (protocol, port, vpc) = place(context, &target_type)?;
    let web = matches!(protocol.as_deref(), Some("HTTP" | "HTTPS"));
    let protocol_version = params.owned("ProtocolVersion").or_else(|| web.then(|| "HTTP1".to_owned()));
    if let Some(version) = &protocol_version {
        check_word(version, &["HTTP1", "HTTP2", "GRPC"], "protocolVersion")?;
        if !web {
            return Err(invalid(format!("The protocol version '{version}' is only supported for the protocols HTTP and HTTPS")));
        }
    }
    let ip_address_type = params.owned("IpAddressType").or_else(|| vpc.as_ref().map(|_| "ipv4".to_owned()));
    let mut health_check = standard(&target_type, protocol.as_deref(), protocol_version.as_deref());
    change::health_check(context, &mut health_check, protocol_version.as_deref())?;
    let (arn, tags, targets) = (String::new(), Tags::new(), Vec::new());
    let attributes = attribute::Attributes::new();
    let mut group = TargetGroup {
        arn,
        name,
        protocol,
        protocol_version,
        port,
        vpc,
        target_type,
        ip_address_type,
        health_check,
        attributes,
        targets,
        tags,
    };
    group.attributes = attribute::defaults(&group.known_attributes());
    Ok(group)
}

type Place = (Option<String>, Option<u16>, Option<String>);

/// Protocol, port and network, which functions have none of.
fn place(context: &Context<'_>, target_type: &str) -> Result<Place, Failure> {
    let (protocol, vpc) = (context.params.owned("Protocol"), context.params.owned("VpcId"));
    let port = number_within(context, "Port", 1, 65_535)?.and_then(|port| u16::try_from(port).ok());
    if target_type == "lambda" {
        let parts = [("Protocol", protocol.is_some()), ("Port", port.is_some()), ("VPC ID", vpc.is_some())];
        return match parts.into_iter().find(|(_, set)| *set) {
            Some((part, _)) => Err(invalid(format!("{part} cannot be specified for target groups with target type 'lambda'"))),
            None => Ok((None, None, None)),
        };
    }
    let absent = |part: &str| invalid(format!("A {part} must be specified"));
    let protocol = protocol.ok_or_else(|| absent("protocol"))?;
    check_word(&protocol, &PROTOCOLS, "protocol")?;
    let (port, vpc) = (port.ok_or_else(|| absent("port"))?, vpc.ok_or_else(|| absent("VPC ID"))?);
    if context.find::<Vpc>(&vpc).is_err() {
        return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
    }
    if target_type == "alb" && protocol != "TCP" {
        return Err(invalid("A target group with target type 'alb' must have the protocol TCP"));
    }
    Ok((Some(protocol), Some(port), Some(vpc)))
}

/// The health check of a group for which nothing is said.
fn standard(target_type: &str, protocol: Option<&str>, version: Option<&str>) -> HealthCheck {
    let (lambda, grpc) = (target_type == "lambda", version == Some("GRPC"));
    let web = lambda || target_type == "alb" || matches!(protocol, Some("HTTP" | "HTTPS"));
    let timeout = match protocol {
        _ if lambda => 30,
        Some("HTTP" | "HTTPS") => 5,
        _ if target_type == "alb" => 6,
        _ => 10,
    };
    let check_protocol = if web { "HTTP" } else { "TCP" };
    let path = if grpc { "/AWS.ALB/healthcheck" } else { "/" };
    let codes = if target_type == "alb" { "200-399" } else { "200" };
    HealthCheck {
        enabled: !lambda,
        protocol: (!lambda).then(|| check_protocol.to_owned()),
        port: (!lambda).then(|| "traffic-port".to_owned()),
        path: web.then(|| path.to_owned()),
        interval: if lambda { 35 } else { 30 },
        timeout,
        healthy: 5,
        unhealthy: 2,
        http_code: (web && !grpc).then(|| codes.to_owned()),
        grpc_code: grpc.then(|| "12".to_owned()),
    }
}

impl TargetGroup {
    /// Whether a request for this one is answered with the other: tags and attributes make no difference.
    fn is_like(&self, other: &Self) -> bool {
        let settings = |group: &Self| {
            let TargetGroup { protocol, protocol_version, port, vpc, target_type, ip_address_type, health_check, .. } = group.clone();
            (protocol, protocol_version, port, vpc, target_type, ip_address_type, health_check)
        };
        settings(self) == settings(other)
    }
}

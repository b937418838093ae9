//! The attributes of load balancers.
//!
//! Source: *`LoadBalancerAttribute`*, *`ModifyLoadBalancerAttributes`*.

use serde_json::json;

use super::{Balancer, of_request};
use crate::context::Context;
use crate::elbv2::attribute::{self, Known, Takes};
use crate::elbv2::seen;
use crate::failure::Failure;
use crate::protocol::reply::Answer;

/// The attributes of a type of load balancer.
pub(super) fn known(kind: &str) -> &'static [Known] {
    if kind == "network" { &NETWORK } else { &APPLICATION }
}

pub(super) fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let arn = of_request(context)?.arn;
    let balancer = seen::<Balancer>(context, &arn)?;
    Ok(Answer::Json(json!({ "Attributes": attribute::written(&balancer.attributes) })))
}

pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let mut balancer = of_request(context)?;
    attribute::apply(&mut balancer.attributes, known(&balancer.kind), &context.params)?;
    let written = attribute::written(&balancer.attributes);
    context.change::<Balancer>(&balancer.arn)?.attributes = balancer.attributes;
    Ok(Answer::Json(json!({ "Attributes": written })))
}

const APPLICATION: [Known; 21] = [
    ("access_logs.s3.enabled", "false", Takes::Flag),
    ("access_logs.s3.bucket", "", Takes::Text),
    ("access_logs.s3.prefix", "", Takes::Text),
    ("connection_logs.s3.enabled", "false", Takes::Flag),
    ("connection_logs.s3.bucket", "", Takes::Text),
    ("connection_logs.s3.prefix", "", Takes::Text),
    ("client_keep_alive.seconds", "3600", Takes::Number(60, 604_800)),
    ("deletion_protection.enabled", "false", Takes::Flag),
    ("idle_timeout.timeout_seconds", "60", Takes::Number(1, 4000)),
    ("ipv6.deny_all_igw_traffic", "false", Takes::Flag),
    ("load_balancing.cross_zone.enabled", "true", Takes::Flag),
    ("routing.http.desync_mitigation_mode", "defensive", Takes::Word(&["monitor", "defensive", "strictest"])),
    ("routing.http.drop_invalid_header_fields.enabled", "false", Takes::Flag),
    ("routing.http.preserve_host_header.enabled", "false", Takes::Flag),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", Takes::Flag),
    ("routing.http.xff_client_port.enabled", "false", Takes::Flag),
    ("routing.http.xff_header_processing.mode", "append", Takes::Word(&["append", "preserve", "remove"])),
    ("routing.http2.enabled", "true", Takes::Flag),
    ("waf.fail_open.enabled", "false", Takes::Flag),
    ("zonal_shift.config.enabled", "false", Takes::Flag),
    ("health_check_logs.s3.enabled", "false", Takes::Flag),
];

const NETWORK: [Known; 8] = [
    ("access_logs.s3.enabled", "false", Takes::Flag),
    ("access_logs.s3.bucket", "", Takes::Text),
    ("access_logs.s3.prefix", "", Takes::Text),
    ("deletion_protection.enabled", "false", Takes::Flag),
    ("ipv6.deny_all_igw_traffic", "false", Takes::Flag),
    ("load_balancing.cross_zone.enabled", "false", Takes::Flag),
    (
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Takes::Word(&["any_availability_zone", "partial_availability_zone_affinity", "availability_zone_affinity"]),
    ),
    ("zonal_shift.config.enabled", "false", Takes::Flag),
];

//! What can be said of a target group without a call.

use blogstack_core::provider::{FieldProblem, Planned};

use super::{ProtocolVersion, TargetGroup, TargetType};
use crate::elbv2::shared::{self, Protocol};

pub(super) fn problems(planned: &Planned<'_, TargetGroup>) -> Vec<FieldProblem> {
    let name = planned.get(TargetGroup::name).and_then(|name| shared::name_problem(&name));
    FieldProblem::among([
        ("name", name),
        ("port", (planned.get(TargetGroup::port) == Some(0)).then(|| "a port is 1 to 65535".into())),
        ("protocol_version", version(planned)),
        ("target_type", target_type(planned)),
        ("health_check", health_check(planned)),
    ])
}

fn version(planned: &Planned<'_, TargetGroup>) -> Option<String> {
    let (version, protocol) = (planned.get(TargetGroup::protocol_version)?, planned.get(TargetGroup::protocol)?);
    let web = matches!(protocol, Protocol::Http | Protocol::Https);
    let fits = web == (version != ProtocolVersion::None);
    (!fits).then(|| "groups with HTTP or HTTPS have a version of HTTP, and no others".into())
}

fn target_type(planned: &Planned<'_, TargetGroup>) -> Option<String> {
    let (kind, protocol) = (planned.get(TargetGroup::target_type)?, planned.get(TargetGroup::protocol)?);
    (kind == TargetType::Alb && protocol != Protocol::Tcp).then(|| "a load balancer is a target of a group with TCP".into())
}

fn health_check(planned: &Planned<'_, TargetGroup>) -> Option<String> {
    let check = planned.get(TargetGroup::health_check)?;
    let outside = |name: &str, number: Option<u32>, least: u32, most: u32| {
        let number = number.filter(|number| !(least..=most).contains(number))?;
        Some(format!("`{name}` is {least} to {most}, not {number}"))
    };
    outside("interval_seconds", check.interval_seconds, 5, 300)
        .or_else(|| outside("timeout_seconds", check.timeout_seconds, 2, 120))
        .or_else(|| outside("healthy_threshold_count", check.healthy_threshold_count, 2, 10))
        .or_else(|| outside("unhealthy_threshold_count", check.unhealthy_threshold_count, 2, 10))
}

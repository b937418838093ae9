//! Target groups.
//!
//! Source: *`CreateTargetGroup`* (which answers a second request for the same with what is there), *`ModifyTargetGroup`*,
//! *`DeleteTargetGroup`*, *`DescribeTargetGroups`*, *`TargetGroupAttribute`*.

mod change;
mod create;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::elbv2::attribute::{Attributes, Known, Takes};
use crate::elbv2::balancer::Balancer;
use crate::elbv2::target::Target;
use crate::elbv2::{action, invalid, named, paged, seen};
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object, Tags};

pub(crate) use create::PROTOCOLS;

/// A target group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TargetGroup {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) protocol: Option<String>,
    pub(crate) protocol_version: Option<String>,
    pub(crate) port: Option<u16>,
    pub(crate) vpc: Option<String>,
    pub(crate) target_type: String,
    pub(crate) ip_address_type: Option<String>,
    pub(crate) health_check: HealthCheck,
    pub(crate) attributes: Attributes,
    pub(crate) targets: Vec<Target>,
    pub(crate) tags: Tags,
}

/// How targets are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    pub(crate) enabled: bool,
    pub(crate) protocol: Option<String>,
    pub(crate) port: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) interval: u32,
    pub(crate) timeout: u32,
    pub(crate) healthy: u32,
    pub(crate) unhealthy: u32,
    pub(crate) http_code: Option<String>,
    pub(crate) grpc_code: Option<String>,
}

impl Object for TargetGroup {
    const KIND: Kind = Kind {
        name: "target-group",
        prefix: "",
        missing: "TargetGroupNotFound",
        malformed: None,
        sentence: "One or more target groups not found",
    };

    fn id(&self) -> &str {
        &self.arn
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.targets.iter().filter_map(|target| target.drained_at).min()
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateTargetGroup" => |context, _| create::create(context),
        "DescribeTargetGroups" => |context, _| describe(context),
        "ModifyTargetGroup" => |context, _| change::modify(context),
        "DeleteTargetGroup" => |context, _| delete(context),
        "DescribeTargetGroupAttributes" => |context, _| change::describe_attributes(context),
        "ModifyTargetGroupAttributes" => |context, _| change::modify_attributes(context),
        _ => return None,
    })
}

/// The group of the request's ARN.
pub(crate) fn of_request(context: &Context<'_>) -> Result<TargetGroup, Failure> {
    named(context, "TargetGroupArn", ":targetgroup/", "target group")
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (arns, names) = (context.params.list("TargetGroupArns.member"), context.params.list("Names.member"));
    let balancer = context.params.owned("LoadBalancerArn");
    if usize::from(!arns.is_empty()) + usize::from(!names.is_empty()) + usize::from(balancer.is_some()) > 1 {
        return Err(invalid("Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time"));
    }
    let by_name = |name: &String| {
        let mut all = context.region.target_groups.iter_visible(context.now);
        all.find(|group| group.name == *name).ok_or_else(|| TargetGroup::KIND.not_found(name))
    };
    let found: Vec<&TargetGroup> = match balancer {
        _ if !arns.is_empty() => arns.iter().map(|arn| seen(context, arn)).collect::<Result<_, _>>()?,
        _ if !names.is_empty() => names.iter().map(by_name).collect::<Result<_, _>>()?,
        Some(balancer) => {
            seen::<Balancer>(context, &balancer)?;
            let used = |group: &&TargetGroup| action::balancers_of(context, &group.arn).contains(&balancer);
            context.region.target_groups.iter_visible(context.now).filter(used).collect()
        }
        None => context.region.target_groups.iter_visible(context.now).collect(),
    };
    paged(context, "TargetGroups", found, |group| &group.arn, |group| group.written(context))
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = of_request(context)?;
    if !action::balancers_of(context, &group.arn).is_empty() {
        let message = format!("Target group '{}' is currently in use by a listener or a rule", group.arn);
        return Err(Failure::new("ResourceInUse", message));
    }
    context.remove::<TargetGroup>(&group.arn);
    Ok(Answer::Json(json!({})))
}

impl TargetGroup {
    /// The attributes that it has.
    pub(crate) fn known_attributes(&self) -> Vec<Known> {
        let web = matches!(self.protocol.as_deref(), Some("HTTP" | "HTTPS"));
        let own: &[Known] = match self.target_type.as_str() {
            "lambda" => &LAMBDA,
            _ if web => &WEB,
            _ => &NETWORK,
        };
        let shared: &[Known] = if self.target_type == "lambda" { &[] } else { &SHARED };
        own.iter().chain(shared).copied().collect()
    }

    fn written(&self, context: &Context<'_>) -> Value {
        let check = &self.health_check;
        let matcher = (check.http_code.is_some() || check.grpc_code.is_some())
            .then(|| json!({ "HttpCode": check.http_code, "GrpcCode": check.grpc_code }));
        json!({
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
            "Protocol": self.protocol,
            "ProtocolVersion": self.protocol_version,
            "Port": self.port,
            "VpcId": self.vpc,
            "TargetType": self.target_type,
            "IpAddressType": self.ip_address_type,
            "HealthCheckEnabled": check.enabled,
            "HealthCheckProtocol": check.protocol,
            "HealthCheckPort": check.port,
            "HealthCheckPath": check.path,
            "HealthCheckIntervalSeconds": check.interval,
            "HealthCheckTimeoutSeconds": check.timeout,
            "HealthyThresholdCount": check.healthy,
            "UnhealthyThresholdCount": check.unhealthy,
            "Matcher": matcher,
            "LoadBalancerArns": action::balancers_of(context, &self.arn),
        })
    }
}

/// Of groups with the protocol HTTP or HTTPS.
const WEB: [Known; 8] = [
    ("stickiness.type", "lb_cookie", Takes::Word(&["lb_cookie", "app_cookie"])),
    ("stickiness.lb_cookie.duration_seconds", "86400", Takes::Number(1, 604_800)),
    ("stickiness.app_cookie.cookie_name", "", Takes::Text),
    ("stickiness.app_cookie.duration_seconds", "86400", Takes::Number(1, 604_800)),
    ("slow_start.duration_seconds", "0", Takes::Number(0, 900)),
    ("load_balancing.algorithm.type", "round_robin", Takes::Word(&["round_robin", "least_outstanding_requests", "weighted_random"])),
    ("load_balancing.algorithm.anomaly_mitigation", "off", Takes::Word(&["on", "off"])),
    ("deregistration_delay.timeout_seconds", "300", Takes::Number(0, 3600)),
];

/// Of groups with any other protocol.
const NETWORK: [Known; 6] = [
    ("stickiness.type", "source_ip", Takes::Word(&["source_ip"])),
    ("proxy_protocol_v2.enabled", "false", Takes::Flag),
    ("preserve_client_ip.enabled", "true", Takes::Flag),
    ("deregistration_delay.connection_termination.enabled", "false", Takes::Flag),
    ("target_health_state.unhealthy.connection_termination.enabled", "true", Takes::Flag),
    ("deregistration_delay.timeout_seconds", "300", Takes::Number(0, 3600)),
];

/// Of all but those of functions.
const SHARED: [Known; 6] = [
    ("stickiness.enabled", "false", Takes::Flag),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        Takes::Word(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1", Takes::Text),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off", Takes::Text),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1", Takes::Text),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off", Takes::Text),
];

/// Of groups with functions.
const LAMBDA: [Known; 1] = [("lambda.multi_value_headers.enabled", "false", Takes::Flag)];

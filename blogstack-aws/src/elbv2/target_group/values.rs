//! What the fields of a target group hold.

use aws_sdk_elasticloadbalancingv2::types;
use blogstack_core::{Block, Value};

use crate::elbv2::shared::{Protocol, count, of_word};

/// What the targets of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum TargetType {
    /// Instances.
    Instance,
    /// Addresses.
    Ip,
    /// One application load balancer, behind a network load balancer.
    Alb,
}

/// The version of HTTP that targets speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum ProtocolVersion {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
    /// gRPC over HTTP/2.
    Grpc,
    /// They do not speak HTTP.
    None,
}

/// How targets are checked. <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
///
/// ```
/// use blogstack_aws::elbv2::HealthCheck;
///
/// let check = HealthCheck::new().path("/health").interval_seconds(10_u32).healthy_threshold_count(2_u32).matcher("200-299");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct HealthCheck {
    /// Whether they are; AWS insists on it for instances and addresses.
    pub enabled: Option<bool>,
    /// In which protocol; AWS takes HTTP for groups with HTTP or HTTPS and TCP for others.
    pub protocol: Option<Protocol>,
    /// At which port: a number, or `traffic-port`.
    pub port: Option<String>,
    /// What is asked for over HTTP; AWS takes `/`.
    pub path: Option<String>,
    /// Every how many seconds, 5 to 300; AWS takes 30.
    pub interval_seconds: Option<u32>,
    /// After how many seconds without an answer a check has failed, 2 to 120.
    pub timeout_seconds: Option<u32>,
    /// How many checks in a row make a target healthy, 2 to 10; AWS takes 5.
    pub healthy_threshold_count: Option<u32>,
    /// How many failures in a row make it unhealthy, 2 to 10; AWS takes 2.
    pub unhealthy_threshold_count: Option<u32>,
    /// Which answers mean health: `200`, `200,202`, `200-299`; for gRPC its own codes, `0-99`.
    pub matcher: Option<String>,
}

impl HealthCheck {
    pub(super) fn of_sdk(group: &types::TargetGroup) -> Self {
        let matcher = group.matcher();
        Self {
            enabled: group.health_check_enabled,
            protocol: group.health_check_protocol().and_then(|protocol| of_word(protocol.as_str())),
            port: group.health_check_port.clone(),
            path: group.health_check_path.clone(),
            interval_seconds: count(group.health_check_interval_seconds),
            timeout_seconds: count(group.health_check_timeout_seconds),
            healthy_threshold_count: count(group.healthy_threshold_count),
            unhealthy_threshold_count: count(group.unhealthy_threshold_count),
            matcher: matcher.and_then(|matcher| matcher.http_code().or(matcher.grpc_code())).map(ToOwned::to_owned),
        }
    }

    /// The answers that mean health, in the codes of one or the other protocol.
    pub(super) fn sdk_matcher(&self, grpc: bool) -> Option<types::Matcher> {
        let (codes, builder) = (self.matcher.as_ref()?, types::Matcher::builder());
        Some(if grpc { builder.grpc_code(codes).build() } else { builder.http_code(codes).build() })
    }
}

/// Further settings of a target group: AWS's attributes, with underscores for dots.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html>
///
/// ```
/// use blogstack_aws::elbv2::TargetGroupAttributes;
///
/// let attributes = TargetGroupAttributes::new().deregistration_delay_timeout_seconds(30_u32).stickiness_enabled(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct TargetGroupAttributes {
    /// For how many seconds a target that goes may finish what it does, 0 to 3600; AWS takes 300.
    pub deregistration_delay_timeout_seconds: Option<u32>,
    /// Whether connections are cut after that; for groups without HTTP.
    pub deregistration_delay_connection_termination_enabled: Option<bool>,
    /// Whether clients stay with a target.
    pub stickiness_enabled: Option<bool>,
    /// By what they are known.
    pub stickiness_type: Option<StickinessType>,
    /// For how many seconds the load balancer's cookie holds, 1 to 604800; AWS takes a day.
    pub stickiness_lb_cookie_duration_seconds: Option<u32>,
    /// The application's cookie.
    pub stickiness_app_cookie_cookie_name: Option<String>,
    /// For how many seconds the application's cookie holds, 1 to 604800; AWS takes a day.
    pub stickiness_app_cookie_duration_seconds: Option<u32>,
    /// For how many seconds a new target gets less than its share, 30 to 900; 0 is off.
    pub slow_start_duration_seconds: Option<u32>,
    /// Which target gets the next request.
    pub load_balancing_algorithm_type: Option<LoadBalancingAlgorithm>,
    /// Whether targets of other zones get requests too.
    pub load_balancing_cross_zone_enabled: Option<CrossZone>,
    /// Whether targets see the address of the client; for groups without HTTP.
    pub preserve_client_ip_enabled: Option<bool>,
    /// Whether connections begin with a header of the PROXY protocol; for groups without HTTP.
    pub proxy_protocol_v2_enabled: Option<bool>,
}

/// The keys of all attributes that have a field.
pub(super) const KEYS: [&str; 12] = [
    "deregistration_delay.timeout_seconds",
    "deregistration_delay.connection_termination.enabled",
    "stickiness.enabled",
    "stickiness.type",
    "stickiness.lb_cookie.duration_seconds",
    "stickiness.app_cookie.cookie_name",
    "stickiness.app_cookie.duration_seconds",
    "slow_start.duration_seconds",
    "load_balancing.algorithm.type",
    "load_balancing.cross_zone.enabled",
    "preserve_client_ip.enabled",
    "proxy_protocol_v2.enabled",
];

/// By what clients are known that stay with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "snake_case")]
pub enum StickinessType {
    /// A cookie of the load balancer.
    LbCookie,
    /// A cookie of the application.
    AppCookie,
    /// Their address.
    SourceIp,
}

/// Which target gets the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "snake_case")]
pub enum LoadBalancingAlgorithm {
    /// The next one.
    RoundRobin,
    /// The one with the fewest requests that wait for an answer.
    LeastOutstandingRequests,
    /// Any, by weight; one that fails more often than others gets less.
    WeightedRandom,
}

/// Whether targets of other zones get requests too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "snake_case")]
pub enum CrossZone {
    /// They do.
    True,
    /// They do not.
    False,
    /// As the load balancer says.
    UseLoadBalancerConfiguration,
}

#[cfg(test)]
mod tests {
    use blogstack_core::{Data, shape::Shape};

    use super::*;

    #[test]
    fn every_attribute_has_a_key() {
        let Shape::Object(parts) = TargetGroupAttributes::SHAPE else { panic!("a block") };
        let fields: Vec<String> = KEYS.iter().map(|key| key.replace('.', "_")).collect();
        assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), fields);
    }
}

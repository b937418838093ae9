//! What the fields of a load balancer hold.

use blogstack_core::{Block, Value};

/// What a load balancer understands of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum LoadBalancerType {
    /// HTTP.
    Application,
    /// Connections and packets.
    Network,
}

/// Who reaches a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Scheme {
    /// The internet.
    InternetFacing,
    /// Its network, and what that is joined with.
    Internal,
}

/// Further settings of a load balancer: AWS's attributes, with underscores for dots.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html>
///
/// ```
/// use blogstack_aws::elbv2::LoadBalancerAttributes;
///
/// let attributes = LoadBalancerAttributes::new().idle_timeout_timeout_seconds(120_u32).routing_http_drop_invalid_header_fields_enabled(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct LoadBalancerAttributes {
    /// Whether each request is noted in a bucket.
    pub access_logs_s3_enabled: Option<bool>,
    /// The bucket, in the same region; its policy lets the service write.
    pub access_logs_s3_bucket: Option<String>,
    /// What the names of the notes begin with.
    pub access_logs_s3_prefix: Option<String>,
    /// Whether it is protected from being deleted, also by us: switch it off before it is removed.
    pub deletion_protection_enabled: Option<bool>,
    /// Whether targets of other zones get requests too; always with application load balancers.
    pub load_balancing_cross_zone_enabled: Option<bool>,
    /// After how many seconds without traffic a connection is closed, 1 to 4000; of application load balancers.
    pub idle_timeout_timeout_seconds: Option<u32>,
    /// For how many seconds a connection of a client is kept, 60 to 604800; of application load balancers.
    pub client_keep_alive_seconds: Option<u32>,
    /// What becomes of requests that could mean two things; of application load balancers.
    pub routing_http_desync_mitigation_mode: Option<DesyncMitigationMode>,
    /// Whether headers with invalid names are left out; of application load balancers.
    pub routing_http_drop_invalid_header_fields_enabled: Option<bool>,
    /// Whether targets see the host that the client asked for; of application load balancers.
    pub routing_http_preserve_host_header_enabled: Option<bool>,
    /// Whether targets are told the version of TLS and the cipher; of application load balancers.
    pub routing_http_x_amzn_tls_version_and_cipher_suite_enabled: Option<bool>,
    /// Whether `X-Forwarded-For` has the client's port; of application load balancers.
    pub routing_http_xff_client_port_enabled: Option<bool>,
    /// What becomes of an `X-Forwarded-For` that the client sent; of application load balancers.
    pub routing_http_xff_header_processing_mode: Option<XffHeaderProcessing>,
    /// Whether HTTP/2 is spoken; of application load balancers.
    pub routing_http2_enabled: Option<bool>,
    /// Whether requests pass when the firewall does not answer; of application load balancers.
    pub waf_fail_open_enabled: Option<bool>,
    /// Which zone's addresses a client in a zone is told; of network load balancers.
    pub dns_record_client_routing_policy: Option<DnsRoutingPolicy>,
}

/// The keys of all attributes that have a field.
pub(super) const KEYS: [&str; 16] = [
    "access_logs.s3.enabled",
    "access_logs.s3.bucket",
    "access_logs.s3.prefix",
    "deletion_protection.enabled",
    "load_balancing.cross_zone.enabled",
    "idle_timeout.timeout_seconds",
    "client_keep_alive.seconds",
    "routing.http.desync_mitigation_mode",
    "routing.http.drop_invalid_header_fields.enabled",
    "routing.http.preserve_host_header.enabled",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "routing.http.xff_client_port.enabled",
    "routing.http.xff_header_processing.mode",
    "routing.http2.enabled",
    "waf.fail_open.enabled",
    "dns_record.client_routing_policy",
];

/// What becomes of requests that could mean two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum DesyncMitigationMode {
    /// They pass.
    Monitor,
    /// Those that are a danger do not.
    Defensive,
    /// Only those that follow the standard pass.
    Strictest,
}

/// What becomes of an `X-Forwarded-For` that the client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum XffHeaderProcessing {
    /// The client's address is added.
    Append,
    /// It stays as it is.
    Preserve,
    /// It is removed.
    Remove,
}

/// Which zone's addresses a client in a zone is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "snake_case")]
pub enum DnsRoutingPolicy {
    /// Any.
    AnyAvailabilityZone,
    /// Mostly its own.
    PartialAvailabilityZoneAffinity,
    /// Its own.
    AvailabilityZoneAffinity,
}

#[cfg(test)]
mod tests {
    use blogstack_core::{Data, shape::Shape};

    use super::*;

    #[test]
    fn every_attribute_has_a_key() {
        let Shape::Object(parts) = LoadBalancerAttributes::SHAPE else { panic!("a block") };
        let fields: Vec<String> = KEYS.iter().map(|key| key.replace('.', "_")).collect();
        assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), fields);
    }
}

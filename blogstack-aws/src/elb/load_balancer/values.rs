//! What the fields of a classic load balancer hold.

use blogstack_core::{Block, Input, IntoInput, Value};

use crate::values::Arn;

/// What is spoken with clients, or with instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// HTTP.
    Http,
    /// HTTP over TLS.
    Https,
    /// TCP.
    Tcp,
    /// TLS.
    Ssl,
}

impl Protocol {
    /// Whether it goes over TLS.
    pub(super) fn is_secure(self) -> bool {
        matches!(self, Self::Https | Self::Ssl)
    }

    /// Whether it is HTTP, over TLS or not.
    pub(super) fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Https)
    }
}

/// What is spoken with instances. It may be written as a [`Protocol`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct InstanceProtocol(pub Protocol);

impl IntoInput<InstanceProtocol> for Protocol {
    fn into_input(self) -> Input<InstanceProtocol> {
        InstanceProtocol(self).into_input()
    }
}

/// The port of instances. It may be written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct InstancePort(pub u16);

impl IntoInput<InstancePort> for u16 {
    fn into_input(self) -> Input<InstancePort> {
        InstancePort(self).into_input()
    }
}

/// The policy that AWS gives to listeners for which nothing is said.
pub(super) const STANDARD: &str = "ELBSecurityPolicy-2016-08";

/// Where clients come in, and where what they say goes.
///
/// ```
/// use blogstack_aws::elb::{Listener, Protocol};
///
/// let plain = Listener::new(Protocol::Http, 80_u16, Protocol::Http, 8080_u16).lb_cookie_expiration_period(300_u32);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
#[block(max_required = 4)]
pub struct Listener {
    /// What clients speak.
    pub protocol: Protocol,
    /// The port, unique among those of the load balancer.
    pub load_balancer_port: u16,
    /// What instances speak: HTTP or HTTPS for those two, else TCP or SSL.
    pub instance_protocol: InstanceProtocol,
    /// The port of instances.
    pub instance_port: InstancePort,
    /// The certificate with which it is known, where it speaks HTTPS or SSL.
    pub ssl_certificate: Option<Arn>,
    /// Which versions of TLS and ciphers it takes, where it speaks HTTPS or SSL: the name of one of AWS's policies.
    #[field(default = "ELBSecurityPolicy-2016-08")]
    pub ssl_policy: String,
    /// For how many seconds a client stays with the instance that it got first, by a cookie of the load balancer; 0 for as long as the
    /// browser runs. Of HTTP and HTTPS.
    pub lb_cookie_expiration_period: Option<u32>,
    /// The cookie of the application with which a client stays with the instance that it got first. Of HTTP and HTTPS.
    pub app_cookie_name: Option<String>,
}

/// How instances are found to be well.
///
/// ```
/// use blogstack_aws::elb::HealthCheck;
///
/// let check = HealthCheck::new("HTTP:8080/health").interval(10_u32);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct HealthCheck {
    /// What is asked: `TCP:5000`, `SSL:5000`, `HTTP:80/path` or `HTTPS:443/path`.
    pub target: String,
    /// How many seconds lie between two checks, 5 to 300.
    #[field(default = 30)]
    pub interval: u32,
    /// For how many seconds an answer is waited for, 2 to 60, less than the interval.
    #[field(default = 5)]
    pub timeout: u32,
    /// After how many failed checks it counts as not well, 2 to 10.
    #[field(default = 2)]
    pub unhealthy_threshold: u32,
    /// After how many checks it counts as well again, 2 to 10.
    #[field(default = 10)]
    pub healthy_threshold: u32,
}

/// Where each request is noted.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct AccessLogs {
    /// The bucket, in the same region; its policy lets the service write.
    pub s3_bucket_name: String,
    /// What the names of the notes begin with.
    pub s3_bucket_prefix: Option<String>,
    /// How many minutes lie between two notes: 5 or 60.
    #[field(default = 60)]
    pub emit_interval: u32,
}

/// Who reaches a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Scheme {
    /// The internet.
    InternetFacing,
    /// Its network, and what that is joined with.
    Internal,
}

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

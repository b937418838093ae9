//! The services of AWS as other people's tools know them: their names, and how their requests are written.

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// What the sources call it, as in `"ec2:CreateVpc"`, and AWS's own service models.
    pub name: &'static str,
    /// The name that requests are signed for.
    pub signing: &'static str,
    /// How its requests are written.
    pub protocol: Protocol,
}

/// How requests are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A form, with this version of the service.
    Query(&'static str),
    /// JSON; a header names the operation after this.
    Json(&'static str),
    /// By method and path, as the service's model says; XML or JSON.
    Rest,
}

const fn query(name: &'static str, version: &'static str) -> Service {
    signed(name, name, Protocol::Query(version))
}

const fn json(name: &'static str, target: &'static str) -> Service {
    signed(name, name, Protocol::Json(target))
}

const fn signed(name: &'static str, signing: &'static str, protocol: Protocol) -> Service {
    Service { name, signing, protocol }
}

/// All services that kinds and look-ups call.
pub const SERVICES: [Service; 16] = [
    json("acm", "CertificateManager"),
    query("autoscaling", "2011-01-01"),
    signed("cloudwatch", "monitoring", Protocol::Query("2010-08-01")),
    signed("dlm", "dlm", Protocol::Rest),
    query("ec2", "2016-11-15"),
    query("elasticache", "2015-02-02"),
    signed("elb", "elasticloadbalancing", Protocol::Query("2012-06-01")),
    signed("elbv2", "elasticloadbalancing", Protocol::Query("2015-12-01")),
    query("iam", "2010-05-08"),
    json("kms", "TrentService"),
    json("logs", "Logs_20140328"),
    signed("route53", "route53", Protocol::Rest),
    signed("s3", "s3", Protocol::Rest),
    json("secretsmanager", "secretsmanager"),
    json("ssm", "AmazonSSM"),
    query("sts", "2011-06-15"),
];

/// The service with this name.
///
/// # Panics
/// When there is none.
pub fn named(name: &str) -> Service {
    *SERVICES.iter().find(|service| service.name == name).unwrap_or_else(|| panic!("no service is called `{name}`"))
}

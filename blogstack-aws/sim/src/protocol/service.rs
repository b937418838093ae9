//! The services that the simulation knows: how each is told from the others, and how its requests and replies are written.

use crate::protocol::request::Received;
use crate::protocol::rest::Route;
use crate::{dlm, route53, s3};

/// A service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Acm,
    AutoScaling,
    CloudWatch,
    Dlm,
    Ec2,
    ElastiCache,
    /// Classic load balancers.
    Elb,
    /// Application and network load balancers.
    ElbV2,
    Iam,
    Kms,
    Logs,
    Route53,
    S3,
    SecretsManager,
    Ssm,
    Sts,
    Unknown,
}

/// How a service's requests and replies are written.
///
/// Source: Smithy's *AWS protocols*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Query requests, XML in the form of EC2.
    Ec2,
    /// Query requests, XML in the form of all other services.
    Query,
    /// JSON, with the operation in a header.
    Json,
    /// CBOR, with the operation in the path.
    Cbor,
    /// Method and path, XML.
    RestXml,
    /// Method and path, XML and payloads; errors in a form of its own.
    S3,
    /// Method and path, JSON.
    RestJson,
}

/// The version by which requests to application load balancers differ from those to classic ones, which are signed alike.
const ELB_V2: &[u8] = b"Version=2015-12-01";

/// Where services live that are the same everywhere.
pub(crate) const GLOBAL: &str = "us-east-1";

impl Service {
    /// The service of a request that is signed for this name.
    pub(crate) fn of(name: &str, received: &Received<'_>) -> Self {
        match name {
            "acm" => Self::Acm,
            "autoscaling" => Self::AutoScaling,
            "monitoring" => Self::CloudWatch,
            "dlm" => Self::Dlm,
            "ec2" => Self::Ec2,
            "elasticache" => Self::ElastiCache,
            "elasticloadbalancing" if received.body.windows(ELB_V2.len()).any(|part| part == ELB_V2) => Self::ElbV2,
            "elasticloadbalancing" => Self::Elb,
            "iam" => Self::Iam,
            "kms" => Self::Kms,
            "logs" => Self::Logs,
            "route53" => Self::Route53,
            "s3" => Self::S3,
            "secretsmanager" => Self::SecretsManager,
            "ssm" => Self::Ssm,
            "sts" => Self::Sts,
            _ => Self::Unknown,
        }
    }

    /// The region of a service that has only one, whatever a request is signed for.
    pub(crate) fn only_region(self) -> Option<&'static str> {
        matches!(self, Self::Iam | Self::Route53).then_some(GLOBAL)
    }

    /// How a request is written.
    pub(crate) fn protocol(self, received: &Received<'_>) -> Protocol {
        match self {
            _ if received.header("smithy-protocol") == Some("rpc-v2-cbor") => Protocol::Cbor,
            _ if received.target.is_some() => Protocol::Json,
            Self::Ec2 => Protocol::Ec2,
            Self::S3 => Protocol::S3,
            Self::Route53 => Protocol::RestXml,
            Self::Dlm => Protocol::RestJson,
            _ => Protocol::Query,
        }
    }

    /// The operations of a service that go by method and path.
    pub(crate) fn routes(self) -> &'static [Route] {
        match self {
            Self::Dlm => dlm::ROUTES,
            Self::Route53 => route53::ROUTES,
            Self::S3 => s3::ROUTES,
            _ => &[],
        }
    }

    /// The namespace of the XML.
    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Self::AutoScaling => "http://autoscaling.amazonaws.com/doc/2011-01-01/",
            Self::CloudWatch => "http://monitoring.amazonaws.com/doc/2010-08-01/",
            Self::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
            Self::ElastiCache => "http://elasticache.amazonaws.com/doc/2015-02-02/",
            Self::Elb => "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
            Self::ElbV2 => "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Route53 => "https://route53.amazonaws.com/doc/2013-04-01/",
            Self::S3 => "http://s3.amazonaws.com/doc/2006-03-01/",
            _ => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }
}

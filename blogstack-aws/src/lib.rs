//! AWS resources for blogstack, on the official SDK: a module per service, a file per kind.
//!
//! Names and defaults are AWS's own. A field that the program does not set is not managed: it makes no difference, no call and
//! no drift.

pub mod account;
#[cfg(feature = "acm")]
pub mod acm;
#[cfg(feature = "autoscaling")]
pub mod autoscaling;
mod call;
pub mod checks;
pub mod cloud_init;
#[cfg(feature = "cloudwatch")]
pub mod cloudwatch;
pub mod components;
#[cfg(feature = "dlm")]
pub mod dlm;
pub mod ec2;
#[cfg(feature = "elasticache")]
pub mod elasticache;
#[cfg(feature = "elb")]
pub mod elb;
#[cfg(feature = "elbv2")]
pub mod elbv2;
mod gather;
#[cfg(feature = "iam")]
pub mod iam;
#[cfg(feature = "kms")]
pub mod kms;
#[cfg(feature = "logs")]
pub mod logs;
mod named;
mod naming;
mod natural;
mod readable;
#[cfg(feature = "route53")]
pub mod route53;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "secretsmanager")]
pub mod secretsmanager;
pub mod ssm;
pub mod sts;
mod tags;
pub mod target;
mod values;
mod wait;

pub use self::account::assume_role;
pub use self::values::{Arn, Cidr, Decimal, DnsName, Ipv6Cidr};

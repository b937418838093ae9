//! A simulated AWS: behavioural, deterministic, in this process.
//!
//! [`Sim`] plugs into the official SDK as its HTTP client: real requests come in serialised, real replies go out. [`Server`] and the
//! program `blogstack-sim` serve it to any other client. It enforces what
//! AWS enforces (dependencies, CIDR rules, uniqueness, idempotency tokens, states, pagination) and answers AWS's error codes. Objects
//! take virtual time to come and go, reads may lag behind writes, and faults strike on demand. Every id, address and date is a
//! function of the seed and of the calls made, so that two runs answer the same bytes. Nothing here has run against real AWS: each
//! modelled behaviour names the page of AWS's documentation that it follows.
//!
//! ```
//! use std::time::Duration;
//! use blogstack_sim::{Consistency, Delays, FaultKind::{Reset, Throttle}, Image, Limits, Sim, on};
//!
//! let sim = Sim::builder()
//!     .seed(7)                                                    // all ids, addresses and request ids come from it
//!     .account("123456789012").region("eu-west-1")                // the defaults
//!     .consistency(Consistency::window(Duration::from_secs(5)))   // default: none
//!     .delays(Delays::realistic())                                // the default
//!     .fault(on("CreateVpc").after_effect(Reset))                 // the VPC is made, its reply is lost
//!     .fault(on("CreateSubnet").nth(2).before_effect(Throttle))
//!     .image(Image::new("blog", "123456789012"))
//!     .parameter("/blog/image", "ami-0123456789abcdef0")
//!     .instance_profile("web")
//!     .quota("vpcs", 5)
//!     .limits(Limits::ec2())                                     // default: none
//!     .build()?;
//! let client = sim.http_client();                                 // for the SDK's configuration
//! sim.advance(Duration::from_secs(90));
//! assert_eq!(sim.now(), Duration::from_secs(90));
//! # Ok::<(), blogstack_sim::SimError>(())
//! ```
//!
//! # The SDK's configuration
//! Give [`Sim::http_client`] to `SdkConfig::builder().http_client(..)`, with any credentials. An access key id of twelve digits is the
//! account that calls; with any other it is the default account. Region and service are read from the signature. Lost replies
//! ([`FaultKind::Timeout`], a [`Gate`] that drops) end only by the client's own timeouts: set an operation timeout.
//!
//! # Time
//! Virtual time follows tokio's clock from the first look at it, at the pace of [`SimBuilder::time_scale`], plus what [`Sim::advance`]
//! adds; a file keeps it. With a paused clock
//! (`tokio::time::pause`, or `start_paused`) waiting costs nothing. Dates in replies count from 2026-01-01T00:00:00Z. States change
//! when somebody looks: there are no background tasks.
//!
//! # What it knows
//! - EC2: VPCs with their default network ACL and DHCP options, subnets, internet gateways, route tables, routes and associations,
//!   elastic IP addresses, NAT gateways, security groups and rules, network ACLs, DHCP options, network interfaces, endpoints, peerings,
//!   flow logs, key pairs, instances with their volumes, profiles, credits and status, launch templates, volumes, snapshots, images,
//!   customer and VPN gateways, VPN connections, tags, instance types of the usual families, zones.
//! - IAM: roles with their policies and boundaries, managed policies with their versions, instance profiles; STS: `GetCallerIdentity`,
//!   `AssumeRole`. Who has become a role that was made here may do what its policies allow; everybody else may do everything.
//! - S3: buckets, their parts, objects, versions. Route 53: zones, records, health checks. Certificate Manager: certificates.
//! - Auto Scaling: groups that launch, check, replace, refresh and drain their instances, scaling policies, lifecycle hooks, scheduled
//!   actions.
//! - Elastic Load Balancing: application and network load balancers with listeners, rules, target groups and their health; classic ones.
//! - `CloudWatch`: alarms of metrics. Data Lifecycle Manager: policies, which make snapshots and delete old ones.
//! - Systems Manager: parameters. Secrets Manager: secrets. Key Management Service: keys and aliases. `ElastiCache`: clusters and subnet
//!   groups. `CloudWatch` Logs: log groups.
//!
//! Another operation is
//! refused as AWS refuses what it does not know, and logged ([`Outcome::NotSimulated`]); a parameter that is not modelled is listed in
//! [`Call::ignored`]. A region begins empty: without a default VPC, with three zones `a`, `b`, `c`, with Amazon Linux images in several
//! versions, and with the SSM parameter `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64` that names the newest.
//!
//! # Looking and meddling
//! - [`Sim::calls`], [`Sim::clear_calls`]: what was called, and how it went ([`Outcome`]).
//! - [`Sim::objects`]: every live object, to compare; [`Sim::snapshot`], [`Sim::restore`]: the whole world.
//! - [`Sim::out_of_band`]: changes behind everybody's back: `delete(id)`, `set(id, field, value)`, `tag(id, key, value)`, `untag(id, key)`.
//! - [`Sim::gate`], [`Sim::clear_gate`]: a [`Gate`] sees each call before and after its effect, and may lose it there.
//! - [`Sim::add_fault`], [`Sim::clear_faults`], [`on`]: what goes wrong.
//! - [`Sim::instance_id`]: names this simulated world for ever; `SimBuilder::file` keeps the world in a file.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on fails"))]

mod acm;
mod answer;
mod autoscaling;
mod builder;
mod call;
mod chance;
mod clock;
mod cloudwatch;
mod consistency;
mod context;
mod delays;
mod dlm;
mod ec2;
mod elasticache;
mod elb;
mod elbv2;
mod engine;
mod error;
mod exchange;
mod existing;
mod failure;
mod fault;
mod gate;
mod iam;
mod image;
mod journal;
mod kms;
mod limits;
mod log;
mod logs;
mod moment;
mod out_of_band;
mod params;
mod protocol;
mod route53;
mod s3;
mod secretsmanager;
mod server;
mod settings;
mod sim;
mod snapshot;
mod ssm;
mod state;
mod sts;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod transport;
mod validation;
mod wire;

pub use builder::SimBuilder;
pub use call::{Call, CallInfo, Outcome};
pub use consistency::Consistency;
pub use delays::Delays;
pub use error::SimError;
pub use fault::{Fault, FaultKind, FaultTime, FaultedCalls, on};
pub use gate::{Gate, Verdict};
pub use image::Image;
pub use limits::Limits;
pub use out_of_band::OutOfBand;
pub use server::{Loopback, Server, listen};
pub use sim::Sim;
pub use snapshot::Snapshot;

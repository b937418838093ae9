//! Amazon Route 53: <https://docs.aws.amazon.com/Route53/latest/APIReference/>.

mod health_check;
mod hosted_zone;
mod record;
mod sync;
mod tagging;
mod zone_by_name;

pub use self::{
    health_check::{HealthCheck, HealthCheckArgs, HealthCheckInputs, HealthCheckOutputs, HealthCheckType},
    hosted_zone::{HostedZone, HostedZoneArgs, HostedZoneInputs, HostedZoneOutputs, ZoneVpc, ZoneVpcArgs},
    record::{AliasTarget, AliasTargetArgs, Failover, Record, RecordArgs, RecordInputs, RecordOutputs, RecordType},
    zone_by_name::ZoneByName,
};

use blogstack_core::provider::Providers;

use crate::{account::Account, call::built, natural::ByPlace, values::DnsName};

/// Adds the kinds and look-ups of Route 53.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(hosted_zone::Provider(account.clone()))
        .with(health_check::Provider(account.clone()))
        .with(ByPlace(record::Provider::new(account)))
        .answering(zone_by_name::Answers(account.clone()))
}

//! Amazon EC2 and VPC: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

mod described;
mod security_group;
mod subnet;
mod tagging;
mod vpc;

pub(crate) use self::described::filter;
pub use self::{
    security_group::{
        Messages, Peer, Ports, Rule, RuleArgs, SecurityGroup, SecurityGroupArgs, SecurityGroupInputs, SecurityGroupOutputs, Traffic,
    },
    subnet::{HostnameType, Subnet, SubnetArgs, SubnetInputs, SubnetOutputs, Zone},
    vpc::{Tenancy, Vpc, VpcArgs, VpcInputs, VpcOutputs},
};

use blogstack_core::provider::Providers;

use crate::account::Account;

/// Adds the kinds and look-ups of EC2.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(vpc::Provider(account.clone()))
        .with(subnet::Provider(account.clone()))
        .with(security_group::Provider(account.clone()))
}

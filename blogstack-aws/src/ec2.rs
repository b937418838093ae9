//! Amazon EC2 and VPC: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

mod described;
mod eip;
mod internet_gateway;
mod route_table;
mod security_group;
mod subnet;
mod tagged;
mod tagging;
mod vpc;

pub(crate) use self::described::filter;
pub use self::{
    eip::{Eip, EipArgs, EipInputs, EipOutputs},
    internet_gateway::{InternetGateway, InternetGatewayArgs, InternetGatewayInputs, InternetGatewayOutputs},
    route_table::{RouteTable, RouteTableArgs, RouteTableInputs, RouteTableOutputs},
    security_group::{
        Messages, Peer, Ports, Rule, RuleArgs, SecurityGroup, SecurityGroupArgs, SecurityGroupInputs, SecurityGroupOutputs, Traffic,
    },
    subnet::{HostnameType, Subnet, SubnetArgs, SubnetInputs, SubnetOutputs, Zone},
    vpc::{Tenancy, Vpc, VpcArgs, VpcInputs, VpcOutputs},
};

use blogstack_core::provider::Providers;

use self::tagged::ByTag;
use crate::account::Account;

/// Adds the kinds and look-ups of EC2.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(ByTag(vpc::Provider(account.clone())))
        .with(ByTag(subnet::Provider(account.clone())))
        .with(ByTag(internet_gateway::Provider(account.clone())))
        .with(ByTag(route_table::Provider(account.clone())))
        .with(ByTag(eip::Provider(account.clone())))
        .with(ByTag(security_group::Provider(account.clone())))
}

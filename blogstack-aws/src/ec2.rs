//! Amazon EC2 and VPC: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

mod described;
mod dhcp_options;
mod dhcp_options_association;
mod eip;
mod eip_association;
mod flow_log;
mod image;
mod instance;
mod internet_gateway;
mod key_pair;
mod nat_gateway;
mod network_acl;
mod network_acl_association;
mod network_interface;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rule;
mod subnet;
mod tagged;
mod tagging;
mod unsuccessful;
mod vpc;
mod vpc_endpoint;
mod vpc_peering_connection;
mod zones;

pub(crate) use self::described::filter;
pub use self::{
    dhcp_options::{DhcpOptions, DhcpOptionsArgs, DhcpOptionsInputs, DhcpOptionsOutputs},
    dhcp_options_association::{
        DhcpOptionsAssociation, DhcpOptionsAssociationArgs, DhcpOptionsAssociationInputs, DhcpOptionsAssociationOutputs,
    },
    eip::{Eip, EipArgs, EipInputs, EipOutputs},
    eip_association::{EipAssociation, EipAssociationArgs, EipAssociationInputs, EipAssociationOutputs},
    flow_log::{FileFormat, FlowLog, FlowLogArgs, FlowLogInputs, FlowLogOutputs, FlowLogResource, TrafficType},
    image::{Architecture, Image, ImageByParameter, ImageId, ImageLookup},
    instance::{
        CpuCredits, HttpTokens, Instance, InstanceArgs, InstanceInputs, InstanceOutputs, InstanceTenancy, InstanceType, MetadataOptions,
        MetadataOptionsArgs, RootVolume, RootVolumeArgs, ShutdownBehavior, Switch, VolumeType,
    },
    internet_gateway::{InternetGateway, InternetGatewayArgs, InternetGatewayInputs, InternetGatewayOutputs},
    key_pair::{KeyPair, KeyPairArgs, KeyPairInputs, KeyPairOutputs, KeyType, PublicKey},
    nat_gateway::{ConnectivityType, NatGateway, NatGatewayArgs, NatGatewayInputs, NatGatewayOutputs, NatGatewayState},
    network_acl::{
        AddressRange, NetworkAcl, NetworkAclArgs, NetworkAclEntry, NetworkAclEntryArgs, NetworkAclInputs, NetworkAclOutputs, RuleAction,
    },
    network_acl_association::{
        NetworkAclAssociation, NetworkAclAssociationArgs, NetworkAclAssociationInputs, NetworkAclAssociationOutputs,
    },
    network_interface::{NetworkInterface, NetworkInterfaceArgs, NetworkInterfaceInputs, NetworkInterfaceOutputs},
    route::{Destination, Route, RouteArgs, RouteInputs, RouteOutputs, RouteState, RouteTarget},
    route_table::{RouteTable, RouteTableArgs, RouteTableInputs, RouteTableOutputs},
    route_table_association::{
        RouteTableAssociation, RouteTableAssociationArgs, RouteTableAssociationInputs, RouteTableAssociationOutputs,
    },
    security_group::{
        Direction, Messages, Peer, Ports, Rule, RuleArgs, SecurityGroup, SecurityGroupArgs, SecurityGroupInputs, SecurityGroupOutputs,
        Traffic,
    },
    security_group_rule::{SecurityGroupRule, SecurityGroupRuleArgs, SecurityGroupRuleInputs, SecurityGroupRuleOutputs},
    subnet::{HostnameType, Subnet, SubnetArgs, SubnetInputs, SubnetOutputs, Zone},
    vpc::{Tenancy, Vpc, VpcArgs, VpcInputs, VpcOutputs},
    vpc_endpoint::{
        EndpointPolicy, VpcEndpoint, VpcEndpointArgs, VpcEndpointInputs, VpcEndpointOutputs, VpcEndpointState, VpcEndpointType,
    },
    vpc_peering_connection::{
        PeerVpc, PeeringStatus, VpcPeeringConnection, VpcPeeringConnectionArgs, VpcPeeringConnectionInputs, VpcPeeringConnectionOutputs,
    },
    zones::Zones,
};

use blogstack_core::provider::Providers;

use self::tagged::ByTag;
use crate::{
    account::Account,
    natural::{self, ByPlace},
};

/// Adds the kinds and look-ups of EC2.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(ByTag(vpc::Provider(account.clone())))
        .with(ByTag(dhcp_options::Provider(account.clone())))
        .with(ByPlace(dhcp_options_association::Provider(account.clone())))
        .with(ByTag(subnet::Provider(account.clone())))
        .with(ByTag(internet_gateway::Provider(account.clone())))
        .with(ByTag(network_acl::Provider(account.clone())))
        .with(ByPlace(network_acl_association::Provider(account.clone())))
        .with(ByTag(route_table::Provider(account.clone())))
        .with(ByPlace(route::Provider(account.clone())))
        .with(ByPlace(route_table_association::Provider(account.clone())))
        .with(ByTag(eip::Provider(account.clone())))
        .with(ByTag(nat_gateway::Provider(account.clone())))
        .with(ByTag(network_interface::Provider(account.clone())))
        .with(ByTag(vpc_endpoint::Provider(account.clone())))
        .with(ByTag(flow_log::Provider(account.clone())))
        .with(ByTag(vpc_peering_connection::Provider(account.clone())))
        .with(ByTag(key_pair::Provider(account.clone())))
        .with(instance::Provider(account.clone()))
        .with(ByPlace(eip_association::Provider(account.clone())))
        .with(ByTag(security_group::Provider(account.clone())))
        .with(ByTag(security_group_rule::Provider(account.clone())))
        .answering(zones::Answers(account.clone()))
        .answering(image::ByName(account.clone()))
        .answering(image::ByParameter(account.clone()))
}

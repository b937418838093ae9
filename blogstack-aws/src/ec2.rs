//! Amazon EC2 and VPC: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

mod customer_gateway;
mod described;
mod dhcp_options;
mod dhcp_options_association;
mod eip;
mod eip_association;
mod flow_log;
mod image;
mod image_from_instance;
mod instance;
mod internet_gateway;
mod key_pair;
mod launch_template;
mod nat_gateway;
mod network_acl;
mod network_acl_association;
mod network_interface;
mod route;
mod route_table;
mod route_table_association;
mod security_group;
mod security_group_rule;
mod snapshot;
mod subnet;
mod tagged;
mod tagging;
mod unsuccessful;
mod volume;
mod volume_attachment;
mod vpc;
mod vpc_endpoint;
mod vpc_peering_connection;
mod vpc_peering_connection_accepter;
mod vpn_connection;
mod vpn_connection_route;
mod vpn_gateway;
mod vpn_gateway_attachment;
mod vpn_gateway_route_propagation;
mod zones;

pub(crate) use self::described::filter;
#[cfg(any(feature = "elb", feature = "elbv2"))]
pub(crate) use self::instance::interface::default_group;
pub use self::{
    customer_gateway::{CustomerGateway, CustomerGatewayArgs, CustomerGatewayInputs, CustomerGatewayOutputs},
    dhcp_options::{DhcpOptions, DhcpOptionsArgs, DhcpOptionsInputs, DhcpOptionsOutputs},
    dhcp_options_association::{
        DhcpOptionsAssociation, DhcpOptionsAssociationArgs, DhcpOptionsAssociationInputs, DhcpOptionsAssociationOutputs,
    },
    eip::{Eip, EipArgs, EipInputs, EipOutputs},
    eip_association::{EipAssociation, EipAssociationArgs, EipAssociationInputs, EipAssociationOutputs},
    flow_log::{FileFormat, FlowLog, FlowLogArgs, FlowLogInputs, FlowLogOutputs, FlowLogResource, TrafficType},
    image::{Architecture, Image, ImageByParameter, ImageId, ImageLookup},
    image_from_instance::{ImageFromInstance, ImageFromInstanceArgs, ImageFromInstanceInputs, ImageFromInstanceOutputs},
    instance::{
        CpuCredits, HttpTokens, Instance, InstanceArgs, InstanceInputs, InstanceOutputs, InstanceProfileName, InstanceTenancy,
        InstanceType, MetadataOptions, MetadataOptionsArgs, RootVolume, RootVolumeArgs, ShutdownBehavior, Switch, VolumeType,
    },
    internet_gateway::{InternetGateway, InternetGatewayArgs, InternetGatewayInputs, InternetGatewayOutputs},
    key_pair::{KeyPair, KeyPairArgs, KeyPairInputs, KeyPairOutputs, KeyType, PublicKey},
    launch_template::{
        BlockDevice, BlockDeviceArgs, LaunchInterface, LaunchInterfaceArgs, LaunchTemplate, LaunchTemplateArgs, LaunchTemplateInputs,
        LaunchTemplateOutputs,
    },
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
    snapshot::{Snapshot, SnapshotArgs, SnapshotInputs, SnapshotOutputs},
    subnet::{HostnameType, Subnet, SubnetArgs, SubnetInputs, SubnetOutputs, Zone},
    volume::{Volume, VolumeArgs, VolumeInputs, VolumeOutputs},
    volume_attachment::{VolumeAttachment, VolumeAttachmentArgs, VolumeAttachmentInputs, VolumeAttachmentOutputs},
    vpc::{Tenancy, Vpc, VpcArgs, VpcInputs, VpcOutputs},
    vpc_endpoint::{
        EndpointPolicy, VpcEndpoint, VpcEndpointArgs, VpcEndpointInputs, VpcEndpointOutputs, VpcEndpointState, VpcEndpointType,
    },
    vpc_peering_connection::{
        PeerVpc, PeeringStatus, VpcPeeringConnection, VpcPeeringConnectionArgs, VpcPeeringConnectionInputs, VpcPeeringConnectionOutputs,
    },
    vpc_peering_connection_accepter::{
        VpcPeeringConnectionAccepter, VpcPeeringConnectionAccepterArgs, VpcPeeringConnectionAccepterInputs,
        VpcPeeringConnectionAccepterOutputs,
    },
    vpn_connection::{
        DpdTimeoutAction, IkeVersion, StartupAction, VpnConnection, VpnConnectionArgs, VpnConnectionInputs, VpnConnectionOutputs,
        VpnEncryptionAlgorithm, VpnIntegrityAlgorithm, VpnTunnel, VpnTunnelArgs,
    },
    vpn_connection_route::{VpnConnectionRoute, VpnConnectionRouteArgs, VpnConnectionRouteInputs, VpnConnectionRouteOutputs},
    vpn_gateway::{VpnGateway, VpnGatewayArgs, VpnGatewayInputs, VpnGatewayOutputs},
    vpn_gateway_attachment::{VpnGatewayAttachment, VpnGatewayAttachmentArgs, VpnGatewayAttachmentInputs, VpnGatewayAttachmentOutputs},
    vpn_gateway_route_propagation::{
        VpnGatewayRoutePropagation, VpnGatewayRoutePropagationArgs, VpnGatewayRoutePropagationInputs, VpnGatewayRoutePropagationOutputs,
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
        .with(vpc_peering_connection_accepter::Provider(account.clone()))
        .with(ByTag(key_pair::Provider(account.clone())))
        .with(instance::Provider(account.clone()))
        .with(ByTag(launch_template::Provider(account.clone())))
        .with(ByTag(volume::Provider(account.clone())))
        .with(ByPlace(volume_attachment::Provider(account.clone())))
        .with(ByTag(snapshot::Provider(account.clone())))
        .with(ByTag(image_from_instance::Provider(account.clone())))
        .with(ByTag(customer_gateway::Provider(account.clone())))
        .with(ByTag(vpn_gateway::Provider(account.clone())))
        .with(ByPlace(vpn_gateway_attachment::Provider(account.clone())))
        .with(ByPlace(vpn_gateway_route_propagation::Provider(account.clone())))
        .with(ByTag(vpn_connection::Provider(account.clone())))
        .with(ByPlace(vpn_connection_route::Provider(account.clone())))
        .with(ByPlace(eip_association::Provider(account.clone())))
        .with(ByTag(security_group::Provider(account.clone())))
        .with(ByTag(security_group_rule::Provider(account.clone())))
        .answering(zones::Answers(account.clone()))
        .answering(image::ByName(account.clone()))
        .answering(image::ByParameter(account.clone()))
}

//! Network interfaces of instances to come.

use std::net::Ipv4Addr;

use aws_sdk_ec2::types::{
    LaunchTemplateInstanceNetworkInterfaceSpecification as Response, LaunchTemplateInstanceNetworkInterfaceSpecificationRequest as Request,
};
use blogstack_core::{Block, Id, Set};

use crate::ec2::{security_group::SecurityGroup, subnet::Subnet};

/// A network interface of an instance to come.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplateInstanceNetworkInterfaceSpecificationRequest.html>
///
/// ```
/// use blogstack_aws::ec2::LaunchInterface;
///
/// let public = LaunchInterface::new().associate_public_ip_address(true);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct LaunchInterface {
    /// Which interface it is; the first has 0.
    #[field(default = 0)]
    pub device_index: u8,
    /// The subnet; left to whoever launches when it is not set.
    pub subnet: Option<Id<Subnet>>,
    /// What may reach it and what it may reach.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// Whether it gets a public address; as the subnet says when it is not set.
    pub associate_public_ip_address: Option<bool>,
    /// Its private address: for one instance only.
    pub private_ip_address: Option<Ipv4Addr>,
    /// Whether it is deleted with the instance.
    pub delete_on_termination: Option<bool>,
    /// What it is for.
    pub description: Option<String>,
}

pub(super) fn to_sdk(interface: &LaunchInterface) -> Request {
    let groups = interface.security_groups.as_ref().map(|groups| groups.iter().map(|id| id.as_str().to_owned()).collect());
    Request::builder()
        .device_index(interface.device_index.into())
        .set_subnet_id(interface.subnet.as_ref().map(|id| id.as_str().to_owned()))
        .set_groups(groups)
        .set_associate_public_ip_address(interface.associate_public_ip_address)
        .set_private_ip_address(interface.private_ip_address.map(|address| address.to_string()))
        .set_delete_on_termination(interface.delete_on_termination)
        .set_description(interface.description.clone())
        .build()
}

pub(super) fn of_sdk(interface: Response) -> LaunchInterface {
    let groups = interface.groups.filter(|groups| !groups.is_empty());
    LaunchInterface {
        device_index: interface.device_index.and_then(|index| u8::try_from(index).ok()).unwrap_or_default(),
        subnet: interface.subnet_id.map(Id::new),
        security_groups: groups.map(|groups| groups.into_iter().map(Id::new).collect()),
        associate_public_ip_address: interface.associate_public_ip_address,
        private_ip_address: interface.private_ip_address.and_then(|address| address.parse().ok()),
        delete_on_termination: interface.delete_on_termination,
        description: interface.description,
    }
}

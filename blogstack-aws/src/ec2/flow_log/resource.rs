//! Whose traffic a flow log records.

use aws_sdk_ec2::types::FlowLogsResourceType;
use blogstack_core::{Expr, Handle, Id, Input, IntoInput, Value};

use crate::ec2::{network_interface::NetworkInterface, subnet::Subnet, vpc::Vpc};

/// Whose traffic a flow log records. It may be written as a handle.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub enum FlowLogResource {
    /// That of all interfaces in a network.
    Vpc(Id<Vpc>),
    /// That of all interfaces in a subnet.
    Subnet(Id<Subnet>),
    /// That of one interface.
    NetworkInterface(Id<NetworkInterface>),
}

impl FlowLogResource {
    /// What an id says.
    pub(super) fn of(id: &str) -> Option<Self> {
        match id.split_once('-')?.0 {
            "vpc" => Some(Self::Vpc(Id::new(id))),
            "subnet" => Some(Self::Subnet(Id::new(id))),
            "eni" => Some(Self::NetworkInterface(Id::new(id))),
            _ => None,
        }
    }

    pub(super) fn to_sdk(&self) -> (FlowLogsResourceType, &str) {
        match self {
            Self::Vpc(id) => (FlowLogsResourceType::Vpc, id.as_str()),
            Self::Subnet(id) => (FlowLogsResourceType::Subnet, id.as_str()),
            Self::NetworkInterface(id) => (FlowLogsResourceType::NetworkInterface, id.as_str()),
        }
    }
}

/// A variant around an id that may be known only later.
fn variant(name: &str, id: Expr) -> Input<FlowLogResource> {
    Input::from_expr(Expr::Object([(name.to_owned(), id)].into()))
}

impl IntoInput<FlowLogResource> for &Handle<Vpc> {
    fn into_input(self) -> Input<FlowLogResource> {
        variant("vpc", IntoInput::<Id<Vpc>>::into_input(self).into_expr())
    }
}

impl IntoInput<FlowLogResource> for &Handle<Subnet> {
    fn into_input(self) -> Input<FlowLogResource> {
        variant("subnet", IntoInput::<Id<Subnet>>::into_input(self).into_expr())
    }
}

impl IntoInput<FlowLogResource> for &Handle<NetworkInterface> {
    fn into_input(self) -> Input<FlowLogResource> {
        variant("network-interface", IntoInput::<Id<NetworkInterface>>::into_input(self).into_expr())
    }
}

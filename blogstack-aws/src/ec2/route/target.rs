//! Where a route leads.

use std::fmt;

use aws_sdk_ec2::types;
use blogstack_core::{
    Expr, Handle, Id, Input, IntoInput, Output, Value,
    provider::{ErrorKind, ProviderError},
};

use crate::ec2::{
    instance::Instance, internet_gateway::InternetGateway, nat_gateway::NatGateway, vpc_peering_connection::VpcPeeringConnection,
    vpc_peering_connection_accepter::VpcPeeringConnectionAccepter,
};

/// Where a route leads. A reference to the handle of such an object leads there, too.
#[derive(Debug, Clone, PartialEq, Eq, Value)]
pub enum RouteTarget {
    /// The internet.
    Gateway(Id<InternetGateway>),
    /// A NAT gateway.
    NatGateway(Id<NatGateway>),
    /// An instance, whose check of source and destination is off.
    Instance(Id<Instance>),
    /// The other network of a peering connection.
    VpcPeeringConnection(Id<VpcPeeringConnection>),
    /// Something that programs cannot set (an interface without an instance, a transit gateway): its id.
    Other(String),
}

impl RouteTarget {
    /// The target that AWS tells.
    pub(super) fn of(route: types::Route) -> Self {
        let igw = |id: &String| id.starts_with("igw-");
        let known = route.gateway_id.clone().filter(igw).map(|id| Self::Gateway(Id::new(id)));
        let known = known.or_else(|| route.nat_gateway_id.map(|id| Self::NatGateway(Id::new(id))));
        let known = known.or_else(|| route.instance_id.map(|id| Self::Instance(Id::new(id))));
        let known = known.or_else(|| route.vpc_peering_connection_id.map(|id| Self::VpcPeeringConnection(Id::new(id))));
        let others = [
            route.gateway_id,
            route.network_interface_id,
            route.transit_gateway_id,
            route.egress_only_internet_gateway_id,
            route.local_gateway_id,
            route.carrier_gateway_id,
            route.core_network_arn,
            route.odb_network_arn,
        ];
        known.unwrap_or_else(|| Self::Other(others.into_iter().flatten().next().unwrap_or_default()))
    }
}

impl fmt::Display for RouteTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway(id) => write!(f, "`{id}`"),
            Self::NatGateway(id) => write!(f, "`{id}`"),
            Self::Instance(id) => write!(f, "`{id}`"),
            Self::VpcPeeringConnection(id) => write!(f, "`{id}`"),
            Self::Other(id) => write!(f, "`{id}`"),
        }
    }
}

/// The error for a target that programs cannot set.
pub(super) fn unsupported(operation: &'static str) -> ProviderError {
    ProviderError::new(ErrorKind::Rejected, operation, "a program cannot lead routes to `RouteTarget::Other`").field("target")
}

fn variant<T>(name: &str, content: Input<T>) -> Input<RouteTarget> {
    Input::from_expr(Expr::Object([(name.to_owned(), content.into_expr())].into()))
}

macro_rules! targets {
    ($($kind:ty => $name:literal),*) => {$(
        impl IntoInput<RouteTarget> for &Handle<$kind> {
            fn into_input(self) -> Input<RouteTarget> {
                variant($name, IntoInput::<Id<$kind>>::into_input(self))
            }
        }

        impl IntoInput<RouteTarget> for &Output<Id<$kind>> {
            fn into_input(self) -> Input<RouteTarget> {
                variant($name, IntoInput::<Id<$kind>>::into_input(self))
            }
        }

        impl IntoInput<RouteTarget> for Id<$kind> {
            fn into_input(self) -> Input<RouteTarget> {
                variant($name, IntoInput::<Id<$kind>>::into_input(self))
            }
        }
    )*};
}
targets!(
    InternetGateway => "gateway",
    NatGateway => "nat-gateway",
    Instance => "instance",
    VpcPeeringConnection => "vpc-peering-connection",
    // Its id is the connection's.
    VpcPeeringConnectionAccepter => "vpc-peering-connection"
);

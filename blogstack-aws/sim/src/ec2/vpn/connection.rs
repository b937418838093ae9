//! VPN connections: two tunnels between a customer's gateway and a gateway of AWS's.
//!
//! Source: *`CreateVpnConnection`* (which may be repeated), *`ModifyVpnConnection`*, *`ModifyVpnConnectionOptions`*,
//! *`ModifyVpnTunnelOptions`* (one tunnel at a time), *`DeleteVpnConnection`*, *`DescribeVpnConnections`*.

mod configuration;
mod listing;
mod modify;
mod route;

pub(crate) use route::of_gateway as static_routes;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::vpn::connection::route::Route;
use crate::ec2::vpn::customer_gateway::{self, check_type};
use crate::ec2::vpn::gateway;
use crate::ec2::vpn::tunnel::{self, Tunnel};
use crate::ec2::{Operation, cidr, done, tags};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A VPN connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VpnConnection {
    pub(crate) id: String,
    customer_gateway: String,
    vpn_gateway: String,
    static_routes_only: bool,
    /// The customer's side.
    local_cidr: Ipv4Net,
    /// AWS's side.
    remote_cidr: Ipv4Net,
    tunnels: Vec<Tunnel>,
    routes: Vec<Route>,
    state: State,
    /// When a state that is on its way to another one gets there, or when a deleted connection is forgotten.
    next_at: Option<Moment>,
    tags: Tags,
}

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pending,
    Available,
    Modifying,
    Deleting,
    Deleted,
}

impl Object for VpnConnection {
    const KIND: Kind = Kind {
        name: "vpn-connection",
        prefix: "vpn",
        missing: "InvalidVpnConnectionID.NotFound",
        malformed: None,
        sentence: "The vpnConnection ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.customer_gateway), Some(&self.vpn_gateway)]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.routes.iter().filter_map(|route| route.next_at).chain(self.next_at).min()
    }

    fn is_live(&self) -> bool {
        self.state != State::Deleted
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVpnConnection" => create,
        "DescribeVpnConnections" => listing::describe,
        "ModifyVpnConnection" => modify::modify,
        "ModifyVpnConnectionOptions" => modify::modify_options,
        "ModifyVpnTunnelOptions" => modify::modify_tunnel,
        "DeleteVpnConnection" => delete,
        "CreateVpnConnectionRoute" => route::create,
        "DeleteVpnConnectionRoute" => route::delete,
        _ => return None,
    })
}

/// Lets a connection, or one of its routes, get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    route::mature(context, id);
    let (now, memory) = (context.now, context.settings.delays.memory);
    let Some(connection) = context.region.vpn_connections.get(id) else { return };
    if connection.next_at.is_none_or(|at| at > now) {
        return;
    }
    match connection.state {
        State::Pending | State::Modifying => enter(context, id, State::Available, None),
        State::Deleting => enter(context, id, State::Deleted, Some(moment::later(now, memory))),
        State::Deleted | State::Available => context.remove::<VpnConnection>(id),
    }
}

fn enter(context: &mut Context<'_>, id: &str, state: State, next_at: Option<Moment>) {
    if let Some(connection) = context.region.vpn_connections.change(id) {
        (connection.state, connection.next_at) = (state, next_at);
    }
}

/// The connection that a request names, unless it is deleted.
fn named(context: &Context<'_>) -> Result<VpnConnection, Failure> {
    let connection = context.named::<VpnConnection>("VpnConnectionId")?;
    if connection.is_live() { Ok(connection) } else { Err(VpnConnection::KIND.not_found(&connection.id)) }
}

/// The connection that a request names, when nothing is being done with it.
fn available(context: &Context<'_>) -> Result<VpnConnection, Failure> {
    let connection = named(context)?;
    if connection.state == State::Available {
        return Ok(connection);
    }
    let message = format!("The VPN connection '{}' must be in the available state to complete the request.", connection.id);
    Err(Failure::new("InvalidVpnConnection.InvalidState", message))
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let params = context.params.clone();
    check_type(params.required("Type")?)?;
    if let Some(other) = ["TransitGatewayId", "VpnConcentratorId"].into_iter().find(|name| params.has(name)) {
        return Err(Failure::new("UnsupportedOperation", format!("VPN connections with {other} are not simulated.")));
    }
    params.known_as_false("Options.EnableAcceleration");
    let customer_gateway = customer_gateway::live(context, params.required("CustomerGatewayId")?)?.id;
    let vpn_gateway = gateway::live(context, params.required("VpnGatewayId")?)?.id;
    let of_pair = |other: &&VpnConnection| other.vpn_gateway == vpn_gateway && !matches!(other.state, State::Deleting | State::Deleted);
    if let Some(known) = context.of::<VpnConnection>(&customer_gateway).find(of_pair) {
        params.read_all();
        return Ok(answer(context, known));
    }
    context.within_quota::<VpnConnection>("vpn-connections", "VpnConnectionLimitExceeded")?;
    let range = |name: &str| params.text(name).map_or(Ok(Ipv4Net::default()), |text| cidr::block(text, name));
    let connection = VpnConnection {
        id: context.new_id("vpn"),
        static_routes_only: params.flag("Options.StaticRoutesOnly")?.unwrap_or(false),
        local_cidr: range("Options.LocalIpv4NetworkCidr")?,
        remote_cidr: range("Options.RemoteIpv4NetworkCidr")?,
        tunnels: tunnel::new_pair(context, &vpn_gateway)?,
        routes: Vec::new(),
        state: State::Pending,
        next_at: Some(moment::later(context.now, context.settings.delays.vpn_connection_available)),
        tags: tags::specified(&params, VpnConnection::KIND.name)?,
        customer_gateway,
        vpn_gateway,
    };
    let xml = answer(context, &connection);
    context.add(connection);
    Ok(xml)
}

fn answer(context: &Context<'_>, connection: &VpnConnection) -> Xml {
    let mut xml = Xml::new();
    xml.nest("vpnConnection", |xml| listing::write(xml, context, connection));
    xml
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let connection = named(context)?;
    if connection.state != State::Deleting {
        let next_at = moment::later(context.now, context.settings.delays.vpn_connection_deleted);
        enter(context, &connection.id, State::Deleting, Some(next_at));
    }
    Ok(done())
}

impl VpnConnection {
    /// The tunnels of a connection that is not deleted.
    pub(super) fn tunnels(&self) -> &[Tunnel] {
        &self.tunnels
    }
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Available => "available",
            State::Modifying => "modifying",
            State::Deleting => "deleting",
            State::Deleted => "deleted",
        }
    }
}

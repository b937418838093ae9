//! The simulated EC2: which operation is done where.

pub(crate) mod acl;
pub(crate) mod cidr;
pub(crate) mod dhcp;
pub(crate) mod echo;
pub(crate) mod eip;
pub(crate) mod endpoint;
pub(crate) mod filter;
pub(crate) mod flow_log;
pub(crate) mod gateway;
pub(crate) mod group;
pub(crate) mod image;
pub(crate) mod instance;
pub(crate) mod interface;
pub(crate) mod key;
pub(crate) mod listing;
pub(crate) mod nat;
pub(crate) mod peering;
pub(crate) mod profile;
pub(crate) mod snapshot;
pub(crate) mod subnet;
pub(crate) mod table;
pub(crate) mod tags;
pub(crate) mod template;
pub(crate) mod token;
pub(crate) mod volume;
pub(crate) mod vpc;
pub(crate) mod vpn;
pub(crate) mod zone;

use crate::context::Context;
use crate::failure::Failure;
use crate::protocol::xml::Xml;

/// Carries out one operation; whatever it changed is undone when it fails.
pub(crate) type Operation = fn(&mut Context<'_>) -> Result<Xml, Failure>;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    let parts = [
        vpc::operation,
        subnet::operation,
        acl::operation,
        dhcp::operation,
        gateway::operation,
        table::operation,
        nat::operation,
        key::operation,
        image::operation,
        eip::operation,
        endpoint::operation,
        flow_log::operation,
        peering::operation,
        group::operation,
        instance::operation,
        interface::operation,
        profile::operation,
        volume::operation,
        snapshot::operation,
        template::operation,
        vpn::operation,
        tags::operation,
        zone::operation,
    ];
    parts.iter().find_map(|part| part(name))
}

/// Lets an object change by itself, when it is time.
pub(crate) fn mature(context: &mut Context<'_>, kind: &str, id: &str) {
    match kind {
        "vpc" => vpc::mature(context, id),
        "subnet" => subnet::mature(context, id),
        "natgateway" => nat::mature(context, id),
        "instance" => instance::mature(context, id),
        "network-interface" => interface::mature(context, id),
        "vpc-endpoint" => endpoint::mature(context, id),
        "vpc-peering-connection" => peering::mature(context, id),
        "volume" => volume::mature(context, id),
        "customer-gateway" => vpn::customer_gateway::mature(context, id),
        "vpn-gateway" => vpn::gateway::mature(context, id),
        "vpn-connection" => vpn::connection::mature(context, id),
        "snapshot" => snapshot::mature(context, id),
        "image" => image::mature(context, id),
        "iam-instance-profile-association" => profile::mature(context, id),
        "token" => token::mature(context, id),
        _ => {}
    }
}

/// The answer of operations that only succeed.
pub(crate) fn done() -> Xml {
    let mut xml = Xml::new();
    xml.text("return", true);
    xml
}

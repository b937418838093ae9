//! Elastic IP addresses.
//!
//! Source: *`AllocateAddress`*, *`AssociateAddress`*, *`DisassociateAddress`*, *`ReleaseAddress`*, *`DescribeAddresses`*.

pub(crate) mod association;
mod listing;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::interface::Interface;
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// An elastic IP address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) id: String,
    pub(crate) public_ip: Ipv4Addr,
    pub(crate) association: Option<Association>,
    tags: Tags,
}

/// What an address stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Association {
    pub(crate) id: String,
    pub(crate) interface: String,
    pub(crate) private_address: Ipv4Addr,
}

impl Object for Address {
    const KIND: Kind = Kind {
        name: "elastic-ip",
        prefix: "eipalloc",
        missing: "InvalidAllocationID.NotFound",
        malformed: None,
        sentence: "The allocation ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [self.association.as_ref().map(|association| association.interface.as_str()), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AllocateAddress" => allocate,
        "DescribeAddresses" => listing::describe,
        "AssociateAddress" => association::associate,
        "DisassociateAddress" => association::disassociate,
        "ReleaseAddress" => release,
        _ => return None,
    })
}

/// A public address that nobody in the region has.
pub(crate) fn new_public_address(context: &mut Context<'_>) -> Ipv4Addr {
    // Far fewer addresses are in use than there are; the bound is only there to be one.
    for _ in 0..1000 {
        let [a, b, c, ..] = context.chance("public-address").to_le_bytes();
        let address = Ipv4Addr::new(52, 16 + a % 48, b, 1 + c % 254);
        if !is_used(context, address) {
            return address;
        }
    }
    Ipv4Addr::new(52, 0, 0, 1)
}

fn is_used(context: &Context<'_>, address: Ipv4Addr) -> bool {
    context.all::<Address>().any(|other| other.public_ip == address)
        || context.all::<Interface>().any(|interface| interface.public_address == Some(address))
}

fn allocate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(domain) = context.params.text("Domain").filter(|domain| *domain != "vpc") {
        return Err(Failure::invalid(domain, "domain", "Expecting vpc."));
    }
    context.within_quota::<Address>("addresses", "AddressLimitExceeded")?;
    let address = Address {
        id: context.new_id("eipalloc"),
        public_ip: new_public_address(context),
        association: None,
        tags: tags::specified(&context.params, Address::KIND.name)?,
    };
    let mut xml = Xml::new();
    xml.text("publicIp", address.public_ip).text("domain", "vpc").text("allocationId", &address.id);
    xml.text("publicIpv4Pool", "amazon").text("networkBorderGroup", &context.place.region);
    context.add(address);
    Ok(xml)
}

fn release(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let address = named(context)?;
    if address.association.is_some() {
        return Err(Failure::new("InvalidIPAddress.InUse", format!("Address {} is in use.", address.public_ip)));
    }
    context.remove::<Address>(&address.id);
    Ok(done())
}

/// The address that a request names by its allocation id or by itself.
fn named(context: &Context<'_>) -> Result<Address, Failure> {
    let (id, address) = (context.params.text("AllocationId"), context.params.text("PublicIp"));
    match (id, address) {
        (Some(id), None) => context.find::<Address>(id).cloned(),
        (None, Some(address)) => by_address(context, address).cloned(),
        (Some(_), Some(_)) => Err(Failure::combination("You may specify public IP or allocation id, but not both in the same call")),
        (None, None) => Err(Failure::missing("AllocationId")),
    }
}

fn by_address<'a>(context: &'a Context<'_>, text: &str) -> Result<&'a Address, Failure> {
    let Ok(wanted) = text.parse::<Ipv4Addr>() else {
        return Err(Failure::new("InvalidAddress.Malformed", format!("Invalid IPv4 address: {text}")));
    };
    let found = context.all::<Address>().find(|address| address.public_ip == wanted);
    found.ok_or_else(|| Failure::new("InvalidAddress.NotFound", format!("Address '{wanted}' not found.")))
}

//! Elastic IP addresses.
//!
//! Source: *`AllocateAddress`*, *`AssociateAddress`*, *`DisassociateAddress`*, *`ReleaseAddress`*, *`DescribeAddresses`*,
//! *`DescribeAddressesAttribute`*.

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
        "DescribeAddressesAttribute" => listing::describe_attribute,
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
    // *`ReleaseAddress`*: with another group than its own, there is no such address.
    if context.params.text("NetworkBorderGroup").is_some_and(|group| *group != context.place.region) {
        return Err(Failure::new("InvalidAddress.NotFound", format!("Address '{}' not found.", address.public_ip)));
    }
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

#[cfg(test)]
mod tests {
    use crate::testing::{World, value};

    #[tokio::test(start_paused = true)]
    async fn an_address_tells_its_attributes_and_is_released_in_its_own_group() {
        let world = World::new();
        let made = world.ok("AllocateAddress", &[("Domain", "vpc")]).await;
        let (id, ip) = (value(&made, "allocationId"), value(&made, "publicIp"));
        let attributes = [("AllocationId.1", id.as_str()), ("Attribute", "domain-name")];
        let told = world.ok("DescribeAddressesAttribute", &attributes).await;
        assert_eq!((value(&told, "allocationId"), value(&told, "publicIp")), (id.clone(), ip));
        assert!(!told.contains("ptrRecord"), "{told}");
        world.refused("DescribeAddressesAttribute", &[("Attribute", "owner")], "InvalidParameterValue").await;
        let elsewhere = [("AllocationId", id.as_str()), ("NetworkBorderGroup", "us-east-1")];
        world.refused("ReleaseAddress", &elsewhere, "InvalidAddress.NotFound").await;
        world.ok("ReleaseAddress", &[("AllocationId", &id), ("NetworkBorderGroup", "eu-west-1")]).await;
        world.refused("DescribeAddressesAttribute", &attributes, "InvalidAllocationID.NotFound").await;
    }
}

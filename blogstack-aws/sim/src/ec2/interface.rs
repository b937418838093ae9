//! Network interfaces: those of instances, those that AWS makes for its services, and those that stand alone.
//!
//! Source: *`CreateNetworkInterface`*, *`DescribeNetworkInterfaces`*, *`ModifyNetworkInterfaceAttribute`*,
//! *`DeleteNetworkInterface`*, *Elastic network interfaces*.

mod alone;
pub(crate) mod listing;

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::eip::Address;
use crate::ec2::group::{self, Group};
use crate::ec2::subnet::{self, Subnet};
use crate::ec2::{Operation, done};
use crate::failure::Failure;
use crate::moment::Moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A network interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Interface {
    pub(crate) id: String,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) private_address: Ipv4Addr,
    pub(crate) secondary_addresses: Vec<Ipv4Addr>,
    pub(crate) groups: Vec<String>,
    pub(crate) description: String,
    pub(crate) source_dest_check: bool,
    /// `interface`, or the service that it is AWS's for: `nat_gateway`, `vpc_endpoint`.
    pub(crate) kind: String,
    pub(crate) attachment: Option<Attachment>,
    /// Whether AWS gives it a public address while its instance runs.
    pub(crate) auto_public: bool,
    /// The public address that AWS gave it.
    pub(crate) public_address: Option<Ipv4Addr>,
    mac: String,
    /// When one that stands alone becomes available, while it is pending.
    #[serde(default)]
    available_at: Option<Moment>,
    /// The service that made it for itself, other than EC2: `amazon-elb`.
    #[serde(default)]
    pub(crate) requester: Option<String>,
    pub(crate) tags: Tags,
}

/// How an interface is attached to an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) device_index: u32,
    pub(crate) delete_on_termination: bool,
    pub(crate) attached_at: Moment,
}

impl Object for Interface {
    const KIND: Kind = Kind {
        name: "network-interface",
        prefix: "eni",
        missing: "InvalidNetworkInterfaceID.NotFound",
        malformed: Some("InvalidNetworkInterfaceId.Malformed"),
        sentence: "The networkInterface ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.subnet), self.instance()]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.available_at
    }
}

/// What a new interface is to be.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) private_address: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) description: String,
    pub(crate) kind: &'static str,
    pub(crate) auto_public: bool,
    pub(crate) tags: Tags,
}

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateNetworkInterface" => alone::create,
        "DeleteNetworkInterface" => alone::delete,
        "DescribeNetworkInterfaces" => listing::describe,
        "ModifyNetworkInterfaceAttribute" => modify_attribute,
        _ => return None,
    })
}

/// A pending interface becomes available.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    if let Some(interface) = context.region.interfaces.change(id) {
        interface.available_at = interface.available_at.filter(|at| *at > now);
    }
}

/// The interface of something that the call has found, to change. No caller named it, so no consistency window hides it.
pub(crate) fn part<'a>(context: &'a mut Context<'_>, id: &str) -> Result<&'a mut Interface, Failure> {
    context.region.interfaces.change(id).ok_or_else(|| Interface::KIND.not_found(id))
}

/// The interfaces in a subnet.
pub(crate) fn of_subnet<'a>(context: &'a Context<'_>, subnet: &str) -> impl Iterator<Item = &'a Interface> {
    context.of::<Interface>(subnet)
}

/// The interfaces of an instance, the primary one first.
pub(crate) fn of_instance<'a>(context: &'a Context<'_>, instance: &str) -> Vec<&'a Interface> {
    let mut interfaces: Vec<&Interface> = context.of::<Interface>(instance).collect();
    interfaces.sort_by_key(|interface| interface.attachment.as_ref().map(|attachment| attachment.device_index));
    interfaces
}

/// Makes an interface in a subnet; the caller attaches it.
pub(crate) fn create(context: &mut Context<'_>, subnet: &Subnet, wanted: Wanted) -> Result<Interface, Failure> {
    let private_address = subnet::free_address(context, subnet, wanted.private_address.as_deref())?;
    let mac = context.chance("mac");
    let interface = Interface {
        id: context.new_id("eni"),
        subnet: subnet.id.clone(),
        vpc: subnet.vpc.clone(),
        zone: subnet.zone.clone(),
        private_address,
        secondary_addresses: Vec::new(),
        groups: wanted.groups,
        description: wanted.description,
        source_dest_check: wanted.kind != "nat_gateway",
        kind: wanted.kind.to_owned(),
        attachment: None,
        auto_public: wanted.auto_public,
        public_address: None,
        mac: format!("06:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac & 255, mac >> 8 & 255, mac >> 16 & 255, mac >> 24 & 255, mac >> 32 & 255),
        available_at: None,
        requester: None,
        tags: wanted.tags,
    };
    context.add(interface.clone());
    Ok(interface)
}

/// Whether a VPC has an interface that the internet reaches.
pub(crate) fn has_public_address(context: &Context<'_>, vpc: &str) -> bool {
    let mut interfaces = context.all::<Interface>().filter(|interface| interface.vpc == vpc);
    interfaces.any(|interface| interface.public_address.is_some() || address_of(context, interface, None).is_some())
}

/// The elastic address of an interface: of one of its private addresses, or of any.
pub(crate) fn address_of<'a>(context: &'a Context<'_>, interface: &Interface, private: Option<Ipv4Addr>) -> Option<&'a Address> {
    let fits = |address: &&Address| {
        let own = address.association.as_ref().map(|association| association.private_address);
        private.is_none() || private == own
    };
    context.of::<Address>(&interface.id).find(fits)
}

/// The public address of an interface's primary private address, however it came by it.
pub(crate) fn public_address(context: &Context<'_>, interface: &Interface) -> Option<Ipv4Addr> {
    let elastic = address_of(context, interface, Some(interface.private_address));
    elastic.map(|address| address.public_ip).or(interface.public_address)
}

/// The groups of a request, or the default group of the VPC: *Security groups for your VPC*: five an interface.
pub(crate) fn checked_groups(context: &Context<'_>, vpc: &str, ids: Vec<String>) -> Result<Vec<String>, Failure> {
    if ids.is_empty() {
        return Ok(group::default_of(context, vpc).map(|group| group.id.clone()).into_iter().collect());
    }
    if ids.len() > 5 {
        let message = "The maximum number of security groups per interface has been reached.";
        return Err(Failure::limit("SecurityGroupsPerInterfaceLimitExceeded", message));
    }
    for id in &ids {
        if context.find::<Group>(id)?.vpc != vpc {
            let message = format!("You have specified two resources that belong to different networks: {id} and {vpc}.");
            return Err(Failure::new("InvalidParameter", message));
        }
    }
    Ok(ids)
}

fn modify_attribute(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let interface = context.named::<Interface>("NetworkInterfaceId")?;
    let params = context.params.clone();
    let parts = ["Attachment", "Description", "SecurityGroupId", "SourceDestCheck"];
    let sent: Vec<&str> = parts.into_iter().filter(|part| params.has(part)).collect();
    let [part] = sent.as_slice() else {
        return Err(Failure::combination(format!("Expecting one attribute, not {}.", sent.len())));
    };
    match *part {
        "Description" => context.change::<Interface>(&interface.id)?.description = params.owned("Description.Value").unwrap_or_default(),
        "SourceDestCheck" => {
            let value = params.flag("SourceDestCheck.Value")?.unwrap_or(true);
            context.change::<Interface>(&interface.id)?.source_dest_check = value;
        }
        "SecurityGroupId" => {
            let groups = checked_groups(context, &interface.vpc, params.list("SecurityGroupId"))?;
            context.change::<Interface>(&interface.id)?.groups = groups;
        }
        _ => set_delete_on_termination(context, &interface)?,
    }
    Ok(done())
}

fn set_delete_on_termination(context: &mut Context<'_>, interface: &Interface) -> Result<(), Failure> {
    let id = context.params.required("Attachment.AttachmentId")?.to_owned();
    let value = context.params.flag("Attachment.DeleteOnTermination")?.unwrap_or(false);
    match &mut context.change::<Interface>(&interface.id)?.attachment {
        Some(attachment) if attachment.id == id => attachment.delete_on_termination = value,
        _ => return Err(Failure::new("InvalidAttachmentID.NotFound", format!("The attachment ID '{id}' does not exist"))),
    }
    Ok(())
}

impl Interface {
    /// All private addresses, the primary one first.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Ipv4Addr> {
        std::iter::once(self.private_address).chain(self.secondary_addresses.iter().copied())
    }

    /// The instance it is attached to.
    pub(crate) fn instance(&self) -> Option<&str> {
        self.attachment.as_ref().map(|attachment| attachment.instance.as_str())
    }

    /// Whether a service made it for itself, and takes it away again.
    pub(crate) fn is_managed(&self) -> bool {
        self.kind != "interface" || self.requester.is_some()
    }

    pub(crate) fn mac(&self) -> &str {
        &self.mac
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.available_at {
            Some(_) => "pending",
            None if self.attachment.is_some() || self.is_managed() => "in-use",
            None => "available",
        }
    }
}

#[cfg(test)]
mod tests;

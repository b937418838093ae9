//! What elastic IP addresses stand for.
//!
//! Source: *`AssociateAddress`*: an address that is associated moves, unless `AllowReassociation` is false; *Elastic IP addresses*:
//! the public address that AWS gave is released meanwhile.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::ec2::eip::{Address, Association, by_address, named, new_public_address};
use crate::ec2::instance::Instance;
use crate::ec2::interface::{self, Interface};
use crate::ec2::{done, gateway};
use crate::failure::Failure;
use crate::protocol::xml::Xml;

pub(super) fn associate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let address = named(context)?;
    let interface = target(context)?;
    let private = private_address(context, &interface)?;
    if !gateway::is_attached(context, &interface.vpc) {
        let message = format!("Network {} is not attached to any internet gateway", interface.vpc);
        return Err(Failure::new("Gateway.NotAttached", message));
    }
    let holder = interface::address_of(context, &interface, Some(private)).cloned();
    if let Some(id) = already(&address, holder.as_ref(), &interface, private) {
        return Ok(answer(&id));
    }
    make_room(context, &address, holder.as_ref(), &interface)?;
    let id = attach(context, &address.id, &interface.id, private)?;
    Ok(answer(&id))
}

/// Makes an address stand for a private address of an interface.
pub(crate) fn attach(context: &mut Context<'_>, address: &str, interface: &str, private: Ipv4Addr) -> Result<String, Failure> {
    let id = context.new_id("eipassoc");
    let association = Association { id: id.clone(), interface: interface.to_owned(), private_address: private };
    context.change::<Address>(address)?.association = Some(association);
    if let Some(interface) = context.region.interfaces.change(interface).filter(|own| own.private_address == private) {
        interface.public_address = None;
    }
    Ok(id)
}

pub(super) fn disassociate(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let address = associated(context)?;
    let Some(association) = &address.association else { return Ok(done()) };
    let interface = context.region.interfaces.get(&association.interface);
    if interface.is_some_and(Interface::is_managed) {
        let message = "You do not have permission to access the specified resource.";
        return Err(Failure::new("AuthFailure", message));
    }
    detach(context, &address.id);
    Ok(done())
}

/// Ends every association of an interface.
pub(crate) fn disassociate_interface(context: &mut Context<'_>, interface: &str) {
    let ids: Vec<String> = context.of::<Address>(interface).map(|address| address.id.clone()).collect();
    for id in ids {
        detach(context, &id);
    }
}

/// Ends an association. A running instance that was launched with a public address is given a new one.
pub(crate) fn detach(context: &mut Context<'_>, address: &str) {
    let Some(association) = context.region.addresses.change(address).and_then(|address| address.association.take()) else { return };
    let Some(interface) = context.region.interfaces.get(&association.interface) else { return };
    let running = interface.instance().and_then(|id| context.region.instances.get(id)).is_some_and(Instance::is_running);
    if interface.auto_public && running && association.private_address == interface.private_address {
        let public = new_public_address(context);
        if let Some(interface) = context.region.interfaces.change(&association.interface) {
            interface.public_address = Some(public);
        }
    }
}

/// The association that is already as wanted.
fn already(address: &Address, holder: Option<&Address>, interface: &Interface, private: Ipv4Addr) -> Option<String> {
    let same = holder.is_some_and(|holder| holder.id == address.id);
    let association = address
        .association
        .as_ref()
        .filter(|association| same && association.interface == interface.id && association.private_address == private);
    association.map(|association| association.id.clone())
}

/// Ends what stands in the way of an association, where the request allows it.
fn make_room(context: &mut Context<'_>, address: &Address, holder: Option<&Address>, interface: &Interface) -> Result<(), Failure> {
    let allowed = context.params.flag("AllowReassociation")?.unwrap_or(true);
    let taken = |what: &str| Failure::new("Resource.AlreadyAssociated", format!("resource {what} is already associated"));
    if let Some(association) = &address.association {
        let managed = context.region.interfaces.get(&association.interface).is_some_and(Interface::is_managed);
        if !allowed || managed {
            return Err(taken(&address.id));
        }
        detach(context, &address.id);
    }
    if let Some(holder) = holder {
        if !allowed {
            return Err(taken(&interface.id));
        }
        detach(context, &holder.id);
    }
    Ok(())
}

/// The interface that a request names by itself or by its instance.
fn target(context: &Context<'_>) -> Result<Interface, Failure> {
    let (instance, interface) = (context.params.text("InstanceId"), context.params.text("NetworkInterfaceId"));
    match (instance, interface) {
        (None, Some(id)) => context.find::<Interface>(id).cloned(),
        (Some(id), None) => primary(context, id),
        (None, None) => Err(Failure::missing("InstanceId")),
        (Some(_), Some(_)) => Err(Failure::combination("Specify either instanceId or networkInterfaceId, not both.")),
    }
}

fn primary(context: &Context<'_>, id: &str) -> Result<Interface, Failure> {
    let instance = context.find::<Instance>(id)?;
    let state = instance.state_name();
    if ["pending", "shutting-down", "terminated"].contains(&state) {
        let message = format!("The {state} instance '{id}' is not in a valid state for this operation.");
        return Err(Failure::new("InvalidInstanceID", message));
    }
    match interface::of_instance(context, id).as_slice() {
        [only] => Ok((*only).clone()),
        interfaces => {
            let message = format!("Instance {id} has {} network interfaces; name one of them.", interfaces.len());
            Err(Failure::new("InvalidInstanceID", message))
        }
    }
}

fn private_address(context: &Context<'_>, interface: &Interface) -> Result<Ipv4Addr, Failure> {
    let Some(text) = context.params.text("PrivateIpAddress") else { return Ok(interface.private_address) };
    let found = interface.addresses().find(|address| address.to_string() == text);
    found.ok_or_else(|| {
        let message = format!("IP address {text} does not belong to interface {}", interface.id);
        Failure::value(message)
    })
}

/// The address whose association a request names.
fn associated(context: &Context<'_>) -> Result<Address, Failure> {
    if let Some(address) = context.params.text("PublicIp") {
        return by_address(context, address).cloned();
    }
    let id = context.params.required("AssociationId")?;
    let own = |address: &&Address| address.association.as_ref().is_some_and(|association| association.id == id);
    let found = context.all::<Address>().find(own).cloned();
    found.ok_or_else(|| Failure::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist")))
}

fn answer(id: &str) -> Xml {
    let mut xml = done();
    xml.text("associationId", id);
    xml
}

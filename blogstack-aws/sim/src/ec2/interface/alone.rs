//! Interfaces that stand alone: made and deleted by requests, not with an instance.
//!
//! Source: *`CreateNetworkInterface`*, *`DeleteNetworkInterface`*.

use crate::context::Context;
use crate::ec2::interface::{self, Interface, Wanted, listing};
use crate::ec2::subnet::Subnet;
use crate::ec2::{done, eip, tags, token};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateNetworkInterface")? {
        let interface = context.find::<Interface>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, interface));
    }
    let subnet = context.named::<Subnet>("SubnetId")?;
    let groups = context.params.list("SecurityGroupId");
    let wanted = Wanted {
        private_address: primary_address(context)?,
        groups: interface::checked_groups(context, &subnet.vpc, groups)?,
        description: context.params.owned("Description").unwrap_or_default(),
        kind: "interface",
        tags: tags::specified(&context.params, Interface::KIND.name)?,
        ..Wanted::default()
    };
    let id = interface::create(context, &subnet, wanted)?.id;
    let available_at = moment::later(context.now, context.settings.delays.interface_available);
    let made = interface::part(context, &id)?;
    made.available_at = Some(available_at);
    let made = made.clone();
    let xml = answer(context, &made);
    token::remember(context, "CreateNetworkInterface", vec![id]);
    Ok(xml)
}

/// The one private address that a request asks for, in either of the two forms.
fn primary_address(context: &Context<'_>) -> Result<Option<String>, Failure> {
    let listed = context.params.groups("PrivateIpAddresses");
    let single = context.params.owned("PrivateIpAddress");
    match (listed.as_slice(), &single) {
        ([], _) => Ok(single),
        ([one], None) => {
            one.flag("Primary")?;
            Ok(Some(one.required("PrivateIpAddress")?.to_owned()))
        }
        (_, Some(_)) => Err(Failure::combination("Specify either privateIpAddress or privateIpAddresses, not both.")),
        _ => Err(Failure::new("UnsupportedOperation", "Interfaces with further private addresses are not simulated.")),
    }
}

fn answer(context: &Context<'_>, interface: &Interface) -> Xml {
    let mut xml = Xml::new();
    xml.nest("networkInterface", |xml| listing::write(xml, context, interface));
    xml.maybe("clientToken", context.params.text("ClientToken"));
    xml
}

/// One that is in use stays. An elastic address that stands for it is let go.
pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let interface = context.named::<Interface>("NetworkInterfaceId")?;
    if interface.attachment.is_some() || interface.is_managed() {
        return Err(Failure::value(format!("Network interface '{}' is currently in use.", interface.id)));
    }
    eip::association::disassociate_interface(context, &interface.id);
    context.remove::<Interface>(&interface.id);
    Ok(done())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::delays::Delays;
    use crate::testing::{World, value};

    #[tokio::test(start_paused = true)]
    async fn an_interface_is_pending_then_available_then_gone() {
        let world = World::with(|builder| builder.delays(Delays::realistic()));
        let vpc = world.vpc().await;
        let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
        let request = [("SubnetId", subnet.as_str()), ("PrivateIpAddress", "10.0.1.10"), ("ClientToken", "one"), ("Description", "web")];
        let made = world.ok("CreateNetworkInterface", &request).await;
        assert_eq!((value(&made, "status"), value(&made, "privateIpAddress")), ("pending".to_owned(), "10.0.1.10".to_owned()));
        assert_eq!(value(&made, "groupName"), "default");
        let id = value(&made, "networkInterfaceId");
        assert_eq!(world.get("CreateNetworkInterface", &request, "networkInterfaceId").await, id);
        world.sim.advance(Duration::from_secs(2));
        assert_eq!(world.get("DescribeNetworkInterfaces", &[("NetworkInterfaceId.1", &id)], "status").await, "available");
        world.refused("CreateNetworkInterface", &request[..2], "InvalidIPAddress.InUse").await;
        world.refused("DeleteSubnet", &[("SubnetId", &subnet)], "DependencyViolation").await;
        world.ok("DeleteNetworkInterface", &[("NetworkInterfaceId", &id)]).await;
        world.refused("DeleteNetworkInterface", &[("NetworkInterfaceId", &id)], "InvalidNetworkInterfaceID.NotFound").await;
        world.ok("DeleteSubnet", &[("SubnetId", &subnet)]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn either_form_of_an_address_is_taken_and_not_both() {
        let world = World::new();
        let vpc = world.vpc().await;
        let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
        let listed = [("PrivateIpAddresses.1.PrivateIpAddress", "10.0.1.10"), ("PrivateIpAddresses.1.Primary", "true")];
        let request = [("SubnetId", subnet.as_str()), listed[0], listed[1]];
        assert_eq!(world.get("CreateNetworkInterface", &request, "privateIpAddress").await, "10.0.1.10");
        let both = [request[0], request[1], ("PrivateIpAddress", "10.0.1.11")];
        world.refused("CreateNetworkInterface", &both, "InvalidParameterCombination").await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_interface_of_awss_own_stays() {
        let world = World::new();
        let vpc = world.vpc().await;
        let subnet = world.subnet(&vpc, "10.0.1.0/24").await;
        world.ok("CreateNatGateway", &[("SubnetId", &subnet), ("ConnectivityType", "private")]).await;
        let id = world.get("DescribeNetworkInterfaces", &[], "networkInterfaceId").await;
        let message = world.refused("DeleteNetworkInterface", &[("NetworkInterfaceId", &id)], "InvalidParameterValue").await;
        assert_eq!(message, format!("Network interface '{id}' is currently in use."));
    }
}

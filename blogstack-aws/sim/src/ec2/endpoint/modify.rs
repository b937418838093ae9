//! Changes and deletes endpoints.

use crate::context::Context;
use crate::ec2::done;
use crate::ec2::endpoint::{Endpoint, Sort, State, create, policy};
use crate::ec2::interface::{self, Interface};
use crate::ec2::vpc::Vpc;
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

pub(super) fn modify(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let mut endpoint = context.named::<Endpoint>("VpcEndpointId")?;
    if endpoint.state == State::Deleted {
        return Err(Endpoint::KIND.not_found(&endpoint.id));
    }
    if endpoint.state == State::Deleting {
        let message = format!("The endpoint {} is in state {} and cannot be modified.", endpoint.id, endpoint.state.name());
        return Err(Failure::new("IncorrectState", message));
    }
    change_policy(context, &mut endpoint)?;
    match endpoint.sort {
        Sort::Gateway => change_tables(context, &mut endpoint)?,
        Sort::Interface => change_interfaces(context, &mut endpoint)?,
    }
    let id = endpoint.id.clone();
    *context.change::<Endpoint>(&id)? = endpoint;
    Ok(done())
}

fn change_policy(context: &Context<'_>, endpoint: &mut Endpoint) -> Result<(), Failure> {
    let (text, reset) = (context.params.text("PolicyDocument"), context.params.flag("ResetPolicy")?.unwrap_or_default());
    match (text, reset) {
        (Some(_), true) => Err(Failure::combination("Specify either policyDocument or resetPolicy, not both.")),
        (Some(text), false) => policy::checked(text).map(|text| endpoint.policy = text),
        (None, true) => {
            endpoint.policy = policy::open(endpoint.sort);
            Ok(())
        }
        (None, false) => Ok(()),
    }
}

fn change_tables(context: &Context<'_>, endpoint: &mut Endpoint) -> Result<(), Failure> {
    for table in context.params.list("AddRouteTableId") {
        create::add_table(context, endpoint, &table)?;
    }
    let removed = context.params.list("RemoveRouteTableId");
    endpoint.route_tables.retain(|own| !removed.contains(own));
    Ok(())
}

fn change_interfaces(context: &mut Context<'_>, endpoint: &mut Endpoint) -> Result<(), Failure> {
    let removed = context.params.list("RemoveSecurityGroupId");
    let mut groups: Vec<String> = endpoint.groups.iter().filter(|own| !removed.contains(own)).cloned().collect();
    groups.extend(context.params.list("AddSecurityGroupId").into_iter().filter(|id| !endpoint.groups.contains(id)));
    endpoint.groups = interface::checked_groups(context, &endpoint.vpc.clone(), groups)?;
    let removed = context.params.list("RemoveSubnetId");
    let (gone, kept) = std::mem::take(&mut endpoint.interfaces).into_iter().partition(|(subnet, _)| removed.contains(subnet));
    endpoint.interfaces = kept;
    let gone: Vec<(String, String)> = gone;
    for (_, interface) in gone {
        context.remove::<Interface>(&interface);
    }
    for subnet in context.params.list("AddSubnetId") {
        create::add_subnet(context, endpoint, &subnet)?;
    }
    for (_, interface) in &endpoint.interfaces {
        interface::part(context, interface)?.groups.clone_from(&endpoint.groups);
    }
    if let Some(enabled) = context.params.flag("PrivateDnsEnabled")? {
        endpoint.private_dns = enabled;
        let vpc = context.find::<Vpc>(&endpoint.vpc)?;
        if enabled {
            create::check_private_dns(context, vpc, endpoint)?;
        }
    }
    Ok(())
}

/// What cannot be deleted is listed in an answer that succeeds.
pub(super) fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let ids = context.params.list("VpcEndpointId");
    if ids.is_empty() {
        return Err(Failure::missing("VpcEndpointId"));
    }
    let failed: Vec<(String, Failure)> = ids.into_iter().filter_map(|id| delete_one(context, &id).err().map(|why| (id, why))).collect();
    let mut xml = Xml::new();
    xml.items("unsuccessful", &failed, |xml, (id, why)| {
        xml.text("resourceId", id).nest("error", |xml| {
            xml.text("code", &why.code).text("message", &why.message);
        });
    });
    Ok(xml)
}

fn delete_one(context: &mut Context<'_>, id: &str) -> Result<(), Failure> {
    let next_at = moment::later(context.now, context.settings.delays.endpoint_deleted);
    let endpoint = context.change::<Endpoint>(id)?;
    match endpoint.state {
        State::Deleted => return Err(Endpoint::KIND.not_found(id)),
        State::Deleting => {}
        State::Pending | State::Available => {
            endpoint.route_tables.clear();
            (endpoint.state, endpoint.next_at) = (State::Deleting, Some(next_at));
        }
    }
    Ok(())
}

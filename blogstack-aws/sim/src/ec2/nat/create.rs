//! Makes NAT gateways. What is wrong with a request's parts shows only later, as the state `failed`: *`NatGateway`*, `failureCode`.

use std::net::Ipv4Addr;

use crate::context::Context;
use crate::ec2::eip::Address;
use crate::ec2::interface::{self, Interface, Wanted};
use crate::ec2::nat::address::{self, NatAddress};
use crate::ec2::nat::{NatGateway, State, listing};
use crate::ec2::subnet::{self, Subnet};
use crate::ec2::{gateway, tags, token};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::Object;

/// What a request asks for.
struct Request {
    public: bool,
    /// The elastic addresses, the primary one first; none for a private gateway.
    allocations: Vec<String>,
    /// The private addresses beside the primary one.
    secondary: Vec<Option<String>>,
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateNatGateway")? {
        let nat = context.find::<NatGateway>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, nat));
    }
    let subnet = context.named::<Subnet>("SubnetId")?;
    let request = read(context)?;
    let used = context.of::<NatGateway>(&subnet.id).filter(|nat| nat.is_usable()).count();
    context.quota("nat-gateways", used, "NatGatewayLimitExceeded")?;
    check_private(&subnet, context)?;
    let mut nat = NatGateway {
        id: context.new_id("nat"),
        vpc: subnet.vpc.clone(),
        subnet: subnet.id.clone(),
        connectivity_type: if request.public { "public" } else { "private" }.to_owned(),
        interface: None,
        addresses: Vec::new(),
        state: State::Pending,
        failure: None,
        next_at: None,
        created_at: context.now,
        deleted_at: None,
        tags: tags::specified(&context.params, NatGateway::KIND.name)?,
    };
    let delays = &context.settings.delays;
    let (available, failed) = (delays.nat_gateway_available, delays.nat_gateway_failed);
    match set_up(context, &mut nat, &subnet, &request) {
        Ok(()) => nat.next_at = Some(moment::later(context.now, available)),
        Err(failure) => fail(context, &mut nat, &request, failure, failed),
    }
    let xml = answer(context, &nat);
    token::remember(context, "CreateNatGateway", vec![nat.id.clone()]);
    context.add(nat);
    Ok(xml)
}

fn read(context: &Context<'_>) -> Result<Request, Failure> {
    let params = &context.params;
    if let Some(mode) = params.text("AvailabilityMode").filter(|mode| *mode != "zonal") {
        return Err(Failure::new("UnsupportedOperation", format!("NAT gateways with availability mode {mode} are not simulated.")));
    }
    let public = match params.text("ConnectivityType") {
        None | Some("public") => true,
        Some("private") => false,
        Some(other) => return Err(Failure::invalid(other, "connectivityType", "Expecting public or private.")),
    };
    let mut allocations = if public { vec![params.required("AllocationId")?.to_owned()] } else { Vec::new() };
    if !public && (params.has("AllocationId") || params.has("SecondaryAllocationId")) {
        return Err(Failure::combination("A private NAT gateway cannot have an elastic IP address."));
    }
    allocations.extend(params.list("SecondaryAllocationId"));
    let mut secondary: Vec<Option<String>> = params.list("SecondaryPrivateIpAddress").into_iter().map(Some).collect();
    let count = params.number::<usize>("SecondaryPrivateIpAddressCount")?.unwrap_or(0).min(31);
    secondary.resize(secondary.len().max(count).max(allocations.len().saturating_sub(1)), None);
    Ok(Request { public, allocations, secondary })
}

/// A private address that cannot be had is refused at once.
fn check_private(subnet: &Subnet, context: &mut Context<'_>) -> Result<(), Failure> {
    match context.params.owned("PrivateIpAddress") {
        Some(wanted) => subnet::free_address(context, subnet, Some(&wanted)).map(drop),
        None => Ok(()),
    }
}

/// Makes the interface and takes the addresses.
fn set_up(context: &mut Context<'_>, nat: &mut NatGateway, subnet: &Subnet, request: &Request) -> Result<(), Failure> {
    if request.public && !gateway::is_attached(context, &subnet.vpc) {
        let message = format!("Network {} has no Internet gateway attached", subnet.vpc);
        return Err(Failure::new("Gateway.NotAttached", message));
    }
    request.allocations.iter().try_for_each(|id| check_free(context, id))?;
    let interface = create_interface(context, nat, subnet)?;
    nat.interface = Some(interface.id.clone());
    let mut privates = vec![interface.private_address];
    for wanted in &request.secondary {
        let private = subnet::free_address(context, subnet, wanted.as_deref())?;
        interface::part(context, &interface.id)?.secondary_addresses.push(private);
        privates.push(private);
    }
    for (index, private) in privates.into_iter().enumerate() {
        let allocation = request.allocations.get(index);
        let address = take(context, &interface.id, private, allocation, index == 0)?;
        nat.addresses.push(address);
    }
    Ok(())
}

fn create_interface(context: &mut Context<'_>, nat: &NatGateway, subnet: &Subnet) -> Result<Interface, Failure> {
    let wanted = Wanted {
        private_address: context.params.owned("PrivateIpAddress"),
        description: format!("Interface for NAT Gateway {}", nat.id),
        kind: "nat_gateway",
        ..Wanted::default()
    };
    interface::create(context, subnet, wanted)
}

/// Refuses an elastic address that is unknown or taken.
pub(super) fn check_free(context: &Context<'_>, id: &str) -> Result<(), Failure> {
    match context.find::<Address>(id)?.association {
        Some(_) => Err(Failure::new("Resource.AlreadyAssociated", format!("Elastic IP address [{id}] is already associated"))),
        None => Ok(()),
    }
}

/// Lets a private address of the gateway's interface be reached by an elastic one.
pub(super) fn take(
    context: &mut Context<'_>,
    interface: &str,
    private: Ipv4Addr,
    allocation: Option<&String>,
    primary: bool,
) -> Result<NatAddress, Failure> {
    let status = if allocation.is_some() { "associating" } else { "assigning" };
    let mut taken = NatAddress { private: Some(private), ..NatAddress::new(primary, status) };
    if let Some(id) = allocation {
        taken.public = Some(context.find::<Address>(id)?.public_ip);
        taken.association = Some(crate::ec2::eip::association::attach(context, id, interface, private)?);
        taken.allocation = Some(id.clone());
    }
    taken.settled_at = Some(address::settled_at(context, primary));
    Ok(taken)
}

/// Undoes what was taken and lets the gateway fail in a while.
fn fail(context: &mut Context<'_>, nat: &mut NatGateway, request: &Request, failure: Failure, wait: std::time::Duration) {
    if let Some(interface) = nat.interface.take() {
        crate::ec2::eip::association::disassociate_interface(context, &interface);
        context.remove::<Interface>(&interface);
    }
    let address = |(index, id): (usize, &String)| NatAddress { allocation: Some(id.clone()), ..NatAddress::new(index == 0, "failed") };
    nat.addresses = request.allocations.iter().enumerate().map(address).collect();
    nat.failure = Some((failure.code.into_owned(), failure.message));
    nat.next_at = Some(moment::later(context.now, wait));
}

fn answer(context: &Context<'_>, nat: &NatGateway) -> Xml {
    let mut xml = Xml::new();
    xml.maybe("clientToken", context.params.text("ClientToken"));
    xml.nest("natGateway", |xml| listing::write(xml, context, nat));
    xml
}

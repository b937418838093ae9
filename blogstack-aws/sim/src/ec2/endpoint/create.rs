//! Makes endpoints.

use crate::context::Context;
use crate::ec2::endpoint::{Endpoint, Sort, State, listing, live, policy, service};
use crate::ec2::interface::{self, Wanted};
use crate::ec2::subnet::Subnet;
use crate::ec2::table::RouteTable;
use crate::ec2::vpc::Vpc;
use crate::ec2::{tags, token};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::xml::Xml;
use crate::state::object::{Object, Tags};

pub(super) fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    if let Some(known) = token::used(context, "CreateVpcEndpoint")? {
        let endpoint = context.find::<Endpoint>(known.first().map_or("", String::as_str))?;
        return Ok(answer(context, endpoint));
    }
    let vpc = context.named::<Vpc>("VpcId")?;
    let mut endpoint = read(context, &vpc)?;
    context.params.text("IpAddressType").filter(|kind| *kind != "ipv4").map_or(Ok(()), |kind| Err(unsupported(kind)))?;
    for table in context.params.list("RouteTableId") {
        add_table(context, &mut endpoint, &table)?;
    }
    let groups = context.params.list("SecurityGroupId");
    if endpoint.sort == Sort::Interface {
        endpoint.groups = interface::checked_groups(context, &vpc.id, groups)?;
        if endpoint.private_dns {
            check_private_dns(context, &vpc, &endpoint)?;
        }
        for subnet in context.params.list("SubnetId") {
            add_subnet(context, &mut endpoint, &subnet)?;
        }
        endpoint.state = State::Pending;
        endpoint.next_at = Some(moment::later(context.now, context.settings.delays.endpoint_available));
    }
    let xml = answer(context, &endpoint);
    token::remember(context, "CreateVpcEndpoint", vec![endpoint.id.clone()]);
    context.add(endpoint);
    Ok(xml)
}

/// The parts of a request that need nothing else.
fn read(context: &mut Context<'_>, vpc: &Vpc) -> Result<Endpoint, Failure> {
    let sort = match context.params.text("VpcEndpointType") {
        None | Some("Gateway") => Sort::Gateway,
        Some("Interface") => Sort::Interface,
        Some(other) => return Err(unsupported(other)),
    };
    let service_name = context.params.required("ServiceName")?.to_owned();
    if service::short(&context.place.region, &service_name, sort).is_none() {
        let message = format!("The Vpc Endpoint Service '{service_name}' does not exist");
        return Err(Failure::new("InvalidServiceName", message));
    }
    let of_the_other = match sort {
        Sort::Gateway => ["SubnetId", "SecurityGroupId"].as_slice(),
        Sort::Interface => &["RouteTableId"],
    };
    if let Some(name) = of_the_other.iter().find(|name| context.params.has(name)) {
        return Err(Failure::new("InvalidParameter", format!("{name} is not supported for endpoints of type {}.", sort.name())));
    }
    let private_dns = context.params.flag("PrivateDnsEnabled")?.unwrap_or(sort == Sort::Interface);
    if private_dns && sort == Sort::Gateway {
        return Err(Failure::new("InvalidParameter", "Private DNS can only be enabled for endpoints of type Interface."));
    }
    let policy = context.params.text("PolicyDocument").map(policy::checked).transpose()?;
    Ok(Endpoint {
        id: context.new_id("vpce"),
        vpc: vpc.id.clone(),
        service_name,
        sort,
        policy: policy.unwrap_or_else(|| policy::open(sort)),
        route_tables: Vec::new(),
        groups: Vec::new(),
        private_dns,
        interfaces: Vec::new(),
        state: State::Available,
        next_at: None,
        created_at: context.now,
        tags: tags::specified(&context.params, Endpoint::KIND.name)?,
    })
}

fn unsupported(what: &str) -> Failure {
    Failure::new("UnsupportedOperation", format!("{what} endpoints are not simulated."))
}

/// *DNS names for interface endpoints*: the VPC must resolve names, and no other endpoint may answer to this one's.
pub(super) fn check_private_dns(context: &Context<'_>, vpc: &Vpc, endpoint: &Endpoint) -> Result<(), Failure> {
    if !vpc.dns_support || !vpc.dns_hostnames {
        let message =
            format!("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {}", vpc.id);
        return Err(Failure::new("InvalidParameter", message));
    }
    let same = |other: &&Endpoint| other.id != endpoint.id && other.private_dns && other.service_name == endpoint.service_name;
    match live(context, &vpc.id).find(same) {
        Some(_) => {
            let message = format!(
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {} in the VPC {}",
                endpoint.service_name, vpc.id
            );
            Err(Failure::new("InvalidParameter", message))
        }
        None => Ok(()),
    }
}

/// Lets a table lead to the endpoint. Two for one service would be two routes for one destination.
pub(super) fn add_table(context: &Context<'_>, endpoint: &mut Endpoint, id: &str) -> Result<(), Failure> {
    let table = context.find::<RouteTable>(id)?;
    if table.vpc != endpoint.vpc {
        return Err(Failure::new("InvalidParameter", format!("Route table {id} does not belong to {}", endpoint.vpc)));
    }
    let same = |other: &&Endpoint| other.id != endpoint.id && other.service_name == endpoint.service_name;
    if live(context, &endpoint.vpc).filter(same).any(|other| other.route_tables.iter().any(|own| own == id)) {
        let list = service::prefix_list(&context.place.region, &endpoint.service_name).unwrap_or_default();
        let message = format!("route table {id} already has a route with destination-prefix-list-id {list}");
        return Err(Failure::new("RouteAlreadyExists", message));
    }
    if !endpoint.route_tables.iter().any(|own| own == id) {
        endpoint.route_tables.push(id.to_owned());
    }
    Ok(())
}

/// Puts an interface into a subnet: one for each zone.
pub(super) fn add_subnet(context: &mut Context<'_>, endpoint: &mut Endpoint, id: &str) -> Result<(), Failure> {
    let subnet = context.find::<Subnet>(id)?.clone();
    if subnet.vpc != endpoint.vpc {
        return Err(Failure::new("InvalidParameter", format!("Subnet {id} does not belong to {}", endpoint.vpc)));
    }
    if endpoint.interfaces.iter().any(|(own, _)| own == id) {
        return Ok(());
    }
    let in_zone = |own: &str| context.region.subnets.get(own).is_some_and(|other| other.zone == subnet.zone);
    if let Some((other, _)) = endpoint.interfaces.iter().find(|(own, _)| in_zone(own)) {
        let message = format!(
            "Found another VPC endpoint subnet in the availability zone of {id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service: {other}"
        );
        return Err(Failure::new("DuplicateSubnetsInSameZone", message));
    }
    let wanted = Wanted {
        groups: endpoint.groups.clone(),
        description: format!("VPC Endpoint Interface {}", endpoint.id),
        kind: "vpc_endpoint",
        tags: Tags::new(),
        ..Wanted::default()
    };
    let interface = interface::create(context, &subnet, wanted)?;
    endpoint.interfaces.push((id.to_owned(), interface.id));
    Ok(())
}

fn answer(context: &Context<'_>, endpoint: &Endpoint) -> Xml {
    let mut xml = Xml::new();
    xml.nest("vpcEndpoint", |xml| listing::write(xml, context, endpoint));
    xml.maybe("clientToken", context.params.text("ClientToken"));
    xml
}

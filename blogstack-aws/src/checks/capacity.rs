//! Room in subnets for what stands in them.

use blogstack_core::{Problem, Urn, error::Line, plan::Plan};

use super::{also, name::Name, network::Networks, problem};
use crate::ec2::{NatGateway, Subnet};

/// The addresses of a subnet that AWS keeps: the first four and the last.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const KEPT: u64 = 5;

/// Something that takes addresses in a subnet.
struct Tenant {
    subnet: Name,
    urn: Urn,
    line: Option<Line>,
    addresses: u64,
}

/// A problem for each subnet that has fewer addresses than what is declared in it needs: one for each instance, network interface, NAT
/// gateway and endpoint, with their further addresses, eight free ones for each load balancer, and all nodes of a cache in each of its
/// subnets, because nobody says in which they are.
pub fn capacity(plan: &Plan) -> Vec<Problem> {
    let networks = Networks::of(plan);
    let tenants = tenants(&networks);
    let mut problems = Vec::new();
    for part in networks.parts() {
        let (Name::Declared(urn), Some(range)) = (&part.name, part.range) else { continue };
        let room = (1_u64 << (32 - u32::from(range.prefix()))).saturating_sub(KEPT);
        let own: Vec<&Tenant> = tenants.iter().filter(|tenant| tenant.subnet == part.name).collect();
        let wanted: u64 = own.iter().map(|tenant| tenant.addresses).sum();
        if wanted > room {
            let largest: Vec<String> = own
                .iter()
                .filter(|tenant| tenant.addresses > 1)
                .map(|tenant| format!("{} for `{}`", tenant.addresses, tenant.urn.path()))
                .collect();
            let among = if largest.is_empty() { String::new() } else { format!(", {}", largest.join(", ")) };
            let message = format!("{range} has room for {room} addresses, and {wanted} are wanted{among}");
            let over = own.iter().scan(0, |sum, tenant| {
                *sum += tenant.addresses;
                Some((*sum, *tenant))
            });
            let first = over.filter(|(sum, _)| *sum > room).find_map(|(_, tenant)| tenant.line);
            problems.push(also(problem(urn, part.line, message), first, "the first that does not fit"));
        }
    }
    problems
}

/// A kind that takes more than one address for each place it stands in has its line here.
fn tenants(networks: &Networks<'_>) -> Vec<Tenant> {
    let mut tenants: Vec<Tenant> = Vec::new();
    for endpoint in networks.endpoints() {
        let addresses = addresses(networks, &endpoint.urn);
        let places = endpoint.places.into_iter().map(|place| place.subnet);
        tenants.extend(places.map(|subnet| Tenant { subnet, urn: endpoint.urn.clone(), line: endpoint.line, addresses }));
    }
    for nat in networks.plan.standing::<NatGateway>() {
        let allocations = nat.get(NatGateway::secondary_allocations).map_or(0, |all| all.iter().count());
        let further = nat.get(NatGateway::secondary_private_ip_addresses).map_or(allocations, |all| all.iter().count());
        let subnet = networks.names.name::<Subnet>(nat.draft(NatGateway::subnet));
        tenants.extend(subnet.map(|subnet| Tenant { subnet, urn: nat.urn().clone(), line: nat.line(), addresses: 1 + further as u64 }));
    }
    tenants
}

/// How many addresses something takes in each of its subnets.
fn addresses(networks: &Networks<'_>, urn: &Urn) -> u64 {
    #[cfg(feature = "elbv2")]
    if urn.kind() == <crate::elbv2::LoadBalancer as blogstack_core::Resource>::TYPE {
        return 8;
    }
    nodes(networks, urn)
}

/// How many nodes a cache has.
#[cfg(feature = "elasticache")]
fn nodes(networks: &Networks<'_>, urn: &Urn) -> u64 {
    use crate::elasticache::Cluster;
    let clusters = networks.plan.standing::<Cluster>();
    let cluster = clusters.iter().find(|cluster| cluster.urn() == urn);
    cluster.and_then(|cluster| cluster.get(Cluster::num_cache_nodes)).map_or(1, u64::from)
}

#[cfg(not(feature = "elasticache"))]
fn nodes(_: &Networks<'_>, _: &Urn) -> u64 {
    1
}

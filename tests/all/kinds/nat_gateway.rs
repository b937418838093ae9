use blogstack_aws::ec2::{
    ConnectivityType, Eip, InternetGateway, NatGateway, NatGatewayArgs, Route, RouteTable, RouteTableAssociation, Subnet, Vpc,
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{self, DELETE_FIRST, Kind, create_first, delete_first, same, update},
    run,
    world::World,
};
use serde_json::Value as Json;

struct Network {
    subnets: [Handle<Subnet>; 2],
    addresses: [Handle<Eip>; 3],
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("internet", InternetGateway::new(&vpc));
    parts(s, &vpc)
}

fn parts(s: &Scope, vpc: &Handle<Vpc>) -> Network {
    let subnet = |name: &str, range: &str| s.add(name, Subnet::new(vpc, range).availability_zone("eu-west-1a"));
    Network {
        subnets: [subnet("subnet", "10.0.0.0/24"), subnet("other-subnet", "10.0.1.0/24")],
        addresses: ["address", "second", "third"].map(|name| s.add(name, Eip::new())),
    }
}

fn public(s: &Scope, more: impl FnOnce(NatGatewayArgs, &[Handle<Eip>; 3]) -> NatGatewayArgs) {
    let Network { subnets, addresses } = network(s);
    s.add("nat", more(NatGateway::new(&subnets[0]).allocation(&addresses[0]), &addresses));
}

fn private(s: &Scope, subnet: usize, more: impl FnOnce(NatGatewayArgs) -> NatGatewayArgs) {
    let Network { subnets, .. } = network(s);
    s.add("nat", more(NatGateway::new(&subnets[subnet]).connectivity_type(ConnectivityType::Private)));
}

fn address(text: &str) -> std::net::Ipv4Addr {
    text.parse().unwrap()
}

pub(super) const KIND: Kind = Kind {
    subject: "nat",
    minimal: |s| public(s, |nat, _| nat),
    changes: &[
        update("a tag set", |s| public(s, |nat, _| nat.tag("a", "1"))),
        update("a tag changed", |s| public(s, |nat, _| nat.tag("a", "2"))),
        update("tags cleared", |s| public(s, |nat, _| nat)),
        update("a second address", |s| public(s, |nat, a| nat.secondary_allocations([&a[1]]))),
        update("two more", |s| public(s, |nat, a| nat.secondary_allocations([&a[2], &a[1]]))),
        update("another one", |s| public(s, |nat, a| nat.secondary_allocations([&a[2]]))),
        update("no more", |s| public(s, |nat, _| nat)),
        same("its kind set as it is", |s| public(s, |nat, _| nat.connectivity_type(ConnectivityType::Public))),
        create_first("another address", |s| public(s, |nat, a| nat.allocation(&a[1]))),
        delete_first("another subnet, the same address", in_other_subnet),
        create_first("private", |s| private(s, 0, |nat| nat)),
        create_first("a private address", |s| private(s, 0, |nat| nat.private_ip(address("10.0.0.77")))),
        update("further private addresses", |s| {
            private(s, 0, |nat| nat.secondary_private_ip_addresses([address("10.0.0.80"), address("10.0.0.81")]))
        }),
        update("others", |s| private(s, 0, |nat| nat.secondary_private_ip_addresses([address("10.0.0.82"), address("10.0.0.81")]))),
        update("none", |s| private(s, 0, |nat| nat)),
        create_first("another subnet", |s| private(s, 1, |nat| nat)),
        create_first("public again, with further addresses from the first", |s| {
            public(s, |nat, a| nat.secondary_allocations([&a[1], &a[2]]))
        }),
        create_first("private again, with further addresses from the first", |s| {
            private(s, 0, |nat| nat.secondary_private_ip_addresses([address("10.0.0.80")]))
        }),
    ],
    creates: "CreateNatGateway",
    deletes: "DeleteNatGateway",
    vanish,
    adopting: |s, ids| {
        let (subnet, address) = (Id::<Subnet>::new(&*ids["subnet"]), Id::<Eip>::new(&*ids["address"]));
        s.add("nat", NatGateway::new(subnet).allocation(address).adopt(&ids["nat"]));
    },
};

blogstack_tests::lives!(KIND);

fn in_other_subnet(s: &Scope) {
    let Network { subnets, addresses } = network(s);
    s.add("nat", NatGateway::new(&subnets[1]).allocation(&addresses[1]));
}

/// With its interface; its addresses are free again.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let gateway = objects.iter().find(|(key, _)| key.ends_with(id)).unwrap().1;
    for address in gateway["addresses"].as_array().unwrap() {
        kinds::overwrite(world, address["allocation"].as_str().unwrap(), "association", Json::Null);
    }
    kinds::delete(world, gateway["interface"].as_str().unwrap());
    kinds::delete(world, id);
}

#[test]
fn one_that_failed_is_made_anew() {
    run(async {
        let world = World::new();
        let without_internet = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            let Network { subnets, addresses } = parts(s, &vpc);
            s.add("nat", NatGateway::new(&subnets[0]).allocation(&addresses[0]));
        };
        let report = world.stack(without_internet).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("has no Internet gateway attached (Gateway.NotAttached)"), "{error}");
        let plan = world.stack(KIND.minimal).preview().await.unwrap();
        let step = plan.steps.iter().find(|step| step.urn.path() == "nat").unwrap();
        assert_eq!(step.action, DELETE_FIRST);
        assert!(step.reasons[0].contains("Gateway.NotAttached"), "{:?}", step.reasons);
        world.up(KIND.minimal).await;
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn it_needs_an_address_if_it_is_public_and_has_none_if_it_is_private() {
    run(async {
        let problem = |program: fn(&Scope)| async move { World::new().stack(program).preview().await.unwrap_err().to_string() };
        let error = problem(|s| drop(s.add("nat", NatGateway::new(&network(s).subnets[0])))).await;
        assert!(error.contains("field `allocation`: a public NAT gateway needs an elastic address"), "{error}");
        let error = problem(|s| public(s, |nat, _| nat.connectivity_type(ConnectivityType::Private))).await;
        assert!(error.contains("field `allocation`: a private NAT gateway cannot have an elastic address"), "{error}");
    });
}

fn whole(s: &Scope, range: &str, subnet: &str) {
    let vpc = s.add("vpc", Vpc::new(range.parse::<blogstack_aws::Cidr>().unwrap()));
    let internet = s.add("internet", InternetGateway::new(&vpc));
    let subnet = s.add("subnet", Subnet::new(&vpc, subnet.parse::<blogstack_aws::Cidr>().unwrap()).availability_zone("eu-west-1a"));
    let address = s.add("address", Eip::new());
    let nat = s.add("nat", NatGateway::new(&subnet).allocation(&address));
    let (outside, inside) = (s.add("outside", RouteTable::new(&vpc)), s.add("inside", RouteTable::new(&vpc)));
    s.add("out", Route::new(&outside, "0.0.0.0/0", &internet));
    s.add("in", Route::new(&inside, "0.0.0.0/0", &nat));
    s.add("association", RouteTableAssociation::new(&subnet, &outside));
}

#[test]
fn a_network_moves_with_its_nat_gateway_whose_address_stays() {
    run(async {
        let world = World::new();
        world.up(|s| whole(s, "10.0.0.0/16", "10.0.0.0/24")).await;
        let address = world.id("address").await;
        let moved = |s: &Scope| whole(s, "10.1.0.0/16", "10.1.0.0/24");
        world.up(moved).await;
        assert!(world.stack(moved).preview().await.unwrap().is_empty());
        assert_eq!(world.id("address").await, address);
        assert_eq!(world.sim.objects().keys().filter(|key| key.contains("/vpc/")).count(), 1);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

//! Random small networks, as programs: each seed is one.

use blogstack_aws::{
    ec2::{
        CustomerGateway, Destination, Eip, EipAssociation, Image, Instance, InternetGateway, NatGateway, NetworkAcl, NetworkAclAssociation,
        NetworkAclEntry, NetworkAclEntryArgs, Peer, Route, RouteTable, RouteTableAssociation, Rule, RuleArgs, SecurityGroup,
        SecurityGroupRule, Subnet, Traffic, Vpc, VpcPeeringConnection, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment,
        VpnGatewayRoutePropagation,
    },
    elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup, TargetGroupAttachment},
};
use blogstack_core::{Configure, Handle, Scope};

/// A generator of its own, so that a seed is one network for ever: splitmix64.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }

    fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let at = self.roll(among.len() as u64);
        &among[usize::try_from(at).expect("a small number")]
    }
}

const RANGES: [&str; 12] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "10.0.0.0/8",
    "10.0.1.0/24",
    "10.0.0.0/29",
    "8.8.8.0/24",
    "10.1.0.0/16",
    "198.51.100.7/32",
    "0.0.0.0/0",
];

fn traffic(dice: &mut Dice) -> Traffic {
    let all = [
        Rule::all(),
        Rule::all(),
        Rule::tcp(22),
        Rule::tcp(5432),
        Rule::tcp_range(1..=1024),
        Rule::tcp_range(0..=65535),
        Rule::udp(53),
        Rule::icmp(),
        Rule::tcp_range(32768..=65535),
        Rule::tcp_range(40000..=50000),
    ];
    *dice.pick(&all)
}

/// What decides how a network is built, and what decides what its rules, entries and routes say: so one network has many variations.
struct Luck {
    shape: Dice,
    rules: Dice,
}

/// One of the networks.
struct Side {
    vpc: Handle<Vpc>,
    internet: Option<Handle<InternetGateway>>,
    subnets: Vec<Handle<Subnet>>,
    groups: Vec<Handle<SecurityGroup>>,
    instances: Vec<Handle<Instance>>,
    nat: Option<Handle<NatGateway>>,
    tables: Vec<Handle<RouteTable>>,
}

/// Declares a variation of the network of a seed. Its instances are called `a/server-0`, `a/server-1` and `b/server-0`.
pub(super) fn declare(s: &Scope, seed: u64, variation: u64) {
    let dice = &mut Luck { shape: Dice(seed), rules: Dice(seed ^ variation << 32) };
    let mut a = side(&s.child("a"), "10.0", 2, dice);
    let b = dice.shape.percent(50).then(|| side(&s.child("b"), "10.1", 1, dice));
    let peering = b
        .as_ref()
        .filter(|_| dice.shape.percent(70))
        .map(|b| s.add("peering", VpcPeeringConnection::new(&a.vpc, &b.vpc).auto_accept(true)));
    nat_gateway(s, &mut a, dice);
    tables(&s.child("a"), &mut a, peering.as_ref(), dice);
    if let Some(mut b) = b {
        tables(&s.child("b"), &mut b, peering.as_ref(), dice);
        acls(&s.child("b"), &b, dice);
    }
    acls(&s.child("a"), &a, dice);
    vpn(s, &a, dice);
    elastic(s, &a, dice);
    balancer(s, &a, dice);
}

fn side(s: &Scope, begin: &str, subnets: u32, dice: &mut Luck) -> Side {
    let vpc = s.add("vpc", Vpc::new(&*format!("{begin}.0.0/16")));
    let internet = dice.shape.percent(85).then(|| s.add("internet", InternetGateway::new(&vpc)));
    let zone = |at: u32| if at == 0 { "eu-west-1a" } else { "eu-west-1b" };
    let subnets: Vec<_> = (0..subnets)
        .map(|at| {
            let subnet = Subnet::new(&vpc, &*format!("{begin}.{at}.0/24")).availability_zone(zone(at));
            s.add(format!("subnet-{at}"), subnet.map_public_ip_on_launch(dice.shape.percent(40)))
        })
        .collect();
    let groups = groups(s, &vpc, dice);
    let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
    let mut instances = Vec::new();
    for at in 0..subnets.len() {
        let mut instance = Instance::new(&image, "t3.nano", dice.shape.pick(&subnets)).source_dest_check(!dice.shape.percent(25));
        if dice.shape.percent(80) {
            let own: Vec<&Handle<SecurityGroup>> =
                if dice.shape.percent(30) { groups.iter().collect() } else { vec![dice.shape.pick(&groups)] };
            instance = instance.security_groups(own);
        }
        if dice.shape.percent(60) {
            instance = instance.associate_public_ip_address(dice.shape.percent(75));
        }
        instances.push(s.add(format!("server-{at}"), instance));
    }
    Side { vpc, internet, subnets, groups, instances, nat: None, tables: Vec::new() }
}

/// Two groups, of which the second may name the first; their rules are in them or stand alone.
fn groups(s: &Scope, vpc: &Handle<Vpc>, dice: &mut Luck) -> Vec<Handle<SecurityGroup>> {
    let mut groups: Vec<Handle<SecurityGroup>> = Vec::new();
    for at in 0..2 {
        let (count, is_inline) = (1 + dice.shape.roll(3), dice.shape.percent(60));
        let mut group = SecurityGroup::new(vpc, "a random group");
        let rules: Vec<RuleArgs> = (0..if is_inline { count } else { 0 }).map(|_| rule(groups.first(), dice)).collect();
        if is_inline {
            group = group.ingress(rules);
        }
        if dice.shape.percent(25) {
            let rules: Vec<RuleArgs> = (0..=dice.rules.roll(2)).map(|_| rule(groups.first(), dice)).collect();
            group = group.egress(rules);
        }
        let group = s.add(format!("group-{at}"), group);
        if !is_inline && count > 0 {
            let range = *dice.rules.pick(&RANGES);
            s.add(format!("ranged-{at}"), SecurityGroupRule::ingress(&group, traffic(&mut dice.rules), range));
            if let Some(other) = groups.first().filter(|_| count > 1) {
                s.add(format!("grouped-{at}"), SecurityGroupRule::ingress(&group, traffic(&mut dice.rules), other));
            }
            if count > 2 {
                s.add(format!("own-{at}"), SecurityGroupRule::ingress(&group, traffic(&mut dice.rules), Peer::Itself));
            }
        }
        groups.push(group);
    }
    groups
}

fn rule(other: Option<&Handle<SecurityGroup>>, dice: &mut Luck) -> RuleArgs {
    let traffic = traffic(&mut dice.rules);
    match (dice.rules.roll(5), other) {
        (0, Some(other)) => traffic.from(other),
        (1, _) => traffic.from_itself(),
        _ => traffic.from(*dice.rules.pick(&RANGES)),
    }
}

fn nat_gateway(s: &Scope, side: &mut Side, dice: &mut Luck) {
    if let Some(internet) = side.internet.as_ref().filter(|_| dice.shape.percent(20)) {
        let address = s.add("nat", Eip::new());
        side.nat = Some(s.add("nat", NatGateway::new(&side.subnets[0]).allocation(&address).depends_on(internet)));
    }
}

/// A table of its own for most subnets, with routes to whatever there is.
fn tables(s: &Scope, side: &mut Side, peering: Option<&Handle<VpcPeeringConnection>>, dice: &mut Luck) {
    const DESTINATIONS: [&str; 7] = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.8.0.0/16", "10.1.0.0/16", "10.0.1.0/24", "10.0.0.0/8"];
    for (at, subnet) in side.subnets.iter().enumerate() {
        if dice.shape.percent(15) {
            continue;
        }
        let name = format!("table-{at}");
        let table = s.add(&name, RouteTable::new(&side.vpc));
        s.add(&name, RouteTableAssociation::new(subnet, &table));
        for (number, range) in DESTINATIONS.iter().enumerate() {
            let is_own = s.path() == "b" && *range == "10.1.0.0/16";
            if is_own || !dice.shape.percent(if number == 0 { 80 } else { 30 }) {
                continue;
            }
            let (name, range) = (format!("route-{at}-{number}"), range.parse::<Destination>().expect("a range"));
            match (dice.rules.roll(10), &side.internet, &side.nat, peering) {
                (0..=6, Some(internet), ..) => drop(s.add(name, Route::new(&table, range, internet))),
                (7, _, Some(nat), _) => drop(s.add(name, Route::new(&table, range, nat))),
                (7..=8, .., Some(peering)) => drop(s.add(name, Route::new(&table, range, peering))),
                (9, ..) => drop(s.add(name, Route::new(&table, range, dice.shape.pick(&side.instances)))),
                _ => {}
            }
        }
        side.tables.push(table);
    }
}

fn acls(s: &Scope, side: &Side, dice: &mut Luck) {
    for (at, subnet) in side.subnets.iter().enumerate() {
        if dice.shape.percent(70) {
            continue;
        }
        let (ingress, egress) = (entries(dice), entries(dice));
        let name = format!("acl-{at}");
        let acl = s.add(&name, NetworkAcl::new(&side.vpc).ingress(ingress).egress(egress));
        s.add(&name, NetworkAclAssociation::new(subnet, &acl));
    }
}

fn entries(dice: &mut Luck) -> Vec<NetworkAclEntryArgs> {
    let entry = |number: u16, dice: &mut Luck| {
        let (traffic, range) = (traffic(&mut dice.rules), *dice.rules.pick(&RANGES));
        if dice.rules.percent(80) { NetworkAclEntry::allow(number, traffic, range) } else { NetworkAclEntry::deny(number, traffic, range) }
    };
    let count = 1 + u16::try_from(dice.rules.roll(3)).expect("a small number");
    (1..=count).map(|number| entry(number, dice)).collect()
}

fn vpn(s: &Scope, side: &Side, dice: &mut Luck) {
    if !dice.shape.percent(15) {
        return;
    }
    let office = s.add("office", CustomerGateway::new(std::net::Ipv4Addr::new(203, 0, 113, 12)));
    let gateway = s.add("vpn", VpnGateway::new());
    let attached = s.add("vpn", VpnGatewayAttachment::new(&gateway, &side.vpc));
    let connection = s.add("vpn", VpnConnection::new(&office, &gateway).static_routes_only(true));
    let range = dice.shape.pick(&["192.168.0.0/16", "0.0.0.0/0", "128.0.0.0/1", "10.0.1.0/24"]).parse::<Destination>().expect("a range");
    s.add("vpn", VpnConnectionRoute::new(&connection, range));
    for (at, table) in side.tables.iter().enumerate().take(1) {
        s.add(format!("vpn-{at}"), VpnGatewayRoutePropagation::new(table, &gateway).depends_on(&attached));
    }
}

fn elastic(s: &Scope, side: &Side, dice: &mut Luck) {
    if let Some(internet) = side.internet.as_ref().filter(|_| dice.shape.percent(30)) {
        let address = s.add("elastic", Eip::new());
        s.add("elastic", EipAssociation::new(&address, &side.instances[0]).depends_on(internet));
    }
}

fn balancer(s: &Scope, side: &Side, dice: &mut Luck) {
    if let Some(internet) = side.internet.as_ref().filter(|_| dice.shape.percent(40)) {
        let balancer = LoadBalancer::new(&side.subnets).security_groups([&side.groups[0]]).depends_on(internet);
        let balancer = s.add("balancer", balancer);
        let group = s.add("balancer", TargetGroup::new(&side.vpc, Protocol::Http, 5432_u16));
        s.add("balancer", TargetGroupAttachment::new(&group, &side.instances[0]));
        s.add("balancer", Listener::new(&balancer, Protocol::Http, 22_u16, Action::forwarding(&group)));
    }
}

//! Proofs of who reaches whom: each way in is found, with its message; and a walk with single packets agrees.

use blogstack_aws::{
    checks::{
        Verdict, assert_can_reach, assert_cannot_reach, assert_only_through_balancers, assert_unreachable_from_internet, between,
        from_internet, tcp,
    },
    ec2::{
        CustomerGateway, Eip, EipAssociation, Image, ImageId, Instance, InstanceArgs, InternetGateway, NetworkAcl, NetworkAclAssociation,
        NetworkAclEntry, Peer, Route, RouteTable, RouteTableAssociation, Rule, SecurityGroup, SecurityGroupRule, Subnet, Vpc,
        VpcPeeringConnection, VpnConnection, VpnGateway, VpnGatewayAttachment,
    },
    elbv2::{Action, Listener, LoadBalancer, Protocol, TargetGroup, TargetGroupAttachment},
};
use blogstack_core::{Handle, Id, Scope, plan::Plan, testing::plan_of};
use blogstack_sim::Sim;
use blogstack_tests::{
    run,
    world::{World, connection},
};
use expect_test::{Expect, expect};

mod agreement;
mod random;
mod tiers;

/// A network with a public and a private subnet, and a group that lets the whole internet in at the database's port.
struct Network {
    vpc: Handle<Vpc>,
    public: Handle<Subnet>,
    private: Handle<Subnet>,
    open: Handle<SecurityGroup>,
    /// Through which the public subnet reaches the internet.
    internet: Option<Handle<InternetGateway>>,
}

fn network(s: &Scope) -> Network {
    let network = unrouted(s);
    let internet = s.add("internet", InternetGateway::new(&network.vpc));
    let table = s.add("public", RouteTable::new(&network.vpc));
    s.add("public", Route::new(&table, "0.0.0.0/0", &internet));
    s.add("public", RouteTableAssociation::new(&network.public, &table));
    Network { internet: Some(internet), ..network }
}

fn unrouted(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let public = s.add("public", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let private = s.add("private", Subnet::new(&vpc, "10.0.1.0/24").availability_zone("eu-west-1b"));
    let open = s.add("open", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from("0.0.0.0/0")]));
    Network { vpc, public, private, open, internet: None }
}

fn server(subnet: &Handle<Subnet>) -> InstanceArgs {
    Instance::new(ImageId("ami-0123456789abcdef0".to_owned()), "t3.nano", subnet)
}

fn plan(program: impl Fn(&Scope) + Send + Sync + 'static) -> Plan {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    run(plan_of(connection(&sim), program)).unwrap_or_else(|error| panic!("{error}"))
}

/// Every way from the internet to `db`, and what is not known of it.
fn ways(program: impl Fn(&Scope) + Send + Sync + 'static, expected: &Expect) {
    let plan = plan(program);
    let verdict = from_internet(&plan, "db").unwrap_or_else(|problem| panic!("{problem}"));
    let mut lines: Vec<String> = Vec::new();
    for path in verdict.paths() {
        lines.push(format!("{} {:?}: {path}\n", if path.is_certain() { "surely" } else { "perhaps" }, path.way()));
        lines.extend(path.unknown().map(|unknown| format!("    not known: {unknown}\n")));
    }
    if let Verdict::Unreached(obstacles) = &verdict {
        lines.extend(obstacles.iter().map(|obstacle| format!("{obstacle}\n")));
    }
    expected.assert_eq(&lines.concat());
}

#[test]
fn what_has_no_public_address_is_unreachable_whatever_its_group_says() {
    let program = |s: &Scope| {
        let network = network(s);
        s.add("db", server(&network.private).security_groups([&network.open]));
    };
    ways(
        program,
        &expect![[r#"
        internet gateway `internet` -> stopped by the lack of a public address
        internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> stopped by security group `open`
    "#]],
    );
    assert_unreachable_from_internet(&plan(program), "db");
}

#[test]
fn a_public_address_is_a_way_in() {
    ways(
        |s| {
            let network = network(s);
            s.add("db", server(&network.public).security_groups([&network.open]).associate_public_ip_address(true));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `open`
        "#]],
    );
}

#[test]
fn a_public_address_by_the_subnet_is_one_too() {
    ways(
        |s| {
            let Network { vpc, .. } = unrouted(s);
            let internet = s.add("internet", InternetGateway::new(&vpc));
            let table = s.add("t", RouteTable::new(&vpc));
            s.add("t", Route::new(&table, "0.0.0.0/0", &internet));
            let subnet = s.add("third", Subnet::new(&vpc, "10.0.2.0/24").map_public_ip_on_launch(true));
            s.add("third", RouteTableAssociation::new(&subnet, &table));
            let group = s.add("all", SecurityGroup::new(&vpc, "all").ingress([Rule::all().from("203.0.113.0/24")]));
            s.add("db", server(&subnet).security_groups([&group]));
        },
        &expect![[r#"
            surely Gateway: everything from 203.0.113.0/24: internet gateway `internet` -> a public address by subnet `third` -> a route to it in table `t` -> the default ACL of `vpc` -> security group `all`
        "#]],
    );
}

#[test]
fn an_elastic_address_is_one_too() {
    ways(
        |s| {
            let network = network(s);
            let db = s.add("db", server(&network.public).security_groups([&network.open]));
            let address = s.add("db", Eip::new());
            s.add("db", EipAssociation::new(&address, &db));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> elastic address `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `open`
        "#]],
    );
}

/// What is seen of an instance is its address now.
#[test]
fn an_elastic_address_that_goes_is_none() {
    let program = |keep: bool| {
        move |s: &Scope| {
            let network = network(s);
            let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
            let db = Instance::new(&image, "t3.nano", &network.public).associate_public_ip_address(false);
            let db = s.add("db", db.security_groups([&network.open]));
            let address = s.add("db", Eip::new());
            if keep {
                s.add("db", EipAssociation::new(&address, &db));
            }
        }
    };
    let world = World::new();
    run(world.up(program(true)));
    let preview = |keep| run(world.stack(program(keep)).preview()).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(from_internet(&preview(true), "db"), Ok(Verdict::Reached(_))));
    assert_unreachable_from_internet(&preview(false), "db");
}

#[test]
fn a_route_in_halves_leads_to_the_internet() {
    ways(
        |s| {
            let Network { vpc, public, open, .. } = unrouted(s);
            let internet = s.add("internet", InternetGateway::new(&vpc));
            let table = s.add("halves", RouteTable::new(&vpc));
            s.add("lower", Route::new(&table, "0.0.0.0/1", &internet));
            s.add("upper", Route::new(&table, "128.0.0.0/1", &internet));
            s.add("halves", RouteTableAssociation::new(&public, &table));
            s.add("db", server(&public).security_groups([&open]).associate_public_ip_address(true));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `halves` -> the default ACL of `vpc` -> security group `open`
        "#]],
    );
}

#[test]
fn a_group_that_lets_the_world_in_by_halves_lets_it_in() {
    ways(
        |s| {
            let network = network(s);
            let rules = [Rule::tcp(5432).from("0.0.0.0/1"), Rule::tcp(5432).from("128.0.0.0/1")];
            let group = s.add("halves", SecurityGroup::new(&network.vpc, "halves").ingress(rules));
            s.add("db", server(&network.public).security_groups([&group]).associate_public_ip_address(true));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `halves`
        "#]],
    );
}

#[test]
fn a_rule_of_its_own_is_named() {
    ways(
        |s| {
            let network = network(s);
            let group = s.add("db", SecurityGroup::new(&network.vpc, "databases"));
            s.add("from-anywhere", SecurityGroupRule::ingress(&group, Rule::tcp(5432), "0.0.0.0/0"));
            s.add("db", server(&network.public).security_groups([&group]).associate_public_ip_address(true));
        },
        &expect![[r#"
            surely Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> rule `from-anywhere` of security group `db`
        "#]],
    );
}

#[test]
fn what_a_prefix_list_holds_is_not_known() {
    ways(
        |s| {
            let network = network(s);
            let rules = [Rule::tcp(5432).from(Peer::PrefixList("pl-0123456789abcdef0".to_owned()))];
            let group = s.add("list", SecurityGroup::new(&network.vpc, "list").ingress(rules));
            s.add("db", server(&network.public).security_groups([&group]).associate_public_ip_address(true));
        },
        &expect![[r#"
            perhaps Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `list`
                not known: what prefix list `pl-0123456789abcdef0` holds, in security group `list`
            perhaps Ipv6: tcp 5432 from 2000::/3, and more: internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> security group `list`
                not known: whether subnet `public` has IPv6 addresses and routes, which no program declares
                not known: what prefix list `pl-0123456789abcdef0` holds, in security group `list`
        "#]],
    );
}

/// A subnet that only its ACL keeps from the internet.
fn behind_an_acl(s: &Scope, entries: impl FnOnce() -> Vec<blogstack_aws::ec2::NetworkAclEntryArgs>) {
    let network = network(s);
    let acl = s.add("acl", NetworkAcl::new(&network.vpc).ingress(entries()).egress([NetworkAclEntry::allow(1, Rule::all(), "0.0.0.0/0")]));
    s.add("acl", NetworkAclAssociation::new(&network.public, &acl));
    s.add("db", server(&network.public).security_groups([&network.open]).associate_public_ip_address(true));
}

#[test]
fn an_acl_keeps_out_what_it_denies_first() {
    let inside = || vec![NetworkAclEntry::deny(10, Rule::tcp(5432), "0.0.0.0/0"), NetworkAclEntry::allow(20, Rule::all(), "0.0.0.0/0")];
    ways(
        move |s| behind_an_acl(s, inside),
        &expect![[r#"
        internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> ACL `acl` -> stopped by security group `open`
        internet gateway `internet` -> IPv6 -> stopped by ACL `acl`
    "#]],
    );
}

#[test]
fn an_acl_lets_in_what_it_allows_first() {
    let inside =
        || vec![NetworkAclEntry::allow(9, Rule::tcp(5432), "198.51.100.0/24"), NetworkAclEntry::deny(10, Rule::tcp(5432), "0.0.0.0/0")];
    ways(
        move |s| behind_an_acl(s, inside),
        &expect![[r#"
        surely Gateway: tcp 5432 from 198.51.100.0/24: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> ACL `acl` -> security group `open`
    "#]],
    );
}

#[test]
fn what_a_foreign_group_lets_in_is_not_known() {
    ways(
        |s| {
            let network = network(s);
            let foreign = Id::<SecurityGroup>::new("sg-0123456789abcdef0");
            s.add("db", server(&network.public).security_groups([foreign]).associate_public_ip_address(true));
        },
        &expect![[r#"
            perhaps Gateway: everything from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `sg-0123456789abcdef0`
                not known: what security group `sg-0123456789abcdef0` lets pass
            perhaps Ipv6: everything from 2000::/3, and more: internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> security group `sg-0123456789abcdef0`
                not known: whether subnet `public` has IPv6 addresses and routes, which no program declares
                not known: what security group `sg-0123456789abcdef0` lets pass
        "#]],
    );
}

#[test]
fn of_a_foreign_subnet_nothing_is_known() {
    ways(
        |s| {
            let network = network(s);
            let foreign = Id::<Subnet>::new("subnet-0123456789abcdef0");
            let db = Instance::new(ImageId("ami-0123456789abcdef0".to_owned()), "t3.nano", foreign);
            s.add("db", db.security_groups([&network.open]));
        },
        &expect![[r#"
            perhaps Gateway: tcp 5432 from 1.0.0.0-9.255.255.255, and more: an internet gateway -> a public address -> a route to it in the main table of the network of `subnet-0123456789abcdef0` -> the default ACL of the network of `subnet-0123456789abcdef0` -> security group `open`
                not known: whether the network of `subnet-0123456789abcdef0` has an internet gateway
                not known: whether `subnet-0123456789abcdef0` gives public addresses
                not known: what the main table of the network of `subnet-0123456789abcdef0` holds
                not known: what the default ACL of the network of `subnet-0123456789abcdef0` lets pass
            perhaps Peering: tcp 5432 from 1.0.0.0-9.255.255.255, and more: another door -> the default ACL of the network of `subnet-0123456789abcdef0` -> security group `open`
                not known: what else the network of `subnet-0123456789abcdef0` is joined with
                not known: what the default ACL of the network of `subnet-0123456789abcdef0` lets pass
        "#]],
    );
}

#[test]
fn ipv6_is_a_way_in() {
    ways(
        |s| {
            let network = network(s);
            let group = s.add("six", SecurityGroup::new(&network.vpc, "six").ingress([Rule::tcp(5432).from("::/0")]));
            s.add("db", server(&network.private).security_groups([&group]));
        },
        &expect![[r#"
            perhaps Ipv6: tcp 5432 from 2000::/3, and more: internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> security group `six`
                not known: whether subnet `private` has IPv6 addresses and routes, which no program declares
        "#]],
    );
}

#[test]
fn a_network_of_somebody_else_may_have_any_addresses() {
    ways(
        |s| {
            let network = unrouted(s);
            s.add("partner", VpcPeeringConnection::new(&network.vpc, Id::<Vpc>::new("vpc-0123456789abcdef0")));
            s.add("db", server(&network.private).security_groups([&network.open]));
        },
        &expect![[r#"
            perhaps Peering: tcp 5432 from 1.0.0.0-9.255.255.255, and more: peering connection `partner` -> the default ACL of `vpc` -> security group `open`
                not known: which addresses `vpc-0123456789abcdef0` has
        "#]],
    );
}

#[test]
fn behind_a_vpn_there_may_be_the_internet() {
    let program = |s: &Scope, range: &str| {
        let network = unrouted(s);
        let office = s.add("office", CustomerGateway::new(std::net::Ipv4Addr::new(203, 0, 113, 12)));
        let gateway = s.add("vpn", VpnGateway::new());
        s.add("vpn", VpnGatewayAttachment::new(&gateway, &network.vpc));
        s.add("vpn", VpnConnection::new(&office, &gateway).static_routes_only(true));
        let group = s.add("db", SecurityGroup::new(&network.vpc, "databases").ingress([Rule::tcp(5432).from(range)]));
        s.add("db", server(&network.private).security_groups([&group]));
    };
    ways(
        move |s| program(s, "0.0.0.0/0"),
        &expect![[r#"
        perhaps Vpn: tcp 5432 from 1.0.0.0-9.255.255.255, and more: VPN connection `vpn` from customer gateway `office` -> VPN gateway `vpn` -> the default ACL of `vpc` -> security group `db`
            not known: what customer gateway `office` passes on
    "#]],
    );
    assert_unreachable_from_internet(&plan(move |s| program(s, "192.168.0.0/16")), "db");
}

#[test]
fn an_instance_that_passes_packets_on_is_a_way_in() {
    ways(
        |s| {
            let network = network(s);
            let group = s.add("nat", SecurityGroup::new(&network.vpc, "nat").ingress([Rule::all().from("0.0.0.0/0")]));
            let nat = server(&network.public).security_groups([&group]).source_dest_check(false).associate_public_ip_address(true);
            s.add("nat", nat);
            s.add("db", server(&network.private).security_groups([&network.open]));
        },
        &expect![[r#"
            perhaps Appliance: tcp 5432 from 1.0.0.0-9.255.255.255, and more: instance `nat` -> security group `nat` -> the default ACL of `vpc` -> the local route of table `public` -> the default ACL of `vpc` -> security group `open`
                not known: what `nat` passes on
        "#]],
    );
}

/// A load balancer that the internet reaches, and a server behind it, which lets in the balancer alone.
fn balanced(s: &Scope, public: bool) {
    let network = network(s);
    s.add("private", RouteTableAssociation::new(&network.private, &s.add("other", RouteTable::new(&network.vpc))));
    let front = s.add("front", SecurityGroup::new(&network.vpc, "balancer").ingress([Rule::tcp(443).from("0.0.0.0/0")]));
    let back = s.add("back", SecurityGroup::new(&network.vpc, "servers").ingress([Rule::tcp(8080).from(&front)]));
    let db = server(&network.public).security_groups([&back]).associate_public_ip_address(public);
    let db = s.add("db", db);
    let balancer = s.add("front", LoadBalancer::new([&network.public, &network.private]).security_groups([&front]));
    let group = s.add("back", TargetGroup::new(&network.vpc, Protocol::Http, 80_u16));
    s.add("back", TargetGroupAttachment::new(&group, &db).port(8080_u16));
    s.add("https", Listener::new(&balancer, Protocol::Http, 443_u16, Action::forwarding(&group)));
}

#[test]
fn a_load_balancer_is_a_way_in() {
    ways(
        |s| balanced(s, true),
        &expect![[r#"
        surely Balancer: tcp 8080 from 10.0.1.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> listener `https` to target group `back` -> security group `front` -> the default ACL of `vpc` -> the local route of table `other` -> the default ACL of `vpc` -> security group `back`
        surely Balancer: tcp 8080 from 10.0.0.0/24: internet gateway `internet` -> balancer `front` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `front` -> listener `https` to target group `back` -> security group `front` -> security group `back`
    "#]],
    );
    assert_only_through_balancers(&plan(|s| balanced(s, true)), "db");
}

/// Two servers, the one of which may talk to the database of the other.
fn two(s: &Scope, from: &Handle<Subnet>, to: &Handle<Subnet>) {
    let vpc = from.vpc.clone();
    let web = s.add("web", SecurityGroup::new(&vpc, "web servers"));
    let db = s.add("db", SecurityGroup::new(&vpc, "databases").ingress([Rule::tcp(5432).from(&web)]));
    s.add("web", server(from).security_groups([&web]));
    s.add("db", server(to).security_groups([&db]));
}

#[test]
fn groups_that_name_each_other_let_pass_before_anything_is_made() {
    let plan = plan(|s| {
        let network = network(s);
        two(s, &network.public, &network.private);
    });
    assert_can_reach(&plan, "web", "db", tcp(5432));
    assert_cannot_reach(&plan, "web", "db", tcp(22));
    assert_cannot_reach(&plan, "db", "web", tcp(5432));
}

/// What an assertion says when it fails, without the places in this file.
fn complaint(assertion: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(assertion).expect_err("the assertion fails");
    let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    let place = |line: &str| match line.split_once("--> ") {
        Some((begin, rest)) => format!("{begin}--> (line): {}", rest.splitn(4, ':').nth(3).unwrap_or_default().trim_start()),
        None => line.to_owned(),
    };
    text.lines().map(|line| place(line) + "\n").collect()
}

#[test]
fn the_missing_hop_is_named() {
    let plan = plan(|s| {
        let network = network(s);
        let acl = NetworkAcl::new(&network.vpc)
            .ingress([NetworkAclEntry::allow(1, Rule::tcp(5432), "10.0.0.0/16")])
            .egress([NetworkAclEntry::allow(1, Rule::tcp_range(32768..=50000), "10.0.0.0/16")]);
        s.add("strict", NetworkAclAssociation::new(&network.private, &s.add("strict", acl)));
        two(s, &network.public, &network.private);
    });
    expect![[r#"
        `db`: the answers to tcp 5432 from `web` does not all get through: tcp 32768-50000 from 10.0.1.0/24: ACL `strict` -> the local route of the main table of `vpc` -> the default ACL of `vpc`, stopped in part by ACL `strict`
            --> (line): ACL `strict`
    "#]].assert_eq(&complaint(|| assert_can_reach(&plan, "web", "db", tcp(5432))));
    expect![[r#"
        `db`: tcp 22 from `web` does not get through: security group `web` -> the default ACL of `vpc` -> the local route of table `public` -> stopped by ACL `strict`
            --> (line): ACL `strict`
    "#]].assert_eq(&complaint(|| assert_can_reach(&plan, "web", "db", tcp(22))));
    expect![[r#"
        `db`: `web` reaches it
          tcp 5432 from 10.0.0.0/24: security group `web` -> the default ACL of `vpc` -> the local route of table `public` -> ACL `strict` -> security group `db`
            --> (line): security group `web`
            --> (line): the default ACL of `vpc`
            --> (line): the local route of table `public`
            --> (line): ACL `strict`
            --> (line): security group `db`
    "#]].assert_eq(&complaint(|| assert_cannot_reach(&plan, "web", "db", tcp(5432))));
}

#[test]
fn a_failed_proof_tells_way_lines_and_what_is_not_known() {
    let plan = plan(|s| {
        let network = network(s);
        let rules = [Rule::tcp(5432).from("0.0.0.0/0"), Rule::tcp(22).from("::/0")];
        let group = s.add("db", SecurityGroup::new(&network.vpc, "databases").ingress(rules));
        s.add("db", server(&network.public).security_groups([&group]).associate_public_ip_address(true));
    });
    expect![[r#"
        `db`: the internet reaches it
          tcp 5432 from 1.0.0.0-9.255.255.255, and more: internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `db`
            --> (line): internet gateway `internet`
            --> (line): a public address of `db`
            --> (line): a route to it in table `public`
            --> (line): the default ACL of `vpc`
            --> (line): security group `db`
          perhaps tcp 22 from 2000::/3, and more: internet gateway `internet` -> IPv6 -> the default ACL of `vpc` -> security group `db`
            --> (line): internet gateway `internet`
            --> (line): IPv6
            not known: whether subnet `public` has IPv6 addresses and routes, which no program declares
            --> (line): the default ACL of `vpc`
            --> (line): security group `db`
    "#]].assert_eq(&complaint(|| assert_unreachable_from_internet(&plan, "db")));
    expect![[r#"
        `vpc`: nothing of this name stands in a subnet
          hint: instances, network interfaces, load balancers, caches and endpoints of services do
    "#]]
    .assert_eq(&complaint(|| assert_unreachable_from_internet(&plan, "vpc")));
}

#[test]
fn a_peering_connection_needs_routes_on_both_sides() {
    let program = |both: bool| {
        move |s: &Scope| {
            let (one, two) = (s.add("one", Vpc::new("10.0.0.0/16")), s.add("two", Vpc::new("10.1.0.0/16")));
            let peering = s.add("both", VpcPeeringConnection::new(&one, &two).auto_accept(true));
            let side = |name: &str, vpc: &Handle<Vpc>, range: &str, other: &str, routed: bool| {
                let subnet = s.add(name, Subnet::new(vpc, range));
                let table = s.add(name, RouteTable::new(vpc));
                s.add(name, RouteTableAssociation::new(&subnet, &table));
                if routed {
                    s.add(name, Route::new(&table, other, &peering));
                }
                let group = s.add(name, SecurityGroup::new(vpc, "all").ingress([Rule::tcp(5432).from("10.0.0.0/8")]));
                s.add(name, server(&subnet).security_groups([&group]));
            };
            side("web", &one, "10.0.0.0/24", "10.1.0.0/16", true);
            side("db", &two, "10.1.0.0/24", "10.0.0.0/16", both);
        }
    };
    assert_can_reach(&plan(program(true)), "web", "db", tcp(5432));
    let one_way = plan(program(false));
    expect![[r#"
        `db`: the answers to tcp 5432 from `web` does not get through: the default ACL of `two` -> stopped by peering connection `both` by table `db`
            --> (line): peering connection `both` by table `db`
    "#]].assert_eq(&complaint(|| assert_can_reach(&one_way, "web", "db", tcp(5432))));
    assert!(matches!(between(&one_way, "web", "db", tcp(5432)), Ok(Verdict::Perhaps(_))));
    assert_cannot_reach(&one_way, "db", "web", tcp(5432));
}

/// Two networks that nothing joins meet over the internet.
#[test]
fn the_way_over_the_internet_is_not_forgotten() {
    let plan = plan(|s| {
        let network = network(s);
        s.add("db", server(&network.public).security_groups([&network.open]).associate_public_ip_address(true));
        let other = s.child("other");
        let theirs = self::network(&other);
        other.add("web", server(&theirs.public).security_groups([&theirs.open]).associate_public_ip_address(true));
    });
    expect![[r#"
        `db`: `other/web` reaches it
          tcp 5432 from 1.0.0.0-9.255.255.255, and more: security group `other/open` -> the default ACL of `other/vpc` -> a route to the internet in table `other/public` -> internet gateway `internet` -> a public address of `db` -> a route to it in table `public` -> the default ACL of `vpc` -> security group `open`
            --> (line): security group `other/open`
            --> (line): the default ACL of `other/vpc`
            --> (line): a route to the internet in table `other/public`
            --> (line): internet gateway `internet`
            --> (line): a public address of `db`
            --> (line): a route to it in table `public`
            --> (line): the default ACL of `vpc`
            --> (line): security group `open`
    "#]].assert_eq(&complaint(|| assert_cannot_reach(&plan, "other/web", "db", tcp(5432))));
    assert_cannot_reach(&plan, "other/web", "db", tcp(22));
}

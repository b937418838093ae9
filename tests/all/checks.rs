//! Checks of plans: each finds what it is for, names both lines, and leaves alone what is fine.

use blogstack_aws::{
    checks::{self, assert_none},
    ec2::{
        CustomerGateway, Destination, ImageId, Instance, NatGateway, Peer, Rule, SecurityGroup, SecurityGroupRule, Subnet, Vpc,
        VpcPeeringConnection, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment,
    },
    elbv2::LoadBalancer,
    iam::{PolicyDocument, Principal, Role, RolePolicy, Statement},
};
use blogstack_core::{Handle, Input, IntoInput, Problem, Scope, plan::Plan, testing::plan_of};
use blogstack_sim::Sim;
use blogstack_tests::{run, world::connection};
use expect_test::{Expect, expect};

fn plan(program: impl Fn(&Scope) + Send + Sync + 'static) -> Plan {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    run(plan_of(connection(&sim), program)).unwrap_or_else(|error| panic!("{error}"))
}

/// What a check says, with the distance between its two lines: so the test does not depend on where it stands.
fn told(problems: &[Problem]) -> String {
    let one = |problem: &Problem| {
        let line = problem.line.map(std::panic::Location::line);
        let apart =
            line.zip(problem.related).map(|(line, (other, what))| format!("  {what}: {} lines away\n", other.line().abs_diff(line)));
        let begin = if line.is_some() { "" } else { "(no line) " };
        format!("{begin}{problem}\n{}", apart.unwrap_or_default())
    };
    problems.iter().map(one).collect()
}

fn check(check: fn(&Plan) -> Vec<Problem>, program: impl Fn(&Scope) + Send + Sync + 'static, expected: &Expect) {
    expected.assert_eq(&told(&check(&plan(program))));
}

fn server(s: &Scope, name: &str, subnet: &Handle<Subnet>) -> Handle<Instance> {
    s.add(name, Instance::new(ImageId("ami-0123456789abcdef0".to_owned()), "t3.nano", subnet))
}

#[test]
fn a_subnet_has_room_for_what_stands_in_it() {
    let crowded = |s: &Scope, servers: usize| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        let small = s.add("small", Subnet::new(&vpc, "10.0.0.0/28").availability_zone("eu-west-1a"));
        let other = s.add("other", Subnet::new(&vpc, "10.0.1.0/24").availability_zone("eu-west-1b"));
        s.add("balancer", LoadBalancer::new([&small, &other]));
        s.add("nat", NatGateway::new(&small).connectivity_type(blogstack_aws::ec2::ConnectivityType::Private));
        for at in 0..servers {
            server(s, &format!("server-{at}"), &small);
        }
    };
    check(checks::capacity, move |s| crowded(s, 2), &expect![[r#""#]]);
    check(
        checks::capacity,
        move |s| crowded(s, 3),
        &expect![[r#"
        `small`: 10.0.0.0/28 has room for 11 addresses, and 12 are wanted, 8 for `balancer`
          the first that does not fit: 3 lines away
    "#]],
    );
}

#[test]
fn networks_that_are_joined_have_ranges_of_their_own() {
    let joined = |s: &Scope, range: &str, office: &str| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        let other = s.add("other", Vpc::new(range));
        s.add("peering", VpcPeeringConnection::new(&vpc, &other));
        let device = s.add("office", CustomerGateway::new(std::net::Ipv4Addr::new(203, 0, 113, 12)));
        let gateway = s.add("vpn", VpnGateway::new());
        s.add("vpn", VpnGatewayAttachment::new(&gateway, &vpc));
        let connection = s.add("vpn", VpnConnection::new(&device, &gateway).static_routes_only(true));
        s.add("office", VpnConnectionRoute::new(&connection, office.parse::<Destination>().expect("a range")));
    };
    check(checks::ranges, move |s| joined(s, "10.1.0.0/16", "192.168.0.0/16"), &expect![[r#""#]]);
    check(
        checks::ranges,
        move |s| joined(s, "10.0.128.0/17", "10.0.7.0/24"),
        &expect![[r#"
        `vpc`: 10.0.0.0/16 overlaps `other` (10.0.128.0/17), with which peering connection `peering` joins it
          the other network: 1 lines away
        `office`: 10.0.7.0/24, on the other side of the VPN, overlaps network `vpc` (10.0.0.0/16)
          the network: 7 lines away
    "#]],
    );
}

/// Why there is no plan.
fn refused(program: impl Fn(&Scope) + Send + Sync + 'static, expected: &Expect) {
    let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
    let error = run(plan_of(connection(&sim), program)).expect_err("the program is wrong");
    expected.assert_eq(&error.to_string());
}

#[test]
fn of_subnets_out_of_place_there_is_no_plan() {
    let subnets = |s: &Scope, ranges: [&str; 2]| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        ranges.iter().zip(["one", "two"]).for_each(|(range, name)| drop(s.add(name, Subnet::new(&vpc, *range))));
    };
    refused(
        move |s| subnets(s, ["10.0.0.0/24", "10.1.0.0/24"]),
        &expect!["`two`: field `cidr_block`: 10.1.0.0/24 lies outside the network's 10.0.0.0/16"],
    );
    refused(
        move |s| subnets(s, ["10.0.0.0/24", "10.0.0.128/25"]),
        &expect![[r#"`two`: field `cidr_block`: "10.0.0.128/25" overlaps `one` ("10.0.0.0/24")"#]],
    );
}

#[test]
fn a_load_balancer_stands_in_two_zones() {
    let balanced = |s: &Scope, zones: [Option<&str>; 2]| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        let subnets: Vec<Handle<Subnet>> = (0..)
            .zip(zones)
            .map(|(at, zone)| {
                let subnet = Subnet::new(&vpc, &*format!("10.0.{at}.0/24"));
                s.add(format!("subnet-{at}"), if let Some(zone) = zone { subnet.availability_zone(zone) } else { subnet })
            })
            .collect();
        s.add("balancer", LoadBalancer::new(&subnets));
    };
    check(checks::zones, move |s| balanced(s, [Some("eu-west-1a"), Some("eu-west-1b")]), &expect![[r#""#]]);
    check(
        checks::zones,
        move |s| balanced(s, [Some("eu-west-1a"), Some("eu-west-1a")]),
        &expect![[r#"
        `balancer`: it stands in no zone but `eu-west-1a`: when that fails, so does it
          hint: give it subnets of two zones, and the subnets their `availability_zone`
          its first subnet: 3 lines away
    "#]],
    );
    check(
        checks::zones,
        move |s| balanced(s, [Some("eu-west-1a"), None]),
        &expect![[r#"
        `balancer`: it stands surely in no zone but `eu-west-1a`: that of `subnet-1` is not known
          hint: give it subnets of two zones, and the subnets their `availability_zone`
          its first subnet: 3 lines away
    "#]],
    );
}

fn open(rules: impl Fn() -> Vec<blogstack_aws::ec2::RuleArgs> + Send + Sync + 'static, expected: &Expect) {
    let program = move |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        s.add("group", SecurityGroup::new(&vpc, "servers").ingress(rules()));
    };
    check(checks::open_ports, program, expected);
}

#[test]
fn ports_that_the_world_has_no_business_with_are_found() {
    open(
        || vec![Rule::tcp(443).from("0.0.0.0/0"), Rule::tcp(22).from("203.0.113.0/24"), Rule::udp(5432).from("0.0.0.0/0")],
        &expect![[r#""#]],
    );
    open(
        || vec![Rule::tcp(22).from("0.0.0.0/0")],
        &expect![[r#"
        `group`: it lets the world in at SSH (tcp 22)
          hint: let in only the ranges or groups that need it
    "#]],
    );
    open(
        || vec![Rule::all().from("::/0")],
        &expect![[r#"
        `group`: it lets the world, over IPv6, in at SSH (tcp 22), SQL Server (tcp 1433), Oracle (tcp 1521), MySQL (tcp 3306), remote desktops (tcp 3389), PostgreSQL (tcp 5432), Redis (tcp 6379), Cassandra (tcp 9042), Elasticsearch (tcp 9200), memcached (tcp 11211), MongoDB (tcp 27017)
          hint: let in only the ranges or groups that need it
    "#]],
    );
    open(
        || vec![Rule::tcp_range(1024..=65535).from("128.0.0.0/1"), Rule::tcp(5432).from("0.0.0.0/1")],
        &expect![[r#"
        `group`: it lets the world in at SQL Server (tcp 1433), Oracle (tcp 1521), MySQL (tcp 3306), remote desktops (tcp 3389), PostgreSQL (tcp 5432), Redis (tcp 6379), Cassandra (tcp 9042), Elasticsearch (tcp 9200), memcached (tcp 11211), MongoDB (tcp 27017)
          hint: let in only the ranges or groups that need it
    "#]],
    );
    open(
        || vec![Rule::tcp(3306).from(Peer::PrefixList("pl-0123456789abcdef0".to_owned()))],
        &expect![[r#"
        `group`: it lets prefix list `pl-0123456789abcdef0`, of which nobody knows what it holds, in at MySQL (tcp 3306)
          hint: let in only the ranges or groups that need it
    "#]],
    );
}

/// No one rule is wide; all together are.
#[test]
fn the_world_in_small_pieces_is_the_world() {
    let pieces = || (1..10).map(|at: u8| Rule::tcp(22).from(&*format!("{at}.0.0.0/9"))).collect::<Vec<_>>();
    open(
        pieces,
        &expect![[r#"
        `group`: it lets the world in at SSH (tcp 22)
          hint: let in only the ranges or groups that need it
    "#]],
    );
    open(move || pieces().into_iter().take(2).collect(), &expect![[r#""#]]);
}

#[test]
fn the_line_of_a_rule_of_its_own_is_named() {
    let program = |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        let group = s.add("group", SecurityGroup::new(&vpc, "servers"));

        s.add("ssh", SecurityGroupRule::ingress(&group, Rule::tcp(22), "0.0.0.0/0"));
    };
    check(
        checks::open_ports,
        program,
        &expect![[r#"
        `group`: it lets the world in at SSH (tcp 22)
          hint: let in only the ranges or groups that need it
          the rule: 2 lines away
    "#]],
    );
}

fn document(statements: impl IntoInput<PolicyDocument>) -> Input<PolicyDocument> {
    statements.into_input()
}

#[test]
fn policies_that_grant_everything_are_found() {
    let role = |s: &Scope, document: &dyn Fn() -> Input<PolicyDocument>| {
        let role = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
        s.add("web", RolePolicy::new(&role, "web", document()));
    };
    let fine = move |s: &Scope| role(s, &|| document(Statement::allow(["s3:GetObject"]).resources(["*"])));
    check(checks::stars, fine, &expect![[r#""#]]);
    let all = move |s: &Scope| role(s, &|| document(Statement::allow(["*"]).resources(["arn:aws:s3:::images/*"])));
    check(
        checks::stars,
        all,
        &expect![[r#"
        `web`: field `policy_document`: it allows every action
          hint: name the actions, the resources, and who
    "#]],
    );
    let service =
        move |s: &Scope| role(s, &|| document([Statement::allow(["s3:*"]).resources(["*"]), Statement::deny(["*"]).resources(["*"])]));
    check(
        checks::stars,
        service,
        &expect![[r#"
        `web`: field `policy_document`: it allows `s3:*` on everything
          hint: name the actions, the resources, and who
    "#]],
    );
    let anyone = |s: &Scope| drop(s.add("web", Role::new(Principal::Anyone)));
    check(
        checks::stars,
        anyone,
        &expect![[r#"
        `web`: field `assume_role_policy_document`: it allows something to everybody
          hint: name the actions, the resources, and who
    "#]],
    );
}

#[test]
fn policies_in_json_are_read_as_well() {
    let program = |s: &Scope| {
        let policy =
            r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::images/*"}}"#;
        s.add("images", blogstack_aws::s3::Bucket::new().policy(policy));
    };
    check(
        checks::stars,
        program,
        &expect![[r#"
        `images`: field `policy`: it allows something to everybody
          hint: name the actions, the resources, and who
    "#]],
    );
}

#[test]
fn keys_in_user_data_and_tags_are_found_and_not_shown() {
    let program = |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").tag("api-token", "0123456789abcdef"));
        let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24"));
        let web = Instance::new(ImageId("ami-0123456789abcdef0".to_owned()), "t3.nano", &subnet);
        s.add("web", web.user_data("#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n"));
    };
    let problems = checks::keys(&plan(program));
    expect![[r#"
        `vpc`: field `tags`, in `api-token`: this looks like a password or token
          hint: keep it as a secret and let the server fetch it: whoever may describe the object can read this
        `web`: field `user_data`: line 2 holds what looks like a password or token
          hint: keep it as a secret and let the server fetch it: whoever may describe the object can read this
    "#]]
    .assert_eq(&told(&problems));
    assert!(!format!("{problems:?}").contains("hunter2") && !format!("{problems:?}").contains("abcdef"));
}

#[test]
fn a_failed_assertion_tells_the_lines() {
    let problems = checks::open_ports(&plan(|s| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        s.add("group", SecurityGroup::new(&vpc, "servers").ingress([Rule::tcp(22).from("0.0.0.0/0")]));
    }));
    let panic = std::panic::catch_unwind(|| assert_none(&problems)).expect_err("there is a problem");
    let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(text.contains("SSH (tcp 22)") && text.contains("checks.rs:") && text.contains(": declared here"), "{text}");
    assert_none(&[]);
}

//! How long it usually takes: told in plans, and what takes long is begun first.

use std::net::Ipv4Addr;

use blogstack_aws::{
    ec2::{CustomerGateway, Eip, InternetGateway, NatGateway, Rule, SecurityGroup, Subnet, Vpc, VpnConnection, VpnGateway},
    elbv2::LoadBalancer,
};
use blogstack_core::{
    Scope,
    apply::Pace,
    deployment::How,
    display::{Style, plan_json, plan_text},
};
use blogstack_tests::{run, world::World};
use expect_test::expect;

/// A way out, and three groups of which each lets in the one before it.
fn program(range: &'static str) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s: &Scope| {
        let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
        let first = s.add("group-1", SecurityGroup::new(&vpc, "first"));
        let second = s.add("group-2", SecurityGroup::new(&vpc, "second").ingress([Rule::tcp(80).from(&first)]));
        s.add("group-3", SecurityGroup::new(&vpc, "third").ingress([Rule::tcp(80).from(&second)]));
        s.add("internet", InternetGateway::new(&vpc));
        let subnet = s.add("subnet", Subnet::new(&vpc, range));
        s.add("nat", NatGateway::new(&subnet).allocation(&s.add("address", Eip::new())));
    }
}

#[test]
fn a_plan_tells_how_long_its_steps_take_and_all_of_it() {
    run(async {
        let world = World::new();
        let before = program("10.0.0.0/24");
        let plan = world.stack(program("10.0.0.0/24")).preview().await.unwrap();
        let text = plan_text(&plan, Style::plain());
        let line = |text: &str, path: &str| {
            text.lines().find(|line| line.contains(&format!(" {path} "))).unwrap_or_else(|| panic!("{text}")).to_owned()
        };
        expect!["  3 + nat       create   ec2/nat-gateway, about 2 min"].assert_eq(&line(&text, "nat"));
        expect!["8 to create; about 2 min in all."].assert_eq(text.lines().last().unwrap());
        world.up(before).await;
        // The old one goes before its address is free for the new one.
        let plan = world.stack(program("10.0.9.0/24")).preview().await.unwrap();
        let text = plan_text(&plan, Style::plain());
        expect!["  3 ± nat     replace  ec2/nat-gateway, about 3 min"].assert_eq(&line(&text, "nat"));
        expect!["2 to replace; 6 stay as they are; about 3 min in all."].assert_eq(text.lines().last().unwrap());
        let json = plan_json(&plan);
        assert_eq!(json["expected_seconds"], 180);
        let steps = json["steps"].as_array().unwrap();
        let seconds = |path: &str| {
            let step = steps.iter().find(|step| step["urn"].as_str().unwrap().starts_with(&format!("{path}#"))).unwrap();
            step["expected_seconds"].as_u64()
        };
        assert_eq!((seconds("nat"), seconds("subnet")), (Some(180), None));
        // What is left out takes no time.
        let only = blogstack_core::plan::Selection::new(&["group-*".to_owned()], &[], &[]).unwrap();
        let how = How { selection: only, ..How::default() };
        let fresh = World::new();
        let plan = fresh.lab.clone().how(how).stack(program("10.0.0.0/24")).preview().await.unwrap();
        assert_eq!(plan.expected().as_secs(), 0);
    });
}

#[test]
fn load_balancers_and_vpns_take_minutes() {
    run(async {
        let program = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("internet", InternetGateway::new(&vpc));
            let subnet = |zone: &str, block: &str| s.add(zone, Subnet::new(&vpc, block).availability_zone(zone));
            let subnets = [subnet("eu-west-1a", "10.0.0.0/24"), subnet("eu-west-1b", "10.0.1.0/24")];
            s.add("balancer", LoadBalancer::new([&subnets[0], &subnets[1]]));
            let office = s.add("office", CustomerGateway::new(Ipv4Addr::new(203, 0, 113, 12)));
            s.add("vpn", VpnConnection::new(&office, &s.add("gateway", VpnGateway::new())));
        };
        let text = plan_text(&World::new().stack(program).preview().await.unwrap(), Style::plain());
        assert!(text.contains("elbv2/load-balancer, about 3 min"), "{text}");
        assert!(text.contains("ec2/vpn-connection, about 4 min"), "{text}");
    });
}

#[test]
fn what_takes_long_is_begun_first() {
    run(async {
        let world = World::new();
        let how = How { pace: Pace { parallel: 1, ..Pace::default() }, ..How::default() };
        let report = world.lab.clone().how(how).stack(program("10.0.0.0/24")).up().await.unwrap();
        let done = |path: &str| report.done.iter().position(|done| done.urn.path() == path).unwrap();
        // The groups are the longer chain, and are made in no time.
        assert!(done("nat") < done("group-1"), "{:?}", report.done);
    });
}

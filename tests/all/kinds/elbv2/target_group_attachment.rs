use blogstack_aws::{
    ec2::Vpc,
    elbv2::{Action, Condition, Listener, ListenerRule, LoadBalancer, Protocol, Scheme, TargetGroup, TargetGroupAttachment, TargetType},
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first},
    run,
    world::World,
};
use serde_json::json;

use super::{Network, balancer, group, instance, network};

fn of_instance(s: &Scope, name: &str, port: Option<u16>) {
    let network = network(s);
    let instance = instance(s, &network);
    let groups = [group(s, "one", &network), group(s, "other", &network)];
    let group = if name == "one" { &groups[0] } else { &groups[1] };
    s.add("target", TargetGroupAttachment::new(group, &instance).port(port));
}

fn of_address(s: &Scope, address: &str) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let group = s.add("addresses", TargetGroup::new(&vpc, Protocol::Http, 80_u16).target_type(TargetType::Ip));
    s.add("target", TargetGroupAttachment::new(&group, address).availability_zone("all"));
}

fn of_balancer(s: &Scope) {
    let Network { vpc, subnets: [a, b, _] } = network(s);
    let inner = s.add("inner", LoadBalancer::new([&a, &b]).scheme(Scheme::Internal));
    let group = s.add("balancers", TargetGroup::new(&vpc, Protocol::Tcp, 80_u16).target_type(TargetType::Alb));
    s.add("target", TargetGroupAttachment::new(&group, &inner));
}

pub(super) const KIND: Kind = Kind {
    subject: "target",
    minimal: |s| of_instance(s, "one", None),
    changes: &[
        create_first("a port", |s| of_instance(s, "one", Some(8080))),
        create_first("another group", |s| of_instance(s, "other", Some(8080))),
        create_first("an address elsewhere", |s| of_address(s, "192.168.0.10")),
        create_first("a load balancer", of_balancer),
    ],
    creates: "RegisterTargets",
    deletes: "DeregisterTargets",
    vanish: |world, id| kinds::overwrite(world, id.split_once('_').expect("the group's ARN").0, "targets", json!([])),
    adopting: |s, ids| {
        let (group, instance) = (Id::<TargetGroup>::new(&*ids["one"]), ids["instance"].as_str());
        s.add("target", TargetGroupAttachment::new(group, instance).adopt(&ids["target"]));
    },
};

blogstack_tests::lives!(KIND);

fn serving(s: &Scope, attached: bool) {
    let network = network(s);
    let balancer = balancer(s, &network);
    let (web, instance) = (group(s, "web", &network), instance(s, &network));
    s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::forwarding(&web)));
    if attached {
        s.add("target", TargetGroupAttachment::new(&web, &instance));
    }
}

/// What it was doing when it was taken out is done before anything else happens to it.
#[test]
fn one_that_goes_may_finish_first() {
    run(async {
        let world = World::new();
        world.up(|s| serving(s, true)).await;
        let began = tokio::time::Instant::now();
        world.up(|s| serving(s, false)).await;
        assert!(began.elapsed().as_secs() >= 300, "{:?}", began.elapsed());
        world.destroy().await;
    });
}

/// A group with a target, behind a listener and behind a rule.
fn behind(s: &Scope, port: u16) {
    let network = network(s);
    let (balancer, instance) = (balancer(s, &network), instance(s, &network));
    let web = s.add("web", TargetGroup::new(&network.vpc, Protocol::Http, port));
    let listener = s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::forwarding(&web)));
    s.add("rule", ListenerRule::new(&listener, 1_u16, [Condition::path(["/img/*"])], Action::forwarding(&web)));
    s.add("target", TargetGroupAttachment::new(&web, &instance));
}

/// Where each of these operations stands among the calls; it is called once.
fn places<const N: usize>(world: &World, operations: [&str; N]) -> [usize; N] {
    let calls = world.calls();
    operations.map(|operation| {
        let places: Vec<usize> = calls.iter().enumerate().filter(|(_, call)| *call == operation).map(|(place, _)| place).collect();
        assert_eq!(places.len(), 1, "{operation}: {calls:?}");
        places[0]
    })
}

/// Nothing is sent to a group before it has its targets, also where it takes the place of another one, nor after they have left.
#[test]
fn a_group_has_its_targets_for_as_long_as_something_is_sent_there() {
    run(async {
        let world = World::new();
        world.up(|s| behind(s, 80)).await;
        let [registered, listener, rule] = places(&world, ["RegisterTargets", "CreateListener", "CreateRule"]);
        assert!(registered < listener && registered < rule);
        world.up(|s| behind(s, 8080)).await;
        let changes = ["RegisterTargets", "ModifyListener", "ModifyRule", "DeregisterTargets", "DeleteTargetGroup"];
        let [registered, listener, rule, left, deleted] = places(&world, changes);
        assert!(registered < listener && listener < left && left < deleted);
        assert!(registered < rule && rule < left);
        world.destroy().await;
        let [listener, left] = places(&world, ["DeleteListener", "DeregisterTargets"]);
        assert!(listener < left);
    });
}

#[test]
fn one_that_somebody_else_attached_is_not_ours() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (group, target) = (world.id("one").await, world.id("instance").await);
        let program = move |s: &Scope| {
            s.add("mine", TargetGroupAttachment::new(Id::<TargetGroup>::new(&*group), target.as_str()));
        };
        let report = world.beside().stack(program).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("already"), "{error}");
    });
}

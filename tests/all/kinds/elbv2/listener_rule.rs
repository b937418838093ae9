use blogstack_aws::elbv2::{
    Action, ActionArgs, Condition, FixedResponse, Forward, Listener, ListenerRule, ListenerRuleArgs, LoadBalancer, Protocol, Redirect,
    RedirectStatus, Share,
};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

use super::{Network, balancer, group, listener, network};

fn with(s: &Scope, more: impl FnOnce(ListenerRuleArgs) -> ListenerRuleArgs) {
    let listener = listener(s, &network(s));
    let rule = ListenerRule::new(&listener, 10_u16, [Condition::path(["/a/*"])], Action::responding(404_u16));
    s.add("rule", more(rule));
}

fn every_condition(s: &Scope, host: &str) {
    let listener = listener(s, &network(s));
    let conditions = [
        Condition::host([host]),
        Condition::http_header("X-Version", ["beta*"]),
        Condition::query(["debug=1"]),
        Condition::method(["GET"]),
        Condition::source(["10.0.0.0/8"]),
    ];
    s.add("rule", ListenerRule::new(&listener, 20_u16, conditions, Action::responding(404_u16)));
}

/// The load balancer and its listener.
fn both(s: &Scope, network: &Network) -> (Handle<LoadBalancer>, Handle<Listener>) {
    let balancer = balancer(s, network);
    let listener = s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::responding(404_u16)));
    (balancer, listener)
}

fn doing(s: &Scope, priority: u16, action: ActionArgs) {
    let listener = listener(s, &network(s));
    s.add("rule", ListenerRule::new(&listener, priority, [Condition::path(["/a/*"])], action));
}

fn redirecting() -> ActionArgs {
    let redirect = Redirect::new(RedirectStatus::Http302).protocol("HTTPS").port("443").host("www.#{host}");
    Action::redirecting(redirect.path("/new/#{path}").query("from=old"))
}

fn answering() -> ActionArgs {
    Action::new().fixed_response(FixedResponse::new(200_u16).content_type("text/html").message_body("<p>hello"))
}

fn forwarding(s: &Scope, elsewhere: bool) {
    let network = network(s);
    let (balancer, own) = both(s, &network);
    let (one, other) = (group(s, "one", &network), group(s, "other", &network));
    let forward = Forward::new([Share::new(&one).weight(3_u32), Share::new(&other)]);
    let action = Action::new().forward(forward.stickiness_enabled(true).stickiness_duration_seconds(60_u32));
    let second = Listener::new(&balancer, Protocol::Http, 81_u16, Action::responding(404_u16));
    let second = s.add("second", second);
    let listener = if elsewhere { &second } else { &own };
    s.add("rule", ListenerRule::new(listener, 30_u16, [Condition::path(["/a/*"])], action));
}

fn everything_elsewhere(s: &Scope) {
    let (balancer, _) = both(s, &network(s));
    let second = Listener::new(&balancer, Protocol::Http, 81_u16, Action::responding(404_u16));
    let second = s.add("second", second);
    let conditions = [
        Condition::host(["a.example"]),
        Condition::http_header("X-Version", ["beta*"]),
        Condition::query(["debug=1"]),
        Condition::method(["GET"]),
        Condition::source(["10.0.0.0/8"]),
    ];
    s.add("rule", ListenerRule::new(&second, 20_u16, conditions, redirecting()));
}

pub(super) const KIND: Kind = Kind {
    subject: "rule",
    minimal: |s| with(s, |rule| rule),
    changes: &[
        update("a tag set", |s| with(s, |rule| rule.tag("a", "1"))),
        update("a tag changed", |s| with(s, |rule| rule.tag("a", "2"))),
        update("tags cleared", |s| with(s, |rule| rule)),
        update("another priority and other conditions", |s| every_condition(s, "a.example")),
        update("another host", |s| every_condition(s, "b.example")),
        update("a redirect", |s| doing(s, 20, redirecting())),
        update("an answer", |s| doing(s, 20, answering())),
        update("another priority", |s| doing(s, 30, answering())),
        update("two groups", |s| forwarding(s, false)),
        create_first("another listener", |s| forwarding(s, true)),
        create_first("another listener again", |s| doing(s, 20, answering())),
        create_first("everything at another listener", everything_elsewhere),
    ],
    creates: "CreateRule",
    deletes: "DeleteRule",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let listener = Id::<Listener>::new(&*ids["listener"]);
        let rule = ListenerRule::new(listener, 10_u16, [Condition::path(["/a/*"])], Action::responding(404_u16));
        s.add("rule", rule.adopt(&ids["rule"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_priority_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (listener, before) = (world.id("listener").await, world.sim.objects());
        let program = move |s: &Scope| {
            let listener = Id::<Listener>::new(&*listener);
            s.add("mine", ListenerRule::new(listener, 10_u16, [Condition::host(["a.example"])], Action::responding(404_u16)));
        };
        let report = world.beside().stack(program).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("is taken by an object of the stack") && error.contains("PriorityInUse"), "{error}");
        assert_eq!(world.sim.objects(), before);
    });
}

#[test]
fn a_priority_that_a_call_of_ours_took_is_ours() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("CreateRule").after_effect(FaultKind::Throttle));
        world.up(KIND.minimal).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "CreateRule").count(), 2);
        assert!(world.stack(KIND.minimal).preview().await.unwrap().is_empty());
    });
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let paths = |s: &Scope| {
            let conditions = [Condition::path(["/1", "/2", "/3", "/4", "/5", "/6"])];
            s.add("rule", ListenerRule::new(&listener(s, &network(s)), 10_u16, conditions, Action::responding(404_u16)));
        };
        let error = world.stack(paths).preview().await.unwrap_err().to_string();
        assert!(error.contains("there are 6 values, and the conditions of a rule take 5"), "{error}");
        let error = world.stack(|s| doing(s, 0, answering())).preview().await.unwrap_err().to_string();
        assert!(error.contains("a priority is 1 to 50000, not 0"), "{error}");
    });
}

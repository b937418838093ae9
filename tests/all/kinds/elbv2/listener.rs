use blogstack_aws::{
    Arn,
    elbv2::{
        Action, AlpnPolicy, FixedResponse, Forward, Listener, ListenerArgs, LoadBalancer, LoadBalancerType, Protocol, Redirect,
        RedirectStatus, Share, TargetGroup,
    },
};
use blogstack_core::{Configure, Declare, Id, Scope, step::Action as Step};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, DELETE_FIRST, Kind},
    run,
    world::World,
};

use super::{Network, balancer, group, listener, network};

fn with(s: &Scope, more: impl FnOnce(ListenerArgs) -> ListenerArgs) {
    let balancer = balancer(s, &network(s));
    s.add("listener", more(Listener::new(&balancer, Protocol::Http, 80_u16, Action::responding(404_u16))));
}

fn doing(s: &Scope, action: blogstack_aws::elbv2::ActionArgs) {
    let balancer = balancer(s, &network(s));
    s.add("listener", Listener::new(&balancer, Protocol::Http, 8080_u16, action));
}

fn redirecting(s: &Scope) {
    let redirect = Redirect::new(RedirectStatus::Http301).protocol("HTTPS").port("443").host("www.#{host}");
    doing(s, Action::redirecting(redirect.path("/new/#{path}").query("from=old")));
}

fn answering(s: &Scope, body: &str) {
    doing(s, Action::new().fixed_response(FixedResponse::new(503_u16).content_type("text/plain").message_body(body)));
}

fn forwarding(s: &Scope, weight: u32) {
    let network = network(s);
    let balancer = balancer(s, &network);
    let (one, other) = (group(s, "one", &network), group(s, "other", &network));
    let forward = Forward::new([Share::new(&one).weight(weight), Share::new(&other)]);
    let forward = forward.stickiness_enabled(true).stickiness_duration_seconds(600_u32);
    s.add("listener", Listener::new(&balancer, Protocol::Http, 8080_u16, Action::new().forward(forward)));
}

fn certificate(name: &str) -> Arn {
    Arn(format!("arn:aws:acm:eu-west-1:123456789012:certificate/{name}"))
}

fn secure(s: &Scope, name: &str) {
    let balancer = balancer(s, &network(s));
    let listener = Listener::new(&balancer, Protocol::Https, 443_u16, Action::responding(404_u16));
    s.add("listener", listener.certificate(certificate(name)).ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06"));
}

fn of_connections(s: &Scope, policy: AlpnPolicy) {
    let network = network(s);
    let Network { vpc, subnets: [a, ..] } = &network;
    let balancer = s.add("connections", LoadBalancer::new([a]).load_balancer_type(LoadBalancerType::Network));
    let targets = s.add("targets", TargetGroup::new(vpc, Protocol::Tls, 443_u16));
    let listener = Listener::new(&balancer, Protocol::Tls, 443_u16, Action::forwarding(&targets));
    s.add("listener", listener.certificate(certificate("one")).alpn_policy(policy));
}

pub(super) const KIND: Kind = Kind {
    subject: "listener",
    minimal: |s| drop(listener(s, &network(s))),
    changes: &[
        Change { what: "a tag set", program: |s| with(s, |listener| listener.tag("a", "1")), action: Step::Update },
        Change { what: "a tag changed", program: |s| with(s, |listener| listener.tag("a", "2")), action: Step::Update },
        Change { what: "tags cleared", program: |s| with(s, |listener| listener), action: Step::Update },
        Change { what: "another port and a redirect", program: redirecting, action: Step::Update },
        Change { what: "an answer", program: |s| answering(s, "later"), action: Step::Update },
        Change { what: "another answer", program: |s| answering(s, "never"), action: Step::Update },
        Change { what: "an empty one", program: |s| doing(s, Action::responding(503_u16)), action: Step::Update },
        Change { what: "two groups", program: |s| forwarding(s, 9), action: Step::Update },
        Change { what: "other shares", program: |s| forwarding(s, 1), action: Step::Update },
        Change { what: "HTTPS", program: |s| secure(s, "one"), action: Step::Update },
        Change { what: "another certificate", program: |s| secure(s, "other"), action: Step::Update },
        Change { what: "another load balancer", program: |s| of_connections(s, AlpnPolicy::Http2Preferred), action: CREATE_FIRST },
        Change { what: "another policy", program: |s| of_connections(s, AlpnPolicy::Http1Only), action: Step::Update },
        Change { what: "redirected again, elsewhere", program: redirecting, action: CREATE_FIRST },
        Change { what: "other targets from the beginning", program: forwarding_anew, action: DELETE_FIRST },
    ],
    creates: "CreateListener",
    deletes: "DeleteListener",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let balancer = Id::<LoadBalancer>::new(&*ids["balancer"]);
        s.add("listener", Listener::new(balancer, Protocol::Http, 80_u16, Action::responding(404_u16)).adopt(&ids["listener"]));
    },
};

blogstack_tests::lives!(KIND);

/// The program wants the old one to go first.
fn forwarding_anew(s: &Scope) {
    let network = network(s);
    let Network { vpc, subnets: [a, b, _] } = &network;
    let balancer = s.add("second", LoadBalancer::new([a, b]));
    let targets = s.add("targets", TargetGroup::new(vpc, Protocol::Http, 80_u16));
    let listener = Listener::new(&balancer, Protocol::Http, 8080_u16, Action::forwarding(&targets));
    s.add("listener", listener.delete_before_replace());
}

#[test]
fn a_port_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let (balancer, before) = (world.id("balancer").await, world.sim.objects());
        let program = move |s: &Scope| {
            let balancer = Id::<LoadBalancer>::new(&*balancer);
            s.add("mine", Listener::new(balancer, Protocol::Http, 80_u16, Action::responding(404_u16)));
        };
        let report = world.beside().stack(program).up().await.unwrap();
        let error = report.failed[0].error.to_string();
        assert!(error.contains("is taken by an object of the stack"), "{error}");
        assert_eq!(world.sim.objects(), before);
    });
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let problem = async |program: fn(&Scope)| world.stack(program).preview().await.unwrap_err().to_string();
        let error = problem(|s| doing(s, Action::new())).await;
        assert!(error.contains("there is one action, which forwards, redirects or responds"), "{error}");
        let error = problem(|s| doing(s, Action::responding(302_u16))).await;
        assert!(error.contains("the status 302 is not 2xx, 4xx or 5xx"), "{error}");
        let error = problem(|s| with(s, |listener| listener.certificate(certificate("one")))).await;
        assert!(error.contains("only listeners with HTTPS or TLS have a certificate"), "{error}");
        assert!(world.sim.objects().is_empty());
    });
}

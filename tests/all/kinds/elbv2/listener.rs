use blogstack_aws::{
    Arn,
    elbv2::{
        Action, AlpnPolicy, FixedResponse, Forward, Listener, ListenerArgs, LoadBalancer, LoadBalancerType, Protocol, Redirect,
        RedirectStatus, Share, TargetGroup,
    },
};
use blogstack_core::{Configure, Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
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
        update("a tag set", |s| with(s, |listener| listener.tag("a", "1"))),
        update("a tag changed", |s| with(s, |listener| listener.tag("a", "2"))),
        update("tags cleared", |s| with(s, |listener| listener)),
        update("another port and a redirect", redirecting),
        update("an answer", |s| answering(s, "later")),
        update("another answer", |s| answering(s, "never")),
        update("an empty one", |s| doing(s, Action::responding(503_u16))),
        update("two groups", |s| forwarding(s, 9)),
        update("other shares", |s| forwarding(s, 1)),
        update("HTTPS", |s| secure(s, "one")),
        update("another certificate", |s| secure(s, "other")),
        create_first("another load balancer", |s| of_connections(s, AlpnPolicy::Http2Preferred)),
        update("another policy", |s| of_connections(s, AlpnPolicy::Http1Only)),
        create_first("redirected again, elsewhere", redirecting),
        delete_first("other targets from the beginning", forwarding_anew),
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

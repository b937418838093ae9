use blogstack_aws::{
    ec2::Vpc,
    elbv2::{
        Action, CrossZone, HealthCheck, Listener, LoadBalancingAlgorithm, Protocol, ProtocolVersion, StickinessType, TargetGroup,
        TargetGroupArgs, TargetGroupAttributes, TargetType,
    },
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_sim::{FaultKind, on};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

use super::{balancer, network};

fn with(s: &Scope, more: impl FnOnce(TargetGroupArgs) -> TargetGroupArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("web", more(TargetGroup::new(&vpc, Protocol::Http, 80_u16)));
}

fn of_kind(s: &Scope, protocol: Protocol, more: impl FnOnce(TargetGroupArgs) -> TargetGroupArgs) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("web", more(TargetGroup::new(&vpc, protocol, 80_u16)));
}

fn checked(s: &Scope, path: &str) {
    let check = HealthCheck::new().enabled(true).protocol(Protocol::Https).port("8443").path(path).interval_seconds(20_u32);
    let check = check.timeout_seconds(4_u32).healthy_threshold_count(3_u32).unhealthy_threshold_count(4_u32).matcher("200-299");
    with(s, |group| group.health_check(check));
}

fn sticky(s: &Scope, seconds: u32) {
    let attributes = TargetGroupAttributes::new()
        .deregistration_delay_timeout_seconds(seconds)
        .stickiness_enabled(true)
        .stickiness_type(StickinessType::AppCookie)
        .stickiness_app_cookie_cookie_name("session")
        .stickiness_app_cookie_duration_seconds(600_u32)
        .stickiness_lb_cookie_duration_seconds(600_u32)
        .slow_start_duration_seconds(30_u32)
        .load_balancing_algorithm_type(LoadBalancingAlgorithm::RoundRobin)
        .load_balancing_cross_zone_enabled(CrossZone::False);
    with(s, |group| group.attributes(attributes));
}

fn of_connections(s: &Scope) {
    let attributes = TargetGroupAttributes::new()
        .deregistration_delay_connection_termination_enabled(true)
        .stickiness_type(StickinessType::SourceIp)
        .preserve_client_ip_enabled(false)
        .proxy_protocol_v2_enabled(true);
    of_kind(s, Protocol::TcpUdp, |group| group.attributes(attributes));
}

fn grpc(s: &Scope, codes: &str) {
    let check = HealthCheck::new().matcher(codes);
    with(s, |group| group.protocol_version(ProtocolVersion::Grpc).health_check(check));
}

fn named(s: &Scope, port: u16) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    s.add("web", TargetGroup::new(&vpc, Protocol::Http, port).name("web"));
}

pub(super) const KIND: Kind = Kind {
    subject: "web",
    minimal: |s| with(s, |group| group),
    changes: &[
        update("a tag set", |s| with(s, |group| group.tag("a", "1"))),
        update("a tag changed", |s| with(s, |group| group.tag("a", "2"))),
        update("tags cleared", |s| with(s, |group| group)),
        update("a health check set", |s| checked(s, "/health")),
        update("its path changed", |s| checked(s, "/up")),
        update("the health check left alone", |s| with(s, |group| group)),
        update("attributes set", |s| sticky(s, 30)),
        update("one of them changed", |s| sticky(s, 0)),
        update("attributes left alone", |s| with(s, |group| group)),
        create_first("another protocol, with attributes of its own", of_connections),
        create_first("gRPC", |s| grpc(s, "0")),
        update("other codes that mean health", |s| grpc(s, "0-5")),
        create_first("addresses as targets", |s| {
            with(s, |group| group.target_type(TargetType::Ip).health_check(HealthCheck::new().path("/a").matcher("204")))
        }),
        create_first("a name set", |s| named(s, 80)),
        delete_first("another port under this name", |s| named(s, 81)),
    ],
    creates: "CreateTargetGroup",
    deletes: "DeleteTargetGroup",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("web", TargetGroup::new(Id::<Vpc>::new(&*ids["vpc"]), Protocol::Http, 80_u16).adopt(&ids["web"]));
    },
};

blogstack_tests::lives!(KIND);

/// AWS answers a second create with what is there, whoever made it.
#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| named(s, 80)).await;
        let (id, before) = (world.id("web").await, world.sim.objects());
        let other = world.beside();
        other.up(|s| drop(s.add("vpc", Vpc::new("10.0.0.0/16")))).await;
        let report = other.stack(|s| named(s, 80)).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("the name `web` is taken by an object of the stack"), "{error}");
        assert_eq!(error.hint(), Some(format!("choose another `name`, or take it over with `.adopt(\"{id}\")`")));
        assert_eq!(world.sim.objects().keys().filter(|key| key.contains("targetgroup")).count(), 1);
        assert!(before.iter().all(|(key, object)| world.sim.objects().get(key) == Some(object)));
    });
}

#[test]
fn a_name_that_a_call_of_ours_took_is_ours() {
    run(async {
        let world = World::new();
        world.sim.add_fault(on("CreateTargetGroup").after_effect(FaultKind::Throttle));
        world.up(|s| named(s, 80)).await;
        assert_eq!(world.calls().iter().filter(|call| *call == "CreateTargetGroup").count(), 2);
        assert!(world.stack(|s| named(s, 80)).preview().await.unwrap().is_empty());
    });
}

/// In use by a listener it cannot be deleted: the new one is made, the listener led to it, and then the old one goes.
#[test]
fn one_that_is_in_use_is_replaced_without_a_gap() {
    fn program(s: &Scope, port: u16) {
        let network = network(s);
        let balancer = balancer(s, &network);
        let web = s.add("web", TargetGroup::new(&network.vpc, Protocol::Http, port));
        s.add("listener", Listener::new(&balancer, Protocol::Http, 80_u16, Action::forwarding(&web)));
    }
    run(async {
        let world = World::new();
        world.up(|s| program(s, 80)).await;
        let old = world.id("web").await;
        world.calls();
        world.up(|s| program(s, 8080)).await;
        let calls = world.calls();
        let changes: Vec<&str> = calls.iter().map(String::as_str).filter(|call| !call.starts_with("Describe")).collect();
        assert_eq!(changes, ["CreateTargetGroup", "ModifyListener", "DeleteTargetGroup"]);
        assert_ne!(world.id("web").await, old);
        world.destroy().await;
    });
}

#[test]
fn what_aws_would_refuse_is_told_before_any_call() {
    run(async {
        let world = World::new();
        let problem = async |program: fn(&Scope)| world.stack(program).preview().await.unwrap_err().to_string();
        let error = problem(|s| with(s, |group| group.health_check(HealthCheck::new().interval_seconds(301_u32)))).await;
        assert!(error.contains("`interval_seconds` is 5 to 300, not 301"), "{error}");
        let error = problem(|s| with(s, |group| group.name("-web"))).await;
        assert!(error.contains("`-web` is not 1 to 32 letters, digits and hyphens"), "{error}");
        let error = problem(|s| of_kind(s, Protocol::Tcp, |group| group.protocol_version(ProtocolVersion::Http2))).await;
        assert!(error.contains("groups with HTTP or HTTPS have a version of HTTP, and no others"), "{error}");
        assert!(world.sim.objects().is_empty());
    });
}

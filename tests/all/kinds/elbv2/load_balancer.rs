use blogstack_aws::{
    ec2::{Rule, SecurityGroup, Subnet},
    elbv2::{
        DesyncMitigationMode, DnsRoutingPolicy, LoadBalancer, LoadBalancerArgs, LoadBalancerAttributes, LoadBalancerType, Scheme,
        XffHeaderProcessing,
    },
};
use blogstack_core::{Declare, Id, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, delete_first, update},
    run,
    world::World,
};

use super::{Network, network};

fn with(s: &Scope, more: impl FnOnce(LoadBalancerArgs) -> LoadBalancerArgs) {
    let Network { subnets: [a, b, _], .. } = network(s);
    s.add("balancer", more(LoadBalancer::new([&a, &b])));
}

fn elsewhere(s: &Scope) {
    let Network { subnets: [_, b, c], .. } = network(s);
    s.add("balancer", LoadBalancer::new([&b, &c]));
}

fn grouped(s: &Scope) {
    let Network { vpc, subnets: [_, b, c] } = network(s);
    let group = s.add("group", SecurityGroup::new(&vpc, "web").ingress([Rule::tcp(80).from("0.0.0.0/0")]));
    s.add("balancer", LoadBalancer::new([&b, &c]).security_groups([&group]));
}

fn set_up(s: &Scope, protected: bool) {
    let attributes = LoadBalancerAttributes::new()
        .access_logs_s3_enabled(false)
        .access_logs_s3_bucket("logs")
        .access_logs_s3_prefix("web")
        .deletion_protection_enabled(protected)
        .load_balancing_cross_zone_enabled(true)
        .idle_timeout_timeout_seconds(120_u32)
        .client_keep_alive_seconds(60_u32)
        .routing_http_desync_mitigation_mode(DesyncMitigationMode::Strictest)
        .routing_http_drop_invalid_header_fields_enabled(true)
        .routing_http_preserve_host_header_enabled(true)
        .routing_http_x_amzn_tls_version_and_cipher_suite_enabled(true)
        .routing_http_xff_client_port_enabled(true)
        .routing_http_xff_header_processing_mode(XffHeaderProcessing::Preserve)
        .routing_http2_enabled(false)
        .waf_fail_open_enabled(true);
    with(s, |balancer| balancer.attributes(attributes));
}

fn without_groups(s: &Scope) {
    let Network { subnets: [a, ..], .. } = network(s);
    s.add("balancer", LoadBalancer::new([&a]).load_balancer_type(LoadBalancerType::Network));
}

fn of_connections(s: &Scope) {
    let Network { vpc, subnets: [a, ..] } = network(s);
    let group = s.add("group", SecurityGroup::new(&vpc, "web"));
    let attributes = LoadBalancerAttributes::new().dns_record_client_routing_policy(DnsRoutingPolicy::AvailabilityZoneAffinity);
    let balancer = LoadBalancer::new([&a]).load_balancer_type(LoadBalancerType::Network).security_groups([&group]);
    s.add("balancer", balancer.attributes(attributes));
}

pub(super) const KIND: Kind = Kind {
    subject: "balancer",
    minimal: |s| with(s, |balancer| balancer),
    changes: &[
        update("a tag set", |s| with(s, |balancer| balancer.tag("a", "1"))),
        update("a tag changed", |s| with(s, |balancer| balancer.tag("a", "2"))),
        update("tags cleared", |s| with(s, |balancer| balancer)),
        update("attributes set", |s| set_up(s, true)),
        update("protection lifted", |s| set_up(s, false)),
        update("attributes left alone", |s| with(s, |balancer| balancer)),
        update("another subnet for one of them", elsewhere),
        update("another group", grouped),
        update("the network's group again", elsewhere),
        create_first("another type", without_groups),
        create_first("groups for one that was made without", of_connections),
        create_first("no groups again", without_groups),
        create_first("a name set", |s| with(s, |balancer| balancer.name("web"))),
        delete_first("not for the internet, under this name", |s| with(s, |balancer| balancer.name("web").scheme(Scheme::Internal))),
    ],
    creates: "CreateLoadBalancer",
    deletes: "DeleteLoadBalancer",
    vanish,
    adopting: |s, ids| {
        let subnets = ["a", "b"].map(|name| Id::<Subnet>::new(&*ids[name]));
        s.add("balancer", LoadBalancer::new(subnets).adopt(&ids["balancer"]));
    },
};

blogstack_tests::lives!(KIND);

/// Its interfaces go with it.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let (_, own) = objects.iter().find(|(key, _)| key.ends_with(id)).expect("it is there");
    for place in own["places"].as_array().expect("places") {
        kinds::delete(world, place["interface"].as_str().expect("an interface"));
    }
    kinds::delete(world, id);
}

fn groups(world: &World, id: &str) -> Vec<String> {
    let objects = world.sim.objects();
    let (_, own) = objects.iter().find(|(key, _)| key.ends_with(id)).expect("it is there");
    own["groups"].as_array().expect("groups").iter().map(|group| group.as_str().expect("an id").to_owned()).collect()
}

#[test]
fn without_groups_it_has_that_of_the_network_again() {
    run(async {
        let world = World::new();
        world.up(elsewhere).await;
        let id = world.id("balancer").await;
        let default = groups(&world, &id);
        world.up(grouped).await;
        assert_eq!(groups(&world, &id), [world.id("group").await]);
        world.up(elsewhere).await;
        assert_eq!(groups(&world, &id), default);
        // The group could go.
        assert!(!world.state().await.records.values().any(|record| record.urn.path() == "group"));
    });
}

#[test]
fn groups_of_one_for_connections_that_the_program_never_spoke_of_stay() {
    run(async {
        let world = World::new();
        world.up(of_connections).await;
        let (own, a) = (world.id("balancer").await, world.id("a").await);
        let adopting = move |s: &Scope| {
            let balancer = LoadBalancer::new([Id::<Subnet>::new(&*a)]).load_balancer_type(LoadBalancerType::Network);
            s.add("balancer", balancer.adopt(&own));
        };
        let stack = world.stack(|_| ());
        let session = stack.open().await.unwrap();
        session.forget("balancer").await.unwrap();
        session.close().await.unwrap();
        let beside = world.beside();
        beside.up(adopting.clone()).await;
        assert!(beside.stack(adopting).preview().await.unwrap().is_empty());
    });
}

#[test]
fn an_application_has_one_group_at_least() {
    run(async {
        let program = |s: &Scope| with(s, |balancer| balancer.security_groups(Vec::<Id<SecurityGroup>>::new()));
        let error = World::new().stack(program).preview().await.unwrap_err().to_string();
        assert!(error.contains("it has one group at least: leave it unset for the default"), "{error}");
    });
}

/// Its interfaces stay for a while and block all three; nothing in the program says so.
#[test]
fn subnets_groups_and_gateway_wait_for_what_it_leaves_behind() {
    run(async {
        let world = World::new();
        world.up(grouped).await;
        world.calls();
        world.destroy().await;
        let calls = world.calls();
        for retried in ["DeleteSubnet", "DeleteSecurityGroup", "DetachInternetGateway"] {
            assert!(calls.iter().filter(|call| *call == retried).count() > 1, "{retried} was not refused: {calls:?}");
        }
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn one_that_is_protected_is_not_deleted() {
    run(async {
        let world = World::new();
        world.up(|s| set_up(s, true)).await;
        let report = world.stack(|_| ()).destroy().await.unwrap();
        assert!(report.failed[0].error.to_string().contains("deletion protection is enabled"), "{:?}", report.failed);
        world.up(|s| set_up(s, false)).await;
        world.destroy().await;
    });
}

#[test]
fn one_subnet_is_too_few_for_an_application() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| drop(s.add("balancer", LoadBalancer::new([Id::<Subnet>::new("subnet-0123456789abcdef0")])));
        let error = world.stack(program).preview().await.unwrap_err().to_string();
        assert!(error.contains("it stands in 2 subnets at least, each in a zone of its own"), "{error}");
    });
}

/// The new group takes the old one's place, and only then is the old one deleted: once, because nothing has it any more.
#[test]
fn a_security_group_is_replaced_behind_it() {
    run(async {
        let with_group = |description: &'static str| {
            move |s: &Scope| {
                let Network { vpc, subnets: [a, b, _] } = network(s);
                let group = s.add("group", SecurityGroup::new(&vpc, description));
                s.add("balancer", LoadBalancer::new([&a, &b]).security_groups([&group]));
            }
        };
        let world = World::new();
        world.up(with_group("web")).await;
        let balancer = world.id("balancer").await;
        world.calls();
        world.up(with_group("web servers")).await;
        let changes: Vec<String> = world.calls().into_iter().filter(|call| !call.starts_with("Describe")).collect();
        assert_eq!(changes, ["CreateSecurityGroup", "SetSecurityGroups", "DeleteSecurityGroup"]);
        assert_eq!(world.id("balancer").await, balancer);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

use blogstack_aws::route53::{HealthCheck, HealthCheckArgs, HealthCheckType};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(HealthCheckArgs) -> HealthCheckArgs) {
    s.add("check", more(HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com")));
}

fn for_text(s: &Scope, text: &str) {
    let check = HealthCheck::new(HealthCheckType::HttpStrMatch).ip_address("192.0.2.1").search_string(text);
    s.add("check", check.request_interval(10_u32).measure_latency(true));
}

pub(super) const KIND: Kind = Kind {
    subject: "check",
    minimal: |s| with(s, |check| check),
    changes: &[
        update("a path set", |s| with(s, |check| check.resource_path("/health"))),
        update("the path cleared", |s| with(s, |check| check)),
        update("a port set", |s| with(s, |check| check.port(8443_u16))),
        same("the port left alone", |s| with(s, |check| check)),
        update("switches set", |s| with(s, |check| check.inverted(true).disabled(true).enable_sni(false).failure_threshold(5_u32))),
        update("switches unset", |s| with(s, |check| check)),
        update("regions set", |s| with(s, |check| check.regions(["eu-west-1", "us-east-1", "us-west-1"]))),
        update("regions cleared", |s| with(s, |check| check)),
        update("an address set", |s| with(s, |check| check.ip_address("192.0.2.1"))),
        update("a tag set", |s| with(s, |check| check.ip_address("192.0.2.1").tag("a", "1"))),
        update("tags cleared", |s| with(s, |check| check.ip_address("192.0.2.1"))),
        create_first("another type", |s| for_text(s, "well")),
        update("another text", |s| for_text(s, "fine")),
        create_first("everything from the start", |s| {
            with(s, |check| {
                let check = check.ip_address("192.0.2.1").port(443_u16).resource_path("/").failure_threshold(2_u32).inverted(true);
                let check = check.disabled(false).enable_sni(true).request_interval(30_u32).measure_latency(false);
                check.regions(["eu-west-1", "us-east-1", "us-west-1"])
            });
        }),
        update("another name", |s| {
            let check = HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("www.example.com");
            s.add("check", check.ip_address("192.0.2.1").port(443_u16).resource_path("/").request_interval(30_u32));
        }),
    ],
    creates: "CreateHealthCheck",
    deletes: "DeleteHealthCheck",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let check = HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com");
        s.add("check", check.adopt(&ids["check"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_check_that_was_deleted_is_made_anew_with_another_reference() {
    run(async {
        let world = World::new();
        for _ in 0..2 {
            world.up(KIND.minimal).await;
            world.destroy().await;
        }
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn what_cannot_be_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| drop(s.add("check", HealthCheck::new(HealthCheckType::Tcp).request_interval(20_u32)));
        let error = world.stack(program).preview().await.unwrap_err().to_string();
        for told in ["it asks a name or an `ip_address`", "a connection needs a port", "it is 10 or 30 seconds"] {
            assert!(error.contains(told), "{error}");
        }
    });
}

use blogstack_aws::route53::{HealthCheck, HealthCheckArgs, HealthCheckType};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, Kind},
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
        Change { what: "a path set", program: |s| with(s, |check| check.resource_path("/health")), action: Action::Update },
        Change { what: "the path cleared", program: |s| with(s, |check| check), action: Action::Update },
        Change { what: "a port set", program: |s| with(s, |check| check.port(8443_u16)), action: Action::Update },
        Change { what: "the port left alone", program: |s| with(s, |check| check), action: Action::Same },
        Change {
            what: "switches set",
            program: |s| with(s, |check| check.inverted(true).disabled(true).enable_sni(false).failure_threshold(5_u32)),
            action: Action::Update,
        },
        Change { what: "switches unset", program: |s| with(s, |check| check), action: Action::Update },
        Change {
            what: "regions set",
            program: |s| with(s, |check| check.regions(["eu-west-1", "us-east-1", "us-west-1"])),
            action: Action::Update,
        },
        Change { what: "regions cleared", program: |s| with(s, |check| check), action: Action::Update },
        Change { what: "an address set", program: |s| with(s, |check| check.ip_address("192.0.2.1")), action: Action::Update },
        Change { what: "a tag set", program: |s| with(s, |check| check.ip_address("192.0.2.1").tag("a", "1")), action: Action::Update },
        Change { what: "tags cleared", program: |s| with(s, |check| check.ip_address("192.0.2.1")), action: Action::Update },
        Change { what: "another type", program: |s| for_text(s, "well"), action: CREATE_FIRST },
        Change { what: "another text", program: |s| for_text(s, "fine"), action: Action::Update },
        Change {
            what: "everything from the start",
            program: |s| {
                with(s, |check| {
                    let check = check.ip_address("192.0.2.1").port(443_u16).resource_path("/").failure_threshold(2_u32).inverted(true);
                    let check = check.disabled(false).enable_sni(true).request_interval(30_u32).measure_latency(false);
                    check.regions(["eu-west-1", "us-east-1", "us-west-1"])
                });
            },
            action: CREATE_FIRST,
        },
        Change {
            what: "another name",
            program: |s| {
                let check = HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("www.example.com");
                s.add("check", check.ip_address("192.0.2.1").port(443_u16).resource_path("/").request_interval(30_u32));
            },
            action: Action::Update,
        },
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

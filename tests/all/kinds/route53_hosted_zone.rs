use blogstack_aws::{
    ec2::Vpc,
    route53::{HostedZone, HostedZoneArgs, Record, RecordType, ZoneVpc},
};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{CREATE_FIRST, Kind, create_first, same, update},
    run,
    world::{REGION, World},
};

fn with(s: &Scope, more: impl FnOnce(HostedZoneArgs) -> HostedZoneArgs) {
    s.add("zone", more(HostedZone::new("example.com")));
}

fn private(s: &Scope, networks: usize) {
    let networks: Vec<_> = (0..networks).map(|k| s.add(format!("vpc-{k}"), Vpc::new(format!("10.{k}.0.0/16").as_str()))).collect();
    let networks: Vec<_> = networks.iter().map(|vpc| ZoneVpc::new(vpc, REGION)).collect();
    s.add("zone", HostedZone::new("blog.internal").comment("inside").vpcs(networks));
}

/// Deletes a zone with its own records, as somebody else would.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let own = objects.keys().filter_map(|key| key.rsplit('/').next()).filter(|own| own.starts_with(id));
    let own: Vec<&str> = own.collect();
    assert_eq!(own.len(), 3, "the zone, NS and SOA: {own:?}");
    for id in own {
        assert!(world.sim.out_of_band().delete(id).unwrap());
    }
}

pub(super) const KIND: Kind = Kind {
    subject: "zone",
    minimal: |s| with(s, |zone| zone),
    changes: &[
        update("a comment set", |s| with(s, |zone| zone.comment("the blog"))),
        update("the comment changed", |s| with(s, |zone| zone.comment("my blog"))),
        update("the comment cleared", |s| with(s, |zone| zone)),
        update("a tag set", |s| with(s, |zone| zone.tag("a", "1"))),
        update("a tag changed", |s| with(s, |zone| zone.tag("a", "2"))),
        update("tags cleared", |s| with(s, |zone| zone)),
        same("the same name in other words", |s| drop(s.add("zone", HostedZone::new("Example.com.")))),
        create_first("another name, private", |s| private(s, 1)),
        update("a network more", |s| private(s, 2)),
        update("a network less", |s| private(s, 1)),
    ],
    creates: "CreateHostedZone",
    deletes: "DeleteHostedZone",
    vanish,
    adopting: |s, ids| {
        s.add("zone", HostedZone::new("example.com").adopt(&ids["zone"]));
    },
};

blogstack_tests::lives!(KIND);

#[test]
fn a_public_zone_does_not_become_private() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let inside = |s: &Scope| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("zone", HostedZone::new("example.com").vpcs([ZoneVpc::new(&vpc, REGION)]));
        };
        let plan = world.stack(inside).preview().await.unwrap();
        assert!(plan.steps.iter().any(|step| step.urn.path() == "zone" && step.action == CREATE_FIRST), "{:#?}", plan.steps);
        world.up(inside).await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_zone_is_found_by_its_name() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let zone = world.id("zone").await;
        let beside = world.beside();
        let program = |s: &Scope| {
            let zone = s.look_up(HostedZone::named("example.com"));
            s.add("www", Record::new(&zone, "www.example.com", RecordType::A).ttl(300_u32).resource_records(["192.0.2.1"]));
        };
        beside.up(program).await;
        assert_eq!(beside.id("www").await, format!("{zone}_www.example.com_A"));
        // With a record that it does not know of, the zone stays.
        let report = world.stack(|_| ()).destroy().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("HostedZoneNotEmpty") && error.hint().unwrap().contains("did not make"), "{error}");
        beside.destroy().await;
        world.destroy().await;
        let none = world.stack(program).preview().await.unwrap_err().to_string();
        assert!(none.contains("there is no public zone `example.com`"), "{none}");
    });
}

#[test]
fn what_is_no_name_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let error = world.stack(|s: &Scope| drop(s.add("zone", HostedZone::new("a..b")))).preview().await.unwrap_err().to_string();
        assert!(error.contains("`a..b` is no name of the DNS"), "{error}");
    });
}

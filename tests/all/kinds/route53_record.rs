use blogstack_aws::route53::{AliasTarget, Failover, HealthCheck, HealthCheckType, HostedZone, Record, RecordArgs, RecordType};
use blogstack_core::{Configure, Declare, Handle, Id, Scope};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::{ACCOUNT, World},
};

fn zone(s: &Scope) -> Handle<HostedZone> {
    s.add("check", HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com"));
    s.add("zone", HostedZone::new("example.com"))
}

fn a(s: &Scope, name: &str, more: impl FnOnce(RecordArgs) -> RecordArgs) {
    let zone = zone(s);
    s.add("www", more(Record::new(&zone, name, RecordType::A).ttl(300_u32).resource_records(["192.0.2.1"])));
}

fn typed(s: &Scope, name: &str, record_type: RecordType, values: &[&str]) {
    let zone = zone(s);
    s.add("www", Record::new(&zone, name, record_type).ttl(300_u32).resource_records(values.to_vec()));
}

fn alias(s: &Scope, healthy: bool) {
    let zone = zone(s);
    let target =
        AliasTarget::new("Z0000000000000000TARGET".to_owned(), "Lb-1.eu-west-1.elb.amazonaws.com.").evaluate_target_health(healthy);
    s.add("www", Record::new(&zone, "www.example.com", RecordType::A).alias_target(target));
}

pub(super) const KIND: Kind = Kind {
    subject: "www",
    minimal: |s| a(s, "www.example.com", |record| record),
    changes: &[
        update("another TTL", |s| a(s, "www.example.com", |record| record.ttl(60_u32))),
        update("more values", |s| a(s, "www.example.com", |record| record.resource_records(["192.0.2.2", "192.0.2.1"]))),
        same("the same values in another order", |s| {
            a(s, "WWW.example.com.", |record| record.resource_records(["192.0.2.1", "192.0.2.2"]))
        }),
        update("an alias", |s| alias(s, false)),
        update("the alias changed", |s| alias(s, true)),
        update("values again", |s| a(s, "www.example.com", |record| record)),
        create_first("another name", |s| a(s, "*.example.com", |record| record)),
        create_first("another type", |s| typed(s, "*.example.com", RecordType::Aaaa, &["2001:db8::1"])),
        create_first("texts", |s| typed(s, "example.com", RecordType::Txt, &["v=spf1 \"x\" -all", "a long one, which is not so long"])),
        create_first("one of several by weight", |s| a(s, "w.example.com", |record| record.set_identifier("blue").weight(10_u8))),
        update("another weight, with a health check", |s| {
            let zone = s.add("zone", HostedZone::new("example.com"));
            let check = s.add("check", HealthCheck::new(HealthCheckType::Https).fully_qualified_domain_name("example.com"));
            let record = Record::new(&zone, "w.example.com", RecordType::A).ttl(300_u32).resource_records(["192.0.2.1"]);
            s.add("www", record.set_identifier("blue").weight(20_u8).health_check(&check));
        }),
        create_first("one of several by region", |s| a(s, "r.example.com", |record| record.set_identifier("eu").region("eu-west-1"))),
        create_first("the first of two", |s| a(s, "f.example.com", |record| record.set_identifier("one").failover(Failover::Primary))),
        update("the second", |s| a(s, "f.example.com", |record| record.set_identifier("one").failover(Failover::Secondary))),
        create_first("one of several answers", |s| a(s, "m.example.com", |record| record.set_identifier("m").multi_value_answer(true))),
    ],
    creates: "ChangeResourceRecordSets",
    deletes: "ChangeResourceRecordSets",
    vanish: kinds::delete,
    adopting: |s, ids| {
        let record = Record::new(Id::<HostedZone>::new(&*ids["zone"]), "www.example.com", RecordType::A).ttl(300_u32);
        s.add("www", record.resource_records(["192.0.2.1"]).adopt(&ids["www"]));
    },
};

blogstack_tests::lives!(KIND);

/// A stack with so many records.
fn many(count: usize) -> impl Fn(&Scope) + Send + Sync + 'static {
    move |s: &Scope| {
        let zone = s.add("zone", HostedZone::new("example.com"));
        for k in 0..count {
            let record = Record::new(&zone, format!("r{k}.example.com"), RecordType::A).ttl(300_u32);
            s.add(format!("r{k}"), record.resource_records(["192.0.2.1"]));
        }
    }
}

fn count(calls: &[String], operation: &str) -> usize {
    calls.iter().filter(|call| *call == operation).count()
}

#[test]
fn many_records_are_few_calls() {
    run(async {
        let world = World::new();
        world.up(many(40)).await;
        let calls = world.calls();
        assert!(count(&calls, "ChangeResourceRecordSets") <= 5, "{} batches", count(&calls, "ChangeResourceRecordSets"));
        assert!(world.stack(many(40)).preview().await.unwrap().is_empty());
        assert_eq!(count(&world.calls(), "ListResourceRecordSets"), 1);
        world.destroy().await;
        assert!(count(&world.calls(), "ChangeResourceRecordSets") <= 5);
        assert!(world.sim.objects().is_empty());
    });
}

/// A request to Route 53 as somebody else would send it.
async fn put(world: &World, zone: &str, name: &str) {
    let who = format!("AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/us-east-1/route53/aws4_request");
    let records = "<TTL>1</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.9</Value></ResourceRecord></ResourceRecords>";
    let set = format!("<ResourceRecordSet><Name>{name}</Name><Type>A</Type>{records}</ResourceRecordSet>");
    let body = format!("<R><ChangeBatch><Changes><Change><Action>UPSERT</Action>{set}</Change></Changes></ChangeBatch></R>");
    let request = ureq::http::Request::post(format!("/2013-04-01/hostedzone/{zone}/rrset/")).header("authorization", who);
    assert_eq!(world.sim.answer(request.body(body.into_bytes()).unwrap()).await.unwrap().status(), 200);
}

#[test]
fn a_batch_that_is_refused_tells_each_record_its_own_error() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let zone = s.add("zone", HostedZone::new("example.com"));
            for (name, value) in [("good", "192.0.2.1"), ("fine", "192.0.2.2"), ("bad", "nonsense"), ("worse", "300.0.0.1")] {
                let record = Record::new(&zone, format!("{name}.example.com"), RecordType::A).ttl(300_u32);
                s.add(name, record.resource_records([value]));
            }
        };
        let report = world.stack(program).up().await.unwrap();
        let mut failed: Vec<_> = report.failed.iter().map(|failed| (failed.urn.path().to_owned(), failed.error.to_string())).collect();
        failed.sort();
        assert_eq!(failed.len(), 2, "{failed:#?}");
        assert!(failed[0].0 == "bad" && failed[0].1.contains("'nonsense'") && !failed[0].1.contains("300.0.0.1"), "{failed:#?}");
        assert!(failed[1].0 == "worse" && failed[1].1.contains("'300.0.0.1'"), "{failed:#?}");
    });
}

#[test]
fn a_record_that_somebody_else_made_is_not_taken_and_a_changed_one_is_deleted_as_it_is() {
    run(async {
        let world = World::new();
        world.up(|s| drop(zone(s))).await;
        let id = world.id("zone").await;
        put(&world, &id, "www.example.com").await;
        let report = world.stack(KIND.minimal).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with(&format!("the zone `{id}` has a record `www.example.com` of type A already")), "{error}");
        world.sim.out_of_band().delete(&format!("{id}_www.example.com_A")).unwrap();
        world.up(KIND.minimal).await;
        put(&world, &id, "www.example.com").await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn a_name_that_becomes_an_alias_of_another_makes_room_first() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        let cname = |s: &Scope| typed(s, "www.example.com", RecordType::Cname, &["example.org"]);
        let report = world.stack(cname).up().await.unwrap();
        assert!(report.failed[0].error.hint().unwrap().contains("delete_before_replace"), "{}", report.failed[0].error);
        world
            .up(|s| {
                let zone = zone(s);
                let record = Record::new(&zone, "www.example.com", RecordType::Cname).ttl(300_u32).resource_records(["example.org"]);
                s.add("www", record.delete_before_replace());
            })
            .await;
    });
}

#[test]
fn a_record_is_waited_for_until_all_servers_have_it() {
    run(async {
        let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
        world.up(KIND.minimal).await;
        assert!(count(&world.calls(), "GetChange") > 2);
    });
}

/// A program, and what is told of it.
type Wrong = (fn(&Scope), &'static str);

#[test]
fn what_cannot_be_is_refused_before_any_call() {
    run(async {
        let world = World::new();
        let wrong: [Wrong; 3] = [
            (|s| a(s, "www.example.org", |record| record), "is not in the zone `example.com`"),
            (|s| a(s, "www.example.com", |record| record.weight(1_u8)), "it goes with one of `weight`"),
            (|s| drop(s.add("www", Record::new(&zone(s), "www.example.com", RecordType::A))), "a record has `resource_records`"),
        ];
        for (program, told) in wrong {
            let error = world.stack(program).preview().await.unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    });
}

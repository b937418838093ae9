use std::time::Duration;

use blogstack_aws::{
    acm::{Certificate, CertificateArgs, CertificateValidation, KeyAlgorithm, ValidationOption},
    route53::{HostedZone, Record, RecordType},
};
use blogstack_core::{Configure, Declare, Scope};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    kinds::{self, Kind, create_first, same, update},
    run,
    world::World,
};
use serde_json::json;

fn with(s: &Scope, more: impl FnOnce(CertificateArgs) -> CertificateArgs) {
    s.add("blog", more(Certificate::new("example.com")));
}

pub(super) const KIND: Kind = Kind {
    subject: "blog",
    minimal: |s| with(s, |certificate| certificate),
    changes: &[
        update("a tag set", |s| with(s, |certificate| certificate.tag("a", "1"))),
        update("a tag changed", |s| with(s, |certificate| certificate.tag("a", "2"))),
        update("tags cleared", |s| with(s, |certificate| certificate)),
        create_first("more names, another key", |s| {
            with(s, |certificate| {
                let certificate = certificate.subject_alternative_names(["*.example.com", "www.example.com"]);
                certificate.key_algorithm(KeyAlgorithm::EcPrime256v1)
            });
        }),
        same("the same names in another order", |s| {
            with(s, |certificate| {
                let certificate = certificate.subject_alternative_names(["WWW.example.com", "*.example.com"]);
                certificate.key_algorithm(KeyAlgorithm::EcPrime256v1)
            });
        }),
        create_first("another domain", |s| drop(s.add("blog", Certificate::new("example.org")))),
    ],
    creates: "RequestCertificate",
    deletes: "DeleteCertificate",
    vanish: kinds::delete,
    adopting: |s, ids| {
        s.add("blog", Certificate::new("example.com").adopt(&ids["blog"]));
    },
};

blogstack_tests::lives!(KIND);

/// A certificate that is issued, unless its record is left out.
fn issued(s: &Scope, with_record: bool) {
    let zone = s.add("zone", HostedZone::new("example.com"));
    let certificate = s.add("blog", Certificate::new("example.com").subject_alternative_names(["*.example.com"]));
    let option = certificate.validation_options.at(0);
    let validation = CertificateValidation::new(&certificate).timeout(Duration::from_mins(20));
    let validation = if with_record {
        let (name, value) = (option.get(ValidationOption::record_name), option.get(ValidationOption::record_value));
        let record = Record::new(&zone, &name, RecordType::Cname).ttl(60_u32).resource_records([&value]);
        validation.depends_on(&s.add("shown", record))
    } else {
        validation
    };
    s.add("issued", validation);
}

#[test]
fn a_certificate_is_issued_when_its_record_is_there() {
    run(async {
        let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
        world.up(|s| issued(s, true)).await;
        assert!(world.stack(|s| issued(s, true)).preview().await.unwrap().is_empty());
        assert_eq!(world.id("issued").await, world.id("blog").await);
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn without_its_record_the_wait_ends_and_says_what_to_do() {
    run(async {
        let world = World::new();
        let report = world.stack(|s| issued(s, false)).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("is issued: not within 1200 s"), "{error}");
        assert!(error.hint().unwrap().contains("the records it asks for"), "{error}");
        // The next run goes on, with the record.
        world.up(|s| issued(s, true)).await;
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

#[test]
fn what_is_in_use_stays_with_a_hint() {
    run(async {
        let world = World::new();
        world.up(KIND.minimal).await;
        kinds::overwrite(&world, &world.id("blog").await, "in_use_by", json!(["arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/x"]));
        let report = world.stack(|_| ()).destroy().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().contains("ResourceInUseException") && error.hint().unwrap().contains("uses it"), "{error}");
    });
}

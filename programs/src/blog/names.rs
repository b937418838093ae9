//! The zone, the certificate, and the name of the blog.

use blogstack_aws::{
    acm::{Certificate, CertificateValidation, ValidationOption},
    route53::{AliasTarget, HostedZone, Record, RecordType},
};
use blogstack_core::{Configure, Declare, Handle, Scope};

use super::{balancer::Balancer, settings::NameSettings};

/// The zone, which outlives the stack. It exists before, as a rule.
pub(super) fn zone(s: &Scope, settings: &NameSettings) -> Handle<HostedZone> {
    let zone = HostedZone::new(settings.zone.as_str()).protect().retain();
    match &settings.adopt {
        Some(id) => s.add("zone", zone.adopt(id)),
        None => s.add("zone", zone),
    }
}

/// A certificate in each region, as they are issued. The same record shows for all of them that the name is ours.
pub(super) fn certificates(
    s: &Scope,
    places: &[Scope],
    settings: &NameSettings,
    zone: &Handle<HostedZone>,
) -> Vec<Handle<CertificateValidation>> {
    let asked: Vec<_> = places.iter().map(|place| place.add("certificate", Certificate::new(settings.host.as_str()))).collect();
    let Some(first) = asked.first() else { return Vec::new() };
    let option = first.validation_options.at(0);
    let (name, value) = (option.get(ValidationOption::record_name), option.get(ValidationOption::record_value));
    let shown = s.add("certificate", Record::new(zone, &name, RecordType::Cname).ttl(300_u32).resource_records([&value]));
    let issued = |(place, certificate): (&Scope, &Handle<Certificate>)| {
        place.add("certificate", CertificateValidation::new(certificate).depends_on(&shown))
    };
    places.iter().zip(&asked).map(issued).collect()
}

/// The blog's name stands for the load balancer: for that of the nearest region, where there are several.
pub(super) fn answer(s: &Scope, settings: &NameSettings, zone: &Handle<HostedZone>, balancer: &Balancer, is_one_of_several: bool) {
    let itself = &balancer.itself;
    let target = AliasTarget::new(&itself.canonical_hosted_zone_id, &itself.dns_name).evaluate_target_health(true);
    let record = Record::new(zone, settings.host.as_str(), RecordType::A).alias_target(target).delete_before_replace();
    if is_one_of_several {
        s.add("blog", record.set_identifier(s.region()).region(s.region()));
    } else {
        s.add("blog", record);
    }
}

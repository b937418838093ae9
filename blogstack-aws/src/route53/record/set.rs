//! Records as AWS has them, and what can be said of them before any call.

use aws_sdk_route53::types::{self, ResourceRecord, ResourceRecordSet, ResourceRecordSetFailover, ResourceRecordSetRegion};
use blogstack_core::{
    Data, Id, Set,
    provider::{FieldProblem, Planned, Result, State},
};

use super::{AliasTarget, DnsName, HostedZone, Record, RecordType, place, text};
use crate::{
    route53::built,
    values::{of_word, word},
};

fn is_text(record_type: RecordType) -> bool {
    matches!(record_type, RecordType::Txt | RecordType::Spf)
}

/// The record as AWS takes it.
pub(super) fn to_sdk(operation: &'static str, record: &Record) -> Result<ResourceRecordSet> {
    let written = |value: &String| if is_text(record.record_type) { text::quoted(value) } else { value.clone() };
    let value = |value: &String| built(operation, ResourceRecord::builder().value(written(value)).build());
    let values = record.resource_records.iter().flatten().map(value).collect::<Result<Vec<_>>>()?;
    let alias = record.alias_target.as_ref().map(|alias| {
        let target = types::AliasTarget::builder().hosted_zone_id(&alias.hosted_zone_id).dns_name(alias.dns_name.as_str());
        built(operation, target.evaluate_target_health(alias.evaluate_target_health).build())
    });
    let set = ResourceRecordSet::builder()
        .name(record.name.as_str())
        .r#type(word(&record.record_type).as_str().into())
        .set_ttl(record.ttl.map(i64::from))
        .set_resource_records((!values.is_empty()).then_some(values))
        .set_alias_target(alias.transpose()?)
        .set_set_identifier(record.set_identifier.clone())
        .set_weight(record.weight.map(i64::from))
        .set_region(record.region.as_deref().map(ResourceRecordSetRegion::from))
        .set_failover(record.failover.map(|failover| ResourceRecordSetFailover::from(word(&failover).as_str())))
        .set_multi_value_answer(record.multi_value_answer.filter(|on| *on))
        .set_health_check_id(record.health_check.as_ref().map(|check| check.as_str().to_owned()));
    built(operation, set.build())
}

/// The record as we know it; types that we do not know are other kinds'.
pub(super) fn of_sdk(zone: &str, set: ResourceRecordSet) -> Option<State<Record>> {
    let record_type: RecordType = of_word(set.r#type.as_str())?;
    let plain = |record: ResourceRecord| if is_text(record_type) { text::plain(&record.value) } else { record.value };
    let fields = Record {
        zone: Id::<HostedZone>::new(zone),
        name: DnsName::new(&set.name),
        record_type,
        ttl: set.ttl.and_then(|seconds| u32::try_from(seconds).ok()),
        resource_records: set.resource_records.map(|records| records.into_iter().map(plain).collect()),
        alias_target: set.alias_target.map(|alias| AliasTarget {
            hosted_zone_id: alias.hosted_zone_id,
            dns_name: DnsName::new(&alias.dns_name),
            evaluate_target_health: alias.evaluate_target_health,
        }),
        set_identifier: set.set_identifier,
        weight: set.weight.and_then(|weight| u8::try_from(weight).ok()),
        region: set.region.map(|region| region.as_str().to_owned()),
        failover: set.failover.and_then(|failover| of_word(failover.as_str())),
        multi_value_answer: set.multi_value_answer,
        health_check: set.health_check_id.map(Id::new),
    };
    let id = place(zone, &fields.name, record_type, fields.set_identifier.as_deref());
    Some(State { id, fields })
}

/// Whether two say the same: values have no order.
pub(super) fn is_same(one: &Record, other: &Record) -> bool {
    one.encode() == other.encode()
}

/// What can be said without a call.
pub(super) fn problems(planned: &Planned<'_, Record>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut say = |field, message: &str| problems.push(FieldProblem { field, message: message.to_owned() });
    let name = planned.get(Record::name);
    if let Some(problem) = name.as_ref().and_then(DnsName::problem) {
        say("name", &problem);
    }
    let zone = planned.related(Record::zone).and_then(|zone| zone.get(HostedZone::name));
    if let (Some(name), Some(zone)) = (&name, &zone)
        && !name.is_in(zone)
    {
        say("name", &format!("`{name}` is not in the zone `{zone}`: the whole name is written"));
    }
    let alias = planned.is_set(Record::alias_target);
    let (ttl, values) = (planned.is_set(Record::ttl), planned.is_set(Record::resource_records));
    if alias && (ttl || values) {
        say("alias_target", "an alias has neither `ttl` nor `resource_records`");
    }
    if !alias && !values {
        say("resource_records", "a record has `resource_records`, or an `alias_target`");
    }
    if !alias && values && !ttl {
        say("ttl", "a record with `resource_records` has a `ttl`");
    }
    if planned.get(Record::resource_records).is_some_and(|values: Set<String>| values.is_empty()) {
        say("resource_records", "a record has one value at least");
    }
    let choices = [
        planned.is_set(Record::weight),
        planned.is_set(Record::region),
        planned.is_set(Record::failover),
        planned.is_set(Record::multi_value_answer),
    ];
    let chosen = choices.iter().filter(|set| **set).count();
    if planned.is_set(Record::set_identifier) != (chosen == 1) {
        say("set_identifier", "it goes with one of `weight`, `region`, `failover` and `multi_value_answer`");
    }
    problems
}

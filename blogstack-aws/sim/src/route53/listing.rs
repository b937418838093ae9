//! Lists of records: *`ListResourceRecordSets`*. In the order of their names, labels from the right, then of their types.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::route53::name;
use crate::route53::record::Record;
use crate::route53::zone;
use crate::state::object::Object;

/// How many records a page may have.
const MOST: usize = 300;

pub(super) fn operation(name: &str) -> Option<Operation> {
    (name == "ListResourceRecordSets").then_some(list as Operation)
}

type Key = (Vec<String>, String, String);

fn key(record: &Record) -> Key {
    (name::order(&record.name), record.kind.clone(), record.set_identifier.clone().unwrap_or_default())
}

fn list(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = zone::wanted(context, request)?;
    let params = &context.params;
    let (from, kind, identifier) = (params.owned("name"), params.owned("type"), params.owned("identifier"));
    let most = params.number::<usize>("maxitems")?.unwrap_or(MOST).clamp(1, MOST);
    if from.is_none() && (kind.is_some() || identifier.is_some()) {
        return Err(Failure::new("InvalidInput", "The input is not valid: a type needs a name, an identifier both"));
    }
    let mut records: Vec<&Record> = context.of::<Record>(zone.id()).collect();
    records.sort_by_key(|record| key(record));
    if let Some(from) = from {
        let from: Key = (name::order(&name::canonical(&from)?), kind.unwrap_or_default(), identifier.unwrap_or_default());
        records.retain(|record| key(record) >= from);
    }
    let mut xml = Xml::new();
    xml.nest("ResourceRecordSets", |xml| records.iter().take(most).for_each(|record| record.write(xml)));
    xml.text("IsTruncated", records.len() > most);
    if let Some(next) = records.get(most) {
        xml.text("NextRecordName", &next.name).text("NextRecordType", &next.kind);
        xml.maybe("NextRecordIdentifier", next.set_identifier.as_ref());
    }
    xml.text("MaxItems", most);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListResourceRecordSetsResponse", &xml)))
}

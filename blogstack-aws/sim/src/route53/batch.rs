//! Changes of records, all of a batch or none: *`ChangeResourceRecordSets`*.
//!
//! Source: also *Quotas on API requests* and *Supported DNS record types*.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::route53::change;
use crate::route53::check::HealthCheck;
use crate::route53::name;
use crate::route53::record::{KINDS, Record};
use crate::route53::zone::{self, HostedZone};
use crate::state::object::Object;

pub(super) fn operation(name: &str) -> Option<Operation> {
    (name == "ChangeResourceRecordSets").then_some(run as Operation)
}

fn invalid(messages: &[String]) -> Failure {
    Failure::new("InvalidChangeBatch", format!("[{}]", messages.join(", ")))
}

fn run(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = zone::wanted(context, request)?;
    let batch = context.params.group("ChangeBatch").ok_or_else(|| Failure::new("InvalidInput", "Invalid request"))?;
    batch.text("Comment");
    let changes = batch.group("Changes").map(|changes| changes.each("Change")).unwrap_or_default();
    let mut wanted = Vec::new();
    for change in &changes {
        let set = change.group("ResourceRecordSet").ok_or_else(|| Failure::new("InvalidInput", "Invalid request"))?;
        wanted.push((change.required("Action")?.to_owned(), Record::of(zone.id(), &set)?));
    }
    check_size(&wanted)?;
    let mut messages = Vec::new();
    for (action, record) in wanted {
        if let Err(message) = apply(context, &zone, &action, record) {
            messages.push(message);
        }
    }
    if !messages.is_empty() {
        return Err(invalid(&messages));
    }
    let xml = change::submit(context);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ChangeResourceRecordSetsResponse", &xml)))
}

/// A thousand values and 32,000 characters of them; what may both delete and create counts twice.
fn check_size(wanted: &[(String, Record)]) -> Result<(), Failure> {
    let weight = |(action, record): &(String, Record)| {
        let times = if action == "UPSERT" { 2 } else { 1 };
        (times * record.values.len().max(1), times * record.values.iter().map(String::len).sum::<usize>())
    };
    let (values, characters) = wanted.iter().map(weight).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    if wanted.is_empty() {
        return Err(invalid(&["The request contains no changes".to_owned()]));
    }
    if values > 1000 {
        return Err(invalid(&[format!("Number of records limit of 1000 exceeded: {values}")]));
    }
    if characters > 32_000 {
        return Err(invalid(&[format!("Number of characters limit of 32000 exceeded: {characters}")]));
    }
    Ok(())
}

fn apply(context: &mut Context<'_>, zone: &HostedZone, action: &str, record: Record) -> Result<(), String> {
    let told = record.told();
    if !name::is_in(&record.name, &zone.name) {
        return Err(format!("RRSet with DNS name {} is not permitted in zone {}", record.name, zone.name));
    }
    check(context, &record)?;
    let id = record.id().to_owned();
    let there = context.region.dns_records.get(&id).cloned();
    let now = context.now;
    match (action, there) {
        ("CREATE", Some(_)) => Err(format!("Tried to create resource record set {told} but it already exists")),
        ("CREATE", None) | ("UPSERT", _) => {
            check_neighbours(context, &record)?;
            context.region.dns_records.insert(record, now);
            Ok(())
        }
        ("DELETE", None) => Err(format!("Tried to delete resource record set {told} but it was not found")),
        ("DELETE", Some(there)) if !there.says_the_same(&record) => {
            Err(format!("Tried to delete resource record set {told} but the values provided do not match the current values"))
        }
        ("DELETE", Some(_)) if record.name == zone.name && ["NS", "SOA"].contains(&record.kind.as_str()) => {
            Err(format!("A HostedZone must contain at least one NS record for the zone itself: {told}"))
        }
        ("DELETE", Some(_)) => {
            context.remove::<Record>(&id);
            Ok(())
        }
        _ => Err(format!("Invalid action {action}")),
    }
}

/// What AWS says of a record by itself.
fn check(context: &Context<'_>, record: &Record) -> Result<(), String> {
    let told = record.told();
    if !KINDS.contains(&record.kind.as_str()) {
        return Err(format!("Invalid type {}", record.kind));
    }
    let is_alias = record.alias.is_some();
    if is_alias && (record.ttl.is_some() || !record.values.is_empty()) {
        return Err(format!("Invalid request: an alias has neither TTL nor ResourceRecords: {told}"));
    }
    if !is_alias && (record.ttl.is_none() || record.values.is_empty()) {
        return Err(format!(
            "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]], but found none: {told}"
        ));
    }
    if record.has_routing() != record.is_routed() {
        return Err(format!("Invalid request: Missing field 'SetIdentifier' or what it is chosen by: {told}"));
    }
    if record.kind == "CNAME" && record.values.len() > 1 {
        return Err(format!("CNAME record sets can have one value only: {told}"));
    }
    if let Some(check) = &record.health_check
        && context.find::<HealthCheck>(check).is_err()
    {
        return Err(format!("Invalid request: the health check {check} does not exist: {told}"));
    }
    record
        .values
        .iter()
        .try_for_each(|value| check_value(&record.kind, value).map_err(|why| format!("Invalid Resource Record: '{why}' {told}")))
}

fn check_value(kind: &str, value: &str) -> Result<(), String> {
    let fatal = |code: &str| Err(format!("FATAL problem: {code} encountered with '{value}'"));
    match kind {
        "A" if value.parse::<std::net::Ipv4Addr>().is_err() => fatal("ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"),
        "AAAA" if value.parse::<std::net::Ipv6Addr>().is_err() => fatal("AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"),
        "TXT" | "SPF" if !value.starts_with('"') || !value.ends_with('"') || value.len() < 2 => {
            fatal("InvalidCharacterString (Value should be enclosed in quotation marks)")
        }
        "TXT" | "SPF" if strings(value).any(|string| string.len() > 255) => fatal("CharacterStringTooLong (Value is too long)"),
        "MX" if value.split_whitespace().next().is_none_or(|priority| priority.parse::<u16>().is_err()) => {
            fatal("MXRRDATANotTwoFields (MX record doesn't have 2 fields)")
        }
        _ if value.len() > 4000 => fatal("RRDATATooLong"),
        _ => Ok(()),
    }
}

/// The strings between quotation marks, with their escapes.
fn strings(value: &str) -> impl Iterator<Item = String> {
    let mut strings = vec![String::new()];
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let digits: String = characters.clone().take(3).take_while(char::is_ascii_digit).collect();
                let escaped = if digits.len() == 3 { 3 } else { 1 };
                characters.by_ref().take(escaped).for_each(drop);
                strings.iter_mut().last().into_iter().for_each(|last| last.push('.'));
            }
            '"' => strings.push(String::new()),
            other => strings.iter_mut().last().into_iter().for_each(|last| last.push(other)),
        }
    }
    strings.into_iter()
}

/// What AWS says of a record beside others with its name.
fn check_neighbours(context: &Context<'_>, record: &Record) -> Result<(), String> {
    let namesakes: Vec<&Record> = context
        .all::<Record>()
        .filter(|other| other.owners() == record.owners() && other.name == record.name && other.id() != record.id())
        .collect();
    let alone = |kind: &str| kind == "CNAME";
    if namesakes.iter().any(|other| other.kind != record.kind && (alone(&other.kind) || alone(&record.kind))) {
        let Record { name, kind, .. } = record;
        return Err(format!(
            "RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with other records with the same DNS name in zone {}",
            record.told()
        ));
    }
    if namesakes.iter().any(|other| other.kind == record.kind && other.is_routed() != record.is_routed()) {
        let Record { name, kind, .. } = record;
        return Err(format!(
            "RRSet with DNS name {name}, type {kind} cannot be created as other RRSets exist with the same name and type {}",
            record.told()
        ));
    }
    Ok(())
}

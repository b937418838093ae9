//! Hosted zones: *`CreateHostedZone`*, *`GetHostedZone`*, *`ListHostedZones`*, *`ListHostedZonesByName`*, *`UpdateHostedZoneComment`*,
//! *`AssociateVPCWithHostedZone`*, *`DisassociateVPCFromHostedZone`*, *`DeleteHostedZone`*.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::chance;
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::route53::change;
use crate::route53::name;
use crate::route53::record::Record;
use crate::state::object::{Kind, Object, Tags};

/// A hosted zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostedZone {
    id: String,
    pub(crate) name: String,
    caller_token: String,
    comment: String,
    /// Region and id of each network that asks it; a public zone has none.
    vpcs: BTreeSet<(String, String)>,
    name_servers: Vec<String>,
    tags: Tags,
}

impl Object for HostedZone {
    const KIND: Kind = Kind {
        name: "hosted-zone",
        prefix: "",
        missing: "NoSuchHostedZone",
        malformed: None,
        sentence: "No hosted zone found with ID: {}",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl HostedZone {
    /// Whether the whole internet may ask it.
    pub(crate) fn is_public(&self) -> bool {
        self.vpcs.is_empty()
    }
}

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateHostedZone" => create,
        "GetHostedZone" => get,
        "ListHostedZones" => list,
        "ListHostedZonesByName" => list_by_name,
        "UpdateHostedZoneComment" => comment,
        "AssociateVPCWithHostedZone" => associate,
        "DisassociateVPCFromHostedZone" => disassociate,
        "DeleteHostedZone" => delete,
        _ => return None,
    })
}

/// The zone that a request names.
pub(super) fn wanted(context: &Context<'_>, request: &Request) -> Result<HostedZone, Failure> {
    context.params.text("content-type");
    let id = context.params.required("Id")?;
    let missing = || HostedZone::KIND.not_found(id).status(404);
    let found = match request.is_mutating() {
        true => context.find::<HostedZone>(id).ok(),
        false => context.region.hosted_zones.visible(id, context.now),
    };
    found.cloned().ok_or_else(missing)
}

/// The network in a request.
fn network(context: &Context<'_>) -> Result<Option<(String, String)>, Failure> {
    let Some(vpc) = context.params.group("VPC") else { return Ok(None) };
    let invalid = || Failure::new("InvalidVPCId", "The VPC ID is invalid.");
    let (region, id) = (vpc.owned("VPCRegion").ok_or_else(invalid)?, vpc.owned("VPCId").ok_or_else(invalid)?);
    let is_there = context.region_of(&region).is_some_and(|region| region.vpcs.get(&id).is_some());
    let missing = || Failure::new("InvalidVPCId", format!("The VPC {id} in region {region} does not exist"));
    if is_there { Ok(Some((region, id))) } else { Err(missing()) }
}

/// Four servers, a function of the name and of how many zones of that name there were.
fn servers(context: &mut Context<'_>, name: &str) -> Vec<String> {
    let number = context.chance(&format!("name-servers-{name}"));
    let domains = ["com", "net", "org", "co.uk"];
    let server = |(at, domain): (usize, &&str)| {
        let number = chance::number(number, &[domain]) % 512 + 512 * at as u64;
        format!("ns-{number}.awsdns-{:02}.{domain}", number / 8 % 64)
    };
    domains.iter().enumerate().map(server).collect()
}

fn create(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    context.params.text("content-type");
    let name = name::canonical(context.params.required("Name")?)?;
    let caller_token = context.params.required("CallerReference")?.to_owned();
    let config = context.params.group("HostedZoneConfig");
    let comment = config.as_ref().and_then(|config| config.owned("Comment")).unwrap_or_default();
    let is_private = config.map_or(Ok(None), |config| config.flag("PrivateZone"))? == Some(true);
    let network = network(context)?;
    if is_private && network.is_none() {
        let message = "When you're creating a private hosted zone (when you specify true for PrivateZone), you must also specify values \
                       for VPCId and VPCRegion.";
        return Err(Failure::new("InvalidInput", message));
    }
    if context.all::<HostedZone>().any(|zone| zone.caller_token == caller_token) {
        let message = format!("A hosted zone has already been created with the specified caller reference: {caller_token}");
        return Err(Failure::new("HostedZoneAlreadyExists", message).status(409));
    }
    if let Some(network) = &network {
        check_free(context, &name, network)?;
    }
    let name_servers = servers(context, &name);
    let id = format!("Z{:020X}", context.chance("hosted-zone"));
    let zone = HostedZone { id, name, caller_token, comment, vpcs: network.into_iter().collect(), name_servers, tags: Tags::new() };
    own_records(context, &zone);
    let mut xml = Xml::new();
    write(&mut xml, context, &zone);
    xml.append(&change::submit(context));
    details(&mut xml, &zone);
    let location = format!("https://route53.amazonaws.com/2013-04-01/hostedzone/{}", zone.id);
    context.add(zone);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "CreateHostedZoneResponse", &xml).status(201).header("location", location)))
}

/// The two records that every zone has.
fn own_records(context: &mut Context<'_>, zone: &HostedZone) {
    let soa = format!("{}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400", zone.name_servers[0]);
    let servers = zone.name_servers.iter().map(|server| format!("{server}.")).collect();
    for record in [Record::own(&zone.id, &zone.name, "NS", 172_800, servers), Record::own(&zone.id, &zone.name, "SOA", 900, vec![soa])] {
        let now = context.now;
        context.region.dns_records.insert(record, now);
    }
}

/// A public zone that existed before the first run, unless it is there.
pub(crate) fn exist(context: &mut Context<'_>, id: &str, name: &str) -> Result<(), Failure> {
    let name = name::canonical(name)?;
    if context.region.hosted_zones.get(id).is_none() {
        let (name_servers, id) = (servers(context, &name), id.to_owned());
        let (vpcs, tags) = (BTreeSet::new(), Tags::new());
        let zone = HostedZone { caller_token: id.clone(), id, name, comment: String::new(), vpcs, name_servers, tags };
        own_records(context, &zone);
        let now = context.now;
        context.region.hosted_zones.insert(zone, now);
    }
    Ok(())
}

/// *`ConflictingDomainExists`*: a network asks one zone of a name only.
fn check_free(context: &Context<'_>, name: &str, network: &(String, String)) -> Result<(), Failure> {
    let taken = context.all::<HostedZone>().find(|zone| zone.name == name && zone.vpcs.contains(network));
    taken.map_or(Ok(()), |zone| {
        let message = format!("The VPC {} in region {} has already been associated with the hosted zone {}", network.1, network.0, zone.id);
        Err(Failure::new("ConflictingDomainExists", message))
    })
}

fn write(xml: &mut Xml, context: &Context<'_>, zone: &HostedZone) {
    let records = context.of::<Record>(&zone.id).count();
    xml.nest("HostedZone", |xml| {
        xml.text("Id", format!("/hostedzone/{}", zone.id)).text("Name", &zone.name).text("CallerReference", &zone.caller_token);
        xml.nest("Config", |xml| {
            if !zone.comment.is_empty() {
                xml.text("Comment", &zone.comment);
            }
            xml.text("PrivateZone", !zone.is_public());
        });
        xml.text("ResourceRecordSetCount", records);
    });
}

/// The servers of a public zone, the networks of a private one.
fn details(xml: &mut Xml, zone: &HostedZone) {
    if zone.is_public() {
        xml.nest("DelegationSet", |xml| {
            xml.nest("NameServers", |xml| {
                for server in &zone.name_servers {
                    xml.text("NameServer", server);
                }
            });
        });
    }
}

fn vpc(xml: &mut Xml, (region, id): &(String, String)) {
    xml.nest("VPC", |xml| {
        xml.text("VPCRegion", region).text("VPCId", id);
    });
}

fn get(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = wanted(context, request)?;
    let mut xml = Xml::new();
    write(&mut xml, context, &zone);
    details(&mut xml, &zone);
    if !zone.is_public() {
        xml.nest("VPCs", |xml| zone.vpcs.iter().for_each(|network| vpc(xml, network)));
    }
    Ok(Answer::Whole(Whole::xml(Service::Route53, "GetHostedZoneResponse", &xml)))
}

/// How many entries a page may have.
fn page_size(context: &Context<'_>) -> Result<usize, Failure> {
    let most = context.params.number::<usize>("maxitems")?.unwrap_or(100);
    if most == 0 { Err(Failure::new("InvalidInput", "maxitems must be positive")) } else { Ok(most.min(100)) }
}

fn list(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    let most = page_size(context)?;
    let marker = context.params.owned("marker");
    let kind = context.params.owned("hostedzonetype");
    let zones = context.region.hosted_zones.iter_visible(context.now);
    let zones: Vec<&HostedZone> = zones
        .filter(|zone| kind.is_none() || !zone.is_public())
        .filter(|zone| marker.as_ref().is_none_or(|marker| zone.id >= *marker))
        .collect();
    let mut xml = Xml::new();
    xml.nest("HostedZones", |xml| zones.iter().take(most).for_each(|zone| write(xml, context, zone)));
    xml.maybe("Marker", marker).text("IsTruncated", zones.len() > most);
    xml.maybe("NextMarker", zones.get(most).map(|zone| &zone.id)).text("MaxItems", most);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListHostedZonesResponse", &xml)))
}

/// In the order of the names, their labels from the right; from a name on.
fn list_by_name(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    let most = page_size(context)?;
    let (asked, id) = (context.params.owned("dnsname"), context.params.owned("hostedzoneid").unwrap_or_default());
    let from = asked.as_deref().map(name::canonical).transpose()?;
    let mut zones: Vec<&HostedZone> = context.region.hosted_zones.iter_visible(context.now).collect();
    let key = |zone: &HostedZone| (name::order(&zone.name), zone.id.clone());
    zones.sort_by_key(|zone| key(zone));
    if let Some(from) = &from {
        let from = (name::order(from), id.clone());
        zones.retain(|zone| key(zone) >= from);
    }
    let mut xml = Xml::new();
    xml.nest("HostedZones", |xml| zones.iter().take(most).for_each(|zone| write(xml, context, zone)));
    xml.maybe("DNSName", asked).text("IsTruncated", zones.len() > most);
    if let Some(next) = zones.get(most) {
        xml.text("NextDNSName", &next.name).text("NextHostedZoneId", &next.id);
    }
    xml.text("MaxItems", most);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListHostedZonesByNameResponse", &xml)))
}

fn comment(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let mut zone = wanted(context, request)?;
    zone.comment = context.params.owned("Comment").unwrap_or_default();
    context.change::<HostedZone>(&zone.id)?.comment.clone_from(&zone.comment);
    let mut xml = Xml::new();
    write(&mut xml, context, &zone);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "UpdateHostedZoneCommentResponse", &xml)))
}

/// The network that a change is about, which must be there.
fn meant(context: &Context<'_>) -> Result<(String, String), Failure> {
    context.params.text("Comment");
    network(context)?.ok_or_else(|| Failure::new("InvalidVPCId", "The VPC ID is invalid."))
}

fn associate(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = wanted(context, request)?;
    let network = meant(context)?;
    if zone.is_public() {
        let message = format!("{} is a public hosted zone. Only private hosted zones can be associated with VPCs.", zone.id);
        return Err(Failure::new("PublicZoneVPCAssociation", message));
    }
    if !zone.vpcs.contains(&network) {
        check_free(context, &zone.name, &network)?;
    }
    context.change::<HostedZone>(&zone.id)?.vpcs.insert(network);
    let xml = change::submit(context);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "AssociateVPCWithHostedZoneResponse", &xml)))
}

fn disassociate(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = wanted(context, request)?;
    let network = meant(context)?;
    if !zone.vpcs.contains(&network) {
        let message = format!("The VPC {} in region {} is not associated with the hosted zone.", network.1, network.0);
        return Err(Failure::new("VPCAssociationNotFound", message).status(404));
    }
    if zone.vpcs.len() == 1 {
        let message = "The VPC that you are trying to disassociate is the last VPC that is associated with this hosted zone.";
        return Err(Failure::new("LastVPCAssociation", message));
    }
    context.change::<HostedZone>(&zone.id)?.vpcs.remove(&network);
    let xml = change::submit(context);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "DisassociateVPCFromHostedZoneResponse", &xml)))
}

/// Its own records go with it; others keep it.
fn delete(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let zone = wanted(context, request)?;
    let is_own = |record: &&Record| record.name == zone.name && ["NS", "SOA"].contains(&record.kind.as_str());
    let (own, others): (Vec<&Record>, Vec<&Record>) = context.of::<Record>(&zone.id).partition(is_own);
    if !others.is_empty() {
        let message = "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
        return Err(Failure::new("HostedZoneNotEmpty", message));
    }
    let own: Vec<String> = own.into_iter().map(|record| record.id().to_owned()).collect();
    for id in own {
        context.remove::<Record>(&id);
    }
    context.remove::<HostedZone>(&zone.id);
    let xml = change::submit(context);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "DeleteHostedZoneResponse", &xml)))
}

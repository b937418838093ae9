//! Tags: *`ChangeTagsForResource`*, *`ListTagsForResource`*, *`ListTagsForResources`*.

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::{Answer, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Service;
use crate::protocol::xml::Xml;
use crate::route53::check::HealthCheck;
use crate::route53::zone::HostedZone;
use crate::state::object::{Object, Tags};

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "ChangeTagsForResource" => change,
        "ListTagsForResource" => list,
        "ListTagsForResources" => list_several,
        _ => return None,
    })
}

/// The tags of an object of a kind.
fn of<'a>(context: &'a Context<'_>, kind: &str, id: &str) -> Result<&'a Tags, Failure> {
    let none = || Failure::new("InvalidInput", format!("The resource type {kind} is not valid"));
    let tags = match kind {
        "hostedzone" => context.region.hosted_zones.visible(id, context.now).and_then(Object::tags),
        "healthcheck" => context.region.health_checks.visible(id, context.now).and_then(Object::tags),
        _ => return Err(none()),
    };
    let missing = if kind == "hostedzone" { HostedZone::KIND } else { HealthCheck::KIND };
    tags.ok_or_else(|| missing.not_found(id).status(404))
}

fn change(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    context.params.text("content-type");
    let (kind, id) = (context.params.required("ResourceType")?.to_owned(), context.params.required("ResourceId")?.to_owned());
    of(context, &kind, &id)?;
    let added = context.params.group("AddTags").map(|tags| tags.each("Tag")).unwrap_or_default();
    let added: Vec<(String, String)> = added
        .iter()
        .map(|tag| Ok((tag.required("Key")?.to_owned(), tag.owned("Value").unwrap_or_default())))
        .collect::<Result<_, Failure>>()?;
    let removed = context.params.group("RemoveTagKeys").map(|keys| keys.each_text("Key")).unwrap_or_default();
    if added.is_empty() && removed.is_empty() {
        return Err(Failure::new("InvalidInput", "Please include AddTags or RemoveTagKeys"));
    }
    if added.iter().any(|(key, _)| key.is_empty() || key.len() > 128 || key.starts_with("aws:")) {
        return Err(Failure::new("InvalidInput", "The tag key is not valid"));
    }
    if let Some(tags) = context.region.tags_of(&id) {
        tags.retain(|key, _| !removed.contains(key));
        tags.extend(added);
    }
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ChangeTagsForResourceResponse", &Xml::new())))
}

fn write(xml: &mut Xml, kind: &str, id: &str, tags: &Tags) {
    xml.nest("ResourceTagSet", |xml| {
        xml.text("ResourceType", kind).text("ResourceId", id).nest("Tags", |xml| {
            for (key, value) in tags {
                xml.nest("Tag", |xml| {
                    xml.text("Key", key).text("Value", value);
                });
            }
        });
    });
}

fn list(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    let (kind, id) = (context.params.required("ResourceType")?, context.params.required("ResourceId")?);
    let mut xml = Xml::new();
    write(&mut xml, kind, id, of(context, kind, id)?);
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListTagsForResourceResponse", &xml)))
}

/// Ten at most.
fn list_several(context: &mut Context<'_>, _: &Request) -> Result<Answer, Failure> {
    context.params.text("content-type");
    let kind = context.params.required("ResourceType")?;
    let ids = context.params.group("ResourceIds").map(|ids| ids.each_text("ResourceId")).unwrap_or_default();
    if !(1..=10).contains(&ids.len()) {
        return Err(Failure::new("InvalidInput", "1 to 10 resource ids are possible"));
    }
    let mut sets = Xml::new();
    for id in &ids {
        write(&mut sets, kind, id, of(context, kind, id)?);
    }
    let mut xml = Xml::new();
    xml.nest("ResourceTagSets", |xml| _ = xml.append(&sets));
    Ok(Answer::Whole(Whole::xml(Service::Route53, "ListTagsForResourcesResponse", &xml)))
}

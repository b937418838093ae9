//! Tags: *`AddTagsToResource`*, *`RemoveTagsFromResource`*, *`ListTagsForResource`*.

use crate::context::Context;
use crate::elasticache::check::{self, required};
use crate::elasticache::{Cluster, SubnetGroup};
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::protocol::xml::Xml;
use crate::state::object::{Object as _, Tags};

/// Changes or reads the tags of the object that an ARN names, and answers all of them.
fn with(context: &mut Context<'_>, change: impl FnOnce(&mut Tags)) -> Result<Answer, Failure> {
    let arn = required(&context.params, "ResourceName")?.to_owned();
    let parts: Vec<&str> = arn.splitn(7, ':').collect();
    let [_, _, "elasticache", _, _, kind, name] = parts[..] else {
        return Err(Failure::new("InvalidARN", format!("ARN {arn} is invalid.")));
    };
    let tags = match kind {
        "cluster" => {
            let cluster = context.change::<Cluster>(name).map_err(|failure| failure.status(404))?;
            cluster.tags_mut()
        }
        "subnetgroup" => context.change::<SubnetGroup>(name)?.tags_mut(),
        _ => return Err(Failure::new("InvalidARN", format!("ARN {arn} is invalid."))),
    };
    let mut xml = Xml::new();
    if let Some(tags) = tags {
        change(tags);
        xml.nest("TagList", |xml| {
            for (key, value) in tags.iter() {
                xml.nest("Tag", |xml| {
                    xml.text("Key", key).text("Value", value);
                });
            }
        });
    }
    Ok(Answer::Xml(xml))
}

pub(super) fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let added = check::tags(&context.params)?;
    with(context, |tags| tags.extend(added))
}

pub(super) fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys = check::list(&context.params, "TagKeys", "member");
    with(context, |tags| tags.retain(|key, _| !keys.contains(key)))
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    with(context, |_| {})
}

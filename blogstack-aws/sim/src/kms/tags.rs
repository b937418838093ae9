//! Tags of keys: *`TagResource`*, *`UntagResource`*, *`ListResourceTags`*.

use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;
use crate::kms::Key;
use crate::kms::attributes::done;
use crate::kms::key::{live, meant, paged};
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::Tags;
use crate::validation;

/// The tags that a request carries.
pub(super) fn sent(params: &Params) -> Result<Tags, Failure> {
    let mut tags = Tags::new();
    for tag in params.groups("Tags") {
        let (key, value) = (validation::required(&tag, "TagKey")?, validation::required(&tag, "TagValue")?);
        if key.to_lowercase().starts_with("aws:") {
            return Err(Failure::new("TagException", "Tags beginning with aws: are reserved"));
        }
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::new("TagException", "Duplicate tag keys"));
        }
    }
    match tags.len() {
        0..=50 => Ok(tags),
        _ => Err(Failure::new("TagException", "Too many tags")),
    }
}

pub(super) fn add(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let added = sent(&context.params)?;
    let id = live(context)?;
    context.change::<Key>(&id)?.tags.extend(added);
    Ok(done())
}

pub(super) fn remove(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let keys = context.params.list("TagKeys");
    let id = live(context)?;
    context.change::<Key>(&id)?.tags.retain(|key, _| !keys.contains(key));
    Ok(done())
}

pub(super) fn list(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let id = meant(context, &context.params, "KeyId")?;
    let tags: Vec<(String, String)> = context.find::<Key>(&id)?.tags.clone().into_iter().collect();
    paged(context, "Tags", tags, |(key, _)| key, |(key, value)| json!({ "TagKey": key, "TagValue": value }))
}

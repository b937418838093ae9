//! What a parameter is, and which there are: own ones, those that a world begins with, and those that AWS publishes.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::ssm::public;
use crate::state::object::{Kind, Object, Tags};

/// A parameter in its newest version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) data_type: String,
    pub(crate) tier: String,
    pub(crate) description: Option<String>,
    pub(crate) allowed_pattern: Option<String>,
    /// The key of a secure one, as the request named it.
    pub(crate) key_id: Option<String>,
    pub(crate) version: u64,
    pub(crate) modified_at: Moment,
    pub(crate) tags: Tags,
}

impl Object for Parameter {
    const KIND: Kind =
        Kind { name: "parameter", prefix: "", missing: "ParameterNotFound", malformed: None, sentence: "Parameter {} not found." };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

impl Parameter {
    /// One that was there before anybody asked.
    pub(crate) fn given(name: &str, value: &str) -> Self {
        let data_type = if value.starts_with("ami-") { "aws:ec2:image" } else { "text" };
        Self {
            name: name.to_owned(),
            kind: "String".to_owned(),
            value: value.to_owned(),
            data_type: data_type.to_owned(),
            tier: "Standard".to_owned(),
            description: None,
            allowed_pattern: None,
            key_id: None,
            version: 1,
            modified_at: 0,
            tags: Tags::new(),
        }
    }

    /// *`Parameter`*: its ARN holds the name without the slash that it begins with.
    pub(crate) fn arn(&self, context: &Context<'_>) -> String {
        let place = context.place;
        let owner = if public::is_public(&self.name) { "" } else { &place.account };
        format!("arn:aws:ssm:{}:{owner}:parameter/{}", place.region, self.name.trim_start_matches('/'))
    }
}

/// The name in what may be an ARN.
pub(crate) fn name_of(asked: &str) -> String {
    match asked.strip_prefix("arn:").and_then(|arn| arn.split_once(":parameter/")) {
        Some((_, path)) if path.contains('/') => format!("/{path}"),
        Some((_, name)) => name.to_owned(),
        None => asked.to_owned(),
    }
}

/// A parameter that reads see. One that a world begins with is covered by an own one of its name.
pub(crate) fn seen(context: &Context<'_>, asked: &str) -> Result<Parameter, Failure> {
    let name = name_of(asked);
    let own = context.region.parameters.visible(&name, context.now).cloned();
    let given = || context.settings.parameters.get(&name).map(|value| Parameter::given(&name, value));
    own.or_else(given).or_else(|| public::parameter(context, &name)).ok_or_else(|| Parameter::KIND.not_found(asked))
}

/// All parameters of the account that reads see, in the order of their names.
pub(crate) fn all(context: &Context<'_>) -> Vec<Parameter> {
    let own = context.region.parameters.iter_visible(context.now).cloned();
    let hidden = |name: &String| context.region.parameters.get(name).is_some();
    let given = context.settings.parameters.iter().filter(|(name, _)| !hidden(name) && !public::is_public(name));
    let mut all: Vec<Parameter> = own.chain(given.map(|(name, value)| Parameter::given(name, value))).collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

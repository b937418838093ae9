//! What a secret is, and which one a request means.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::failure::Failure;
use crate::moment::Moment;
use crate::params::Params;
use crate::state::object::{Kind, Object, Tags};
use crate::validation;

/// A secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Secret {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kms_key_id: Option<String>,
    /// The newest version first, then the one before.
    pub(crate) versions: Vec<Version>,
    pub(crate) created_at: Moment,
    pub(crate) changed_at: Moment,
    /// When it will be gone, if that has been scheduled.
    pub(crate) deleted_at: Option<Moment>,
    pub(crate) tags: Tags,
}

/// One value that a secret has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// Its id, which is the token of the request that made it.
    pub(crate) token: String,
    pub(crate) value: Value,
    pub(crate) created_at: Moment,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value {
    Text(String),
    /// In base64.
    Binary(String),
}

/// The stages of the versions, in their order.
pub(crate) const STAGES: [&str; 2] = ["AWSCURRENT", "AWSPREVIOUS"];

impl Object for Secret {
    const KIND: Kind = Kind {
        name: "secret",
        prefix: "",
        missing: "ResourceNotFoundException",
        malformed: None,
        sentence: "Secrets Manager can't find the specified secret.",
    };

    fn id(&self) -> &str {
        &self.arn
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.deleted_at
    }

    fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }
}

/// *`InvalidParameterException`*.
pub(super) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("InvalidParameterException", message)
}

/// *`InvalidRequestException`*: not now.
pub(super) fn not_now(message: impl Into<String>) -> Failure {
    Failure::new("InvalidRequestException", message)
}

/// The ARN of the secret with this name or ARN, whatever state it is in. An ARN may lack its last six characters.
pub(super) fn with(context: &Context<'_>, asked: &str, read: bool) -> Result<String, Failure> {
    let partial = format!("{asked}-");
    let is_meant = |secret: &Secret| {
        secret.name == asked
            || secret.arn == asked
            || (asked.starts_with("arn:") && secret.arn.strip_prefix(&partial).is_some_and(|rest| rest.len() == 6))
    };
    let arn = context.all::<Secret>().find(|secret| is_meant(secret)).map(|secret| secret.arn.clone());
    let seen = |arn: &String| match read {
        true => context.region.secrets.visible(arn, context.now).is_some(),
        false => context.find::<Secret>(arn).is_ok(),
    };
    arn.filter(seen).ok_or_else(|| Secret::KIND.not_found(asked))
}

/// The secret that a request means.
pub(super) fn meant(context: &Context<'_>, params: &Params) -> Result<String, Failure> {
    with(context, validation::required(params, "SecretId")?, false)
}

/// Likewise, but not one that is to be deleted.
pub(super) fn live(context: &Context<'_>, params: &Params) -> Result<String, Failure> {
    let arn = meant(context, params)?;
    match context.find::<Secret>(&arn)?.is_live() {
        true => Ok(arn),
        false => Err(not_now("You can't perform this operation on the secret because it was marked for deletion.")),
    }
}

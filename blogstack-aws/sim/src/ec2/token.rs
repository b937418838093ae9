//! Client tokens: the same token asks for the same object.
//!
//! Source: *Ensuring idempotency in Amazon EC2 API requests*: a token with other parameters is `IdempotentParameterMismatch`;
//! *`CreateLaunchTemplate`*: a token may have 128 characters there, 64 elsewhere.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::state::object::{Kind, Object};

/// What a client token was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    key: String,
    digest: String,
    objects: Vec<String>,
    forgotten_at: Moment,
}

impl Object for Token {
    const KIND: Kind = Kind {
        name: "token",
        prefix: "token",
        missing: "InvalidParameterValue",
        malformed: None,
        sentence: "The token '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.key
    }

    fn due(&self) -> Option<Moment> {
        Some(self.forgotten_at)
    }

    fn is_live(&self) -> bool {
        false
    }
}

/// The objects that the request's token already made.
pub(crate) fn used(context: &Context<'_>, operation: &str) -> Result<Option<Vec<String>>, Failure> {
    let Some(token) = context.params.text("ClientToken") else { return Ok(None) };
    let longest = if operation.contains("LaunchTemplate") { 128 } else { 64 };
    if token.len() > longest || !token.is_ascii() {
        return Err(Failure::invalid(token, "clientToken", format!("The token must be up to {longest} ASCII characters")));
    }
    match context.region.tokens.get(&key(operation, token)) {
        None => Ok(None),
        Some(known) if known.digest == context.params.digest() => {
            context.params.read_all();
            Ok(Some(known.objects.clone()))
        }
        Some(_) => {
            let message = "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
            Err(Failure::new("IdempotentParameterMismatch", message))
        }
    }
}

/// Remembers what the request's token made.
pub(crate) fn remember(context: &mut Context<'_>, operation: &str, objects: Vec<String>) {
    let Some(token) = context.params.text("ClientToken") else { return };
    let (key, digest) = (key(operation, token), context.params.digest());
    let forgotten_at = moment::later(context.now, context.settings.delays.token);
    let now = context.now;
    context.region.tokens.insert(Token { key, digest, objects, forgotten_at }, now);
}

/// Forgets a token whose time is over.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    if context.region.tokens.get(id).is_some_and(|token| token.forgotten_at <= context.now) {
        context.region.tokens.remove(id);
    }
}

fn key(operation: &str, token: &str) -> String {
    format!("{operation}/{token}")
}

//! The simulated Key Management Service: symmetric keys and their aliases, without encryption.
//!
//! Source: the Key Management Service API reference, with a page for each operation; *Key states of AWS KMS keys* in the developer
//! guide. Not modelled: asymmetric, HMAC, imported and multi-Region keys, grants, and all cryptographic operations.

mod alias;
mod attributes;
mod key;
mod policy;
mod tags;

pub(crate) use self::alias::Alias;
pub(crate) use self::key::Key;

use crate::context::Context;
use crate::engine::Operation;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CancelKeyDeletion" => |context, _| key::cancel_deletion(context),
        "CreateAlias" => |context, _| alias::create(context),
        "CreateKey" => |context, _| key::create(context),
        "DeleteAlias" => |context, _| alias::delete(context),
        "DescribeKey" => |context, _| key::describe(context),
        "DisableKey" => |context, _| attributes::enable(context, false),
        "DisableKeyRotation" => |context, _| attributes::rotate(context, false),
        "EnableKey" => |context, _| attributes::enable(context, true),
        "EnableKeyRotation" => |context, _| attributes::rotate(context, true),
        "GetKeyPolicy" => |context, _| policy::get(context),
        "GetKeyRotationStatus" => |context, _| attributes::rotation(context),
        "ListAliases" => |context, _| alias::list(context),
        "ListKeyPolicies" => |context, _| policy::list(context),
        "ListKeys" => |context, _| key::list(context),
        "ListResourceTags" => |context, _| tags::list(context),
        "PutKeyPolicy" => |context, _| policy::put(context),
        "ScheduleKeyDeletion" => |context, _| key::schedule_deletion(context),
        "TagResource" => |context, _| tags::add(context),
        "UntagResource" => |context, _| tags::remove(context),
        "UpdateAlias" => |context, _| alias::update(context),
        "UpdateKeyDescription" => |context, _| attributes::describe_anew(context),
        _ => return None,
    })
}

/// Lets a key go whose time has come, and its aliases with it.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    if context.region.kms_keys.get(id).is_some_and(|key| key.deleted_at.is_some_and(|at| at <= context.now)) {
        let aliases: Vec<String> = context.of::<Alias>(id).map(|alias| alias.name.clone()).collect();
        for alias in aliases {
            context.remove::<Alias>(&alias);
        }
        context.remove::<Key>(id);
    }
}

//! The simulated Secrets Manager: secrets with their newest versions.
//!
//! Source: the Secrets Manager API reference, with a page for each operation. Not modelled: rotation, replicas, resource policies,
//! stages other than `AWSCURRENT` and `AWSPREVIOUS`; keys are kept and not looked up.

mod life;
mod read;
mod secret;
mod value;

pub(crate) use self::secret::Secret;

use crate::context::Context;
use crate::engine::Operation;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "BatchGetSecretValue" => |context, _| value::get_several(context),
        "CreateSecret" => |context, _| life::create(context),
        "DeleteSecret" => |context, _| life::delete(context),
        "DescribeSecret" => |context, _| read::describe(context),
        "GetResourcePolicy" => |context, _| read::policy(context),
        "GetSecretValue" => |context, _| value::get(context),
        "ListSecrets" => |context, _| read::list(context),
        "PutSecretValue" => |context, _| value::put(context),
        "RestoreSecret" => |context, _| life::restore(context),
        "TagResource" => |context, _| life::tag(context),
        "UntagResource" => |context, _| life::untag(context),
        "UpdateSecret" => |context, _| life::update(context),
        _ => return None,
    })
}

/// Lets a secret go whose recovery window is over.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    if context.region.secrets.get(id).is_some_and(|secret| secret.deleted_at.is_some_and(|at| at <= context.now)) {
        context.remove::<Secret>(id);
    }
}

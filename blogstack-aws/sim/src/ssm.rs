//! The simulated Systems Manager: parameters, own ones and those that AWS publishes.
//!
//! Source: the Systems Manager API reference, with a page for each operation. Not modelled: policies, labels and the history of
//! versions; allowed patterns are kept and not applied; parameters that other accounts share.

mod parameter;
mod public;
mod put;
mod read;
mod tags;

pub(crate) use self::parameter::Parameter;

use crate::engine::Operation;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddTagsToResource" => |context, _| tags::add(context),
        "DeleteParameter" => |context, _| put::delete(context),
        "DeleteParameters" => |context, _| put::delete_several(context),
        "DescribeParameters" => |context, _| read::describe(context),
        "GetParameter" => |context, _| read::get(context),
        "GetParameters" => |context, _| read::get_several(context),
        "GetParametersByPath" => |context, _| read::get_by_path(context),
        "ListTagsForResource" => |context, _| tags::list(context),
        "PutParameter" => |context, _| put::put(context),
        "RemoveTagsFromResource" => |context, _| tags::remove(context),
        _ => return None,
    })
}

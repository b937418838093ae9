//! How many instances a group may have, is to have, and why that changed.

use super::group::Group;
use super::invalid;
use crate::context::Context;
use crate::failure::Failure;
use crate::moment;

/// Refuses sizes that contradict each other.
pub(super) fn check(min_size: u32, max_size: u32, desired: Option<u32>) -> Result<(), Failure> {
    if min_size > max_size {
        return Err(invalid(format!("Max bound, {max_size}, must be greater than or equal to min bound, {min_size}")));
    }
    match desired {
        Some(desired) if !(min_size..=max_size).contains(&desired) => {
            Err(invalid(format!("Desired capacity:{desired} must be between the specified min size:{min_size} and max size:{max_size}")))
        }
        _ => Ok(()),
    }
}

/// Remembers, for the activities to come, why the desired capacity changes.
pub(super) fn note(context: &mut Context<'_>, group: &Group, desired: u32, why: &str) -> Result<(), Failure> {
    if desired == group.desired_capacity {
        return Ok(());
    }
    let at = moment::date(context.now);
    let cause = format!(
        "At {at} {why} min: {}, max: {}, desired: {desired} changing the desired capacity from {} to {desired}.",
        group.min_size, group.max_size, group.desired_capacity
    );
    context.change::<Group>(&group.name)?.cause = cause;
    Ok(())
}

//! The simulated EC2 Auto Scaling: which operation is done where.
//!
//! Source: *Amazon EC2 Auto Scaling API reference, version 2011-01-01*. Launch configurations, warm pools, standby, predictive scaling,
//! notifications, traffic sources of VPC Lattice and the alarms of policies that track a target are not modelled; whatever a mixed instances
//! policy asks for is launched on demand.

pub(crate) mod activity;
pub(crate) mod group;
pub(crate) mod hook;
pub(crate) mod launch;
pub(crate) mod member;
pub(crate) mod policy;
pub(crate) mod refresh;
pub(crate) mod schedule;

mod balance;
mod capacity;
mod configuration;
mod echo;
mod metrics;
mod process;
mod pulse;
mod retirement;
mod sizes;
mod tags;
mod traffic;

use serde_json::{Map, Value};

use crate::context::Context;
use crate::ec2::listing::page;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::protocol::reply::Answer;
use crate::state::region::{Region, Stored};

use group::Group;
pub(crate) use policy::execute::alarmed;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    let parts = [
        group::operation,
        member::operation,
        activity::operation,
        capacity::operation,
        traffic::operation,
        process::operation,
        metrics::operation,
        tags::operation,
        hook::operation,
        schedule::operation,
        policy::operation,
        refresh::operation,
    ];
    parts.iter().find_map(|part| part(name))
}

/// Lets an object change by itself, when it is time.
pub(crate) fn mature(context: &mut Context<'_>, kind: &str, id: &str) {
    match kind {
        "scheduled-action" => schedule::mature(context, id),
        _ => pulse::beat(context, id),
    }
}

/// Whether groups look at what happens to objects of a kind.
pub(crate) fn watches(kind: &str) -> bool {
    matches!(kind, "instance" | "target-group" | "listener" | "listener-rule")
}

/// The names of all groups of a region: whoever may have something to do when what they watch changes.
pub(crate) fn watchers(region: &Region) -> Vec<String> {
    region.auto_scaling_groups.iter().map(|group| group.name.clone()).collect()
}

/// `ValidationError`, in words of one's own: Auto Scaling has hardly another code.
fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationError", message)
}

/// A parameter that is there, or AWS's complaint about its absence.
fn required(context: &Context<'_>, name: &str) -> Result<String, Failure> {
    let value = context.params.owned(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        let (first, rest) = name.split_at(1);
        let field = format!("{}{rest}", first.to_lowercase());
        invalid(format!("1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"))
    })
}

/// Refuses a word that is none of those known.
fn check_word(word: &str, known: &[&str], place: &str) -> Result<(), Failure> {
    if known.contains(&word) {
        return Ok(());
    }
    let known = known.join(", ");
    Err(invalid(format!(
        "1 validation error detected: Value '{word}' at '{place}' failed to satisfy constraint: Member must satisfy enum value set: [{known}]"
    )))
}

/// A copy of the group that a request names.
fn named(context: &Context<'_>) -> Result<Group, Failure> {
    let name = required(context, "AutoScalingGroupName")?;
    context.find::<Group>(&name).cloned()
}

/// The group, to change it; it looks at once what there is to do.
fn stirred<'a>(context: &'a mut Context<'_>, name: &str) -> Result<&'a mut Group, Failure> {
    let now = context.now;
    let group = context.change::<Group>(name)?;
    group.next_at = Some(now);
    Ok(group)
}

/// Keeps an object, in the place of the one with its id.
fn keep<T: Stored>(context: &mut Context<'_>, object: T) {
    if T::table(context.region).get(object.id()).is_none() {
        context.add(object);
    } else if let Some(known) = context.alter::<T>(object.id()) {
        *known = object;
    }
}

/// An answer without content.
fn done() -> Answer {
    Answer::Json(Value::Object(Map::new()))
}

/// One page of a listing: of 50 entries unless another number is asked for, 100 at most.
fn paged<T>(
    context: &Context<'_>,
    name: &str,
    mut found: Vec<T>,
    key: impl Fn(&T) -> &str,
    write: impl Fn(T) -> Value,
) -> Result<Answer, Failure> {
    let limit = context.params.number::<usize>("MaxRecords")?.unwrap_or(50).clamp(1, 100);
    found.sort_by(|one, other| key(one).cmp(key(other)));
    let page = page(found, limit, context.params.text("NextToken"), key)?;
    let mut fields = Map::from_iter([(name.to_owned(), page.entries.into_iter().map(write).collect())]);
    if let Some(next) = page.next {
        fields.insert("NextToken".to_owned(), next.into());
    }
    Ok(Answer::Json(fields.into()))
}

/// An id in the shape of a UUID.
fn uuid(context: &mut Context<'_>, purpose: &str) -> String {
    let (high, low) = (context.chance(purpose), context.chance(purpose));
    let digits = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..])
}

fn arn(context: &Context<'_>, rest: &str) -> String {
    format!("arn:aws:autoscaling:{}:{}:{rest}", context.place.region, context.place.account)
}

#[cfg(test)]
mod tests;

//! The simulated Elastic Load Balancing, of classic load balancers: which operation is done where.
//!
//! Source: *Elastic Load Balancing API reference, version 2012-06-01*. Load balancers outside a VPC, policies of back-end servers and
//! policies that are put together from single ciphers are not modelled.

mod attributes;
pub(crate) mod balancer;
mod create;
mod instance;
mod listener;
mod place;
mod policy;
mod tags;

use balancer::Balancer;

use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::state::object::Object as _;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    let parts = [
        balancer::operation,
        listener::operation,
        policy::operation,
        place::operation,
        instance::operation,
        attributes::operation,
        tags::operation,
    ];
    parts.iter().find_map(|part| part(name))
}

/// `ValidationError`, in words of one's own.
fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationError", message)
}

/// `InvalidConfigurationRequest`, in words of one's own.
fn unfit(message: impl Into<String>) -> Failure {
    Failure::new("InvalidConfigurationRequest", message).status(409)
}

/// A parameter that is there, or AWS's complaint about its absence.
fn required(context: &Context<'_>, name: &str) -> Result<String, Failure> {
    let value = context.params.owned(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        invalid(format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"))
    })
}

/// A port of a request.
fn port(context: &Context<'_>, name: &str) -> Result<u16, Failure> {
    let text = required(context, name)?;
    text.parse().map_err(|_| invalid(format!("'{text}' at '{name}' is no port")))
}

/// A copy of the load balancer that a request names.
fn named(context: &Context<'_>) -> Result<Balancer, Failure> {
    context.find::<Balancer>(&required(context, "LoadBalancerName")?).cloned()
}

/// The load balancer that a request names, when reads see it.
fn seen<'a>(context: &'a Context<'_>, name: &str) -> Result<&'a Balancer, Failure> {
    context.region.classic_load_balancers.visible(name, context.now).ok_or_else(|| Balancer::KIND.not_found(name))
}

#[cfg(test)]
mod tests;

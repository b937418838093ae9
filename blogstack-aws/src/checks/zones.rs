//! Load balancers that outlive a zone.

use std::collections::BTreeSet;

use blogstack_core::{
    Problem,
    plan::{Plan, Standing},
};

use super::{
    also,
    name::{Name, Names},
    problem,
};
use crate::{
    ec2::{Subnet, Zone},
    elbv2::LoadBalancer,
};

/// A problem for each load balancer whose subnets are not surely in two zones at least. The zone of a subnet that is not declared, or to
/// which AWS gives one, is not known.
pub fn zones(plan: &Plan) -> Vec<Problem> {
    let names = Names::of(plan);
    let subnets = plan.standing::<Subnet>();
    let mut problems = Vec::new();
    for balancer in plan.standing::<LoadBalancer>() {
        let own = names.names::<Subnet>(balancer.draft(LoadBalancer::subnets));
        let declared = |name: &Name| subnets.iter().find(|subnet| Name::Declared(subnet.urn().clone()) == *name);
        let zones: BTreeSet<Zone> = own.iter().filter_map(|name| declared(name)?.get(Subnet::availability_zone)).collect();
        if zones.len() < 2 {
            let unknown: Vec<String> = own
                .iter()
                .filter(|name| declared(name).is_none_or(|subnet| subnet.get(Subnet::availability_zone).is_none()))
                .map(ToString::to_string)
                .collect();
            let zone = zones.first().map(|zone| format!(" but `{}`", zone.0)).unwrap_or_default();
            let message = match unknown.is_empty() {
                true => format!("it stands in no zone{zone}: when that fails, so does it"),
                false => format!("it stands surely in no zone{zone}: that of {} is not known", unknown.join(", ")),
            };
            let subnet = own.iter().find_map(declared).and_then(Standing::line);
            let hint = "give it subnets of two zones, and the subnets their `availability_zone`";
            problems.push(also(problem(balancer.urn(), balancer.line(), message).hint(hint), subnet, "its first subnet"));
        }
    }
    problems
}

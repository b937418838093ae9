//! Ways from the internet through load balancers: what stands behind one is reached at its target port.

use blogstack_core::{Urn, value::Draft};

use super::{
    endpoints::{Endpoint, Place},
    internet::Found,
    packets::Packets,
    path::{Filter, Obstacle, Path, Way},
    ranges::Ranges,
};
use crate::checks::network::Networks;

/// A balancer that passes on to something: from where, and to which services of it.
pub(super) struct Passing {
    pub(super) balancer: Urn,
    pub(super) listener: Ranges,
    pub(super) target: Ranges,
    /// Whether targets see the client's address, and not the balancer's.
    pub(super) keeps_source: bool,
    pub(super) filter: Filter,
}

/// How many balancers stand behind each other at most.
const DEPTH: usize = 3;

impl Networks<'_> {
    /// Every way from the internet through load balancers.
    pub(super) fn through_balancers(&self, to: &Endpoint, all: &[Endpoint]) -> Found {
        self.behind(to, all, DEPTH)
    }

    fn behind(&self, to: &Endpoint, all: &[Endpoint], depth: usize) -> Found {
        let mut found = Found::default();
        for passing in self.passing_to(to) {
            let Some(balancer) = all.iter().find(|one| one.urn == passing.balancer) else { continue };
            for arrived in self.arrivals(balancer, all, depth) {
                for (from, place) in balancer.places.iter().flat_map(|from| to.places.iter().map(move |place| (from, place))) {
                    found.take(self.passed_on(arrived.clone(), &passing, from, place));
                }
            }
        }
        found
    }

    /// How the internet gets to a balancer: itself, or through another one.
    fn arrivals(&self, balancer: &Endpoint, all: &[Endpoint], depth: usize) -> Vec<Path> {
        let direct = balancer.places.iter().filter_map(|place| self.by_gateway(place).ok());
        let behind = if depth == 0 { Vec::new() } else { self.behind(balancer, all, depth - 1).paths };
        direct.chain(behind).collect()
    }

    fn passed_on(&self, arrived: Path, passing: &Passing, from: &Place, to: &Place) -> Result<Path, Box<Obstacle>> {
        let listener = Packets::of(&Ranges::everywhere(), &Ranges::everywhere(), &passing.listener);
        let arrived =
            arrived.through(Filter { passes: passing.filter.passes.and(&super::flow::Flow::known(listener)), ..passing.filter.clone() })?;
        let sources = if passing.keeps_source { Ranges::internet() } else { from.addresses.clone() };
        let asked = Packets::of(&sources, &to.addresses, &passing.target);
        let inner = self.inside(from, to, asked)?.doubted_like(&arrived);
        Ok(arrived.then(inner).by(Way::Balancer))
    }

    /// All that pass requests on to something. A kind of balancer has its line here.
    fn passing_to(&self, to: &Endpoint) -> Vec<Passing> {
        let mut found = Vec::new();
        #[cfg(feature = "elbv2")]
        found.extend(self.passing_by_listeners(to));
        #[cfg(feature = "elb")]
        found.extend(self.passing_classically(to));
        found
    }
}

pub(super) fn items(draft: &Draft) -> &[Draft] {
    match draft {
        Draft::List(items) => items,
        other => std::slice::from_ref(other),
    }
}

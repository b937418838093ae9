//! Ways from the internet through load balancers: what stands behind one is reached at its target port.

use blogstack_core::{Urn, plan::Standing, value::Draft};

use super::{
    endpoints::{Endpoint, Place},
    internet::Found,
    packets::Packets,
    path::{Filter, Obstacle, Path, Way},
    ranges::Ranges,
};
use crate::{
    checks::{
        name::Name,
        network::{Answer, Networks},
    },
    ec2::{Instance, Ports, Traffic},
    elbv2::{Listener, ListenerRule, LoadBalancer, LoadBalancerType, Protocol, TargetGroup, TargetGroupAttachment, TargetType},
};

/// A balancer that passes on to something: from where, and to which services of it.
struct Passing {
    balancer: Urn,
    listener: Ranges,
    target: Ranges,
    /// Whether targets see the client's address, and not the balancer's.
    keeps_source: bool,
    filter: Filter,
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

    /// All that pass requests on to something.
    fn passing_to(&self, to: &Endpoint) -> Vec<Passing> {
        let mut found = Vec::new();
        for attachment in self.plan.standing::<TargetGroupAttachment>() {
            let Some(target) = self.target(&attachment, to) else { continue };
            let group = self.names.name::<TargetGroup>(attachment.draft(TargetGroupAttachment::target_group));
            let groups = self.plan.standing::<TargetGroup>();
            let Some(group) = groups.iter().find(|one| Some(Name::Declared(one.urn().clone())) == group) else { continue };
            let port = attachment.get(TargetGroupAttachment::port).or_else(|| group.get(TargetGroup::port));
            for listener in self.plan.standing::<Listener>().iter().filter(|listener| self.forwards(listener, group.urn())) {
                found.extend(self.passing(listener, group, port, &target));
            }
        }
        found
    }

    fn passing(
        &self,
        listener: &Standing<'_, Listener>,
        group: &Standing<'_, TargetGroup>,
        port: Option<u16>,
        target: &Answer,
    ) -> Option<Passing> {
        let Name::Declared(balancer) = self.names.name::<LoadBalancer>(listener.draft(Listener::load_balancer))? else { return None };
        let declared = self.plan.standing::<LoadBalancer>();
        let kind = declared.iter().find(|one| *one.urn() == balancer)?.get(LoadBalancer::load_balancer_type);
        let what = format!("listener `{}` to target group `{}`", listener.urn().path(), group.urn().path());
        let filter = match target {
            Answer::Unknown(why) => Filter::doubtful(what, listener.line(), Packets::all(), &**why),
            Answer::Yes | Answer::No => Filter::known(what, listener.line(), Packets::all()),
        };
        Some(Passing {
            listener: services(listener.get(Listener::protocol), listener.get(Listener::port)),
            target: services(group.get(TargetGroup::protocol), port),
            keeps_source: kind == Some(LoadBalancerType::Network) && group.get(TargetGroup::target_type) != Some(TargetType::Ip),
            filter,
            balancer,
        })
    }

    /// Whether something is a target: an instance or a balancer by its identity, an interface by its address.
    fn target(&self, attachment: &Standing<'_, TargetGroupAttachment>, to: &Endpoint) -> Option<Answer> {
        let target = attachment.draft(TargetGroupAttachment::target);
        let own = Some(Name::Declared(to.urn.clone()));
        if self.names.name::<Instance>(target) == own || self.names.name::<LoadBalancer>(target) == own {
            return Some(Answer::Yes);
        }
        let address: Ranges = match target? {
            Draft::Unknown(unknown) => return (unknown.urn == to.urn).then_some(Answer::Yes),
            other => other.as_text()?.parse::<std::net::Ipv4Addr>().ok()?.into(),
        };
        let maybe = to.places.iter().find(|place| !place.addresses.and(&address).is_empty())?;
        match maybe.addresses == address {
            true => Some(Answer::Yes),
            false => Some(Answer::Unknown(format!("whether `{}` gets the address of a target", to.urn.path()))),
        }
    }

    /// Whether a listener, or one of its rules, passes requests on to a group.
    fn forwards(&self, listener: &Standing<'_, Listener>, group: &Urn) -> bool {
        let own = Name::Declared(listener.urn().clone());
        let rules = self.plan.standing::<ListenerRule>();
        let rules = rules.iter().filter(|rule| self.names.name::<Listener>(rule.draft(ListenerRule::listener)).as_ref() == Some(&own));
        let actions = rules.filter_map(|rule| rule.draft(ListenerRule::actions)).chain(listener.draft(Listener::default_actions));
        actions.flat_map(items).any(|action| {
            let shares = action.get("forward").and_then(|forward| forward.get("target_groups")).map(items).unwrap_or_default();
            shares.iter().any(|share| self.names.name::<TargetGroup>(share.get("target_group")) == Some(Name::Declared(group.clone())))
        })
    }
}

fn items(draft: &Draft) -> &[Draft] {
    match draft {
        Draft::List(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// A protocol and its port; all ports, where it is not known.
fn services(protocol: Option<Protocol>, port: Option<u16>) -> Ranges {
    let ports: Ports = port.map_or((0..=u16::MAX).into(), Into::into);
    match protocol {
        Some(Protocol::Udp) => Traffic::Udp(ports).into(),
        Some(Protocol::TcpUdp) | None => Ranges::from(Traffic::Tcp(ports)).or(&Traffic::Udp(ports).into()),
        Some(Protocol::Http | Protocol::Https | Protocol::Tcp | Protocol::Tls) => Traffic::Tcp(ports).into(),
    }
}

//! What application and network load balancers pass on, by their listeners and target groups.

use blogstack_core::{Urn, plan::Standing, value::Draft};

use super::{
    balancers::{Passing, items},
    endpoints::Endpoint,
    packets::Packets,
    path::Filter,
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

impl Networks<'_> {
    /// What listeners and their rules pass on to something, which is in a target group by itself or by its Auto Scaling group.
    pub(super) fn passing_by_listeners(&self, to: &Endpoint) -> Vec<Passing> {
        let mut found = Vec::new();
        for attachment in self.plan.standing::<TargetGroupAttachment>() {
            let Some(target) = self.target(&attachment, to) else { continue };
            let group = self.names.name::<TargetGroup>(attachment.draft(TargetGroupAttachment::target_group));
            found.extend(self.passing_by_group(group.as_ref(), attachment.get(TargetGroupAttachment::port), &target));
        }
        #[cfg(feature = "autoscaling")]
        for group in self.target_groups_of(&to.urn) {
            found.extend(self.passing_by_group(Some(&group), None, &Answer::Yes));
        }
        found
    }

    /// What a target group gets, at this port or at its own.
    fn passing_by_group(&self, group: Option<&Name>, port: Option<u16>, target: &Answer) -> Vec<Passing> {
        let groups = self.plan.standing::<TargetGroup>();
        let Some(group) = groups.iter().find(|one| Some(&Name::Declared(one.urn().clone())) == group) else { return Vec::new() };
        let port = port.or_else(|| group.get(TargetGroup::port));
        let listeners = self.plan.standing::<Listener>();
        let forwarding = listeners.iter().filter(|listener| self.forwards(listener, group.urn()));
        forwarding.filter_map(|listener| self.passing(listener, group, port, target)).collect()
    }

    /// The target groups that an Auto Scaling group puts its instances into.
    #[cfg(feature = "autoscaling")]
    fn target_groups_of(&self, urn: &Urn) -> Vec<Name> {
        use crate::autoscaling::AutoScalingGroup;
        let declared = self.plan.standing::<AutoScalingGroup>();
        let group = declared.iter().find(|one| one.urn() == urn);
        group.map_or_else(Vec::new, |one| self.names.names::<TargetGroup>(one.draft(AutoScalingGroup::target_group_arns)))
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

/// A protocol and its port; all ports, where it is not known.
fn services(protocol: Option<Protocol>, port: Option<u16>) -> Ranges {
    let ports: Ports = port.map_or((0..=u16::MAX).into(), Into::into);
    match protocol {
        Some(Protocol::Udp) => Traffic::Udp(ports).into(),
        Some(Protocol::TcpUdp) | None => Ranges::from(Traffic::Tcp(ports)).or(&Traffic::Udp(ports).into()),
        Some(Protocol::Http | Protocol::Https | Protocol::Tcp | Protocol::Tls) => Traffic::Tcp(ports).into(),
    }
}

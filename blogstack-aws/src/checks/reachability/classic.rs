//! Classic load balancers: where they stand, and what they pass on to.

use blogstack_core::{Data as _, Urn, plan::Standing, value::Draft};

use super::{
    balancers::{Passing, items},
    endpoints::{Endpoint, Place, endpoint},
    packets::Packets,
    path::Filter,
    ranges::Ranges,
};
use crate::{
    checks::{
        name::Name,
        network::{Answer, Networks},
    },
    ec2::{Instance, Subnet, Traffic},
    elb::{LoadBalancer, Scheme},
};

impl Networks<'_> {
    /// An interface in each of its subnets.
    pub(super) fn classic_balancer(&self, balancer: &Standing<'_, LoadBalancer>) -> Endpoint {
        let is_set = balancer.is_set(LoadBalancer::security_groups);
        let is_public = match balancer.get(LoadBalancer::scheme) {
            Some(Scheme::InternetFacing) => Answer::Yes,
            Some(Scheme::Internal) => Answer::No,
            None => Answer::Unknown(format!("whether the internet reaches `{}`", balancer.urn().path())),
        };
        let place = |subnet: Name| Place {
            groups: self.groups_of(is_set, balancer.draft(LoadBalancer::security_groups), &subnet),
            is_public: is_public.clone(),
            public: format!("balancer `{}`", balancer.urn().path()),
            ..self.private(subnet)
        };
        let subnets = self.names.names::<Subnet>(balancer.draft(LoadBalancer::subnets));
        endpoint(balancer, subnets.into_iter().map(place).collect())
    }

    /// What classic balancers pass on to something.
    pub(super) fn passing_classically(&self, to: &Endpoint) -> Vec<Passing> {
        let own = Name::Declared(to.urn.clone());
        let mut found = Vec::new();
        for balancer in self.plan.standing::<LoadBalancer>() {
            let instances = self.names.names::<Instance>(balancer.draft(LoadBalancer::instances));
            if instances.contains(&own) || self.is_scaled_behind(&balancer, &to.urn) {
                let listeners = balancer.draft(LoadBalancer::listeners).map(items).unwrap_or_default();
                found.extend(listeners.iter().map(|listener| passing(&balancer, listener)));
            }
        }
        found
    }

    /// Whether an Auto Scaling group puts its instances behind the balancer.
    #[cfg(feature = "autoscaling")]
    fn is_scaled_behind(&self, balancer: &Standing<'_, LoadBalancer>, group: &Urn) -> bool {
        use crate::autoscaling::AutoScalingGroup;
        let groups = self.plan.standing::<AutoScalingGroup>();
        let names = groups.iter().find(|one| one.urn() == group).and_then(|one| one.draft(AutoScalingGroup::load_balancer_names));
        let own = balancer.get(LoadBalancer::load_balancer_name);
        names.map(items).unwrap_or_default().iter().any(|name| match name {
            Draft::Unknown(unknown) => unknown.urn == *balancer.urn(),
            other => own.is_some() && other.as_text() == own.as_deref(),
        })
    }

    #[cfg(not(feature = "autoscaling"))]
    fn is_scaled_behind(&self, _: &Standing<'_, LoadBalancer>, _: &Urn) -> bool {
        false
    }
}

/// Its listeners speak TCP, whatever stands on top of it. Instances see the balancer's address.
fn passing(balancer: &Standing<'_, LoadBalancer>, listener: &Draft) -> Passing {
    let port = |field: &str| {
        let known = listener.get(field).and_then(Draft::known).and_then(|value| u16::decode(&value).ok());
        Ranges::from(Traffic::Tcp(known.map_or((0..=u16::MAX).into(), Into::into)))
    };
    Passing {
        balancer: balancer.urn().clone(),
        listener: port("load_balancer_port"),
        target: port("instance_port"),
        keeps_source: false,
        filter: Filter::known(format!("a listener of `{}`", balancer.urn().path()), balancer.line(), Packets::all()),
    }
}

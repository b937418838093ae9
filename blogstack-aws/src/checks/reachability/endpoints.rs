//! What stands in subnets: instances, interfaces, balancers, caches, endpoints of services.

use blogstack_core::{Resource, Urn, error::Line, plan::Standing, value::Draft};

use super::ranges::Ranges;
use crate::{
    checks::{
        name::Name,
        network::{Answer, Networks},
    },
    ec2::{EipAssociation, Instance, NetworkInterface, SecurityGroup, Subnet, VpcEndpoint, VpcEndpointType},
};

/// Something that sends and receives.
#[derive(Debug, Clone)]
pub(in crate::checks) struct Endpoint {
    pub(in crate::checks) urn: Urn,
    pub(in crate::checks) line: Option<Line>,
    /// Where it stands: it has an interface in each.
    pub(in crate::checks) places: Vec<Place>,
}

/// A network interface.
#[derive(Debug, Clone)]
pub(in crate::checks) struct Place {
    pub(in crate::checks) subnet: Name,
    /// Its address, or those of which it has one.
    pub(super) addresses: Ranges,
    pub(super) groups: Groups,
    /// Whether it has a public address.
    pub(super) is_public: Answer,
    /// What gives it that: ``elastic address `web` ``.
    pub(super) public: String,
    /// Whether it passes on what is neither from it nor for it.
    pub(super) forwards: bool,
}

/// The security groups of an interface.
#[derive(Debug, Clone)]
pub(in crate::checks) enum Groups {
    Those(Vec<Name>),
    /// It has none: everything passes.
    Unfiltered,
}

impl Networks<'_> {
    /// Everything that stands in subnets. A kind that stands in subnets has its line here.
    pub(in crate::checks) fn endpoints(&self) -> Vec<Endpoint> {
        let mut all: Vec<Endpoint> = self.plan.standing().iter().map(|one| self.instance(one)).collect();
        all.extend(self.plan.standing().iter().map(|one| self.interface(one)));
        all.extend(self.plan.standing().iter().filter_map(|one| self.endpoint(one)));
        #[cfg(feature = "elbv2")]
        all.extend(self.plan.standing().iter().map(|one| self.balancer(one)));
        #[cfg(feature = "elb")]
        all.extend(self.plan.standing().iter().map(|one| self.classic_balancer(one)));
        #[cfg(feature = "autoscaling")]
        all.extend(self.plan.standing().iter().map(|one| self.scaling(one)));
        #[cfg(feature = "elasticache")]
        all.extend(self.plan.standing().iter().map(|one| self.cache(one)));
        all
    }

    fn instance(&self, instance: &Standing<'_, Instance>) -> Endpoint {
        let name = instance.urn().path();
        let subnet = self.subnet(instance, instance.draft(Instance::subnet));
        let known = instance.get(Instance::private_ip).map(Ranges::from);
        let (is_public, public) = self.public_address(instance, &subnet);
        let place = Place {
            addresses: known.unwrap_or_else(|| self.range(&subnet)),
            groups: self.groups_of(instance.is_set(Instance::security_groups), instance.draft(Instance::security_groups), &subnet),
            forwards: instance.get(Instance::source_dest_check) != Some(true),
            is_public,
            public: public.unwrap_or_else(|| format!("a public address of `{name}`")),
            subnet,
        };
        endpoint(instance, vec![place])
    }

    /// By an elastic address, by what the instance says, or by what its subnet says.
    fn public_address(&self, instance: &Standing<'_, Instance>, subnet: &Name) -> (Answer, Option<String>) {
        let own = Name::Declared(instance.urn().clone());
        for given in self.plan.standing::<EipAssociation>() {
            match self.names.name::<Instance>(given.draft(EipAssociation::instance)).map(|name| name.is(&own)) {
                Some(Some(true)) => return (Answer::Yes, Some(format!("elastic address `{}`", given.urn().path()))),
                Some(None) => return (Answer::Unknown(format!("what elastic address `{}` is for", given.urn().path())), None),
                _ => {}
            }
        }
        // The address that is seen now may be an elastic one that goes.
        let leaving = self.plan.leaving::<EipAssociation>();
        let is_taken = leaving.iter().any(|one| self.names.name::<Instance>(one.draft(EipAssociation::instance)).as_ref() == Some(&own));
        if !instance.is_new() && !is_taken && instance.get(Instance::public_ip).is_some() {
            return (Answer::Yes, None);
        }
        match (instance.is_set(Instance::associate_public_ip_address), instance.get(Instance::associate_public_ip_address)) {
            (true, Some(true)) => (Answer::Yes, None),
            (true, Some(false)) => (Answer::No, None),
            (true, None) => (Answer::Unknown(format!("whether `{}` has a public address", instance.urn().path())), None),
            (false, _) => (self.part(subnet).is_public, Some(format!("a public address by subnet {subnet}"))),
        }
    }

    fn interface(&self, interface: &Standing<'_, NetworkInterface>) -> Endpoint {
        let subnet = self.subnet(interface, interface.draft(NetworkInterface::subnet));
        let known = interface.get(NetworkInterface::private_ip).map(Ranges::from);
        let groups = interface.draft(NetworkInterface::security_groups);
        let place = Place {
            addresses: known.unwrap_or_else(|| self.range(&subnet)),
            groups: self.groups_of(interface.is_set(NetworkInterface::security_groups), groups, &subnet),
            forwards: interface.get(NetworkInterface::source_dest_check) != Some(true),
            ..self.private(subnet)
        };
        endpoint(interface, vec![place])
    }

    fn endpoint(&self, service: &Standing<'_, VpcEndpoint>) -> Option<Endpoint> {
        if service.get(VpcEndpoint::vpc_endpoint_type) == Some(VpcEndpointType::Gateway) {
            return None;
        }
        let is_set = service.is_set(VpcEndpoint::security_groups);
        let place = |subnet: Name| Place {
            groups: self.groups_of(is_set, service.draft(VpcEndpoint::security_groups), &subnet),
            ..self.private(subnet)
        };
        let subnets = self.names.names::<Subnet>(service.draft(VpcEndpoint::subnets));
        Some(endpoint(service, subnets.into_iter().map(place).collect()))
    }

    /// The nodes of a cache: each in one of the subnets.
    #[cfg(feature = "elasticache")]
    fn cache(&self, cluster: &Standing<'_, crate::elasticache::Cluster>) -> Endpoint {
        use crate::elasticache::{Cluster, SubnetGroup};
        let group = self.names.name::<SubnetGroup>(cluster.draft(Cluster::cache_subnet_group));
        let declared = self.plan.standing::<SubnetGroup>();
        let found = declared.iter().find(|one| Some(Name::Declared(one.urn().clone())) == group);
        let unknown = || vec![Name::Unknown(format!("the subnet of `{}`", cluster.urn().path()))];
        let subnets = found.map_or_else(unknown, |found| self.names.names::<Subnet>(found.draft(SubnetGroup::subnets)));
        let is_set = cluster.is_set(Cluster::security_groups);
        let place = |subnet: Name| Place {
            groups: self.groups_of(is_set, cluster.draft(Cluster::security_groups), &subnet),
            ..self.private(subnet)
        };
        endpoint(cluster, subnets.into_iter().map(place).collect())
    }

    /// A network load balancer that was made without groups has none.
    #[cfg(feature = "elbv2")]
    fn balancer(&self, balancer: &Standing<'_, crate::elbv2::LoadBalancer>) -> Endpoint {
        use crate::elbv2::{LoadBalancer, LoadBalancerType, Scheme};
        let is_set = balancer.is_set(LoadBalancer::security_groups);
        let unfiltered = !is_set && balancer.get(LoadBalancer::load_balancer_type) == Some(LoadBalancerType::Network);
        let is_public = match balancer.get(LoadBalancer::scheme) {
            Some(Scheme::InternetFacing) => Answer::Yes,
            Some(Scheme::Internal) => Answer::No,
            None => Answer::Unknown(format!("whether the internet reaches `{}`", balancer.urn().path())),
        };
        let place = |subnet: Name| Place {
            groups: match unfiltered {
                true => Groups::Unfiltered,
                false => self.groups_of(is_set, balancer.draft(LoadBalancer::security_groups), &subnet),
            },
            is_public: is_public.clone(),
            public: format!("balancer `{}`", balancer.urn().path()),
            ..self.private(subnet)
        };
        let subnets = self.names.names::<Subnet>(balancer.draft(LoadBalancer::subnets));
        endpoint(balancer, subnets.into_iter().map(place).collect())
    }

    fn subnet<R: Resource>(&self, of: &Standing<'_, R>, value: Option<&Draft>) -> Name {
        self.names.name::<Subnet>(value).unwrap_or_else(|| Name::Unknown(format!("the subnet of `{}`", of.urn().path())))
    }

    fn range(&self, subnet: &Name) -> Ranges {
        self.part(subnet).range.map_or_else(Ranges::ipv4, |range| range.net().into())
    }

    /// An interface without a public address; its groups are yet to be said.
    pub(super) fn private(&self, subnet: Name) -> Place {
        let addresses = self.range(&subnet);
        Place { subnet, addresses, groups: Groups::Unfiltered, is_public: Answer::No, public: String::new(), forwards: false }
    }

    /// The groups that are set, or the network's default one.
    pub(super) fn groups_of(&self, is_set: bool, value: Option<&Draft>, subnet: &Name) -> Groups {
        let named = self.names.names::<SecurityGroup>(value);
        Groups::Those(if is_set && !named.is_empty() { named } else { vec![self.default_group(&self.part(subnet).vpc)] })
    }

    pub(super) fn default_group(&self, vpc: &Name) -> Name {
        let declared = self.plan.standing::<SecurityGroup>();
        let is_it = |group: &&Standing<'_, SecurityGroup>| {
            group.get(SecurityGroup::group_name).as_deref() == Some("default")
                && self.names.name::<crate::ec2::Vpc>(group.draft(SecurityGroup::vpc)).as_ref() == Some(vpc)
        };
        match (declared.iter().find(is_it), self.by_name.get(vpc), vpc) {
            (Some(group), ..) => Name::Declared(group.urn().clone()),
            (None, Some(network), Name::Declared(urn)) if network.is_own => Name::DefaultOf(urn.clone()),
            _ => Name::Unknown(format!("the default group of {vpc}")),
        }
    }
}

pub(super) fn endpoint<R: Resource>(of: &Standing<'_, R>, places: Vec<Place>) -> Endpoint {
    Endpoint { urn: of.urn().clone(), line: of.line(), places }
}

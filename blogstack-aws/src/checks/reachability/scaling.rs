//! The instances of Auto Scaling groups: each is launched from a template, in one of the group's subnets.

use blogstack_core::{Data as _, plan::Standing, value::Draft};

use super::endpoints::{Endpoint, Groups, Place, endpoint};
use crate::{
    autoscaling::AutoScalingGroup,
    checks::{
        name::Name,
        network::{Answer, Networks},
    },
    ec2::{LaunchTemplate, SecurityGroup, Subnet},
};

/// What a template says of the interface of an instance.
struct Launched {
    /// Nothing, where the network's default group is meant.
    groups: Vec<Name>,
    /// Nothing, where the subnet decides.
    is_public: Option<Answer>,
}

impl Launched {
    fn unknown(what: &str) -> Self {
        let is_public = Some(Answer::Unknown(format!("whether {what} gives a public address")));
        Self { groups: vec![Name::Unknown(format!("that {what} names"))], is_public }
    }
}

impl Networks<'_> {
    /// One that may stand in each of the subnets, launched from each of the templates.
    pub(super) fn scaling(&self, group: &Standing<'_, AutoScalingGroup>) -> Endpoint {
        let launched: Vec<Launched> = specifications(group).into_iter().map(|one| self.launched(one)).collect();
        let subnets = self.names.names::<Subnet>(group.draft(AutoScalingGroup::vpc_zone_identifier));
        let places = subnets.iter().flat_map(|subnet| launched.iter().map(|one| self.launched_in(subnet, one, group))).collect();
        endpoint(group, places)
    }

    fn launched_in(&self, subnet: &Name, launched: &Launched, group: &Standing<'_, AutoScalingGroup>) -> Place {
        let public = match &launched.is_public {
            Some(_) => format!("a public address of `{}`", group.urn().path()),
            None => format!("a public address by subnet {subnet}"),
        };
        let place = self.private(subnet.clone());
        Place {
            groups: match launched.groups.is_empty() {
                true => Groups::Those(vec![self.default_group(&self.part(subnet).vpc)]),
                false => Groups::Those(launched.groups.clone()),
            },
            is_public: launched.is_public.clone().unwrap_or_else(|| self.part(subnet).is_public),
            public,
            ..place
        }
    }

    fn launched(&self, specification: &Draft) -> Launched {
        let declared = self.plan.standing::<LaunchTemplate>();
        let name = self.names.name::<LaunchTemplate>(specification.get("launch_template"));
        match declared.iter().find(|one| Some(Name::Declared(one.urn().clone())) == name) {
            Some(template) if is_newest(template, specification.get("version")) => self.by_template(template),
            _ => Launched::unknown("another version of a launch template"),
        }
    }

    /// Interfaces that a template describes stand for everything that it says beside them.
    fn by_template(&self, template: &Standing<'_, LaunchTemplate>) -> Launched {
        let path = template.urn().path();
        if !template.is_set(LaunchTemplate::network_interfaces) {
            let groups = template.draft(LaunchTemplate::security_groups).filter(|_| template.is_set(LaunchTemplate::security_groups));
            return Launched { groups: self.names.names::<SecurityGroup>(groups), is_public: None };
        }
        let Some(Draft::List(interfaces)) = template.draft(LaunchTemplate::network_interfaces) else {
            return Launched::unknown(&format!("an interface of `{path}`"));
        };
        let groups = interfaces.iter().flat_map(|one| self.names.names::<SecurityGroup>(one.get("security_groups")));
        let public = interfaces.iter().filter_map(|one| one.get("associate_public_ip_address")).map(|draft| {
            match draft.known().map(|value| bool::decode(&value)) {
                Some(Ok(true)) => Answer::Yes,
                Some(_) => Answer::No,
                None => Answer::Unknown(format!("whether what `{path}` launches has a public address")),
            }
        });
        let is_public = public.reduce(|one, other| if matches!(one, Answer::No) { other } else { one });
        Launched { groups: groups.collect(), is_public }
    }
}

/// What instances are launched from: templates with their versions.
fn specifications<'p>(group: &'p Standing<'_, AutoScalingGroup>) -> Vec<&'p Draft> {
    let mixed = group.draft(AutoScalingGroup::mixed_instances_policy);
    let overrides = match mixed.and_then(|policy| policy.get("overrides")) {
        Some(Draft::List(items)) => items.as_slice(),
        _ => &[],
    };
    let own = overrides.iter().filter_map(|one| one.get("launch_template"));
    let all = group.draft(AutoScalingGroup::launch_template).filter(|_| group.is_set(AutoScalingGroup::launch_template)).into_iter();
    all.chain(mixed.and_then(|policy| policy.get("launch_template"))).chain(own).collect()
}

/// Whether it is the version of which the template's declaration speaks.
fn is_newest(template: &Standing<'_, LaunchTemplate>, version: Option<&Draft>) -> bool {
    match version {
        Some(Draft::Unknown(unknown)) => unknown.urn == *template.urn() && &*unknown.path == "latest_version",
        Some(known) => Some(known) == template.draft(LaunchTemplate::latest_version),
        None => false,
    }
}

//! What fields refer to: declared resources by their identity, so that it holds before the first apply as well as after it.

use std::{collections::BTreeMap, fmt};

use blogstack_core::{Resource, Urn, plan::Plan, value::Draft};

use crate::ec2::{
    CustomerGateway, Instance, InternetGateway, LaunchTemplate, NatGateway, NetworkAcl, RouteTable, SecurityGroup, Subnet, Vpc,
    VpcPeeringConnection, VpnConnection, VpnGateway,
};

/// What a field refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// A resource of the plan.
    Declared(Urn),
    /// The group `default` that a declared network came with.
    DefaultOf(Urn),
    /// Something that the plan knows nothing of, by its id.
    Foreign(String),
    /// Something that is known only after apply: what will tell it.
    Unknown(String),
}

impl Name {
    /// Whether it is a resource of the plan.
    pub(super) fn is_declared(&self) -> bool {
        matches!(self, Self::Declared(_) | Self::DefaultOf(_))
    }

    /// Whether both are the same thing; nothing, where that cannot be told.
    pub(super) fn is(&self, other: &Self) -> Option<bool> {
        let known = |name: &Self| !matches!(name, Self::Unknown(_));
        (known(self) && known(other)).then_some(self == other)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(urn) => write!(f, "`{}`", urn.path()),
            Self::DefaultOf(vpc) => write!(f, "the default group of `{}`", vpc.path()),
            Self::Foreign(id) => write!(f, "`{id}`"),
            Self::Unknown(what) => f.write_str(what),
        }
    }
}

/// The ids that the plan's resources have already.
pub(super) struct Names<'a> {
    ids: BTreeMap<(&'static str, String), &'a Urn>,
}

impl<'a> Names<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut names = Self { ids: BTreeMap::new() };
        names.take::<Vpc>(plan);
        names.take::<Subnet>(plan);
        names.take::<InternetGateway>(plan);
        names.take::<NatGateway>(plan);
        names.take::<RouteTable>(plan);
        names.take::<NetworkAcl>(plan);
        names.take::<SecurityGroup>(plan);
        names.take::<Instance>(plan);
        names.take::<VpcPeeringConnection>(plan);
        names.take::<VpnGateway>(plan);
        names.take::<VpnConnection>(plan);
        names.take::<CustomerGateway>(plan);
        names.take::<LaunchTemplate>(plan);
        #[cfg(feature = "elb")]
        names.take::<crate::elb::LoadBalancer>(plan);
        #[cfg(feature = "elasticache")]
        names.take::<crate::elasticache::SubnetGroup>(plan);
        #[cfg(feature = "elbv2")]
        {
            names.take::<crate::elbv2::LoadBalancer>(plan);
            names.take::<crate::elbv2::TargetGroup>(plan);
            names.take::<crate::elbv2::Listener>(plan);
        }
        names
    }

    fn take<R: Resource>(&mut self, plan: &'a Plan) {
        for one in plan.standing::<R>() {
            self.ids.extend(one.id().as_text().map(|id| ((R::TYPE, id.to_owned()), one.urn())));
        }
    }

    /// What a value of type `Id<R>` stands for.
    pub(super) fn name<R: Resource>(&self, value: Option<&Draft>) -> Option<Name> {
        match value? {
            Draft::Unknown(unknown) if &*unknown.path == "id" && unknown.urn.kind() == R::TYPE => Some(Name::Declared(unknown.urn.clone())),
            Draft::Unknown(unknown) => Some(Name::Unknown(format!("what `{unknown:?}` will be"))),
            Draft::Text(id) => Some(match self.ids.get(&(R::TYPE, id.clone())) {
                Some(urn) => Name::Declared((*urn).clone()),
                None => Name::Foreign(id.clone()),
            }),
            _ => None,
        }
    }

    /// The same of a list or set of ids; what is unknown as a whole is one unknown name.
    pub(super) fn names<R: Resource>(&self, value: Option<&Draft>) -> Vec<Name> {
        match value {
            Some(Draft::List(items)) => items.iter().filter_map(|item| self.name::<R>(Some(item))).collect(),
            other => self.name::<R>(other).into_iter().collect(),
        }
    }
}

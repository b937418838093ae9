//! What a group launches instances from: a launch template, or several types by a mixed instances policy.
//!
//! Source: *`LaunchTemplateSpecification`*, *`MixedInstancesPolicy`*, *`InstancesDistribution`*, *`LaunchTemplateOverrides`*: a template that
//! does not exist is refused when the group is made or changed, what it says only when something is launched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{echo, invalid};
use crate::context::Context;
use crate::ec2::template::{self, LaunchTemplate};
use crate::failure::Failure;
use crate::params::Params;

/// What a group launches instances from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) template: Option<Specification>,
    /// The policy as it was asked for, with what AWS fills in: parameters by the rest of their names.
    pub(crate) mixed: Option<BTreeMap<String, String>>,
}

/// A launch template and one of its versions, by number, `$Latest` or `$Default`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Specification {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
}

/// What one instance is launched from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) template: Specification,
    /// The type that a policy says, in the place of the template's.
    pub(crate) instance_type: Option<String>,
    /// How much of the desired capacity an instance of this type makes up.
    pub(crate) weight: Option<u32>,
}

/// Where a policy names its template.
const OF_POLICY: &str = "LaunchTemplate.LaunchTemplateSpecification";

impl Configuration {
    /// What a group, or the refresh of one, asks for. `None`: nothing.
    pub(super) fn read(context: &Context<'_>, params: &Params) -> Result<Option<Self>, Failure> {
        let template = params.group("LaunchTemplate").map(|group| specification(context, &group)).transpose()?;
        let mixed = params.group("MixedInstancesPolicy").map(|group| policy(context, &group)).transpose()?;
        match (&template, &mixed) {
            (Some(_), Some(_)) => Err(invalid(ONE_SOURCE)),
            (None, None) => Ok(None),
            _ => Ok(Some(Self { template, mixed })),
        }
    }

    /// What the next instance is launched from, as it is now: of several types the first.
    pub(super) fn origin(&self, context: &Context<'_>) -> Result<Origin, Failure> {
        match (&self.template, &self.mixed) {
            (Some(template), _) => Ok(Origin { template: template.resolved(context)?, instance_type: None, weight: None }),
            (None, Some(mixed)) => of_policy(context, mixed),
            (None, None) => Err(invalid(ONE_SOURCE)),
        }
    }

    /// Whether an instance of this origin is what would be launched now.
    pub(super) fn is_origin(&self, context: &Context<'_>, origin: &Origin) -> bool {
        self.origin(context).is_ok_and(|own| own.template == origin.template && own.instance_type == origin.instance_type)
    }

    /// Adds what it is to an answer.
    pub(super) fn write(&self, fields: &mut serde_json::Map<String, Value>) {
        if let Some(template) = &self.template {
            fields.insert("LaunchTemplate".to_owned(), template.written());
        }
        if let Some(mixed) = &self.mixed {
            fields.insert("MixedInstancesPolicy".to_owned(), echo::nested(mixed));
        }
    }
}

pub(super) const ONE_SOURCE: &str =
    "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.";

impl Specification {
    /// The same with the number of the version that is meant now.
    fn resolved(&self, context: &Context<'_>) -> Result<Self, Failure> {
        let template = context.find::<LaunchTemplate>(&self.id).map_err(unfit)?;
        let version = template.version(&self.version).map_err(unfit)?.number.to_string();
        Ok(Self { version, ..self.clone() })
    }

    pub(super) fn written(&self) -> Value {
        json!({ "LaunchTemplateId": self.id, "LaunchTemplateName": self.name, "Version": self.version })
    }
}

/// What Auto Scaling says of a template that does not do.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn unfit(failure: Failure) -> Failure {
    invalid(format!("You must use a valid fully-formed launch template. {}", failure.message))
}

fn specification(context: &Context<'_>, params: &Params) -> Result<Specification, Failure> {
    let template = template::named(context, params).map_err(unfit)?;
    let version = params.text("Version").unwrap_or("$Default");
    template.version(version).map_err(unfit)?;
    Ok(Specification { version: version.to_owned(), id: template.id, name: template.name })
}

/// The distribution that AWS takes where a policy says nothing.
const DISTRIBUTION: [(&str, &str); 4] = [
    ("OnDemandAllocationStrategy", "prioritized"),
    ("OnDemandBaseCapacity", "0"),
    ("OnDemandPercentageAboveBaseCapacity", "100"),
    ("SpotAllocationStrategy", "lowest-price"),
];

fn policy(context: &Context<'_>, params: &Params) -> Result<BTreeMap<String, String>, Failure> {
    let own = params.group(OF_POLICY).ok_or_else(|| invalid("Mixed Instances Policy must contain a launch template."))?;
    let template = specification(context, &own)?;
    let mut policy = params.values_here();
    let mut put = |key: String, value: String| drop(policy.insert(key, value));
    put(format!("{OF_POLICY}.LaunchTemplateId"), template.id);
    put(format!("{OF_POLICY}.LaunchTemplateName"), template.name);
    put(format!("{OF_POLICY}.Version"), template.version);
    for group in params.groups("LaunchTemplate.Overrides.member") {
        if let Some(own) = group.group("LaunchTemplateSpecification") {
            specification(context, &own)?;
        }
    }
    for (name, usual) in DISTRIBUTION {
        policy.entry(format!("InstancesDistribution.{name}")).or_insert_with(|| usual.to_owned());
    }
    if policy["InstancesDistribution.SpotAllocationStrategy"] == "lowest-price" {
        policy.entry("InstancesDistribution.SpotInstancePools".to_owned()).or_insert_with(|| "2".to_owned());
    }
    Ok(policy)
}

fn of_policy(context: &Context<'_>, mixed: &BTreeMap<String, String>) -> Result<Origin, Failure> {
    let params = Params::new(mixed.clone());
    let first = params.groups("LaunchTemplate.Overrides.member").into_iter().next();
    let own = first.as_ref().and_then(|first| first.group("LaunchTemplateSpecification"));
    let template = match own {
        Some(own) => specification(context, &own)?,
        None => {
            let said = |name: &str| mixed.get(&format!("{OF_POLICY}.{name}")).cloned().unwrap_or_default();
            Specification { id: said("LaunchTemplateId"), name: said("LaunchTemplateName"), version: said("Version") }
        }
    };
    let template = template.resolved(context)?;
    let instance_type = first.as_ref().and_then(|first| first.owned("InstanceType"));
    let weight = first.as_ref().and_then(|first| first.text("WeightedCapacity")).and_then(|weight| weight.parse().ok());
    Ok(Origin { template, instance_type, weight })
}

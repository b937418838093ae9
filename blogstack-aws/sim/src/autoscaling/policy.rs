//! Scaling policies.
//!
//! Source: *`PutScalingPolicy`*, *`DescribePolicies`*, *`DeletePolicy`*, *`ExecutePolicy`*, *`ScalingPolicy`*. A policy that tracks a target
//! gets two alarms by name; nobody makes these, so it scales nothing.

pub(super) mod execute;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::group::Group;
use super::{arn, check_word, done, echo, invalid, keep, named, paged, required, uuid};
use crate::context::Context;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::state::object::{Kind, Object};

/// A scaling policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Group and name, with a colon between them.
    pub(crate) id: String,
    group: String,
    name: String,
    arn: String,
    kind: String,
    enabled: bool,
    /// What else was asked for: parameters.
    parameters: BTreeMap<String, String>,
    alarms: Vec<String>,
}

impl Object for Policy {
    const KIND: Kind =
        Kind { name: "scaling-policy", prefix: "", missing: "ValidationError", malformed: None, sentence: "PolicyName not found" };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [Some(&self.group), None]
    }
}

const SIMPLE: &str = "SimpleScaling";
const STEP: &str = "StepScaling";
const TRACKING: &str = "TargetTrackingScaling";

/// What a policy of each type takes besides its name, its group and its type.
const PARTS: [(&str, &[&str]); 3] = [
    (SIMPLE, &["AdjustmentType", "MinAdjustmentMagnitude", "MinAdjustmentStep", "ScalingAdjustment", "Cooldown"]),
    (STEP, &["AdjustmentType", "MinAdjustmentMagnitude", "MetricAggregationType", "StepAdjustments", "EstimatedInstanceWarmup"]),
    (TRACKING, &["TargetTrackingConfiguration", "EstimatedInstanceWarmup"]),
];

pub(super) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "PutScalingPolicy" => |context, _| put(context),
        "DescribePolicies" => |context, _| describe(context),
        "DeletePolicy" => |context, _| delete(context),
        "ExecutePolicy" => |context, _| execute::execute(context),
        "DescribeAdjustmentTypes" => |_, _| {
            let all: Vec<Value> = execute::ADJUSTMENTS.iter().map(|name| json!({ "AdjustmentType": name })).collect();
            Ok(Answer::Json(json!({ "AdjustmentTypes": all })))
        },
        _ => return None,
    })
}

/// A second policy of a name takes the place of the first, and keeps its ARN.
fn put(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let (group, name) = (named(context)?, required(context, "PolicyName")?);
    let params = context.params.clone();
    let kind = params.owned("PolicyType").unwrap_or_else(|| SIMPLE.to_owned());
    check_word(&kind, &[SIMPLE, STEP, TRACKING], "policyType")?;
    let parameters = parameters(&params, &kind)?;
    check(&params, &kind)?;
    let id = format!("{}:{name}", group.name);
    let known = context.region.scaling_policies.get(&id).cloned();
    let alarms = match &known {
        Some(known) if known.kind == kind => known.alarms.clone(),
        _ => alarms(context, &group, &kind),
    };
    let arn = match known {
        Some(known) => known.arn,
        None => {
            let number = uuid(context, "scaling-policy");
            arn(context, &format!("scalingPolicy:{number}:autoScalingGroupName/{}:policyName/{name}", group.name))
        }
    };
    let enabled = params.flag("Enabled")?.unwrap_or(true);
    let policy = Policy { id, group: group.name, name, arn, kind, enabled, parameters, alarms };
    let answer = json!({ "PolicyARN": policy.arn, "Alarms": policy.alarms_in(context) });
    keep(context, policy);
    Ok(Answer::Json(answer))
}

/// What is said of a policy; what belongs to another type is refused.
fn parameters(params: &Params, kind: &str) -> Result<BTreeMap<String, String>, Failure> {
    let own = PARTS.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, parts)| *parts);
    let foreign = PARTS.iter().flat_map(|(_, parts)| *parts).find(|part| !own.contains(part) && params.has(part));
    if let Some(part) = foreign {
        return Err(invalid(format!("{part} is not supported for policy type {kind}")));
    }
    let mut parameters = BTreeMap::new();
    for part in own {
        parameters.extend(params.owned(part).map(|value| ((*part).to_owned(), value)));
        parameters.extend(params.values_below(part).into_iter().map(|(rest, value)| (format!("{part}.{rest}"), value)));
    }
    if kind == STEP {
        parameters.entry("MetricAggregationType".to_owned()).or_insert_with(|| "Average".to_owned());
    }
    Ok(parameters)
}

fn check(params: &Params, kind: &str) -> Result<(), Failure> {
    let adjusts = kind != TRACKING;
    if adjusts {
        let adjustment = params.text("AdjustmentType").ok_or_else(|| invalid("AdjustmentType must be specified"))?;
        check_word(adjustment, &execute::ADJUSTMENTS, "adjustmentType")?;
    }
    match kind {
        SIMPLE if !params.has("ScalingAdjustment") => Err(invalid("ScalingAdjustment must be specified for policy type SimpleScaling")),
        STEP if params.groups("StepAdjustments.member").is_empty() => Err(invalid("At least one StepAdjustment must be specified")),
        TRACKING => check_tracking(params),
        _ => Ok(()),
    }
}

fn check_tracking(params: &Params) -> Result<(), Failure> {
    let tracking = params.group("TargetTrackingConfiguration");
    let tracking =
        tracking.ok_or_else(|| invalid("TargetTrackingConfiguration must be specified for policy type TargetTrackingScaling"))?;
    if !tracking.has("TargetValue") {
        return Err(invalid("TargetValue must be specified"));
    }
    if let Some(metric) = tracking.text("PredefinedMetricSpecification.PredefinedMetricType") {
        let known = ["ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut", "ALBRequestCountPerTarget"];
        check_word(metric, &known, "predefinedMetricType")?;
        if metric == "ALBRequestCountPerTarget" && !tracking.has("PredefinedMetricSpecification.ResourceLabel") {
            return Err(invalid("ResourceLabel must be specified for ALBRequestCountPerTarget"));
        }
    } else if !tracking.has("CustomizedMetricSpecification") {
        return Err(invalid("Either a predefined or a customized metric must be specified"));
    }
    Ok(())
}

fn alarms(context: &mut Context<'_>, group: &Group, kind: &str) -> Vec<String> {
    if kind != TRACKING {
        return Vec::new();
    }
    ["AlarmHigh", "AlarmLow"].map(|which| format!("TargetTracking-{}-{which}-{}", group.name, uuid(context, "alarm"))).into()
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = context.params.owned("AutoScalingGroupName");
    let (names, kinds) = (context.params.list("PolicyNames.member"), context.params.list("PolicyTypes.member"));
    if group.is_some() {
        named(context)?;
    }
    let fits = |policy: &&Policy| {
        group.as_ref().is_none_or(|group| *group == policy.group)
            && (names.is_empty() || names.contains(&policy.name) || names.contains(&policy.arn))
            && (kinds.is_empty() || kinds.contains(&policy.kind))
    };
    let found = context.region.scaling_policies.iter_visible(context.now).filter(fits).collect();
    paged(context, "ScalingPolicies", found, |policy: &&Policy| policy.id.as_str(), |policy| policy.written(context))
}

/// The policy that a request names, by its name in a group or by its ARN.
fn of_request(context: &Context<'_>) -> Result<Policy, Failure> {
    let name = required(context, "PolicyName")?;
    let found = match context.params.text("AutoScalingGroupName") {
        Some(group) if !name.starts_with("arn:") => {
            named(context)?;
            context.find::<Policy>(&format!("{group}:{name}"))
        }
        _ => context.all::<Policy>().find(|policy| policy.arn == name).ok_or_else(|| Policy::KIND.not_found(&name)),
    };
    found.cloned()
}

/// One that is not there is deleted already.
fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    if context.params.has("AutoScalingGroupName") {
        named(context)?;
    }
    if let Ok(policy) = of_request(context) {
        context.remove::<Policy>(&policy.id);
    }
    Ok(done())
}

impl Policy {
    fn alarms_in(&self, context: &Context<'_>) -> Vec<Value> {
        let place = context.place;
        let arn = |name: &str| format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", place.region, place.account);
        self.alarms.iter().map(|name| json!({ "AlarmName": name, "AlarmARN": arn(name) })).collect()
    }

    fn written(&self, context: &Context<'_>) -> Value {
        let mut fields = echo::nested(&self.parameters);
        if !fields.is_object() {
            fields = json!({});
        }
        fields["AutoScalingGroupName"] = self.group.clone().into();
        fields["PolicyName"] = self.name.clone().into();
        fields["PolicyARN"] = self.arn.clone().into();
        fields["PolicyType"] = self.kind.clone().into();
        fields["Enabled"] = self.enabled.into();
        fields["Alarms"] = self.alarms_in(context).into();
        if fields.get("StepAdjustments").is_none() {
            fields["StepAdjustments"] = json!([]);
        }
        fields
    }
}

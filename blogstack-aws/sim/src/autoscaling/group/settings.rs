//! What is set of a group and has no call of its own.
//!
//! Source: *`CreateAutoScalingGroup`*, *`UpdateAutoScalingGroup`* for limits and for what clears a setting, *`AutoScalingGroup`* for
//! what is told.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::autoscaling::{check_word, invalid};
use crate::context::Context;
use crate::failure::Failure;
use crate::params::Params;

/// What is set of a group and has no call of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) default_cooldown: u32,
    pub(crate) default_instance_warmup: Option<u32>,
    pub(crate) health_check_type: String,
    pub(crate) health_check_grace_period: u32,
    pub(crate) placement_group: Option<String>,
    pub(crate) termination_policies: Vec<String>,
    pub(crate) new_instances_protected: bool,
    capacity_rebalance: bool,
    pub(crate) max_instance_lifetime: Option<u32>,
    service_linked_role: String,
    /// The least and the most that may be healthy while instances are replaced, in percent.
    pub(crate) maintenance: Option<(u32, u32)>,
    pub(crate) deletion_protection: String,
}

/// *Termination policies for Amazon EC2 Auto Scaling*.
const POLICIES: [&str; 7] = [
    "Default",
    "AllocationStrategy",
    "ClosestToNextInstanceHour",
    "NewestInstance",
    "OldestInstance",
    "OldestLaunchConfiguration",
    "OldestLaunchTemplate",
];

impl Settings {
    pub(super) fn usual(context: &Context<'_>) -> Self {
        let role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
        Self {
            default_cooldown: 300,
            default_instance_warmup: None,
            health_check_type: "EC2".to_owned(),
            health_check_grace_period: 0,
            placement_group: None,
            termination_policies: vec!["Default".to_owned()],
            new_instances_protected: false,
            capacity_rebalance: false,
            max_instance_lifetime: None,
            service_linked_role: format!("arn:aws:iam::{}:{role}", context.place.account),
            maintenance: None,
            deletion_protection: "none".to_owned(),
        }
    }

    /// Takes over what a request says.
    pub(super) fn update(&mut self, params: &Params) -> Result<(), Failure> {
        self.update_health(params)?;
        self.update_life(params)?;
        if let Some(seconds) = params.number("DefaultCooldown")? {
            self.default_cooldown = seconds;
        }
        if let Some(seconds) = params.number::<i64>("DefaultInstanceWarmup")? {
            self.default_instance_warmup = u32::try_from(seconds).ok();
        }
        if let Some(group) = params.owned("PlacementGroup") {
            self.placement_group = Some(group).filter(|group| !group.is_empty());
        }
        if let Some(on) = params.flag("CapacityRebalance")? {
            self.capacity_rebalance = on;
        }
        if let Some(role) = params.owned("ServiceLinkedRoleARN") {
            self.service_linked_role = role;
        }
        Ok(())
    }

    fn update_health(&mut self, params: &Params) -> Result<(), Failure> {
        if let Some(kinds) = params.owned("HealthCheckType") {
            for kind in kinds.split(',') {
                check_word(kind, &["EC2", "ELB", "EBS", "VPC_LATTICE"], "healthCheckType")?;
            }
            self.health_check_type = kinds;
        }
        if let Some(seconds) = params.number("HealthCheckGracePeriod")? {
            self.health_check_grace_period = seconds;
        }
        Ok(())
    }

    fn update_life(&mut self, params: &Params) -> Result<(), Failure> {
        let policies = params.list("TerminationPolicies.member");
        if !policies.is_empty() {
            for policy in policies.iter().filter(|policy| !policy.starts_with("arn:")) {
                check_word(policy, &POLICIES, "terminationPolicies")?;
            }
            self.termination_policies = policies;
        }
        if let Some(on) = params.flag("NewInstancesProtectedFromScaleIn")? {
            self.new_instances_protected = on;
        }
        if let Some(seconds) = params.number::<u32>("MaxInstanceLifetime")? {
            if seconds != 0 && seconds < 86_400 {
                return Err(invalid("The max instance lifetime must be 0 or at least 86400 seconds"));
            }
            self.max_instance_lifetime = Some(seconds).filter(|seconds| *seconds != 0);
        }
        if let Some(protection) = params.owned("DeletionProtection") {
            check_word(&protection, &["none", "prevent-force-deletion", "prevent-all-deletion"], "deletionProtection")?;
            self.deletion_protection = protection;
        }
        match params.group("InstanceMaintenancePolicy") {
            Some(policy) => self.update_maintenance(&policy),
            None => Ok(()),
        }
    }

    fn update_maintenance(&mut self, policy: &Params) -> Result<(), Failure> {
        let least = policy.number::<i64>("MinHealthyPercentage")?;
        let most = policy.number::<i64>("MaxHealthyPercentage")?;
        self.maintenance = match (least, most) {
            (Some(-1), Some(-1)) => None,
            (Some(least), Some(most)) if (0..=100).contains(&least) && (100..=200).contains(&most) && most - least <= 100 => {
                u32::try_from(least).ok().zip(u32::try_from(most).ok())
            }
            _ => {
                return Err(invalid(
                    "The MinHealthyPercentage must be between 0 and 100, the MaxHealthyPercentage between 100 and 200, and the difference at most 100",
                ));
            }
        };
        Ok(())
    }

    pub(super) fn written(&self) -> Map<String, Value> {
        let maintenance = self.maintenance.map(|(least, most)| json!({ "MinHealthyPercentage": least, "MaxHealthyPercentage": most }));
        let fields = json!({
            "DefaultCooldown": self.default_cooldown,
            "DefaultInstanceWarmup": self.default_instance_warmup,
            "HealthCheckType": self.health_check_type,
            "HealthCheckGracePeriod": self.health_check_grace_period,
            "PlacementGroup": self.placement_group,
            "TerminationPolicies": self.termination_policies,
            "NewInstancesProtectedFromScaleIn": self.new_instances_protected,
            "CapacityRebalance": self.capacity_rebalance,
            "MaxInstanceLifetime": self.max_instance_lifetime,
            "ServiceLinkedRoleARN": self.service_linked_role,
            "InstanceMaintenancePolicy": maintenance,
            "DeletionProtection": self.deletion_protection,
        });
        fields.as_object().cloned().unwrap_or_default()
    }
}

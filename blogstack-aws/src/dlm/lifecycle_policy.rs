//! Makes snapshots again and again, and deletes old ones.
//! <https://docs.aws.amazon.com/dlm/latest/APIReference/API_CreateLifecyclePolicy.html>
//!
//! Nothing replaces it.

use aws_sdk_dlm::{
    Client,
    types::{GettablePolicyStateValues, PolicyDetails, PolicyTypeValues},
};
use blogstack_core::{
    Home, Id, Resource, Set, Tags,
    provider::{
        Changes, Cx, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, UID_TAG, Wanted,
    },
    value,
};
use futures::future::try_join_all;

use crate::{
    account::Account,
    call::{self, missing},
    readable::{self, Readable, WINDOW},
    tags,
    values::{Arn, word},
    wait::Pause,
};

mod check;
mod details;
mod values;

pub use self::values::{CreateRule, PolicyState, ResourceType, RetainRule, RetentionUnit, Schedule, ScheduleArgs, TargetTag};

/// Makes snapshots of volumes by their tags again and again, and deletes old ones. Snapshots that it made stay when it is deleted.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::{dlm::{CreateRule, LifecyclePolicy, RetainRule, Schedule, TargetTag}, iam::Role};
///
/// fn program(s: &Scope, role: &Handle<Role>) {
///     let nightly = Schedule::new("nightly", CreateRule::every(24, "03:00"), RetainRule::Count(14));
///     let backup = LifecyclePolicy::new(&role.arn, "snapshots of the database", [TargetTag::new("Backup", "nightly")], [nightly]);
///     s.add("backup", backup);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:dlm/lifecycle-policy", feature = "dlm", max_required = 4)]
pub struct LifecyclePolicy {
    /// The ARN of the role with which it does its work; it trusts `dlm.amazonaws.com`.
    pub execution_role_arn: Arn,
    /// What it is for: up to 500 letters, digits, spaces, `_` and `-`.
    pub description: String,
    /// What is its concern: whatever has one of these tags, up to 50.
    pub target_tags: Set<TargetTag>,
    /// When snapshots are made and how long they are kept, up to four.
    pub schedules: Vec<Schedule>,
    /// Of what snapshots are made.
    #[field(default = ResourceType::Volume)]
    pub resource_type: ResourceType,
    /// Whether the root volumes of instances are left out.
    #[field(default = false)]
    pub exclude_boot_volume: Option<bool>,
    /// Whether it does anything.
    #[field(default = PolicyState::Enabled)]
    pub state: PolicyState,
    /// Tags of the policy itself.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = LifecyclePolicy;
    const OPERATION: &'static str = "dlm:GetLifecyclePolicy";

    fn account(&self) -> &Account {
        &self.0
    }

    /// One call for each.
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<LifecyclePolicy>>> {
        let client = self.0.dlm(home);
        let all = try_join_all(ids.iter().map(|id| look(&client, id))).await?;
        Ok(all.into_iter().flatten().filter_map(observed).map(Observed::from).collect())
    }
}

/// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_GetLifecyclePolicy.html>
async fn look(client: &Client, id: &str) -> Result<Option<aws_sdk_dlm::types::LifecyclePolicy>> {
    let request = client.get_lifecycle_policy().policy_id(id);
    match call::read(Provider::OPERATION, || request.clone().send()).await {
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        answer => Ok(answer?.policy),
    }
}

/// The policy as we know it; those of images and of events are other kinds'. One that failed does nothing until it is enabled anew.
fn observed(policy: aws_sdk_dlm::types::LifecyclePolicy) -> Option<State<LifecyclePolicy>> {
    let told = details::of_sdk(policy.policy_details?)?;
    let is_enabled = policy.state == Some(GettablePolicyStateValues::Enabled);
    let fields = LifecyclePolicy {
        execution_role_arn: Arn(policy.execution_role_arn?),
        description: policy.description?,
        target_tags: told.target_tags,
        schedules: told.schedules,
        resource_type: told.resource_type,
        exclude_boot_volume: told.exclude_boot_volume,
        state: if is_enabled { PolicyState::Enabled } else { PolicyState::Disabled },
        tags: tags::of_program(policy.tags.unwrap_or_default()),
        arn: Arn(policy.policy_arn?),
    };
    Some(State { id: Id::new(policy.policy_id?), fields })
}

impl Provider {
    /// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_TagResource.html>
    /// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_UntagResource.html>
    async fn retag(&self, home: &Home, id: &Id<LifecyclePolicy>, set: Tags, removed: Vec<String>) -> Result<()> {
        if set.is_empty() && removed.is_empty() {
            return Ok(());
        }
        let client = self.0.dlm(home);
        let Some(arn) = look(&client, id.as_str()).await?.and_then(|policy| policy.policy_arn) else { return Ok(()) };
        if !set.is_empty() {
            let request = client.tag_resource().resource_arn(&arn).set_tags(Some(set.into_iter().collect()));
            call::change("dlm:TagResource", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_resource().resource_arn(&arn).set_tag_keys(Some(removed));
            call::change("dlm:UntagResource", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// The policy with our uid among its tags.
    /// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_GetLifecyclePolicies.html>
    async fn own(&self, cx: &Cx<'_>) -> Result<Vec<Id<LifecyclePolicy>>> {
        let request = self.0.dlm(cx.home).get_lifecycle_policies();
        let all = call::read("dlm:GetLifecyclePolicies", || request.clone().send()).await?.policies.unwrap_or_default();
        let is_ours = |tags: &std::collections::HashMap<String, String>| tags.get(UID_TAG).is_some_and(|uid| uid == cx.uid.as_str());
        Ok(all.into_iter().filter(|policy| policy.tags().is_some_and(is_ours)).filter_map(|policy| policy.policy_id).map(Id::new).collect())
    }
}

impl ResourceProvider for Provider {
    type Resource = LifecyclePolicy;

    fn check(&self, planned: &Planned<'_, LifecyclePolicy>) -> Vec<FieldProblem> {
        let tags = planned.get(LifecyclePolicy::tags).and_then(|tags| tags::problem(&tags));
        let tags = tags.map(|message| FieldProblem { field: "tags", message });
        check::check(planned).into_iter().chain(tags).collect()
    }

    async fn survey(&self, _: &Cx<'_>, _: &LifecyclePolicyInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: LifecyclePolicyInputs) -> Result<State<LifecyclePolicy>> {
        let wanted = details::Wanted {
            resource_type: Some(inputs.resource_type.unwrap_or(ResourceType::Volume)),
            target_tags: Some(inputs.target_tags),
            schedules: Some(inputs.schedules),
            exclude_boot_volume: inputs.exclude_boot_volume,
        };
        let empty = PolicyDetails::builder().policy_type(PolicyTypeValues::EbsSnapshotManagement).build();
        let request = self.0.dlm(cx.home).create_lifecycle_policy();
        let request = request
            .execution_role_arn(&inputs.execution_role_arn.0)
            .description(&inputs.description)
            .state(word(&inputs.state.unwrap_or(PolicyState::Enabled)).as_str().into())
            .policy_details(wanted.over(empty))
            .set_tags(Some(inputs.tags.clone().into_iter().chain(cx.ownership_tags()).collect()));
        let made = call::create("dlm:CreateLifecyclePolicy", || request.clone().send()).await?;
        let id = Id::new(made.policy_id.ok_or_else(|| missing("dlm:CreateLifecyclePolicy", "policy id"))?);
        cx.created(&id).await?;
        Ok(readable::visible(self, cx.home, &id).await?.state)
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<LifecyclePolicy>]) -> Result<Vec<Observed<LifecyclePolicy>>> {
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        self.read_ids(home, &ids).await
    }

    /// The call takes what a policy does as a whole.
    /// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_UpdateLifecyclePolicy.html>
    async fn update(
        &self,
        cx: &Cx<'_>,
        current: State<LifecyclePolicy>,
        changes: &Changes<LifecyclePolicy>,
    ) -> Result<State<LifecyclePolicy>> {
        let (client, id) = (self.0.dlm(cx.home), &current.id);
        readable::visible(self, cx.home, id).await?;
        let wanted = details::Wanted {
            resource_type: changes.of(LifecyclePolicy::resource_type)?.set(),
            target_tags: changes.of(LifecyclePolicy::target_tags)?.set(),
            schedules: changes.of(LifecyclePolicy::schedules)?.set(),
            exclude_boot_volume: changes.of(LifecyclePolicy::exclude_boot_volume)?.set(),
        };
        let role = changes.of(LifecyclePolicy::execution_role_arn)?.set().map(|role| role.0);
        let description = changes.of(LifecyclePolicy::description)?.set();
        let state = changes.of(LifecyclePolicy::state)?.set().map(|state| word(&state).as_str().into());
        if role.is_some() || description.is_some() || state.is_some() || !wanted.is_empty() {
            let there = look(&client, id.as_str()).await?.and_then(|policy| policy.policy_details);
            let details = there.filter(|_| !wanted.is_empty()).map(|there| wanted.over(there));
            let request = client.update_lifecycle_policy().policy_id(id.as_str()).set_execution_role_arn(role);
            let request = request.set_description(description).set_state(state).set_policy_details(details);
            call::change("dlm:UpdateLifecyclePolicy", || request.clone().send()).await?;
        }
        let (set, removed) = tags::difference(&current.fields.tags, changes.of(LifecyclePolicy::tags)?);
        self.retag(cx.home, id, set, removed).await?;
        Ok(readable::visible(self, cx.home, id).await?.state)
    }

    /// <https://docs.aws.amazon.com/dlm/latest/APIReference/API_DeleteLifecyclePolicy.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<LifecyclePolicy>) -> Result<()> {
        let request = self.0.dlm(cx.home).delete_lifecycle_policy().policy_id(current.id.as_str());
        call::gone_is_fine(call::read("dlm:DeleteLifecyclePolicy", || request.clone().send()).await)?;
        readable::gone(self, cx, &current.id, WINDOW).await
    }

    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<LifecyclePolicyInputs>) -> Result<Found<LifecyclePolicy>> {
        let mut pause = Pause::up_to(lost.left());
        loop {
            let mut found = self.own(cx).await?;
            match (found.pop(), found.len()) {
                (Some(id), 0) => return Ok(Found::One(id)),
                (Some(_), others) => return Ok(Found::Undecided(format!("{} policies carry its uid", others + 1))),
                (None, _) if !pause.next().await => return Ok(Found::None),
                (None, _) => {}
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<LifecyclePolicy>) -> Result<()> {
        self.retag(cx.home, id, cx.ownership_tags(), Vec::new()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<LifecyclePolicy>) -> Result<()> {
        call::gone_is_fine(self.retag(cx.home, id, Tags::new(), cx.ownership_tags().into_keys().collect()).await)
    }
}

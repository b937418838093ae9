//! What instances wait for on their way into service, or out of it.
//! <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html>
//!
//! A change of `auto_scaling_group` or `lifecycle_hook_name` replaces it. It has no tags: its id is group and name, `web:bootstrap`.

use aws_sdk_autoscaling::types;
use blogstack_core::{
    Home, Id, Resource, Value,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Planned, Result, State},
};

use super::{
    AutoScalingGroup, place,
    words::{count, number, of_word, said, word},
};
use crate::{account::Account, call, natural::Natural, values::Arn};

/// Lets each instance of a group wait, on its way into service or out of it, until somebody completes the action, or for some time.
/// Instances that a group launches as it is made may be in service before it has its hooks: let such a group begin without any.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::autoscaling::{AutoScalingGroup, DefaultResult, LifecycleHook, LifecycleTransition};
///
/// fn program(s: &Scope, web: &Handle<AutoScalingGroup>) {
///     let hook = LifecycleHook::new(web, "upload-logs", LifecycleTransition::Terminating);
///     s.add("upload-logs", hook.heartbeat_timeout(300).default_result(DefaultResult::Continue));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:autoscaling/lifecycle-hook", feature = "autoscaling", exclusive(auto_scaling_group, lifecycle_hook_name))]
pub struct LifecycleHook {
    /// The group.
    #[field(replace)]
    pub auto_scaling_group: Id<AutoScalingGroup>,
    /// Its name, of which a group has one only.
    #[field(replace)]
    pub lifecycle_hook_name: String,
    /// Where instances wait.
    pub lifecycle_transition: LifecycleTransition,
    /// For how many seconds they do, 30 to 7200, until somebody asks for more.
    #[field(default = 3600)]
    pub heartbeat_timeout: u32,
    /// What becomes of an instance for which nobody completes the action in time.
    #[field(default = DefaultResult::Abandon)]
    pub default_result: DefaultResult,
    /// What is sent along with each notification, up to 4000 characters. Whoever may describe the hook can read it. AWS has no way to
    /// take it away again.
    pub notification_metadata: Option<String>,
    /// The ARN of a queue or topic that is told of each instance that waits.
    pub notification_target_arn: Option<Arn>,
    /// The ARN of the role that may send to it.
    pub role_arn: Option<Arn>,
}

/// Where instances wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum LifecycleTransition {
    /// On their way into service.
    #[value(rename = "EC2_INSTANCE_LAUNCHING")]
    Launching,
    /// On their way out.
    #[value(rename = "EC2_INSTANCE_TERMINATING")]
    Terminating,
}

/// What becomes of an instance for which nobody completes the action in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "UPPERCASE")]
pub enum DefaultResult {
    /// It goes on.
    Continue,
    /// It is terminated.
    Abandon,
}

/// What the names of transitions begin with.
const OF_SERVICE: &str = "autoscaling";

/// A transition as calls name it.
fn told(transition: LifecycleTransition) -> String {
    format!("{OF_SERVICE}:{}", word(&transition))
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(hook: types::LifecycleHook) -> Option<State<LifecycleHook>> {
    let (group, name) = (hook.auto_scaling_group_name?, hook.lifecycle_hook_name?);
    let fields = LifecycleHook {
        lifecycle_transition: of_word(hook.lifecycle_transition?.strip_prefix(OF_SERVICE)?.strip_prefix(':')?)?,
        heartbeat_timeout: count(hook.heartbeat_timeout).unwrap_or(3600),
        default_result: hook.default_result.as_deref().and_then(of_word).unwrap_or(DefaultResult::Abandon),
        notification_metadata: said(hook.notification_metadata),
        notification_target_arn: said(hook.notification_target_arn).map(Arn),
        role_arn: said(hook.role_arn).map(Arn),
        auto_scaling_group: Id::new(&*group),
        lifecycle_hook_name: name.clone(),
    };
    Some(State { id: place::id(&group, &name), fields })
}

/// Where notifications go, or nothing, which ends them.
fn target(change: Change<Arn>) -> Option<String> {
    match change {
        Change::Keep => None,
        Change::Set(arn) => Some(arn.0),
        Change::Clear => Some(String::new()),
    }
}

impl Natural for Provider {
    type Resource = LifecycleHook;
    const OPERATION: &'static str = "autoscaling:DescribeLifecycleHooks";
    const NEVER_EMPTY: &'static [&'static str] = &["notification_metadata", "role_arn"];

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &LifecycleHookInputs) -> Id<LifecycleHook> {
        place::id(inputs.auto_scaling_group.as_str(), &inputs.lifecycle_hook_name)
    }

    fn is_as_wanted(inputs: &LifecycleHookInputs, there: &LifecycleHook) -> bool {
        inputs.lifecycle_transition == there.lifecycle_transition
            && inputs.heartbeat_timeout.is_none_or(|seconds| seconds == there.heartbeat_timeout)
            && inputs.default_result.is_none_or(|result| result == there.default_result)
            && inputs.notification_target_arn.as_ref().is_none_or(|arn| there.notification_target_arn.as_ref() == Some(arn))
    }

    fn describe(there: &State<LifecycleHook>) -> String {
        format!("the group `{}` has a hook `{}` already", there.fields.auto_scaling_group, there.fields.lifecycle_hook_name)
    }

    fn check(&self, planned: &Planned<'_, LifecycleHook>) -> Vec<FieldProblem> {
        let seconds = planned.get(LifecycleHook::heartbeat_timeout).filter(|seconds| !(30..=7200).contains(seconds));
        let role = planned.is_set(LifecycleHook::notification_target_arn) != planned.is_set(LifecycleHook::role_arn);
        FieldProblem::among([
            ("lifecycle_hook_name", planned.get(LifecycleHook::lifecycle_hook_name).and_then(|name| place::name_problem(&name))),
            ("heartbeat_timeout", seconds.map(|seconds| format!("it is 30 to 7200 seconds, not {seconds}"))),
            ("role_arn", role.then(|| "a `notification_target_arn` and the `role_arn` that may send to it go together".into())),
        ])
    }

    /// One call for each group. A group that is gone has no hooks.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html>
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<LifecycleHook>>> {
        let mut found = Vec::new();
        for (group, names) in place::by_group(places) {
            let request = self.0.autoscaling(home).describe_lifecycle_hooks().auto_scaling_group_name(group);
            let request = request.set_lifecycle_hook_names(Some(names));
            let told = call::read(Self::OPERATION, || request.clone().send()).await.map(Some);
            let told = call::forgive(told, |error| error.kind == ErrorKind::NotFound)?;
            found.extend(told.and_then(|told| told.lifecycle_hooks).unwrap_or_default().into_iter().filter_map(observed));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &LifecycleHookInputs) -> Result<()> {
        let request = self
            .0
            .autoscaling(cx.home)
            .put_lifecycle_hook()
            .auto_scaling_group_name(inputs.auto_scaling_group.as_str())
            .lifecycle_hook_name(&inputs.lifecycle_hook_name)
            .lifecycle_transition(told(inputs.lifecycle_transition))
            .set_heartbeat_timeout(number(inputs.heartbeat_timeout))
            .set_default_result(inputs.default_result.map(|result| word(&result)))
            .set_notification_metadata(inputs.notification_metadata.clone())
            .set_notification_target_arn(inputs.notification_target_arn.clone().map(|arn| arn.0))
            .set_role_arn(inputs.role_arn.clone().map(|arn| arn.0));
        call::change("autoscaling:PutLifecycleHook", || request.clone().send()).await.map(drop)
    }

    /// What is not sent stays.
    async fn change(&self, cx: &Cx<'_>, current: &State<LifecycleHook>, changes: &Changes<LifecycleHook>) -> Result<()> {
        let (group, name) = place::parts(current.id.as_str());
        let request = self
            .0
            .autoscaling(cx.home)
            .put_lifecycle_hook()
            .auto_scaling_group_name(group)
            .lifecycle_hook_name(name)
            .set_lifecycle_transition(changes.of(LifecycleHook::lifecycle_transition)?.set().map(told))
            .set_heartbeat_timeout(number(changes.of(LifecycleHook::heartbeat_timeout)?.set()))
            .set_default_result(changes.of(LifecycleHook::default_result)?.set().map(|result| word(&result)))
            .set_notification_metadata(changes.of(LifecycleHook::notification_metadata)?.set())
            .set_notification_target_arn(target(changes.of(LifecycleHook::notification_target_arn)?))
            .set_role_arn(changes.of(LifecycleHook::role_arn)?.set().map(|arn| arn.0));
        if !changes.is_empty() {
            call::change("autoscaling:PutLifecycleHook", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<LifecycleHook>) -> Result<()> {
        let (group, name) = place::parts(current.id.as_str());
        let request = self.0.autoscaling(cx.home).delete_lifecycle_hook().auto_scaling_group_name(group).lifecycle_hook_name(name);
        call::read("autoscaling:DeleteLifecycleHook", || request.clone().send()).await.map(drop)
    }
}

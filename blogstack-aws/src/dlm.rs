//! Data Lifecycle Manager: <https://docs.aws.amazon.com/dlm/latest/APIReference/>.

mod lifecycle_policy;

pub use self::lifecycle_policy::{
    CreateRule, LifecyclePolicy, LifecyclePolicyArgs, LifecyclePolicyInputs, LifecyclePolicyOutputs, PolicyState, ResourceType, RetainRule,
    RetentionUnit, Schedule, ScheduleArgs, TargetTag,
};

use blogstack_core::provider::Providers;

use crate::account::Account;

/// Adds the kinds of this service.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers.with(lifecycle_policy::Provider(account.clone()))
}

//! Identity and Access Management: <https://docs.aws.amazon.com/IAM/latest/APIReference/>.
//!
//! Policies are written as [`Statement`]s, may hold outputs, and are compared by what they mean.

mod details;
mod document;
mod grant;
mod instance_profile;
mod names;
mod policy;
mod role;
mod role_policy;
mod role_policy_attachment;
mod tagging;

pub use self::{
    document::{
        AwsPrincipal, Condition, ConditionArgs, ConditionOperator, Effect, PolicyDocument, PolicyDocumentArgs, Principal, ResourcePattern,
        Statement, StatementArgs,
    },
    grant::grant,
    instance_profile::{InstanceProfile, InstanceProfileArgs, InstanceProfileInputs, InstanceProfileOutputs},
    policy::{Policy, PolicyArgs, PolicyInputs, PolicyOutputs},
    role::{Role, RoleArgs, RoleInputs, RoleOutputs},
    role_policy::{RolePolicy, RolePolicyArgs, RolePolicyInputs, RolePolicyOutputs},
    role_policy_attachment::{RolePolicyAttachment, RolePolicyAttachmentArgs, RolePolicyAttachmentInputs, RolePolicyAttachmentOutputs},
};

use blogstack_core::provider::Providers;

use crate::{account::Account, named::ByName, natural::ByPlace};

/// Adds the kinds of IAM.
pub(crate) fn providers(providers: Providers, account: &Account) -> Providers {
    providers
        .with(ByName(role::Provider(account.clone())))
        .with(ByName(policy::Provider(account.clone())))
        .with(ByPlace(role_policy::Provider(account.clone())))
        .with(ByPlace(role_policy_attachment::Provider(account.clone())))
        .with(ByName(instance_profile::Provider(account.clone())))
}

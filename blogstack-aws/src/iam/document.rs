//! Policy documents: who may do what to which objects.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>

use blogstack_core::{Block, Input, IntoInput, Set, Value};

mod check;
mod condition;
mod json;
mod pattern;
mod principal;

pub(super) use self::{
    check::{Use, problem},
    json::{of_answer, same, text},
};
pub use self::{
    condition::{Condition, ConditionArgs, ConditionOperator},
    pattern::ResourcePattern,
    principal::{AwsPrincipal, Principal},
};

/// What is allowed and what is denied. A single [`Statement`], an array of them, a [`Principal`] (who may become a role), or JSON as text may
/// stand where one is wanted.
///
/// Two documents with the same statements are the same, in whatever order, and whether AWS writes a list of one as a list.
///
/// ```
/// use blogstack_aws::iam::{Condition, PolicyDocument, Statement};
///
/// let document = PolicyDocument::new([
///     Statement::allow(["ec2:DescribeInstances"]).resources(["*"]),
///     Statement::allow(["ec2:StartInstances", "ec2:StopInstances"])
///         .resources(["arn:aws:ec2:*:*:instance/*"])
///         .conditions([Condition::string_equals("ec2:ResourceTag/Name", ["nat"])]),
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq, Block)]
pub struct PolicyDocument {
    /// The statements. Their order means nothing.
    pub statements: Set<Statement>,
    /// The version of the policy language.
    #[field(default = "2012-10-17")]
    pub version: String,
}

/// One thing that is allowed or denied.
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// A name for it, which means nothing.
    pub sid: Option<String>,
    /// Whom it is about, in policies of roles and other resources.
    #[field(default = nobody())]
    pub principals: Set<Principal>,
    /// Whom it is not about: it is about everybody else.
    #[field(default = nobody())]
    pub not_principals: Set<Principal>,
    /// What it is about, as in `ec2:StartInstances`; `*` and `?` stand for any characters.
    #[field(default = nothing())]
    pub actions: Set<String>,
    /// What it is not about: it is about everything else.
    #[field(default = nothing())]
    pub not_actions: Set<String>,
    /// To what. Policies of identities need them, trust policies have none.
    #[field(default = nowhere())]
    pub resources: Set<ResourcePattern>,
    /// Not to what: to everything else.
    #[field(default = nowhere())]
    pub not_resources: Set<ResourcePattern>,
    /// When. All must hold.
    #[field(default = always())]
    pub conditions: Set<Condition>,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "PascalCase")]
pub enum Effect {
    /// It allows, unless something denies.
    Allow,
    /// It denies, whatever allows.
    Deny,
}

fn nobody() -> Set<Principal> {
    Set::from_iter([])
}

fn nothing() -> Set<String> {
    Set::from_iter([])
}

fn nowhere() -> Set<ResourcePattern> {
    Set::from_iter([])
}

fn always() -> Set<Condition> {
    Set::from_iter([])
}

impl Statement {
    /// Allows these actions.
    pub fn allow(actions: impl IntoInput<Set<String>>) -> StatementArgs {
        Self::new(Effect::Allow).actions(actions)
    }

    /// Denies these actions.
    pub fn deny(actions: impl IntoInput<Set<String>>) -> StatementArgs {
        Self::new(Effect::Deny).actions(actions)
    }
}

/// Who may become a role: [`PolicyDocument`] with one statement.
fn trusting(principal: Input<Principal>) -> Input<PolicyDocument> {
    Statement::allow(["sts:AssumeRole"]).principals([principal]).into_input()
}

impl IntoInput<PolicyDocument> for StatementArgs {
    fn into_input(self) -> Input<PolicyDocument> {
        [self].into_input()
    }
}

impl<const N: usize> IntoInput<PolicyDocument> for [StatementArgs; N] {
    fn into_input(self) -> Input<PolicyDocument> {
        PolicyDocument::new(self).into_input()
    }
}

impl IntoInput<PolicyDocument> for Vec<StatementArgs> {
    fn into_input(self) -> Input<PolicyDocument> {
        PolicyDocument::new(self).into_input()
    }
}

impl IntoInput<PolicyDocument> for Principal {
    fn into_input(self) -> Input<PolicyDocument> {
        trusting(self.into_input())
    }
}

impl IntoInput<PolicyDocument> for Input<Principal> {
    fn into_input(self) -> Input<PolicyDocument> {
        trusting(self)
    }
}

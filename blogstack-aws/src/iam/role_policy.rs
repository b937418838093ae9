//! A policy inside a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>
//!
//! A change of `role` or `policy_name` replaces it. It has no tags: its id is role and name, `web:uploads`.

use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, FieldProblem, Planned, Result, State},
};

use super::{
    details,
    document::{self, PolicyDocument, Use},
    names,
    role::Role,
};
use crate::{
    account::Account,
    call,
    natural::{self, Natural},
};

/// A policy inside a role, which goes with it. See also [`grant`](super::grant()).
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{Principal, Role, RolePolicy, Statement};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
///     let read = Statement::allow(["s3:GetObject"]).resources(["arn:aws:s3:::uploads/*"]);
///     s.add("web-uploads", RolePolicy::new(&web, "uploads", read));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:iam/role-policy", feature = "iam", global, exclusive(role, policy_name))]
pub struct RolePolicy {
    /// The role that has it.
    #[field(replace)]
    pub role: Id<Role>,
    /// Its name, of which a role has one only.
    #[field(replace)]
    pub policy_name: String,
    /// What it allows and denies. All of a role together may have 10,240 characters without white space.
    pub policy_document: PolicyDocument,
}

/// How long a name may be.
const LONGEST_NAME: usize = 128;

/// How long a document may be.
const LONGEST: usize = 10_240;

const READ: &str = "iam:GetRolePolicy";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn place(role: &str, name: &str) -> Id<RolePolicy> {
    Id::new(format!("{role}:{name}"))
}

fn observed(operation: &'static str, role: &str, name: &str, document: &str) -> Result<State<RolePolicy>> {
    let policy_document = document::of_answer(operation, document)?;
    let fields = RolePolicy { role: Id::new(role), policy_name: name.to_owned(), policy_document };
    Ok(State { id: place(role, name), fields })
}

impl Provider {
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
    async fn get(&self, home: &Home, id: &str) -> Result<Option<State<RolePolicy>>> {
        let Some((role, name)) = id.split_once(':') else { return Ok(None) };
        let request = self.0.iam(home).get_role_policy().role_name(role).policy_name(name);
        let answer = call::read(READ, || request.clone().send()).await.map(|answer| Some(answer.policy_document));
        let document = call::forgive(answer, names::is_missing)?;
        document.map(|document| observed(READ, role, name, &document)).transpose()
    }

    async fn put(&self, cx: &Cx<'_>, id: &Id<RolePolicy>, document: &PolicyDocument) -> Result<()> {
        let (role, name) = id.as_str().split_once(':').unwrap_or_default();
        let request = self.0.iam(cx.home).put_role_policy().role_name(role).policy_name(name).policy_document(document::text(document));
        call::change("iam:PutRolePolicy", || request.clone().send()).await.map(drop)
    }
}

impl Natural for Provider {
    type Resource = RolePolicy;
    const OPERATION: &'static str = READ;

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &RolePolicyInputs) -> Id<RolePolicy> {
        place(inputs.role.as_str(), &inputs.policy_name)
    }

    fn is_as_wanted(inputs: &RolePolicyInputs, there: &RolePolicy) -> bool {
        document::same(&there.policy_document, &inputs.policy_document)
    }

    fn describe(there: &State<RolePolicy>) -> String {
        format!("the role `{}` has a policy `{}` already", there.fields.role, there.fields.policy_name)
    }

    fn check(&self, planned: &Planned<'_, RolePolicy>) -> Vec<FieldProblem> {
        let document = planned.get(RolePolicy::policy_document).and_then(|document| document::problem(&document, Use::Identity(LONGEST)));
        let name = planned.get(RolePolicy::policy_name).and_then(|name| names::problem(&name, LONGEST_NAME));
        FieldProblem::among([("policy_name", name), ("policy_document", document)])
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<RolePolicy>>> {
        if let [only] = places {
            return Ok(self.get(home, only).await?.into_iter().collect());
        }
        let mut roles: Vec<&str> = places.iter().filter_map(|place| Some(place.split_once(':')?.0)).collect();
        roles.sort_unstable();
        roles.dedup();
        let mut found = Vec::new();
        for detail in details::roles(&self.0, home, &roles).await? {
            let role = detail.role_name.unwrap_or_default();
            for policy in detail.role_policy_list.into_iter().flatten() {
                let (Some(name), Some(document)) = (policy.policy_name, policy.policy_document) else { continue };
                if places.contains(&place(&role, &name).as_str()) {
                    found.push(observed(details::OPERATION, &role, &name, &document)?);
                }
            }
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &RolePolicyInputs) -> Result<()> {
        self.put(cx, &Self::place(inputs), &inputs.policy_document).await
    }

    async fn update(&self, cx: &Cx<'_>, current: State<RolePolicy>, changes: &Changes<RolePolicy>) -> Result<State<RolePolicy>> {
        let wanted = changes.of(RolePolicy::policy_document)?.set();
        if let Some(document) = &wanted {
            self.put(cx, &current.id, document).await?;
        }
        let is_settled = |there: &RolePolicy| wanted.as_ref().is_none_or(|wanted| document::same(&there.policy_document, wanted));
        natural::settled(self, cx, &current.id, is_settled).await
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<RolePolicy>) -> Result<()> {
        let request = self.0.iam(cx.home).delete_role_policy().role_name(current.fields.role.as_str());
        let request = request.policy_name(&current.fields.policy_name);
        call::read("iam:DeleteRolePolicy", || request.clone().send()).await.map(drop)
    }
}

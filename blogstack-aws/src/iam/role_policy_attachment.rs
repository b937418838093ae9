//! A managed policy of a role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html>
//!
//! A change of `role` or `policy` replaces it. It has no tags: its id is role and policy, `web/arn:aws:iam::aws:policy/…`.

use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, Result, State},
};

use super::{details, names, policy::Policy, role::Role};
use crate::{account::Account, call, natural::Natural};

/// Gives a managed policy to a role.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{Policy, Principal, Role, RolePolicyAttachment, Statement};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
///     let logs = s.add("logs", Policy::new(Statement::allow(["logs:*"]).resources(["*"])));
///     s.add("web-logs", RolePolicyAttachment::new(&web, &logs));
///     s.add("web-ssm", RolePolicyAttachment::new(&web, Policy::of_aws("AmazonSSMManagedInstanceCore")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:iam/role-policy-attachment", feature = "iam", global, exclusive(role, policy))]
pub struct RolePolicyAttachment {
    /// The role that gets it; one has ten at most.
    #[field(replace)]
    pub role: Id<Role>,
    /// The policy: one of the program, or one of AWS, see [`Policy::of_aws`].
    #[field(replace)]
    pub policy: Id<Policy>,
}

const READ: &str = "iam:ListAttachedRolePolicies";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(role: &str, policy: &str) -> State<RolePolicyAttachment> {
    let fields = RolePolicyAttachment { role: Id::new(role), policy: Id::new(policy) };
    State { id: Id::new(format!("{role}/{policy}")), fields }
}

impl Provider {
    /// The ARNs of what a role has.
    async fn attached(&self, home: &Home, role: &str) -> Result<Vec<String>> {
        let client = self.0.iam(home);
        let found = call::pages(|marker| async {
            let request = client.list_attached_role_policies().role_name(role).max_items(details::PAGE).set_marker(marker);
            let page = call::read(READ, || request.clone().send()).await?;
            Ok((page.attached_policies, page.marker.filter(|_| page.is_truncated)))
        });
        let found = call::forgive(found.await, names::is_missing)?;
        Ok(found.into_iter().filter_map(|policy| policy.policy_arn).collect())
    }
}

impl Natural for Provider {
    type Resource = RolePolicyAttachment;
    const OPERATION: &'static str = READ;

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &RolePolicyAttachmentInputs) -> Id<RolePolicyAttachment> {
        observed(inputs.role.as_str(), inputs.policy.as_str()).id
    }

    fn describe(there: &State<RolePolicyAttachment>) -> String {
        format!("the role `{}` has the policy `{}` already", there.fields.role, there.fields.policy)
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<RolePolicyAttachment>>> {
        let mut roles: Vec<&str> = places.iter().filter_map(|place| Some(place.split_once('/')?.0)).collect();
        roles.sort_unstable();
        roles.dedup();
        let mut found = Vec::new();
        if let [only] = roles[..] {
            found.extend(self.attached(home, only).await?.iter().map(|policy| observed(only, policy)));
        } else {
            for detail in details::roles(&self.0, home, &roles).await? {
                let role = detail.role_name.unwrap_or_default();
                let policies = detail.attached_managed_policies.into_iter().flatten().filter_map(|policy| policy.policy_arn);
                found.extend(policies.map(|policy| observed(&role, &policy)));
            }
        }
        found.retain(|one| places.contains(&one.id.as_str()));
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &RolePolicyAttachmentInputs) -> Result<()> {
        let request = self.0.iam(cx.home).attach_role_policy().role_name(inputs.role.as_str()).policy_arn(inputs.policy.as_str());
        call::change("iam:AttachRolePolicy", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<RolePolicyAttachment>) -> Result<()> {
        let RolePolicyAttachment { role, policy } = &current.fields;
        let request = self.0.iam(cx.home).detach_role_policy().role_name(role.as_str()).policy_arn(policy.as_str());
        call::read("iam:DetachRolePolicy", || request.clone().send()).await.map(drop)
    }
}

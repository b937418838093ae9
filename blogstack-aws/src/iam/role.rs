//! A role: what services, or others, act as. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
//!
//! A change of `role_name` or `path` replaces it.

use aws_sdk_iam::types::{self, AttachedPermissionsBoundary};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Change, Changes, Cx, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::{
    details,
    document::{self, PolicyDocument, Use},
    names,
    policy::Policy,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    named::{Holder, Named},
    naming,
    readable::Readable,
    tags,
    values::Arn,
};

mod delete;
mod trust;

/// A role: what services, or others, act as. What it may do is said by [`RolePolicy`](super::RolePolicy) and
/// [`RolePolicyAttachment`](super::RolePolicyAttachment).
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{Policy, Principal, Role, RolePolicyAttachment};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
///     s.add("web-ssm", RolePolicyAttachment::new(&web, Policy::of_aws("AmazonSSMManagedInstanceCore")));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:iam/role", feature = "iam", global, exclusive(role_name))]
pub struct Role {
    /// Who may become the role: its trust policy.
    pub assume_role_policy_document: PolicyDocument,
    /// Its name, which must be unique in the account, also without regard to case; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub role_name: String,
    /// Where it stands among the account's roles, as in `/app/`.
    #[field(replace, default = "/")]
    pub path: String,
    /// What it is for; up to 1,000 characters.
    pub description: Option<String>,
    /// How many seconds those that become it may stay so: 3,600 to 43,200.
    #[field(default = 3600_u32)]
    pub max_session_duration: Option<u32>,
    /// The policy without which nothing is allowed to it.
    pub permissions_boundary: Option<Id<Policy>>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// Its unique id, which no role after it will have.
    #[field(computed)]
    pub role_id: String,
}

/// How long a name may be.
const LONGEST_NAME: usize = 64;

const READ: &str = "iam:GetRole";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn boundary(boundary: Option<AttachedPermissionsBoundary>) -> Option<Id<Policy>> {
    boundary.and_then(|boundary| boundary.permissions_boundary_arn).map(Id::new)
}

fn observed(item: types::Role) -> Result<State<Role>> {
    let document = item.assume_role_policy_document.ok_or_else(|| missing(READ, "trust policy"))?;
    let fields = Role {
        assume_role_policy_document: document::of_answer(READ, &document)?,
        role_name: item.role_name.clone(),
        path: item.path,
        description: item.description.filter(|text| !text.is_empty()),
        max_session_duration: item.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok()),
        permissions_boundary: boundary(item.permissions_boundary),
        tags: tags::of_program(tagging::of_sdk(item.tags)),
        arn: Arn(item.arn),
        role_id: item.role_id,
    };
    Ok(State { id: Id::new(item.role_name), fields })
}

fn of_detail(item: types::RoleDetail) -> Result<Option<State<Role>>> {
    let (Some(name), Some(document)) = (item.role_name, item.assume_role_policy_document) else { return Ok(None) };
    let fields = Role {
        assume_role_policy_document: document::of_answer(details::OPERATION, &document)?,
        role_name: name.clone(),
        path: item.path.unwrap_or_default(),
        description: None,
        max_session_duration: None,
        permissions_boundary: boundary(item.permissions_boundary),
        tags: tags::of_program(tagging::of_sdk(item.tags)),
        arn: Arn(item.arn.unwrap_or_default()),
        role_id: item.role_id.unwrap_or_default(),
    };
    Ok(Some(State { id: Id::new(name), fields }))
}

impl Provider {
    /// One role with everything. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
    async fn get(&self, home: &Home, name: &str) -> Result<Option<types::Role>> {
        let request = self.0.iam(home).get_role().role_name(name);
        call::forgive(call::read(READ, || request.clone().send()).await.map(|answer| answer.role), names::is_missing)
    }

    /// Many roles, in calls that do not grow with their number; what the listing lacks only if it is wanted.
    async fn list(&self, home: &Home, names: &[&str], whole: bool) -> Result<Vec<State<Role>>> {
        let client = self.0.iam(home);
        let details = details::roles(&self.0, home, names).await?;
        let mut found: Vec<State<Role>> = details.into_iter().filter_map(|one| of_detail(one).transpose()).collect::<Result<_>>()?;
        if whole && !found.is_empty() {
            let listed = call::pages(|marker| async {
                let request = client.list_roles().max_items(details::PAGE).set_marker(marker);
                let page = call::read("iam:ListRoles", || request.clone().send()).await?;
                Ok((Some(page.roles), page.marker.filter(|_| page.is_truncated)))
            });
            for role in listed.await? {
                if let Some(one) = found.iter_mut().find(|one| one.fields.role_name == role.role_name) {
                    one.fields.description = role.description.filter(|text| !text.is_empty());
                    one.fields.max_session_duration = role.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok());
                }
            }
        }
        Ok(found)
    }
}

impl Readable for Provider {
    type Resource = Role;
    const OPERATION: &'static str = READ;

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Role>>> {
        let found = match ids {
            [only] => self.get(home, only).await?.map(observed).transpose()?.into_iter().collect(),
            many => self.list(home, many, true).await?,
        };
        Ok(found.into_iter().map(Observed::from).collect())
    }
}

impl Named for Provider {
    const TAGS: Field<Role, Tags> = Role::tags;
    const NAME: &'static str = "role_name";
    const TAKEN: &'static [&'static str] = &["EntityAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &RoleInputs) -> String {
        inputs.role_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, Role>) -> Vec<FieldProblem> {
        let document = planned.get(Role::assume_role_policy_document).and_then(|document| document::problem(&document, Use::Trust));
        let seconds = planned.get(Role::max_session_duration).filter(|seconds| !(3600..=43_200).contains(seconds));
        FieldProblem::among([
            ("assume_role_policy_document", document),
            ("role_name", planned.get(Role::role_name).and_then(|name| names::problem(&name, LONGEST_NAME))),
            ("path", planned.get(Role::path).and_then(|path| names::path_problem(&path))),
            ("max_session_duration", seconds.map(|seconds| format!("{seconds} is not between 3600 and 43200"))),
        ])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Role>>> {
        let role = self.get(home, name).await?;
        Ok(role.map(|role| Holder { id: Id::new(role.role_name), tags: tagging::of_sdk(role.tags) }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &RoleInputs) -> Result<Id<Role>> {
        let operation = "iam:CreateRole";
        let seconds = inputs.max_session_duration.and_then(|seconds| i32::try_from(seconds).ok());
        let request = self.0.iam(cx.home).create_role().role_name(name).set_path(inputs.path.clone());
        let request = request.assume_role_policy_document(document::text(&inputs.assume_role_policy_document));
        let request = request.set_description(inputs.description.clone()).set_max_session_duration(seconds);
        let request = request.set_permissions_boundary(inputs.permissions_boundary.as_ref().map(|arn| arn.as_str().to_owned()));
        let request = request.set_tags(Some(tagging::with_ours(operation, cx, &inputs.tags)?));
        trust::known_principals(|| async { call::create(operation, || request.clone().send()).await }).await?;
        Ok(Id::new(name))
    }

    /// Many in one listing; what that lacks only where somebody manages it.
    async fn read(&self, home: &Home, wanted: &[Wanted<Role>]) -> Result<Vec<Observed<Role>>> {
        let ids: Vec<&str> = wanted.iter().map(|one| one.id.as_str()).collect();
        if ids.len() == 1 {
            return self.read_ids(home, &ids).await;
        }
        let whole = wanted.iter().any(|one| one.manages(Role::description) || one.manages(Role::max_session_duration));
        Ok(self.list(home, &ids, whole).await?.into_iter().map(Observed::from).collect())
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Role>, seen: &Role, changes: &Changes<Role>) -> Result<()> {
        self.retell(cx, &current.id, seen, changes).await?;
        self.trust(cx, &current.id, changes).await?;
        self.bound(cx, &current.id, changes).await
    }

    async fn erase(&self, cx: &Cx<'_>, current: &State<Role>) -> Result<()> {
        delete::role(&self.0.iam(cx.home), cx, &current.id).await
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html>
    async fn retag(&self, home: &Home, id: &Id<Role>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.iam(home);
        if !set.is_empty() {
            let request = client.tag_role().role_name(id.as_str()).set_tags(Some(tagging::to_sdk("iam:TagRole", &set)?));
            call::change("iam:TagRole", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_role().role_name(id.as_str()).set_tag_keys(Some(removed));
            call::change("iam:UntagRole", || request.clone().send()).await?;
        }
        Ok(())
    }
}

impl Provider {
    /// Description and session duration go together: what is left out might be reset.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html>
    async fn retell(&self, cx: &Cx<'_>, id: &Id<Role>, seen: &Role, changes: &Changes<Role>) -> Result<()> {
        let (description, seconds) = (changes.of(Role::description)?, changes.of(Role::max_session_duration)?);
        if description == Change::Keep && seconds == Change::Keep {
            return Ok(());
        }
        let description = if description == Change::Keep { seen.description.clone() } else { description.set() };
        let seconds = if seconds == Change::Keep { seen.max_session_duration } else { seconds.set() };
        let request = self.0.iam(cx.home).update_role().role_name(id.as_str()).description(description.unwrap_or_default());
        let request = request.max_session_duration(seconds.and_then(|seconds| i32::try_from(seconds).ok()).unwrap_or(3600));
        call::change("iam:UpdateRole", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html>
    async fn trust(&self, cx: &Cx<'_>, id: &Id<Role>, changes: &Changes<Role>) -> Result<()> {
        let Some(document) = changes.of(Role::assume_role_policy_document)?.set() else { return Ok(()) };
        let request = self.0.iam(cx.home).update_assume_role_policy().role_name(id.as_str()).policy_document(document::text(&document));
        let operation = "iam:UpdateAssumeRolePolicy";
        trust::known_principals(|| async { call::change(operation, || request.clone().send()).await }).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>
    async fn bound(&self, cx: &Cx<'_>, id: &Id<Role>, changes: &Changes<Role>) -> Result<()> {
        let client = self.0.iam(cx.home);
        match changes.of(Role::permissions_boundary)? {
            Change::Keep => Ok(()),
            Change::Set(boundary) => {
                let request = client.put_role_permissions_boundary().role_name(id.as_str()).permissions_boundary(boundary.as_str());
                call::change("iam:PutRolePermissionsBoundary", || request.clone().send()).await.map(drop)
            }
            Change::Clear => {
                let request = client.delete_role_permissions_boundary().role_name(id.as_str());
                call::gone_is_fine(call::read("iam:DeleteRolePermissionsBoundary", || request.clone().send()).await)
            }
        }
    }
}

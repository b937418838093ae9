//! A managed policy of the account. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
//!
//! A change of `policy_name`, `path` or `description` replaces it. A changed document is a new version.

use aws_sdk_iam::types;
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, Wanted},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    details,
    document::{self, PolicyDocument, Use},
    names, tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    named::{Holder, Named},
    naming,
    readable::Readable,
    tags,
    values::Arn,
    wait::Pause,
};

mod version;

/// A managed policy of the account, which roles can have by `RolePolicyAttachment`. Its id is its ARN.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{Policy, Statement};
///
/// fn program(s: &Scope) {
///     s.add("read-logs", Policy::new(Statement::allow(["logs:Get*", "logs:FilterLogEvents"]).resources(["*"])));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:iam/policy", feature = "iam", global, exclusive(policy_name))]
pub struct Policy {
    /// What it allows and denies; up to 6,144 characters without white space. A change is a new version, of which AWS keeps five: the oldest
    /// that is not in force goes.
    pub policy_document: PolicyDocument,
    /// Its name, which must be unique in the account, also without regard to case; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub policy_name: String,
    /// Where it stands among the account's policies, as in `/app/`.
    #[field(replace, default = "/")]
    pub path: String,
    /// What it is for; up to 1,000 characters.
    #[field(replace)]
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// Its unique id, which no policy after it will have.
    #[field(computed)]
    pub policy_id: String,
    /// The version that is in force, as in `v3`.
    #[field(computed, volatile)]
    pub default_version_id: String,
}

impl Policy {
    /// One of AWS's own, by its name with its path, as in `AmazonSSMManagedInstanceCore` or `service-role/AmazonDLMServiceRole`.
    /// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
    pub fn of_aws(name: &str) -> Id<Self> {
        Id::new(format!("arn:aws:iam::aws:policy/{name}"))
    }
}

/// How long a name may be.
const LONGEST_NAME: usize = 128;

/// How long a document may be.
const LONGEST: usize = 6144;

/// How many policies are asked for at the same time.
const AT_ONCE: usize = 8;

const READ: &str = "iam:GetPolicy";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// The policy in the listing of the account, which has no tags and no description.
fn of_detail(item: types::ManagedPolicyDetail) -> Result<Option<State<Policy>>> {
    let in_force = item.policy_version_list.into_iter().flatten().find(|version| version.is_default_version);
    let (Some(arn), Some(document)) = (item.arn, in_force.and_then(|version| version.document)) else { return Ok(None) };
    let fields = Policy {
        policy_document: document::of_answer(details::OPERATION, &document)?,
        policy_name: item.policy_name.unwrap_or_default(),
        path: item.path.unwrap_or_default(),
        description: None,
        tags: Tags::new(),
        arn: Arn(arn.clone()),
        policy_id: item.policy_id.unwrap_or_default(),
        default_version_id: item.default_version_id.unwrap_or_default(),
    };
    Ok(Some(State { id: Id::new(arn), fields }))
}

impl Provider {
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
    async fn get(&self, home: &Home, arn: &str) -> Result<Option<types::Policy>> {
        let request = self.0.iam(home).get_policy().policy_arn(arn);
        call::forgive(call::read(READ, || request.clone().send()).await.map(|answer| answer.policy), names::is_missing)
    }

    /// One policy with everything.
    async fn whole(&self, home: &Home, arn: &str) -> Result<Option<State<Policy>>> {
        let Some(item) = self.get(home, arn).await? else { return Ok(None) };
        let version = item.default_version_id.ok_or_else(|| missing(READ, "version"))?;
        let Some(document) = version::document(&self.0.iam(home), arn, &version).await? else { return Ok(None) };
        let fields = Policy {
            policy_document: document,
            policy_name: item.policy_name.unwrap_or_default(),
            path: item.path.unwrap_or_default(),
            description: item.description.filter(|text| !text.is_empty()),
            tags: tags::of_program(tagging::of_sdk(item.tags)),
            arn: Arn(arn.to_owned()),
            policy_id: item.policy_id.unwrap_or_default(),
            default_version_id: version,
        };
        Ok(Some(State { id: Id::new(arn), fields }))
    }

    /// Many policies: one listing, and a call for each of those of which more is wanted.
    async fn list(&self, home: &Home, wanted: &[(&str, bool)]) -> Result<Vec<State<Policy>>> {
        let mut found = Vec::new();
        for detail in details::policies(&self.0.iam(home)).await? {
            let Some((_, whole)) = wanted.iter().find(|(id, _)| detail.arn() == Some(*id)) else { continue };
            found.extend(of_detail(detail)?.map(|one| (one, *whole)));
        }
        let completed = stream::iter(found).map(|(one, whole)| async move {
            match whole {
                true => self.with_tags(home, one).await,
                false => Ok(one),
            }
        });
        completed.buffered(AT_ONCE).try_collect().await
    }

    async fn with_tags(&self, home: &Home, mut one: State<Policy>) -> Result<State<Policy>> {
        if let Some(item) = self.get(home, one.id.as_str()).await? {
            one.fields.description = item.description.filter(|text| !text.is_empty());
            one.fields.tags = tags::of_program(tagging::of_sdk(item.tags));
        }
        Ok(one)
    }
}

impl Readable for Provider {
    type Resource = Policy;
    const OPERATION: &'static str = READ;

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Policy>>> {
        let found = match ids {
            [only] => self.whole(home, only).await?.into_iter().collect(),
            many => self.list(home, &many.iter().map(|id| (*id, true)).collect::<Vec<_>>()).await?,
        };
        Ok(found.into_iter().map(Observed::from).collect())
    }
}

impl Named for Provider {
    const TAGS: Field<Policy, Tags> = Policy::tags;
    const NAME: &'static str = "policy_name";
    const TAKEN: &'static [&'static str] = &["EntityAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &PolicyInputs) -> String {
        inputs.policy_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, Policy>) -> Vec<FieldProblem> {
        let document = planned.get(Policy::policy_document).and_then(|document| document::problem(&document, Use::Identity(LONGEST)));
        FieldProblem::among([
            ("policy_document", document),
            ("policy_name", planned.get(Policy::policy_name).and_then(|name| names::problem(&name, LONGEST_NAME))),
            ("path", planned.get(Policy::path).and_then(|path| names::path_problem(&path))),
        ])
    }

    /// By name alone, because the path in the ARN of somebody else's is not known.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Policy>>> {
        let client = self.0.iam(home);
        let policies = call::pages(|marker| async {
            let request = client.list_policies().scope(types::PolicyScopeType::Local).max_items(details::PAGE).set_marker(marker);
            let page = call::read("iam:ListPolicies", || request.clone().send()).await?;
            Ok((page.policies, page.marker.filter(|_| page.is_truncated)))
        });
        let named = |policy: &types::Policy| policy.policy_name().is_some_and(|own| own.eq_ignore_ascii_case(name));
        let Some(arn) = policies.await?.into_iter().find(named).and_then(|policy| policy.arn) else { return Ok(None) };
        let policy = self.get(home, &arn).await?;
        Ok(policy.map(|policy| Holder { id: Id::new(arn), tags: tagging::of_sdk(policy.tags) }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &PolicyInputs) -> Result<Id<Policy>> {
        let operation = "iam:CreatePolicy";
        let request = self.0.iam(cx.home).create_policy().policy_name(name).set_path(inputs.path.clone());
        let request = request.policy_document(document::text(&inputs.policy_document)).set_description(inputs.description.clone());
        let request = request.set_tags(Some(tagging::with_ours(operation, cx, &inputs.tags)?));
        let answer = call::create(operation, || request.clone().send()).await?;
        let arn = answer.policy.and_then(|policy| policy.arn);
        Ok(Id::new(arn.ok_or_else(|| missing(operation, "ARN"))?))
    }

    /// Many in one listing, which lacks tags and descriptions.
    async fn read(&self, home: &Home, wanted: &[Wanted<Policy>]) -> Result<Vec<Observed<Policy>>> {
        let wanted: Vec<(&str, bool)> =
            wanted.iter().map(|one| (one.id.as_str(), one.manages(Policy::tags) || one.manages(Policy::description))).collect();
        Ok(self.list(home, &wanted).await?.into_iter().map(Observed::from).collect())
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Policy>, _: &Policy, changes: &Changes<Policy>) -> Result<()> {
        match changes.of(Policy::policy_document)?.set() {
            Some(document) => version::put(&self.0.iam(cx.home), current.id.as_str(), &document).await,
            None => Ok(()),
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Policy>) -> Result<()> {
        let client = self.0.iam(cx.home);
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(LAG));
        loop {
            version::delete_old(&client, current.id.as_str()).await?;
            let request = client.delete_policy().policy_arn(current.id.as_str());
            match call::read("iam:DeletePolicy", || request.clone().send()).await {
                Err(error) if error.kind == ErrorKind::Conflict => {
                    if !pause.next().await {
                        return Err(self.blocked(cx.home, &current.id, error).await?);
                    }
                }
                answer => return answer.map(drop),
            }
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html>
    async fn retag(&self, home: &Home, id: &Id<Policy>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.iam(home);
        if !set.is_empty() {
            let request = client.tag_policy().policy_arn(id.as_str()).set_tags(Some(tagging::to_sdk("iam:TagPolicy", &set)?));
            call::change("iam:TagPolicy", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_policy().policy_arn(id.as_str()).set_tag_keys(Some(removed));
            call::change("iam:UntagPolicy", || request.clone().send()).await?;
        }
        Ok(())
    }
}

/// How long a policy that was just detached may still count as attached.
const LAG: std::time::Duration = std::time::Duration::from_secs(30);

impl Provider {
    /// Says who has the policy: what we attached goes first.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html>
    async fn blocked(&self, home: &Home, id: &Id<Policy>, error: ProviderError) -> Result<ProviderError> {
        let request = self.0.iam(home).list_entities_for_policy().policy_arn(id.as_str());
        let found = call::read("iam:ListEntitiesForPolicy", || request.clone().send()).await?;
        let roles = found.policy_roles.into_iter().flatten().filter_map(|role| Some(format!("the role `{}`", role.role_name?)));
        let users = found.policy_users.into_iter().flatten().filter_map(|user| Some(format!("the user `{}`", user.user_name?)));
        let groups = found.policy_groups.into_iter().flatten().filter_map(|group| Some(format!("the group `{}`", group.group_name?)));
        let who: Vec<String> = roles.chain(users).chain(groups).collect();
        if who.is_empty() {
            return Ok(error);
        }
        let message = format!("{} has the policy `{id}`, which this stack did not give it", who.join(", "));
        Ok(ProviderError { message, ..error }.hint("detach it there first, and run again"))
    }
}

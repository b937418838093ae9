//! An instance profile: through it a role comes to an instance. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html>
//!
//! A change of `instance_profile_name` or `path` replaces it.

use aws_sdk_iam::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{details, names, role::Role, tagging};
use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    naming,
    readable::{self, Readable},
    tags,
    values::Arn,
    wait,
};

/// An instance profile: through it a role comes to an instance.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::iam::{InstanceProfile, Principal, Role};
/// # use blogstack_aws::ec2::{Instance, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let web = s.add("web", Role::new(Principal::service("ec2.amazonaws.com")));
///     let profile = s.add("web", InstanceProfile::new().role(&web));
/// #   let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
/// #   let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     s.add("web", Instance::new("ami-0123456789abcdef0", "t3.micro", &subnet).iam_instance_profile(&profile));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:iam/instance-profile", feature = "iam", global, exclusive(instance_profile_name))]
pub struct InstanceProfile {
    /// Its name, which must be unique in the account, also without regard to case; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub instance_profile_name: String,
    /// Where it stands among the account's profiles, as in `/app/`.
    #[field(replace, default = "/")]
    pub path: String,
    /// Its role. EC2 takes no profile without one.
    #[field(loose)]
    pub role: Option<Id<Role>>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// Its unique id, which no profile after it will have.
    #[field(computed)]
    pub instance_profile_id: String,
}

/// How long a name may be.
const LONGEST_NAME: usize = 128;

/// How many profiles are asked for at the same time.
const AT_ONCE: usize = 8;

const READ: &str = "iam:GetInstanceProfile";

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Listings have no tags.
fn observed(item: types::InstanceProfile) -> State<InstanceProfile> {
    let fields = InstanceProfile {
        instance_profile_name: item.instance_profile_name.clone(),
        path: item.path,
        role: item.roles.into_iter().next().map(|role| Id::new(role.role_name)),
        tags: tags::of_program(tagging::of_sdk(item.tags)),
        arn: Arn(item.arn),
        instance_profile_id: item.instance_profile_id,
    };
    State { id: Id::new(item.instance_profile_name), fields }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html>
async fn get(client: &Client, name: &str) -> Result<Option<types::InstanceProfile>> {
    let request = client.get_instance_profile().instance_profile_name(name);
    call::forgive(call::read(READ, || request.clone().send()).await.map(|answer| answer.instance_profile), names::is_missing)
}

impl Provider {
    /// Many profiles: one listing, and a call for each of those whose tags are wanted.
    async fn list(&self, home: &Home, wanted: &[(&str, bool)]) -> Result<Vec<State<InstanceProfile>>> {
        let client = self.0.iam(home);
        let all = call::pages(|marker| async {
            let request = client.list_instance_profiles().max_items(details::PAGE).set_marker(marker);
            let page = call::read("iam:ListInstanceProfiles", || request.clone().send()).await?;
            Ok((Some(page.instance_profiles), page.marker.filter(|_| page.is_truncated)))
        });
        let all = all.await?;
        let found = all.into_iter().filter_map(|one| {
            let (_, whole) = wanted.iter().find(|(name, _)| *name == one.instance_profile_name)?;
            Some((one, *whole))
        });
        let found: Vec<(types::InstanceProfile, bool)> = found.collect();
        let client = &client;
        let completed = stream::iter(found).map(|(one, whole)| async move {
            let again = if whole { get(client, &one.instance_profile_name).await? } else { None };
            Ok(observed(again.unwrap_or(one)))
        });
        completed.buffered(AT_ONCE).try_collect().await
    }
}

impl Readable for Provider {
    type Resource = InstanceProfile;
    const OPERATION: &'static str = READ;

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<InstanceProfile>>> {
        let found = match ids {
            [only] => get(&self.0.iam(home), only).await?.map(observed).into_iter().collect(),
            many => self.list(home, &many.iter().map(|id| (*id, true)).collect::<Vec<_>>()).await?,
        };
        Ok(found.into_iter().map(Observed::from).collect())
    }
}

impl Named for Provider {
    const TAGS: Field<InstanceProfile, Tags> = InstanceProfile::tags;
    const NAME: &'static str = "instance_profile_name";
    const TAKEN: &'static [&'static str] = &["EntityAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &InstanceProfileInputs) -> String {
        inputs.instance_profile_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, InstanceProfile>) -> Vec<FieldProblem> {
        let name = planned.get(InstanceProfile::instance_profile_name).and_then(|name| names::problem(&name, LONGEST_NAME));
        let path = planned.get(InstanceProfile::path).and_then(|path| names::path_problem(&path));
        FieldProblem::among([("instance_profile_name", name), ("path", path)])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<InstanceProfile>>> {
        let profile = get(&self.0.iam(home), name).await?;
        Ok(profile.map(|profile| Holder { id: Id::new(profile.instance_profile_name), tags: tagging::of_sdk(profile.tags) }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &InstanceProfileInputs) -> Result<Id<InstanceProfile>> {
        let operation = "iam:CreateInstanceProfile";
        let request = self.0.iam(cx.home).create_instance_profile().instance_profile_name(name).set_path(inputs.path.clone());
        let request = request.set_tags(Some(tagging::with_ours(operation, cx, &inputs.tags)?));
        call::create(operation, || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<InstanceProfile>, inputs: InstanceProfileInputs) -> Result<State<InstanceProfile>> {
        if let Some(role) = &inputs.role {
            self.set_role(cx, id, Some(role)).await?;
        }
        self.ready(cx, id).await
    }

    /// Many in one listing, which lacks tags.
    async fn read(&self, home: &Home, wanted: &[Wanted<InstanceProfile>]) -> Result<Vec<Observed<InstanceProfile>>> {
        let wanted: Vec<(&str, bool)> = wanted.iter().map(|one| (one.id.as_str(), one.manages(InstanceProfile::tags))).collect();
        Ok(self.list(home, &wanted).await?.into_iter().map(Observed::from).collect())
    }

    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<InstanceProfile>,
        _: &InstanceProfile,
        changes: &Changes<InstanceProfile>,
    ) -> Result<()> {
        match changes.of(InstanceProfile::role)? {
            Change::Keep => Ok(()),
            change => self.set_role(cx, &current.id, change.set().as_ref()).await,
        }
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<InstanceProfile>) -> Result<()> {
        self.set_role(cx, &current.id, None).await?;
        let request = self.0.iam(cx.home).delete_instance_profile().instance_profile_name(current.id.as_str());
        call::read("iam:DeleteInstanceProfile", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html>
    async fn retag(&self, home: &Home, id: &Id<InstanceProfile>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.iam(home);
        if !set.is_empty() {
            let tags = tagging::to_sdk("iam:TagInstanceProfile", &set)?;
            let request = client.tag_instance_profile().instance_profile_name(id.as_str()).set_tags(Some(tags));
            call::change("iam:TagInstanceProfile", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_instance_profile().instance_profile_name(id.as_str()).set_tag_keys(Some(removed));
            call::change("iam:UntagInstanceProfile", || request.clone().send()).await?;
        }
        Ok(())
    }
}

impl Provider {
    /// Brings the profile to its role, of which it has one at most, and waits until it is seen with it.
    async fn set_role(&self, cx: &Cx<'_>, id: &Id<InstanceProfile>, wanted: Option<&Id<Role>>) -> Result<()> {
        let client = self.0.iam(cx.home);
        let (client, limit) = (&client, cx.timeout.unwrap_or(readable::WINDOW));
        wait::until(READ, &format!("`{id}` has its role"), limit, || approach(client, id, wanted)).await
    }
}

/// One look, and one call if that shows that it is needed. A call whose answer was lost is judged by the next look.
async fn approach(client: &Client, id: &Id<InstanceProfile>, wanted: Option<&Id<Role>>) -> Result<Option<()>> {
    let profile = get(client, id.as_str()).await?;
    let current = match profile {
        None if wanted.is_none() => return Ok(Some(())),
        // It is not seen yet.
        None => return Ok(None),
        Some(profile) => profile.roles.into_iter().next().map(|role| role.role_name),
    };
    if current.as_deref() == wanted.map(Id::as_str) {
        return Ok(Some(()));
    }
    let sent = match (current, wanted) {
        (Some(current), _) => remove(client, id, &current).await,
        (None, Some(role)) => add(client, id, role).await,
        (None, None) => Ok(()),
    };
    match sent {
        Err(error) if !matches!(error.kind, ErrorKind::Lost | ErrorKind::NotFound | ErrorKind::Conflict) => Err(error),
        _ => Ok(None),
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>
async fn add(client: &Client, id: &Id<InstanceProfile>, role: &Id<Role>) -> Result<()> {
    let request = client.add_role_to_instance_profile().instance_profile_name(id.as_str()).role_name(role.as_str());
    call::create("iam:AddRoleToInstanceProfile", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html>
async fn remove(client: &Client, id: &Id<InstanceProfile>, role: &str) -> Result<()> {
    let request = client.remove_role_from_instance_profile().instance_profile_name(id.as_str()).role_name(role);
    call::read("iam:RemoveRoleFromInstanceProfile", || request.clone().send()).await.map(drop)
}

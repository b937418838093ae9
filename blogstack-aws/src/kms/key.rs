//! A key for encryption. <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
//!
//! Nothing replaces it. Deleting one schedules that: until `pending_window_in_days` have passed it can be had back by hand, and
//! counts as gone here.

use aws_sdk_kms::{
    Client,
    operation::get_key_rotation_status::GetKeyRotationStatusOutput,
    types::{KeyMetadata, KeyState},
};
use blogstack_core::{
    Home, Id, Resource, Tags,
    provider::{
        Changes, Cx, ErrorKind, FieldProblem, Found, LostCreate, Observed, Planned, ResourceProvider, Result, State, UID_TAG, Wanted,
    },
    value,
};

use super::{KeyPolicy, tagging};
use crate::{
    account::Account,
    call::{self, missing},
    readable::{self, Readable},
    tags,
    values::Arn,
    wait::Pause,
};

/// A symmetric key for encryption, which never leaves the service.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::kms::{Alias, Key};
///
/// fn program(s: &Scope) {
///     let key = s.add("uploads", Key::new().description("what readers upload").enable_key_rotation(true));
///     s.add("uploads", Alias::new("alias/uploads", &key));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:kms/key", feature = "kms")]
pub struct Key {
    /// What it is for, up to 8192 characters.
    #[field(default = "")]
    pub description: String,
    /// Who may do what with it. AWS's default lets the account's IAM policies say so.
    pub policy: Option<KeyPolicy>,
    /// Whether it can be used.
    #[field(default = true)]
    pub enabled: bool,
    /// Whether AWS makes new key material from time to time. What was encrypted before can still be read. A key that is not
    /// enabled cannot be changed in this.
    #[field(default = false)]
    pub enable_key_rotation: Option<bool>,
    /// After how many days it does, 90 to 2560; 365 unless set.
    #[field(default = 365)]
    pub rotation_period_in_days: Option<u16>,
    /// For how many days a deleted key can be had back, 7 to 30; 30 unless set. What it encrypted is lost afterwards.
    #[field(write_only, default = 30)]
    pub pending_window_in_days: Option<u8>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(key: KeyMetadata) -> Option<Observed<Key>> {
    let is_gone = matches!(key.key_state, Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion));
    let fields = Key {
        description: key.description.unwrap_or_default(),
        policy: None,
        enabled: key.enabled,
        enable_key_rotation: None,
        rotation_period_in_days: None,
        pending_window_in_days: None,
        tags: Tags::new(),
        arn: Arn(key.arn.unwrap_or_default()),
    };
    (!is_gone).then(|| State { id: Id::new(key.key_id), fields }.into())
}

/// One that may be gone by now.
fn unless_gone<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Provider {
    fn client(&self, home: &Home) -> Client {
        self.0.kms(home)
    }

    /// Keys are described one by one: there is no call for several.
    async fn describe(client: &Client, id: &str) -> Result<Option<Observed<Key>>> {
        let request = client.describe_key().key_id(id);
        let answer = unless_gone(call::read("kms:DescribeKey", || request.clone().send()).await)?;
        Ok(answer.and_then(|answer| answer.key_metadata).and_then(observed))
    }

    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html>
    async fn policy(client: &Client, id: &str) -> Result<Option<KeyPolicy>> {
        let request = client.get_key_policy().key_id(id);
        let answer = call::read("kms:GetKeyPolicy", || request.clone().send()).await?;
        Ok(answer.policy.as_deref().map(KeyPolicy::told))
    }

    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
    async fn rotation(client: &Client, id: &str) -> Result<GetKeyRotationStatusOutput> {
        let request = client.get_key_rotation_status().key_id(id);
        call::read("kms:GetKeyRotationStatus", || request.clone().send()).await
    }

    /// A key that is disabled rotates neither before nor after: it is enabled first and disabled last.
    async fn set(&self, cx: &Cx<'_>, id: &Id<Key>, enabled: Option<bool>, rotation: Option<(bool, Option<u16>)>) -> Result<()> {
        let client = self.client(cx.home);
        if enabled == Some(true) {
            let request = client.enable_key().key_id(id.as_str());
            call::change("kms:EnableKey", || request.clone().send()).await?;
        }
        match rotation {
            Some((true, days)) => {
                let request = client.enable_key_rotation().key_id(id.as_str()).set_rotation_period_in_days(days.map(i32::from));
                call::change("kms:EnableKeyRotation", || request.clone().send()).await?;
            }
            Some((false, _)) => {
                let request = client.disable_key_rotation().key_id(id.as_str());
                call::change("kms:DisableKeyRotation", || request.clone().send()).await?;
            }
            None => {}
        }
        if enabled == Some(false) {
            let request = client.disable_key().key_id(id.as_str());
            call::change("kms:DisableKey", || request.clone().send()).await?;
        }
        Ok(())
    }
}

impl Readable for Provider {
    type Resource = Key;
    const OPERATION: &'static str = "kms:DescribeKey";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Key>>> {
        let client = self.client(home);
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            all.extend(Self::describe(&client, id).await?);
        }
        Ok(all)
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Key>, key: &mut Observed<Key>) -> Result<()> {
        let (client, id, fields) = (self.client(home), key.state.id.as_str(), &mut key.state.fields);
        if wanted.manages(Key::policy) {
            fields.policy = Self::policy(&client, id).await?;
        }
        let (rotates, period) = (wanted.manages(Key::enable_key_rotation), wanted.manages(Key::rotation_period_in_days));
        if rotates || period {
            let told = Self::rotation(&client, id).await?;
            let days = told.rotation_period_in_days.and_then(|days| u16::try_from(days).ok());
            fields.enable_key_rotation = rotates.then_some(told.key_rotation_enabled);
            fields.rotation_period_in_days = days.filter(|_| period);
        }
        if wanted.manages(Key::tags) {
            fields.tags = tags::of_program(tagging::all(&client, id).await?);
        }
        Ok(())
    }
}

impl ResourceProvider for Provider {
    type Resource = Key;

    fn check(&self, planned: &Planned<'_, Key>) -> Vec<FieldProblem> {
        let window = planned.get(Key::pending_window_in_days).filter(|days| !(7..=30).contains(days));
        let period = planned.get(Key::rotation_period_in_days).filter(|days| !(90..=2560).contains(days));
        // What is not known yet may be true.
        let rotates = planned.is_set(Key::enable_key_rotation) && planned.get(Key::enable_key_rotation).unwrap_or(true);
        let idle = planned.is_set(Key::rotation_period_in_days) && !rotates;
        let tags = planned.get(Key::tags).and_then(|tags| tags::problem(&tags));
        let tags = FieldProblem::among([("tags", tags)]);
        let days = FieldProblem::when([
            (window.is_some(), "pending_window_in_days", "a deleted key can be had back for 7 to 30 days"),
            (period.is_some(), "rotation_period_in_days", "a key rotates after 90 to 2560 days"),
            (idle, "rotation_period_in_days", "it does not rotate: set `enable_key_rotation` too"),
        ]);
        days.into_iter().chain(tags).collect()
    }

    async fn survey(&self, _: &Cx<'_>, _: &KeyInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: KeyInputs) -> Result<State<Key>> {
        let all_tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags());
        let request = self.client(cx.home).create_key();
        let request = request
            .set_description(inputs.description.clone())
            .set_policy(inputs.policy.as_ref().map(|policy| policy.as_str().to_owned()))
            .set_tags(Some(tagging::sdk_tags(all_tags)?));
        let answer = call::create("kms:CreateKey", || request.clone().send()).await?;
        let id = Id::new(answer.key_metadata.ok_or_else(|| missing("kms:CreateKey", "key id"))?.key_id);
        cx.created(&id).await?;
        let rotation = inputs.enable_key_rotation.filter(|rotates| *rotates).map(|_| (true, inputs.rotation_period_in_days));
        self.set(cx, &id, inputs.enabled.filter(|enabled| !*enabled), rotation).await?;
        readable::whole(self, cx, readable::visible(self, cx.home, &id).await?.state).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<Key>]) -> Result<Vec<Observed<Key>>> {
        readable::read(self, home, wanted).await
    }

    async fn update(&self, cx: &Cx<'_>, current: State<Key>, changes: &Changes<Key>) -> Result<State<Key>> {
        let (client, id, before) = (self.client(cx.home), &current.id, &current.fields);
        readable::visible(self, cx.home, id).await?;
        if let Some(description) = changes.of(Key::description)?.set() {
            let request = client.update_key_description().key_id(id.as_str()).description(description);
            call::change("kms:UpdateKeyDescription", || request.clone().send()).await?;
        }
        if let Some(policy) = changes.of(Key::policy)?.set() {
            let request = client.put_key_policy().key_id(id.as_str()).policy(policy.as_str());
            call::change("kms:PutKeyPolicy", || request.clone().send()).await?;
        }
        let rotation = match (changes.of(Key::enable_key_rotation)?.set(), changes.of(Key::rotation_period_in_days)?.set()) {
            (None, None) => None,
            (Some(rotates), period) => Some((rotates, period.or(before.rotation_period_in_days))),
            (None, period) => before.enable_key_rotation.filter(|rotates| *rotates).map(|rotates| (rotates, period)),
        };
        self.set(cx, id, changes.of(Key::enabled)?.set(), rotation).await?;
        let (set, removed) = tags::changed(Key::tags, before, changes)?;
        tagging::retag(&client, id.as_str(), set, removed).await?;
        readable::whole(self, cx, readable::visible(self, cx.home, id).await?.state).await
    }

    /// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html>
    async fn delete(&self, cx: &Cx<'_>, current: State<Key>) -> Result<()> {
        let days = current.fields.pending_window_in_days.map(i32::from);
        let request = self.client(cx.home).schedule_key_deletion().key_id(current.id.as_str()).set_pending_window_in_days(days);
        let scheduled = call::read("kms:ScheduleKeyDeletion", || request.clone().send()).await;
        // One that is to be deleted already is refused, and so is one that cannot be deleted: only the first is gone.
        match scheduled {
            Err(error) if error.is_code("KMSInvalidStateException") => {
                if readable::one(self, cx.home, &current.id).await?.is_some() {
                    return Err(error);
                }
            }
            answer => call::gone_is_fine(answer)?,
        }
        readable::gone(self, cx, &current.id, readable::WINDOW).await
    }

    /// All keys of the region are asked for their tags: there is no other way to ask for one.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<KeyInputs>) -> Result<Found<Key>> {
        let client = self.client(cx.home);
        let mut pause = Pause::up_to(lost.left());
        loop {
            let keys = call::pages(|marker| async {
                let request = client.list_keys().set_marker(marker);
                let page = call::read("kms:ListKeys", || request.clone().send()).await?;
                Ok((page.keys, page.next_marker))
            });
            for id in keys.await?.into_iter().filter_map(|key| key.key_id) {
                let tags = unless_readable(tagging::all(&client, &id).await)?;
                if tags.get(UID_TAG).is_some_and(|uid| uid == cx.uid.as_str()) && Self::describe(&client, &id).await?.is_some() {
                    return Ok(Found::One(Id::new(id)));
                }
            }
            if !pause.next().await {
                return Ok(Found::None);
            }
        }
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<Key>) -> Result<()> {
        tagging::retag(&self.client(cx.home), id.as_str(), cx.ownership_tags(), Vec::new()).await
    }

    async fn release(&self, cx: &Cx<'_>, id: &Id<Key>) -> Result<()> {
        let ours = cx.ownership_tags().into_keys().collect();
        call::gone_is_fine(tagging::retag(&self.client(cx.home), id.as_str(), Tags::new(), ours).await)
    }
}

/// Keys of AWS and keys whose policy shuts us out do not tell their tags, and are not ours.
fn unless_readable(answer: Result<Tags>) -> Result<Tags> {
    call::forgive(answer, |error| matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied))
}

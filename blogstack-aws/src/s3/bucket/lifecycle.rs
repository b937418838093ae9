//! What becomes of objects as they grow older.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>

use aws_sdk_s3::{
    Client,
    types::{
        self, AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration,
        LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration, NoncurrentVersionTransition,
    },
};
use blogstack_core::{Block, Set, Tags, Value, provider::Result};

use super::parts::absent;
use crate::{
    call, s3,
    s3::built,
    values::{of_word, word},
};

/// What becomes of some objects as they grow older. Days count from midnight UTC after an object was made; 0 days: never.
///
/// ```
/// use blogstack_aws::s3::{LifecycleRule, Transition, TransitionClass};
///
/// let logs = LifecycleRule::new("logs")
///     .prefix("logs/")
///     .transitions([Transition::new(30_u32, TransitionClass::StandardIa)])
///     .expiration_days(365_u32);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Block)]
pub struct LifecycleRule {
    /// Its name in the bucket, up to 255 characters.
    pub id: String,
    /// Whether it is followed.
    #[field(default = true)]
    pub enabled: bool,
    /// What the keys of its objects begin with.
    #[field(default = "")]
    pub prefix: String,
    /// Tags that its objects have, all of them.
    #[field(default = Tags::new())]
    pub tags: Tags,
    /// Only objects that are larger than so many bytes; 0: all.
    #[field(default = 0)]
    pub object_size_greater_than: i64,
    /// Only objects that are smaller than so many bytes; 0: all.
    #[field(default = 0)]
    pub object_size_less_than: i64,
    /// After how many days an object is deleted.
    #[field(default = 0)]
    pub expiration_days: u32,
    /// Whether markers go under which no version is left. Not together with `expiration_days`.
    #[field(default = false)]
    pub expired_object_delete_marker: bool,
    /// When objects move to cheaper storage.
    #[field(default = Set::default())]
    pub transitions: Set<Transition>,
    /// After how many days a version is deleted that is no longer the newest.
    #[field(default = 0)]
    pub noncurrent_version_expiration_days: u32,
    /// How many of such versions are kept all the same, 1 to 100.
    #[field(default = 0)]
    pub newer_noncurrent_versions: u32,
    /// When such versions move to cheaper storage.
    #[field(default = Set::default())]
    pub noncurrent_version_transitions: Set<NoncurrentTransition>,
    /// After how many days an upload in parts that was not completed is given up.
    #[field(default = 0)]
    pub abort_incomplete_multipart_upload_days: u32,
}

/// A move to cheaper storage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct Transition {
    /// After how many days; 30 at least to the classes for infrequent access.
    pub days: u32,
    /// Where to.
    pub storage_class: TransitionClass,
}

/// A move of versions that are no longer the newest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Block)]
pub struct NoncurrentTransition {
    /// How many days after it was the newest.
    pub noncurrent_days: u32,
    /// Where to.
    pub storage_class: TransitionClass,
    /// How many of such versions stay all the same, 1 to 100; 0: none.
    #[field(default = 0)]
    pub newer_noncurrent_versions: u32,
}

/// A class of storage. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransitionClass {
    /// For infrequent access.
    StandardIa,
    /// For infrequent access, in one zone.
    OnezoneIa,
    /// AWS moves objects by how they are used.
    IntelligentTiering,
    /// An archive that answers at once.
    GlacierIr,
    /// An archive that answers after minutes or hours.
    Glacier,
    /// An archive that answers after hours.
    DeepArchive,
}

/// What is wrong with them.
pub(super) fn problem(rules: &Set<LifecycleRule>) -> Option<String> {
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    ids.sort_unstable();
    if let Some((_, twice)) = ids.iter().zip(ids.iter().skip(1)).find(|(one, other)| one == other) {
        return Some(format!("two rules are called `{twice}`"));
    }
    rules.iter().find_map(|rule| Some(format!("the rule `{}` {}", rule.id, rule.wrong()?)))
}

impl LifecycleRule {
    fn wrong(&self) -> Option<&'static str> {
        let days = [self.expiration_days, self.noncurrent_version_expiration_days, self.abort_incomplete_multipart_upload_days];
        let moves = !self.transitions.is_empty() || !self.noncurrent_version_transitions.is_empty();
        let rare = |class: TransitionClass| matches!(class, TransitionClass::StandardIa | TransitionClass::OnezoneIa);
        if days == [0; 3] && !self.expired_object_delete_marker && !moves {
            return Some("does nothing");
        }
        if self.expired_object_delete_marker && self.expiration_days > 0 {
            return Some("cannot both delete objects and markers without versions");
        }
        if self.newer_noncurrent_versions > 0 && self.noncurrent_version_expiration_days == 0 {
            return Some("keeps newer versions and deletes none: it needs `noncurrent_version_expiration_days`");
        }
        let early = self.transitions.iter().any(|one| rare(one.storage_class) && one.days < 30);
        early.then_some("moves objects to storage for infrequent access before their 30th day")
    }

    /// AWS wants one condition alone, or several in `And`.
    fn filter(&self) -> LifecycleRuleFilter {
        let size = |bytes: i64| (bytes > 0).then_some(bytes);
        let (over, under) = (size(self.object_size_greater_than), size(self.object_size_less_than));
        let tags = s3::to_sdk(&self.tags);
        let count = usize::from(!self.prefix.is_empty()) + tags.len() + usize::from(over.is_some()) + usize::from(under.is_some());
        let prefix = (count == 0 || !self.prefix.is_empty()).then(|| self.prefix.clone());
        if count < 2 {
            return LifecycleRuleFilter::builder()
                .set_prefix(prefix)
                .set_tag(tags.into_iter().next())
                .set_object_size_greater_than(over)
                .set_object_size_less_than(under)
                .build();
        }
        let all = LifecycleRuleAndOperator::builder()
            .set_prefix(prefix)
            .set_tags((!tags.is_empty()).then_some(tags))
            .set_object_size_greater_than(over)
            .set_object_size_less_than(under);
        LifecycleRuleFilter::builder().and(all.build()).build()
    }

    fn to_sdk(&self, operation: &'static str) -> Result<types::LifecycleRule> {
        let expiration = LifecycleExpiration::builder()
            .set_days(some(self.expiration_days))
            .set_expired_object_delete_marker(self.expired_object_delete_marker.then_some(true));
        let expires = self.expiration_days > 0 || self.expired_object_delete_marker;
        let transition = |one: &Transition| {
            types::Transition::builder().days(number(one.days)).storage_class(word(&one.storage_class).as_str().into()).build()
        };
        let noncurrent = |one: &NoncurrentTransition| {
            NoncurrentVersionTransition::builder()
                .noncurrent_days(number(one.noncurrent_days))
                .storage_class(word(&one.storage_class).as_str().into())
                .set_newer_noncurrent_versions(some(one.newer_noncurrent_versions))
                .build()
        };
        let older = some(self.noncurrent_version_expiration_days).map(|days| {
            let kept = some(self.newer_noncurrent_versions);
            NoncurrentVersionExpiration::builder().noncurrent_days(days).set_newer_noncurrent_versions(kept).build()
        });
        let abort = some(self.abort_incomplete_multipart_upload_days)
            .map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build());
        let rule = types::LifecycleRule::builder()
            .id(&self.id)
            .status(if self.enabled { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled })
            .filter(self.filter())
            .set_expiration(expires.then(|| expiration.build()))
            .set_transitions(listed(self.transitions.iter().map(transition)))
            .set_noncurrent_version_transitions(listed(self.noncurrent_version_transitions.iter().map(noncurrent)))
            .set_noncurrent_version_expiration(older)
            .set_abort_incomplete_multipart_upload(abort);
        built(operation, rule.build())
    }

    #[expect(deprecated, reason = "older rules name their prefix outside the filter")]
    fn of_sdk(rule: types::LifecycleRule) -> Self {
        let filter = rule.filter.unwrap_or_else(|| LifecycleRuleFilter::builder().set_prefix(rule.prefix).build());
        let and = filter.and.unwrap_or_else(|| {
            LifecycleRuleAndOperator::builder()
                .set_prefix(filter.prefix)
                .set_tags(filter.tag.map(|tag| vec![tag]))
                .set_object_size_greater_than(filter.object_size_greater_than)
                .set_object_size_less_than(filter.object_size_less_than)
                .build()
        });
        let (expiration, older) = (rule.expiration, rule.noncurrent_version_expiration);
        let transition = |one: types::Transition| {
            Some(Transition { days: days(one.days), storage_class: one.storage_class.and_then(|class| of_word(class.as_str()))? })
        };
        let noncurrent = |one: NoncurrentVersionTransition| {
            Some(NoncurrentTransition {
                noncurrent_days: days(one.noncurrent_days),
                storage_class: one.storage_class.and_then(|class| of_word(class.as_str()))?,
                newer_noncurrent_versions: days(one.newer_noncurrent_versions),
            })
        };
        Self {
            id: rule.id.unwrap_or_default(),
            enabled: rule.status == ExpirationStatus::Enabled,
            prefix: and.prefix.unwrap_or_default(),
            tags: s3::of_sdk(and.tags.unwrap_or_default()),
            object_size_greater_than: and.object_size_greater_than.unwrap_or_default(),
            object_size_less_than: and.object_size_less_than.unwrap_or_default(),
            expiration_days: days(expiration.as_ref().and_then(|one| one.days)),
            expired_object_delete_marker: expiration.and_then(|one| one.expired_object_delete_marker).unwrap_or_default(),
            transitions: rule.transitions.into_iter().flatten().filter_map(transition).collect(),
            noncurrent_version_expiration_days: days(older.as_ref().and_then(|one| one.noncurrent_days)),
            newer_noncurrent_versions: days(older.and_then(|one| one.newer_noncurrent_versions)),
            noncurrent_version_transitions: rule.noncurrent_version_transitions.into_iter().flatten().filter_map(noncurrent).collect(),
            abort_incomplete_multipart_upload_days: days(
                rule.abort_incomplete_multipart_upload.and_then(|abort| abort.days_after_initiation),
            ),
        }
    }
}

fn number(days: u32) -> i32 {
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// What is 0 is not sent.
fn some(days: u32) -> Option<i32> {
    (days > 0).then(|| number(days))
}

/// What is not sent is 0.
fn days(number: Option<i32>) -> u32 {
    number.and_then(|days| u32::try_from(days).ok()).unwrap_or_default()
}

fn listed<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

pub(super) async fn read(client: &Client, bucket: &str) -> Result<Option<Set<LifecycleRule>>> {
    let request = client.get_bucket_lifecycle_configuration().bucket(bucket);
    let answer = absent(call::read("s3:GetBucketLifecycleConfiguration", || request.clone().send()).await)?;
    Ok(answer.and_then(|answer| answer.rules).map(|rules| rules.into_iter().map(LifecycleRule::of_sdk).collect()))
}

pub(super) async fn write(client: &Client, bucket: &str, wanted: &Set<LifecycleRule>) -> Result<()> {
    let operation = "s3:PutBucketLifecycleConfiguration";
    if wanted.is_empty() {
        return clear(client, bucket).await;
    }
    let rules = wanted.iter().map(|rule| rule.to_sdk(operation)).collect::<Result<Vec<_>>>()?;
    let configuration = built(operation, BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build())?;
    let request = client.put_bucket_lifecycle_configuration().bucket(bucket).lifecycle_configuration(configuration);
    call::change(operation, || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html>
pub(super) async fn clear(client: &Client, bucket: &str) -> Result<()> {
    let request = client.delete_bucket_lifecycle().bucket(bucket);
    call::change("s3:DeleteBucketLifecycle", || request.clone().send()).await.map(drop)
}

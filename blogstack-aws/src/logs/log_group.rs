//! Where logs are kept. <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
//!
//! A change of `name` or `log_group_class` replaces it, and what was logged is lost with the old one.

use aws_sdk_cloudwatchlogs::{Client, types};
use blogstack_core::{
    Data, Field, Home, Id, Resource, Tags, Value,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State},
    value,
};

use crate::{
    account::Account,
    call,
    named::{Holder, Named},
    naming,
    readable::{self, Readable, WINDOW},
    tags,
    values::Arn,
};

/// Where logs are kept, for how long, and under which key.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::logs::LogGroup;
///
/// fn program(s: &Scope) {
///     s.add("access", LogGroup::new().retention_in_days(30_u32));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:logs/log-group", feature = "logs", exclusive(name))]
pub struct LogGroup {
    /// Its name: up to 512 letters, digits and `.-_/#`, unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub name: String,
    /// What can be done with the logs, and what that costs.
    #[field(replace, default = LogGroupClass::Standard)]
    pub log_group_class: LogGroupClass,
    /// For how many days logs are kept: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288
    /// or 3653. Unset, they are kept for ever.
    pub retention_in_days: Option<u32>,
    /// The ARN of the key under which new logs are encrypted; a key of AWS when it is not set.
    pub kms_key_id: Option<Arn>,
    /// Whether it is protected from being deleted, also by us: switch it off before it is removed.
    #[field(default = false)]
    pub deletion_protection_enabled: bool,
    /// Tags.
    pub tags: Tags,
    /// Its ARN, without the `:*` that stands for its streams.
    #[field(computed)]
    pub arn: Arn,
}

/// What can be done with logs. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LogGroupClass {
    /// Everything.
    Standard,
    /// They are queried now and then, for half the price.
    InfrequentAccess,
    /// They are passed on, and kept for a day or two.
    Delivery,
}

/// The most characters of a name.
const LONGEST: usize = 512;

/// For how many days logs may be kept.
const DAYS: [u32; 22] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = LogGroup;
    const OPERATION: &'static str = "logs:DescribeLogGroups";

    fn account(&self) -> &Account {
        &self.0
    }

    /// One call for each, and one for its tags.
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<LogGroup>>> {
        let client = self.0.logs(home);
        let mut found = Vec::new();
        for name in ids {
            let Some(group) = described(&client, name).await? else { continue };
            let Some(tags) = tags_of(&client, &group).await? else { continue };
            found.extend(observed(group, tags));
        }
        Ok(found)
    }
}

/// The log group with this name. Names that begin so are told too, after it: they are sorted.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html>
async fn described(client: &Client, name: &str) -> Result<Option<types::LogGroup>> {
    let request = client.describe_log_groups().log_group_name_prefix(name);
    let groups = call::read(Provider::OPERATION, || request.clone().send()).await?.log_groups.unwrap_or_default();
    Ok(groups.into_iter().find(|group| group.log_group_name() == Some(name)))
}

/// All tags, ours among them; none of one that went in between.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html>
async fn tags_of(client: &Client, group: &types::LogGroup) -> Result<Option<Tags>> {
    let request = client.list_tags_for_resource().resource_arn(arn(group));
    let told = call::read("logs:ListTagsForResource", || request.clone().send()).await;
    let told = call::forgive(told.map(Some), |error| error.kind == ErrorKind::NotFound)?;
    Ok(told.map(|told| told.tags.unwrap_or_default().into_iter().collect()))
}

/// The ARN that calls about tags take.
fn arn(group: &types::LogGroup) -> String {
    let arn = group.log_group_arn().or(group.arn()).unwrap_or_default();
    arn.strip_suffix(":*").unwrap_or(arn).to_owned()
}

fn observed(group: types::LogGroup, all: Tags) -> Option<Observed<LogGroup>> {
    let arn = Arn(arn(&group));
    let class = group.log_group_class().map(|class| value::Value::text(class.as_str()));
    let fields = LogGroup {
        name: group.log_group_name.clone()?,
        log_group_class: class.and_then(|class| LogGroupClass::decode(&class).ok()).unwrap_or(LogGroupClass::Standard),
        retention_in_days: group.retention_in_days.and_then(|days| u32::try_from(days).ok()),
        kms_key_id: group.kms_key_id.map(Arn),
        deletion_protection_enabled: group.deletion_protection_enabled.unwrap_or_default(),
        tags: tags::of_program(all),
        arn,
    };
    Some(State { id: Id::new(group.log_group_name?), fields }.into())
}

impl Named for Provider {
    const TAGS: Field<LogGroup, Tags> = LogGroup::tags;
    const NAME: &'static str = "name";
    const TAKEN: &'static [&'static str] = &["ResourceAlreadyExistsException"];

    fn name(cx: &Cx<'_>, inputs: &LogGroupInputs) -> String {
        inputs.name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST))
    }

    fn check(&self, planned: &Planned<'_, LogGroup>) -> Vec<FieldProblem> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte);
        let name = planned.get(LogGroup::name).filter(|name| !((1..=LONGEST).contains(&name.len()) && name.bytes().all(known)));
        let name = name.map(|name| format!("`{name}` is not 1 to {LONGEST} letters, digits and `.-_/#`"));
        let days = planned.get(LogGroup::retention_in_days).filter(|days| !DAYS.contains(days));
        let days = days.map(|days| {
            let next = DAYS.iter().find(|known| **known > days).unwrap_or(&DAYS[DAYS.len() - 1]);
            format!("logs are not kept for {days} days, but for {next}")
        });
        FieldProblem::among([("name", name), ("retention_in_days", days)])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<LogGroup>>> {
        let client = self.0.logs(home);
        let Some(group) = described(&client, name).await? else { return Ok(None) };
        Ok(tags_of(&client, &group).await?.map(|tags| Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &LogGroupInputs) -> Result<Id<LogGroup>> {
        let class = inputs.log_group_class.and_then(|class| Some(class.encode().as_text()?.into()));
        let tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags()).collect();
        let request = self
            .0
            .logs(cx.home)
            .create_log_group()
            .log_group_name(name)
            .set_log_group_class(class)
            .set_kms_key_id(inputs.kms_key_id.clone().map(|key| key.0))
            .set_deletion_protection_enabled(inputs.deletion_protection_enabled)
            .set_tags(Some(tags));
        call::create("logs:CreateLogGroup", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn finish(&self, cx: &Cx<'_>, id: &Id<LogGroup>, inputs: LogGroupInputs) -> Result<State<LogGroup>> {
        let Some(days) = inputs.retention_in_days else { return self.ready(cx, id).await };
        set_retention(&self.0.logs(cx.home), id, days).await?;
        let is_so = |group: &LogGroup| group.retention_in_days == Some(days);
        readable::ready(self, cx, id, "as declared", WINDOW, is_so).await.map(|observed| observed.state)
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<LogGroup>, _: &LogGroup, changes: &Changes<LogGroup>) -> Result<()> {
        let (client, id) = (self.0.logs(cx.home), &current.id);
        match changes.of(LogGroup::retention_in_days)? {
            Change::Set(days) => set_retention(&client, id, days).await?,
            Change::Clear => clear_retention(&client, id).await?,
            Change::Keep => {}
        }
        set_key(&client, id, changes.of(LogGroup::kms_key_id)?).await?;
        if let Some(on) = changes.of(LogGroup::deletion_protection_enabled)?.set() {
            let request = client.put_log_group_deletion_protection().log_group_identifier(id.as_str()).deletion_protection_enabled(on);
            call::change("logs:PutLogGroupDeletionProtection", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<LogGroup>) -> Result<()> {
        let request = self.0.logs(cx.home).delete_log_group().log_group_name(current.id.as_str());
        call::read("logs:DeleteLogGroup", || request.clone().send()).await.map(drop)
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>
    /// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
    async fn retag(&self, home: &Home, id: &Id<LogGroup>, set: Tags, removed: Vec<String>) -> Result<()> {
        let client = self.0.logs(home);
        let Some(group) = described(&client, id.as_str()).await? else { return Ok(()) };
        let arn = arn(&group);
        if !set.is_empty() {
            let request = client.tag_resource().resource_arn(&arn).set_tags(Some(set.into_iter().collect()));
            call::change("logs:TagResource", || request.clone().send()).await?;
        }
        if !removed.is_empty() {
            let request = client.untag_resource().resource_arn(&arn).set_tag_keys(Some(removed));
            call::change("logs:UntagResource", || request.clone().send()).await?;
        }
        Ok(())
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
async fn set_retention(client: &Client, id: &Id<LogGroup>, days: u32) -> Result<()> {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let request = client.put_retention_policy().log_group_name(id.as_str()).retention_in_days(days);
    call::change("logs:PutRetentionPolicy", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html>
async fn clear_retention(client: &Client, id: &Id<LogGroup>) -> Result<()> {
    let request = client.delete_retention_policy().log_group_name(id.as_str());
    call::change("logs:DeleteRetentionPolicy", || request.clone().send()).await.map(drop)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html>
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html>
async fn set_key(client: &Client, id: &Id<LogGroup>, change: Change<Arn>) -> Result<()> {
    match change {
        Change::Keep => Ok(()),
        Change::Set(key) => {
            let request = client.associate_kms_key().log_group_name(id.as_str()).kms_key_id(key.0);
            call::change("logs:AssociateKmsKey", || request.clone().send()).await.map(drop)
        }
        Change::Clear => {
            let request = client.disassociate_kms_key().log_group_name(id.as_str());
            call::change("logs:DisassociateKmsKey", || request.clone().send()).await.map(drop)
        }
    }
}

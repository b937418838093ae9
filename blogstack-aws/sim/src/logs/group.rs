//! Log groups.
//!
//! Source: *`CreateLogGroup`*, *`DescribeLogGroups`*, *`DeleteLogGroup`*.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{invalid, name_of, named, required, settings, tags};
use crate::context::Context;
use crate::ec2::listing::page;
use crate::engine::Operation;
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::reply::Answer;
use crate::protocol::request::Request;
use crate::state::object::{Kind, Object, Tags};

/// A log group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogGroup {
    pub(crate) name: String,
    class: String,
    pub(crate) retention: Option<u32>,
    pub(crate) key: Option<String>,
    pub(crate) deletion_protection: bool,
    created_at: Moment,
    pub(crate) tags: Tags,
}

impl Object for LogGroup {
    const KIND: Kind = Kind {
        name: "log-group",
        prefix: "",
        missing: "ResourceNotFoundException",
        malformed: None,
        sentence: "The specified log group does not exist.",
    };

    fn id(&self) -> &str {
        &self.name
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

/// The classes of log groups.
const CLASSES: [&str; 4] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS"];

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateLogGroup" => create,
        "DescribeLogGroups" => |context, _| describe(context),
        "DeleteLogGroup" => |context, _| delete(context),
        _ => return None,
    })
}

fn create(context: &mut Context<'_>, request: &Request) -> Result<Answer, Failure> {
    let name = required(context, "logGroupName")?.to_owned();
    check_name(&name)?;
    let class = context.params.owned("logGroupClass").unwrap_or_else(|| "STANDARD".to_owned());
    if !CLASSES.contains(&class.as_str()) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{class}' at 'logGroupClass' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
            CLASSES.join(", ")
        )));
    }
    if context.region.log_groups.get(&name).is_some() {
        return Err(Failure::new("ResourceAlreadyExistsException", "The specified log group already exists"));
    }
    context.within_quota::<LogGroup>("log-groups", "LimitExceededException")?;
    let group = LogGroup {
        name,
        class,
        retention: None,
        key: context.params.owned("kmsKeyId").map(|key| settings::checked_key(&key)).transpose()?,
        deletion_protection: context.params.flag("deletionProtectionEnabled")?.unwrap_or(false),
        created_at: context.now,
        tags: tags::read(&context.params, &request.json)?,
    };
    context.add(group);
    Ok(Answer::Json(json!({})))
}

fn check_name(name: &str) -> Result<(), Failure> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/#".contains(&byte);
    let problem = match name {
        _ if name.len() > 512 => "Member must have length less than or equal to 512",
        _ if !name.bytes().all(known) => "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        _ if name.starts_with("aws/") => "Log groups starting with AWS/ are reserved for AWS.",
        _ => return Ok(()),
    };
    Err(invalid(format!("1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint: {problem}")))
}

fn describe(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = &context.params;
    let (prefix, pattern) = (params.text("logGroupNamePrefix").unwrap_or_default(), params.text("logGroupNamePattern").unwrap_or_default());
    if !prefix.is_empty() && !pattern.is_empty() {
        return Err(invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."));
    }
    let identifiers: Vec<String> = params.list("logGroupIdentifiers").iter().map(|one| name_of(one).to_owned()).collect();
    let class = params.text("logGroupClass");
    params.known_as_false("includeLinkedAccounts");
    let limit = params.number::<usize>("limit")?.unwrap_or(50);
    if !(1..=50).contains(&limit) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"
        )));
    }
    let fits = |group: &&LogGroup| {
        group.name.starts_with(prefix)
            && group.name.to_lowercase().contains(&pattern.to_lowercase())
            && (identifiers.is_empty() || identifiers.contains(&group.name))
            && class.is_none_or(|class| group.class == class)
    };
    let found: Vec<&LogGroup> = context.region.log_groups.iter_visible(context.now).filter(fits).collect();
    let page = page(found, limit, params.text("nextToken"), |group| &group.name)?;
    let groups: Vec<Value> = page.entries.into_iter().map(|group| group.written(context)).collect();
    let mut fields = Map::from_iter([("logGroups".to_owned(), groups.into())]);
    fields.extend(page.next.map(|next| ("nextToken".to_owned(), next.into())));
    Ok(Answer::Json(fields.into()))
}

fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let group = named(context, "logGroupName")?;
    if group.deletion_protection {
        let message = "The log group cannot be deleted because deletion protection is enabled.";
        return Err(Failure::new("ValidationException", message));
    }
    context.remove::<LogGroup>(&group.name);
    Ok(Answer::Json(json!({})))
}

impl LogGroup {
    /// What is not set is not answered.
    fn written(&self, context: &Context<'_>) -> Value {
        let arn = format!("arn:aws:logs:{}:{}:log-group:{}", context.place.region, context.place.account, self.name);
        let mut fields = json!({
            "logGroupName": self.name,
            "logGroupClass": self.class,
            "creationTime": moment::unix_seconds(self.created_at).saturating_mul(1000),
            "metricFilterCount": 0,
            "storedBytes": 0,
            "arn": format!("{arn}:*"),
            "logGroupArn": arn,
            "deletionProtectionEnabled": self.deletion_protection,
        });
        if let Some(days) = self.retention {
            fields["retentionInDays"] = days.into();
        }
        if let Some(key) = &self.key {
            fields["kmsKeyId"] = key.clone().into();
        }
        fields
    }
}

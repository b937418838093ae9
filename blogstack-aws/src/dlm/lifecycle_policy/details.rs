//! What a policy does, as AWS has it. What no field is for stays as it is.

use std::collections::BTreeMap;

use aws_sdk_dlm::types::{
    self, CreateRule as SdkCreateRule, IntervalUnitValues, Parameters, PolicyDetails, RetainRule as SdkRetainRule, Tag,
};
use blogstack_core::{Set, Tags};

use super::{CreateRule, ResourceType, RetainRule, Schedule, TargetTag};
use crate::values::{count, of_word, word};

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// What a program may set of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) resource_type: Option<ResourceType>,
    pub(super) target_tags: Option<Set<TargetTag>>,
    pub(super) schedules: Option<Vec<Schedule>>,
    pub(super) exclude_boot_volume: Option<bool>,
}

impl Wanted {
    /// Whether nothing is to be set.
    pub(super) fn is_empty(&self) -> bool {
        self.resource_type.is_none() && self.target_tags.is_none() && self.schedules.is_none() && self.exclude_boot_volume.is_none()
    }

    /// What is there, with these changes.
    pub(super) fn over(self, mut there: PolicyDetails) -> PolicyDetails {
        if let Some(kind) = self.resource_type {
            there.resource_types = Some(vec![word(&kind).as_str().into()]);
        }
        if let Some(tags) = self.target_tags {
            there.target_tags = Some(tags.into_iter().map(|tag| Tag::builder().key(tag.key).value(tag.value).build()).collect());
        }
        if let Some(exclude) = self.exclude_boot_volume {
            there.parameters.get_or_insert_with(|| Parameters::builder().build()).exclude_boot_volume = Some(exclude);
        }
        if let Some(schedules) = self.schedules {
            let old = there.schedules.unwrap_or_default();
            let before = |name: &str| old.iter().find(|schedule| schedule.name() == Some(name)).cloned();
            there.schedules = Some(schedules.iter().map(|schedule| to_sdk(schedule, before(&schedule.name))).collect());
        }
        there
    }
}

fn to_sdk(schedule: &Schedule, before: Option<types::Schedule>) -> types::Schedule {
    let mut sdk = before.unwrap_or_else(|| types::Schedule::builder().build());
    sdk.name = Some(schedule.name.clone());
    sdk.copy_tags = Some(schedule.copy_tags);
    sdk.tags_to_add = Some(tags_to_sdk(&schedule.tags_to_add)).filter(|tags| !tags.is_empty());
    sdk.variable_tags = Some(tags_to_sdk(&schedule.variable_tags)).filter(|tags| !tags.is_empty());
    sdk.create_rule = Some(create_to_sdk(&schedule.create_rule, sdk.create_rule));
    sdk.retain_rule = Some(retain_to_sdk(schedule.retain_rule));
    sdk
}

fn create_to_sdk(rule: &CreateRule, before: Option<SdkCreateRule>) -> SdkCreateRule {
    let before = before.unwrap_or_else(|| SdkCreateRule::builder().build());
    let bare = SdkCreateRule::builder().set_location(before.location).set_scripts(before.scripts);
    match rule {
        CreateRule::Every { interval, time } => {
            bare.interval(number(*interval)).interval_unit(IntervalUnitValues::Hours).times(time).build()
        }
        CreateRule::Cron(expression) => bare.cron_expression(expression).build(),
    }
}

fn retain_to_sdk(rule: RetainRule) -> SdkRetainRule {
    match rule {
        RetainRule::Count(count) => SdkRetainRule::builder().count(number(count)).build(),
        RetainRule::Interval { interval, unit } => {
            SdkRetainRule::builder().interval(number(interval)).interval_unit(word(&unit).as_str().into()).build()
        }
    }
}

fn tags_to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn tags_of_sdk(tags: Option<Vec<Tag>>) -> Tags {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect::<BTreeMap<_, _>>()
}

/// What AWS tells of it.
pub(super) struct Told {
    pub(super) resource_type: ResourceType,
    pub(super) target_tags: Set<TargetTag>,
    pub(super) schedules: Vec<Schedule>,
    pub(super) exclude_boot_volume: Option<bool>,
}

/// The fields, of a policy that makes snapshots by schedules; none of another one.
pub(super) fn of_sdk(details: PolicyDetails) -> Option<Told> {
    let target = |tag: Tag| Some(TargetTag { key: tag.key?, value: tag.value.unwrap_or_default() });
    Some(Told {
        resource_type: details.resource_types().first().and_then(|kind| of_word(kind.as_str()))?,
        target_tags: details.target_tags.unwrap_or_default().into_iter().filter_map(target).collect(),
        schedules: details.schedules.unwrap_or_default().into_iter().filter_map(schedule_of_sdk).collect(),
        exclude_boot_volume: details.parameters.and_then(|parameters| parameters.exclude_boot_volume),
    })
}

fn schedule_of_sdk(schedule: types::Schedule) -> Option<Schedule> {
    Some(Schedule {
        name: schedule.name?,
        create_rule: create_of_sdk(schedule.create_rule?)?,
        retain_rule: retain_of_sdk(&schedule.retain_rule?)?,
        copy_tags: schedule.copy_tags.unwrap_or_default(),
        tags_to_add: tags_of_sdk(schedule.tags_to_add),
        variable_tags: tags_of_sdk(schedule.variable_tags),
    })
}

fn create_of_sdk(rule: SdkCreateRule) -> Option<CreateRule> {
    match rule.cron_expression {
        Some(expression) if !expression.is_empty() => Some(CreateRule::Cron(expression)),
        _ => Some(CreateRule::Every { interval: count(rule.interval)?, time: rule.times.unwrap_or_default().pop().unwrap_or_default() }),
    }
}

fn retain_of_sdk(rule: &SdkRetainRule) -> Option<RetainRule> {
    match (count(rule.count).filter(|count| *count > 0), count(rule.interval)) {
        (Some(count), _) => Some(RetainRule::Count(count)),
        (None, Some(interval)) => Some(RetainRule::Interval { interval, unit: of_word(rule.interval_unit()?.as_str())? }),
        (None, None) => None,
    }
}

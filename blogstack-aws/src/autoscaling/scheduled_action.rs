//! A change of a group's sizes at a time, or again and again.
//! <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html>
//!
//! A change of `auto_scaling_group` or `scheduled_action_name` replaces it. It has no tags: its id is group and name, `web:morning`.

use aws_sdk_autoscaling::types;
use aws_smithy_types::date_time::{DateTime, Format};
use blogstack_core::{
    Home, Id, Resource,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Planned, Result, State},
};

use super::{
    AutoScalingGroup, place,
    words::{count, number, said},
};
use crate::{account::Account, call, natural::Natural, values::Arn};

/// Gives a group other sizes at a time, or again and again. One that is done for the last time is gone: AWS forgets it, and the next run
/// makes it anew unless the program forgets it too.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::autoscaling::{AutoScalingGroup, ScheduledAction};
///
/// fn program(s: &Scope, web: &Handle<AutoScalingGroup>) {
///     let morning = ScheduledAction::new(web, "morning").recurrence("0 7 * * MON-FRI").time_zone("Europe/Berlin");
///     s.add("morning", morning.min_size(4_u32));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:autoscaling/scheduled-action", feature = "autoscaling", exclusive(auto_scaling_group, scheduled_action_name))]
pub struct ScheduledAction {
    /// The group.
    #[field(replace)]
    pub auto_scaling_group: Id<AutoScalingGroup>,
    /// Its name, of which a group has one only.
    #[field(replace)]
    pub scheduled_action_name: String,
    /// The fewest instances that the group may have from then on.
    pub min_size: Option<u32>,
    /// The most instances that the group may have from then on.
    pub max_size: Option<u32>,
    /// How many instances the group is to have then.
    pub desired_capacity: Option<u32>,
    /// When: five fields as `cron` has them, `0 7 * * MON-FRI`.
    pub recurrence: Option<String>,
    /// The time zone of `recurrence`, as in `Europe/Berlin`; UTC when it is not set.
    pub time_zone: Option<String>,
    /// When, in UTC, as in `2026-07-01T08:00:00Z`; with `recurrence`, not before then. It cannot be read back: AWS tells the next time.
    #[field(write_only)]
    pub start_time: Option<String>,
    /// When it recurs no more, in UTC.
    pub end_time: Option<String>,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// A time, when it is written as it is read back.
fn time(text: &str) -> Option<DateTime> {
    DateTime::from_str(text, Format::DateTime).ok().filter(|time| written(time).as_deref() == Some(text))
}

fn written(time: &DateTime) -> Option<String> {
    time.fmt(Format::DateTime).ok()
}

fn observed(action: types::ScheduledUpdateGroupAction) -> Option<State<ScheduledAction>> {
    let (group, name) = (action.auto_scaling_group_name?, action.scheduled_action_name?);
    let fields = ScheduledAction {
        min_size: count(action.min_size),
        max_size: count(action.max_size),
        desired_capacity: count(action.desired_capacity),
        recurrence: said(action.recurrence),
        time_zone: said(action.time_zone),
        start_time: None,
        end_time: action.end_time.as_ref().and_then(written),
        arn: Arn(action.scheduled_action_arn.unwrap_or_default()),
        auto_scaling_group: Id::new(&*group),
        scheduled_action_name: name.clone(),
    };
    Some(State { id: place::id(&group, &name), fields })
}

fn of_inputs(inputs: ScheduledActionInputs) -> ScheduledAction {
    ScheduledAction {
        auto_scaling_group: inputs.auto_scaling_group,
        scheduled_action_name: inputs.scheduled_action_name,
        min_size: inputs.min_size,
        max_size: inputs.max_size,
        desired_capacity: inputs.desired_capacity,
        recurrence: inputs.recurrence,
        time_zone: inputs.time_zone,
        start_time: inputs.start_time,
        end_time: inputs.end_time,
        arn: Arn(String::new()),
    }
}

fn changed(before: ScheduledAction, changes: &Changes<ScheduledAction>) -> Result<ScheduledAction> {
    Ok(ScheduledAction {
        min_size: changes.of(ScheduledAction::min_size)?.after(before.min_size),
        max_size: changes.of(ScheduledAction::max_size)?.after(before.max_size),
        desired_capacity: changes.of(ScheduledAction::desired_capacity)?.after(before.desired_capacity),
        recurrence: changes.of(ScheduledAction::recurrence)?.after(before.recurrence),
        time_zone: changes.of(ScheduledAction::time_zone)?.after(before.time_zone),
        start_time: changes.of(ScheduledAction::start_time)?.after(before.start_time),
        end_time: changes.of(ScheduledAction::end_time)?.after(before.end_time),
        ..before
    })
}

impl Provider {
    /// An action is put whole.
    async fn put(&self, home: &Home, action: &ScheduledAction) -> Result<()> {
        let request = self
            .0
            .autoscaling(home)
            .put_scheduled_update_group_action()
            .auto_scaling_group_name(action.auto_scaling_group.as_str())
            .scheduled_action_name(&action.scheduled_action_name)
            .set_min_size(number(action.min_size))
            .set_max_size(number(action.max_size))
            .set_desired_capacity(number(action.desired_capacity))
            .set_recurrence(action.recurrence.clone())
            .set_time_zone(action.time_zone.clone())
            .set_start_time(action.start_time.as_deref().and_then(time))
            .set_end_time(action.end_time.as_deref().and_then(time));
        call::change("autoscaling:PutScheduledUpdateGroupAction", || request.clone().send()).await.map(drop)
    }

    /// The actions of one group, or all; none of a group that is gone.
    async fn listed(&self, home: &Home, group: Option<(&String, &Vec<String>)>) -> Result<Vec<types::ScheduledUpdateGroupAction>> {
        let client = self.0.autoscaling(home);
        let found = call::pages(|token| async {
            let request = client.describe_scheduled_actions().set_next_token(token).max_records(100);
            let request = match group {
                Some((group, names)) => request.auto_scaling_group_name(group).set_scheduled_action_names(Some(names.clone())),
                None => request,
            };
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.scheduled_update_group_actions, page.next_token))
        });
        call::forgive(found.await, |error| error.kind == ErrorKind::NotFound)
    }
}

impl Natural for Provider {
    type Resource = ScheduledAction;
    const OPERATION: &'static str = "autoscaling:DescribeScheduledActions";
    const NEVER_EMPTY: &'static [&'static str] = &["time_zone"];

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &ScheduledActionInputs) -> Id<ScheduledAction> {
        place::id(inputs.auto_scaling_group.as_str(), &inputs.scheduled_action_name)
    }

    fn is_as_wanted(inputs: &ScheduledActionInputs, there: &ScheduledAction) -> bool {
        inputs.min_size == there.min_size
            && inputs.max_size == there.max_size
            && inputs.desired_capacity == there.desired_capacity
            && inputs.recurrence == there.recurrence
            && inputs.end_time == there.end_time
    }

    fn describe(there: &State<ScheduledAction>) -> String {
        format!("the group `{}` has an action `{}` already", there.fields.auto_scaling_group, there.fields.scheduled_action_name)
    }

    fn check(&self, planned: &Planned<'_, ScheduledAction>) -> Vec<FieldProblem> {
        let sizes = [
            planned.is_set(ScheduledAction::min_size),
            planned.is_set(ScheduledAction::max_size),
            planned.is_set(ScheduledAction::desired_capacity),
        ];
        let nothing = !sizes.contains(&true);
        let never = !planned.is_set(ScheduledAction::recurrence) && !planned.is_set(ScheduledAction::start_time);
        let wrong = |text: Option<String>| {
            let text = text.filter(|text| time(text).is_none())?;
            Some(format!("`{text}` is not a time in UTC, which looks like `2026-07-01T08:00:00Z`"))
        };
        let fields = |text: Option<String>| {
            let text = text.filter(|text| text.split_whitespace().count() != 5)?;
            Some(format!("`{text}` has not five fields: minute, hour, day, month and day of the week"))
        };
        FieldProblem::among([
            ("scheduled_action_name", planned.get(ScheduledAction::scheduled_action_name).and_then(|name| place::name_problem(&name))),
            ("min_size", nothing.then(|| "an action sets one of `min_size`, `max_size` and `desired_capacity`".into())),
            ("start_time", never.then(|| "an action has a `start_time` or a `recurrence`".into())),
            ("start_time", wrong(planned.get(ScheduledAction::start_time))),
            ("end_time", wrong(planned.get(ScheduledAction::end_time))),
            ("recurrence", fields(planned.get(ScheduledAction::recurrence))),
        ])
    }

    /// One group's by their names, those of several groups among all.
    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScheduledActions.html>
    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<ScheduledAction>>> {
        let groups = place::by_group(places);
        let only = groups.iter().next().filter(|_| groups.len() == 1);
        let found = if groups.is_empty() { Vec::new() } else { self.listed(home, only).await? };
        Ok(found.into_iter().filter_map(observed).filter(|action| places.contains(&action.id.as_str())).collect())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &ScheduledActionInputs) -> Result<()> {
        self.put(cx.home, &of_inputs(inputs.clone())).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<ScheduledAction>, changes: &Changes<ScheduledAction>) -> Result<()> {
        if !changes.is_empty() {
            self.put(cx.home, &changed(current.fields.clone(), changes)?).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteScheduledAction.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<ScheduledAction>) -> Result<()> {
        let (group, name) = place::parts(current.id.as_str());
        let request = self.0.autoscaling(cx.home).delete_scheduled_action().auto_scaling_group_name(group).scheduled_action_name(name);
        call::read("autoscaling:DeleteScheduledAction", || request.clone().send()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn a_time_is_written_in_one_way() {
        assert!(time("2026-07-01T08:00:00Z").is_some());
        for text in ["2026-07-01", "2026-07-01T08:00:00.000Z", "2026-07-01T10:00:00+02:00", "soon"] {
            assert!(time(text).is_none(), "{text}");
        }
    }
}

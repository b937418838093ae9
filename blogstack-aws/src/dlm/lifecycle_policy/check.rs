//! What is wrong with a policy, before any call.

use std::collections::BTreeSet;

use blogstack_core::provider::{FieldProblem, Planned};

use super::{CreateRule, LifecyclePolicy, RetainRule, Schedule};

/// The most schedules.
const SCHEDULES: usize = 4;

pub(super) fn check(planned: &Planned<'_, LifecyclePolicy>) -> Vec<FieldProblem> {
    let targets = planned.get(LifecyclePolicy::target_tags).map(|tags| tags.iter().count());
    let targets = targets
        .filter(|count| !(1..=50).contains(count))
        .map(|count| format!("there are {count} tags, and it knows by 1 to 50 what is its concern"));
    FieldProblem::among([
        ("description", planned.get(LifecyclePolicy::description).and_then(|text| text_problem(&text, 500))),
        ("target_tags", targets),
        ("schedules", planned.get(LifecyclePolicy::schedules).and_then(|schedules| of_schedules(&schedules))),
    ])
}

fn text_problem(text: &str, most: usize) -> Option<String> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(&byte));
    (!fits).then(|| format!("`{text}` is not 1 to {most} letters, digits, spaces, `_` and `-`"))
}

fn of_schedules(schedules: &[Schedule]) -> Option<String> {
    if !(1..=SCHEDULES).contains(&schedules.len()) {
        return Some(format!("there are {} schedules, and a policy has 1 to {SCHEDULES}", schedules.len()));
    }
    let mut names = BTreeSet::new();
    schedules.iter().find_map(|schedule| {
        let name = &schedule.name;
        let twice = (!names.insert(name)).then(|| format!("two schedules are called `{name}`"));
        twice.or_else(|| text_problem(name, 120)).or_else(|| one(schedule).map(|message| format!("`{name}`: {message}")))
    })
}

fn one(schedule: &Schedule) -> Option<String> {
    match &schedule.create_rule {
        CreateRule::Every { interval, .. } if ![1, 2, 3, 4, 6, 8, 12, 24].contains(interval) => {
            return Some(format!("1, 2, 3, 4, 6, 8, 12 or 24 hours lie between two snapshots, and not {interval}"));
        }
        CreateRule::Every { time, .. } if !is_time(time) => {
            return Some(format!("`{time}` is no time of the day, which looks like `03:00`"));
        }
        CreateRule::Cron(text) if !(text.starts_with("cron(") && text.ends_with(')')) => {
            return Some(format!("`{text}` is not like `cron(0 4 ? * SUN *)`"));
        }
        _ => {}
    }
    match schedule.retain_rule {
        RetainRule::Count(count) if !(1..=1000).contains(&count) => Some(format!("1 to 1000 snapshots are kept, and not {count}")),
        RetainRule::Interval { interval: 0, .. } => Some("snapshots are kept for one unit of time at least".to_owned()),
        _ => None,
    }
}

fn is_time(text: &str) -> bool {
    let within = |part: &str, most: u32| part.len() == 2 && part.parse().is_ok_and(|number: u32| number < most);
    text.split_once(':').is_some_and(|(hours, minutes)| within(hours, 24) && within(minutes, 60))
}

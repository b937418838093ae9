//! What is done with some requests. <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html>
//!
//! A change of `listener` replaces it.

use aws_sdk_elasticloadbalancingv2::types;
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, FieldProblem, Observed, Planned, Result, State},
};

use super::{
    action::{self, Action},
    condition::{self, Condition},
    listener::Listener,
    shared,
};
use crate::{
    account::Account,
    call::{self, missing},
    named::{Holder, Named},
    readable::Readable,
    tags,
    values::Arn,
};

/// What a listener of an application load balancer does with requests that are like this.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::elbv2::{Action, Condition, Listener, ListenerRule, TargetGroup};
///
/// fn program(s: &Scope, http: &Handle<Listener>, images: &Handle<TargetGroup>) {
///     s.add("images", ListenerRule::new(http, 10_u16, [Condition::path(["/img/*"])], Action::forwarding(images)));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:elbv2/listener-rule",
    feature = "elbv2",
    max_required = 4,
    exclusive(listener, priority),
    after("aws:elbv2/target-group-attachment", sharing = "aws:elbv2/target-group")
)]
pub struct ListenerRule {
    /// The listener.
    #[field(replace)]
    pub listener: Id<Listener>,
    /// Where it stands among the listener's rules, 1 to 50000: the first one that a request is like decides.
    pub priority: u16,
    /// What a request must be like, in every respect. All together they have up to five values.
    pub conditions: Set<Condition>,
    /// What is done then: one action.
    pub actions: Vec<Action>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Readable for Provider {
    type Resource = ListenerRule;
    const OPERATION: &'static str = "elbv2:DescribeRules";

    fn account(&self) -> &Account {
        &self.0
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html>
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<ListenerRule>>> {
        let client = self.0.elbv2(home);
        let described = call::each(ids, shared::BATCH, |arns| async {
            let request = client.describe_rules().set_rule_arns(Some(arns));
            Ok(call::read(Self::OPERATION, || request.clone().send()).await?.rules.unwrap_or_default())
        });
        shared::with_tags(&client, described.await?, types::Rule::rule_arn, observed).await
    }
}

fn observed(rule: types::Rule, all: Tags) -> Option<Observed<ListenerRule>> {
    let arn = rule.rule_arn?;
    let fields = ListenerRule {
        listener: Id::new(listener_of(&arn)?),
        priority: rule.priority?.parse().ok()?,
        conditions: condition::of_sdk(rule.conditions.as_deref().unwrap_or_default()),
        actions: action::of_sdk(rule.actions.unwrap_or_default()),
        tags: tags::of_program(all),
        arn: Arn(arn.clone()),
    };
    Some(State { id: Id::new(arn), fields }.into())
}

/// The listener's ARN, which stands in that of the rule.
fn listener_of(arn: &str) -> Option<String> {
    Some(arn.rsplit_once('/')?.0.replacen(":listener-rule/", ":listener/", 1))
}

impl Named for Provider {
    const TAGS: Field<ListenerRule, Tags> = ListenerRule::tags;
    const NAME: &'static str = "priority";
    const WHAT: &'static str = "place";
    const TAKEN: &'static [&'static str] = &["PriorityInUse"];

    /// Where it stands: no two stand in one place.
    fn name(_: &Cx<'_>, inputs: &ListenerRuleInputs) -> String {
        format!("{} {}", inputs.listener, inputs.priority)
    }

    fn check(&self, planned: &Planned<'_, ListenerRule>) -> Vec<FieldProblem> {
        let actions = planned.get(ListenerRule::actions).and_then(|actions| action::problem(&actions));
        let conditions = planned.get(ListenerRule::conditions).and_then(|conditions| condition::problem(&conditions));
        let odd = planned.get(ListenerRule::priority).filter(|priority| !(1..=50_000).contains(priority));
        let priority = odd.map(|priority| format!("a priority is 1 to 50000, not {priority}"));
        FieldProblem::among([("actions", actions), ("conditions", conditions), ("priority", priority)])
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<ListenerRule>>> {
        let client = self.0.elbv2(home);
        let (listener, priority) = name.split_once(' ').unwrap_or((name, ""));
        let rules = call::pages(|marker| async {
            let request = client.describe_rules().listener_arn(listener).set_marker(marker);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.rules, page.next_marker))
        });
        let rules = shared::if_any(rules.await)?.unwrap_or_default();
        let found = rules.into_iter().find(|rule| rule.priority() == Some(priority));
        shared::holder(&client, found.and_then(|rule| rule.rule_arn)).await
    }

    async fn make(&self, cx: &Cx<'_>, _: &str, inputs: &ListenerRuleInputs) -> Result<Id<ListenerRule>> {
        let request = self
            .0
            .elbv2(cx.home)
            .create_rule()
            .listener_arn(inputs.listener.as_str())
            .priority(i32::from(inputs.priority))
            .set_conditions(Some(condition::to_sdk(&inputs.conditions)))
            .set_actions(Some(action::to_sdk(&inputs.actions)))
            .set_tags(Some(shared::tags_for(cx, &inputs.tags)));
        let made = call::create("elbv2:CreateRule", || request.clone().send()).await?;
        let arn = made.rules.unwrap_or_default().pop().and_then(|rule| rule.rule_arn);
        arn.map(Id::new).ok_or_else(|| missing("elbv2:CreateRule", "ARN"))
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html>
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html>
    async fn change(&self, cx: &Cx<'_>, current: &State<ListenerRule>, _: &ListenerRule, changes: &Changes<ListenerRule>) -> Result<()> {
        let (client, id) = (self.0.elbv2(cx.home), &current.id);
        let (conditions, actions) = (changes.of(ListenerRule::conditions)?.set(), changes.of(ListenerRule::actions)?.set());
        if conditions.is_some() || actions.is_some() {
            let request = client.modify_rule().rule_arn(id.as_str());
            let request =
                request.set_conditions(conditions.as_ref().map(condition::to_sdk)).set_actions(actions.as_deref().map(action::to_sdk));
            call::change("elbv2:ModifyRule", || request.clone().send()).await?;
        }
        if let Some(priority) = changes.of(ListenerRule::priority)?.set() {
            let pair = types::RulePriorityPair::builder().rule_arn(id.as_str()).priority(i32::from(priority)).build();
            let request = client.set_rule_priorities().rule_priorities(pair);
            call::change("elbv2:SetRulePriorities", || request.clone().send()).await?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<ListenerRule>) -> Result<()> {
        let request = self.0.elbv2(cx.home).delete_rule().rule_arn(current.id.as_str());
        call::read("elbv2:DeleteRule", || request.clone().send()).await.map(drop)
    }

    async fn retag(&self, home: &Home, id: &Id<ListenerRule>, set: Tags, removed: Vec<String>) -> Result<()> {
        shared::retag(&self.0.elbv2(home), id.as_str(), set, removed).await
    }
}

#[cfg(test)]
mod tests {
    use super::listener_of;

    #[test]
    fn the_arn_of_a_rule_tells_its_listener() {
        let rule = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/01/23/45";
        let listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/01/23";
        assert_eq!(listener_of(rule).as_deref(), Some(listener));
    }
}

//! Security groups: what one of them lets pass, passes, and its answer too.

use blogstack_core::{
    Data,
    error::Line,
    plan::{Plan, Standing},
    value::Draft,
};

use super::{endpoints::Groups, flow::Flow, packets::Packets, path::Filter, ranges::Ranges};
use crate::{
    checks::{name::Name, network::Networks},
    ec2::{Direction, SecurityGroup, SecurityGroupRule, Traffic},
    values::{Cidr, Ipv6Cidr},
};

/// One rule, wherever it is declared.
struct Rule<'a> {
    /// The group it belongs to.
    group: &'a Name,
    what: String,
    line: Option<Line>,
    traffic: Option<Draft>,
    peer: Option<Draft>,
}

/// What one rule lets pass from or to somebody outside.
pub(in crate::checks) struct Opening {
    pub(in crate::checks) addresses: Ranges,
    pub(in crate::checks) services: Ranges,
    pub(in crate::checks) line: Option<Line>,
    /// Why that is not sure.
    pub(in crate::checks) doubt: Option<String>,
    /// The prefix list that it names.
    pub(in crate::checks) prefix_list: Option<String>,
}

/// Who is on the other side.
#[derive(Clone, Copy)]
pub(super) enum Other<'a> {
    /// Somebody outside, who is in no group.
    Outside,
    /// Something that has these groups.
    Inside(&'a Groups),
}

impl Networks<'_> {
    /// What the groups of an interface let in, or out, where this is on the other side.
    pub(super) fn groups(&self, groups: &Groups, direction: Direction, other: Other<'_>) -> Filter {
        let names = match groups {
            Groups::Those(names) => names,
            Groups::Unfiltered => return Filter::known("no security group", None, Packets::all()),
        };
        let list = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let what = format!("security group{} {list}", if names.len() == 1 { "" } else { "s" });
        let mut filter = Filter::known(what, None, Packets::none());
        for name in names {
            match name {
                Name::DefaultOf(_) => self.take(&mut filter, &default_rule(name, direction), direction, other),
                Name::Declared(_) if self.rules(name, direction, &mut |rule| self.take(&mut filter, rule, direction, other)) => {}
                name => filter.doubt(Packets::all(), format!("what security group {name} lets pass")),
            }
        }
        filter
    }

    /// Calls `f` with what each rule of a group of the plan lets pass.
    pub(in crate::checks) fn openings(&self, name: &Name, direction: Direction, f: &mut dyn FnMut(Opening)) {
        self.rules(name, direction, &mut |rule| {
            let (addresses, doubt) = self.addresses(rule, Other::Outside);
            let services = known::<Traffic>(rule.traffic.as_ref()).map_or_else(Ranges::services, Ranges::from);
            let prefix_list = rule.peer.as_ref().and_then(|peer| known::<String>(peer.get("prefix-list")));
            f(Opening { addresses, services, line: rule.line, doubt, prefix_list });
        });
    }

    /// Calls `f` with each rule of a group of the plan; false, when there is none of that name.
    fn rules(&self, name: &Name, direction: Direction, f: &mut dyn FnMut(&Rule<'_>)) -> bool {
        let Some(group) = self.plan.standing::<SecurityGroup>().into_iter().find(|group| Name::Declared(group.urn().clone()) == *name)
        else {
            return false;
        };
        let field = if direction == Direction::Ingress { SecurityGroup::ingress } else { SecurityGroup::egress };
        let what = format!("security group {name}");
        let Some(Draft::List(rules)) = group.draft(field) else {
            f(&Rule { group: name, what, line: group.line(), traffic: None, peer: None });
            return true;
        };
        let leaving = if group.is_set(field) { Vec::new() } else { leaving(self.plan, group.id(), direction) };
        for rule in rules {
            let (traffic, peer) = (rule.get("traffic").cloned(), rule.get("peer").cloned());
            if !leaving.contains(&(traffic.clone(), peer.clone())) {
                f(&Rule { group: name, what: what.clone(), line: group.line(), traffic, peer });
            }
        }
        for rule in self.plan.standing::<SecurityGroupRule>() {
            let of = self.names.name::<SecurityGroup>(rule.draft(SecurityGroupRule::security_group));
            let fits = rule.get(SecurityGroupRule::direction).is_none_or(|its| its == direction);
            if fits && of.is_some_and(|of| of.is(name) != Some(false)) {
                let (traffic, peer) = (rule.draft(SecurityGroupRule::traffic).cloned(), rule.draft(SecurityGroupRule::peer).cloned());
                let what = format!("rule `{}` of {what}", rule.urn().path());
                f(&Rule { group: name, what, line: rule.line(), traffic, peer });
            }
        }
        true
    }

    fn take(&self, filter: &mut Filter, rule: &Rule<'_>, direction: Direction, other: Other<'_>) {
        let services = known::<Traffic>(rule.traffic.as_ref()).map(Ranges::from);
        let (addresses, doubt) = self.addresses(rule, other);
        let all = services.clone().unwrap_or_else(Ranges::services);
        let packets = match direction {
            Direction::Ingress => Packets::of(&addresses, &Ranges::everywhere(), &all),
            Direction::Egress => Packets::of(&Ranges::everywhere(), &addresses, &all),
        };
        filter.by.push((packets.clone(), rule.what.clone(), rule.line));
        match doubt.or_else(|| services.is_none().then(|| format!("what traffic {} is about", rule.what))) {
            Some(why) => filter.doubt(packets, why),
            None => filter.passes = std::mem::replace(&mut filter.passes, Flow::none()).or(Flow::known(packets)),
        }
    }

    /// The addresses that a rule's peer stands for, and why that is not sure.
    fn addresses(&self, rule: &Rule<'_>, other: Other<'_>) -> (Ranges, Option<String>) {
        let unsure = |ranges, why: &str| (ranges, Some(format!("{why} {}", rule.what)));
        let Some(peer) = &rule.peer else { return unsure(Ranges::everywhere(), "the rules of") };
        if peer.as_text() == Some("itself") {
            return member(rule.group, other);
        }
        let Some((sort, value)) = peer.entries().next() else { return unsure(Ranges::everywhere(), "the other side of") };
        match (sort.as_str(), known::<String>(Some(value))) {
            ("range", _) => match known::<Cidr>(Some(value)) {
                Some(range) => (range.net().into(), None),
                None => unsure(Ranges::ipv4(), "the range in"),
            },
            ("ipv6-range", _) => match known::<Ipv6Cidr>(Some(value)) {
                Some(range) => (range.net().into(), None),
                None => unsure(Ranges::everywhere().minus(&Ranges::ipv4()), "the range in"),
            },
            ("group", _) => match self.names.name::<SecurityGroup>(Some(value)) {
                Some(name) => member(&name, other),
                None => unsure(Ranges::everywhere(), "the group in"),
            },
            ("prefix-list", Some(list)) => unsure(Ranges::everywhere(), &format!("what prefix list `{list}` holds, in")),
            _ => unsure(Ranges::everywhere(), "the other side of"),
        }
    }
}

/// All addresses, if the other side is in the group.
fn member(group: &Name, other: Other<'_>) -> (Ranges, Option<String>) {
    let Other::Inside(Groups::Those(names)) = other else { return (Ranges::default(), None) };
    let is_it: Vec<Option<bool>> = names.iter().map(|name| name.is(group)).collect();
    match is_it.contains(&Some(true)) {
        true => (Ranges::everywhere(), None),
        false if is_it.contains(&None) => (Ranges::everywhere(), Some(format!("whether the other side is in {group}"))),
        false => (Ranges::default(), None),
    }
}

/// The rule with which the group `default` of a network begins.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>
fn default_rule(group: &Name, direction: Direction) -> Rule<'_> {
    let peer = match direction {
        Direction::Ingress => Draft::text("itself"),
        Direction::Egress => Draft::Map([("range".to_owned(), Draft::text("0.0.0.0/0"))].into()),
    };
    Rule { group, what: group.to_string(), line: None, traffic: Some(Draft::text("all")), peer: Some(peer) }
}

/// Rules that are seen in a group and go with the plan.
fn leaving(plan: &Plan, group: &Draft, direction: Direction) -> Vec<(Option<Draft>, Option<Draft>)> {
    let going = plan.leaving::<SecurityGroupRule>().into_iter();
    let own = going.filter(|rule: &Standing<'_, SecurityGroupRule>| {
        rule.draft(SecurityGroupRule::security_group) == Some(group) && rule.get(SecurityGroupRule::direction) == Some(direction)
    });
    own.map(|rule| (rule.draft(SecurityGroupRule::traffic).cloned(), rule.draft(SecurityGroupRule::peer).cloned())).collect()
}

fn known<T: Data>(draft: Option<&Draft>) -> Option<T> {
    T::decode(&draft?.known()?).ok()
}

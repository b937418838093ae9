//! What is wrong with a group, as far as its fields are known.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>

use blogstack_core::{
    Set,
    provider::{FieldProblem, Planned},
};

use super::{
    LONGEST, SecurityGroup,
    rule::Rule,
    traffic::{Ports, Traffic},
};

/// Everything that AWS would refuse.
pub(super) fn problems(planned: &Planned<'_, SecurityGroup>) -> Vec<FieldProblem> {
    let description =
        planned.get(SecurityGroup::description).and_then(|text| if text.is_empty() { Some("it is empty".into()) } else { bad_text(&text) });
    FieldProblem::among([
        ("description", description),
        ("group_name", planned.get(SecurityGroup::group_name).and_then(|name| bad_name(&name))),
        ("ingress", planned.get(SecurityGroup::ingress).and_then(|rules| bad_rules(&rules))),
        ("egress", planned.get(SecurityGroup::egress).and_then(|rules| bad_rules(&rules))),
    ])
}

/// What is wrong with a description.
pub(in crate::ec2) fn bad_text(text: &str) -> Option<String> {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(*c);
    match text.chars().find(|c| !allowed(c)) {
        Some(c) => Some(format!("AWS does not take `{c}`; letters, digits, spaces and ._-:/()#,@[]+=&;{{}}!$* are fine")),
        None => (text.chars().count() > LONGEST).then(|| "it has more than 255 characters".to_owned()),
    }
}

fn bad_name(name: &str) -> Option<String> {
    if name.to_ascii_lowercase().starts_with("sg-") {
        return Some("a group's name cannot begin with `sg-`".to_owned());
    }
    if name.is_empty() || name.eq_ignore_ascii_case("default") {
        return Some("it is empty or `default`, which AWS keeps for itself".to_owned());
    }
    bad_text(name)
}

/// What is wrong with what a rule lets through.
pub(in crate::ec2) fn bad_traffic(traffic: Traffic) -> Option<String> {
    match traffic {
        Traffic::Tcp(Ports { from, to }) | Traffic::Udp(Ports { from, to }) if from > to => {
            Some(format!("the range of ports {from}-{to} is empty"))
        }
        _ => None,
    }
}

fn bad_rules(rules: &Set<Rule>) -> Option<String> {
    let rules: Vec<&Rule> = rules.iter().collect();
    for (i, rule) in rules.iter().enumerate() {
        if let Some(message) = bad_traffic(rule.traffic) {
            return Some(message);
        }
        if let Some(message) = bad_text(&rule.description) {
            return Some(format!("the description of the rule for `{}`: {message}", rule.traffic));
        }
        // The engine drops rules that are alike in everything.
        if rules[..i].iter().any(|other| other.key() == rule.key() && other.description != rule.description) {
            return Some(format!("two rules for `{}` differ only in their descriptions", rule.traffic));
        }
    }
    None
}

//! What AWS would refuse of a document.

use std::collections::BTreeSet;

use super::{PolicyDocument, Statement};

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::iam) enum Use {
    /// What those that have it may do, in at most so many characters.
    Identity(usize),
    /// Who may become a role.
    Trust,
}

/// What is wrong with a document.
pub(in crate::iam) fn problem(document: &PolicyDocument, used: Use) -> Option<String> {
    if document.statements.is_empty() {
        return Some("a policy has at least one statement".to_owned());
    }
    if let Some(problem) = document.statements.iter().find_map(|statement| of_statement(statement, used)) {
        return Some(problem);
    }
    let length = super::text(document).chars().filter(|c| !c.is_whitespace()).count();
    match used {
        Use::Identity(longest) if length > longest => Some(format!("the policy has {length} characters, and AWS takes {longest}")),
        _ => None,
    }
}

fn of_statement(statement: &Statement, used: Use) -> Option<String> {
    let Statement { principals, not_principals, actions, not_actions, resources, not_resources, conditions, .. } = statement;
    let both = |one: bool, other: bool, what: &str| (!one && !other).then(|| format!("a statement has `{what}` or `not_{what}`, not both"));
    let twice = both(principals.is_empty(), not_principals.is_empty(), "principals")
        .or_else(|| both(actions.is_empty(), not_actions.is_empty(), "actions"))
        .or_else(|| both(resources.is_empty(), not_resources.is_empty(), "resources"));
    if twice.is_some() {
        return twice;
    }
    if actions.is_empty() && not_actions.is_empty() {
        return Some("a statement needs `actions`".to_owned());
    }
    let (anybody, anything) = (principals.is_empty() && not_principals.is_empty(), resources.is_empty() && not_resources.is_empty());
    let mut operators = BTreeSet::new();
    if let Some(repeated) = conditions.iter().find(|condition| !operators.insert((&condition.operator, &condition.key))) {
        return Some(format!("the condition {} on `{}` stands there twice: give it all values", repeated.operator.0, repeated.key));
    }
    match used {
        Use::Identity(_) if !anybody => Some("a policy of an identity has no `principals`: it is about who has it".to_owned()),
        Use::Identity(_) if anything => Some("a statement needs `resources`; [\"*\"] are all".to_owned()),
        Use::Trust if anybody => Some("a statement of a trust policy needs `principals`".to_owned()),
        Use::Trust if !anything => Some("a trust policy has no `resources`: it is about the role".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_use_has_its_own_elements() {
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
        let identity = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
        let problem = |text: &str, used| problem(&text.parse().expect("a document"), used);
        assert_eq!((problem(trust, Use::Trust), problem(identity, Use::Identity(6144))), (None, None));
        assert_eq!(
            problem(trust, Use::Identity(6144)).as_deref(),
            Some("a policy of an identity has no `principals`: it is about who has it")
        );
        assert_eq!(problem(identity, Use::Trust).as_deref(), Some("a statement of a trust policy needs `principals`"));
        assert_eq!(problem(identity, Use::Identity(20)).as_deref(), Some("the policy has 92 characters, and AWS takes 20"));
    }

    #[test]
    fn a_statement_says_one_thing() {
        let both = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","NotAction":"s3:Get*","Resource":"*"}}"#;
        let none = r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#;
        let problem = |text: &str| problem(&text.parse().expect("a document"), Use::Identity(6144));
        assert_eq!(problem(both).as_deref(), Some("a statement has `actions` or `not_actions`, not both"));
        assert_eq!(problem(none).as_deref(), Some("a statement needs `actions`"));
    }
}

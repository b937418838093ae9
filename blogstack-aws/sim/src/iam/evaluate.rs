//! Whether policies allow something. Pure.
//!
//! Source: *Policy evaluation logic* in the IAM user guide: what is denied anywhere is denied; else something must allow it, and the
//! boundary, where there is one, too.

use std::collections::BTreeMap;

use super::document::{Document, Names, Statement};

/// What is known of a request: the values of each key, in lower case.
pub(super) type Keys = BTreeMap<String, Vec<String>>;

/// What somebody wants to do.
#[derive(Clone, Debug)]
pub(super) struct Question<'a> {
    /// `ec2:StartInstances`.
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    pub(super) keys: &'a Keys,
}

/// What policies say to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// A statement denies it.
    Denied,
    /// Nothing allows it.
    NotAllowed,
    /// The boundary does not allow it.
    OutOfBounds,
}

/// Somebody, as principals of statements name them: pairs such as `AWS` and an ARN.
pub(super) type Identity<'a> = &'a [(&'a str, &'a str)];

/// What the policies of an identity say.
pub(super) fn identity(policies: &[Document], boundary: Option<&Document>, question: &Question<'_>) -> Verdict {
    let all = || policies.iter().chain(boundary).flat_map(|policy| &policy.statements);
    if all().any(|statement| !statement.allows && applies(statement, question)) {
        return Verdict::Denied;
    }
    if !policies.iter().any(|policy| allows(policy, question)) {
        return Verdict::NotAllowed;
    }
    match boundary {
        Some(boundary) if !allows(boundary, question) => Verdict::OutOfBounds,
        _ => Verdict::Allowed,
    }
}

fn allows(policy: &Document, question: &Question<'_>) -> bool {
    policy.statements.iter().any(|statement| statement.allows && applies(statement, question))
}

/// Whether a trust policy lets somebody become the role.
pub(super) fn trusts(policy: &Document, who: Identity<'_>, question: &Question<'_>) -> bool {
    let about = |statement: &&Statement| names_one(&statement.principals, who);
    let fits = |statement: &Statement| of_action(statement, question.action) && holds(statement, question);
    let mut statements = policy.statements.iter().filter(about).filter(|statement| fits(statement)).peekable();
    statements.peek().is_some() && statements.all(|statement| statement.allows)
}

fn names_one(principals: &Names<(String, String)>, who: Identity<'_>) -> bool {
    let named = |(kind, name): &(String, String)| (kind == "AWS" && name == "*") || who.contains(&(kind.as_str(), name.as_str()));
    principals.list.iter().any(named) != principals.but_these
}

fn applies(statement: &Statement, question: &Question<'_>) -> bool {
    of_action(statement, question.action) && of_resource(statement, question.resource) && holds(statement, question)
}

/// Actions are compared without case.
fn of_action(statement: &Statement, action: &str) -> bool {
    let action = action.to_lowercase();
    let named = statement.actions.list.iter().any(|pattern| matches(&pattern.to_lowercase(), &action));
    named != statement.actions.but_these
}

fn of_resource(statement: &Statement, resource: &str) -> bool {
    statement.resources.list.iter().any(|pattern| matches(pattern, resource)) != statement.resources.but_these
}

fn holds(statement: &Statement, question: &Question<'_>) -> bool {
    statement.conditions.iter().all(|condition| condition.holds(question.keys))
}

/// Whether a text fits a pattern: `*` stands for anything, `?` for one character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut again: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                again = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match again {
                Some((after, from)) => {
                    again = Some((after, from + 1));
                    (p, t) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::iam::document::{Use, checked};

    fn policy(statements: &Value, used: Use) -> Document {
        checked(&json!({ "Version": "2012-10-17", "Statement": statements }).to_string(), used).unwrap()
    }

    fn allow(action: &str, resource: &str) -> Document {
        policy(&json!({ "Effect": "Allow", "Action": action, "Resource": resource }), Use::Identity)
    }

    fn deny(action: &str) -> Document {
        policy(&json!([{ "Effect": "Deny", "Action": [action], "Resource": "*" }]), Use::Identity)
    }

    fn asked(policies: &[Document], boundary: Option<&Document>, action: &str, resource: &str) -> Verdict {
        identity(policies, boundary, &Question { action, resource, keys: &Keys::new() })
    }

    #[test]
    fn patterns_have_stars_and_question_marks() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*b*c", "abxbc", true),
            ("ec2:*Instances", "ec2:StartInstances", true),
            ("ec2:*Instances", "ec2:StartInstance", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn what_nothing_allows_is_not_allowed() {
        let instance = "arn:aws:ec2:eu-west-1:1:instance/i-1";
        for (policies, action, verdict) in [
            (vec![], "ec2:StartInstances", Verdict::NotAllowed),
            (vec![allow("ec2:Start*", "*")], "ec2:StartInstances", Verdict::Allowed),
            (vec![allow("EC2:startinstances", "arn:aws:ec2:*:*:instance/*")], "ec2:StartInstances", Verdict::Allowed),
            (vec![allow("ec2:StartInstances", "arn:aws:ec2:*:*:instance/i-2")], "ec2:StartInstances", Verdict::NotAllowed),
            (vec![allow("ec2:Stop*", "*")], "ec2:StartInstances", Verdict::NotAllowed),
            (vec![allow("*", "*"), deny("ec2:Start*")], "ec2:StartInstances", Verdict::Denied),
            (vec![allow("*", "*"), deny("ec2:Start*")], "ec2:StopInstances", Verdict::Allowed),
        ] {
            assert_eq!(asked(&policies, None, action, instance), verdict, "{policies:?}");
        }
    }

    #[test]
    fn a_boundary_takes_away_and_gives_nothing() {
        let boundary = allow("ec2:*", "*");
        assert_eq!(asked(&[allow("*", "*")], Some(&boundary), "ec2:StartInstances", "*"), Verdict::Allowed);
        assert_eq!(asked(&[allow("*", "*")], Some(&boundary), "s3:GetObject", "*"), Verdict::OutOfBounds);
        assert_eq!(asked(&[], Some(&boundary), "ec2:StartInstances", "*"), Verdict::NotAllowed);
        assert_eq!(asked(&[allow("*", "*")], Some(&deny("s3:*")), "s3:GetObject", "*"), Verdict::Denied);
    }

    #[test]
    fn opposites_mean_all_but_these() {
        let others = policy(&json!({ "Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*" }), Use::Identity);
        for (action, resource, verdict) in [
            ("s3:GetObject", "arn:aws:s3:::open/a", Verdict::Allowed),
            ("s3:GetObject", "arn:aws:s3:::secret/a", Verdict::NotAllowed),
            ("iam:GetRole", "*", Verdict::NotAllowed),
        ] {
            assert_eq!(asked(std::slice::from_ref(&others), None, action, resource), verdict, "{action} {resource}");
        }
    }

    #[test]
    fn trust_is_for_those_that_are_named() {
        let root = ("AWS", "arn:aws:iam::1:root");
        let trust =
            |principal: Value| policy(&json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }), Use::Trust);
        let keys = Keys::new();
        let question = Question { action: "sts:AssumeRole", resource: "*", keys: &keys };
        assert!(trusts(&trust(json!({ "AWS": "arn:aws:iam::1:root" })), &[root], &question));
        assert!(trusts(&trust(json!("*")), &[root], &question));
        assert!(!trusts(&trust(json!({ "Service": "ec2.amazonaws.com" })), &[root], &question));
        assert!(!trusts(&trust(json!({ "AWS": ["arn:aws:iam::2:root"] })), &[root], &question));
    }
}

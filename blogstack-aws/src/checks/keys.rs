//! Keys and passwords in what many can read: user data and tags.

use blogstack_core::{Problem, plan::Plan, step::Step, value::Draft};

/// A problem for each text in user data or tags, of whatever kind, that looks like a secret: an access key, a private key, or a password or
/// token that is written out. The text itself is in no message.
///
/// Whoever may describe an object can read both. A secret belongs into `secretsmanager::Secret` or `ssm::SecureParameter`, from which the
/// server takes it.
pub fn keys(plan: &Plan) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in plan.steps.iter().filter(|step| step.line().is_some()) {
        for (field, value) in step.inputs().entries().filter(|(field, _)| field.contains("user_data") || field.ends_with("tags")) {
            each_text("", value, &mut |key, text| problems.extend(found(key, text).map(|what| problem(step, field, key, &what))));
        }
    }
    problems
}

fn problem(step: &Step, field: &str, key: &str, what: &str) -> Problem {
    let place = if key.is_empty() { format!("`{field}`") } else { format!("`{field}`, in `{key}`") };
    let problem = Problem::new(step.urn.path(), format!("field {place}: {what}"));
    let problem = problem.hint("keep it as a secret and let the server fetch it: whoever may describe the object can read this");
    step.line().map_or(problem.clone(), |line| problem.at(line))
}

/// Calls `f` with each text and the key under which it stands. What is marked as secret is not looked into.
fn each_text(key: &str, value: &Draft, f: &mut dyn FnMut(&str, &str)) {
    match value {
        Draft::Text(text) => f(key, text),
        Draft::List(items) => items.iter().for_each(|item| each_text(key, item, f)),
        Draft::Map(map) => map.iter().for_each(|(key, item)| each_text(key, item, f)),
        _ => {}
    }
}

/// What a text holds that looks like a secret, and in which line.
fn found(key: &str, text: &str) -> Option<String> {
    if is_secret_word(key) && is_written_out(text) {
        return Some("this looks like a password or token".to_owned());
    }
    text.lines().enumerate().find_map(|(number, line)| Some(format!("line {} holds what looks like {}", number + 1, secret_in(line)?)))
}

fn secret_in(line: &str) -> Option<&'static str> {
    if line.contains("-----BEGIN") && line.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if line.split(|c: char| !c.is_ascii_alphanumeric()).any(is_access_key) {
        return Some("an access key of AWS");
    }
    let assigned = line.match_indices(['=', ':']).any(|(at, _)| {
        let (name, value) = (line[..at].trim_end(), line[at + 1..].trim_start());
        let name = name.rsplit(|c: char| c.is_whitespace() || ",;{(&?".contains(c)).next().unwrap_or_default();
        is_secret_word(name.trim_matches(['"', '\''])) && is_written_out(value)
    });
    assigned.then_some("a password or token")
}

/// `AKIA` or `ASIA` and 16 capital letters and digits.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
fn is_access_key(word: &str) -> bool {
    let rest = word.strip_prefix("AKIA").or_else(|| word.strip_prefix("ASIA"));
    rest.is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
}

/// A name that ends in the word for a secret: `DB_PASSWORD`, `aws_secret_access_key`, `apiToken`.
fn is_secret_word(name: &str) -> bool {
    let name: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    ["password", "passwd", "pwd", "secret", "secretkey", "secretaccesskey", "privatekey", "apikey", "token"]
        .iter()
        .any(|word| name.ends_with(word))
}

/// A value, and not the place where it is found: a variable, a command, a path, an ARN or an address.
fn is_written_out(value: &str) -> bool {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let ends = |c: char| quote.map_or_else(|| c.is_whitespace() || "\"',;&)}".contains(c), |quote| c == quote);
    let word: &str = value[quote.map_or(0, char::len_utf8)..].split(ends).next().unwrap_or_default();
    let is_elsewhere = word.starts_with(['$', '`', '{', '<', '%', '/', '*', '(', '[']) || word.contains("://") || word.starts_with("arn:");
    let is_plain = ["true", "false", "none", "null", "required", "optional"].contains(&word.to_ascii_lowercase().as_str());
    word.len() >= 8 && !is_elsewhere && !is_plain
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn secrets_are_found_and_their_places_are_not() {
        let key = format!("AKIA{}", "ABCDEFGHIJKLMNOP");
        let secrets = [
            format!("export AWS_ACCESS_KEY_ID={key}"),
            "-----BEGIN OPENSSH PRIVATE KEY-----".to_owned(),
            "#!/bin/sh\nDB_PASSWORD='correct horse'".to_owned(),
            "mysql --password=hunter2hunter2".to_owned(),
            r#"{"api_token": "0123456789abcdef"}"#.to_owned(),
            "curl 'https://example.org/?token=0123456789abcdef'".to_owned(),
        ];
        let missed: Vec<&String> = secrets.iter().filter(|text| found("", text).is_none()).collect();
        assert_eq!(missed, [""; 0]);
        let fine = [
            "PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
            "password: ${DB_PASSWORD}",
            "token=/run/secrets/token",
            "--http-tokens required",
            "secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db",
            "AKIAshort and -----BEGIN CERTIFICATE-----",
        ];
        let wrong: Vec<&&str> = fine.iter().filter(|text| found("", text).is_some()).collect();
        assert_eq!(wrong, [&""; 0]);
    }

    #[test]
    fn the_line_is_told_and_the_secret_is_not() {
        assert_eq!(found("", "#!/bin/sh\nPASSWORD=hunter2hunter2").as_deref(), Some("line 2 holds what looks like a password or token"));
        assert_eq!(found("db-password", "hunter2hunter2").as_deref(), Some("this looks like a password or token"));
    }
}

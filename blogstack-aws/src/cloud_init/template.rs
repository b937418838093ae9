//! Files with places that a program fills in.
//!
//! No language of templates: a place is a whole value, so that it is known how its text must be quoted, and which places a file has is checked
//! when it is declared, though the values may be known only after apply.

use blogstack_core::{Expr, Input, IntoInput, Output, Printable};

use super::yaml;

/// A file with places, as in `NAME={{name}}`, each of which is filled with a value: a text, a number or an output, but no secret.
///
/// What stands in a place is always a value and never code: it is quoted. For that a place is the whole value of its line, and not in a comment
/// or in quotes. A place without a value, and a value without a place, are mistakes, which the plan tells with the file and the line.
///
/// ```
/// use blogstack_aws::cloud_init::Template;
///
/// let settings = Template::shell("watcher.conf", "PEER={{peer}}\nROUND={{round}}\n").set("peer", "10.0.0.4").set("round", 5);
/// ```
///
/// A secret is refused when the program compiles:
///
/// ```compile_fail,E0277
/// # use blogstack_core::Secret;
/// use blogstack_aws::cloud_init::Template;
///
/// let password = Secret::new("hunter2".to_owned());
/// Template::shell("web.conf", "PASSWORD={{password}}\n").set("password", password);
/// ```
///
/// So is an output with a secret:
///
/// ```compile_fail,E0277
/// # use blogstack_core::{Output, Secret};
/// use blogstack_aws::cloud_init::Template;
///
/// fn configure(password: &Output<Secret<String>>) -> Template {
///     Template::shell("web.conf", "PASSWORD={{password}}\n").set("password", password)
/// }
/// ```
#[derive(Clone)]
#[must_use = "a template does nothing until it is given to a file or a script"]
pub struct Template {
    form: Form,
    file: String,
    text: String,
    values: Vec<(String, Expr)>,
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Shell,
    Yaml,
}

/// A file in pieces: what stands before each place, the place's name, and the rest.
struct Pieces {
    places: Vec<(String, String)>,
    rest: String,
}

impl Template {
    /// A script, or settings that a script reads: its places are `NAME={{place}}`. The name of the file is for messages.
    pub fn shell(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Form::Shell, file.into(), text.into())
    }

    /// A file of YAML: its places are `key: {{place}}` and `- {{place}}`.
    pub fn yaml(file: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(Form::Yaml, file.into(), text.into())
    }

    fn new(form: Form, file: String, text: String) -> Self {
        Self { form, file, text, values: Vec::new() }
    }

    /// What stands in a place.
    pub fn set(mut self, place: impl Into<String>, value: impl Printable) -> Self {
        // A text also where the value is a number.
        self.values.push((place.into(), Expr::Concat(vec![value.print()])));
        self
    }

    /// The pieces, or all that is wrong.
    fn pieces(&self) -> Result<Pieces, String> {
        let mut problems = Vec::new();
        let (mut places, mut rest) = (Vec::new(), String::new());
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            match self.place(line) {
                Ok(None) => rest.push_str(line),
                Ok(Some((before, place, after))) => {
                    places.push((std::mem::take(&mut rest) + before, place.to_owned()));
                    rest.push_str(after);
                }
                Err(message) => problems.push(format!("{}:{}: {message}", self.file, number + 1)),
            }
        }
        problems.extend(self.superfluous(&places));
        if problems.is_empty() { Ok(Pieces { places, rest }) } else { Err(problems.join("; ")) }
    }

    /// The place of a line, if it has one: what stands before it, its name, and what stands behind it.
    fn place<'a>(&self, line: &'a str) -> Result<Option<(&'a str, &'a str, &'a str)>, String> {
        let Some((before, rest)) = line.split_once("{{") else { return Ok(None) };
        let Some((place, after)) = rest.split_once("}}").filter(|(_, after)| after.trim().is_empty()) else {
            return Err(self.form.expects(rest.split("}}").next().unwrap_or(rest).trim()));
        };
        if !self.form.takes(before) {
            return Err(self.form.expects(place));
        }
        match self.values.iter().any(|(name, _)| name == place) {
            true => Ok(Some((before, place, after))),
            false => Err(format!("the place `{{{{{place}}}}}` has no value: give it one with `.set(\"{place}\", ..)`")),
        }
    }

    /// Values for which there is no place, and second values for one place.
    fn superfluous(&self, places: &[(String, String)]) -> Vec<String> {
        let mut problems = Vec::new();
        for (index, (name, _)) in self.values.iter().enumerate() {
            if self.values[..index].iter().any(|(earlier, _)| earlier == name) {
                problems.push(format!("{}: the place `{{{{{name}}}}}` is given two values", self.file));
            } else if !places.iter().any(|(_, place)| place == name) && !self.text.contains(&format!("{{{{{name}}}}}")) {
                problems.push(format!("{}: there is a value for `{{{{{name}}}}}`, but no such place", self.file));
            }
        }
        problems
    }

    fn value(&self, place: &str) -> Option<Expr> {
        self.values.iter().find(|(name, _)| name == place).map(|(_, value)| value.clone())
    }
}

impl Form {
    /// Whether a place may stand behind this beginning of a line.
    fn takes(self, before: &str) -> bool {
        match self {
            Self::Shell => {
                let name = before.trim_start();
                let name = name.strip_prefix("export ").or_else(|| name.strip_prefix("readonly ")).unwrap_or(name);
                name.strip_suffix('=').is_some_and(is_name)
            }
            Self::Yaml => {
                let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
                let (dashes, key) = before.trim_start().rsplit_once("- ").unwrap_or(("", before.trim_start()));
                dashes.chars().all(|c| c == '-' || c == ' ')
                    && (key.is_empty() && before.ends_with("- ") || key.strip_suffix(": ").is_some_and(is_key))
            }
        }
    }

    fn expects(self, place: &str) -> String {
        let example = match self {
            Self::Shell => format!("`NAME={{{{{place}}}}}`"),
            Self::Yaml => format!("`key: {{{{{place}}}}}` or `- {{{{{place}}}}}`"),
        };
        format!("the place `{{{{{place}}}}}` is not the whole value of its line: write {example}, outside of quotes and comments")
    }

    fn quoted(self, value: &str) -> String {
        match self {
            Self::Shell => format!("'{}'", value.replace('\'', r"'\''")),
            Self::Yaml => yaml::quoted(value),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

impl IntoInput<String> for Template {
    #[track_caller]
    fn into_input(self) -> Input<String> {
        let Pieces { places, rest } = match self.pieces() {
            Ok(pieces) => pieces,
            Err(problems) => return Input::from_expr(Expr::Invalid(problems)),
        };
        let values: Vec<Expr> = places.iter().filter_map(|(_, place)| self.value(place)).collect();
        let form = self.form;
        let fill = move |values: Vec<String>| {
            let filled = places.iter().zip(&values).map(|((before, _), value)| format!("{before}{}", form.quoted(value)));
            filled.collect::<String>() + &rest
        };
        Output::<Vec<String>>::from_expr(Expr::List(values)).map(fill).into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a template, as the program is told.
    #[track_caller]
    fn problem(template: Template) -> String {
        match template.into_input().into_expr() {
            Expr::Invalid(message) => message,
            _ => panic!("nothing is wrong"),
        }
    }

    #[test]
    fn a_place_without_a_value_is_told_with_file_and_line() {
        let template = Template::shell("a.sh", "#!/bin/sh\nA={{a}}\nB={{b}}\n").set("a", 1);
        assert_eq!(problem(template), "a.sh:3: the place `{{b}}` has no value: give it one with `.set(\"b\", ..)`");
    }

    #[test]
    fn a_value_without_a_place_is_told() {
        assert_eq!(problem(Template::shell("a.sh", "").set("a", 1)), "a.sh: there is a value for `{{a}}`, but no such place");
        let twice = Template::shell("a.sh", "A={{a}}\n").set("a", 1).set("a", 2);
        assert_eq!(problem(twice), "a.sh: the place `{{a}}` is given two values");
    }

    #[test]
    fn a_place_that_cannot_be_quoted_is_refused() {
        for line in
            ["echo {{a}}", "A=\"{{a}}\"", "A='{{a}}'", "A={{a}}/b", "# A={{a}}", "A={{a}} # why", "A={{a", "1={{a}}", "A={{a}}{{a}}"]
        {
            let told = problem(Template::shell("a.sh", format!("\n{line}\n")).set("a", 1));
            assert!(told.starts_with("a.sh:2: the place `{{a}}` is not the whole value of its line: write `NAME={{a}}`"), "{line}: {told}");
        }
        for line in ["a: \"{{a}}\"", "a: x{{a}}", "# a: {{a}}", "{{a}}: b", "a:{{a}}"] {
            let told = problem(Template::yaml("a.yaml", line).set("a", 1));
            assert!(told.starts_with("a.yaml:1: the place `{{a}}` is not the whole value"), "{line}: {told}");
        }
        for line in ["a: {{a}}", "  - {{a}}", "- - {{a}}", "  - a.b-c: {{a}}"] {
            let input = Template::yaml("a.yaml", line).set("a", 1).into_input();
            assert!(!matches!(input.into_expr(), Expr::Invalid(_)), "{line}");
        }
    }

    #[test]
    fn values_are_quoted() {
        assert_eq!(Form::Shell.quoted("it's $(rm -rf /)\n"), "'it'\\''s $(rm -rf /)\n'");
        assert_eq!(Form::Yaml.quoted("a: \"b\"\n"), r#""a: \"b\"\n""#);
    }
}

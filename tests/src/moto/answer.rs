//! Answers, so that those of two implementations can be compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

use serde_json::Value as Json;
use xmlparser::{ElementEnd, Token, Tokenizer};

use super::scenario::Names;

/// What stands for an answer without an error.
pub const SUCCESS: &str = "success";
/// What stands for an error that has no code.
pub const UNINTELLIGIBLE: &str = "an answer that no SDK understands";

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// Its elements with text, in their order: path and text.
    leaves: Vec<(String, String)>,
}

/// The values of an answer by path, without what depends on the moment.
pub type Values = BTreeMap<String, BTreeSet<String>>;

impl Answer {
    /// Reads XML or JSON. A header may tell the code of an error. Empty elements say nothing: an SDK reads them like absent ones. Names of namespaces, request ids, and
    /// the root element, which repeats the operation, are left out.
    pub fn read(status: u16, error_type: Option<&str>, body: &str) -> Self {
        let mut leaves = match serde_json::from_str::<Json>(body) {
            Ok(json) => of_json(&json),
            Err(_) => of_xml(body),
        };
        leaves.extend(error_type.map(|code| ("code".to_owned(), code.split(':').next().unwrap_or(code).to_owned())));
        Self { status, leaves: leaves.into_iter().filter(|(path, text)| !text.is_empty() && !path.ends_with("equestId")).collect() }
    }

    /// The code of the error that it is, if it is one.
    pub fn error(&self) -> Option<&str> {
        let code = ["Errors/Error/Code", "Error/Code", "Code", "__type", "code"].iter().find_map(|path| self.text(path));
        // JSON may name the namespace of the code.
        let code = code.map(|code| code.rsplit('#').next().unwrap_or(code));
        match self.status {
            200..300 => None,
            _ => Some(code.unwrap_or(UNINTELLIGIBLE)),
        }
    }

    /// The first text of an element, wherever it stands.
    pub fn first(&self, element: &str) -> Option<&str> {
        let is = |path: &str| path.rsplit('/').next() == Some(element);
        self.leaves.iter().find(|(path, _)| is(path)).map(|(_, text)| text.as_str())
    }

    /// The texts of all elements with this name.
    pub fn texts<'a>(&'a self, element: &'a str) -> impl Iterator<Item = &'a str> {
        let is = move |path: &str| path.rsplit('/').next() == Some(element);
        self.leaves.iter().filter(move |(path, _)| is(path)).map(|(_, text)| text.as_str())
    }

    /// All texts of an element with this path.
    pub fn all<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        self.leaves.iter().filter(move |(own, _)| own == path).map(|(_, text)| text.as_str())
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.leaves.iter().find(|(own, _)| own == path).map(|(_, text)| text.as_str())
    }

    /// What the answer says: ids with names by these, other ids and everything momentary by what kind of thing they are.
    pub fn values(&self, names: &Names, written: &str) -> Values {
        let mut values = Values::new();
        for (path, text) in &self.leaves {
            // JSON tells times as numbers.
            let is_moment = path.ends_with("Date") && text.parse::<f64>().is_ok();
            let said = if is_moment { "<time>".to_owned() } else { timeless(text, names, written) };
            values.entry(path.clone()).or_default().insert(said);
        }
        values
    }
}

fn of_json(json: &Json) -> Vec<(String, String)> {
    fn collect(path: &str, json: &Json, leaves: &mut Vec<(String, String)>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        match json {
            Json::Object(fields) => fields.iter().for_each(|(name, value)| collect(&below(name), value, leaves)),
            Json::Array(items) => items.iter().for_each(|item| collect(&below("item"), item, leaves)),
            Json::String(text) => leaves.push((path.to_owned(), text.clone())),
            Json::Null => {}
            other => leaves.push((path.to_owned(), other.to_string())),
        }
    }
    let mut leaves = Vec::new();
    collect("", json, &mut leaves);
    leaves
}

fn of_xml(body: &str) -> Vec<(String, String)> {
    let mut open: Vec<(String, String)> = Vec::new();
    let mut leaves = Vec::new();
    // What is no XML ends the reading: the answer then has no values, and its status tells the rest.
    for token in Tokenizer::from(body).map_while(Result::ok) {
        match token {
            Token::ElementStart { local, .. } => open.push((local.to_string(), String::new())),
            Token::Text { text } | Token::Cdata { text, .. } => {
                if let Some((_, own)) = open.last_mut() {
                    own.push_str(&plain(text.trim()));
                }
            }
            Token::ElementEnd { end: ElementEnd::Close(..) | ElementEnd::Empty, .. } => {
                let path: Vec<&str> = open.iter().skip(1).map(|(name, _)| name.as_str()).collect();
                let path = path.join("/");
                leaves.extend(open.pop().map(|(_, text)| (path, text)));
            }
            _ => {}
        }
    }
    leaves
}

fn plain(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// A text that says the same whenever and wherever it is said. Addresses that the scenario itself wrote stay.
fn timeless(text: &str, names: &Names, written: &str) -> String {
    let mut names: Vec<_> = names.iter().collect();
    names.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    let named = names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(value.as_str(), &format!("<{name}>")));
    let ends_word = |character: char| !(character.is_ascii_alphanumeric() || "-.:".contains(character));
    named
        .split_inclusive(ends_word)
        .map(|word| match word.strip_suffix(ends_word) {
            Some(inner) => format!("{}{}", kind_of_word(inner, written), &word[inner.len()..]),
            None => kind_of_word(word, written),
        })
        .collect()
}

fn kind_of_word(word: &str, written: &str) -> String {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match word.rsplit_once('-') {
        Some((prefix, digits)) if [8, 17, 32].contains(&digits.len()) && hexadecimal(digits) => return format!("<{prefix}>"),
        _ => {}
    }
    // Route 53: zones and changes.
    let code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if word.len() >= 12 && word.starts_with(['C', 'Z']) && word.bytes().all(code) {
        return format!("<{}>", &word[..1]);
    }
    if word.ends_with(".amazonaws.com") && word.contains(".elb.") {
        return "<load balancer>".into();
    }
    if word.starts_with("ns-") && word.contains(".awsdns-") {
        return "<name server>".into();
    }
    let own = |address: &str| written.split(|c: char| !(c.is_ascii_digit() || c == '.')).any(|other| other == address);
    let is_time = word.len() >= 19 && word.as_bytes()[10] == b'T' && word[..4].bytes().all(|byte| byte.is_ascii_digit());
    let is_mac = word.len() == 17 && word.split(':').count() == 6 && word.split(':').all(hexadecimal);
    let of_host = word.strip_prefix("ip-").or_else(|| word.strip_prefix("ec2-"));
    let host = of_host.and_then(|rest| rest.split_once('.')).filter(|(digits, _)| digits.replace('-', ".").parse::<Ipv4Addr>().is_ok());
    match (word.parse::<Ipv4Addr>(), host) {
        _ if is_time => "<time>".into(),
        _ if is_mac => "<mac>".into(),
        (Ok(_), _) if !own(word) => "<address>".into(),
        (_, Some((digits, domain))) => format!("{}<address>.{domain}", &word[..word.len() - digits.len() - domain.len() - 1]),
        _ => word.to_owned(),
    }
}

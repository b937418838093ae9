//! The parameters of a query-protocol request, read as text, flags, numbers, lists and groups.
//!
//! Source: *Query Requests* in the Amazon EC2 API reference: lists are `Name.1`, `Name.2`, structures `Name.Part`.
//! What nobody reads is remembered, so that a parameter the simulation ignores does not go unnoticed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::rc::Rc;
use std::str::FromStr;

use crate::failure::Failure;

/// Parameters that tell of the request itself and not of what it asks for.
const ENVELOPE: [&str; 4] = ["Action", "Version", "ClientToken", "DryRun"];

/// The parameters below one prefix of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    shared: Rc<Shared>,
    prefix: String,
}

#[derive(Debug, Default)]
struct Shared {
    values: BTreeMap<String, String>,
    read: Rc<RefCell<BTreeSet<String>>>,
}

impl Params {
    pub(crate) fn new(values: BTreeMap<String, String>) -> Self {
        let shared = Shared { values, read: Rc::default() };
        Self { shared: Rc::new(shared), prefix: String::new() }
    }

    /// The same request as if it had these values too. What is read of the one counts as read of the other.
    pub(crate) fn with(&self, values: impl IntoIterator<Item = (String, String)>) -> Self {
        let all = self.shared.values.iter().map(|(key, value)| (key.clone(), value.clone())).chain(values);
        let shared = Shared { values: all.collect(), read: Rc::clone(&self.shared.read) };
        Self { shared: Rc::new(shared), prefix: self.prefix.clone() }
    }

    /// The value of a parameter, also an empty one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let key = format!("{}{name}", self.prefix);
        let value = self.shared.values.get(&key)?;
        self.shared.read.borrow_mut().insert(key);
        Some(value)
    }

    /// The value of a parameter as an own string.
    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// The value of a parameter that must be there and not be empty.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Failure> {
        let value = self.text(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| Failure::missing(&self.full(name)))
    }

    /// A parameter that is `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(self.not_a(other, name, "boolean")),
        }
    }

    /// Takes notice of a flag that the simulation models as `false` alone: another value counts as not read.
    pub(crate) fn known_as_false(&self, name: &str) {
        let key = format!("{}{name}", self.prefix);
        if self.shared.values.get(&key).is_some_and(|value| value == "false") {
            self.shared.read.borrow_mut().insert(key);
        }
    }

    /// A parameter that is a number.
    pub(crate) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Failure> {
        let parse = |text: &str| text.parse().map_err(|_| self.not_a(text, name, "number"));
        self.text(name).map(parse).transpose()
    }

    /// The values `Name.1`, `Name.2`, … in the order of their numbers.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let keys = self.indices(name).into_iter();
        keys.filter_map(|(_, index)| self.owned(&format!("{name}.{index}"))).collect()
    }

    /// The structures `Name.1.…`, `Name.2.…` in the order of their numbers.
    pub(crate) fn groups(&self, name: &str) -> Vec<Params> {
        let keys = self.indices(name).into_iter();
        keys.map(|(_, index)| self.below(&format!("{name}.{index}"))).collect()
    }

    /// The structures of a list that came in XML, where only one without namesakes has no number: `Name.…`.
    pub(crate) fn each(&self, name: &str) -> Vec<Params> {
        let several = self.groups(name);
        if several.is_empty() { self.group(name).into_iter().collect() } else { several }
    }

    /// The values of a list that came in XML.
    pub(crate) fn each_text(&self, name: &str) -> Vec<String> {
        let several = self.list(name);
        if several.is_empty() { self.owned(name).into_iter().collect() } else { several }
    }

    /// The structure `Name.…`, when any part of it was sent.
    pub(crate) fn group(&self, name: &str) -> Option<Params> {
        let group = self.below(name);
        let mut range = self.shared.values.range(group.prefix.clone()..);
        let sent = range.next().is_some_and(|(key, _)| key.starts_with(&group.prefix));
        sent.then_some(group)
    }

    /// Everything below `Name.`, with what follows it as the keys; all of it counts as read.
    pub(crate) fn values_below(&self, name: &str) -> BTreeMap<String, String> {
        self.below(name).values_here()
    }

    /// Everything of this group, with what follows its prefix as the keys; all of it counts as read.
    pub(crate) fn values_here(&self) -> BTreeMap<String, String> {
        let values = self.shared.values.iter().filter_map(|(key, value)| Some((key, key.strip_prefix(&self.prefix)?, value)));
        let read = |(key, rest, value): (&String, &str, &String)| {
            self.shared.read.borrow_mut().insert(key.clone());
            (rest.to_owned(), value.clone())
        };
        values.map(read).collect()
    }

    /// Whether a parameter, or any part of it, was sent.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some() || self.group(name).is_some()
    }

    /// All parameters that matter for an idempotency token, in one canonical text.
    pub(crate) fn digest(&self) -> String {
        let matters = |key: &str| !ENVELOPE.contains(&key);
        let values = self.shared.values.iter().filter(|(key, _)| matters(key));
        values.flat_map(|(key, value)| [key, "=", value, "\n"]).collect()
    }

    /// Takes everything below a name as read: keys of a map, which the caller reads elsewhere.
    pub(crate) fn read_below(&self, name: &str) {
        let prefix = format!("{}{name}.", self.prefix);
        let below = self.shared.values.keys().filter(|key| key.starts_with(&prefix)).cloned();
        self.shared.read.borrow_mut().extend(below);
    }

    /// Takes every parameter as read: the request is answered without looking at them again.
    pub(crate) fn read_all(&self) {
        self.shared.read.borrow_mut().extend(self.shared.values.keys().cloned());
    }

    /// The parameters that nothing has asked for.
    pub(crate) fn unread(&self) -> Vec<String> {
        let read = self.shared.read.borrow();
        let unread = |key: &&String| !read.contains(*key) && !ENVELOPE.contains(&key.as_str());
        self.shared.values.keys().filter(unread).cloned().collect()
    }

    fn below(&self, name: &str) -> Params {
        Params { shared: Rc::clone(&self.shared), prefix: format!("{}{name}.", self.prefix) }
    }

    fn indices(&self, name: &str) -> BTreeSet<(u32, String)> {
        let prefix = format!("{}{name}.", self.prefix);
        let keys = self.shared.values.range(prefix.clone()..).map(|(key, _)| key);
        let rests = keys.map_while(|key| key.strip_prefix(&prefix));
        let indices = rests.filter_map(|rest| rest.split('.').next());
        indices.filter_map(|index| Some((index.parse().ok()?, index.to_owned()))).collect()
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn not_a(&self, value: impl Display, name: &str, kind: &str) -> Failure {
        Failure::value(format!("Value ({value}) for parameter {} is not a valid {kind}", self.full(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn lists_are_ordered_by_number() {
        let params = params(&[("Id.10", "j"), ("Id.2", "b"), ("Id.1", "a"), ("IdOther.1", "x")]);
        assert_eq!(params.list("Id"), ["a", "b", "j"]);
    }

    #[test]
    fn groups_nest() {
        let params = params(&[("Rule.1.Range.1.Cidr", "10.0.0.0/8"), ("Rule.1.Port", "80")]);
        let rule = params.groups("Rule").remove(0);
        assert_eq!(rule.number::<u16>("Port"), Ok(Some(80)));
        assert_eq!(rule.groups("Range")[0].text("Cidr"), Some("10.0.0.0/8"));
        assert!(rule.group("Range").is_some() && rule.group("Rang").is_none());
    }

    #[test]
    fn a_list_of_one_in_xml_has_no_number() {
        let one = params(&[("Tag.Key", "a"), ("Name", "x")]);
        assert_eq!(one.each("Tag").iter().map(|tag| tag.text("Key")).collect::<Vec<_>>(), [Some("a")]);
        assert_eq!(one.each_text("Name"), ["x"]);
        let two = params(&[("Tag.1.Key", "a"), ("Tag.2.Key", "b"), ("Name.1", "x"), ("Name.2", "y")]);
        assert_eq!((two.each("Tag").len(), two.each_text("Name").len(), two.each("None").len()), (2, 2, 0));
    }

    #[test]
    fn a_missing_parameter_is_named_in_full() {
        let params = params(&[("Rule.1.Port", "eighty")]);
        let rule = params.groups("Rule").remove(0);
        let missing = rule.required("Cidr").unwrap_err();
        assert_eq!(missing.message, "The request must contain the parameter Rule.1.Cidr");
        assert_eq!(rule.number::<u16>("Port").unwrap_err().code, "InvalidParameterValue");
    }

    #[test]
    fn what_nobody_reads_is_known() {
        let params = params(&[("Action", "X"), ("A", "1"), ("B.1.C", "2")]);
        params.text("A");
        assert_eq!(params.unread(), ["B.1.C"]);
        params.known_as_false("B.1.C");
        assert_eq!(params.unread(), ["B.1.C"]);
    }

    #[test]
    fn what_is_added_is_not_left_unread() {
        let params = params(&[("A", "1"), ("B", "2"), ("D.C.1", "3")]);
        let more = params.with([("B".to_owned(), "4".to_owned()), ("C".to_owned(), "5".to_owned())]);
        assert_eq!((more.text("A"), more.text("B"), more.text("C")), (Some("1"), Some("4"), Some("5")));
        assert_eq!(params.unread(), ["D.C.1"]);
        assert_eq!(params.values_below("D"), BTreeMap::from([("C.1".to_owned(), "3".to_owned())]));
        assert!(params.unread().is_empty());
    }

    #[test]
    fn a_flag_that_is_off_asks_for_nothing() {
        let params = params(&[("Ipv6", "false")]);
        params.known_as_false("Ipv6");
        assert!(params.unread().is_empty());
    }
}

//! Filters of the describe operations.
//!
//! Source: *Filter* and *List and filter your resources*: filters are joined by *and*, a filter's values by *or*.

use std::collections::BTreeSet;

use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::pattern::Pattern;
use crate::state::object::Tags;

/// One filter of a request.
#[derive(Debug)]
pub(crate) struct Filter {
    name: String,
    /// The values without wildcards.
    exact: BTreeSet<String>,
    patterns: Vec<Pattern>,
}

impl Filter {
    /// The filters of a request; a name that is not among the known ones is refused.
    pub(crate) fn read(params: &Params, known: &[&str]) -> Result<Vec<Filter>, Failure> {
        params.groups("Filter").iter().map(|group| Self::read_one(group, known)).collect()
    }

    fn read_one(group: &Params, known: &[&str]) -> Result<Filter, Failure> {
        let (name, values) = (group.required("Name")?, group.list("Value"));
        let tag = name == "tag-key" || name == "tag-value" || name.starts_with("tag:");
        if !tag && !known.contains(&name) {
            return Err(Failure::value(format!("The filter '{name}' is invalid")));
        }
        match values.len() {
            0 => Err(Failure::value(format!("The filter '{name}' needs a value"))),
            1..=200 => Ok(Self::new(name, &values)),
            _ => Err(Failure::limit("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")),
        }
    }

    fn new(name: &str, values: &[String]) -> Self {
        let mut filter = Self { name: name.to_owned(), exact: BTreeSet::new(), patterns: Vec::new() };
        for value in values {
            match Pattern::new(value) {
                Ok(pattern) => filter.patterns.push(pattern),
                Err(exactly) => drop(filter.exact.insert(exactly)),
            }
        }
        filter
    }

    /// The only values that pass, in order, if this filter is the one for `field` and has no wildcards.
    pub(crate) fn only(&self, field: &str) -> Option<&BTreeSet<String>> {
        (self.name == field && self.patterns.is_empty()).then_some(&self.exact)
    }

    /// Whether an object with these tags, and these values of its fields, passes.
    pub(crate) fn passes(&self, tags: Option<&Tags>, field: impl Fn(&str) -> Vec<String>) -> bool {
        match (self.name.as_str(), self.name.strip_prefix("tag:"), tags) {
            (_, Some(key), Some(tags)) => tags.get(key).is_some_and(|value| self.accepts(value)),
            ("tag-key", _, Some(tags)) => tags.keys().any(|key| self.accepts(key)),
            ("tag-value", _, Some(tags)) => tags.values().any(|value| self.accepts(value)),
            ("tag-key" | "tag-value", _, None) | (_, Some(_), None) => false,
            (name, None, _) => field(name).iter().any(|value| self.accepts(value)),
        }
    }

    fn accepts(&self, value: &str) -> bool {
        self.exact.contains(value) || self.patterns.iter().any(|pattern| pattern.matches(value))
    }
}

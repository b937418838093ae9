//! Filters of the describe operations.
//!
//! Source: *Filter* and *List and filter your resources*: filters are joined by *and*, a filter's values by *or*.

use crate::failure::Failure;
use crate::params::Params;
use crate::protocol::pattern;
use crate::state::object::Tags;

/// One filter of a request.
#[derive(Debug)]
pub(crate) struct Filter {
    name: String,
    values: Vec<String>,
}

impl Filter {
    /// The filters of a request; a name that is not among the known ones is refused.
    pub(crate) fn read(params: &Params, known: &[&str]) -> Result<Vec<Filter>, Failure> {
        params.groups("Filter").iter().map(|group| Self::read_one(group, known)).collect()
    }

    fn read_one(group: &Params, known: &[&str]) -> Result<Filter, Failure> {
        let filter = Filter { name: group.required("Name")?.to_owned(), values: group.list("Value") };
        let tag = filter.name == "tag-key" || filter.name == "tag-value" || filter.name.starts_with("tag:");
        if !tag && !known.contains(&filter.name.as_str()) {
            return Err(Failure::value(format!("The filter '{}' is invalid", filter.name)));
        }
        if filter.values.is_empty() {
            return Err(Failure::value(format!("The filter '{}' needs a value", filter.name)));
        }
        match filter.values.len() {
            ..=200 => Ok(filter),
            _ => Err(Failure::limit("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200")),
        }
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
        self.values.iter().any(|wanted| pattern::matches(wanted, value))
    }
}

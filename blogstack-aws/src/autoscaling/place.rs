//! Places inside groups: the id of what has no tags is its group's name and its own, with a colon between them, which no group's
//! name has.

use std::collections::BTreeMap;

use blogstack_core::Id;

/// The id of a place.
pub(super) fn id<R>(group: &str, name: &str) -> Id<R> {
    Id::new(format!("{group}:{name}"))
}

/// The group and the name of a place.
pub(super) fn parts(id: &str) -> (&str, &str) {
    id.split_once(':').unwrap_or((id, ""))
}

/// The names of places by their groups.
pub(super) fn by_group(places: &[&str]) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for place in places {
        let (group, name) = parts(place);
        groups.entry(group.to_owned()).or_default().push(name.to_owned());
    }
    groups
}

/// What is wrong with a name inside a group.
pub(super) fn name_problem(name: &str) -> Option<String> {
    let fits = (1..=255).contains(&name.chars().count()) && !name.contains(':') && !name.chars().any(char::is_control);
    (!fits).then(|| format!("`{name}` is not 1 to 255 characters without colons"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_its_parts() {
        assert_eq!(parts(id::<()>("prod/web", "cpu").as_str()), ("prod/web", "cpu"));
        assert_eq!(by_group(&["a:1", "b:1", "a:2"])["a"], ["1", "2"]);
    }
}

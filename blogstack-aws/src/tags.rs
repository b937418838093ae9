//! Tags: what the program sets, and what says whose an object is.

use blogstack_core::{
    Data, Field, Resource, Tags,
    provider::{Change, Changes, Result, TAG_PREFIX},
};

/// The program's tags among all: without ours and AWS's own.
pub(crate) fn of_program(all: impl IntoIterator<Item = (String, String)>) -> Tags {
    all.into_iter().filter(|(key, _)| !key.starts_with(TAG_PREFIX) && !key.starts_with("aws:")).collect()
}

/// Tags to set and keys to remove, to make the changes of the field that has them.
pub(crate) fn changed<R: Resource>(field: Field<R, Tags>, current: &R, changes: &Changes<R>) -> Result<(Tags, Vec<String>)> {
    let change = changes.of(field)?;
    if change.is_keep() {
        return Ok((Tags::new(), Vec::new()));
    }
    let current = current.encode().get(field.name()).map(Tags::decode).transpose()?;
    Ok(difference(&current.unwrap_or_default(), change))
}

/// Tags to set and keys to remove, to get from `current` to what is wanted.
pub(crate) fn difference(current: &Tags, change: Change<Tags>) -> (Tags, Vec<String>) {
    let wanted = match change {
        Change::Keep => return (Tags::new(), Vec::new()),
        Change::Set(tags) => tags,
        Change::Clear => Tags::new(),
    };
    let removed = current.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    let set = wanted.into_iter().filter(|(key, value)| current.get(key) != Some(value)).collect();
    (set, removed)
}

/// What is wrong with these tags: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html>.
pub(crate) fn problem(tags: &Tags) -> Option<String> {
    let reserved = |key: &&String| key.starts_with("aws:") || key.starts_with(TAG_PREFIX);
    if let Some(key) = tags.keys().find(reserved) {
        return Some(format!("the tag `{key}` has a reserved prefix"));
    }
    if let Some(key) = tags.keys().find(|key| key.is_empty() || key.chars().count() > 127) {
        return Some(format!("the tag key `{key}` must have 1 to 127 characters"));
    }
    if let Some((key, _)) = tags.iter().find(|(_, value)| value.chars().count() > 256) {
        return Some(format!("the value of the tag `{key}` has more than 256 characters"));
    }
    // Four of the fifty are ours.
    (tags.len() > 46).then(|| format!("there are {} tags, and an object takes 46 besides ours", tags.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_differences_are_sent() {
        let (set, removed) = difference(&tags(&[("a", "1"), ("b", "2")]), Change::Set(tags(&[("a", "1"), ("c", "3")])));
        assert_eq!((set, removed), (tags(&[("c", "3")]), vec!["b".to_owned()]));
    }

    #[test]
    fn our_tags_are_not_the_programs() {
        let all = [("Name", "x"), ("aws:a", "y"), ("blogstack:uid", "z")].map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(of_program(all), tags(&[("Name", "x")]));
        assert_eq!(problem(&tags(&[("blogstack:uid", "z")])), Some("the tag `blogstack:uid` has a reserved prefix".into()));
    }
}

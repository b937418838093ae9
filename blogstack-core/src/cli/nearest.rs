//! "Did you mean …?"

/// The known name that `name` was probably meant to be.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances = known.into_iter().map(|other| (strsim::damerau_levenshtein(name, other), other));
    let limit = name.chars().count() / 3 + 1;
    distances.filter(|(distance, _)| *distance <= limit).min().map(|(_, other)| other)
}

//! How variants are named in records.

/// A way to write words.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Kebab,
    Lower,
    Upper,
    Pascal,
    Snake,
    ScreamingSnake,
}

/// The names of all cases.
pub(crate) const KNOWN: &str = "`kebab-case`, `lowercase`, `UPPERCASE`, `PascalCase`, `snake_case` and `SCREAMING_SNAKE_CASE`";

impl Case {
    /// The case of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "kebab-case" => Self::Kebab,
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            _ => return None,
        })
    }

    /// A variant's name in this case.
    pub(crate) fn apply(self, variant: &str) -> String {
        match self {
            Self::Kebab => joined(variant, '-'),
            Self::Lower => variant.to_lowercase(),
            Self::Upper => variant.to_uppercase(),
            Self::Pascal => variant.to_owned(),
            Self::Snake => joined(variant, '_'),
            Self::ScreamingSnake => joined(variant, '_').to_uppercase(),
        }
    }
}

/// A word begins with each capital letter, as serde has it.
fn joined(variant: &str, separator: char) -> String {
    let mut text = String::new();
    for (i, c) in variant.char_indices() {
        if i > 0 && c.is_uppercase() {
            text.push(separator);
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn words_begin_with_capital_letters() {
        let named = |case: &str| Case::named(case).map(|case| case.apply("PerTarget2"));
        assert_eq!(named("kebab-case").as_deref(), Some("per-target2"));
        assert_eq!(named("lowercase").as_deref(), Some("pertarget2"));
        assert_eq!(named("UPPERCASE").as_deref(), Some("PERTARGET2"));
        assert_eq!(named("PascalCase").as_deref(), Some("PerTarget2"));
        assert_eq!(named("snake_case").as_deref(), Some("per_target2"));
        assert_eq!(named("SCREAMING_SNAKE_CASE").as_deref(), Some("PER_TARGET2"));
        assert_eq!(named("camelCase"), None);
    }
}

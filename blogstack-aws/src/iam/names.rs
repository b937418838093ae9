//! Names and paths. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use blogstack_core::provider::{ErrorKind, ProviderError};

/// What is wrong with a name.
pub(super) fn problem(name: &str, longest: usize) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let good = (1..=longest).contains(&name.len()) && name.chars().all(fits);
    (!good).then(|| format!("a name has 1 to {longest} letters, digits and characters of `_+=,.@-`"))
}

/// What is wrong with a path.
pub(super) fn path_problem(path: &str) -> Option<String> {
    let good = path.starts_with('/') && path.ends_with('/') && path.len() <= 512 && path.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    (!good).then(|| format!("`{path}` does not begin and end with `/`"))
}

/// Whether there is no such thing.
pub(super) fn is_missing(error: &ProviderError) -> bool {
    error.kind == ErrorKind::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_are_as_aws_takes_them() {
        assert_eq!((problem("web+1=a,b.c@d-e_f", 64), path_problem("/"), path_problem("/a/b/")), (None, None, None));
        for name in ["", "a b", "a/b", "é"] {
            assert!(problem(name, 64).is_some(), "{name}");
        }
        assert!(problem("long", 3).is_some() && path_problem("/a").is_some() && path_problem("").is_some());
    }
}

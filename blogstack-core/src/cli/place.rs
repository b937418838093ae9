//! Where a stack's state is kept: `STATE/PROJECT/STACK/TARGET/`.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest;

use super::failure::Failure;
use crate::disk::hex;

/// The folder of the stack's journal on this target.
pub(super) fn folder(state: &Path, project: &str, stack: &str, target: &str) -> PathBuf {
    state.join(project).join(stack).join(target_name(target))
}

/// Refuses what would lead out of the folder, or hide in it.
pub(super) fn check_stack(name: &str) -> Result<(), Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let good = !name.is_empty() && name.len() <= 100 && !name.starts_with('.') && name.chars().all(plain);
    let hint = || Some("use letters, digits, `-`, `_` and `.`".to_owned());
    if good {
        Ok(())
    } else {
        Err(Failure::usage(format!("reading `--stack`: `{}` cannot be a stack's name", name.escape_debug()), hint()))
    }
}

/// A target's name as it is; of a URL its readable part, and a digest that tells it from every other.
fn target_name(target: &str) -> String {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if !target.is_empty() && target.len() <= 40 && target.bytes().all(plain) {
        return target.to_owned();
    }
    let readable = target.split_once("://").map_or(target, |(_, rest)| rest).to_ascii_lowercase();
    let readable: String = readable.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
    let digest = digest::digest(&digest::SHA256, target.as_bytes());
    format!("{}.{}", readable.trim_matches('-'), &hex(digest.as_ref())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_and_urls_are_made_safe() {
        let folder = |target| folder(Path::new("s"), "blog", "prod", target).display().to_string();
        assert_eq!(folder("sim"), "s/blog/prod/sim");
        assert_eq!(folder("http://localhost:4566"), "s/blog/prod/localhost-4566.325ca0ff");
        assert_eq!(folder("../../etc"), "s/blog/prod/etc.74ccf3c5");
        assert_ne!(folder("http://a/x"), folder("https://a/x"));
    }

    #[test]
    fn a_stack_stays_in_its_folder() {
        for name in ["", ".", "..", "a/b", "a b", "ü", "-\n"] {
            assert!(check_stack(name).is_err(), "{name:?}");
        }
        assert!(check_stack("prod-2.eu").is_ok());
    }
}

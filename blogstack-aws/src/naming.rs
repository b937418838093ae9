//! Names for objects that the program leaves unnamed.

use blogstack_core::provider::Cx;

/// How much of the uid stands in a name: enough that no two names are ever alike.
const DIGITS: usize = 16;

/// A name of at most `longest` characters: the resource's path, for people, then digits of its uid, which no other object ever
/// has. Letters, digits and hyphens, so that every service takes it. Plans never show it: it is known only after apply.
pub(crate) fn generated(cx: &Cx<'_>, longest: usize) -> String {
    name(cx.urn.path(), cx.uid.as_str(), longest)
}

/// A name as [`generated`] makes it that begins with nothing that AWS keeps for itself, in small or in capital letters.
pub(crate) fn unreserved(cx: &Cx<'_>, longest: usize, reserved: &[&str]) -> String {
    free(cx.urn.path(), cx.uid.as_str(), longest, reserved)
}

/// Whether a name begins with one of these.
pub(crate) fn is_reserved(name: &str, reserved: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    reserved.iter().any(|start| name.starts_with(start))
}

/// What is put before a name that is reserved.
const FREE: &str = "x-";

fn free(path: &str, uid: &str, longest: usize, reserved: &[&str]) -> String {
    let first = name(path, uid, longest);
    if is_reserved(&first, reserved) { format!("{FREE}{}", name(path, uid, longest - FREE.len())) } else { first }
}

fn name(path: &str, uid: &str, longest: usize) -> String {
    let digits: String = uid.chars().take(DIGITS.min(longest)).collect();
    let room = longest.saturating_sub(digits.len() + 1);
    let readable: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(room).collect();
    match readable.trim_matches('-') {
        "" => digits,
        readable => format!("{readable}-{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{free, name};

    const UID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn names_are_readable_and_fit() {
        assert_eq!(name("network/web_1", UID, 255), "network-web-1-0123456789abcdef");
        assert_eq!(name("network/web-server", UID, 25), "network-0123456789abcdef");
        assert_eq!(name("é", UID, 32), "0123456789abcdef");
        assert_eq!(name("web", UID, 8), "01234567");
        assert!((0..300).all(|longest| name("a/long/path", UID, longest).len() <= longest));
    }

    #[test]
    fn what_aws_keeps_for_itself_is_left_to_it() {
        let parameter = |path| free(path, UID, 28, &["aws", "ssm"]);
        assert_eq!(parameter("settings"), "settings-0123456789abcdef");
        assert_eq!(parameter("aws/settings"), "x-aws-setti-0123456789abcdef");
        assert_eq!(parameter("SSM"), "x-SSM-0123456789abcdef");
    }
}

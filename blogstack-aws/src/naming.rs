//! Names for objects that the program leaves unnamed.

use blogstack_core::provider::Cx;

/// How much of the uid stands in a name: enough that no two names are ever alike.
const DIGITS: usize = 16;

/// A name of at most `longest` characters: the resource's path, for people, then digits of its uid, which no other object ever
/// has. Letters, digits and hyphens, so that every service takes it. Plans never show it: it is known only after apply.
pub(crate) fn generated(cx: &Cx<'_>, longest: usize) -> String {
    name(cx.urn.path(), cx.uid.as_str(), longest)
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
    use super::name;

    const UID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn names_are_readable_and_fit() {
        assert_eq!(name("network/web_1", UID, 255), "network-web-1-0123456789abcdef");
        assert_eq!(name("network/web-server", UID, 25), "network-0123456789abcdef");
        assert_eq!(name("é", UID, 32), "0123456789abcdef");
        assert_eq!(name("web", UID, 8), "01234567");
        assert!((0..300).all(|longest| name("a/long/path", UID, longest).len() <= longest));
    }
}

//! Names of buckets. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use std::net::Ipv4Addr;

use crate::naming;

/// How names begin that AWS keeps for itself.
pub(super) const RESERVED: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];

/// What is wrong with a name.
pub(super) fn problem(name: &str) -> Option<String> {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [name.bytes().next(), name.bytes().last()];
    let reserved = naming::is_reserved(name, &RESERVED)
        || ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|end| name.ends_with(end));
    let why = if !(3..=63).contains(&name.len()) {
        "has not 3 to 63 characters"
    } else if !name.bytes().all(|byte| alphanumeric(byte) || b".-".contains(&byte)) {
        "has other characters than lower-case letters, digits, dots and hyphens"
    } else if !ends.into_iter().flatten().all(alphanumeric) {
        "does not begin and end with a letter or a digit"
    } else if name.contains("..") || name.parse::<Ipv4Addr>().is_ok() {
        "has two dots side by side, or is an address"
    } else if reserved {
        "begins or ends as AWS reserves it"
    } else {
        return None;
    };
    Some(format!("the name `{name}` {why}"))
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn names_follow_awss_rules() {
        for fine in ["abc", "a.b-c", "images.example.com", "0-9"] {
            assert_eq!(problem(fine), None);
        }
        for wrong in ["ab", "Images", "a_b", "-ab", "ab-", "a..b", "10.0.0.1", "xn--abc", "abc-s3alias", &"a".repeat(64)] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
    }
}

//! Names of the DNS as Route 53 writes them: in lower case, with a dot at the end, and rare characters as octal numbers.
//!
//! Source: *DNS domain name format*.

use crate::failure::Failure;

/// A name in that form.
pub(crate) fn canonical(name: &str) -> Result<String, Failure> {
    let name = name.trim_end_matches('.').to_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let fits = |label: &str| (1..=63).contains(&label.replace("\\052", "*").len());
    if name.is_empty() || name.len() > 255 || !labels.iter().all(|label| fits(label)) {
        return Err(Failure::new("InvalidDomainName", format!("{name}. is not a valid domain name")));
    }
    let mut written = String::with_capacity(name.len() + 1);
    for character in name.chars() {
        match character {
            'a'..='z' | '0'..='9' | '-' | '_' | '.' | '\\' => written.push(character),
            other => written.extend(other.to_string().bytes().map(|byte| format!("\\{byte:03o}"))),
        }
    }
    Ok(format!("{written}."))
}

/// Whether a name is a zone's, or below it.
pub(super) fn is_in(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'))
}

/// By what names are listed: their labels from the right.
pub(super) fn order(name: &str) -> Vec<String> {
    name.trim_end_matches('.').rsplit('.').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        assert_eq!(canonical("*.Example.com").unwrap(), "\\052.example.com.");
        assert_eq!(canonical("\\052.example.com.").unwrap(), "\\052.example.com.");
        assert!(canonical("a..b").is_err() && canonical("").is_err());
        assert!(is_in("www.example.com.", "example.com.") && is_in("example.com.", "example.com."));
        assert!(!is_in("www.anexample.com.", "example.com."));
    }
}

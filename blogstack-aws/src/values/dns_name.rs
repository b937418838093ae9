//! Names of the DNS. <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>

use blogstack_core::{Input, IntoInput, Output, Value};

/// A name of the DNS, in lower case and without the dot at its end. A wildcard is a `*` at its beginning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Value)]
pub struct DnsName(String);

impl DnsName {
    /// A name, in whichever of its forms: `WWW.example.com.` is `www.example.com`, and `\052.example.com` is `*.example.com`.
    pub fn new(name: &str) -> Self {
        Self(name.trim_end_matches('.').to_lowercase().replace("\\052", "*"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this zone's name, or below it.
    pub fn is_in(&self, zone: &Self) -> bool {
        self == zone || self.0.strip_suffix(zone.as_str()).is_some_and(|rest| rest.ends_with('.'))
    }

    /// What is wrong with it.
    pub fn problem(&self) -> Option<String> {
        let wrong = |label: &str| label.is_empty() || label.len() > 63;
        let is_wrong = self.0.len() > 255 || self.0.split('.').any(wrong);
        is_wrong.then(|| format!("`{}` is no name of the DNS: labels of 1 to 63 characters with dots between them, 255 in all", self.0))
    }
}

impl std::fmt::Display for DnsName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl IntoInput<DnsName> for &str {
    fn into_input(self) -> Input<DnsName> {
        DnsName::new(self).into_input()
    }
}

impl IntoInput<DnsName> for String {
    fn into_input(self) -> Input<DnsName> {
        self.as_str().into_input()
    }
}

impl IntoInput<DnsName> for &Output<String> {
    fn into_input(self) -> Input<DnsName> {
        self.map(|name| DnsName::new(&name)).into_input()
    }
}

impl IntoInput<DnsName> for Output<String> {
    fn into_input(self) -> Input<DnsName> {
        (&self).into_input()
    }
}

#[cfg(test)]
mod tests {
    use super::DnsName;

    #[test]
    fn a_name_has_one_form() {
        assert_eq!(DnsName::new("\\052.Example.com."), DnsName::new("*.example.com"));
        assert!(DnsName::new("www.example.com").is_in(&DnsName::new("example.com.")));
        assert!(!DnsName::new("anexample.com").is_in(&DnsName::new("example.com")));
        assert!(DnsName::new("a..b").problem().is_some() && DnsName::new("a.b").problem().is_none());
    }
}

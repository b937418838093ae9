//! Answers that tell what a request said: parameters, under the names that they have there.
//!
//! Source: the shapes of launch templates and of the tunnels of VPN connections, in requests and in answers: names begin in lower
//! case, and lists end in `Set`, with few exceptions.

use std::collections::BTreeMap;

use crate::protocol::xml::Xml;

/// Writes parameters as answers have them.
pub(crate) fn write(xml: &mut Xml, parameters: &BTreeMap<String, String>) {
    let values = parameters.iter().map(|(key, value)| (key.split('.').collect::<Vec<_>>(), value.as_str())).collect();
    write_below(xml, "", values);
}

/// Writes values by the rest of their path, all of which stand below the parameter `above`.
fn write_below(xml: &mut Xml, above: &str, values: Vec<(Vec<&str>, &str)>) {
    let mut by_part: BTreeMap<&str, Vec<(Vec<&str>, &str)>> = BTreeMap::new();
    for (path, value) in values {
        let (first, rest) = path.split_first().unwrap_or((&"", &[]));
        by_part.entry(first).or_default().push((rest.to_vec(), value));
    }
    for (part, below) in by_part {
        let is_list = below.iter().all(|(path, _)| path.first().is_some_and(|index| index.parse::<u32>().is_ok()));
        match below.as_slice() {
            [(path, value)] if path.is_empty() => drop(xml.text(&lower(part), value)),
            _ if is_list => write_list(xml, above, part, below),
            _ => drop(xml.nest(&lower(part), |xml| write_below(xml, part, below))),
        }
    }
}

fn write_list(xml: &mut Xml, above: &str, name: &str, values: Vec<(Vec<&str>, &str)>) {
    let mut entries: BTreeMap<u32, Vec<(Vec<&str>, &str)>> = BTreeMap::new();
    for (path, value) in values {
        let (index, rest) = path.split_first().unwrap_or((&"", &[]));
        entries.entry(index.parse().unwrap_or_default()).or_default().push((rest.to_vec(), value));
    }
    let (set, item) = match (above, name) {
        ("NetworkInterface", "SecurityGroupId") => ("groupSet".to_owned(), "groupId"),
        (_, "LicenseSpecification") => ("licenseSet".to_owned(), "item"),
        (_, "IKEVersion") => ("ikeVersionSet".to_owned(), "item"),
        _ => (format!("{}Set", lower(name)), "item"),
    };
    xml.nest(&set, |xml| {
        for entry in entries.into_values() {
            match entry.as_slice() {
                [(path, text)] if path.is_empty() => drop(xml.text(item, text)),
                _ => drop(xml.nest(item, |xml| write_below(xml, name, entry))),
            }
        }
    });
}

/// A parameter's name as answers write it.
fn lower(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("DPD") {
        return format!("dpd{rest}");
    }
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> String {
        let mut xml = Xml::new();
        write(&mut xml, &pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect());
        xml.into_string()
    }

    #[test]
    fn answers_have_names_of_their_own() {
        let template = [
            ("ImageId", "ami-1"),
            ("NetworkInterface.1.SecurityGroupId.1", "sg-1"),
            ("Monitoring.Enabled", "true"),
            ("TagSpecification.1.Tag.1.Key", "a"),
        ];
        let expected = "<imageId>ami-1</imageId><monitoring><enabled>true</enabled></monitoring>\
            <networkInterfaceSet><item><groupSet><groupId>sg-1</groupId></groupSet></item></networkInterfaceSet>\
            <tagSpecificationSet><item><tagSet><item><key>a</key></item></tagSet></item></tagSpecificationSet>";
        assert_eq!(told(&template), expected);
        let tunnel = [("DPDTimeoutSeconds", "30"), ("IKEVersion.1.Value", "ikev2"), ("Phase1DHGroupNumber.1.Value", "14")];
        let expected = "<dpdTimeoutSeconds>30</dpdTimeoutSeconds><ikeVersionSet><item><value>ikev2</value></item></ikeVersionSet>\
            <phase1DHGroupNumberSet><item><value>14</value></item></phase1DHGroupNumberSet>";
        assert_eq!(told(&tunnel), expected);
    }
}

//! What requests have in common: required parameters, lists, names.

use crate::failure::Failure;
use crate::params::Params;
use crate::state::object::Tags;

/// A parameter that must be there.
pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, Failure> {
    let missing = || Failure::value(format!("The parameter {name} must be provided and must not be blank."));
    params.text(name).filter(|value| !value.is_empty()).ok_or_else(missing)
}

/// A list: its entries stand under the name that they have in XML, or under `member`.
pub(super) fn list(params: &Params, name: &str, entry: &str) -> Vec<String> {
    [entry, "member"].iter().flat_map(|entry| params.list(&format!("{name}.{entry}"))).collect()
}

/// The tags that a request carries.
pub(super) fn tags(params: &Params) -> Result<Tags, Failure> {
    let groups = ["Tag", "member"].iter().flat_map(|entry| params.groups(&format!("Tags.{entry}")));
    let mut tags = Tags::new();
    for tag in groups {
        let key = required(&tag, "Key")?;
        if key.to_lowercase().starts_with("aws:") {
            return Err(Failure::value("Tag keys that begin with aws: are reserved."));
        }
        tags.insert(key.to_owned(), tag.text("Value").unwrap_or_default().to_owned());
    }
    match tags.len() {
        0..=50 => Ok(tags),
        _ => Err(Failure::new("TagQuotaPerResourceExceeded", "A resource takes 50 tags.")),
    }
}

/// A name in lower case, as it is kept: letters, digits and hyphens, none of them doubled or at the end, a letter first.
pub(super) fn name(params: &Params, parameter: &str, longest: usize) -> Result<String, Failure> {
    let name = required(params, parameter)?.to_lowercase();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let proper = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(fits);
    match proper && name.len() <= longest && !name.contains("--") && !name.ends_with('-') {
        true => Ok(name),
        false => Err(Failure::value(format!(
            "The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, \
             digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
        ))),
    }
}

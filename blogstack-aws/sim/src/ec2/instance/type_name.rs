//! Names of instance types: `t3.micro`.
//!
//! Source: *Amazon EC2 instance types*, *naming conventions*: family, generation, options; `g` stands for Graviton.

use crate::failure::Failure;

const SIZES: [&str; 7] = ["nano", "micro", "small", "medium", "large", "xlarge", "metal"];

/// Refuses what cannot be an instance type.
pub(super) fn check(name: &str) -> Result<(), Failure> {
    let well_formed = name.split_once('.').is_some_and(|(family, size)| is_family(family) && is_size(size));
    if well_formed { Ok(()) } else { Err(Failure::value(format!("Invalid value '{name}' for InstanceType."))) }
}

/// Refuses an image of another architecture than the type's.
pub(super) fn check_architecture(name: &str, architecture: &str) -> Result<(), Failure> {
    let own = self::architecture(name);
    if own == architecture {
        return Ok(());
    }
    let message = format!(
        "The architecture '{own}' of the specified instance type does not match the architecture '{architecture}' of the specified AMI. \
         Specify an instance type and an AMI that have matching architectures, and try again."
    );
    Err(Failure::value(message))
}

/// The architecture of a type's processors.
pub(super) fn architecture(name: &str) -> &'static str {
    if is_graviton(name) { "arm64" } else { "x86_64" }
}

/// The CPU credits that an instance of a burstable type begins with: *Burstable performance instances*.
pub(super) fn default_credits(name: &str) -> Option<&'static str> {
    match name.split('.').next() {
        Some("t2") => Some("standard"),
        Some("t3" | "t3a" | "t4g") => Some("unlimited"),
        _ => None,
    }
}

fn is_family(family: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    family.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && family.bytes().all(plain)
        && family.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_size(size: &str) -> bool {
    let base = size.trim_start_matches(|character: char| character.is_ascii_digit());
    SIZES.contains(&size) || base == "xlarge" || size.starts_with("metal-")
}

fn is_graviton(name: &str) -> bool {
    let family = name.split('.').next().unwrap_or_default();
    let options = family.trim_start_matches(|character: char| character.is_ascii_lowercase());
    let options = options.trim_start_matches(|character: char| character.is_ascii_digit());
    family == "a1" || options.starts_with('g')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_their_form() {
        for name in ["t3.micro", "m7g.16xlarge", "u-6tb1.metal", "c6gn.metal", "i3en.metal-24xl"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["t3", "micro", "t3.", "T3.micro", "t3.huge", "xlarge.t3", ""] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn graviton_runs_arm_images() {
        assert!(check_architecture("t4g.micro", "arm64").is_ok() && check_architecture("t3.micro", "x86_64").is_ok());
        assert!(check_architecture("c7gn.large", "x86_64").is_err() && check_architecture("g4dn.xlarge", "arm64").is_err());
    }
}

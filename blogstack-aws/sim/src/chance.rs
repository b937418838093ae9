//! Seeded chance: every id, address and delay is a function of the seed and of how often it was asked for.

/// A number that depends on the seed and on every part, and on nothing else.
pub(crate) fn number(seed: u64, parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    fastrand::Rng::with_seed(hash ^ seed.rotate_left(32)).u64(..)
}

/// An AWS-shaped id: the prefix, a hyphen and 17 lower-case hexadecimal digits.
pub(crate) fn id(prefix: &str, number: u64) -> String {
    format!("{prefix}-0{number:016x}")
}

/// A request id in the shape of a version 4 UUID.
pub(crate) fn request_id(seed: u64, session: u64, call: u64) -> String {
    let (session, call) = (session.to_string(), call.to_string());
    let high = number(seed, &["request", &session, &call, "high"]);
    let low = number(seed, &["request", &session, &call, "low"]);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 50),
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(number(1, &["ab", "c"]), number(1, &["a", "bc"]));
        assert_ne!(number(1, &["a"]), number(2, &["a"]));
        assert_eq!(number(1, &["a"]), number(1, &["a"]));
    }

    #[test]
    fn ids_have_the_shape_of_aws() {
        let id = id("vpc", number(7, &["vpc"]));
        assert_eq!(id.len(), "vpc-".len() + 17);
        assert_eq!(request_id(7, 0, 1).len(), 36);
    }
}

//! Keyed digests: they tell whether something is still the same, and nothing else about it.

use aws_lc_rs::hmac;

use super::Key;
use crate::disk::hex;

/// Makes fences with one key. Whoever has not the key can neither make one nor find out a value by trying.
#[derive(Clone)]
pub struct Fencer {
    key: hmac::Key,
}

impl Fencer {
    pub(super) fn new(key: &Key) -> Self {
        let whole = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
        let derived = hmac::sign(&whole, b"blogstack fence 1");
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()) }
    }

    /// Begins the fence of something. `place` keeps equal values in different places apart.
    pub fn begin(&self, place: &[&str]) -> Fence {
        let mut fence = Fence { context: hmac::Context::with_key(&self.key) };
        fence.number(place.len());
        for part in place {
            fence.part(part.as_bytes());
        }
        fence
    }
}

/// A fence in the making. Parts are told apart: `ab`, `c` is not `a`, `bc`.
pub struct Fence {
    context: hmac::Context,
}

impl Fence {
    /// Adds a part.
    pub fn part(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.context.update(bytes);
    }

    /// Adds a number: how many parts follow, say.
    pub fn number(&mut self, number: usize) {
        self.context.update(&(number as u64).to_le_bytes());
    }

    /// The fence: 32 hexadecimal digits.
    pub fn end(self) -> String {
        hex(&self.context.sign().as_ref()[..16])
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn fence(key: u8, place: &[&str], parts: &[&str]) -> String {
        let mut fence = Fencer::new(&Key::new(Zeroizing::new([key; 32]))).begin(place);
        for part in parts {
            fence.part(part.as_bytes());
        }
        fence.end()
    }

    #[test]
    fn equal_things_in_one_place_have_one_fence() {
        let one = fence(1, &["a"], &["x", "y"]);
        assert_eq!(one, fence(1, &["a"], &["x", "y"]));
        assert_eq!(one.len(), 32);
        let others = [
            fence(2, &["a"], &["x", "y"]),
            fence(1, &["b"], &["x", "y"]),
            fence(1, &["a"], &["xy"]),
            fence(1, &["a", "x"], &["y"]),
            fence(1, &["a"], &["x", "", "y"]),
        ];
        assert!(others.iter().all(|other| *other != one));
    }
}

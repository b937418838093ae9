//! Where random bytes come from.

use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use aws_lc_rs::rand;

/// A source of random bytes.
pub trait Entropy: Send + Sync + Debug {
    /// Fills `bytes` with bytes that were never given before.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's, fit for keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the operating system gives random bytes to every process");
    }
}

/// The same bytes for the same seed, in every process: for tests and simulations. Whoever knows the seed knows them
/// all, and a second one with the same seed repeats nonces, so nothing sealed with it is secret.
pub struct SeededEntropy {
    seed: u64,
    blocks: AtomicU64,
}

impl SeededEntropy {
    /// The bytes that belong to `seed`, from their beginning.
    pub fn new(seed: u64) -> Self {
        Self { seed, blocks: AtomicU64::new(0) }
    }

    fn block(&self) -> [u8; SHA256_OUTPUT_LEN] {
        let mut context = Context::new(&SHA256);
        context.update(b"blogstack seeded entropy 1");
        context.update(&self.seed.to_le_bytes());
        context.update(&self.blocks.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        let mut block = [0; SHA256_OUTPUT_LEN];
        block.copy_from_slice(context.finish().as_ref());
        block
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(SHA256_OUTPUT_LEN) {
            chunk.copy_from_slice(&self.block()[..chunk.len()]);
        }
    }
}

impl Debug for SeededEntropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SeededEntropy").field("seed", &self.seed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(entropy: &dyn Entropy) -> [u8; 40] {
        let mut bytes = [0; 40];
        entropy.fill(&mut bytes);
        bytes
    }

    #[test]
    fn a_seed_gives_the_same_bytes_again_but_never_twice() {
        let (one, same, other) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        let first = draw(&one);
        assert_eq!(first, draw(&same));
        assert_ne!(first, draw(&one));
        assert_ne!(first, draw(&other));
        assert_ne!(first[..8], first[32..]);
    }

    #[test]
    fn the_system_gives_other_bytes_each_time() {
        assert_ne!(draw(&SystemEntropy), draw(&SystemEntropy));
    }
}

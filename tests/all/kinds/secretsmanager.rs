mod secret;

use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[secret::KIND];

mod alias;
mod key;

use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[alias::KIND, key::KIND];

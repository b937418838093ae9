mod cluster;
mod subnet_group;

use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[cluster::KIND, subnet_group::KIND];

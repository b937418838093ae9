//! Classic load balancers.

mod load_balancer;

use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[load_balancer::KIND];

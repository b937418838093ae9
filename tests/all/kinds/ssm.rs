mod parameter;
mod secure_parameter;

use blogstack_tests::kinds::Kind;

/// Their lives.
pub(super) const KINDS: &[Kind] = &[parameter::KIND, secure_parameter::KIND];

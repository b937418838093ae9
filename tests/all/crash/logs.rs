//! Programs with log groups.

use blogstack_aws::logs::{LogGroup, LogGroupClass};
use blogstack_core::Scope;

/// Four log groups.
pub(super) fn before(s: &Scope) {
    s.add("open", LogGroup::new().retention_in_days(30_u32).tag("Name", "one"));
    s.add("named", LogGroup::new().name("named").retention_in_days(30_u32));
    s.add("moved", LogGroup::new().name("before"));
    s.add("gone", LogGroup::new());
}

/// The same with updates, replacements in both orders, and one object less.
pub(super) fn after(s: &Scope) {
    s.add("open", LogGroup::new().tag("Name", "two"));
    s.add("named", LogGroup::new().name("named").log_group_class(LogGroupClass::InfrequentAccess).retention_in_days(7_u32));
    s.add("moved", LogGroup::new().name("after"));
}

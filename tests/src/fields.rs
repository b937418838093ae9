//! Field tables: what becomes of every input of AWS's operations, under `blogstack-aws/fields`.
//!
//! Each kind has a file there, named like the kind. A table in it holds the inputs of one operation, or of several that go
//! together, under AWS's names; a nested one is written with its path. Every input either goes to fields of the kind or is
//! left out for one of the reasons of `reasons.toml`:
//!
//! ```toml
//! [RunInstances]
//! ImageId = { supported = "image" }
//! KernelId = { left_out = "legacy", note = "an image brings its kernel" }
//! "BlockDeviceMappings.Ebs.VolumeSize" = { supported = "root_volume.size" }
//!
//! [unused]
//! ModifyInstanceEventStartTime = { left_out = "no-field" }
//!
//! [own]
//! "target.other" = "shows targets that this version cannot set"
//! ```
//!
//! `unused` names operations on such objects that no kind of ours calls, `own` fields of ours that AWS has no input for.

pub mod check;
pub mod model;
pub mod paths;
pub mod reference;
pub mod source;
pub mod table;

use std::path::PathBuf;

use blogstack_core::shape::Schema;
use blogstack_sim::{Call, Sim};

use self::{model::Model, table::Table};
use crate::service;

/// A path from the root of the repository.
pub fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The schemas of all kinds, by name.
///
/// # Panics
/// When no simulation can be built.
pub fn schemas() -> Vec<&'static Schema> {
    let sim = Sim::builder().build().expect("a simulation in memory");
    crate::world::connection(&sim).providers.kinds().map(|provider| provider.schema()).collect()
}

/// Whether the calls of a kind agree with its table. Nothing is said without AWS's model, which another test asks for.
///
/// # Panics
/// When they do not.
pub fn assert_sent(kind: &str, calls: &[Call]) {
    let service = service::named(service_and_name(kind).0);
    let Ok(model) = Model::of(service.name) else { return };
    let table = Table::of_kind(kind).unwrap_or_else(|error| panic!("{error}"));
    let mut sent = check::Sent::new();
    for call in calls.iter().filter(|call| call.service == service.signing) {
        sent.entry(&call.operation).or_default().extend(call.request.keys().map(String::as_str));
    }
    let problems = check::against_calls(&table, model, &sent);
    assert!(problems.is_empty(), "{kind} and its table in blogstack-aws/fields differ:\n{}", problems.join("\n"));
}

/// The service and the name in a kind: `ec2` and `nat-gateway` in `aws:ec2/nat-gateway`.
pub fn service_and_name(kind: &str) -> (&str, &str) {
    let kind = kind.split_once(':').map_or(kind, |(_, rest)| rest);
    kind.split_once('/').unwrap_or(("", kind))
}

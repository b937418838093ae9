//! The whole simulated world: who it is, what time it is, and every region of every account.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::state::region::Region;

/// An account and a region of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: String,
    pub(crate) region: String,
}

impl Place {
    /// The key of the place in the world: `123456789012/eu-west-1`.
    pub(crate) fn key(&self) -> String {
        format!("{}/{}", self.account, self.region)
    }

    /// The place of a key.
    pub(crate) fn of(key: &str) -> Self {
        let (account, region) = key.split_once('/').unwrap_or(("", key));
        Self { account: account.to_owned(), region: region.to_owned() }
    }
}

/// The whole simulated world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct World {
    /// Names this world for ever.
    pub(crate) instance_id: String,
    /// Where all chance comes from.
    pub(crate) seed: u64,
    /// How often the world was opened from its file.
    pub(crate) session: u64,
    /// How many requests it has seen since it was opened.
    pub(crate) calls: u64,
    /// When it was last looked at.
    pub(crate) now: Moment,
    /// The regions by the key of their place.
    pub(crate) regions: BTreeMap<String, Region>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let instance_id = crate::chance::id("sim", crate::chance::number(seed, &["instance"]));
        Self { instance_id, seed, session: 0, calls: 0, now: 0, regions: BTreeMap::new() }
    }
}

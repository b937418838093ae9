//! Everything about a simulation that does not change while it runs.

use std::collections::{BTreeMap, BTreeSet};

use crate::consistency::Consistency;
use crate::delays::Delays;
use crate::image::Image;
use crate::limits::Limits;

/// Everything about a simulation that does not change while it runs.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) consistency: Consistency,
    pub(crate) delays: Delays,
    pub(crate) images: Vec<Image>,
    /// Those whose instances no load balancer finds healthy.
    pub(crate) failing_images: BTreeSet<String>,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) instance_profiles: BTreeSet<String>,
    pub(crate) quotas: BTreeMap<String, usize>,
    pub(crate) limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            consistency: Consistency::default(),
            delays: Delays::default(),
            images: Vec::new(),
            failing_images: BTreeSet::new(),
            parameters: BTreeMap::new(),
            instance_profiles: BTreeSet::new(),
            quotas: BTreeMap::new(),
            limits: Limits::none(),
        }
    }
}

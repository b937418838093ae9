//! What a cluster is.

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::state::object::{Kind, Object, Tags};

/// A cluster without replication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) settings: Settings,
    pub(crate) engine: String,
    pub(crate) port: u16,
    pub(crate) subnet_group: Option<String>,
    pub(crate) zone: String,
    /// What becomes of it, and when, while something does.
    pub(crate) change: Option<Change>,
    pub(crate) created_at: Moment,
    pub(crate) tags: Tags,
}

/// What can be changed on a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) engine_version: String,
    pub(crate) node_type: String,
    pub(crate) nodes: u32,
    pub(crate) parameter_group: String,
    pub(crate) security_groups: Vec<String>,
    pub(crate) maintenance_window: String,
    pub(crate) auto_minor_version_upgrade: bool,
    pub(crate) snapshot_retention_limit: u32,
    pub(crate) snapshot_window: Option<String>,
    pub(crate) notification_topic: Option<String>,
}

/// What becomes of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) kind: ChangeKind,
    pub(crate) due: Moment,
}

/// A change that takes its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChangeKind {
    Creating,
    /// With what it will be afterwards.
    Modifying(Box<Settings>),
    Deleting,
}

impl Object for Cluster {
    const KIND: Kind = Kind {
        name: "cache-cluster",
        prefix: "",
        missing: "CacheClusterNotFound",
        malformed: None,
        sentence: "CacheCluster not found: {}",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.change.as_ref().map(|change| change.due)
    }
}

impl Cluster {
    /// *`CacheCluster`*: `CacheClusterStatus`.
    pub(super) fn status(&self) -> &'static str {
        match self.change.as_ref().map(|change| &change.kind) {
            None => "available",
            Some(ChangeKind::Creating) => "creating",
            Some(ChangeKind::Modifying(_)) => "modifying",
            Some(ChangeKind::Deleting) => "deleting",
        }
    }

    /// The ids of its nodes: `0001` and so on.
    pub(super) fn nodes(&self) -> impl Iterator<Item = String> {
        (1..=self.settings.nodes).map(|number| format!("{number:04}"))
    }

    pub(super) fn is_memcached(&self) -> bool {
        self.engine == "memcached"
    }
}

//! What a blog may be told.

use std::net::Ipv4Addr;

use blogstack_aws::Cidr;
use blogstack_core::Problem;
use serde::Deserialize;

use crate::machines::MasterSettings;

/// `stacks/prod.toml` and `stacks/staging.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it stands. Each region is a whole blog; the images and the names are shared.
    pub regions: Vec<Region>,
    /// Whether the networks of the regions are joined, each with each.
    #[serde(default)]
    pub peering: bool,
    /// The network of each region.
    #[serde(default)]
    pub network: NetworkSettings,
    /// The place from which it is looked after.
    pub office: OfficeSettings,
    /// The read-only domain controller, if there is one.
    pub domain_controller: Option<DomainControllerSettings>,
    /// The Salt master.
    pub salt: MasterSettings,
    /// The machines that Salt makes what they are.
    #[serde(default)]
    pub machines: MachineSettings,
    /// The database.
    #[serde(default)]
    pub database: DatabaseSettings,
    /// The front ends.
    #[serde(default)]
    pub web: WebSettings,
    /// Its names.
    pub names: NameSettings,
    /// The bucket of images.
    pub images: ImageSettings,
    /// Who is told of alarms: the ARN of a topic.
    pub alarm_topic: Option<String>,
}

/// One region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// What AWS calls it.
    pub name: String,
    /// The range of its network, which no other region and not the office has: /16 to /20.
    pub cidr_block: Cidr,
}

/// The network of a region.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSettings {
    /// How many zones it spans, 2 to 6.
    pub zones: u32,
    /// How its machines reach the internet.
    pub nat: NatKind,
    /// The public parameter that names the image of the NAT instances.
    pub nat_image: String,
    /// Their size.
    pub nat_instance_type: String,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        let nat_image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64".into();
        Self { zones: 2, nat: NatKind::Instances, nat_image, nat_instance_type: "t3.nano".into() }
    }
}

/// How machines without a public address reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NatKind {
    /// Through two instances in two zones, which watch each other.
    Instances,
    /// Through one NAT gateway, which nobody has to look after, and which costs more.
    Gateway,
}

/// The office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSettings {
    /// The address of its router in the internet.
    pub address: Ipv4Addr,
    /// The range of its network.
    pub cidr_block: Cidr,
}

/// The read-only domain controller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainControllerSettings {
    /// The name of its private image, in which `*` and `?` stand for anything: the newest is taken.
    pub image: String,
    /// Its domain, which completes host names.
    pub domain: String,
    /// Its size.
    #[serde(default = "small")]
    pub instance_type: String,
}

fn small() -> String {
    "t3.small".into()
}

/// What the machines of Salt have in common.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MachineSettings {
    /// The public parameter that names their image, of Ubuntu.
    pub image: String,
    /// The size of the Salt master.
    pub master_instance_type: String,
    /// The hardware of the cache.
    pub cache_node_type: String,
}

impl Default for MachineSettings {
    fn default() -> Self {
        let image = super::UBUNTU.into();
        Self { image, master_instance_type: small(), cache_node_type: "cache.t3.micro".into() }
    }
}

/// The database server, with the comment server beside it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// What runs on it.
    pub engine: Engine,
    /// Its size.
    pub instance_type: String,
    /// The size of its data volume in GiB.
    pub volume_size: u32,
    /// For how many nights a snapshot is kept.
    pub snapshots: u32,
    /// The id of the snapshot that the data begins as: to restore it. Another one is another volume.
    pub snapshot: Option<String>,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { engine: Engine::Postgresql, instance_type: small(), volume_size: 20, snapshots: 14, snapshot: None }
    }
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// `PostgreSQL`.
    Postgresql,
    /// `MySQL`, the only one that new versions of Ghost support.
    Mysql,
}

impl Engine {
    /// As Salt's states call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
        }
    }

    /// Where it listens.
    pub fn port(self) -> u16 {
        match self {
            Self::Postgresql => 5432,
            Self::Mysql => 3306,
        }
    }
}

/// The front ends.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSettings {
    /// How many there are.
    pub mode: Mode,
    /// Their size.
    pub instance_type: String,
    /// The fewest of a group that scales.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// What the image is called that a group launches: another name has it built anew and rolled out.
    pub build: String,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self { mode: Mode::Scaling, instance_type: small(), min: 2, max: 6, build: "1".into() }
    }
}

/// How many front ends there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Two, each of which Salt builds.
    Fixed,
    /// As many as are needed, copies of one that Salt has built.
    Scaling,
}

/// Names in the DNS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameSettings {
    /// The domain of the zone.
    pub zone: String,
    /// The name of the blog, in this zone.
    pub host: String,
    /// The id of the zone that exists already. Without it one is made.
    pub adopt: Option<String>,
}

/// The bucket of images.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageSettings {
    /// Its name.
    pub bucket: String,
    /// Whether it exists already and is taken over.
    #[serde(default)]
    pub adopt: bool,
    /// Where readers get images, as a content delivery network before the bucket serves them.
    pub url: String,
}

impl Settings {
    /// What is wrong with them, besides what their types say.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |what: &str, message: String, hint: &str| problems.push(Problem::new(what, message).hint(hint));
        if self.regions.is_empty() {
            wrong("regions", "there is none".into(), "name a region and its range in `[[regions]]`");
        }
        for (at, region) in self.regions.iter().enumerate() {
            let Region { name, cidr_block } = region;
            if !(16..=20).contains(&cidr_block.prefix()) {
                wrong(name, format!("its `cidr_block` {cidr_block} is no range of /16 to /20"), "its parts would be too many or too small");
            }
            let earlier = self.regions[..at].iter().map(|other| (other.name.as_str(), other.cidr_block));
            for (other, range) in earlier.chain([("office", self.office.cidr_block)]) {
                if range.overlaps(*cidr_block) {
                    wrong(name, format!("its `cidr_block` {cidr_block} overlaps {range} of `{other}`"), "give each a range of its own");
                }
            }
        }
        if !(2..=6).contains(&self.network.zones) {
            wrong(
                "network.zones",
                format!("{} zones are not 2 to 6", self.network.zones),
                "the load balancer and the NAT instances need two",
            );
        }
        let NameSettings { zone, host, .. } = &self.names;
        if host != zone && !host.ends_with(&format!(".{zone}")) {
            wrong("names.host", format!("`{host}` is not in the zone `{zone}`"), "choose a name that ends with the zone's");
        }
        if self.web.min > self.web.max {
            wrong("web.min", format!("{} front ends at least are more than {} at most", self.web.min, self.web.max), "lower it");
        }
        problems
    }
}

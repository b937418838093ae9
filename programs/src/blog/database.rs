//! The database server, with the comment server beside it.

use std::net::Ipv4Addr;

use blogstack_aws::{
    dlm::{CreateRule, LifecyclePolicy, RetainRule, Schedule, TargetTag},
    ec2::{ImageId, Instance, Rule, SecurityGroup, Snapshot, Volume, VolumeAttachment, VolumeType},
    iam::{Condition, Principal, Role, Statement, grant},
};
use blogstack_core::{Configure, Handle, Id, Output, Scope};

use super::{network::Network, salt, server::server, settings::DatabaseSettings};
use crate::machines;

/// The number of its address in the data subnet.
const ADDRESS: u8 = 10;
/// Where the comment server listens.
const COMMENTS: u16 = 8080;
/// The tag by which snapshots know the volume.
const BACKUP: (&str, &str) = ("Backup", "database");

/// What other parts need of it.
pub(super) struct Database {
    pub(super) server: Handle<Instance>,
    pub(super) address: Ipv4Addr,
    /// Where the server sees its data.
    pub(super) device: Output<String>,
}

/// A server whose data is on a volume of its own, which outlives it and is protected.
pub(super) fn database(
    s: &Scope,
    settings: &DatabaseSettings,
    image: &Output<ImageId>,
    network: &Network,
    web: &Handle<SecurityGroup>,
) -> Database {
    let port = Rule::tcp(settings.engine.port());
    let mut doors = vec![port.from(web), Rule::tcp(COMMENTS).from(web), Rule::tcp(22).from(network.office)];
    // Databases of joined regions may copy each other.
    doors.extend(network.others.iter().map(|range| port.from(*range)));
    let group = s.add("database", SecurityGroup::new(&network.vpc, "the database, and comments").ingress(doors));
    let address = network.data_address(ADDRESS);
    let server = server("database", image, &settings.instance_type, &network.data[0], &group).private_ip(address);
    let server = s.add("database", server.user_data(machines::minion("database", salt::address(network))));

    let (key, value) = BACKUP;
    let volume = Volume::new(network.zones.at(0)).size(settings.volume_size).volume_type(VolumeType::Gp3).encrypted(true);
    let volume = volume.snapshot(settings.snapshot.as_deref().map(Id::<Snapshot>::new));
    // What is restored is another volume, so that the one before stays until its protection is lifted.
    let name = settings.snapshot.as_ref().map_or_else(|| "data".to_owned(), |snapshot| format!("data-{snapshot}"));
    let volume = s.add(name, volume.tag("Name", "database").tag(key, value).protect());
    s.add("data", VolumeAttachment::new(&volume, &server, "/dev/sdf"));
    backup(s, settings, &volume);
    // Instances with NVMe call their disks as they find them, and link the volumes' ids to them.
    let device = volume.id.map(|id| format!("/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_{}", id.as_str().replace('-', "")));
    Database { server, address, device }
}

/// A snapshot of the volume every night. Snapshots have its tags, by which the old ones are known.
fn backup(s: &Scope, settings: &DatabaseSettings, volume: &Handle<Volume>) {
    let role = s.add("backup", Role::new(Principal::service("dlm.amazonaws.com")));
    let snapshots = format!("arn:aws:ec2:{}::snapshot/*", s.region());
    let own = [Condition::string_equals("ec2:ResourceTag/Backup", [BACKUP.1])];
    let rights = [
        Statement::allow(["ec2:DescribeVolumes", "ec2:DescribeInstances", "ec2:DescribeSnapshots"]).resources(["*"]),
        Statement::allow(["ec2:CreateSnapshot"]).resources([&volume.arn]),
        Statement::allow(["ec2:CreateSnapshot", "ec2:CreateTags"]).resources([snapshots.as_str()]),
        Statement::allow(["ec2:DeleteSnapshot"]).resources([snapshots.as_str()]).conditions(own),
    ];
    let rights = grant(s, "backup", &role, rights);
    let nightly = Schedule::new("nightly", CreateRule::every(24, "03:00"), RetainRule::Count(settings.snapshots)).copy_tags(true);
    let (key, value) = BACKUP;
    let policy = LifecyclePolicy::new(&role.arn, "snapshots of the database", [TargetTag::new(key, value)], [nightly]);
    s.add("backup", policy.depends_on(&rights));
}

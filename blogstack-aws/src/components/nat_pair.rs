//! Two instances that translate addresses and watch each other.

use std::net::Ipv4Addr;

use blogstack_core::{Handle, Output, Scope};

use super::network::TRANSLATE;
use crate::{
    Cidr,
    cloud_init::{CloudConfig, Template, UserData, WriteFile, command},
    ec2::{
        Eip, EipAssociation, HttpTokens, ImageId, Instance, InstanceType, MetadataOptions, Route, RouteTable, Rule, SecurityGroup, Subnet,
        Vpc,
    },
    iam::{InstanceProfile, Principal, Role, Statement, StatementArgs, grant},
};

/// What a [`NatPair`] is made of.
#[derive(Clone)]
pub struct NatPairSettings {
    /// The image, which has the AWS CLI, curl and systemd, as Amazon Linux 2023 has.
    pub image: Output<ImageId>,
    /// The size of the instances.
    pub instance_type: InstanceType,
    /// A script that makes an instance translate addresses, for good. It runs at the first boot.
    pub translate: String,
    /// A script that watches the other instance, for ever. It is called with the name of a file, whose lines tell it `AWS_DEFAULT_REGION`,
    /// `PLACE` (0 or 1), `VPC`, and the route tables `OWN_TABLES` and `PEER_TABLES`; it finds the other instance by the tag `nat-place`.
    pub watcher: String,
}

/// Watches the other instance of a [`NatPair`].
const WATCH: &str = include_str!("nat_pair/watch.sh");

impl NatPairSettings {
    /// With scripts for Amazon Linux 2023.
    pub fn new(image: Output<ImageId>, instance_type: impl Into<String>) -> Self {
        Self { image, instance_type: InstanceType(instance_type.into()), translate: TRANSLATE.into(), watcher: WATCH.into() }
    }
}

/// Two instances in two zones, each with an address of its own, through which private subnets reach the internet.
///
/// Each watches the other. When one is lost, the other takes its routes over and restarts it. Meanwhile a plan shows the route as changed by
/// somebody else, and `up` would lead it back: the watcher then takes it again, but look why it moved before you apply.
///
/// An instance's role may read what there is in EC2, lead the routes of the two tables, and restart the other instance; nothing else.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::{
///     components::{Nat, NatPairSettings, Network, NetworkSettings},
///     ec2::Image,
/// };
///
/// fn program(s: &Scope) {
///     let image = s.look_up(Image::by_parameter("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"));
///     let pair = NatPairSettings::new(image, "t3.nano");
///     let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range"), subnet_prefix: 20, zones: 2 };
///     Network::new(&s.child("network"), &settings, &Nat::Pair(pair));
/// }
/// ```
pub struct NatPair {
    /// The instances.
    pub instances: [Handle<Instance>; 2],
    /// What each of them may do.
    pub roles: [Handle<Role>; 2],
    /// The tables whose default route leads to each of them, as long as it is well.
    pub tables: [Handle<RouteTable>; 2],
    /// Their addresses on the internet.
    pub addresses: [Output<Ipv4Addr>; 2],
}

/// What both instances share.
struct Plan<'a> {
    scope: &'a Scope,
    settings: &'a NatPairSettings,
    vpc: &'a Handle<Vpc>,
    group: Handle<SecurityGroup>,
    tables: [Handle<RouteTable>; 2],
}

const PLACES: [usize; 2] = [0, 1];

/// What the watcher is told.
const SETTINGS: &str = "AWS_DEFAULT_REGION={{region}}
PLACE={{place}}
VPC={{vpc}}
OWN_TABLES={{own-table}}
PEER_TABLES={{peer-table}}
";

const UNIT: &str = "[Unit]
Description=Watches the other NAT instance
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/local/sbin/nat-watcher /etc/nat-watcher.conf
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
";

impl NatPair {
    /// Declares the pair in `s`: an instance in each of two public subnets, for what comes from a range of addresses.
    #[track_caller]
    pub fn new(s: &Scope, settings: &NatPairSettings, vpc: &Handle<Vpc>, subnets: [&Handle<Subnet>; 2], from: Cidr) -> Self {
        let group = SecurityGroup::new(vpc, "address translation for the private subnets");
        let group = s.add("nat", group.ingress([Rule::all().from(from)]).egress([Rule::all().to(Cidr::ANYWHERE)]));
        let tables = PLACES.map(|place| s.add(format!("private-{place}"), RouteTable::new(vpc)));
        let plan = Plan { scope: s, settings, vpc, group, tables };
        let roles = PLACES.map(|place| s.add(name(place), Role::new(Principal::service("ec2.amazonaws.com"))));
        let instances = PLACES.map(|place| plan.instance(place, subnets[place], &roles[place]));
        let addresses = PLACES.map(|place| plan.address(place, &instances[place]));
        for place in PLACES {
            grant(s, &name(place), &roles[place], watcher_policy(&plan.tables, &instances[1 - place]));
            s.add(format!("private-{place}"), Route::new(&plan.tables[place], Cidr::ANYWHERE, &instances[place]));
        }
        Self { instances, roles, tables: plan.tables, addresses }
    }
}

fn name(place: usize) -> String {
    format!("nat-{place}")
}

impl Plan<'_> {
    fn instance(&self, place: usize, subnet: &Handle<Subnet>, role: &Handle<Role>) -> Handle<Instance> {
        let (s, name) = (self.scope, name(place));
        let profile = s.add(&name, InstanceProfile::new().role(role));
        let instance = Instance::new(&self.settings.image, self.settings.instance_type.clone(), subnet)
            .security_groups([&self.group])
            .source_dest_check(false)
            .iam_instance_profile(&profile)
            .metadata_options(MetadataOptions::new().http_tokens(HttpTokens::Required))
            .user_data(self.user_data(place));
        s.add(&name, instance.tag("nat-place", place.to_string()).tag("Name", name.as_str()))
    }

    fn address(&self, place: usize, instance: &Handle<Instance>) -> Output<Ipv4Addr> {
        let (s, name) = (self.scope, name(place));
        let address = s.add(&name, Eip::new().tag("Name", name.as_str()));
        s.add(&name, EipAssociation::new(&address, instance));
        address.public_ip.clone()
    }

    /// Neither instance can be told the other's id, since each would have to be there first.
    fn user_data(&self, place: usize) -> UserData {
        let settings = Template::shell("nat-watcher.conf", SETTINGS)
            .set("region", self.scope.region())
            .set("place", place.to_string())
            .set("vpc", &self.vpc.id)
            .set("own-table", &self.tables[place].id)
            .set("peer-table", &self.tables[1 - place].id);
        let files = [
            WriteFile::new("/etc/nat-watcher.conf", settings),
            WriteFile::new("/etc/systemd/system/nat-watcher.service", UNIT),
            WriteFile::new("/usr/local/sbin/nat-watcher", &self.settings.watcher).permissions("0755"),
        ];
        let start = command(["systemctl", "enable", "--now", "nat-watcher"]);
        let config = CloudConfig::new().write_files(files).runcmd([start]);
        UserData::new().config(config).script("translate", &self.settings.translate)
    }
}

/// What the watcher of an instance may do: read what there is, lead the routes of these tables, and restart the other instance.
///
/// EC2 knows no narrower right to read, and none to lead a route to one instance only.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
pub fn watcher_policy(tables: &[Handle<RouteTable>; 2], peer: &Handle<Instance>) -> [StatementArgs; 3] {
    [
        Statement::allow(["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeRouteTables"]).resources(["*"]),
        Statement::allow(["ec2:ReplaceRoute"]).resources(tables.each_ref().map(|table| &table.arn)),
        Statement::allow(["ec2:RebootInstances", "ec2:StartInstances", "ec2:StopInstances"]).resources([&peer.arn]),
    ]
}

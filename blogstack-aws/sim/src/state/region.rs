//! One region of one account: a table for each kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::acm::Certificate;
use crate::autoscaling::group::Group as AutoScalingGroup;
use crate::autoscaling::hook::Hook;
use crate::autoscaling::policy::Policy as ScalingPolicy;
use crate::autoscaling::schedule::Action as ScheduledAction;
use crate::cloudwatch::alarm::Alarm;
use crate::dlm::policy::Policy as LifecyclePolicy;
use crate::ec2::acl::NetworkAcl;
use crate::ec2::dhcp::DhcpOptions;
use crate::ec2::eip::Address;
use crate::ec2::endpoint::Endpoint;
use crate::ec2::flow_log::FlowLog;
use crate::ec2::gateway::Gateway;
use crate::ec2::group::Group;
use crate::ec2::group::rule::Rule;
use crate::ec2::image::MadeImage;
use crate::ec2::instance::Instance;
use crate::ec2::interface::Interface;
use crate::ec2::key::KeyPair;
use crate::ec2::nat::NatGateway;
use crate::ec2::peering::Peering;
use crate::ec2::profile::ProfileAssociation;
use crate::ec2::snapshot::Snapshot;
use crate::ec2::subnet::Subnet;
use crate::ec2::table::RouteTable;
use crate::ec2::template::LaunchTemplate;
use crate::ec2::token::Token;
use crate::ec2::volume::Volume;
use crate::ec2::vpc::Vpc;
use crate::ec2::vpn::connection::VpnConnection;
use crate::ec2::vpn::customer_gateway::CustomerGateway;
use crate::ec2::vpn::gateway::VpnGateway;
use crate::elasticache::{Cluster, SubnetGroup};
use crate::elb::balancer::Balancer as ClassicBalancer;
use crate::elbv2::balancer::Balancer;
use crate::elbv2::listener::Listener;
use crate::elbv2::remains::Remains;
use crate::elbv2::rule::Rule as ListenerRule;
use crate::elbv2::target_group::TargetGroup;
use crate::iam::attachment::Attachment;
use crate::iam::inline::RolePolicy;
use crate::iam::policy::ManagedPolicy;
use crate::iam::profile::Profile;
use crate::iam::role::Role;
use crate::kms::{Alias, Key};
use crate::logs::group::LogGroup;
use crate::moment::Moment;
use crate::route53::change::DnsChange;
use crate::route53::check::HealthCheck;
use crate::route53::record::Record as DnsRecord;
use crate::route53::zone::HostedZone;
use crate::s3::bucket::Bucket;
use crate::s3::object::StoredObject;
use crate::secretsmanager::Secret;
use crate::ssm::Parameter;
use crate::state::object::{Object, Tags};
use crate::state::table::{Change, Table};

/// An object with a table of its own in every region.
pub(crate) trait Stored: Object {
    fn table(region: &Region) -> &Table<Self>;
    fn table_mut(region: &mut Region) -> &mut Table<Self>;
}

/// Declares the tables of a region and whatever has to touch all of them.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $object:ty),* $(,)?) => {
        /// Everything that one account has in one region.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) struct Region {
            /// How often each purpose of chance has been asked.
            pub(crate) counters: BTreeMap<String, u64>,
            #[serde(skip)]
            counters_before: BTreeMap<String, Option<u64>>,
            $($(#[$doc])* #[serde(default)] pub(crate) $field: Table<$object>,)*
        }

        $(impl Stored for $object {
            fn table(region: &Region) -> &Table<Self> {
                &region.$field
            }
            fn table_mut(region: &mut Region) -> &mut Table<Self> {
                &mut region.$field
            }
        })*

        impl Region {
            /// Takes back every change since the last commit.
            pub(crate) fn roll_back(&mut self) {
                self.roll_back_counters();
                $(self.$field.roll_back();)*
            }

            /// Makes the changes since the last commit lasting and tells what they were.
            pub(crate) fn commit(&mut self, write: bool) -> Vec<Change> {
                let mut changes = Vec::new();
                $(self.$field.commit(write, &mut changes);)*
                changes
            }

            /// Puts or removes an object as it was written down. `None`: there is no such kind.
            pub(crate) fn replay(&mut self, kind: &str, id: &str, record: Option<Value>) -> Option<Result<(), serde_json::Error>> {
                match kind {
                    $(kind if kind == <$object>::KIND.name => Some(self.$field.replay(id, record)),)*
                    _ => None,
                }
            }

            /// The tags of whatever object has this id.
            pub(crate) fn tags_of(&mut self, id: &str) -> Option<&mut Tags> {
                $(if self.$field.get(id).is_some_and(|object| object.is_live() && object.tags().is_some()) {
                    return self.$field.change(id)?.tags_mut();
                })*
                None
            }

            /// The kind and the written record of whatever object has this id.
            pub(crate) fn written(&self, id: &str) -> Option<(&'static str, Value)> {
                $(if let Some(record) = self.$field.written(id) {
                    return Some((<$object>::KIND.name, record));
                })*
                None
            }

            /// Every live object as JSON: kind, id, fields.
            pub(crate) fn objects(&self) -> Vec<(&'static str, String, Value)> {
                let mut objects = Vec::new();
                $(for object in self.$field.iter().filter(|object| object.is_live()) {
                    let fields = serde_json::to_value(object).unwrap_or_default();
                    objects.push((<$object>::KIND.name, object.id().to_owned(), fields));
                })*
                objects
            }

            /// Every tag of every live object: kind, id, tags.
            pub(crate) fn all_tags(&self, now: Moment) -> Vec<(&'static str, &str, &Tags)> {
                let mut all = Vec::new();
                $(for object in self.$field.iter_visible(now).filter(|object| object.is_live()) {
                    if let Some(tags) = object.tags() {
                        all.push((<$object>::KIND.name, object.id(), tags));
                    }
                })*
                all
            }

            /// Every object that changes by itself: when, kind, id.
            pub(crate) fn due(&self) -> Vec<(Moment, &'static str, String)> {
                let mut due = Vec::new();
                $(for object in self.$field.iter() {
                    due.extend(object.due().map(|at| (at, <$object>::KIND.name, object.id().to_owned())));
                })*
                due
            }

            /// Marks everything as changed, to be written down whole.
            pub(crate) fn records(&self) -> Vec<(&'static str, String, Value)> {
                let mut records = Vec::new();
                $(for object in self.$field.iter() {
                    records.extend(self.$field.written(object.id()).map(|record| (<$object>::KIND.name, object.id().to_owned(), record)));
                })*
                records
            }
        }
    };
}

tables! {
    vpcs: Vpc,
    subnets: Subnet,
    gateways: Gateway,
    tables: RouteTable,
    acls: NetworkAcl,
    endpoints: Endpoint,
    flow_logs: FlowLog,
    peerings: Peering,
    dhcp_options: DhcpOptions,
    nat_gateways: NatGateway,
    key_pairs: KeyPair,
    addresses: Address,
    groups: Group,
    rules: Rule,
    interfaces: Interface,
    instances: Instance,
    volumes: Volume,
    profiles: ProfileAssociation,
    templates: LaunchTemplate,
    snapshots: Snapshot,
    images: MadeImage,
    customer_gateways: CustomerGateway,
    vpn_gateways: VpnGateway,
    vpn_connections: VpnConnection,
    tokens: Token,
    roles: Role,
    role_policies: RolePolicy,
    role_policy_attachments: Attachment,
    managed_policies: ManagedPolicy,
    instance_profiles: Profile,
    buckets: Bucket,
    bucket_objects: StoredObject,
    parameters: Parameter,
    load_balancers: Balancer,
    load_balancer_remains: Remains,
    target_groups: TargetGroup,
    listeners: Listener,
    listener_rules: ListenerRule,
    log_groups: LogGroup,
    cache_subnet_groups: SubnetGroup,
    cache_clusters: Cluster,
    kms_keys: Key,
    kms_aliases: Alias,
    secrets: Secret,
    hosted_zones: HostedZone,
    dns_records: DnsRecord,
    dns_changes: DnsChange,
    health_checks: HealthCheck,
    certificates: Certificate,
    alarms: Alarm,
    classic_load_balancers: ClassicBalancer,
    lifecycle_policies: LifecyclePolicy,
    auto_scaling_groups: AutoScalingGroup,
    lifecycle_hooks: Hook,
    scaling_policies: ScalingPolicy,
    scheduled_actions: ScheduledAction,
}

impl Region {
    /// Counts one more question to chance for a purpose, and tells how many there were before.
    pub(crate) fn count(&mut self, purpose: &str) -> u64 {
        let before = self.counters.get(purpose).copied();
        self.counters_before.entry(purpose.to_owned()).or_insert(before);
        let count = before.unwrap_or_default();
        self.counters.insert(purpose.to_owned(), count.saturating_add(1));
        count
    }

    /// The counters that moved since this was last asked.
    pub(crate) fn moved_counters(&mut self) -> BTreeMap<String, u64> {
        let moved = std::mem::take(&mut self.counters_before).into_keys();
        moved.filter_map(|purpose| Some((purpose.clone(), *self.counters.get(&purpose)?))).collect()
    }

    fn roll_back_counters(&mut self) {
        for (purpose, count) in std::mem::take(&mut self.counters_before) {
            match count {
                Some(count) => self.counters.insert(purpose, count),
                None => self.counters.remove(&purpose),
            };
        }
    }
}

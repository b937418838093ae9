//! A cache: memcached, or one node of Redis or Valkey.
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html>
//!
//! A change of `engine`, `cache_cluster_id`, `port` or `cache_subnet_group` replaces it, as does an older `engine_version`, and
//! another `cache_node_type` of memcached.

use std::time::Duration;

use aws_sdk_elasticache::{Client, types};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags, Value,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, Result, State, Wanted},
};

use super::{SubnetGroup, tagging};
use crate::{
    account::Account,
    call,
    ec2::SecurityGroup,
    named::{Holder, Named},
    readable::{self, Readable},
    tags,
    values::Arn,
    wait::{self, Pause},
};

/// A cache: memcached with one or more nodes, or one node of Redis or Valkey.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::elasticache::{Cluster, Engine};
///
/// fn program(s: &Scope) {
///     s.add("pages", Cluster::new(Engine::Memcached, "cache.t3.micro").num_cache_nodes(2));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:elasticache/cluster", feature = "elasticache", exclusive(cache_cluster_id))]
pub struct Cluster {
    /// What runs on its nodes. *Replaces.*
    #[field(replace)]
    pub engine: Engine,
    /// The hardware of a node, as in `cache.t3.micro`. Another one *replaces* memcached, which cannot change it.
    pub cache_node_type: String,
    /// How many nodes it has: 1 to 60 of memcached, else 1. Those that go are the last ones, with what they hold.
    #[field(default = 1)]
    pub num_cache_nodes: u32,
    /// Its name, which must be unique in the region: up to 50 small letters, digits and single hyphens; made from the resource's
    /// path when it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub cache_cluster_id: String,
    /// The version of the engine in full, as in `1.6.22`; AWS picks one when it is not set. A newer one empties the cache, an older
    /// one *replaces* it.
    #[field(optional_computed)]
    pub engine_version: String,
    /// The port; the engine's own when it is not set. *Replaces.*
    #[field(replace, optional_computed)]
    pub port: u16,
    /// Where its nodes may live; the account's default network when it is not set. *Replaces.*
    #[field(replace)]
    pub cache_subnet_group: Option<Id<SubnetGroup>>,
    /// What may reach it. Unset, AWS takes the network's default group.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// The name of the parameter group; AWS's own for the version when it is not set.
    #[field(optional_computed)]
    pub cache_parameter_group_name: String,
    /// The hour of the week for maintenance, in UTC, as in `sun:05:00-sun:06:00`; AWS picks one when it is not set.
    #[field(optional_computed)]
    pub preferred_maintenance_window: String,
    /// Whether AWS installs minor versions by itself, within the window.
    #[field(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
    /// Where clients of memcached learn about all nodes.
    #[field(computed)]
    pub configuration_address: Option<String>,
    /// Where each of its nodes answers, at the same port.
    #[field(computed, volatile)]
    pub node_addresses: Vec<String>,
    /// What becomes of it: `creating`, `available`, `modifying`, `deleting`.
    #[field(computed, volatile)]
    pub cache_cluster_status: String,
}

/// What runs on the nodes of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Value)]
pub enum Engine {
    /// Memcached.
    Memcached,
    /// Redis.
    Redis,
    /// Valkey.
    Valkey,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Memcached, Self::Redis, Self::Valkey];

    fn name(self) -> &'static str {
        match self {
            Self::Memcached => "memcached",
            Self::Redis => "redis",
            Self::Valkey => "valkey",
        }
    }
}

/// How long a name may be.
const LONGEST_NAME: usize = 50;

/// How long it takes at most to make, change or delete one: as long as AWS's own waiter does.
const LIMIT: Duration = Duration::from_mins(40);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

fn observed(cluster: types::CacheCluster) -> Option<Observed<Cluster>> {
    let id = cluster.cache_cluster_id?;
    let engine = Engine::ALL.into_iter().find(|engine| cluster.engine.as_deref() == Some(engine.name()))?;
    let endpoints: Vec<types::Endpoint> = cluster.cache_nodes.into_iter().flatten().filter_map(|node| node.endpoint).collect();
    let configuration = cluster.configuration_endpoint;
    let port = configuration.as_ref().or(endpoints.first()).and_then(|endpoint| endpoint.port);
    let fields = Cluster {
        engine,
        cache_node_type: cluster.cache_node_type.unwrap_or_default(),
        num_cache_nodes: cluster.num_cache_nodes.and_then(|nodes| u32::try_from(nodes).ok()).unwrap_or_default(),
        cache_cluster_id: id.clone(),
        engine_version: cluster.engine_version.unwrap_or_default(),
        port: port.and_then(|port| u16::try_from(port).ok()).unwrap_or_default(),
        cache_subnet_group: cluster.cache_subnet_group_name.filter(|name| name != "default").map(Id::new),
        security_groups: Some(
            cluster.security_groups.into_iter().flatten().filter_map(|group| group.security_group_id).map(Id::new).collect(),
        ),
        cache_parameter_group_name: cluster.cache_parameter_group.and_then(|group| group.cache_parameter_group_name).unwrap_or_default(),
        preferred_maintenance_window: cluster.preferred_maintenance_window.unwrap_or_default(),
        auto_minor_version_upgrade: cluster.auto_minor_version_upgrade.unwrap_or_default(),
        tags: Tags::new(),
        arn: Arn(cluster.arn.unwrap_or_default()),
        configuration_address: configuration.and_then(|endpoint| endpoint.address),
        node_addresses: endpoints.into_iter().filter_map(|endpoint| endpoint.address).collect(),
        cache_cluster_status: cluster.cache_cluster_status.unwrap_or_default(),
    };
    // It can neither be used nor changed, and its name is taken until it is gone.
    let broken = (fields.cache_cluster_status == "deleting").then(|| "it is being deleted".to_owned());
    Some(Observed { state: State { id: Id::new(id), fields }, broken })
}

/// The port is told with the endpoints, when a cluster has been made.
fn has_no_port_yet(cluster: &Cluster) -> bool {
    cluster.cache_cluster_status == "creating" && cluster.port == 0
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

fn ids(groups: Set<Id<SecurityGroup>>) -> Vec<String> {
    groups.into_iter().map(|id| id.as_str().to_owned()).collect()
}

impl Provider {
    async fn one(client: &Client, id: &str) -> Result<Option<Observed<Cluster>>> {
        let request = client.describe_cache_clusters().cache_cluster_id(id).show_cache_node_info(true);
        match call::read(Self::OPERATION, || request.clone().send()).await {
            Ok(answer) => Ok(answer.cache_clusters.unwrap_or_default().pop().and_then(observed)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn all(client: &Client) -> Result<Vec<Observed<Cluster>>> {
        let all = call::pages(|marker| async {
            let request = client.describe_cache_clusters().show_cache_node_info(true).set_marker(marker);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.cache_clusters, page.marker))
        });
        Ok(all.await?.into_iter().filter_map(observed).collect())
    }

    /// A port that is not told yet would look like another one, for which a cluster that is being made would have to go.
    async fn with_its_port(&self, home: &Home, id: &Id<Cluster>) -> Result<Option<Observed<Cluster>>> {
        let client = self.0.elasticache(home);
        let asked = || async {
            let found = Self::one(&client, id.as_str()).await?;
            Ok((!found.as_ref().is_some_and(|found| has_no_port_yet(&found.state.fields))).then_some(found))
        };
        wait::until(Self::OPERATION, &format!("the port of `{id}` is told"), LIMIT, asked).await
    }
}

impl Readable for Provider {
    type Resource = Cluster;
    const OPERATION: &'static str = "elasticache:DescribeCacheClusters";

    fn account(&self) -> &Account {
        &self.0
    }

    /// One by its name, several among all: names that do not exist would be errors.
    async fn read_ids(&self, home: &Home, ids: &[&str]) -> Result<Vec<Observed<Cluster>>> {
        let client = self.0.elasticache(home);
        match ids {
            [] => Ok(Vec::new()),
            [id] => Ok(Self::one(&client, id).await?.into_iter().collect()),
            ids => Ok(Self::all(&client).await?.into_iter().filter(|one| ids.contains(&one.state.id.as_str())).collect()),
        }
    }

    async fn complete(&self, home: &Home, wanted: &Wanted<Cluster>, cluster: &mut Observed<Cluster>) -> Result<()> {
        if wanted.manages(Cluster::port)
            && has_no_port_yet(&cluster.state.fields)
            && let Some(told) = self.with_its_port(home, &cluster.state.id).await?
        {
            *cluster = told;
        }
        if wanted.manages(Cluster::tags) {
            let all = tagging::all(&self.0.elasticache(home), &cluster.state.fields.arn).await?;
            cluster.state.fields.tags = tags::of_program(all.unwrap_or_default());
        }
        Ok(())
    }
}

impl Named for Provider {
    const TAGS: Field<Cluster, Tags> = Cluster::tags;
    const DELETING: Duration = LIMIT;
    const NAME: &'static str = "cache_cluster_id";
    const TAKEN: &'static [&'static str] = &["CacheClusterAlreadyExists"];

    fn name(cx: &Cx<'_>, inputs: &ClusterInputs) -> String {
        inputs.cache_cluster_id.clone().unwrap_or_else(|| super::generated(cx, LONGEST_NAME))
    }

    fn check(&self, planned: &Planned<'_, Cluster>) -> Vec<FieldProblem> {
        let name = planned.get(Cluster::cache_cluster_id).and_then(|name| super::name_problem(&name, LONGEST_NAME));
        let most = if planned.get(Cluster::engine) == Some(Engine::Memcached) { 60 } else { 1 };
        let nodes = planned.get(Cluster::num_cache_nodes).filter(|nodes| !(1..=most).contains(nodes));
        let kind = planned.get(Cluster::cache_node_type).filter(|kind| !kind.starts_with("cache."));
        FieldProblem::among([
            (Self::NAME, name),
            ("num_cache_nodes", nodes.map(|nodes| format!("there are {nodes} nodes, and such a cluster has 1 to {most}"))),
            ("cache_node_type", kind.map(|kind| format!("`{kind}` is not a type of nodes: these begin with `cache.`"))),
        ])
    }

    fn replaces(&self, current: &Cluster, planned: &Planned<'_, Cluster>) -> Option<String> {
        let older = planned.get(Cluster::engine_version).is_some_and(|version| numbers(&version) < numbers(&current.engine_version));
        let kind = planned.get(Cluster::cache_node_type).is_some_and(|kind| kind != current.cache_node_type);
        match (older, kind && current.engine == Engine::Memcached) {
            (true, _) => Some("there is no way back to an older version".into()),
            (_, true) => Some("the nodes of memcached cannot change their type".into()),
            _ => None,
        }
    }

    async fn holder(&self, home: &Home, name: &str) -> Result<Option<Holder<Cluster>>> {
        let tags = tagging::all(&self.0.elasticache(home), &tagging::arn(home, "cluster", name)).await?;
        Ok(tags.map(|tags| Holder { id: Id::new(name), tags }))
    }

    async fn make(&self, cx: &Cx<'_>, name: &str, inputs: &ClusterInputs) -> Result<Id<Cluster>> {
        let all_tags = inputs.tags.clone().into_iter().chain(cx.ownership_tags());
        let request = self.0.elasticache(cx.home).create_cache_cluster();
        let request = request
            .cache_cluster_id(name)
            .engine(inputs.engine.name())
            .cache_node_type(&inputs.cache_node_type)
            .num_cache_nodes(inputs.num_cache_nodes.and_then(|nodes| i32::try_from(nodes).ok()).unwrap_or(1))
            .set_engine_version(inputs.engine_version.clone())
            .set_port(inputs.port.map(i32::from))
            .set_cache_subnet_group_name(inputs.cache_subnet_group.as_ref().map(|group| group.as_str().to_owned()))
            .set_security_group_ids(inputs.security_groups.clone().map(ids))
            .set_cache_parameter_group_name(inputs.cache_parameter_group_name.clone())
            .set_preferred_maintenance_window(inputs.preferred_maintenance_window.clone())
            .set_auto_minor_version_upgrade(inputs.auto_minor_version_upgrade)
            .set_tags(Some(tagging::sdk_tags(all_tags)));
        call::create("elasticache:CreateCacheCluster", || request.clone().send()).await?;
        Ok(Id::new(name))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<Cluster>) -> Result<State<Cluster>> {
        let is_available = |cluster: &Cluster| cluster.cache_cluster_status == "available";
        Ok(readable::ready(self, cx, id, "available", LIMIT, is_available).await?.state)
    }

    /// One call for everything that differs. Nodes that go are named: the last ones.
    async fn change(&self, cx: &Cx<'_>, current: &State<Cluster>, seen: &Cluster, changes: &Changes<Cluster>) -> Result<()> {
        let nodes = changes.of(Cluster::num_cache_nodes)?.set();
        let groups = changes.of(Cluster::security_groups)?.set();
        let (kind, version) = (changes.of(Cluster::cache_node_type)?.set(), changes.of(Cluster::engine_version)?.set());
        let (parameters, window) =
            (changes.of(Cluster::cache_parameter_group_name)?.set(), changes.of(Cluster::preferred_maintenance_window)?.set());
        let automatic = changes.of(Cluster::auto_minor_version_upgrade)?.set();
        let sent = [nodes.is_some(), groups.is_some(), kind.is_some(), version.is_some(), parameters.is_some(), window.is_some()];
        if !sent.contains(&true) && automatic.is_none() {
            return Ok(());
        }
        let removed: Option<Vec<String>> =
            nodes.map(|nodes| (nodes + 1..=seen.num_cache_nodes).map(|number| format!("{number:04}")).collect());
        let request = self.0.elasticache(cx.home).modify_cache_cluster().cache_cluster_id(current.id.as_str()).apply_immediately(true);
        let request = request
            .set_num_cache_nodes(nodes.and_then(|nodes| i32::try_from(nodes).ok()))
            .set_cache_node_ids_to_remove(removed.filter(|removed| !removed.is_empty()))
            .set_security_group_ids(groups.map(ids))
            .set_cache_node_type(kind)
            .set_engine_version(version)
            .set_cache_parameter_group_name(parameters)
            .set_preferred_maintenance_window(window)
            .set_auto_minor_version_upgrade(automatic);
        call::change("elasticache:ModifyCacheCluster", || request.clone().send()).await.map(drop)
    }

    /// One that has something else to do refuses, and so does one that is being deleted: it is asked until it is gone.
    async fn erase(&self, cx: &Cx<'_>, current: &State<Cluster>) -> Result<()> {
        let request = self.0.elasticache(cx.home).delete_cache_cluster().cache_cluster_id(current.id.as_str());
        let mut pause = Pause::up_to(cx.timeout.unwrap_or(LIMIT));
        loop {
            match call::read("elasticache:DeleteCacheCluster", || request.clone().send()).await {
                Err(error) if error.is_code("InvalidCacheClusterState") && pause.next().await => {}
                answer => return answer.map(drop),
            }
        }
    }

    async fn retag(&self, home: &Home, id: &Id<Cluster>, set: Tags, removed: Vec<String>) -> Result<()> {
        tagging::retag(&self.0.elasticache(home), &tagging::arn(home, "cluster", id.as_str()), set, removed).await
    }
}

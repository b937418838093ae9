//! *`CreateCacheCluster`*, *`ModifyCacheCluster`*, *`DeleteCacheCluster`*, and what becomes of clusters by themselves.

use std::time::Duration;

use crate::chance;
use crate::context::Context;
use crate::ec2::group::Group;
use crate::elasticache::check::{self, list, required};
use crate::elasticache::cluster::{Change, ChangeKind, Settings};
use crate::elasticache::{Cluster, SubnetGroup, listing};
use crate::failure::Failure;
use crate::moment;
use crate::params::Params;
use crate::protocol::reply::Answer;
use crate::protocol::xml::Xml;

/// The engines, the versions that they get when none is asked for, and their ports.
const ENGINES: [(&str, &str, u16); 3] = [("memcached", "1.6.22", 11211), ("redis", "7.1.0", 6379), ("valkey", "8.0.1", 6379)];

/// How many nodes a cluster of memcached may have.
const MOST_NODES: u32 = 60;

fn answer(context: &Context<'_>, cluster: &Cluster) -> Answer {
    let mut xml = Xml::new();
    xml.nest("CacheCluster", |xml| listing::write_cluster(xml, context, cluster, false));
    Answer::Xml(xml)
}

pub(super) fn create(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let id = check::name(&params, "CacheClusterId", 50)?;
    let engine = required(&params, "Engine")?.to_lowercase();
    let Some((_, version, port)) = ENGINES.iter().find(|(name, ..)| *name == engine) else {
        return Err(Failure::value(format!("Invalid cache engine {engine}.")));
    };
    let (tags, node_type) = (check::tags(&params)?, required(&params, "CacheNodeType")?.to_owned());
    let version = params.owned("EngineVersion").unwrap_or_else(|| (*version).to_owned());
    let subnet_group = params.owned("CacheSubnetGroupName").map(|name| name.to_lowercase());
    let settings = Settings {
        nodes: params.number("NumCacheNodes")?.unwrap_or(1),
        parameter_group: params.owned("CacheParameterGroupName").unwrap_or_else(|| default_parameters(&engine, &version)),
        security_groups: security_groups(context, subnet_group.as_deref())?,
        maintenance_window: params.owned("PreferredMaintenanceWindow").unwrap_or_else(|| some_window(context)),
        auto_minor_version_upgrade: params.flag("AutoMinorVersionUpgrade")?.unwrap_or(true),
        snapshot_retention_limit: params.number("SnapshotRetentionLimit")?.unwrap_or(0),
        snapshot_window: params.owned("SnapshotWindow").or_else(|| (engine != "memcached").then(|| "05:00-06:00".to_owned())),
        notification_topic: params.owned("NotificationTopicArn"),
        engine_version: version,
        node_type,
    };
    check(&settings, &engine)?;
    if context.region.cache_clusters.get(&id).is_some() {
        return Err(Failure::new("CacheClusterAlreadyExists", format!("Cache cluster {id} already exists.")));
    }
    context.within_quota::<Cluster>("cache-clusters", "ClusterQuotaForCustomerExceeded")?;
    let due = moment::later(context.now, context.settings.delays.cache_cluster_available);
    let zone = params.owned("PreferredAvailabilityZone").unwrap_or_else(|| format!("{}a", context.place.region));
    let cluster = Cluster {
        id,
        engine,
        port: params.number("Port")?.unwrap_or(*port),
        subnet_group,
        zone,
        settings,
        change: Some(Change { kind: ChangeKind::Creating, due }),
        created_at: context.now,
        tags,
    };
    context.add(cluster.clone());
    Ok(answer(context, &cluster))
}

/// *Parameter group families*: `default.memcached1.6`, `default.redis7`.
fn default_parameters(engine: &str, version: &str) -> String {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match engine {
        "memcached" => format!("default.memcached{major}.{minor}"),
        engine => format!("default.{engine}{major}"),
    }
}

/// An hour of the week that AWS picks, here one for each region.
fn some_window(context: &Context<'_>) -> String {
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let number = chance::number(0, &["maintenance", &context.place.region]);
    let day = usize::try_from(number % 7).ok().and_then(|day| DAYS.get(day)).unwrap_or(&"sun");
    let hour = number / 7 % 23;
    format!("{day}:{hour:02}:00-{day}:{:02}:00", hour + 1)
}

/// The groups of a request; without any, the network's own.
fn security_groups(context: &Context<'_>, subnet_group: Option<&str>) -> Result<Vec<String>, Failure> {
    let vpc = subnet_group.map(|name| context.find::<SubnetGroup>(name).map(|group| group.vpc.clone())).transpose()?;
    let asked = list(&context.params, "SecurityGroupIds", "SecurityGroupId");
    for id in &asked {
        let group = context.find::<Group>(id).map_err(|_| Failure::value(format!("Invalid security group {id}.")))?;
        if vpc.as_ref().is_none_or(|vpc| group.vpc != *vpc) {
            return Err(Failure::combination(format!("The security group {id} is not in the VPC of the cluster.")));
        }
    }
    let own =
        || vpc.as_deref().and_then(|vpc| context.of::<Group>(vpc).find(|group| group.name == "default")).map(|group| group.id.clone());
    Ok(if asked.is_empty() { own().into_iter().collect() } else { asked })
}

/// What holds for a cluster however it came to be so.
fn check(settings: &Settings, engine: &str) -> Result<(), Failure> {
    if !settings.node_type.starts_with("cache.") || settings.node_type.split('.').count() != 3 {
        return Err(Failure::value(format!("The instance type {} is not a valid one.", settings.node_type)));
    }
    if settings.nodes == 0 || settings.nodes > MOST_NODES {
        return Err(Failure::value(format!("The number of cache nodes must be between 1 and {MOST_NODES}.")));
    }
    if engine != "memcached" && settings.nodes > 1 {
        return Err(Failure::value(format!("Cannot create a {engine} cluster with a NumCacheNodes parameter greater than 1.")));
    }
    if engine == "memcached" && settings.snapshot_retention_limit > 0 {
        return Err(Failure::combination("Snapshots are not supported by memcached."));
    }
    if !is_window(&settings.maintenance_window) {
        return Err(Failure::value(format!("Invalid maintenance window: {}.", settings.maintenance_window)));
    }
    Ok(())
}

/// `sun:05:00-sun:06:00`.
fn is_window(text: &str) -> bool {
    let is_point = |point: &str| {
        let parts: Vec<&str> = point.split(':').collect();
        parts.len() == 3
            && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&parts[0])
            && parts[1..].iter().all(|part| part.len() == 2)
    };
    text.split_once('-').is_some_and(|(begin, end)| is_point(begin) && is_point(end))
}

/// The cluster that a request means, when it has nothing else to do.
fn idle(context: &Context<'_>) -> Result<Cluster, Failure> {
    let id = required(&context.params, "CacheClusterId")?.to_lowercase();
    let cluster = context.find::<Cluster>(&id).map_err(|failure| failure.status(404))?;
    match cluster.status() {
        "available" => Ok(cluster.clone()),
        status => Err(Failure::new("InvalidCacheClusterState", format!("Cluster {id} is not in available state: it is {status}."))),
    }
}

/// Only with `ApplyImmediately`: what is left for the maintenance window is not modelled.
pub(super) fn modify(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let params = context.params.clone();
    let cluster = idle(context)?;
    if !params.flag("ApplyImmediately")?.unwrap_or(false) {
        return Err(Failure::combination("Only changes that apply immediately are simulated."));
    }
    let settings = wanted(context, &params, &cluster)?;
    check(&settings, &cluster.engine)?;
    let due = moment::later(
        context.now,
        if settings == cluster.settings { Duration::ZERO } else { context.settings.delays.cache_cluster_modified },
    );
    let changed = context.change::<Cluster>(&cluster.id)?;
    changed.change = Some(Change { kind: ChangeKind::Modifying(Box::new(settings)), due });
    let changed = changed.clone();
    Ok(answer(context, &changed))
}

/// The settings that a change asks for.
fn wanted(context: &Context<'_>, params: &Params, cluster: &Cluster) -> Result<Settings, Failure> {
    let before = cluster.settings.clone();
    let nodes = params.number("NumCacheNodes")?.unwrap_or(before.nodes);
    let removed = list(params, "CacheNodeIdsToRemove", "CacheNodeId");
    if before.nodes.saturating_sub(nodes) != u32::try_from(removed.len()).unwrap_or(u32::MAX) {
        return Err(Failure::combination("The number of nodes to remove and CacheNodeIdsToRemove do not agree."));
    }
    if let Some(unknown) = removed.iter().find(|id| !cluster.nodes().any(|node| node == **id)) {
        return Err(Failure::value(format!("The cluster has no node {unknown}.")));
    }
    let version = params.owned("EngineVersion").unwrap_or_else(|| before.engine_version.clone());
    if numbers(&version) < numbers(&before.engine_version) {
        return Err(Failure::combination(format!("Downgrading from {} to {version} is not supported.", before.engine_version)));
    }
    let node_type = params.owned("CacheNodeType").unwrap_or_else(|| before.node_type.clone());
    if cluster.is_memcached() && node_type != before.node_type {
        return Err(Failure::combination("Scaling up or down is not supported by memcached."));
    }
    let asked = list(params, "SecurityGroupIds", "SecurityGroupId");
    Ok(Settings {
        nodes,
        node_type,
        parameter_group: params.owned("CacheParameterGroupName").unwrap_or(before.parameter_group),
        security_groups: if asked.is_empty() { before.security_groups } else { security_groups(context, cluster.subnet_group.as_deref())? },
        maintenance_window: params.owned("PreferredMaintenanceWindow").unwrap_or(before.maintenance_window),
        auto_minor_version_upgrade: params.flag("AutoMinorVersionUpgrade")?.unwrap_or(before.auto_minor_version_upgrade),
        snapshot_retention_limit: params.number("SnapshotRetentionLimit")?.unwrap_or(before.snapshot_retention_limit),
        snapshot_window: params.owned("SnapshotWindow").or(before.snapshot_window),
        notification_topic: params.owned("NotificationTopicArn").or(before.notification_topic),
        engine_version: version,
    })
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

pub(super) fn delete(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let cluster = idle(context)?;
    let due = moment::later(context.now, context.settings.delays.cache_cluster_deleted);
    let leaving = context.change::<Cluster>(&cluster.id)?;
    leaving.change = Some(Change { kind: ChangeKind::Deleting, due });
    let leaving = leaving.clone();
    Ok(answer(context, &leaving))
}

/// Ends what becomes of a cluster.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let due = context.region.cache_clusters.get(id).and_then(|cluster| cluster.change.clone()).filter(|change| change.due <= now);
    let Some(Change { kind, .. }) = due else { return };
    if kind == ChangeKind::Deleting {
        context.remove::<Cluster>(id);
        return;
    }
    let Some(cluster) = context.region.cache_clusters.change(id) else { return };
    cluster.change = None;
    if let ChangeKind::Modifying(settings) = kind {
        cluster.settings = *settings;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::delays::Delays;
    use crate::testing::{World, value, values};

    fn world() -> World {
        let delays = Delays { cache_cluster_available: Duration::from_mins(5), ..Delays::none() };
        World::with(|builder| builder.delays(delays)).service("elasticache")
    }

    const MEMCACHED: [(&str, &str); 4] =
        [("CacheClusterId", "Web"), ("Engine", "memcached"), ("CacheNodeType", "cache.t3.micro"), ("NumCacheNodes", "2")];

    #[tokio::test(start_paused = true)]
    async fn a_cluster_takes_its_time_and_then_has_endpoints() {
        let world = world();
        let made = world.ok("CreateCacheCluster", &MEMCACHED).await;
        assert_eq!((value(&made, "CacheClusterId"), value(&made, "CacheClusterStatus")), ("web".to_owned(), "creating".to_owned()));
        world.refused("CreateCacheCluster", &MEMCACHED, "CacheClusterAlreadyExists").await;
        world.refused("DeleteCacheCluster", &[("CacheClusterId", "web")], "InvalidCacheClusterState").await;
        world.sim.advance(Duration::from_mins(5));
        let told = world.ok("DescribeCacheClusters", &[("CacheClusterId", "web"), ("ShowCacheNodeInfo", "true")]).await;
        assert_eq!(value(&told, "CacheClusterStatus"), "available");
        assert_eq!(values(&told, "CacheNodeId"), ["0001", "0002"]);
        assert!(told.contains("<ConfigurationEndpoint><Address>web.") && told.contains("<Port>11211</Port>"), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn nodes_go_by_their_ids() {
        let world = world();
        world.ok("CreateCacheCluster", &MEMCACHED).await;
        world.sim.advance(Duration::from_mins(5));
        let fewer = [("CacheClusterId", "web"), ("NumCacheNodes", "1"), ("ApplyImmediately", "true")];
        world.refused("ModifyCacheCluster", &fewer, "InvalidParameterCombination").await;
        let named: Vec<_> = fewer.into_iter().chain([("CacheNodeIdsToRemove.CacheNodeId.1", "0002")]).collect();
        world.ok("ModifyCacheCluster", &named).await;
        assert_eq!(world.get("DescribeCacheClusters", &[("CacheClusterId", "web")], "NumCacheNodes").await, "1");
        let larger = [("CacheClusterId", "web"), ("CacheNodeType", "cache.m5.large"), ("ApplyImmediately", "true")];
        world.refused("ModifyCacheCluster", &larger, "InvalidParameterCombination").await;
        let older = [("CacheClusterId", "web"), ("EngineVersion", "1.5.16"), ("ApplyImmediately", "true")];
        world.refused("ModifyCacheCluster", &older, "InvalidParameterCombination").await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be() {
        let world = world();
        let with = |more: (&'static str, &'static str)| {
            let mut all: Vec<_> = MEMCACHED.into_iter().filter(|(name, _)| *name != more.0).collect();
            all.push(more);
            all
        };
        for more in [("CacheClusterId", "1a"), ("Engine", "postgres"), ("CacheNodeType", "t3.micro"), ("NumCacheNodes", "61")] {
            world.refused("CreateCacheCluster", &with(more), "InvalidParameterValue").await;
        }
        world.refused("CreateCacheCluster", &with(("Engine", "redis")), "InvalidParameterValue").await;
        world.refused("CreateCacheCluster", &with(("PreferredMaintenanceWindow", "sunday")), "InvalidParameterValue").await;
        world.refused("CreateCacheCluster", &with(("CacheSubnetGroupName", "none")), "CacheSubnetGroupNotFoundFault").await;
        world.refused("DescribeCacheClusters", &[("CacheClusterId", "none")], "CacheClusterNotFound").await;
    }
}

//! *`DescribeCacheClusters`*, *`DescribeCacheSubnetGroups`*, and how both kinds are written.

use crate::chance;
use crate::context::Context;
use crate::ec2::listing::page;
use crate::ec2::subnet::Subnet;
use crate::elasticache::{Cluster, SubnetGroup};
use crate::failure::Failure;
use crate::moment;
use crate::protocol::reply::Answer;
use crate::protocol::xml::Xml;
use crate::state::region::Stored;

/// One object by its name, which is an error when it is not there, or a page of all.
fn found<'a, T: Stored>(context: &'a Context<'_>, name: &str, status: u16) -> Result<(Vec<&'a T>, Option<String>), Failure> {
    if let Some(name) = context.params.text(name).filter(|name| !name.is_empty()) {
        let name = name.to_lowercase();
        let one = T::table(context.region).visible(&name, context.now).ok_or_else(|| T::KIND.not_found(&name).status(status))?;
        return Ok((vec![one], None));
    }
    let limit = context.params.number::<usize>("MaxRecords")?.unwrap_or(100);
    if !(20..=100).contains(&limit) {
        return Err(Failure::value(format!("Invalid value {limit} for MaxRecords. Must be between 20 and 100")));
    }
    let marker = context.params.text("Marker");
    let invalid = |_| Failure::value("The marker is not valid.");
    let page = page(T::table(context.region).iter_visible(context.now).collect(), limit, marker, |one: &&T| one.id()).map_err(invalid)?;
    Ok((page.entries, page.next))
}

fn written<T>(list: &str, entry: &str, (found, next): (Vec<&T>, Option<String>), mut write: impl FnMut(&mut Xml, &T)) -> Answer {
    let mut xml = Xml::new();
    xml.maybe("Marker", next);
    xml.nest(list, |xml| {
        for one in found {
            xml.nest(entry, |xml| write(xml, one));
        }
    });
    Answer::Xml(xml)
}

pub(super) fn clusters(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let with_nodes = context.params.flag("ShowCacheNodeInfo")?.unwrap_or(false);
    // None of them is in a replication group.
    context.params.flag("ShowCacheClustersNotInReplicationGroups")?;
    let found = found::<Cluster>(context, "CacheClusterId", 404)?;
    Ok(written("CacheClusters", "CacheCluster", found, |xml, cluster| write_cluster(xml, context, cluster, with_nodes)))
}

pub(super) fn subnet_groups(context: &mut Context<'_>) -> Result<Answer, Failure> {
    let found = found::<SubnetGroup>(context, "CacheSubnetGroupName", 400)?;
    Ok(written("CacheSubnetGroups", "CacheSubnetGroup", found, |xml, group| write_subnet_group(xml, context, group)))
}

/// The ARN of an object.
pub(super) fn arn(context: &Context<'_>, kind: &str, name: &str) -> String {
    format!("arn:aws:elasticache:{}:{}:{kind}:{name}", context.place.region, context.place.account)
}

pub(super) fn write_subnet_group(xml: &mut Xml, context: &Context<'_>, group: &SubnetGroup) {
    xml.text("CacheSubnetGroupName", &group.name).text("CacheSubnetGroupDescription", &group.description).text("VpcId", &group.vpc);
    xml.nest("Subnets", |xml| {
        for id in &group.subnets {
            let zone = context.region.subnets.get(id).map(|subnet: &Subnet| subnet.zone.clone()).unwrap_or_default();
            xml.nest("Subnet", |xml| {
                xml.text("SubnetIdentifier", id).nest("SubnetAvailabilityZone", |xml| {
                    xml.text("Name", zone);
                });
                ipv4_only(xml);
            });
        }
    });
    xml.text("ARN", arn(context, "subnetgroup", &group.name));
    ipv4_only(xml);
}

fn ipv4_only(xml: &mut Xml) {
    xml.nest("SupportedNetworkTypes", |xml| {
        xml.text("member", "ipv4");
    });
}

/// Endpoints are there when the cluster is, those of nodes on demand.
pub(super) fn write_cluster(xml: &mut Xml, context: &Context<'_>, cluster: &Cluster, with_nodes: bool) {
    let (settings, status) = (&cluster.settings, cluster.status());
    let is_made = status != "creating";
    xml.text("CacheClusterId", &cluster.id).text("CacheClusterStatus", status);
    xml.text("CacheNodeType", &settings.node_type).text("Engine", &cluster.engine).text("EngineVersion", &settings.engine_version);
    xml.text("NumCacheNodes", settings.nodes).text("PreferredAvailabilityZone", &cluster.zone);
    if is_made {
        xml.text("CacheClusterCreateTime", moment::date(cluster.created_at));
        if cluster.is_memcached() {
            xml.nest("ConfigurationEndpoint", |xml| endpoint(xml, context, cluster, "cfg"));
        }
    }
    xml.text("PreferredMaintenanceWindow", &settings.maintenance_window).nest("PendingModifiedValues", |_| {});
    if let Some(topic) = &settings.notification_topic {
        xml.nest("NotificationConfiguration", |xml| {
            xml.text("TopicArn", topic).text("TopicStatus", "active");
        });
    }
    xml.nest("CacheParameterGroup", |xml| {
        xml.text("CacheParameterGroupName", &settings.parameter_group).text("ParameterApplyStatus", "in-sync");
    });
    xml.maybe("CacheSubnetGroupName", cluster.subnet_group.as_ref());
    if with_nodes && is_made {
        xml.nest("CacheNodes", |xml| cluster.nodes().for_each(|node| write_node(xml, context, cluster, &node)));
    }
    xml.text("AutoMinorVersionUpgrade", settings.auto_minor_version_upgrade).nest("SecurityGroups", |xml| {
        for group in &settings.security_groups {
            xml.nest("member", |xml| {
                xml.text("SecurityGroupId", group).text("Status", "active");
            });
        }
    });
    xml.text("SnapshotRetentionLimit", settings.snapshot_retention_limit).maybe("SnapshotWindow", settings.snapshot_window.as_ref());
    for encryption in ["AuthTokenEnabled", "TransitEncryptionEnabled", "AtRestEncryptionEnabled"] {
        xml.text(encryption, false);
    }
    xml.text("ARN", arn(context, "cluster", &cluster.id));
}

fn write_node(xml: &mut Xml, context: &Context<'_>, cluster: &Cluster, node: &str) {
    xml.nest("CacheNode", |xml| {
        xml.text("CacheNodeId", node).text("CacheNodeStatus", "available");
        xml.nest("Endpoint", |xml| endpoint(xml, context, cluster, node));
        xml.text("ParameterGroupStatus", "in-sync").text("CustomerAvailabilityZone", &cluster.zone);
    });
}

fn endpoint(xml: &mut Xml, context: &Context<'_>, cluster: &Cluster, node: &str) {
    let place = context.place;
    let account = chance::id("", chance::number(0, &["elasticache", &place.account, &place.region]));
    let account: String = account.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    let region: String =
        place.region.split('-').filter_map(|part| part.get(..part.len().min(if part.len() > 2 { 1 } else { 2 }))).collect();
    xml.text("Address", format!("{}.{account}.{node}.{region}.cache.amazonaws.com", cluster.id)).text("Port", cluster.port);
}

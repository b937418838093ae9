//! The simulated `ElastiCache`: clusters of memcached, Redis and Valkey without replication, and subnet groups.
//!
//! Source: the `ElastiCache` API reference, with a page for each operation. Not modelled: replication groups, snapshots, parameter
//! groups (any name is one), events, and the network interfaces of nodes, so that subnets can be deleted under a cluster.

mod check;
mod cluster;
mod life;
mod listing;
mod subnet_group;
mod tags;

pub(crate) use self::cluster::Cluster;
pub(crate) use self::subnet_group::SubnetGroup;

use crate::engine::Operation;

pub(crate) use self::life::mature;

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "AddTagsToResource" => |context, _| tags::add(context),
        "CreateCacheCluster" => |context, _| life::create(context),
        "CreateCacheSubnetGroup" => |context, _| subnet_group::create(context),
        "DeleteCacheCluster" => |context, _| life::delete(context),
        "DeleteCacheSubnetGroup" => |context, _| subnet_group::delete(context),
        "DescribeCacheClusters" => |context, _| listing::clusters(context),
        "DescribeCacheSubnetGroups" => |context, _| listing::subnet_groups(context),
        "ListTagsForResource" => |context, _| tags::list(context),
        "ModifyCacheCluster" => |context, _| life::modify(context),
        "ModifyCacheSubnetGroup" => |context, _| subnet_group::modify(context),
        "RemoveTagsFromResource" => |context, _| tags::remove(context),
        _ => return None,
    })
}

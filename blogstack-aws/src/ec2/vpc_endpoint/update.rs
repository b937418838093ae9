//! Changes an endpoint in one call, by what differs.

use aws_sdk_ec2::Client;
use blogstack_core::{
    Id, Set,
    provider::{Change, Changes, Result},
};

use super::VpcEndpoint;
use crate::call;

/// What to add to a set and what to remove, as ids.
fn difference<R>(current: &Set<Id<R>>, change: Change<Set<Id<R>>>) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let Change::Set(wanted) = change else { return (None, None) };
    let without = |from: &Set<Id<R>>, others: &Set<Id<R>>| {
        let rest = from.iter().filter(|id| !others.iter().any(|other| other == *id));
        Some(rest.map(ToString::to_string).collect::<Vec<_>>()).filter(|ids| !ids.is_empty())
    };
    (without(&wanted, current), without(current, &wanted))
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html>
pub(super) async fn modify(client: &Client, id: &Id<VpcEndpoint>, fields: &VpcEndpoint, changes: &Changes<VpcEndpoint>) -> Result<()> {
    let (add_tables, remove_tables) = difference(&fields.route_tables, changes.of(VpcEndpoint::route_tables)?);
    let (add_subnets, remove_subnets) = difference(&fields.subnets, changes.of(VpcEndpoint::subnets)?);
    let (add_groups, remove_groups) = difference(&fields.security_groups, changes.of(VpcEndpoint::security_groups)?);
    let policy = changes.of(VpcEndpoint::policy_document)?;
    let dns = changes.of(VpcEndpoint::private_dns_enabled)?.set().filter(|enabled| *enabled != fields.private_dns_enabled);
    let sets = [&add_tables, &remove_tables, &add_subnets, &remove_subnets, &add_groups, &remove_groups];
    if policy == Change::Keep && dns.is_none() && sets.iter().all(|set| set.is_none()) {
        return Ok(());
    }
    let request = client.modify_vpc_endpoint().vpc_endpoint_id(id.as_str());
    let request = request.set_add_route_table_ids(add_tables).set_remove_route_table_ids(remove_tables);
    let request = request.set_add_subnet_ids(add_subnets).set_remove_subnet_ids(remove_subnets);
    let request = request.set_add_security_group_ids(add_groups).set_remove_security_group_ids(remove_groups);
    let request = request.set_private_dns_enabled(dns);
    let request = match policy {
        Change::Keep => request,
        Change::Set(policy) => request.policy_document(policy.to_string()),
        Change::Clear => request.reset_policy(true),
    };
    call::change("ec2:ModifyVpcEndpoint", || request.clone().send()).await?;
    Ok(())
}

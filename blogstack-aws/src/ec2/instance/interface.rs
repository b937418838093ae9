//! What belongs to an instance's first network interface. Calls on the instance itself are refused when it has more than one.

use aws_sdk_ec2::{Client, types::AttributeBooleanValue};
use blogstack_core::{
    Id, Set,
    provider::{Change, Result},
};

use super::Instance;
use crate::{
    call::{self, missing},
    ec2::{filter, security_group::SecurityGroup, vpc::Vpc},
};

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html>
pub(super) async fn set_source_dest_check(client: &Client, instance: &Instance, on: bool) -> Result<()> {
    let value = AttributeBooleanValue::builder().value(on).build();
    let interface = &instance.primary_network_interface_id;
    let request = client.modify_network_interface_attribute().network_interface_id(interface).source_dest_check(value);
    call::change("ec2:ModifyNetworkInterfaceAttribute", || request.clone().send()).await?;
    Ok(())
}

/// Cleared, it is the network's default group again.
pub(in crate::ec2) async fn set_groups(
    client: &Client,
    interface: &str,
    vpc: &Id<Vpc>,
    change: Change<Set<Id<SecurityGroup>>>,
) -> Result<()> {
    let groups: Vec<String> = match change {
        Change::Keep => return Ok(()),
        Change::Set(groups) => groups.iter().map(|id| id.as_str().to_owned()).collect(),
        Change::Clear => vec![default_group(client, vpc).await?],
    };
    let request = client.modify_network_interface_attribute().network_interface_id(interface).set_groups(Some(groups));
    call::change("ec2:ModifyNetworkInterfaceAttribute", || request.clone().send()).await?;
    Ok(())
}

/// The group of a network that whatever stands in it has when nothing is said.
pub(crate) async fn default_group(client: &Client, vpc: &Id<Vpc>) -> Result<String> {
    let operation = "ec2:DescribeSecurityGroups";
    let filters = vec![filter("vpc-id", [vpc.as_str()]), filter("group-name", ["default"])];
    let request = client.describe_security_groups().set_filters(Some(filters));
    let answer = call::read(operation, || request.clone().send()).await?;
    let group = answer.security_groups.and_then(|mut groups| groups.pop()?.group_id);
    group.ok_or_else(|| missing(operation, "default group"))
}

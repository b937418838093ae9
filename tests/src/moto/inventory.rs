//! What is in an account, told by the implementation itself.

use std::collections::BTreeMap;

use super::{difference::Listed, judge::Judge};

/// Listings: kind, operation, and the path of what each object has one of.
const LISTINGS: [(&str, &str, &str); 10] = [
    ("address", "DescribeAddresses", "addressesSet/item/allocationId"),
    ("instance", "DescribeInstances", "reservationSet/item/instancesSet/item/instanceId"),
    ("interface", "DescribeNetworkInterfaces", "networkInterfaceSet/item/networkInterfaceId"),
    ("internet gateway", "DescribeInternetGateways", "internetGatewaySet/item/internetGatewayId"),
    ("nat gateway", "DescribeNatGateways", "natGatewaySet/item/natGatewayId"),
    ("route table", "DescribeRouteTables", "routeTableSet/item/routeTableId"),
    ("security group", "DescribeSecurityGroups", "securityGroupInfo/item/groupId"),
    ("subnet", "DescribeSubnets", "subnetSet/item/subnetId"),
    ("volume", "DescribeVolumes", "volumeSet/item/volumeId"),
    ("vpc", "DescribeVpcs", "vpcSet/item/vpcId"),
];

/// How many live objects there are, by kind.
pub type Inventory = BTreeMap<&'static str, usize>;

/// What is in an account; kinds of which nothing is there are left out.
///
/// # Panics
/// When it does not tell.
pub async fn counts(judge: &Judge) -> Inventory {
    let mut counts = Inventory::new();
    for (kind, listing, path) in LISTINGS {
        let live = alive(kind);
        let answer = judge.ask("ec2", listing, &live).await;
        assert_eq!(answer.error(), None, "{listing}");
        let count = answer.all(path).count();
        counts.extend((count > 0).then_some((kind, count)));
    }
    counts
}

/// The filter that leaves out the memory of what is gone.
fn alive(kind: &str) -> Vec<(String, String)> {
    let (name, values): (&str, &[&str]) = match kind {
        "instance" => ("instance-state-name", &["pending", "running", "stopping", "stopped"]),
        "nat gateway" => ("state", &["pending", "available"]),
        _ => return Vec::new(),
    };
    let values = values.iter().enumerate().map(|(k, value)| (format!("Filter.1.Value.{}", k + 1), (*value).to_owned()));
    std::iter::once(("Filter.1.Name".to_owned(), name.to_owned())).chain(values).collect()
}

/// What one inventory has beyond another.
pub fn beyond(one: &Inventory, other: &Inventory) -> Inventory {
    let more = other.iter().map(|(kind, count)| (*kind, count.saturating_sub(one.get(kind).copied().unwrap_or_default())));
    more.filter(|(_, count)| *count > 0).collect()
}

/// Asserts that nothing is there that was not there before, but for what moto is known to leave behind, and that it does.
///
/// # Panics
/// When it is not so.
pub fn assert_only_left_behind(before: &Inventory, after: &Inventory) {
    assert!(beyond(after, before).is_empty(), "of what was there before, something is gone: {before:?}, now {after:?}");
    let listed = Listed::read().unwrap_or_else(|error| panic!("{error}")).left_behind;
    let left = beyond(before, after);
    assert!(left.keys().copied().eq(listed.keys().map(String::as_str)), "left behind: {left:?}; listed: {listed:?}");
}

//! The availability zones of a region.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html>

use blogstack_core::{
    Home, Lookup, Value,
    provider::{ErrorKind, LookupProvider, ProviderError, Result},
};

use super::{described::filter, subnet::Zone};
use crate::{account::Account, call};

/// The zones of the scope's region that are open to the account, in the order of their names.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Subnet, Vpc, Zones};
///
/// fn program(s: &Scope) {
///     let zones = s.look_up(Zones::new());
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     s.add("a", Subnet::new(&vpc, "10.0.0.0/24").availability_zone(zones.at(0)));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Value)]
pub struct Zones {}

impl Zones {
    /// The question.
    pub fn new() -> Self {
        Self {}
    }
}

impl Default for Zones {
    fn default() -> Self {
        Self::new()
    }
}

impl Lookup for Zones {
    const TYPE: &'static str = "aws:ec2/zones";
    type Answer = Vec<Zone>;
}

pub(super) struct Answers(pub(super) Account);

impl LookupProvider for Answers {
    type Question = Zones;

    async fn look_up(&self, home: &Home, _: Zones) -> Result<Vec<Zone>> {
        let request = self.0.ec2(home).describe_availability_zones();
        let request = request.filters(filter("state", ["available"])).filters(filter("zone-type", ["availability-zone"]));
        let answer = call::read("ec2:DescribeAvailabilityZones", || request.clone().send()).await?;
        let mut zones: Vec<Zone> = answer.availability_zones.into_iter().flatten().filter_map(|zone| zone.zone_name).map(Zone).collect();
        zones.sort();
        let none = || format!("no zone of {} is open to the account", home.region.as_deref().unwrap_or("this region"));
        if zones.is_empty() { Err(ProviderError::new(ErrorKind::Rejected, "ec2:DescribeAvailabilityZones", none())) } else { Ok(zones) }
    }
}

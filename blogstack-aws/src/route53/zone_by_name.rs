//! A zone that is there already. <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html>

use aws_sdk_route53::{Client, types};
use blogstack_core::{
    Home, Id, Lookup, Value,
    provider::{ErrorKind, LookupProvider, ProviderError, Result},
};

use super::{DnsName, HostedZone};
use crate::{account::Account, call};

const OPERATION: &str = "route53:ListHostedZonesByName";

/// The public zone of a name, or the private one.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::route53::{HostedZone, Record, RecordType};
///
/// fn program(s: &Scope) {
///     let zone = s.look_up(HostedZone::named("example.com"));
///     s.add("www", Record::new(&zone, "www.example.com", RecordType::A).ttl(300_u32).resource_records(["192.0.2.1"]));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Value)]
pub struct ZoneByName {
    name: DnsName,
    private_zone: bool,
}

impl HostedZone {
    /// Asks for the public zone of this name.
    pub fn named(name: &str) -> ZoneByName {
        ZoneByName { name: DnsName::new(name), private_zone: false }
    }
}

impl ZoneByName {
    /// Asks for the private zone of the name instead.
    #[must_use]
    pub fn private(self) -> Self {
        Self { private_zone: true, ..self }
    }
}

impl Lookup for ZoneByName {
    const TYPE: &'static str = "aws:route53/zone-by-name";
    const GLOBAL: bool = true;
    type Answer = Id<HostedZone>;
}

pub(super) struct Answers(pub(super) Account);

impl LookupProvider for Answers {
    type Question = ZoneByName;

    async fn look_up(&self, home: &Home, question: ZoneByName) -> Result<Id<HostedZone>> {
        let ZoneByName { name, private_zone } = &question;
        let zones = of_name(&self.0.route53(home), name).await?;
        let is_private = |zone: &types::HostedZone| zone.config.as_ref().is_some_and(|config| config.private_zone);
        let mut found: Vec<_> = zones.into_iter().filter(|zone| is_private(zone) == *private_zone).collect();
        let what = if *private_zone { "private" } else { "public" };
        match (found.pop(), found.len()) {
            (Some(zone), 0) => Ok(Id::new(super::sync::id(&zone.id))),
            (None, _) => Err(ProviderError::new(ErrorKind::Rejected, OPERATION, format!("there is no {what} zone `{name}`"))),
            (Some(_), others) => {
                let message = format!("there are {} {what} zones `{name}`: name one by its id", others + 1);
                Err(ProviderError::new(ErrorKind::Rejected, OPERATION, message))
            }
        }
    }
}

/// All zones of a name. The listing begins with them.
pub(super) async fn of_name(client: &Client, name: &DnsName) -> Result<Vec<types::HostedZone>> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let request = client.list_hosted_zones_by_name().dns_name(name.as_str()).set_hosted_zone_id(from);
        let page = call::read(OPERATION, || request.clone().send()).await?;
        let count = page.hosted_zones.len();
        let own: Vec<_> = page.hosted_zones.into_iter().filter(|zone| DnsName::new(&zone.name) == *name).collect();
        // After the last zone of the name come others.
        let goes_on = page.is_truncated && own.len() == count;
        all.extend(own);
        from = page.next_hosted_zone_id.filter(|_| goes_on);
        if from.is_none() {
            return Ok(all);
        }
    }
}

//! Reading records: a few by their names, many by listing their zone.
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::{Client, types::RrType};
use blogstack_core::provider::{ErrorKind, Result, State};
use futures::future::try_join_all;

use super::{Record, set};
use crate::call;

const OPERATION: &str = "route53:ListResourceRecordSets";

/// Up to so many records of a zone are asked for one by one: a page has 300, and a zone may have many pages.
const FEW: usize = 3;

/// What stands in these places; a zone that is gone has none.
pub(super) async fn read(client: &Client, places: &[&str]) -> Result<Vec<State<Record>>> {
    let mut zones: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for place in places {
        if let Some((zone, _)) = place.split_once('_') {
            zones.entry(zone).or_default().insert(place);
        }
    }
    let of_zones = zones.into_iter().map(|(zone, places)| async move {
        match of_zone(client, zone, &places).await {
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Vec::new()),
            answer => answer,
        }
    });
    let mut found: Vec<State<Record>> = try_join_all(of_zones).await?.into_iter().flatten().collect();
    found.retain(|record| places.contains(&record.id.as_str()));
    Ok(found)
}

async fn of_zone(client: &Client, zone: &str, places: &BTreeSet<&str>) -> Result<Vec<State<Record>>> {
    if places.len() > FEW {
        return all(client, zone).await;
    }
    let one = places.iter().map(|place| by_name(client, zone, place));
    Ok(try_join_all(one).await?.into_iter().flatten().collect())
}

/// The records of a name and a type: the listing begins with them.
async fn by_name(client: &Client, zone: &str, place: &str) -> Result<Vec<State<Record>>> {
    let Some((name, kind, identifier)) = place.split_once('_').and_then(|(_, rest)| divided(rest)) else { return Ok(Vec::new()) };
    let request = client.list_resource_record_sets().hosted_zone_id(zone).start_record_name(name);
    let request = request.start_record_type(RrType::from(kind)).set_start_record_identifier(identifier.map(ToOwned::to_owned)).max_items(1);
    let page = call::read(OPERATION, || request.clone().send()).await?;
    Ok(page.resource_record_sets.into_iter().filter_map(|record| set::of_sdk(zone, record)).collect())
}

/// Name, type and identifier of the end of a place. Types are in capitals, which names have not.
fn divided(rest: &str) -> Option<(&str, &str, Option<&str>)> {
    let is_type = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
    // Names of services have underscores of their own.
    rest.match_indices('_').find_map(|(at, _)| {
        let after = &rest[at + 1..];
        let (kind, identifier) = after.split_once('_').map_or((after, None), |(kind, identifier)| (kind, Some(identifier)));
        is_type(kind).then_some((&rest[..at], kind, identifier))
    })
}

/// Every record of a zone, page by page.
async fn all(client: &Client, zone: &str) -> Result<Vec<State<Record>>> {
    let (mut found, mut from) = (Vec::new(), (None, None, None));
    loop {
        let (name, kind, identifier) = from;
        let request = client.list_resource_record_sets().hosted_zone_id(zone);
        let request = request.set_start_record_name(name).set_start_record_type(kind).set_start_record_identifier(identifier);
        let page = call::read(OPERATION, || request.clone().send()).await?;
        found.extend(page.resource_record_sets.into_iter().filter_map(|record| set::of_sdk(zone, record)));
        if !page.is_truncated {
            return Ok(found);
        }
        from = (page.next_record_name, page.next_record_type, page.next_record_identifier);
    }
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn a_place_tells_name_type_and_which_one() {
        assert_eq!(divided("www.example.com_A"), Some(("www.example.com", "A", None)));
        assert_eq!(divided("_sip._tcp.example.com_SRV_blue_1"), Some(("_sip._tcp.example.com", "SRV", Some("blue_1"))));
        assert_eq!(divided("www.example.com"), None);
    }
}

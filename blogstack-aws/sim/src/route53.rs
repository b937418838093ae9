//! The simulated Route 53: hosted zones, records, health checks, their tags, and changes that take a while.
//!
//! Source: *Amazon Route 53 API reference*. Not modelled: delegation sets, traffic policies, geoproximity and CIDR routing, DNSSEC, query
//! logs; names are not answered.

pub(crate) mod batch;
pub(crate) mod change;
pub(crate) mod check;
mod listing;
pub(crate) mod name;
pub(crate) mod record;
mod tagging;
#[cfg(test)]
mod tests;
pub(crate) mod zone;

use crate::engine::Operation;
use crate::protocol::rest::Route;

/// The operations by method and path.
pub(crate) const ROUTES: &[Route] = &[
    Route::new("POST", "/2013-04-01/hostedzone", "CreateHostedZone"),
    Route::new("GET", "/2013-04-01/hostedzone", "ListHostedZones"),
    Route::new("GET", "/2013-04-01/hostedzonesbyname", "ListHostedZonesByName"),
    Route::new("GET", "/2013-04-01/hostedzone/{Id}", "GetHostedZone"),
    Route::new("POST", "/2013-04-01/hostedzone/{Id}", "UpdateHostedZoneComment"),
    Route::new("DELETE", "/2013-04-01/hostedzone/{Id}", "DeleteHostedZone"),
    Route::new("POST", "/2013-04-01/hostedzone/{Id}/associatevpc", "AssociateVPCWithHostedZone"),
    Route::new("POST", "/2013-04-01/hostedzone/{Id}/disassociatevpc", "DisassociateVPCFromHostedZone"),
    Route::new("POST", "/2013-04-01/hostedzone/{Id}/rrset", "ChangeResourceRecordSets"),
    Route::new("GET", "/2013-04-01/hostedzone/{Id}/rrset", "ListResourceRecordSets"),
    Route::new("GET", "/2013-04-01/change/{Id}", "GetChange"),
    Route::new("GET", "/2013-04-01/tags/{ResourceType}/{ResourceId}", "ListTagsForResource"),
    Route::new("POST", "/2013-04-01/tags/{ResourceType}/{ResourceId}", "ChangeTagsForResource"),
    Route::new("POST", "/2013-04-01/tags/{ResourceType}", "ListTagsForResources"),
    Route::new("POST", "/2013-04-01/healthcheck", "CreateHealthCheck"),
    Route::new("GET", "/2013-04-01/healthcheck", "ListHealthChecks"),
    Route::new("GET", "/2013-04-01/healthcheck/{HealthCheckId}", "GetHealthCheck"),
    Route::new("POST", "/2013-04-01/healthcheck/{HealthCheckId}", "UpdateHealthCheck"),
    Route::new("DELETE", "/2013-04-01/healthcheck/{HealthCheckId}", "DeleteHealthCheck"),
];

/// The operation of a name, when it is simulated.
pub(crate) fn operation(name: &str) -> Option<Operation> {
    zone::operation(name)
        .or_else(|| batch::operation(name))
        .or_else(|| listing::operation(name))
        .or_else(|| change::operation(name))
        .or_else(|| tagging::operation(name))
        .or_else(|| check::operation(name))
}

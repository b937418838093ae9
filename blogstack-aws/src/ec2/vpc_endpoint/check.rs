//! What is wrong with an endpoint, as far as its fields are known.

use blogstack_core::provider::{FieldProblem, Planned};

use super::{VpcEndpoint, VpcEndpointType};
use crate::ec2::vpc::Vpc;

/// Everything that AWS would refuse.
pub(super) fn problems(planned: &Planned<'_, VpcEndpoint>) -> Vec<FieldProblem> {
    let is_interface = planned.get(VpcEndpoint::vpc_endpoint_type) == Some(VpcEndpointType::Interface);
    let subnets = planned.is_set(VpcEndpoint::subnets);
    let groups = planned.is_set(VpcEndpoint::security_groups);
    let tables = planned.is_set(VpcEndpoint::route_tables);
    let private = planned.get(VpcEndpoint::private_dns_enabled);
    let service = planned.get(VpcEndpoint::service_name);
    let nameless = is_interface && private != Some(false) && lacks_names(planned);
    FieldProblem::when([
        (service.is_some_and(|name| !name.contains('.')), "service_name", "a service's name looks like `com.amazonaws.eu-west-1.s3`"),
        (!is_interface && subnets, "subnets", "a gateway is in no subnet: routes lead to it; for S3 and DynamoDB there are both types"),
        (!is_interface && groups, "security_groups", "a gateway has no groups"),
        (!is_interface && private == Some(true), "private_dns_enabled", "a gateway has no names"),
        (is_interface && tables, "route_tables", "no routes lead to an endpoint with interfaces"),
        (nameless, "vpc", "private DNS needs a network with `enable_dns_support` and `enable_dns_hostnames`"),
    ])
}

/// Whether the network is known not to resolve names.
fn lacks_names(planned: &Planned<'_, VpcEndpoint>) -> bool {
    let network = planned.related(VpcEndpoint::vpc);
    let lacks = |network: Planned<'_, Vpc>| {
        network.get(Vpc::enable_dns_support) == Some(false) || network.get(Vpc::enable_dns_hostnames) == Some(false)
    };
    network.is_some_and(lacks)
}

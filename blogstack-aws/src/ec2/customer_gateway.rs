//! The customer's side of a VPN. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html>
//!
//! A change of any field but `tags` replaces it. For an identical request AWS answers with the gateway that is there, whoever made it:
//! so gateways have device names that nobody else's have, unless the program says otherwise, and are looked for first.

use std::net::Ipv4Addr;

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, GatewayType, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    described::{self, Described, WINDOW, filter},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    naming,
    values::Arn,
};

/// The customer's side of a VPN: a device in an office, or in another cloud.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::CustomerGateway;
///
/// fn program(s: &Scope) {
///     s.add("office", CustomerGateway::new(std::net::Ipv4Addr::new(203, 0, 113, 12)).bgp_asn(65010_u32));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/customer-gateway", feature = "ec2", exclusive(ip_address, device_name))]
pub struct CustomerGateway {
    /// The device's address in the internet, which must not change.
    #[field(replace)]
    pub ip_address: Ipv4Addr,
    /// The number of the network behind it, for BGP: 1 to 4294967295.
    #[field(replace, default = 65000)]
    pub bgp_asn: u32,
    /// What the device is called, up to 255 characters; made from the resource's path when it is not set. It tells this gateway from
    /// others with the same address and number.
    #[field(replace, optional_computed)]
    pub device_name: Option<String>,
    /// The ARN of the certificate that the device shows instead of a key.
    #[field(replace)]
    pub certificate_arn: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long a name may be.
const LONGEST_NAME: usize = 255;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = CustomerGateway;
    type Item = types::CustomerGateway;
    const OPERATION: &'static str = "ec2:DescribeCustomerGateways";
    const ID_FILTER: &'static str = "customer-gateway-id";

    fn account(&self) -> &Account {
        &self.0
    }

    /// This call has no pages.
    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let request = client.describe_customer_gateways().set_filters(Some(filters));
        Ok(call::read(Self::OPERATION, || request.clone().send()).await?.customer_gateways.unwrap_or_default())
    }

    /// A deleted one stays listed for a while.
    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<CustomerGateway>> {
        if item.state.as_deref() == Some("deleted") {
            return None;
        }
        let broken = (item.state.as_deref() == Some("deleting")).then(|| "it is being deleted".to_owned());
        let id = Id::new(item.customer_gateway_id?);
        let fields = CustomerGateway {
            ip_address: item.ip_address?.parse().ok()?,
            bgp_asn: item.bgp_asn.or(item.bgp_asn_extended)?.parse().ok()?,
            device_name: item.device_name,
            certificate_arn: item.certificate_arn,
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &home.account, "customer-gateway", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

impl Provider {
    /// Looks whether an identical gateway is there, which AWS would answer with: ours, because a call that we gave up was carried out
    /// after all, or somebody else's, which is refused.
    async fn identical(&self, cx: &Cx<'_>, address: Ipv4Addr, asn: u32, name: &str) -> Result<Option<Id<CustomerGateway>>> {
        let filters = vec![filter("ip-address", [address.to_string()]), filter("bgp-asn", [asn.to_string()])];
        let listed = self.describe(&self.0.ec2(cx.home), filters).await?;
        let same = |gateway: &types::CustomerGateway| gateway.device_name() == Some(name) && gateway.state() != Some("deleted");
        let Some(there) = listed.into_iter().find(same) else { return Ok(None) };
        let id = there.customer_gateway_id.clone().unwrap_or_default();
        if there.tags().iter().any(|tag| tag.key() == Some(UID_TAG) && tag.value() == Some(cx.uid.as_str())) {
            return Ok(Some(Id::new(id)));
        }
        let message = format!("`{id}` is a gateway with the same address, number and device name");
        let error = ProviderError::new(ErrorKind::Conflict, Self::OPERATION, message).field("device_name");
        Err(error.hint(format!("choose another `device_name`, or take it over with `.adopt(\"{id}\")`")))
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html>: large numbers have an input of their own.
    async fn create(&self, cx: &Cx<'_>, inputs: &CustomerGatewayInputs, asn: u32, name: &str) -> Result<Id<CustomerGateway>> {
        let request = self
            .0
            .ec2(cx.home)
            .create_customer_gateway()
            .r#type(GatewayType::Ipsec1)
            .ip_address(inputs.ip_address.to_string())
            .device_name(name)
            .set_certificate_arn(inputs.certificate_arn.clone())
            .tag_specifications(tagging::specification(ResourceType::CustomerGateway, cx, &inputs.tags));
        let request = match i32::try_from(asn) {
            Ok(asn) => request.bgp_asn(asn),
            Err(_) => request.bgp_asn_extended(asn.into()),
        };
        let answer = call::create("ec2:CreateCustomerGateway", || request.clone().send()).await?;
        let id = answer.customer_gateway.and_then(|gateway| gateway.customer_gateway_id);
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateCustomerGateway", "customer gateway id"))?))
    }
}

impl Tagged for Provider {
    const TAGS: Field<CustomerGateway, Tags> = CustomerGateway::tags;

    fn check(&self, planned: &Planned<'_, CustomerGateway>) -> Vec<FieldProblem> {
        let name = planned.get(CustomerGateway::device_name);
        let long = name.is_some_and(|name| !(1..=LONGEST_NAME).contains(&name.chars().count()));
        FieldProblem::when([
            (planned.get(CustomerGateway::bgp_asn) == Some(0), "bgp_asn", "a network's number is 1 at least"),
            (long, "device_name", "a name has 1 to 255 characters"),
        ])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &CustomerGatewayInputs) -> Result<Id<CustomerGateway>> {
        let name = inputs.device_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME));
        let asn = inputs.bgp_asn.unwrap_or(65000);
        match self.identical(cx, inputs.ip_address, asn, &name).await? {
            Some(ours) => Ok(ours),
            None => self.create(cx, inputs, asn, &name).await,
        }
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<CustomerGateway>) -> Result<State<CustomerGateway>> {
        let is_available = |gateway: &types::CustomerGateway| Ok(gateway.state() == Some("available"));
        described::usable(self, cx, id, "available", WINDOW, is_available).await
    }

    /// One that a VPN connection uses is refused.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteCustomerGateway.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<CustomerGateway>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_customer_gateway().customer_gateway_id(current.id.as_str());
        described::unused("ec2:DeleteCustomerGateway", cx, || request.clone().send()).await.map(drop)
    }
}

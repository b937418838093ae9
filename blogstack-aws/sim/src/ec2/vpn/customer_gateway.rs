//! The customer's side of a VPN.
//!
//! Source: *`CreateCustomerGateway`* (an identical request makes nothing new), *`DescribeCustomerGateways`*, *`DeleteCustomerGateway`*.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::Listing;
use crate::ec2::vpn::connection::VpnConnection;
use crate::ec2::{Operation, done, tags};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A customer gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CustomerGateway {
    pub(crate) id: String,
    pub(crate) asn: u64,
    pub(crate) address: Option<Ipv4Addr>,
    certificate: Option<String>,
    device_name: Option<String>,
    /// `pending`, `available`, `deleted`.
    state: String,
    /// When it gets where it is on the way to, or is forgotten.
    next_at: Option<Moment>,
    tags: Tags,
}

impl Object for CustomerGateway {
    const KIND: Kind = Kind {
        name: "customer-gateway",
        prefix: "cgw",
        missing: "InvalidCustomerGatewayID.NotFound",
        malformed: Some("InvalidCustomerGatewayId.Malformed"),
        sentence: "The customerGateway ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        self.next_at
    }

    fn is_live(&self) -> bool {
        self.state != "deleted"
    }
}

const LISTING: Listing<CustomerGateway> = Listing {
    ids: "CustomerGatewayId",
    filters: &["bgp-asn", "customer-gateway-id", "device-name", "ip-address", "state", "type"],
    field,
    pages: None,
};

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateCustomerGateway" => create,
        "DescribeCustomerGateways" => describe,
        "DeleteCustomerGateway" => delete,
        _ => return None,
    })
}

/// A pending gateway becomes available, a deleted one is forgotten.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(gateway) = context.region.customer_gateways.get(id).filter(|gateway| gateway.next_at.is_some_and(|at| at <= now)) else {
        return;
    };
    if !gateway.is_live() {
        context.remove::<CustomerGateway>(id);
    } else if let Some(gateway) = context.region.customer_gateways.change(id) {
        (gateway.state, gateway.next_at) = ("available".to_owned(), None);
    }
}

/// A gateway that is not deleted.
pub(super) fn live(context: &Context<'_>, id: &str) -> Result<CustomerGateway, Failure> {
    let gateway = context.find::<CustomerGateway>(id)?;
    if gateway.is_live() { Ok(gateway.clone()) } else { Err(CustomerGateway::KIND.not_found(id)) }
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = read(context)?;
    let same = |other: &&CustomerGateway| {
        other.is_live()
            && (other.asn, other.address, &other.device_name, &other.certificate)
                == (gateway.asn, gateway.address, &gateway.device_name, &gateway.certificate)
    };
    let mut xml = Xml::new();
    if let Some(known) = context.all::<CustomerGateway>().find(same) {
        xml.nest("customerGateway", |xml| write(xml, context, known));
        return Ok(xml);
    }
    context.within_quota::<CustomerGateway>("customer-gateways", "CustomerGatewayLimitExceeded")?;
    let gateway = CustomerGateway { id: context.new_id("cgw"), ..gateway };
    xml.nest("customerGateway", |xml| write(xml, context, &gateway));
    context.add(gateway);
    Ok(xml)
}

fn read(context: &Context<'_>) -> Result<CustomerGateway, Failure> {
    let params = &context.params;
    check_type(params.required("Type")?)?;
    let asn = match (params.number::<u64>("BgpAsn")?, params.number::<u64>("BgpAsnExtended")?) {
        (Some(_), Some(_)) => return Err(Failure::combination("Specify either BgpAsn or BgpAsnExtended, but not both.")),
        (Some(asn), None) => within(asn, 1..=2_147_483_647, "bgpAsn")?,
        (None, Some(asn)) => within(asn, 2_147_483_648..=4_294_967_295, "bgpAsnExtended")?,
        (None, None) => 65000,
    };
    let address = params.text("IpAddress").or(params.text("PublicIp"));
    let certificate = params.owned("CertificateArn");
    let address = match address {
        Some(text) => Some(text.parse().map_err(|_| Failure::invalid(text, "ipAddress", "Not a valid IPv4 address."))?),
        None if certificate.is_none() => return Err(Failure::missing("IpAddress")),
        None => None,
    };
    Ok(CustomerGateway {
        id: String::new(),
        asn,
        address,
        certificate,
        device_name: params.owned("DeviceName"),
        state: "pending".to_owned(),
        next_at: Some(moment::later(context.now, context.settings.delays.vpn_gateway)),
        tags: tags::specified(params, CustomerGateway::KIND.name)?,
    })
}

/// The only type there is.
pub(super) fn check_type(text: &str) -> Result<(), Failure> {
    if text == "ipsec.1" { Ok(()) } else { Err(Failure::invalid(text, "type", "Expecting ipsec.1.")) }
}

pub(super) fn within(value: u64, range: std::ops::RangeInclusive<u64>, name: &str) -> Result<u64, Failure> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Failure::invalid(value, name, format!("Expecting {} to {}.", range.start(), range.end())))
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "customerGatewaySet", write)
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = live(context, context.params.required("CustomerGatewayId")?)?;
    if context.of::<VpnConnection>(&gateway.id).any(Object::is_live) {
        return Err(Failure::new("IncorrectState", "The customer gateway is in use."));
    }
    let forgotten_at = moment::later(context.now, context.settings.delays.memory);
    let gateway = context.change::<CustomerGateway>(&gateway.id)?;
    (gateway.state, gateway.next_at) = ("deleted".to_owned(), Some(forgotten_at));
    Ok(done())
}

fn field(_: &Context<'_>, gateway: &CustomerGateway, name: &str) -> Vec<String> {
    match name {
        "bgp-asn" => vec![gateway.asn.to_string()],
        "customer-gateway-id" => vec![gateway.id.clone()],
        "device-name" => gateway.device_name.iter().cloned().collect(),
        "ip-address" => gateway.address.iter().map(ToString::to_string).collect(),
        "state" => vec![gateway.state.clone()],
        _ => vec!["ipsec.1".to_owned()],
    }
}

fn write(xml: &mut Xml, _: &Context<'_>, gateway: &CustomerGateway) {
    let extended = gateway.asn > 2_147_483_647;
    xml.text("customerGatewayId", &gateway.id).text("state", &gateway.state).text("type", "ipsec.1");
    xml.maybe("ipAddress", gateway.address).text(if extended { "bgpAsnExtended" } else { "bgpAsn" }, gateway.asn);
    xml.maybe("certificateArn", gateway.certificate.as_ref()).maybe("deviceName", gateway.device_name.as_ref()).tags(&gateway.tags);
}

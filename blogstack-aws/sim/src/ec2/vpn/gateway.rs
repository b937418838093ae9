//! AWS's side of a VPN: virtual private gateways, one to a VPC.
//!
//! Source: *`CreateVpnGateway`*, *`AttachVpnGateway`*, *`DetachVpnGateway`* (whose end has to be waited for), *`DeleteVpnGateway`*,
//! *`DescribeVpnGateways`*.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::Listing;
use crate::ec2::vpc::Vpc;
use crate::ec2::vpn::connection::VpnConnection;
use crate::ec2::vpn::customer_gateway::{check_type, within};
use crate::ec2::{Operation, done, table, tags, zone};
use crate::failure::Failure;
use crate::moment::{self, Moment};
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// A virtual private gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VpnGateway {
    pub(crate) id: String,
    asn: u64,
    zone: Option<String>,
    attachment: Option<Attachment>,
    /// `pending`, `available`, `deleted`.
    state: String,
    /// When it gets where it is on the way to, or is forgotten.
    next_at: Option<Moment>,
    tags: Tags,
}

/// How a gateway is attached to a VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Attachment {
    vpc: String,
    /// `attaching`, `attached`, `detaching`.
    state: String,
    /// When it gets where it is on the way to.
    next_at: Option<Moment>,
}

impl Object for VpnGateway {
    const KIND: Kind = Kind {
        name: "vpn-gateway",
        prefix: "vgw",
        missing: "InvalidVpnGatewayID.NotFound",
        malformed: None,
        sentence: "The vpnGateway ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [self.attachment.as_ref().map(|attachment| attachment.vpc.as_str()), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn due(&self) -> Option<Moment> {
        let attached = self.attachment.as_ref().and_then(|attachment| attachment.next_at);
        [self.next_at, attached].into_iter().flatten().min()
    }

    fn is_live(&self) -> bool {
        self.state != "deleted"
    }
}

const LISTING: Listing<VpnGateway> = Listing {
    ids: "VpnGatewayId",
    filters: &["amazon-side-asn", "attachment.state", "attachment.vpc-id", "availability-zone", "state", "type", "vpn-gateway-id"],
    field,
    pages: None,
};

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateVpnGateway" => create,
        "DescribeVpnGateways" => describe,
        "AttachVpnGateway" => attach,
        "DetachVpnGateway" => detach,
        "DeleteVpnGateway" => delete,
        _ => return None,
    })
}

/// Lets a gateway, or its attachment, get where it is on the way to.
pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let now = context.now;
    let Some(gateway) = context.region.vpn_gateways.change(id) else { return };
    if let Some(attachment) = gateway.attachment.as_mut().filter(|attachment| attachment.next_at.is_some_and(|at| at <= now)) {
        if attachment.state == "detaching" {
            gateway.attachment = None;
        } else {
            (attachment.state, attachment.next_at) = ("attached".to_owned(), None);
        }
    }
    if gateway.next_at.is_none_or(|at| at > now) {
        return;
    }
    if gateway.is_live() {
        (gateway.state, gateway.next_at) = ("available".to_owned(), None);
    } else {
        context.remove::<VpnGateway>(id);
    }
}

/// Whether a VPC has a VPN gateway.
pub(crate) fn is_attached(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<VpnGateway>(vpc).next().is_some()
}

/// A gateway that is not deleted.
pub(super) fn live(context: &Context<'_>, id: &str) -> Result<VpnGateway, Failure> {
    let gateway = context.find::<VpnGateway>(id)?;
    if gateway.is_live() { Ok(gateway.clone()) } else { Err(VpnGateway::KIND.not_found(id)) }
}

fn named(context: &Context<'_>) -> Result<VpnGateway, Failure> {
    live(context, context.params.required("VpnGatewayId")?)
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    check_type(context.params.required("Type")?)?;
    let asn = match context.params.number::<u64>("AmazonSideAsn")? {
        Some(asn) if asn <= 65534 => within(asn, 64512..=65534, "amazonSideAsn")?,
        Some(asn) => within(asn, 4_200_000_000..=4_294_967_294, "amazonSideAsn")?,
        None => 64512,
    };
    let zone = context.params.text("AvailabilityZone").map(|name| zone::existing(&context.place.region, name)).transpose()?;
    context.within_quota::<VpnGateway>("vpn-gateways", "VpnGatewayLimitExceeded")?;
    let gateway = VpnGateway {
        id: context.new_id("vgw"),
        asn,
        zone: zone.map(|zone| zone.name),
        attachment: None,
        state: "pending".to_owned(),
        next_at: Some(moment::later(context.now, context.settings.delays.vpn_gateway)),
        tags: tags::specified(&context.params, VpnGateway::KIND.name)?,
    };
    let mut xml = Xml::new();
    xml.nest("vpnGateway", |xml| write(xml, context, &gateway));
    context.add(gateway);
    Ok(xml)
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "vpnGatewaySet", write)
}

fn attach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let (gateway, vpc) = (named(context)?, context.named::<Vpc>("VpcId")?.id);
    if let Some(attachment) = &gateway.attachment {
        let message = format!("The vpn gateway '{}' is already attached to '{}'.", gateway.id, attachment.vpc);
        return Err(Failure::new("VpnGatewayAttachmentLimitExceeded", message));
    }
    if is_attached(context, &vpc) {
        return Err(Failure::new("InvalidVpcState", format!("The vpc '{vpc}' already has an attached vpn gateway.")));
    }
    let next_at = Some(moment::later(context.now, context.settings.delays.vpn_gateway));
    let attachment = Attachment { vpc, state: "attaching".to_owned(), next_at };
    let mut xml = Xml::new();
    xml.nest("attachment", |xml| write_attachment(xml, &attachment));
    context.change::<VpnGateway>(&gateway.id)?.attachment = Some(attachment);
    Ok(xml)
}

/// Tables stop propagating its routes.
fn detach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = named(context)?;
    let vpc = context.params.required("VpcId")?.to_owned();
    let next_at = moment::later(context.now, context.settings.delays.vpn_gateway);
    let own = context.change::<VpnGateway>(&gateway.id)?.attachment.as_mut().filter(|attachment| attachment.vpc == vpc);
    let Some(attachment) = own else {
        let message = format!("The attachment with vpn gateway ID '{}' and vpc ID '{vpc}' does not exist", gateway.id);
        return Err(Failure::new("InvalidVpnGatewayAttachment.NotFound", message));
    };
    if attachment.state != "detaching" {
        (attachment.state, attachment.next_at) = ("detaching".to_owned(), Some(next_at));
    }
    table::stop_propagating(context, &vpc, &gateway.id);
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = named(context)?;
    if gateway.attachment.is_some() || context.of::<VpnConnection>(&gateway.id).any(Object::is_live) {
        return Err(Failure::new("IncorrectState", format!("The vpn gateway '{}' is in use.", gateway.id)));
    }
    let forgotten_at = moment::later(context.now, context.settings.delays.memory);
    let gateway = context.change::<VpnGateway>(&gateway.id)?;
    (gateway.state, gateway.next_at) = ("deleted".to_owned(), Some(forgotten_at));
    Ok(done())
}

impl VpnGateway {
    /// Whether it is attached to a VPC, for good.
    pub(super) fn is_attached_to(&self, vpc: &str) -> bool {
        self.attachment.as_ref().is_some_and(|attachment| attachment.vpc == vpc && attachment.state == "attached")
    }
}

fn field(_: &Context<'_>, gateway: &VpnGateway, name: &str) -> Vec<String> {
    match name {
        "amazon-side-asn" => vec![gateway.asn.to_string()],
        "attachment.state" => gateway.attachment.iter().map(|attachment| attachment.state.clone()).collect(),
        "attachment.vpc-id" => gateway.attachment.iter().map(|attachment| attachment.vpc.clone()).collect(),
        "availability-zone" => gateway.zone.iter().cloned().collect(),
        "state" => vec![gateway.state.clone()],
        "type" => vec!["ipsec.1".to_owned()],
        _ => vec![gateway.id.clone()],
    }
}

fn write(xml: &mut Xml, _: &Context<'_>, gateway: &VpnGateway) {
    xml.text("vpnGatewayId", &gateway.id).text("state", &gateway.state).text("type", "ipsec.1");
    xml.maybe("availabilityZone", gateway.zone.as_ref()).items("attachments", &gateway.attachment, write_attachment);
    xml.text("amazonSideAsn", gateway.asn).tags(&gateway.tags);
}

fn write_attachment(xml: &mut Xml, attachment: &Attachment) {
    xml.text("vpcId", &attachment.vpc).text("state", &attachment.state);
}

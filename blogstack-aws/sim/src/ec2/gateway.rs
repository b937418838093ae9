//! Internet gateways.
//!
//! Source: *`CreateInternetGateway`*, *`AttachInternetGateway`*, *`DetachInternetGateway`*, *`DeleteInternetGateway`*,
//! *`DescribeInternetGateways`*: an attached gateway is `available`, a detached one has no attachment.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::listing::{Listing, PAGES};
use crate::ec2::vpc::Vpc;
use crate::ec2::{Operation, done, interface, tags};
use crate::failure::Failure;
use crate::protocol::xml::Xml;
use crate::state::object::{Kind, Object, Tags};

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gateway {
    pub(crate) id: String,
    pub(crate) vpc: Option<String>,
    tags: Tags,
}

impl Object for Gateway {
    const KIND: Kind = Kind {
        name: "internet-gateway",
        prefix: "igw",
        missing: "InvalidInternetGatewayID.NotFound",
        malformed: Some("InvalidInternetGatewayId.Malformed"),
        sentence: "The internetGateway ID '{}' does not exist",
    };

    fn id(&self) -> &str {
        &self.id
    }

    fn owners(&self) -> [Option<&str>; 2] {
        [self.vpc.as_deref(), None]
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }
}

const LISTING: Listing<Gateway> = Listing {
    ids: "InternetGatewayId",
    filters: &["attachment.state", "attachment.vpc-id", "internet-gateway-id", "owner-id"],
    field,
    pages: PAGES,
};

pub(crate) fn operation(name: &str) -> Option<Operation> {
    Some(match name {
        "CreateInternetGateway" => create,
        "DescribeInternetGateways" => describe,
        "AttachInternetGateway" => attach,
        "DetachInternetGateway" => detach,
        "DeleteInternetGateway" => delete,
        _ => return None,
    })
}

/// Whether a VPC has an internet gateway.
pub(crate) fn is_attached(context: &Context<'_>, vpc: &str) -> bool {
    context.of::<Gateway>(vpc).next().is_some()
}

fn create(context: &mut Context<'_>) -> Result<Xml, Failure> {
    context.within_quota::<Gateway>("internet-gateways", "InternetGatewayLimitExceeded")?;
    let tags = tags::specified(&context.params, Gateway::KIND.name)?;
    let gateway = Gateway { id: context.new_id("igw"), vpc: None, tags };
    let mut xml = Xml::new();
    xml.nest("internetGateway", |xml| write(xml, context, &gateway));
    context.add(gateway);
    Ok(xml)
}

fn describe(context: &mut Context<'_>) -> Result<Xml, Failure> {
    LISTING.answer(context, "internetGatewaySet", write)
}

fn attach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = context.named::<Gateway>("InternetGatewayId")?;
    let vpc = context.named::<Vpc>("VpcId")?.id;
    if gateway.vpc.is_some() {
        let message = format!("resource {} is already attached to network {}", gateway.id, gateway.vpc.unwrap_or_default());
        return Err(Failure::new("Resource.AlreadyAssociated", message));
    }
    if is_attached(context, &vpc) {
        return Err(Failure::value(format!("Network {vpc} already has an internet gateway attached")));
    }
    context.change::<Gateway>(&gateway.id)?.vpc = Some(vpc);
    Ok(done())
}

fn detach(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = context.named::<Gateway>("InternetGatewayId")?;
    let vpc = context.params.required("VpcId")?.to_owned();
    if gateway.vpc.as_ref() != Some(&vpc) {
        let message = format!("resource {} is not attached to network {vpc}", gateway.id);
        return Err(Failure::new("Gateway.NotAttached", message));
    }
    if interface::has_public_address(context, &vpc) {
        let message = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
        );
        return Err(Failure::dependency(message));
    }
    context.change::<Gateway>(&gateway.id)?.vpc = None;
    Ok(done())
}

fn delete(context: &mut Context<'_>) -> Result<Xml, Failure> {
    let gateway = context.named::<Gateway>("InternetGatewayId")?;
    if gateway.vpc.is_some() {
        let message = format!("The internetGateway '{}' has dependencies and cannot be deleted.", gateway.id);
        return Err(Failure::dependency(message));
    }
    context.remove::<Gateway>(&gateway.id);
    Ok(done())
}

fn field(context: &Context<'_>, gateway: &Gateway, name: &str) -> Vec<String> {
    match name {
        "attachment.state" => gateway.vpc.iter().map(|_| "available".to_owned()).collect(),
        "attachment.vpc-id" => gateway.vpc.iter().cloned().collect(),
        "internet-gateway-id" => vec![gateway.id.clone()],
        _ => vec![context.place.account.clone()],
    }
}

fn write(xml: &mut Xml, context: &Context<'_>, gateway: &Gateway) {
    xml.text("internetGatewayId", &gateway.id).text("ownerId", &context.place.account);
    xml.items("attachmentSet", &gateway.vpc, |xml, vpc| {
        xml.text("vpcId", vpc).text("state", "available");
    });
    xml.tags(&gateway.tags);
}

#[cfg(test)]
impl Gateway {
    pub(crate) fn sample(id: &str, vpc: Option<&str>) -> Self {
        Self { id: id.to_owned(), vpc: vpc.map(str::to_owned), tags: Tags::new() }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[tokio::test(start_paused = true)]
    async fn a_gateway_is_attached_once_and_deleted_last() {
        let world = World::new();
        let (vpc, other) = (world.vpc().await, world.vpc().await);
        let gateway = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
        let second = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
        let attach = [("InternetGatewayId", gateway.as_str()), ("VpcId", &vpc)];
        world.ok("AttachInternetGateway", &attach).await;
        world.refused("AttachInternetGateway", &attach, "Resource.AlreadyAssociated").await;
        world.refused("AttachInternetGateway", &[("InternetGatewayId", &second), ("VpcId", &vpc)], "InvalidParameterValue").await;
        world.refused("DeleteInternetGateway", &[("InternetGatewayId", &gateway)], "DependencyViolation").await;
        world.refused("DeleteVpc", &[("VpcId", &vpc)], "DependencyViolation").await;
        world.refused("DetachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &other)], "Gateway.NotAttached").await;
        world.ok("DetachInternetGateway", &attach).await;
        world.ok("DeleteInternetGateway", &[("InternetGatewayId", &gateway)]).await;
        world.refused("DeleteInternetGateway", &[("InternetGatewayId", &gateway)], "InvalidInternetGatewayID.NotFound").await;
        world.ok("DeleteVpc", &[("VpcId", &vpc)]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_attached_gateway_is_available() {
        let world = World::new();
        let vpc = world.vpc().await;
        let gateway = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
        world.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
        let filter = [("Filter.1.Name", "attachment.vpc-id"), ("Filter.1.Value.1", vpc.as_str())];
        assert_eq!(world.get("DescribeInternetGateways", &filter, "state").await, "available");
    }
}

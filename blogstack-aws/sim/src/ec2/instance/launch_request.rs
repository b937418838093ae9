//! Reads a request to launch instances, with what its launch template says, and checks it against the region.
//!
//! Source: *`RunInstances`*, *`InstanceNetworkInterfaceSpecification`*, *`LaunchTemplateSpecification`*.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::context::Context;
use crate::ec2::image::{self, Bootable};
use crate::ec2::instance::{Metadata, metadata, type_name};
use crate::ec2::subnet::Subnet;
use crate::ec2::volume::{self, Disk};
use crate::ec2::{interface, key, profile, tags, template};
use crate::failure::Failure;
use crate::params::Params;
use crate::state::object::Tags;

/// The most bytes of user data.
const USER_DATA: usize = 16 * 1024;

/// What a launch makes, and may tag.
const TAGGED: [&str; 4] = ["instance", "volume", "network-interface", "spot-instances-request"];

/// What instances are to be launched.
pub(super) struct Request {
    pub(super) count: usize,
    pub(super) image_id: String,
    pub(super) image: Bootable,
    pub(super) instance_type: String,
    pub(super) subnet: Subnet,
    pub(super) interface: InterfaceRequest,
    pub(super) user_data: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) disks: Vec<Disk>,
    pub(super) metadata: Metadata,
    pub(super) credits: Option<String>,
    pub(super) shutdown_behavior: String,
    pub(super) instance_tags: Tags,
    pub(super) volume_tags: Tags,
}

/// What the primary network interface is to be.
pub(super) struct InterfaceRequest {
    pub(super) groups: Vec<String>,
    pub(super) private_address: Option<String>,
    pub(super) public: bool,
    pub(super) delete_on_termination: bool,
    pub(super) description: String,
    pub(super) tags: Tags,
}

/// The parameters of a launch: those of a request, and behind them those of the launch template that it names.
///
/// Also the tags by which AWS tells where instances come from: *Reserved tags*.
pub(super) fn with_template(context: &Context<'_>, request: &Params) -> Result<(Params, Tags), Failure> {
    let Some(specification) = request.group("LaunchTemplate") else { return Ok((request.clone(), Tags::new())) };
    let (template, version) = template::chosen(context, &specification)?;
    let tag = |key: &str, value: String| (format!("aws:ec2launchtemplate:{key}"), value);
    let tags = [tag("id", template.id), tag("version", version.number.to_string())].into();
    Ok((version.data.behind(request), tags))
}

/// Reads what [`with_template`] told.
pub(super) fn read(context: &Context<'_>, params: &Params, origin: Tags) -> Result<Request, Failure> {
    params.known_as_false("HibernationOptions.Configured");
    let count = count(params)?;
    let image_id = params.required("ImageId")?.to_owned();
    let image = image::bootable(context, &image_id)?;
    let instance_type = params.text("InstanceType").unwrap_or("m1.small").to_owned();
    type_name::check(&instance_type)?;
    type_name::check_architecture(&instance_type, &image.architecture)?;
    let (subnet, interface) = network(context, params)?;
    check_zone(params, &subnet)?;
    if count > 1 && interface.private_address.is_some() {
        return Err(Failure::combination("A private IP address may not be specified when launching multiple instances"));
    }
    if let Some(name) = params.text("KeyName") {
        key::named(context, name)?;
    }
    let mut metadata = metadata::standard();
    if let Some(options) = params.group("MetadataOptions") {
        metadata::update(&mut metadata, &options)?;
    }
    Ok(Request {
        count,
        user_data: user_data(params.text("UserData"))?,
        profile: params.group("IamInstanceProfile").map(|group| profile::read(context, &group)).transpose()?,
        disks: volume::disks(context, params, &image.disks)?,
        metadata,
        credits: credits(params, &instance_type)?,
        shutdown_behavior: shutdown_behavior(params.text("InstanceInitiatedShutdownBehavior"))?,
        instance_tags: tags::specified_among(params, "instance", &TAGGED)?.into_iter().chain(origin).collect(),
        volume_tags: tags::specified_among(params, "volume", &TAGGED)?,
        image_id,
        image,
        instance_type,
        subnet,
        interface,
    })
}

fn count(params: &Params) -> Result<usize, Failure> {
    let number = |name: &str| params.number::<usize>(name)?.ok_or_else(|| Failure::missing(name));
    let (least, most) = (number("MinCount")?, number("MaxCount")?);
    if least == 0 || least > most || most > 1000 {
        return Err(Failure::value(format!("Invalid value '{least} to {most}' for instance count")));
    }
    Ok(most)
}

/// The subnet and the primary interface: of the interface form or of the plain one.
fn network(context: &Context<'_>, params: &Params) -> Result<(Subnet, InterfaceRequest), Failure> {
    let interfaces = params.groups("NetworkInterface");
    match interfaces.as_slice() {
        [] => plain(context, params),
        [only] => specified(context, params, only),
        _ => Err(Failure::new("UnsupportedOperation", "Launching with several network interfaces is not simulated.")),
    }
}

fn plain(context: &Context<'_>, params: &Params) -> Result<(Subnet, InterfaceRequest), Failure> {
    if !params.list("SecurityGroup").is_empty() {
        let message = "The parameter groupName cannot be used with the parameter subnet";
        return Err(Failure::combination(message));
    }
    let subnet = subnet(context, params)?;
    let interface = InterfaceRequest {
        groups: interface::checked_groups(context, &subnet.vpc, params.list("SecurityGroupId"))?,
        private_address: params.owned("PrivateIpAddress"),
        public: subnet.map_public_ip_on_launch,
        delete_on_termination: true,
        description: String::new(),
        tags: tags::specified_among(params, "network-interface", &TAGGED)?,
    };
    Ok((subnet, interface))
}

fn specified(context: &Context<'_>, params: &Params, group: &Params) -> Result<(Subnet, InterfaceRequest), Failure> {
    for name in ["SubnetId", "SecurityGroupId", "PrivateIpAddress"] {
        if params.has(name) {
            let message = format!("Network interfaces and an instance-level {name} may not be specified on the same request");
            return Err(Failure::combination(message));
        }
    }
    if group.has("NetworkInterfaceId") {
        return Err(Failure::new("UnsupportedOperation", "Launching with an existing network interface is not simulated."));
    }
    if group.number::<u32>("DeviceIndex")?.is_some_and(|index| index != 0) {
        return Err(Failure::value("The primary network interface must have the device index 0."));
    }
    let subnet = subnet(context, group)?;
    let public = group.flag("AssociatePublicIpAddress")?.unwrap_or(subnet.map_public_ip_on_launch);
    let interface = InterfaceRequest {
        groups: interface::checked_groups(context, &subnet.vpc, group.list("SecurityGroupId"))?,
        private_address: group.owned("PrivateIpAddress"),
        public,
        delete_on_termination: group.flag("DeleteOnTermination")?.unwrap_or(true),
        description: group.owned("Description").unwrap_or_default(),
        tags: tags::specified_among(params, "network-interface", &TAGGED)?,
    };
    Ok((subnet, interface))
}

fn subnet(context: &Context<'_>, params: &Params) -> Result<Subnet, Failure> {
    match params.text("SubnetId") {
        Some(id) => context.find::<Subnet>(id).cloned(),
        None => Err(Failure::new("VPCIdNotSpecified", "No default VPC for this user")),
    }
}

fn check_zone(params: &Params, subnet: &Subnet) -> Result<(), Failure> {
    // An empty zone is none: so Terraform writes one that is not set.
    match params.text("Placement.AvailabilityZone").filter(|zone| !zone.is_empty()) {
        Some(zone) if zone != subnet.zone => {
            let message = format!("The specified availability zone '{zone}' is not that of the subnet '{}'", subnet.id);
            Err(Failure::value(message))
        }
        _ => Ok(()),
    }
}

/// User data in base64, at most 16 KiB of it decoded: *Run commands at launch*.
pub(crate) fn user_data(text: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    match STANDARD.decode(text) {
        Ok(bytes) if bytes.len() <= USER_DATA => Ok(Some(text.to_owned())),
        Ok(_) => Err(Failure::value(format!("User data is limited to {USER_DATA} bytes"))),
        Err(_) => Err(Failure::value("Invalid BASE64 encoding of user data.")),
    }
}

pub(super) fn shutdown_behavior(text: Option<&str>) -> Result<String, Failure> {
    match text.unwrap_or("stop") {
        known @ ("stop" | "terminate") => Ok(known.to_owned()),
        other => Err(Failure::invalid(other, "instanceInitiatedShutdownBehavior", "Expecting stop or terminate")),
    }
}

fn credits(params: &Params, instance_type: &str) -> Result<Option<String>, Failure> {
    let default = type_name::default_credits(instance_type);
    match (params.text("CreditSpecification.CpuCredits"), default) {
        (None, default) => Ok(default.map(str::to_owned)),
        (Some(known @ ("standard" | "unlimited")), Some(_)) => Ok(Some(known.to_owned())),
        (Some(_), None) => Err(Failure::combination(format!("CreditSpecification is not supported for {instance_type}"))),
        (Some(other), _) => Err(Failure::invalid(other, "cpuCredits", "Expecting standard or unlimited")),
    }
}

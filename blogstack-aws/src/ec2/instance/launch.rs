//! Launches an instance. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html>

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    operation::run_instances::builders::RunInstancesFluentBuilder as Request,
    types::{
        BlockDeviceMapping, CreditSpecificationRequest, EbsBlockDevice, IamInstanceProfileSpecification, InstanceMetadataOptionsRequest,
        InstanceNetworkInterfaceSpecification, Placement, ResourceType, RunInstancesMonitoringEnabled,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use blogstack_core::{
    Id,
    provider::{Cx, ErrorKind, ProviderError, Result},
};

use super::{Instance, InstanceInputs, MetadataOptions, RootVolume, values::word};
use crate::{
    call::{self, missing},
    ec2::{filter, image::ImageId, tagging},
    wait::Pause,
};

/// How long IAM may take to tell EC2 of a new profile.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>, *Changes that I make are not always immediately visible*
const LAG: Duration = Duration::from_mins(2);

/// Launches it, tagged and with its token, and tells its id.
pub(super) async fn run(client: &Client, cx: &Cx<'_>, inputs: &InstanceInputs) -> Result<Id<Instance>> {
    let operation = "ec2:RunInstances";
    let request = request(client, cx, inputs).await?;
    let launched = known_profile(|| async { call::create(operation, || request.clone().send()).await }).await;
    let answer = launched.map_err(used_token)?;
    let id = answer.instances.and_then(|mut instances| instances.pop()?.instance_id);
    Ok(Id::new(id.ok_or_else(|| missing(operation, "instance id"))?))
}

/// What a token was used for before. An instance with other fields exists, so it is looked for.
fn used_token(error: ProviderError) -> ProviderError {
    match error.code.as_deref() {
        Some("IdempotentParameterMismatch") => ProviderError { kind: ErrorKind::Lost, ..error },
        Some("IdempotentInstanceTerminated") => error.hint("it was launched and terminated again; run again to launch another one"),
        _ => error,
    }
}

/// Asks again while EC2 does not know a new profile, which it says in words only.
pub(super) async fn known_profile<T, F: Future<Output = Result<T>>>(ask: impl Fn() -> F) -> Result<T> {
    let unknown = |error: &ProviderError| {
        ["Invalid IAM Instance Profile", "has no associated IAM Roles"].iter().any(|words| error.message.contains(words))
    };
    let mut pause = Pause::up_to(LAG);
    loop {
        match ask().await {
            Err(error) if unknown(&error) && pause.next().await => {}
            answer => return answer.map_err(|error| if unknown(&error) { error.field("iam_instance_profile") } else { error }),
        }
    }
}

async fn request(client: &Client, cx: &Cx<'_>, inputs: &InstanceInputs) -> Result<Request> {
    let profile = inputs.iam_instance_profile.as_ref().map(|name| IamInstanceProfileSpecification::builder().name(&name.0).build());
    let credits = inputs.cpu_credits.as_ref().map(|credits| CreditSpecificationRequest::builder().cpu_credits(word(credits)).build());
    let shutdown = inputs.instance_initiated_shutdown_behavior.as_ref().map(|behavior| word(behavior).as_str().into());
    let request = client
        .run_instances()
        .min_count(1)
        .max_count(1)
        .client_token(cx.token())
        .image_id(&inputs.image.0)
        .instance_type(inputs.instance_type.0.as_str().into())
        .set_key_name(inputs.key_name.clone())
        .set_iam_instance_profile(profile)
        .set_user_data(inputs.user_data.as_ref().map(|text| STANDARD.encode(text)))
        .set_metadata_options(inputs.metadata_options.as_ref().map(metadata_options))
        .set_disable_api_termination(inputs.disable_api_termination)
        .set_disable_api_stop(inputs.disable_api_stop)
        .set_instance_initiated_shutdown_behavior(shutdown)
        .set_monitoring(inputs.monitoring.map(|on| RunInstancesMonitoringEnabled::builder().enabled(on).build()))
        .set_ebs_optimized(inputs.ebs_optimized)
        .set_credit_specification(credits)
        .set_placement(placement(inputs))
        .tag_specifications(tagging::specification(ResourceType::Instance, cx, &inputs.tags))
        .tag_specifications(tagging::specification(ResourceType::Volume, cx, &inputs.tags));
    let request = match &inputs.root_volume {
        Some(volume) => request.block_device_mappings(mapping(client, &inputs.image, volume).await?),
        None => request,
    };
    Ok(network(request, inputs))
}

/// A choice about the public address is possible only in the longer form.
fn network(request: Request, inputs: &InstanceInputs) -> Request {
    let groups = inputs.security_groups.as_ref().map(|groups| groups.iter().map(|id| id.as_str().to_owned()).collect());
    let address = inputs.private_ip.map(|address| address.to_string());
    let Some(public) = inputs.associate_public_ip_address else {
        return request.subnet_id(inputs.subnet.as_str()).set_security_group_ids(groups).set_private_ip_address(address);
    };
    let interface = InstanceNetworkInterfaceSpecification::builder()
        .device_index(0)
        .subnet_id(inputs.subnet.as_str())
        .set_groups(groups)
        .set_private_ip_address(address)
        .associate_public_ip_address(public)
        .delete_on_termination(true);
    request.network_interfaces(interface.build())
}

fn placement(inputs: &InstanceInputs) -> Option<Placement> {
    let tenancy = inputs.tenancy.as_ref().map(|tenancy| word(tenancy).as_str().into());
    let group = inputs.placement_group.clone();
    (tenancy.is_some() || group.is_some()).then(|| Placement::builder().set_tenancy(tenancy).set_group_name(group).build())
}

fn metadata_options(options: &MetadataOptions) -> InstanceMetadataOptionsRequest {
    InstanceMetadataOptionsRequest::builder()
        .set_http_tokens(options.http_tokens.as_ref().map(|tokens| word(tokens).as_str().into()))
        .set_http_put_response_hop_limit(options.http_put_response_hop_limit.map(i32::from))
        .set_http_endpoint(options.http_endpoint.as_ref().map(|switch| word(switch).as_str().into()))
        .set_instance_metadata_tags(options.instance_metadata_tags.as_ref().map(|switch| word(switch).as_str().into()))
        .build()
}

/// Changes the image's root volume, which is known by its device.
async fn mapping(client: &Client, image: &ImageId, volume: &RootVolume) -> Result<BlockDeviceMapping> {
    let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    let disk = EbsBlockDevice::builder()
        .set_volume_size(number(volume.volume_size))
        .set_volume_type(volume.volume_type.as_ref().map(|kind| word(kind).as_str().into()))
        .set_iops(number(volume.iops))
        .set_throughput(number(volume.throughput))
        .set_encrypted(volume.encrypted)
        .set_kms_key_id(volume.kms_key_id.clone())
        .set_delete_on_termination(volume.delete_on_termination);
    Ok(BlockDeviceMapping::builder().device_name(root_device(client, image).await?).ebs(disk.build()).build())
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html>
async fn root_device(client: &Client, image: &ImageId) -> Result<String> {
    let operation = "ec2:DescribeImages";
    let request = client.describe_images().filters(filter("image-id", [&image.0]));
    let answer = call::read(operation, || request.clone().send()).await?;
    let device = answer.images.and_then(|mut images| images.pop()?.root_device_name);
    let none = || ProviderError::new(ErrorKind::Rejected, operation, format!("there is no image `{}` with a root device", image.0));
    device.ok_or_else(|| none().field("image").hint("check the id and the region: an image has another id in each"))
}

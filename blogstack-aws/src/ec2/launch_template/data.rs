//! The data of a version, from inputs, changes and AWS's answers, and as AWS wants them.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html>

use aws_sdk_ec2::types::{
    self, CreditSpecificationRequest, LaunchTemplateIamInstanceProfileSpecificationRequest as ProfileRequest,
    LaunchTemplateInstanceMetadataOptionsRequest as MetadataRequest, LaunchTemplatePlacementRequest,
    LaunchTemplateTagSpecificationRequest as TagsRequest, LaunchTemplatesMonitoringRequest, RequestLaunchTemplateData, ResourceType,
    ResponseLaunchTemplateData, Tag,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use blogstack_core::{
    Data, Id, Tags,
    provider::{Change, Changes, Result},
    value::Value,
};

use super::{LaunchTemplate, LaunchTemplateInputs, disk, interface};
use crate::{
    ec2::{
        image::ImageId,
        instance::{InstanceType, MetadataOptions, decoded, name_in, of_word, word},
        tagging,
    },
    values::Arn,
};

/// A template of which nothing is known.
fn nothing() -> LaunchTemplate {
    LaunchTemplate {
        launch_template_name: String::new(),
        version_description: None,
        image: None,
        instance_type: None,
        key_name: None,
        security_groups: None,
        network_interfaces: None,
        iam_instance_profile: None,
        user_data: None,
        block_device_mappings: None,
        metadata_options: None,
        monitoring: None,
        ebs_optimized: None,
        disable_api_termination: None,
        disable_api_stop: None,
        instance_initiated_shutdown_behavior: None,
        cpu_credits: None,
        placement_group: None,
        tenancy: None,
        instance_tags: Tags::new(),
        volume_tags: Tags::new(),
        network_interface_tags: Tags::new(),
        tags: Tags::new(),
        latest_version: 0,
        default_version: 0,
        arn: Arn(String::new()),
    }
}

/// What a program wants in a version.
pub(super) fn of_inputs(inputs: LaunchTemplateInputs) -> LaunchTemplate {
    LaunchTemplate {
        version_description: inputs.version_description,
        image: inputs.image,
        instance_type: inputs.instance_type,
        key_name: inputs.key_name,
        security_groups: inputs.security_groups,
        network_interfaces: inputs.network_interfaces,
        iam_instance_profile: inputs.iam_instance_profile,
        user_data: inputs.user_data,
        block_device_mappings: inputs.block_device_mappings,
        metadata_options: inputs.metadata_options,
        monitoring: inputs.monitoring,
        ebs_optimized: inputs.ebs_optimized,
        disable_api_termination: inputs.disable_api_termination,
        disable_api_stop: inputs.disable_api_stop,
        instance_initiated_shutdown_behavior: inputs.instance_initiated_shutdown_behavior,
        cpu_credits: inputs.cpu_credits,
        placement_group: inputs.placement_group,
        tenancy: inputs.tenancy,
        instance_tags: inputs.instance_tags,
        volume_tags: inputs.volume_tags,
        network_interface_tags: inputs.network_interface_tags,
        ..nothing()
    }
}

/// The same with the changes. What nobody manages is carried along, as far as it has a field.
pub(super) fn changed(mut fields: LaunchTemplate, changes: &Changes<LaunchTemplate>) -> Result<LaunchTemplate> {
    fn put<T: Data>(field: &mut Option<T>, change: Change<T>) {
        match change {
            Change::Keep => {}
            Change::Set(value) => *field = Some(value),
            Change::Clear => *field = None,
        }
    }
    fn put_tags(field: &mut Tags, change: Change<Tags>) {
        match change {
            Change::Keep => {}
            change => *field = change.set().unwrap_or_default(),
        }
    }
    put(&mut fields.version_description, changes.of(LaunchTemplate::version_description)?);
    put(&mut fields.image, changes.of(LaunchTemplate::image)?);
    put(&mut fields.instance_type, changes.of(LaunchTemplate::instance_type)?);
    put(&mut fields.key_name, changes.of(LaunchTemplate::key_name)?);
    put(&mut fields.security_groups, changes.of(LaunchTemplate::security_groups)?);
    put(&mut fields.network_interfaces, changes.of(LaunchTemplate::network_interfaces)?);
    put(&mut fields.iam_instance_profile, changes.of(LaunchTemplate::iam_instance_profile)?);
    put(&mut fields.user_data, changes.of(LaunchTemplate::user_data)?);
    put(&mut fields.block_device_mappings, changes.of(LaunchTemplate::block_device_mappings)?);
    put(&mut fields.metadata_options, changes.of(LaunchTemplate::metadata_options)?);
    put(&mut fields.monitoring, changes.of(LaunchTemplate::monitoring)?);
    put(&mut fields.ebs_optimized, changes.of(LaunchTemplate::ebs_optimized)?);
    put(&mut fields.disable_api_termination, changes.of(LaunchTemplate::disable_api_termination)?);
    put(&mut fields.disable_api_stop, changes.of(LaunchTemplate::disable_api_stop)?);
    put(&mut fields.instance_initiated_shutdown_behavior, changes.of(LaunchTemplate::instance_initiated_shutdown_behavior)?);
    put(&mut fields.cpu_credits, changes.of(LaunchTemplate::cpu_credits)?);
    put(&mut fields.placement_group, changes.of(LaunchTemplate::placement_group)?);
    put(&mut fields.tenancy, changes.of(LaunchTemplate::tenancy)?);
    put_tags(&mut fields.instance_tags, changes.of(LaunchTemplate::instance_tags)?);
    put_tags(&mut fields.volume_tags, changes.of(LaunchTemplate::volume_tags)?);
    put_tags(&mut fields.network_interface_tags, changes.of(LaunchTemplate::network_interface_tags)?);
    Ok(fields)
}

/// What a version says: sets without an order, and no set like an empty one.
pub(super) fn comparable(fields: &LaunchTemplate) -> Value {
    let LaunchTemplate { security_groups, network_interfaces, block_device_mappings, .. } = fields;
    let data = LaunchTemplate {
        security_groups: Some(security_groups.iter().flatten().cloned().collect()),
        network_interfaces: Some(network_interfaces.iter().flatten().cloned().collect()),
        block_device_mappings: Some(block_device_mappings.iter().flatten().cloned().collect()),
        launch_template_name: String::new(),
        tags: Tags::new(),
        latest_version: 0,
        default_version: 0,
        arn: Arn(String::new()),
        ..fields.clone()
    };
    data.encode()
}

/// What AWS is to keep.
pub(super) fn to_sdk(fields: &LaunchTemplate) -> RequestLaunchTemplateData {
    let groups: Vec<String> = fields.security_groups.iter().flat_map(|groups| groups.iter()).map(|id| id.as_str().to_owned()).collect();
    let interfaces: Vec<_> = fields.network_interfaces.iter().flat_map(|set| set.iter()).map(interface::to_sdk).collect();
    let disks: Vec<_> = fields.block_device_mappings.iter().flat_map(|set| set.iter()).map(disk::to_sdk).collect();
    let tags = [
        tags(ResourceType::Instance, &fields.instance_tags),
        tags(ResourceType::Volume, &fields.volume_tags),
        tags(ResourceType::NetworkInterface, &fields.network_interface_tags),
    ];
    let tags: Vec<_> = tags.into_iter().flatten().collect();
    let behavior = fields.instance_initiated_shutdown_behavior.as_ref();
    RequestLaunchTemplateData::builder()
        .set_image_id(fields.image.as_ref().map(|image| image.0.clone()))
        .set_instance_type(fields.instance_type.as_ref().map(|kind| kind.0.as_str().into()))
        .set_key_name(fields.key_name.clone())
        .set_security_group_ids(Some(groups).filter(|groups| !groups.is_empty()))
        .set_network_interfaces(Some(interfaces).filter(|interfaces| !interfaces.is_empty()))
        .set_iam_instance_profile(fields.iam_instance_profile.as_ref().map(|name| ProfileRequest::builder().name(name).build()))
        .set_user_data(fields.user_data.as_ref().map(|text| STANDARD.encode(text)))
        .set_block_device_mappings(Some(disks).filter(|disks| !disks.is_empty()))
        .set_metadata_options(fields.metadata_options.as_ref().map(metadata))
        .set_monitoring(fields.monitoring.map(|on| LaunchTemplatesMonitoringRequest::builder().enabled(on).build()))
        .set_ebs_optimized(fields.ebs_optimized)
        .set_disable_api_termination(fields.disable_api_termination)
        .set_disable_api_stop(fields.disable_api_stop)
        .set_instance_initiated_shutdown_behavior(behavior.map(|behavior| word(behavior).as_str().into()))
        .set_credit_specification(
            fields.cpu_credits.as_ref().map(|one| CreditSpecificationRequest::builder().cpu_credits(word(one)).build()),
        )
        .set_placement(placement(fields))
        .set_tag_specifications(Some(tags).filter(|tags| !tags.is_empty()))
        .build()
}

fn tags(kind: ResourceType, tags: &Tags) -> Option<TagsRequest> {
    let all: Vec<_> = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    (!all.is_empty()).then(|| TagsRequest::builder().resource_type(kind).set_tags(Some(all)).build())
}

fn metadata(options: &MetadataOptions) -> MetadataRequest {
    MetadataRequest::builder()
        .set_http_tokens(options.http_tokens.as_ref().map(|tokens| word(tokens).as_str().into()))
        .set_http_put_response_hop_limit(options.http_put_response_hop_limit.map(i32::from))
        .set_http_endpoint(options.http_endpoint.as_ref().map(|switch| word(switch).as_str().into()))
        .set_instance_metadata_tags(options.instance_metadata_tags.as_ref().map(|switch| word(switch).as_str().into()))
        .build()
}

fn placement(fields: &LaunchTemplate) -> Option<LaunchTemplatePlacementRequest> {
    let tenancy = fields.tenancy.as_ref().map(|tenancy| word(tenancy).as_str().into());
    let group = fields.placement_group.clone();
    (tenancy.is_some() || group.is_some())
        .then(|| LaunchTemplatePlacementRequest::builder().set_tenancy(tenancy).set_group_name(group).build())
}

/// The fields that a version tells; the others are those of [`nothing`].
pub(super) fn of_version(version: types::LaunchTemplateVersion) -> LaunchTemplate {
    let data = version.launch_template_data.unwrap_or_else(|| ResponseLaunchTemplateData::builder().build());
    let tags = |kind: &ResourceType| {
        let own = data.tag_specifications().iter().filter(|one| one.resource_type() == Some(kind)).flat_map(|one| one.tags().to_vec());
        tagging::of_program(Some(&own.collect()))
    };
    let (instance_tags, volume_tags) = (tags(&ResourceType::Instance), tags(&ResourceType::Volume));
    let network_interface_tags = tags(&ResourceType::NetworkInterface);
    let profile = data.iam_instance_profile;
    LaunchTemplate {
        version_description: version.version_description,
        image: data.image_id.map(ImageId),
        instance_type: data.instance_type.map(|kind| InstanceType(kind.as_str().to_owned())),
        key_name: data.key_name,
        security_groups: Some(data.security_group_ids.unwrap_or_default().into_iter().map(Id::new).collect()),
        network_interfaces: Some(data.network_interfaces.unwrap_or_default().into_iter().map(interface::of_sdk).collect()),
        iam_instance_profile: profile.and_then(|one| one.name.or_else(|| one.arn.as_deref().map(name_in).map(ToOwned::to_owned))),
        user_data: data.user_data.map(|text| decoded(Some(text))),
        block_device_mappings: Some(data.block_device_mappings.unwrap_or_default().into_iter().filter_map(disk::of_sdk).collect()),
        metadata_options: data.metadata_options.as_ref().map(metadata_of_sdk),
        monitoring: data.monitoring.and_then(|monitoring| monitoring.enabled),
        ebs_optimized: data.ebs_optimized,
        disable_api_termination: data.disable_api_termination,
        disable_api_stop: data.disable_api_stop,
        instance_initiated_shutdown_behavior: data.instance_initiated_shutdown_behavior.and_then(|one| of_word(one.as_str())),
        cpu_credits: data.credit_specification.and_then(|one| of_word(one.cpu_credits.as_deref()?)),
        placement_group: data.placement.as_ref().and_then(|placement| placement.group_name.clone()),
        tenancy: data.placement.and_then(|placement| of_word(placement.tenancy?.as_str())),
        instance_tags,
        volume_tags,
        network_interface_tags,
        ..nothing()
    }
}

fn metadata_of_sdk(options: &types::LaunchTemplateInstanceMetadataOptions) -> MetadataOptions {
    MetadataOptions {
        http_tokens: options.http_tokens().and_then(|tokens| of_word(tokens.as_str())),
        http_put_response_hop_limit: options.http_put_response_hop_limit.and_then(|limit| u8::try_from(limit).ok()),
        http_endpoint: options.http_endpoint().and_then(|endpoint| of_word(endpoint.as_str())),
        instance_metadata_tags: options.instance_metadata_tags().and_then(|tags| of_word(tags.as_str())),
    }
}

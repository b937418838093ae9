//! What an instance looks like: from the listing, and for declared fields from further calls.

use aws_sdk_ec2::{
    Client,
    operation::describe_instance_attribute::DescribeInstanceAttributeOutput as Attributes,
    types::{self, InstanceAttributeName as Attribute, InstanceStateName, MonitoringState},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use blogstack_core::{
    Home, Id, Set,
    provider::{Observed, Result, State, Wanted},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    Instance, InstanceProfileName, MetadataOptions, profile, root_volume,
    values::{InstanceTenancy, InstanceType, of_word},
};
use crate::{
    call,
    ec2::{described, filter, image::ImageId, subnet::Zone, tagging},
};

/// A field that the listing does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    UserData,
    ApiTermination,
    ApiStop,
    Shutdown,
    RootVolume,
    CpuCredits,
}

const ALL: [Extra; 6] = [Extra::UserData, Extra::ApiTermination, Extra::ApiStop, Extra::Shutdown, Extra::RootVolume, Extra::CpuCredits];

fn those(wanted: [bool; 6]) -> Vec<Extra> {
    ALL.into_iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(extra, _)| extra).collect()
}

/// What is managed, in the order of [`ALL`].
pub(super) fn of_wanted(wanted: &Wanted<Instance>) -> Vec<Extra> {
    those([
        wanted.manages(Instance::user_data),
        wanted.manages(Instance::disable_api_termination),
        wanted.manages(Instance::disable_api_stop),
        wanted.manages(Instance::instance_initiated_shutdown_behavior),
        wanted.manages(Instance::root_volume),
        wanted.manages(Instance::cpu_credits),
    ])
}

/// A terminated instance stays listed for about an hour, but is gone.
pub(super) fn of_sdk(item: &types::Instance, home: &Home) -> Option<Observed<Instance>> {
    let state = item.state().and_then(|state| state.name()).cloned();
    if state == Some(InstanceStateName::Terminated) {
        return None;
    }
    let id = Id::new(item.instance_id.clone()?);
    let fields = fields(item, home)?;
    let broken = (state == Some(InstanceStateName::ShuttingDown)).then(|| "it is being terminated".to_owned());
    Some(Observed { state: State { id, fields }, broken })
}

fn fields(item: &types::Instance, home: &Home) -> Option<Instance> {
    let placement = item.placement.as_ref()?;
    let text = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
    let first = |interface: &&types::InstanceNetworkInterface| {
        interface.attachment().and_then(types::InstanceNetworkInterfaceAttachment::device_index) == Some(0)
    };
    let interface = item.network_interfaces().iter().find(first);
    let groups: Set<_> = item.security_groups().iter().filter_map(|group| group.group_id()).map(Id::new).collect();
    let monitored = item.monitoring().and_then(|monitoring| monitoring.state());
    Some(Instance {
        image: ImageId(item.image_id.clone()?),
        instance_type: InstanceType(item.instance_type.as_ref()?.as_str().to_owned()),
        subnet: Id::new(item.subnet_id.clone()?),
        security_groups: Some(groups),
        private_ip: item.private_ip_address.as_ref()?.parse().ok()?,
        associate_public_ip_address: None,
        // Told of the interface, where it is set; the instance repeats it.
        source_dest_check: interface.and_then(|interface| interface.source_dest_check).or(item.source_dest_check).unwrap_or(true),
        key_name: text(item.key_name.as_ref()),
        iam_instance_profile: item
            .iam_instance_profile()
            .and_then(|one| one.arn())
            .map(|arn| InstanceProfileName(profile::name_in(arn).to_owned())),
        user_data: None,
        user_data_replace_on_change: None,
        root_volume: None,
        metadata_options: item.metadata_options().map(metadata_options),
        disable_api_termination: None,
        disable_api_stop: None,
        instance_initiated_shutdown_behavior: None,
        monitoring: matches!(monitored, Some(MonitoringState::Enabled | MonitoringState::Pending)),
        ebs_optimized: item.ebs_optimized.unwrap_or_default(),
        cpu_credits: None,
        placement_group: text(placement.group_name.as_ref()),
        tenancy: placement.tenancy().and_then(|tenancy| of_word(tenancy.as_str())).unwrap_or(InstanceTenancy::Default),
        tags: tagging::of_program(item.tags.as_ref()),
        availability_zone: Zone(placement.availability_zone.clone()?),
        vpc: Id::new(item.vpc_id.clone()?),
        private_dns_name: item.private_dns_name.clone().unwrap_or_default(),
        public_ip: item.public_ip_address().and_then(|address| address.parse().ok()),
        public_dns_name: text(item.public_dns_name.as_ref()),
        primary_network_interface_id: interface.and_then(|interface| interface.network_interface_id.clone()).unwrap_or_default(),
        root_volume_id: root_volume::id_of(item),
        arn: described::arn(home, &home.account, "instance", item.instance_id.as_deref()?),
    })
}

fn metadata_options(options: &types::InstanceMetadataOptionsResponse) -> MetadataOptions {
    MetadataOptions {
        http_tokens: options.http_tokens().and_then(|tokens| of_word(tokens.as_str())),
        http_put_response_hop_limit: options.http_put_response_hop_limit.and_then(|limit| u8::try_from(limit).ok()),
        http_endpoint: options.http_endpoint().and_then(|endpoint| of_word(endpoint.as_str())),
        instance_metadata_tags: options.instance_metadata_tags().and_then(|tags| of_word(tags.as_str())),
    }
}

/// Adds what the listing does not show, as far as it is wanted: one call for all volumes, one for all credits, one for each
/// attribute of each instance. One that is being terminated may be gone before it is asked for: nothing more is asked about it.
pub(super) async fn complete(client: &Client, seen: &mut [Observed<Instance>], extras: impl Fn(&Id<Instance>) -> Vec<Extra>) -> Result<()> {
    let wanted: Vec<Vec<Extra>> = seen.iter().map(|one| if one.broken.is_some() { Vec::new() } else { extras(&one.state.id) }).collect();
    let those_with = |extra: Extra| wanted.iter().map(move |extras| extras.contains(&extra));
    let with_volume: Vec<bool> = those_with(Extra::RootVolume).collect();
    let volumes: Vec<String> =
        seen.iter().zip(&with_volume).filter(|(_, with)| **with).filter_map(|(one, _)| one.state.fields.root_volume_id.clone()).collect();
    let volumes = root_volume::read(client, &volumes).await?;
    let with_credits: Vec<bool> = those_with(Extra::CpuCredits).collect();
    let ids: Vec<&str> = seen.iter().zip(&with_credits).filter(|(_, with)| **with).map(|(one, _)| one.state.id.as_str()).collect();
    let credits = credits(client, &ids).await?;
    for (observed, extras) in seen.iter_mut().zip(&wanted) {
        let State { id, fields } = &mut observed.state;
        if extras.contains(&Extra::RootVolume) {
            fields.root_volume = fields.root_volume_id.as_ref().and_then(|id| volumes.get(id)).cloned();
        }
        if extras.contains(&Extra::CpuCredits) {
            fields.cpu_credits =
                credits.iter().find(|one| one.instance_id() == Some(id.as_str())).and_then(|one| of_word(one.cpu_credits()?));
        }
    }
    let singly: Vec<(Id<Instance>, Extra)> =
        seen.iter().zip(&wanted).flat_map(|(one, extras)| extras.iter().map(|extra| (one.state.id.clone(), *extra))).collect();
    let asked = stream::iter(singly).map(|(id, extra)| attribute(client, id, extra)).buffer_unordered(AT_ONCE);
    let answers: Vec<_> = asked.try_collect().await?;
    for (id, extra, answer) in answers.into_iter().flatten() {
        if let Some(one) = seen.iter_mut().find(|one| one.state.id == id) {
            put(&mut one.state.fields, extra, answer);
        }
    }
    Ok(())
}

/// How many attributes are asked for at the same time.
const AT_ONCE: usize = 8;

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html>
async fn attribute(client: &Client, id: Id<Instance>, extra: Extra) -> Result<Option<(Id<Instance>, Extra, Attributes)>> {
    let name = match extra {
        Extra::UserData => Attribute::UserData,
        Extra::ApiTermination => Attribute::DisableApiTermination,
        Extra::ApiStop => Attribute::DisableApiStop,
        Extra::Shutdown => Attribute::InstanceInitiatedShutdownBehavior,
        Extra::RootVolume | Extra::CpuCredits => return Ok(None),
    };
    let request = client.describe_instance_attribute().instance_id(id.as_str()).attribute(name);
    let answer = call::change("ec2:DescribeInstanceAttribute", || request.clone().send()).await?;
    Ok(Some((id, extra, answer)))
}

fn put(fields: &mut Instance, extra: Extra, answer: Attributes) {
    match extra {
        Extra::UserData => fields.user_data = Some(decoded(answer.user_data.and_then(|attribute| attribute.value))),
        Extra::ApiTermination => fields.disable_api_termination = answer.disable_api_termination.and_then(|attribute| attribute.value),
        Extra::ApiStop => fields.disable_api_stop = answer.disable_api_stop.and_then(|attribute| attribute.value),
        _ => {
            let behavior = answer.instance_initiated_shutdown_behavior.and_then(|attribute| attribute.value);
            fields.instance_initiated_shutdown_behavior = behavior.and_then(|word| of_word(&word));
        }
    }
}

/// AWS keeps user data in base64. Bytes that are no text cannot be declared, and are never equal to what is.
pub(in crate::ec2) fn decoded(user_data: Option<String>) -> String {
    let bytes = STANDARD.decode(user_data.unwrap_or_default()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html>
async fn credits(client: &Client, ids: &[&str]) -> Result<Vec<types::InstanceCreditSpecification>> {
    let mut all = Vec::new();
    for batch in ids.chunks(described::BATCH) {
        let filters = vec![filter("instance-id", batch.iter().copied())];
        let found = call::pages(|token| async {
            let request = client.describe_instance_credit_specifications().set_filters(Some(filters.clone())).max_results(1000);
            let request = request.set_next_token(token);
            let page = call::read("ec2:DescribeInstanceCreditSpecifications", || request.clone().send()).await?;
            Ok((page.instance_credit_specifications, page.next_token))
        });
        all.extend(found.await?);
    }
    Ok(all)
}

//! The instance that uses a volume. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html>
//!
//! A change of any field replaces it. It has no tags: its id is the volume's, which is in use at one instance only.

use aws_sdk_ec2::types;
use blogstack_core::{
    Home, Id, Resource,
    provider::{Cx, FieldProblem, Planned, Result, State},
};

use super::{
    described::Described,
    filter,
    instance::Instance,
    natural::Natural,
    volume::{self, Volume},
};
use crate::{account::Account, call};

/// The instance that uses a volume. What the instance has mounted should be unmounted before this goes.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{Instance, Volume, VolumeAttachment};
///
/// fn program(s: &Scope, server: &Handle<Instance>, data: &Handle<Volume>) {
///     s.add("data", VolumeAttachment::new(data, server, "/dev/sdf"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/volume-attachment", feature = "ec2", exclusive(volume), exclusive(instance, device))]
pub struct VolumeAttachment {
    /// The volume.
    #[field(replace)]
    pub volume: Id<Volume>,
    /// The instance, which is in the volume's zone and runs or is stopped.
    #[field(replace)]
    pub instance: Id<Instance>,
    /// Where the instance sees it: `/dev/sdf` to `/dev/sdp`.
    #[field(replace)]
    pub device: String,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// Also one that is on its way out: the place is free when it is gone.
fn observed(volume: types::Volume) -> Option<State<VolumeAttachment>> {
    let id = volume.volume_id?;
    let attachment = volume.attachments?.into_iter().find(|one| one.state != Some(types::VolumeAttachmentState::Detached))?;
    let fields = VolumeAttachment { volume: Id::new(&*id), instance: Id::new(attachment.instance_id?), device: attachment.device? };
    Some(State { id: Id::new(id), fields })
}

impl Natural for Provider {
    type Resource = VolumeAttachment;
    const OPERATION: &'static str = "ec2:DescribeVolumes";

    fn account(&self) -> &Account {
        &self.0
    }

    fn place(inputs: &VolumeAttachmentInputs) -> Id<VolumeAttachment> {
        Id::new(inputs.volume.as_str())
    }

    fn is_as_wanted(inputs: &VolumeAttachmentInputs, there: &VolumeAttachment) -> bool {
        there.instance == inputs.instance && there.device == inputs.device
    }

    fn describe(there: &State<VolumeAttachment>) -> String {
        let VolumeAttachment { instance, device, .. } = &there.fields;
        format!("the volume `{}` is in use at `{instance}` as `{device}` already", there.id)
    }

    fn check(&self, planned: &Planned<'_, VolumeAttachment>) -> Vec<FieldProblem> {
        let device = planned.get(VolumeAttachment::device).filter(|device| !device.starts_with("/dev/") && !device.starts_with("xvd"));
        let message = |device| format!("`{device}` is no device, which looks like `/dev/sdf`");
        device.map(|device| FieldProblem { field: "device", message: message(device) }).into_iter().collect()
    }

    async fn read(&self, home: &Home, places: &[&str]) -> Result<Vec<State<VolumeAttachment>>> {
        let (client, volumes) = (self.0.ec2(home), volume::Provider(self.0.clone()));
        let mut found = Vec::new();
        for batch in places.chunks(super::described::BATCH) {
            let listed = volumes.describe(&client, vec![filter("volume-id", batch.iter().copied())]).await?;
            found.extend(listed.into_iter().filter_map(observed));
        }
        Ok(found)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VolumeAttachmentInputs) -> Result<()> {
        let request = self.0.ec2(cx.home).attach_volume().volume_id(inputs.volume.as_str());
        let request = request.instance_id(inputs.instance.as_str()).device(&inputs.device);
        call::create("ec2:AttachVolume", || request.clone().send()).await.map(drop)
    }

    /// Until the instance has it, which the fields do not show.
    async fn ready(&self, cx: &Cx<'_>, id: &Id<VolumeAttachment>) -> Result<()> {
        let is_attached = |volume: &types::Volume| {
            Ok(volume.attachments().iter().any(|one| one.state() == Some(&types::VolumeAttachmentState::Attached)))
        };
        let volumes = volume::Provider(self.0.clone());
        super::described::reached(&volumes, cx, &Id::new(id.as_str()), "attached", super::described::WINDOW, is_attached).await
    }

    /// A volume that is not in use is `available`, which is an incorrect state for this.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<VolumeAttachment>) -> Result<()> {
        let VolumeAttachment { instance, device, .. } = &current.fields;
        let request = self.0.ec2(cx.home).detach_volume().volume_id(current.id.as_str()).instance_id(instance.as_str()).device(device);
        let answer = call::read("ec2:DetachVolume", || request.clone().send()).await;
        call::forgive(answer.map(drop), |error| error.is_code("IncorrectState"))
    }
}

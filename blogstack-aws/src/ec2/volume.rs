//! A disk in the network. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html>
//!
//! A change of `availability_zone`, `encrypted`, `kms_key_id` or `snapshot` replaces it, as does a smaller `size`.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State},
};

use super::{
    described::{self, Described},
    instance::{VolumeType, of_word, word},
    snapshot::Snapshot,
    subnet::Zone,
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
};

mod check;
pub(super) mod modification;

use self::modification::Performance;

/// A disk in the network, which an instance of the same zone can use.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{Instance, Subnet, Volume, VolumeAttachment, VolumeType};
///
/// fn program(s: &Scope, subnet: &Handle<Subnet>, server: &Handle<Instance>) {
///     let data = s.add("data", Volume::new(&subnet.availability_zone).size(100_u32).volume_type(VolumeType::Gp3).encrypted(true));
///     s.add("data", VolumeAttachment::new(&data, server, "/dev/sdf"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/volume", feature = "ec2")]
pub struct Volume {
    /// The zone. Only instances in it can use the volume; take it from their subnet, which outlives them.
    #[field(replace)]
    pub availability_zone: Zone,
    /// Its size in GiB; that of the snapshot when it is not set. It can grow; a smaller size replaces the volume.
    #[field(optional_computed)]
    pub size: u32,
    /// What it is made of; `gp2` when it is not set.
    #[field(optional_computed)]
    pub volume_type: VolumeType,
    /// Operations a second: for `gp3`, `io1` and `io2`.
    #[field(optional_computed)]
    pub iops: Option<u32>,
    /// MiB a second: for `gp3`.
    #[field(optional_computed)]
    pub throughput: Option<u32>,
    /// Whether it is encrypted; as the snapshot and the account have it when it is not set.
    #[field(replace, optional_computed)]
    pub encrypted: bool,
    /// The ARN of the key it is encrypted with; the account's when it is not set.
    #[field(replace, optional_computed)]
    pub kms_key_id: Option<String>,
    /// The snapshot it begins as.
    #[field(replace, loose)]
    pub snapshot: Option<Id<Snapshot>>,
    /// Tags.
    pub tags: Tags,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long a volume may take to be as it should.
const PATIENCE: Duration = Duration::from_mins(10);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = Volume;
    type Item = types::Volume;
    const OPERATION: &'static str = "ec2:DescribeVolumes";
    const ID_FILTER: &'static str = "volume-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_volumes().set_filters(Some(filters.clone())).max_results(500).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.volumes, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Volume>> {
        let broken = match item.state.as_ref()? {
            types::VolumeState::Deleted => return None,
            types::VolumeState::Deleting => Some("it is being deleted".to_owned()),
            types::VolumeState::Error => Some("it could not be made".to_owned()),
            _ => None,
        };
        let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
        let id = Id::new(item.volume_id?);
        let fields = Volume {
            availability_zone: Zone(item.availability_zone?),
            size: number(item.size)?,
            volume_type: of_word(item.volume_type?.as_str())?,
            iops: number(item.iops),
            throughput: number(item.throughput),
            encrypted: item.encrypted.unwrap_or_default(),
            kms_key_id: item.kms_key_id,
            snapshot: item.snapshot_id.filter(|id| !id.is_empty()).map(Id::new),
            tags: tagging::of_program(item.tags.as_ref()),
            arn: described::arn(home, &home.account, "volume", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

/// Whether it can be used, or is used already.
fn is_usable(volume: &types::Volume) -> Result<bool> {
    match &volume.state {
        Some(types::VolumeState::Available | types::VolumeState::InUse) => Ok(true),
        Some(types::VolumeState::Error) => Err(ProviderError::new(ErrorKind::Rejected, Provider::OPERATION, "it could not be made")),
        _ => Ok(false),
    }
}

impl Provider {
    /// A change that was begun before an interruption may still be going on, and may be all that is wanted.
    async fn perform(&self, cx: &Cx<'_>, id: &Id<Volume>, wanted: &Performance) -> Result<()> {
        let (client, limit) = (self.0.ec2(cx.home), cx.timeout.unwrap_or(PATIENCE));
        modification::settled(&client, id.as_str(), limit).await?;
        let now = self.ready(cx, id).await?.fields;
        let now = Performance { size: Some(now.size), volume_type: Some(now.volume_type), iops: now.iops, throughput: now.throughput };
        match wanted.differs(&now) {
            true => modification::modify("ec2:ModifyVolume", &client, id.as_str(), wanted, limit).await,
            false => Ok(()),
        }
    }
}

impl Tagged for Provider {
    const TAGS: Field<Volume, Tags> = Volume::tags;
    const DELETING: Duration = PATIENCE;

    fn check(&self, planned: &Planned<'_, Volume>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    fn replaces(&self, current: &Volume, planned: &Planned<'_, Volume>) -> Option<String> {
        planned.get(Volume::size).filter(|size| *size < current.size).map(|_| "it cannot shrink".to_owned())
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &VolumeInputs) -> Result<Id<Volume>> {
        let number = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
        let request = self
            .0
            .ec2(cx.home)
            .create_volume()
            .client_token(cx.token())
            .availability_zone(&inputs.availability_zone.0)
            .set_size(number(inputs.size))
            .set_volume_type(inputs.volume_type.as_ref().map(|kind| word(kind).as_str().into()))
            .set_iops(number(inputs.iops))
            .set_throughput(number(inputs.throughput))
            .set_encrypted(inputs.encrypted)
            .set_kms_key_id(inputs.kms_key_id.clone())
            .set_snapshot_id(inputs.snapshot.as_ref().map(ToString::to_string))
            .tag_specifications(tagging::specification(ResourceType::Volume, cx, &inputs.tags));
        let answer = call::create("ec2:CreateVolume", || request.clone().send()).await?;
        Ok(Id::new(answer.volume_id.ok_or_else(|| missing("ec2:CreateVolume", "volume id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<Volume>) -> Result<State<Volume>> {
        described::usable(self, cx, id, "usable", PATIENCE, is_usable).await
    }

    async fn change(&self, cx: &Cx<'_>, current: &State<Volume>, _: &Volume, changes: &Changes<Volume>) -> Result<()> {
        let wanted = Performance {
            size: changes.of(Volume::size)?.set(),
            volume_type: changes.of(Volume::volume_type)?.set(),
            iops: changes.of(Volume::iops)?.set(),
            throughput: changes.of(Volume::throughput)?.set(),
        };
        self.perform(cx, &current.id, &wanted).await
    }

    /// One that is in use is refused.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Volume>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_volume().volume_id(current.id.as_str());
        described::unused("ec2:DeleteVolume", cx, || request.clone().send()).await.map(drop)
    }
}

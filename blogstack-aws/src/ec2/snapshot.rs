//! A volume as it was at a moment. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html>
//!
//! A change of `volume` or `description` replaces it: another moment.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    operation::create_snapshot::{CreateSnapshotOutput, builders::CreateSnapshotFluentBuilder as Request},
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Tags,
    provider::{Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State},
};

use super::{
    described::{self, Described},
    tagged::Tagged,
    tagging,
    volume::Volume,
};
use crate::{
    account::Account,
    call::{self, missing},
    values::Arn,
    wait::Pause,
};

/// A volume as it was when this was first applied. It outlives the volume.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{Snapshot, Volume};
///
/// fn program(s: &Scope, data: &Handle<Volume>) {
///     let before = s.add("before-upgrade", Snapshot::new(data).description("before the upgrade"));
///     s.add("copy", Volume::new("eu-west-1b").snapshot(&before));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/snapshot", feature = "ec2")]
pub struct Snapshot {
    /// The volume.
    #[field(replace, loose)]
    pub volume: Id<Volume>,
    /// What it is for, up to 255 characters.
    #[field(replace)]
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
    /// The size of the volume in GiB.
    #[field(computed)]
    pub volume_size: u32,
    /// Whether it is encrypted, as the volume was.
    #[field(computed)]
    pub encrypted: bool,
    /// The ARN of the key it is encrypted with.
    #[field(computed)]
    pub kms_key_id: Option<String>,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long making one may take: the first of a large volume takes long.
const MAKING: Duration = Duration::from_hours(2);

/// For how long AWS may refuse one more snapshot of the same volume: it takes one in 15 seconds.
const PATIENCE: Duration = Duration::from_mins(2);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = Snapshot;
    type Item = types::Snapshot;
    const OPERATION: &'static str = "ec2:DescribeSnapshots";
    const ID_FILTER: &'static str = "snapshot-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_snapshots().owner_ids("self").set_filters(Some(filters.clone()));
            let request = request.max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.snapshots, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Snapshot>> {
        let failed = item.state == Some(types::SnapshotState::Error);
        let broken = failed.then(|| item.state_message.unwrap_or_else(|| "it could not be made".to_owned()));
        let id = Id::new(item.snapshot_id?);
        let fields = Snapshot {
            volume: Id::new(item.volume_id?),
            description: item.description.filter(|text| !text.is_empty()),
            tags: tagging::of_program(item.tags.as_ref()),
            volume_size: item.volume_size.and_then(|size| u32::try_from(size).ok())?,
            encrypted: item.encrypted.unwrap_or_default(),
            kms_key_id: item.kms_key_id,
            owner_id: item.owner_id.unwrap_or_else(|| home.account.clone()),
            // Its ARN names no account. <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
            arn: described::arn(home, "", "snapshot", id.as_str()),
        };
        Some(Observed { state: State { id, fields }, broken })
    }
}

fn is_completed(snapshot: &types::Snapshot) -> Result<bool> {
    match &snapshot.state {
        Some(types::SnapshotState::Completed) => Ok(true),
        Some(types::SnapshotState::Error) => {
            let why = snapshot.state_message().unwrap_or("it could not be made");
            Err(ProviderError::new(ErrorKind::Rejected, Provider::OPERATION, why))
        }
        _ => Ok(false),
    }
}

/// Sends the request, again when AWS says that it is too soon after the snapshot before, and that it did nothing.
async fn begun(request: &Request) -> Result<CreateSnapshotOutput> {
    let mut pause = Pause::up_to(PATIENCE);
    loop {
        match call::create("ec2:CreateSnapshot", || request.clone().send()).await {
            Err(error) if error.is_code("SnapshotCreationPerVolumeRateExceeded") && pause.next().await => {}
            answer => return answer,
        }
    }
}

impl Tagged for Provider {
    const TAGS: Field<Snapshot, Tags> = Snapshot::tags;

    fn check(&self, planned: &Planned<'_, Snapshot>) -> Vec<FieldProblem> {
        let description = planned.get(Snapshot::description).filter(|text| text.is_empty() || text.chars().count() > 255);
        let message = || "a description has 1 to 255 characters".to_owned();
        description.map(|_| FieldProblem { field: "description", message: message() }).into_iter().collect()
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &SnapshotInputs) -> Result<Id<Snapshot>> {
        let request = self.0.ec2(cx.home).create_snapshot().volume_id(inputs.volume.as_str()).set_description(inputs.description.clone());
        let request = request.tag_specifications(tagging::specification(ResourceType::Snapshot, cx, &inputs.tags));
        let id = begun(&request).await?.snapshot_id.ok_or_else(|| missing("ec2:CreateSnapshot", "snapshot id"))?;
        Ok(Id::new(id))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<Snapshot>) -> Result<State<Snapshot>> {
        described::usable(self, cx, id, "completed", MAKING, is_completed).await
    }

    /// One that an image uses is refused.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<Snapshot>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_snapshot().snapshot_id(current.id.as_str());
        described::unused("ec2:DeleteSnapshot", cx, || request.clone().send()).await.map(drop)
    }
}

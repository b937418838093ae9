//! An image made of an instance. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html>
//!
//! A change of `instance` or `name` replaces it: another image, made at another moment.

use std::time::Duration;

use aws_sdk_ec2::{
    Client,
    types::{self, AttributeValue, Filter, ImageState, ResourceType, SnapshotReturnCodes},
};
use blogstack_core::{
    Field, Handle, Home, Id, Input, IntoInput, Resource, Tags,
    provider::{Change, Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    described::{self, Described, filter},
    image::{Architecture, ImageId},
    instance::{Instance, of_word},
    tagged::Tagged,
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    naming,
    values::Arn,
};

/// An image made of an instance and its volumes, as they were when this was first applied. It outlives the instance.
///
/// ```
/// # use blogstack_core::{Handle, Scope};
/// use blogstack_aws::ec2::{ImageFromInstance, Instance, Subnet};
///
/// fn program(s: &Scope, built: &Handle<Instance>, subnet: &Handle<Subnet>) {
///     let image = s.add("blog", ImageFromInstance::new(built).name("blog-2026-01-15"));
///     s.add("web", Instance::new(&image, "t3.micro", subnet));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/image-from-instance", feature = "ec2", exclusive(name))]
pub struct ImageFromInstance {
    /// The instance, which runs or is stopped.
    #[field(replace, loose)]
    pub instance: Id<Instance>,
    /// Its name, 3 to 128 characters, unique among the account's images of the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub name: String,
    /// What it is for, up to 255 characters.
    pub description: Option<String>,
    /// Whether the instance goes on while the image is made, in which files may be half written then. Otherwise it is restarted.
    #[field(write_only, default = false)]
    pub no_reboot: Option<bool>,
    /// Tags; also of its snapshots, when they are made.
    pub tags: Tags,
    /// Its id, for instances and launch templates.
    #[field(computed)]
    pub image: ImageId,
    /// Of what make the processor is.
    #[field(computed)]
    pub architecture: Option<Architecture>,
    /// The device that instances boot from.
    #[field(computed)]
    pub root_device_name: String,
    /// The account it belongs to.
    #[field(computed)]
    pub owner_id: String,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

impl IntoInput<ImageId> for &Handle<ImageFromInstance> {
    fn into_input(self) -> Input<ImageId> {
        (&self.image).into_input()
    }
}

/// How long a name may be.
const LONGEST_NAME: usize = 128;

/// How long making one may take: it waits for the snapshots of all volumes.
const MAKING: Duration = Duration::from_hours(2);

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

impl Described for Provider {
    type Resource = ImageFromInstance;
    type Item = types::Image;
    const OPERATION: &'static str = "ec2:DescribeImages";
    const ID_FILTER: &'static str = "image-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        call::pages(|token| async {
            let request = client.describe_images().owners("self").set_filters(Some(filters.clone()));
            let request = request.max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.images, page.next_token))
        })
        .await
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<ImageFromInstance>> {
        if item.state == Some(ImageState::Deregistered) {
            return None;
        }
        let broken = failure(&item);
        let id = item.image_id?;
        let fields = ImageFromInstance {
            // One that was made otherwise, or long ago, is of no instance.
            instance: Id::new(item.source_instance_id.unwrap_or_default()),
            name: item.name?,
            description: item.description.filter(|text| !text.is_empty()),
            no_reboot: None,
            tags: tagging::of_program(item.tags.as_ref()),
            image: ImageId(id.clone()),
            architecture: item.architecture.and_then(|architecture| of_word(architecture.as_str())),
            root_device_name: item.root_device_name.unwrap_or_default(),
            owner_id: item.owner_id.unwrap_or_else(|| home.account.clone()),
            // Its ARN names no account. <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>
            arn: described::arn(home, "", "image", &id),
        };
        Some(Observed { state: State { id: Id::new(id), fields }, broken })
    }
}

/// Why it can never be used, if so.
fn failure(image: &types::Image) -> Option<String> {
    let failed = matches!(image.state, Some(ImageState::Failed | ImageState::Error | ImageState::Invalid));
    let why = image.state_reason().and_then(|reason| reason.message());
    failed.then(|| why.unwrap_or("it could not be made").to_owned())
}

fn is_available(image: &types::Image) -> Result<bool> {
    match failure(image) {
        Some(why) => Err(ProviderError::new(ErrorKind::Rejected, Provider::OPERATION, why)),
        None => Ok(image.state == Some(ImageState::Available)),
    }
}

impl Provider {
    /// The name is taken: by us, if the image carries our uid, because a call that we gave up was carried out after all.
    async fn taken(&self, cx: &Cx<'_>, name: &str, error: ProviderError) -> Result<Option<String>> {
        let client = self.0.ec2(cx.home);
        let named = || filter("name", [name]);
        let ours = self.describe(&client, vec![named(), filter(&format!("tag:{UID_TAG}"), [cx.uid.as_str()])]).await?.pop();
        if let Some(ours) = ours {
            return Ok(ours.image_id);
        }
        let other = self.describe(&client, vec![named()]).await?.pop().and_then(|image| image.image_id);
        let adopt = other.map(|id| format!(", or take it over with `.adopt(\"{id}\")`")).unwrap_or_default();
        Err(error.field("name").hint(format!("choose another `name`{adopt}")))
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html>
    async fn describe_as(&self, cx: &Cx<'_>, id: &Id<ImageFromInstance>, change: Change<String>) -> Result<()> {
        let text = match change {
            Change::Keep => return Ok(()),
            change => change.set().unwrap_or_default(),
        };
        let text = AttributeValue::builder().value(text).build();
        let request = self.0.ec2(cx.home).modify_image_attribute().image_id(id.as_str()).description(text);
        call::change("ec2:ModifyImageAttribute", || request.clone().send()).await.map(drop)
    }
}

fn bad_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"()[] ./-'@_".contains(&byte);
    !(3..=LONGEST_NAME).contains(&name.len()) || !name.bytes().all(fits)
}

impl Tagged for Provider {
    const TAGS: Field<ImageFromInstance, Tags> = ImageFromInstance::tags;

    fn check(&self, planned: &Planned<'_, ImageFromInstance>) -> Vec<FieldProblem> {
        let name = planned.get(ImageFromInstance::name).is_some_and(|name| bad_name(&name));
        let description = planned.get(ImageFromInstance::description).filter(|text| text.is_empty() || text.chars().count() > 255);
        FieldProblem::when([
            (name, "name", "a name has 3 to 128 letters, digits, spaces and characters of `()[]./-'@_`"),
            (description.is_some(), "description", "a description has 1 to 255 characters"),
        ])
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &ImageFromInstanceInputs) -> Result<Id<ImageFromInstance>> {
        let name = inputs.name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME));
        let request = self
            .0
            .ec2(cx.home)
            .create_image()
            .instance_id(inputs.instance.as_str())
            .name(&name)
            .set_description(inputs.description.clone())
            .set_no_reboot(inputs.no_reboot)
            .tag_specifications(tagging::specification(ResourceType::Image, cx, &inputs.tags))
            .tag_specifications(tagging::specification(ResourceType::Snapshot, cx, &inputs.tags));
        let id = match call::create("ec2:CreateImage", || request.clone().send()).await {
            Ok(answer) => answer.image_id,
            Err(error) if error.is_code("InvalidAMIName.Duplicate") => self.taken(cx, &name, error).await?,
            Err(error) => return Err(error),
        };
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateImage", "image id"))?))
    }

    async fn ready(&self, cx: &Cx<'_>, id: &Id<ImageFromInstance>) -> Result<State<ImageFromInstance>> {
        described::usable(self, cx, id, "available", MAKING, is_available).await
    }

    async fn change(
        &self,
        cx: &Cx<'_>,
        current: &State<ImageFromInstance>,
        _: &ImageFromInstance,
        changes: &Changes<ImageFromInstance>,
    ) -> Result<()> {
        self.describe_as(cx, &current.id, changes.of(ImageFromInstance::description)?).await
    }

    /// With its snapshots, but for those that another image uses.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html>
    async fn erase(&self, cx: &Cx<'_>, current: &State<ImageFromInstance>) -> Result<()> {
        let operation = "ec2:DeregisterImage";
        let request = self.0.ec2(cx.home).deregister_image().image_id(current.id.as_str()).delete_associated_snapshots(true);
        let answer = call::read(operation, || request.clone().send()).await;
        let is_gone = |error: &ProviderError| error.is_code("InvalidAMIID.Unavailable");
        let results = call::forgive(answer.map(|answer| answer.delete_snapshot_results.unwrap_or_default()), is_gone)?;
        let fine =
            |code: Option<&SnapshotReturnCodes>| matches!(code, Some(SnapshotReturnCodes::Success | SnapshotReturnCodes::WarnSkipped));
        match results.iter().find(|one| !fine(one.return_code())) {
            Some(left) => {
                let (id, code) = (left.snapshot_id().unwrap_or_default(), left.return_code().map_or("", SnapshotReturnCodes::as_str));
                let message = format!("the image is deregistered, but its snapshot `{id}` is left: {code}");
                Err(ProviderError::new(ErrorKind::Rejected, operation, message).hint("delete it by hand: nobody else knows of it"))
            }
            None => Ok(()),
        }
    }
}

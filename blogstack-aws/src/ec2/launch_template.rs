//! What instances are launched with, in versions. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html>
//!
//! A change of `launch_template_name` replaces it. Any other change but that of `tags` makes a new version, which becomes the default.

use aws_sdk_ec2::{
    Client,
    types::{self, Filter, ResourceType},
};
use blogstack_core::{
    Field, Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, ErrorKind, FieldProblem, Observed, Planned, ProviderError, Result, State, UID_TAG},
};

use super::{
    CpuCredits, InstanceTenancy, InstanceType, MetadataOptions, ShutdownBehavior,
    described::{self, Described, filter},
    image::ImageId,
    security_group::SecurityGroup,
    tagged::{self, Tagged},
    tagging,
};
use crate::{
    account::Account,
    call::{self, missing},
    naming,
    values::Arn,
};

mod check;
mod data;
mod disk;
mod interface;
mod version;

pub use self::{
    disk::{BlockDevice, BlockDeviceArgs},
    interface::{LaunchInterface, LaunchInterfaceArgs},
};

/// What instances are launched with: by hand, or by a group that keeps so many of them.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{LaunchTemplate, SecurityGroup, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let web = s.add("web", SecurityGroup::new(&vpc, "web servers"));
///     let template = LaunchTemplate::new().image("ami-0123456789abcdef0").instance_type("t3.micro").security_groups([&web]);
///     let template = s.add("web", template.user_data("#!/bin/sh\ndnf install -y nginx"));
///     s.export("version", &template.latest_version);
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(type = "aws:ec2/launch-template", feature = "ec2", exclusive(launch_template_name))]
pub struct LaunchTemplate {
    /// Its name, 3 to 128 characters, unique in the region; made from the resource's path when it is not set.
    #[field(replace, optional_computed)]
    pub launch_template_name: String,
    /// What is said of the version, up to 255 characters.
    pub version_description: Option<String>,
    /// The image that instances boot from.
    pub image: Option<ImageId>,
    /// The hardware.
    pub instance_type: Option<InstanceType>,
    /// The name of the key pair that may log in.
    pub key_name: Option<String>,
    /// What may reach the instances and what they may reach. With `network_interfaces` the groups are theirs.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// The network interfaces, where more is to be said of them than their groups.
    pub network_interfaces: Option<Set<LaunchInterface>>,
    /// The name of the IAM instance profile whose role the instances have.
    pub iam_instance_profile: Option<String>,
    /// A script or cloud-init configuration, run at the first boot; up to 16 KiB. Whoever may describe the template can read it.
    pub user_data: Option<String>,
    /// The disks: those of the image, by device, as they are to be instead, and further ones.
    pub block_device_mappings: Option<Set<BlockDevice>>,
    /// How instances learn about themselves.
    pub metadata_options: Option<MetadataOptions>,
    /// Whether metrics come every minute instead of every five.
    pub monitoring: Option<bool>,
    /// Whether traffic to volumes has a way of its own, where the type does not have one anyway.
    pub ebs_optimized: Option<bool>,
    /// Whether instances are protected from being terminated.
    pub disable_api_termination: Option<bool>,
    /// Whether instances are protected from being stopped.
    pub disable_api_stop: Option<bool>,
    /// What becomes of an instance that shuts itself down.
    pub instance_initiated_shutdown_behavior: Option<ShutdownBehavior>,
    /// What a burstable type may use beyond its share.
    pub cpu_credits: Option<CpuCredits>,
    /// The name of the placement group.
    pub placement_group: Option<String>,
    /// Whether instances share their hardware.
    pub tenancy: Option<InstanceTenancy>,
    /// The tags of the instances.
    pub instance_tags: Tags,
    /// The tags of their volumes.
    pub volume_tags: Tags,
    /// The tags of their network interfaces.
    pub network_interface_tags: Tags,
    /// Tags of the template itself.
    pub tags: Tags,
    /// The number of the newest version.
    #[field(computed, volatile)]
    pub latest_version: i64,
    /// The number of the version that is taken when none is named. The fields are those of this version.
    #[field(computed, volatile)]
    pub default_version: i64,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

/// How long a name may be.
const LONGEST_NAME: usize = 128;

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// A template and its default version.
pub(super) struct Item {
    template: types::LaunchTemplate,
    version: Option<types::LaunchTemplateVersion>,
}

impl Described for Provider {
    type Resource = LaunchTemplate;
    type Item = Item;
    const OPERATION: &'static str = "ec2:DescribeLaunchTemplates";
    /// AWS has no such filter: one template is asked for by its id, and of several all are listed.
    const ID_FILTER: &'static str = "launch-template-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let (by_id, others): (Vec<Filter>, Vec<Filter>) = filters.into_iter().partition(|filter| filter.name() == Some(Self::ID_FILTER));
        let ids: Option<Vec<String>> = by_id.into_iter().next().map(|filter| filter.values.unwrap_or_default());
        match ids.as_deref() {
            Some([id]) => one(client, id).await,
            ids => several(client, others, ids).await,
        }
    }

    fn observed(&self, Item { template, version }: Self::Item, home: &Home) -> Option<Observed<LaunchTemplate>> {
        let id = Id::new(template.launch_template_id?);
        let fields = LaunchTemplate {
            launch_template_name: template.launch_template_name?,
            tags: tagging::of_program(template.tags.as_ref()),
            latest_version: template.latest_version_number?,
            default_version: template.default_version_number?,
            arn: described::arn(home, &home.account, "launch-template", id.as_str()),
            ..data::of_version(version?)
        };
        Some(State { id, fields }.into())
    }
}

/// One template; that it is not there is no error.
async fn one(client: &Client, id: &str) -> Result<Vec<Item>> {
    let request = client.describe_launch_templates().launch_template_ids(id);
    let answer = call::read("ec2:DescribeLaunchTemplates", || request.clone().send()).await;
    let listed = call::forgive(answer.map(|answer| answer.launch_templates.unwrap_or_default()), is_missing)?;
    let versions = if listed.is_empty() { Vec::new() } else { version::of(client, id, &["$Default"]).await? };
    Ok(joined(listed, &versions))
}

fn is_missing(error: &ProviderError) -> bool {
    error.kind == ErrorKind::NotFound
}

/// All templates that pass the filters and are among these, each with its default version.
async fn several(client: &Client, filters: Vec<Filter>, ids: Option<&[String]>) -> Result<Vec<Item>> {
    let filters = Some(filters).filter(|filters| !filters.is_empty());
    let templates = call::pages(|token| async {
        let request = client.describe_launch_templates().set_filters(filters.clone()).max_results(200).set_next_token(token);
        let page = call::read("ec2:DescribeLaunchTemplates", || request.clone().send()).await?;
        Ok((page.launch_templates, page.next_token))
    });
    let mut templates: Vec<types::LaunchTemplate> = templates.await?;
    templates.retain(|template| ids.is_none_or(|ids| ids.iter().any(|id| template.launch_template_id() == Some(id))));
    let versions = match templates.as_slice() {
        [] => Vec::new(),
        [only] => version::of(client, only.launch_template_id().unwrap_or_default(), &["$Default"]).await?,
        _ => version::defaults(client).await?,
    };
    Ok(joined(templates, &versions))
}

fn joined(templates: Vec<types::LaunchTemplate>, versions: &[types::LaunchTemplateVersion]) -> Vec<Item> {
    let version = |template: &types::LaunchTemplate| {
        let own = |version: &&types::LaunchTemplateVersion| version.launch_template_id() == template.launch_template_id();
        versions.iter().find(own).cloned()
    };
    templates.into_iter().map(|template| Item { version: version(&template), template }).collect()
}

impl Provider {
    /// The name is taken: by us, if the template carries our uid, because a call that we gave up was carried out after all.
    async fn taken(&self, cx: &Cx<'_>, name: &str, error: ProviderError) -> Result<Option<String>> {
        let client = self.0.ec2(cx.home);
        let named = || filter("launch-template-name", [name]);
        let ours = several(&client, vec![named(), filter(&format!("tag:{UID_TAG}"), [cx.uid.as_str()])], None).await?.pop();
        if let Some(ours) = ours {
            return Ok(ours.template.launch_template_id);
        }
        let other = several(&client, vec![named()], None).await?.pop().and_then(|other| other.template.launch_template_id);
        let adopt = other.map(|id| format!(", or take it over with `.adopt(\"{id}\")`")).unwrap_or_default();
        Err(error.field("launch_template_name").hint(format!("choose another `launch_template_name`{adopt}")))
    }
}

impl Tagged for Provider {
    const TAGS: Field<LaunchTemplate, Tags> = LaunchTemplate::tags;

    fn check(&self, planned: &Planned<'_, LaunchTemplate>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    async fn make(&self, cx: &Cx<'_>, inputs: &LaunchTemplateInputs) -> Result<Id<LaunchTemplate>> {
        let name = inputs.launch_template_name.clone().unwrap_or_else(|| naming::generated(cx, LONGEST_NAME));
        let tags = tagging::specification(ResourceType::LaunchTemplate, cx, &inputs.tags);
        let fields = data::of_inputs(inputs.clone());
        let request = self
            .0
            .ec2(cx.home)
            .create_launch_template()
            .client_token(cx.token())
            .launch_template_name(&name)
            .set_version_description(fields.version_description.clone())
            .launch_template_data(data::to_sdk(&fields))
            .tag_specifications(tags);
        let id = match call::create("ec2:CreateLaunchTemplate", || request.clone().send()).await {
            Ok(answer) => answer.launch_template.and_then(|template| template.launch_template_id),
            Err(error) if error.is_code("InvalidLaunchTemplateName.AlreadyExistsException") => self.taken(cx, &name, error).await?,
            Err(error) => return Err(error),
        };
        Ok(Id::new(id.ok_or_else(|| missing("ec2:CreateLaunchTemplate", "launch template id"))?))
    }

    /// Until what is seen is what was declared: an older version may be seen for a moment.
    async fn update(
        &self,
        cx: &Cx<'_>,
        current: State<LaunchTemplate>,
        changes: &Changes<LaunchTemplate>,
    ) -> Result<State<LaunchTemplate>> {
        let now = self.ready(cx, &current.id).await?;
        let wanted = data::changed(now.fields.clone(), changes)?;
        if !version::is_same(&wanted, &now.fields) {
            version::make_default(&self.0.ec2(cx.home), cx, &current.id, &wanted).await?;
        }
        tagged::tag(self, cx, &current, changes).await?;
        let has_it = |fields: &LaunchTemplate| version::is_same(fields, &wanted);
        Ok(described::ready(self, cx, &current.id, "as declared", described::WINDOW, has_it).await?.state)
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html>: with all its versions.
    async fn erase(&self, cx: &Cx<'_>, current: &State<LaunchTemplate>) -> Result<()> {
        let request = self.0.ec2(cx.home).delete_launch_template().launch_template_id(current.id.as_str());
        call::read("ec2:DeleteLaunchTemplate", || request.clone().send()).await.map(drop)
    }
}

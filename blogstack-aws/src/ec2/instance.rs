//! A virtual machine. <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html>
//!
//! A change of `image`, `subnet`, `private_ip`, `associate_public_ip_address`, `key_name`, `placement_group` or `tenancy` replaces
//! it, as does one of `user_data` (unless `user_data_replace_on_change` is false) or of the encryption of its root volume.

use std::{net::Ipv4Addr, time::Duration};

use aws_sdk_ec2::{Client, types::Filter};
use blogstack_core::{
    Home, Id, Resource, Set, Tags,
    provider::{Changes, Cx, Doing, FieldProblem, Found, Hold, LostCreate, Observed, Planned, ResourceProvider, Result, State, Wanted},
    value,
};

use super::{
    described::{self, Described},
    filter,
    image::ImageId,
    internet_gateway::InternetGateway,
    security_group::SecurityGroup,
    subnet::{Subnet, Zone},
    tagging,
    vpc::Vpc,
};
use crate::{account::Account, call, values::Arn};

mod attributes;
mod check;
pub(super) mod interface;
mod launch;
mod life;
mod observe;
mod profile;
mod root_volume;
mod update;
mod values;

pub use self::values::{
    CpuCredits, HttpTokens, InstanceProfileName, InstanceTenancy, InstanceType, MetadataOptions, MetadataOptionsArgs, RootVolume,
    RootVolumeArgs, ShutdownBehavior, Switch, VolumeType,
};

pub(super) use self::{
    check::{bad_options, too_long},
    observe::decoded,
    profile::name_in,
    values::{of_word, word},
};

use self::observe::Extra;

/// A virtual machine.
///
/// ```
/// # use blogstack_core::Scope;
/// use blogstack_aws::ec2::{Instance, Subnet, Vpc};
///
/// fn program(s: &Scope) {
///     let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
///     let subnet = s.add("public", Subnet::new(&vpc, "10.0.0.0/24"));
///     s.add("web", Instance::new("ami-0123456789abcdef0", "t3.micro", &subnet).user_data("#!/bin/sh\ndnf install -y nginx"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Resource)]
#[resource(
    type = "aws:ec2/instance",
    feature = "ec2",
    exclusive(subnet, private_ip, place = "aws:ec2/private-address"),
    after("aws:ec2/internet-gateway", sharing = "aws:ec2/vpc")
)]
pub struct Instance {
    /// The image it boots from.
    #[field(replace)]
    pub image: ImageId,
    /// The hardware. For a change the instance is stopped and started.
    pub instance_type: InstanceType,
    /// The subnet in which it lives.
    #[field(replace)]
    pub subnet: Id<Subnet>,
    /// What may reach it and what it may reach: of its first network interface. Unset, AWS takes the network's default group.
    pub security_groups: Option<Set<Id<SecurityGroup>>>,
    /// Its private address; AWS picks one from the subnet when it is not set.
    #[field(replace, optional_computed)]
    pub private_ip: Ipv4Addr,
    /// Whether it gets a public address; as the subnet says when it is not set. It cannot be read back.
    #[field(replace, write_only)]
    pub associate_public_ip_address: Option<bool>,
    /// Whether traffic that is neither from nor for it is dropped. Off for NAT instances.
    #[field(default = true)]
    pub source_dest_check: bool,
    /// The name of the key pair that may log in.
    #[field(replace)]
    pub key_name: Option<String>,
    /// The IAM instance profile whose role it has: its name, or the profile's handle.
    #[field(loose)]
    pub iam_instance_profile: Option<InstanceProfileName>,
    /// A script or cloud-init configuration, run at the first boot; up to 16 KiB. Whoever may describe the instance can read it.
    pub user_data: Option<String>,
    /// Whether a change of `user_data` replaces the instance, so that the script runs. Otherwise it is stopped, changed and
    /// started, and most images do not run the script again.
    #[field(write_only, default = true)]
    pub user_data_replace_on_change: Option<bool>,
    /// The disk it boots from; as the image has it when it is not set.
    pub root_volume: Option<RootVolume>,
    /// How it learns about itself; as image and account have it when it is not set.
    pub metadata_options: Option<MetadataOptions>,
    /// Whether it is protected from being terminated, also by us: switch it off before it is removed.
    #[field(default = false)]
    pub disable_api_termination: Option<bool>,
    /// Whether it is protected from being stopped, also for changes.
    #[field(default = false)]
    pub disable_api_stop: Option<bool>,
    /// What becomes of it when it shuts itself down.
    #[field(default = ShutdownBehavior::Stop)]
    pub instance_initiated_shutdown_behavior: Option<ShutdownBehavior>,
    /// Whether metrics come every minute instead of every five.
    #[field(default = false)]
    pub monitoring: bool,
    /// Whether traffic to volumes has a way of its own, where the type does not have one anyway. For a change the instance is
    /// stopped and started.
    #[field(default = false)]
    pub ebs_optimized: bool,
    /// What a burstable type may use beyond its share; as the type has it when it is not set.
    pub cpu_credits: Option<CpuCredits>,
    /// The name of the placement group.
    #[field(replace)]
    pub placement_group: Option<String>,
    /// Whether it shares its hardware; as the network has it when it is not set.
    #[field(replace, optional_computed)]
    pub tenancy: InstanceTenancy,
    /// Tags; also of its volumes, when they are made.
    pub tags: Tags,
    /// The zone it is in.
    #[field(computed)]
    pub availability_zone: Zone,
    /// The network it is in.
    #[field(computed)]
    pub vpc: Id<Vpc>,
    /// Its name in the network.
    #[field(computed)]
    pub private_dns_name: String,
    /// Its public address, if it has one. It may change when the instance is stopped and started.
    #[field(computed, volatile)]
    pub public_ip: Option<Ipv4Addr>,
    /// Its public name, if it has one.
    #[field(computed, volatile)]
    pub public_dns_name: Option<String>,
    /// The id of its first network interface.
    #[field(computed)]
    pub primary_network_interface_id: String,
    /// The id of the volume it boots from.
    #[field(computed)]
    pub root_volume_id: Option<String>,
    /// Its ARN.
    #[field(computed)]
    pub arn: Arn,
}

#[derive(Clone)]
pub(super) struct Provider(pub(super) Account);

/// How long an instance may take to be as it should; AWS's waiters give up then.
const PATIENCE: Duration = Duration::from_mins(10);

impl Described for Provider {
    type Resource = Instance;
    type Item = aws_sdk_ec2::types::Instance;
    const OPERATION: &'static str = "ec2:DescribeInstances";
    const ID_FILTER: &'static str = "instance-id";

    fn account(&self) -> &Account {
        &self.0
    }

    async fn describe(&self, client: &Client, filters: Vec<Filter>) -> Result<Vec<Self::Item>> {
        let reservations = call::pages(|token| async {
            let request = client.describe_instances().set_filters(Some(filters.clone())).max_results(1000).set_next_token(token);
            let page = call::read(Self::OPERATION, || request.clone().send()).await?;
            Ok((page.reservations, page.next_token))
        });
        Ok(reservations.await?.into_iter().flat_map(|reservation| reservation.instances.unwrap_or_default()).collect())
    }

    fn observed(&self, item: Self::Item, home: &Home) -> Option<Observed<Instance>> {
        observe::of_sdk(&item, home)
    }
}

impl Provider {
    /// The object, with what takes further calls. Its user data is as it was sent.
    async fn state(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<State<Instance>> {
        let mut seen = vec![described::visible(self, cx.home, id).await?];
        let mut extras = observe::of_wanted(&cx.wanted(id));
        extras.retain(|extra| *extra != Extra::UserData);
        observe::complete(&self.0.ec2(cx.home), &mut seen, |_| extras.clone()).await?;
        let Some(Observed { mut state, .. }) = seen.pop() else { return Err(call::missing(Self::OPERATION, "instance")) };
        state.fields.user_data = cx.declared(Instance::user_data);
        Ok(state)
    }
}

impl ResourceProvider for Provider {
    type Resource = Instance;

    fn check(&self, planned: &Planned<'_, Instance>) -> Vec<FieldProblem> {
        check::problems(planned)
    }

    fn replaces(&self, current: &Instance, planned: &Planned<'_, Instance>) -> Option<String> {
        check::replaces(current, planned)
    }

    /// Its groups, and the way to the internet of its public address.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html>
    fn holds(&self, current: &Instance) -> Vec<Hold> {
        let groups = current.security_groups.iter().flatten().map(|group| Hold::named(Instance::security_groups, group));
        let through = || Some(current.primary_network_interface_id.clone());
        let mapped = |address| Hold::every::<InternetGateway, Vpc>(format!("has the public address {address}"), through());
        groups.chain(current.public_ip.map(mapped)).collect()
    }

    /// Less than a minute each to start, to stop and to end it.
    fn usually_takes(&self, doing: Doing<'_>) -> Duration {
        match doing {
            Doing::Update(fields) if update::stops_for(fields) => Duration::from_secs(90),
            Doing::Update(_) => Duration::ZERO,
            Doing::Create | Doing::Delete => Duration::from_secs(40),
        }
    }

    async fn survey(&self, _: &Cx<'_>, _: &InstanceInputs) -> Result<value::Value> {
        Ok(value::Value::Null)
    }

    async fn create(&self, cx: &Cx<'_>, inputs: InstanceInputs) -> Result<State<Instance>> {
        let client = self.0.ec2(cx.home);
        let id = launch::run(&client, cx, &inputs).await?;
        cx.created(&id).await?;
        let made = self.observed(self.rests(cx, &id).await?, cx.home);
        if inputs.source_dest_check == Some(false) {
            let made = made.ok_or_else(|| call::missing(Self::OPERATION, "instance"))?.state.fields;
            interface::set_source_dest_check(&client, &made, false).await?;
        }
        self.state(cx, &id).await
    }

    async fn read(&self, home: &Home, wanted: &[Wanted<Instance>]) -> Result<Vec<Observed<Instance>>> {
        let mut found = described::read(self, home, wanted).await?;
        let extras = |id: &Id<Instance>| wanted.iter().find(|wanted| wanted.id == *id).map(observe::of_wanted).unwrap_or_default();
        observe::complete(&self.0.ec2(home), &mut found, extras).await?;
        Ok(found)
    }

    async fn update(&self, cx: &Cx<'_>, current: State<Instance>, changes: &Changes<Instance>) -> Result<State<Instance>> {
        self.change(cx, &current, changes).await?;
        self.state(cx, &current.id).await
    }

    async fn delete(&self, cx: &Cx<'_>, current: State<Instance>) -> Result<()> {
        self.terminate(cx, &current.id).await
    }

    /// By tag, which the launch itself sets. Its token is for launching again only: not everything that speaks like AWS lists by it.
    async fn find(&self, cx: &Cx<'_>, lost: LostCreate<InstanceInputs>) -> Result<Found<Instance>> {
        described::find_by_tag(self, cx, lost.left()).await
    }

    async fn claim(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        tagging::claim(&self.0.ec2(cx.home), cx, id.as_str()).await
    }

    /// The volumes were marked as they were made.
    async fn release(&self, cx: &Cx<'_>, id: &Id<Instance>) -> Result<()> {
        let client = self.0.ec2(cx.home);
        for item in self.describe(&client, vec![filter(Self::ID_FILTER, [id.as_str()])]).await? {
            for volume in item.block_device_mappings().iter().filter_map(|mapping| mapping.ebs()?.volume_id()) {
                tagging::release(&client, cx, volume).await?;
            }
        }
        tagging::release(&client, cx, id.as_str()).await
    }
}

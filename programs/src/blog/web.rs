//! The front ends: nginx before Ghost.

use std::time::Duration;

use blogstack_aws::{
    autoscaling::{
        AutoScalingGroup, HealthCheckType, InstanceRefresh, PolicyType, PredefinedMetric, PredefinedMetricType, ScalingPolicy,
        TargetTracking,
    },
    ec2::{HttpTokens, ImageFromInstance, ImageId, Instance, InstanceType, LaunchTemplate, MetadataOptions, Rule, SecurityGroup},
    elbv2::TargetGroupAttachment,
    iam::{Condition, Statement, grant},
};
use blogstack_core::{Configure, Declare, Handle, Output, Scope, command::Command, interpolate};

use super::{
    balancer::Balancer,
    images::Images,
    network::Network,
    salt,
    server::server,
    settings::{Mode, WebSettings},
};
use crate::machines;

/// What lets the load balancer reach the front ends, and nobody else.
pub(super) fn group(s: &Scope, network: &Network, balancer: &Balancer) -> Handle<SecurityGroup> {
    let group = SecurityGroup::new(&network.vpc, "the front ends");
    s.add("web", group.ingress([Rule::tcp(80).from(&balancer.group), Rule::tcp(22).from(network.office)]))
}

/// What front ends are made of.
pub(super) struct Web<'a> {
    pub(super) scope: &'a Scope,
    pub(super) settings: &'a WebSettings,
    pub(super) image: &'a Output<ImageId>,
    pub(super) network: &'a Network,
    pub(super) group: &'a Handle<SecurityGroup>,
    pub(super) balancer: &'a Balancer,
    pub(super) images: &'a Images,
}

/// The name and the role of the front end of which copies are made.
const BUILDER: &str = "web-builder";

/// How long it may take to build a front end.
const BUILDING: Duration = Duration::from_mins(45);

impl Web<'_> {
    /// Declares them.
    pub(super) fn declare(&self) {
        match self.settings.mode {
            Mode::Fixed => self.fixed(),
            Mode::Scaling => self.scaling(),
        }
    }

    /// Two that Salt builds, in two zones.
    fn fixed(&self) {
        let s = self.scope;
        for (zone, subnet) in self.network.web.iter().take(2).enumerate() {
            let name = format!("web-{zone}");
            let server = server(&name, self.image, &self.settings.instance_type, subnet, self.group);
            let user_data = machines::minion("web", salt::address(self.network));
            let server = s.add(&name, server.iam_instance_profile(&self.images.profile).user_data(user_data));
            s.add(&name, TargetGroupAttachment::new(&self.balancer.targets, &server));
        }
    }

    /// Copies of one that Salt has built: a new one serves after a minute, not after ten.
    fn scaling(&self) {
        let s = self.scope;
        let builder = self.builder();
        let image = s.add("front-end", ImageFromInstance::new(&builder).depends_on(&self.built(&builder)));
        // Without user data: a copy sees by itself that it is one, and takes a name of its own.
        let template = LaunchTemplate::new()
            .image(&image)
            .instance_type(InstanceType(self.settings.instance_type.clone()))
            .security_groups([self.group])
            .iam_instance_profile(&self.images.profile.instance_profile_name)
            .metadata_options(MetadataOptions::new().http_tokens(HttpTokens::Required))
            .instance_tags([("Name", "web")]);
        let template = s.add("front-end", template);
        let group = AutoScalingGroup::new(&self.network.web, self.settings.max)
            .min_size(self.settings.min)
            .launch_template(&template)
            .target_group_arns([&self.balancer.targets])
            .health_check_type(HealthCheckType::Elb)
            .health_check_grace_period(120)
            .instance_refresh(InstanceRefresh::new().instance_warmup(60_u32));
        let group = s.add("front-ends", group.depends_on(&self.balancer.https));
        let busy = PredefinedMetric::new(PredefinedMetricType::AsgAverageCpuUtilization);
        let tracking = TargetTracking::new(50.0).predefined_metric(busy);
        s.add("busy", ScalingPolicy::new(&group, "busy", PolicyType::TargetTrackingScaling).target_tracking_configuration(tracking));
    }

    /// The one of which copies are made. Another `build` is another machine, and so another image.
    fn builder(&self) -> Handle<Instance> {
        self.may_say_that_it_is_ready();
        let server = server(BUILDER, self.image, &self.settings.instance_type, &self.network.web[0], self.group);
        let server = server.iam_instance_profile(&self.images.profile).tag("build", &self.settings.build);
        let user_data = machines::minion(BUILDER, salt::address(self.network));
        self.scope.add("builder", server.user_data(user_data).replace_on(Instance::tags.key("build")))
    }

    /// A front end may set one tag, of builders only.
    fn may_say_that_it_is_ready(&self) {
        let s = self.scope;
        let builders = format!("arn:aws:ec2:{}:{}:instance/*", s.region(), s.account());
        let conditions = [
            Condition::string_equals("ec2:ResourceTag/Name", [BUILDER]),
            Condition::new("ForAllValues:StringEquals", "aws:TagKeys", ["ready"]),
        ];
        let tag = Statement::allow(["ec2:CreateTags"]).resources([builders]).conditions(conditions);
        grant(s, "ready", &self.images.role, tag);
    }

    /// Waits until Salt has built it, which it says itself by a tag.
    fn built(&self, builder: &Handle<Instance>) -> Handle<Command> {
        let id = interpolate!("{}", builder.id);
        let wait = Command::new(include_str!("../../scripts/await-ready.sh")).triggers([&id]);
        let wait = wait.environment([("INSTANCE", id.clone()), ("REGION", interpolate!("{}", self.scope.region()))]);
        self.scope.add("built", wait.timeout(BUILDING))
    }
}

mod group;
mod hook;
mod refresh;
mod scaling;

use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

/// A network with two subnets, a load balancer with a target group, and a launch template.
struct Site {
    ec2: World,
    elb: World,
    scaling: World,
    subnets: [String; 2],
    template: String,
    target_group: String,
}

/// Parameters of a request.
type Request<'a> = Vec<(&'a str, &'a str)>;

impl Site {
    async fn new() -> Self {
        Self::with(Delays::none()).await
    }

    async fn with(delays: Delays) -> Self {
        Self::of(World::with(|builder| builder.delays(delays))).await
    }

    async fn of(ec2: World) -> Self {
        let vpc = ec2.vpc().await;
        let one = ec2.subnet(&vpc, "10.0.1.0/24").await;
        let other = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.2.0/24"), ("AvailabilityZone", "eu-west-1b")];
        let other = ec2.get("CreateSubnet", &other, "subnetId").await;
        let gateway = ec2.get("CreateInternetGateway", &[], "internetGatewayId").await;
        ec2.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
        let image = image(&ec2).await;
        let data =
            [("LaunchTemplateName", "web"), ("LaunchTemplateData.ImageId", image.as_str()), ("LaunchTemplateData.InstanceType", "t3.nano")];
        let template = ec2.get("CreateLaunchTemplate", &data, "launchTemplateId").await;
        let elb = ec2.query_service("elasticloadbalancing", "2015-12-01");
        let scaling = ec2.query_service("autoscaling", "2011-01-01");
        let group = [("Name", "web"), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", vpc.as_str())];
        let target_group = elb.get("CreateTargetGroup", &group, "TargetGroupArn").await;
        let site = Self { ec2, elb, scaling, subnets: [one, other], template, target_group };
        site.balance().await;
        site
    }

    /// A load balancer that forwards to the target group.
    async fn balance(&self) {
        let [one, other] = &self.subnets;
        let request = [("Name", "web"), ("Subnets.member.1", one.as_str()), ("Subnets.member.2", other)];
        let balancer = self.elb.get("CreateLoadBalancer", &request, "LoadBalancerArn").await;
        let listener = [
            ("LoadBalancerArn", balancer.as_str()),
            ("Port", "80"),
            ("Protocol", "HTTP"),
            ("DefaultActions.member.1.Type", "forward"),
            ("DefaultActions.member.1.TargetGroupArn", &self.target_group),
        ];
        self.elb.ok("CreateListener", &listener).await;
    }

    /// Makes a group of this size, with whatever else is said.
    async fn group(&self, sizes: [&str; 2], more: &[(&str, &str)]) {
        let zones = self.subnets.join(",");
        let mut request: Request<'_> = vec![
            ("AutoScalingGroupName", "web"),
            ("LaunchTemplate.LaunchTemplateId", &self.template),
            ("LaunchTemplate.Version", "1"),
            ("MinSize", sizes[0]),
            ("MaxSize", sizes[1]),
            ("VPCZoneIdentifier", &zones),
        ];
        request.extend(more);
        self.scaling.ok("CreateAutoScalingGroup", &request).await;
    }

    /// The same behind the load balancer, whose word counts.
    async fn balanced_group(&self, sizes: [&str; 2], more: &[(&str, &str)]) {
        let own = [("TargetGroupARNs.member.1", self.target_group.as_str()), ("HealthCheckType", "ELB")];
        self.group(sizes, &[&own[..], more].concat()).await;
    }

    async fn described(&self) -> String {
        self.scaling.ok("DescribeAutoScalingGroups", &[("AutoScalingGroupNames.member.1", "web")]).await
    }

    /// The states of the group's instances.
    async fn states(&self) -> Vec<String> {
        values(&self.described().await, "LifecycleState")
    }

    async fn instances(&self) -> Vec<String> {
        values(&self.described().await, "InstanceId")
    }

    /// The states of the targets.
    async fn targets(&self) -> Vec<String> {
        values(&self.elb.ok("DescribeTargetHealth", &[("TargetGroupArn", &self.target_group)]).await, "State")
    }

    /// The same for a request about the group.
    async fn ok(&self, operation: &str, more: &[(&str, &str)]) -> String {
        self.scaling.ok(operation, &[&[("AutoScalingGroupName", "web")][..], more].concat()).await
    }

    async fn refused(&self, operation: &str, more: &[(&str, &str)], code: &str) -> String {
        self.scaling.refused(operation, &[&[("AutoScalingGroupName", "web")][..], more].concat(), code).await
    }

    fn wait(&self, seconds: u64) {
        self.ec2.sim.advance(Duration::from_secs(seconds));
    }

    /// Another version of the template: its number is told.
    async fn new_version(&self, more: (&str, &str)) -> String {
        let request = [("LaunchTemplateId", self.template.as_str()), ("SourceVersion", "1"), more];
        self.ec2.get("CreateLaunchTemplateVersion", &request, "versionNumber").await
    }
}

async fn image(ec2: &World) -> String {
    let filters = [("Owner.1", "137112412989"), ("Filter.1.Name", "architecture"), ("Filter.1.Value.1", "x86_64")];
    values(&ec2.ok("DescribeImages", &filters).await, "imageId").remove(0)
}

/// How often a word is in a list.
fn count(words: &[String], word: &str) -> usize {
    words.iter().filter(|other| *other == word).count()
}

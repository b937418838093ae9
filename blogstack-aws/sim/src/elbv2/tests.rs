use crate::delays::Delays;
use crate::testing::{World, value, values};

/// A network with two subnets and a way to the internet.
pub(super) struct Network {
    pub(super) ec2: World,
    pub(super) elb: World,
    pub(super) vpc: String,
    pub(super) subnets: [String; 2],
    pub(super) gateway: String,
}

impl Network {
    pub(super) async fn new() -> Self {
        Self::with(Delays::none()).await
    }

    pub(super) async fn with(delays: Delays) -> Self {
        let ec2 = World::with(|builder| builder.delays(delays));
        let vpc = ec2.vpc().await;
        let one = ec2.subnet(&vpc, "10.0.1.0/24").await;
        let other = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.2.0/24"), ("AvailabilityZone", "eu-west-1b")];
        let other = ec2.get("CreateSubnet", &other, "subnetId").await;
        let gateway = ec2.get("CreateInternetGateway", &[], "internetGatewayId").await;
        ec2.ok("AttachInternetGateway", &[("InternetGatewayId", &gateway), ("VpcId", &vpc)]).await;
        Self { elb: ec2.query_service("elasticloadbalancing", "2015-12-01"), ec2, vpc, subnets: [one, other], gateway }
    }

    async fn balancer(&self, name: &str) -> String {
        let [one, other] = &self.subnets;
        let request = [("Name", name), ("Subnets.member.1", one), ("Subnets.member.2", other)];
        self.elb.get("CreateLoadBalancer", &request, "LoadBalancerArn").await
    }

    async fn group(&self, name: &str) -> String {
        let request = [("Name", name), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", &self.vpc)];
        self.elb.get("CreateTargetGroup", &request, "TargetGroupArn").await
    }

    async fn listener(&self, balancer: &str, group: &str) -> String {
        let action = [("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", group)];
        let request = [&[("LoadBalancerArn", balancer), ("Port", "80"), ("Protocol", "HTTP")][..], &action].concat();
        self.elb.get("CreateListener", &request, "ListenerArn").await
    }

    async fn instance(&self) -> String {
        let images = self.ec2.ok("DescribeImages", &[("Owner.1", "137112412989")]).await;
        let image = values(&images, "imageId").remove(0);
        let kind = if values(&images, "architecture")[0] == "arm64" { "t4g.nano" } else { "t3.nano" };
        let request =
            [("ImageId", image.as_str()), ("InstanceType", kind), ("SubnetId", &self.subnets[0]), ("MinCount", "1"), ("MaxCount", "1")];
        self.ec2.get("RunInstances", &request, "instanceId").await
    }

    async fn state(&self, group: &str) -> Vec<String> {
        values(&self.elb.ok("DescribeTargetHealth", &[("TargetGroupArn", group)]).await, "State")
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_again_is_answered_with_what_is_there_and_other_settings_are_refused() {
    let network = Network::new().await;
    assert_eq!(network.balancer("web").await, network.balancer("web").await);
    assert_eq!(network.group("web").await, network.group("web").await);
    let other = [("Name", "web"), ("Protocol", "HTTP"), ("Port", "81"), ("VpcId", network.vpc.as_str())];
    network.elb.refused("CreateTargetGroup", &other, "DuplicateTargetGroupName").await;
    let [one, two] = &network.subnets;
    let other = [("Name", "web"), ("Scheme", "internal"), ("Subnets.member.1", one.as_str()), ("Subnets.member.2", two)];
    network.elb.refused("CreateLoadBalancer", &other, "DuplicateLoadBalancerName").await;
    let (balancer, group) = (network.balancer("web").await, network.group("web").await);
    assert_eq!(network.listener(&balancer, &group).await, network.listener(&balancer, &group).await);
}

#[tokio::test(start_paused = true)]
async fn a_group_in_use_is_not_deleted_and_serves_one_load_balancer() {
    let network = Network::new().await;
    let (balancer, other, group) = (network.balancer("web").await, network.balancer("other").await, network.group("web").await);
    let listener = network.listener(&balancer, &group).await;
    let message = network.elb.refused("DeleteTargetGroup", &[("TargetGroupArn", &group)], "ResourceInUse").await;
    assert!(message.ends_with("is currently in use by a listener or a rule"), "{message}");
    let action = [("DefaultActions.member.1.Type", "forward"), ("DefaultActions.member.1.TargetGroupArn", group.as_str())];
    let request = [&[("LoadBalancerArn", other.as_str()), ("Port", "80"), ("Protocol", "HTTP")][..], &action].concat();
    network.elb.refused("CreateListener", &request, "TargetGroupAssociationLimit").await;
    network.elb.ok("DeleteListener", &[("ListenerArn", &listener)]).await;
    network.elb.ok("DeleteTargetGroup", &[("TargetGroupArn", &group)]).await;
}

#[tokio::test(start_paused = true)]
async fn a_load_balancer_takes_its_time_and_leaves_its_interfaces_behind() {
    let network = Network::with(Delays::realistic()).await;
    let balancer = network.balancer("web").await;
    let state = async || value(&network.elb.ok("DescribeLoadBalancers", &[]).await, "Code");
    assert_eq!(state().await, "provisioning");
    tokio::time::advance(std::time::Duration::from_secs(121)).await;
    assert_eq!(state().await, "active");
    network.elb.ok("DeleteLoadBalancer", &[("LoadBalancerArn", &balancer)]).await;
    network.elb.ok("DeleteLoadBalancer", &[("LoadBalancerArn", &balancer)]).await;
    let detach = [("InternetGatewayId", network.gateway.as_str()), ("VpcId", &network.vpc)];
    network.ec2.refused("DeleteSubnet", &[("SubnetId", &network.subnets[0])], "DependencyViolation").await;
    network.ec2.refused("DetachInternetGateway", &detach, "DependencyViolation").await;
    tokio::time::advance(std::time::Duration::from_secs(91)).await;
    network.ec2.ok("DeleteSubnet", &[("SubnetId", &network.subnets[0])]).await;
    network.ec2.ok("DetachInternetGateway", &detach).await;
}

#[tokio::test(start_paused = true)]
async fn the_internet_is_reached_through_a_gateway_only() {
    let network = Network::new().await;
    network.ec2.ok("DetachInternetGateway", &[("InternetGatewayId", &network.gateway), ("VpcId", &network.vpc)]).await;
    let [one, other] = &network.subnets;
    let request = [("Name", "web"), ("Subnets.member.1", one.as_str()), ("Subnets.member.2", other)];
    network.elb.refused("CreateLoadBalancer", &request, "InvalidSubnet").await;
    network.elb.ok("CreateLoadBalancer", &[&request[..], &[("Scheme", "internal")]].concat()).await;
}

#[tokio::test(start_paused = true)]
async fn targets_are_checked_once_they_are_used_and_drain_before_they_go() {
    let network = Network::with(Delays::realistic()).await;
    let (group, instance) = (network.group("web").await, network.instance().await);
    let target = [("TargetGroupArn", group.as_str()), ("Targets.member.1.Id", &instance)];
    network.elb.refused("RegisterTargets", &target, "InvalidTarget").await;
    tokio::time::advance(std::time::Duration::from_secs(16)).await;
    network.elb.ok("RegisterTargets", &target).await;
    assert_eq!(network.state(&group).await, ["unused"]);
    let balancer = network.balancer("web").await;
    let listener = network.listener(&balancer, &group).await;
    assert_eq!(network.state(&group).await, ["initial"]);
    tokio::time::advance(std::time::Duration::from_secs(31)).await;
    assert_eq!(network.state(&group).await, ["healthy"]);
    network.elb.ok("DeregisterTargets", &target).await;
    assert_eq!(network.state(&group).await, ["draining"]);
    tokio::time::advance(std::time::Duration::from_secs(301)).await;
    assert!(network.state(&group).await.is_empty());
    network.elb.ok("RegisterTargets", &target).await;
    network.elb.ok("DeleteListener", &[("ListenerArn", &listener)]).await;
    network.elb.ok("DeregisterTargets", &target).await;
    assert!(network.state(&group).await.is_empty(), "nobody uses it: there is nothing to drain");
}

#[tokio::test(start_paused = true)]
async fn rules_are_listed_by_priority_with_the_default_one_last() {
    let network = Network::new().await;
    let (balancer, group) = (network.balancer("web").await, network.group("web").await);
    let listener = network.listener(&balancer, &group).await;
    let rule = |priority: &'static str, path: &'static str| {
        vec![
            ("ListenerArn", listener.as_str()),
            ("Priority", priority),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.PathPatternConfig.Values.member.1", path),
            ("Actions.member.1.Type", "fixed-response"),
            ("Actions.member.1.FixedResponseConfig.StatusCode", "404"),
        ]
    };
    network.elb.ok("CreateRule", &rule("100", "/b")).await;
    network.elb.ok("CreateRule", &rule("20", "/a")).await;
    network.elb.refused("CreateRule", &rule("20", "/c"), "PriorityInUse").await;
    let rules = network.elb.ok("DescribeRules", &[("ListenerArn", &listener)]).await;
    assert_eq!(values(&rules, "Priority"), ["20", "100", "default"]);
    let default = values(&rules, "RuleArn").remove(2);
    network.elb.refused("DeleteRule", &[("RuleArn", &default)], "OperationNotPermitted").await;
}

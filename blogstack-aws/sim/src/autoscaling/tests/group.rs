use super::{Site, count, value, values};
use crate::delays::Delays;

#[tokio::test(start_paused = true)]
async fn a_group_launches_what_it_is_to_have_in_all_its_zones() {
    let site = Site::with(Delays::realistic()).await;
    site.balanced_group(["2", "4"], &[("DesiredCapacity", "3"), ("Tags.member.1.Key", "Name"), ("Tags.member.1.Value", "web")]).await;
    assert_eq!(site.states().await, ["Pending", "Pending", "Pending"]);
    site.wait(16);
    let described = site.described().await;
    assert_eq!(values(&described, "LifecycleState"), ["InService", "InService", "InService"]);
    let zones = values(&described, "AvailabilityZone");
    assert_eq!((count(&zones, "eu-west-1a"), count(&zones, "eu-west-1b")), (2, 1));
    assert_eq!(site.targets().await, ["initial", "initial", "initial"]);
    site.wait(31);
    assert_eq!(site.targets().await, ["healthy", "healthy", "healthy"]);
    let named = [("Filter.1.Name", "tag:aws:autoscaling:groupName"), ("Filter.1.Value.1", "web")];
    let instances = site.ec2.ok("DescribeInstances", &named).await;
    assert_eq!(values(&instances, "instanceId").len(), 3);
    assert!(instances.contains("<key>Name</key><value>web</value>"), "{instances}");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_terminated_or_stopped_is_replaced() {
    let site = Site::with(Delays::realistic()).await;
    site.balanced_group(["2", "2"], &[]).await;
    site.wait(60);
    for operation in ["TerminateInstances", "StopInstances"] {
        let before = site.instances().await;
        site.ec2.ok(operation, &[("InstanceId.1", &before[0])]).await;
        site.wait(31);
        assert!(site.states().await.iter().any(|state| state.starts_with("Terminating")), "it is noticed: {:?}", site.states().await);
        site.wait(600);
        let after = site.instances().await;
        assert_eq!((after.len(), after.contains(&before[0]), after.contains(&before[1])), (2, false, true));
        assert_eq!(count(&site.targets().await, "healthy"), 2);
    }
    let activities = site.ok("DescribeScalingActivities", &[]).await;
    assert!(values(&activities, "Cause").iter().any(|cause| cause.contains("in response to an EC2 health check")), "{activities}");
}

#[tokio::test(start_paused = true)]
async fn one_that_went_behind_everybodys_back_is_replaced() {
    let site = Site::new().await;
    site.group(["1", "1"], &[]).await;
    let before = site.instances().await;
    assert!(site.ec2.sim.out_of_band().delete(&before[0]).unwrap());
    let after = site.instances().await;
    assert!(after.len() == 1 && after != before, "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn a_group_shrinks_after_its_targets_have_drained() {
    let site = Site::with(Delays::realistic()).await;
    site.balanced_group(["0", "2"], &[("DesiredCapacity", "2")]).await;
    site.wait(60);
    site.ok("SetDesiredCapacity", &[("DesiredCapacity", "1")]).await;
    assert_eq!((count(&site.states().await, "Terminating"), count(&site.targets().await, "draining")), (1, 1));
    site.wait(299);
    let running = [("Filter.1.Name", "instance-state-name"), ("Filter.1.Value.1", "running")];
    assert_eq!(values(&site.ec2.ok("DescribeInstances", &running).await, "instanceId").len(), 2, "it may finish first");
    site.wait(2);
    assert_eq!(values(&site.ec2.ok("DescribeInstances", &running).await, "instanceId").len(), 1);
    site.wait(41);
    assert_eq!(site.states().await, ["InService"]);
}

#[tokio::test(start_paused = true)]
async fn a_group_with_instances_is_deleted_by_force_only() {
    let site = Site::with(Delays::realistic()).await;
    site.group(["1", "1"], &[]).await;
    site.wait(20);
    site.refused("DeleteAutoScalingGroup", &[], "ResourceInUse").await;
    site.ok("UpdateAutoScalingGroup", &[("MinSize", "0"), ("DesiredCapacity", "0")]).await;
    site.refused("DeleteAutoScalingGroup", &[], "ScalingActivityInProgress").await;
    site.wait(60);
    site.ok("DeleteAutoScalingGroup", &[]).await;
    assert!(site.instances().await.is_empty());
    site.group(["2", "2"], &[]).await;
    site.wait(20);
    site.ok("DeleteAutoScalingGroup", &[("ForceDelete", "true")]).await;
    assert_eq!(value(&site.described().await, "Status"), "Delete in progress");
    site.wait(60);
    site.refused("DeleteAutoScalingGroup", &[], "ValidationError").await;
    let live = [("Filter.1.Name", "instance-state-name"), ("Filter.1.Value.1", "running")];
    assert!(values(&site.ec2.ok("DescribeInstances", &live).await, "instanceId").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_launched_is_told_and_tried_again() {
    let site = Site::new().await;
    let version = site.new_version(("LaunchTemplateData.KeyName", "nobody")).await;
    let zones = site.subnets.join(",");
    let request = [
        ("LaunchTemplate.LaunchTemplateId", site.template.as_str()),
        ("LaunchTemplate.Version", &version),
        ("MinSize", "1"),
        ("MaxSize", "1"),
        ("VPCZoneIdentifier", &zones),
    ];
    site.ok("CreateAutoScalingGroup", &request).await;
    site.wait(20);
    let activities = site.ok("DescribeScalingActivities", &[]).await;
    assert_eq!(values(&activities, "StatusCode"), ["Failed", "Failed"]);
    assert!(value(&activities, "StatusMessage").contains("key pair 'nobody' does not exist"), "{activities}");
    site.ec2.ok("CreateKeyPair", &[("KeyName", "nobody")]).await;
    site.wait(120);
    assert_eq!(site.states().await, ["InService"]);
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_itself_is_refused() {
    let site = Site::new().await;
    site.group(["1", "2"], &[]).await;
    for (operation, parameters, code) in [
        ("CreateAutoScalingGroup", &[("MinSize", "0"), ("MaxSize", "0")][..], "AlreadyExists"),
        ("UpdateAutoScalingGroup", &[("MinSize", "3")], "ValidationError"),
        ("SetDesiredCapacity", &[("DesiredCapacity", "3")], "ValidationError"),
        ("UpdateAutoScalingGroup", &[("VPCZoneIdentifier", "subnet-0123456789abcdef0")], "ValidationError"),
        ("UpdateAutoScalingGroup", &[("HealthCheckType", "PULSE")], "ValidationError"),
        ("UpdateAutoScalingGroup", &[("MaxInstanceLifetime", "60")], "ValidationError"),
        ("AttachLoadBalancerTargetGroups", &[("TargetGroupARNs.member.1", "arn:none")], "ValidationError"),
        ("DetachLoadBalancerTargetGroups", &[("TargetGroupARNs.member.1", "arn:none")], "ValidationError"),
        ("SuspendProcesses", &[("ScalingProcesses.member.1", "Breathe")], "ValidationError"),
    ] {
        site.refused(operation, parameters, code).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_protected_instance_stays_when_the_group_shrinks() {
    let site = Site::new().await;
    site.group(["0", "2"], &[("DesiredCapacity", "2"), ("NewInstancesProtectedFromScaleIn", "true")]).await;
    let instances = site.instances().await;
    site.ok("SetDesiredCapacity", &[("DesiredCapacity", "0")]).await;
    assert_eq!(site.instances().await, instances);
    site.ok("SetInstanceProtection", &[("InstanceIds.member.1", &instances[0]), ("ProtectedFromScaleIn", "false")]).await;
    assert_eq!(site.instances().await, instances[1..]);
}

#[tokio::test(start_paused = true)]
async fn instances_leave_a_subnet_that_the_group_leaves() {
    let site = Site::with(Delays::realistic()).await;
    site.balanced_group(["2", "2"], &[]).await;
    site.wait(60);
    site.ok("UpdateAutoScalingGroup", &[("VPCZoneIdentifier", &site.subnets[1])]).await;
    for _ in 0..60 {
        site.wait(10);
        assert!(count(&site.states().await, "InService") >= 2, "{:?}", site.states().await);
    }
    assert_eq!(values(&site.described().await, "AvailabilityZone"), ["eu-west-1b", "eu-west-1b"]);
}

#[tokio::test(start_paused = true)]
async fn target_groups_are_attached_and_detached() {
    let site = Site::new().await;
    site.group(["1", "1"], &[]).await;
    let arn = [("TargetGroupARNs.member.1", site.target_group.as_str())];
    assert_eq!(site.states().await, ["InService"]);
    site.ok("AttachLoadBalancerTargetGroups", &arn).await;
    site.ok("AttachLoadBalancerTargetGroups", &arn).await;
    assert_eq!(site.targets().await, ["healthy"]);
    let attached = site.ok("DescribeLoadBalancerTargetGroups", &[]).await;
    assert_eq!(values(&attached, "State"), ["InService"]);
    site.ok("DetachLoadBalancerTargetGroups", &arn).await;
    assert_eq!(site.targets().await, ["draining"]);
}

#[tokio::test(start_paused = true)]
async fn a_mixed_policy_says_the_type_and_is_told_whole() {
    let site = Site::new().await;
    let zones = site.subnets.join(",");
    let request = [
        ("MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName", "web"),
        ("MixedInstancesPolicy.LaunchTemplate.Overrides.member.1.InstanceType", "t3.micro"),
        ("MixedInstancesPolicy.LaunchTemplate.Overrides.member.1.WeightedCapacity", "2"),
        ("MixedInstancesPolicy.InstancesDistribution.OnDemandBaseCapacity", "1"),
        ("MinSize", "4"),
        ("MaxSize", "4"),
        ("VPCZoneIdentifier", &zones),
    ];
    site.ok("CreateAutoScalingGroup", &request).await;
    let described = site.described().await;
    assert_eq!(values(&described, "InstanceType"), ["t3.micro", "t3.micro", "t3.micro"], "two instances, and the override");
    assert_eq!(value(&described, "OnDemandAllocationStrategy"), "prioritized");
    assert_eq!(value(&described, "LaunchTemplateId"), site.template);
}

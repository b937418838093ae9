use super::{Site, count, value, values};
use crate::delays::Delays;
use crate::testing::World;

/// A refresh to another version of the template, with these preferences.
async fn refresh(site: &Site, version: &str, preferences: &[(&str, &str)]) -> String {
    let desired = [
        ("DesiredConfiguration.LaunchTemplate.LaunchTemplateId", site.template.as_str()),
        ("DesiredConfiguration.LaunchTemplate.Version", version),
    ];
    value(&site.ok("StartInstanceRefresh", &[&desired[..], preferences].concat()).await, "InstanceRefreshId")
}

async fn status(site: &Site) -> String {
    values(&site.ok("DescribeInstanceRefreshes", &[]).await, "Status").remove(0)
}

/// Lets the refresh come to its end, and tells the fewest healthy targets of any second.
async fn fewest_healthy(site: &Site) -> usize {
    let mut fewest = usize::MAX;
    for _ in 0..4000 {
        fewest = fewest.min(count(&site.targets().await, "healthy"));
        if status(site).await != "InProgress" {
            return fewest;
        }
        site.wait(1);
    }
    panic!("the refresh does not end: {}", site.described().await);
}

async fn served(sizes: [&str; 2], health: &str) -> Site {
    let site = Site::with(Delays::realistic()).await;
    let own = [("TargetGroupARNs.member.1", site.target_group.as_str()), ("HealthCheckType", health)];
    site.group(sizes, &own).await;
    site.wait(180);
    assert_eq!(count(&site.targets().await, "healthy").to_string(), sizes[0]);
    site
}

const LAUNCH_FIRST: [(&str, &str); 2] = [("Preferences.MinHealthyPercentage", "100"), ("Preferences.MaxHealthyPercentage", "110")];

#[tokio::test(start_paused = true)]
async fn every_second_of_a_refresh_as_many_targets_are_healthy_as_it_says() {
    for (sizes, preferences, least) in
        [(["1", "1"], &LAUNCH_FIRST[..], 1), (["2", "2"], &LAUNCH_FIRST, 2), (["4", "8"], &[("Preferences.MinHealthyPercentage", "50")], 2)]
    {
        let site = served(sizes, "ELB").await;
        let before = site.instances().await;
        let version = site.new_version(("LaunchTemplateData.InstanceType", "t3.micro")).await;
        refresh(&site, &version, preferences).await;
        assert_eq!(fewest_healthy(&site).await, least, "of {sizes:?}");
        assert_eq!(status(&site).await, "Successful");
        let described = site.described().await;
        let after = values(&described, "InstanceId");
        assert!(after.len().to_string() == sizes[0] && !after.iter().any(|id| before.contains(id)));
        assert_eq!(values(&described, "Version"), vec![version; after.len() + 1], "the group's own and each instance's");
    }
}

/// What protects the tier is needed: without each part of it there is a second without a healthy target.
#[tokio::test(start_paused = true)]
async fn without_its_protection_a_tier_of_one_has_no_healthy_target_for_a_while() {
    for (health, preferences) in [
        // AWS's own preferences terminate first.
        ("ELB", &[][..]),
        // Nobody asks the load balancer, and nobody waits.
        ("EC2", &LAUNCH_FIRST),
    ] {
        let site = served(["1", "1"], health).await;
        let version = site.new_version(("LaunchTemplateData.InstanceType", "t3.micro")).await;
        refresh(&site, &version, preferences).await;
        assert_eq!(fewest_healthy(&site).await, 0, "{health}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_matches_is_skipped_and_one_refresh_goes_on_at_a_time() {
    let site = served(["2", "2"], "ELB").await;
    let before = site.instances().await;
    refresh(&site, "1", &[("Preferences.SkipMatching", "true")]).await;
    assert_eq!(status(&site).await, "Successful");
    assert_eq!(site.instances().await, before);
    refresh(&site, "1", &[]).await;
    site.refused("StartInstanceRefresh", &[], "InstanceRefreshInProgress").await;
    let attach = [("TargetGroupARNs.member.1", site.target_group.as_str())];
    site.refused("AttachLoadBalancerTargetGroups", &attach, "InstanceRefreshInProgress").await;
    let template = [("LaunchTemplate.LaunchTemplateId", site.template.as_str())];
    let message = site.refused("UpdateAutoScalingGroup", &template, "ValidationError").await;
    assert!(message.starts_with("An active instance refresh with a desired configuration exists"), "{message}");
    site.ok("CancelInstanceRefresh", &[]).await;
    assert_eq!(status(&site).await, "Cancelled");
    site.refused("CancelInstanceRefresh", &[], "ActiveInstanceRefreshNotFound").await;
}

#[tokio::test(start_paused = true)]
async fn a_version_that_never_becomes_healthy_takes_nothing_away() {
    let site = served(["2", "2"], "ELB").await;
    let before = site.instances().await;
    let version = site.new_version(("LaunchTemplateData.KeyName", "nobody")).await;
    refresh(&site, &version, &[&LAUNCH_FIRST[..], &[("Preferences.AutoRollback", "true")]].concat()).await;
    assert_eq!(fewest_healthy(&site).await, 2);
    site.wait(60);
    assert_eq!(status(&site).await, "RollbackSuccessful");
    assert_eq!(site.instances().await, before);
}

#[tokio::test(start_paused = true)]
async fn an_image_that_does_not_work_takes_nothing_away() {
    let broken = "ami-0000000000000dead";
    let image = crate::Image { id: Some(broken.to_owned()), ..crate::Image::new("broken", "123456789012") };
    let site = Site::of(World::with(|builder| builder.delays(Delays::realistic()).image(image).failing_image(broken))).await;
    site.balanced_group(["2", "2"], &[]).await;
    site.wait(180);
    let before = site.instances().await;
    let version = site.new_version(("LaunchTemplateData.ImageId", broken)).await;
    refresh(&site, &version, &LAUNCH_FIRST).await;
    site.wait(60);
    assert_eq!(count(&site.targets().await, "unhealthy"), 1, "{:?}", site.targets().await);
    assert_eq!(fewest_healthy(&site).await, 2);
    assert_eq!(status(&site).await, "Failed");
    site.wait(600);
    let after = site.described().await;
    assert_eq!(values(&after, "InstanceId"), before);
    assert!(after.contains("<Version>1</Version>"), "the group launches from what it had");
}

#[tokio::test(start_paused = true)]
async fn a_warm_up_is_waited_for() {
    let site = served(["1", "1"], "ELB").await;
    let version = site.new_version(("LaunchTemplateData.InstanceType", "t3.micro")).await;
    let id = refresh(&site, &version, &[&LAUNCH_FIRST[..], &[("Preferences.InstanceWarmup", "600")]].concat()).await;
    site.wait(500);
    let described = site.ok("DescribeInstanceRefreshes", &[("InstanceRefreshIds.member.1", &id)]).await;
    assert_eq!((value(&described, "Status"), value(&described, "InstancesToUpdate")), ("InProgress".into(), "1".into()));
    site.wait(600);
    assert_eq!(status(&site).await, "Successful");
}

/// The clock may jump: what happens meanwhile happens in its order.
#[tokio::test(start_paused = true)]
async fn a_refresh_is_the_same_however_often_one_looks() {
    let end = async |steps: u64| {
        let site = served(["2", "2"], "ELB").await;
        let version = site.new_version(("LaunchTemplateData.InstanceType", "t3.micro")).await;
        refresh(&site, &version, &LAUNCH_FIRST).await;
        for _ in 0..steps {
            site.wait(3600 / steps);
            site.states().await;
        }
        let described = site.ok("DescribeInstanceRefreshes", &[]).await;
        (values(&described, "EndTime"), site.instances().await)
    };
    assert_eq!(end(1).await, end(3600).await);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let builder = crate::Sim::builder().seed(7).delays(Delays::none()).file(folder.path().join("sim"));
        World::of(builder.build().unwrap())
    };
    let (first, scaling) = (open(), |world: &World| world.query_service("autoscaling", "2011-01-01"));
    let vpc = first.vpc().await;
    let subnet = first.subnet(&vpc, "10.0.1.0/24").await;
    let image = super::image(&first).await;
    let data =
        [("LaunchTemplateName", "web"), ("LaunchTemplateData.ImageId", image.as_str()), ("LaunchTemplateData.InstanceType", "t3.nano")];
    first.ok("CreateLaunchTemplate", &data).await;
    let group = [
        ("AutoScalingGroupName", "web"),
        ("LaunchTemplate.LaunchTemplateName", "web"),
        ("MinSize", "1"),
        ("MaxSize", "1"),
        ("VPCZoneIdentifier", &subnet),
    ];
    scaling(&first).ok("CreateAutoScalingGroup", &group).await;
    let id = scaling(&first).get("DescribeAutoScalingInstances", &[], "InstanceId").await;
    first.ok("TerminateInstances", &[("InstanceId.1", &id)]).await;
    drop(first);
    let again = scaling(&open()).get("DescribeAutoScalingInstances", &[], "InstanceId").await;
    assert_ne!(again, id, "what happened last is noticed by whoever opens the file next");
}

use crate::testing::{World, value, values};

const DATA: [(&str, &str); 2] = [("LaunchTemplateName", "web"), ("LaunchTemplateData.InstanceType", "t3.micro")];

async fn template(world: &World) -> String {
    world.get("CreateLaunchTemplate", &DATA, "launchTemplateId").await
}

async fn numbers(world: &World, id: &str, wanted: &[(&str, &str)]) -> Vec<String> {
    let request: Vec<_> = [("LaunchTemplateId", id)].iter().chain(wanted).copied().collect();
    values(&world.ok("DescribeLaunchTemplateVersions", &request).await, "versionNumber")
}

#[tokio::test(start_paused = true)]
async fn versions_are_counted_and_one_is_the_default() {
    let world = World::new();
    let id = template(&world).await;
    let second = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateData.KeyName", "admin"), ("VersionDescription", "second")];
    assert_eq!(world.get("CreateLaunchTemplateVersion", &second, "defaultVersion").await, "false");
    assert_eq!(numbers(&world, &id, &[]).await, ["2", "1"], "the newest first");
    let chosen = [("LaunchTemplateVersion.1", "$Latest"), ("LaunchTemplateVersion.2", "$Default")];
    assert_eq!(numbers(&world, &id, &chosen).await, ["2", "1"]);
    assert_eq!(numbers(&world, &id, &[("MinVersion", "2")]).await, ["2"]);
    let modified = world.ok("ModifyLaunchTemplate", &[("LaunchTemplateName", "web"), ("SetDefaultVersion", "2")]).await;
    assert_eq!((value(&modified, "defaultVersionNumber"), value(&modified, "latestVersionNumber")), ("2".into(), "2".into()));
    assert_eq!(numbers(&world, &id, &chosen).await, ["2"]);
}

#[tokio::test(start_paused = true)]
async fn a_version_may_be_based_on_another() {
    let world = World::new();
    let id = template(&world).await;
    let next = [("LaunchTemplateId", id.as_str()), ("SourceVersion", "1"), ("LaunchTemplateData.KeyName", "admin")];
    let version = world.ok("CreateLaunchTemplateVersion", &next).await;
    assert_eq!((value(&version, "instanceType"), value(&version, "keyName")), ("t3.micro".into(), "admin".into()));
}

#[tokio::test(start_paused = true)]
async fn the_default_version_stays_and_numbers_are_not_used_again() {
    let world = World::new();
    let id = template(&world).await;
    let more = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateData.KeyName", "admin")];
    world.ok("CreateLaunchTemplateVersion", &more).await;
    let all = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateVersion.1", "1"), ("LaunchTemplateVersion.2", "2")];
    let deleted = world.ok("DeleteLaunchTemplateVersions", &all).await;
    assert_eq!(values(&deleted, "code"), ["unexpectedError"]);
    assert_eq!(numbers(&world, &id, &[]).await, ["1"]);
    assert_eq!(world.get("CreateLaunchTemplateVersion", &more, "versionNumber").await, "3");
}

#[tokio::test(start_paused = true)]
async fn a_token_makes_one_template_and_one_version() {
    let world = World::new();
    let token = "t".repeat(128);
    let request: Vec<_> = DATA.into_iter().chain([("ClientToken", token.as_str())]).collect();
    let id = world.get("CreateLaunchTemplate", &request, "launchTemplateId").await;
    assert_eq!(world.get("CreateLaunchTemplate", &request, "launchTemplateId").await, id);
    let version = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateData.KeyName", "admin"), ("ClientToken", "v")];
    for _ in 0..2 {
        assert_eq!(world.get("CreateLaunchTemplateVersion", &version, "versionNumber").await, "2");
    }
    let other = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateData.KeyName", "other"), ("ClientToken", "v")];
    world.refused("CreateLaunchTemplateVersion", &other, "IdempotentParameterMismatch").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_refused() {
    let world = World::new();
    template(&world).await;
    world.refused("CreateLaunchTemplate", &DATA, "InvalidLaunchTemplateName.AlreadyExistsException").await;
    let named = |name| [("LaunchTemplateName", name), ("LaunchTemplateData.KeyName", "a")];
    world.refused("CreateLaunchTemplate", &named("ab"), "InvalidLaunchTemplateName.MalformedException").await;
    world.refused("CreateLaunchTemplate", &named("a b c"), "InvalidLaunchTemplateName.MalformedException").await;
    world.refused("CreateLaunchTemplate", &[("LaunchTemplateName", "web2")], "MissingParameter").await;
    let both = [("LaunchTemplateName", "web"), ("LaunchTemplateId", "lt-01234567"), ("SetDefaultVersion", "1")];
    world.refused("ModifyLaunchTemplate", &both, "InvalidParameterCombination").await;
    let numbers = [("LaunchTemplateVersion.1", "1")];
    world.refused("DescribeLaunchTemplateVersions", &numbers, "InvalidParameterValue").await;
}

#[tokio::test(start_paused = true)]
async fn an_instance_is_launched_from_a_template() {
    let world = World::new();
    let vpc = world.vpc().await;
    let subnet = world.subnet(&vpc, "10.0.0.0/24").await;
    let image = world
        .get("DescribeImages", &[("Owner.1", "amazon"), ("Filter.1.Name", "architecture"), ("Filter.1.Value.1", "x86_64")], "imageId")
        .await;
    let request = [
        ("LaunchTemplateName", "web"),
        ("LaunchTemplateData.ImageId", image.as_str()),
        ("LaunchTemplateData.InstanceType", "t3.micro"),
        ("LaunchTemplateData.NetworkInterface.1.DeviceIndex", "0"),
        ("LaunchTemplateData.NetworkInterface.1.SubnetId", subnet.as_str()),
        ("LaunchTemplateData.TagSpecification.1.ResourceType", "instance"),
        ("LaunchTemplateData.TagSpecification.1.Tag.1.Key", "Name"),
        ("LaunchTemplateData.TagSpecification.1.Tag.1.Value", "template"),
    ];
    let id = world.get("CreateLaunchTemplate", &request, "launchTemplateId").await;
    let run = |more: [(&'static str, &'static str); 2]| {
        let once = [("MinCount", "1"), ("MaxCount", "1"), ("LaunchTemplate.LaunchTemplateName", "web")];
        let (world, request) = (world.clone(), once.into_iter().chain(more).collect::<Vec<_>>());
        async move { world.ok("RunInstances", &request).await }
    };
    let instance = run([("LaunchTemplate.Version", "1"), ("InstanceType", "t3.nano")]).await;
    assert_eq!((value(&instance, "instanceType"), value(&instance, "subnetId")), ("t3.nano".into(), subnet));
    let tags = values(&instance, "value");
    assert_eq!(tags, ["template", &id, "1"]);
    let unknown = [("MinCount", "1"), ("MaxCount", "1"), ("LaunchTemplate.LaunchTemplateName", "web"), ("LaunchTemplate.Version", "7")];
    world.refused("RunInstances", &unknown, "InvalidLaunchTemplateId.VersionNotFound").await;
}

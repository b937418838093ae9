use std::net::Ipv4Addr;

use blogstack_aws::ec2::{Image, ImageFromInstance, ImageFromInstanceArgs, Instance, InstanceType, LaunchTemplate, Subnet, Vpc};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_tests::{
    kinds::{Kind, create_first, delete_first, update},
    run,
    world::World,
};

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn servers(s: &Scope) -> ([Handle<Instance>; 2], Handle<Subnet>) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    let subnet = s.add("subnet", Subnet::new(&vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let server = |name: &str, host: u8| {
        s.add(name, Instance::new(&image, InstanceType("t3.nano".into()), &subnet).private_ip(Ipv4Addr::new(10, 0, 0, host)))
    };
    ([server("server", 10), server("other-server", 11)], subnet)
}

fn of(s: &Scope, server: usize, more: impl FnOnce(ImageFromInstanceArgs) -> ImageFromInstanceArgs) -> Handle<ImageFromInstance> {
    s.add("image", more(ImageFromInstance::new(&servers(s).0[server])))
}

fn with(s: &Scope, more: impl FnOnce(ImageFromInstanceArgs) -> ImageFromInstanceArgs) {
    of(s, 0, more);
}

pub(super) const KIND: Kind = Kind {
    subject: "image",
    minimal: |s| with(s, |image| image),
    changes: &[
        update("said what it is", |s| with(s, |image| image.description("the blog"))),
        update("said otherwise", |s| with(s, |image| image.description("the old blog"))),
        update("said nothing", |s| with(s, |image| image)),
        update("a tag set", |s| with(s, |image| image.tag("a", "1"))),
        update("a tag changed", |s| with(s, |image| image.tag("a", "2"))),
        update("tags cleared", |s| with(s, |image| image)),
        create_first("a name", |s| with(s, |image| image.name("blog 1").no_reboot(true))),
        delete_first("of another instance, under this name, said what it is from the first", |s| {
            drop(of(s, 1, |image| image.name("blog 1").no_reboot(true).description("the blog")))
        }),
        create_first("another name", |s| drop(of(s, 1, |image| image.name("blog 2").description("the blog")))),
    ],
    creates: "CreateImage",
    deletes: "DeregisterImage",
    vanish,
    adopting: |s, ids| {
        s.add("image", ImageFromInstance::new(Id::<Instance>::new(&*ids["server"])).adopt(&ids["image"]));
    },
};

blogstack_tests::lives!(KIND);

/// With its snapshots.
fn vanish(world: &World, id: &str) {
    let objects = world.sim.objects();
    let image = objects.iter().find(|(key, _)| key.ends_with(id)).unwrap().1;
    for disk in image["disks"].as_array().unwrap() {
        blogstack_tests::kinds::delete(world, disk["snapshot"].as_str().unwrap());
    }
    blogstack_tests::kinds::delete(world, id);
}

#[test]
fn instances_and_templates_boot_from_it() {
    run(async {
        let world = World::new();
        let program = |s: &Scope| {
            let (servers, subnet) = servers(s);
            let image = s.add("image", ImageFromInstance::new(&servers[0]));
            s.add("copy", Instance::new(&image, InstanceType("t3.nano".into()), &subnet));
            s.add("template", LaunchTemplate::new().image(&image));
        };
        world.up(program).await;
        let image = world.id("image").await;
        let objects = world.sim.objects();
        let of_image = objects.values().filter(|object| object["image"] == image || object["versions"][0]["data"]["ImageId"] == image);
        assert_eq!(of_image.count(), 2);
        assert!(world.stack(program).preview().await.unwrap().is_empty());
        world.destroy().await;
        assert!(world.sim.objects().is_empty(), "its snapshots go with it");
    });
}

#[test]
fn a_name_that_somebody_else_has_is_not_taken() {
    run(async {
        let world = World::new();
        world.up(|s| with(s, |image| image.name("blog"))).await;
        let (id, server) = (world.id("image").await, world.id("server").await);
        let same = move |s: &Scope| drop(s.add("image", ImageFromInstance::new(Id::<Instance>::new(&*server)).name("blog")));
        let report = world.beside().stack(same).up().await.unwrap();
        let error = &report.failed[0].error;
        assert!(error.to_string().starts_with(&format!("field `name`: AMI name blog is already in use by AMI {id}")), "{error}");
        assert_eq!(error.hint(), Some(format!("choose another `name`, or take it over with `.adopt(\"{id}\")`")));
    });
}

#[test]
fn names_are_looked_at_before_any_call() {
    run(async {
        let error = World::new().stack(|s| with(s, |image| image.name("a*b"))).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `name`: a name has 3 to 128"), "{error}");
    });
}

//! Programs with templates, volumes, snapshots, images and VPNs.

use std::net::Ipv4Addr;

use blogstack_aws::ec2::{
    CustomerGateway, Image, ImageFromInstance, Instance, InstanceType, LaunchTemplate, RouteTable, SecurityGroup, Snapshot, Subnet, Volume,
    VolumeAttachment, VolumeType, Vpc, VpnConnection, VpnConnectionRoute, VpnGateway, VpnGatewayAttachment, VpnGatewayRoutePropagation,
    VpnTunnel, VpnTunnelArgs,
};
use blogstack_core::{Configure, Handle, Scope, Secret};

const IMAGE: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
const CERTIFICATE: &str = "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-1111-2222-3333-444444444444";

/// What differs between the two programs.
#[derive(Clone, Copy)]
struct Change {
    second: bool,
    instance_type: &'static str,
    template_name: &'static str,
    size: u32,
    device: &'static str,
    description: &'static str,
    key: &'static str,
    behind: &'static str,
}

/// 26 objects, among them all ten of these kinds.
pub(super) fn before(s: &Scope) {
    let change = Change {
        second: false,
        instance_type: "t3.micro",
        template_name: "one",
        size: 10,
        device: "/dev/sdf",
        description: "one",
        key: "first.key_1",
        behind: "192.168.0.0/16",
    };
    program(s, change);
}

/// The same with updates, replacements in both orders, and two objects less.
pub(super) fn after(s: &Scope) {
    let change = Change {
        second: true,
        instance_type: "t3.nano",
        template_name: "two",
        size: 20,
        device: "/dev/sdg",
        description: "two",
        key: "second.key_2",
        behind: "192.168.0.0/17",
    };
    program(s, change);
}

fn program(s: &Scope, change: Change) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
    servers(s, change, &vpc);
    vpn(s, change, &vpc);
}

fn servers(s: &Scope, change: Change, vpc: &Handle<Vpc>) {
    let subnet = s.add("subnet", Subnet::new(vpc, "10.0.0.0/24").availability_zone("eu-west-1a"));
    let group = s.add("group", SecurityGroup::new(vpc, "servers"));
    let image = s.look_up(Image::by_parameter(IMAGE));
    let server = Instance::new(&image, InstanceType("t3.nano".into()), &subnet).private_ip(Ipv4Addr::new(10, 0, 0, 10));
    let server = s.add("server", server);
    let made = s.add("image", ImageFromInstance::new(&server).description(change.description));
    let template = LaunchTemplate::new().image(&made).instance_type(change.instance_type).security_groups([&group]);
    s.add("template", template.tag("Name", change.description));
    s.add("named", LaunchTemplate::new().launch_template_name(format!("named-{}", change.template_name)).image(&image));
    let data = s.add("data", Volume::new("eu-west-1a").size(change.size).volume_type(VolumeType::Gp3));
    s.add("data", VolumeAttachment::new(&data, &server, change.device));
    let snapshot = s.add("data", Snapshot::new(&data).description(change.description));
    s.add("copy", Volume::new("eu-west-1b").snapshot(&snapshot).size(20_u32));
    if !change.second {
        s.add("spare", Volume::new("eu-west-1a").size(1_u32));
    }
}

fn tunnel(third: u8, key: &'static str) -> VpnTunnelArgs {
    let range: blogstack_aws::Cidr = format!("169.254.{third}.0/30").parse().expect("a range");
    VpnTunnel::new().tunnel_inside_cidr(range).pre_shared_key(Secret::new(key.to_owned()))
}

fn vpn(s: &Scope, change: Change, vpc: &Handle<Vpc>) {
    let office = |name: &str, last: u8| s.add(name, CustomerGateway::new(Ipv4Addr::new(203, 0, 113, last)));
    let offices = [office("office", 12), office("other-office", 13)];
    let router = CustomerGateway::new(Ipv4Addr::new(203, 0, 113, 14)).device_name("router");
    s.add("router", if change.second { router.certificate_arn(CERTIFICATE) } else { router });
    let gateway = s.add("gateway", VpnGateway::new().tag("Name", change.description));
    s.add("gateway", VpnGatewayAttachment::new(&gateway, vpc));
    let tables = ["table", "other-table"].map(|name| s.add(name, RouteTable::new(vpc)));
    s.add("gateway", VpnGatewayRoutePropagation::new(&tables[usize::from(change.second)], &gateway));
    let connection = VpnConnection::new(&offices[usize::from(change.second)], &gateway).static_routes_only(true);
    let connection = connection.tunnel1(tunnel(10, change.key)).tunnel2(tunnel(11, "other.key_1"));
    let connection = s.add("office", connection.local_ipv4_network_cidr(change.behind));
    s.add("office", VpnConnectionRoute::new(&connection, change.behind));
    if !change.second {
        s.add("laboratory", VpnConnectionRoute::new(&connection, "172.16.0.0/16").depends_on(&gateway));
    }
}

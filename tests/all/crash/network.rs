//! Programs with what stands around subnets: rules between groups, DHCP options, ACLs, interfaces, endpoints, flow logs.

use blogstack_aws::{
    Arn,
    ec2::{
        DhcpOptions, DhcpOptionsAssociation, FlowLog, NetworkAcl, NetworkAclAssociation, NetworkAclEntry, NetworkInterface, RouteTable,
        Rule, SecurityGroup, SecurityGroupRule, Subnet, TrafficType, Vpc, VpcEndpoint, VpcEndpointType, VpcPeeringConnection,
    },
};
use blogstack_core::{Configure, Scope};

/// What differs between the two programs.
#[derive(Clone, Copy)]
struct Change {
    /// Replaces a group that is named by another one's rules, create first.
    web: &'static str,
    port: u16,
    domain: &'static str,
    /// Replaces the subnet and everything in it, delete first.
    range: &'static str,
    open: bool,
    tag: &'static str,
}

/// 19 objects: all these kinds and what they need.
pub(super) fn before(s: &Scope) {
    program(s, Change { web: "web", port: 6379, domain: "example.com", range: "10.0.0.0/24", open: true, tag: "one" });
}

/// The same with updates, replacements in both orders, and two objects less.
pub(super) fn after(s: &Scope) {
    program(s, Change { web: "web servers", port: 6380, domain: "example.org", range: "10.0.0.0/25", open: false, tag: "two" });
}

fn program(s: &Scope, change: Change) {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
    let subnet = s.add("subnet", Subnet::new(&vpc, change.range).availability_zone("eu-west-1a"));
    let table = s.add("table", RouteTable::new(&vpc));
    groups(s, &vpc, change);
    let options = s.add("options", DhcpOptions::new().domain_name(change.domain).domain_name_servers(["AmazonProvidedDNS"]));
    s.add("options-of-vpc", DhcpOptionsAssociation::new(&vpc, &options));
    let entry = match change.open {
        true => NetworkAclEntry::allow(100, Rule::all(), "0.0.0.0/0"),
        false => NetworkAclEntry::allow(100, Rule::tcp(443), "10.0.0.0/8"),
    };
    let number: u16 = if change.open { 110 } else { 120 };
    let further = NetworkAclEntry::deny(number, Rule::tcp(22), "0.0.0.0/0");
    let acl = s.add("acl", NetworkAcl::new(&vpc).ingress([entry, further]).tag("Name", change.tag));
    s.add("acl-of-subnet", NetworkAclAssociation::new(&subnet, &acl));
    let address = std::net::Ipv4Addr::new(10, 0, 0, 10);
    let interface = NetworkInterface::new(&subnet).private_ip(address).description(change.tag).source_dest_check(false);
    let interface = s.add("interface", interface);
    let s3 = VpcEndpoint::new(&vpc, "com.amazonaws.eu-west-1.s3").tag("Name", change.tag);
    let s3 = s.add("s3", if change.open { s3.route_tables([&table]) } else { s3 });
    let ssm = VpcEndpoint::new(&vpc, "com.amazonaws.eu-west-1.ssm").vpc_endpoint_type(VpcEndpointType::Interface);
    // In no subnet, where AWS would pick an address; after the other one, so that its id and names are the same in all runs.
    s.add("ssm", ssm.private_dns_enabled(change.open).depends_on(&s3));
    let peer = s.add("peer", Vpc::new("10.1.0.0/16"));
    let peering = VpcPeeringConnection::new(&vpc, &peer).auto_accept(true).requester_allow_remote_dns_resolution(change.open);
    s.add("peering", peering.tag("Name", change.tag));
    let bucket = || Arn("arn:aws:s3:::logs-of-tests".into());
    s.add("log", FlowLog::new(&vpc, bucket()).traffic_type(if change.open { TrafficType::All } else { TrafficType::Reject }));
    if change.open {
        s.add("log-of-interface", FlowLog::new(&interface, bucket()));
    }
}

/// Two groups that let each other in.
fn groups(s: &Scope, vpc: &blogstack_core::Handle<Vpc>, change: Change) {
    let web = s.add("web", SecurityGroup::new(vpc, change.web));
    let cache = s.add("cache", SecurityGroup::new(vpc, "caches"));
    s.add("cache-from-web", SecurityGroupRule::ingress(&cache, Rule::tcp(change.port), &web).tag("Name", change.tag));
    s.add("web-from-cache", SecurityGroupRule::ingress(&web, Rule::tcp(8080), &cache));
    if change.open {
        s.add("web-from-all", SecurityGroupRule::ingress(&web, Rule::tcp(80), "0.0.0.0/0"));
    }
}

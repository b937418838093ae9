use std::net::Ipv4Addr;

use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsArgs};
use blogstack_core::{Declare, Scope};
use blogstack_tests::{
    kinds::{self, Kind, create_first, update},
    run,
    world::World,
};

fn with(s: &Scope, more: impl FnOnce(DhcpOptionsArgs) -> DhcpOptionsArgs) {
    s.add("options", more(DhcpOptions::new()));
}

pub(super) const KIND: Kind = Kind {
    subject: "options",
    minimal: |s| with(s, |options| options.domain_name("example.com")),
    changes: &[
        create_first("another domain", |s| with(s, |options| options.domain_name("internal.example.com"))),
        create_first("name servers", |s| {
            with(s, |options| options.domain_name("example.com").domain_name_servers(["10.0.0.9", "AmazonProvidedDNS"]))
        }),
        create_first("the same servers in another order", |s| {
            with(s, |options| options.domain_name("example.com").domain_name_servers(["AmazonProvidedDNS", "10.0.0.9"]))
        }),
        create_first("the domain cleared", |s| with(s, |options| options.domain_name_servers(["AmazonProvidedDNS", "10.0.0.9"]))),
        create_first("time servers, tagged", |s| with(s, |options| options.ntp_servers(["169.254.169.123"]).tag("a", "1"))),
        update("another tag", |s| with(s, |options| options.ntp_servers(["169.254.169.123"]).tag("a", "2"))),
        update("tags cleared", |s| with(s, |options| options.ntp_servers(["169.254.169.123"]))),
        create_first("everything for NetBIOS", |s| {
            let servers = [Ipv4Addr::new(10, 0, 0, 8), Ipv4Addr::new(10, 0, 0, 7)];
            with(s, |options| options.netbios_name_servers(servers).netbios_node_type(2));
        }),
        create_first("the node type cleared", |s| {
            let servers = [Ipv4Addr::new(10, 0, 0, 8), Ipv4Addr::new(10, 0, 0, 7)];
            with(s, |options| options.netbios_name_servers(servers));
        }),
    ],
    creates: "CreateDhcpOptions",
    deletes: "DeleteDhcpOptions",
    vanish: kinds::delete,
    adopting: |s, ids| with(s, |options| options.domain_name("example.com").adopt(&ids["options"])),
};

blogstack_tests::lives!(KIND);

#[test]
fn wrong_options_are_refused_before_any_call() {
    run(async {
        let wrong = |s: &Scope| {
            s.add("a", DhcpOptions::new());
            s.add("b", DhcpOptions::new().domain_name_servers(["10.0.0.300"]));
            s.add("c", DhcpOptions::new().ntp_servers(["AmazonProvidedDNS"]));
            s.add("d", DhcpOptions::new().ntp_servers(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"]));
            s.add("e", DhcpOptions::new().netbios_node_type(3));
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`a`: field `domain_name`: no option is set",
            "`10.0.0.300` is neither an address nor `AmazonProvidedDNS`",
            "`AmazonProvidedDNS` is not an address",
            "there are 5 servers, and AWS takes 4",
            "3 is none of 1, 2, 4 and 8",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
    });
}

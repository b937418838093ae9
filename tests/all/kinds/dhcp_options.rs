use std::net::Ipv4Addr;

use blogstack_aws::ec2::{DhcpOptions, DhcpOptionsArgs};
use blogstack_core::{Declare, Scope, step::Action};
use blogstack_tests::{
    kinds::{self, CREATE_FIRST, Change, Kind},
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
        Change {
            what: "another domain",
            program: |s| with(s, |options| options.domain_name("internal.example.com")),
            action: CREATE_FIRST,
        },
        Change {
            what: "name servers",
            program: |s| with(s, |options| options.domain_name("example.com").domain_name_servers(["10.0.0.9", "AmazonProvidedDNS"])),
            action: CREATE_FIRST,
        },
        Change {
            what: "the same servers in another order",
            program: |s| with(s, |options| options.domain_name("example.com").domain_name_servers(["AmazonProvidedDNS", "10.0.0.9"])),
            action: CREATE_FIRST,
        },
        Change {
            what: "the domain cleared",
            program: |s| with(s, |options| options.domain_name_servers(["AmazonProvidedDNS", "10.0.0.9"])),
            action: CREATE_FIRST,
        },
        Change {
            what: "time servers, tagged",
            program: |s| with(s, |options| options.ntp_servers(["169.254.169.123"]).tag("a", "1")),
            action: CREATE_FIRST,
        },
        Change {
            what: "another tag",
            program: |s| with(s, |options| options.ntp_servers(["169.254.169.123"]).tag("a", "2")),
            action: Action::Update,
        },
        Change { what: "tags cleared", program: |s| with(s, |options| options.ntp_servers(["169.254.169.123"])), action: Action::Update },
        Change {
            what: "everything for NetBIOS",
            program: |s| {
                let servers = [Ipv4Addr::new(10, 0, 0, 8), Ipv4Addr::new(10, 0, 0, 7)];
                with(s, |options| options.netbios_name_servers(servers).netbios_node_type(2));
            },
            action: CREATE_FIRST,
        },
        Change {
            what: "the node type cleared",
            program: |s| {
                let servers = [Ipv4Addr::new(10, 0, 0, 8), Ipv4Addr::new(10, 0, 0, 7)];
                with(s, |options| options.netbios_name_servers(servers));
            },
            action: CREATE_FIRST,
        },
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

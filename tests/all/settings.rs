//! Programs that compile and are wrong all the same.

use blogstack_aws::{
    ec2::{Subnet, Vpc},
    route53::{HostedZone, Record, RecordType},
};
use blogstack_core::Scope;
use blogstack_tests::{run, world::World};
use expect_test::{Expect, expect};

fn check(program: fn(&Scope), expected: &Expect) {
    run(async {
        let error = World::new().stack(program).preview().await.unwrap_err();
        expected.assert_eq(&error.to_string());
    });
}

#[test]
fn ranges_are_checked_before_any_call() {
    check(
        |s| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/23"));
            s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
            s.add("c", Subnet::new(&vpc, "10.1.0.0/24"));
            s.add("d", Subnet::new(&vpc, "10.0.9.0/29"));
            s.add("e", Subnet::new(&vpc, "10.0.300.0/24"));
        },
        &expect!["`e`: field `cidr_block`: `10.0.300.0/24` is not a range of IPv4 addresses, which looks like `10.0.0.0/16`"],
    );
    check(
        |s| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("c", Subnet::new(&vpc, "10.1.0.0/24"));
            s.add("d", Subnet::new(&vpc, "10.0.9.0/29"));
        },
        &expect![[r#"
            `c`: field `cidr_block`: 10.1.0.0/24 lies outside the network's 10.0.0.0/16
            `d`: field `cidr_block`: 10.0.9.0/29 is not between /16 and /28"#]],
    );
    check(
        |s| {
            let vpc = s.add("vpc", Vpc::new("10.0.0.0/16"));
            s.add("a", Subnet::new(&vpc, "10.0.0.0/23"));
            s.add("b", Subnet::new(&vpc, "10.0.1.0/24"));
        },
        &expect![[r#"`b`: field `cidr_block`: "10.0.1.0/24" overlaps `a` ("10.0.0.0/23")"#]],
    );
    // A field that is not set can be what two have in common.
    check(
        |s| {
            let zone = s.add("zone", HostedZone::new("example.com"));
            let answer = |value: &str| Record::new(&zone, "www.example.com", RecordType::A).ttl(60_u32).resource_records([value]);
            s.add("a", answer("192.0.2.1"));
            s.add("b", answer("192.0.2.2"));
            s.add("c", answer("192.0.2.3").set_identifier("c").weight(1_u8));
        },
        &expect!["`b`: it has the same zone and name and record_type and set_identifier as `a`"],
    );
}

//! Settings that cannot be: each says what is wrong and what to do.

use blogstack_tests::run;
use expect_test::expect;
use programs::blog::Settings;

use super::{declare, in_two_regions, settings, world};

fn refused(settings: Settings) -> String {
    run(async { world().stack(declare(settings)).preview().await.unwrap_err().to_string() })
}

#[test]
fn everything_wrong_is_told_at_once() {
    let mut settings = in_two_regions();
    settings.regions[1].cidr_block = "10.10.8.0/24".parse().unwrap();
    settings.network.zones = 1;
    settings.names.host = "blog.example.org".into();
    settings.web.min = 9;
    expect![[r#"
        `us-east-1`: its `cidr_block` 10.10.8.0/24 is no range of /16 to /20
          hint: its parts would be too many or too small
        `us-east-1`: its `cidr_block` 10.10.8.0/24 overlaps 10.10.0.0/16 of `eu-west-1`
          hint: give each a range of its own
        `network.zones`: 1 zones are not 2 to 6
          hint: the load balancer and the NAT instances need two
        `names.host`: `blog.example.org` is not in the zone `example.com`
          hint: choose a name that ends with the zone's
        `web.min`: 9 front ends at least are more than 6 at most
          hint: lower it"#]]
    .assert_eq(&refused(settings));
}

#[test]
fn a_blog_is_somewhere() {
    let mut settings = settings();
    settings.regions.clear();
    expect![[r#"
        `regions`: there is none
          hint: name a region and its range in `[[regions]]`"#]]
    .assert_eq(&refused(settings));
}

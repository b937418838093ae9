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
    settings.regions[1].cidr_block = "10.30.8.0/24".parse().unwrap();
    settings.network.zones = 1;
    settings.names.host = "blog.example.org".into();
    settings.web.min = 9;
    expect![[""]].assert_eq(&refused(settings));
}

#[test]
fn a_blog_is_somewhere() {
    let mut settings = settings();
    settings.regions.clear();
    expect![[""]].assert_eq(&refused(settings));
}

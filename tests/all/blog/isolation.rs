//! Who reaches whom: proofs over the plan, before anything exists.

use blogstack_aws::checks::{
    self, assert_can_reach, assert_cannot_reach, assert_none, assert_only_through_balancers, assert_unreachable_from_internet, tcp,
};
use blogstack_core::plan::Plan;
use blogstack_tests::run;
use programs::blog::{Engine, Settings};

use super::{declare, fixed, in_two_regions, settings, world};

async fn plan(settings: Settings) -> Plan {
    world().stack(declare(settings)).preview().await.unwrap()
}

#[test]
fn the_internet_reaches_the_balancer_and_nothing_behind_it() {
    run(async {
        let plan = plan(in_two_regions()).await;
        for region in ["eu-west-1", "us-east-1"] {
            for hidden in ["database/database", "salt/master", "directory/controller", "cache/cache", "web/builder"] {
                assert_unreachable_from_internet(&plan, format!("{region}/{hidden}").as_str());
            }
        }
    });
}

#[test]
fn front_ends_are_reached_through_the_balancer_only() {
    run(async {
        let plan = plan(fixed()).await;
        for front_end in ["eu-west-1/web/web-0", "eu-west-1/web/web-1"] {
            assert_only_through_balancers(&plan, front_end);
        }
    });
}

#[test]
fn so_are_those_that_are_launched_as_they_are_needed() {
    run(async {
        let plan = plan(settings()).await;
        let tier = "eu-west-1/web/front-ends";
        assert_only_through_balancers(&plan, tier);
        assert_can_reach(&plan, tier, "eu-west-1/database/database", tcp(5432));
        assert_can_reach(&plan, tier, "eu-west-1/cache/cache", tcp(11211));
        assert_cannot_reach(&plan, tier, "eu-west-1/database/database", tcp(22));
    });
}

#[test]
fn front_ends_reach_what_they_need_and_nothing_else() {
    run(async {
        let plan = plan(settings()).await;
        let [web, database] = ["eu-west-1/web/builder", "eu-west-1/database/database"];
        assert_can_reach(&plan, web, database, tcp(5432));
        assert_can_reach(&plan, web, database, tcp(8080));
        assert_can_reach(&plan, web, "eu-west-1/cache/cache", tcp(11211));
        assert_can_reach(&plan, web, "eu-west-1/directory/controller", tcp(53));
        for machine in [web, database] {
            assert_can_reach(&plan, machine, "eu-west-1/salt/master", tcp(4505));
        }
        assert_cannot_reach(&plan, web, database, tcp(22));
        assert_cannot_reach(&plan, "eu-west-1/salt/master", database, tcp(5432));
        assert_cannot_reach(&plan, database, web, tcp(80));
    });
}

#[test]
fn with_mysql_they_reach_it_where_it_listens() {
    run(async {
        let mut settings = settings();
        settings.database.engine = Engine::Mysql;
        let plan = plan(settings).await;
        let [web, database] = ["eu-west-1/web/builder", "eu-west-1/database/database"];
        assert_can_reach(&plan, web, database, tcp(3306));
        assert_cannot_reach(&plan, web, database, tcp(5432));
    });
}

#[test]
fn joined_databases_reach_each_other_and_front_ends_only_their_own() {
    run(async {
        let plan = plan(in_two_regions()).await;
        let [near, far] = ["eu-west-1/database/database", "us-east-1/database/database"];
        assert_can_reach(&plan, near, far, tcp(5432));
        assert_can_reach(&plan, far, near, tcp(5432));
        assert_cannot_reach(&plan, "eu-west-1/web/builder", far, tcp(5432));
    });
}

#[test]
fn no_check_finds_anything() {
    run(async {
        for settings in [settings(), fixed(), in_two_regions()] {
            let plan = plan(settings).await;
            assert_none(&checks::capacity(&plan));
            assert_none(&checks::ranges(&plan));
            assert_none(&checks::zones(&plan));
            assert_none(&checks::open_ports(&plan));
            assert_none(&checks::stars(&plan));
            assert_none(&checks::keys(&plan));
        }
    });
}

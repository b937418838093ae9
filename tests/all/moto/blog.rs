//! The whole blog on moto: everything of it that moto has.

use std::{collections::BTreeMap, sync::Arc};

use blogstack_core::{Scope, command::Commands, deployment::How, plan::Plan, plan::Selection, shell::NoShell, testing::Lab};
use blogstack_tests::{
    moto::{
        Moto,
        inventory::{assert_only_left_behind, counts},
        stack::{Account, assert_complete, on_real_time},
    },
    world::unprotect_all,
};
use expect_test::{Expect, expect};
use programs::blog::{self, Mode, Settings};

use crate::programs::settings;

/// What cannot be made on moto, and why. What needs it is left out with it.
const LACKING: [(&str, &str); 7] = [
    ("aws:s3/bucket", "GetBucketVersioning answers with an element of another name than AWS's"),
    ("aws:ec2/image-from-instance", "CreateImage fails when it is to tag the image and its snapshot"),
    ("aws:ec2/vpn-gateway", "DescribeVpnGateways does not tell the ASN"),
    ("aws:cloudwatch/metric-alarm", "DescribeAlarms is answered in another protocol than it is asked in"),
    ("aws:dlm/lifecycle-policy", "there is no DLM"),
    ("aws:elasticache/subnet-group", "it can neither be changed nor deleted"),
    ("aws:elasticache/cluster", "DescribeCacheClusters does not tell where the configuration is"),
];

/// The first machine image of moto's that has this name stands in for the domain controller's.
const CONTROLLER: &str = "read-only-domain-controller-2026";

fn declare(settings: &Settings) -> impl Fn(&Scope) + Clone + Send + Sync + 'static {
    let settings = settings.clone();
    move |s| blog::program(s, &settings)
}

/// As a stack has them, in an account in which nothing exists yet.
fn without_what_exists(stack: &str) -> Settings {
    let mut settings: Settings = settings(stack);
    settings.names.adopt = None;
    settings.images.adopt = false;
    settings.machines.image.clone_from(&settings.network.nat_image);
    settings
}

/// Without what moto lacks; a builder is ready at once.
fn lab(lab: Lab) -> Lab {
    let except = LACKING.map(|(kind, _)| format!("*#{kind}"));
    let selection = Selection::new(&[], &except, &[]).expect("kinds are patterns");
    lab.around_providers(|providers| providers.with(Commands::new(Arc::new(NoShell)))).how(How { selection, ..How::default() })
}

/// How many resources of each kind are left out.
fn left_out(plan: &Plan) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for step in plan.steps.iter().filter(|step| step.left_out) {
        *kinds.entry(step.urn.kind()).or_default() += 1;
    }
    kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join("\n")
}

/// Each version goes up, and the next preview is empty; destroy leaves nothing but what it gives up.
fn lives(account: &str, versions: [(Settings, Expect); 2]) {
    let Some(moto) = Moto::running() else { return };
    on_real_time(async {
        let account = Account::new(&moto, account).await;
        let image = [("Name", CONTROLLER), ("RootDeviceName", "/dev/xvda"), ("Architecture", "x86_64")];
        account.judge.ask("ec2", "RegisterImage", &image.map(|(name, value)| (name.to_owned(), value.to_owned()))).await;
        let before = counts(&account.judge).await;
        let lab = lab(account.lab);
        for (settings, expected) in versions {
            assert_complete(&lab.stack(declare(&settings)).up().await.unwrap());
            let plan = lab.stack(declare(&settings)).preview().await.unwrap();
            let rest: Vec<_> = plan.steps.iter().filter(|step| !step.left_out && !step.changes.is_empty()).collect();
            assert!(rest.is_empty(), "something is left to do: {rest:#?}");
            expected.assert_eq(&left_out(&plan));
        }
        unprotect_all(&lab).await;
        let lab = lab.how(How::default());
        assert_complete(&lab.stack(|_| ()).destroy().await.unwrap());
        assert!(lab.state().await.unwrap().records.is_empty());
        assert_only_left_behind(&before, &counts(&account.judge).await);
    });
}

#[test]
fn prod_lives_on_moto() {
    let scaling = without_what_exists("prod");
    let mut fixed = scaling.clone();
    fixed.web.mode = Mode::Fixed;
    fixed.network.zones = 3;
    fixed.network.nat_instance_type = "t3.micro".into();
    lives(
        "200000000002",
        [
            (
                scaling,
                expect![[r#"
        1 aws:autoscaling/auto-scaling-group
        1 aws:autoscaling/scaling-policy
        3 aws:cloudwatch/metric-alarm
        1 aws:dlm/lifecycle-policy
        1 aws:ec2/image-from-instance
        1 aws:ec2/instance
        1 aws:ec2/launch-template
        1 aws:ec2/vpn-connection
        1 aws:ec2/vpn-connection-route
        1 aws:ec2/vpn-gateway
        1 aws:ec2/vpn-gateway-attachment
        2 aws:ec2/vpn-gateway-route-propagation
        1 aws:elasticache/cluster
        1 aws:elasticache/subnet-group
        1 aws:iam/role-policy
        1 aws:s3/bucket"#]],
            ),
            (
                fixed,
                expect![[r#"
        3 aws:cloudwatch/metric-alarm
        1 aws:dlm/lifecycle-policy
        1 aws:ec2/instance
        1 aws:ec2/vpn-connection
        1 aws:ec2/vpn-connection-route
        1 aws:ec2/vpn-gateway
        1 aws:ec2/vpn-gateway-attachment
        2 aws:ec2/vpn-gateway-route-propagation
        1 aws:elasticache/cluster
        1 aws:elasticache/subnet-group
        1 aws:iam/role-policy
        1 aws:s3/bucket"#]],
            ),
        ],
    );
}

#[test]
fn staging_lives_on_moto() {
    let first = without_what_exists("staging");
    let mut second = first.clone();
    second.database.volume_size = 10;
    second.web.instance_type = "t3.small".into();
    lives(
        "200000000003",
        [
            (
                first,
                expect![[r#"
        1 aws:autoscaling/auto-scaling-group
        1 aws:autoscaling/scaling-policy
        3 aws:cloudwatch/metric-alarm
        1 aws:dlm/lifecycle-policy
        1 aws:ec2/image-from-instance
        1 aws:ec2/instance
        1 aws:ec2/launch-template
        1 aws:ec2/vpn-connection
        1 aws:ec2/vpn-connection-route
        1 aws:ec2/vpn-gateway
        1 aws:ec2/vpn-gateway-attachment
        1 aws:ec2/vpn-gateway-route-propagation
        1 aws:elasticache/cluster
        1 aws:elasticache/subnet-group
        1 aws:iam/role-policy
        1 aws:s3/bucket"#]],
            ),
            (
                second,
                expect![[r#"
        1 aws:autoscaling/auto-scaling-group
        1 aws:autoscaling/scaling-policy
        3 aws:cloudwatch/metric-alarm
        1 aws:dlm/lifecycle-policy
        1 aws:ec2/image-from-instance
        1 aws:ec2/instance
        1 aws:ec2/launch-template
        1 aws:ec2/vpn-connection
        1 aws:ec2/vpn-connection-route
        1 aws:ec2/vpn-gateway
        1 aws:ec2/vpn-gateway-attachment
        1 aws:ec2/vpn-gateway-route-propagation
        1 aws:elasticache/cluster
        1 aws:elasticache/subnet-group
        1 aws:iam/role-policy
        1 aws:s3/bucket"#]],
            ),
        ],
    );
}

use std::time::Duration;

use crate::delays::Delays;
use crate::testing::{World, value, values};

/// A network with a way to the internet, and two subnets in it.
async fn network(world: &World) -> (String, [String; 2]) {
    let vpc = world.vpc().await;
    let internet = world.get("CreateInternetGateway", &[], "internetGatewayId").await;
    world.ok("AttachInternetGateway", &[("InternetGatewayId", &internet), ("VpcId", &vpc)]).await;
    let subnet = |block, zone| {
        let (world, vpc) = (world.clone(), vpc.clone());
        async move { world.get("CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", block), ("AvailabilityZone", zone)], "subnetId").await }
    };
    let subnets = [subnet("10.0.0.0/24", "eu-west-1a").await, subnet("10.0.1.0/24", "eu-west-1b").await];
    (vpc, subnets)
}

fn elb(world: &World) -> World {
    world.query_service("elasticloadbalancing", "2012-06-01")
}

const PLAIN: [(&str, &str); 4] = [
    ("LoadBalancerName", "web"),
    ("Listeners.member.1.Protocol", "http"),
    ("Listeners.member.1.LoadBalancerPort", "80"),
    ("Listeners.member.1.InstancePort", "8080"),
];

#[tokio::test(start_paused = true)]
async fn a_classic_load_balancer_is_no_other_load_balancer() {
    let world = World::new();
    let (_, [a, b]) = network(&world).await;
    let elb = elb(&world);
    let made = elb.ok("CreateLoadBalancer", &[&PLAIN[..], &[("Subnets.member.1", &a)]].concat()).await;
    assert!(value(&made, "DNSName").ends_with(".eu-west-1.elb.amazonaws.com"), "{made}");
    let told = elb.ok("DescribeLoadBalancers", &[("LoadBalancerNames.member.1", "web")]).await;
    assert_eq!((value(&told, "InstanceProtocol"), value(&told, "Target")), ("HTTP".to_owned(), "TCP:8080".to_owned()));
    elb.refused("CreateLoadBalancer", &[&PLAIN[..], &[("Subnets.member.1", &b)]].concat(), "DuplicateLoadBalancerName").await;
    let others = world.query_service("elasticloadbalancing", "2015-12-01");
    assert!(values(&others.ok("DescribeLoadBalancers", &[]).await, "LoadBalancerName").is_empty());
    elb.ok("DeleteLoadBalancer", &PLAIN[..1]).await;
    elb.ok("DeleteLoadBalancer", &PLAIN[..1]).await;
    elb.refused("DescribeLoadBalancers", &[("LoadBalancerNames.member.1", "web")], "LoadBalancerNotFound").await;
}

#[tokio::test(start_paused = true)]
async fn its_interfaces_hold_subnets_and_groups_and_linger() {
    let delays = Delays { load_balancer_interfaces: Duration::from_secs(90), ..Delays::none() };
    let world = World::with(|builder| builder.delays(delays));
    let (_, [a, b]) = network(&world).await;
    let elb = elb(&world);
    elb.ok("CreateLoadBalancer", &[&PLAIN[..], &[("Subnets.member.1", &a), ("Subnets.member.2", &b)]].concat()).await;
    world.refused("DeleteSubnet", &[("SubnetId", &a)], "DependencyViolation").await;
    let all = [("LoadBalancerName", "web"), ("Subnets.member.1", a.as_str()), ("Subnets.member.2", b.as_str())];
    elb.refused("DetachLoadBalancerFromSubnets", &all, "InvalidConfigurationRequest").await;
    elb.ok("DetachLoadBalancerFromSubnets", &all[..2]).await;
    world.refused("DeleteSubnet", &[("SubnetId", &a)], "DependencyViolation").await;
    world.sim.advance(Duration::from_secs(90));
    world.ok("DeleteSubnet", &[("SubnetId", &a)]).await;
}

#[tokio::test(start_paused = true)]
async fn policies_are_of_listeners_that_can_have_them() {
    let world = World::new();
    let (_, [a, _]) = network(&world).await;
    let elb = elb(&world);
    let secure = [
        ("Listeners.member.2.Protocol", "HTTPS"),
        ("Listeners.member.2.LoadBalancerPort", "443"),
        ("Listeners.member.2.InstancePort", "8080"),
        ("Listeners.member.2.SSLCertificateId", "arn:aws:acm:eu-west-1:123456789012:certificate/one"),
        ("Subnets.member.1", a.as_str()),
    ];
    elb.ok("CreateLoadBalancer", &[&PLAIN[..], &secure].concat()).await;
    let tls = [
        ("LoadBalancerName", "web"),
        ("PolicyName", "tls"),
        ("PolicyTypeName", "SSLNegotiationPolicyType"),
        ("PolicyAttributes.member.1.AttributeName", "Reference-Security-Policy"),
        ("PolicyAttributes.member.1.AttributeValue", "ELBSecurityPolicy-TLS-1-2-2017-01"),
    ];
    elb.ok("CreateLoadBalancerPolicy", &tls).await;
    elb.refused("CreateLoadBalancerPolicy", &tls, "DuplicatePolicyName").await;
    let of = |port| [("LoadBalancerName", "web"), ("LoadBalancerPort", port), ("PolicyNames.member.1", "tls")];
    elb.refused("SetLoadBalancerPoliciesOfListener", &of("80"), "InvalidConfigurationRequest").await;
    elb.refused("SetLoadBalancerPoliciesOfListener", &of("81"), "ListenerNotFound").await;
    elb.ok("SetLoadBalancerPoliciesOfListener", &of("443")).await;
    elb.refused("DeleteLoadBalancerPolicy", &tls[..2], "InvalidConfigurationRequest").await;
    let told = elb.ok("DescribeLoadBalancers", &[]).await;
    assert!(told.contains("<PolicyNames><member>tls</member></PolicyNames>"), "{told}");
    assert!(told.contains("<OtherPolicies><member>ELBSecurityPolicy-2016-08</member><member>tls</member></OtherPolicies>"), "{told}");
}

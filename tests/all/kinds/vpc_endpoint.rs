use blogstack_aws::ec2::{EndpointPolicy, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint, VpcEndpointArgs, VpcEndpointType};
use blogstack_core::{Declare, Handle, Id, Scope};
use blogstack_sim::{Delays, Sim};
use blogstack_tests::{
    kinds::{DELETE_FIRST, Kind, create_first, same, update},
    run,
    world::World,
};

const S3: &str = "com.amazonaws.eu-west-1.s3";
const SSM: &str = "com.amazonaws.eu-west-1.ssm";

struct Network {
    vpc: Handle<Vpc>,
    tables: [Handle<RouteTable>; 2],
    subnets: [Handle<Subnet>; 2],
    groups: [Handle<SecurityGroup>; 2],
}

fn network(s: &Scope) -> Network {
    let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
    let tables = ["table", "other-table"].map(|name| s.add(name, RouteTable::new(&vpc)));
    let subnet = |name: &str, range: &str, zone: &str| s.add(name, Subnet::new(&vpc, range).availability_zone(zone));
    let subnets = [subnet("subnet", "10.0.0.0/24", "eu-west-1a"), subnet("other-subnet", "10.0.1.0/24", "eu-west-1b")];
    let groups = ["group", "other-group"].map(|name| s.add(name, SecurityGroup::new(&vpc, name)));
    Network { vpc, tables, subnets, groups }
}

fn gateway(s: &Scope, more: impl FnOnce(VpcEndpointArgs, &Network) -> VpcEndpointArgs) {
    let network = network(s);
    s.add("endpoint", more(VpcEndpoint::new(&network.vpc, S3), &network));
}

fn interface(s: &Scope, more: impl FnOnce(VpcEndpointArgs, &Network) -> VpcEndpointArgs) {
    let network = network(s);
    let endpoint = VpcEndpoint::new(&network.vpc, SSM).vpc_endpoint_type(VpcEndpointType::Interface);
    s.add("endpoint", more(endpoint, &network));
}

/// A policy that allows one action, written in one of two ways.
fn policy(action: &str, second: bool) -> EndpointPolicy {
    let text = match second {
        false => format!(r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"{action}","Resource":"*"}}]}}"#),
        true => format!(r#"{{"Statement": {{"Action": ["{action}"], "Resource": ["*"], "Principal": "*", "Effect": "Allow"}}}}"#),
    };
    text.parse().expect("a policy")
}

pub(super) const KIND: Kind = Kind {
    subject: "endpoint",
    minimal: |s| gateway(s, |endpoint, _| endpoint),
    changes: &[
        update("a table", |s| gateway(s, |e, n| e.route_tables([&n.tables[0]]))),
        update("another table", |s| gateway(s, |e, n| e.route_tables([&n.tables[1]]))),
        update("both tables", |s| gateway(s, |e, n| e.route_tables(&n.tables[..]))),
        update("the tables cleared", |s| gateway(s, |e, _| e)),
        update("a policy", |s| gateway(s, |e, _| e.policy_document(policy("s3:GetObject", false)))),
        same("the policy in other words", |s| gateway(s, |e, _| e.policy_document(policy("s3:GetObject", true)))),
        update("another policy", |s| gateway(s, |e, _| e.policy_document(policy("s3:PutObject", false)))),
        update("the policy cleared", |s| gateway(s, |e, _| e)),
        update("a tag set", |s| gateway(s, |e, _| e.tag("a", "1"))),
        update("tags cleared", |s| gateway(s, |e, _| e)),
        create_first("another service, with everything", |s| {
            let Network { vpc, tables, .. } = network(s);
            let endpoint = VpcEndpoint::new(&vpc, "com.amazonaws.eu-west-1.dynamodb").route_tables([&tables[0]]);
            s.add("endpoint", endpoint.policy_document(policy("dynamodb:GetItem", false)).tag("a", "1"));
        }),
        create_first("interfaces, none yet", |s| interface(s, |e, _| e)),
        update("a subnet", |s| interface(s, |e, n| e.subnets([&n.subnets[0]]))),
        update("another subnet", |s| interface(s, |e, n| e.subnets([&n.subnets[1]]))),
        update("a group", |s| interface(s, |e, n| e.subnets(&n.subnets[..]).security_groups([&n.groups[0]]))),
        update("another group", |s| interface(s, |e, n| e.subnets(&n.subnets[..]).security_groups([&n.groups[1]]))),
        update("no private names", |s| {
            interface(s, |e, n| e.subnets([&n.subnets[0]]).security_groups([&n.groups[1]]).private_dns_enabled(false))
        }),
        update("private names again", |s| {
            interface(s, |e, n| e.subnets([&n.subnets[0]]).security_groups([&n.groups[1]]).private_dns_enabled(true))
        }),
        create_first("all of it at once", |s| {
            let Network { vpc, subnets, groups, .. } = network(s);
            let endpoint = VpcEndpoint::new(&vpc, "com.amazonaws.eu-west-1.logs").vpc_endpoint_type(VpcEndpointType::Interface);
            let endpoint = endpoint.subnets(&subnets[..]).security_groups(&groups[..]).private_dns_enabled(true);
            s.add("endpoint", endpoint);
        }),
    ],
    creates: "CreateVpcEndpoint",
    deletes: "DeleteVpcEndpoints",
    vanish: blogstack_tests::kinds::delete,
    adopting: |s, ids| {
        s.add("endpoint", VpcEndpoint::new(Id::<Vpc>::new(&*ids["vpc"]), S3).adopt(&ids["endpoint"]));
    },
};

blogstack_tests::lives!(KIND);

/// Endpoints with interfaces take minutes to be made and deleted, and keep subnets and groups until they are gone.
#[test]
fn interfaces_are_waited_for_on_the_way_in_and_out() {
    run(async {
        let world = World::with(Sim::builder().seed(7).delays(Delays::realistic()));
        let program = |s: &Scope| interface(s, |e, n| e.subnets(&n.subnets[..]).security_groups([&n.groups[0]]));
        world.up(program).await;
        let state = world.state().await;
        let endpoint = state.records.values().find(|record| record.urn.path() == "endpoint").unwrap();
        assert_eq!(endpoint.outputs.get("state").and_then(|state| state.as_text()), Some("available"));
        world.destroy().await;
        assert!(world.sim.objects().is_empty());
    });
}

/// A subnet with the same range has to go before the new one comes, and the endpoint's interface stands in it.
#[test]
fn a_subnet_that_is_deleted_first_takes_the_endpoint_along() {
    run(async {
        let program = |range: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
                let subnet = s.add("subnet", Subnet::new(&vpc, range));
                let endpoint = VpcEndpoint::new(&vpc, SSM).vpc_endpoint_type(VpcEndpointType::Interface);
                s.add("endpoint", endpoint.subnets([&subnet]));
            }
        };
        let world = World::new();
        world.up(program("10.0.0.0/24")).await;
        let plan = world.stack(program("10.0.0.0/25")).preview().await.unwrap();
        let action = plan.steps.iter().find(|step| step.urn.path() == "endpoint").unwrap().action;
        assert_eq!(action, DELETE_FIRST);
        world.up(program("10.0.0.0/25")).await;
        assert!(world.stack(program("10.0.0.0/25")).preview().await.unwrap().is_empty());
    });
}

#[test]
fn a_table_or_a_subnet_that_is_replaced_is_let_go_first() {
    run(async {
        let named = |name: &'static str, range: &'static str| {
            move |s: &Scope| {
                let vpc = s.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(true));
                let table = s.add(name, RouteTable::new(&vpc));
                s.add("s3", VpcEndpoint::new(&vpc, S3).route_tables([&table]));
                let subnet = s.add("subnet", Subnet::new(&vpc, range).availability_zone("eu-west-1a"));
                let endpoint = VpcEndpoint::new(&vpc, SSM).vpc_endpoint_type(VpcEndpointType::Interface);
                s.add("ssm", endpoint.subnets([&subnet]));
            }
        };
        let world = World::new();
        world.up(named("a", "10.0.0.0/24")).await;
        world.up(named("b", "10.0.1.0/24")).await;
        assert!(world.stack(named("b", "10.0.1.0/24")).preview().await.unwrap().is_empty());
    });
}

#[test]
fn what_a_type_does_not_have_is_refused_before_any_call() {
    run(async {
        let wrong = |s: &Scope| {
            let Network { vpc, tables, subnets, groups } = network(s);
            s.add("a", VpcEndpoint::new(&vpc, S3).subnets([&subnets[0]]));
            s.add("b", VpcEndpoint::new(&vpc, S3).security_groups([&groups[0]]));
            s.add("c", VpcEndpoint::new(&vpc, S3).private_dns_enabled(true));
            s.add("d", VpcEndpoint::new(&vpc, SSM).vpc_endpoint_type(VpcEndpointType::Interface).route_tables([&tables[0]]));
            let silent = s.add("silent", Vpc::new("10.1.0.0/16"));
            s.add("e", VpcEndpoint::new(&silent, SSM).vpc_endpoint_type(VpcEndpointType::Interface));
            s.add("f", VpcEndpoint::new(&vpc, "s3"));
        };
        let error = World::new().stack(wrong).preview().await.unwrap_err().to_string();
        for part in [
            "`a`: field `subnets`: a gateway is in no subnet",
            "`b`: field `security_groups`: a gateway has no groups",
            "`c`: field `private_dns_enabled`: a gateway has no names",
            "`d`: field `route_tables`: no routes lead to",
            "`e`: field `vpc`: private DNS needs a network with",
            "`f`: field `service_name`: a service's name looks like",
        ] {
            assert!(error.contains(part), "no `{part}` in {error}");
        }
        let twice = |s: &Scope| {
            let Network { vpc, tables, .. } = network(s);
            s.add("a", VpcEndpoint::new(&vpc, S3).route_tables(&tables[..]));
            s.add("b", VpcEndpoint::new(&vpc, S3).route_tables([&tables[1]]));
        };
        let error = World::new().stack(twice).preview().await.unwrap_err().to_string();
        assert!(error.starts_with("`b`: ") && error.contains("`a`"), "{error}");
        let none = |s: &Scope| gateway(s, |endpoint, _| endpoint.policy_document("{}"));
        let error = World::new().stack(none).preview().await.unwrap_err().to_string();
        assert!(error.contains("field `policy_document`: the policy has no `Statement`"), "{error}");
    });
}

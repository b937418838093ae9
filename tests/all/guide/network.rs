//! The first program: a component, a stack of it, and its plan.

use blogstack_aws::{
    Cidr,
    ec2::{Subnet, Vpc, Zones},
};
use blogstack_core::{Configure, Handle, Problem, Scope};

/// How large a network is, and in how many zones.
pub struct NetworkSettings {
    pub cidr_block: Cidr,
    pub zones: u16,
}

/// A network with a public subnet in each zone: a component is a struct with a `new`, or just a function.
pub struct Network {
    pub vpc: Handle<Vpc>,
    pub public: Vec<Handle<Subnet>>,
}

impl Network {
    pub fn new(s: &Scope, settings: &NetworkSettings) -> Self {
        let zones = s.look_up(Zones::new());
        let vpc = s.add("vpc", Vpc::new(settings.cidr_block).enable_dns_hostnames(true).protect());
        let mut public = Vec::new();
        for k in 0..settings.zones {
            // Slots have a fixed size, so one more zone changes no subnet that is there.
            match settings.cidr_block.slot(24, k.into()) {
                Ok(range) => {
                    let subnet = Subnet::new(&vpc, range).availability_zone(zones.at(k.into())).map_public_ip_on_launch(true);
                    public.push(s.add(format!("public-{k}"), subnet));
                }
                Err(message) => s.problem(Problem::new("zones", message)),
            }
        }
        Self { vpc, public }
    }
}

/// A program declares and calls nothing: the engine reads, plans and applies.
pub fn blog(s: &Scope) {
    let settings = NetworkSettings { cidr_block: "10.0.0.0/16".parse().expect("a range of addresses"), zones: 2 };
    let network = Network::new(&s.child("network").tag("project", "blog"), &settings);
    s.export("vpc", &network.vpc.id);
    for subnet in &network.public {
        s.export(subnet.urn().path().trim_start_matches("network/"), &subnet.id);
    }
}

mod tests {
    use super::blog;
    use blogstack_aws::{ec2::Vpc, target::simulated};
    use blogstack_core::{
        Configure, Scope,
        display::{Style, plan_text},
        testing::{Lab, plan_of},
    };
    use blogstack_sim::Sim;
    use expect_test::expect;

    use crate::guide::own_tests::lab;

    #[tokio::test(start_paused = true)]
    async fn the_first_plan() {
        let sim = Sim::builder().seed(7).build().expect("a simulation in memory");
        let connection = simulated(sim.http_client(), &sim.instance_id(), sim.account(), sim.region());
        let plan = plan_of(connection, blog).await.expect("the program is right");
        expect![[r#"
            Plan for stack `test` of `test` on `sim`. What has the same number is done side by side:

              1 + network/vpc       create   ec2/vpc
                    cidr_block: "10.0.0.0/16"
                    enable_dns_hostnames: true
                    tags: {project: "blog"}
              2 + network/public-0  create   ec2/subnet
                    availability_zone: "eu-west-1a"
                    cidr_block: "10.0.0.0/24"
                    map_public_ip_on_launch: true
                    tags: {project: "blog"}
                    vpc: <network/vpc.id>
              2 + network/public-1  create   ec2/subnet
                    availability_zone: "eu-west-1b"
                    cidr_block: "10.0.1.0/24"
                    map_public_ip_on_launch: true
                    tags: {project: "blog"}
                    vpc: <network/vpc.id>

            3 to create.
        "#]]
        .assert_eq(&plan_text(&plan, Style::plain()));
    }

    fn changed(s: &Scope) {
        let network = s.child("network").tag("project", "blog");
        let vpc = network.add("vpc", Vpc::new("10.0.0.0/16").enable_dns_hostnames(false).protect());
        network.add("public-0", blogstack_aws::ec2::Subnet::new(&vpc, "10.0.7.0/24"));
        s.export("vpc", &vpc.id);
    }

    #[tokio::test(start_paused = true)]
    async fn a_plan_says_what_and_why() {
        let lab: Lab = lab();
        lab.stack(blog).up().await.expect("a simulation in memory");
        let plan = lab.stack(changed).preview().await.expect("the program is right");
        expect![[r#"
            Plan for stack `test` of `test` on `sim`. What has the same number is done side by side:

              1 ~ network/vpc       update   ec2/vpc
                    enable_dns_hostnames: true -> false
              1 - network/public-1  delete   ec2/subnet
              2 ± network/public-0  replace  ec2/subnet
                    the old object is deleted afterwards (number 3)
                    cidr_block: "10.0.0.0/24" -> "10.0.7.0/24"; needs a new object
                    map_public_ip_on_launch: true -> false (no longer set by the program)

            1 to update, 1 to replace, 1 to delete.
        "#]]
        .assert_eq(&plan_text(&plan, Style::plain()));
    }
}

//! Kinds for programs that must not compile.
#![allow(dead_code)]

use std::net::Ipv4Addr;

use blogstack_core::{Block, Id, Input, IntoInput, Resource, Secret, Tags, Value};

/// A range of addresses.
#[derive(Value, Debug, Clone, PartialEq)]
pub struct Cidr(String);

impl IntoInput<Cidr> for &str {
    fn into_input(self) -> Input<Cidr> {
        Cidr(self.to_owned()).into_input()
    }
}

/// A network.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "aws:ec2/vpc")]
pub struct Vpc {
    /// The range.
    #[field(replace)]
    pub cidr_block: Cidr,
    /// What it is for.
    pub description: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A part of a network.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "aws:ec2/subnet")]
pub struct Subnet {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// The range.
    #[field(replace)]
    pub cidr_block: Cidr,
}

/// What traffic may pass.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "aws:ec2/security-group")]
pub struct SecurityGroup {
    /// The network.
    #[field(replace)]
    pub vpc: Id<Vpc>,
    /// What it is for.
    pub description: String,
    /// Traffic that may come in.
    pub ingress: Option<Vec<Rule>>,
}

/// A rule of a group.
#[derive(Block, Debug, Clone, PartialEq)]
pub struct Rule {
    /// The port.
    pub port: u16,
    /// The other side.
    pub from: Option<Id<SecurityGroup>>,
}

/// A machine.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "aws:ec2/instance")]
pub struct Instance {
    /// Where it stands.
    pub subnet: Id<Subnet>,
    /// Its groups.
    pub security_groups: Option<Vec<Id<SecurityGroup>>>,
    /// What it runs first.
    pub user_data: Option<String>,
    /// How many cores it has.
    pub cores: Option<u32>,
}

/// A private way to another network.
#[derive(Resource, Debug, Clone, PartialEq)]
#[resource(type = "aws:ec2/vpn-connection")]
pub struct VpnConnection {
    /// The network.
    pub vpc: Id<Vpc>,
    /// What the other side needs to know.
    #[field(computed)]
    pub configuration: Secret<String>,
    /// The tunnels.
    #[field(computed)]
    pub tunnels: Vec<Tunnel>,
}

/// A tunnel.
#[derive(Block, Debug, Clone, PartialEq)]
pub struct Tunnel {
    /// The far end.
    pub outside_ip: Ipv4Addr,
    /// The key.
    pub psk: Secret<String>,
}

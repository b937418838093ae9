fn v1_to_v2(_: &mut blogstack_core::value::Value, _: &mut blogstack_core::value::Value) {}

/// A network with everything wrong: all of it is reported together.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc", version = 3, migrations(v1_to_v2), exclusive(cidr, owner, place = "owner"), after("vpn", sharing = "aws:ec2/vpc"))]
pub struct Vpc {
    /// Its id.
    pub id: u32,
    /// Who has it.
    #[field(computed, replace, write_only)]
    pub owner: String,
    /// Its address.
    #[field(computed, default = "10.0.0.1")]
    pub address: String,
    /// Its name.
    #[field(optional_computed, default = "vpc")]
    pub name: String,
    /// Its size.
    #[field(volatile)]
    pub size: Option<u32>,
}

/// A rule.
#[derive(blogstack_core::Block)]
pub struct Rule {
    /// The port.
    #[field(default = 80)]
    pub port: Option<u16>,
}

fn main() {}

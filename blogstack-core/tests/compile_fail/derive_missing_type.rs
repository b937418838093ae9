/// A network.
#[derive(blogstack_core::Resource)]
pub struct Vpc {
    /// The range.
    pub cidr_block: String,
}

/// A network.
#[derive(blogstack_core::Resource)]
#[resource(type = "ec2.Subnet")]
pub struct Subnet {
    /// The range.
    pub cidr_block: String,
}

fn main() {}

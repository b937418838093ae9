/// A network.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc")]
pub struct Vpc {
    pub cidr_block: String,
}

fn main() {}

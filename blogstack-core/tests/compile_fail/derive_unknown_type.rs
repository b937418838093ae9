/// A number that no record can hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio(f64);

/// A network.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc")]
pub struct Vpc {
    /// How much is used.
    pub usage: Ratio,
}

fn main() {}

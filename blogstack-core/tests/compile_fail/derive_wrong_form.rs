/// Parameters.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc")]
pub struct Vpc<T> {
    /// The range.
    pub cidr_block: Option<T>,
}

/// An enum.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc")]
pub enum Gateway {
    /// The internet's.
    Internet,
}

/// A tuple.
#[derive(blogstack_core::Block)]
pub struct Ports(u16, u16);

/// A tuple.
#[derive(blogstack_core::Value)]
pub struct Range(u16, u16);

/// An enum.
#[derive(blogstack_core::Value)]
pub enum Traffic {
    /// Some.
    Tcp(u16, u16),
    /// None.
    None,
    /// None.
    #[value(rename = "none")]
    Nothing,
}

fn main() {}

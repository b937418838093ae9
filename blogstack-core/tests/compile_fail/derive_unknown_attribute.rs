/// A network.
#[derive(blogstack_core::Resource)]
#[resource(kind = "aws:ec2/vpc")]
pub struct Vpc {
    /// The range.
    #[field(immutable)]
    pub cidr_block: String,
}

/// A rule.
#[derive(blogstack_core::Block)]
#[block(version = 1)]
pub struct Rule {
    /// The port.
    #[field(replace)]
    pub port: u16,
}

/// A protocol.
#[derive(blogstack_core::Value)]
#[value(rename_all = "Title Case")]
pub enum Protocol {
    /// TCP.
    #[value(name = "TCP")]
    Tcp,
}

fn main() {}

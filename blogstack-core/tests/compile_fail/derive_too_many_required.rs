/// A record of a name.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:route53/record")]
pub struct Record {
    /// The name.
    pub name: String,
    /// How long it may be kept.
    pub ttl: u32,
    /// Where it leads.
    pub target: std::net::Ipv4Addr,
    /// Whether it is checked.
    pub checked: bool,
}

fn main() {}

/// A connection of two networks.
#[derive(blogstack_core::Resource)]
#[resource(type = "aws:ec2/vpc-peering")]
pub struct VpcPeering {
    /// Who asks.
    pub requester: String,
    /// Who answers.
    pub accepter: String,
}

fn main() {}

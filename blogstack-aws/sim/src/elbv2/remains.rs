//! What a deleted load balancer leaves behind for a while: its network interfaces, which block the deletion of their subnets and
//! security groups, and keep the internet gateway attached.
//!
//! Source: *Delete an Application Load Balancer*; observed on AWS: minutes.

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::ec2::eip;
use crate::ec2::interface::Interface;
use crate::moment::{self, Moment};
use crate::state::object::{Kind, Object};

/// Interfaces that will be gone at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Remains {
    id: String,
    interfaces: Vec<String>,
    next_at: Moment,
}

impl Object for Remains {
    const KIND: Kind =
        Kind { name: "load-balancer-remains", prefix: "", missing: "LoadBalancerNotFound", malformed: None, sentence: "{} is gone" };

    fn id(&self) -> &str {
        &self.id
    }

    fn due(&self) -> Option<Moment> {
        Some(self.next_at)
    }

    fn is_live(&self) -> bool {
        false
    }
}

/// Lets interfaces linger.
pub(crate) fn leave(context: &mut Context<'_>, interfaces: Vec<String>) {
    let id = context.new_id("remains");
    let next_at = moment::later(context.now, context.settings.delays.load_balancer_interfaces);
    context.add(Remains { id, interfaces, next_at });
}

pub(crate) fn mature(context: &mut Context<'_>, id: &str) {
    let Some(remains) = context.region.load_balancer_remains.remove(id) else { return };
    for interface in remains.interfaces {
        eip::association::disassociate_interface(context, &interface);
        context.remove::<Interface>(&interface);
    }
}

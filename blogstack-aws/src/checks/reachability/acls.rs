//! Network ACLs: the first entry that fits decides, for answers as well.

use blogstack_core::{Data, error::Line, value::Draft};

use super::{flow::Flow, packets::Packets, path::Filter, ranges::Ranges};
use crate::{
    checks::{
        name::Name,
        network::{Networks, Part},
    },
    ec2::{AddressRange, Direction, NetworkAcl, Traffic},
};

impl Networks<'_> {
    /// What the ACL of a subnet lets in, or out.
    pub(super) fn acl(&self, part: &Part, direction: Direction) -> Filter {
        let network = self.by_name.get(&part.vpc);
        let own = part.acl.as_ref().or_else(|| network?.default_acl.as_ref());
        match (own, network) {
            (Some(name), _) => self.named_acl(name, direction),
            (None, Some(network)) if network.is_own => default_acl(&part.vpc, network.line),
            (None, _) => unknown(&format!("the default ACL of {}", part.vpc)),
        }
    }

    fn named_acl(&self, name: &Name, direction: Direction) -> Filter {
        let standing = self.plan.standing::<NetworkAcl>();
        let Some(acl) = standing.into_iter().find(|acl| Name::Declared(acl.urn().clone()) == *name) else {
            return unknown(&format!("ACL {name}"));
        };
        let field = if direction == Direction::Ingress { NetworkAcl::ingress } else { NetworkAcl::egress };
        match acl.draft(field) {
            Some(Draft::List(entries)) => decided(&format!("ACL {name}"), acl.line(), entries, direction),
            _ => unknown(&format!("ACL {name}")),
        }
    }
}

/// As AWS makes it: all of IPv4 passes, and all of IPv6 where the network has it.
fn default_acl(vpc: &Name, line: Option<Line>) -> Filter {
    Filter::known(format!("the default ACL of {vpc}"), line, Packets::all())
}

fn unknown(what: &str) -> Filter {
    Filter::doubtful(what, None, Packets::all(), format!("what {what} lets pass"))
}

/// An entry, as far as it is known.
struct Entry {
    allows: bool,
    /// What fits it surely.
    surely: Packets,
    /// What fits it for some of the values that are not known.
    perhaps: Packets,
}

/// Goes through the entries in their order.
fn decided(what: &str, line: Option<Line>, entries: &[Draft], direction: Direction) -> Filter {
    let mut numbered: Vec<(i64, &Draft)> = Vec::new();
    for entry in entries {
        let Some(Draft::Int(number)) = entry.get("rule_number") else { return unknown(what) };
        numbered.push((*number, entry));
    }
    numbered.sort_by_key(|(number, _)| *number);
    let (mut passes, mut doubts) = (Flow::none(), Vec::new());
    // What no earlier entry decides: surely none, and perhaps none.
    let (mut surely_left, mut perhaps_left) = (Packets::all(), Packets::all());
    for (number, draft) in numbered {
        let Entry { allows, surely, perhaps } = read(draft, direction);
        if !perhaps.minus(&surely).is_empty() {
            doubts.push((perhaps.clone(), format!("what entry {number} of {what} is about")));
        }
        if allows {
            passes = passes.or(Flow { surely: surely.and(&surely_left), perhaps: perhaps.and(&perhaps_left) });
        }
        surely_left = surely_left.minus(&perhaps);
        perhaps_left = perhaps_left.minus(&surely);
    }
    Filter { passes, doubts, ..Filter::known(what, line, Packets::none()) }
}

fn read(draft: &Draft, direction: Direction) -> Entry {
    let allows = draft.get("rule_action") == Some(&Draft::text("allow"));
    let services = known::<Traffic>(draft.get("traffic")).map(Ranges::from);
    let addresses = known::<AddressRange>(draft.get("range")).map(|range| match range {
        AddressRange::Cidr(range) => Ranges::from(range.net()),
        AddressRange::Ipv6Cidr(range) => Ranges::from(range.net()),
    });
    let packets = |addresses: &Ranges, services: &Ranges| match direction {
        Direction::Ingress => Packets::of(addresses, &Ranges::everywhere(), services),
        Direction::Egress => Packets::of(&Ranges::everywhere(), addresses, services),
    };
    let (all, any) = (Ranges::everywhere(), Ranges::services());
    let perhaps = packets(addresses.as_ref().unwrap_or(&all), services.as_ref().unwrap_or(&any));
    let surely = addresses.zip(services).map_or(Packets::none(), |(addresses, services)| packets(&addresses, &services));
    Entry { allows, surely, perhaps }
}

fn known<T: Data>(draft: Option<&Draft>) -> Option<T> {
    T::decode(&draft?.known()?).ok()
}

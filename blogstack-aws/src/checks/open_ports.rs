//! Ports for administrators and databases that the world may knock at.

use std::collections::BTreeMap;

use blogstack_core::{Problem, error::Line, plan::Plan};

use super::{
    also,
    name::Name,
    network::Networks,
    problem,
    reachability::{Opening, Ranges},
};
use crate::ec2::{Direction, SecurityGroup, Traffic};

/// What nobody opens to the world on purpose.
const PORTS: [(u16, &str); 11] = [
    (22, "SSH"),
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (3306, "MySQL"),
    (3389, "remote desktops"),
    (5432, "PostgreSQL"),
    (6379, "Redis"),
    (9042, "Cassandra"),
    (9200, "Elasticsearch"),
    (11211, "memcached"),
    (27017, "MongoDB"),
];

/// As many addresses of the internet as a /8 has: whoever lets more in, in however many pieces, lets in the world.
const WORLD: u128 = 1 << 24;

/// The same of IPv6: a /32, which is what a provider gets.
const WORLD_IPV6: u128 = 1 << 96;

/// A problem for each security group that lets the world in at a port for administrators or databases: by all its rules together, in
/// halves or in smaller pieces, over IPv4 or IPv6; and where it lets in a prefix list, of which nobody knows what it holds.
///
/// Ranges that are known only after apply are not looked at.
pub fn open_ports(plan: &Plan) -> Vec<Problem> {
    let networks = Networks::of(plan);
    let mut problems = Vec::new();
    for group in plan.standing::<SecurityGroup>() {
        let name = Name::Declared(group.urn().clone());
        let mut openings = Vec::new();
        networks.openings(&name, Direction::Ingress, &mut |opening| openings.push(opening));
        let mut complaints: BTreeMap<(String, Option<Line>), Vec<String>> = BTreeMap::new();
        for (port, what) in PORTS {
            let fits = |opening: &&Opening| !opening.services.and(&Ranges::from(Traffic::Tcp(port.into()))).is_empty();
            if let Some((how, line)) = complaint(&openings.iter().filter(fits).collect::<Vec<_>>()) {
                complaints.entry((how, line)).or_default().push(format!("{what} (tcp {port})"));
            }
        }
        for ((how, line), ports) in complaints {
            let message = format!("it lets {how} in at {}", ports.join(", "));
            let problem = problem(group.urn(), group.line(), message).hint("let in only the ranges or groups that need it");
            problems.push(also(problem, line.filter(|line| Some(*line) != group.line()), "the rule"));
        }
    }
    problems
}

/// Who is let in, and the line of the rule that lets in the most.
fn complaint(openings: &[&Opening]) -> Option<(String, Option<Line>)> {
    let known = openings.iter().filter(|opening| opening.doubt.is_none());
    let all = known.fold(Ranges::default(), |all, opening| all.or(&opening.addresses));
    let widest = |among: &Ranges| {
        let size = |opening: &&&Opening| opening.addresses.and(among).size();
        openings.iter().filter(|opening| opening.doubt.is_none()).max_by_key(size).and_then(|opening| opening.line)
    };
    for (world, least, who) in [(Ranges::internet(), WORLD, "the world"), (Ranges::internet_ipv6(), WORLD_IPV6, "the world, over IPv6,")] {
        if all.and(&world).size() > least {
            return Some((who.to_owned(), widest(&world)));
        }
    }
    let list = openings.iter().find_map(|opening| Some((opening.prefix_list.as_ref()?, opening.line)));
    list.map(|(list, line)| (format!("prefix list `{list}`, of which nobody knows what it holds,"), line))
}

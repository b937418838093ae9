//! The questions, their answers, and assertions for tests.

use std::fmt::Write as _;

use blogstack_core::{Problem, Problems, error::Line, plan::Plan};

use super::{
    endpoints::{Endpoint, Place},
    internet::Found,
    packets::Packets,
    path::{Hop, Obstacle, Path, Way},
    ranges::Ranges,
};
use crate::{
    checks::{network::Networks, subject::Subject},
    ec2::Traffic,
};

/// The answer to a question.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Packets get there, whatever is not known: the ways, those that are sure first.
    Reached(Vec<Path>),
    /// Packets may get there: that depends on [what is not known](Path::unknown), or only some of those that were asked for do.
    Perhaps(Vec<Path>),
    /// No packet gets there: what stops them on each way.
    Unreached(Vec<Obstacle>),
}

impl Verdict {
    /// The ways on which packets get there, surely or perhaps.
    pub fn paths(&self) -> &[Path] {
        match self {
            Self::Reached(paths) | Self::Perhaps(paths) => paths,
            Self::Unreached(_) => &[],
        }
    }
}

/// How the internet reaches something: directly, over a VPN or a peering connection whose other side is not declared, over IPv6, through
/// an instance that passes packets on, or through a load balancer. One packet of any protocol is enough, whether it is answered or not.
///
/// # Errors
/// When nothing of the plan, or more than one thing, that stands in a subnet is called so.
pub fn from_internet(plan: &Plan, subject: &(impl Subject + ?Sized)) -> Result<Verdict, Problem> {
    let networks = Networks::of(plan);
    let all = networks.endpoints();
    let to = one(&all, subject)?;
    let mut found = networks.ways_in(to, &all);
    #[cfg(any(feature = "elb", feature = "elbv2"))]
    {
        let Found { paths, obstacles } = networks.through_balancers(to, &all);
        found.paths.extend(paths);
        found.obstacles.extend(obstacles);
    }
    found.paths.sort_by_key(|path| (!path.is_certain(), path.way()));
    Ok(match found.paths.first() {
        None => Verdict::Unreached(found.obstacles),
        Some(first) if first.is_certain() => Verdict::Reached(found.paths),
        Some(_) => Verdict::Perhaps(found.paths),
    })
}

/// Whether something gets an answer from something else: within the network or over a peering connection. Reached is when every packet of
/// `traffic` arrives and every answer comes back to the ports 32768 to 60999; unreached is when no packet arrives, also not over the
/// internet.
///
/// # Errors
/// When nothing of the plan, or more than one thing, that stands in a subnet is called so.
pub fn between(plan: &Plan, from: &(impl Subject + ?Sized), to: &(impl Subject + ?Sized), traffic: Traffic) -> Result<Verdict, Problem> {
    let networks = Networks::of(plan);
    let all = networks.endpoints();
    let (from, to, services) = (one(&all, from)?, one(&all, to)?, Ranges::from(traffic));
    let (mut found, mut complete) = (Found::default(), true);
    for (from, to) in from.places.iter().flat_map(|from| to.places.iter().map(move |to| (from, to))) {
        let asked = Packets::of(&from.addresses, &to.addresses, &services);
        let whole = [networks.inside(from, to, asked), networks.answers(from, to, &services)];
        complete &= whole.iter().all(|path| path.as_ref().is_ok_and(|path| path.lost().is_none()));
        let [there, back] = whole;
        if let (Ok(_), Err(obstacle)) = (&there, back) {
            found.obstacles.push(*obstacle);
        }
        found.take(there);
        found.paths.extend(networks.relayed(from, to, &services, &all));
        found.paths.extend(over_the_internet(&networks, from, to, &services));
    }
    Ok(match (found.paths.is_empty(), complete) {
        (true, _) => Verdict::Unreached(found.obstacles),
        (false, true) => Verdict::Reached(found.paths),
        (false, false) => Verdict::Perhaps(found.paths),
    })
}

/// Out by a gateway and in again, to a public address.
fn over_the_internet(networks: &Networks<'_>, from: &Place, to: &Place, services: &Ranges) -> Option<Path> {
    let out = networks.outward(from, services).ok()?;
    let arrived = networks.by_gateway(to).ok()?;
    let both = out.flow.perhaps.services().and(&arrived.flow.perhaps.services());
    (!both.is_empty()).then(|| out.then(arrived))
}

fn one<'a>(all: &'a [Endpoint], subject: &(impl Subject + ?Sized)) -> Result<&'a Endpoint, Problem> {
    let found: Vec<&Endpoint> = all.iter().filter(|endpoint| subject.is(&endpoint.urn)).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let hint = "instances, network interfaces, load balancers, caches and endpoints of services do";
            Err(Problem::new(subject.name(), "nothing of this name stands in a subnet").hint(hint))
        }
        several => {
            let urns = several.iter().map(|endpoint| format!("`{}`", endpoint.urn)).collect::<Vec<_>>().join(", ");
            Err(Problem::new(subject.name(), format!("more than one thing has this name: {urns}")).hint("give the whole name"))
        }
    }
}

/// Proves that no packet from the internet gets to something.
///
/// # Panics
/// When one may: the message tells the way, the lines that open it, and what is not known.
#[track_caller]
pub fn assert_unreachable_from_internet(plan: &Plan, subject: &(impl Subject + ?Sized)) {
    let paths = answer(from_internet(plan, subject)).paths().to_vec();
    assert!(paths.is_empty(), "{}", told(&subject.name(), "the internet reaches it", &paths));
}

/// Proves that packets from the internet get to something through load balancers only.
///
/// # Panics
/// When one may get there otherwise, as [`assert_unreachable_from_internet`], or when none gets there at all.
#[track_caller]
pub fn assert_only_through_balancers(plan: &Plan, subject: &(impl Subject + ?Sized)) {
    let verdict = answer(from_internet(plan, subject));
    let others: Vec<Path> = verdict.paths().iter().filter(|path| path.way() != Way::Balancer).cloned().collect();
    assert!(others.is_empty(), "{}", told(&subject.name(), "the internet reaches it without a load balancer", &others));
    assert!(!verdict.paths().is_empty(), "`{}`: no load balancer leads to it from the internet", subject.name());
}

/// Proves that every packet of some traffic gets from one thing to another, and every answer back.
///
/// # Panics
/// When one may not: the message tells what stops it.
#[track_caller]
pub fn assert_can_reach(plan: &Plan, from: &(impl Subject + ?Sized), to: &(impl Subject + ?Sized), traffic: Traffic) {
    let missing = missing(plan, from, to, traffic).unwrap_or_else(|problem| Some(problem.to_string()));
    assert!(missing.is_none(), "{}", missing.unwrap_or_default());
}

/// What is missing for a complete conversation.
fn missing(plan: &Plan, from: &(impl Subject + ?Sized), to: &(impl Subject + ?Sized), traffic: Traffic) -> Result<Option<String>, Problem> {
    let networks = Networks::of(plan);
    let all = networks.endpoints();
    let (sender, receiver, services) = (one(&all, from)?, one(&all, to)?, Ranges::from(traffic));
    for (here, there) in sender.places.iter().flat_map(|here| receiver.places.iter().map(move |there| (here, there))) {
        let asked = Packets::of(&here.addresses, &there.addresses, &services);
        for (what, way) in [("", networks.inside(here, there, asked)), ("the answers to ", networks.answers(here, there, &services))] {
            let begin = format!("`{}`: {what}{traffic} from `{}`", to.name(), from.name());
            let told = match way {
                Err(obstacle) => format!("{begin} {}: {obstacle}\n{}", "does not get through", lines([&obstacle.at])),
                Ok(path) => match path.lost() {
                    None => continue,
                    Some(hop) if hop.unknown.is_empty() => {
                        format!("{begin} does not all get through: {path}, stopped in part by {}\n{}", hop.what, lines([hop]))
                    }
                    Some(hop) => format!("{begin} may not get through: {path}\n{}", lines([hop])),
                },
            };
            return Ok(Some(told));
        }
    }
    Ok(None)
}

/// Proves that no packet of some traffic gets from one thing to another, neither inside nor over the internet.
///
/// # Panics
/// When one may: the message tells the way, the lines that open it, and what is not known.
#[track_caller]
pub fn assert_cannot_reach(plan: &Plan, from: &(impl Subject + ?Sized), to: &(impl Subject + ?Sized), traffic: Traffic) {
    let paths = answer(between(plan, from, to, traffic)).paths().to_vec();
    assert!(paths.is_empty(), "{}", told(&to.name(), &format!("`{}` reaches it", from.name()), &paths));
}

#[track_caller]
fn answer(verdict: Result<Verdict, Problem>) -> Verdict {
    verdict.unwrap_or_else(|problem| panic!("{}", Problems(vec![problem])))
}

/// Each way on a line of its own, below it the lines of the program and what is not known.
fn told(name: &str, what: &str, paths: &[Path]) -> String {
    let mut text = format!("`{name}`: {what}");
    for path in paths {
        let may = if path.is_certain() { "" } else { "perhaps " };
        let _ = write!(text, "\n  {may}{path}\n{}", lines(path.hops()));
    }
    text
}

fn lines<'a>(hops: impl IntoIterator<Item = &'a Hop>) -> String {
    let mut text = String::new();
    for hop in hops {
        if let Some(line) = hop.line {
            let _ = writeln!(text, "    --> {}: {}", place(line), hop.what);
        }
        for unknown in &hop.unknown {
            let _ = writeln!(text, "    not known: {unknown}");
        }
    }
    text.trim_end().to_owned()
}

fn place(line: Line) -> String {
    line.to_string()
}

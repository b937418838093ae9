//! Checks of a plan: what AWS would take, and nobody wants. No call is made.
//!
//! Each is a function over a [`Plan`](blogstack_core::plan::Plan), for a program's own tests; each problem names the lines of the program
//! that it is about.
//!
//! ```
//! # async fn doc(connection: blogstack_core::target::Connection, program: fn(&blogstack_core::Scope)) {
//! use blogstack_aws::checks::{self, assert_none, assert_unreachable_from_internet};
//! use blogstack_core::testing::plan_of;
//!
//! let plan = plan_of(connection, program).await.expect("the program is right");
//! assert_none(&checks::open_ports(&plan));
//! assert_none(&checks::keys(&plan));
//! assert_unreachable_from_internet(&plan, "db");
//! # }
//! ```

mod capacity;
mod keys;
mod name;
mod network;
mod open_ports;
mod ranges;
mod reachability;
mod stars;
mod subject;
#[cfg(feature = "elbv2")]
mod zones;

#[cfg(feature = "elbv2")]
pub use self::zones::zones;
pub use self::{
    capacity::capacity,
    keys::keys,
    open_ports::open_ports,
    ranges::ranges,
    reachability::{
        Hop, Obstacle, Packet, Path, Verdict, Way, assert_can_reach, assert_cannot_reach, assert_only_through_balancers,
        assert_unreachable_from_internet, between, from_internet,
    },
    stars::stars,
    subject::Subject,
};

use std::fmt::Write as _;

use blogstack_core::{Problem, Urn, error::Line};

use crate::ec2::{Rule, Traffic};

/// TCP to a port.
pub fn tcp(port: u16) -> Traffic {
    Rule::tcp(port)
}

/// UDP to a port.
pub fn udp(port: u16) -> Traffic {
    Rule::udp(port)
}

/// For tests: there are no problems.
///
/// # Panics
/// When there are: the message tells each, with the lines of the program.
#[track_caller]
pub fn assert_none(problems: &[Problem]) {
    let mut text = String::new();
    for problem in problems {
        let _ = writeln!(text, "{problem}");
        let lines = problem.line.map(|line| (line, "declared here")).into_iter().chain(problem.related);
        for (line, what) in lines {
            let _ = writeln!(text, "  --> {line}: {what}");
        }
    }
    assert!(problems.is_empty(), "{}", text.trim_end());
}

/// A problem with a resource. What is declared no longer has no line.
fn problem(urn: &Urn, line: Option<Line>, message: String) -> Problem {
    Problem { line, ..Problem::new(urn.path(), message) }
}

/// With a second line, if there is one.
fn also(problem: Problem, line: Option<Line>, what: &'static str) -> Problem {
    Problem { related: line.map(|line| (line, what)), ..problem }
}

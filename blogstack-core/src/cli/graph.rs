//! `graph`: draws what the program declares.

use std::fmt::Write as _;

use super::{args::GraphFormat, context::Context, exit::Exit, failure::Failure};
use crate::graph::Graph;

pub(super) async fn run(context: &Context<'_>, format: GraphFormat) -> Result<Exit, Failure> {
    let program = context.program()?;
    let deployment = context.deployment(context.connect().await?, program)?;
    let graph = deployment.declare()?;
    context.console.result(&match format {
        GraphFormat::Dot => dot(&graph, &context.stack),
        GraphFormat::Mermaid => mermaid(&graph),
    });
    Ok(Exit::Done)
}

/// For Graphviz.
fn dot(graph: &Graph, stack: &str) -> String {
    let mut text = format!("digraph {} {{\n  rankdir = LR\n  node [shape = box]\n", quoted(stack));
    for urn in graph.urns() {
        let _ = writeln!(text, "  {} [label = {}]", quoted(urn.as_str()), quoted(&format!("{}\n{}", urn.path(), urn.short_kind())));
    }
    for (from, to) in graph.edges() {
        let _ = writeln!(text, "  {} -> {}", quoted(from.as_str()), quoted(to.as_str()));
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// For Mermaid: nodes are numbered, since their names may hold anything.
fn mermaid(graph: &Graph) -> String {
    let mut text = "flowchart LR\n".to_owned();
    let urns: Vec<_> = graph.urns().collect();
    for (number, urn) in urns.iter().enumerate() {
        let label = format!("{}<br>{}", urn.path(), urn.short_kind()).replace('"', "#quot;");
        let _ = writeln!(text, "  n{number}[\"{label}\"]");
    }
    let number = |wanted| urns.iter().position(|urn| *urn == wanted);
    for (from, to) in graph.edges() {
        if let (Some(from), Some(to)) = (number(from), number(to)) {
            let _ = writeln!(text, "  n{from} --> n{to}");
        }
    }
    text
}

//! What a program declared, complete before anything runs.

use std::{collections::BTreeSet, sync::Arc};

use indexmap::IndexMap;

pub use crate::declaration::{Home, Node, Query};
use crate::{data::Data, declaration::Options, error::Line, expr::Expr, urn::Urn};

/// A kind of question: an image by its name, the zones of a region. Its fields are the question.
pub trait Lookup: Data {
    /// Its stable name: `aws:ec2/image`.
    const TYPE: &'static str;
    /// Not tied to a region.
    const GLOBAL: bool = false;
    /// The form of the answer.
    type Answer: Data + Send;
}

/// One declared resource.
pub(crate) struct Declared {
    pub(crate) node: Arc<Node>,
    /// In the order of the schema; only those the program set.
    pub(crate) inputs: Vec<(&'static str, Expr)>,
    pub(crate) options: Options,
}

impl Declared {
    /// The nodes it refers to or depends on, with repetition.
    pub(crate) fn references(&self) -> Vec<&Arc<Node>> {
        let mut found: Vec<&Arc<Node>> = Vec::new();
        for (_, expr) in &self.inputs {
            expr.visit(&mut |inner| {
                if let Expr::Field { node, .. } = inner {
                    found.push(node);
                }
            });
        }
        found.extend(&self.options.depends_on);
        found
    }
}

/// A value that a stack shows.
pub(crate) struct Export {
    pub(crate) expr: Expr,
    pub(crate) line: Line,
}

/// Resources, look-ups and exports of a program, in the order of declaration.
#[derive(Default)]
pub struct Graph {
    pub(crate) declared: Vec<Declared>,
    pub(crate) queries: Vec<Arc<Query>>,
    pub(crate) exports: IndexMap<String, Export>,
}

impl Graph {
    /// An empty program's: what `destroy` plans.
    pub fn empty() -> Self {
        Self::default()
    }

    /// How many resources are declared.
    pub fn len(&self) -> usize {
        self.declared.len()
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.declared.is_empty()
    }

    /// The declared resources, in the order of declaration.
    pub fn urns(&self) -> impl Iterator<Item = &Urn> {
        self.declared.iter().map(|declared| &declared.node.urn)
    }

    /// Each resource with each one that it refers to or depends on, once, in the order of declaration.
    pub fn edges(&self) -> Vec<(&Urn, &Urn)> {
        let mut edges = Vec::new();
        for declared in &self.declared {
            let mut seen = BTreeSet::new();
            let references = declared.references().into_iter().map(|node| &node.urn);
            edges.extend(references.filter(|urn| seen.insert(*urn)).map(|urn| (&declared.node.urn, urn)));
        }
        edges
    }
}

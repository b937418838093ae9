//! What a program declared, complete before anything runs.

use std::{collections::BTreeSet, fmt, sync::Arc};

use indexmap::IndexMap;

use crate::{
    data::Data,
    error::Line,
    expr::Expr,
    options::Options,
    shape::Schema,
    urn::{Urn, hex},
    value::Value,
};

/// The account and region in which an object lives, and how it is reached there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Home {
    /// The account's id.
    pub account: String,
    /// The role through which the account is reached, as the cloud names it; absent where the run's own credentials are those of
    /// the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The region; absent for kinds that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

impl Home {
    /// A place in the account to which the run's own credentials belong.
    pub fn new(account: impl Into<String>, region: Option<&str>) -> Self {
        Self { account: account.into(), role: None, region: region.map(ToOwned::to_owned) }
    }

    /// Where that is, however it is reached.
    pub(crate) fn place(&self) -> (&str, Option<&str>) {
        (&self.account, self.region.as_deref())
    }
}

/// The identity of a declared resource, shared by everything that refers to it.
#[doc(hidden)]
pub struct Node {
    pub(crate) urn: Urn,
    pub(crate) schema: &'static Schema,
    pub(crate) home: Home,
    pub(crate) line: Line,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.urn)
    }
}

/// A question to the cloud whose answer a program uses: see [`Scope::look_up`](crate::Scope::look_up).
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Query {
    pub(crate) kind: &'static str,
    pub(crate) home: Home,
    pub(crate) question: Value,
    pub(crate) latest: bool,
    pub(crate) line: Line,
}

impl Query {
    /// Its name in state: the same question in the same place has the same answer.
    pub(crate) fn key(&self) -> String {
        let text = format!("{}\n{}\n{:?}\n{:?}", self.kind, self.home.account, self.home.region, self.question);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        format!("{}:{}", self.kind, &hex(digest.as_ref())[..16])
    }

    /// For people: `aws:ec2/image {"name": "al2023-*"}`.
    pub(crate) fn describe(&self) -> String {
        format!("{} {:?}", self.kind.split_once(':').map_or(self.kind, |(_, rest)| rest), self.question)
    }
}

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

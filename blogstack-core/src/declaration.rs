//! What a declaration is, besides its inputs: which resource, where, and how the engine is to treat it. Everything else of the
//! program's side refers to it.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    error::Line,
    shape::Schema,
    urn::{Urn, hex},
    value::Value,
};

/// The account and region in which an object lives, and how it is reached there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
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

/// The options of one declaration.
#[derive(Clone, Default)]
#[doc(hidden)]
pub struct Options {
    pub(crate) protect: bool,
    pub(crate) retain: bool,
    pub(crate) adopt: Option<String>,
    pub(crate) depends_on: Vec<Arc<Node>>,
    pub(crate) ignore_changes: Vec<Vec<String>>,
    pub(crate) replace_on: Vec<Vec<String>>,
    pub(crate) delete_before_replace: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deleted_with: Option<Arc<Node>>,
    pub(crate) aliases: Vec<String>,
}

impl Options {
    /// Adds what a scope asks of everything in it.
    pub(crate) fn inherit(&mut self, scope: &Self) {
        self.protect |= scope.protect;
        self.retain |= scope.retain;
        self.delete_before_replace |= scope.delete_before_replace;
        self.depends_on.extend(scope.depends_on.iter().cloned());
        self.timeout = self.timeout.or(scope.timeout);
        if self.deleted_with.is_none() {
            self.deleted_with.clone_from(&scope.deleted_with);
        }
    }
}

//! Where a program declares its resources.

use std::{cell::RefCell, collections::BTreeMap, panic::Location, rc::Rc, sync::Arc};

use indexmap::IndexMap;

use crate::{
    data::Tags,
    declaration::Options,
    error::{Line, Problem, Problems},
    expr::Expr,
    graph::{Declared, Export, Graph, Home, Lookup, Node, Query},
    options::Configure,
    output::{Output, Public},
    resource::{Args, Handle, Resource},
    secret::Secret,
    shape::{Presence, Schema, Shape},
    urn::{Urn, check_name},
    value::Value,
};

/// A place in which resources are declared: a path, a region, tags and options.
///
/// A component is a plain function of a scope, or `Struct::new(&scope, settings)`. A scope cannot be sent between threads, so
/// no resource can be declared inside [`Output::map`].
#[derive(Clone)]
pub struct Scope {
    under_way: Rc<RefCell<UnderWay>>,
    path: String,
    home: Home,
    tags: Tags,
    options: Options,
    aliases: Vec<String>,
}

#[derive(Default)]
struct UnderWay {
    graph: Graph,
    lines: IndexMap<Urn, Line>,
    problems: Vec<Problem>,
}

/// Runs a program's declarations: the complete graph, or every problem found.
pub fn declare(home: Home, program: impl FnOnce(&Scope)) -> Result<Graph, Problems> {
    let under_way = Rc::new(RefCell::new(UnderWay::default()));
    let scope = Scope {
        under_way: under_way.clone(),
        path: String::new(),
        home,
        tags: Tags::new(),
        options: Options::default(),
        aliases: Vec::new(),
    };
    program(&scope);
    let done = under_way.take();
    Problems(done.problems).none_or(done.graph)
}

impl Scope {
    /// A part of the program, with a path of its own.
    #[track_caller]
    pub fn child(&self, name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        self.check(name, Location::caller());
        let aliases = self.aliases.iter().map(|path| format!("{path}/{name}")).collect();
        Self { path: self.join(name), aliases, ..self.clone() }
    }

    /// The same place in another region.
    pub fn in_region(&self, region: impl Into<String>) -> Self {
        Self { home: Home { region: Some(region.into()), ..self.home.clone() }, ..self.clone() }
    }

    /// The same place in another account, which is reached through a role, as the cloud names it.
    pub fn in_account(&self, account: impl Into<String>, role: impl Into<String>) -> Self {
        Self { home: Home { account: account.into(), role: Some(role.into()), ..self.home.clone() }, ..self.clone() }
    }

    /// Its path in the program; empty at the top.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The account in which resources are declared here.
    pub fn account(&self) -> &str {
        &self.home.account
    }

    /// The region in which resources are declared here.
    pub fn region(&self) -> &str {
        self.home.region.as_deref().unwrap_or("global")
    }

    /// Tags everything declared here. A resource's own tag of that name wins.
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// The path that this part of the program had before it was renamed.
    pub fn alias(mut self, path: impl Into<String>) -> Self {
        self.aliases.push(path.into());
        self
    }

    fn join(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) }
    }

    fn check(&self, name: &str, line: Line) {
        if let Err(message) = check_name(name) {
            self.problem(Problem::new(self.join(name), message).at(line));
        }
    }

    /// Notes something wrong with the program; all problems are reported together, before any call.
    pub fn problem(&self, problem: Problem) {
        self.under_way.borrow_mut().problems.push(problem);
    }

    /// Declares a resource. Nothing is sent anywhere.
    #[track_caller]
    pub fn add<A: Args>(&self, name: impl AsRef<str>, args: A) -> Handle<A::Resource> {
        let line = Location::caller();
        let schema = A::Resource::SCHEMA;
        let (inputs, options) = args.into_parts();
        Handle::new(self.add_erased(name.as_ref(), schema, inputs, options, line))
    }

    fn add_erased(
        &self,
        name: &str,
        schema: &'static Schema,
        mut inputs: Vec<(&'static str, Expr)>,
        mut options: Options,
        line: Line,
    ) -> Arc<Node> {
        self.check(name, line);
        options.inherit(&self.options);
        options.aliases.extend(self.aliases.iter().map(|path| format!("{path}/{name}")));
        self.add_tags(name, schema, &mut inputs, line);
        inputs.sort_by_key(|(name, _)| schema.fields.iter().position(|field| field.name == *name));
        let region = if schema.global { None } else { self.home.region.clone() };
        let home = Home { region, ..self.home.clone() };
        let node = Arc::new(Node { urn: Urn::new(&self.join(name), schema.kind), schema, home, line });
        let declared = Declared { node: node.clone(), inputs, options };
        let mut under_way = self.under_way.borrow_mut();
        let problems = problems_of(&declared);
        under_way.problems.extend(problems);
        if let Some(first) = under_way.lines.insert(node.urn.clone(), line) {
            let twice = Problem::new(node.urn.path(), format!("two resources of kind {} have this name", node.urn.short_kind()));
            under_way.problems.push(twice.at(line).related(first, "the first one"));
        }
        under_way.graph.declared.push(declared);
        node
    }

    fn add_tags(&self, name: &str, schema: &Schema, inputs: &mut Vec<(&'static str, Expr)>, line: Line) {
        if self.tags.is_empty() || schema.field("tags").is_none_or(|field| !field.is_input()) {
            return;
        }
        let mut tags: BTreeMap<String, Expr> =
            self.tags.iter().map(|(key, value)| (key.clone(), Expr::Literal(Value::text(value)))).collect();
        match inputs.iter_mut().find(|(name, _)| *name == "tags") {
            Some((_, Expr::Object(own))) => {
                tags.append(own);
                *own = tags;
            }
            Some((_, Expr::Literal(Value::Map(own)))) => {
                tags.extend(own.iter().map(|(key, value)| (key.clone(), Expr::Literal(value.clone()))));
                *own = BTreeMap::new();
                inputs.retain(|(name, _)| *name != "tags");
                inputs.push(("tags", Expr::Object(tags)));
            }
            Some(_) => {
                let problem = Problem::new(self.join(name), "its tags come from an output, so the tags of its scope cannot be added");
                self.problem(problem.hint("set the tags one by one with `.tag(key, value)`; the values may be outputs").at(line));
            }
            None => inputs.push(("tags", Expr::Object(tags))),
        }
    }

    /// Asks the cloud before planning. The answer is kept in state and stays the same until `--refresh-lookups`, so that a newer
    /// image, say, does not replace every server.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a question is written where it is asked")]
    pub fn look_up<L: Lookup>(&self, question: L) -> Output<L::Answer> {
        self.ask(&question, false, Location::caller())
    }

    /// As [`Scope::look_up`], but takes the newest answer on every run.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a question is written where it is asked")]
    pub fn look_up_latest<L: Lookup>(&self, question: L) -> Output<L::Answer> {
        self.ask(&question, true, Location::caller())
    }

    fn ask<L: Lookup>(&self, question: &L, latest: bool, line: Line) -> Output<L::Answer> {
        let region = if L::GLOBAL { None } else { self.home.region.clone() };
        let home = Home { region, ..self.home.clone() };
        let query = Arc::new(Query { kind: L::TYPE, home, question: question.encode(), latest, line });
        self.under_way.borrow_mut().graph.queries.push(query.clone());
        Output::from_expr(Expr::Answer { query, path: Vec::new() })
    }

    /// Shows a value of the stack, under this scope's path.
    #[track_caller]
    pub fn export<T: Public>(&self, name: &str, value: &Output<T>) {
        self.export_expr(name, value.expr().clone(), Location::caller());
    }

    /// Keeps a secret value of the stack, encrypted; it is shown only on request.
    #[track_caller]
    pub fn export_secret<T>(&self, name: &str, value: &Output<Secret<T>>) {
        self.export_expr(name, Expr::Secret(Box::new(value.expr().clone())), Location::caller());
    }

    fn export_expr(&self, name: &str, expr: Expr, line: Line) {
        self.check(name, line);
        let name = self.join(name);
        let mut under_way = self.under_way.borrow_mut();
        if let Some(first) = under_way.graph.exports.get(&name) {
            let twice = Problem::new(&name, "two values are exported under this name").at(line).related(first.line, "the first one");
            under_way.problems.push(twice);
        }
        under_way.graph.exports.insert(name, Export { expr, line });
    }
}

impl Configure for Scope {
    fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }
}

fn problems_of(declared: &Declared) -> Vec<Problem> {
    let node = &declared.node;
    let problem = |message: String| Problem::new(node.urn.path(), message).at(node.line);
    let mut problems = Vec::new();
    for field in node.schema.fields.iter().filter(|field| field.presence == Presence::Required) {
        if !declared.inputs.iter().any(|(name, _)| *name == field.name) {
            problems.push(problem(format!("the required field `{}` is not set", field.name)));
        }
    }
    for (name, expr) in &declared.inputs {
        let any_region = node.schema.field(name).is_some_and(|field| field.any_region);
        expr.visit(&mut |inner| match inner {
            Expr::Invalid(message) => problems.push(problem(format!("field `{name}`: {message}"))),
            Expr::Field { node: other, path } if !any_region => problems.extend(elsewhere(node, other, name, path)),
            _ => {}
        });
    }
    problems
}

/// An id means nothing in another region or account; other fields (an address, a name) do.
fn elsewhere(node: &Node, other: &Node, field: &str, path: &[String]) -> Option<Problem> {
    let is_reference = path
        .first()
        .is_some_and(|first| first == "id" || other.schema.field(first).is_some_and(|field| matches!(field.shape, Shape::Reference(_))));
    let (here, there) = match (&node.home.region, &other.home.region) {
        _ if node.home.account != other.home.account => {
            (format!("account {}", node.home.account), format!("account {}", other.home.account))
        }
        (Some(here), Some(there)) if here != there => (here.clone(), there.clone()),
        _ => return None,
    };
    is_reference.then(|| {
        let message = format!("it is in {here}, but its field `{field}` refers to `{}` in {there}", other.urn.path());
        Problem::new(node.urn.path(), message).at(node.line).related(other.line, "declared")
    })
}

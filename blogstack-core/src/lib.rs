//! The engine of blogstack: programs declare typed resources, the engine plans and reconciles them. It names no cloud.
//!
//! Layers, from the bottom up; each file uses only its own layer and lower ones (a test in the workspace checks it):
//!
//! 1. the seams to the machine: [`clock`], [`disk`], [`entropy`], [`shell`]
//! 2. values: [`mod@urn`], [`value`], [`data`], [`shape`], [`secret`], [`error`]
//! 3. the program's side: `declaration`, `field`, `expr`, [`options`], [`resource`], [`graph`], [`output`], `interpolate`, [`scope`]
//! 4. what is kept and who is called: [`seal`], [`keys`], [`journal`], [`backend`], [`provider`], [`state`], [`target`]
//! 5. decisions, pure: [`diff`], [`step`], [`plan`], [`saved`]
//! 6. effects: [`event`], [`observe`], [`recover`], [`apply`], `backend/file`; kinds without a cloud: [`random`], [`command`]
//! 7. faces: [`deployment`], [`display`], [`testing`], [`cli`]

// The derives name this crate from outside, and it has kinds of its own.
extern crate self as blogstack_core;

pub mod apply;
pub mod backend;
pub mod cli;
#[expect(clippy::disallowed_methods, reason = "the one place that reads the calendar")]
pub mod clock;
pub mod command;
pub mod data;
mod declaration;
pub mod deployment;
pub mod diff;
pub mod disk;
pub mod display;
pub mod entropy;
pub mod error;
pub mod event;
mod expr;
mod field;
pub mod graph;
mod interpolate;
pub mod journal;
pub mod keys;
pub mod observe;
pub mod options;
pub mod output;
pub mod plan;
pub mod provider;
pub mod random;
pub mod recover;
pub mod resource;
pub mod saved;
pub mod scope;
pub mod seal;
pub mod secret;
pub mod shape;
pub mod shell;
pub mod state;
pub mod step;
pub mod target;
pub mod testing;
pub mod urn;
pub mod value;

pub use blogstack_macros::{Block, Resource, Value};

pub use self::{
    data::{Data, DecodeError, Set, Tags},
    error::{Problem, Problems},
    field::{Field, FieldPath},
    graph::{Graph, Home, Lookup},
    options::{Configure, Declare},
    output::{Input, IntoInput, IntoSetting, Output, Plain, Printable, PrintableSecret, Public},
    resource::{Handle, Id, Resource},
    scope::{Scope, declare},
    secret::Secret,
    urn::{Uid, Urn},
};
#[doc(hidden)]
pub use self::{
    expr::{Expr, hidden, interpolation},
    interpolate::{count_pieces, pieces},
    options::Options,
    output::field_of,
    resource::{Args, Outputs},
};

/// What a program's source usually imports.
pub mod prelude {
    pub use crate::{Configure, Declare, Handle, Output, Scope, Secret, interpolate, interpolate_secret};
}

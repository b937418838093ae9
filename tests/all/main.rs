//! The tests of the workspace as a whole: one binary, a module per feature.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
#![expect(clippy::print_stdout, reason = "how much was tried is shown with `--nocapture`")]
#![expect(clippy::semicolon_if_nothing_returned, reason = "programs are written as what they declare")]

mod accounts;
mod blog;
mod checks;
mod clients;
mod complete;
mod cost;
mod crash;
mod docs;
mod faults;
mod fields;
mod golden;
mod guide;
mod holds;
mod identity;
mod interrupted;
mod kinds;
mod lifecycle;
mod local;
mod lookups;
mod moto;
mod nat_watcher;
mod pace;
mod programs;
mod properties;
mod reachability;
mod replacement;
mod rights;
mod salt;
mod saved;
mod scripts;
mod settings;
mod state;
mod tidy;
mod times;
mod user_data;

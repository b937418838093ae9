//! The whole blog: `cargo run -p programs --bin blog -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::blog::app().main()
}

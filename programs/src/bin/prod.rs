//! The blog's stack: `cargo run -p programs --bin prod -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::prod::app().main()
}

//! The blog's stack for trying things out: `cargo run -p programs --bin staging -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::prod::staging_app().main()
}

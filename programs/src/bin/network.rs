//! The small example: `cargo run -p programs --bin network -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::network::app().main()
}

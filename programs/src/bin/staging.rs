//! The blog for trying things out: `cargo run -p programs --bin staging -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::blog::app("staging").main()
}

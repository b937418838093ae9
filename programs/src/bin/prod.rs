//! The whole blog: `cargo run -p programs --bin prod -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    programs::blog::app("prod").main()
}

//! `-v`: what the library does, on stderr. Only this project's own crates say more than warnings, and the SDK's bodies never show.

use tracing_subscriber::{EnvFilter, fmt};

use super::console::Console;

/// Begins to show events, if asked to. A second call changes nothing.
pub(super) fn begin(verbose: u8, console: &Console) {
    let filter = match verbose {
        0 => return,
        1 => "warn,blogstack=info",
        2 => "warn,blogstack=debug",
        // From `debug` on, the SDK shows bodies of requests and answers.
        _ => "info,blogstack=trace",
    };
    let colour = console.message_style().colour;
    let console = console.clone();
    let subscriber = fmt().with_env_filter(EnvFilter::new(filter)).with_writer(move || console.events()).with_ansi(colour).without_time();
    // It would print its own errors, and panic when nobody reads them.
    let subscriber = subscriber.log_internal_errors(false);
    let _ = subscriber.try_init();
}

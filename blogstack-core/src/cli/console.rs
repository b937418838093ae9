//! The two streams and the person at the other end. Nothing else in the library prints or asks.

use std::{
    io::{self, IsTerminal as _, Write},
    sync::{Arc, Mutex, PoisonError},
};

use super::args::Colour;
use crate::display::Style;

/// Where results and messages go. Clones write to the same streams.
#[derive(Clone)]
pub(super) struct Console {
    out: Pipe,
    err: Pipe,
    /// Whether somebody is there to answer questions.
    pub(super) can_ask: bool,
    /// Whether messages may be rewritten in place.
    pub(super) live: bool,
}

/// A stream. What cannot be written is no reason to stop in the middle of a change: it is told at the end.
#[derive(Clone)]
struct Pipe {
    to: Arc<Mutex<dyn Write + Send>>,
    failed: Arc<Mutex<Option<io::Error>>>,
    style: Style,
}

impl Pipe {
    fn new(to: impl Write + Send + 'static, style: Style) -> Self {
        Self { to: Arc::new(Mutex::new(to)), failed: Arc::default(), style }
    }

    fn write(&self, text: &str) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Pipe::write(self, &String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Console {
    /// The streams of this process.
    pub(super) fn of_process(colour: Colour) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let can_ask = io::stdin().is_terminal() && err.is_terminal();
        let (out_style, err_style) = (style(colour, &out), style(colour, &err));
        let live = err.is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { out: Pipe::new(out, out_style), err: Pipe::new(err, err_style), can_ask, live }
    }

    /// What a test reads afterwards.
    #[cfg(test)]
    pub(super) fn into_buffers(out: Arc<Mutex<Vec<u8>>>, err: Arc<Mutex<Vec<u8>>>) -> Self {
        let pipe = |to: Arc<Mutex<Vec<u8>>>| Pipe { to, failed: Arc::default(), style: Style::plain() };
        Self { out: pipe(out), err: pipe(err), can_ask: false, live: false }
    }

    /// Why a result could not be written. A reader that has seen enough (`| head`) is no failure.
    pub(super) fn unwritten(&self) -> Option<io::Error> {
        let failed = self.out.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
    }

    /// Prints a part of the result.
    pub(super) fn result(&self, text: &str) {
        self.out.write(text);
    }

    /// Prints a message.
    pub(super) fn say(&self, line: &str) {
        self.err.write(&format!("{line}\n"));
    }

    /// Where events are written: a message that cannot be written is no reason to stop.
    pub(super) fn events(&self) -> impl Write + use<> {
        self.err.clone()
    }

    /// How results are set off.
    pub(super) fn result_style(&self) -> Style {
        self.out.style
    }

    /// How messages are set off.
    pub(super) fn message_style(&self) -> Style {
        self.err.style
    }

    /// Asks, and waits for a line; `None` when nobody will answer. A person may let it wait, so it does not block the runtime.
    pub(super) async fn ask(&self, question: &str) -> Option<String> {
        self.err.write(question);
        let read = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().read_line(&mut line).ok().filter(|read| *read > 0).map(|_| line.trim().to_owned())
        });
        read.await.ok().flatten()
    }
}

fn style(colour: Colour, stream: &impl anstream::stream::RawStream) -> Style {
    let colour = match colour {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    };
    Style { colour }
}

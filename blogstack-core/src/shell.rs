//! Where local programs are run.

use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
    io::{self, Read, Write as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;

/// What is to be run.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The text, for `/bin/sh -c`.
    pub text: String,
    /// Variables beside those of this process.
    pub environment: BTreeMap<String, String>,
    /// The folder in which it runs; that of this process if there is none.
    pub folder: Option<PathBuf>,
    /// What it reads.
    pub stdin: Vec<u8>,
}

/// How it ended.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it complained of.
    pub stderr: Vec<u8>,
}

/// What they hold may be secret.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ended").field("code", &self.code).finish_non_exhaustive()
    }
}

/// Runs local programs.
#[async_trait]
pub trait Shell: Send + Sync + Debug {
    /// Runs it to its end. When the future is dropped, it is killed.
    async fn run(&self, script: &Script) -> io::Result<Ended>;
}

/// For simulations: nothing is run, and all goes well.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoShell;

#[async_trait]
impl Shell for NoShell {
    async fn run(&self, _: &Script) -> io::Result<Ended> {
        Ok(Ended { code: Some(0), ..Ended::default() })
    }
}

/// The machine's `/bin/sh`. What it starts does not get the terminal's interrupts: it is let finish, as any other operation.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealShell;

/// How long what it printed is waited for when it has ended, in case something that it left running holds the pipe.
const STRAGGLERS: Duration = Duration::from_secs(1);

#[async_trait]
impl Shell for RealShell {
    async fn run(&self, script: &Script) -> io::Result<Ended> {
        let mut running = Running(command(script).spawn()?);
        let mut stdin = running.0.stdin.take();
        let text = script.stdin.clone();
        // One that reads nothing closes the pipe: that is no failure.
        tokio::task::spawn_blocking(move || drop(stdin.as_mut().map(|pipe| pipe.write_all(&text))));
        let (stdout, stderr) = (Pipe::of(running.0.stdout.take()), Pipe::of(running.0.stderr.take()));
        let status = loop {
            match running.0.try_wait()? {
                Some(status) => break status,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        Ok(Ended { code: status.code(), stdout: stdout.text().await, stderr: stderr.text().await })
    }
}

fn command(script: &Script) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(&script.text).envs(&script.environment);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(folder) = &script.folder {
        command.current_dir(folder);
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// A process that does not outlive whoever waits for it, nor does what it has started.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            // It leads a group of its own, which only a shell can be asked to end without unsafe code.
            let _ = Command::new("/bin/sh").arg("-c").arg(format!("kill -KILL -{}", self.0.id())).status();
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// What comes out of a pipe, read aside.
struct Pipe {
    so_far: Arc<Mutex<Vec<u8>>>,
    reading: tokio::task::JoinHandle<()>,
}

impl Pipe {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let so_far = Arc::<Mutex<Vec<u8>>>::default();
        let read = so_far.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let (mut pipe, mut piece) = (pipe, [0; 4096]);
            while let Some(length) = pipe.as_mut().and_then(|pipe| pipe.read(&mut piece).ok()).filter(|length| *length > 0) {
                read.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&piece[..length]);
            }
        });
        Self { so_far, reading }
    }

    async fn text(self) -> Vec<u8> {
        let _ = tokio::time::timeout(STRAGGLERS, self.reading).await;
        std::mem::take(&mut *self.so_far.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(script: &Script) -> Ended {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let ended = runtime.block_on(RealShell.run(script)).expect("there is a shell");
        runtime.shutdown_background();
        ended
    }

    fn script(text: &str) -> Script {
        Script { text: text.into(), ..Script::default() }
    }

    #[test]
    fn a_script_has_its_variables_folder_and_input() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("here"), "").expect("a file");
        let environment = [("GREETING".to_owned(), "hello".to_owned())].into();
        let stdin = b"world".to_vec();
        let text = "ls; echo \"$GREETING $(cat)\"; echo wrong >&2; exit 3".to_owned();
        let ended = run(&Script { text, environment, stdin, folder: Some(folder.path().to_owned()) });
        assert_eq!(ended.code, Some(3));
        assert_eq!((&*ended.stdout, &*ended.stderr), (&b"here\nhello world\n"[..], &b"wrong\n"[..]));
    }

    #[test]
    fn one_that_reads_nothing_and_prints_much_ends_all_the_same() {
        let much = Script { stdin: vec![b'x'; 1 << 20], ..script("head -c 1000000 /dev/zero") };
        assert_eq!(run(&much).stdout.len(), 1_000_000);
    }

    #[test]
    fn what_is_left_running_is_not_waited_for() {
        assert_eq!(run(&script("sleep 60 & echo done")).stdout, b"done\n");
    }

    #[test]
    fn what_nobody_waits_for_any_more_is_killed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mark = folder.path().join("mark");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let text = script(&format!("(sleep 1; touch {}) & wait", mark.display()));
        let given_up = runtime.block_on(async { tokio::time::timeout(Duration::from_millis(200), RealShell.run(&text)).await });
        assert!(given_up.is_err());
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1500)).await });
        assert!(!mark.exists());
        runtime.shutdown_background();
    }
}

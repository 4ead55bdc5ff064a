//! Programs of the user that a run starts: the one place that starts a process.
//!
//! There are two, and neither goes through a shell. `git` reads a revision, where `--since` asks for one. `terraform get` or `tofu get`
//! fetches modules, where `--get` asks for it. The first runs with nothing of the repository's own configuration that could make it do
//! more; the second is what the user would run, with the user's environment, so that private registries and credentials work.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How often it is asked whether a program has ended.
const STEP: Duration = Duration::from_millis(20);

/// How long a program that is asked to end may take.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(3);

/// How long a program that has ended may still hand over what it has said.
const AFTERWARDS: Duration = Duration::from_millis(200);

/// The most lines that are kept of what a failed program says.
const MAX_LINES: usize = 8;

/// What Terraform and OpenTofu draw around a message.
const FRAME: [char; 4] = ['│', '╷', '╵', '─'];

#[expect(clippy::disallowed_methods, reason = "the one place that starts processes")]
fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// A `git` command for the repository at a directory that prints untranslated messages and never prompts.
pub(crate) fn git(directory: &Path) -> Command {
    let mut command = command("git");
    command
        .arg("-C")
        .arg(directory)
        .args(["-c", "core.fsmonitor=false", "--no-pager", "--no-replace-objects"])
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null());
    command
}

/// A program that fetches modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleProgram {
    /// `terraform`
    Terraform,
    /// `tofu`
    Tofu,
}

impl ModuleProgram {
    /// All of them, the one that is taken first.
    pub const ALL: [Self; 2] = [Self::Terraform, Self::Tofu];

    /// The name of its executable.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Tofu => "tofu",
        }
    }

    /// Its executable on a search path. Directories that are not absolute do not count: in a repository of somebody else's, they would
    /// be that somebody's.
    fn find(self, search: &OsStr) -> Option<PathBuf> {
        let name = format!("{}{}", self.name(), std::env::consts::EXE_SUFFIX);
        let places = std::env::split_paths(search).filter(|place| place.is_absolute());
        places.map(|place| place.join(&name)).find(|file| is_executable(file))
    }
}

/// A program that fetches modules, found on this machine.
#[derive(Clone, Debug)]
pub(crate) struct ModuleFetcher {
    pub(crate) program: ModuleProgram,
    executable: PathBuf,
}

impl ModuleFetcher {
    /// The program that the user names, otherwise the first that is there.
    pub(crate) fn find(named: Option<ModuleProgram>) -> Option<Self> {
        let search = std::env::var_os("PATH")?;
        let all =
            ModuleProgram::ALL.into_iter().filter(|program| named.is_none_or(|named| named == *program));
        all.filter_map(|program| Some(Self { program, executable: program.find(&search)? })).next()
    }

    /// Fetches the modules of the root module in a directory, which the program writes into its `.terraform`.
    ///
    /// # Errors
    /// What the program says if it fails, why it could not be started, or that it took too long.
    pub(crate) fn get(&self, directory: &Path, limit: Duration) -> Result<(), FetchFailure> {
        let mut command = command(&self.executable);
        command
            .args(["get", "-no-color"])
            .current_dir(directory)
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // `git` and `ssh` would ask on the terminal, whatever standard input is. A user who has said how they ask knows better.
        for (name, value) in [("GIT_TERMINAL_PROMPT", "0"), ("SSH_ASKPASS_REQUIRE", "force")] {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        let (status, said) = run(command, limit)?;
        if status.success() { Ok(()) } else { Err(FetchFailure::Failed(error_in(&said))) }
    }
}

/// Why a program has not fetched modules.
pub(crate) enum FetchFailure {
    /// What it says, or why it did not start.
    Failed(String),
    /// It was stopped when its time was over.
    TooLong,
}

impl From<io::Error> for FetchFailure {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Waits for a program no longer than this: how it has ended, and what it has said on standard error.
fn run(mut command: Command, limit: Duration) -> Result<(ExitStatus, String), FetchFailure> {
    let mut child = command.spawn()?;
    let heard = child.stderr.take().map(listen);
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, heard.map(all_of).unwrap_or_default()));
        }
        if started.elapsed() >= limit {
            stop(&mut child)?;
            return Err(FetchFailure::TooLong);
        }
        std::thread::sleep(STEP);
    }
}

/// Reads what a program says while it runs, so that it never waits for somebody to listen.
fn listen(mut from: ChildStderr) -> Receiver<Vec<u8>> {
    let (send, heard) = channel();
    std::thread::spawn(move || {
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut part) {
            if send.send(part.iter().take(length).copied().collect()).is_err() {
                break;
            }
        }
    });
    heard
}

/// What has been said in all. A program that the ended one has started may hold its standard error open: nobody waits for that.
fn all_of(heard: Receiver<Vec<u8>>) -> String {
    let mut said = Vec::new();
    while let Ok(part) = heard.recv_timeout(AFTERWARDS) {
        said.extend(part);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Ends a program: it is asked to first, so that it can end what it has started itself.
fn stop(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    {
        let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let asked = Instant::now();
        if id.is_some_and(|id| rustix::process::kill_process(id, rustix::process::Signal::INT).is_ok()) {
            while asked.elapsed() < GRACE {
                if child.try_wait()?.is_some() {
                    return Ok(());
                }
                std::thread::sleep(STEP);
            }
        }
    }
    child.kill()?;
    child.wait().map(drop)
}

/// What a program says from its first error on, otherwise the end of it, without frames and empty lines, in one line.
fn error_in(said: &str) -> String {
    let lines: Vec<&str> = said
        .lines()
        .map(|line| line.trim_matches(|c: char| FRAME.contains(&c) || c.is_whitespace()))
        .filter(|line| !line.is_empty())
        .collect();
    let error = lines.iter().position(|line| line.starts_with("Error"));
    let start = error.unwrap_or(lines.len().saturating_sub(MAX_LINES));
    let kept: Vec<&str> = lines.get(start..).into_iter().flatten().take(MAX_LINES).copied().collect();
    if kept.is_empty() { "it says nothing".to_owned() } else { kept.join(" ") }
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    #[expect(clippy::disallowed_methods, reason = "a program of the user, which is no input")]
    let about = std::fs::metadata(file);
    about.is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    #[expect(clippy::disallowed_methods, reason = "a program of the user, which is no input")]
    let about = std::fs::metadata(file);
    about.is_ok_and(|about| about.is_file())
}

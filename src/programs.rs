//! Programs of the user that a run starts: the one place that starts a process.
//!
//! There are two, and neither goes through a shell. `git` reads a revision, where `--since` asks for one. `terraform get` or `tofu get`
//! fetches modules, where `--get` asks for it. The first runs with nothing of the repository's own configuration that could make it do
//! more; the second is what the user would run, with the user's environment, so that private registries and credentials work.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    /// What the program says if it fails, or why it could not be started.
    pub(crate) fn get(&self, directory: &Path) -> Result<(), String> {
        let output = command(&self.executable)
            .args(["get", "-no-color"])
            .current_dir(directory)
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .map_err(|error: io::Error| error.to_string())?;
        if output.status.success() { Ok(()) } else { Err(error_in(&String::from_utf8_lossy(&output.stderr))) }
    }
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

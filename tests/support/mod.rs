//! What tests of several layers share: where files are, how expectations are written anew, estates, and verdicts.

use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) mod cases;
pub(crate) mod dump;
pub(crate) mod estate;
pub(crate) mod folder;
pub(crate) mod harm;
pub(crate) mod pairs;
pub(crate) mod parity;
pub(crate) mod print;
pub(crate) mod scenarios;
pub(crate) mod sound;
pub(crate) mod verdict_of;
pub(crate) mod verdicts;

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A path below `fixtures/`.
pub(crate) fn fixture(path: impl AsRef<Path>) -> PathBuf {
    repository().join("fixtures").join(path)
}

/// Files and directories directly below a folder of `fixtures/`, in the order of their names.
pub(crate) fn entries(folder: &str) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(fixture(folder)).unwrap().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

/// Whether this run writes expectations anew instead of comparing with them: `cargo bless`.
pub(crate) fn blesses() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}

/// A file of the repository, with the ends of lines that computed texts have.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_default().replace("\r\n", "\n")
}

/// Says that a test does less than it would on another machine, and why. Straight to the stream: what a test prints is shown only if it
/// fails.
pub(crate) fn skipped(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

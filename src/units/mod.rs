//! Units: what somebody applies, told apart from what others call, show or copy.
//!
//! A directory with Terraform files is not a root module because nothing calls it: repositories are full of modules, examples, tests and
//! fragments. What each directory is taken for is decided here, once, from evidence in the repository, and the reason is kept. Nothing
//! hangs on how the user named a path, but for sources of Terragrunt that have to be evaluated: those are known only in what is checked.
//! [`callers`] looks who makes use of a directory, `evidence` at the directory itself, and `decide` weighs both.

pub mod callers;
mod decide;
mod evidence;
mod samples;

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::estate::configuration::project::Project;
pub use crate::estate::unit_kind::UnitKind;
use callers::Callers;

/// A directory with configuration, and what it is taken for.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The directory, as the user would name it.
    pub directory: PathBuf,
    /// What it is taken for.
    pub kind: UnitKind,
    /// Why, as the end of a sentence: `its state is in a backend "s3"`.
    pub reason: String,
    /// The program that runs Terraform there and keeps its state, if it is not the user: `Terragrunt`.
    pub run_by: Option<&'static str>,
    /// What a reader should know beyond the reason, if there is something.
    pub problem: Option<Diagnostic>,
}

/// What each of these directories is taken for, in their order. `is_given` tells whether the user gives a root variable its value.
#[must_use]
pub fn of(
    project: &Project,
    directories: &[PathBuf],
    callers: &Callers,
    is_given: &dyn Fn(&str) -> bool,
) -> Vec<Unit> {
    let one = |dir: &PathBuf| decide::unit(project, dir, callers, is_given);
    directories.iter().filter_map(one).collect()
}

/// What takes the place of what a directory says of itself, because a stack calls or copies it.
#[must_use]
pub fn in_stack(project: &Project, directory: &Path, callers: &Callers) -> Option<(UnitKind, String)> {
    let to = || callers.to(&project.reader, directory);
    let called = decide::called_by_stack(to()).map(|by| (UnitKind::Module, by));
    called.or_else(|| decide::copied_by(to()).map(|by| (UnitKind::Fragment, by)))
}

/// A place in the repository for people; `.` for its top.
fn shown(place: &Path) -> String {
    let text = place.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

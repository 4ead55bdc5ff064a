//! Finds what there is to check below a path: directories with Terraform files, and the files of a directory that Terraform reads.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::reader::{Reader, Refusal};
use super::survey::SKIPPED;
use super::system::{DirectoryEntry, FileKind};
use crate::diagnostic::{Diagnostic, shown_path};

/// The files of a module directory that Terraform reads.
#[derive(Debug, Default)]
pub struct Listing {
    /// Configuration files, sorted by name. They include files that Terraform would fail to read, such as dangling links.
    pub files: Vec<PathBuf>,
    /// Override files, sorted by name.
    pub overrides: Vec<PathBuf>,
    /// The names of all files in the directory and in its `tests/`, whatever they hold; sorted.
    pub names: Vec<String>,
    /// Directories that could not be listed, and entries that are named like configuration files but are not files.
    pub problems: Vec<Diagnostic>,
}

const ENDINGS: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

/// The name without its suffix, if Terraform reads files of that name.
fn stem(name: &str) -> Option<&str> {
    if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
        return None;
    }
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
}

/// Whether Terraform loads variable values from files of this name by itself.
fn is_automatic(name: &str) -> bool {
    name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
}

/// Whether a path is named like a file of configuration.
#[must_use]
pub fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| stem(&name.to_string_lossy()).is_some())
}

/// Whether a file of configuration of this name is an override file.
#[must_use]
pub fn is_override(name: &str) -> bool {
    stem(name).is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

impl Reader {
    /// The files of a directory that make up its module.
    #[must_use]
    pub fn list(&self, dir: &Path) -> Listing {
        let mut listing = Listing::default();
        for entry in self.listed(dir, &mut listing.problems) {
            let path = dir.join(&entry.name);
            let name = entry.name.to_string_lossy().into_owned();
            match stem(&name) {
                Some(_) if entry.kind == FileKind::Directory => listing.problems.push(named_as_file(&path)),
                Some(_) if is_override(&name) => listing.overrides.push(path),
                Some(_) => listing.files.push(path),
                None => {}
            }
            if self.is_file(dir, &entry) {
                listing.names.push(name);
            }
        }
        let tests = dir.join("tests");
        if self.is_directory(&tests) {
            for entry in self.listed(&tests, &mut listing.problems) {
                if self.is_file(&tests, &entry) {
                    listing.names.push(format!("tests/{}", entry.name.to_string_lossy()));
                }
            }
        }
        // OpenTofu reads `main.tofu` instead of `main.tf`.
        let replaced: Vec<PathBuf> =
            listing.files.iter().chain(&listing.overrides).filter_map(|path| replaced_by(path)).collect();
        for files in [&mut listing.files, &mut listing.overrides] {
            files.retain(|path| !replaced.contains(path));
        }
        listing
    }

    /// The variable values files that Terraform loads by itself, weakest first. They include files that Terraform would fail to read.
    #[must_use]
    pub fn automatic_values(&self, dir: &Path) -> Vec<PathBuf> {
        let entries = self.listed(dir, &mut Vec::new());
        let is_there = |name: &&str| entries.iter().any(|entry| entry.name == OsStr::new(name));
        let named = ["terraform.tfvars", "terraform.tfvars.json"].into_iter().filter(is_there);
        let automatic = entries.iter().filter(|entry| is_automatic(&entry.name.to_string_lossy()));
        named.map(|name| dir.join(name)).chain(automatic.map(|entry| dir.join(&entry.name))).collect()
    }

    /// For each kind of names, the directories at or below `top` with a file of it, sorted; all found in one walk. Directories whose
    /// names start with a dot are skipped (`.terraform` holds copies of other people's code), and so are those of package managers and links
    /// to directories: their targets are found where they are.
    #[must_use]
    pub fn directories_of<const N: usize>(
        &self,
        top: &Path,
        kinds: [&dyn Fn(&OsStr) -> bool; N],
    ) -> ([Vec<PathBuf>; N], Vec<Diagnostic>) {
        let (mut found, mut problems) = ([(); N].map(|()| Vec::new()), Vec::new());
        let mut waiting = vec![top.to_owned()];
        while let Some(dir) = waiting.pop() {
            let entries = self.listed(&dir, &mut problems);
            for (found, is_wanted) in found.iter_mut().zip(kinds) {
                let is_one =
                    |entry: &DirectoryEntry| entry.kind != FileKind::Directory && is_wanted(&entry.name);
                if entries.iter().any(is_one) {
                    found.push(dir.clone());
                }
            }
            // A module reports those of its own when it is listed.
            let is_named_so = |entry: &&DirectoryEntry| {
                let is_source = stem(&entry.name.to_string_lossy()).is_some();
                entry.kind == FileKind::Directory
                    && !is_source
                    && kinds.iter().any(|is_wanted| is_wanted(&entry.name))
            };
            let named_so = entries.iter().filter(is_named_so).map(|entry| dir.join(&entry.name));
            problems.extend(named_so.map(|path| named_as_file(&path)));
            let is_entered = |name: &str| !name.starts_with('.') && !SKIPPED.contains(&name);
            let below = entries.iter().filter(|entry| {
                entry.kind == FileKind::Directory && is_entered(&entry.name.to_string_lossy())
            });
            for below in below.map(|entry| dir.join(&entry.name)) {
                match self.locate(&below) {
                    Err(Refusal::Git) => problems.push(data_of_git(&below)),
                    _ => waiting.push(below),
                }
            }
        }
        found.iter_mut().for_each(|found| found.sort());
        (found, problems)
    }

    fn listed(&self, dir: &Path, problems: &mut Vec<Diagnostic>) -> Vec<DirectoryEntry> {
        self.entries(dir).unwrap_or_else(|refusal| {
            problems.push(match refusal {
                Refusal::System(error) => Diagnostic::error(
                    "source/list",
                    format!("`{}` cannot be listed: {error}", shown_path(dir)),
                ),
                other => *other.problem(dir),
            });
            Vec::new()
        })
    }

    /// Whether an entry is a regular file, or a link to one.
    fn is_file(&self, dir: &Path, entry: &DirectoryEntry) -> bool {
        match entry.kind {
            FileKind::File => true,
            FileKind::Link => matches!(self.kind(&dir.join(&entry.name)), Ok(FileKind::File)),
            FileKind::Directory | FileKind::Other(_) => false,
        }
    }
}

/// The file that OpenTofu ignores because of this one.
fn replaced_by(path: &Path) -> Option<PathBuf> {
    let name = path.to_string_lossy();
    let tf = name
        .strip_suffix(".tofu")
        .map(|stem| format!("{stem}.tf"))
        .or_else(|| name.strip_suffix(".tofu.json").map(|stem| format!("{stem}.tf.json")));
    tf.map(PathBuf::from)
}

/// Whoever hides configuration there is told.
fn data_of_git(path: &Path) -> Diagnostic {
    let message = format!("`{}` holds the data of a Git repository and is not read", shown_path(path));
    Diagnostic::warning("source/ignored-directory", message)
        .help("configuration belongs in a directory without `HEAD`, `objects` and `refs`")
}

fn named_as_file(path: &Path) -> Diagnostic {
    let message = format!("`{}` is a directory, but is named like a configuration file", shown_path(path));
    Diagnostic::warning("source/ignored-directory", message)
        .help("Terraform ignores it; give it another name")
}

//! Finding what there is to check below a path: directories with Terraform files, and which files of a directory count.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::problem::Problem;

/// The files of a module directory that Terraform reads.
#[derive(Debug, Default)]
pub struct Listing {
    /// Configuration files, sorted by name.
    pub files: Vec<PathBuf>,
    /// Override files, sorted by name.
    pub overrides: Vec<PathBuf>,
    /// Names of all files, whatever they hold, and of those in `tests/`; sorted.
    pub names: Vec<String>,
    /// What could not be listed.
    pub problems: Vec<Problem>,
}

/// Whether there is a directory at this path.
#[must_use]
pub fn is_directory(path: &Path) -> bool {
    path.is_dir()
}

/// Whether there is a file at this path.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

const ENDINGS: [&str; 4] = [".tf", ".tofu", ".tf.json", ".tofu.json"];

/// The name without its ending, if Terraform reads files of that name.
fn stem(name: &str) -> Option<&str> {
    if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
        return None;
    }
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
}

/// The files of a directory that make up its module.
#[must_use]
pub fn list(dir: &Path) -> Listing {
    let mut listing = Listing::default();
    for path in entries(dir, &mut listing.problems) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match stem(&name) {
            Some(stem) if stem == "override" || stem.ends_with("_override") => listing.overrides.push(path),
            Some(_) => listing.files.push(path),
            None => {}
        }
        listing.names.push(name);
    }
    let tests = dir.join("tests");
    if tests.is_dir() {
        let names = entries(&tests, &mut listing.problems).into_iter();
        listing.names.extend(
            names.filter_map(|path| path.file_name().map(|name| format!("tests/{}", name.to_string_lossy()))),
        );
    }
    // OpenTofu reads `main.tofu` instead of `main.tf`.
    let replaced: Vec<PathBuf> = listing
        .files
        .iter()
        .chain(&listing.overrides)
        .filter_map(|path| {
            let name = path.to_string_lossy();
            let tf = name
                .strip_suffix(".tofu")
                .map(|stem| format!("{stem}.tf"))
                .or_else(|| name.strip_suffix(".tofu.json").map(|stem| format!("{stem}.tf.json")));
            tf.map(PathBuf::from)
        })
        .collect();
    for files in [&mut listing.files, &mut listing.overrides] {
        files.retain(|path| !replaced.contains(path));
    }
    listing
}

/// Files of variable values that Terraform reads by itself, in its order of precedence, weakest first.
#[must_use]
pub fn automatic_values(dir: &Path) -> Vec<PathBuf> {
    let named = |name: &str| dir.join(name);
    let mut files: Vec<PathBuf> = [named("terraform.tfvars"), named("terraform.tfvars.json")]
        .into_iter()
        .filter(|path| path.is_file())
        .collect();
    let automatic = entries(dir, &mut Vec::new()).into_iter().filter(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
    });
    files.extend(automatic);
    files
}

/// Plain files of a directory, sorted by name.
fn entries(dir: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dir).min_depth(1).max_depth(1).follow_links(true).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => files.push(entry.into_path()),
            Ok(_) => {}
            // A dangling link is no file; Terraform does not read it either.
            Err(error) if error.path().is_some_and(Path::is_symlink) => {}
            Err(error) => problems.push(Problem::error(
                "source/list",
                format!("`{}` could not be listed: {error}", dir.display()),
            )),
        }
    }
    files
}

/// Directories below `top` (itself included) that hold configuration files. Directories whose name starts with a dot are
/// left out: `.terraform` holds copies of what others wrote.
#[must_use]
pub fn directories(top: &Path) -> (Vec<PathBuf>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0
            && entry.file_type().is_dir()
            && entry.file_name().to_string_lossy().starts_with('.')
    };
    for entry in WalkDir::new(top).sort_by_file_name().into_iter().filter_entry(|entry| !hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() || entry.path_is_symlink() => {
                let counts = stem(&entry.file_name().to_string_lossy()).is_some();
                if counts && let Some(dir) = entry.path().parent() {
                    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
                    if found.last().is_none_or(|last| last != dir) {
                        found.push(dir.to_owned());
                    }
                }
            }
            Ok(_) => {}
            Err(error) => problems.push(Problem::error(
                "source/list",
                format!("part of `{}` could not be listed: {error}", top.display()),
            )),
        }
    }
    found.sort();
    found.dedup();
    (found, problems)
}

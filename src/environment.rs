//! Recognises the environment of a root module by names.
//!
//! The sources are, in this order, the values of `environment`, `env` or `stage`, the names of variable values files, and the path; the
//! first one that names an environment decides. A root module without an environment counts as production.

use std::path::{Path, PathBuf};

use crate::value::{Str, Value};

const PRODUCTION: [&str; 4] = ["prod", "production", "prd", "live"];
const OTHERS: [&str; 13] = [
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "qa",
    "stg",
    "staging",
    "stage",
    "uat",
    "sandbox",
    "preview",
    "ephemeral",
];
const VARIABLES: [&str; 4] = ["environment", "env", "stage", "environment_name"];

/// The environment in a name: `production`, or the word for another one.
fn classify(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    if words().any(|word| PRODUCTION.contains(&word)) {
        return Some("production".to_owned());
    }
    words().find(|word| OTHERS.contains(word)).map(str::to_owned)
}

/// The environment of a root module, if any name reveals it.
#[must_use]
pub fn of(root: &Path, var_files: &[PathBuf], variables: &[(Str, Value)]) -> Option<String> {
    let by_variable = VARIABLES.iter().find_map(|name| {
        let (_, value) = variables.iter().find(|(own, _)| own == name)?;
        classify(value.as_str()?)
    });
    let by_file = || {
        var_files
            .iter()
            .rev()
            .find_map(|path| path.file_stem().and_then(|stem| classify(&stem.to_string_lossy())))
    };
    // The innermost directory that names an environment.
    let by_path = || root.iter().rev().find_map(|part| classify(&part.to_string_lossy()));
    by_variable.or_else(by_file).or_else(by_path)
}

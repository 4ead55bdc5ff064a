//! Expressions with Terraform 1.11's own answers: `fixtures/language/cases/*.jsonl`.

use std::fs;

use serde_json::Value as Json;

use super::{entries, fixture};

/// All cases, by family.
pub(crate) fn families() -> Vec<(String, Vec<Json>)> {
    let families: Vec<_> = entries("language/cases")
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|file| {
            let family = file.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(file).unwrap();
            (family, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
        })
        .collect();
    let count: usize = families.iter().map(|(_, cases): &(String, Vec<Json>)| cases.len()).sum();
    assert!(count > 2_500, "only {count} cases");
    families
}

/// The file of a case: what it needs, and its expression as `local.x`.
pub(crate) fn source(case: &Json) -> String {
    let prelude = case["prelude"].as_str().unwrap_or_default();
    let prelude = match prelude.strip_prefix('@') {
        Some(name) => fs::read_to_string(fixture("language/cases/preludes").join(name)).unwrap(),
        None => prelude.to_owned(),
    };
    format!("{prelude}\nlocals {{\n  x = {}\n}}\n", case["expr"].as_str().unwrap())
}

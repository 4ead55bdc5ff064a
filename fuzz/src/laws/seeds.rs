//! Input to start from: what `fixtures/` and `rules/` hold, as it is.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::directory::FILE;
use super::render::PART;
use crate::support::repository;

/// Larger files repeat what smaller ones have.
const LARGEST: usize = 12_000;
/// A repository of more than this takes long to check.
const LARGEST_DIRECTORY: usize = 6_000;

/// The files below a folder whose names satisfy a condition, in the order of their paths.
fn files(folder: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let walk = WalkDir::new(repository().join(folder)).sort_by_file_name().into_iter().flatten();
    walk.filter(|entry| entry.file_type().is_file() && entry.file_name().to_str().is_some_and(&is_wanted))
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn contents(files: impl IntoIterator<Item = PathBuf>) -> Vec<Vec<u8>> {
    let contents = files.into_iter().filter_map(|file| fs::read(file).ok());
    contents.filter(|bytes| bytes.len() <= LARGEST).collect()
}

fn plain(texts: &[&str]) -> impl Iterator<Item = Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec())
}

pub(super) fn native() -> Vec<Vec<u8>> {
    contents(files("fixtures", |name| name.ends_with(".tf") || name.ends_with(".tfvars")))
}

pub(super) fn json() -> Vec<Vec<u8>> {
    let mut seeds = contents(files("fixtures", |name| name.ends_with(".tf.json")));
    seeds.extend(contents(files("fixtures/plans/shapes", |name| name == "plan.json")));
    seeds.extend(plain(&[
        "{\"a\": [1]}",
        "{\"\\u0061\\n\": {\"b\": \"${c}\"}}",
        "{\"//\": null, \"x\": -1.5e3}",
    ]));
    seeds
}

/// Files of values, and cases of expressions: those that need nothing else have a value here too.
pub(super) fn values() -> Vec<Vec<u8>> {
    let mut seeds = contents(files("fixtures", |name| name.contains(".tfvars")));
    for file in files("fixtures/language/cases", |name| name.ends_with(".jsonl")) {
        let cases = fs::read_to_string(file).expect("a file of cases");
        for case in cases.lines().step_by(4) {
            let case: serde_json::Value = serde_json::from_str(case).expect("a case");
            if let (None, Some(expression)) = (case["prelude"].as_str(), case["expr"].as_str()) {
                seeds.push(format!("a = {expression}\n").into_bytes());
            }
        }
    }
    seeds
}

fn of_terraform(is_wanted: impl Fn(&str) -> bool + Copy) -> Vec<Vec<u8>> {
    contents(files("fixtures", is_wanted))
}

pub(super) fn plans() -> Vec<Vec<u8>> {
    of_terraform(|name| name.ends_with("plan.json"))
}

/// States, and plans read as if they were some: what they list is the same.
pub(super) fn states() -> Vec<Vec<u8>> {
    let mut seeds = of_terraform(|name| name == "state.json");
    for plan in contents(files("fixtures/plans/shapes", |name| name == "plan.json")) {
        let Ok(mut plan) = serde_json::from_slice::<serde_json::Value>(&plan) else { continue };
        let values = plan["planned_values"].take();
        let state = serde_json::json!({
            "format_version": "1.0", "terraform_version": "1.11.4", "values": values,
        });
        seeds.push(state.to_string().into_bytes());
    }
    seeds
}

pub(super) fn rules() -> Vec<Vec<u8>> {
    contents(files("rules", |name| name.ends_with(".hcl")))
}

/// Directories with Terraform, each as one text.
pub(super) fn directories() -> Vec<Vec<u8>> {
    let mut tops: Vec<PathBuf> = files("fixtures", |name| {
        name.ends_with(".tf") || name.ends_with(".tf.json") || name.ends_with(".tfvars")
    })
    .into_iter()
    .filter_map(|file| file.parent().map(Path::to_owned))
    .collect();
    tops.sort();
    tops.dedup();
    let texts = tops.iter().map(|top| {
        let mut text = String::new();
        let walk = WalkDir::new(top).sort_by_file_name().into_iter().flatten();
        for entry in walk.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path().strip_prefix(top).unwrap_or(entry.path()).to_string_lossy().into_owned();
            // The plan of a directory is no part of it.
            if path.ends_with(".json") && !path.ends_with(".tf.json") && !path.ends_with(".tfvars.json") {
                continue;
            }
            let Ok(contents) = fs::read_to_string(entry.path()) else { continue };
            text.push_str(&format!("{FILE}{path}\n{contents}"));
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        text.into_bytes()
    });
    texts.filter(|text| text.len() <= LARGEST_DIRECTORY).collect()
}

/// Texts for every place of a report, some of which do harm elsewhere.
pub(super) fn reports() -> Vec<Vec<u8>> {
    let marks = [[0, 3, 5, 2, 9, 9, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0], [200, 255, 1, 1, 100, 80, 3, 200]];
    let parts: [&[&str]; 3] = [
        &["x.tf", "a {\n  b = \"c\"\n}\n", "a message", "what to do", "module.a.b[\"c\"]", "here", "there"],
        &["::error.tf", "\u{1b}[31m\n::error::x\n", "##[group]", "\u{202e}", "a\nb", "\t", "![x](y)"],
        &["a|b.tf", "é\u{301}\u{200b}\r\n<b>", "`x` [y](z)", "&amp;<!--", "\"'", "$\\{x}", "]]>"],
    ];
    let joined = parts.iter().map(|parts| parts.join(PART).into_bytes());
    joined.zip(marks).map(|(text, marks)| [marks.to_vec(), text].concat()).collect()
}

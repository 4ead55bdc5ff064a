//! 3,074 expressions with Terraform 1.11's own answers. What we call known must be what Terraform says; what differs on
//! purpose stands in `deliberate.tsv` with its reason.

mod compare;
mod monotone;
mod world;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use compare::Verdicts;

use crate::support::cases::families;
use crate::support::fixture;

fn folder() -> PathBuf {
    fixture("language/cases")
}

/// Reasons by case id; an id may end in `*`.
fn deliberate() -> Vec<(String, String)> {
    fs::read_to_string(folder().join("deliberate.tsv"))
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (id, reason) = line.split_once('\t').unwrap_or_else(|| panic!("no reason: {line}"));
            (id.to_owned(), reason.to_owned())
        })
        .collect()
}

fn matches(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => pattern == id,
    }
}

#[test]
fn knowing_less_of_an_argument_gives_no_other_result() {
    let mut broken = Vec::new();
    let mut count = 0;
    for (_, cases) in families() {
        for case in cases {
            count += monotone::check(&folder(), &case, &mut broken);
        }
    }
    assert!(count > 5_000, "only {count} calls were tried");
    assert!(broken.is_empty(), "{} of {count}:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn expressions_come_to_what_terraform_says() {
    let deliberate = deliberate();
    let mut used = vec![false; deliberate.len()];
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "jsonl")) {
        let family = file.file_stem().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(file).unwrap().lines() {
            let case: Json = serde_json::from_str(line).unwrap();
            let id = case["id"].as_str().unwrap();
            let counted = counts.entry(family.clone()).or_default();
            match compare::check(&folder(), &case) {
                Verdicts::Agrees => counted[0] += 1,
                Verdicts::Differs(how) => {
                    match deliberate.iter().position(|(pattern, _)| matches(pattern, id)) {
                        Some(at) => {
                            used[at] = true;
                            counted[1] += 1;
                        }
                        None => {
                            counted[2] += 1;
                            wrong.push(format!("{id}\t{}\n    {how}", case["expr"].as_str().unwrap()));
                        }
                    }
                }
            }
        }
    }
    for (family, [agreed, deliberate, wrong]) in &counts {
        println!("{family:12} {agreed:5} agreed {deliberate:4} deliberate {wrong:4} wrong");
    }
    let stale: Vec<&String> =
        deliberate.iter().zip(&used).filter(|(_, used)| !**used).map(|((id, _), _)| id).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(stale.is_empty(), "no longer different: {stale:?}");
}

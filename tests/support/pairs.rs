//! Everything in `fixtures/` of which there are both a configuration and a plan that Terraform made of it.

use std::path::PathBuf;

use super::{entries, fixture};

/// Name, directory and plan of each.
pub(crate) fn pairs() -> Vec<(String, PathBuf, PathBuf)> {
    let mut cases = Vec::new();
    for folder in ["language", "plans/shapes"] {
        for directory in entries(folder) {
            let plan = directory.join("plan.json");
            if plan.is_file() && directory.join("main.tf").is_file() {
                let name = directory.file_name().unwrap().to_string_lossy().into_owned();
                cases.push((format!("{folder}/{name}"), directory, plan));
            }
        }
    }
    for (plans, folder, inside) in [
        ("stacks", "stacks", ""),
        ("unchanged", "stacks", ""),
        ("half_there", "stacks", ""),
        ("changes", "changes", "after"),
    ] {
        for plan in entries(&format!("plans/{plans}")) {
            let file = plan.file_name().unwrap().to_string_lossy().into_owned();
            let (stem, _) = file.split_once('.').unwrap();
            let directory = fixture(folder).join(stem).join(inside);
            cases.push((format!("plans/{plans}/{stem}"), directory, plan));
        }
    }
    cases
}

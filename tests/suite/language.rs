//! The language, case by case, against the plans that real Terraform made: `fixtures/language/<case>/`.

use std::path::PathBuf;

use crate::support::entries;
use crate::support::parity::{Parity, Schemas, compare};

fn cases() -> Vec<PathBuf> {
    let mut cases = entries("language");
    cases.retain(|path| path.join("plan.json").is_file());
    cases
}

#[test]
fn every_attribute_of_every_instance_is_what_terraform_planned() {
    let mut all = Parity::default();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    for case in &cases {
        let text = std::fs::read_to_string(case.join("plan.json")).unwrap();
        let plan = serde_json::from_str(&text).unwrap();
        let parity = compare(case, &plan, &mut Schemas::default(), &[]);
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        for [address, path, ours, theirs] in &parity.examples {
            wrong.push(format!("{name}: {address}.{path}\n    ours      {ours}\n    Terraform {theirs}"));
        }
        for address in &parity.only_hcl {
            wrong.push(format!("{name}: {address} is not in the plan"));
        }
        for address in &parity.only_plan {
            wrong.push(format!("{name}: {address} is only in the plan"));
        }
        all.both += parity.both;
        all.resolvable += parity.resolvable;
        all.resolved += parity.resolved;
        all.wrong += parity.wrong;
        for (cause, count) in parity.unresolved {
            *all.unresolved.entry(cause).or_default() += count;
        }
    }
    println!(
        "{} cases, {} instances: {} of {} values resolved, {} wrong, unresolved by cause: {:?}",
        cases.len(),
        all.both,
        all.resolved,
        all.resolvable,
        all.wrong,
        all.unresolved
    );
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

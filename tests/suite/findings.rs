//! The same findings from configuration and from its plan: every stack, new, half there and unchanged, every change,
//! shape and case of the language. Where one of the two knows more, `fixtures/plans/differences.tsv` says so and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::pairs::pairs;
use crate::support::parity::compare_findings;
use crate::support::{fixture, verdicts};

/// A difference: case, rule, address, verdict on the configuration, verdict on the plan.
type Difference = [String; 5];

/// What is expected to differ, with the reason.
fn listed() -> BTreeMap<Difference, String> {
    let text = std::fs::read_to_string(fixture("plans/differences.tsv")).unwrap();
    let mut listed = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [difference @ .., reason] = cells.as_slice() else { panic!("no cells: {line}") };
        let difference: Difference = difference
            .iter()
            .map(|cell| (*cell).to_owned())
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|_| panic!("six cells are wanted: {line}"));
        assert!(!reason.trim().is_empty(), "no reason: {line}");
        assert!(listed.insert(difference, (*reason).to_owned()).is_none(), "listed twice: {line}");
    }
    listed
}

#[test]
fn configuration_and_plan_have_the_same_findings() {
    let mut found: BTreeSet<Difference> = BTreeSet::new();
    let mut both = 0;
    let cases = pairs();
    for (name, directory, plan) in &cases {
        let findings = compare_findings(directory, plan, None, &[]);
        both += findings.both.len();
        let mut verdicts: BTreeMap<[String; 2], [String; 2]> = BTreeMap::new();
        for (side, all) in [&findings.only_hcl, &findings.only_plan].into_iter().enumerate() {
            for [rule, address, verdict] in all {
                let neither = || ["pass".to_owned(), "pass".to_owned()];
                let entry = verdicts.entry([rule.clone(), address.clone()]).or_insert_with(neither);
                entry[side].clone_from(verdict);
            }
        }
        for ([rule, address], [hcl, plan]) in verdicts {
            found.insert([name.clone(), rule, address, hcl, plan]);
        }
    }
    let listed = listed();
    let lines =
        |all: Vec<&Difference>| all.iter().map(|difference| difference.join("\t") + "\n").collect::<String>();
    let unlisted = lines(found.iter().filter(|difference| !listed.contains_key(*difference)).collect());
    let stale = lines(listed.keys().filter(|difference| !found.contains(*difference)).collect());
    println!("{} cases, {both} verdicts on both, {} differences", cases.len(), found.len());
    assert!(
        cases.len() >= 90 && both >= 200,
        "{} cases, {both} verdicts: something is not read",
        cases.len()
    );
    assert!(
        unlisted.is_empty() && stale.is_empty(),
        "not in plans/differences.tsv:\n{unlisted}\nno longer different:\n{stale}"
    );
}

/// Read together they know what either of them knows.
#[test]
fn a_plan_with_its_source_leaves_nothing_open_that_one_of_them_decides() {
    let mut wrong = Vec::new();
    // What an unfinished plan leaves out stays open, whatever the configuration has.
    let unfinished = ["plans/shapes/errored", "plans/shapes/partial"];
    let whole = |(name, ..): &(String, PathBuf, PathBuf)| !unfinished.contains(&name.as_str());
    for (name, directory, plan) in pairs().into_iter().filter(whole) {
        let together = verdicts::of(&plan, Some(&directory), &[]);
        let alone = [verdicts::of(&directory, None, &[]), verdicts::of(&plan, None, &[])];
        for [rule, address, verdict] in &together {
            // Of what fails on one side and passes on the other, the plan knows more.
            let decided =
                |side: &BTreeSet<_>| side.contains(&[rule.clone(), address.clone(), "fail".to_owned()]);
            let is_wrong = match verdict.as_str() {
                "unknown" => alone.iter().any(decided),
                _ => !alone.iter().any(decided),
            };
            if is_wrong {
                wrong.push(format!("{name}\t{rule}\t{address}\t{verdict}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

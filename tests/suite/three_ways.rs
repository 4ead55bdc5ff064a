//! One configuration three ways: as its source, as the plan that Terraform made of it, and as the plan with its source. What is
//! decided one way is never decided otherwise another way; what each case in `fixtures/three_ways/` comes to stands in its
//! `expected.txt`, which `cargo bless` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buttress::estate::Estate;

use crate::support::estate::{of_directory, of_plan, of_plan_and_directory};
use crate::support::verdicts::Said;
use crate::support::{blesses, entries, fixture, verdicts};

/// Rule and address, and what is said of it: on the source, on the plan, on both. `None` where the node passes or is skipped.
type Table = BTreeMap<(String, String), [Option<String>; 3]>;

fn table(dir: &Path, plan: &Path) -> Table {
    let said: [BTreeSet<Said>; 3] =
        [verdicts::of(dir, None, &[]), verdicts::of(plan, None, &[]), verdicts::of(plan, Some(dir), &[])];
    let mut table = Table::new();
    for (way, said) in said.into_iter().enumerate() {
        for [rule, address, verdict] in said {
            table.entry((rule, address)).or_default()[way] = Some(verdict);
        }
    }
    table
}

fn show(table: &Table) -> String {
    let mut text = String::new();
    for ((rule, address), said) in table {
        let [source, plan, both] = said.each_ref().map(|said| said.as_deref().unwrap_or("-"));
        let _ = writeln!(text, "{rule} {address}: source {source}, plan {plan}, both {both}");
    }
    text
}

/// What is decided in two ways. A node that is not there one way, because it is not known how many there are, says nothing.
fn contradictions(table: &Table, estates: &[Estate; 3]) -> Vec<String> {
    let is_there = |estate: &Estate, address: &str| {
        let mut certain = estate.instances.iter().filter(|instance| instance.uncertain.is_none());
        certain.any(|instance| instance.address == address)
    };
    let mut found = Vec::new();
    for ((rule, address), said) in table {
        let fails = said.iter().any(|said| said.as_deref() == Some("fail"));
        let passes =
            said.iter().zip(estates).any(|(said, estate)| said.is_none() && is_there(estate, address));
        if fails && passes {
            found.push(format!("{rule} {address}: {said:?}"));
        }
    }
    found
}

fn estates(dir: &Path, plan: &Path) -> [Estate; 3] {
    [of_directory(dir, &[]), of_plan(plan), of_plan_and_directory(plan, dir)]
}

#[test]
fn each_case_is_what_is_written() {
    let cases = entries("three_ways");
    assert!(cases.len() >= 5);
    for case in cases {
        let shown = show(&table(&case, &case.join("plan.json")));
        let expected = case.join("expected.txt");
        if blesses() {
            std::fs::write(&expected, &shown).unwrap();
        }
        let written = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(shown, written, "{}", case.display());
    }
}

#[test]
fn no_rule_contradicts_itself_on_any_fixture() {
    let mut pairs: Vec<(PathBuf, PathBuf)> = ["three_ways", "language"]
        .into_iter()
        .flat_map(entries)
        .map(|dir| (dir.join("plan.json"), dir))
        .filter(|(plan, _)| plan.is_file())
        .collect();
    for stack in ["three_tier_fragile", "three_tier_robust", "serverless_events"] {
        pairs.push((fixture(format!("plans/stacks/{stack}.json")), fixture(format!("stacks/{stack}"))));
    }
    assert!(pairs.len() > 45);
    let mut wrong = Vec::new();
    for (plan, dir) in &pairs {
        let found = contradictions(&table(dir, plan), &estates(dir, plan));
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", dir.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

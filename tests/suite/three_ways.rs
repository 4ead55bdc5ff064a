//! One configuration three ways: as its source, as the plan that Terraform made of it, and as the plan with its source. What is
//! decided one way is never decided otherwise another way; what each case in `fixtures/three_ways/` comes to stands in its
//! `expected.txt`, which `cargo bless` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use buttress::estate::Estate;

use crate::support::estate::{of_directory, of_plan, of_plan_and_directory};
use crate::support::pairs::pairs;
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
            || estate.calls.iter().any(|call| call.address.as_str() == address)
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

/// What the state keeps although nobody writes it any more: the configuration cannot tell.
const KEPT_BY_THE_STATE: &[(&str, &str)] = &[
    ("plans/changes/release", "sqs-without-dead-letter aws_sqs_queue.orders"),
    ("joined", "rds-single-az aws_db_instance.legacy"),
    ("plans/shapes/update_in_place", "sqs-without-dead-letter aws_sqs_queue.orders"),
];

#[test]
fn no_rule_contradicts_itself_on_any_fixture() {
    let mut pairs = pairs();
    for dir in entries("three_ways") {
        pairs.push((format!("three_ways/{}", dir.display()), dir.clone(), dir.join("plan.json")));
    }
    pairs.push(("joined".to_owned(), fixture("joined/after"), fixture("plans/joined/after.json")));
    assert!(pairs.len() > 100, "{} pairs", pairs.len());
    let mut wrong = Vec::new();
    for (name, dir, plan) in &pairs {
        for found in contradictions(&table(dir, plan), &estates(dir, plan)) {
            let is_kept =
                KEPT_BY_THE_STATE.iter().any(|(case, what)| case == name && found.starts_with(what));
            if !is_kept {
                wrong.push(format!("{name}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! The names of metrics, errors and calls by which rules say that one notices a defect.

use std::collections::{BTreeMap, BTreeSet};

use buttress::rule::RuleSet;

use crate::support::{fixture, repository};

/// What a name in the list may be.
const KINDS: [&str; 4] = ["metric", "error", "call", "field"];

/// The parts of a text in code style that look like a name of AWS: letters of both sizes, the first one large.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|name| {
        name.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit())
            && name.contains(|letter: char| letter.is_ascii_lowercase())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
    })
}

/// The metrics in the table of recommended alarms.
fn recommended() -> BTreeSet<String> {
    let table = repository().join("rules/aws/model/recommended_alarms.hcl");
    let text = std::fs::read_to_string(table).unwrap();
    let rows = text.split("metric = \"").skip(1);
    rows.filter_map(|row| row.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_name_in_a_notice_is_one_that_aws_has() {
    let listed = std::fs::read_to_string(fixture("notices.tsv")).unwrap();
    let rows = listed.lines().filter(|line| !line.starts_with('#'));
    let listed: BTreeMap<&str, &str> = rows.filter_map(|row| row.split_once('\t')).collect();
    assert!(listed.values().all(|kind| KINDS.contains(kind)), "every name has a kind");
    let recommended = recommended();
    assert!(recommended.len() > 60, "the table was read: {}", recommended.len());

    let set = RuleSet::embedded();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for rule in &set.rules {
        for name in names(&rule.notice) {
            said.insert(name);
            let is_known = recommended.contains(name) || listed.contains_key(name);
            assert!(
                is_known,
                "{}: nobody knows `{name}`; add it to fixtures/notices.tsv if AWS has it",
                rule.id
            );
        }
    }
    let of_no_use: Vec<&&str> =
        listed.keys().filter(|name| !said.contains(**name) || recommended.contains(**name)).collect();
    assert!(of_no_use.is_empty(), "no rule says these, or the table has them: {of_no_use:?}");
}

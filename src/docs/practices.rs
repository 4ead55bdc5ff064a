//! The page that maps lists of others to rules: what covers a practice is what rules cite.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::{Page, in_cell};
use crate::rule::framework::{Framework, Practice};
use crate::rule::{Rule, RuleSet};

/// The page, and what is wrong with the table: rows that are malformed, both covered and excused, or neither; and what rules cite and
/// the table does not have.
#[must_use]
pub fn practices(set: &RuleSet, table: &str) -> (Page, Vec<String>) {
    let mut mistakes = Vec::new();
    let frameworks = Framework::all();
    for line in table.lines().skip(1).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let is_listed = frameworks.iter().any(|framework| cells.first() == Some(&framework.list));
        if !is_listed || !(3..=4).contains(&cells.len()) {
            mistakes.push(format!("this row is malformed: {line}"));
        }
    }
    let mut out = String::from(
        "# What is covered of the lists of others\n\nGenerated from `rules/practices.tsv` and the references of rules; do not edit.\n",
    );
    for framework in frameworks {
        let (list, cites) = (framework.list, framework.cites);
        let cited = cited(set, &framework);
        let rows: Vec<Practice<'_>> = framework.practices(table).collect();
        let known: BTreeSet<&str> = rows.iter().map(|row| row.id).collect();
        for id in cited.keys().filter(|id| !known.contains(**id)) {
            mistakes.push(format!("`{cites} {id}` is cited by a rule and not in the table"));
        }
        let covered = rows.iter().filter(|row| cited.contains_key(row.id)).count();
        let _ = writeln!(out, "\n## {list}\n\n{covered} of {} are covered.\n", rows.len());
        out.push_str("| id | what it asks | rules, or why there is none |\n| --- | --- | --- |\n");
        for row in &rows {
            let rules = cited.get(row.id);
            match (rules, row.not_covered.is_empty()) {
                (Some(_), false) => mistakes.push(format!("{list} {}: covered and excused", row.id)),
                (None, true) => mistakes.push(format!("{list} {}: neither covered nor excused", row.id)),
                _ => {}
            }
            let answer = match rules {
                Some(rules) => linked(rules),
                None => in_cell(row.not_covered),
            };
            let _ = writeln!(out, "| {} | {} | {answer} |", in_cell(row.id), in_cell(row.title));
        }
    }
    (Page { path: "docs/rules/coverage.md".to_owned(), text: out }, mistakes)
}

/// What rules cite of a list, each with the rules.
fn cited<'a>(set: &'a RuleSet, framework: &Framework) -> BTreeMap<&'a str, Vec<&'a Rule>> {
    let mut cited: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &set.rules {
        framework.cited_by(rule).for_each(|id| cited.entry(id).or_default().push(rule));
    }
    cited
}

/// Rules with links to their pages; of many, the first ones.
fn linked(rules: &[&Rule]) -> String {
    const SHOWN: usize = 12;
    let mut links: Vec<String> =
        rules.iter().take(SHOWN).map(|rule| format!("[{0}]({0}.md)", rule.id)).collect();
    if rules.len() > SHOWN {
        links.push(format!("and {} more", rules.len() - SHOWN));
    }
    links.join(", ")
}

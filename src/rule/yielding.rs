//! One finding per defect: where a rule that looks at the whole reports what a more specific rule reports too, the more specific finding
//! stays, and what the other has to say becomes a label of it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::run::Verdicts;
use super::verdict::UnknownVerdict;
use super::{Rule, rule_of};
use crate::decode::{Mistakes, suggest};
use crate::diagnostic::{Diagnostic, Label, PathNode};
use crate::value::Str;

use std::sync::Arc;

/// What a rule says that yields to others, until these have run.
#[derive(Debug)]
pub(super) struct Yielding {
    pub(super) rule: Arc<Rule>,
    /// The addresses of what a finding of the others is about.
    pub(super) about: Vec<Str>,
    /// What their finding gets.
    pub(super) labels: Vec<Label>,
    pub(super) said: Said,
}

/// What a rule says of a node that is no pass.
#[derive(Debug)]
pub(super) enum Said {
    Fails(Box<Diagnostic>),
    Unknown(UnknownVerdict),
}

/// Which verdicts there are about which node, by rule and address.
type VerdictIndex = FxHashMap<(Str, Str), usize>;

/// Lets every rule that yields say what no other one has said. What others have said gets the labels.
pub(super) fn settle(all: &mut Verdicts, yielding: Vec<Yielding>) {
    if yielding.is_empty() {
        return;
    }
    let mut findings = VerdictIndex::default();
    let mut unknown = VerdictIndex::default();
    for (at, finding) in all.findings.iter().enumerate() {
        findings.entry((finding.id.clone(), finding.address.clone())).or_insert(at);
    }
    for (at, verdict) in all.unknown.iter().enumerate() {
        unknown.entry((verdict.rule.clone(), verdict.address.clone())).or_insert(at);
    }
    for Yielding { rule, about, labels, said } in in_order(yielding) {
        let others = rule.yields.iter().flat_map(|yields| &yields.rules);
        let mut keys =
            others.flat_map(|other| about.iter().map(|address| (other.value.clone(), address.clone())));
        let told =
            keys.clone().find_map(|key| findings.get(&key).copied()).and_then(|at| all.findings.get_mut(at));
        match (said, told) {
            (Said::Fails(finding), Some(told)) => join(told, labels, finding.path),
            (Said::Fails(finding), None) => {
                findings.entry((finding.id.clone(), finding.address.clone())).or_insert(all.findings.len());
                all.findings.push(*finding);
            }
            // What is unknown may be what is reported.
            (Said::Unknown(_), Some(_)) => {}
            (Said::Unknown(verdict), None) => {
                let open =
                    keys.find_map(|key| unknown.get(&key).copied()).and_then(|at| all.unknown.get_mut(at));
                match open {
                    Some(open) if open.rules().all(|rule| *rule != verdict.rule) => {
                        open.further_rules.push(verdict.rule);
                    }
                    Some(_) => {}
                    None => {
                        unknown
                            .entry((verdict.rule.clone(), verdict.address.clone()))
                            .or_insert(all.unknown.len());
                        all.unknown.push(verdict);
                    }
                }
            }
        }
    }
    all.findings.sort_by(|a, b| a.id.cmp(&b.id));
}

/// Adds what the finding does not say yet.
fn join(told: &mut Diagnostic, labels: Vec<Label>, path: Vec<PathNode>) {
    for label in labels {
        let is_there = |known: &Label| known.location == label.location;
        if !told.primary.iter().chain(&told.related).any(is_there) {
            told.related.push(label);
        }
    }
    if told.path.is_empty() {
        told.path = path;
    }
}

/// Rules that others yield to come before those.
fn in_order(mut yielding: Vec<Yielding>) -> Vec<Yielding> {
    let mut ids: Vec<Str> = yielding.iter().map(|one| one.rule.id.clone()).collect();
    ids.dedup();
    let mut ranks: FxHashMap<Str, usize> = FxHashMap::default();
    // Rules do not yield in a circle, so each round settles one at least.
    for round in 0..ids.len() {
        for one in &yielding {
            let others = one.rule.yields.iter().flat_map(|yields| &yields.rules);
            let waits = others
                .filter(|other| ids.contains(&other.value))
                .any(|other| ranks.get(&other.value).is_none_or(|rank| *rank >= round));
            if !waits {
                ranks.entry(one.rule.id.clone()).or_insert(round);
            }
        }
    }
    yielding.sort_by_key(|one| ranks.get(&one.rule.id).copied().unwrap_or(usize::MAX));
    yielding
}

/// Checks that new rules yield to rules that there are, and to none that yields back.
pub(super) fn check(new: &[Arc<Rule>], rules: &[Arc<Rule>], mistakes: &Mistakes) {
    for rule in new {
        let Some(yields) = &rule.yields else { continue };
        for other in yields.rules.iter().filter(|other| rule_of(rules, &other.value).is_none()) {
            let problem =
                Diagnostic::error("rule/unknown-rule", format!("there is no rule `{}`", other.value))
                    .at(other.span, "unknown name");
            mistakes.push(suggest(problem, &other.value, rules.iter().map(|rule| rule.id.as_str())));
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = yields.rules.iter().map(|other| other.value.as_str()).collect();
        while let Some(id) = next.pop() {
            let others = rule_of(rules, id).and_then(|other| other.yields.as_ref());
            next.extend(
                others
                    .filter(|_| seen.insert(id))
                    .into_iter()
                    .flat_map(|to| to.rules.iter().map(|id| id.value.as_str())),
            );
            seen.insert(id);
        }
        if seen.contains(rule.id.as_str()) {
            let problem = Diagnostic::error(
                "rule/circle",
                format!("`{}` yields to itself, directly or through others", rule.id),
            );
            mistakes.push(problem.at(rule.span, "here"));
        }
    }
}

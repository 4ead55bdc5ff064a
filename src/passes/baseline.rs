//! `--baseline` and `--write-baseline`: sets aside findings that are accepted, and finds entries that nothing meets any more.
//!
//! Two findings with one fingerprint are two: an entry accepts as many in a root module as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::PassContext;
use crate::baseline::{Accepted, Baseline};
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::files::path::seen_from;
use crate::graph::ROOT_MODULE;
use crate::report::{BaselineSummary, Entry, FixedAccepted, Report, Root, Status};
use crate::rule::verdict::UnknownVerdict;
use crate::settings::UnknownPolicy;
use crate::value::Str;

/// A baseline and what the run knows about its entries.
#[derive(Debug)]
pub struct BaselineInput {
    /// What has been accepted so far.
    pub baseline: Baseline,
    /// Whether what the run finds is accepted from now on.
    pub write: bool,
    /// The roots of its entries that are gone from the directories of the run: there is no configuration any more.
    pub gone: BTreeSet<String>,
    /// The directory at which paths in the file start, if what is checked is in no repository.
    pub home: Option<PathBuf>,
}

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    let Some(input) = context.baseline else { return };
    let unknown = unknown_rules(input, report);
    report.diagnostics.extend(unknown.into_iter().map(Entry::of_run));
    let matching = Matching::new(context, report, input);
    let summary = if input.write { matching.write() } else { matching.compare() };
    report.baseline = summary;
}

/// The problems of entries whose rule does not exist. Nothing can be said of these, so they are neither met nor fixed.
fn unknown_rules(input: &BaselineInput, report: &Report) -> Vec<Diagnostic> {
    let rules: BTreeSet<&Str> = input.baseline.entries.keys().map(|accepted| &accepted.rule).collect();
    let ids = || report.rules.iter().map(|rule| rule.id.as_str());
    let problem = |rule: &Str| {
        let problem = Diagnostic::warning(
            "baseline/unknown-rule",
            format!("the baseline accepts findings of `{rule}`, and there is no such rule"),
        );
        problem.help(match nearest(rule, ids()) {
            Some(near) => format!("did you mean `{near}`? Otherwise delete its entries, or name the directory of the rule with `--rules`"),
            None => "delete its entries, or name the directory of the rule with `--rules`".to_owned(),
        })
    };
    rules.into_iter().filter(|rule| !is_rule(report, rule)).map(problem).collect()
}

/// Whether there is a rule with this id or former id, or a finding of the program itself with this code.
fn is_rule(report: &Report, id: &Str) -> bool {
    report.rule(id).is_some()
        || report.rules.iter().any(|rule| rule.renamed_from.contains(id))
        || !codes::meaning(id).is_empty()
}

/// How often something is met in one root.
type MetByRoot = BTreeMap<(usize, Accepted), usize>;

/// The comparison of a report with a baseline.
struct Matching<'a> {
    context: &'a PassContext<'a>,
    report: &'a mut Report,
    input: &'a BaselineInput,
    /// For each root, the environment that its entries name, if the run checks it for several.
    environments: Vec<Option<String>>,
    met: MetByRoot,
    summary: BaselineSummary,
}

impl<'a> Matching<'a> {
    fn new(context: &'a PassContext<'a>, report: &'a mut Report, input: &'a BaselineInput) -> Self {
        let mut variants: BTreeMap<&PathBuf, usize> = BTreeMap::new();
        report.roots.iter().for_each(|root| *variants.entry(&root.path).or_default() += 1);
        let is_one_of_several = |root: &Root| variants.get(&root.path).is_some_and(|n| *n > 1);
        let environment = |root: &Root| root.environment.clone().filter(|_| is_one_of_several(root));
        let environments = report.roots.iter().map(environment).collect();
        Self {
            context,
            report,
            input,
            environments,
            met: MetByRoot::new(),
            summary: BaselineSummary::default(),
        }
    }

    /// Whether unknown verdicts can fail the run and so may be accepted.
    fn has_unknown(&self) -> bool {
        self.context.settings.unknown == UnknownPolicy::Fail
    }

    fn accepted(&self, entry: &Entry<Diagnostic>) -> Option<(usize, Accepted)> {
        let root = entry.root.filter(|_| entry.what.is_finding() && entry.is_reported())?;
        let fingerprint = self.report.fingerprint(entry);
        Some((
            root,
            Accepted {
                root: fingerprint.root,
                rule: fingerprint.rule,
                address: fingerprint.address,
                defect: fingerprint.defect,
                environment: self.environments.get(root).cloned().flatten(),
                is_unknown: false,
            },
        ))
    }

    fn accepted_unknown(&self, root: usize, rule: &Str, address: &Str) -> Accepted {
        Accepted {
            root: self.report.roots.get(root).map(|root| root.place.clone()).unwrap_or_default(),
            rule: rule.clone(),
            address: address.clone(),
            defect: Str::new(),
            environment: self.environments.get(root).cloned().flatten(),
            is_unknown: true,
        }
    }

    /// Sets aside what the baseline accepts.
    fn compare(mut self) -> Option<BaselineSummary> {
        let mut diagnostics = std::mem::take(&mut self.report.diagnostics);
        for entry in &mut diagnostics {
            if self.accepted(entry).is_some_and(|(root, accepted)| self.meets(root, accepted)) {
                entry.set_aside(Status::Baseline);
                self.summary.accepted += 1;
            }
        }
        self.report.diagnostics = diagnostics;
        if self.has_unknown() {
            let mut unknown = std::mem::take(&mut self.report.unknown);
            for entry in unknown.iter_mut().filter(|entry| entry.is_reported()) {
                self.compare_unknown(entry);
            }
            self.report.unknown = unknown;
        }
        self.summary.fixed = self.fixed();
        Some(self.summary)
    }

    fn compare_unknown(&mut self, entry: &mut Entry<UnknownVerdict>) {
        let Some(root) = entry.root else { return };
        let mut open: BTreeSet<Str> = BTreeSet::new();
        for rule in entry.what.rules() {
            let accepted = self.accepted_unknown(root, rule, &entry.what.address);
            if !self.meets(root, accepted) {
                open.insert(rule.clone());
            }
        }
        if !entry.what.keep_rules(|rule| open.contains(rule)) {
            entry.set_aside(Status::Baseline);
            self.summary.accepted_unknown += 1;
        }
    }

    /// Whether an entry has room for one more; takes it.
    fn meets(&mut self, root: usize, accepted: Accepted) -> bool {
        let moved = self.earlier(root, &accepted.address).iter().cloned();
        let addresses = std::iter::once(accepted.address.clone()).chain(moved);
        let all: Vec<Accepted> = addresses
            .flat_map(|address| {
                let here = Accepted { address, ..accepted.clone() };
                let everywhere = Accepted { environment: None, ..here.clone() };
                self.names(here).chain(self.names(everywhere))
            })
            .collect();
        all.into_iter().any(|entry| {
            let room = self.input.baseline.entries.get(&entry).copied().unwrap_or_default();
            let met = self.met.entry((root, entry)).or_default();
            let has_room = *met < room;
            *met += usize::from(has_room);
            has_room
        })
    }

    /// The earlier addresses of what has an address now.
    fn earlier(&self, root: usize, address: &Str) -> &[Str] {
        let facts = self.context.roots.get(root);
        facts.and_then(|facts| facts.earlier.get(address)).map_or(&[], Vec::as_slice)
    }

    /// The same under the present and the former ids of its rule.
    fn names(&self, accepted: Accepted) -> impl Iterator<Item = Accepted> + use<> {
        let former =
            self.report.rule(&accepted.rule).map(|rule| rule.renamed_from.clone()).unwrap_or_default();
        let of = accepted.clone();
        std::iter::once(accepted).chain(former.into_iter().map(move |rule| Accepted { rule, ..of.clone() }))
    }

    /// The entries that nothing meets, as far as the run has looked.
    fn fixed(&self) -> Vec<FixedAccepted> {
        if self.report.is_incomplete() {
            return Vec::new();
        }
        let open = self.undecided();
        let mut most: BTreeMap<&Accepted, usize> = BTreeMap::new();
        for ((_, accepted), met) in &self.met {
            let most = most.entry(accepted).or_default();
            *most = (*most).max(*met);
        }
        let entries = self.input.baseline.entries.iter();
        entries
            .filter(|(accepted, _)| !accepted.is_unknown || self.has_unknown())
            .filter_map(|(accepted, count)| {
                let left = count.saturating_sub(most.get(accepted).copied().unwrap_or_default());
                let is_fixed = left > 0 && self.is_covered(accepted) && !open.contains(accepted);
                is_fixed.then(|| FixedAccepted {
                    root: accepted.root.clone(),
                    rule: accepted.rule.clone(),
                    address: accepted.address.clone(),
                    count: left,
                })
            })
            .collect()
    }

    /// Whether the run has looked for an entry: it has checked its root, or its root is gone from where the run has looked.
    fn is_covered(&self, accepted: &Accepted) -> bool {
        if !is_rule(self.report, &accepted.rule) {
            return false;
        }
        let mut is_root = false;
        for (root, facts) in self.report.roots.iter().zip(self.context.roots) {
            if root.place == accepted.root {
                is_root = true;
                let is_asked = !facts.not_asked.contains(&accepted.rule);
                let environment = accepted.environment.as_ref();
                if is_asked && (environment.is_none() || environment == root.environment.as_ref()) {
                    return true;
                }
            }
        }
        !is_root && self.input.gone.contains(&accepted.root)
    }

    /// The entries about which the run does not know whether they are met.
    fn undecided(&self) -> BTreeSet<Accepted> {
        let mut open: BTreeSet<(&str, &Str, &Str)> = BTreeSet::new();
        for entry in &self.report.unknown {
            let Some(root) = self.report.root(entry) else { continue };
            let earlier = entry.root.map_or(&[][..], |root| self.earlier(root, &entry.what.address));
            for rule in entry.what.rules() {
                for address in earlier.iter().chain([&entry.what.address]) {
                    open.insert((&root.place, rule, address));
                }
            }
        }
        let everywhere = Str::from(ROOT_MODULE);
        let is_open = |accepted: &&Accepted| {
            let at = |address| open.contains(&(accepted.root.as_str(), &accepted.rule, address));
            !accepted.is_unknown && (at(&accepted.address) || at(&everywhere))
        };
        self.input.baseline.entries.keys().filter(is_open).cloned().collect()
    }

    /// Accepts everything that is reported, and keeps the entries of roots that the run has not looked at.
    fn write(mut self) -> Option<BaselineSummary> {
        if self.report.is_incomplete() {
            let problem = Diagnostic::error(
                "baseline/incomplete",
                "the baseline is not written because not everything could be read",
            )
            .help("mend what the other errors say, or name the directories that can be checked");
            self.report.diagnostics.push(Entry::of_run(problem));
            return None;
        }
        let mut met = MetByRoot::new();
        let findings = self.report.diagnostics.iter().filter_map(|entry| self.accepted(entry));
        let unknown = self.report.unknown.iter().filter(|entry| entry.is_reported() && self.has_unknown());
        let unknown = unknown.flat_map(|entry| {
            let root = entry.root.unwrap_or_default();
            let rules = entry.what.rules();
            rules.map(move |rule| (root, rule, &entry.what.address))
        });
        let unknown = unknown.map(|(root, rule, address)| (root, self.accepted_unknown(root, rule, address)));
        for key in findings.chain(unknown) {
            *met.entry(key).or_default() += 1;
        }
        let mut baseline = Baseline::default();
        let kept = self.input.baseline.entries.iter().filter(|(accepted, _)| !self.is_covered(accepted));
        baseline.entries.extend(kept.map(|(accepted, count)| (accepted.clone(), *count)));
        for ((_, accepted), met) in met {
            let count = baseline.entries.entry(accepted).or_default();
            *count = (*count).max(met);
        }
        let baseline = match &self.input.home {
            Some(home) => baseline.with_roots(|root| {
                let path = self.context.reader.absolute(Path::new(root));
                path.map_or_else(|| root.to_owned(), |path| seen_from(home, &path))
            }),
            None => baseline,
        };
        self.summary.text = Some(baseline.text());
        let has_unknown = self.has_unknown();
        for entry in self.report.diagnostics.iter_mut() {
            if entry.what.is_finding() && entry.is_reported() {
                entry.set_aside(Status::Baseline);
                self.summary.accepted += 1;
            }
        }
        for entry in self.report.unknown.iter_mut().filter(|entry| entry.is_reported() && has_unknown) {
            entry.set_aside(Status::Baseline);
            self.summary.accepted_unknown += 1;
        }
        Some(self.summary)
    }
}

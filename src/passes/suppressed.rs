//! Suppressions: sets aside what people accept, and finds suppressions that are over, without reason, unknown or of no use.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::PassContext;
use super::declared::DeclaredPlaces;
use super::selection::{Chosen, choose, of_check};
use crate::diagnostic::{Diagnostic, Location};
use crate::graph::ROOT_MODULE;
use crate::report::{Entry, Report, Status};
use crate::suppression::{Cover, Suppression};
use crate::text::{FileId, Span};
use crate::value::Str;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    let roots: Vec<Option<&DeclaredPlaces>> =
        context.roots.iter().map(|facts| facts.declared.as_ref()).collect();
    let root_of = |file: FileId, report: &Report| {
        let path = report.sources.path(file);
        roots.iter().position(|root| root.is_some_and(|root| root.reads(path)))
    };
    let mut said: Vec<Entry<Diagnostic>> = Vec::new();
    for mistake in &context.suppressions.mistakes {
        let root = mistake.span().and_then(|span| root_of(span.file, report));
        said.extend(root.map(|root| Entry::new(root, mistake.clone())));
    }
    let mut judged: Vec<ComparedSuppression> = Vec::new();
    for suppression in &context.suppressions.all {
        let Some(root) = root_of(suppression.span.file, report) else { continue };
        judged.push(ComparedSuppression::new(suppression.clone(), root, context, report, &mut said));
    }
    let by_file = by_file(&judged);
    let holds = |places: &SuppressiblePlaces, rule: &Str| -> Option<usize> {
        let candidates = places.files().filter_map(|file| by_file.get(&file)).flatten().copied();
        let fits = candidates.filter(|index| {
            judged.get(*index).is_some_and(|judged| judged.names(rule) && places.are_in(&judged.what))
        });
        // What counts comes first, then the narrowest, then the first in the text.
        fits.min_by_key(|index| {
            judged.get(*index).map(|judged| (!judged.counts, judged.what.covered.breadth(), *index))
        })
    };
    let mut hits: Vec<(usize, Str)> = Vec::new();
    for entry in report.diagnostics.iter_mut().filter(|entry| entry.what.is_finding()) {
        let Some(declared) = entry.root.and_then(|root| *roots.get(root)?) else { continue };
        let finding = &entry.what;
        let own = finding.labels().filter(|label| label.address == finding.address);
        let shown = finding.primary.iter().chain(own).filter_map(|label| label.span());
        let places = SuppressiblePlaces::new(shown, &finding.address, declared);
        if let Some(index) = holds(&places, &finding.id) {
            hits.push((index, finding.id.clone()));
            if judged.get(index).is_some_and(|judged| judged.counts) {
                entry.set_aside(Status::Suppressed(index));
            }
        }
    }
    for entry in report.unknown.iter_mut().filter(|entry| entry.what.address != ROOT_MODULE) {
        let Some(declared) = entry.root.and_then(|root| *roots.get(root)?) else { continue };
        let verdict = &entry.what;
        let shown = verdict.location.as_ref().and_then(Location::span);
        let places = SuppressiblePlaces::new(shown, &verdict.address, declared);
        if let Some(index) = holds(&places, &verdict.rule) {
            hits.push((index, verdict.rule.clone()));
            if judged.get(index).is_some_and(|judged| judged.counts) {
                entry.set_aside(Status::Suppressed(index));
            }
        }
    }
    for (index, rule) in &hits {
        if let Some(judged) = judged.get_mut(*index) {
            judged.hits += 1;
            let names = |chosen: &Chosen| chosen.rules.contains(rule);
            let used = judged.chosen.iter().enumerate().filter(|(_, chosen)| names(chosen));
            judged.used.extend(used.map(|(at, _)| at));
        }
    }
    let is_complete = !report.is_incomplete();
    for judged in &judged {
        let diagnostics = judged.diagnostics(&roots, is_complete, report);
        said.extend(diagnostics.into_iter().map(|diagnostic| Entry::new(judged.root, diagnostic)));
    }
    report.diagnostics.extend(said);
    report.suppressions = judged.into_iter().map(|judged| judged.what).collect();
}

/// The suppressions of each file.
fn by_file(judged: &[ComparedSuppression]) -> FxHashMap<FileId, Vec<usize>> {
    let mut by_file: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    for (index, judged) in judged.iter().enumerate() {
        by_file.entry(judged.what.span.file).or_default().push(index);
    }
    by_file
}

/// Where a finding or an unknown verdict may be suppressed.
struct SuppressiblePlaces {
    /// The places that it shows as its own.
    shown: Vec<Span>,
    /// The blocks that declare what it is about.
    declarations: Vec<Span>,
    /// The calls that lead to its module.
    calls: Vec<Span>,
}

impl SuppressiblePlaces {
    fn new(shown: impl IntoIterator<Item = Span>, address: &str, declared: &DeclaredPlaces) -> Self {
        Self {
            shown: shown.into_iter().collect(),
            declarations: declared.declarations(address),
            calls: declared.calls_to(address),
        }
    }

    fn files(&self) -> impl Iterator<Item = FileId> {
        let mut seen = FxHashSet::default();
        let all = self.shown.iter().chain(&self.declarations).chain(&self.calls);
        all.map(|span| span.file).filter(move |file| seen.insert(*file))
    }

    fn are_in(&self, suppression: &Suppression) -> bool {
        let covered = suppression.covered;
        let is_in = |span: &Span| span.file == suppression.span.file && covered.contains(span.range);
        self.shown.iter().any(is_in)
            || match covered {
                Cover::Attribute { .. } => false,
                Cover::Block { .. } => self.declarations.iter().chain(&self.calls).any(is_in),
                // A file covers what it declares, and not what it calls: that may be everything.
                Cover::File => self.declarations.iter().any(is_in),
            }
    }
}

/// A suppression that has been compared with the rules.
struct ComparedSuppression {
    what: Suppression,
    /// The root that its own findings belong to.
    root: usize,
    /// The rules that each of its selectors means.
    chosen: Vec<Chosen>,
    /// Whether it sets anything aside: it has a reason, and it is not over.
    counts: bool,
    is_over: bool,
    hits: usize,
    /// The selectors that mean a rule with a finding.
    used: BTreeSet<usize>,
}

impl ComparedSuppression {
    fn new(
        what: Suppression,
        root: usize,
        context: &PassContext<'_>,
        report: &Report,
        said: &mut Vec<Entry<Diagnostic>>,
    ) -> Self {
        let today = context.settings.suppressing.today;
        let is_over = what.until.is_some_and(|until| today.is_some_and(|today| until < today));
        let mut chosen = Vec::new();
        for selector in &what.selectors {
            if let Some(peer) = what.peer {
                chosen.push(of_check(selector, peer, &report.rules));
                continue;
            }
            let (rules, problem) = choose(selector, &report.rules);
            said.extend(problem.map(|problem| Entry::new(root, problem)));
            chosen.push(rules);
        }
        let counts = !what.reason.is_empty() && !is_over;
        Self { what, root, chosen, counts, is_over, hits: 0, used: BTreeSet::new() }
    }

    fn names(&self, rule: &Str) -> bool {
        self.chosen.iter().any(|chosen| chosen.rules.contains(rule))
    }

    /// What is wrong with it.
    fn diagnostics(
        &self,
        roots: &[Option<&DeclaredPlaces>],
        is_complete: bool,
        report: &Report,
    ) -> Vec<Diagnostic> {
        let what = &self.what;
        let mut found = Vec::new();
        // What is for another tool is that tool's to judge.
        if what.peer.is_some() {
            return found;
        }
        if what.reason.is_empty() {
            let message = "this suppression gives no reason, so it does not count";
            found.push(
                Diagnostic::warning("suppression/no-reason", message)
                    .help("say why the finding is accepted: `reason=\"…\"`"),
            );
        }
        if let Some(until) = what.until.filter(|_| self.is_over) {
            let owner = what.owner.as_ref().map(|owner| format!(" (owner: {owner})")).unwrap_or_default();
            let message = format!("this suppression ended after {until}{owner}");
            let help = match self.hits {
                0 => "nothing is left that it suppressed: remove it",
                _ => {
                    "what it suppressed is reported again: fix it, or give a later day and the reason for that"
                }
            };
            found.push(Diagnostic::warning("suppression/expired", message).help(help));
        }
        let mut found: Vec<Diagnostic> = found
            .into_iter()
            .map(|diagnostic| diagnostic.at(what.span, "does not count").as_finding())
            .collect();
        if self.counts && is_complete {
            let unused = self.chosen.iter().enumerate().filter(|(at, _)| !self.used.contains(at));
            for (_, chosen) in unused.filter(|(_, chosen)| self.was_looked_at(chosen, roots, report)) {
                let noun = what.covered.noun();
                let message = format!("`{}` finds nothing in this {noun}", chosen.selector.text);
                found.push(
                    Diagnostic::warning("suppression/unused", message)
                        .at(chosen.selector.span, "suppresses nothing")
                        .help("remove it from the suppression")
                        .as_finding(),
                );
            }
        }
        found
    }

    /// Whether one of these rules ran over something that the suppression covers.
    fn was_looked_at(&self, chosen: &Chosen, roots: &[Option<&DeclaredPlaces>], report: &Report) -> bool {
        let path = report.sources.path(self.what.span.file);
        let declaring = self.what.covered.declaring();
        let live = |root: &&DeclaredPlaces| {
            let header = declaring.map(|block| Span { file: self.what.span.file, range: block.header });
            root.reads(path) && header.is_none_or(|header| root.is_live(header))
        };
        let ran = |root: &DeclaredPlaces| chosen.rules.iter().any(|rule| root.runs(rule));
        roots.iter().copied().flatten().filter(live).any(ran)
    }
}

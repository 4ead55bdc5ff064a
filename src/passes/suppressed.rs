//! Suppressions: sets aside what people accept, and finds suppressions that are over, without reason, unknown or of no use.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::PassContext;
use super::declared::DeclaredPlaces;
use super::selection::{Chosen, choose, of_check};
use crate::diagnostic::{Diagnostic, Location};
use crate::graph::ROOT_MODULE;
use crate::report::{Entry, Report, Root, Status};
use crate::settings::Peer;
use crate::suppression::{Cover, Suppression};
use crate::text::{FileId, Span};
use crate::value::Str;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    let roots: Vec<Option<&DeclaredPlaces>> =
        context.roots.iter().map(|facts| facts.declared.as_ref()).collect();
    let mut said: Vec<Entry<Diagnostic>> = Vec::new();
    let compared = compare(context, &roots, report, &mut said);
    let mut found = Comparison { compared, by_file: FxHashMap::default(), of_configs: Vec::new() };
    found.index();
    let mut real: FxHashMap<FileId, Option<PathBuf>> = FxHashMap::default();
    let mut path_of = |file: FileId, report: &Report| -> Option<PathBuf> {
        real.entry(file).or_insert_with(|| context.reader.real_or_absolute(report.sources.path(file))).clone()
    };
    let mut hits: Vec<(usize, Str)> = Vec::new();
    let mut statuses: Vec<Option<usize>> = Vec::with_capacity(report.diagnostics.len());
    for entry in &report.diagnostics {
        let declared = entry.root.filter(|_| entry.what.is_finding());
        let declared = declared.and_then(|root| Some((root, (*roots.get(root)?)?)));
        let held = declared.and_then(|(root, declared)| {
            let finding = &entry.what;
            let own = finding.labels().filter(|label| label.address == finding.address);
            let shown = finding.primary.iter().chain(own).filter_map(|label| label.span());
            let file = finding.primary.as_ref().map(|label| label.location.file());
            let path = file.and_then(|file| path_of(file, report));
            let places = SuppressiblePlaces::new(shown, path, &finding.address, declared);
            found.held(root, &places, &finding.id, &finding.address)
        });
        hits.extend(held.map(|index| (index, entry.what.id.clone())));
        statuses.push(held);
    }
    let mut of_unknown: Vec<Option<usize>> = Vec::with_capacity(report.unknown.len());
    for entry in &report.unknown {
        let verdict = &entry.what;
        let root = entry.root.filter(|_| verdict.address != ROOT_MODULE);
        let declared = root.and_then(|root| Some((root, (*roots.get(root)?)?)));
        let held = declared.and_then(|(root, declared)| {
            let shown = verdict.location.as_ref().and_then(Location::span);
            let path = verdict.location.as_ref().and_then(|location| path_of(location.file(), report));
            let places = SuppressiblePlaces::new(shown, path, &verdict.address, declared);
            found.held(root, &places, &verdict.rule, &verdict.address)
        });
        hits.extend(held.map(|index| (index, verdict.rule.clone())));
        of_unknown.push(held);
    }
    for (entry, held) in report.diagnostics.iter_mut().zip(statuses) {
        if let Some(index) = held.filter(|index| found.counts(*index)) {
            entry.set_aside(Status::Suppressed(index));
        }
    }
    for (entry, held) in report.unknown.iter_mut().zip(of_unknown) {
        if let Some(index) = held.filter(|index| found.counts(*index)) {
            entry.set_aside(Status::Suppressed(index));
        }
    }
    for (index, rule) in &hits {
        if let Some(compared) = found.compared.get_mut(*index) {
            compared.hits += 1;
            let names = |chosen: &Chosen| chosen.rules.contains(rule);
            let used = compared.chosen.iter().enumerate().filter(|(_, chosen)| names(chosen));
            compared.used.extend(used.map(|(at, _)| at));
        }
    }
    let is_complete = !report.is_incomplete();
    for compared in &found.compared {
        let diagnostics = compared.diagnostics(&roots, is_complete, context, report);
        said.extend(diagnostics.into_iter().map(|diagnostic| Entry::new(compared.root, diagnostic)));
    }
    let said = said.into_iter().flat_map(|entry| in_each_environment(entry, &report.roots));
    report.diagnostics.extend(said.collect::<Vec<_>>());
    report.suppressions = found.compared.into_iter().map(|compared| compared.what).collect();
}

/// What is said of a suppression, once for each environment of the root module that it is said of.
fn in_each_environment(entry: Entry<Diagnostic>, roots: &[Root]) -> Vec<Entry<Diagnostic>> {
    let Some(first) = entry.root.and_then(|root| roots.get(root)) else { return vec![entry] };
    let same = roots.iter().enumerate().filter(|(_, root)| root.place == first.place);
    same.map(|(root, _)| Entry::new(root, entry.what.clone())).collect()
}

/// Compares the suppressions with the rules: those in comments, then those of configs.
fn compare(
    context: &PassContext<'_>,
    roots: &[Option<&DeclaredPlaces>],
    report: &Report,
    said: &mut Vec<Entry<Diagnostic>>,
) -> Vec<ComparedSuppression> {
    let mut known: FxHashMap<FileId, Option<usize>> = FxHashMap::default();
    let mut root_of = |file: FileId| {
        *known.entry(file).or_insert_with(|| {
            let path = report.sources.path(file);
            roots.iter().position(|root| root.is_some_and(|root| root.reads(path)))
        })
    };
    for mistake in &context.suppressions.mistakes {
        let root = mistake.span().and_then(|span| root_of(span.file));
        said.extend(root.map(|root| Entry::new(root, mistake.clone())));
    }
    let mut all: Vec<ComparedSuppression> = Vec::new();
    for suppression in &context.suppressions.all {
        let Some(root) = root_of(suppression.span.file) else { continue };
        let honours = |peer: Peer| -> BTreeSet<usize> {
            let of_arguments = context.settings.suppressing.honour.contains(&peer);
            let honour = |(_, facts): &(usize, &super::RootFacts)| {
                of_arguments || facts.settings.honour.contains(&peer)
            };
            context.roots.iter().enumerate().filter(honour).map(|(root, _)| root).collect()
        };
        let of_roots = suppression.peer.map(honours);
        all.push(ComparedSuppression::new(suppression.clone(), root, of_roots, context, report, said));
    }
    let mut known: FxHashMap<Span, usize> = FxHashMap::default();
    for (root, facts) in context.roots.iter().enumerate() {
        for suppression in &facts.suppressions {
            let of_roots = known.get(&suppression.span).and_then(|at| all.get_mut(*at)?.of_roots.as_mut());
            if let Some(of_roots) = of_roots {
                of_roots.insert(root);
                continue;
            }
            known.insert(suppression.span, all.len());
            let of_roots = Some(BTreeSet::from([root]));
            all.push(ComparedSuppression::new(suppression.clone(), root, of_roots, context, report, said));
        }
    }
    all
}

/// All suppressions of a run.
struct Comparison {
    compared: Vec<ComparedSuppression>,
    /// Those in the comments of each file.
    by_file: FxHashMap<FileId, Vec<usize>>,
    /// Those of configs.
    of_configs: Vec<usize>,
}

impl Comparison {
    fn index(&mut self) {
        for (index, compared) in self.compared.iter().enumerate() {
            match compared.what.covered {
                Cover::Selected(_) => self.of_configs.push(index),
                _ => self.by_file.entry(compared.what.span.file).or_default().push(index),
            }
        }
    }

    fn counts(&self, index: usize) -> bool {
        self.compared.get(index).is_some_and(|compared| compared.counts)
    }

    /// The suppression that holds for what a rule says of an address in a root.
    fn held(&self, root: usize, places: &SuppressiblePlaces, rule: &Str, address: &str) -> Option<usize> {
        let in_comments = places.files().filter_map(|file| self.by_file.get(&file)).flatten();
        let fits = in_comments.chain(&self.of_configs).copied().filter(|index| {
            self.compared.get(*index).is_some_and(|compared| {
                compared.is_of(root) && compared.names(rule) && places.are_in(&compared.what, address)
            })
        });
        // What counts comes first, then the narrowest, then the first in the text.
        fits.min_by_key(|index| {
            let compared = self.compared.get(*index);
            compared.map(|compared| (!compared.counts, compared.what.covered.breadth(), *index))
        })
    }
}

/// Where a finding or an unknown verdict may be suppressed.
struct SuppressiblePlaces {
    /// The places that it shows as its own.
    shown: Vec<Span>,
    /// The blocks that declare what it is about.
    declarations: Vec<Span>,
    /// The calls that lead to its module.
    calls: Vec<Span>,
    /// The file that it points at, absolute and without links.
    path: Option<PathBuf>,
}

impl SuppressiblePlaces {
    fn new(
        shown: impl IntoIterator<Item = Span>,
        path: Option<PathBuf>,
        address: &str,
        declared: &DeclaredPlaces,
    ) -> Self {
        Self {
            path,
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

    fn are_in(&self, suppression: &Suppression, address: &str) -> bool {
        let covered = &suppression.covered;
        let is_in = |span: &Span| span.file == suppression.span.file && covered.contains(span.range);
        self.shown.iter().any(is_in)
            || match covered {
                Cover::Selected(selected) => {
                    selected.has_address(address)
                        && self
                            .path
                            .as_deref()
                            .map_or(selected.paths.is_empty(), |path| selected.has_path(path))
                }
                Cover::Attribute { .. } => false,
                Cover::Block { .. } => self.declarations.iter().chain(&self.calls).any(is_in),
                // A file covers what it declares, and not what it calls: that may be everything.
                Cover::File => self.declarations.iter().any(is_in),
            }
    }
}

/// No more than so many mistakes in suppressions are told with what was probably meant.
const MAX_SUGGESTIONS: usize = 32;

/// A suppression that has been compared with the rules.
struct ComparedSuppression {
    what: Suppression,
    /// The root that its own findings belong to.
    root: usize,
    /// The roots that it is for; `None` for all that read its file.
    of_roots: Option<BTreeSet<usize>>,
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
        of_roots: Option<BTreeSet<usize>>,
        context: &PassContext<'_>,
        report: &Report,
        said: &mut Vec<Entry<Diagnostic>>,
    ) -> Self {
        let today = context.settings.asked.today;
        let is_over = what.until.is_some_and(|until| today.is_some_and(|today| until < today));
        let mut chosen = Vec::new();
        for selector in &what.selectors {
            if let Some(peer) = what.peer {
                chosen.push(of_check(selector, peer, &report.rules));
                continue;
            }
            let (rules, problem) = choose(selector, &report.rules, said.len() < MAX_SUGGESTIONS);
            said.extend(problem.map(|problem| Entry::new(root, problem)));
            chosen.push(rules);
        }
        let counts = !what.reason.is_empty() && !is_over;
        Self { what, root, of_roots, chosen, counts, is_over, hits: 0, used: BTreeSet::new() }
    }

    fn is_of(&self, root: usize) -> bool {
        self.of_roots.as_ref().is_none_or(|roots| roots.contains(&root))
    }

    fn names(&self, rule: &Str) -> bool {
        self.chosen.iter().any(|chosen| chosen.rules.contains(rule))
    }

    /// What is wrong with it.
    fn diagnostics(
        &self,
        roots: &[Option<&DeclaredPlaces>],
        is_complete: bool,
        context: &PassContext<'_>,
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
            for (_, chosen) in unused.filter(|(_, chosen)| self.was_looked_at(chosen, roots, context, report))
            {
                let message = format!("`{}` finds nothing {}", chosen.selector.text, what.covered.shown());
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
    fn was_looked_at(
        &self,
        chosen: &Chosen,
        roots: &[Option<&DeclaredPlaces>],
        context: &PassContext<'_>,
        report: &Report,
    ) -> bool {
        let path = report.sources.path(self.what.span.file);
        let declaring = self.what.covered.declaring();
        let is_alone = |directory: &Path| report.roots.iter().any(|root| root.path == directory);
        let is_whole = match (&self.what.covered, path.parent()) {
            (Cover::Selected(_), _) | (_, None) => true,
            (_, Some(directory)) if is_alone(directory) => !context.is_of_chosen_environments(),
            // Other root modules may use what is in other directories.
            (_, Some(directory)) => context
                .reader
                .real_or_absolute(directory)
                .is_some_and(|directory| context.looks_at_all_of(&directory)),
        };
        if !is_whole {
            return false;
        }
        let is_covered = |root: &DeclaredPlaces| match &self.what.covered {
            // What nothing has any more is found only where everything was looked at that the config is for.
            Cover::Selected(selected) => {
                let path = |file| context.reader.real_or_absolute(report.sources.path(file));
                context.looks_at_all_of(&selected.reach) || root.has(selected, path)
            }
            _ => {
                let header = declaring.map(|block| Span { file: self.what.span.file, range: block.header });
                root.reads(path) && header.is_none_or(|header| root.is_live(header))
            }
        };
        // Of several rules, those that arguments left out may be the ones that find something.
        let ran = |root: &DeclaredPlaces| {
            let mut all = chosen.rules.iter();
            let runs = |rule: &Str| root.runs(rule);
            if context.settings.asked.chooses_rules() { all.all(runs) } else { all.any(runs) }
        };
        let own = roots.iter().enumerate().filter(|(root, _)| self.is_of(*root));
        own.filter_map(|(_, root)| *root).any(|root| is_covered(root) && ran(root))
    }
}

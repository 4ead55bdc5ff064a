//! Reports as diagnostics of the protocol, by file.

use std::collections::{BTreeMap, BTreeSet};

use lsp_types::{
    DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, NumberOrString, Position, Range, Uri,
};

use super::snapshot::{CheckedTop, EditorPlaces, Snapshot, page_of};
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::render::clean;
use crate::render::report::extent;
use crate::report::{Report, Whereabouts};
use crate::text::Span;
use crate::value::{CauseKind, Str};

/// The most related places of one diagnostic.
const MAX_RELATED: usize = 20;

/// The most rules that a hint about something unknown names.
const MAX_RULES: usize = 5;

/// The name under which editors show where a diagnostic is from.
pub(super) const SOURCE: &str = "buttress";

/// The diagnostics of a file.
#[derive(Clone, Debug)]
pub(super) struct FileDiagnostics {
    pub(super) uri: Uri,
    /// The version of the text that was checked, if it is open.
    pub(super) version: Option<i32>,
    pub(super) all: Vec<lsp_types::Diagnostic>,
}

/// The diagnostics of all files of some reports, by URI. Every open file is among them, even if it has none.
pub(super) fn published(checked: &[CheckedTop], snapshot: &Snapshot) -> BTreeMap<String, FileDiagnostics> {
    let mut files = BTreeMap::new();
    for document in snapshot.documents.iter() {
        let own =
            FileDiagnostics { uri: document.uri.clone(), version: Some(document.version), all: Vec::new() };
        files.insert(document.uri.as_str().to_owned(), own);
    }
    for top in checked {
        let places = EditorPlaces::new(snapshot, &top.report.sources);
        Converter { top, snapshot, places, files: &mut files }.convert();
    }
    files
}

struct Converter<'a> {
    top: &'a CheckedTop,
    snapshot: &'a Snapshot,
    places: EditorPlaces<'a>,
    files: &'a mut BTreeMap<String, FileDiagnostics>,
}

impl Converter<'_> {
    fn convert(&mut self) {
        let report = &self.top.report;
        let whereabouts = Whereabouts::of(report);
        for group in report.groups() {
            let finding = &group.first.what;
            let mut message = clean::line(&finding.message).into_owned();
            if let Some(extent) = extent(&group, &whereabouts.of_group(&group), report) {
                message.push_str(&format!(" (in {extent})"));
            }
            // Of several instances each has its own call.
            let calls: Vec<&Label> = match group.others.is_empty() {
                true => finding.calls.iter().collect(),
                false => group.entries().filter_map(|entry| entry.what.calls.last()).collect(),
            };
            self.add(finding, group.severity(), message, &calls);
        }
        for problem in report.problems() {
            let message = clean::line(&problem.message).into_owned();
            self.add(problem, problem.severity, message, &[]);
        }
        if self.snapshot.options.unknown {
            self.add_unknown(report);
        }
    }

    fn add(&mut self, diagnostic: &Diagnostic, severity: Severity, mut message: String, calls: &[&Label]) {
        let report = &self.top.report;
        let rule = report.rule_behind(diagnostic);
        if !diagnostic.path.is_empty() {
            let path: Vec<_> = diagnostic.path.iter().map(|node| clean::name(&node.address)).collect();
            message.push_str(&format!("\npath: {}", path.join(" → ")));
        }
        if let Some(help) = report.help(diagnostic) {
            let words: Vec<&str> = help.split_whitespace().collect();
            message.push_str(&format!("\nhelp: {}", clean::line(&words.join(" "))));
        }
        // What nothing uses can be deleted.
        let tags = diagnostic.id.ends_with("/unused").then(|| vec![DiagnosticTag::UNNECESSARY]);
        let related = self.related(diagnostic, calls);
        let told = lsp_types::Diagnostic {
            severity: Some(match severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Advice => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(diagnostic.id.to_string())),
            code_description: rule.and_then(page_of),
            related_information: (!related.is_empty()).then_some(related),
            tags,
            ..plain(message)
        };
        self.put(diagnostic.span(), told);
    }

    /// Other places: those that explain it, those on its path, and the calls that lead to it.
    fn related(&self, diagnostic: &Diagnostic, calls: &[&Label]) -> Vec<DiagnosticRelatedInformation> {
        let steps = diagnostic.path.len();
        let step = |at: usize, address: &str| format!("step {} of {steps} of the path: {address}", at + 1);
        let at_step = |label: &Label| diagnostic.path.iter().position(|node| node.address == label.address);
        let words = |label: &Label| {
            let text = if label.text.is_empty() { label.address.as_str() } else { label.text.trim_end() };
            match at_step(label) {
                Some(at) => format!("{} ({text})", step(at, &label.address)),
                None => text.to_owned(),
            }
        };
        let places = diagnostic.related.iter().map(|label| (label.span(), words(label)));
        let labelled: Vec<usize> = diagnostic.related.iter().filter_map(at_step).collect();
        let others = diagnostic.path.iter().enumerate().filter(|(at, _)| !labelled.contains(at));
        let others = others.map(|(at, node)| (node.header, step(at, &node.address)));
        let calls = calls.iter().map(|call| (call.span(), format!("called here: {}", call.address)));
        let mut told = BTreeSet::new();
        let all = places.chain(others).chain(calls).filter(|place| told.insert(place.clone()));
        all.take(MAX_RELATED)
            .filter_map(|(span, words)| {
                let location = self.places.location(span?)?;
                Some(DiagnosticRelatedInformation { location, message: clean::line(&words).into_owned() })
            })
            .collect()
    }

    /// What is unknown, once for each place and cause.
    fn add_unknown(&mut self, report: &Report) {
        let mut all: BTreeMap<(Span, String), BTreeSet<Str>> = BTreeMap::new();
        for verdict in report.unknown_verdicts().map(|entry| &entry.what) {
            // What is wrong with a text is told where it is wrong, and not at everything that depends on it.
            if matches!(verdict.cause.kind, CauseKind::FileNotRead | CauseKind::Error) {
                continue;
            }
            let Some(span) = verdict.location.as_ref().and_then(Location::span) else { continue };
            all.entry((span, verdict.cause.to_string())).or_default().extend(verdict.rules().cloned());
        }
        for ((span, cause), rules) in all {
            let rules: Vec<&Str> = rules.iter().collect();
            let named: Vec<&str> = rules.iter().take(MAX_RULES).map(|rule| rule.as_str()).collect();
            let more = rules.len().saturating_sub(MAX_RULES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let message = format!("not known: {cause}\nundecided: {}{more}", named.join(", "));
            let code = rules.first().map(|rule| NumberOrString::String(rule.to_string()));
            let code_description = rules.first().and_then(|id| report.rule(id.as_str())).and_then(page_of);
            let told = lsp_types::Diagnostic {
                severity: Some(DiagnosticSeverity::HINT),
                code,
                code_description,
                ..plain(clean_lines(&message))
            };
            self.put(Some(span), told);
        }
    }

    /// Adds a diagnostic to the file of its place; without one, to the start of the first open file that was checked.
    fn put(&mut self, span: Option<Span>, mut told: lsp_types::Diagnostic) {
        let place = span.and_then(|span| self.places.location(span));
        let uri = match place {
            Some(place) => {
                told.range = place.range;
                place.uri
            }
            None => match self.top.documents.first() {
                Some(document) => document.uri.clone(),
                None => return,
            },
        };
        let file = self.files.entry(uri.as_str().to_owned());
        file.or_insert_with(|| FileDiagnostics { uri, version: None, all: Vec::new() }).all.push(told);
    }
}

/// The lines of a text, each cleaned.
pub(super) fn clean_lines(text: &str) -> String {
    text.lines().map(|line| clean::line(line)).collect::<Vec<_>>().join("\n")
}

fn plain(message: String) -> lsp_types::Diagnostic {
    let start = Position::new(0, 0);
    lsp_types::Diagnostic {
        range: Range::new(start, start),
        source: Some(SOURCE.to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

//! JSON: one document with a version of its own. Its structs are the contract (`docs/output.md`), not our internal types.

use std::borrow::Cow;

use serde::Serialize;

use super::clean::{MAX_JSON, MAX_SENTENCE, shortened};
use super::snippet::path_of as shown;
use crate::diagnostic::{Diagnostic, Severity};
use crate::finding::{Finding, UnknownVerdict};
use crate::report::{Entry, Report};
use crate::text::{Sources, Span};

/// Raised when a field changes its meaning or goes away; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    complete: bool,
    roots: Vec<RootOut<'a>>,
    findings: Vec<FindingOut<'a>>,
    unknown: Vec<UnknownOut<'a>>,
    problems: Vec<ProblemOut<'a>>,
    /// Only where what a change introduces was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeOut<'a>>,
    summary: Summary,
    /// Only where the document would be too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<LeftOut>,
}

/// How many entries at the ends of the lists were left out.
#[derive(Serialize)]
struct LeftOut {
    reason: String,
    findings: usize,
    unknown: usize,
    problems: usize,
}

#[derive(Serialize)]
struct ChangeOut<'a> {
    introduced: usize,
    fixed: Vec<FixedOut<'a>>,
    left: usize,
}

#[derive(Serialize)]
struct FixedOut<'a> {
    rule: &'a str,
    address: &'a str,
    root: String,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct RootOut<'a> {
    path: String,
    input: &'static str,
    environment: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    severity: &'static str,
    /// The same, under the name that it had first.
    level: &'static str,
    principle: &'a str,
    address: &'a str,
    message: Cow<'a, str>,
    summary: &'a str,
    location: Option<Location>,
    labels: Vec<LabelOut<'a>>,
    path: &'a [crate::value::Str],
    help: &'a str,
    root: String,
    /// Only where a root module was checked for several environments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<&'a str>,
}

#[derive(Serialize)]
struct LabelOut<'a> {
    text: &'a str,
    address: Option<&'a str>,
    location: Option<Location>,
}

#[derive(Serialize)]
struct UnknownOut<'a> {
    rule: &'a str,
    address: &'a str,
    cause: Cow<'a, str>,
    cause_location: Option<Location>,
    location: Option<Location>,
    root: String,
    /// Only where a root module was checked for several environments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<&'a str>,
}

#[derive(Serialize)]
struct ProblemOut<'a> {
    severity: &'static str,
    code: &'a str,
    message: Cow<'a, str>,
    help: Option<Cow<'a, str>>,
    location: Option<Location>,
    labels: Vec<LabelOut<'a>>,
}

#[derive(Serialize)]
struct Location {
    file: String,
    /// In a file with lines.
    #[serde(flatten)]
    lines: Option<Lines>,
    /// In a plan.
    #[serde(flatten)]
    excerpt: Option<ExcerptOut>,
}

#[derive(Serialize)]
struct Lines {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct ExcerptOut {
    pointer: String,
    excerpt: String,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: u32,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    files_read: usize,
    resources: usize,
    /// Only with `--only-changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<usize>,
    rules: usize,
    errors: usize,
    warnings: usize,
    advice: usize,
    unknown: usize,
    passed: usize,
    skipped: usize,
}

/// The whole document, or the longest that is short enough of those with half as many entries, a quarter, ….
pub(super) fn render(report: &Report) -> String {
    let longest = report.findings.len().max(report.unknown.len()).max(report.problems.len());
    let mut most = longest;
    loop {
        let text = document(report, most);
        if text.len() <= MAX_JSON || most == 0 {
            return text;
        }
        most /= 2;
    }
}

/// A sentence that may quote what strangers wrote.
fn sentence(text: &str) -> Cow<'_, str> {
    shortened(text, MAX_SENTENCE)
}

fn left_out(report: &Report, most: usize) -> Option<LeftOut> {
    let (findings, unknown, problems) = (
        report.findings.len().saturating_sub(most),
        report.unknown.len().saturating_sub(most),
        report.problems.len().saturating_sub(most),
    );
    let reason = format!("a document has at most {} MiB", MAX_JSON >> 20);
    (findings + unknown + problems > 0).then_some(LeftOut { reason, findings, unknown, problems })
}

/// The document with at most so many entries in each list.
fn document(report: &Report, most: usize) -> String {
    let sources = &report.sources;
    let root = |index: usize| report.roots.get(index).map(|root| shown(&root.path)).unwrap_or_default();
    let document = Document {
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        complete: !report.is_incomplete(),
        roots: report
            .roots
            .iter()
            .map(|root| RootOut {
                path: shown(&root.path),
                input: root.input.name(),
                environment: root.environment.as_deref(),
            })
            .collect(),
        findings: report
            .findings
            .iter()
            .take(most)
            .map(|entry| finding(entry, report, root(entry.root)))
            .collect(),
        unknown: report
            .unknown
            .iter()
            .take(most)
            .map(|entry| unknown(entry, report, root(entry.root)))
            .collect(),
        problems: report.problems.iter().take(most).map(|one| problem(one, sources)).collect(),
        change: report.change.as_ref().map(|change| ChangeOut {
            introduced: report.findings.len(),
            fixed: change
                .fixed
                .iter()
                .map(|entry| FixedOut {
                    rule: &entry.what.rule,
                    address: &entry.what.address,
                    root: root(entry.root),
                })
                .collect(),
            left: change.left,
        }),
        summary: Summary {
            files: report.counts.files,
            files_read: report.counts.files_read,
            resources: report.counts.resources,
            changed: report.counts.touched,
            rules: report.counts.rules,
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            advice: report.count(Severity::Advice),
            unknown: report.unknown.len(),
            passed: report.counts.passed,
            skipped: report.counts.skipped,
        },
        left_out: left_out(report, most),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_else(|error| {
        // Plain structs of strings and numbers always serialize; say so in the output rather than say nothing.
        format!("{{\"version\": {VERSION}, \"error\": \"{error}\"}}")
    });
    text.push('\n');
    text
}

fn location(span: Span, sources: &Sources) -> Option<Location> {
    let file = sources.get(span.file)?;
    let position = |offset: u32| {
        let (line, column) = file.line_column(offset);
        Position { line, column, offset }
    };
    let (lines, excerpt) = match &file.pointer {
        None => (Some(Lines { start: position(span.range.start), end: position(span.range.end) }), None),
        Some(pointer) => {
            (None, Some(ExcerptOut { pointer: pointer.clone(), excerpt: file.text.to_string() }))
        }
    };
    Some(Location { file: shown(&file.path), lines, excerpt })
}

fn finding<'a>(entry: &'a Entry<Finding>, report: &'a Report, root: String) -> FindingOut<'a> {
    let (finding, sources) = (&entry.what, &report.sources);
    FindingOut {
        rule: &finding.rule.id,
        severity: finding.severity.name(),
        level: finding.severity.name(),
        principle: &finding.rule.principle,
        address: &finding.address,
        message: sentence(&finding.message),
        summary: &finding.rule.summary,
        location: finding.span.and_then(|span| location(span, sources)),
        labels: finding
            .labels
            .iter()
            .map(|place| LabelOut {
                text: &place.text,
                address: Some(&place.address),
                location: location(place.span, sources),
            })
            .collect(),
        path: &finding.path,
        help: &finding.rule.fix,
        root,
        environments: report.environments(entry),
    }
}

fn unknown<'a>(entry: &'a Entry<UnknownVerdict>, report: &'a Report, root: String) -> UnknownOut<'a> {
    let (undecided, sources) = (&entry.what, &report.sources);
    UnknownOut {
        rule: &undecided.rule.id,
        address: &undecided.address,
        cause: Cow::Owned(sentence(&undecided.cause.to_string()).into_owned()),
        cause_location: undecided.cause.root().span.and_then(|span| location(span, sources)),
        location: undecided.span.and_then(|span| location(span, sources)),
        root,
        environments: report.environments(entry),
    }
}

fn problem<'a>(problem: &'a Diagnostic, sources: &Sources) -> ProblemOut<'a> {
    ProblemOut {
        severity: problem.severity.name(),
        code: &problem.id,
        message: sentence(&problem.message),
        help: problem.help.as_deref().map(sentence),
        location: problem.span().and_then(|span| location(span, sources)),
        labels: problem
            .related
            .iter()
            .map(|label| LabelOut {
                text: &label.text,
                address: None,
                location: label.span().and_then(|span| location(span, sources)),
            })
            .collect(),
    }
}

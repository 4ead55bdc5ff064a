//! JSON: one document with its own version. The structs here are the contract (`docs/output.md`), not our internal types.

mod baseline;
mod change;
mod fix;
mod group;
mod numbers;
mod summed;

use std::borrow::Cow;

use serde::Serialize;

use super::tools::{FingerprintTable, short_enough};
use crate::render::directories::DirectoryOut;
use baseline::BaselineOut;
use change::ChangeOut;
use fix::{FixOut, fix};
pub(super) use group::{GroupOut, group};
pub(super) use numbers::{Summary, summary};
use summed::{PrincipleOut, UndecidedOut, principles, undecided};

use crate::diagnostic::{Diagnostic, Location, codes};
use crate::render::clean::{MAX_JSON, MAX_SENTENCE, shortened};
use crate::render::path_of as shown;
use crate::report::{Entry, FindingGroup, Report, Undecided};
use crate::rule::verdict::UnknownVerdict;
use crate::settings::Peer;
use crate::text::{Sources, Span};
use crate::value::Str;

/// Raised when a field changes its meaning or is removed; new fields do not raise it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    complete: bool,
    roots: Vec<RootOut<'a>>,
    directories: Vec<DirectoryOut<'a>>,
    findings: Vec<DiagnosticOut<'a>>,
    groups: Vec<GroupOut<'a>>,
    /// Left out if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    set_aside: Vec<DiagnosticOut<'a>>,
    /// What fails the run besides findings; left out if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<DiagnosticOut<'a>>,
    unknown: Vec<UnknownOut<'a>>,
    undecided: Vec<UndecidedOut<'a>>,
    problems: Vec<DiagnosticOut<'a>>,
    /// Only with `--regressions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeOut<'a>>,
    principles: Vec<PrincipleOut<'a>>,
    /// Only with a baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineOut<'a>>,
    summary: Summary,
    /// Only if the document would be too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<LeftOut>,
}

/// How many entries at the ends of the lists were left out.
#[derive(Serialize)]
struct LeftOut {
    reason: String,
    findings: usize,
    groups: usize,
    set_aside: usize,
    /// Left out if zero.
    #[serde(skip_serializing_if = "is_zero")]
    failures: usize,
    unknown: usize,
    undecided: usize,
    problems: usize,
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
    kind: &'static str,
    environment: Option<&'a str>,
}

/// A finding has a rule and its facts, a problem has a code.
#[derive(Serialize)]
pub(super) struct DiagnosticOut<'a> {
    #[serde(flatten)]
    rule: Option<RuleOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    severity: &'static str,
    message: Cow<'a, str>,
    help: Option<Cow<'a, str>>,
    location: Option<PlaceOut<'a>>,
    labels: Vec<LabelOut<'a>>,
    #[serde(flatten)]
    finding: Option<FindingOut<'a>>,
    #[serde(flatten)]
    fix: FixOut<'a>,
    /// The index of its group; only for findings that are reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<usize>,
    /// Only for entries that are set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Only for entries that somebody suppresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<SuppressionOut<'a>>,
}

/// Who accepts a finding, and why.
#[derive(Serialize)]
struct SuppressionOut<'a> {
    reason: Cow<'a, str>,
    owner: Option<Cow<'a, str>>,
    until: Option<String>,
    /// The tool that it was written for, if it is not ours.
    tool: Option<&'static str>,
    location: Option<PlaceOut<'a>>,
}

#[derive(Serialize)]
struct RuleOut<'a> {
    rule: &'a str,
    summary: &'a str,
    principle: Option<&'a str>,
    /// The severity, under its original name.
    level: &'static str,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    fingerprint: String,
    address: &'a str,
    path: Vec<&'a str>,
    calls: Vec<CallOut<'a>>,
    root: String,
    /// Only of a defect in the text of a module that several roots call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    further_roots: Vec<String>,
    /// Only if a root module was checked for several environments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<&'a str>,
}

#[derive(Serialize)]
struct CallOut<'a> {
    address: &'a str,
    location: Option<PlaceOut<'a>>,
}

#[derive(Serialize)]
struct LabelOut<'a> {
    text: &'a str,
    address: Option<&'a str>,
    location: Option<PlaceOut<'a>>,
}

#[derive(Serialize)]
pub(super) struct UnknownOut<'a> {
    rule: &'a str,
    /// Only if the cause concerns several rules.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    further_rules: &'a [Str],
    address: &'a str,
    cause: Cow<'a, str>,
    cause_location: Option<PlaceOut<'a>>,
    location: Option<PlaceOut<'a>>,
    root: String,
    /// Only if a root module was checked for several environments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    environments: Vec<&'a str>,
}

#[derive(Serialize)]
struct PlaceOut<'a> {
    file: String,
    #[serde(flatten)]
    part: PartOut<'a>,
}

/// A part of a file with lines, or of a plan.
#[derive(Serialize)]
#[serde(untagged)]
enum PartOut<'a> {
    Lines { start: PositionOut, end: PositionOut },
    Excerpt { pointer: &'a str, excerpt: &'a str },
}

#[derive(Serialize)]
struct PositionOut {
    line: usize,
    column: usize,
    offset: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// The entries that the document lists.
pub(super) struct Lists<'a> {
    pub(super) findings: Vec<&'a Entry<Diagnostic>>,
    pub(super) set_aside: Vec<&'a Entry<Diagnostic>>,
    pub(super) failures: Vec<&'a Entry<Diagnostic>>,
    pub(super) problems: Vec<&'a Entry<Diagnostic>>,
    pub(super) unknown: Vec<&'a Entry<UnknownVerdict>>,
    pub(super) undecided: Vec<Undecided>,
    pub(super) groups: Vec<FindingGroup<'a>>,
    /// For each of `findings` the index of its group.
    pub(super) group_of: Vec<usize>,
    fingerprints: FingerprintTable,
}

impl<'a> Lists<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let unknown = report.unknown_verdicts().collect();
        let groups = report.groups();
        let (mut findings, mut group_of) = (Vec::new(), Vec::new());
        for (index, group) in groups.iter().enumerate() {
            for entry in group.entries() {
                findings.push(entry);
                group_of.push(index);
            }
        }
        let problems = report.diagnostics.iter().filter(|entry| !entry.what.is_finding()).collect();
        let set_aside = report.set_aside().collect();
        let failures = report.failures.iter().collect();
        let fingerprints = FingerprintTable::of(report);
        let undecided = report.undecided();
        Self { findings, set_aside, failures, problems, unknown, undecided, groups, group_of, fingerprints }
    }

    /// The fingerprint of a finding.
    pub(super) fn fingerprint(&self, entry: &Entry<Diagnostic>) -> String {
        self.fingerprints.get(entry).to_owned()
    }

    fn longest(&self) -> usize {
        let diagnostics = [&self.findings, &self.set_aside, &self.failures, &self.problems].map(Vec::len);
        diagnostics.into_iter().max().unwrap_or_default().max(self.unknown.len())
    }

    fn left_out(&self, most: usize) -> Option<LeftOut> {
        let left = |list: usize| list.saturating_sub(most);
        let reason = format!("a document has at most {} MiB", MAX_JSON >> 20);
        (self.longest() > most).then(|| LeftOut {
            reason,
            findings: left(self.findings.len()),
            groups: left(self.groups.len()),
            set_aside: left(self.set_aside.len()),
            failures: left(self.failures.len()),
            unknown: left(self.unknown.len()),
            undecided: left(self.undecided.len()),
            problems: left(self.problems.len()),
        })
    }
}

/// Renders the whole document.
pub(super) fn render(report: &Report) -> String {
    let lists = Lists::of(report);
    short_enough(lists.longest(), |most| document(report, &lists, most))
}

/// What is true of the whole run.
#[derive(Serialize)]
pub(super) struct Head<'a> {
    version: u32,
    tool: Tool,
    complete: bool,
    roots: Vec<RootOut<'a>>,
    directories: Vec<DirectoryOut<'a>>,
    /// Only with `--regressions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeOut<'a>>,
    /// Only with a baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineOut<'a>>,
}

impl<'a> Head<'a> {
    pub(super) fn of(report: &'a Report, lists: &Lists<'_>) -> Self {
        let roots = report.roots.iter().map(|root| RootOut {
            path: shown(&root.path),
            input: root.input.name(),
            kind: root.kind.name(),
            environment: root.environment.as_deref(),
        });
        Self {
            version: VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            complete: !report.is_incomplete(),
            roots: roots.collect(),
            directories: DirectoryOut::all(report),
            change: ChangeOut::of(report, lists.findings.len()),
            baseline: report.baseline.as_ref().map(BaselineOut::of),
        }
    }
}

/// A sentence that may quote text from strangers.
fn sentence(text: &str) -> Cow<'_, str> {
    shortened(text, MAX_SENTENCE)
}

fn root_path(report: &Report, index: Option<usize>) -> String {
    index.and_then(|index| report.roots.get(index)).map(|root| shown(&root.path)).unwrap_or_default()
}

/// The document with at most `most` entries in each list.
fn document<'a>(report: &'a Report, lists: &'a Lists<'a>, most: usize) -> String {
    let diagnostics = |list: &[&'a Entry<Diagnostic>]| -> Vec<_> {
        list.iter().take(most).map(|entry| diagnostic(entry, lists, report)).collect()
    };
    let findings = (lists.findings.iter().zip(&lists.group_of).take(most))
        .map(|(entry, index)| finding(entry, *index, lists, report));
    let Head { version, tool, complete, roots, directories, change, baseline } = Head::of(report, lists);
    let document = Document {
        version,
        tool,
        complete,
        roots,
        directories,
        findings: findings.collect(),
        groups: lists.groups.iter().take(most).map(|one| group(one, lists, report)).collect(),
        set_aside: diagnostics(&lists.set_aside),
        failures: diagnostics(&lists.failures),
        unknown: lists.unknown.iter().take(most).map(|entry| unknown(entry, report)).collect(),
        undecided: lists.undecided.iter().take(most).map(|one| undecided(one, report)).collect(),
        problems: diagnostics(&lists.problems),
        change,
        principles: principles(report),
        baseline,
        summary: summary(report, lists),
        left_out: lists.left_out(most),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_else(|error| {
        // Plain structs of strings and numbers always serialize. If they do not, the output must at least say so.
        format!("{{\"version\": {VERSION}, \"error\": \"{error}\"}}")
    });
    text.push('\n');
    text
}

fn lines(span: Span, sources: &Sources) -> Option<PartOut<'static>> {
    let file = sources.get(span.file)?;
    let position = |offset: u32| {
        let (line, column) = file.line_column(offset);
        PositionOut { line, column, offset }
    };
    Some(PartOut::Lines { start: position(span.range.start), end: position(span.range.end) })
}

fn place<'a>(location: &'a Location, sources: &Sources) -> Option<PlaceOut<'a>> {
    let part = match location {
        Location::Source(span) => lines(*span, sources)?,
        Location::Plan { pointer, excerpt, .. } => PartOut::Excerpt { pointer, excerpt: &excerpt.text },
    };
    Some(PlaceOut { file: shown(sources.path(location.file())), part })
}

/// A finding or problem.
pub(super) fn diagnostic<'a>(
    entry: &'a Entry<Diagnostic>,
    lists: &Lists<'_>,
    report: &'a Report,
) -> DiagnosticOut<'a> {
    let (diagnostic, sources) = (&entry.what, &report.sources);
    let severity = diagnostic.severity.name();
    let rule = report.rule_behind(diagnostic);
    DiagnosticOut {
        rule: match rule {
            Some(rule) => Some(RuleOut {
                rule: &rule.id,
                summary: &rule.summary,
                principle: Some(&rule.principle),
                level: severity,
            }),
            // A finding of the program itself.
            None => diagnostic.is_finding().then(|| RuleOut {
                rule: &diagnostic.id,
                summary: codes::meaning(&diagnostic.id),
                principle: None,
                level: severity,
            }),
        },
        code: (!diagnostic.is_finding()).then_some(diagnostic.id.as_str()),
        severity,
        message: sentence(&diagnostic.message),
        help: report.help(diagnostic).map(sentence),
        location: diagnostic.primary.as_ref().and_then(|label| place(&label.location, sources)),
        labels: diagnostic
            .related
            .iter()
            .map(|label| LabelOut {
                text: &label.text,
                address: (!label.address.is_empty()).then_some(label.address.as_str()),
                location: place(&label.location, sources),
            })
            .collect(),
        finding: diagnostic.is_finding().then(|| FindingOut {
            fingerprint: lists.fingerprint(entry),
            address: &diagnostic.address,
            path: diagnostic.path_addresses().map(Str::as_str).collect(),
            calls: diagnostic
                .calls
                .iter()
                .map(|call| CallOut { address: &call.address, location: place(&call.location, sources) })
                .collect(),
            root: root_path(report, entry.root),
            further_roots: further_roots(entry, report),
            environments: report.environments(entry),
        }),
        fix: fix(entry, report),
        group: None,
        status: (!entry.is_reported()).then(|| entry.status.name()),
        suppression: report.suppression_of(entry).map(|suppression| SuppressionOut {
            reason: sentence(&suppression.reason),
            owner: suppression.owner.as_deref().map(sentence),
            until: suppression.until.map(|until| until.to_string()),
            tool: suppression.peer.map(Peer::name),
            location: lines(suppression.span, sources)
                .map(|part| PlaceOut { file: shown(sources.path(suppression.span.file)), part }),
        }),
    }
}

/// A finding that is reported, with the index of its group.
pub(super) fn finding<'a>(
    entry: &'a Entry<Diagnostic>,
    index: usize,
    lists: &Lists<'_>,
    report: &'a Report,
) -> DiagnosticOut<'a> {
    DiagnosticOut { group: Some(index), ..diagnostic(entry, lists, report) }
}

/// The paths of further roots with the same finding, other than the same root in other environments.
fn further_roots(entry: &Entry<Diagnostic>, report: &Report) -> Vec<String> {
    let own = root_path(report, entry.root);
    let mut roots: Vec<String> = entry.also.iter().map(|index| root_path(report, Some(*index))).collect();
    roots.retain(|root| *root != own);
    roots.dedup();
    roots
}

/// An unknown verdict.
pub(super) fn unknown<'a>(entry: &'a Entry<UnknownVerdict>, report: &'a Report) -> UnknownOut<'a> {
    let (verdict, sources) = (&entry.what, &report.sources);
    let cause = verdict.cause.root().span;
    UnknownOut {
        rule: &verdict.rule,
        further_rules: &verdict.further_rules,
        address: &verdict.address,
        cause: Cow::Owned(sentence(&verdict.cause.to_string()).into_owned()),
        cause_location: cause.and_then(|span| {
            Some(PlaceOut { file: shown(sources.path(span.file)), part: lines(span, sources)? })
        }),
        location: verdict.location.as_ref().and_then(|location| place(location, sources)),
        root: root_path(report, entry.root),
        environments: report.environments(entry),
    }
}

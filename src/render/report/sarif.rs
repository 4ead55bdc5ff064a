//! SARIF 2.1.0: findings and what else fails the run as results; problems and unknown verdicts as notifications, so that neither is ever
//! taken for a finding.

mod document;
mod fixes;

use std::collections::BTreeSet;
use std::fmt::Write;

use rustc_hash::FxHashSet;

use document::{
    ArtifactLocation, CodeFlow, Descriptor, DescriptorReference, Driver, FlowStep, Help, Invocation,
    LevelConfiguration, LogicalLocation, Message, Notification, Numbers, PhysicalLocation, Region, Result,
    RuleProperties, Run, Sarif, SarifLocation, SarifSuppression, SarifTool, ThreadFlow,
};

use super::tools::{self, Fingerprints, own_label, root_path, short_enough};
use crate::diagnostic::codes::CODES;
use crate::diagnostic::{self, Diagnostic, Label, PathNode, Severity};
use crate::render::clean::{MAX_SENTENCE, shortened};
use crate::report::{Entry, FindingGroup, Report, Status};
use crate::rule::Rule;
use crate::rule::verdict::UnknownVerdict;
use crate::suppression::Suppression;

const FINGERPRINT: &str = "ruleDefectAddressRoot/v1";
/// The only fingerprint that GitHub's code scanning looks at. What uploads a report makes one of the text of the line if there is none,
/// and then an alert is closed and opened anew by an edit of that line.
const LINE_HASH: &str = "primaryLocationLineHash";
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The longest description that code scanning shows, in characters, and the most tags.
const MAX_DESCRIPTION: usize = 1000;
const MAX_TAGS: usize = 10;
/// The base of relative paths: the directory in which the program was run.
const BASE: &str = "%SRCROOT%";

pub(super) fn render(report: &Report) -> String {
    let longest = report.diagnostics.len().max(report.unknown.len()).max(report.failures.len());
    let groups: Vec<FindingGroup<'_>> =
        report.groups().into_iter().chain(report.groups_set_aside()).chain(report.failure_groups()).collect();
    short_enough(longest, |most| {
        let mut text = serde_json::to_string_pretty(&sarif(report, &groups, most)).unwrap_or_default();
        text.push('\n');
        text
    })
}

/// The document with at most `most` results, and as many notifications of each sort.
fn sarif<'a>(report: &'a Report, groups: &[FindingGroup<'a>], most: usize) -> Sarif<'a> {
    let problems: Vec<&Entry<Diagnostic>> =
        report.diagnostics.iter().filter(|entry| !entry.what.is_finding()).collect();
    let has_suppressed = report.set_aside().next().is_some();
    // Findings of the program itself have codes instead of rules; they come behind the rules.
    let own = groups.iter().map(|group| group.first.what.id.as_str()).filter(|id| report.rule(id).is_none());
    let own: Vec<&str> = own.collect::<BTreeSet<&str>>().into_iter().collect();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Result<'_>> = groups
        .iter()
        .take(most)
        .map(|group| {
            let entry = group.first;
            let fingerprint = fingerprints.next(entry, report);
            let suppressions = has_suppressed.then(|| suppressions(entry, report));
            let index = || own.iter().position(|id| *id == entry.what.id).map(|at| report.rules.len() + at);
            Result { suppressions, ..result(group, report, fingerprint, index) }
        })
        .collect();
    let unknown = report.unknown_verdicts().count();
    let left_out = groups.len().saturating_sub(most)
        + problems.len().saturating_sub(most)
        + unknown.saturating_sub(most);
    let codes: BTreeSet<&str> = problems.iter().map(|entry| entry.what.id.as_str()).collect();
    let notifications = problems
        .iter()
        .take(most)
        .map(|entry| problem(&entry.what, report))
        .chain(report.unknown_verdicts().take(most).map(|entry| not_known(entry, report)))
        .chain((left_out > 0).then(|| cut(left_out)));
    let run = Run {
        tool: SarifTool {
            driver: Driver {
                name: env!("CARGO_PKG_NAME"),
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: report
                    .rules
                    .iter()
                    .map(|rule| descriptor(rule))
                    .chain(own.into_iter().map(code))
                    .collect(),
                notifications: codes.into_iter().map(code).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: !report.is_incomplete(),
            tool_execution_notifications: notifications.collect(),
        }],
        column_kind: "unicodeCodePoints",
        results,
        properties: Numbers {
            resources: report.counts.resources,
            passed: report.counts.passed,
            skipped: report.counts.skipped,
            unknown,
            unknown_verdicts: report.unknown_verdicts().map(|entry| entry.what.rules().count()).sum(),
        },
    };
    Sarif { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn message(text: &str) -> Message {
    Message { text: shortened(text, MAX_SENTENCE).into_owned() }
}

fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let references = || rule.references.iter().map(|text| text.as_str());
    let is_web = |reference: &&str| reference.starts_with("https://");
    let links: String = references().map(|reference| format!("- {reference}\n")).collect();
    // Entries of catalogues of others, by which who has to prove something looks for alerts.
    let catalogues = references().filter(|reference| !reference.contains(':'));
    let markdown = format!("{}\n\n**Fix:** {}\n\n{links}", rule.why.trim(), rule.fix.trim());
    Descriptor {
        id: &rule.id,
        short_description: Message { text: rule.summary.to_string() },
        full_description: Some(Message {
            text: shortened(first_paragraph(&rule.why), MAX_DESCRIPTION).into_owned(),
        }),
        help: Some(Help { text: rule.fix.trim().to_owned(), markdown: markdown.trim_end().to_owned() }),
        help_uri: references().find(is_web),
        default_configuration: LevelConfiguration { level: level(rule.severity) },
        properties: Some(RuleProperties {
            tags: [rule.principle.as_str(), "architecture"]
                .into_iter()
                .chain(catalogues)
                .take(MAX_TAGS)
                .collect(),
            precision: "high",
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Advice => "recommendation",
            },
        }),
    }
}

/// The first paragraph of a text.
fn first_paragraph(text: &str) -> &str {
    let text = text.trim();
    text.split_once("\n\n").map_or(text, |(first, _)| first)
}

/// The description of a code of problems.
fn code(id: &str) -> Descriptor<'_> {
    let known = CODES.iter().find(|code| code.id == id);
    Descriptor {
        id,
        short_description: Message { text: known.map_or(id, |code| code.meaning).to_owned() },
        full_description: None,
        help: None,
        help_uri: None,
        default_configuration: LevelConfiguration {
            level: level(known.map_or(Severity::Error, |code| code.severity)),
        },
        properties: None,
    }
}

/// The most instances of a finding that are named.
const MAX_NAMED: usize = 100;

fn result<'a>(
    group: &FindingGroup<'a>,
    report: &'a Report,
    fingerprint: String,
    index_of_own: impl FnOnce() -> Option<usize>,
) -> Result<'a> {
    let (entry, finding) = (group.first, &group.first.what);
    let own = own_label(finding, &report.sources);
    let is_own = |label: &&Label| !own.is_some_and(|own| std::ptr::eq(own, *label));
    let related = finding.labels().chain(&finding.calls).filter(is_own);
    // Roots may share an address, and the standard wants each named once.
    let mut named = FxHashSet::default();
    let addresses = group.entries().map(|entry| entry.what.address.as_str());
    let addresses = addresses.filter(|address| named.insert(*address)).take(MAX_NAMED);
    let logical: Vec<_> = addresses.flat_map(logical).collect();
    let root = root_path(entry, report).unwrap_or_default();
    let first = match own {
        Some(label) => SarifLocation { logical_locations: logical, ..location(&label.location, report) },
        None => SarifLocation {
            physical_location: at_root(&root),
            logical_locations: logical,
            ..SarifLocation::default()
        },
    };
    Result {
        rule_id: &finding.id,
        rule_index: report.rules.iter().position(|rule| rule.id == finding.id.as_str()).or_else(index_of_own),
        level: level(group.severity()),
        message: message(&finding.message),
        occurrence_count: (group.size() > 1).then_some(group.size()),
        locations: [first],
        related_locations: (1..)
            .zip(related)
            .map(|(id, label)| {
                let text = if label.text.is_empty() { label.address.as_str() } else { &label.text };
                SarifLocation {
                    id: Some(id),
                    message: (!text.is_empty()).then(|| message(text)),
                    ..location(&label.location, report)
                }
            })
            .collect(),
        code_flows: flow(finding, &root, report).into_iter().collect(),
        partial_fingerprints: [
            (LINE_HASH, format!("{}:1", shortest(&fingerprint))),
            (FINGERPRINT, fingerprint),
        ]
        .into(),
        fixes: fixes::fix(group, report).into_iter().collect(),
        suppressions: None,
    }
}

/// Without any place, the root module or plan is the nearest that there is.
fn at_root(root: &str) -> PhysicalLocation {
    let root = if root.is_empty() { "." } else { root };
    PhysicalLocation { artifact_location: artifact(root), region: None }
}

/// The start of a fingerprint, as long as GitHub's own.
fn shortest(fingerprint: &str) -> &str {
    fingerprint.get(..16).unwrap_or(fingerprint)
}

/// The path of a finding. A step is where the finding points at its node, otherwise at the node's block; in a plan it is the plan.
fn flow<'a>(finding: &'a Diagnostic, root: &str, report: &Report) -> Option<CodeFlow<'a>> {
    let steps = finding.path.iter().map(|PathNode { address, header }| {
        let label = finding.labels().find(|label| label.address == *address);
        // The primary place belongs to the node that the finding is about.
        let label = label.or(finding.primary.as_ref().filter(|_| finding.address == *address));
        let place = label.map(|label| physical(&label.location, report));
        let place = place.or_else(|| header.map(|header| physical(&header.into(), report)));
        FlowStep {
            location: SarifLocation {
                physical_location: place.unwrap_or_else(|| at_root(root)),
                logical_locations: logical(address),
                message: Some(message(address)),
                ..SarifLocation::default()
            },
        }
    });
    let locations: Vec<FlowStep<'_>> = steps.collect();
    (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

/// Why a result that a pass has set aside is not to be acted on.
fn suppressions<'a>(entry: &Entry<Diagnostic>, report: &Report) -> Vec<SarifSuppression<'a>> {
    if let Some(suppression) = report.suppression_of(entry) {
        return vec![SarifSuppression {
            kind: if suppression.is_in_source() { "inSource" } else { "external" },
            status: "accepted",
            justification: shortened(&justification(suppression), MAX_SENTENCE).into_owned(),
            location: Some(location(&suppression.span.into(), report)),
        }];
    }
    let why = match entry.status {
        Status::Reported => return Vec::new(),
        Status::Off => "the config turns its rule off here",
        Status::NotIntroduced => "it existed before the change",
        Status::NotComparable => "it is unknown whether it existed before the change",
        Status::NotTouched => "it concerns no resource that the change touches",
        Status::Suppressed(_) => "somebody accepts it",
        Status::Baseline => "the baseline accepts it",
        Status::Ignored => "it is not to be reported",
        Status::Fixed => "it is fixed in the configuration that the plan was made from",
    };
    let justification = format!("{}: {why}", entry.status.name());
    vec![SarifSuppression { kind: "external", status: "accepted", justification, location: None }]
}

/// The reason of a suppression, with who answers for it and how long it counts.
fn justification(suppression: &Suppression) -> String {
    let mut text = suppression.reason.clone();
    if let Some(owner) = &suppression.owner {
        let _ = write!(text, "; owner: {owner}");
    }
    if let Some(until) = suppression.until {
        let _ = write!(text, "; until {until}");
    }
    text
}

fn problem<'a>(problem: &'a Diagnostic, report: &'a Report) -> Notification<'a> {
    Notification {
        descriptor: Some(DescriptorReference { id: &problem.id, index: None }),
        associated_rule: None,
        level: level(problem.severity),
        message: match report.help(problem) {
            Some(help) => message(&format!("{} ({help})", problem.message)),
            None => message(&problem.message),
        },
        locations: problem.labels().map(|label| location(&label.location, report)).collect(),
    }
}

fn not_known<'a>(entry: &'a Entry<UnknownVerdict>, report: &'a Report) -> Notification<'a> {
    let verdict = &entry.what;
    let index = report.rules.iter().position(|rule| rule.id == verdict.rule);
    let rules: Vec<&str> = verdict.rules().map(|rule| rule.as_str()).collect();
    let text = format!("{} at {} is unknown: {}", rules.join(", "), verdict.address, verdict.cause);
    Notification {
        descriptor: None,
        associated_rule: Some(DescriptorReference { id: &verdict.rule, index }),
        level: "note",
        message: message(&text),
        locations: verdict.location.iter().map(|at| location(at, report)).collect(),
    }
}

/// Says that results or notifications are missing.
fn cut<'a>(left_out: usize) -> Notification<'a> {
    let text = format!("{left_out} results and notifications are left out: the document would be too long");
    Notification {
        descriptor: None,
        associated_rule: None,
        level: "warning",
        message: message(&text),
        locations: Vec::new(),
    }
}

fn logical(address: &str) -> Vec<LogicalLocation<'_>> {
    let location = LogicalLocation { fully_qualified_name: address, kind: "resource" };
    (!address.is_empty()).then_some(location).into_iter().collect()
}

fn location<'a>(location: &diagnostic::Location, report: &Report) -> SarifLocation<'a> {
    SarifLocation { physical_location: physical(location, report), ..SarifLocation::default() }
}

fn physical(location: &diagnostic::Location, report: &Report) -> PhysicalLocation {
    let place = tools::place(location, &report.sources);
    let region = place.lines.map(|lines| Region {
        start_line: lines.line,
        start_column: lines.column,
        end_line: lines.end_line,
        end_column: lines.end_column,
    });
    PhysicalLocation { artifact_location: artifact(&place.file), region }
}

/// A path as a URI: relative to the working directory if it is.
fn artifact(path: &str) -> ArtifactLocation {
    let has_drive = path.split_once(":/").is_some_and(|(drive, _)| drive.len() == 1);
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if has_drive {
        uri.push_str("file:///");
    }
    let base = uri.is_empty().then_some(BASE);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    ArtifactLocation { uri, uri_base_id: base }
}

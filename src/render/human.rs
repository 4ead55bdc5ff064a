//! Human output: annotated source through miette, then a summary that is honest about what was not looked at.

use std::fmt::Write;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity as MietteSeverity,
    SourceCode, SourceSpan,
};

use crate::finding::Finding;
use crate::problem::{Problem, Severity};
use crate::report::Report;
use crate::rule::{Level, Rule, RuleSet};
use crate::source::{FileId, Sources, Span};

/// How text for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether to use colours.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

impl Look {
    fn handler(self) -> GraphicalReportHandler {
        let theme = if self.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(1)
            .with_links(false)
    }
}

pub(super) fn render(report: &Report, look: Look) -> String {
    let mut out = String::new();
    let handler = look.handler();
    for problem in &report.problems {
        show(&mut out, &handler, &of_problem(problem, &report.sources));
    }
    for entry in &report.findings {
        show(&mut out, &handler, &of_finding(&entry.what, &report.sources));
    }
    summary(&mut out, report);
    out
}

fn show(out: &mut String, handler: &GraphicalReportHandler, diagnostic: &Shown) {
    let mut text = String::new();
    // Writing to a string fails only if miette cannot read the source at the labels: then the message still counts.
    if handler.render_report(&mut text, diagnostic).is_err() {
        text = format!("{diagnostic}\n");
    }
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push('\n');
}

/// A diagnostic in miette's terms: labels in one file, other files as related diagnostics.
#[derive(Debug)]
struct Shown {
    message: String,
    code: Option<String>,
    severity: MietteSeverity,
    help: Option<String>,
    source: Option<NamedSource<Arc<str>>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Shown>,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<MietteSeverity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|related| related as &dyn Diagnostic)))
    }
}

fn named_source(file: FileId, sources: &Sources) -> Option<NamedSource<Arc<str>>> {
    let source = sources.get(file)?;
    let name = source.path.to_string_lossy().replace('\\', "/");
    Some(NamedSource::new(name, source.text.clone()))
}

fn source_span(span: Span) -> SourceSpan {
    SourceSpan::new((span.range.start as usize).into(), span.range.len())
}

fn of_finding(finding: &Finding, sources: &Sources) -> Shown {
    let mut help = finding.rule.fix.trim().to_owned();
    if !finding.path.is_empty() {
        let path: Vec<&str> = finding.path.iter().map(|address| address.as_str()).collect();
        help = format!("path: {}\n{help}", path.join(" → "));
    }
    let _ = write!(help, "\nmore: buttress explain {}", finding.rule.id);
    let mut labels = Vec::new();
    if let Some(span) = finding.span {
        labels.push(LabeledSpan::new_primary_with_span(Some(finding.address.to_string()), source_span(span)));
    }
    let here = finding.span.map(|span| span.file);
    let mut others: Vec<(FileId, Vec<LabeledSpan>)> = Vec::new();
    for place in &finding.labels {
        let label = LabeledSpan::new_with_span(Some(place.text.clone()), source_span(place.span));
        if Some(place.span.file) == here {
            labels.push(label);
            continue;
        }
        match others.iter_mut().find(|(file, _)| *file == place.span.file) {
            Some((_, labels)) => labels.push(label),
            None => others.push((place.span.file, vec![label])),
        }
    }
    let related = others.into_iter().map(|(file, labels)| Shown {
        message: "also here".to_owned(),
        code: None,
        severity: MietteSeverity::Advice,
        help: None,
        source: named_source(file, sources),
        labels,
        related: Vec::new(),
    });
    Shown {
        message: finding.message.clone(),
        code: Some(finding.rule.id.to_string()),
        severity: match finding.level {
            Level::Error => MietteSeverity::Error,
            Level::Warning => MietteSeverity::Warning,
            Level::Advice => MietteSeverity::Advice,
        },
        help: Some(help),
        source: finding.span.and_then(|span| named_source(span.file, sources)),
        labels,
        related: related.collect(),
    }
}

fn of_problem(problem: &Problem, sources: &Sources) -> Shown {
    let here = problem.span.map(|span| span.file);
    let mut labels = Vec::new();
    if let Some(span) = problem.span {
        let words = (!problem.at.is_empty()).then(|| problem.at.clone());
        labels.push(LabeledSpan::new_primary_with_span(words, source_span(span)));
    }
    let (own, others): (Vec<_>, Vec<_>) =
        problem.labels.iter().partition(|label| Some(label.span.file) == here);
    labels.extend(
        own.into_iter()
            .map(|label| LabeledSpan::new_with_span(Some(label.text.clone()), source_span(label.span))),
    );
    let related = others.into_iter().map(|label| Shown {
        message: label.text.clone(),
        code: None,
        severity: MietteSeverity::Advice,
        help: None,
        source: named_source(label.span.file, sources),
        labels: vec![LabeledSpan::new_with_span(None, source_span(label.span))],
        related: Vec::new(),
    });
    Shown {
        message: problem.message.clone(),
        code: Some(problem.code.to_owned()),
        severity: match problem.severity {
            Severity::Error => MietteSeverity::Error,
            Severity::Warning => MietteSeverity::Warning,
        },
        help: problem.help.clone(),
        source: here.and_then(|file| named_source(file, sources)),
        labels,
        related: related.collect(),
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The last lines: how much was looked at, what was found, what could not be known and why.
fn summary(out: &mut String, report: &Report) {
    let counts = &report.counts;
    let files = if counts.files_read == counts.files {
        format!("{} read", counted(counts.files, "file", "files"))
    } else {
        format!("{} of {} read", counts.files_read, counted(counts.files, "file", "files"))
    };
    let mut levels = Vec::new();
    for (level, one, many) in [
        (Level::Error, "error", "errors"),
        (Level::Warning, "warning", "warnings"),
        (Level::Advice, "advice", "advice"),
    ] {
        match report.count(level) {
            0 => {}
            n => levels.push(counted(n, one, many)),
        }
    }
    let levels = if levels.is_empty() { String::new() } else { format!(" ({})", levels.join(", ")) };
    let _ = writeln!(
        out,
        "{files} · {} · {}{levels} · {}",
        counted(counts.resources, "resource", "resources"),
        counted(report.findings.len(), "finding", "findings"),
        counted(report.undecided.len(), "verdict unknown", "verdicts unknown"),
    );
    let mut causes: std::collections::BTreeMap<String, (usize, Option<Span>)> =
        std::collections::BTreeMap::new();
    for entry in &report.undecided {
        causes.entry(entry.what.cause.to_string()).or_insert((0, entry.what.cause.span)).0 += 1;
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let shown = 5;
    for (cause, (n, span)) in causes.iter().take(shown) {
        let place = span
            .and_then(|span| report.sources.get(span.file).map(|file| (file, span)))
            .map(|(file, span)| {
                format!(
                    " ({}:{})",
                    file.path.to_string_lossy().replace('\\', "/"),
                    file.line_column(span.range.start).0
                )
            })
            .unwrap_or_default();
        let _ = writeln!(out, "  unknown {n} × {cause}{place}");
    }
    if causes.len() > shown {
        let _ = writeln!(
            out,
            "  unknown for {} more; `--format json` lists them all",
            counted(causes.len() - shown, "cause", "causes")
        );
    }
    if report.is_incomplete() {
        let _ =
            writeln!(out, "The run is incomplete: not everything could be read. What could be was checked.");
    }
}

/// A rule's page, for `buttress explain`.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut out = String::new();
    let environment = rule
        .environment
        .as_ref()
        .map(|environment| format!(" in {environment}, advice where the environment is known to be another"))
        .unwrap_or_default();
    let _ = writeln!(out, "{} — {}\n", rule.id, rule.summary);
    let _ = writeln!(
        out,
        "principle  {}\nseverity   {}{environment}\nsince      {}\n",
        rule.principle,
        rule.level.name(),
        rule.since
    );
    let _ = writeln!(out, "Why\n\n{}\n", indented(&rule.why));
    let _ = writeln!(out, "What to do\n\n{}\n", indented(&rule.fix));
    if !rule.parameters.is_empty() {
        let _ = writeln!(out, "Parameters\n");
        for parameter in &rule.parameters {
            let default = shown_value(&parameter.default);
            let _ = writeln!(out, "  {} = {default}   {}", parameter.name, parameter.doc);
        }
        out.push('\n');
    }
    for (expected, title) in [
        (super::super::rule::Expected::Fails, "Fails"),
        (super::super::rule::Expected::Passes, "Passes"),
        (super::super::rule::Expected::Unknown, "Cannot be decided"),
    ] {
        for example in rule.examples.iter().filter(|example| example.expected == expected) {
            let body = example.tree.slice(example.tree.body(example.body).range);
            let _ = writeln!(out, "{title}: {}\n\n{}\n", example.title, indented(&undented(body)));
        }
    }
    if !rule.references.is_empty() {
        let _ = writeln!(out, "Read on\n");
        for reference in &rule.references {
            let _ = writeln!(out, "  {reference}");
        }
    }
    out
}

fn shown_value(value: &crate::value::Value) -> String {
    use crate::value::Kind;
    match &value.kind {
        Kind::Number(number) => number.to_string(),
        Kind::Bool(value) => value.to_string(),
        Kind::String(text) => format!("\"{text}\""),
        Kind::Null(_) => "null".to_owned(),
        _ => {
            let parts: Vec<String> = value.parts().map(shown_value).collect();
            format!("[{}]", parts.join(", "))
        }
    }
}

/// Text without the indentation that all its lines share, and without empty lines around it.
fn undented(text: &str) -> String {
    let indent = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> =
        text.lines().map(|line| line.get(indent..).unwrap_or_default().trim_end()).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn indented(text: &str) -> String {
    undented(text)
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The table of `buttress rules`: by principle, in the order of the principles.
#[must_use]
pub fn rules_table(set: &RuleSet) -> String {
    let mut out = String::new();
    let width = set.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for principle in &set.principles {
        let _ = writeln!(out, "{} — {}", principle.title, principle.question);
        for rule in set.rules.iter().filter(|rule| rule.principle == principle.id) {
            let _ = writeln!(out, "  {:width$}  {:7}  {}", rule.id, rule.level.name(), rule.summary);
        }
        out.push('\n');
    }
    let _ =
        writeln!(out, "{}; `buttress explain RULE` tells more", counted(set.rules.len(), "rule", "rules"));
    out
}

//! What is told about a place: the known value of what stands there and where it comes from, or why it is not known; and in a comment
//! that suppresses a rule, what the rule is about.

use std::fmt::Write;
use std::path::Path;

use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::documents::OpenDocument;
use super::position::LineTable;
use super::published::clean_lines;
use super::snapshot::{Snapshot, page_of};
use crate::diagnostic::Severity;
use crate::estate::DecidedBy;
use crate::estate::asked::PointedValue;
use crate::render::markdown;
use crate::report::pointed::PointedReport;
use crate::rule::{Rule, shown_value};
use crate::suppression::Suppressions;
use crate::text::{Range, Sources, Span};
use crate::value::{Kind, Value};

/// The most different values that are told of one thing.
const MAX_VALUES: usize = 10;

/// The most instances that are named beside a value.
const MAX_NAMED: usize = 4;

/// The answer to a hover.
pub(super) fn hover(snapshot: &Snapshot, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let document = snapshot.documents.get(&at.text_document.uri)?;
    let lines = LineTable::of(&document.text, snapshot.unit);
    let offset = u32::try_from(lines.offset(&document.text, at.position)).ok()?;
    let (text, range) =
        suppressed_rule(snapshot, document, offset).or_else(|| value(snapshot, document, offset))?;
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: clean_lines(&text) };
    Some(Hover { contents: HoverContents::Markup(contents), range: Some(lines.range(&document.text, range)) })
}

/// The rule that a comment at a place names.
fn suppressed_rule(snapshot: &Snapshot, document: &OpenDocument, offset: u32) -> Option<(String, Range)> {
    let mut sources = Sources::default();
    sources.add(document.path.clone(), document.text.clone());
    let suppressions = Suppressions::read(&sources, |_| true, &[]);
    let mut selectors = suppressions.all.iter().flat_map(|suppression| &suppression.selectors);
    let holds = |range: Range| range.start <= offset && offset <= range.end;
    let selector = selectors.find(|selector| holds(selector.span.range))?;
    let rules = &snapshot.session.rules().rules;
    let rule = rules.iter().find(|rule| rule.id == selector.text.as_str())?;
    Some((about(rule), selector.span.range))
}

/// A rule in short.
fn about(rule: &Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let mut text =
        format!("**{}** ({severity}): {}\n\n", markdown::code(&rule.id), markdown::sentence(&rule.summary));
    let paragraph = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = rule.why.split("\n\n").next().unwrap_or_default();
    let _ = write!(text, "{}\n\n", markdown::sentence(&paragraph(why)));
    let _ = write!(text, "Fix: {}\n\n", markdown::sentence(&paragraph(&rule.fix)));
    if let Some(page) = page_of(rule) {
        let _ = write!(text, "<{}>", page.href.as_str());
    }
    text
}

/// The values of what stands at a place.
fn value(snapshot: &Snapshot, document: &OpenDocument, offset: u32) -> Option<(String, Range)> {
    let report = snapshot.pointed(document, offset);
    let first = report.roots.iter().flatten().next()?;
    let all = ToldValues::of(&report, snapshot, document);
    let mut text = format!("{}\n\n", markdown::code(&first.name));
    match all.groups.as_slice() {
        [only] if all.is_single => text.push_str(&only.text),
        groups => {
            for group in groups.iter().take(MAX_VALUES) {
                let _ = writeln!(text, "- {}: {}", named(&group.of), group.text);
            }
            if groups.len() > MAX_VALUES {
                let _ = writeln!(text, "- and {} other values", groups.len() - MAX_VALUES);
            }
        }
    }
    // The instances of a module in other roots may name another part of the text: the first one decides what is marked.
    Some((text, first.span.range))
}

/// Values that are the same and decided in the same places.
struct ValueGroup {
    text: String,
    of: Vec<String>,
}

struct ToldValues {
    groups: Vec<ValueGroup>,
    /// Whether there is one instance in one root module only.
    is_single: bool,
}

impl ToldValues {
    fn of(report: &PointedReport, snapshot: &Snapshot, document: &OpenDocument) -> Self {
        let top = snapshot.top_of(document);
        let teller = Teller { report, snapshot, top: &top };
        let with_values =
            report.report.roots.iter().zip(&report.roots).filter(|(_, values)| !values.is_empty());
        let paths: Vec<&Path> = with_values.clone().map(|(root, _)| root.path.as_path()).collect();
        let mut groups: Vec<ValueGroup> = Vec::new();
        let mut count = 0;
        for (root, values) in with_values {
            let is_other = paths.iter().any(|path| *path != root.path);
            let is_repeated = paths.iter().filter(|path| **path == root.path).count() > 1;
            for value in values {
                count += 1;
                let mut of: Vec<String> = Vec::new();
                if is_other {
                    of.push(teller.path(&root.path));
                }
                if let Some(environment) = root.environment.as_ref().filter(|_| is_repeated) {
                    of.push(environment.clone());
                }
                if values.len() > 1 {
                    of.push(value.within.to_string());
                }
                let text = teller.value(value);
                let of = of.join(" ");
                match groups.iter_mut().find(|group| group.text == text) {
                    Some(group) => group.of.push(of),
                    None => groups.push(ValueGroup { text, of: vec![of] }),
                }
            }
        }
        for group in &mut groups {
            group.of.dedup();
        }
        Self { groups, is_single: count == 1 }
    }
}

/// Names as code; of many the first ones.
fn named(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_NAMED).map(|name| markdown::code(name)).collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Tells values and places.
struct Teller<'a> {
    report: &'a PointedReport,
    snapshot: &'a Snapshot,
    top: &'a Path,
}

impl Teller<'_> {
    /// A value, and where it comes from or why it is not known.
    fn value(&self, told: &PointedValue) -> String {
        let mut text = match &told.value {
            value if value.is_secret() => "sensitive, not shown".to_owned(),
            Value { kind: Kind::Unknown(unknown), .. } => {
                format!("not known: {}", markdown::sentence(&unknown.cause.to_string()))
            }
            value => markdown::code(&shown_value(value)),
        };
        if let Some(rest) = &told.rest {
            let rest = markdown::sentence(&rest.to_string());
            text = match told.value.parts().next() {
                None => format!("not known: {rest}"),
                Some(_) => format!("has the arguments {text}; the rest is not known: {rest}"),
            };
        }
        for (span, by) in &told.decided {
            if let Some(place) = self.place(*span) {
                let _ = write!(text, " ← {} ({place})", words(*by));
            }
        }
        text
    }

    /// A link to the line of a place.
    fn place(&self, span: Span) -> Option<String> {
        let sources = &self.report.report.sources;
        let source = sources.get(span.file)?;
        let (line, _) = source.line_column(span.range.start);
        let (path, _) = self.snapshot.file(&source.path);
        let uri = self.snapshot.uri(&source.path)?;
        Some(format!("[{}:{line}]({}#L{line})", markdown::escaped(&self.path(&path)), uri.as_str()))
    }

    /// A path as seen from the folder.
    fn path(&self, path: &Path) -> String {
        let inside = path.strip_prefix(self.top).unwrap_or(path).to_string_lossy().replace('\\', "/");
        if inside.is_empty() { ".".to_owned() } else { inside }
    }
}

/// What decides a value, in a few words.
const fn words(by: DecidedBy) -> &'static str {
    match by {
        DecidedBy::Local => "local value",
        DecidedBy::Argument => "argument of the call",
        DecidedBy::Values => "value given",
        DecidedBy::Inputs => "input of Terragrunt",
        DecidedBy::Default => "default",
        DecidedBy::Output => "output",
        DecidedBy::Element => "element of `for_each`",
        DecidedBy::Assumption => "assumption",
        DecidedBy::Part => "part of the expression",
    }
}

//! A diagnostic for miette: the words, the source text and the labels that its handlers ask for.

use std::fmt;

use miette::{LabeledSpan, SourceCode};

use super::frames::{FrameText, Mark, Windows, windows};
use super::text::MAX_MARKS;
use super::window::{MAX_COLUMNS, Window};
use crate::diagnostic::{Diagnostic, Label, Location, Severity};
use crate::render::clean;
use crate::report::{Entry, Report};
use crate::text::{FileId, Range};

/// How places in several files are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// As frames, one below the other: at most so many lines, each of them at most so wide. The frame of the primary place is always
    /// there.
    Together { lines: usize, columns: usize },
    /// Places in files other than the primary one become related diagnostics.
    Apart,
}

/// A diagnostic together with the sources that it points into.
#[derive(Debug)]
pub(super) struct View<'a> {
    severity: Severity,
    code: Option<&'a str>,
    message: String,
    help: Option<String>,
    url: Option<&'a str>,
    /// The parts to show; the first one contains the primary place.
    parts: Vec<ShownPart>,
    /// Further places, each with its words, for which there is no room in a frame.
    pub(super) left_out: Vec<String>,
}

/// Places that are shown together: all of them, or those of one file.
#[derive(Debug)]
struct ShownPart {
    message: String,
    windows: Windows,
    labels: Vec<LabeledSpan>,
}

impl<'a> View<'a> {
    pub(super) fn new(entry: &'a Entry<Diagnostic>, report: &'a Report, layout: Layout) -> Self {
        let diagnostic = &entry.what;
        let rule = report.rule_behind(diagnostic);
        let help = report.help(diagnostic).map(|help| {
            let words: Vec<&str> = help.split_whitespace().collect();
            clean::line(&words.join(" ")).into_owned()
        });
        let url = rule.and_then(|rule| rule.references.iter().find(|reference| reference.contains("://")));
        let mut files: Vec<(String, Windows)> = Vec::new();
        let columns = match layout {
            Layout::Together { columns, .. } => columns,
            Layout::Apart => MAX_COLUMNS,
        };
        for (name, marks) in marks(diagnostic, report) {
            let windows = windows(&name, marks, columns);
            match (layout, files.first_mut()) {
                (Layout::Together { .. }, Some((_, first))) => first.extend(windows),
                _ => files.push((format!("related place: `{}`", name.file), windows)),
            }
        }
        let mut left_out = Vec::new();
        let parts = files.into_iter().map(|(message, mut windows)| {
            if let Layout::Together { lines, .. } = layout {
                left_out.extend(windows.cut(lines));
            }
            let labels = windows.labels().collect();
            ShownPart { message, windows, labels }
        });
        let parts = parts.collect();
        Self {
            severity: diagnostic.severity,
            code: (layout == Layout::Apart).then_some(diagnostic.id.as_str()),
            message: clean::line(&diagnostic.message).into_owned(),
            help,
            url: url.map(|url| url.as_str()),
            parts,
            left_out,
        }
    }

    /// The windows, each with the words of its marks.
    pub(super) fn windows(&self) -> impl Iterator<Item = (&Window, &[(Option<String>, bool)])> {
        self.parts.iter().flat_map(|part| part.windows.iter())
    }

    /// For each label of the first part, in drawing order, whether it is the primary one.
    pub(super) fn is_primary(&self) -> impl Iterator<Item = bool> {
        self.parts.first().into_iter().flat_map(|part| &part.labels).map(LabeledSpan::primary)
    }
}

/// What the heading of a frame says about its place.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) file: String,
    /// The pointer into a plan; an excerpt has no lines and columns.
    pub(super) pointer: Option<String>,
}

/// The text of a file or excerpt, with its marks.
type TextWithMarks<'a> = (Name, Vec<Mark<'a>>);

/// The places of a diagnostic by file and excerpt; those of the primary place come first.
fn marks<'a>(diagnostic: &'a Diagnostic, report: &'a Report) -> Vec<TextWithMarks<'a>> {
    let mut all: Vec<((FileId, &str), TextWithMarks<'a>)> = Vec::new();
    let primary = diagnostic.primary.iter().map(|label| (label, true));
    let others = diagnostic.related.iter().take(MAX_MARKS).map(|label| (label, false));
    for (label, is_primary) in primary.chain(others) {
        let Some((text, range, pointer)) = shown(&label.location, report) else { continue };
        let key = (label.location.file(), pointer.unwrap_or_default());
        let words = words(label, diagnostic);
        let mark = Mark { text, range, words, is_primary, address: &label.address };
        match all.iter_mut().find(|(other, _)| *other == key) {
            Some((_, (_, marks))) => marks.push(mark),
            None => {
                let file = super::text::shown(report.sources.path(key.0));
                let pointer = pointer.map(|pointer| clean::name(pointer).into_owned());
                all.push((key, (Name { file, pointer }, vec![mark])));
            }
        }
    }
    all.into_iter().map(|(_, marked)| marked).collect()
}

/// The text that shows a place, the range in that text, and the pointer of an excerpt.
fn shown<'a>(location: &'a Location, report: &'a Report) -> Option<(FrameText<'a>, Range, Option<&'a str>)> {
    match location {
        Location::Source(span) => Some((FrameText::File(report.sources.get(span.file)?), span.range, None)),
        Location::Plan { pointer, excerpt, .. } => {
            Some((FrameText::Excerpt(&excerpt.text), excerpt.mark, Some(pointer.as_str())))
        }
    }
}

/// The words at a place: those of the label, or the address if the message of a finding does not contain it.
fn words(label: &Label, diagnostic: &Diagnostic) -> Option<String> {
    let is_primary = diagnostic.primary.as_ref().is_some_and(|primary| std::ptr::eq(primary, label));
    let said = !is_primary || diagnostic.message.contains(label.address.as_str());
    let text = if label.text.is_empty() && !said { label.address.as_str() } else { label.text.trim_end() };
    (!text.is_empty()).then(|| clean::name(text).into_owned())
}

impl fmt::Display for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for View<'_> {}

impl miette::Diagnostic for View<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.map(|code| Box::new(code) as Box<dyn fmt::Display + 'a>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display + 'a>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.map(|url| Box::new(url) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.parts.first()?.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.parts.first()?.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        let others = self.parts.get(1..).filter(|others| !others.is_empty())?;
        Some(Box::new(others.iter().map(|part| part as &dyn miette::Diagnostic)))
    }
}

impl fmt::Display for ShownPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShownPart {}

impl miette::Diagnostic for ShownPart {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.windows)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

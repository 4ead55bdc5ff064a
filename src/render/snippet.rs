//! Source text with marks under what is meant, drawn by miette.
//!
//! miette does the drawing and nothing else: its diagnostics are about one file and have a heading of their own, ours reach
//! over any number of files. Knows nothing of findings and problems.

use std::fmt::Write;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode, SourceSpan,
    ThemeCharacters, ThemeStyles,
};

use super::look::{Look, Tone};
use crate::text::{FileId, Sources, Span};

/// A place to mark.
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) text: Option<String>,
}

/// Marks in the file of the primary mark that are at most so many lines away are drawn together with it.
const NEAR: usize = 8;

/// Draws the primary mark with what stands near it, then everything else, file by file.
pub(super) fn draw(out: &mut String, marks: Marks, tone: Tone, sources: &Sources, look: Look) {
    let Marks { primary, others } = marks;
    let line = |span: Span| sources.get(span.file).map(|file| file.line_column(span.range.start).0);
    let mut groups: Vec<(FileId, Vec<Mark>)> = Vec::new();
    let mut near = Vec::new();
    for mark in others {
        let is_near = primary.as_ref().is_some_and(|primary| {
            primary.span.file == mark.span.file
                && line(primary.span)
                    .zip(line(mark.span))
                    .is_some_and(|(own, other)| own.abs_diff(other) <= NEAR)
        });
        if is_near {
            near.push(mark);
            continue;
        }
        match groups.iter_mut().find(|(file, _)| *file == mark.span.file) {
            Some((_, marks)) => marks.push(mark),
            None => groups.push((mark.span.file, vec![mark])),
        }
    }
    if let Some(primary) = primary {
        draw_file(out, primary.span.file, Some(primary), near, tone, sources, look);
    }
    for (file, marks) in groups {
        draw_file(out, file, None, marks, tone, sources, look);
    }
}

/// What to draw.
pub(super) struct Marks {
    pub(super) primary: Option<Mark>,
    pub(super) others: Vec<Mark>,
}

fn draw_file(
    out: &mut String,
    file: FileId,
    primary: Option<Mark>,
    others: Vec<Mark>,
    tone: Tone,
    sources: &Sources,
    look: Look,
) {
    let Some(source) = sources.get(file) else { return };
    let name = shown(&source.path);
    let first = primary.iter().chain(&others).map(|mark| mark.span.range.start).min().unwrap_or_default();
    let mut labels: Vec<(LabeledSpan, bool)> = Vec::new();
    for (mark, is_primary) in
        primary.into_iter().map(|m| (m, true)).chain(others.into_iter().map(|m| (m, false)))
    {
        let span = SourceSpan::new((mark.span.range.start as usize).into(), mark.span.range.len());
        let label = if is_primary { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
        labels.push((label(mark.text, span), is_primary));
    }
    // miette hands its colours out in the order of the text.
    labels.sort_by_key(|(label, _)| label.offset());
    let mut theme = GraphicalTheme {
        // The heading is ours.
        characters: ThemeCharacters { error: String::new(), ..ThemeCharacters::unicode() },
        styles: if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    if look.colour {
        let own = match tone {
            Tone::Error => theme.styles.error,
            Tone::Warning => theme.styles.warning,
            Tone::Advice => theme.styles.advice,
        };
        let other = theme.styles.help;
        theme.styles.highlights =
            labels.iter().map(|(_, is_primary)| if *is_primary { own } else { other }).collect();
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_context_lines(1)
        .without_syntax_highlighting()
        .with_urls(false);
    let drawing = Drawing {
        source: NamedSource::new(&name, source.text.clone()),
        labels: labels.into_iter().map(|(label, _)| label).collect(),
    };
    let mut text = String::new();
    if handler.render_report(&mut text, &drawing).is_err() {
        // The text is not as long as the mark says: name the place at least.
        let (line, column) = source.line_column(first);
        text = format!("\n   ╶─[{name}:{line}:{column}]\n");
    }
    // The first line would hold the message.
    for (at, line) in text.lines().skip(1).enumerate() {
        match &source.pointer {
            None => {
                let _ = writeln!(out, "{}", line.trim_end());
            }
            Some(pointer) if at == 0 => {
                let place = format!("╭─[{name} {pointer}]");
                let _ = writeln!(out, "   {}", look.faint(&place));
            }
            Some(_) => {
                let _ = writeln!(out, "{}", without_number(line).trim_end());
            }
        }
    }
}

/// A line of a drawing without its line number: an excerpt has none. Codes for colours stay.
fn without_number(line: &str) -> String {
    let mut in_code = false;
    let mut in_margin = true;
    line.chars()
        .map(|character| {
            in_margin &= !matches!(character, '│' | '·' | '╰');
            in_code = character == '\u{1b}' || (in_code && character != 'm');
            if in_margin && !in_code && character.is_ascii_digit() { ' ' } else { character }
        })
        .collect()
}

/// A path as every format shows it.
pub(super) fn shown(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A diagnostic without words.
#[derive(Debug)]
struct Drawing {
    source: NamedSource<Arc<str>>,
    labels: Vec<LabeledSpan>,
}

impl std::fmt::Display for Drawing {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

//! Source text with marks under what is meant, drawn by miette.
//!
//! miette does the drawing and nothing else: its diagnostics are about one file and have a heading of their own, ours reach
//! over any number of files. Knows nothing of findings and problems.

use std::fmt::Write;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, SourceSpan, ThemeCharacters,
    ThemeStyles,
};

use super::clean;
use super::look::{Look, Tone};
use super::window::{self, Marked, Window};
use crate::text::{FileId, SourceFile, Sources, Span};

/// A place to mark.
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) text: Option<String>,
}

/// Marks of one file with no more than so many lines and bytes between them are drawn together.
const NEAR: usize = 4;
const NEAR_ON_LINE: u32 = 120;
/// The marks that are drawn together span no more lines than these; one line of context stands above them and one below.
const MAX_LINES: usize = 8;
/// Of more places than these it is only said how many there are.
const MAX_MARKS: usize = 20;

/// What to draw.
pub(super) struct Marks {
    pub(super) primary: Option<Mark>,
    pub(super) others: Vec<Mark>,
}

/// A mark in the file that is being drawn.
struct Placed {
    mark: Mark,
    is_primary: bool,
    line: usize,
    last_line: usize,
    column: usize,
}

/// Draws the primary mark with what stands near it, then everything else, file by file.
pub(super) fn draw(out: &mut String, marks: Marks, tone: Tone, sources: &Sources, look: Look) {
    let Marks { primary, others } = marks;
    let more = others.len().saturating_sub(MAX_MARKS);
    let others = others.into_iter().take(MAX_MARKS).map(|mark| (mark, false));
    let mut files: Vec<(FileId, Vec<Placed>)> = Vec::new();
    for (mark, is_primary) in primary.into_iter().map(|mark| (mark, true)).chain(others) {
        let Some(file) = sources.get(mark.span.file) else { continue };
        let id = mark.span.file;
        let placed = parts(&file.text, mark).into_iter().map(|mark| {
            let (line, column) = file.line_column(mark.span.range.start);
            let marked = file.text.get(mark.span.range.as_usize()).unwrap_or_default();
            let last_line = line + marked.bytes().filter(|byte| *byte == b'\n').count();
            Placed { mark, is_primary, line, last_line, column }
        });
        match files.iter_mut().find(|(other, _)| *other == id) {
            Some((_, marks)) => marks.extend(placed),
            None => files.push((id, placed.collect())),
        }
    }
    for (id, marks) in files {
        let Some(file) = sources.get(id) else { continue };
        for frame in frames(marks) {
            draw_frame(out, file, frame, tone, look);
        }
    }
    if more > 0 {
        let _ = writeln!(out, "   {}", look.faint(&format!("╶─ and {more} more places")));
    }
}

/// A mark of many lines is shown by its first and its last ones.
fn parts(text: &str, mark: Mark) -> Vec<Mark> {
    match window::head_and_tail(text, mark.span.range) {
        None => vec![mark],
        Some((head, tail)) => {
            let at = |range, text| Mark { span: Span { range, ..mark.span }, text };
            vec![at(head, mark.text.clone()), at(tail, Some("… up to here".to_owned()))]
        }
    }
}

/// Marks that stand near each other, the frame of the primary mark first, then in the order of the text.
fn frames(mut marks: Vec<Placed>) -> Vec<Vec<Placed>> {
    marks.sort_by_key(|placed| placed.mark.span.range.start);
    let mut frames: Vec<Vec<Placed>> = Vec::new();
    for placed in marks {
        let is_near = |frame: &Vec<Placed>| {
            let (Some(first), Some(last)) = (frame.first(), frame.last()) else { return false };
            let last_line = frame.iter().map(|placed| placed.last_line).max().unwrap_or_default();
            let (end, start) = (last.mark.span.range.end, placed.mark.span.range.start);
            placed.line <= last_line + NEAR + 1
                && placed.last_line.max(last_line) < first.line + MAX_LINES
                && (placed.line > last.line || start.saturating_sub(end) <= NEAR_ON_LINE)
        };
        match frames.last_mut() {
            Some(frame) if is_near(frame) => frame.push(placed),
            _ => frames.push(vec![placed]),
        }
    }
    frames.sort_by_key(|frame| !frame.iter().any(|placed| placed.is_primary));
    frames
}

fn draw_frame(out: &mut String, file: &SourceFile, marks: Vec<Placed>, tone: Tone, look: Look) {
    let name = shown(&file.path);
    let place = marks.first().map(|placed| (placed.line, placed.column));
    let places = marks.iter().map(|placed| Marked {
        range: placed.mark.span.range,
        line: placed.line,
        column: placed.column,
    });
    let window = Window::new(name.clone(), &file.text, places.collect());
    let labels: Vec<(LabeledSpan, bool)> = marks
        .into_iter()
        .zip(&window.marks)
        .map(|(placed, range)| {
            let span = SourceSpan::new((range.start as usize).into(), range.len());
            let new = if placed.is_primary {
                LabeledSpan::new_primary_with_span
            } else {
                LabeledSpan::new_with_span
            };
            let text = placed.mark.text.map(|text| clean::name(text.trim_end()).into_owned());
            (new(text.filter(|text| !text.is_empty()), span), placed.is_primary)
        })
        .collect();
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
        // All lines of the window: it has no more than belong together.
        .with_context_lines(MAX_LINES)
        .without_syntax_highlighting()
        .with_urls(false);
    let drawing = Drawing { source: window, labels: labels.into_iter().map(|(label, _)| label).collect() };
    let mut text = String::new();
    if handler.render_report(&mut text, &drawing).is_err() {
        // The text is not as long as the mark says: name the place at least.
        let (line, column) = place.unwrap_or((1, 1));
        text = format!("\n   ╶─[{name}:{line}:{column}]\n");
    }
    // The first line would hold the message.
    for (at, line) in text.lines().skip(1).enumerate() {
        match &file.pointer {
            None => {
                let _ = writeln!(out, "{}", line.trim_end());
            }
            Some(pointer) if at == 0 => {
                let place = format!("╭─[{name} {}]", clean::name(pointer));
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

/// A path for people, on one line.
pub(super) fn shown(path: &std::path::Path) -> String {
    clean::name(&path_of(path)).into_owned()
}

/// A path as every format shows it, with `/` between its parts.
pub(super) fn path_of(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A diagnostic without words.
#[derive(Debug)]
struct Drawing {
    source: Window,
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

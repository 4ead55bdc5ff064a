//! Frames: decides which marks are drawn together, and arranges the windows that show them.
//!
//! miette asks one source for the text around each label. [`Windows`] is such a source, made of the few lines around the marks. Windows
//! follow each other, the one of the primary mark first. No text spans two windows, so miette draws a frame for each.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::view::Name;
use super::window::{self, MarkedPlace, Window};
use crate::text::{Range, SourceFile};

/// Marks with at most so many lines, or bytes on a line, between them are drawn together.
const NEAR: usize = 4;
const NEAR_ON_LINE: u32 = 120;
/// The most lines that the marks of a frame span; one line of context is shown above them and one below.
pub(super) const MAX_LINES: usize = 8;
/// The most lines that are shown for one diagnostic, over all frames.
pub(super) const MAX_SHOWN: usize = 10;

/// A text with marks in it.
#[derive(Clone, Copy)]
pub(super) enum FrameText<'a> {
    /// A file, with an index of its lines.
    File(&'a SourceFile),
    /// The few lines that represent a part of a plan.
    Excerpt(&'a str),
}

impl<'a> FrameText<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::File(file) => &file.text,
            Self::Excerpt(text) => text,
        }
    }

    /// Line and column of an offset, both from 1.
    fn line_column(self, offset: u32) -> (usize, usize) {
        match self {
            Self::File(file) => file.line_column(offset),
            Self::Excerpt(text) => {
                let before = text.get(..offset as usize).unwrap_or_default();
                let line = before.split('\n').count();
                (line, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1)
            }
        }
    }
}

/// A range to mark in a text.
pub(super) struct Mark<'a> {
    pub(super) text: FrameText<'a>,
    pub(super) range: Range,
    pub(super) words: Option<String>,
    pub(super) is_primary: bool,
    /// The address of what stands there, if it is told.
    pub(super) address: &'a str,
}

impl Mark<'_> {
    /// Whether a variable is declared there. Its default, which may be a secret, stands around it.
    fn is_variable(&self) -> bool {
        let marked = self.text.text().get(self.range.as_usize()).unwrap_or_default();
        marked.starts_with("variable") || self.address.starts_with("var.") || self.address.contains(".var.")
    }
}

/// A mark with its lines and column in the text.
struct PlacedMark {
    range: Range,
    words: Option<String>,
    is_primary: bool,
    line: usize,
    last_line: usize,
    column: usize,
}

/// The windows that show the marks of one text.
pub(super) fn windows(name: &Name, marks: Vec<Mark<'_>>, columns: usize) -> Windows {
    let mut windows = Windows::default();
    let Some(text) = marks.first().map(|mark| mark.text) else { return windows };
    let context = if marks.iter().any(Mark::is_variable) { 0 } else { window::context(name) };
    let placed = marks.into_iter().flat_map(parts).collect();
    // Without context, no lines between marks are shown either.
    let near = if context == 0 { 0 } else { NEAR };
    for frame in frames(placed, near) {
        let places = frame.iter().map(|placed| MarkedPlace {
            range: placed.range,
            line: placed.line,
            column: placed.column,
        });
        // The lines around the primary mark tell what it is in; a further mark has words.
        let is_primary = frame.iter().any(|placed| placed.is_primary);
        let context = if is_primary { context } else { 0 };
        let window = Window::new(name.clone(), text.text(), places.collect(), context, columns);
        let labels = frame.into_iter().map(|placed| (placed.words, placed.is_primary)).collect();
        windows.all.push(ShownWindow { start: windows.end(), window, labels });
    }
    windows
}

/// A mark of many lines is shown by its first lines and its last one.
fn parts(mark: Mark<'_>) -> Vec<PlacedMark> {
    let Mark { text, range, words, is_primary, .. } = mark;
    let placed = |range: Range, words| {
        let (line, column) = text.line_column(range.start);
        let marked = text.text().get(range.as_usize()).unwrap_or_default();
        let last_line = line + marked.bytes().filter(|byte| *byte == b'\n').count();
        PlacedMark { range, words, is_primary, line, last_line, column }
    };
    match window::head_and_tail(text.text(), range) {
        None => vec![placed(range, words)],
        Some((head, tail)) => vec![placed(head, words), placed(tail, Some("… up to here".to_owned()))],
    }
}

/// Groups marks that are near each other: the group of the primary mark first, then in the order of the text.
fn frames(mut marks: Vec<PlacedMark>, near: usize) -> Vec<Vec<PlacedMark>> {
    marks.sort_by_key(|placed| placed.range.start);
    let mut frames: Vec<Vec<PlacedMark>> = Vec::new();
    for placed in marks {
        let is_near = |frame: &Vec<PlacedMark>| {
            let (Some(first), Some(last)) = (frame.first(), frame.last()) else { return false };
            let last_line = frame.iter().map(|placed| placed.last_line).max().unwrap_or_default();
            let (end, start) = (last.range.end, placed.range.start);
            placed.line <= last_line + near + 1
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

/// Several windows as one source of text.
#[derive(Debug, Default)]
pub(super) struct Windows {
    all: Vec<ShownWindow>,
}

/// A window with the offset at which it starts.
#[derive(Debug)]
struct ShownWindow {
    start: usize,
    window: Window,
    /// For each of its marks, the words, and whether it is the primary one.
    labels: Vec<(Option<String>, bool)>,
}

impl Windows {
    /// The offset of the next window. A gap separates it from the last one, so that no label touches two windows.
    fn end(&self) -> usize {
        self.all.last().map_or(0, |shown| shown.start + shown.window.len() + 2)
    }

    /// Appends windows.
    pub(super) fn extend(&mut self, others: Self) {
        let moved = self.end();
        for mut shown in others.all {
            shown.start += moved;
            self.all.push(shown);
        }
    }

    /// Leaves out the windows that would make more lines than `most`, and returns their marks: the place of each with its words.
    pub(super) fn cut(&mut self, most: usize) -> Vec<String> {
        let mut lines = 0;
        let mut left_out = Vec::new();
        self.all.retain(|shown| {
            // The frame of the primary mark is always shown.
            let has_room = lines == 0 || lines + shown.window.lines() <= most;
            if has_room {
                lines += shown.window.lines();
            } else {
                let places = shown.window.mark_places().zip(&shown.labels);
                left_out.extend(places.map(|(place, (words, _))| match words {
                    Some(words) => format!("{place}: {words}"),
                    None => place,
                }));
            }
            has_room
        });
        left_out
    }

    /// Each window, and for each of its marks the words and whether it is the primary one.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Window, &[(Option<String>, bool)])> {
        self.all.iter().map(|shown| (&shown.window, shown.labels.as_slice()))
    }

    /// The labels in the order in which they are drawn.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.all.iter().flat_map(|shown| {
            let labels = shown.labels.iter().zip(&shown.window.marks).map(|((words, is_primary), mark)| {
                let span = SourceSpan::new((shown.start + mark.start as usize).into(), mark.len());
                let words = words.clone();
                if *is_primary {
                    LabeledSpan::new_primary_with_span(words, span)
                } else {
                    LabeledSpan::new_with_span(words, span)
                }
            });
            let mut labels: Vec<LabeledSpan> = labels.collect();
            labels.sort_by_key(LabeledSpan::offset);
            labels
        })
    }
}

impl SourceCode for Windows {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let holds =
            |shown: &&ShownWindow| (shown.start..=shown.start + shown.window.len()).contains(&span.offset());
        let shown = self.all.iter().find(holds).ok_or(MietteError::OutOfBounds)?;
        if end > shown.start + shown.window.len() {
            return Err(MietteError::OutOfBounds);
        }
        let inner = SourceSpan::new((span.offset() - shown.start).into(), span.len());
        let part = shown.window.read_span(&inner, before, after)?;
        let moved = SourceSpan::new((part.span().offset() + shown.start).into(), part.span().len());
        let (line, column, lines) = (part.line(), part.column(), part.line_count());
        let name = part.name().unwrap_or_default().to_owned();
        Ok(Box::new(MietteSpanContents::new_named(name, part.data(), moved, line, column, lines)))
    }
}

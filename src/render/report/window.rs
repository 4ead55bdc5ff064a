//! Windows: the few lines and columns of a text around its marks, escaped, for miette to draw.
//!
//! A file may be anything, even one line of a hundred thousand columns. Nobody reads that, and miette cannot draw it (widths beyond
//! 65,535 panic). A window is cut before anything is drawn, so it costs no more than what is shown.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::view::Name;
use crate::render::clean;
use crate::text::Range;

/// The most columns of a line that are shown, on however wide a screen; a third of what is shown precedes the first mark.
pub(super) const MAX_COLUMNS: usize = 200;
/// A longer mark, in lines, is shown by its first lines and its last one.
const MAX_LINES: usize = 8;

/// How many lines are shown above and below marks: one in code and in excerpts. None in other files, which assign values to variables:
/// the lines around a mark may be secrets.
pub(super) fn context(name: &Name) -> usize {
    const CODE: [&str; 5] = [".tf", ".tofu", ".tf.json", ".tofu.json", ".hcl"];
    usize::from(name.pointer.is_some() || CODE.iter().any(|end| name.file.ends_with(end)))
}

/// A range in a text, with its line and column in the file, both from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarkedPlace {
    pub(super) range: Range,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A part of a text that is shown.
#[derive(Debug)]
pub(super) struct Window {
    name: Name,
    text: String,
    /// The line of the file, from 0, at which the window starts.
    first_line: usize,
    places: Vec<MarkedPlace>,
    /// The marks as ranges of `text`, in the order of `places`.
    pub(super) marks: Vec<Range>,
}

impl Window {
    /// The lines around marks that are near each other, with `context` more lines above and below.
    pub(super) fn new(
        name: Name,
        text: &str,
        mut places: Vec<MarkedPlace>,
        context: usize,
        columns: usize,
    ) -> Self {
        places.iter_mut().for_each(|place| place.range = within(text, place.range));
        let first = places.iter().min_by_key(|place| place.range.start).copied();
        let last = places.iter().map(|place| place.range.end as usize).max().unwrap_or_default();
        let first_at = first.map_or(0, |place| place.range.start as usize);
        let (start, above) = (0..context).fold((line_start(text, first_at), 0), |(at, n), _| match at {
            0 => (at, n),
            _ => (line_start(text, at - 1), n + 1),
        });
        let end = (0..context).fold(line_end(text, last), |at, _| line_end(text, (at + 1).min(text.len())));
        let mut window = Self {
            name,
            text: String::new(),
            first_line: first.map_or(0, |place| place.line.saturating_sub(1 + above)),
            marks: vec![Range::default(); places.len()],
            places,
        };
        let mut at = start;
        loop {
            let stop = line_end(text, at).min(end);
            window.push_line(text, at, stop, columns);
            if stop >= end {
                break;
            }
            window.text.push('\n');
            at = stop + 1;
        }
        window
    }

    /// Appends the part of a line around its first mark, and moves the ends of marks to their offsets in it.
    fn push_line(&mut self, text: &str, start: usize, stop: usize, columns: usize) {
        let line = text.get(start..stop).unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let ends =
            self.places.iter().flat_map(|place| [place.range.start as usize, place.range.end as usize]);
        let marked = ends.filter(|end| (start..=stop).contains(end)).min().map_or(0, |end| end - start);
        let skipped = skipped(line, marked, columns);
        self.move_ends(start, start + skipped);
        if skipped > 0 {
            self.text.push('…');
        }
        let full = self.text.len() + columns;
        let mut shown = skipped;
        for (at, character) in line.get(skipped..).unwrap_or_default().char_indices() {
            if self.text.len() >= full {
                break;
            }
            self.move_ends(start + skipped + at, start + skipped + at);
            match character {
                '\t' => self.text.push('\t'),
                other => clean::push_inline(&mut self.text, other),
            }
            shown = skipped + at + character.len_utf8();
        }
        self.move_ends(start + shown, stop);
        if shown < line.len() {
            self.text.push('…');
        }
    }

    /// Moves the ends of marks in this part of the file to the end of the text so far.
    fn move_ends(&mut self, from: usize, to: usize) {
        let here = offset(self.text.len());
        let part = from..=to;
        for (place, moved) in self.places.iter().zip(&mut self.marks) {
            if part.contains(&(place.range.start as usize)) {
                moved.start = here;
            }
            if part.contains(&(place.range.end as usize)) {
                moved.end = here;
            }
        }
    }
}

impl Window {
    /// The length in bytes.
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The number of lines.
    pub(super) fn lines(&self) -> usize {
        1 + self.text.bytes().filter(|byte| *byte == b'\n').count()
    }

    /// The file and line of each mark; for an excerpt the plan and the pointer.
    pub(super) fn mark_places(&self) -> impl Iterator<Item = String> {
        let Name { file, pointer } = &self.name;
        self.places.iter().map(move |place| match pointer {
            Some(pointer) => format!("{file} {pointer}"),
            None => format!("{file}:{}", place.line),
        })
    }

    /// The heading of a frame: the place of a mark in its file, not in the window; for an excerpt the plan and the pointer.
    fn heading(&self, offset: usize) -> String {
        let Name { file, pointer } = &self.name;
        if let Some(pointer) = pointer {
            return format!("{file} {pointer}");
        }
        let marked = self.marks.iter().zip(&self.places).find(|(mark, _)| mark.start as usize == offset);
        match marked {
            Some((_, place)) => format!("{file}:{}:{}", place.line, place.column),
            None => file.clone(),
        }
    }
}

/// A line of a window.
pub(super) struct WindowLine<'a> {
    /// Its number in the file or excerpt.
    pub(super) number: usize,
    pub(super) text: &'a str,
    /// The marked parts of it, with the index of the mark that each belongs to, in order and without overlaps.
    pub(super) marks: Vec<(std::ops::Range<usize>, usize)>,
}

impl Window {
    /// What the window shows, line by line.
    pub(super) fn shown_lines(&self) -> impl Iterator<Item = WindowLine<'_>> {
        let mut start = 0;
        self.text.split('\n').zip(self.first_line + 1..).map(move |(text, number)| {
            let at = start;
            start += text.len() + 1;
            let mut marks: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
            for (index, mark) in self.marks.iter().enumerate() {
                let from = (mark.start as usize).clamp(at, at + text.len()) - at;
                let to = (mark.end as usize).clamp(at, at + text.len()) - at;
                if from < to {
                    marks.push((from..to, index));
                }
            }
            marks.sort_by_key(|(range, _)| (range.start, range.end));
            let mut last = 0;
            marks.retain_mut(|(range, _)| {
                range.start = range.start.max(last);
                last = last.max(range.end);
                range.start < range.end
            });
            WindowLine { number, text, marks }
        })
    }

    /// The file, or the plan with the pointer into it.
    pub(super) fn title(&self) -> String {
        match &self.name.pointer {
            Some(pointer) => format!("{} {pointer}", self.name.file),
            None => self.name.file.clone(),
        }
    }

    /// Whether it shows a part of a plan, whose lines have no numbers in a file.
    pub(super) const fn is_excerpt(&self) -> bool {
        self.name.pointer.is_some()
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.text.read_span(span, before, after)?;
        let (line, column) = (self.first_line + part.line(), part.column());
        // miette reads a span without context to get the place for a heading.
        let name = if before + after == 0 { self.heading(span.offset()) } else { self.title() };
        let (data, span, lines) = (part.data(), *part.span(), part.line_count());
        Ok(Box::new(MietteSpanContents::new_named(name, data, span, line, column, lines)))
    }
}

/// How many bytes at the start of a line are left out.
fn skipped(line: &str, marked: usize, columns: usize) -> usize {
    let mut cost = 0;
    // A character is at least as wide as its bytes, so the length excludes long lines cheaply.
    if line.len() <= columns && line.chars().map(width).sum::<usize>() <= columns {
        return 0;
    }
    let before = line.get(..marked.min(line.len())).unwrap_or_default();
    let mut shown = before.char_indices().rev().take_while(|(_, character)| {
        cost += width(*character);
        cost <= columns / 3
    });
    shown.by_ref().last().map_or(before.len(), |(at, _)| at)
}

/// The bytes that a character takes in a window: at least as many as its columns.
const fn width(character: char) -> usize {
    if clean::is_harmful(character) { 6 } else { character.len_utf8() }
}

/// A range moved to character boundaries of the text.
fn within(text: &str, mark: Range) -> Range {
    let boundary = |at: u32| {
        let at = (at as usize).min(text.len());
        offset((0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default())
    };
    Range::new(boundary(mark.start), boundary(mark.end.max(mark.start)))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |found| at + found)
}

/// Converts an offset: a window has a few thousand bytes, a file at most 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The two marks that replace one of many lines: its first lines and its last one.
pub(super) fn head_and_tail(text: &str, mark: Range) -> Option<(Range, Range)> {
    let marked = text.get(mark.as_usize())?;
    marked.bytes().filter(|byte| *byte == b'\n').nth(MAX_LINES - 1)?;
    let (head, _) = marked.match_indices('\n').nth(3)?;
    let tail = marked.rfind('\n')? + 1;
    let indent = marked.get(tail..)?.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let at = |within: usize| mark.start.saturating_add(offset(within));
    Some((Range::new(mark.start, at(head)), Range::new(at(tail + indent), mark.end)))
}

//! Positions of the protocol: lines, and columns in units of UTF-16 or UTF-8. Everything else in the crate counts bytes.

use lsp_types::{Position, PositionEncodingKind, Range};

/// What columns count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnUnit {
    /// Units of UTF-16, as the protocol has it unless both sides agree on something else.
    #[default]
    Utf16,
    /// Bytes of UTF-8.
    Utf8,
}

impl ColumnUnit {
    /// The unit to use with a client that offers these: bytes if it can count them.
    pub(super) fn chosen(offered: Option<&[PositionEncodingKind]>) -> Self {
        let bytes = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if bytes { Self::Utf8 } else { Self::Utf16 }
    }

    pub(super) const fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    /// How many units a character takes.
    const fn width(self, character: char) -> usize {
        match self {
            Self::Utf16 => character.len_utf16(),
            Self::Utf8 => character.len_utf8(),
        }
    }
}

/// Where the lines of a text are. Lines end with a line feed, a carriage return, or both.
#[derive(Clone, Debug)]
pub(super) struct LineTable {
    /// The offset of the start of each line, and of the end of its contents.
    lines: Vec<(usize, usize)>,
    unit: ColumnUnit,
}

impl LineTable {
    pub(super) fn of(text: &str, unit: ColumnUnit) -> Self {
        let bytes = text.as_bytes();
        let mut lines = Vec::new();
        let mut start = 0;
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'\n', b'\r', rest)) {
            let end = at + found;
            let is_pair = bytes.get(end..end + 2) == Some(b"\r\n");
            at = end + if is_pair { 2 } else { 1 };
            lines.push((start, end));
            start = at;
        }
        lines.push((start, text.len()));
        Self { lines, unit }
    }

    /// The offset of a position. What lies behind the end of a line counts as its end, and so does the middle of a character as its start.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some((start, end)) = self.lines.get(line) else { return text.len() };
        let column = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut units = 0;
        for (at, character) in text.get(*start..*end).unwrap_or_default().char_indices() {
            units += self.unit.width(character);
            if units > column {
                return start + at;
            }
        }
        *end
    }

    /// The position of an offset. An offset behind the end counts as the end.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        let (start, end) = self.lines.get(line).copied().unwrap_or_default();
        let mut stop = offset.clamp(start, end);
        while !text.is_char_boundary(stop) {
            stop -= 1;
        }
        let before = text.get(start..stop).unwrap_or_default();
        let column = match self.unit {
            ColumnUnit::Utf8 => before.len(),
            ColumnUnit::Utf16 if before.is_ascii() => before.len(),
            ColumnUnit::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position { line: number(line), character: number(column) }
    }

    /// The range of the protocol for a range of bytes.
    pub(super) fn range(&self, text: &str, range: crate::text::Range) -> Range {
        let range = range.as_usize();
        Range { start: self.position(text, range.start), end: self.position(text, range.end) }
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

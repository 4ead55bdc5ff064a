//! Finds the line of a place without reading the file from its start.

/// An offset with its line and column.
#[derive(Clone, Copy, Debug)]
struct LineMark {
    offset: usize,
    /// Both from 0, the column in characters.
    line: usize,
    column: usize,
}

/// Marks at the starts of all lines of a text, and inside long lines.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// Sorted; the first one is at the start of the text.
    marks: Box<[LineMark]>,
}

/// The distance of marks inside a long line, in bytes.
const STEP: usize = 512;

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let mut marks = Vec::new();
        let mut start = 0;
        for (line, content) in text.split('\n').enumerate() {
            marks.push(LineMark { offset: start, line, column: 0 });
            let mut noted = 0;
            if content.len() > STEP {
                for (column, (at, _)) in content.char_indices().enumerate() {
                    if at >= noted + STEP {
                        noted = at;
                        marks.push(LineMark { offset: start + at, line, column });
                    }
                }
            }
            start += content.len() + 1;
        }
        Self { marks: marks.into() }
    }

    /// Line and column, both from 1, of an offset. `text` is the text that the marks belong to.
    pub(super) fn place(&self, text: &str, offset: usize) -> (usize, usize) {
        let before = self.marks.partition_point(|mark| mark.offset <= offset);
        let Some(mark) = before.checked_sub(1).and_then(|at| self.marks.get(at)) else { return (1, 1) };
        let rest = text.get(mark.offset..offset).unwrap_or_default();
        (mark.line + 1, mark.column + rest.chars().count() + 1)
    }
}

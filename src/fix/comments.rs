//! Comments at the ends of lines stand in one column, as far as lines with one follow each other. A value that becomes shorter or longer
//! moves that column.
//!
//! For `terraform fmt` these are comments that the end of the line ends, `#` and `//`. One in `/*` and `*/` is a part of its line, also
//! if it has several: then these are one.

use super::Splice;
use super::lines::{end_of_line, start_of_line, width};
use crate::syntax::tree::Tree;
use crate::text::Range;

/// A line that ends in a comment.
struct CommentedLine {
    /// From its first character to the space before the comment.
    code: std::ops::Range<usize>,
    comment: usize,
    /// How wide the code will be.
    width: usize,
}

/// The splices that put comments back into one column after these replacements.
pub(super) fn realigned(tree: &Tree, replaced: &[Splice]) -> Vec<Splice> {
    let text: &str = &tree.source;
    let comments = Comments::of(tree);
    let mut found: Vec<Splice> = Vec::new();
    for splice in replaced {
        let line = comments.start_of_line(splice.range.end as usize);
        let is_on_line = |comment: &Range| comments.start_of_line(comment.start as usize) == line;
        let Some(at) = comments.at_end.iter().position(is_on_line) else { continue };
        let mut chain: Vec<CommentedLine> = Vec::new();
        let mut first = at;
        while first > 0 && comments.follow(first - 1, first) {
            first -= 1;
        }
        for next in first.. {
            let Some(comment) = comments.at_end.get(next) else { break };
            if next > first && !comments.follow(next - 1, next) {
                break;
            }
            chain.push(comments.commented(*comment, replaced));
        }
        let column = chain.iter().map(|line| line.width).max().unwrap_or_default();
        for CommentedLine { code, comment, width } in chain {
            let space = " ".repeat(column - width + 1);
            let range = range(code.end, comment);
            let new = Splice { range, text: space };
            if text.get(range.as_usize()) != Some(new.text.as_str()) && !found.contains(&new) {
                found.push(new);
            }
        }
    }
    found
}

fn range(start: usize, end: usize) -> Range {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Range::new(offset(start), offset(end))
}

/// The comments of a text.
struct Comments<'t> {
    text: &'t str,
    /// Those that end a line of code.
    at_end: Vec<Range>,
    /// Those that join lines of code.
    joining: Vec<std::ops::Range<usize>>,
}

impl<'t> Comments<'t> {
    fn of(tree: &'t Tree) -> Self {
        let (mut at_end, mut joining) = (Vec::new(), Vec::new());
        for comment in tree.comments() {
            let text = tree.source.get(comment.range.as_usize()).unwrap_or_default();
            match text.starts_with("/*") {
                true if text.contains('\n') => joining.push(comment.range.as_usize()),
                false if !comment.own_line => at_end.push(comment.range),
                _ => {}
            }
        }
        Self { text: &tree.source, at_end, joining }
    }

    /// The offset at which the line with this offset starts; lines that a comment joins are one.
    fn start_of_line(&self, at: usize) -> usize {
        let mut start = start_of_line(self.text, at);
        for joined in self.joining.iter().rev() {
            if joined.start < start && start < joined.end && joined.end <= at {
                start = start_of_line(self.text, joined.start);
            }
        }
        start
    }

    /// Whether two comments end lines of which the second follows the first.
    fn follow(&self, first: usize, second: usize) -> bool {
        let (Some(first), Some(second)) = (self.at_end.get(first), self.at_end.get(second)) else {
            return false;
        };
        let end = end_of_line(self.text, first.end as usize);
        let next = self.text.get(end..).and_then(|rest| rest.find('\n')).map(|found| end + found + 1);
        next == Some(self.start_of_line(second.start as usize))
    }

    fn commented(&self, comment: Range, replaced: &[Splice]) -> CommentedLine {
        let text = self.text;
        let comment = comment.start as usize;
        let start = self.start_of_line(comment);
        let line = text.get(start..comment).unwrap_or_default();
        let end = start + line.trim_end().len();
        let first = start + (line.len() - line.trim_start().len());
        let mut new = width(text.get(first..end).unwrap_or_default());
        for Splice { range, text: with } in replaced {
            let range = range.as_usize();
            if first <= range.start && range.end <= end {
                new = (new + width(with)).saturating_sub(width(text.get(range).unwrap_or_default()));
            }
        }
        CommentedLine { code: first..end, comment, width: new }
    }
}

//! Comments at the ends of lines stand in one column, as far as lines with one follow each other. A value that becomes shorter or longer
//! moves that column.

use super::Splice;
use super::lines::{end_of_line, start_of_line, width};
use crate::syntax::tree::{Comment, Tree};
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
    let comments = tree.comments();
    let mut found: Vec<Splice> = Vec::new();
    for splice in replaced {
        let line = start_of_line(text, splice.range.end as usize);
        let on_line = |comment: &&Comment| {
            !comment.own_line && start_of_line(text, comment.range.start as usize) == line
        };
        let Some(at) = comments.iter().position(|comment| on_line(&comment)) else { continue };
        let mut chain: Vec<CommentedLine> = Vec::new();
        let mut first = at;
        while first > 0 && follows(text, comments.get(first - 1), comments.get(first)) {
            first -= 1;
        }
        for next in first.. {
            let Some(comment) = comments.get(next) else { break };
            if next > first && !follows(text, comments.get(next - 1), Some(comment)) {
                break;
            }
            chain.push(commented(text, comment, replaced));
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

/// Whether two comments end lines of which the second follows the first.
fn follows(text: &str, first: Option<&Comment>, second: Option<&Comment>) -> bool {
    let (Some(first), Some(second)) = (first, second) else { return false };
    let end = end_of_line(text, first.range.end as usize);
    let next = text.get(end..).and_then(|rest| rest.find('\n')).map(|found| end + found + 1);
    !first.own_line && !second.own_line && next == Some(start_of_line(text, second.range.start as usize))
}

fn commented(text: &str, comment: &Comment, replaced: &[Splice]) -> CommentedLine {
    let comment = comment.range.start as usize;
    let start = start_of_line(text, comment);
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

//! Lines as `terraform fmt` sees them: what stands before `=`, and where lines line up.

use unicode_segmentation::UnicodeSegmentation;

use crate::syntax::tree::{Attribute, Tree};

/// How wide a text is for `terraform fmt`, which counts grapheme clusters.
pub(super) fn width(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The offset at which the line with this offset starts.
pub(super) fn start_of_line(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
}

/// The offset of the end of the line with this offset, before its line break.
pub(super) fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find('\n').map_or(text.len(), |found| at + found);
    let has_return = text.get(at..end).is_some_and(|line| line.ends_with('\r'));
    if has_return { end - 1 } else { end }
}

/// The space at the start of the line with this offset.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = text.get(start_of_line(text, at)..).unwrap_or_default();
    let end = line.find(|c: char| c != ' ' && c != '\t').unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}

/// The line break that a text uses.
pub(super) fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// How far from the start of its name the `=` of an attribute is, if its line takes part in lining up: its value opens no bracket that
/// a later line closes.
pub(super) fn sign(tree: &Tree, attribute: &Attribute) -> Option<usize> {
    let range = tree.attribute_range(attribute).as_usize();
    let written = tree.source.get(range.clone())?;
    let name = attribute.name_range.as_usize();
    let between = tree.source.get(name.end..range.end)?;
    let sign = between.find('=')?;
    let value = tree.slice(tree.expr(attribute.value).range);
    let is_heredoc = value.starts_with("<<");
    if written.contains('\n') && !is_heredoc {
        return None;
    }
    Some(width(tree.source.get(name.start..name.end + sign)?))
}

//! What is declared of entries, in words.

use super::changes;
use crate::report::simulation::TargetRow;
use crate::text::Sources;

/// Why a target is as it is, in a sentence without a dot; nothing where it is achievable. `name` writes an address, `words` a text, and `code`
/// what stands in a file.
pub(super) fn because(
    row: &TargetRow,
    sources: &Sources,
    name: fn(&str) -> String,
    words: fn(&str) -> String,
    code: fn(&str) -> String,
) -> Option<String> {
    let lost: Vec<String> = row.lost.iter().map(|lost| name(lost)).collect();
    let path: Vec<String> = row.path.iter().map(|address| name(address)).collect();
    let mut text = match (&row.cause, lost.is_empty()) {
        (None, true) => return None,
        (Some(cause), true) => words(cause),
        (None, false) => format!("without {}, {}", lost.join(" and "), row.reason),
        (Some(cause), false) => format!("without {}; {}", lost.join(" and "), words(cause)),
    };
    if path.len() > 1 {
        text.push_str(": ");
        text.push_str(&path.join(" → "));
    }
    if let Some(edit) = &row.edit {
        let all = changes(edit, "", sources, code);
        text.push_str(&format!("; no worse than {} with {all}", edit.outcome.name()));
    }
    Some(text)
}

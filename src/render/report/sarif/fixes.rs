//! How results are fixed: the edits of `--fix`, as changes of artifacts that a viewer can make.

use super::document::{ArtifactChange, ArtifactReplacement, Message, Region, SarifFix};
use super::{artifact, message};
use crate::render::{counted, path_of};
use crate::report::fixes::FileEdit;
use crate::report::{FindingGroup, Report};

/// The fix of all findings of a group.
pub(super) fn fix(group: &FindingGroup<'_>, report: &Report) -> Option<SarifFix> {
    let (edits, is_unsafe) = report.edits_of(group)?;
    let of_files = edits.chunk_by(|a, b| a.path == b.path);
    let change = |edits: &[&FileEdit]| {
        let location = artifact(&path_of(&edits.first()?.path));
        let replacements = edits.iter().map(|edit| replacement(edit)).collect();
        Some(ArtifactChange { artifact_location: location, replacements })
    };
    let artifact_changes: Vec<ArtifactChange> = of_files.filter_map(change).collect();
    let files = counted(artifact_changes.len(), "file", "files");
    let words = match is_unsafe {
        true => format!("Change {files}: this replaces a resource or loses data"),
        false => format!("Change {files}"),
    };
    Some(SarifFix { description: message(&words), artifact_changes })
}

fn replacement(edit: &FileEdit) -> ArtifactReplacement {
    let FileEdit { start, end, text, .. } = edit;
    ArtifactReplacement {
        deleted_region: Region {
            start_line: start.0,
            start_column: start.1,
            end_line: end.0,
            end_column: end.1,
        },
        // Not shortened: it is what will stand in the file.
        inserted_content: Message { text: text.clone() },
    }
}

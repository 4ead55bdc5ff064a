//! Fixing findings in an editor, with the edits of `--fix`: each has been proved to mend its finding and to change nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Position, Range, TextEdit, Uri};
use similar::{DiffOp, DiffTag, TextDiff};

use super::{fix_all_kind, meet, shown};
use crate::lsp::snapshot::{CheckedTop, EditorPlaces, Snapshot};
use crate::report::fixes::{ChangedFile, FileEdit};
use crate::report::{FindingGroup, Report};

/// Fixing single findings at a place.
pub(super) fn single(
    snapshot: &Snapshot,
    top: &CheckedTop,
    params: &CodeActionParams,
    actions: &mut Vec<CodeAction>,
) {
    let is_near = |range: Range| meet(range, params.range);
    if !has_candidate(snapshot, top, &params.text_document.uri, is_near) {
        return;
    }
    let report = snapshot.fixes(top);
    let places = EditorPlaces::new(snapshot, &report.sources);
    for group in report.groups() {
        let Some(range) =
            range_in(&places, &group, &params.text_document.uri).filter(|range| is_near(*range))
        else {
            continue;
        };
        let Some((edits, _)) = report.edits_of(&group) else { continue };
        let of_files = edits.chunk_by(|a, b| a.path == b.path);
        let Some(edits) = of_files.map(|edits| text_edits(snapshot, &report, edits)).collect() else {
            continue;
        };
        let finding = &group.first.what;
        actions.push(CodeAction {
            title: format!("Fix `{}`", finding.id),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: shown(params, finding, range),
            is_preferred: Some(true),
            edit: Some(snapshot.edit(edits, None)),
            ..CodeAction::default()
        });
    }
}

/// Making all fixes that change the open text, and with them what they change elsewhere.
pub(super) fn all(snapshot: &Snapshot, top: &CheckedTop, params: &CodeActionParams) -> Option<CodeAction> {
    let uri = &params.text_document.uri;
    // Who asks for nothing in particular is near one finding: a list of more is worth its time only if there is one to fix.
    let is_near = |range: Range| params.context.only.is_some() || meet(range, params.range);
    if !has_candidate(snapshot, top, uri, is_near) {
        return None;
    }
    let report = snapshot.fixes(top);
    let summary = report.fixes.as_ref()?;
    let is_own = |file: &&ChangedFile| snapshot.uri(&file.path).as_ref() == Some(uri);
    let own = summary.files.iter().find(is_own)?;
    let mut paths: BTreeSet<&Path> = BTreeSet::from([own.path.as_path()]);
    loop {
        let known = paths.len();
        for fix in &summary.fixed {
            if fix.edits.iter().any(|edit| paths.contains(edit.path.as_path())) {
                paths.extend(fix.edits.iter().map(|edit| edit.path.as_path()));
            }
        }
        if paths.len() == known {
            break;
        }
    }
    let files = summary.files.iter().filter(|file| paths.contains(file.path.as_path()));
    let edits: Option<Vec<(Uri, Vec<TextEdit>)>> =
        files.map(|file| Some((snapshot.uri(&file.path)?, lines_of(file)))).collect();
    Some(CodeAction {
        title: "Fix all findings that can be fixed in this file".to_owned(),
        kind: Some(fix_all_kind()),
        edit: Some(snapshot.edit(edits?, None)),
        ..CodeAction::default()
    })
}

/// Whether the check has found something in the open text whose rule knows an edit. To find out whether it can be made takes two checks.
fn has_candidate(snapshot: &Snapshot, top: &CheckedTop, uri: &Uri, is_near: impl Fn(Range) -> bool) -> bool {
    let places = EditorPlaces::new(snapshot, &top.report.sources);
    top.report.groups().iter().any(|group| {
        top.report.rule_behind(&group.first.what).is_some_and(|rule| rule.is_fixable())
            && range_in(&places, group, uri).is_some_and(&is_near)
    })
}

/// Where a group is in an open text.
fn range_in(places: &EditorPlaces<'_>, group: &FindingGroup<'_>, uri: &Uri) -> Option<Range> {
    let place = places.location(group.first.what.span()?)?;
    (place.uri == *uri).then_some(place.range)
}

/// The edits of one file in the words of the editor.
fn text_edits(snapshot: &Snapshot, report: &Report, edits: &[&FileEdit]) -> Option<(Uri, Vec<TextEdit>)> {
    let path = &edits.first()?.path;
    let source = report.sources.named(path)?;
    let lines = snapshot.lines(source);
    let one = |edit: &&FileEdit| TextEdit {
        range: lines.range(&source.text, edit.range),
        new_text: edit.text.clone(),
    };
    Some((snapshot.uri(path)?, edits.iter().map(one).collect()))
}

/// The changed lines of a file, as edits of whole lines.
fn lines_of(file: &ChangedFile) -> Vec<TextEdit> {
    let diff = TextDiff::from_lines(&*file.before, file.after.as_str());
    let line = |at: usize| Position::new(u32::try_from(at).unwrap_or(u32::MAX), 0);
    let changed = diff.ops().iter().filter(|change| change.tag() != DiffTag::Equal);
    let edit = |change: &DiffOp| TextEdit {
        range: Range::new(line(change.old_range().start), line(change.old_range().end)),
        new_text: change.new_range().filter_map(|at| diff.new_slice(at)).collect(),
    };
    changed.map(edit).collect()
}

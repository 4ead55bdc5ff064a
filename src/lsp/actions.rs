//! What an editor offers to do about a place: fix a finding, accept it with a reason, or assume a value that is not known.

mod fixes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CreateFile, CreateFileOptions,
    Diagnostic as ShownDiagnostic, DocumentChangeOperation, DocumentChanges, NumberOrString, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};

use super::documents::OpenDocument;
use super::position::LineTable;
use super::snapshot::{CheckedTop, EditorPlaces, Snapshot};
use super::uris::uri_of;
use crate::config::FILE_NAME;
use crate::diagnostic::{Diagnostic, Location};
use crate::files::system::FileKind;
use crate::files::{Disk, Overlay, Reader};
use crate::report::Report;
use crate::text::Span;
use crate::value::literal::quoted;
use crate::value::{Kind, Type, Value};

/// The most actions of one kind.
const MAX_ACTIONS: usize = 20;

/// The answer to a question for actions.
pub(super) fn actions(snapshot: &Snapshot, params: &CodeActionParams) -> Vec<CodeAction> {
    let wanted = |kind: &CodeActionKind| {
        let only = params.context.only.as_ref();
        only.is_none_or(|only| only.iter().any(|one| kind.as_str().starts_with(one.as_str())))
    };
    let Some(document) = snapshot.documents.get(&params.text_document.uri) else { return Vec::new() };
    let checked = snapshot.check();
    let tops = || checked.iter().filter(|top| top.documents.iter().any(|own| own.uri == document.uri));
    let mut all_at_once = Vec::new();
    if wanted(&fix_all_kind()) {
        tops().for_each(|top| all_at_once.extend(fixes::all(snapshot, top, params)));
    }
    if !wanted(&CodeActionKind::QUICKFIX) {
        return all_at_once;
    }
    let mut actions = Vec::new();
    for top in tops() {
        fixes::single(snapshot, top, params, &mut actions);
        ignoring(snapshot, top, params, &mut actions);
    }
    actions.truncate(MAX_ACTIONS);
    actions.append(&mut all_at_once);
    actions.extend(assuming(snapshot, document, params.range).into_iter().take(MAX_ACTIONS));
    actions
}

/// What an editor asks for that fixes a text when it is saved.
pub(super) fn fix_all_kind() -> CodeActionKind {
    CodeActionKind::new("source.fixAll.buttress")
}

/// The diagnostics that an editor shows of a finding, of those that it asks about.
fn shown(params: &CodeActionParams, finding: &Diagnostic, range: Range) -> Option<Vec<ShownDiagnostic>> {
    let code = NumberOrString::String(finding.id.to_string());
    let is_it = |shown: &&ShownDiagnostic| shown.code.as_ref() == Some(&code) && meet(shown.range, range);
    let of: Vec<ShownDiagnostic> = params.context.diagnostics.iter().filter(is_it).cloned().collect();
    (!of.is_empty()).then_some(of)
}

/// Whether two ranges have a position in common.
fn meet(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// Accepting findings at a place: a comment above the block that each is about.
fn ignoring(snapshot: &Snapshot, top: &CheckedTop, params: &CodeActionParams, actions: &mut Vec<CodeAction>) {
    let report = &top.report;
    let places = EditorPlaces::new(snapshot, &report.sources);
    let mut offered = BTreeSet::new();
    for group in report.groups() {
        let finding = &group.first.what;
        // What is said about suppressions has no rule that a suppression could name.
        if report.rule_behind(finding).is_none() {
            continue;
        }
        let Some(place) = finding.span().and_then(|span| places.location(span)) else { continue };
        if place.uri != params.text_document.uri || !meet(place.range, params.range) {
            continue;
        }
        let Some((uri, edit)) = comment(&places, report, finding) else { continue };
        if !offered.insert((finding.id.clone(), uri.as_str().to_owned(), edit.range.start)) {
            continue;
        }
        actions.push(CodeAction {
            title: format!("Accept `{}` here, with a reason", finding.id),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: shown(params, finding, place.range),
            edit: Some(snapshot.edit(vec![(uri, vec![edit])], None)),
            ..CodeAction::default()
        });
    }
}

/// The comment that accepts a finding, above the outermost block around its own place. `None` in JSON, which has no comments.
fn comment(places: &EditorPlaces<'_>, report: &Report, finding: &Diagnostic) -> Option<(Uri, TextEdit)> {
    let block: Span = finding.hidden.first().and_then(Location::span).or_else(|| finding.span())?;
    let source = report.sources.get(block.file)?;
    if source.path.extension().is_some_and(|extension| extension == "json") {
        return None;
    }
    let place = places.location(block)?;
    let before = source.text.get(..block.range.start as usize)?;
    let line = before.rfind('\n').map_or(before, |at| before.get(at + 1..).unwrap_or_default());
    let indent: String = line.chars().take_while(|character| character.is_whitespace()).collect();
    let start = Position::new(place.range.start.line, 0);
    let end = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    let new_text = format!("{indent}# buttress:ignore {} reason=\"say why\"{end}", finding.id);
    Some((place.uri, TextEdit { range: Range::new(start, start), new_text }))
}

/// Assuming values that are not known at a place: a block in the config that holds for it.
fn assuming(snapshot: &Snapshot, document: &OpenDocument, range: Range) -> Vec<CodeAction> {
    let lines = LineTable::of(&document.text, snapshot.unit);
    let Ok(offset) = u32::try_from(lines.offset(&document.text, range.start)) else { return Vec::new() };
    let report = snapshot.pointed(document, offset);
    let mut offered = BTreeSet::new();
    let mut actions = Vec::new();
    for (root, values) in report.report.roots.iter().zip(&report.roots) {
        for told in values {
            let Some(address) = &told.assumable else { continue };
            if !offered.insert(address.clone()) {
                continue;
            }
            let block = format!(
                "assume {} {{\n  {}\n  reason = \"say how you know\"\n}}\n",
                quoted(address),
                answer(address, &told.value)
            );
            let Some(edit) = snapshot.config_edit(document, &root.path, &block) else { continue };
            actions.push(CodeAction {
                title: format!("Assume a value of `{address}` in {FILE_NAME}"),
                kind: Some(CodeActionKind::QUICKFIX),
                edit: Some(edit),
                ..CodeAction::default()
            });
        }
    }
    actions
}

/// The argument of an assumption that stands for a value, to be filled in.
fn answer(address: &str, value: &Value) -> &'static str {
    let Kind::Unknown(unknown) = &value.kind else { return "value  = null" };
    match unknown.type_ {
        Type::Bool => "value  = false",
        Type::Number => "value  = 0",
        Type::String => "value  = \"\"",
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => "length = 1",
        // Nothing tells the type of what another module or a data source gives; names of lists are plurals.
        _ if address.ends_with('s') => "length = 1",
        _ => "value  = null",
    }
}

impl Snapshot {
    /// An edit of texts. `new`: a file that is made before.
    fn edit(&self, edits: Vec<(Uri, Vec<TextEdit>)>, new: Option<Uri>) -> WorkspaceEdit {
        let create = new.map(|uri| {
            let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
            let create = CreateFile { uri, options: Some(options), annotation_id: None };
            DocumentChangeOperation::Op(ResourceOp::Create(create))
        });
        let edits = edits.into_iter().map(|(uri, edits)| {
            let version = self.documents.get(&uri).map(|document| document.version);
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            DocumentChangeOperation::Edit(TextDocumentEdit {
                text_document,
                edits: edits.into_iter().map(OneOf::Left).collect(),
            })
        });
        let all = create.into_iter().chain(edits).collect();
        WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(all)), ..WorkspaceEdit::default() }
    }

    /// Adds a block to the config that is nearest to a root module, or to a new one at the top of its repository.
    fn config_edit(&self, document: &OpenDocument, root: &Path, block: &str) -> Option<WorkspaceEdit> {
        let mut reader = Reader::new(std::sync::Arc::new(Overlay::with(
            std::sync::Arc::new(Disk),
            self.documents.unsaved(),
        )));
        let top = self.top_of(document);
        reader.permit(&top).ok()?;
        let directories: Vec<PathBuf> = reader.upwards(root);
        let mut configs = directories.iter().map(|directory| directory.join(FILE_NAME));
        let Some(path) = configs.find(|path| matches!(reader.kind(path), Ok(FileKind::File))) else {
            let uri = uri_of(&top.join(FILE_NAME))?;
            let start = Position::new(0, 0);
            let edit = TextEdit { range: Range::new(start, start), new_text: block.to_owned() };
            return Some(self.edit(vec![(uri.clone(), vec![edit])], Some(uri)));
        };
        let text = reader.text(&path).ok()?;
        let end = LineTable::of(&text, self.unit).position(&text, text.len());
        let gap = match () {
            () if text.trim().is_empty() => "",
            () if text.ends_with('\n') => "\n",
            () => "\n\n",
        };
        let edit = TextEdit { range: Range::new(end, end), new_text: format!("{gap}{block}") };
        Some(self.edit(vec![(self.uri(&path)?, vec![edit])], None))
    }
}

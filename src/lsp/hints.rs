//! What stands beside and above blocks: instances and zones at the ends of lines, and how many entries depend on a resource.

use std::collections::BTreeMap;

use lsp_types::{
    CodeLens, CodeLensParams, Command, InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams, Range,
    TextDocumentIdentifier,
};

use super::documents::OpenDocument;
use super::snapshot::{EditorPlaces, Snapshot};
use crate::render::clean;
use crate::report::outline::{OutlineReport, OutlinedBlock};
use crate::text::Span;

/// The most zones that a hint names.
const MAX_ZONES: usize = 4;

/// The most root modules that a hint tells apart.
const MAX_ROOTS: usize = 4;

/// A block of the open text, as it is in some root module.
struct SeenBlock<'a> {
    /// The environment of the root module, or its name.
    root: String,
    block: &'a OutlinedBlock,
}

/// The blocks of an open text by their headers, each as it is in every root module.
fn blocks<'a>(
    snapshot: &Snapshot,
    document: &OpenDocument,
    outline: &'a OutlineReport,
) -> BTreeMap<Span, (Range, Vec<SeenBlock<'a>>)> {
    let places = EditorPlaces::new(snapshot, &outline.report.sources);
    let mut found: BTreeMap<Span, (Range, Vec<SeenBlock<'a>>)> = BTreeMap::new();
    for (root, blocks) in outline.report.roots.iter().zip(&outline.roots) {
        for block in blocks {
            let Some(place) = places.location(block.header).filter(|place| place.uri == document.uri) else {
                continue;
            };
            let root = root.environment.clone().unwrap_or_else(|| root.place.clone());
            found.entry(block.header).or_insert((place.range, Vec::new())).1.push(SeenBlock { root, block });
        }
    }
    found
}

/// What is the same in all root modules is said once; otherwise each is named.
fn told(seen: &[SeenBlock<'_>], words: impl Fn(&OutlinedBlock) -> Option<String>) -> Option<String> {
    let mut all: Vec<(Option<String>, Vec<&str>)> = Vec::new();
    for one in seen {
        let words = words(one.block);
        match all.iter_mut().find(|(own, _)| *own == words) {
            Some((_, roots)) => roots.push(&one.root),
            None => all.push((words, vec![&one.root])),
        }
    }
    if let [(words, _)] = all.as_slice() {
        return words.clone();
    }
    let each = all.iter().filter_map(|(words, roots)| Some((words.as_ref()?, roots)));
    let each = each.take(MAX_ROOTS).map(|(words, roots)| {
        let roots: Vec<_> = roots.iter().take(MAX_ROOTS).map(|root| clean::name(root)).collect();
        format!("{}: {words}", roots.join(", "))
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| each.join("; "))
}

/// The hints at the ends of headers.
pub(super) fn hints(snapshot: &Snapshot, params: &InlayHintParams) -> Vec<InlayHint> {
    let TextDocumentIdentifier { uri } = &params.text_document;
    let Some(document) = snapshot.documents.get(uri).filter(|_| snapshot.options.inlay_hints) else {
        return Vec::new();
    };
    let outline = snapshot.outline(document);
    let is_asked = |range: &Range| params.range.start <= range.end && range.start <= params.range.end;
    let mut hints = Vec::new();
    for (range, seen) in blocks(snapshot, document, &outline).into_values() {
        if !is_asked(&range) {
            continue;
        }
        let words = [told(&seen, instances), told(&seen, zones)];
        let words: Vec<String> = words.into_iter().flatten().collect();
        if !words.is_empty() {
            hints.push(InlayHint {
                position: range.end,
                label: InlayHintLabel::String(words.join(" · ")),
                kind: None::<InlayHintKind>,
                text_edits: None,
                tooltip: None,
                padding_left: Some(true),
                padding_right: Some(true),
                data: None,
            });
        }
    }
    hints
}

/// `× 3`
fn instances(block: &OutlinedBlock) -> Option<String> {
    match (block.is_uncertain, block.is_repeated || block.instances > 1) {
        (true, _) => Some("× ?".to_owned()),
        (false, true) => Some(format!("× {}", block.instances)),
        (false, false) => None,
    }
}

/// `a, b`
fn zones(block: &OutlinedBlock) -> Option<String> {
    let mut names: Vec<String> =
        block.zones.iter().take(MAX_ZONES).map(|zone| clean::name(zone).into_owned()).collect();
    if names.is_empty() {
        return None;
    }
    if block.has_more_zones || block.zones.len() > MAX_ZONES {
        names.push("…".to_owned());
    }
    Some(names.join(", "))
}

/// The lines above resources.
pub(super) fn lenses(snapshot: &Snapshot, params: &CodeLensParams) -> Vec<CodeLens> {
    let TextDocumentIdentifier { uri } = &params.text_document;
    let Some(document) = snapshot.documents.get(uri).filter(|_| snapshot.options.code_lens) else {
        return Vec::new();
    };
    let outline = snapshot.outline(document);
    let all = blocks(snapshot, document, &outline).into_values();
    all.filter_map(|(range, seen)| {
        let title = told(&seen, entries)?;
        // It is only to be read: editors do nothing for an empty command.
        let command = Command { title, command: String::new(), arguments: None };
        Some(CodeLens { range, command: Some(command), data: None })
    })
    .collect()
}

/// `on the path of 2 entries`
fn entries(block: &OutlinedBlock) -> Option<String> {
    let others = block.entries.saturating_sub(usize::from(block.is_entry));
    let on_path = match others {
        0 => None,
        1 => Some("on the path of 1 entry".to_owned()),
        n => Some(format!("on the path of {n} entries")),
    };
    match (block.is_entry, on_path) {
        (true, Some(path)) => Some(format!("traffic enters here, {path}")),
        (true, None) => Some("traffic enters here".to_owned()),
        (false, path) => path,
    }
}

//! The texts that the editor has open, as it has them: saved or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::{ColumnUnit, LineTable};
use super::uris::path_of;
use crate::files::Reader;

/// An open text.
#[derive(Clone, Debug)]
pub(super) struct OpenDocument {
    /// What the editor calls it.
    pub(super) uri: Uri,
    /// Its path as the editor writes it.
    pub(super) path: PathBuf,
    /// Its path without links.
    pub(super) real: PathBuf,
    pub(super) version: i32,
    pub(super) text: Arc<str>,
}

/// All open texts, by URI. Those that are no files of this machine are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    by_uri: BTreeMap<String, OpenDocument>,
}

impl Documents {
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) {
        let Some(path) = path_of(uri.as_str()) else { return };
        let real = real_path(&path);
        let key = uri.as_str().to_owned();
        self.by_uri.insert(key, OpenDocument { uri, path, real, version, text: text.into() });
    }

    /// Applies changes in their order. Whether the text is open.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        unit: ColumnUnit,
    ) -> bool {
        let Some(document) = self.by_uri.get_mut(uri.as_str()) else { return false };
        let mut text = document.text.to_string();
        for change in changes {
            match change.range {
                None => text = change.text,
                Some(range) => {
                    let lines = LineTable::of(&text, unit);
                    let start = lines.offset(&text, range.start);
                    let end = lines.offset(&text, range.end).max(start);
                    text.replace_range(start..end, &change.text);
                }
            }
        }
        document.text = text.into();
        document.version = version;
        true
    }

    pub(super) fn close(&mut self, uri: &Uri) -> bool {
        self.by_uri.remove(uri.as_str()).is_some()
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&OpenDocument> {
        self.by_uri.get(uri.as_str())
    }

    /// The open text of a file, by its path without links.
    pub(super) fn at(&self, real: &Path) -> Option<&OpenDocument> {
        self.iter().find(|document| document.real == real)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &OpenDocument> {
        self.by_uri.values()
    }

    /// The texts by path, as a run takes them.
    pub(super) fn unsaved(&self) -> BTreeMap<PathBuf, Arc<[u8]>> {
        self.iter().map(|document| (document.real.clone(), document.text.as_bytes().into())).collect()
    }
}

/// The path of a file without links. The file, and directories above it, may not be there yet.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let reader = Reader::default();
    for above in path.ancestors() {
        if let Some(real) = reader.locate_named(above) {
            return path.strip_prefix(above).map_or_else(|_| path.to_owned(), |rest| joined(real, rest));
        }
    }
    path.to_owned()
}

/// A path with the rest of it; nothing is added for an empty rest, not even a `/`.
fn joined(real: PathBuf, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { real } else { real.join(rest) }
}

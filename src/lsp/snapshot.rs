//! What the server knows at one moment. Work that takes a while is done on a snapshot, so that messages are taken meanwhile.

use std::cell::RefCell;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{CodeDescription, Uri};
use rustc_hash::FxHashMap;

use super::LspHost;
use super::documents::{Documents, OpenDocument, real_path};
use super::options::EditorOptions;
use super::position::{ColumnUnit, LineTable};
use super::uris::uri_of;
use crate::check::Session;
use crate::files::path::clean;
use crate::files::{FileMemory, Reader};
use crate::report::Report;
use crate::report::outline::OutlineReport;
use crate::report::pointed::PointedReport;
use crate::rule::Rule;
use crate::settings::{Asked, Fixing, Settings, Suppressing};
use crate::text::{FileId, SourceFile, Sources, Span};

/// The open texts, the folders and the options of one moment.
#[derive(Clone)]
pub(super) struct Snapshot {
    /// How many changes there were before it.
    pub(super) generation: u64,
    pub(super) documents: Arc<Documents>,
    /// The folders that the editor shows, as it writes them.
    pub(super) folders: Arc<Vec<PathBuf>>,
    pub(super) options: Arc<EditorOptions>,
    pub(super) unit: ColumnUnit,
    pub(super) session: Session,
    pub(super) host: LspHost,
    /// The reports of this generation, if they are known.
    pub(super) checked: Option<Arc<Vec<CheckedTop>>>,
    /// What else was worked out about this generation.
    pub(super) worked_out: Arc<WorkedOut>,
    /// What checks have read.
    pub(super) memory: Arc<FileMemory>,
}

/// What was worked out for requests about the texts of one generation: an editor asks for the same in several ways.
#[derive(Default)]
pub(super) struct WorkedOut {
    /// By the URI of the text.
    outlines: Mutex<FxHashMap<String, Arc<OutlineReport>>>,
    /// Reports with fixes, by the directory in which texts are checked together.
    fixes: Mutex<FxHashMap<PathBuf, Arc<Report>>>,
}

/// What is known under a key, or else what is found out. Two that ask at once may both find it out: nobody waits for another, who may
/// wait for him.
fn known<K: Hash + Eq, V>(all: &Mutex<FxHashMap<K, Arc<V>>>, key: K, find: impl FnOnce() -> V) -> Arc<V> {
    let all = || all.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all().get(&key) {
        return known.clone();
    }
    let found = Arc::new(find());
    all().insert(key, found.clone());
    found
}

/// The report about the open files below one directory.
pub(super) struct CheckedTop {
    pub(super) top: PathBuf,
    pub(super) report: Report,
    /// The open files that it is about.
    pub(super) documents: Vec<OpenDocument>,
}

/// A directory, and the open files below it that are checked together.
pub(super) struct CheckedTogether<'a> {
    pub(super) top: PathBuf,
    pub(super) documents: Vec<&'a OpenDocument>,
}

impl Snapshot {
    /// The directory in which callers of a file are looked for: the folder of the editor that holds it, or without one its repository.
    pub(super) fn top_of(&self, document: &OpenDocument) -> PathBuf {
        let around = self.folders.iter().filter(|folder| document.path.starts_with(folder));
        if let Some(folder) = around.min_by_key(|folder| folder.as_os_str().len()) {
            return folder.clone();
        }
        let own = document.path.parent().unwrap_or(Path::new("/")).to_owned();
        Reader::default().repository_of(&own).unwrap_or(own)
    }

    /// The open files by the directory in which they are checked.
    pub(super) fn together(&self) -> Vec<CheckedTogether<'_>> {
        let mut all: Vec<CheckedTogether<'_>> = Vec::new();
        for document in self.documents.iter() {
            let top = self.top_of(document);
            match all.iter_mut().find(|one| one.top == top) {
                Some(one) => one.documents.push(document),
                None => all.push(CheckedTogether { top, documents: vec![document] }),
            }
        }
        all
    }

    /// What a run about some files is asked to do.
    pub(super) fn settings(&self, top: &Path, files: Vec<PathBuf>) -> Settings {
        let options = &self.options;
        // Somebody who opens a file in the directory for temporary files does not mean all that lies below it.
        let is_meant =
            self.folders.iter().any(|folder| folder == top) || Reader::default().repository_of(top).is_some();
        Settings {
            flat: (!is_meant).then(|| real_path(top)),
            paths: vec![top.to_owned()],
            module_dirs: options.module_dirs.iter().map(|dir| clean(&top.join(dir))).collect(),
            data_dir: self.host.data_dir.clone(),
            suppressing: Suppressing { honour: options.honour.clone(), ..Suppressing::default() },
            asked: Asked { today: (self.host.today)(), ..Asked::default() },
            include: options.include,
            concerning: Some(files),
            unsaved: self.documents.unsaved(),
            memory: Some(self.memory.clone()),
            ..Settings::default()
        }
    }

    /// The reports about all open files.
    pub(super) fn check(&self) -> Arc<Vec<CheckedTop>> {
        if let Some(checked) = &self.checked {
            return checked.clone();
        }
        let one = |together: CheckedTogether<'_>| {
            let files = together.documents.iter().map(|document| document.real.clone()).collect();
            CheckedTop {
                report: self.session.check(&self.settings(&together.top, files)),
                documents: together.documents.into_iter().cloned().collect(),
                top: together.top,
            }
        };
        Arc::new(self.together().into_iter().map(one).collect())
    }

    /// The blocks of the root modules that an open text belongs to.
    pub(super) fn outline(&self, document: &OpenDocument) -> Arc<OutlineReport> {
        known(&self.worked_out.outlines, document.uri.as_str().to_owned(), || {
            self.session.outline(&self.settings(&self.top_of(document), vec![document.real.clone()]))
        })
    }

    /// A report as one that is known, with how its findings are fixed: nothing that replaces a resource or loses data.
    pub(super) fn fixes(&self, checked: &CheckedTop) -> Arc<Report> {
        known(&self.worked_out.fixes, checked.top.clone(), || {
            let files = checked.documents.iter().map(|document| document.real.clone()).collect();
            let fixing = Fixing { advice: true, ..Fixing::default() };
            self.session.check(&Settings { fixing: Some(fixing), ..self.settings(&checked.top, files) })
        })
    }

    /// The values of what stands at an offset of an open text.
    pub(super) fn pointed(&self, document: &OpenDocument, offset: u32) -> PointedReport {
        let settings = self.settings(&self.top_of(document), vec![document.real.clone()]);
        self.session.pointed(&Settings { pointed_at: Some((document.real.clone(), offset)), ..settings })
    }

    /// The absolute path of a file of a run, and the open text of it.
    pub(super) fn file(&self, path: &Path) -> (PathBuf, Option<&OpenDocument>) {
        let path = Reader::default().absolute(path).unwrap_or_else(|| path.to_owned());
        let open = self.documents.iter().find(|document| document.path == path);
        let open = open.or_else(|| self.documents.at(&real_path(&path)));
        (path, open)
    }

    /// What the editor calls a file of a run.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        let (path, open) = self.file(path);
        open.map(|document| document.uri.clone()).or_else(|| uri_of(&path))
    }

    pub(super) fn lines(&self, source: &SourceFile) -> LineTable {
        LineTable::of(&source.text, self.unit)
    }
}

/// EditorPlaces of a run in the words of the editor.
pub(super) struct EditorPlaces<'a> {
    snapshot: &'a Snapshot,
    sources: &'a Sources,
    known: RefCell<FxHashMap<FileId, Option<(Uri, LineTable)>>>,
}

impl<'a> EditorPlaces<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, sources: &'a Sources) -> Self {
        Self { snapshot, sources, known: RefCell::default() }
    }

    pub(super) fn location(&self, span: Span) -> Option<lsp_types::Location> {
        let source = self.sources.get(span.file)?;
        let mut known = self.known.borrow_mut();
        let file = known
            .entry(span.file)
            .or_insert_with(|| Some((self.snapshot.uri(&source.path)?, self.snapshot.lines(source))));
        let (uri, lines) = file.as_ref()?;
        Some(lsp_types::Location { uri: uri.clone(), range: lines.range(&source.text, span.range) })
    }
}

/// The page that tells more about a rule.
pub(super) fn page_of(rule: &Rule) -> Option<CodeDescription> {
    let page = rule.references.iter().find(|reference| reference.starts_with("https://"))?;
    Some(CodeDescription { href: page.parse().ok()? })
}

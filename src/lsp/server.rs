//! The loop that takes messages, keeps the state, and starts work.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, never, select, unbounded};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self as notified, Notification as _};
use lsp_types::request::{self as requested, Request as _};
use lsp_types::{
    ConfigurationItem, ConfigurationParams, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher,
    GlobPattern, InitializeParams, PublishDiagnosticsParams, Registration, RegistrationParams,
};
use serde::de::DeserializeOwned;

use super::LspHost;
use super::answers::{AnsweredFrom, Work, work_for};
use super::documents::Documents;
use super::options::EditorOptions;
use super::position::ColumnUnit;
use super::published::{FileDiagnostics, published};
use super::snapshot::{CheckedTop, Snapshot, WorkedOut};
use super::uris::path_of;
use crate::check::Session;
use crate::files::FileMemory;

/// How long an editor is quiet before a check starts: keys that follow each other faster are one change.
const QUIET: Duration = Duration::from_millis(15);

/// The files on whose changes checks depend.
const WATCHED: &str = "**/*.{tf,tofu,tf.json,tofu.json,tfvars,tfvars.json,hcl}";

/// The id of our request for the editor's settings.
const SETTINGS_REQUEST: &str = "buttress.settings";

/// The result of work.
pub(super) enum Done {
    /// A check of the texts of one generation, and what editors are shown of it.
    Checked { generation: u64, checked: Arc<Vec<CheckedTop>>, files: BTreeMap<String, FileDiagnostics> },
    /// The answer to a request.
    Answered(Response),
}

pub(super) struct Server<'c> {
    connection: &'c Connection,
    host: LspHost,
    session: Session,
    unit: ColumnUnit,
    documents: Arc<Documents>,
    folders: Arc<Vec<PathBuf>>,
    options: Arc<EditorOptions>,
    /// How many changes there were.
    generation: u64,
    /// When a check is due, if something has changed since the last one began.
    due: Option<Instant>,
    is_checking: bool,
    /// The newest reports.
    checked: Option<(u64, Arc<Vec<CheckedTop>>)>,
    /// What the editor shows, by URI.
    shown: BTreeMap<String, FileDiagnostics>,
    /// What was worked out for requests about this generation.
    worked_out: Arc<WorkedOut>,
    /// What checks have read.
    memory: Arc<FileMemory>,
    /// Requests that have no answer yet, each with a mark that nobody waits for it any more.
    pending: BTreeMap<RequestId, Arc<AtomicBool>>,
    /// Requests that are answered from the check of this generation.
    waiting: Vec<(RequestId, Work)>,
    done: (Sender<Done>, Receiver<Done>),
    /// Whether the editor lets itself be asked for its settings.
    has_settings: bool,
    /// Whether the editor can watch files for us.
    can_watch: bool,
    /// Whether the editor can be asked to show hints and lenses anew.
    refreshes: (bool, bool),
    is_shut_down: bool,
}

impl<'c> Server<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        host: LspHost,
        params: &InitializeParams,
        unit: ColumnUnit,
    ) -> Self {
        let workspace = params.capabilities.workspace.as_ref();
        let options = params.initialization_options.as_ref().map(EditorOptions::read);
        Self {
            connection,
            host,
            session: Session::embedded(),
            unit,
            documents: Arc::default(),
            folders: Arc::new(folders(params)),
            options: Arc::new(options.unwrap_or_default()),
            generation: 0,
            due: None,
            is_checking: false,
            checked: None,
            shown: BTreeMap::new(),
            worked_out: Arc::default(),
            memory: Arc::default(),
            pending: BTreeMap::new(),
            waiting: Vec::new(),
            done: unbounded(),
            has_settings: workspace.and_then(|workspace| workspace.configuration).unwrap_or(false),
            can_watch: workspace
                .and_then(|workspace| workspace.did_change_watched_files)
                .and_then(|watching| watching.dynamic_registration)
                .unwrap_or(false),
            refreshes: (
                workspace
                    .and_then(|workspace| workspace.inlay_hint.as_ref()?.refresh_support)
                    .unwrap_or(false),
                workspace
                    .and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)
                    .unwrap_or(false),
            ),
            is_shut_down: false,
        }
    }

    /// Serves until the editor goes. Whether it announced that.
    pub(super) fn run(mut self) -> bool {
        self.begin();
        let messages = &self.connection.receiver;
        let results = self.done.1.clone();
        loop {
            let wait = self.due.filter(|_| !self.is_checking);
            let timer = wait.map_or_else(never, crossbeam_channel::at);
            select! {
                recv(messages) -> message => match message {
                    Ok(Message::Request(request)) => self.request(request),
                    Ok(Message::Notification(told)) if told.method == notified::Exit::METHOD => {
                        return self.is_shut_down;
                    }
                    Ok(Message::Notification(told)) => self.notification(told),
                    Ok(Message::Response(response)) => self.response(response),
                    Err(_) => return false,
                },
                recv(results) -> done => if let Ok(done) = done {
                    self.done(done);
                },
                recv(timer) -> _ => self.start_check(),
            }
        }
    }

    /// What is asked of the editor at the start.
    fn begin(&self) {
        if self.can_watch {
            let watchers =
                vec![FileSystemWatcher { glob_pattern: GlobPattern::String(WATCHED.to_owned()), kind: None }];
            let options = DidChangeWatchedFilesRegistrationOptions { watchers };
            let registration = Registration {
                id: "buttress.files".to_owned(),
                method: notified::DidChangeWatchedFiles::METHOD.to_owned(),
                register_options: serde_json::to_value(options).ok(),
            };
            let params = RegistrationParams { registrations: vec![registration] };
            self.ask::<requested::RegisterCapability>("buttress.watch", params);
        }
        self.ask_for_settings();
    }

    fn ask_for_settings(&self) {
        if self.has_settings {
            let item = ConfigurationItem { scope_uri: None, section: Some("buttress".to_owned()) };
            let params = ConfigurationParams { items: vec![item] };
            self.ask::<requested::WorkspaceConfiguration>(SETTINGS_REQUEST, params);
        }
    }

    fn ask<R: requested::Request>(&self, id: &str, params: R::Params) {
        self.send(Request::new(id.to_owned().into(), R::METHOD.to_owned(), params));
    }

    /// Sends a message. An editor that is gone is noticed when the next message is awaited.
    fn send(&self, message: impl Into<Message>) {
        let _sent = self.connection.sender.send(message.into());
    }

    /// The state of this moment.
    fn snapshot(&self) -> Snapshot {
        let checked = self.checked.as_ref().filter(|(generation, _)| *generation == self.generation);
        Snapshot {
            generation: self.generation,
            documents: self.documents.clone(),
            folders: self.folders.clone(),
            options: self.options.clone(),
            unit: self.unit,
            session: self.session.clone(),
            host: self.host.clone(),
            checked: checked.map(|(_, checked)| checked.clone()),
            worked_out: self.worked_out.clone(),
            memory: self.memory.clone(),
        }
    }

    /// Notes that what a check would say may have changed. Answers that are being worked out are about what was: nobody waits for them.
    fn changed(&mut self) {
        self.generation += 1;
        self.due = Some(Instant::now() + QUIET);
        self.worked_out = Arc::default();
        self.waiting.clear();
        for (id, mark) in std::mem::take(&mut self.pending) {
            mark.store(true, Ordering::Relaxed);
            let message = "the text has changed meanwhile".to_owned();
            self.refuse(id, ErrorCode::ContentModified, message);
        }
    }

    fn start_check(&mut self) {
        if self.is_checking {
            return;
        }
        self.due = None;
        self.is_checking = true;
        let (snapshot, done) = (self.snapshot(), self.done.0.clone());
        rayon::spawn(move || {
            let checked = snapshot.check();
            let files = published(&checked, &snapshot);
            let _sent = done.send(Done::Checked { generation: snapshot.generation, checked, files });
        });
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Checked { generation, checked, files } => {
                self.is_checking = false;
                // A check of older texts is worth nothing: the next one is due already.
                if generation == self.generation {
                    self.checked = Some((generation, checked));
                    self.publish(files);
                    for (id, work) in std::mem::take(&mut self.waiting) {
                        self.start(id, work);
                    }
                }
            }
            Done::Answered(response) => {
                // A request that was cancelled has its answer.
                if self.pending.remove(&response.id).is_some() {
                    self.send(response);
                }
            }
        }
    }

    /// Shows what was found: in open files always, because their texts are others now; in other files if it is not what is shown; and
    /// that files have nothing any more.
    fn publish(&mut self, mut files: BTreeMap<String, FileDiagnostics>) {
        let gone: Vec<(String, FileDiagnostics)> = self
            .shown
            .iter()
            .filter(|(uri, _)| !files.contains_key(*uri))
            .map(|(uri, file)| (uri.clone(), file.clone()))
            .collect();
        for (uri, shown) in gone {
            files.insert(uri, FileDiagnostics { version: None, all: Vec::new(), ..shown });
        }
        for (uri, file) in &files {
            let is_shown =
                self.shown.get(uri).is_some_and(|old| old.version.is_none() && old.all == file.all);
            if file.version.is_some() || !is_shown {
                let FileDiagnostics { uri, version, all } = file.clone();
                let params = PublishDiagnosticsParams { uri, diagnostics: all, version };
                self.tell::<notified::PublishDiagnostics>(params);
            }
        }
        files.retain(|_, file| file.version.is_some() || !file.all.is_empty());
        self.shown = files;
    }

    fn tell<N: notified::Notification>(&self, params: N::Params) {
        self.send(Notification::new(N::METHOD.to_owned(), params));
    }

    fn request(&mut self, request: Request) {
        if request.method == requested::Shutdown::METHOD {
            self.is_shut_down = true;
            self.send(Response::new_ok(request.id, ()));
            return;
        }
        if self.is_shut_down {
            self.refuse(request.id, ErrorCode::InvalidRequest, "the server is shut down".to_owned());
            return;
        }
        match work_for(request) {
            Ok((id, from, work)) => {
                self.pending.insert(id.clone(), Arc::default());
                let is_checked = || self.checked.as_ref().is_some_and(|(of, _)| *of == self.generation);
                if from == AnsweredFrom::Check && !is_checked() {
                    self.waiting.push((id, work));
                    // Who asks types no more keys. A check of this generation may be under way.
                    if self.due.is_some() || !self.is_checking {
                        self.due = Some(Instant::now());
                    }
                } else {
                    self.start(id, work);
                }
            }
            Err(refused) => self.send(refused),
        }
    }

    /// Starts to work out an answer. What nobody waits for any more when its turn comes is left.
    fn start(&self, id: RequestId, work: Work) {
        let Some(mark) = self.pending.get(&id).cloned() else { return };
        let (snapshot, done) = (self.snapshot(), self.done.0.clone());
        rayon::spawn(move || {
            if !mark.load(Ordering::Relaxed) {
                let _sent = done.send(Done::Answered(Response::new_ok(id, work(&snapshot))));
            }
        });
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, message: String) {
        self.send(Response::new_err(id, code as i32, message));
    }

    fn notification(&mut self, told: Notification) {
        let method = told.method.clone();
        match method.as_str() {
            notified::DidOpenTextDocument::METHOD => {
                self.take::<notified::DidOpenTextDocument>(told, |server, params| {
                    let document = params.text_document;
                    Arc::make_mut(&mut server.documents).open(document.uri, document.version, document.text);
                    server.changed();
                });
            }
            notified::DidChangeTextDocument::METHOD => {
                self.take::<notified::DidChangeTextDocument>(told, |server, params| {
                    let (document, unit) = (params.text_document, server.unit);
                    let documents = Arc::make_mut(&mut server.documents);
                    if documents.change(&document.uri, document.version, params.content_changes, unit) {
                        server.changed();
                    }
                });
            }
            notified::DidCloseTextDocument::METHOD => {
                self.take::<notified::DidCloseTextDocument>(told, |server, params| {
                    if Arc::make_mut(&mut server.documents).close(&params.text_document.uri) {
                        server.changed();
                    }
                });
            }
            notified::DidChangeWorkspaceFolders::METHOD => {
                self.take::<notified::DidChangeWorkspaceFolders>(told, |server, params| {
                    let gone: Vec<PathBuf> =
                        params.event.removed.iter().filter_map(|one| path_of(one.uri.as_str())).collect();
                    let folders = Arc::make_mut(&mut server.folders);
                    folders.retain(|folder| !gone.contains(folder));
                    folders.extend(params.event.added.iter().filter_map(|one| path_of(one.uri.as_str())));
                    server.changed();
                });
            }
            notified::DidChangeConfiguration::METHOD => {
                self.take::<notified::DidChangeConfiguration>(told, |server, params| {
                    if server.has_settings {
                        server.ask_for_settings();
                    } else {
                        server.set_options(&params.settings);
                    }
                });
            }
            // What is on the disk may matter to any root module, and saving may have changed it.
            notified::DidChangeWatchedFiles::METHOD | notified::DidSaveTextDocument::METHOD => self.changed(),
            notified::Cancel::METHOD => self.take::<notified::Cancel>(told, |server, params| {
                let id: RequestId = match params.id {
                    lsp_types::NumberOrString::Number(id) => id.into(),
                    lsp_types::NumberOrString::String(id) => id.into(),
                };
                if let Some(mark) = server.pending.remove(&id) {
                    mark.store(true, Ordering::Relaxed);
                    server.waiting.retain(|(waiting, _)| *waiting != id);
                    server.refuse(id, ErrorCode::RequestCanceled, "the request is cancelled".to_owned());
                }
            }),
            _ => {}
        }
    }

    /// Reads what a notification says. One that is not understood is passed over, as the protocol has no answer to it.
    fn take<N: notified::Notification>(&mut self, told: Notification, then: impl FnOnce(&mut Self, N::Params))
    where
        N::Params: DeserializeOwned,
    {
        if let Ok(params) = serde_json::from_value(told.params) {
            then(self, params);
        }
    }

    /// An answer of the editor. Only its settings matter.
    fn response(&mut self, response: Response) {
        if response.id != RequestId::from(SETTINGS_REQUEST.to_owned()) {
            return;
        }
        let told = serde_json::to_value(&response).unwrap_or_default();
        if let Some(settings) = told.pointer("/result/0").filter(|settings| settings.is_object()) {
            self.set_options(settings);
        }
    }

    fn set_options(&mut self, settings: &serde_json::Value) {
        let options = EditorOptions::read(settings);
        if options != *self.options {
            self.options = Arc::new(options);
            self.changed();
            if self.refreshes.0 {
                self.ask::<requested::InlayHintRefreshRequest>("buttress.hints", ());
            }
            if self.refreshes.1 {
                self.ask::<requested::CodeLensRefresh>("buttress.lenses", ());
            }
        }
    }
}

/// The folders that the editor shows at the start.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let named = params.workspace_folders.iter().flatten();
    let folders: Vec<PathBuf> = named.filter_map(|folder| path_of(folder.uri.as_str())).collect();
    if !folders.is_empty() {
        return folders;
    }
    // Editors that know one folder only still say it so.
    #[expect(deprecated, reason = "editors that know one folder only say it so")]
    let root = params.root_uri.as_ref();
    root.and_then(|root| path_of(root.as_str())).into_iter().collect()
}

//! An editor without a screen: talks to the server over a connection in memory, and writes down what it is told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread::JoinHandle;
use std::time::Duration;

use buttress::lsp::{LspHost, serve};
use buttress::settings::Date;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

use crate::support::folder::Folder;

/// How long a message is awaited: on a busy machine a check takes a while.
const PATIENCE: Duration = Duration::from_secs(120);

/// An editor with some open texts.
pub(crate) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<bool>>,
    pub(crate) folder: Folder,
    next: i32,
    /// Version and text of what is open, by path.
    open: BTreeMap<String, (i32, String)>,
    /// Diagnostics that have been published and not been looked at, by path.
    told: BTreeMap<String, Json>,
    /// Answers that nobody has asked for yet.
    answers: BTreeMap<RequestId, Json>,
    /// Requests of the server.
    pub(crate) asked: Vec<Request>,
    pub(crate) capabilities: Json,
    counts_bytes: bool,
}

fn today() -> Option<Date> {
    Date::parse("2026-11-29")
}

impl Editor {
    /// Starts a server for a folder with files.
    pub(crate) fn start(folder: Folder, options: &Json, client: &Json) -> Self {
        let (connection, far) = Connection::memory();
        let server = std::thread::spawn(move || serve(&far, LspHost { data_dir: None, today }).unwrap());
        let counts_bytes = client.pointer("/general/positionEncodings/0") == Some(&json!("utf-8"));
        let mut editor = Self {
            connection,
            server: Some(server),
            folder,
            next: 0,
            open: BTreeMap::new(),
            told: BTreeMap::new(),
            answers: BTreeMap::new(),
            asked: Vec::new(),
            capabilities: Json::Null,
            counts_bytes,
        };
        let top = editor.uri("");
        let params = json!({
            "processId": null,
            "rootUri": null,
            "capabilities": client,
            "initializationOptions": options,
            "workspaceFolders": [{ "uri": top, "name": "top" }],
        });
        let answer = editor.request("initialize", params).unwrap();
        editor.capabilities = answer["capabilities"].clone();
        editor.notify("initialized", json!({}));
        editor
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        let full = self.folder.path(path);
        let text = full.to_string_lossy().replace('\\', "/");
        format!("file://{}", text.trim_end_matches('/'))
    }

    fn path(&self, uri: &str) -> String {
        let path = uri.strip_prefix("file://").unwrap_or(uri);
        let path = path.strip_prefix(&*self.folder.top().to_string_lossy()).unwrap_or(path);
        path.trim_start_matches('/').to_owned()
    }

    pub(crate) fn notify(&self, method: &str, params: Json) {
        self.connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    }

    /// Sends a request and gives its id.
    pub(crate) fn send(&mut self, method: &str, params: Json) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.connection.sender.send(Request::new(id.clone(), method.to_owned(), params).into()).unwrap();
        id
    }

    /// Takes messages until the answer to a request is among them.
    pub(crate) fn answer(&mut self, id: &RequestId) -> Result<Json, Json> {
        loop {
            if let Some(answer) = self.answers.remove(id) {
                return match answer.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(answer.get("result").cloned().unwrap_or_default()),
                };
            }
            self.message();
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: Json) -> Result<Json, Json> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    /// Takes the next message and keeps what it says.
    fn message(&mut self) {
        let message = self.connection.receiver.recv_timeout(PATIENCE).expect("the server says something");
        match &message {
            Message::Notification(told) if told.method == "textDocument/publishDiagnostics" => {
                let path = self.path(told.params["uri"].as_str().unwrap());
                self.told.insert(path, told.params.clone());
            }
            Message::Request(request) => self.asked.push(request.clone()),
            Message::Response(response) => {
                let answer = serde_json::to_value(response).unwrap();
                self.answers.insert(response.id.clone(), answer);
            }
            Message::Notification(_) => {}
        }
    }

    /// Waits for the result of the next check, and gives what is published, by path.
    pub(crate) fn published(&mut self) -> BTreeMap<String, Json> {
        while self.told.is_empty() {
            self.message();
        }
        // Files are published together, so the others are on their way: before the answer to this.
        self.request("buttress/nothing", Json::Null).unwrap_err();
        std::mem::take(&mut self.told)
    }

    pub(crate) fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.folder.path(path)).unwrap();
        self.open_text(path, &text);
    }

    pub(crate) fn open_text(&mut self, path: &str, text: &str) {
        self.open.insert(path.to_owned(), (1, text.to_owned()));
        let document =
            json!({ "uri": self.uri(path), "languageId": "terraform", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        &self.open[path].1
    }

    /// Replaces the first occurrence of a text by another, as a change of a range.
    pub(crate) fn replace(&mut self, path: &str, old: &str, new: &str) {
        let start = self.text(path).find(old).unwrap_or_else(|| panic!("{path} has no `{old}`"));
        let range =
            json!({ "start": self.position(path, start), "end": self.position(path, start + old.len()) });
        let (version, text) = self.open.get_mut(path).unwrap();
        *version += 1;
        text.replace_range(start..start + old.len(), new);
        let version = *version;
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": self.uri(path), "version": version },
                "contentChanges": [{ "range": range, "text": new }],
            }),
        );
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    /// The position of an offset in an open text, counted anew and not as the server counts.
    fn position(&self, path: &str, offset: usize) -> Json {
        let before = &self.text(path)[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = &before[start..];
        let units = if self.counts_bytes { column.len() } else { column.encode_utf16().count() };
        json!({ "line": before.matches('\n').count(), "character": units })
    }

    /// The text document and the position where a text begins; `|` in it is where the cursor stands.
    pub(crate) fn place(&self, path: &str, sought: &str) -> Json {
        let plain = sought.replacen('|', "", 1);
        let start = self.text(path).find(&plain).unwrap_or_else(|| panic!("{path} has no `{plain}`"));
        let at = start + sought.find('|').unwrap_or(0);
        json!({ "textDocument": { "uri": self.uri(path) }, "position": self.position(path, at) })
    }

    /// Says that it goes, and gives whether the server took it for orderly.
    pub(crate) fn stop(mut self) -> bool {
        self.request("shutdown", Json::Null).unwrap();
        self.notify("exit", Json::Null);
        self.server.take().unwrap().join().unwrap()
    }

    /// How many answers nobody has asked for.
    pub(crate) fn unasked(&mut self) -> usize {
        self.request("buttress/nothing", Json::Null).unwrap_err();
        self.answers.len()
    }

    /// Waits until the server ends, and gives whether it took that for orderly.
    pub(crate) fn ended(mut self) -> bool {
        self.server.take().unwrap().join().unwrap()
    }

    /// Closes the connection.
    pub(crate) fn vanished(self) -> bool {
        let Self { connection, server, .. } = self;
        drop(connection);
        server.unwrap().join().unwrap()
    }

    /// Published diagnostics as lines: the file with its version, then each of them.
    pub(crate) fn lines(&self, published: &BTreeMap<String, Json>) -> String {
        let mut out = String::new();
        for (path, params) in published {
            let version = params["version"].as_i64().map(|version| format!("@{version}")).unwrap_or_default();
            let all = params["diagnostics"].as_array().unwrap();
            let none = if all.is_empty() { ": nothing" } else { "" };
            writeln!(out, "{path}{version}{none}").unwrap();
            for one in all {
                let severity = ["", "error", "warning", "information", "hint"];
                let severity = severity[usize::try_from(one["severity"].as_u64().unwrap()).unwrap()];
                let (code, message) = (one["code"].as_str().unwrap(), one["message"].as_str().unwrap());
                let linked = if one["codeDescription"]["href"].is_string() { " (link)" } else { "" };
                let tags = if one["tags"] == json!([1]) { " (unnecessary)" } else { "" };
                writeln!(out, "  {} {severity} {code}{linked}{tags}", range(&one["range"])).unwrap();
                for line in message.lines() {
                    // The help of rules is long, and other tests show it.
                    let line = if line.starts_with("help: ") { "help" } else { line };
                    writeln!(out, "    {}", self.cleaned(line)).unwrap();
                }
                for related in one["relatedInformation"].as_array().into_iter().flatten() {
                    let (place, message) = (&related["location"], related["message"].as_str().unwrap());
                    let file = self.path(place["uri"].as_str().unwrap());
                    writeln!(out, "    + {file} {}: {message}", range(&place["range"])).unwrap();
                }
            }
        }
        out
    }

    /// A text without the name of the folder, which differs from run to run.
    pub(crate) fn cleaned(&self, text: &str) -> String {
        text.replace(&*self.folder.top().to_string_lossy(), "TOP")
    }

    /// Applies the edits of a workspace edit to the open texts and to files, and gives the paths of those.
    pub(crate) fn apply(&mut self, edit: &Json) -> Vec<String> {
        let mut paths = Vec::new();
        let changes = edit["documentChanges"].as_array().cloned().unwrap_or_default();
        for change in changes {
            if change["kind"] == json!("create") {
                let path = self.path(change["uri"].as_str().unwrap());
                self.folder.write(&path, "");
                self.open(&path);
                continue;
            }
            let path = self.path(change["textDocument"]["uri"].as_str().unwrap());
            if !self.open.contains_key(&path) {
                self.open(&path);
            }
            // They are all about one text: the last one first, so that the places of the others stay.
            let mut edits = change["edits"].as_array().unwrap().clone();
            let line = |edit: &Json| edit["range"]["start"]["line"].as_u64();
            let character = |edit: &Json| edit["range"]["start"]["character"].as_u64();
            edits.sort_by_key(|edit| (line(edit), character(edit)));
            for one in edits.iter().rev() {
                self.apply_one(&path, one);
            }
            paths.push(path);
        }
        paths
    }

    fn apply_one(&mut self, path: &str, edit: &Json) {
        let offset = |position: &Json| -> usize {
            let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
            let column = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
            let start: usize = self.text(path).split_inclusive('\n').take(line).map(str::len).sum();
            let rest = &self.text(path)[start..];
            let mut units = 0;
            let width = |c: char| if self.counts_bytes { c.len_utf8() } else { c.len_utf16() };
            let at = rest.char_indices().find(|(_, c)| {
                let found = units >= column;
                units += width(*c);
                found
            });
            start + at.map_or(rest.len(), |(at, _)| at)
        };
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        let new = edit["newText"].as_str().unwrap();
        let (version, text) = self.open.get_mut(path).unwrap();
        *version += 1;
        text.replace_range(start..end, new);
        let (version, text) = (*version, text.clone());
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": self.uri(path), "version": version },
                "contentChanges": [{ "text": text }],
            }),
        );
    }

    /// Says that a file on the disk has changed.
    pub(crate) fn touched(&self, path: &str) {
        let change = json!({ "uri": self.uri(path), "type": 2 });
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
    }
}

/// A range of the protocol in short.
pub(crate) fn range(range: &Json) -> String {
    let place = |at: &Json| format!("{}:{}", at["line"], at["character"]);
    format!("{}-{}", place(&range["start"]), place(&range["end"]))
}

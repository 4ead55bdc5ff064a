//! What an editor waits for: `cargo bench --bench editor`.
//!
//! An editor in memory changes a text of a generated root module with 1,000 resources, and waits until the diagnostics of that version are
//! published. The 15 ms for which the server waits whether more keys follow are in it. The estate lies in the repository of the project, so
//! every check has to know who calls what in all of it; `BUTTRESS_BENCH_DIR` names another place.

#![expect(clippy::expect_used, reason = "without the estate there is nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::path::{Path, PathBuf};

use buttress::lsp::{LspHost, serve};
use divan::Bencher;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value as Json, json};

#[path = "support/estate.rs"]
mod estate;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// How many resources the root module has.
const RESOURCES: usize = 1_000;

struct Editor {
    connection: Connection,
    uri: String,
    version: i32,
    next: i32,
}

impl Editor {
    /// An editor with one file of a root module open, whose first check is over.
    fn start() -> Self {
        let around = std::env::var_os("BUTTRESS_BENCH_DIR").map(PathBuf::from);
        let around = around.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
        let top = around.join(format!("editor-{RESOURCES}"));
        let _ = std::fs::remove_dir_all(&top);
        let file = write(&top);
        let (connection, far) = Connection::memory();
        std::thread::spawn(move || serve(&far, LspHost { data_dir: None, today: || None }));
        let uri = format!("file://{}", file.display());
        let mut editor = Self { connection, uri, version: 0, next: 0 };
        let folder = json!({ "uri": format!("file://{}", top.display()), "name": "top" });
        editor.request("initialize", &json!({ "capabilities": {}, "workspaceFolders": [folder] }));
        editor.notify("initialized", &json!({}));
        let text = std::fs::read_to_string(&file).expect("the generated file can be read");
        let document = json!({ "uri": editor.uri, "languageId": "terraform", "version": 0, "text": text });
        editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        editor.published();
        editor
    }

    fn notify(&self, method: &str, params: &Json) {
        let told = Notification::new(method.to_owned(), params);
        self.connection.sender.send(told.into()).expect("the server takes messages");
    }

    fn request(&mut self, method: &str, params: &Json) -> Json {
        self.next += 1;
        let id = RequestId::from(self.next);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection.sender.send(request.into()).expect("the server takes messages");
        loop {
            if let Message::Response(response) = self.message()
                && response.id == id
            {
                return serde_json::to_value(&response).expect("a response is JSON");
            }
        }
    }

    fn message(&self) -> Message {
        self.connection.receiver.recv().expect("the server says something")
    }

    /// Waits for the diagnostics of the newest version.
    fn published(&self) {
        loop {
            if let Message::Notification(told) = self.message()
                && told.params.get("uri") == Some(&json!(self.uri))
                && told.params.get("version") == Some(&json!(self.version))
            {
                return;
            }
        }
    }

    /// Types a line at the start of the text.
    fn edit(&mut self) {
        self.version += 1;
        let start = json!({ "line": 0, "character": 0 });
        let change =
            json!({ "range": { "start": start, "end": start }, "text": format!("# {}\n", self.version) });
        let document = json!({ "uri": self.uri, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.notify("textDocument/didChange", &params);
    }

    fn ask(&mut self, method: &str, more: &Json) {
        let mut params = json!({ "textDocument": { "uri": self.uri } });
        if let (Some(all), Some(more)) = (params.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        let answer = self.request(method, &params);
        assert!(answer.get("error").is_none(), "{answer}");
    }
}

/// Writes the root module with its modules, and gives a file of one of these.
fn write(top: &Path) -> PathBuf {
    estate::write(top, RESOURCES).expect("the estate can be written to the target directory");
    top.join("modules/service_000/part_00.tf")
}

/// An edit, until what the editor shows is right again.
#[divan::bench(sample_count = 50)]
fn edit_to_diagnostics(bencher: Bencher<'_, '_>) {
    let mut editor = Editor::start();
    bencher.bench_local(|| {
        editor.edit();
        editor.published();
    });
}

/// The value of what stands at a place.
#[divan::bench(sample_count = 50)]
fn hover(bencher: Bencher<'_, '_>) {
    let mut editor = Editor::start();
    bencher.bench_local(|| {
        editor.ask("textDocument/hover", &json!({ "position": { "line": 1, "character": 3 } }));
    });
}

/// What can be done at a place, right after an edit.
#[divan::bench(sample_count = 50)]
fn actions(bencher: Bencher<'_, '_>) {
    let mut editor = Editor::start();
    bencher.bench_local(|| {
        let start = json!({ "line": 1, "character": 3 });
        let params = json!({ "range": { "start": start, "end": start }, "context": { "diagnostics": [] } });
        editor.ask("textDocument/codeAction", &params);
    });
}

/// How many entries depend on each resource, right after an edit.
#[divan::bench(sample_count = 50)]
fn lenses(bencher: Bencher<'_, '_>) {
    let mut editor = Editor::start();
    bencher.bench_local(|| {
        editor.edit();
        editor.ask("textDocument/codeLens", &json!({}));
    });
}

//! The language server: an editor in memory follows scripts. `fixtures/lsp/*.txt` has a small repository and a script in each case; below
//! each step stands what the editor is told.

mod editor;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};

use crate::support::folder::Folder;
use crate::support::scenarios;
use crate::support::{self, repository};
use editor::{Editor, range};

/// The steps of a script, without what is expected of them.
fn steps(script: &str) -> impl Iterator<Item = &str> {
    assert!(script.starts_with("> "), "a script begins with a step: {script}");
    script.lines().filter_map(|line| line.strip_prefix("> "))
}

/// The words of a step: those in backquotes may have blanks, `\n`, `\r` and `\t`.
fn words(step: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = step.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('`') {
            Some(quoted) => quoted.split_once('`').expect("a backquote is closed"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t"));
        rest = after.trim_start();
    }
    words
}

/// What one step is told.
fn step(editor: &mut Editor, actions: &mut Vec<Json>, step: &str) -> String {
    let words = words(step);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["open", path] => editor.open(path),
        ["replace", path, old, new] => editor.replace(path, old, new),
        ["close", path] => editor.close(path),
        ["write", path, text] => {
            editor.folder.write(path, text);
            editor.touched(path);
        }
        ["options", options] => {
            let settings: Json = serde_json::from_str(options).unwrap();
            editor
                .notify("workspace/didChangeConfiguration", json!({ "settings": { "buttress": settings } }));
        }
        ["text", path] => return editor.text(path).to_owned(),
        _ => return request(editor, actions, &words),
    }
    let published = editor.published();
    editor.lines(&published)
}

fn request(editor: &mut Editor, actions: &mut Vec<Json>, words: &[&str]) -> String {
    let place = |editor: &Editor, path: &str, sought: &str| editor.place(path, sought);
    match words {
        ["hover", path, sought] => {
            let params = place(editor, path, sought);
            match editor.request("textDocument/hover", params).unwrap() {
                Json::Null => "nothing\n".to_owned(),
                hover => {
                    let text = editor.cleaned(hover["contents"]["value"].as_str().unwrap());
                    format!("{}\n{}\n", range(&hover["range"]), text.trim_end())
                }
            }
        }
        ["hints", path] => {
            let everything =
                json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
            let params = json!({ "textDocument": { "uri": editor.uri(path) }, "range": everything });
            let hints = editor.request("textDocument/inlayHint", params).unwrap();
            let line = |hint: &Json| {
                let at = &hint["position"];
                format!("{}:{} {}\n", at["line"], at["character"], hint["label"].as_str().unwrap())
            };
            let lines: String = hints.as_array().unwrap().iter().map(line).collect();
            if lines.is_empty() { "nothing\n".to_owned() } else { lines }
        }
        ["lenses", path] => {
            let params = json!({ "textDocument": { "uri": editor.uri(path) } });
            let lenses = editor.request("textDocument/codeLens", params).unwrap();
            let line = |lens: &Json| {
                format!("{} {}\n", range(&lens["range"]), lens["command"]["title"].as_str().unwrap())
            };
            let lines: String = lenses.as_array().unwrap().iter().map(line).collect();
            if lines.is_empty() { "nothing\n".to_owned() } else { lines }
        }
        ["actions", path, sought] => {
            let mut params = place(editor, path, sought);
            let at = params["position"].take();
            params["range"] = json!({ "start": at, "end": at });
            params["context"] = json!({ "diagnostics": [] });
            let found = editor.request("textDocument/codeAction", params).unwrap();
            *actions = found.as_array().unwrap().clone();
            let titles = actions.iter().map(|action| format!("{}\n", action["title"].as_str().unwrap()));
            if actions.is_empty() { "nothing\n".to_owned() } else { titles.collect() }
        }
        ["apply", title] => {
            let is_it = |action: &&Json| action["title"].as_str().unwrap().contains(title);
            let action = actions.iter().find(is_it).unwrap_or_else(|| panic!("no action is {title}")).clone();
            let paths = editor.apply(&action["edit"]);
            let texts = paths.iter().map(|path| format!("{path}:\n{}", editor.text(path)));
            let texts: String = texts.collect();
            let published = editor.published();
            format!("{texts}{}", editor.lines(&published))
        }
        _ => panic!("no step is called {words:?}"),
    }
}

#[test]
fn editors_are_told_what_scripts_say() {
    scenarios::hold("lsp", "script", |scenario| {
        let mut editor = Editor::start(scenario.folder("lsp", &["script"]), &json!({}), &json!({}));
        let (mut out, mut actions) = (String::new(), Vec::new());
        for words in steps(scenario.part("script")) {
            let told = step(&mut editor, &mut actions, words);
            write!(out, "> {words}\n{told}").unwrap();
        }
        assert!(editor.stop(), "{}", scenario.name);
        out
    });
}

const MAIN: &str =
    "variable \"größe\" {\n  type = string\n}\n\noutput \"é\" {\n  value = \"😀😀${var.gröse}\"\n}\n";

/// The range of the only diagnostic that names a code.
fn only(published: &BTreeMap<String, Json>, path: &str, code: &str) -> String {
    let all = published[path]["diagnostics"].as_array().unwrap();
    let found: Vec<_> = all.iter().filter(|one| one["code"] == json!(code)).collect();
    assert_eq!(found.len(), 1, "{all:#?}");
    range(&found[0]["range"])
}

#[test]
fn columns_count_what_the_editor_counts() {
    let utf8 = json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } });
    for (client, chosen, place) in [(json!({}), "utf-16", "5:17-5:26"), (utf8, "utf-8", "5:21-5:31")] {
        let folder = Folder::new("lsp").file("main.tf", MAIN);
        let mut editor = Editor::start(folder, &json!({ "unknown": false }), &client);
        assert_eq!(editor.capabilities["positionEncoding"], json!(chosen));
        editor.open("main.tf");
        let published = editor.published();
        let text = editor.lines(&published);
        assert!(text.contains(place), "{chosen}: {text}");
        // An edit behind characters of several units lands where it should.
        editor.replace("main.tf", "gröse", "größe");
        let published = editor.published();
        let text = editor.lines(&published);
        assert!(!text.contains("gröse"), "{text}");
        editor.stop();
    }
}

#[test]
fn lines_may_end_in_each_way() {
    let main = "locals {\r\n  a = 1\r\n  b = var.none\r\n}\r\n";
    let folder = Folder::new("lsp").file("main.tf", main);
    let mut editor = Editor::start(folder, &json!({}), &json!({}));
    editor.open("main.tf");
    let published = editor.published();
    assert_eq!(only(&published, "main.tf", "eval/reference"), "2:6-2:14");
    editor.stop();
}

#[test]
fn a_request_is_not_answered_from_a_text_that_has_changed() {
    let folder = Folder::new("lsp").file("main.tf", "locals {\n  a = 1\n  b = local.a\n}\n");
    let mut editor = Editor::start(folder, &json!({}), &json!({}));
    editor.open("main.tf");
    editor.published();
    // Asked a hundred times, some answer is certainly still on its way when the text changes.
    let place = editor.place("main.tf", "local.a");
    let ids: Vec<_> = (0..100).map(|_| editor.send("textDocument/hover", place.clone())).collect();
    editor.replace("main.tf", "a = 1", "a = 2");
    let answers: Vec<_> = ids.iter().map(|id| editor.answer(id)).collect();
    for answer in &answers {
        match answer {
            Ok(hover) => assert!(hover.to_string().contains('1'), "{hover}"),
            Err(error) => assert_eq!(error["code"], json!(-32801), "{error}"),
        }
    }
    assert!(answers.iter().any(Result::is_err), "no request was overtaken");
    editor.stop();
}

#[test]
fn each_request_has_one_answer_even_if_it_is_cancelled() {
    let folder = Folder::new("lsp").file("main.tf", "locals {\n  a = 1\n  b = local.a\n}\n");
    let mut editor = Editor::start(folder, &json!({}), &json!({}));
    editor.open("main.tf");
    editor.published();
    let place = editor.place("main.tf", "local.a");
    let ids: Vec<_> = (0..50).map(|_| editor.send("textDocument/hover", place.clone())).collect();
    for id in &ids {
        let id = serde_json::to_value(id).unwrap();
        editor.notify("$/cancelRequest", json!({ "id": id }));
    }
    let answers: Vec<_> = ids.iter().map(|id| editor.answer(id)).collect();
    let cancelled = answers.iter().filter_map(|answer| answer.as_ref().err());
    assert!(cancelled.clone().all(|error| error["code"] == json!(-32800)));
    assert!(cancelled.count() > 0, "no request was cancelled in time");
    assert_eq!(editor.unasked(), 0, "a request has two answers");
    editor.stop();
}

#[test]
fn what_is_not_understood_is_refused_and_nothing_ends() {
    let mut editor = Editor::start(Folder::new("lsp").file("main.tf", ""), &json!(7), &json!({}));
    let code = |answer: Result<Json, Json>| answer.unwrap_err()["code"].clone();
    assert_eq!(code(editor.request("textDocument/nothing", json!({}))), json!(-32601));
    assert_eq!(code(editor.request("textDocument/hover", json!({ "position": "here" }))), json!(-32602));
    editor.notify("textDocument/didOpen", json!([]));
    editor.notify("$/nothing", json!({}));
    let unopened = json!({ "textDocument": { "uri": "file:///nowhere/main.tf" }, "position": { "line": 0, "character": 0 } });
    assert_eq!(editor.request("textDocument/hover", unopened), Ok(Json::Null));
    editor.request("shutdown", Json::Null).unwrap();
    assert_eq!(code(editor.request("textDocument/hover", json!({}))), json!(-32600));
    assert!(editor.stop());
}

#[test]
fn an_editor_that_goes_without_a_word_is_not_orderly() {
    let editor = Editor::start(Folder::new("lsp").file("main.tf", ""), &json!({}), &json!({}));
    editor.notify("exit", Json::Null);
    assert!(!editor.ended());
    let editor = Editor::start(Folder::new("lsp").file("main.tf", ""), &json!({}), &json!({}));
    assert!(!editor.vanished());
}

#[test]
fn what_is_not_a_message_is_named_and_ends_the_server() {
    let begin = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#;
    let begin = format!("Content-Length: {}\r\n\r\n{begin}", begin.len());
    let begun = "Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"initialized\"}";
    let long = format!("Content-Length: 10000\r\n\r\n{:10000}", "\u{1b}");
    let no_message = "what the editor sent is not a message of the Language Server Protocol: ";
    let no_start = "the editor's `initialize` is not understood: ";
    for (sent, says) in [
        ("hello\r\n\r\n", no_message),
        ("Content-Length: -5\r\n\r\n", no_message),
        ("Content-Length: 18446744073709551615\r\n\r\n{}", no_message),
        ("Content-Length: 9223372036854775000\r\n\r\n{}", no_message),
        ("Content-Length: 99999999999\r\n\r\n{}", no_message),
        ("Content-Length: 99999999999999999999999\r\n\r\n{}", no_message),
        ("Content-Length: 2\r\nContent-Length: 99\r\n\r\n{}", no_message),
        (&format!("Content-Length{}", ": 2".repeat(9_000)), no_message),
        (&format!("Content-Length: 20000\r\n\r\n{}", "[".repeat(20_000)), no_message),
        ("Content-Length: 2\r\n\r\n{]", no_message),
        (&long, no_message),
        (&format!("{begin}{long}"), no_message),
        ("Content-Type: x\r\n\r\n{}", no_message),
        (&format!("{begin}{begun}{long}"), no_message),
        (&begin.replace("{}", "7 "), no_start),
        (&begin[..40], "the editor ended the connection before it began"),
    ] {
        let mut server = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        server.stdin.take().unwrap().write_all(sent.as_bytes()).unwrap();
        let ended = server.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(told.starts_with(&format!("error: {says}")), "{sent:?}: {told}");
        assert!(told.len() < 400 && !told.contains('\u{1b}'), "{told}");
        assert_eq!(ended.status.code(), Some(2));
    }
}

#[test]
fn an_editor_that_can_is_asked_for_its_settings_and_watches_files() {
    let client = json!({ "workspace": {
        "configuration": true,
        "didChangeWatchedFiles": { "dynamicRegistration": true },
    } });
    let mut editor = Editor::start(Folder::new("lsp").file("main.tf", ""), &json!({}), &client);
    editor.request("buttress/nothing", Json::Null).unwrap_err();
    let asked: Vec<&str> = editor.asked.iter().map(|request| request.method.as_str()).collect();
    assert_eq!(asked, ["client/registerCapability", "workspace/configuration"]);
    assert!(editor.asked[0].params.to_string().contains("tfvars"));
    editor.stop();
}

#[test]
fn folders_come_and_go() {
    let folder = Folder::new("lsp")
        .file("modules/queue/main.tf", "variable \"n\" {\n  type = number\n}\n\nlocals {\n  m = var.n\n}\n")
        .file("live/main.tf", "terraform {\n  backend \"s3\" {}\n}\n\nmodule \"q\" {\n  source = \"../modules/queue\"\n  n = 5\n}\n");
    let mut editor = Editor::start(folder, &json!({}), &json!({}));
    editor.open("modules/queue/main.tf");
    editor.published();
    let hover = |editor: &mut Editor| {
        let place = editor.place("modules/queue/main.tf", "var.n\n");
        editor.request("textDocument/hover", place).unwrap().to_string()
    };
    assert!(hover(&mut editor).contains("`5`"));
    // With the module alone nobody says who calls it.
    let (top, module) = (editor.uri(""), editor.uri("modules/queue"));
    let event =
        json!({ "added": [{ "uri": module, "name": "queue" }], "removed": [{ "uri": top, "name": "top" }] });
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    editor.published();
    let told = hover(&mut editor);
    assert!(told.contains("has no default and no value"), "{told}");
    editor.stop();
}

#[test]
fn a_file_outside_of_all_folders_is_checked_without_what_lies_below_it() {
    let elsewhere = Folder::new("lsp")
        .file("main.tf", "module \"m\" {\n  source = \"./called\"\n}\n\nlocals {\n  a = module.m.x\n}\n")
        .file("called/main.tf", "output \"x\" {\n  value = var.none\n}\n")
        .file("other/main.tf", "locals {\n  b = local.none\n}\n");
    let mut editor = Editor::start(Folder::new("lsp").file("main.tf", ""), &json!({}), &json!({}));
    let uri = format!("file://{}", elsewhere.path("main.tf").display());
    let text = std::fs::read_to_string(elsewhere.path("main.tf")).unwrap();
    let document = json!({ "uri": uri, "languageId": "terraform", "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let published = editor.published();
    let told = editor.lines(&published);
    assert!(told.contains("called/main.tf") && told.contains("`none` is not declared"), "{told}");
    assert!(!told.contains("other/main.tf"), "{told}");
    editor.stop();
}

/// Texts that break something, or are nothing that anybody writes.
const ODD: [&str; 12] = [
    "",
    "\u{feff}locals {\n  a = 1\n}\n",
    "\r\r\n\n\r",
    "resource \"aws_instance\" \"x\" {",
    "locals { a = \"${local.a}\" }",
    "locals { \0 = \u{202e}1 }",
    "locals {\n  a = <<EOT\n  ${",
    "module \"m\" {\n  source = \"./.\"\n}\n",
    "variable \"v\" {\n  default = var.v\n}\n# buttress:ignore",
    "locals {\n  😀 = [for k, v in {} : k.😀]\n  b = [for x in [1, 2] : x]\n}",
    "resource \"a\" \"b\" {\n  dynamic \"c\" {\n    for_each = [1]\n    content {\n      dynamic \"d\" {\n        content {\n          e = d.value\n",
    "# buttress:ignore-file rds-single-az reason=\"\nterraform { backend \"s3\" {} }",
];

#[test]
fn odd_texts_and_places_end_nothing() {
    let mut editor =
        Editor::start(Folder::new("lsp").file("main.tf", ""), &json!({ "inlayHints": true }), &json!({}));
    let deep = format!("locals {{\n  a = {}1{}\n}}\n", "[".repeat(600), "]".repeat(600));
    for text in ODD.into_iter().chain([deep.as_str()]) {
        editor.open_text("main.tf", text);
        editor.published();
        let uri = editor.uri("main.tf");
        let last = text.lines().count() + 1;
        for (line, character) in
            (0..=last).flat_map(|line| [(line, 0), (line, 3), (line, 7), (line, 999_999)])
        {
            let place = json!({ "line": line, "character": character });
            let document = json!({ "uri": uri });
            editor
                .request("textDocument/hover", json!({ "textDocument": document, "position": place }))
                .unwrap();
            let range = json!({ "start": place, "end": place });
            let context = json!({ "diagnostics": [] });
            let params = json!({ "textDocument": document, "range": range, "context": context });
            editor.request("textDocument/codeAction", params).unwrap();
        }
        let everything =
            json!({ "start": { "line": 9, "character": 9 }, "end": { "line": 0, "character": 0 } });
        let document = json!({ "uri": uri });
        editor
            .request("textDocument/inlayHint", json!({ "textDocument": document, "range": everything }))
            .unwrap();
        editor.request("textDocument/codeLens", json!({ "textDocument": document })).unwrap();
        // A change whose ends are exchanged, and far outside.
        let range = json!({ "start": { "line": 99, "character": 99 }, "end": { "line": 0, "character": 5 } });
        let change = json!({ "range": range, "text": "\n" });
        let document = json!({ "uri": uri, "version": 2 });
        editor.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        );
        editor.published();
        editor.close("main.tf");
        editor.published();
    }
    for uri in ["untitled:Untitled-1", "git:/main.tf", "file://other-host/main.tf", "file:///%00", "file:///"]
    {
        let document = json!({ "uri": uri, "languageId": "terraform", "version": 1, "text": "locals {" });
        editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }
    editor.open_text("main.tf", "locals {\n  a = local.b\n}\n");
    let published = editor.published();
    assert!(editor.lines(&published).contains("eval/reference"));
    assert!(editor.stop());
}

#[test]
fn a_client_that_somebody_else_wrote_understands_the_server() {
    let required = std::env::var_os("BUTTRESS_LSP_TESTS").is_some_and(|value| value == "required");
    let skipped = |why: &str| {
        assert!(!required, "{why}");
        support::skipped("lsp::a_client_that_somebody_else_wrote", why);
    };
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lsp-venv");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let run = |program: &Path, arguments: &[&str]| {
        Command::new(program).args(arguments).current_dir(repository()).output()
    };
    let has_all =
        |python: &Path| run(python, &["-c", "import pytest_lsp"]).is_ok_and(|done| done.status.success());
    if !has_all(&python) {
        let made = run(Path::new("python3"), &["-m", "venv", &venv.to_string_lossy()]);
        if !made.is_ok_and(|done| done.status.success()) {
            return skipped("there is no Python that can make a virtual environment");
        }
        let wanted = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries",
            "1",
            "--requirement",
            "tests/lsp/requirements.txt",
        ];
        match run(&python, &wanted) {
            Ok(done) if done.status.success() => {}
            Ok(done) => return skipped(&String::from_utf8_lossy(&done.stderr)),
            Err(error) => return skipped(&error.to_string()),
        }
    }
    let tested = Command::new(&python)
        .args(["-m", "pytest", "--quiet", "tests/lsp"])
        .env("BUTTRESS", env!("CARGO_BIN_EXE_buttress"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stdout));
}

//! The language server: an editor in memory follows scripts. `fixtures/lsp/*.txt` has a small repository and a script in each case; below
//! each step stands what the editor is told.

mod editor;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use crate::support::folder::Folder;
use crate::support::{blesses, entries};
use editor::{Editor, range};

/// A case: its name, its files, and its steps, each with what is expected.
struct Case {
    name: String,
    files: Vec<(String, String)>,
    steps: Vec<(String, String)>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for part in text.split("=== ").skip(1) {
        let (name, rest) = part.split_once('\n').unwrap_or((part, ""));
        let mut case = Case { name: name.to_owned(), files: Vec::new(), steps: Vec::new() };
        for file in rest.split("--- ").skip(1) {
            let (path, text) = file.split_once('\n').unwrap_or((file, ""));
            if path != "script" {
                case.files.push((path.to_owned(), text.to_owned()));
                continue;
            }
            for line in text.lines() {
                match (line.strip_prefix("> "), case.steps.last_mut()) {
                    (Some(step), _) => case.steps.push((step.to_owned(), String::new())),
                    (None, Some((_, told))) => writeln!(told, "{line}").unwrap(),
                    (None, None) => panic!("{}: a script begins with a step", case.name),
                }
            }
        }
        cases.push(case);
    }
    cases
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

fn request(editor: &mut Editor, _actions: &mut Vec<Json>, words: &[&str]) -> String {
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
        _ => panic!("no step is called {words:?}"),
    }
}

#[test]
fn editors_are_told_what_scripts_say() {
    let mut wrong = Vec::new();
    for file in entries("lsp") {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut out = text.split("=== ").next().unwrap_or_default().to_owned();
        for case in cases(&text) {
            let mut folder = Folder::new("lsp");
            writeln!(out, "=== {}", case.name).unwrap();
            for (path, text) in &case.files {
                write!(out, "--- {path}\n{text}").unwrap();
                // The script's own text cannot end lines in the other way.
                folder = folder.file(path, &text.replace("<CR>", "\r"));
            }
            out.push_str("--- script\n");
            let mut editor = Editor::start(folder, &json!({}), &json!({}));
            let mut actions = Vec::new();
            for (words, _) in &case.steps {
                let told = step(&mut editor, &mut actions, words);
                write!(out, "> {words}\n{told}").unwrap();
            }
            assert!(editor.stop(), "{}", case.name);
        }
        if blesses() {
            std::fs::write(&file, &out).unwrap();
        } else if out != text {
            wrong.push(format!("{}:\n{}", file.display(), difference(&text, &out)));
        }
    }
    assert!(wrong.is_empty(), "`cargo bless` writes what is told now\n{}", wrong.join("\n"));
}

/// The first lines that differ.
fn difference(expected: &str, told: &str) -> String {
    let pairs = expected.lines().zip(told.lines());
    let same = pairs.take_while(|(expected, told)| expected == told).count();
    let shown =
        |text: &str| text.lines().skip(same).take(8).map(|line| format!("  {line}\n")).collect::<String>();
    format!("line {}, expected:\n{}told:\n{}", same + 1, shown(expected), shown(told))
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

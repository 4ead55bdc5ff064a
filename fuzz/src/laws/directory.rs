//! The program on a repository: every command and format prints text, twice the same, and ends with a code that means something.

use std::path::Path;

use buttress::cli::{self, Answer, Process, Terminal};
use buttress::render::report::Format;
use clap::ValueEnum;
use serde_json::Value;

use super::text;
use crate::support::folder::Folder;
use crate::support::harm::{harm, uncoloured, without_own_commands};

/// A line that starts with this starts a file; its path follows.
pub(super) const FILE: &str = "#== ";

/// So many files, and so long paths, are enough.
const MOST_FILES: usize = 12;
const LONGEST_PATH: usize = 80;

pub(super) fn directory(data: &[u8]) {
    let folder = Folder::new("fuzz");
    let text = text(data);
    if !lay(&folder, &text) {
        return;
    }
    let top = folder.top().to_str().expect("a folder for tests has a plain name");
    let named: Vec<String> = Format::value_variants()
        .iter()
        .filter_map(|format| format.to_possible_value().map(|value| value.get_name().to_owned()))
        .collect();
    let json = holds(&["check", top, "--format", "json"], false);
    let document: Value = serde_json::from_str(&json.stdout).expect("a JSON document");
    // What spends a budget takes seconds. Then one more format has to do.
    let spends = document["problems"].as_array().is_some_and(|problems| {
        problems.iter().any(|problem| problem["code"].as_str().is_some_and(|code| code.starts_with("limit/")))
    });
    if spends {
        holds(&["check", top], false);
        return;
    }
    for format in named.iter().filter(|format| *format != "json") {
        let answer = holds(&["check", top, "--format", format], format == "github");
        assert_eq!(answer.code, json.code, "as {format}");
        if matches!(format.as_str(), "sarif" | "gitlab") {
            let _document: Value = serde_json::from_str(&answer.stdout).expect("a JSON document");
        }
    }
    let coloured = run(&["check", top], true);
    assert_eq!(
        uncoloured(&coloured.stdout),
        run(&["check", top], false).stdout,
        "colours change nothing else"
    );
    assert_places(&document, folder.top());
    for command in ["simulate", "coverage", "graph"] {
        for format in ["human", "json"] {
            let answer = run(&[command, top, "--format", format], false);
            assert_eq!(harm(&answer.stdout), None, "{command} as {format}:\n{}", answer.stdout);
            assert_eq!(harm(&answer.stderr), None, "{command} as {format}:\n{}", answer.stderr);
            assert!(answer.code <= 2);
        }
    }
}

/// Lays the files of an input into a folder. Returns whether there are any.
fn lay(folder: &Folder, text: &str) -> bool {
    let mut path = "main.tf".to_owned();
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix(FILE) {
            path = next.trim_end_matches(['\r', '\n']).to_owned();
            files.push((path.clone(), String::new()));
        } else {
            match files.last_mut() {
                Some((_, contents)) => contents.push_str(line),
                None => files.push((path.clone(), line.to_owned())),
            }
        }
    }
    files.truncate(MOST_FILES);
    // What lies outside of the folder, and what a file system refuses, is for other tests.
    let is_inside = |path: &str| {
        !path.is_empty()
            && path.len() <= LONGEST_PATH
            && !path.contains('\0')
            && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
    };
    files.retain(|(path, _)| is_inside(path));
    files.iter().filter(|(path, contents)| folder.try_write(path, contents)).count() > 0
}

fn run(arguments: &[&str], colour: bool) -> Answer {
    let arguments = ["buttress"].iter().chain(arguments).map(Into::into);
    cli::run(arguments, &Process::default(), Terminal { colour, width: 100 })
}

/// The answer for some arguments, which is text and the same again.
fn holds(arguments: &[&str], has_commands: bool) -> Answer {
    let answer = run(arguments, false);
    assert_eq!(run(arguments, false), answer, "{arguments:?} twice");
    let stdout = if has_commands { without_own_commands(&answer.stdout).0 } else { answer.stdout.clone() };
    assert_eq!(harm(&stdout), None, "{arguments:?}:\n{stdout}");
    assert_eq!(harm(&answer.stderr), None, "{arguments:?}:\n{}", answer.stderr);
    assert!(answer.code <= 2, "{arguments:?}: {}", answer.code);
    answer
}

/// All locations of a document lie in their files.
fn assert_places(value: &Value, top: &Path) {
    match value {
        Value::Object(fields) => {
            if let (Some(file), Some(start), Some(end)) =
                (fields.get("file").and_then(Value::as_str), fields.get("start"), fields.get("end"))
            {
                let bytes = std::fs::read(Path::new(file)).or_else(|_| std::fs::read(top.join(file)));
                // A name with odd characters is shown escaped.
                if let Ok(bytes) = bytes {
                    let offset = |end: &Value| end["offset"].as_u64().expect("an offset") as usize;
                    assert!(offset(start) <= offset(end), "{value}");
                    assert!(offset(end) <= bytes.len(), "{value}");
                }
            }
            fields.values().for_each(|value| assert_places(value, top));
        }
        Value::Array(items) => items.iter().for_each(|value| assert_places(value, top)),
        _ => {}
    }
}

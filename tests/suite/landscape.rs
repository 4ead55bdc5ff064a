//! Root modules that are one architecture: what is said of each beside the others, and what is said of it alone. `fixtures/landscape/*.txt`
//! has a small repository in each case, with the rules that are asked; what they say stands behind `--- expect`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use buttress::report::Report;
use buttress::settings::{Asked, Include, Settings};

use crate::support::folder::Folder;
use crate::support::verdicts::SESSION;
use crate::support::{blesses, fixture};

/// A case: its name, its files, the rules that are asked, and what they say.
struct Case<'t> {
    name: &'t str,
    files: Vec<(&'t str, &'t str)>,
    rules: Vec<String>,
    expected: &'t str,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    for part in text.split("=== ").skip(1) {
        let (name, rest) = part.split_once('\n').unwrap();
        let mut case = Case { name, files: Vec::new(), rules: Vec::new(), expected: "" };
        for file in rest.split("--- ").skip(1) {
            let (path, text) = file.split_once('\n').unwrap();
            match path {
                "expect" => case.expected = text,
                "rules" => case.rules = text.lines().map(str::to_owned).collect(),
                _ => case.files.push((path, text)),
            }
        }
        cases.push(case);
    }
    cases
}

/// What is said of a repository: a line for each verdict that is not a pass, with its cause or the joins that it rests on.
fn said(folder: &Folder, rules: &[String], no_join: bool) -> BTreeSet<String> {
    let asked = Asked { select: rules.to_vec(), ..Asked::default() };
    let paths = vec![folder.top().to_owned()];
    let include = Include { samples: true, ..Include::default() };
    let report = SESSION.check(&Settings { paths, asked, no_join, include, ..Settings::default() });
    let problems: Vec<_> = report.problems().map(|problem| &problem.id).collect();
    assert!(!problems.iter().any(|id| id.starts_with("settings/")), "{problems:?}");
    lines(&report, folder)
}

fn lines(report: &Report, folder: &Folder) -> BTreeSet<String> {
    let root = |root: Option<usize>| {
        let root = &report.roots[root.unwrap()];
        let place = root.path.strip_prefix(folder.top()).unwrap_or(&root.path).display().to_string();
        root.environment.as_ref().map_or(place.clone(), |name| format!("{place} ({name})"))
    };
    let failed = report.findings().map(|entry| {
        let finding = &entry.what;
        let mut line = format!("{}: {} fails {}", root(entry.root), finding.address, finding.id);
        for label in finding.related.iter().filter(|label| label.text.starts_with("known")) {
            write!(line, "; {}", label.text).unwrap();
        }
        line
    });
    let open = report.unknown_verdicts().map(|entry| {
        let verdict = &entry.what;
        format!("{}: {} unknown {}: {}", root(entry.root), verdict.address, verdict.rule, verdict.cause)
    });
    failed.chain(open).collect()
}

#[test]
fn what_is_said_of_roots_beside_each_other_and_alone() {
    let mut wrong = String::new();
    for entry in fs::read_dir(fixture("landscape")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut written = String::new();
        for case in cases(&text) {
            let mut folder = Folder::new("landscape").file(".git/HEAD", "");
            for (path, text) in &case.files {
                folder = folder.file(path, text);
            }
            let (joined, alone) = (said(&folder, &case.rules, false), said(&folder, &case.rules, true));
            let mut found = String::new();
            for line in &joined {
                let mark = if alone.contains(line) { "" } else { "joined: " };
                writeln!(found, "{mark}{line}").unwrap();
            }
            for line in alone.difference(&joined) {
                writeln!(found, "alone: {line}").unwrap();
            }
            if found != case.expected {
                writeln!(wrong, "{}\nexpected\n{}found\n{found}", case.name, case.expected).unwrap();
            }
            writeln!(written, "=== {}\n--- rules\n{}", case.name, case.rules.join("\n")).unwrap();
            for (path, text) in &case.files {
                write!(written, "--- {path}\n{text}").unwrap();
            }
            write!(written, "--- expect\n{found}").unwrap();
        }
        if blesses() && written != text {
            fs::write(&path, written).unwrap();
        }
    }
    assert!(blesses() || wrong.is_empty(), "{wrong}");
}

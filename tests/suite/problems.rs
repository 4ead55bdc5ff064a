//! Codes of problems are a closed set: the table, the source and the inputs in `fixtures/problems/` agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use buttress::check::Session;
use buttress::diagnostic::codes::{CODES, STAGES};
use buttress::diagnostic::{Diagnostic, Severity};
use buttress::rule::RuleSet;
use buttress::settings::Settings;

use crate::support::{entries, fixture, read, repository, verdicts};

/// Codes of which no text file can be the input, and where they are tested or why they are not.
const ELSEWHERE: &[(&str, &str)] = &[
    ("settings/too-many-rules", "thousands of files: tests/suite/config.rs"),
    ("config/module-depth", "it takes more than 64 directories"),
    ("config/modules-not-fetched", "it takes a program on the path: tests/suite/modules.rs"),
    ("config/no-root", "a directory beside others: tests/suite/inputs.rs"),
    ("environment/unknown", "it takes an option: tests/suite/environments.rs"),
    ("settings/unmatched", "it takes a config and root modules: tests/suite/told.rs"),
    ("limit/environments", "tests/suite/environments.rs"),
    ("baseline/unknown-rule", "it takes a baseline: tests/suite/baseline.rs"),
    ("environment/duplicate", "it takes an option: tests/suite/environments.rs"),
    ("input/since-plan", "it takes a revision of git: tests/suite/since.rs"),
    ("facts/duplicate", "it takes facts of this program: tests/suite/facts.rs"),
    ("facts/incomplete", "it takes facts of this program: tests/suite/facts.rs"),
    ("facts/missing", "it takes facts of this program: tests/suite/facts.rs"),
    ("facts/other-run", "it takes facts of this program: tests/suite/facts.rs"),
    ("input/not-applied", "tests/suite/units.rs"),
    ("stack/beside-module", "it takes two directories: fixtures/environments/stacks.txt"),
    ("stack/provider", "it takes two directories: fixtures/environments/stacks.txt"),
    ("stack/value", "it takes two directories: fixtures/environments/stacks.txt"),
    ("limit/edges", "it takes a program to write: tests/suite/laws/budgets.rs"),
    ("limit/evaluation-cost", "it takes a program to write: tests/suite/laws/budgets.rs"),
    ("limit/files", "it takes hundreds of thousands of files"),
    ("limit/rule-cost", "it takes a program to write: tests/suite/laws/budgets.rs"),
    ("limit/source-bytes", "it takes hundreds of MiB: tests/suite/laws/budgets.rs"),
    ("limit/value-bytes", "it takes a program to write: tests/suite/laws/budgets.rs"),
    ("limit/verdicts", "it takes a program to write: tests/suite/laws/budgets.rs"),
    ("output/changed", "tests/suite/fixes.rs"),
    ("syntax/extra-text", "a value on the command line: tests/suite/syntax/bounds.rs"),
    ("syntax/too-large", "it takes a text of gigabytes"),
    ("source/encrypted", "tests/suite/inputs.rs"),
    ("source/git", "tests/suite/confinement.rs"),
    ("source/gzip", "tests/suite/files.rs"),
    ("source/ignored-directory", "tests/suite/confinement.rs"),
    ("source/list", "the system refuses to list a directory"),
    ("source/loop", "tests/suite/confinement.rs"),
    ("source/not-utf16", "tests/suite/files.rs"),
    ("source/permission", "who runs tests as root may read every file"),
    ("source/special", "tests/suite/confinement.rs"),
    ("source/too-large", "tests/suite/files.rs"),
    ("source/unreadable", "the system fails while it reads"),
    ("terragrunt/cycle", "tests/suite/terragrunt.rs, as all of Terragrunt: its files end like rule files"),
    ("terragrunt/dependency", "tests/suite/terragrunt.rs"),
    ("terragrunt/include", "tests/suite/terragrunt.rs"),
    ("terragrunt/json", "tests/suite/terragrunt.rs"),
    ("terragrunt/module-missing", "tests/suite/terragrunt.rs"),
    ("terragrunt/parent-missing", "tests/suite/terragrunt.rs"),
    ("terragrunt/source", "tests/suite/terragrunt.rs"),
    ("terragrunt/stack", "tests/suite/terragrunt.rs"),
    ("terragrunt/value", "tests/suite/terragrunt.rs"),
];

/// An input: its code (`none` if it has no problem), and its files by path.
struct Case {
    code: String,
    files: Vec<(PathBuf, String)>,
}

/// The inputs of `fixtures/problems/`.
fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for path in entries("problems") {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            if let Some(heading) = line.strip_prefix("--- ") {
                let (code, file) = heading.split_once(' ').unwrap_or((heading, "main.tf"));
                let file = (PathBuf::from(file), String::new());
                match code {
                    "+" => cases.last_mut().unwrap().files.push(file),
                    code => cases.push(Case { code: code.to_owned(), files: vec![file] }),
                }
            } else if let Some(case) = cases.last_mut() {
                let text = &mut case.files.last_mut().unwrap().1;
                text.push_str(&line.replace('␍', "\r").replace('␉', "\t"));
                text.push('\n');
            }
        }
    }
    cases
}

/// The problems of an input: of a plan, of rule and model files, or of a directory.
fn problems(case: &Case, top: &Path) -> Vec<Diagnostic> {
    std::fs::create_dir_all(top).unwrap();
    let (rules, others): (Vec<_>, Vec<_>) =
        case.files.iter().partition(|(path, _)| path.extension().is_some_and(|extension| extension == "hcl"));
    for (path, text) in &others {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let plan = top.join("plan.json");
    let path = if plan.is_file() { plan } else { top.to_owned() };
    let settings = Settings { paths: vec![path], ..Settings::default() };
    let report = if rules.is_empty() {
        verdicts::SESSION.check(&settings)
    } else {
        let files = rules.iter().map(|(path, text)| (path.clone(), Arc::from(text.as_str())));
        Session::new(Arc::new(RuleSet::load(files))).check(&settings)
    };
    report.problems().cloned().collect()
}

fn severities() -> BTreeMap<&'static str, Severity> {
    CODES.iter().map(|code| (code.id, code.severity)).collect()
}

#[test]
fn every_input_has_its_problem() {
    let folder = std::env::temp_dir().join(format!("buttress-problems-{}", std::process::id()));
    let severities = severities();
    let mut wrong = Vec::new();
    for (index, case) in cases().iter().enumerate() {
        let found = problems(case, &folder.join(index.to_string()));
        let is_as_said = match case.code.as_str() {
            "none" => found.is_empty(),
            code => found.iter().any(|problem| problem.id == code),
        };
        if !is_as_said {
            let ids: Vec<&str> = found.iter().map(|problem| problem.id.as_str()).collect();
            let (_, text) = &case.files[0];
            wrong.push(format!("{}: found {ids:?} in\n{text}", case.code));
        }
        for problem in &found {
            if severities.get(problem.id.as_str()) != Some(&problem.severity) {
                wrong.push(format!("{} is {:?}", problem.id, problem.severity));
            }
        }
    }
    let _removed = std::fs::remove_dir_all(&folder);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_an_input() {
    let mut seen: BTreeSet<String> = cases().into_iter().map(|case| case.code).collect();
    let sessions = entries("since").into_iter().map(|case| case.join("session.txt"));
    for path in entries("cli").into_iter().chain(sessions).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(path).unwrap();
        seen.extend(
            CODES.iter().map(|code| code.id.to_owned()).filter(|id| {
                text.contains(&format!("[{id}]")) || text.contains(&format!("\"code\": \"{id}\""))
            }),
        );
    }
    for path in
        entries("broken/rules").into_iter().filter(|path| path.extension().is_some_and(|end| end == "txt"))
    {
        let text = std::fs::read_to_string(path).unwrap();
        seen.extend(
            text.lines().filter_map(|line| Some(line.strip_prefix("  ")?.split_once(": ")?.0.to_owned())),
        );
    }
    for path in entries("broken") {
        seen.extend(verdicts::report(&path).problems().map(|problem| problem.id.to_string()));
    }
    for entry in walkdir::WalkDir::new(fixture("plans/shapes")).into_iter().flatten() {
        if entry.file_name() == "expected.txt" {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            seen.extend(text.lines().filter_map(|line| line.strip_prefix("problem ")).map(str::to_owned));
        }
    }
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(code, _)| *code).collect();
    let missing: Vec<&str> = CODES
        .iter()
        .map(|code| code.id)
        .filter(|code| !seen.contains(*code) && !elsewhere.contains(code))
        .collect();
    assert!(missing.is_empty(), "codes without an input: {missing:?}");
    let stale: Vec<&&str> = elsewhere.iter().filter(|code| seen.contains(**code)).collect();
    assert!(stale.is_empty(), "these have an input now: {stale:?}");
    assert!(elsewhere.iter().all(|code| severities().contains_key(code)));
}

/// Each code that the source uses, with the severity that the word before it gives it.
fn used() -> BTreeSet<(String, Severity)> {
    let stages: Vec<&str> = STAGES.iter().map(|(stage, _)| *stage).collect();
    let literal = regex::Regex::new(&format!(
        r#"((?:warning|advice)\(\s*)?"((?:{})/[a-z0-9-]*[a-z0-9])""#,
        stages.join("|")
    ))
    .unwrap();
    let mut used = BTreeSet::new();
    for entry in walkdir::WalkDir::new(repository().join("src")).into_iter().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") || path.ends_with("diagnostic/codes.rs")
        {
            continue;
        }
        for found in literal.captures_iter(&std::fs::read_to_string(path).unwrap()) {
            let severity = match found.get(1).map(|word| word.as_str()) {
                Some(word) if word.starts_with("advice") => Severity::Advice,
                Some(_) => Severity::Warning,
                None => Severity::Error,
            };
            used.insert((found[2].to_owned(), severity));
        }
    }
    used
}

#[test]
fn the_table_and_the_source_have_the_same_codes() {
    let table: BTreeSet<(String, Severity)> =
        CODES.iter().map(|code| (code.id.to_owned(), code.severity)).collect();
    let used = used();
    let missing: Vec<_> = used.difference(&table).collect();
    let stale: Vec<_> = table.difference(&used).collect();
    assert!(missing.is_empty() && stale.is_empty(), "not in the table: {missing:?}\nnot in src: {stale:?}");
    assert!(CODES.is_sorted_by_key(|code| code.id) && STAGES.is_sorted());
    for code in CODES {
        let stage = code.id.split_once('/').map(|(stage, _)| stage);
        assert!(STAGES.iter().any(|(known, _)| Some(*known) == stage), "{} has no stage", code.id);
        assert!(code.meaning.ends_with('.') && !code.meaning.contains(". "), "{}: one sentence", code.id);
    }
}

#[test]
fn renamed_codes_lead_to_codes() {
    let renamed: BTreeMap<String, Vec<String>> = serde_json::from_str(&read("docs/renamed.json")).unwrap();
    let severities = severities();
    for (old, new) in &renamed {
        assert!(!new.is_empty() && new.iter().all(|code| severities.contains_key(code.as_str())), "{old}");
    }
}

//! Formats: they hold the same findings, the same bytes for the same input, and no secrets.

use std::collections::BTreeMap;
use std::process::Command;

use buttress::render::report::Format;
use clap::ValueEnum;
use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::repository;

const INPUTS: [&str; 4] = [
    "fixtures/stacks/three_tier_fragile",
    "fixtures/stacks/serverless_events",
    "fixtures/broken/several_errors",
    "fixtures/cli/several_roots",
];

/// Every format there is, by its name on the command line.
fn formats() -> impl Iterator<Item = String> {
    Format::value_variants()
        .iter()
        .filter_map(|format| format.to_possible_value().map(|value| value.get_name().to_owned()))
}

/// What the program prints for some arguments, in a repository that is its working directory.
fn printed(arguments: &[&str], threads: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RAYON_NUM_THREADS", threads)
        .env("COLUMNS", "400")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(input: &str) -> Value {
    serde_json::from_str(&printed(&["check", input, "--format", "json"], "2")).unwrap()
}

/// How often each heading occurs: `error[rule]: message`.
fn headings<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for line in lines {
        *counted.entry(line.to_owned()).or_insert(0) += 1;
    }
    counted
}

#[test]
fn all_formats_hold_the_same_findings_and_problems() {
    for input in INPUTS {
        let document = json(input);
        let mut expected = Vec::new();
        for group in document["groups"].as_array().unwrap() {
            let text = |key: &str| group[key].as_str().unwrap();
            expected.push(format!("{}[{}]: {}", text("severity"), text("rule"), text("message")));
        }
        for problem in document["problems"].as_array().unwrap() {
            let text = |key: &str| problem[key].as_str().unwrap();
            expected.push(format!("{}[{}]: {}", text("severity"), text("code"), text("message")));
        }
        let human = printed(&["check", input, "--all", "--advice", "--quiet"], "2");
        let starts = ["error[", "warning[", "advice["];
        let shown = human
            .lines()
            .map(str::trim_start)
            .filter(|line| starts.iter().any(|start| line.starts_with(start)));
        assert_eq!(headings(shown), headings(expected.iter().map(String::as_str)), "{input}");
        assert!(!expected.is_empty(), "{input} has something to say");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    for input in INPUTS {
        for format in formats() {
            let arguments = ["check", input, "--format", &format];
            let one = printed(&arguments, "1");
            assert_eq!(one, printed(&arguments, "2"), "{input} as {format}");
        }
    }
}

/// Services that annotate a change compare paths with those of the repository.
#[test]
fn paths_are_relative_and_clean_however_they_were_given() {
    let folder = Folder::new("output-paths");
    folder.write(".git/HEAD", "ref: refs/heads/main\n");
    folder.write(
        "main.tf",
        "resource \"aws_db_instance\" \"a\" {\n  multi_az = false\n}\nlocals {\n  a =\n}\n",
    );
    folder.write("wide.tf", "");
    std::fs::write(folder.path("wide.tf"), [0xff, 0xfe, 0]).unwrap();
    folder.write("sub/main.tf", "resource \"aws_sqs_queue\" \"a\" {}\n");
    let whole = folder.top().canonicalize().unwrap();
    let whole = whole.to_str().unwrap();
    let told = |path: &str, format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args(["check", path, "--format", format])
            .current_dir(folder.top())
            .output()
            .unwrap();
        format!("{}{}", String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for format in formats() {
        let expected = told(".", &format);
        assert!(expected.contains("main.tf") && expected.contains("wide.tf"), "{format}: {expected}");
        assert!(!expected.contains("./") && !expected.contains(whole), "{format}: {expected}");
    }
    let expected = told(".", "json");
    for path in ["././/.", "./sub/../", "./main.tf", whole] {
        assert_eq!(told(path, "json"), expected, "{path}");
    }
    let below = told("sub", "concise");
    assert!(below.contains("\nsub/main.tf:1:1: "), "{below}");
    for path in ["sub/../sub", "./sub/./main.tf", &format!("{whole}/sub")] {
        assert_eq!(told(path, "concise"), below, "{path}");
    }
}

#[test]
fn no_format_shows_a_sensitive_value() {
    let secrets = ["correct", "horse", "battery"];
    let source = std::fs::read_to_string(repository().join("fixtures/sensitive/main.tf")).unwrap();
    for format in formats() {
        let text = printed(&["check", "fixtures/sensitive", "--format", &format], "2");
        for line in text.lines() {
            // Formats for people quote lines of source: what a configuration spells out is not hidden by quoting less of it.
            let quote =
                line.split_once(" │ ").or_else(|| line.strip_prefix("snippet line ")?.split_once(": "));
            let quoted = quote.is_some_and(|(_, rest)| source.contains(rest.trim()));
            // In a page a line of source has a number, and marks are elements.
            let line_of_page =
                line.rsplit_once("<span class=\"n\">").and_then(|(_, rest)| rest.split_once("</span>"));
            let line_of_page = line_of_page.map(|(_, rest)| unmarked(rest));
            let quoted = quoted || line_of_page.is_some_and(|rest| source.contains(rest.trim()));
            let shows = secrets.iter().any(|secret| line.contains(secret));
            assert!(quoted || !shows, "as {format}: {line}");
        }
    }
    assert!(!json("fixtures/sensitive")["findings"].as_array().unwrap().is_empty());
}

/// The text of a line in a page.
fn unmarked(line: &str) -> String {
    let text = regex::Regex::new("<[^>]*>").unwrap().replace_all(line, "").into_owned();
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn no_format_shows_a_secret_of_a_plan() {
    let plan = "fixtures/plans/shapes/sensitive/plan.json";
    let text = std::fs::read_to_string(repository().join(plan)).unwrap();
    assert!(text.contains("planted-secret"));
    for format in formats() {
        for more in [&[][..], &["--regressions"], &["--only-changed"]] {
            let arguments = [&["check", plan, "--format", &format], more].concat();
            assert!(!printed(&arguments, "2").contains("planted-secret"), "{arguments:?}");
        }
    }
    let of_source = printed(&["check", "fixtures/plans/shapes/sensitive", "--format", "json"], "2");
    assert!(
        of_source.contains("rds-shared-by-services") && !of_source.contains("planted-secret"),
        "{of_source}"
    );
    assert!(!json(plan)["findings"].as_array().unwrap().is_empty());
}

#[test]
fn every_location_lies_in_its_file() {
    for input in INPUTS {
        let document = json(input);
        let mut locations = Vec::new();
        collect(&document, &mut locations);
        assert!(!locations.is_empty(), "{input}");
        for location in locations {
            let text =
                std::fs::read_to_string(repository().join(location["file"].as_str().unwrap())).unwrap();
            let position =
                |end: &str, key: &str| usize::try_from(location[end][key].as_u64().unwrap()).unwrap();
            for end in ["start", "end"] {
                let before = &text[..position(end, "offset")];
                let line = before.matches('\n').count() + 1;
                assert_eq!(position(end, "line"), line, "{location}");
                let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                assert_eq!(position(end, "column"), column, "{location}");
            }
            assert!(position("start", "offset") <= position("end", "offset"));
        }
    }
}

/// All objects below a value that are locations.
fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) if fields.contains_key("file") && fields.contains_key("start") => {
            found.push(value)
        }
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn the_summary_counts_what_the_lists_hold() {
    for input in INPUTS {
        let document = json(input);
        let findings = document["findings"].as_array().unwrap();
        for (field, level) in [("errors", "error"), ("warnings", "warning"), ("advice", "advice")] {
            let count = findings.iter().filter(|finding| finding["level"] == level).count();
            assert_eq!(document["summary"][field], count, "{input}, {field}");
        }
        assert_eq!(document["summary"]["unknown"], document["unknown"].as_array().unwrap().len());
    }
}

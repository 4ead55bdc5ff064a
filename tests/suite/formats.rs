//! Formats for tools: each is what its readers take, and each has every finding.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use buttress::diagnostic::{Diagnostic, PathNode, Severity};
use buttress::render::Look;
use buttress::render::clean::MAX_JSON;
use buttress::render::report::{Detail, Format, render, render_detail};
use buttress::report::{Entry, Report, Root, Status};
use buttress::rule::verdict::UnknownVerdict;
use buttress::settings::FailOn;
use buttress::text::{Range, Span};
use buttress::value::{Cause, CauseKind};
use clap::ValueEnum;
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;

use crate::support::folder::Folder;

const LOOK: Look = Look { colour: false, width: 100 };

/// Directories, plans, a broken file, several roots, a plan with entries that a pass sets aside.
const INPUTS: [&[&str]; 6] = [
    &["fixtures/readme"],
    &["fixtures/stacks/three_tier_fragile"],
    &["fixtures/stacks/serverless_events"],
    &["fixtures/broken/several_errors"],
    &["fixtures/cli/several_roots"],
    &["fixtures/plans/changes/regression.json", "--regressions"],
];

fn printed(input: &[&str], format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args([&["check"], input, &["--format", format, "--advice"]].concat())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(input: &[&str], format: &str) -> Value {
    serde_json::from_str(&printed(input, format)).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

/// Rule and address of each.
fn names(findings: &[Value]) -> Vec<(String, String)> {
    findings.iter().map(|finding| (text(finding, "rule").into(), text(finding, "address").into())).collect()
}

#[test]
fn a_report_in_a_file_is_the_one_that_is_printed() {
    let names: Vec<String> = Format::value_variants()
        .iter()
        .map(|format| format.to_possible_value().unwrap().get_name().to_owned())
        .collect();
    for input in [INPUTS[0], INPUTS[5]] {
        let folder = Folder::new("outputs");
        let file = |format: &str| folder.path(&format!("report.{format}")).display().to_string();
        let asked = names.iter().map(|format| format!("--output={format}={}", file(format)));
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args([&["check"], input, &["--advice", "--output=-", "--format=plain"]].concat())
            .args(asked)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("COLUMNS", "60")
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(told.lines().filter(|line| line.starts_with("written: ")).count(), names.len(), "{told}");
        for format in &names {
            assert_eq!(
                fs::read_to_string(file(format)).unwrap(),
                printed(input, format),
                "{input:?}, {format}"
            );
        }
        assert_ne!(
            String::from_utf8(output.stdout).unwrap(),
            printed(input, "plain"),
            "{input:?} in 60 columns"
        );
    }
}

#[test]
fn sarif_has_the_essentials_of_its_schema() {
    for input in INPUTS {
        let (document, json) = (parsed(input, "sarif"), parsed(input, "json"));
        assert_eq!(document["version"], "2.1.0");
        let run = &document["runs"][0];
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["name"], "buttress");
        let rules = list(driver, "rules");
        for rule in rules {
            assert!(!text(&rule["shortDescription"], "text").is_empty());
            assert!(!text(&rule["help"], "text").is_empty() && !text(&rule["help"], "markdown").is_empty());
            assert!(text(&rule["fullDescription"], "text").chars().count() <= 1024, "{rule}");
            let tags = list(&rule["properties"], "tags");
            assert!((2..=10).contains(&tags.len()) && tags[1] == "architecture", "{rule}");
        }
        let expected = names(list(&json, "findings"));
        let mut rest = expected.as_slice();
        let mut suppressed = 0;
        for result in list(run, "results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(["error", "warning", "note"].contains(&text(result, "level")));
            assert!(!text(&result["message"], "text").is_empty());
            assert_eq!(list(result, "locations").len(), 1);
            let named = list(&result["locations"][0], "logicalLocations").iter();
            let addresses: Vec<&str> = named.map(|named| text(named, "fullyQualifiedName")).collect();
            let count = usize::try_from(result["occurrenceCount"].as_u64().unwrap_or(1)).unwrap();
            match list(result, "suppressions") {
                [] => {
                    let own;
                    (own, rest) = rest.split_at(count);
                    assert!(own.iter().all(|(rule, _)| rule == text(result, "ruleId")), "{result}");
                    // Two root modules may have the same address; the places of a result are different ones.
                    let mut own: Vec<&str> = own.iter().map(|(_, address)| address.as_str()).collect();
                    own.dedup();
                    assert_eq!(own, addresses, "{result}");
                }
                [suppression] => {
                    assert_eq!(
                        (text(suppression, "kind"), text(suppression, "status")),
                        ("external", "accepted")
                    );
                    suppressed += count;
                }
                more => panic!("{more:?}"),
            }
        }
        assert!(rest.is_empty(), "{input:?}: {rest:?}");
        assert_eq!(suppressed, list(&json, "set_aside").len(), "{input:?}");
        let notifications = list(&run["invocations"][0], "toolExecutionNotifications");
        let told = list(&json, "problems").len() + list(&json, "unknown").len();
        assert_eq!(notifications.len(), told, "{input:?}");
        assert_eq!(run["invocations"][0]["executionSuccessful"], json["complete"], "{input:?}");
        let mut places = Vec::new();
        physical_locations(&document, &mut places);
        for place in places {
            let uri = text(&place["artifactLocation"], "uri");
            assert!(!uri.is_empty() && uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
            let Value::Object(region) = &place["region"] else { continue };
            for (key, number) in region {
                assert!(number.as_u64().is_some_and(|number| number >= 1), "{key} in {place}");
            }
            assert!(region["startLine"].as_u64() <= region["endLine"].as_u64());
        }
    }
}

fn physical_locations<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("physicalLocation"));
            fields.values().for_each(|value| physical_locations(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| physical_locations(value, found)),
        _ => {}
    }
}

#[test]
fn sarif_shows_the_path_of_a_finding_as_a_code_flow() {
    let mut paths = 0;
    for input in INPUTS {
        let (document, json) = (parsed(input, "sarif"), parsed(input, "json"));
        let results = list(&document["runs"][0], "results");
        let findings: Vec<&Value> = list(&json, "findings").iter().chain(list(&json, "set_aside")).collect();
        for result in results {
            let address = &result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"];
            let is_it =
                |finding: &&&Value| finding["rule"] == result["ruleId"] && finding["address"] == *address;
            let finding = findings.iter().find(is_it).expect("a result stands for its first finding");
            let steps: Vec<&str> = list(&result["codeFlows"][0]["threadFlows"][0], "locations")
                .iter()
                .map(|step| text(&step["location"]["logicalLocations"][0], "fullyQualifiedName"))
                .collect();
            assert_eq!(Value::from(steps), finding["path"]);
            paths += usize::from(!list(finding, "path").is_empty());
        }
    }
    assert!(paths > 0, "some finding has a path");
}

/// The fingerprints of findings in SARIF and GitLab's format.
fn fingerprints(report: &Report) -> (Vec<String>, Vec<String>) {
    let document = |format| -> Value { serde_json::from_str(&render(report, format, LOOK)).unwrap() };
    let (sarif, gitlab) = (document(Format::Sarif), document(Format::Gitlab));
    let sarif = list(&sarif["runs"][0], "results").iter();
    let gitlab = gitlab.as_array().unwrap().iter();
    (
        sarif
            .map(|result| text(&result["partialFingerprints"], "ruleDefectAddressRoot/v1").to_owned())
            .collect(),
        gitlab.map(|issue| text(issue, "fingerprint").to_owned()).collect(),
    )
}

/// Findings of a root at offsets of a file of a hundred lines.
fn report(root: &str, findings: &[(&str, &str, u32)]) -> Report {
    let mut report = Report::default();
    let file = report.sources.add(PathBuf::from("main.tf"), Arc::from("line\n".repeat(100).as_str()));
    report.roots.push(Root {
        path: PathBuf::from(root),
        place: root.to_owned(),
        input: buttress::estate::Input::Configuration,
        kind: buttress::estate::UnitKind::Applied,
        environment: None,
        fail_on: FailOn::default(),
        shows_advice: false,
        rules: Vec::new(),
        environment_for_rules: None,
    });
    for (rule, address, at) in findings {
        let span = Span { file, range: Range::new(*at, at + 3) };
        let finding =
            Diagnostic::finding(&(*rule).into(), Severity::Error, &(*address).into(), "it is so".into());
        report.diagnostics.push(Entry::new(0, finding.at(span, "")));
    }
    report
}

#[test]
fn a_fingerprint_depends_on_rule_address_and_root_and_not_on_lines() {
    let one = |root, rule, address, at| {
        let (sarif, gitlab) = fingerprints(&report(root, &[(rule, address, at)]));
        assert_eq!(sarif, gitlab);
        sarif
    };
    let first = one("a", "r", "x.y", 0);
    assert_eq!(first, one("a", "r", "x.y", 250));
    assert_ne!(first, one("b", "r", "x.y", 0));
    assert_ne!(first, one("a", "s", "x.y", 0));
    assert_ne!(first, one("a", "r", "x.z", 0));
    assert_ne!(one("a", "r", "sx.y", 0), one("a", "rs", "x.y", 0));
}

#[test]
fn code_scanning_gets_a_fingerprint_without_lines_under_the_one_name_that_it_reads() {
    let hash = |at| {
        let report = report("a", &[("r", "x.y", at)]);
        let document: Value = serde_json::from_str(&render(&report, Format::Sarif, LOOK)).unwrap();
        text(&document["runs"][0]["results"][0]["partialFingerprints"], "primaryLocationLineHash").to_owned()
    };
    assert_eq!(hash(0), hash(250));
    assert!(hash(0).ends_with(":1"), "{}", hash(0));
}

#[test]
fn a_document_that_is_too_long_says_what_is_missing_in_each_list() {
    let mut report = report("a", &[("r", "x.y", 0)]);
    let long = "x".repeat(16 << 10);
    for n in 0..5000 {
        let cause = Cause::new(CauseKind::VariableWithoutDefault, format!("var.v{n}"), None);
        let address = format!("x.{long}{n}").into();
        let verdict = UnknownVerdict {
            rule: "r".into(),
            further_rules: vec!["s".into()],
            address,
            cause,
            location: None,
        };
        report.unknown.push(Entry::new(0, verdict));
    }
    let text = render(&report, Format::Json, LOOK);
    assert!(text.len() <= MAX_JSON, "{}", text.len());
    let document: Value = serde_json::from_str(&text).unwrap();
    for key in ["unknown", "undecided"] {
        let left_out = document["left_out"][key].as_u64().unwrap();
        assert!(left_out > 0);
        assert_eq!(list(&document, key).len() + usize::try_from(left_out).unwrap(), 5000, "{key}");
    }
    assert_eq!(document["left_out"]["findings"], 0);
    assert_eq!(
        (&document["summary"]["unknown"], &document["summary"]["unknown_verdicts"]),
        (&5000.into(), &10_000.into())
    );
}

#[test]
fn no_two_entries_have_the_same_fingerprint() {
    let (sarif, gitlab) = fingerprints(&report("a", &[("r", "x.y", 0), ("r", "x.y", 9), ("r", "x.z", 20)]));
    assert_eq!(sarif.iter().collect::<BTreeSet<_>>().len(), 3);
    assert_eq!(sarif, gitlab);
    for input in INPUTS {
        let issues = parsed(input, "gitlab");
        let issues = issues.as_array().unwrap();
        let all: BTreeSet<&str> = issues.iter().map(|issue| text(issue, "fingerprint")).collect();
        assert_eq!(all.len(), issues.len(), "{input:?}");
    }
}

#[test]
fn a_line_of_a_downloaded_module_is_shown_at_its_call() {
    let mut report = report("a", &[("r", "module.m.x.y", 0)]);
    let lines = Arc::from("line\n".repeat(9).as_str());
    let inside = report.sources.add(PathBuf::from("a/.terraform/modules/m/main.tf"), lines);
    let finding = &mut report.diagnostics[0].what;
    let call = finding.primary.take().unwrap();
    finding.calls.push(call);
    let span = Span { file: inside, range: Range::new(5, 8) };
    report.diagnostics[0].what = report.diagnostics[0].what.clone().at(span, "");
    let document: Value = serde_json::from_str(&render(&report, Format::Sarif, LOOK)).unwrap();
    let result = &document["runs"][0]["results"][0];
    let uri = |at: &Value| text(&at["physicalLocation"]["artifactLocation"], "uri").to_owned();
    assert_eq!(uri(&result["locations"][0]), "main.tf");
    assert_eq!(uri(&result["relatedLocations"][0]), "a/.terraform/modules/m/main.tf");
    assert!(render(&report, Format::Github, LOOK).starts_with("::error file=main.tf,line=1,"));
    assert!(render(&report, Format::Gitlab, LOOK).contains(r#""path": "main.tf""#));
}

#[test]
fn what_is_set_aside_is_suppressed_in_sarif_and_shown_nowhere_else() {
    let mut report = report("a", &[("first", "x.y", 0), ("second", "x.z", 0)]);
    report.diagnostics[1].set_aside(Status::NotTouched);
    for format in [Format::Github, Format::Gitlab, Format::Junit, Format::Markdown, Format::Concise] {
        let shown = render(&report, format, LOOK);
        assert!(shown.contains("first") && !shown.contains("second"), "as {format:?}: {shown}");
    }
    let document: Value = serde_json::from_str(&render(&report, Format::Sarif, LOOK)).unwrap();
    let results = list(&document["runs"][0], "results");
    assert_eq!(results[0]["suppressions"], Value::Array(Vec::new()));
    assert!(text(&results[1]["suppressions"][0], "justification").starts_with("not-touched: "));
}

#[test]
fn github_gets_ten_annotations_of_a_kind_worst_first_and_the_rest_as_text() {
    let addresses: Vec<String> = (0..14).map(|n| format!("x.y{n}")).collect();
    let findings: Vec<_> = (0..).zip(&addresses).map(|(n, address)| ("r", address.as_str(), 5 * n)).collect();
    let mut report = report("a", &findings);
    report.diagnostics[0].what.severity = Severity::Advice;
    report.diagnostics[1].what.severity = Severity::Warning;
    let detail = Detail { advice: true, ..Detail::default() };
    let shown = render_detail(&report, Format::Github, LOOK, detail);
    let kinds: Vec<&str> =
        shown.lines().filter_map(|line| line.strip_prefix("::")?.split(' ').next()).collect();
    assert_eq!(kinds, [vec!["error"; 10], vec!["warning", "notice"]].concat());
    assert_eq!(shown.lines().filter(|line| line.contains(":1: error[r]")).count(), 2);
    assert!(shown.contains("2 findings and problems are not annotated"), "{shown}");
    assert!(shown.lines().last().unwrap().contains("14 findings"), "{shown}");
}

#[test]
fn github_gets_every_special_character_as_text() {
    let mut report = report("a", &[("r", "x.y", 0)]);
    report.diagnostics[0].what.message = "100%0A of a:b,c\r\n::stop-commands::x".to_owned();
    let file = report.sources.add(PathBuf::from("a,line=9::b%.tf"), Arc::from("x"));
    report.diagnostics[0].what.primary.as_mut().unwrap().location =
        Span { file, range: Range::new(0, 1) }.into();
    let shown = render(&report, Format::Github, LOOK);
    let expected = concat!(
        "::error file=a%2Cline=9%3A%3Ab%25.tf,line=1,endLine=1,col=1,endColumn=2,title=r",
        r"::100%250A of a:b,c\r\n::stop-commands::x%0Ax.y"
    );
    assert_eq!(shown.lines().next(), Some(expected));
}

#[test]
fn junit_has_a_suite_for_each_root_and_a_case_for_each_finding() {
    for input in INPUTS {
        let (xml, json) = (printed(input, "junit"), parsed(input, "json"));
        let document = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        let suites: Vec<&str> = document.test_suites.iter().map(|suite| suite.name.as_str()).collect();
        let roots: Vec<&str> = list(&json, "roots").iter().map(|root| text(root, "path")).collect();
        assert_eq!(suites, [vec!["input"], roots].concat(), "{input:?}");
        let (mut failed, mut skipped, mut errors) = (Vec::new(), 0, 0);
        for case in document.test_suites.iter().flat_map(|suite| &suite.test_cases) {
            let class = case.classname.as_ref().unwrap().to_string();
            match &case.status {
                quick_junit::TestCaseStatus::NonSuccess {
                    kind: quick_junit::NonSuccessKind::Failure,
                    ..
                } => {
                    failed.push((class, case.name.to_string()));
                }
                quick_junit::TestCaseStatus::NonSuccess { .. } => errors += 1,
                quick_junit::TestCaseStatus::Skipped { .. } => skipped += 1,
                quick_junit::TestCaseStatus::Success { .. } => {}
            }
        }
        let mut expected = names(list(&json, "findings"));
        expected.sort();
        failed.sort();
        assert_eq!(failed, expected, "{input:?}");
        let unknown: usize =
            list(&json, "unknown").iter().map(|verdict| 1 + list(verdict, "further_rules").len()).sum();
        assert_eq!(skipped, unknown, "{input:?}");
        let broken = list(&json, "problems").iter().filter(|problem| problem["severity"] == "error").count();
        assert_eq!(errors, broken, "{input:?}");
        assert!(document.test_suites.iter().all(|suite| !suite.test_cases.is_empty()), "{input:?}");
    }
}

#[test]
fn the_numbers_of_a_suite_are_those_of_its_cases() {
    let suite = Regex::new(r#"(?s)<testsuite ([^>]*)>(.*?)</testsuite>"#).unwrap();
    let element = Regex::new("<([a-z-]+)[ />]").unwrap();
    for input in [INPUTS[2], INPUTS[3], INPUTS[4]] {
        let xml = printed(input, "junit");
        let mut all = [0; 4];
        for found in suite.captures_iter(&xml) {
            let names: Vec<&str> =
                element.captures_iter(&found[2]).map(|name| name.extract::<1>().1[0]).collect();
            // What viewers and the schema of Jenkins know.
            let known = ["testcase", "failure", "error", "skipped", "system-out"];
            assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
            let kinds =
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")];
            for (sum, (attribute, name)) in all.iter_mut().zip(kinds) {
                let count = names.iter().filter(|own| **own == name).count();
                assert!(
                    found[1].contains(&format!("{attribute}=\"{count}\"")),
                    "{attribute} in {}",
                    &found[1]
                );
                *sum += count;
            }
        }
        let [tests, failures, errors, skipped] = all;
        let head = xml.lines().nth(1).unwrap();
        for (attribute, sum) in
            [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
        {
            assert!(head.contains(&format!("{attribute}=\"{sum}\"")), "{attribute}={sum} in {head}");
        }
    }
}

#[test]
fn formats_with_fingerprints_have_the_same_ones() {
    let id = Regex::new("class=\"finding\" id=\"f-([0-9a-f]{64})\"").unwrap();
    let mut all = 0;
    for input in [INPUTS[1], INPUTS[4], INPUTS[5]] {
        let json = parsed(input, "json");
        let expected: Vec<&str> =
            list(&json, "groups").iter().map(|group| text(group, "fingerprint")).collect();
        let of_findings: BTreeSet<&str> =
            list(&json, "findings").iter().map(|finding| text(finding, "fingerprint")).collect();
        assert_eq!(of_findings.len(), list(&json, "findings").len(), "each finding has its own");
        assert!(expected.iter().all(|print| of_findings.contains(print)));
        let sarif = parsed(input, "sarif");
        let reported = list(&sarif["runs"][0], "results")
            .iter()
            .filter(|result| list(result, "suppressions").is_empty());
        let reported =
            reported.map(|result| text(&result["partialFingerprints"], "ruleDefectAddressRoot/v1"));
        assert_eq!(reported.collect::<Vec<_>>(), expected, "{input:?}");
        let gitlab = parsed(input, "gitlab");
        let issues = gitlab.as_array().unwrap().iter().take(expected.len());
        assert_eq!(issues.map(|issue| text(issue, "fingerprint")).collect::<Vec<_>>(), expected, "{input:?}");
        let html = printed(input, "html");
        let shown: Vec<&str> = id.captures_iter(&html).map(|found| found.extract::<1>().1[0]).collect();
        assert_eq!(shown, expected, "{input:?}");
        let lines = printed(input, "ndjson");
        let groups = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let groups =
            groups.filter(|line| line["type"] == "group").map(|line| text(&line, "fingerprint").to_owned());
        assert_eq!(groups.collect::<Vec<_>>(), expected, "{input:?}");
        all += expected.len();
    }
    assert!(all > 40, "{all}");
}

#[test]
fn lines_of_ndjson_are_the_entries_of_json() {
    for input in INPUTS {
        let (lines, json) = (printed(input, "ndjson"), parsed(input, "json"));
        let mut lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let summary = lines.pop().unwrap();
        assert_eq!(summary["type"], "summary");
        for key in ["version", "tool", "complete", "roots", "change", "summary"] {
            assert_eq!(summary[key], json[key], "{input:?}, {key}");
        }
        let mut expected = Vec::new();
        for (kind, key) in [
            ("finding", "findings"),
            ("group", "groups"),
            ("set_aside", "set_aside"),
            ("problem", "problems"),
            ("unknown", "unknown"),
        ] {
            for entry in list(&json, key) {
                let mut entry = entry.clone();
                entry["type"] = kind.into();
                expected.push(entry);
            }
        }
        assert_eq!(lines, expected, "{input:?}");
    }
}

#[test]
fn gitlab_has_a_path_a_line_and_a_severity_of_everything() {
    for input in INPUTS {
        let (issues, json) = (parsed(input, "gitlab"), parsed(input, "json"));
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), list(&json, "groups").len() + list(&json, "problems").len());
        for issue in issues {
            assert!(["blocker", "critical", "major", "minor"].contains(&text(issue, "severity")));
            assert!(!text(issue, "description").is_empty() && !text(issue, "check_name").is_empty());
            let path = text(&issue["location"], "path");
            assert!(!path.is_empty() && !path.starts_with("./"), "{path}");
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        }
    }
}

#[test]
fn concise_and_markdown_have_every_finding_and_problem() {
    for input in INPUTS {
        let json = parsed(input, "json");
        let (concise, markdown) =
            (printed(input, "concise"), printed(&[input, &["--all"]].concat(), "markdown"));
        let all: Vec<_> = list(&json, "groups").iter().chain(list(&json, "problems")).collect();
        let lines: Vec<&str> = concise.lines().collect();
        for (line, entry) in lines.iter().zip(&all) {
            let id = entry.get("rule").or_else(|| entry.get("code")).unwrap().as_str().unwrap();
            let end = format!("{}[{id}] {}", text(entry, "severity"), text(entry, "message"));
            let extent = entry.get("findings").and_then(Value::as_u64).is_some_and(|n| n > 1);
            assert!(
                line.ends_with(&end) || extent && line.contains(&(end.clone() + " (")),
                "{line} is {end}"
            );
            if let Some(start) = entry["location"].get("start") {
                let place =
                    format!("{}:{}:{}: ", text(&entry["location"], "file"), start["line"], start["column"]);
                assert!(line.starts_with(&place), "{line} is at {place}");
            }
            assert!(markdown.contains(&format!("- **{}** `{id}`: ", text(entry, "severity"))), "{markdown}");
        }
        assert!(lines.len() > all.len(), "the numbers follow");
        let items = markdown.lines().filter(|line| line.starts_with("- **")).count();
        assert_eq!(items, all.len(), "{input:?}");
    }
}

#[test]
fn markdown_fits_into_a_comment_and_says_what_is_missing() {
    let addresses: Vec<String> = (0..2000).map(|n| format!("x.y{n}")).collect();
    let findings: Vec<_> = (0..).zip(&addresses).map(|(n, address)| ("r", address.as_str(), n)).collect();
    let shown = render(&report("a", &findings), Format::Markdown, LOOK);
    assert!(shown.chars().count() < 65_536, "{}", shown.len());
    let items = shown.lines().filter(|line| line.starts_with("- **")).count();
    let missing = format!("- {} findings and problems more", 2000 - items);
    assert!(shown.contains(&missing), "{missing}");
}

/// Texts of words that are markup, links, mentions or XML.
fn markup() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("@someone"),
        Just("https://example.org"),
        Just("www.example.org"),
        Just("[x](y)"),
        Just("![x](y)"),
        Just("<b>"),
        Just("&lt;"),
        Just("]]>"),
        Just("#12"),
        Just("**x**"),
        Just("| x |"),
        Just("`"),
        Just("``"),
        Just("`x"),
        Just("\\"),
        Just("\n\n# x"),
        Just(" "),
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

/// What stands outside of code in a line of Markdown, without what is escaped.
fn outside_of_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        if ticks > 0 {
            let (fence, after) = rest.split_at(ticks);
            let mut from = 0;
            let end = loop {
                let at = after[from..].find(fence).map(|at| from + at).expect("a fence is closed");
                let run = after[at..].len() - after[at..].trim_start_matches('`').len();
                if run == ticks {
                    break at + run;
                }
                from = at + run;
            };
            rest = &after[end..];
            out.push('C');
        } else if character == '\\' && rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) {
            rest = &rest[2..];
            out.push('E');
        } else {
            out.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    out
}

proptest! {
    #[test]
    fn nothing_in_markdown_is_markup_that_the_input_gives(message in markup(), address in markup()) {
        let mut report = report("a", &[("r", "x.y", 0)]);
        let finding = &mut report.diagnostics[0].what;
        finding.message = message;
        finding.address = address.clone().into();
        finding.path = vec![PathNode { address: address.into(), header: None }];
        let shown = render(&report, Format::Markdown, LOOK);
        for line in shown.lines().filter(|line| line.trim_start().starts_with("- ")) {
            let line = outside_of_code(line);
            let line = line.trim_start().trim_start_matches("- ").replacen("**error**", "", 1);
            let is_markup = line.contains(['@', '#', '<', '[', ']', '*', '|', '&', '!'])
                || line.contains("://")
                || line.contains("www.");
            prop_assert!(!is_markup, "{} of {}", line, shown);
        }
    }

    #[test]
    fn junit_is_well_formed_whatever_it_holds(message in markup(), address in markup(), other in any::<String>()) {
        let mut report = report("a", &[("r", "x.y", 0)]);
        let finding = &mut report.diagnostics[0].what;
        finding.message = message + &other;
        finding.address = address.into();
        let document = quick_junit::Report::deserialize_from_str(&render(&report, Format::Junit, LOOK)).unwrap();
        prop_assert_eq!(document.test_suites[1].test_cases.len(), 1);
    }
}

#[test]
fn the_name_of_an_environment_is_no_markup() {
    let text = "variable \"zones\" {}\n\nresource \"aws_lb\" \"web\" {\n  name = \"web\"\n}\n";
    let folder = Folder::new("titles").file("main.tf", text).file("a.tfvars", "zones = 1\n");
    for command in ["coverage", "simulate"] {
        let output = folder
            .program(".")
            .args([command, ".", "--format", "markdown"])
            .args(["--environment", "[x](http://y) <img>=a.tfvars", "--environment", "prod=a.tfvars"])
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let titles: Vec<&str> = shown.lines().filter(|line| line.starts_with('#')).collect();
        assert!(titles.iter().any(|title| title.contains("prod")), "{command}: {shown}");
        for title in titles {
            assert!(!outside_of_code(title).contains(['<', '[']), "{command}: {title}");
        }
    }
}

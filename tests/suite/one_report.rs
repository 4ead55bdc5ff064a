//! One rich report in every format: root modules that are joined, instances of a module, suppressions, unknown verdicts, problems, fixes,
//! names and texts that do harm, and a secret. Every format tells the same findings, is as its schema says, and is harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use buttress::render::Look;
use buttress::render::clean::{line, output};
use buttress::render::report::Format;
use clap::ValueEnum;
use percent_encoding::percent_decode_str;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;
use serde_json::Value;

use crate::schemas;
use crate::support::folder::Folder;
use crate::support::harm::{harm, without_own_commands};

const SECRET: &str = "CANARY";

/// The root modules, and what is in them.
fn estate() -> Folder {
    let backend = |key: &str| {
        format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = \"acme-state\"\n    key    = \"{key}\"\n  }}\n}}\n"
        )
    };
    let network = r#"
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1a"
}
output "subnet_ids" {
  value = [aws_subnet.a.id]
}
"#;
    let shop = r###"
data "terraform_remote_state" "network" {
  backend = "s3"
  config = {
    bucket = "acme-state"
    key    = "network"
    region = "eu-west-1"
  }
}
variable "standby" {
  type = bool
}
variable "password" {
  type      = string
  sensitive = true
}
resource "aws_db_subnet_group" "main" {
  subnet_ids = data.terraform_remote_state.network.outputs.subnet_ids
}
resource "aws_db_instance" "orders" {
  engine               = "postgres"
  multi_az             = false
  password             = var.password
  db_subnet_group_name = aws_db_subnet_group.main.name
}
resource "aws_db_instance" "stock" {
  engine   = var.password
  multi_az = var.standby
  password = "x${var.password}"
}
# buttress:ignore rds-single-az reason="built ESC[31m anew `every` <night>"
resource "aws_db_instance" "cache" {
  engine   = "postgres"
  multi_az = false
}
module "queue" {
  source   = "./queue"
  for_each = toset(["mails", "a\u001b[31mred\u202e", "\n::error file=x::y", "back`tick|pipe<b>\"&", "##[group]x"])
  name     = each.key
}
"###;
    let weird = r###"resource "aws_lb" "web" {
  subnets = ["subnet-1"] # ESC[2J ##[group]x <script>alert(1)</script> ]]> &amp;
}
"###;
    let queue = "variable \"name\" {\n  type = string\n}\nresource \"aws_sqs_queue\" \"this\" {\n  name = var.name\n}\n";
    let folder = Folder::new("formats")
        .file("network/main.tf", &(backend("network") + network))
        .file("shop/main.tf", &(backend("shop") + shop).replace("ESC", "\u{1b}"))
        .file("shop/queue/main.tf", queue)
        .file("broken/main.tf", "resource \"aws_sqs_queue\" \"half\" {\n  name = \"\u{1b}[31m\n");
    let weird = weird.replace("ESC", "\u{1b}");
    // A file system may refuse such a name; then the text stands in another file.
    if !folder.try_write("shop/we\u{1b}]0;t\u{7}ird \u{202e}`<b>.tf", &weird) {
        folder.write("shop/weird.tf", &weird);
    }
    folder
}

/// The report in each format, with everything that it can show; made once.
static REPORTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = estate();
    let printed = |format: &str| {
        // Where they go with the findings, edits are asked for as well.
        let edits = ["json", "ndjson", "sarif"].contains(&format).then_some("--diff");
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args(["check", ".", "--all", "--advice", "--env-vars", "--no-config", "--format", format])
            .args(edits)
            .current_dir(folder.top())
            .env("TF_VAR_password", SECRET)
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let names = Format::value_variants().iter().map(|format| format.to_possible_value().unwrap());
    names.map(|name| (name.get_name().to_owned(), printed(name.get_name()))).collect()
});

fn report(format: &str) -> &'static str {
    &REPORTS[format]
}

/// A text as it stands in a line of an output.
fn shown(text: &str) -> String {
    output(line(text).into_owned(), Look { colour: false, width: 100 })
}

fn parsed(format: &str) -> Value {
    serde_json::from_str(report(format)).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} of {value}"))
}

/// The fingerprints of the groups, in their order, as JSON has them.
fn fingerprints() -> Vec<String> {
    list(&parsed("json"), "groups").iter().map(|group| text(group, "fingerprint").to_owned()).collect()
}

/// Severity and rule of each group, then severity and code of each problem, as JSON has them.
fn told() -> Vec<(String, String)> {
    let json = parsed("json");
    let groups = list(&json, "groups").iter().map(|group| (text(group, "severity"), text(group, "rule")));
    let problems =
        list(&json, "problems").iter().map(|problem| (text(problem, "severity"), text(problem, "code")));
    groups.chain(problems).map(|(severity, id)| (severity.to_owned(), id.to_owned())).collect()
}

/// What a pattern finds in a text: its two groups.
fn pairs(pattern: &str, text: &str) -> Vec<(String, String)> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
}

#[test]
fn the_report_is_a_rich_one() {
    let json = parsed("json");
    let rules: BTreeSet<&str> = list(&json, "groups").iter().map(|group| text(group, "rule")).collect();
    // The zones are those of the other root module.
    assert!(rules.contains("datastore-subnets-single-az"), "{rules:?}");
    assert!(list(&json, "groups").iter().any(|group| group["findings"] == 5), "a group of five instances");
    let aside: Vec<&str> = list(&json, "set_aside").iter().map(|finding| text(finding, "status")).collect();
    assert_eq!(aside, ["suppressed"]);
    assert!(list(&json, "unknown").len() > 3);
    assert_eq!(list(&json, "roots").len(), 3);
    let codes: Vec<&str> = list(&json, "problems").iter().map(|problem| text(problem, "code")).collect();
    assert!(codes.contains(&"syntax/unclosed-string"), "{codes:?}");
    let with_fix = list(&json, "findings").iter().filter(|finding| finding["fix"].is_object()).count();
    assert!(with_fix >= 3, "{with_fix}");
    assert!(list(&json, "findings").iter().any(|finding| text(finding, "address").contains("\\u001b")));
}

#[test]
fn no_format_lets_harm_out_or_tells_the_secret() {
    for (format, text) in &*REPORTS {
        let (looked_at, commands) = match format.as_str() {
            "github" => without_own_commands(text),
            _ => (text.clone(), 0),
        };
        assert_eq!(harm(&looked_at), None, "{format}");
        assert_eq!(commands > 0, format == "github", "{format}: {commands} commands");
        assert!(!text.contains(SECRET), "{format}");
    }
    assert!(!report("html").contains("<script>alert"), "a text stays a text");
    assert!(!report("markdown").contains("<night>"), "a reason is no markup");
}

#[test]
fn formats_with_fingerprints_tell_the_same_ones() {
    let expected = fingerprints();
    let all: BTreeSet<&String> = expected.iter().collect();
    assert_eq!(all.len(), expected.len(), "each has its own");
    let sarif = parsed("sarif");
    let results = list(&sarif["runs"][0], "results").iter();
    let reported = results.filter(|result| list(result, "suppressions").is_empty());
    let reported = reported.map(|result| text(&result["partialFingerprints"], "ruleDefectAddressRoot/v1"));
    assert_eq!(reported.collect::<Vec<_>>(), expected);
    let gitlab = parsed("gitlab");
    let issues = gitlab.as_array().unwrap().iter().map(|issue| text(issue, "fingerprint"));
    assert_eq!(issues.take(expected.len()).collect::<Vec<_>>(), expected);
    let id = Regex::new("class=\"finding\" id=\"f-([0-9a-f]{64})\"").unwrap();
    let shown = id.captures_iter(report("html")).map(|found| found.extract::<1>().1[0]);
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let lines = report("ndjson").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let groups = lines.filter(|line| line["type"] == "group");
    assert_eq!(groups.map(|line| text(&line, "fingerprint").to_owned()).collect::<Vec<_>>(), expected);
}

/// Formats for people have no fingerprints: they tell the same by severity and rule, in the same order.
#[test]
fn formats_for_people_tell_the_same_findings_and_problems() {
    let expected = told();
    // The summary names the three worst once more.
    let mut human = pairs(r"(?m)^ *(error|warning|advice)\[([^\]]+)\]: ", report("human"));
    assert_eq!(human.split_off(expected.len().min(human.len())), expected[..3]);
    assert_eq!(human, expected);
    // Places in other files follow the code, with a severity of their own.
    let (mut plain, mut severity) = (Vec::new(), "");
    for line in report("plain").lines() {
        severity = line.trim_start().strip_prefix("Diagnostic severity: ").unwrap_or(severity);
        plain.extend(line.strip_prefix("diagnostic code: ").map(|id| (severity.to_owned(), id.to_owned())));
    }
    assert_eq!(plain, expected);
    let of_markdown = pairs(r"(?m)^- \*\*(error|warning|advice)\*\* `([^`]+)`: ", report("markdown"));
    assert_eq!(of_markdown, expected);
    let gitlab = parsed("gitlab");
    let severity = |issue: &Value| match text(issue, "severity") {
        "blocker" | "critical" => "error".to_owned(),
        "major" => "warning".to_owned(),
        other => other.replace("minor", "advice"),
    };
    let issues = gitlab.as_array().unwrap().iter();
    let issues = issues.map(|issue| (severity(issue), text(issue, "check_name").to_owned()));
    assert_eq!(issues.collect::<Vec<_>>(), expected);
}

/// One annotation for each, as far as GitHub shows them; the rest as lines.
#[test]
fn github_tells_each_finding_once() {
    let commands = pairs(r"(?m)^::(error|warning|notice) [^\n]*?title=([^:,]+)::", report("github"));
    let lines = pairs(r"(?m)^[^:\n][^\n]*: (error|warning|advice)\[([^\]]+)\] ", report("github"));
    let named =
        |(severity, id): (String, String)| (severity.replace("notice", "advice"), id.replace("%2F", "/"));
    let mut all: Vec<_> = commands.into_iter().chain(lines).map(named).collect();
    let mut expected = told();
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
}

/// With `--all` each instance has its line, and each its case.
#[test]
fn concise_and_junit_tell_each_instance() {
    let json = parsed("json");
    let mut expected: Vec<(String, String)> = list(&json, "findings")
        .iter()
        .map(|finding| (text(finding, "rule").to_owned(), shown(text(finding, "message"))))
        .collect();
    let codes = list(&json, "problems").iter();
    expected.extend(codes.map(|problem| (text(problem, "code").into(), shown(text(problem, "message")))));
    let mut told = pairs(r"(?m)^[^\n]*?: (?:error|warning|advice)\[([^\]]+)\] (.*)$", report("concise"));
    expected.sort();
    told.sort();
    assert_eq!(told, expected);

    let mut expected = Vec::new();
    for finding in list(&json, "findings") {
        let (rule, address) = (text(finding, "rule"), text(finding, "address"));
        for root in list(&json, "roots").iter().filter(|root| root["path"] == finding["root"]) {
            expected.push((text(root, "path").to_owned(), rule.to_owned(), shown(address)));
        }
    }
    let document = quick_junit::Report::deserialize_from_str(report("junit")).unwrap();
    let mut told = Vec::new();
    for suite in &document.test_suites {
        let is_failure = |case: &&quick_junit::TestCase| {
            let failure = quick_junit::NonSuccessKind::Failure;
            matches!(&case.status, quick_junit::TestCaseStatus::NonSuccess { kind, .. } if *kind == failure)
        };
        for case in suite.test_cases.iter().filter(is_failure) {
            let class = case.classname.as_ref().unwrap().to_string();
            told.push((suite.name.to_string(), class, case.name.to_string()));
        }
    }
    expected.sort();
    told.sort();
    assert_eq!(told, expected);
}

#[test]
fn documents_are_as_their_schemas_say() {
    schemas::expect_report(&parsed("json"), "one report");
    for line in report("ndjson").lines() {
        schemas::expect_report_line(&serde_json::from_str(line).unwrap(), "one report");
    }
    schemas::expect_sarif(&parsed("sarif"), "one report");
    schemas::expect_gitlab(&parsed("gitlab"), "one report");
    expect_junit(report("junit"));
}

/// The edits of SARIF are those of JSON, in places of the texts that were read.
#[test]
fn sarif_has_the_edits_of_json() {
    let (json, sarif) = (parsed("json"), parsed("sarif"));
    let findings = list(&json, "findings");
    let mut fixes = 0;
    let reported =
        list(&sarif["runs"][0], "results").iter().filter(|result| list(result, "suppressions").is_empty());
    for (group, result) in list(&json, "groups").iter().zip(reported) {
        let members = findings.iter().filter(|finding| list(&json, "groups")[index(finding)] == *group);
        let members: Vec<&Value> = members.collect();
        let all_have_one = members.iter().all(|finding| finding["fix"].is_object());
        let mut edits: Vec<Value> = members
            .iter()
            .flat_map(|finding| list(&finding["fix"], "edits"))
            .map(|edit| {
                let at = |end: &str, part: &str| edit[end][part].clone();
                serde_json::json!([
                    edit["file"],
                    [at("start", "line"), at("start", "column"), at("end", "line"), at("end", "column")],
                    edit["text"],
                ])
            })
            .collect();
        edits.dedup();
        let mut told = Vec::new();
        for change in list(&result["fixes"][0], "artifactChanges") {
            for one in list(change, "replacements") {
                let region = &one["deletedRegion"];
                told.push(serde_json::json!([
                    percent_decode_str(text(&change["artifactLocation"], "uri")).decode_utf8().unwrap(),
                    [region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]],
                    one["insertedContent"]["text"],
                ]));
            }
        }
        if all_have_one && !edits.is_empty() {
            assert_eq!(told, edits, "{result}");
            assert!(!text(&result["fixes"][0]["description"], "text").is_empty());
            fixes += 1;
        } else {
            assert_eq!(result["fixes"], Value::Null, "{result}");
        }
    }
    assert!(fixes >= 3, "{fixes}");
}

/// The index of the group of a finding.
fn index(finding: &Value) -> usize {
    usize::try_from(finding["group"].as_u64().unwrap()).unwrap()
}

/// An element of JUnit's format, as the schema of Jenkins' xUnit plugin describes it: what it may hold, the attributes that it must have,
/// and those that it may have. `file` and `line` are what GitLab and others show of a case.
struct Element {
    name: &'static str,
    holds: &'static [&'static str],
    must: &'static [&'static str],
    may: &'static [&'static str],
}

const JUNIT: [Element; 7] = [
    Element {
        name: "testsuites",
        holds: &["testsuite"],
        must: &[],
        may: &["name", "time", "tests", "failures", "errors", "skipped", "disabled"],
    },
    Element {
        name: "testsuite",
        holds: &["testcase", "properties", "system-out", "system-err"],
        must: &["name", "tests", "failures", "errors"],
        may: &["time", "disabled", "skipped", "timestamp", "hostname", "id", "package", "file"],
    },
    Element {
        name: "testcase",
        holds: &["skipped", "error", "failure", "system-out", "system-err"],
        must: &["name", "classname"],
        may: &["time", "assertions", "status", "file", "line"],
    },
    Element { name: "skipped", holds: &[], must: &[], may: &["message", "type"] },
    Element { name: "failure", holds: &[], must: &[], may: &["message", "type"] },
    Element { name: "error", holds: &[], must: &[], may: &["message", "type"] },
    Element { name: "system-out", holds: &[], must: &[], may: &[] },
];

/// Fails unless a document is well-formed, and every element of it is as the table says.
fn expect_junit(document: &str) {
    let mut reader = Reader::from_str(document);
    let mut open: Vec<&Element> = Vec::new();
    let mut cases = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(element(&start, open.last())),
            Event::Empty(start) => drop(element(&start, open.last())),
            Event::End(end) => {
                let closed = open.pop().unwrap();
                assert_eq!(closed.name.as_bytes(), end.name().as_ref());
                cases += usize::from(closed.name == "testcase");
            }
            Event::Text(text) if open.last().is_some_and(|element| !element.holds.is_empty()) => {
                assert!(
                    text.iter().all(u8::is_ascii_whitespace),
                    "{text:?} in {:?}",
                    open.last().map(|one| one.name)
                );
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty() && cases > 10, "{cases}");
}

/// The row of the table for an element that stands in another one.
fn element(start: &BytesStart<'_>, inside: Option<&&Element>) -> &'static Element {
    let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
    let row = JUNIT.iter().find(|element| element.name == name);
    let row = row.unwrap_or_else(|| panic!("there is no element `{name}`"));
    match inside {
        Some(inside) => assert!(inside.holds.contains(&name.as_str()), "`{name}` in `{}`", inside.name),
        None => assert_eq!(name, "testsuites"),
    }
    let attributes = start.attributes().map(|attribute| {
        let key = attribute.unwrap().key;
        String::from_utf8(key.as_ref().to_vec()).unwrap()
    });
    let attributes: BTreeSet<String> = attributes.collect();
    for attribute in &attributes {
        let is_known = row.must.contains(&attribute.as_str()) || row.may.contains(&attribute.as_str());
        assert!(is_known, "`{attribute}` of `{name}`");
    }
    for attribute in row.must {
        assert!(attributes.contains(*attribute), "`{name}` without `{attribute}`");
    }
    row
}

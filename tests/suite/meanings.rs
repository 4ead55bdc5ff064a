//! Meanings of modules: what the model says of well-known modules that are not there decides rules, and says no more than it knows.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use buttress::address::version;
use buttress::check::Session;
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::{Asked, Settings};

use crate::support::folder::Folder;

/// A model that describes a module, and rules about it.
const RULES: &str = r#"
resource "aws_sqs_queue" {
  role = "queue"
}

module "acme/queue/aws" {
  versions = ">= 1.0, < 3.0"
  others   = ["aws_iam_role"]

  variable "name" {}
  variable "days" { default = 4 }
  variable "copies" { default = 1 }
  variable "delay" { default = null }
  locals {
    seconds = var.days * 86400
  }
  resource "aws_sqs_queue" "this" {
    count                     = var.copies
    name                      = "${var.name}-${count.index}"
    message_retention_seconds = local.seconds
    delay_seconds             = var.delay
  }
  output "arns" { value = aws_sqs_queue.this[*].arn }
}

principle "recovery" {
  title    = "Recovery"
  question = "?"
  about    = "?"
}

rule "keeps-long" {
  summary   = "messages expire"
  principle = "recovery"
  severity  = "error"
  why       = "?"
  fix       = "?"
  for_each  = resources("aws_sqs_queue")
  when      = self.message_retention_seconds < 604800
  at        = "message_retention_seconds"
  message   = "`${self}` keeps messages for ${self.message_retention_seconds} seconds"
}

rule "waits" {
  summary   = "messages wait"
  principle = "recovery"
  severity  = "error"
  why       = "?"
  fix       = "?"
  for_each  = resources("aws_sqs_queue")
  when      = self.delay_seconds != null
  at        = "delay_seconds"
  message   = "messages wait"
}

rule "says-nothing" {
  summary   = "not encrypted"
  principle = "recovery"
  severity  = "error"
  why       = "?"
  fix       = "?"
  for_each  = resources("aws_sqs_queue")
  when      = self.kms_master_key_id == null
  at        = "kms_master_key_id"
  message   = "not encrypted"
}

rule "no-topics" {
  summary   = "a topic"
  principle = "recovery"
  severity  = "error"
  why       = "?"
  fix       = "?"
  for_each  = resources("aws_sqs_queue")
  when      = length(resources("aws_sns_topic")) == 0
  message   = "there is no topic"
}

rule "no-roles" {
  summary   = "a role"
  principle = "recovery"
  severity  = "error"
  why       = "?"
  fix       = "?"
  for_each  = resources("aws_sqs_queue")
  when      = length(resources("aws_iam_role")) == 0
  message   = "there is no role"
}
"#;

fn rules() -> RuleSet {
    let files = RULES.split("\nrule \"").enumerate().map(|(at, text)| match at {
        0 => ("model.hcl".into(), Arc::from(text)),
        _ => {
            let id = text.split('"').next().unwrap_or_default();
            (format!("{id}.hcl").into(), Arc::from(format!("rule \"{text}")))
        }
    });
    let set = RuleSet::load(files.collect::<Vec<_>>());
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    set
}

/// The verdicts about a call of the module, with the line and words of each finding.
fn verdicts(call: &str, rest: &str) -> String {
    let text = format!("module \"q\" {{\n{call}\n}}\n{rest}\n");
    let folder = Folder::new("meanings").file(".git/HEAD", "").file("main.tf", &text);
    let settings = Settings { paths: vec![folder.top().to_owned()], ..Settings::default() };
    shown(&Session::new(Arc::new(rules())).check(&settings))
}

fn shown(report: &Report) -> String {
    let mut out = String::new();
    for entry in report.findings() {
        let finding = &entry.what;
        let place = finding.primary.as_ref().expect("a place");
        let span = place.span().expect("a line");
        let file = report.sources.get(span.file).expect("a file");
        assert!(file.path.ends_with("main.tf"), "{}: {}", finding.id, file.path.display());
        let (line, _) = file.line_column(span.range.start);
        writeln!(out, "{}: {} [{line}: {}]", finding.id, finding.message, place.text).unwrap();
    }
    for entry in report.unknown_verdicts() {
        let verdict = &entry.what;
        let rules: Vec<&str> = verdict.rules().map(|rule| rule.as_str()).collect();
        writeln!(out, "unknown: {} of {}: {}", rules.join(", "), verdict.address, verdict.cause).unwrap();
    }
    for problem in report.problems().filter(|problem| problem.id != "config/module-not-downloaded") {
        writeln!(out, "{}: {}", problem.id, problem.message).unwrap();
    }
    out
}

#[test]
fn arguments_decide_what_a_description_says() {
    let call = "  source  = \"acme/queue/aws\"\n  version = \"~> 2.1\"\n  name = \"x\"\n  days = 1";
    insta::assert_snapshot!(verdicts(call, ""), @r"
    no-topics: there is no topic [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    keeps-long: `module.q.aws_sqs_queue.this[0]` keeps messages for 86400 seconds [5: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    unknown: no-roles of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: says-nothing of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    ");
}

#[test]
fn a_default_of_the_module_decides_at_the_call() {
    let call = "  source  = \"acme/queue/aws\"\n  version = \"2.1.0\"\n  name = \"x\"";
    insta::assert_snapshot!(verdicts(call, ""), @r"
    keeps-long: `module.q.aws_sqs_queue.this[0]` keeps messages for 345600 seconds [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    no-topics: there is no topic [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    unknown: no-roles of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: says-nothing of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    ");
}

#[test]
fn what_an_argument_does_not_tell_is_unknown() {
    let call = "  source  = \"acme/queue/aws\"\n  version = \"2.1.0\"\n  name = \"x\"\n  days = var.days\n  copies = var.copies";
    insta::assert_snapshot!(verdicts(call, "variable \"days\" {}\nvariable \"copies\" {}"), @r"
    unknown: keeps-long of module.q.aws_sqs_queue.this[*]: module.q.local.seconds ← module.q.var.days ← var.days has no default and no value
    unknown: no-roles of module.q.aws_sqs_queue.this[*]: module.q is not downloaded
    unknown: no-topics of module.q.aws_sqs_queue.this[*]: module.q.var.copies ← var.copies has no default and no value
    unknown: says-nothing of module.q.aws_sqs_queue.this[*]: module.q is not downloaded
    ");
}

#[test]
fn versions_that_are_not_described_stay_unknown() {
    for version in
        [">= 1.0", "< 2.0", "~> 3.0", "!= 2.0", "0.9.0", "3.0.0", "2.0.0-beta", ">= 1.0, < 3.1", "x"]
    {
        let call =
            format!("  source  = \"acme/queue/aws\"\n  version = \"{version}\"\n  name = \"x\"\n  days = 1");
        assert!(verdicts(&call, "").contains("unknown: keeps-long"), "{version}");
    }
    for version in [
        "~> 1.0",
        "~> 2.9.1",
        "1.0.0",
        ">= 1.0, < 3.0",
        "= 2.0",
        "v1.0.0",
        "~> 1.4, != 1.5.0",
        "> 1.0, <= 2.99",
    ] {
        let call =
            format!("  source  = \"acme/queue/aws\"\n  version = \"{version}\"\n  name = \"x\"\n  days = 1");
        assert!(verdicts(&call, "").contains("keeps messages"), "{version}");
    }
    // A registry takes the newest; a repository, its main branch.
    for source in ["acme/queue/aws", "github.com/acme/terraform-aws-queue", "acme/queue/aws//modules/x"] {
        let call = format!("  source = \"{source}\"\n  name = \"x\"\n  days = 1");
        assert!(verdicts(&call, "").contains("unknown: keeps-long"), "{source}");
    }
}

#[test]
fn a_tag_of_the_repository_is_a_version_of_the_module() {
    for (source, is_described) in [
        ("git::https://github.com/acme/terraform-aws-queue.git?ref=v2.0.1", true),
        ("github.com/acme/terraform-aws-queue?ref=1.5.0", true),
        ("git@github.com:acme/terraform-aws-queue.git?ref=v1.5.0", true),
        ("github.com/acme/terraform-aws-queue?ref=v3.0.0", false),
        ("github.com/acme/terraform-aws-queue?ref=main", false),
        ("github.com/other/terraform-aws-queue?ref=v2.0.1", false),
        ("registry.terraform.io/acme/queue/aws", false),
    ] {
        let call = format!("  source = \"{source}\"\n  name = \"x\"\n  days = 1");
        assert_eq!(verdicts(&call, "").contains("keeps messages"), is_described, "{source}");
    }
}

#[test]
fn instances_of_a_call_and_outputs_are_followed() {
    let call = "  source  = \"acme/queue/aws\"\n  version = \"2.1.0\"\n  for_each = { a = 1, b = 9 }\n  name = each.key\n  days = each.value";
    let rest = "resource \"aws_sqs_queue\" \"copy\" {\n  name = \"copy\"\n  message_retention_seconds = 999999\n  delay_seconds = length(module.q[\"a\"].arns)\n  kms_master_key_id = module.q[\"a\"].other\n}";
    insta::assert_snapshot!(verdicts(call, rest), @r#"
    no-topics: there is no topic [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    no-topics: there is no topic [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    keeps-long: `module.q["a"].aws_sqs_queue.this[0]` keeps messages for 86400 seconds [6: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    no-topics: there is no topic [8: ]
    waits: messages wait [11: ]
    unknown: no-roles of aws_sqs_queue.copy: module.q is not downloaded
    unknown: no-roles of module.q["a"].aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: no-roles of module.q["b"].aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: says-nothing of aws_sqs_queue.copy: module.q is not downloaded
    unknown: says-nothing of module.q["a"].aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: says-nothing of module.q["b"].aws_sqs_queue.this[0]: module.q is not downloaded
    "#);
}

#[test]
fn a_module_that_is_there_is_not_described() {
    let text = "module \"q\" {\n  source  = \"acme/queue/aws\"\n  version = \"2.1.0\"\n  name = \"x\"\n  days = 1\n}\n";
    let module = "variable \"name\" {}\nvariable \"days\" {}\nresource \"aws_sqs_queue\" \"mine\" {\n  message_retention_seconds = 1000000\n  kms_master_key_id = \"x\"\n}\n";
    let folder = Folder::new("meanings-there")
        .file("repository/.git/HEAD", "")
        .file("repository/main.tf", text)
        .file("mirror/acme/queue/aws/main.tf", module);
    let settings = Settings {
        paths: vec![folder.path("repository")],
        module_dirs: vec![folder.path("mirror")],
        asked: Asked { ignore: vec!["no-topics".to_owned(), "no-roles".to_owned()], ..Asked::default() },
        ..Settings::default()
    };
    assert_eq!(shown(&Session::new(Arc::new(rules())).check(&settings)), "");
}

#[test]
fn a_wrong_argument_leaves_unknown_what_it_decides() {
    let call = "  source  = \"acme/queue/aws\"\n  version = \"2.1.0\"\n  name = \"x\"\n  days = \"many\"\n  nonsense = true";
    insta::assert_snapshot!(verdicts(call, ""), @r"
    no-topics: there is no topic [1: by the meaning of acme/queue/aws >= 1.0, < 3.0]
    unknown: keeps-long of module.q.aws_sqs_queue.this[0]: module.q.local.seconds ← it cannot be evaluated: a number is required, not a string
    unknown: no-roles of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    unknown: says-nothing of module.q.aws_sqs_queue.this[0]: module.q is not downloaded
    ");
}

/// Each described module of the embedded rules: its source, its versions, and its description without what only descriptions have.
fn described() -> Vec<(String, String, String)> {
    let folder = crate::support::repository().join("rules/aws/model/modules");
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten() {
        if entry.path().extension().is_none_or(|extension| extension != "hcl") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for block in text.split("\nmodule \"").skip(1) {
            let (source, body) = block.split_once("\" {\n").unwrap();
            let (body, _) = body.split_once("\n}\n").unwrap();
            let versions = body.lines().find_map(|line| line.strip_prefix("  versions = \"")).unwrap();
            let mut lines = Vec::new();
            let mut is_list = false;
            for line in body.lines() {
                let starts = line.starts_with("  others");
                is_list = (is_list || starts) && !line.ends_with(']');
                if !starts && !is_list && !line.starts_with("  versions") && line != "  ]" {
                    lines.push(line);
                }
            }
            let versions = versions.trim_end_matches('"').to_owned();
            all.push((source.to_owned(), versions, lines.join("\n") + "\n"));
        }
    }
    all
}

/// Findings and unknown verdicts inside of modules, by rule and address.
fn inside(report: &Report) -> (BTreeSet<String>, BTreeSet<String>) {
    let is_inside = |address: &str| address.starts_with("module.") && address.matches('.').count() > 1;
    // What the text of a module is like is nothing that a call could tell.
    let findings = report.findings().map(|entry| &entry.what).filter(|finding| !finding.is_about_text);
    let findings = findings.filter(|finding| is_inside(&finding.address));
    let findings = findings.map(|finding| format!("{} of {}", finding.id, finding.address)).collect();
    let unknown = report.unknown_verdicts().map(|entry| &entry.what);
    let unknown = unknown.flat_map(|verdict| {
        verdict.rules().map(|rule| format!("{rule} of {}", verdict.address)).collect::<Vec<_>>()
    });
    (findings, unknown.collect())
}

#[test]
fn descriptions_claim_what_modules_that_hold_the_same_claim_and_no_more() {
    let calls = std::fs::read_to_string(crate::support::fixture("meanings/calls.tf")).unwrap();
    let mut folder = Folder::new("meanings-law")
        .file("described/.git/HEAD", "")
        .file("described/main.tf", &calls)
        .file("modules/.git/HEAD", "");
    let mut called: Vec<String> = calls.split_inclusive("\n}\n").map(str::to_owned).collect();
    for (at, (source, versions, body)) in described().into_iter().enumerate() {
        let quoted = format!("\"{source}\"");
        let is_of = |call: &str| {
            let version = call.lines().find(|line| line.trim_start().starts_with("version "));
            let version = version.and_then(|line| line.split('"').nth(1));
            call.contains(&quoted) && version.is_some_and(|version| version::within(version, &versions))
        };
        let mut own = called.iter_mut().filter(|call| is_of(call)).peekable();
        assert!(own.peek().is_some(), "no call of {source} {versions} in fixtures/meanings/calls.tf");
        own.for_each(|call| *call = call.replace(&quoted, &format!("\"./module{at}\"")));
        folder = folder.file(&format!("modules/module{at}/main.tf"), &body);
    }
    let called = called.concat();
    let called: Vec<&str> =
        called.lines().filter(|line| !line.trim_start().starts_with("version ")).collect();
    let folder = folder.file("modules/main.tf", &called.join("\n"));
    let check = |path: &str| {
        let settings = Settings { paths: vec![folder.path(path)], ..Settings::default() };
        Session::embedded().check(&settings)
    };
    let (description, module) = (check("described"), check("modules"));
    assert!(!module.is_incomplete(), "{:?}", module.problems().collect::<Vec<_>>());
    assert_eq!(description.counts.resources, module.counts.resources);
    let ((claimed, open), (found, _)) = (inside(&description), inside(&module));
    let invented: Vec<&String> = claimed.difference(&found).collect();
    assert!(invented.is_empty(), "a description claims more: {invented:?}");
    let passed: Vec<&String> =
        found.iter().filter(|one| !claimed.contains(*one) && !open.contains(*one)).collect();
    assert!(passed.is_empty(), "a description passes what fails: {passed:?}");
    assert!(claimed.len() > 10, "{claimed:?}");
}

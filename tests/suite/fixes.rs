//! Fixes: each rule that carries an edit shows by its own examples that the edit mends what it finds. The text stays as it is elsewhere, and
//! Terraform finds nothing to format.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use buttress::check::Session;
use buttress::diagnostic::Diagnostic;
use buttress::files::write::{self, Replacement};
use buttress::fix::{NewText, TextEdit, applied, splices};
use buttress::render::tables::example_text;
use buttress::report::Report;
use buttress::rule::{Expected, Rule, RuleSet};
use buttress::settings::{Asked, Fixing, Settings};
use buttress::text::Range;
use insta::assert_snapshot;
use rayon::prelude::*;

use crate::support;
use crate::support::folder::Folder;

fn rules() -> Arc<RuleSet> {
    Arc::new(RuleSet::embedded())
}

fn settings(top: &Path, rule: Option<&str>) -> Settings {
    Settings {
        paths: vec![top.to_owned()],
        asked: Asked { select: rule.map(str::to_owned).into_iter().collect(), ..Asked::default() },
        fixing: Some(Fixing { applies: true, unsafe_ones: true, advice: true }),
        ..Settings::default()
    }
}

/// Runs with fixes and writes the files.
fn fix(session: &Session, settings: &Settings) -> Report {
    let report = session.check(settings);
    for file in &report.fixes.as_ref().unwrap().files {
        std::fs::write(&file.real, &file.after).unwrap();
    }
    report
}

/// Lets Terraform format a folder, if it is here; returns the diff of what it changes.
fn formatted(top: &Path) -> Option<String> {
    let output = Command::new("terraform")
        .args(["fmt", "-recursive", "-list=false", "-diff"])
        .arg(top)
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What becomes of the examples of a rule.
fn of_examples(set: &Arc<RuleSet>, rule: &Rule, folder: &Folder) -> (usize, String) {
    let session = Session::new(set.clone());
    let (mut fixed, mut refused) = (0, String::new());
    let fails = rule.examples.iter().filter(|example| example.expected == Expected::Fails);
    for (n, example) in fails.enumerate() {
        let directory = format!("{}/{n}", rule.id);
        // An example is a root module of its own.
        folder.write(&format!("{directory}/.git/HEAD"), "");
        folder.write(&format!("{directory}/main.tf"), &(example_text(example) + "\n"));
        let top = folder.path(&directory);
        let _formatted = formatted(&top);
        let before = std::fs::read_to_string(top.join("main.tf")).unwrap();
        let report = fix(&session, &settings(&top, Some(&rule.id)));
        let after = std::fs::read_to_string(top.join("main.tf")).unwrap();
        let summary = report.fixes.as_ref().unwrap();
        if summary.fixed.is_empty() {
            assert_eq!(before, after);
            let why = summary.refused.first().map_or("no edit", |refused| refused.reason.as_str());
            writeln!(refused, "{}, {}: {why}", rule.id, example.title).unwrap();
            continue;
        }
        fixed += 1;
        let left =
            Session::new(set.clone()).check(&Settings { fixing: None, ..settings(&top, Some(&rule.id)) });
        let said: Vec<&str> = left.findings().map(|entry| entry.what.message.as_str()).collect();
        assert!(said.is_empty(), "{}, {}: {said:?}\n{after}", rule.id, example.title);
        assert_eq!(left.unknown_verdicts().count(), 0, "{}, {}\n{after}", rule.id, example.title);
        assert!(!left.is_incomplete(), "{}, {}\n{after}", rule.id, example.title);
        // A parser that is not ours reads it, too.
        hcl::edit::parser::parse_body(&after).unwrap();
        let lines: BTreeSet<&str> = after.lines().collect();
        let gone = before.lines().filter(|line| !lines.contains(line)).count();
        assert!(gone <= 3, "{}, {}: more than the value has changed\n{after}", rule.id, example.title);
    }
    (fixed, refused)
}

/// For `terraform fmt` a comment in `/*` and `*/` is a part of its line, and joins the lines that it has.
#[test]
fn comments_of_several_lines_stay_as_terraform_lays_them_out() {
    const BODIES: [&str; 8] = [
        "multi_az = false /* one\n two */\nport = 1 # x\n",
        "engine = \"postgres\" # y\nmulti_az = false /* one\n two */\n",
        "multi_az = false /* one\n two */ # three\nengine = \"postgres\" # 1\n",
        "engine = \"postgres\" # 1\nmulti_az = /* one\n two */ false # x\nport = 1 # z\n",
        "engine = \"postgres\" # 1\nmulti_az = /* a */ false # 2\nskip_final_snapshot = true // 3\nport = 1 /* 4 */\n",
        "engine = \"postgres\" # 1\nmulti_az = false # 2 /* no */\n# own\nskip_final_snapshot = true /* a */ # 3\n",
        "engine = \"postgres\" # y\nport = 1 /* one\n two */\n",
        "/* one\n two */\nport = 1\n/* three\n four */\n",
    ];
    for body in BODIES {
        let text = format!("resource \"aws_db_instance\" \"a\" {{\n{body}}}\n");
        let folder = Folder::new("fixes-comments").file(".git/HEAD", "").file("main.tf", &text);
        let Some(_) = formatted(folder.top()) else { return };
        fix(&Session::new(rules()), &settings(folder.top(), Some("rds-single-az")));
        let fixed = std::fs::read_to_string(folder.path("main.tf")).unwrap();
        assert!(fixed.contains("true"), "{fixed}");
        assert_eq!(formatted(folder.top()).unwrap(), "", "{fixed}");
    }
}

#[test]
fn the_edits_of_rules_mend_their_examples() {
    let set = rules();
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    let folder = Folder::new("fixes");
    let fixable: Vec<&Arc<Rule>> = set.rules.iter().filter(|rule| rule.is_fixable()).collect();
    assert!(fixable.len() >= 60, "{} rules carry an edit", fixable.len());
    let outcomes: Vec<(usize, String)> =
        fixable.par_iter().map(|rule| of_examples(&set, rule, &folder)).collect();
    let without: Vec<&str> = fixable
        .iter()
        .zip(&outcomes)
        .filter(|(_, (fixed, _))| *fixed == 0)
        .map(|(rule, _)| rule.id.as_str())
        .collect();
    let refused: String = outcomes.iter().map(|(_, refused)| refused.as_str()).collect();
    assert!(without.is_empty(), "no example of these is fixed: {without:?}\n{refused}");
    match formatted(folder.top()) {
        Some(diff) => assert!(diff.is_empty(), "{diff}"),
        None => support::skipped(
            "fixes",
            "`terraform` is not on the PATH, so nobody has looked at the formatting",
        ),
    }
    assert_snapshot!(refused, @r"
    alarm-always-fires, no message is enough: no edit
    datastore-final-snapshot-skipped, instance: no edit
    datastore-final-snapshot-skipped, cluster: no edit
    datastore-final-snapshot-skipped, it is no replica, and says so: no edit
    datastore-single-az, EFS One Zone: no edit
    datastore-single-az, FSx for Windows, one zone by default: no edit
    datastore-single-az, Kafka in one subnet: no edit
    datastore-single-az, FSx for ONTAP: no edit
    datastore-single-node, OpenSearch, one node by default: no edit
    datastore-single-node, Elasticsearch, one node: no edit
    datastore-single-node, DocumentDB with one instance: no edit
    datastore-without-error-log, search domain that logs slow queries only: no edit
    datastore-without-error-log, search domain that is told not to: no edit
    ecs-service-single-task, scaling down to one: no edit
    elasticache-memcached-single-az, one node: no edit
    elasticache-single-az, nodes pinned to one zone: the finding would stay
    elasticache-single-az, pinned to one zone, with Multi-AZ: no edit
    elasticache-without-failover, one node: the finding would stay
    elasticache-without-failover, shards without replicas: the finding would stay
    elasticache-without-failover, it belongs to no global group, and says so: the finding would stay
    entry-without-access-log, load balancer without access log: no edit
    entry-without-access-log, network load balancer that ends TLS: no edit
    entry-without-access-log, classic load balancer: no edit
    entry-without-access-log, REST API: no edit
    entry-without-access-log, HTTP API: no edit
    entry-without-access-log, distribution: no edit
    entry-without-access-log, distribution that logs cookies nowhere: no edit
    k8s-cronjob-overlaps, manifest: no edit
    k8s-deployment-single-replica, manifest: no edit
    k8s-deployment-single-replica, an autoscaler leaves one: no edit
    messaging-broker-without-logs, MSK with a destination that is not enabled: no edit
    opensearch-single-az, left out: no edit
    rds-serverless-pauses, minimum of zero: no edit
    s3-replication-disabled, every rule: there are several blocks `rule`
    sqs-fifo-refuses-events, a schedule without message group: no edit
    ");
}

/// A file after edits, each of which names its place by a text in it: a literal, or the header of a block.
fn edited(text: &str, edits: &[(&str, &[&str], &str)]) -> String {
    let text: Arc<str> = Arc::from(text);
    let edit = |(place, path, value): &(&str, &[&str], &str)| {
        let at = text.find(place).unwrap();
        let offset = |at: usize| u32::try_from(at).unwrap();
        if path.is_empty() {
            let range = Range::new(offset(at), offset(at + place.len()));
            return TextEdit::Replace { range, with: (*value).to_owned() };
        }
        let open = at + text[at..].find('{').unwrap() + 1;
        let mut depth = 1;
        let end = text[open..].char_indices().find(|(_, c)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0
        });
        let body = Range::new(offset(open), offset(open + end.unwrap().0));
        let path = path.iter().map(|name| (*name).into()).collect();
        TextEdit::Add { body, path, text: NewText::Value((*value).to_owned()) }
    };
    let edits: Vec<TextEdit> = edits.iter().map(edit).collect();
    let after = applied(&text, &splices(&text, &edits).unwrap());
    let folder = Folder::new("edited");
    folder.write("main.tf", &after);
    if let Some(diff) = formatted(folder.top()) {
        assert_eq!(diff, "", "Terraform formats it anew");
    }
    after
}

#[test]
fn an_argument_joins_those_it_lines_up_with() {
    let text = "resource \"a\" \"b\" {\n  engine         = \"postgres\" # which\n  instance_class = \"large\"\n\n  timeouts {\n    create = \"1h\"\n  }\n}\n";
    assert_snapshot!(edited(text, &[("resource", &["multi_az"], "true")]), @r#"
    resource "a" "b" {
      engine         = "postgres" # which
      instance_class = "large"
      multi_az       = true

      timeouts {
        create = "1h"
      }
    }
    "#);
    assert_snapshot!(edited(text, &[("resource", &["deletion_protection"], "true"), ("resource", &["backup"], "7")]), @r#"
    resource "a" "b" {
      engine         = "postgres" # which
      instance_class = "large"
      backup         = 7

      deletion_protection = true

      timeouts {
        create = "1h"
      }
    }
    "#);
    assert_snapshot!(edited(text, &[("timeouts", &["deletion"], "\"2h\"")]), @r#"
    resource "a" "b" {
      engine         = "postgres" # which
      instance_class = "large"

      timeouts {
        create = "1h"

        deletion = "2h"
      }
    }
    "#);
    assert_snapshot!(edited(text, &[("resource", &["point_in_time_recovery", "enabled"], "true")]), @r#"
    resource "a" "b" {
      engine         = "postgres" # which
      instance_class = "large"

      timeouts {
        create = "1h"
      }

      point_in_time_recovery {
        enabled = true
      }
    }
    "#);
}

#[test]
fn a_body_without_lines_gets_some() {
    assert_snapshot!(edited("resource \"a\" \"b\" {}\n", &[("resource", &["multi_az"], "true")]), @r#"
    resource "a" "b" {
      multi_az = true
    }
    "#);
    assert_snapshot!(edited("resource \"a\" \"b\" { engine = 1 }\n", &[("resource", &["x", "y"], "true"), ("resource", &["multi_az"], "true")]), @r#"
    resource "a" "b" {
      engine   = 1
      multi_az = true

      x {
        y = true
      }
    }
    "#);
    assert_snapshot!(edited("resource \"a\" \"b\" {\n  # nothing yet\n}\n", &[("resource", &["multi_az"], "true")]), @r#"
    resource "a" "b" {
      multi_az = true

      # nothing yet
    }
    "#);
    assert_snapshot!(edited("resource \"a\" \"b\" {\n}\n", &[("resource", &["x", "y"], "true"), ("resource", &["z"], "1")]), @r#"
    resource "a" "b" {
      z = 1

      x {
        y = true
      }
    }
    "#);
}

#[test]
fn values_of_several_lines_and_last_arguments_are_left_in_their_places() {
    let text = "resource \"a\" \"b\" {\n  policy = <<-EOT\n    {}\n  EOT\n  tags = {\n    a = 1\n  }\n\n  depends_on = [x.y]\n}\n";
    assert_snapshot!(edited(text, &[("resource", &["deletion_protection"], "true")]), @r#"
    resource "a" "b" {
      policy = <<-EOT
        {}
      EOT
      tags = {
        a = 1
      }
      deletion_protection = true

      depends_on = [x.y]
    }
    "#);
    let text = "resource \"a\" \"b\" {\n  policy = <<EOT\n{}\nEOT\n}\n";
    assert_snapshot!(edited(text, &[("resource", &["multi_az"], "true"), ("resource", &["az"], "true")]), @r#"
    resource "a" "b" {
      policy = <<EOT
    {}
    EOT
      az     = true

      multi_az = true
    }
    "#);
    let text = "resource \"a\" \"b\" {\n  engine = 1 /* goes\n  on */\n}\n";
    assert_snapshot!(edited(text, &[("resource", &["az"], "true")]), @r#"
    resource "a" "b" {
      engine = 1 /* goes
      on */
      az     = true
    }
    "#);
}

#[test]
fn comments_at_the_ends_of_lines_stay_in_one_column() {
    let text = "locals {\n  a = false   # one\n  b = \"long\"  # two\n  c = 1       # three\n}\n";
    let text =
        text.replace("  # two", " # two").replace("false   #", "false  #").replace("1       #", "1      #");
    assert_snapshot!(edited(&text, &[("false", &[], "true")]), @r#"
    locals {
      a = true   # one
      b = "long" # two
      c = 1      # three
    }
    "#);
    assert_snapshot!(edited(&text, &[("\"long\"", &[], "1")]), @r"
    locals {
      a = false # one
      b = 1     # two
      c = 1     # three
    }
    ");
    assert_snapshot!(edited(&text, &[("1", &[], "\"longest\"")]), @r#"
    locals {
      a = false     # one
      b = "long"    # two
      c = "longest" # three
    }
    "#);
}

#[test]
fn line_breaks_of_the_file_are_kept() {
    let text = "resource \"a\" \"b\" {\r\n  engine = 1\r\n}\r\n";
    let text: Arc<str> = Arc::from(text);
    let body = Range::new(18, 34);
    let path = vec!["multi_az".into()];
    let edit = TextEdit::Add { body, path, text: NewText::Value("true".to_owned()) };
    let after = applied(&text, &splices(&text, &[edit]).unwrap());
    assert_eq!(after, "resource \"a\" \"b\" {\r\n  engine = 1\r\n\r\n  multi_az = true\r\n}\r\n");
}

#[test]
fn two_values_for_one_place_are_refused() {
    let text: Arc<str> = Arc::from("a = 1\n");
    let range = Range::new(4, 5);
    let edits = ["2", "3"].map(|with| TextEdit::Replace { range, with: with.to_owned() });
    assert!(splices(&text, &edits).is_err());
    assert_eq!(splices(&text, &edits[..1]).unwrap().len(), 1);
}

/// Files after a run with fixes, and why others are not fixed.
fn run(files: &[(&str, &str)], paths: &[&str], fixing: Fixing) -> String {
    let folder = Folder::new("fixed");
    folder.write(".git/HEAD", "");
    files.iter().for_each(|(path, text)| folder.write(path, text));
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path(path)).collect();
    let asked = Asked {
        select: vec!["rds-single-az".to_owned(), "vpc-flow-log-of-accepted-traffic".to_owned()],
        ..Asked::default()
    };
    let settings = Settings { paths, asked, fixing: Some(fixing), ..Settings::default() };
    let report = Session::embedded().check(&settings);
    let summary = report.fixes.as_ref().unwrap();
    let mut out = String::new();
    let top = folder.top().to_string_lossy().into_owned();
    for file in &summary.files {
        writeln!(out, "{}:\n{}", file.real.strip_prefix(folder.top()).unwrap().display(), file.after)
            .unwrap();
    }
    for refused in &summary.refused {
        writeln!(out, "{}: {}", refused.address, refused.reason.replace(&top, "")).unwrap();
    }
    if summary.unsafe_ones > 0 {
        writeln!(out, "{} unsafe", summary.unsafe_ones).unwrap();
    }
    out
}

const APPLY: Fixing = Fixing { applies: true, unsafe_ones: false, advice: true };

const DATABASE: &str = "variable \"ha\" {\n  type    = bool\n  default = false\n}\n\nresource \"aws_db_instance\" \"this\" {\n  engine   = \"postgres\"\n  multi_az = var.ha\n}\n";

#[test]
fn the_edit_is_made_where_the_value_is_decided() {
    let root = "module \"a\" {\n  source = \"../db\"\n  ha     = false\n}\n\nmodule \"b\" {\n  source = \"../db\"\n  ha     = local.on\n}\n\nlocals {\n  on = var.on\n}\n\nvariable \"on\" {\n  type = bool\n}\n";
    let files = [
        ("db/main.tf", DATABASE),
        ("live/main.tf", root),
        ("live/terraform.tfvars", "on = false # for now\n"),
    ];
    assert_snapshot!(run(&files, &["."], APPLY), @r#"
    live/main.tf:
    module "a" {
      source = "../db"
      ha     = true
    }

    module "b" {
      source = "../db"
      ha     = local.on
    }

    locals {
      on = var.on
    }

    variable "on" {
      type = bool
    }

    live/terraform.tfvars:
    on = true # for now
    "#);
}

#[test]
fn a_default_that_others_use_is_left_and_the_call_says_it() {
    let protected = "variable \"ha\" {\n  type    = bool\n  default = false\n}\n\nresource \"aws_db_instance\" \"this\" {\n  engine     = \"postgres\"\n  multi_az   = var.ha\n  is_replica = var.ha\n}\n";
    let root = "module \"a\" {\n  source = \"./db\"\n}\n";
    // Both arguments change with the variable, wherever it is set.
    assert_snapshot!(run(&[("db/main.tf", protected), ("main.tf", root)], &["."], APPLY), @"module.a.aws_db_instance.this: its place also decides `module.a.aws_db_instance.this.is_replica`");
    let root = "module \"a\" {\n  source = \"./db\"\n}\n\nmodule \"b\" {\n  source = \"./db\"\n}\n\n# buttress:ignore rds-single-az reason=\"kept small\"\nmodule \"c\" {\n  source = \"./db\"\n}\n";
    assert_snapshot!(run(&[("db/main.tf", DATABASE), ("main.tf", root)], &["."], APPLY), @r#"
    main.tf:
    module "a" {
      source = "./db"
      ha     = true
    }

    module "b" {
      source = "./db"
      ha     = true
    }

    # buttress:ignore rds-single-az reason="kept small"
    module "c" {
      source = "./db"
    }
    "#);
}

#[test]
fn only_what_is_checked_is_edited() {
    let root = "module \"a\" {\n  source = \"../db\"\n}\n";
    let files = [("db/main.tf", DATABASE), ("live/main.tf", root)];
    assert_snapshot!(run(&files, &["live"], APPLY), @r#"
    live/main.tf:
    module "a" {
      source = "../db"
      ha     = true
    }
    "#);
    let fixed = DATABASE.replace("= var.ha", "= false");
    assert_snapshot!(run(&[("db/main.tf", &fixed), files[1]], &["live"], APPLY), @"module.a.aws_db_instance.this: `/db/main.tf` is outside of the directories that are checked, and others may use it");
}

#[test]
fn what_must_not_change_refuses_the_edit() {
    let text = "locals {\n  ha = false\n}\n\nresource \"aws_db_instance\" \"a\" {\n  multi_az = local.ha\n}\n\nresource \"aws_rds_cluster\" \"b\" {\n  deletion_protection = local.ha\n}\n\nresource \"aws_db_instance\" \"c\" {\n  for_each = { x = false, y = true }\n  multi_az = each.value\n}\n\nresource \"aws_db_instance\" \"d\" {\n  multi_az = terraform.workspace == \"x\" ? false : false\n}\n";
    assert_snapshot!(run(&[("main.tf", text)], &["."], APPLY), @r#"
    main.tf:
    locals {
      ha = false
    }

    resource "aws_db_instance" "a" {
      multi_az = local.ha
    }

    resource "aws_rds_cluster" "b" {
      deletion_protection = local.ha
    }

    resource "aws_db_instance" "c" {
      for_each = { x = true, y = true }
      multi_az = each.value
    }

    resource "aws_db_instance" "d" {
      multi_az = terraform.workspace == "x" ? false : false
    }

    aws_db_instance.a: its place also decides `aws_rds_cluster.b.deletion_protection`
    aws_db_instance.d: the expression `terraform.workspace == "x" ? false : false` decides it
    "#);
    assert_snapshot!(run(&[("main.tf.json", "{\"resource\": {\"aws_db_instance\": {\"a\": {\"engine\": \"postgres\"}}}}")], &["."], APPLY), @"aws_db_instance.a: `/main.tf.json` is JSON, which is not edited");
}

#[test]
fn every_environment_gets_its_edit() {
    let files = [
        (
            "main.tf",
            "variable \"multi_az\" {\n  type = bool\n}\n\nresource \"aws_db_instance\" \"orders\" {\n  engine         = \"postgres\"\n  instance_class = \"db.r6g.large\"\n  multi_az       = var.multi_az\n}\n",
        ),
        ("envs/production.tfvars", "multi_az = false\n"),
        ("envs/staging.tfvars", "multi_az = false\n"),
    ];
    let folder = files.iter().fold(Folder::new("both"), |folder, (path, text)| folder.file(path, text));
    let session = Session::new(rules());
    let report = session.check(&settings(folder.top(), Some("rds-single-az")));
    let fixes = report.fixes.as_ref().unwrap();
    let changed: Vec<&Path> =
        fixes.fixed.iter().flat_map(|fix| &fix.edits).map(|edit| edit.path.as_path()).collect();
    assert_eq!(changed, [folder.path("envs/production.tfvars"), folder.path("envs/staging.tfvars")]);
}

#[test]
fn a_fix_that_replaces_waits_to_be_asked_for() {
    let text = "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\nresource \"aws_flow_log\" \"a\" {\n  traffic_type = \"ACCEPT\"\n  vpc_id       = aws_vpc.a.id\n}\n";
    assert_snapshot!(run(&[("main.tf", text)], &["."], APPLY), @"1 unsafe");
    assert_snapshot!(run(&[("main.tf", text)], &["."], Fixing { unsafe_ones: true, ..APPLY }), @r#"
    main.tf:
    resource "aws_vpc" "a" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_flow_log" "a" {
      traffic_type = "ALL"
      vpc_id       = aws_vpc.a.id
    }
    "#);
}

fn replacement(folder: &Folder, path: &str, before: &str, after: &str) -> Replacement {
    Replacement {
        path: path.into(),
        real: folder.path(path),
        before: Arc::from(before),
        after: after.to_owned(),
    }
}

fn written(edits: &[Replacement]) -> Vec<String> {
    let id =
        |written: Result<(), Box<Diagnostic>>| written.err().map_or("written".into(), |problem| problem.id);
    write::edit(edits)
        .into_iter()
        .map(|(path, written)| format!("{}: {}", path.display(), id(written)))
        .collect()
}

#[test]
fn a_file_that_has_changed_is_not_written_and_then_no_other_is() {
    let folder = Folder::new("changed").file("a.tf", "a = 1\n").file("b.tf", "b = 2 # somebody's\n");
    let edits = [
        replacement(&folder, "a.tf", "a = 1\n", "a = 2\n"),
        replacement(&folder, "b.tf", "b = 1\n", "b = 2\n"),
        replacement(&folder, "c.tf", "c = 1\n", "c = 2\n"),
    ];
    assert_eq!(written(&edits), ["b.tf: output/changed", "c.tf: output/write"]);
    assert_eq!(std::fs::read_to_string(folder.path("a.tf")).unwrap(), "a = 1\n");
    assert_eq!(written(&edits[..1]), ["a.tf: written"]);
    assert_eq!(std::fs::read_to_string(folder.path("a.tf")).unwrap(), "a = 2\n");
}

#[test]
fn a_byte_order_mark_and_permissions_stay() {
    let folder = Folder::new("mark").file("a.tf", "\u{feff}a = 1\r\n");
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.path("a.tf"), std::fs::Permissions::from_mode(0o640)).unwrap();
        |folder: &Folder| std::fs::metadata(folder.path("a.tf")).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(written(&[replacement(&folder, "a.tf", "a = 1\r\n", "a = 2\r\n")]), ["a.tf: written"]);
    assert_eq!(std::fs::read(folder.path("a.tf")).unwrap(), "\u{feff}a = 2\r\n".as_bytes());
    #[cfg(unix)]
    assert_eq!(mode(&folder), 0o640);
    assert_eq!(std::fs::read_dir(folder.top()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_is_not_written_through() {
    let outside = Folder::new("outside").file("a.tf", "a = 1\n");
    let folder = Folder::new("linked");
    std::os::unix::fs::symlink(outside.path("a.tf"), folder.path("a.tf")).unwrap();
    assert_eq!(written(&[replacement(&folder, "a.tf", "a = 1\n", "a = 2\n")]), ["a.tf: source/special"]);
    assert_eq!(std::fs::read_to_string(outside.path("a.tf")).unwrap(), "a = 1\n");
}

/// What is refused because of another fix that is made later is tried again.
#[test]
fn one_run_fixes_what_two_would() {
    let database = |name: &str| {
        format!(
            "resource \"aws_db_instance\" \"{name}\" {{\n  engine                  = \"postgres\"\n  multi_az                = var.ha\n  \
             backup_retention_period = var.days\n  deletion_protection     = var.protect\n}}\n"
        )
    };
    let variable = |name: &str, type_: &str, value: &str| {
        format!("variable \"{name}\" {{\n  type    = {type_}\n  default = {value}\n}}\n")
    };
    let text = variable("ha", "bool", "false")
        + &variable("days", "number", "0")
        + &variable("protect", "bool", "false")
        + &database("a")
        + &database("b");
    let folder = Folder::new("fixes-twice")
        .file(".git/HEAD", "")
        .file("main.tf", &text)
        .file("env/prod.tfvars", "ha = false\n")
        .file("env/staging.tfvars", "ha   = false\ndays = 0\n")
        .file("env/dev.tfvars", "days = 0\n");
    let session = Session::new(rules());
    let settings = settings(folder.top(), None);
    let first = fix(&session, &settings);
    assert!(first.fixes.as_ref().unwrap().files.len() > 3, "{:?}", first.fixes);
    let second = fix(&session, &settings);
    let left: Vec<&str> =
        second.fixes.as_ref().unwrap().files.iter().map(|file| file.after.as_str()).collect();
    assert_eq!(left, [""; 0]);
}

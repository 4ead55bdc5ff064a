//! What a reader sees first: findings by cause, the worst on the first screen, however many there are.

use std::fmt::Write;

use buttress::check::Session;
use buttress::progress::{Moment, Progress, RunStage};
use buttress::settings::Settings;
use serde_json::Value;

use crate::support::folder::Folder;

/// What the program prints for a folder.
fn printed(folder: &Folder, arguments: &[&str], columns: &str) -> String {
    let output = folder.program(".").arg("check").args(arguments).env("COLUMNS", columns).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Folder) -> Value {
    serde_json::from_str(&printed(folder, &["--format", "json"], "100")).unwrap()
}

/// The groups of a rule.
fn groups<'v>(document: &'v Value, rule: &str) -> Vec<&'v Value> {
    document["groups"].as_array().unwrap().iter().filter(|group| group["rule"] == rule).collect()
}

/// The lines that start a finding or problem, with their numbers from 1.
fn headings(text: &str) -> Vec<(usize, &str)> {
    let starts = ["  error[", "  warning[", "  advice["];
    // The summary repeats the worst.
    let lines =
        (1..).zip(text.lines()).take_while(|(_, line)| !["the three worst", "findings"].contains(line));
    lines
        .filter(|(_, line)| starts.iter().any(|start| line.starts_with(start)) && line.contains("]:"))
        .collect()
}

const DATABASE: &str = r#"
variable "multi_az" {
  type    = bool
  default = false
}

resource "aws_db_instance" "this" {
  engine                  = "postgres"
  instance_class          = "db.m6g.large"
  backup_retention_period = 7
  deletion_protection     = true
  multi_az                = var.multi_az
}
"#;

#[test]
fn a_defect_of_a_module_is_one_finding_however_often_it_is_called() {
    let mut calls = String::new();
    for n in 0..37 {
        let _ = writeln!(calls, "module \"db{n}\" {{\n  source = \"./modules/db\"\n}}\n");
    }
    let folder = Folder::new("called").file("modules/db/main.tf", DATABASE).file("main.tf", &calls);
    let document = json(&folder);
    let single = groups(&document, "rds-single-az");
    assert_eq!(single.len(), 1, "{single:?}");
    assert_eq!(single[0]["findings"], 37);
    let human = printed(&folder, &[], "100");
    let told =
        headings(&human).into_iter().filter(|(_, line)| line.contains("error[rds-single-az]:")).count();
    assert_eq!(told, 1, "{human}");
    assert!(human.contains("in: 37 instances"), "{human}");
    assert!(!human.contains("instance: "), "{human}");
    let all = printed(&folder, &["--all"], "100");
    for n in 0..37 {
        let instance = format!("instance: module.db{n}.aws_db_instance.this (main.tf:");
        assert!(all.contains(&instance), "{instance} of {all}");
    }
    let lines = printed(&folder, &["--format", "concise"], "100");
    assert_eq!(lines.lines().filter(|line| line.contains("error[rds-single-az]")).count(), 1, "{lines}");
}

#[test]
fn the_value_of_another_caller_is_another_cause() {
    let root = r#"
module "a" {
  for_each = toset(["x", "y"])
  source   = "./modules/db"
  multi_az = false
}
module "b" {
  source   = "./modules/db"
  multi_az = false
}
"#;
    let folder = Folder::new("callers").file("modules/db/main.tf", DATABASE).file("main.tf", root);
    let document = json(&folder);
    let mut sizes: Vec<u64> =
        groups(&document, "rds-single-az").iter().map(|group| group["findings"].as_u64().unwrap()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2], "each caller gives a value of its own");
}

#[test]
fn a_defect_in_the_text_of_a_module_is_one_finding_of_all_roots() {
    let call = "terraform {\n  backend \"s3\" {}\n}\nmodule \"db\" {\n  source = \"../modules/db\"\n}\n";
    let folder = Folder::new("text")
        .file("modules/db/main.tf", DATABASE)
        .file("one/main.tf", call)
        .file("two/main.tf", call)
        .file("two/prod.tfvars", "");
    let document = json(&folder);
    let of_rule = |rule: &str, file: &str| -> Vec<Value> {
        let findings = document["findings"].as_array().unwrap().iter();
        let is_there = |finding: &&Value| finding["location"]["file"].as_str() == Some(file);
        findings.filter(|finding| finding["rule"] == rule).filter(is_there).cloned().collect()
    };
    let text = of_rule("variable-undescribed", "modules/db/main.tf");
    assert_eq!(text.len(), 1, "{text:?}");
    assert_eq!((&text[0]["root"], &text[0]["further_roots"]), (&"one".into(), &vec!["two"].into()));
    let instances = of_rule("rds-single-az", "modules/db/main.tf");
    assert_eq!(instances.len(), 2, "an instance belongs to its root");
    assert_eq!(groups(&document, "rds-single-az")[0]["roots"], Value::from(vec!["one", "two"]));
}

/// Traffic that needs three databases of one zone, and so many databases of one zone beside them that nothing is known to need.
fn estate(beside: usize) -> Folder {
    let mut text = String::from(
        r#"
resource "aws_lb" "shop" {
  internal = false
  subnets  = ["subnet-1", "subnet-2"]
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 443
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.shop.arn
  }
}
resource "aws_lb_target_group" "shop" {
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-1"
}
resource "aws_ecs_service" "shop" {
  name            = "shop"
  desired_count   = 3
  task_definition = aws_ecs_task_definition.shop.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.shop.arn
    container_name   = "shop"
    container_port   = 80
  }
}
resource "aws_ecs_task_definition" "shop" {
  family = "shop"
  container_definitions = jsonencode([{
    name        = "shop"
    environment = [for db in [aws_db_instance.x, aws_db_instance.y, aws_db_instance.z] : { name = "DB", value = db.address }]
  }])
}
"#,
    );
    let names = ["x", "y", "z"].map(str::to_owned).into_iter();
    // Names that come first in every order must not come first in the report.
    for name in names.chain((0..beside).map(|n| format!("a{n}"))) {
        let _ = writeln!(
            text,
            "resource \"aws_db_instance\" \"{name}\" {{\n  engine                  = \"postgres\"\n  \
             backup_retention_period = 7\n  deletion_protection     = true\n  multi_az                = false\n}}"
        );
    }
    Folder::new("screen").file("main.tf", &text)
}

#[test]
fn the_first_forty_lines_hold_the_three_worst() {
    for beside in [0, 20, 330] {
        let folder = estate(beside);
        let document = json(&folder);
        let findings = document["findings"].as_array().unwrap().len();
        assert!(findings >= 3 * beside, "{findings} findings");
        let worst: Vec<&str> = document["groups"].as_array().unwrap()[..3]
            .iter()
            .map(|group| group["message"].as_str().unwrap())
            .collect();
        for (message, name) in worst.iter().zip(["x", "y", "z"]) {
            assert_eq!(*message, format!("`aws_db_instance.{name}` has no standby in another zone"));
        }
        for columns in ["80", "100", "140"] {
            let human = printed(&folder, &[], columns);
            let third = headings(&human)[2];
            assert!(third.0 <= 40, "with {beside} beside, {columns} columns: {third:?}\n{human}");
            assert!(third.1.contains("aws_db_instance.z"), "{third:?}");
            assert!(human.lines().count() < 320, "{} lines", human.lines().count());
        }
    }
}

#[test]
fn a_rule_that_finds_much_hides_no_other() {
    let mut text = String::from("resource \"aws_db_instance\" \"last\" {\n  multi_az = false\n}\n");
    for n in 0..80 {
        let _ = writeln!(text, "resource \"aws_sqs_queue\" \"q{n}\" {{}}");
    }
    let folder = Folder::new("hides").file("main.tf", &text);
    let human = printed(&folder, &["--quiet"], "100");
    let drawn = headings(&human);
    let of = |rule: &str| drawn.iter().filter(|(_, line)| line.contains(rule)).count();
    assert!(of("error[sqs-without-dead-letter]:") <= 3 && of("error[rds-single-az]:") == 1, "{human}");
    let more = human.lines().find(|line| {
        line.trim_start().starts_with("error[sqs-without-dead-letter] ") && line.ends_with(" more")
    });
    let lines = human
        .lines()
        .filter(|line| line.trim_start().starts_with("error[sqs-without-dead-letter] main.tf:"))
        .count();
    let left: usize =
        more.and_then(|line| line.split(' ').rev().nth(1)?.parse().ok()).expect("what remains is counted");
    assert_eq!(of("error[sqs-without-dead-letter]:") + lines + left, 80, "{human}");
    assert!(human.lines().count() < 200, "{human}");
}

#[test]
fn thirty_six_causes_are_thirty_six_lines() {
    let mut text = String::from("locals {\n  keys = [for n in range(28) : tostring(n)]\n}\n");
    for n in 0..36 {
        let _ = writeln!(
            text,
            "resource \"aws_sqs_queue\" \"q{n}\" {{\n  for_each = toset(local.keys)\n  name     = \"q{n}-${{each.key}}\"\n}}"
        );
    }
    let folder = Folder::new("causes").file("main.tf", &text);
    let concise = printed(&folder, &["--format", "concise"], "100");
    let told = concise.lines().filter(|line| line.contains("error[sqs-without-dead-letter]")).count();
    assert_eq!(told, 36, "{concise}");
    assert!(concise.contains("(28 instances)"), "{concise}");
    let all = printed(&folder, &["--format", "concise", "--all"], "100");
    let told = all.lines().filter(|line| line.contains("error[sqs-without-dead-letter]")).count();
    assert_eq!(told, 36 * 28);
    let human = printed(&folder, &["--quiet"], "100");
    assert_eq!(
        human.lines().filter(|line| line.contains("error[sqs-without-dead-letter]")).count(),
        36,
        "{human}"
    );
}

#[test]
fn advice_is_counted_and_shown_if_asked_for() {
    let folder = Folder::new("advice")
        .file("modules/db/main.tf", DATABASE)
        .file("main.tf", "module \"db\" {\n  source = \"./modules/db\"\n}\n");
    let (without, with) = (printed(&folder, &[], "100"), printed(&folder, &["--advice"], "100"));
    assert!(!without.contains("advice[") && without.contains(" advice not shown"), "{without}");
    assert!(with.contains("advice[variable-undescribed]") && !with.contains("not shown"), "{with}");
    assert_eq!(printed(&folder, &["--fail-on", "advice"], "100"), with, "what fails the run is shown");
}

#[test]
fn what_is_about_the_code_alone_comes_last() {
    let folder = Folder::new("hygiene").file("main.tf", "resource \"aws_sqs_queue\" \"q\" {}\n");
    let document = json(&folder);
    let rules: Vec<&str> =
        document["groups"].as_array().unwrap().iter().map(|group| group["rule"].as_str().unwrap()).collect();
    let at = |rule: &str| rules.iter().position(|other| *other == rule).expect(rule);
    // Both are errors; a queue that loses messages hurts whoever uses it.
    assert!(at("sqs-without-dead-letter") < at("provider-version-unconstrained"), "{rules:?}");
    assert!(rules.len() > 2, "{rules:?}");
}

/// The lines of a block of the summary, from its title to the next empty line.
fn block<'t>(text: &'t str, title: &str) -> Vec<&'t str> {
    let lines = text.lines().skip_while(|line| !line.ends_with(title)).skip(1);
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn the_summary_tells_what_would_decide_most() {
    let queue = |n: usize| format!("resource \"aws_db_instance\" \"d{n}\" {{\n  multi_az = var.ha\n}}\n");
    let mut text = String::from(
        "variable \"ha\" {}\nvariable \"days\" {}\n\
         resource \"aws_db_instance\" \"x\" {\n  backup_retention_period = var.days\n}\n",
    );
    (0..4).for_each(|n| text.push_str(&queue(n)));
    let called = "module \"m\" {\n  source = \"example.com/x/y/z\"\n}\n";
    let folder = Folder::new("undecided")
        .file("one/main.tf", &text)
        .file("two/main.tf", &text)
        .file("three/main.tf", called);
    let human = printed(&folder, &[], "200");
    let lines = block(&human, "verdicts are unknown");
    let at = |start: &str| {
        let found = lines.iter().position(|line| line.trim_start().starts_with(start));
        found.unwrap_or_else(|| panic!("{start} in {lines:?}"))
    };
    let (init, high, days) = (
        at("run `terraform -chdir=three get` to fetch `module.m`"),
        at("set `var.ha`"),
        at("set `var.days`"),
    );
    assert!(init < high && high < days, "{lines:?}");
    assert!(lines[high].ends_with("(one/main.tf:1 and 1 more place): decides 8"), "{lines:?}");
    let document = json(&folder);
    let undecided = document["undecided"].as_array().unwrap();
    let variable = undecided.iter().find(|one| one["subjects"][0] == "var.ha").unwrap();
    assert_eq!((&variable["verdicts"], &variable["answerable"]), (&8.into(), &true.into()));
    assert_eq!(variable["locations"].as_array().unwrap().len(), 2);
}

#[test]
fn the_summary_has_a_verdict_for_each_principle() {
    let folder = estate(0);
    let human = printed(&folder, &["--summary"], "100");
    assert!(headings(&human).iter().all(|(n, _)| *n < 12), "findings have lines only: {human}");
    let lines = block(&human, "principles");
    let word = |title: &str| {
        let found =
            lines.iter().find(|line| line.contains(title)).unwrap_or_else(|| panic!("{title}: {human}"));
        found.split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(word("Redundancy"), "fail");
    assert_eq!(word("Data boundaries"), "pass");
    let document = json(&folder);
    let principles = document["principles"].as_array().unwrap();
    assert_eq!(principles.len(), 10, "every principle has a verdict");
    for principle in principles {
        let title = principle["title"].as_str().unwrap();
        assert!(lines.iter().any(|line| line.contains(title)), "{title} of {human}");
        let causes = ["errors", "warnings", "advice"].map(|key| principle[key].as_u64().unwrap());
        assert_eq!(principle["verdict"] == "fail", causes.iter().sum::<u64>() > 0, "{principle}");
    }
    let worst = block(&human, "the three worst");
    assert!(worst[0].ends_with("(main.tf:40; 2 more)"), "{human}");
}

#[test]
fn what_was_not_looked_at_is_told() {
    let folder = Folder::new("not-looked-at").file(
        "main.tf",
        "resource \"random_pet\" \"a\" {\n  count = 3\n}\nresource \"aws_sqs_queue\" \"q\" {}\n\
         resource \"aws_sns_topic_subscription\" \"s\" {}\nmodule \"m\" {\n  source = \"example.com/x/y/z\"\n}\n",
    );
    let human = printed(&folder, &[], "200");
    let told = human.lines().find(|line| line.starts_with("not looked at:")).expect("it is told");
    assert_eq!(
        told,
        "not looked at: 1 call of 1 module that is not downloaded; 3 resources of 1 type that no rule knows (random_pet)"
    );
}

#[test]
fn a_part_of_the_report_is_shown_alone() {
    let folder = estate(0);
    let all = printed(&folder, &[], "100");
    let (quiet, summary) = (printed(&folder, &["--quiet"], "100"), printed(&folder, &["--summary"], "100"));
    assert!(all.starts_with(&quiet) && !quiet.contains("principles\n"), "{quiet}");
    assert!(all.ends_with(&summary) && !summary.contains("╭─["), "{summary}");
    let table = printed(&folder, &["--statistics"], "100");
    let row = table.lines().find(|line| line.contains("error[rds-single-az]")).expect("a row");
    assert!(row.starts_with("       3          3        0  error[rds-single-az]"), "{row}");
    let list: Value =
        serde_json::from_str(&printed(&folder, &["--statistics", "--format", "json"], "100")).unwrap();
    let row = list.as_array().unwrap().iter().find(|row| row["rule"] == "rds-single-az").unwrap();
    assert_eq!((&row["groups"], &row["findings"]), (&3.into(), &3.into()));
}

#[test]
fn problems_with_one_remedy_are_one() {
    let mut text = String::new();
    for n in 0..9 {
        let _ = writeln!(text, "module \"m{n}\" {{\n  source = \"example.com/x/y/z{n}\"\n}}");
    }
    let folder = Folder::new("problems").file("main.tf", &text);
    let told = |text: &str| {
        headings(text).iter().filter(|(_, line)| line.contains("module-not-downloaded]")).count()
    };
    let human = printed(&folder, &[], "140");
    assert_eq!(told(&human), 1, "{human}");
    assert!(human.contains("also: main.tf:4: the module `example.com/x/y/z1` is not downloaded"), "{human}");
    assert!(human.contains("also: 3 more with the same code and remedy"), "{human}");
    let all = printed(&folder, &["--all"], "140");
    assert_eq!(told(&all), 9, "{all}");
    let last = headings(&human).last().unwrap().1;
    assert!(last.contains("module-not-downloaded]"), "problems follow findings: {human}");
}

#[test]
fn a_long_line_is_cut_around_its_mark() {
    let before = "x".repeat(300);
    let text =
        format!("resource \"aws_db_instance\" \"d\" {{ /* {before} */ multi_az = false }} # {before}\n");
    let folder = Folder::new("long").file("main.tf", &text);
    for columns in ["80", "100", "140"] {
        let human = printed(&folder, &[], columns);
        let line = human.lines().find(|line| line.contains("multi_az = false")).expect("the mark is shown");
        let most = columns.parse::<usize>().unwrap();
        assert!(line.contains('…') && line.chars().count() <= most, "{line}");
    }
}

#[test]
fn a_watched_run_counts_its_roots() {
    let queue = "resource \"aws_sqs_queue\" \"q\" {}\n";
    let folder =
        Folder::new("watched").file("a/main.tf", queue).file("b/main.tf", queue).file("c/main.tf", queue);
    let settings = Settings { paths: vec![folder.top().to_owned()], ..Settings::default() };
    let progress = Progress::watched();
    assert_eq!(progress.now(), None);
    let report = Session::embedded().watched(progress.clone()).check(&settings);
    assert_eq!(report.roots.len(), 3);
    assert_eq!(progress.now(), Some(Moment { stage: RunStage::Judging, done: 3, total: 3 }));
    let unwatched = Progress::default();
    let _report = Session::embedded().watched(unwatched.clone()).check(&settings);
    assert_eq!(unwatched.now(), None);
}

//! Parts of a run: they put together what one run over everything says, they are balanced and stable, and hold no secret.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buttress::cli::{Answer, Process, Terminal, run};
use buttress::files::part::RunPart;
use proptest::prelude::*;

use crate::support::folder::Folder;
use crate::support::scenarios;
use crate::support::{entries, fixture};

fn cli(arguments: &[&str]) -> Answer {
    let arguments = std::iter::once("buttress").chain(arguments.iter().copied());
    run(arguments.map(Into::into), &Process::default(), Terminal { colour: false, width: 100 })
}

/// The facts of each part of a run, by the name of their file in a folder.
fn parts(folder: &Path, of: u32, what: &[&str]) -> Vec<String> {
    (1..=of)
        .map(|number| {
            let file = folder.join(format!("{number}-of-{of}.json")).display().to_string();
            let part = format!("{number}/{of}");
            let options = ["check", "--partition", &part, "--export-facts", &file];
            let mut answer = cli(&[&options, what].concat());
            answer.write_files();
            assert!(answer.stderr.contains("written: "), "{}", answer.stderr);
            file
        })
        .collect()
}

/// What a run says, without what it counts of itself.
fn said(answer: &Answer) -> (u8, String) {
    (answer.code, answer.stdout.clone())
}

fn agrees(name: &str, what: &[&str], formats: &[&str], numbers: &[u32]) {
    let folder = Folder::new("facts");
    for of in numbers {
        let files = parts(folder.top(), *of, what);
        for format in formats {
            let whole = cli(&[&["check", "--format", format], what].concat());
            let files: Vec<&str> = files.iter().rev().map(String::as_str).collect();
            let merged = cli(&[&["merge", "--format", format], files.as_slice()].concat());
            assert_eq!(said(&merged), said(&whole), "{name} in {of} parts as {format}: {}", merged.stderr);
        }
    }
}

/// Directories of fixtures that hold several root modules, or lead from one to another.
fn repositories() -> Vec<PathBuf> {
    let folders = ["joined", "landscape", "repositories", "terragrunt", "environments", "broken"];
    let all = folders.iter().filter(|name| fixture(name).is_dir()).flat_map(|name| entries(name));
    all.filter(|path| path.is_dir()).collect()
}

#[test]
fn all_parts_together_say_what_one_run_says() {
    let all = repositories();
    assert!(all.len() > 5, "{all:?}");
    for path in all {
        let shown = path.display().to_string();
        agrees(&shown, &[&shown], &["json"], &[1, 2, 3, 7]);
    }
}

/// The same for the small repositories of other tests.
#[test]
fn all_parts_of_a_small_repository_say_what_one_run_says() {
    for folder in ["landscape", "environments", "affected"] {
        scenarios::each(folder, |scenario| {
            let repository = scenario.folder("facts-small", &["run", "rules", "expect", "removes"]);
            let shown = repository.top().display().to_string();
            agrees(&scenario.name, &[&shown], &["json"], &[3]);
        });
    }
}

#[test]
fn every_format_is_the_same_after_a_merge() {
    let path = fixture("stacks/three_tier_fragile").display().to_string();
    agrees(
        "formats",
        &[&path],
        &["human", "plain", "json", "ndjson", "sarif", "markdown", "junit", "html"],
        &[2],
    );
}

#[test]
fn the_options_of_the_parts_hold_for_the_merge() {
    let path = fixture("stacks").display().to_string();
    agrees("options", &["--select", "rds-*", "--no-config", "--no-join", &path], &["json"], &[3]);
}

#[test]
fn a_part_judges_its_own_root_modules_and_leaves_open_what_others_decide() {
    let folder = Folder::new("facts");
    folder.write(
        "queues/main.tf",
        "terraform {\n  backend \"s3\" {}\n}\nresource \"aws_sqs_queue\" \"jobs_dlq\" {\n  name = \"jobs-dlq\"\n}\nresource \"aws_sqs_queue\" \"jobs\" {\n  name           = \"jobs\"\n  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.jobs_dlq.arn, maxReceiveCount = 5 })\n}\n",
    );
    folder.write(
        "alarms/main.tf",
        "terraform {\n  backend \"s3\" {}\n}\nresource \"aws_cloudwatch_metric_alarm\" \"dlq\" {\n  alarm_name          = \"dlq\"\n  namespace           = \"AWS/SQS\"\n  metric_name         = \"ApproximateNumberOfMessagesVisible\"\n  comparison_operator = \"GreaterThanThreshold\"\n  evaluation_periods  = 1\n  period              = 60\n  threshold           = 0\n  statistic           = \"Maximum\"\n  dimensions          = { QueueName = \"jobs-dlq\" }\n  alarm_actions       = [\"arn:aws:sns:eu-west-1:111122223333:on-call\"]\n}\n",
    );
    let top = folder.top().display().to_string();
    let rule = "sqs-dead-letter-without-alarm";
    let whole = cli(&["check", "--select", rule, "--format", "json", &top]);
    let whole: serde_json::Value = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!(
        (&whole["findings"], &whole["unknown"]),
        (&serde_json::json!([]), &serde_json::json!([])),
        "{whole}"
    );
    let mut causes = Vec::new();
    for number in ["1/2", "2/2"] {
        let answer = cli(&["check", "--partition", number, "--select", rule, "--format", "json", &top]);
        assert_eq!(answer.code, 0, "{}", answer.stdout);
        let report: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
        assert_eq!(report["findings"], serde_json::json!([]), "{report}");
        let unknown = report["unknown"].as_array().unwrap();
        causes.extend(unknown.iter().map(|verdict| verdict["cause"].as_str().unwrap().to_owned()));
    }
    assert!(
        !causes.is_empty() && causes.iter().all(|cause| cause.contains("`buttress merge` decides")),
        "{causes:?}"
    );
}

/// A part that holds nothing of an environment is as complete as one that does, and a name that nobody has is told once, by the merge.
#[test]
fn an_environment_of_another_part_is_no_mistake() {
    let database = "terraform {\n  backend \"s3\" {}\n}\nresource \"aws_db_instance\" \"orders\" {}\n";
    let folder = Folder::new("facts-environments")
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("live/prod/main.tf", database)
        .file("live/staging/main.tf", database)
        .file("live/test/main.tf", database);
    let top = folder.top().display().to_string();
    let files = parts(folder.top(), 3, &["--environment", "prod", &top]);
    for number in ["1/3", "2/3", "3/3"] {
        let part = cli(&["check", "--environment", "prod", "--partition", number, &top]);
        assert!(part.code < 2, "{number}: {}", part.stdout);
    }
    let merged = cli(&[&["merge"], files.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat());
    let whole = cli(&["check", "--environment", "prod", &top]);
    assert_eq!((said(&merged), whole.code), (said(&whole), 1));
    agrees("an unknown environment", &["--environment", "nope", &top], &["human"], &[3]);
    assert_eq!(cli(&["check", "--environment", "nope", &top]).code, 2);
}

/// A root module with a queue in one repository, and one with its alarm in another: both at the same place.
fn two_repositories() -> Folder {
    let backend = "terraform {\n  backend \"s3\" {}\n}\n";
    let folder = Folder::new("facts-repositories");
    folder.write(
        "shop/live/main.tf",
        &format!("{backend}resource \"aws_sqs_queue\" \"jobs_dlq\" {{\n  name = \"jobs-dlq\"\n}}\nresource \"aws_sqs_queue\" \"jobs\" {{\n  name           = \"jobs\"\n  redrive_policy = jsonencode({{ deadLetterTargetArn = aws_sqs_queue.jobs_dlq.arn, maxReceiveCount = 5 }})\n}}\nmodule \"own\" {{\n  source = \"../own\"\n}}\n"),
    );
    folder.write(
        "alarms/live/main.tf",
        &format!("{backend}resource \"aws_cloudwatch_metric_alarm\" \"dlq\" {{\n  alarm_name          = \"dlq\"\n  namespace           = \"AWS/SQS\"\n  metric_name         = \"ApproximateNumberOfMessagesVisible\"\n  comparison_operator = \"GreaterThanThreshold\"\n  evaluation_periods  = 1\n  period              = 60\n  threshold           = 0\n  statistic           = \"Maximum\"\n  dimensions          = {{ QueueName = \"jobs-dlq\" }}\n  alarm_actions       = [\"arn:aws:sns:eu-west-1:111122223333:on-call\"]\n}}\nmodule \"own\" {{\n  source = \"../own\"\n}}\n"),
    );
    folder.write("shop/own/main.tf", "resource \"aws_db_instance\" \"shop\" {\n  identifier = \"shop\"\n}\n");
    folder.write("alarms/own/main.tf", "resource \"aws_sqs_queue\" \"other\" {\n  name = \"other\"\n}\n");
    for repository in ["shop", "alarms"] {
        folder.write(&format!("{repository}/.git/HEAD"), "ref: refs/heads/main\n");
    }
    folder
}

fn within(folder: &Folder, place: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = folder.program(place).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What lies at the same place in two repositories is kept apart, and joined as in a run over both.
#[test]
fn facts_of_several_repositories_are_joined_under_their_names() {
    let folder = two_repositories();
    let absolute = folder.path("shop/live").display().to_string();
    for shop in [&["."], &["live"], &[absolute.as_str()]] {
        let export = |place: &str, what: &[&str], part: &str, file: &str| {
            let options = ["check", "--partition", part, "--export-facts", file];
            let (_, _, told) = within(&folder, place, &[&options, what].concat());
            assert!(told.contains("written: "), "{told}");
        };
        export("shop", shop, "1/1", "../shop.json");
        export("alarms", &["."], "1/2", "../alarms-1.json");
        export("alarms", &["."], "2/2", "../alarms-2.json");
        let named = ["shop=shop.json", "alarms=alarms-1.json", "alarms=alarms-2.json"];
        let merged = within(&folder, ".", &[&["merge", "--format", "json"], &named[..]].concat());
        let place = if shop == &["."] { "shop" } else { "shop/live" };
        let whole = within(&folder, ".", &["check", "--format", "json", "alarms", place]);
        assert_eq!(merged, whole, "{shop:?}");
        assert!(
            whole.1.contains("shop/own/main.tf") && whole.1.contains("alarms/own/main.tf"),
            "{}",
            whole.1
        );
        assert!(!whole.1.contains("sqs-dead-letter-without-alarm"), "{}", whole.1);
    }
    let said = |files: &[&str]| {
        let (code, said, told) = within(&folder, ".", &[&["merge", "--format", "concise"], files].concat());
        let lines = said.lines().chain(told.lines()).filter(|line| line.contains("[facts/"));
        (code, lines.map(str::to_owned).collect::<Vec<_>>().join("\n"))
    };
    let (code, lines) = said(&["shop=shop.json", "alarms=alarms-2.json", "alarms-1.json"]);
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(lines, @r"
    error[facts/missing] the facts of 1/2 of alarms are missing
    error[facts/other-run] `alarms-1.json` says of no repository, and other facts do: it is left out
    ");
    folder.write("shop/dev.tfvars", "");
    within(
        &folder,
        "shop",
        &["check", "live", "--var-file", "dev.tfvars", "--export-facts", "../given.json"],
    );
    let (code, lines) = said(&["shop=given.json", "alarms=alarms-1.json", "alarms=alarms-2.json"]);
    assert_eq!(code, Some(2));
    insta::assert_snapshot!(lines, @"error[facts/other-run] `given.json` was written with options that name files of its repository, which mean nothing in others: it is left out");
}

/// What is wrong with a part is named, and the others are merged: what the part has is open, and nothing is said of its root modules.
#[test]
fn what_is_wrong_with_a_part_is_named_and_the_rest_is_merged() {
    let folder = Folder::new("facts");
    let path = fixture("estate").display().to_string();
    let of_two = parts(folder.top(), 2, &[&path]);
    let of_three = parts(folder.top(), 3, &[&path]);
    let others = Folder::new("facts");
    let selected = parts(others.top(), 2, &["--select", "rds-*", &path]);
    let report = |answer: &Answer| -> serde_json::Value { serde_json::from_str(&answer.stdout).unwrap() };
    let whole = report(&cli(&["check", "--format", "json", &path]));
    // A finding with the place of its root module; what it says of the same thing elsewhere depends on the other parts.
    let findings = |report: &serde_json::Value| -> BTreeSet<String> {
        let all = report["findings"].as_array().unwrap().iter();
        all.map(|own| own["fingerprint"].to_string()).collect()
    };
    let all = findings(&whole);
    let refused = |files: &[&String]| {
        let files: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
        let answer = cli(&[&["merge", "--format", "json"], files.as_slice()].concat());
        assert_eq!(answer.code, 2);
        let merged = report(&answer);
        let found = findings(&merged);
        assert!(!found.is_empty() && found.len() < all.len(), "{}", found.len());
        assert!(found.is_subset(&all), "{:?}", found.difference(&all).collect::<Vec<_>>());
        let problems = merged["problems"].as_array().unwrap().iter();
        let codes = problems.filter_map(|own| own["code"].as_str().or(own["id"].as_str()));
        codes.filter(|code| code.starts_with("facts/")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(refused(&[&of_two[0]]), "facts/missing");
    assert_eq!(refused(&[&of_two[0], &of_two[0]]), "facts/duplicate facts/missing");
    assert_eq!(refused(&[&of_two[0], &of_three[1]]), "facts/missing facts/other-run");
    assert_eq!(refused(&[&of_two[0], &selected[1]]), "facts/missing facts/other-run");
    let change = |name: &str, from: &str, to: &str| {
        let text = std::fs::read_to_string(&of_two[1]).unwrap();
        assert!(text.contains(from), "{from}");
        let file = folder.top().join(name);
        std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
        file.display().to_string()
    };
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        refused(&[&of_two[0], &change("version", &version, "\"version\": \"0.0.0\"")]),
        "facts/missing facts/version"
    );
    assert_eq!(
        refused(&[&of_two[0], &change("rules", "\"rules\": \"", "\"rules\": \"0")]),
        "facts/missing facts/version"
    );
    assert_eq!(
        refused(&[&of_two[0], &change("layout", "buttress-facts/", "facts/")]),
        "facts/missing facts/version"
    );
    assert_eq!(
        refused(&[&of_two[0], &change("number", "\"number\": 2", "\"number\": 9")]),
        "facts/missing facts/unreadable"
    );
    assert_eq!(
        refused(&[&of_two[0], &change("cut", "\n  \"files\": {", "\n  \"fils\": {")]),
        "facts/missing facts/unreadable"
    );
    // A part that was incomplete stays so.
    let files = [of_two[0].clone(), change("incomplete", "\"incomplete\": false", "\"incomplete\": true")];
    let answer = cli(&["merge", &files[0], &files[1]]);
    assert_eq!(answer.code, 2);
    assert!(answer.stdout.contains("facts/incomplete"), "{}", answer.stdout);
    // Where nothing can be used there is nothing to say.
    let answer = cli(&["merge", "/nowhere/facts.json"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (2, ""));
    // One part more than needed, of another run, loses nothing.
    let answer = cli(&["merge", "--format", "json", &of_two[0], &of_two[1], &of_three[2]]);
    assert_eq!((answer.code, findings(&report(&answer))), (2, all.clone()));
}

#[test]
fn facts_hold_no_secret() {
    let folder = Folder::new("facts");
    let repository = folder.path("infra");
    let write = |path: &str, text: &str| folder.write(&format!("infra/{path}"), text);
    write(
        "main.tf",
        r#"variable "pin" {
  type      = string
  sensitive = true
  default   = "s3cr3t-default"
}
variable "db" {
  type = object({ user = string, password = string })
}
variable "hidden" {
  type      = map(string)
  sensitive = true
}
# The old password = "s3cr3t-comment" is gone.
resource "aws_db_instance" "orders" {
  identifier = "orders"
  username   = "app"
  password   = "s3cr3t-\"quoted\""
}
resource "aws_db_instance" "reports" {
  identifier = "reports"
  password   = "s3cr3t-\t-${var.db.user}-s3cr3t"
}
resource "aws_secretsmanager_secret_version" "key" {
  secret_id     = "orders/key"
  secret_string = <<-EOT
    s3cr3t heredoc
    s3cr3t ${var.db.user}
  EOT
}
resource "aws_ecs_task_definition" "app" {
  family                = "app"
  container_definitions = jsonencode([{ name = "app", environment = [{ name = "DB_PASSWORD", value = "s3cr3t-env" }] }])
}
resource "aws_instance" "web" {
  user_data = file("${path.module}/start.sh")
}
provider "aws" {
  access_key = "AKIAABCDEFGHIJKLMNOP"
  secret_key = "s3cr3t-key"
}
"#,
    );
    write(
        "start.sh",
        "export DB_PASSWORD=s3cr3t-shell\necho AKIAABCDEFGHIJKLMNOQ\n-----BEGIN RSA PRIVATE KEY-----\ns3cr3tBase64\n-----END RSA PRIVATE KEY-----\n",
    );
    write(
        "env/prod.tfvars",
        "pin = \"s3cr3t-pin\"\ndb = { user = \"app\", password = \"s3cr3t-db\" }\nhidden = { a = \"s3cr3t-map\" }\n",
    );
    write(
        "env/dev.tfvars.json",
        "{\"pin\": \"s3cr3t-json\", \"db\": {\"user\": \"app\", \"password\": \"s3cr3t-json\"}}\n",
    );
    write(
        "other.tf.json",
        "{\"resource\": {\"aws_db_instance\": {\"json\": {\"identifier\": \"json\", \"password\": \"s3cr3t-tf-json\"}}}}\n",
    );
    let path = repository.display().to_string();
    let files = parts(folder.top(), 2, &[&path]);
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let found: Vec<&str> =
            text.split("s3cr3t").skip(1).map(|rest| rest.get(..12).unwrap_or(rest)).collect();
        assert!(found.is_empty(), "{found:?}");
        assert!(!text.contains("AKIAABCD"));
        assert!(!text.contains("s3cr3tBase64"));
    }
    // Everything else is still there, and where it was.
    let whole = cli(&["check", "--format", "json", &path]);
    let merged = cli(&["merge", "--format", "json", &files[0], &files[1]]);
    assert_eq!(said(&merged), said(&whole));
    assert!(whole.code != 2, "{}", whole.stdout);
}

#[test]
fn facts_hold_no_secret_however_it_is_said() {
    let folder = Folder::new("facts");
    let repository = folder.path("infra");
    let write = |path: &str, text: &str| folder.write(&format!("infra/{path}"), text);
    write(
        "main.tf",
        r#"terraform {
  backend "s3" {}
}
output "told" {
  sensitive = true
  value     = "s3cr3t-output"
}
output "db_password" {
  value = "s3cr3t-named-output"
}
locals {
  wrapped = sensitive("s3cr3t-wrapped")
  pass    = "s3cr3t-pass"
  db_pwd  = "s3cr3t-pwd"
  app_key = "s3cr3t-app-key"
  dbPassword = "s3cr3t-camel"
  address = "postgres://app:s3cr3t-address@db.internal:5432/app"
  parameters = {
    pin = { type = "SecureString", value = "s3cr3t-element" }
  }
}
resource "aws_ssm_parameter" "secure" {
  name  = "/pin"
  type  = "SecureString"
  value = "s3cr3t-secure"
}
resource "aws_ssm_parameter" "written_only" {
  name             = "/pin2"
  type             = "SecureString"
  value_wo         = "s3cr3t-wo"
  value_wo_version = 1
}
resource "aws_db_instance" "orders" {
  identifier          = "orders"
  password_wo         = "s3cr3t-password-wo"
  password_wo_version = 1
}
resource "aws_instance" "web" {
  user_data = <<-EOT
    #!/bin/sh
    export DB_PASSWORD=s3cr3t-heredoc
    export REGION=${local.address}
    echo '{"token": "s3cr3t-document"}' > /etc/app.json
  EOT
}
"#,
    );
    write("other.tf.json", r#"{"output": {"json": {"sensitive": true, "value": "s3cr3t-json-output"}}}"#);
    write("app.env", "DATABASE_URL=postgres://app:s3cr3t-file@db.internal/app\n");
    write("read.tf", "locals {\n  env = file(\"${path.module}/app.env\")\n}\n");
    let path = repository.display().to_string();
    let files = parts(folder.top(), 2, &[&path]);
    let text: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let found: Vec<&str> = text.split("s3cr3t").skip(1).map(|rest| rest.get(..12).unwrap_or(rest)).collect();
    assert!(found.is_empty(), "{found:?}");
    for kept in ["/pin", "SecureString", "export REGION=", "db.internal:5432", "postgres://app:", "orders"] {
        assert!(text.contains(kept), "{kept}");
    }
    let whole = cli(&["check", "--format", "json", &path]);
    let merged = cli(&["merge", "--format", "json", &files[0], &files[1]]);
    assert_eq!(said(&merged), said(&whole));
}

#[test]
fn what_may_be_a_secret_or_is_no_configuration_is_refused() {
    let refused = |options: &[&str]| {
        let answer = cli(&[&["check", "--partition", "1/2"], options].concat());
        (answer.code, answer.stderr.contains("error[facts/option]"))
    };
    let path = fixture("stacks/three_tier_fragile").display().to_string();
    assert_eq!(refused(&["--var", "a=b", &path]), (2, true));
    assert_eq!(refused(&["--diff", &path]), (2, true));
    let plan =
        entries("plans/changes").into_iter().find(|path| path.extension().is_some_and(|end| end == "json"));
    assert_eq!(refused(&[&plan.unwrap().display().to_string()]), (2, true));
    assert_eq!(refused(&["-"]), (2, true));
    for wrong in ["0/2", "3/2", "1", "a/b", "1/0", "1/100000"] {
        assert_eq!(cli(&["check", "--partition", wrong, &path]).code, 2, "{wrong}");
    }
}

fn places() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::btree_set("[a-z]{1,4}/[a-z]{1,6}", 0..60).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #[test]
    fn parts_are_balanced_and_every_place_is_in_one(places in places(), of in 1u32..9) {
        let owners = RunPart::split(&places, of);
        prop_assert_eq!(owners.len(), places.len());
        let count = |part: u32| owners.iter().filter(|owner| **owner == part).count();
        let counts: Vec<usize> = (1..=of).map(count).collect();
        prop_assert_eq!(counts.iter().sum::<usize>(), places.len());
        prop_assert!(counts.iter().all(|count| *count <= places.len().div_ceil(of as usize)));
        // The order in which they are found does not matter.
        let mut reversed = places.clone();
        reversed.reverse();
        let mut again = RunPart::split(&reversed, of);
        again.reverse();
        prop_assert_eq!(again, owners);
    }

    #[test]
    fn one_more_place_moves_few_others(places in places(), of in 1u32..9, more in "[0-9]{1,6}") {
        let before = RunPart::split(&places, of);
        let mut all = places.clone();
        all.push(more);
        let after = RunPart::split(&all, of);
        let moved = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        // A part that has become full hands on at most what its share has grown or shrunk by, and each of those another one.
        prop_assert!(moved <= 2 * of as usize + places.len() / 4, "{} of {} moved", moved, places.len());
    }
}

#[test]
fn a_merge_says_what_fails_it() {
    let path = fixture("stacks/three_tier_fragile").display().to_string();
    let folder = Folder::new("facts");
    let files = parts(folder.top(), 2, &[&path]);
    for limit in [["--max-findings", "1"], ["--unknown", "fail"]] {
        let whole = cli(&[&["check", "--format", "json"], limit.as_slice(), &[&path]].concat());
        let merged =
            cli(&[&["merge", "--format", "json"], limit.as_slice(), &[&files[0], &files[1]]].concat());
        assert_eq!(said(&merged), said(&whole), "{limit:?}");
    }
    let limited = cli(&["merge", "--max-findings", "1", "--format", "concise", &files[0], &files[1]]);
    assert!(limited.stdout.contains("gate/max-findings"), "{}", limited.stdout);
}

//! Root modules that are one architecture: what is said of each beside the others, and what is said of it alone. `fixtures/landscape/*.txt`
//! has a small repository in each case, with the rules that are asked; what they say stands behind `--- expect`.

mod laws;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use buttress::report::Report;
use buttress::settings::{Asked, Include, Settings};

use crate::support::folder::Folder;
use crate::support::scenarios;
use crate::support::verdicts::SESSION;

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
    scenarios::hold("landscape", "expect", |scenario| {
        let folder = scenario.folder("landscape", &["rules", "expect"]);
        let rules: Vec<String> = scenario.part("rules").lines().map(str::to_owned).collect();
        let (joined, alone) = (said(&folder, &rules, false), said(&folder, &rules, true));
        let mut found = String::new();
        for line in &joined {
            let mark = if alone.contains(line) { "" } else { "joined: " };
            writeln!(found, "{mark}{line}").unwrap();
        }
        for line in alone.difference(&joined) {
            writeln!(found, "alone: {line}").unwrap();
        }
        found
    });
}

/// Two repositories may have root modules in the same place: `.` in each.
#[test]
fn root_modules_of_two_repositories_are_joined() {
    let head = "terraform {\n  backend \"s3\" {}\n}\n";
    let alarm = "resource \"aws_cloudwatch_metric_alarm\" \"failed\" {\n  namespace = \"AWS/SQS\"\n  \
         metric_name = \"ApproximateNumberOfMessagesVisible\"\n  dimensions = { QueueName = \"failed\" }\n  \
         alarm_actions = [\"arn:aws:sns:eu-west-1:111122223333:pager\"]\n}\n";
    let queues = "resource \"aws_sqs_queue\" \"failed\" {\n  name = \"failed\"\n}\n\
         resource \"aws_sqs_queue\" \"q\" {\n  redrive_policy = jsonencode({ deadLetterTargetArn = \
         aws_sqs_queue.failed.arn, maxReceiveCount = 4 })\n}\n";
    let folder = Folder::new("landscape-repositories")
        .file("alarms/.git/HEAD", "")
        .file("alarms/main.tf", &format!("{head}{alarm}"))
        .file("queues/.git/HEAD", "")
        .file("queues/main.tf", &format!("{head}{queues}"));
    let found = |names: &[&str]| {
        let paths = names.iter().map(|name| folder.path(name)).collect();
        let report = SESSION.check(&Settings { paths, ..Settings::default() });
        report.findings().filter(|entry| entry.what.id == "sqs-dead-letter-without-alarm").count()
    };
    assert_eq!((found(&["queues"]), found(&["alarms", "queues"])), (1, 0));
}

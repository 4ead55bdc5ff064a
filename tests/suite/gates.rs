//! Gates on a change: what a plan introduces, fixes and leaves, and what it has to do with.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use buttress::diagnostic::Severity;
use buttress::report::Status;
use buttress::settings::{Gates, Settings};

use crate::support::verdicts::SESSION;
use crate::support::{entries, fixture};

/// What a run with these options says, a line each.
fn outcome(plan: &str, options: Settings) -> String {
    let report = SESSION.check(&Settings { paths: vec![fixture(plan)], ..options });
    let mut text = String::new();
    for problem in report.problems() {
        let _ = writeln!(text, "{}", problem.id);
    }
    for entry in report.findings() {
        let _ = writeln!(text, "{} {}", entry.what.id, entry.what.address);
    }
    for entry in report.unknown_verdicts() {
        let _ = writeln!(text, "unknown {} {}: {}", entry.what.rule, entry.what.address, entry.what.cause);
    }
    for fixed in report.change.iter().flat_map(|change| &change.fixed) {
        let _ = writeln!(text, "fixed {} {}", fixed.rule, fixed.address);
    }
    if let Some(change) = &report.change {
        let _ = writeln!(text, "left {}", change.left);
    }
    if let Some(touched) = report.counts.touched {
        let _ = writeln!(text, "changes {touched} of {}", report.counts.resources);
    }
    text
}

fn closed(gates: Gates) -> Settings {
    Settings { gates, ..Settings::default() }
}

fn regressions(plan: &str) -> String {
    outcome(plan, closed(Gates { regressions: true, only_changed: false }))
}

fn only_changed(plan: &str) -> String {
    outcome(plan, closed(Gates { regressions: false, only_changed: true }))
}

#[test]
fn a_release_answers_for_what_it_makes_worse() {
    insta::assert_snapshot!(regressions("plans/changes/release.json"), @r#"
    datastore-destroyed aws_dynamodb_table.carts
    dynamodb-without-pitr aws_dynamodb_table.baskets
    messaging-dead-letter-removed aws_sqs_queue.orders
    rds-single-az module.ledger.aws_db_instance.this
    sqs-dead-letter-without-alarm aws_sqs_queue.mails_dead
    datastore-backups-reduced module.ledger.aws_db_instance.this
    dynamodb-unprotected-from-deletion aws_dynamodb_table.baskets
    workload-zones-reduced module.ledger.aws_db_instance.this
    dynamodb-without-throttle-alarm aws_dynamodb_table.baskets
    unknown sqs-gives-up-too-late aws_sqs_queue.mails: the provider decides aws_sqs_queue.mails_dead at apply
    fixed alarm-topic-only-by-email aws_sns_topic.on_call
    fixed sqs-without-dead-letter aws_sqs_queue.mails
    left 5
    "#);
}

#[test]
fn what_a_change_does_not_touch_is_left_out() {
    insta::assert_snapshot!(only_changed("plans/changes/release.json"), @r#"
    datastore-destroyed aws_dynamodb_table.carts
    dynamodb-without-pitr aws_dynamodb_table.baskets
    messaging-dead-letter-removed aws_sqs_queue.orders
    rds-single-az module.ledger.aws_db_instance.this
    sqs-dead-letter-without-alarm aws_sqs_queue.mails_dead
    datastore-backups-reduced module.ledger.aws_db_instance.this
    datastore-without-alarm module.ledger.aws_db_instance.this
    dynamodb-unprotected-from-deletion aws_dynamodb_table.baskets
    rds-storage-fixed module.ledger.aws_db_instance.this
    workload-zones-reduced module.ledger.aws_db_instance.this
    datastore-without-error-log module.ledger.aws_db_instance.this
    dynamodb-without-throttle-alarm aws_dynamodb_table.baskets
    rds-without-load-insight module.ledger.aws_db_instance.this
    unknown sqs-gives-up-too-late aws_sqs_queue.mails: the provider decides aws_sqs_queue.mails_dead at apply
    changes 7 of 8
    "#);
}

#[test]
fn a_defect_that_was_there_before_is_left() {
    insta::assert_snapshot!(regressions("plans/changes/regression.json"), @r#"
    rds-single-az aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    left 9
    "#);
    insta::assert_snapshot!(only_changed("plans/changes/regression.json"), @r#"
    rds-single-az aws_db_instance.orders
    datastore-without-alarm aws_db_instance.orders
    rds-storage-fixed aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    datastore-without-error-log aws_db_instance.orders
    rds-without-load-insight aws_db_instance.orders
    changes 1 of 2
    "#);
}

#[test]
fn both_gates_together_let_pass_what_both_let_pass() {
    let both = closed(Gates { regressions: true, only_changed: true });
    insta::assert_snapshot!(outcome("plans/changes/regression.json", both), @r#"
    rds-single-az aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    left 9
    changes 1 of 2
    "#);
}

#[test]
fn what_moves_is_compared_with_what_it_was() {
    insta::assert_snapshot!(regressions("plans/changes/moved_and_removed.json"), @r#"
    sqs-without-dead-letter aws_sqs_queue.many["second"]
    left 3
    "#);
}

#[test]
fn a_plan_that_creates_everything_introduces_everything() {
    let plan = "plans/stacks/three_tier_fragile.json";
    let all = outcome(plan, Settings::default());
    assert!(all.lines().count() > 20);
    assert_eq!(regressions(plan), format!("{all}left 0\n"));
    assert_eq!(only_changed(plan).lines().count(), all.lines().count() + 1);
}

#[test]
fn a_gate_on_a_change_needs_a_change() {
    for input in [
        "stacks/three_tier_robust",
        "plans/shapes/state/state.json",
        "plans/shapes/planned_values_only/plan.json",
    ] {
        assert!(regressions(input).contains("input/no-change"), "{input}");
        assert!(only_changed(input).contains("input/no-change"), "{input}");
    }
}

#[test]
fn an_empty_change_introduces_nothing() {
    let said = regressions("plans/shapes/no_op/plan.json");
    assert!(said.lines().all(|line| line.starts_with("left ")), "{said}");
}

#[test]
fn a_pass_sets_aside_and_removes_nothing() {
    let named = |report: &buttress::report::Report| -> BTreeSet<(String, String)> {
        let findings = report.findings().chain(report.set_aside());
        findings.map(|entry| (entry.what.id.to_string(), entry.what.address.to_string())).collect()
    };
    let mut set_aside = BTreeSet::new();
    for plan in entries("plans/changes") {
        let check = |gates| SESSION.check(&Settings { paths: vec![plan.clone()], ..closed(gates) });
        let all = named(&check(Gates::default()));
        for gates in [
            Gates { regressions: true, only_changed: false },
            Gates { regressions: false, only_changed: true },
            Gates { regressions: true, only_changed: true },
        ] {
            let report = check(gates);
            assert_eq!(named(&report), all, "{} {gates:?}", plan.display());
            set_aside.extend(report.set_aside().map(|entry| entry.status.name()));
            let reported = Severity::ALL.iter().map(|severity| report.count(*severity)).sum::<usize>();
            assert_eq!(reported, report.findings().count(), "what is set aside does not count");
        }
    }
    assert_eq!(set_aside, BTreeSet::from(["not-introduced", "not-touched"]));
}

#[test]
fn what_is_set_aside_does_not_fail_the_run() {
    let plan = fixture("plans/changes/regression.json");
    let check = |gates| SESSION.check(&Settings { paths: vec![plan.clone()], ..closed(gates) });
    let mut report = check(Gates { regressions: true, only_changed: false });
    assert_eq!(report.exit_code(buttress::report::Threshold::default()), 1);
    report.diagnostics.iter_mut().for_each(|entry| entry.set_aside(Status::NotTouched));
    assert_eq!(report.exit_code(buttress::report::Threshold::default()), 0);
    let statuses: BTreeSet<Status> = report.set_aside().map(|entry| entry.status).collect();
    assert!(statuses.contains(&Status::NotIntroduced), "of several reasons the first one counts");
}

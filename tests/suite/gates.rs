//! Gates on a change: what a plan introduces, fixes and leaves, and what it has to do with.

use std::fmt::Write as _;

use buttress::settings::{Gates, Settings};

use crate::support::fixture;
use crate::support::verdicts::SESSION;

/// What a run with these options says, a line each.
fn outcome(plan: &str, options: Settings) -> String {
    let report = SESSION.check(&Settings { paths: vec![fixture(plan)], ..options });
    let mut text = String::new();
    for problem in &report.problems {
        let _ = writeln!(text, "{}", problem.code);
    }
    for entry in &report.findings {
        let _ = writeln!(text, "{} {}", entry.what.rule.id, entry.what.address);
    }
    for entry in &report.undecided {
        let _ = writeln!(text, "unknown {} {}: {}", entry.what.rule.id, entry.what.address, entry.what.cause);
    }
    for entry in report.change.iter().flat_map(|change| &change.fixed) {
        let _ = writeln!(text, "fixed {} {}", entry.what.rule, entry.what.address);
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
    sqs-dead-letter-without-alarm aws_sqs_queue.mails_dead
    messaging-dead-letter-removed aws_sqs_queue.orders
    rds-single-az module.ledger.aws_db_instance.this
    dynamodb-unprotected-from-deletion aws_dynamodb_table.baskets
    datastore-backups-reduced module.ledger.aws_db_instance.this
    workload-zones-reduced module.ledger.aws_db_instance.this
    dynamodb-without-throttle-alarm aws_dynamodb_table.baskets
    fixed sqs-without-dead-letter aws_sqs_queue.mails
    left 2
    "#);
}

#[test]
fn what_a_change_does_not_touch_is_left_out() {
    insta::assert_snapshot!(only_changed("plans/changes/release.json"), @r#"
    datastore-destroyed aws_dynamodb_table.carts
    dynamodb-without-pitr aws_dynamodb_table.baskets
    sqs-dead-letter-without-alarm aws_sqs_queue.mails_dead
    messaging-dead-letter-removed aws_sqs_queue.orders
    rds-single-az module.ledger.aws_db_instance.this
    dynamodb-unprotected-from-deletion aws_dynamodb_table.baskets
    datastore-without-alarm module.ledger.aws_db_instance.this
    datastore-backups-reduced module.ledger.aws_db_instance.this
    workload-zones-reduced module.ledger.aws_db_instance.this
    dynamodb-without-throttle-alarm aws_dynamodb_table.baskets
    changes 7 of 8
    "#);
}

#[test]
fn a_defect_that_was_there_before_is_left() {
    insta::assert_snapshot!(regressions("plans/changes/regression.json"), @r#"
    rds-single-az aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    left 3
    "#);
    insta::assert_snapshot!(only_changed("plans/changes/regression.json"), @r#"
    rds-single-az aws_db_instance.orders
    datastore-without-alarm aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    changes 1 of 2
    "#);
}

#[test]
fn both_gates_together_let_pass_what_both_let_pass() {
    let both = closed(Gates { regressions: true, only_changed: true });
    insta::assert_snapshot!(outcome("plans/changes/regression.json", both), @r#"
    rds-single-az aws_db_instance.orders
    workload-zones-reduced aws_db_instance.orders
    left 3
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

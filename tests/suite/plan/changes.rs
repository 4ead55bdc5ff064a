//! What a plan does, and what there was before it.

use std::fmt::Write as _;
use std::path::Path;

use buttress::estate::plan::estate;
use buttress::estate::{Action, Estate, ProviderFacts};
use buttress::text::FileId;

use crate::support::fixture;

/// Changes one to a line, then what there was before.
fn check(text: &str) -> String {
    let estate = estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default());
    let mut shown = String::new();
    for problem in &estate.problems {
        let _ = writeln!(shown, "{} {}", problem.id, problem.message);
    }
    shown += &changes(&estate);
    if let Some(before) = &estate.before {
        assert!(before.changes.is_empty() && before.before.is_none());
        assert_eq!(before.calls.len(), estate.calls.len());
        let _ = write!(shown, "before:\n{}", super::show(before));
        for instance in &before.instances {
            let written = instance.written.as_ref().unwrap();
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert!(value.pointer(&written.pointer).is_some(), "{}", written.pointer);
        }
    }
    shown
}

fn changes(estate: &Estate) -> String {
    let mut shown = String::new();
    for change in &estate.changes {
        let _ = write!(shown, "{} {}", change.action.name(), change.address);
        if change.action == (Action::Replace { create_first: true }) {
            shown += ", new one first";
        }
        if let Some(previous) = &change.previous_address {
            let _ = write!(shown, ", was {previous}");
        }
        for path in &change.replaced_for {
            let _ = write!(shown, ", for {}", path.iter().map(ToString::to_string).collect::<String>());
        }
        shown += if change.imported { ", imported" } else { "" };
        shown += if change.drifted { ", drifted" } else { "" };
        shown += "\n";
    }
    shown
}

#[test]
fn every_action_has_a_name() {
    let one = |name: &str, actions: &str, more: &str| {
        format!(
            r#"{{ "address": "aws_x.{name}", "mode": "managed", "type": "aws_x", "name": "{name}"{more},
                "change": {{ "actions": {actions}, "before": null, "after": {{}} }} }}"#
        )
    };
    let all = [
        one("no_op", r#"["no-op"]"#, ""),
        one("create", r#"["create"]"#, ""),
        one("update", r#"["update"]"#, r#", "previous_address": "aws_x.old", "action_reason": "new reason""#),
        one("delete", r#"["delete"]"#, ""),
        one("forget", r#"["forget"]"#, ""),
        one("moved", r#"["no-op"]"#, r#", "previous_address": "module.a[\"b.c\"].aws_x.moved""#),
        one("replace", r#"["delete", "create"]"#, ""),
        one("replace_safely", r#"["create", "delete"]"#, ""),
        one("replace_safely", r#"["delete"]"#, r#", "deposed": "0a1b2c3d""#),
        one("let_go", r#"["create", "forget"]"#, ""),
        one("future", r#"["teleport"]"#, ""),
        r#"{ "address": "data.aws_y.a", "mode": "data", "change": { "actions": ["read"] } }"#.to_owned(),
        r#"{ "address": "aws_x.imported", "change": { "actions": ["update"], "importing": { "id": "i-1" },
            "replace_paths": [["a", 0, "b"], ["c"]] } }"#
            .to_owned(),
    ];
    insta::assert_snapshot!(check(&format!(
        r#"{{ "format_version": "1.2", "planned_values": {{}}, "configuration": {{}}, "resource_changes": [{}],
            "resource_drift": [
                {{ "address": "aws_x.old", "change": {{ "actions": ["update"] }} }},
                {{ "address": "aws_x.no_op", "change": {{ "actions": ["update"] }} }},
                {{ "address": "aws_x.vanished", "change": {{ "actions": ["delete"] }} }}] }}"#,
        all.join(",")
    )), @r#"
    plan/unknown-action `plan.json` has a change with an unknown action
    create aws_x.create
    delete aws_x.delete
    forget aws_x.forget
    update aws_x.imported, for .a[0].b, for .c, imported
    replace aws_x.let_go, new one first
    no-op aws_x.moved, was module.a["b.c"].aws_x.moved
    no-op aws_x.no_op, drifted
    replace aws_x.replace
    replace aws_x.replace_safely, new one first
    delete aws_x.replace_safely (deposed object 0a1b2c3d)
    update aws_x.update, was aws_x.old, drifted
    no-op aws_x.vanished, drifted
    read data.aws_y.a
    before:
    "#);
}

/// A queue that exists and an alarm that names it, then and now.
fn plan_with_prior(prior: &str, changes: &str) -> String {
    format!(
        r#"{{ "format_version": "1.2",
            "planned_values": {{ "root_module": {{ "resources": [
                {{ "address": "aws_queue.jobs", "mode": "managed", "type": "aws_queue", "name": "jobs",
                    "values": {{ "id": "q-0a1b2c3d4e5f", "name": "jobs-of-the-shop" }} }},
                {{ "address": "aws_alarm.jobs", "mode": "managed", "type": "aws_alarm", "name": "jobs",
                    "values": {{ "queue": "jobs-of-the-shop", "text": "about jobs-of-the-shop" }} }}] }} }},
            "resource_changes": [{changes}], {prior}
            "configuration": {{ "root_module": {{ "resources": [
                {{ "address": "aws_queue.jobs", "mode": "managed", "type": "aws_queue", "name": "jobs",
                    "expressions": {{ "name": {{ "constant_value": "jobs-of-the-shop" }} }} }},
                {{ "address": "aws_alarm.jobs", "mode": "managed", "type": "aws_alarm", "name": "jobs", "expressions": {{
                    "queue": {{ "references": ["aws_queue.jobs.name", "aws_queue.jobs"] }},
                    "text": {{ "references": ["aws_queue.jobs.name", "aws_queue.jobs"] }},
                    "other": {{ "references": ["aws_queue.jobs.name", "aws_queue.jobs"] }} }} }}] }} }} }}"#
    )
}

#[test]
fn before_a_plan_references_count_where_the_values_bear_them_out() {
    // The alarm was about another queue then, so `queue` and `other` did not refer to the queue; `queue_id` did, by its id.
    insta::assert_snapshot!(check(&plan_with_prior(
        r#""prior_state": { "format_version": "1.0", "values": { "root_module": { "resources": [
            { "address": "aws_queue.jobs", "mode": "managed", "type": "aws_queue", "name": "jobs",
                "values": { "id": "q-0a1b2c3d4e5f", "name": "jobs-of-the-shop", "encrypted": true, "policy": null } },
            { "address": "aws_alarm.jobs", "mode": "managed", "type": "aws_alarm", "name": "jobs",
                "values": { "queue": "another-queue", "text": "about jobs-of-the-shop", "other": "else",
                    "queue_id": "q-0a1b2c3d4e5f", "token": "hunter2" } },
            { "address": "aws_alarm.gone", "mode": "managed", "type": "aws_alarm", "name": "gone",
                "values": { "queue": "jobs-of-the-shop", "queue_id": "q-0a1b2c3d4e5f" } },
            { "address": "data.aws_who.am_i", "mode": "data", "type": "aws_who", "name": "am_i",
                "values": { "account": "123456789012" } }] } } },"#,
        r#"{ "address": "aws_queue.jobs", "previous_address": "module.m[\"a.b\"].aws_queue.old",
                "change": { "actions": ["no-op"] } },
            { "address": "aws_alarm.jobs", "change": { "actions": ["update"], "before_sensitive": { "token": true } } },
            { "address": "aws_alarm.gone", "change": { "actions": ["delete"] } }"#,
    )), @r#"
    delete aws_alarm.gone
    update aws_alarm.jobs
    no-op aws_queue.jobs, was module.m["a.b"].aws_queue.old
    before:
    aws_alarm.gone
      queue = "jobs-of-the-shop"
      queue_id = "q-0a1b2c3d4e5f" <- module.m["a.b"].aws_queue.old.id
    aws_alarm.jobs
      other = "else"
      queue = "another-queue"
      queue_id = "q-0a1b2c3d4e5f" <- module.m["a.b"].aws_queue.old.id
      text = "about jobs-of-the-shop" <- module.m["a.b"].aws_queue.old.name
      token = secret "hunter2"
    data.aws_who.am_i
      account = "123456789012"
    module.m["a.b"].aws_queue.old
      encrypted = true
      id = "q-0a1b2c3d4e5f"
      name = "jobs-of-the-shop"
    "#);
}

#[test]
fn without_a_prior_state_the_changes_say_what_was_there() {
    insta::assert_snapshot!(check(&plan_with_prior(
        "",
        r#"{ "address": "aws_queue.jobs", "mode": "managed", "type": "aws_queue", "name": "jobs",
                "change": { "actions": ["update"], "before": { "name": "jobs-of-the-shop" }, "before_sensitive": {} } },
            { "address": "module.m[0].aws_alarm.gone[\"x\"]", "module_address": "module.m[0]", "mode": "managed",
                "type": "aws_alarm", "name": "gone", "index": "x",
                "change": { "actions": ["delete"], "before": { "queue": "hunter2" }, "before_sensitive": { "queue": true } } },
            { "address": "aws_alarm.jobs", "mode": "managed", "type": "aws_alarm", "name": "jobs",
                "change": { "actions": ["create"], "before": null } }"#,
    )), @r#"
    create aws_alarm.jobs
    update aws_queue.jobs
    delete module.m[0].aws_alarm.gone["x"]
    before:
    aws_queue.jobs
      name = "jobs-of-the-shop"
    module.m[0].aws_alarm.gone["x"]
      queue = secret "hunter2"
    "#);
}

#[test]
fn before_the_first_plan_there_was_nothing() {
    insta::assert_snapshot!(check(&plan_with_prior(
        r#""prior_state": { "format_version": "1.0", "values": { "root_module": {} } },"#,
        r#"{ "address": "aws_queue.jobs", "change": { "actions": ["create"], "before": null } }"#,
    )), @"
    create aws_queue.jobs
    before:
    ");
}

#[test]
fn plans_of_terraform_say_what_they_change() {
    let top = fixture("plans/changes");
    let mut shown = String::new();
    for name in ["moved_and_removed", "replace_and_delete"] {
        let text = std::fs::read_to_string(top.join(name).with_extension("json")).unwrap();
        let estate = estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default());
        assert!(estate.problems.is_empty(), "{:?}", estate.problems);
        let before = estate.before.as_ref().unwrap();
        let addresses: Vec<&str> = before.instances.iter().map(|one| one.address.as_str()).collect();
        let _ = write!(shown, "{name}\n{}before: {}\n", changes(&estate), addresses.join(" "));
    }
    insta::assert_snapshot!(shown, @r#"
    moved_and_removed
    forget aws_sns_topic.forgotten
    no-op aws_sqs_queue.many["first"], was aws_sqs_queue.single
    create aws_sqs_queue.many["second"]
    no-op aws_sqs_queue.orders, was aws_sqs_queue.old
    no-op module.after[0].aws_sqs_queue.this, was module.before.aws_sqs_queue.this
    before: aws_sns_topic.forgotten aws_sqs_queue.old aws_sqs_queue.single module.before.aws_sqs_queue.this
    replace_and_delete
    no-op aws_sqs_queue.gone[0]
    delete aws_sqs_queue.gone[1]
    replace aws_sqs_queue.jobs, new one first, for .name
    no-op aws_sqs_queue.kept
    create aws_sqs_queue.new["x"]
    before: aws_sqs_queue.gone[0] aws_sqs_queue.gone[1] aws_sqs_queue.jobs aws_sqs_queue.kept
    "#);
}

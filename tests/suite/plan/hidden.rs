//! What a plan does not show: dynamic blocks and local values; and what its marks tell of values that are not known.

use std::path::Path;

use buttress::estate::ProviderFacts;
use buttress::estate::plan::estate;
use buttress::text::FileId;
use serde_json::json;

/// The attributes of `thing.x` that are unknown, with the marks for what is sensitive and the expressions of the configuration.
/// `pool.a` is there as well: of it `arn`, `name` and `size` are unknown.
fn check(unknown: serde_json::Value, marks: serde_json::Value, expressions: serde_json::Value) -> String {
    let planned = |type_: &str, name: &str| json!({ "address": format!("{type_}.{name}"), "mode": "managed", "type": type_, "name": name, "values": {} });
    let plan = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [planned("pool", "a"), planned("thing", "x")] } },
        "resource_changes": [
            { "address": "pool.a", "change": {
                "after_unknown": { "arn": true, "name": true, "size": true }, "after_sensitive": { "tags": {} } } },
            { "address": "thing.x", "change": { "after_unknown": unknown, "after_sensitive": marks } },
        ],
        "configuration": { "root_module": { "resources": [
            { "mode": "managed", "type": "pool", "name": "a" },
            { "mode": "managed", "type": "thing", "name": "x", "expressions": expressions },
        ] } },
    });
    let facts = ProviderFacts { filled: ["zones".into()].into_iter().collect(), ..ProviderFacts::default() };
    let text = plan.to_string();
    let shown = super::show(&estate(FileId(0), Path::new("plan.json"), &text, &facts));
    let own = shown.split_once("thing.x\n").map_or("", |(_, own)| own);
    own.lines().map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn a_list_that_nobody_seems_to_write_is_a_dynamic_blocks_unless_the_provider_fills_it_in() {
    let shown = check(
        json!({ "rule": true, "zones": true, "size": true, "tags": true, "part": [{ "rule": true, "size": true }] }),
        json!({ "rule": [], "zones": [], "tags": {}, "part": [{ "rule": [] }] }),
        json!({ "part": [{ "name": { "constant_value": "a" } }] }),
    );
    insta::assert_snapshot!(shown, @r#"
    part = [block {rule = [... thing.x.part[0].rule, which a dynamic block may set, is known after apply]}]
    rule = [... thing.x.rule, which a dynamic block may set, is known after apply]
    "#);
}

#[test]
fn without_marks_of_the_shape_nothing_is_taken_for_blocks() {
    let shown = check(json!({ "rule": true, "size": true }), json!({}), json!({}));
    assert_eq!(shown, "");
}

#[test]
fn the_marks_tell_one_value_from_a_list_whatever_its_name() {
    let size = json!({ "references": ["pool.a.size", "pool.a"] });
    let arn = json!({ "references": ["pool.a.arn", "pool.a"] });
    let shown = check(
        json!({ "seconds": true, "arns": true, "target_arn": true, "listed": true }),
        json!({ "arns": [], "listed": [] }),
        json!({ "seconds": size, "arns": arn, "target_arn": arn, "listed": size }),
    );
    insta::assert_snapshot!(shown, @"
    arns = [?pool.a.arn]
    listed = ?(the provider decides pool.a at apply) <- pool.a.size
    seconds = ?(the provider decides pool.a at apply) <- pool.a.size
    target_arn = ?pool.a.arn
    ");
}

#[test]
fn what_a_local_value_hides_is_said_of_the_attribute() {
    let shown = check(
        json!({ "target_arn": true }),
        json!({ "tags": {} }),
        json!({ "target_arn": { "references": ["local.target"] } }),
    );
    insta::assert_snapshot!(shown, @"target_arn = ?(thing.x.target_arn, which comes from local.target, is known after apply)");
}

#[test]
fn a_plan_of_nothing_for_what_the_configuration_has_is_no_plan() {
    let read = |configuration: serde_json::Value| {
        let plan = json!({
            "format_version": "1.2", "planned_values": { "root_module": {} },
            "configuration": { "root_module": configuration },
        });
        let estate = estate(FileId(0), Path::new("plan.json"), &plan.to_string(), &ProviderFacts::default());
        estate
            .problems
            .iter()
            .map(|problem| format!("{} {}\n", problem.id, problem.message))
            .collect::<String>()
    };
    let resource = json!({ "mode": "managed", "type": "thing", "name": "x" });
    let repeated = json!({ "mode": "managed", "type": "thing", "name": "x", "count_expression": { "constant_value": 0 } });
    let data = json!({ "mode": "data", "type": "thing", "name": "x" });
    let call = |call: serde_json::Value| json!({ "module_calls": { "m": call } });
    let inner = json!({ "resources": [resource] });
    insta::assert_snapshot!(read(json!({ "resources": [resource] })), @"plan/nothing-planned `plan.json` has no planned values, neither for `thing.x` in its configuration nor for anything else: nothing was checked");
    insta::assert_snapshot!(read(call(json!({ "module": inner }))), @"plan/nothing-planned `plan.json` has no planned values, neither for `module.m.thing.x` in its configuration nor for anything else: nothing was checked");
    assert_eq!(read(json!({ "resources": [repeated] })), "");
    assert_eq!(read(json!({ "resources": [data] })), "");
    assert_eq!(read(call(json!({ "module": inner, "count_expression": { "constant_value": 0 } }))), "");
    assert_eq!(read(json!({})), "");
}

/// What a dimension of an alarm refers to that takes its text from a map of queues, whose names are `jobs` and `jobs-dead`. The map is made of
/// what the references name.
fn check_of_map(text: &str, for_each: serde_json::Value) -> String {
    let queue = |name: &str, text: &str| json!({ "address": format!("queue.{name}"), "mode": "managed", "type": "queue", "name": name, "values": { "name": text } });
    let plan = json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [
            queue("live", "jobs"),
            queue("dead", "jobs-dead"),
            { "address": "alarm.x[\"k\"]", "mode": "managed", "type": "alarm", "name": "x", "index": "k", "values": { "watched": { "queue": text } } },
        ] } },
        "configuration": { "root_module": { "resources": [
            { "mode": "managed", "type": "queue", "name": "live", "expressions": { "name": { "constant_value": "jobs" } } },
            { "mode": "managed", "type": "queue", "name": "dead", "expressions": { "name": { "constant_value": "jobs-dead" } } },
            { "mode": "managed", "type": "alarm", "name": "x", "for_each_expression": { "references": for_each },
              "expressions": { "watched": { "references": ["each.value"] } } },
        ] } },
    });
    let text = plan.to_string();
    let shown = super::show(&estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default()));
    let own = shown.split_once("alarm.x[\"k\"]\n").map_or("", |(_, own)| own);
    own.lines().take(1).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_text_that_may_come_from_a_local_value_refers_only_to_what_it_equals() {
    let shown = check_of_map("jobs-dead", json!(["local.dead", "queue.live"]));
    insta::assert_snapshot!(shown, @r#"watched = {queue = "jobs-dead"}"#);
    let shown = check_of_map("jobs", json!(["local.dead", "queue.live"]));
    insta::assert_snapshot!(shown, @r#"watched = {queue = "jobs" <- queue.live.name}"#);
    let shown = check_of_map("jobs-dead", json!(["queue.live"]));
    insta::assert_snapshot!(shown, @r#"watched = {queue = "jobs-dead" <- queue.live.name}"#);
}

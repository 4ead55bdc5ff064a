//! Budgets of reading a plan: little text, of which every part is small, and which asks for much. Counted in steps and bytes.

use std::path::Path;

use buttress::address::{Address, MAX_CALLS};
use buttress::budget::{Allowance, BUDGETS, Budget};
use buttress::estate::configuration::MAX_MODULE_DEPTH;
use buttress::estate::{Estate, plan};
use buttress::text::FileId;
use buttress::value::{CauseKind, Value};
use serde_json::{Map, Value as Json, json};

use super::SET;

#[path = "../../../benches/support/plan.rs"]
mod generated;

fn read(text: String, allowance: Allowance) -> Estate {
    plan::estate_within(FileId(0), Path::new("plan.json"), 0, text, &SET.model.facts, allowance)
}

/// What a run has for a plan of this size.
fn within(plan: &Json) -> (Estate, Allowance) {
    let text = plan.to_string();
    let allowance = Allowance::of_run(text.len() as u64);
    (read(text, allowance), allowance)
}

fn met(estate: &Estate) -> Vec<&'static str> {
    let mut names: Vec<&str> = estate.account.met.iter().map(|met| met.budget.row().name).collect();
    names.dedup();
    names
}

/// A plan that creates these instances, each with its planned values and what is unknown of it.
fn plan_of(instances: &[(String, Json, Json)], configuration: Json) -> Json {
    let member = |(address, values, _): &(String, Json, Json)| {
        let (type_, rest) = address.split_once('.').unwrap();
        let name = rest.split('[').next().unwrap();
        json!({"address": address, "mode": "managed", "type": type_, "name": name, "values": values})
    };
    let change = |(address, _, unknown): &(String, Json, Json)| json!({"address": address, "change": {"actions": ["create"], "after_unknown": unknown}});
    json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": instances.iter().map(member).collect::<Vec<_>>()}},
        "resource_changes": instances.iter().map(change).collect::<Vec<_>>(),
        "configuration": {"root_module": configuration},
    })
}

/// A resource of the configuration whose attributes all refer to the same thing.
fn referring(address: &str, attributes: usize, to: &str) -> Json {
    referring_in(address, (0..attributes).map(|n| format!("a{n}")), to)
}

fn referring_in(address: &str, attributes: impl Iterator<Item = String>, to: &str) -> Json {
    let (type_, name) = address.split_once('.').unwrap();
    let expressions: Map<String, Json> =
        attributes.map(|attribute| (attribute, json!({"references": [to]}))).collect();
    json!({"address": address, "mode": "managed", "type": type_, "name": name, "expressions": expressions})
}

fn indexed(
    address: &str,
    count: usize,
    values: impl Fn(usize) -> Json,
    unknown: &Json,
) -> Vec<(String, Json, Json)> {
    (0..count).map(|n| (format!("{address}[{n}]"), values(n), unknown.clone())).collect()
}

fn attribute<'e>(estate: &'e Estate, address: &str, name: &str) -> &'e Value {
    let instance = estate.instances.iter().find(|instance| instance.address == *address).unwrap();
    instance.body.get(name).unwrap_or_else(|| panic!("{address} has no {name}"))
}

#[track_caller]
fn assert_within(estate: &Estate, allowance: Allowance) {
    for row in &BUDGETS {
        let (spent, most) = (estate.account.spent(row.budget), allowance.of(row.budget));
        assert!(spent <= most.saturating_add(3), "{}: {spent} of {most}", row.name);
    }
}

#[test]
fn every_instance_refers_to_every_instance_of_another_resource() {
    // A document may contain all of them, so it keeps a reference to each.
    let attributes = || (0..20).map(|n| format!("a{n}_policy"));
    let unknown: Map<String, Json> = attributes().map(|name| (name, true.into())).collect();
    let mut all = indexed("x_one.s", 900, |_| json!({}), &json!({"id": true}));
    all.extend(indexed("x_two.l", 900, |_| json!({}), &unknown.into()));
    let configuration = json!({"resources": [referring_in("x_two.l", attributes(), "x_one.s")]});
    let plan = plan_of(&all, configuration);
    // Names are followed to each of these instances, and every value keeps references to many of them.
    let enough = Allowance::of_run(0).with(Budget::Values, u64::MAX);
    assert_eq!(met(&read(plan.to_string(), enough)), ["evaluation-cost"]);
    let (estate, allowance) = within(&plan);
    assert_eq!(met(&estate), ["value-bytes"]);
    assert_within(&estate, allowance);
    let met = &estate.account.met[0];
    assert!(met.address.as_ref().is_some_and(|address| address.starts_with("x_two.l[")), "{met:?}");
    // What was inferred before is kept; what was not is unknown for this reason.
    let first = attribute(&estate, "x_two.l[0]", "a0_policy");
    assert!(first.first_cause().is_none_or(|cause| cause.kind != CauseKind::Limit), "{first:?}");
    let last = attribute(&estate, "x_two.l[899]", "a19_policy").first_cause().unwrap();
    assert_eq!((last.kind, last.subject.as_str()), (CauseKind::Limit, "value-bytes"));
    assert_eq!(estate.instances.len(), 1_800, "what the plan lists is there");
}

#[test]
fn every_part_of_a_value_is_compared_with_every_instance() {
    let mut all =
        indexed("x_one.s", 900, |n| json!({"id": format!("one-{n:08}"), "b": n, "c": n}), &json!({}));
    let parts: Vec<String> = (0..1_000).map(|n| format!("part-{n}")).collect();
    all.extend(indexed("x_two.l", 60, |_| json!({"a0": parts}), &json!({})));
    let configuration = json!({"resources": [referring("x_two.l", 1, "x_one.s")]});
    let allowance = Allowance::of_run(0).with(Budget::Values, u64::MAX);
    let estate = read(plan_of(&all, configuration).to_string(), allowance);
    assert_eq!(met(&estate), ["evaluation-cost"]);
    assert_within(&estate, allowance);
}

#[test]
fn every_planned_block_is_compared_with_every_written_one() {
    let block = json!({"a": "x", "b": (0..60).collect::<Vec<_>>()});
    let expressions = json!({
        "a": {"constant_value": "x"},
        "b": {"constant_value": (0..60).rev().collect::<Vec<_>>()},
    });
    let values = json!({"rule": vec![block; 300]});
    let resource = json!({
        "address": "x_one.s", "mode": "managed", "type": "x_one", "name": "s",
        "expressions": {"rule": vec![expressions; 300]},
    });
    let all = indexed("x_one.s", 9, |_| values.clone(), &json!({}));
    let (estate, allowance) = within(&plan_of(&all, json!({"resources": [resource]})));
    assert_eq!(met(&estate), ["evaluation-cost"]);
    assert_within(&estate, allowance);
    let last = attribute(&estate, "x_one.s[8]", "rule").first_cause().unwrap();
    assert_eq!(last.kind, CauseKind::Limit);
}

#[test]
fn paths_of_many_parts_that_are_deep() {
    let nested = (0..90).fold(json!(vec![1; 40_000]), |inner, _| json!([inner]));
    let all = vec![("x_one.s".to_owned(), json!({"a": nested, "b": "x"}), json!({}))];
    let (estate, allowance) = within(&plan_of(&all, json!({})));
    assert_eq!(met(&estate), ["value-bytes"]);
    assert_within(&estate, allowance);
    assert_eq!(attribute(&estate, "x_one.s", "a").first_cause().unwrap().kind, CauseKind::Limit);
}

/// Each of many module instances calls many modules that have no resources.
#[test]
fn modules_that_only_the_configuration_shows() {
    let calls: Map<String, Json> =
        (0..2_000).map(|n| (format!("c{n}"), json!({"source": "./x", "module": {}}))).collect();
    let child = |n: usize| {
        let address = format!("module.m[{n}]");
        let resource =
            json!({"address": format!("{address}.x_one.s"), "mode": "managed", "type": "x_one", "name": "s"});
        json!({"address": address, "resources": [resource]})
    };
    let mut plan = plan_of(
        &[],
        json!({"module_calls": {"m": {
            "source": "./m", "count_expression": {"constant_value": 2_000}, "module": {"module_calls": calls},
        }}}),
    );
    plan["planned_values"]["root_module"]["child_modules"] = (0..2_000).map(child).collect();
    let (estate, allowance) = within(&plan);
    assert_eq!(met(&estate), ["instances"]);
    assert_within(&estate, allowance);
    assert_eq!(estate.instances.len(), 2_000, "what the plan lists is there");
    assert!((estate.calls.len() as u64) < 3 * allowance.of(Budget::Instances), "{}", estate.calls.len());
    assert_eq!(estate.incomplete.unwrap().kind, CauseKind::Limit, "what is missing may be there");
}

#[test]
fn an_address_of_very_many_modules() {
    let address = format!("{}x_one.s", "module.a.".repeat(30_000));
    let resource = json!({"address": address, "mode": "managed", "type": "x_one", "name": "s"});
    let mut plan = plan_of(&[], json!({}));
    let module = address.trim_end_matches(".x_one.s");
    plan["planned_values"]["root_module"]["child_modules"] =
        json!([{"address": module, "resources": [resource]}]);
    let (estate, _) = within(&plan);
    assert_eq!(estate.instances[0].address, *address);
    assert!(estate.account.spent(Budget::Values) < 1 << 20, "{}", estate.account.spent(Budget::Values));
    // As deep as configuration goes, and no deeper.
    assert_eq!(MAX_CALLS, MAX_MODULE_DEPTH);
    let deep = Address::read(&format!("{}x_one.s", "module.a.".repeat(200))).module();
    assert_eq!((deep.calls().count(), deep.ancestors().len()), (MAX_CALLS, MAX_CALLS));
}

#[test]
fn causes_do_not_repeat_long_names() {
    let name = "n".repeat(100_000);
    let unknown = json!({"a0": vec![true; 200], "a1": {name.clone(): vec![true; 200]}, "a2": true});
    let address = format!("x_one.{name}");
    let configuration = json!({"resources": [referring(&address, 3, &format!("local.{name}"))]});
    let (estate, _) = within(&plan_of(&[(address, json!({}), unknown)], configuration));
    let mut causes = 0;
    for (_, value) in &estate.instances[0].body.items {
        let parts = value.as_sequence().map_or_else(Vec::new, |parts| parts.items.clone());
        for cause in parts.iter().chain([value]).filter_map(Value::first_cause) {
            assert!(cause.to_string().chars().count() < 2_000, "{}", cause.to_string().len());
            causes += 1;
        }
    }
    assert!(causes > 200, "{causes}");
}

/// What a plan that Terraform made spends is paid by its own bytes, so it meets no budget however large it is.
#[test]
fn a_real_plan_never_meets_a_budget() {
    let mut text = Vec::new();
    let resources = generated::write(&mut text, 1_500).unwrap();
    let bytes = text.len() as u64;
    let estate = read(String::from_utf8(text).unwrap(), Allowance::UNLIMITED);
    assert!(resources >= 1_500 && estate.managed() > 1_000);
    for row in BUDGETS.iter().filter(|row| row.per_kib > 0) {
        // What will be is read in two halves, and what was by itself: each has a third.
        let (spent, paid) = (estate.account.spent(row.budget), (bytes >> 10) * row.per_kib / 3);
        assert!(2 * spent <= paid, "{}: {spent} of {paid}", row.name);
    }
    assert!(estate.account.spent(Budget::Evaluation) > 0 && estate.account.spent(Budget::Instances) > 0);
}

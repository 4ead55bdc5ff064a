//! What is not known never becomes nothing: an edge that may be there, nodes that a rule may have missed, parts of a value that may
//! be set.

use std::collections::BTreeMap;

use buttress::graph::ROOT_MODULE;
use buttress::report::Report;

use crate::support::fixture;
use crate::support::verdict_of::{of_plan, of_text, rule, rules, said};
use crate::support::verdicts;

/// What a rule that wants every sink to be fed says of a sink to which a pipe leads, where the model takes the pipe for an edge under
/// this condition.
fn fed(condition: &str, kind: &str) -> String {
    let model = format!(
        r#"join "x_pipe" {{
          from  = "source"
          to    = "sink"
          means = "sends"
          when  = {condition}
        }}"#
    );
    let rule =
        rule("x-fed", "for_each = resources(\"x_sink\")\nwhen = length(referrers(self, \"sends\")) == 0");
    let text = format!(
        r#"variable "kind" {{}}
        resource "x_source" "a" {{}}
        resource "x_sink" "a" {{}}
        resource "x_pipe" "a" {{
          source = x_source.a.id
          sink   = x_sink.a.id
          kind   = {kind}
        }}"#
    );
    said(&rules(&model, &[rule]), &of_text(&text))
}

#[test]
fn an_edge_whose_condition_is_not_known_may_be_there() {
    let when = r#"self.kind == "on""#;
    insta::assert_snapshot!(fed(when, r#""on""#), @"1 passed");
    insta::assert_snapshot!(fed(when, r#""off""#), @"x-fed fails x_sink.a");
    insta::assert_snapshot!(fed(when, "var.kind"), @"x-fed unknown x_sink.a: var.kind has no default and no value");
}

#[test]
fn an_edge_whose_condition_fails_may_be_there() {
    insta::assert_snapshot!(fed("self.kind.name", r#""on""#), @"x-fed unknown x_sink.a: it cannot be evaluated: a string has no attribute `name`");
    insta::assert_snapshot!(fed("self.kind", r#""on""#), @"x-fed unknown x_sink.a: it cannot be evaluated: a condition must be a boolean, not a string");
    insta::assert_snapshot!(fed("self.absent", r#""on""#), @"x-fed fails x_sink.a");
    let when = "tonumber(self.kind) == 1";
    insta::assert_snapshot!(fed(when, r#""1""#), @"1 passed");
    insta::assert_snapshot!(fed(when, r#""2""#), @"x-fed fails x_sink.a");
    insta::assert_snapshot!(fed(when, r#""one""#), @r#"x-fed unknown x_sink.a: it cannot be evaluated: invalid value for "v" parameter of tonumber: cannot convert "one" to number; given string must be a decimal representation of a number"#);
}

/// What a rule that fails for every node says where `for_each` is this.
fn looked_at(for_each: &str) -> String {
    let rule = rule("x-all", &format!("for_each = {for_each}\nwhen = true"));
    let text = r#"
        variable "open" {}
        resource "x_thing" "a" {
          text  = "a"
          maybe = var.open
        }
        resource "x_thing" "b" {
          text = "b"
        }"#;
    said(&rules("", &[rule]), &of_text(text))
}

#[test]
fn a_rule_says_which_nodes_it_may_have_missed() {
    let things = r#"resources("x_thing")"#;
    insta::assert_snapshot!(looked_at(things), @"
    x-all fails x_thing.a
    x-all fails x_thing.b
    ");
    insta::assert_snapshot!(looked_at(&format!("{things}[0].maybe")), @"x-all unknown root module: var.open has no default and no value");
    insta::assert_snapshot!(looked_at(&format!("[for x in {things} : x if x.maybe != 1]")), @"
    x-all fails x_thing.b
    x-all unknown root module: var.open has no default and no value
    ");
    insta::assert_snapshot!(looked_at(&format!("[{things}[0].maybe, {things}[1]]")), @"
    x-all fails x_thing.b
    x-all unknown root module: var.open has no default and no value
    ");
    // What two elements have for a cause is said once.
    insta::assert_snapshot!(looked_at(&format!("[{things}[0].maybe, {things}[0].maybe]")), @"x-all unknown root module: var.open has no default and no value");
    // Null is no node, and no list of nodes.
    insta::assert_snapshot!(looked_at(&format!("{things}[0].absent")), @"");
    insta::assert_snapshot!(looked_at(&format!("[{things}[0].absent, {things}[1]]")), @"x-all fails x_thing.b");
    insta::assert_snapshot!(looked_at("null"), @"");
}

#[test]
fn what_is_no_node_may_have_meant_one() {
    let things = r#"resources("x_thing")"#;
    insta::assert_snapshot!(looked_at(&format!("[for x in {things} : x.text]")), @"x-all unknown root module: it cannot be evaluated: `for_each` of the rule must be nodes, not a string");
    insta::assert_snapshot!(looked_at(&format!("{things}[0].text")), @"x-all unknown root module: it cannot be evaluated: `for_each` of the rule must be a list of nodes, not a string");
    insta::assert_snapshot!(looked_at(&format!("{things}[0]")), @"x-all unknown root module: it cannot be evaluated: `for_each` of the rule must be a list of nodes, not a dynamic");
}

/// Verdicts about the root module: cause, and how many rules share it.
fn at_root(report: &Report) -> BTreeMap<String, usize> {
    let open = report.unknown.iter().filter(|entry| entry.what.address == ROOT_MODULE);
    open.map(|entry| (entry.what.cause.to_string(), entry.what.rules().count())).collect()
}

#[test]
fn what_was_not_read_is_told_once_for_all_rules() {
    for (path, cause) in [
        ("cli/modules_not_downloaded", "module.alarms is not downloaded"),
        ("cli/one_broken_file", "was not read in full"),
        ("broken/errored_plan.json", "the part that the incomplete plan"),
    ] {
        let report = verdicts::report(&fixture(path));
        let open = at_root(&report);
        assert_eq!(open.len(), 1, "{path}: {open:?}");
        let (said, rules) = open.first_key_value().unwrap();
        assert!(said.contains(cause), "{path}: {said}");
        assert!(*rules > 40, "{path}: {rules} rules");
    }
    let whole = verdicts::report(&fixture("stacks/serverless_events"));
    assert!(at_root(&whole).is_empty());
}

/// What a rule that wants an alarm says of a queue, where an alarm has these dimensions.
fn alarmed(set_of: &str) -> String {
    let model = r#"link "x_alarm" "dimensions.Queue" {
      to    = "x_queue"
      means = "watches"
      by    = "name"
    }"#;
    let rule = rule(
        "x-alarmed",
        "for_each = resources(\"x_queue\")\nwhen = length(referrers(self, \"watches\")) == 0",
    );
    let text = format!(
        r#"variable "open" {{}}
        resource "x_queue" "a" {{
          name = "orders"
        }}
        resource "x_alarm" "a" {{
          dimensions = {set_of}
        }}"#
    );
    said(&rules(model, &[rule]), &of_text(&text))
}

#[test]
fn a_map_with_further_keys_may_have_the_one_of_a_link() {
    insta::assert_snapshot!(alarmed(r#"{ Queue = "orders" }"#), @"1 passed");
    insta::assert_snapshot!(alarmed(r#"{ Topic = "orders" }"#), @"x-alarmed fails x_queue.a");
    insta::assert_snapshot!(alarmed("var.open"), @"x-alarmed unknown x_queue.a: var.open has no default and no value");
    insta::assert_snapshot!(
        alarmed(r#"{ for k, v in { Topic = "orders", (var.open) = "orders" } : k => v }"#),
        @"x-alarmed unknown x_queue.a: var.open has no default and no value"
    );
}

/// What a rule about smaller groups says of a plan, where `scaling` was `{ min = 2 }` and the plan gives it this value.
fn shrunk(after: &str, unknown: &str) -> String {
    let rule = rule(
        "x-shrunk",
        "needs = \"plan\"\nfor_each = resources(\"x_group\")\nwhen = changed(self, \"scaling.min\")",
    );
    let plan = format!(
        r#"{{ "format_version": "1.2", "terraform_version": "1.11.4", "complete": true,
          "planned_values": {{ "root_module": {{ "resources": [
            {{ "address": "x_group.a", "mode": "managed", "type": "x_group", "name": "a", "values": {after} }}] }} }},
          "resource_changes": [
            {{ "address": "x_group.a", "mode": "managed", "type": "x_group", "name": "a", "change": {{
              "actions": ["update"], "before": {{ "scaling": [{{ "min": 2 }}] }}, "after": {after},
              "after_unknown": {unknown}, "before_sensitive": {{}}, "after_sensitive": {{}} }} }}],
          "prior_state": {{ "format_version": "1.0", "values": {{ "root_module": {{ "resources": [
            {{ "address": "x_group.a", "mode": "managed", "type": "x_group", "name": "a",
               "values": {{ "scaling": [{{ "min": 2 }}] }} }}] }} }} }},
          "configuration": {{ "root_module": {{ "resources": [
            {{ "address": "x_group.a", "mode": "managed", "type": "x_group", "name": "a",
               "expressions": {{ "scaling": {{ "references": ["local.scaling"] }} }} }}] }} }} }}"#
    );
    said(&rules("", &[rule]), &of_plan(&plan))
}

#[test]
fn a_part_of_something_that_is_not_known_is_not_known_to_change() {
    insta::assert_snapshot!(shrunk(r#"{ "scaling": [{ "min": 2 }] }"#, "{}"), @"1 passed");
    insta::assert_snapshot!(shrunk(r#"{ "scaling": [{ "min": 1 }] }"#, "{}"), @"x-shrunk fails x_group.a");
    let open = shrunk("{}", r#"{ "scaling": true }"#);
    assert!(open.starts_with("x-shrunk unknown x_group.a: "), "{open}");
}

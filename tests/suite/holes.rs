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

/// What a rule says of a queue, next to a worker with an open link to queues and one to stores.
fn beside_open_links(when: &str) -> String {
    let model = r#"
        set "sink" {
          types = ["x_queue", "x_topic"]
        }
        link "x_worker" "sink" {
          to    = "sink"
          means = "sends"
        }
        link "x_worker" "store" {
          to    = "x_store"
          means = "sends"
        }
        join "x_pipe" {
          from  = "source"
          to    = "target"
          means = "consumes"
        }
        link "x_pipe" "target" {
          to    = "x_queue"
          means = "refers"
        }"#;
    let text = r#"
        variable "open" {}
        resource "x_queue" "a" {}
        resource "x_store" "a" {}
        resource "x_other" "a" {}
        resource "x_worker" "a" {
          sink  = var.open
          store = x_store.a.id
        }
        resource "x_pipe" "a" {
          source = x_worker.a.id
          target = var.open
        }"#;
    let rule = rule("x-rule", &format!("for_each = {when}"));
    said(&rules(model, &[rule]), &of_text(text))
}

#[test]
fn an_open_link_is_open_for_the_types_that_it_may_lead_to() {
    let worker =
        |when: &str| beside_open_links(&format!("resources(\"x_worker\")\nwhen = length({when}) == 0"));
    let unknown = "x-rule unknown x_worker.a: var.open has no default and no value";
    assert_eq!(worker(r#"linked(self, "sends", "x_queue")"#), unknown);
    assert_eq!(worker(r#"linked(self, "sends", "sink")"#), unknown);
    assert_eq!(worker(r#"linked(self, "sends", "x_other")"#), "x-rule fails x_worker.a");
    assert_eq!(worker(r#"linked(self, "sends", "x_store")"#), "1 passed");
    let one = |when: &str| beside_open_links(&format!("resources(\"x_worker\")\nwhen = length({when}) == 1"));
    assert_eq!(one(r#"linked(self, "sends", "x_store")"#), "x-rule fails x_worker.a");
    assert_eq!(one(r#"linked(self, "sends")"#), unknown);
    // The end of a join is what a link of the same attribute says.
    assert_eq!(worker(r#"linked(self, "consumes", "x_queue")"#), unknown);
    assert_eq!(worker(r#"linked(self, "consumes", "x_store")"#), "x-rule fails x_worker.a");
}

#[test]
fn an_open_link_comes_from_its_own_type() {
    let queue =
        |when: &str| beside_open_links(&format!("resources(\"x_queue\")\nwhen = length({when}) == 0"));
    let unknown = "x-rule unknown x_queue.a: var.open has no default and no value";
    assert_eq!(queue(r#"referrers(self, "sends", "x_worker")"#), unknown);
    assert_eq!(queue(r#"referrers(self, "sends")"#), unknown);
    assert_eq!(queue(r#"referrers(self, "sends", "x_other")"#), "x-rule fails x_queue.a");
    assert_eq!(queue(r#"referrers(self, "consumes", "x_worker")"#), unknown);
    assert_eq!(queue(r#"referrers(self, "consumes", "x_other")"#), "x-rule fails x_queue.a");
    let store =
        |when: &str| beside_open_links(&format!("resources(\"x_store\")\nwhen = length({when}) == 0"));
    assert_eq!(store(r#"referrers(self, "consumes")"#), "x-rule fails x_store.a");
}

#[test]
fn no_more_is_left_of_a_list_than_was_in_it() {
    let said_of = |when: &str| {
        let text =
            "variable \"open\" {}\nresource \"x_thing\" \"a\" {\n  open = var.open\n  two  = [1, 2]\n}\n";
        let rule = rule("x-rule", &format!("for_each = resources(\"x_thing\")\nwhen = {when}"));
        said(&rules("", &[rule]), &of_text(text))
    };
    let unknown = "x-rule unknown x_thing.a: var.open has no default and no value";
    assert_eq!(said_of("length([for x in [self] : x if x.open == 1]) > 1"), "1 passed");
    assert_eq!(said_of("length([for x in [self] : x if x.open == 1]) > 0"), unknown);
    assert_eq!(said_of("length([for x in self.two : x if self.open == x]) > 2"), "1 passed");
    assert_eq!(said_of("length([for x in self.two : x if x == 1 || self.open == x]) > 1"), unknown);
    assert_eq!(said_of("length([for x in self.two : x if x != 1 && self.open == x]) > 1"), "1 passed");
    assert_eq!(said_of("length(distinct([for x in [self] : x.open if x.open == 1])) > 1"), "1 passed");
    assert_eq!(said_of("length([for x in default(self.open, []) : x if self.open == x]) > 2"), unknown);
}

#[test]
fn a_value_that_is_null_or_another_decides_where_the_rule_passes_with_both() {
    let said_of = |value: &str, when: &str| {
        let text = format!(
            "variable \"open\" {{}}\nresource \"x_thing\" \"a\" {{\n  policy = var.open == null ? null : {value}\n}}\n"
        );
        let rule = rule("x-rule", &format!("for_each = resources(\"x_thing\")\nwhen = {when}"));
        said(&rules("", &[rule]), &of_text(&text))
    };
    let unknown = "x-rule unknown x_thing.a: var.open has no default and no value";
    let few = r#"self.policy != null && jsondecode(self.policy).times < 3"#;
    assert_eq!(said_of("jsonencode({ to = var.open, times = 5 })", few), "1 passed");
    assert_eq!(said_of("jsonencode({ to = var.open, times = 1 })", few), unknown);
    assert_eq!(said_of("jsonencode({ to = var.open, times = var.open })", few), unknown);
    assert_eq!(said_of("jsonencode({ to = var.open, times = 5 })", "self.policy == null"), unknown);
}

#[test]
fn what_was_encoded_as_yaml_is_decoded_in_part() {
    let said_of = |value: &str, when: &str| {
        let text = format!("variable \"open\" {{}}\nresource \"x_thing\" \"a\" {{\n  values = {value}\n}}\n");
        let rule = rule("x-rule", &format!("for_each = resources(\"x_thing\")\nwhen = {when}"));
        said(&rules("", &[rule]), &of_text(&text))
    };
    let unknown = "x-rule unknown x_thing.a: var.open has no default and no value";
    let few = "yamldecode(self.values).web.replicas < 2";
    assert_eq!(
        said_of("yamlencode({ to = var.open, web = { replicas = 1 } })", few),
        "x-rule fails x_thing.a"
    );
    assert_eq!(said_of("yamlencode({ to = var.open, web = { replicas = 2 } })", few), "1 passed");
    assert_eq!(said_of("yamlencode({ web = { replicas = var.open } })", few), unknown);
    assert_eq!(said_of("yamlencode(var.open)", few), unknown);
    // A text of YAML is none of JSON.
    let few = "jsondecode(self.values).web.replicas < 2";
    assert_eq!(said_of("yamlencode({ to = var.open, web = { replicas = 1 } })", few), unknown);
}

#[test]
fn only_what_stands_below_the_keys_of_a_link_counts() {
    let linked = |text: &str| {
        let model = r#"
            link "x_task" "containers" {
              to     = "x_store"
              means  = "reads_writes"
              within = ["environment"]
            }"#;
        let text = format!(
            "variable \"open\" {{}}\nresource \"x_store\" \"a\" {{}}\nresource \"x_task\" \"a\" {{\n  containers = {text}\n}}\n"
        );
        let rule = rule(
            "x-rule",
            "for_each = resources(\"x_task\")\nwhen = length(linked(self, \"reads_writes\")) == 0",
        );
        said(&rules(model, &[rule]), &of_text(&text))
    };
    let unknown = "x-rule unknown x_task.a: var.open has no default and no value";
    assert_eq!(linked("jsonencode([{ image = var.open }])"), "x-rule fails x_task.a");
    assert_eq!(linked("jsonencode([{ image = var.open, environment = [{ value = var.open }] }])"), unknown);
    assert_eq!(
        linked("jsonencode([{ image = var.open, environment = [{ value = x_store.a.id }] }])"),
        "1 passed"
    );
    assert_eq!(linked("jsonencode([{ image = x_store.a.id, tags = var.open }])"), "x-rule fails x_task.a");
    assert_eq!(linked("var.open"), unknown);
}

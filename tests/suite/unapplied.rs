//! What rules are told of values that are known after an apply: how they begin, which attribute they are, what a path in a document leads
//! to, what is known of a document, and which arguments a resource leaves to others.

use buttress::rule::RuleSet;

use crate::support::verdict_of::{of_text, rule, rules, said};

const MODEL: &str = r#"
    identity {
      attributes = ["id", "arn"]
      foreign    = ["x_target.arn"]
    }

    present {
      attributes = ["id", "arn", "name"]
    }

    begins "arn:" {
      attributes = ["arn", "x_cluster.id"]
    }

    begins "https://" {
      attributes = ["x_queue.url"]
    }
"#;

/// What a rule about `x_alarm` says of a configuration.
fn about(when: &str, text: &str) -> String {
    let set: RuleSet =
        rules(MODEL, &[rule("x-rule", &format!("for_each = resources(\"x_alarm\")\nwhen = {when}"))]);
    said(&set, &of_text(text))
}

const PASSES: &str = "1 passed";
const FAILS: &str = "x-rule fails x_alarm.a";

/// The verdict on a condition about `self.value`, without the cause if it is unknown.
fn of_value(when: &str, value: &str) -> String {
    let text = format!(
        r#"
        variable "given" {{ type = string }}
        data "x_caller" "me" {{}}
        resource "x_queue" "q" {{}}
        resource "x_cluster" "c" {{}}
        resource "x_alarm" "a" {{
          value = {value}
        }}"#
    );
    let said = about(when, &text);
    if said.contains("unknown") { "unknown".to_owned() } else { said }
}

#[test]
fn a_value_begins_as_the_model_says() {
    let arn = r#"startswith(self.value, "arn:")"#;
    assert_eq!(of_value(arn, "x_queue.q.arn"), FAILS);
    assert_eq!(of_value(arn, "x_cluster.c.id"), FAILS);
    assert_eq!(of_value(arn, "x_queue.q.url"), PASSES, "it begins otherwise");
    assert_eq!(of_value(arn, "x_queue.q.id"), "unknown", "of another type it is not said");
    assert_eq!(of_value(arn, "x_queue.q.name"), "unknown");
    assert_eq!(of_value(r#"self.value == "service.example.com""#, "x_queue.q.arn"), PASSES);
    assert_eq!(of_value(r#"self.value == "arn:x:queue""#, "x_queue.q.arn"), "unknown");
}

#[test]
fn a_value_is_an_attribute_or_made_of_one() {
    let is_arn = r#"attribute(self.value) == "arn""#;
    assert_eq!(of_value(is_arn, "x_queue.q.arn"), FAILS);
    assert_eq!(of_value(is_arn, "x_queue.q.url"), PASSES);
    let is_made = r#"attribute(self.value) == """#;
    assert_eq!(of_value(is_made, "\"${x_queue.q.arn}/orders\""), FAILS);
    assert_eq!(of_value(is_made, "element(split(\":\", x_queue.q.arn), 5)"), FAILS);
    let is_none = "attribute(self.value) == null";
    assert_eq!(of_value(is_none, "\"orders\""), FAILS);
    assert_eq!(of_value(is_none, "var.given"), FAILS, "a variable is no attribute");
}

#[test]
fn a_path_in_a_document_leads_to_what_is_there() {
    let lets_in = r#"contains(flatten([
      for s in jsondecode(self.value).statements : [try(s.who.account, []), try(s.who.service, [])]
    ]), "queue.example.com")"#;
    let document = |account: &str, service: &str| {
        format!(
            "jsonencode({{ statements = [{{ who = {{ account = {account} }} }}, {{ who = {{ service = {service} }} }}] }})"
        )
    };
    let account = r#""arn:x:${data.x_caller.me.account}:root""#;
    assert_eq!(of_value(lets_in, &document(account, r#""queue.example.com""#)), FAILS);
    assert_eq!(
        of_value(lets_in, &document(account, r#""topic.example.com""#)),
        PASSES,
        "an ARN is no service"
    );
    assert_eq!(of_value(lets_in, &document("data.x_caller.me.arn", r#""topic.example.com""#)), PASSES);
    assert_eq!(of_value(lets_in, &document("var.given", r#""topic.example.com""#)), "unknown");
    // What is unknown as a whole may turn out to have no such path.
    assert_eq!(of_value("try(jsondecode(self.value).who, null) == null", "var.given"), "unknown");
}

#[test]
fn a_yaml_text_keeps_what_is_known_of_it() {
    let text = |text: &str| format!("<<-Y\n{text}\nY");
    let of_name = |value: &str| of_value("yamldecode(self.value).name == \"orders\"", value);
    assert_eq!(of_name(&text("name: orders\nowner: ${x_queue.q.name}")), FAILS);
    assert_eq!(of_name(&text("name: returns\nowner: ${x_queue.q.name}")), PASSES);
    assert_eq!(of_name(&text("name: ${x_queue.q.name}\nowner: shop")), "unknown");
    assert_eq!(of_name(&text("${x_queue.q.name}: orders")), "unknown", "any key");
    assert_eq!(of_name(&text("name: returns-${x_queue.q.name}")), PASSES, "it begins otherwise");
    assert_eq!(of_name("jsonencode({ name = \"orders\", owner = x_queue.q.name })"), FAILS, "JSON is YAML");
    assert_eq!(of_name("var.given"), "unknown");
    let refers = "length(refs(yamldecode(self.value).uri, \"x_queue\")) == 1";
    assert_eq!(of_value(refers, &text("uri: ${x_queue.q.arn}")), FAILS);
    // Without quotes a number may become of it.
    let is_text = "yamldecode(self.value).size == \"1-\"";
    assert_eq!(of_value(is_text, &text("size: 1${x_queue.q.name}")), "unknown");
}

#[test]
fn a_list_in_json_keeps_the_elements_before_one_that_is_not_known() {
    let list = "jsonencode(concat([{ image = \"orders\" }], var.more))";
    let text = |condition: &str| {
        let said = about(
            condition,
            &format!("variable \"more\" {{}}\nresource \"x_alarm\" \"a\" {{\n  value = {list}\n}}"),
        );
        if said.contains("unknown") { "unknown".to_owned() } else { said }
    };
    assert_eq!(text("contains([for c in jsondecode(self.value) : c.image], \"orders\")"), FAILS);
    assert_eq!(text("contains([for c in jsondecode(self.value) : c.image], \"returns\")"), "unknown");
}

#[test]
fn an_argument_of_the_name_of_an_identity_leads_elsewhere() {
    let text = |arn: &str| {
        format!(
            r#"
            resource "x_target" "t" {{
              arn = {arn}
            }}
            resource "x_alarm" "a" {{
              value = {arn}
            }}"#
        )
    };
    let literal = r#""arn:x:stream/orders""#;
    assert_eq!(about("length(refs(self.value)) == 0", &text(literal)), FAILS);
}

#[test]
fn changes_that_a_resource_leaves_to_others_have_names() {
    let verdict = |argument: &str, lifecycle: &str| {
        let when = format!(r#"contains(ignored_changes(self), "{argument}")"#);
        about(&when, &format!("resource \"x_alarm\" \"a\" {{\n{lifecycle}\n}}"))
    };
    let ignoring = |what: &str| format!("lifecycle {{\n    ignore_changes = {what}\n  }}");
    assert_eq!(verdict("route", &ignoring("[route]")), FAILS);
    assert_eq!(verdict("route", &ignoring("[\"route\"]")), FAILS, "as it used to be written");
    assert_eq!(verdict("tags", &ignoring("[route, tags[\"owner\"], rule[0].from]")), FAILS);
    assert_eq!(verdict("rule", &ignoring("[route, tags[\"owner\"], rule[0].from]")), FAILS);
    assert_eq!(verdict("all", &ignoring("all")), FAILS);
    assert_eq!(verdict("tags", &ignoring("[route]")), PASSES);
    assert_eq!(verdict("route", "lifecycle {\n    prevent_destroy = true\n  }"), PASSES);
    assert_eq!(verdict("route", ""), PASSES);
}

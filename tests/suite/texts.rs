//! A written name, identifier or URL refers to the resource that has it: in links, joins, `refs`, documents, and in any reference.

use crate::support::verdict_of::{of_plan, of_text, rule, rules, said};

const MODEL: &str = r#"
    text "x_queue" {
      name  = "name"
      forms = ["id:*:queue:*:{}", "https://queue.*/*/{}"]
    }
    text "x_store" {
      name  = "name"
      forms = ["id:*:store:*:{/}"]
    }
    link "x_worker" "sink" {
      to    = "x_queue"
      means = "sends"
    }
    link "x_worker" "settings" {
      to    = "x_queue"
      means = "sends"
    }
    link "x_worker" "calls" {
      to    = "x_queue"
      means = "sends"
      by    = "name"
      part  = "\"Queue\"\\s*:\\s*\"([^\"]+)\""
    }
    link "x_policy" "queue" {
      to    = "x_queue"
      means = "sends"
      by    = "name"
      same  = ["zone"]
    }
    join "x_pipe" {
      from  = "source"
      to    = "sink"
      means = "sends"
    }
    link "x_pipe" "sink" {
      to    = "x_queue"
      means = "refers"
      by    = "name"
    }
    edge "x_backup" {
      to    = resources("x_store")
      means = "covers"
      when  = names(self.takes, other) || lookup(default(other.tags, {}), "backup", null) == self.tag
    }
"#;

/// What a rule that wants every queue to be fed says of a queue `orders`, next to this.
fn fed(text: &str) -> String {
    let rule =
        rule("x-fed", "for_each = resources(\"x_queue\")\nwhen = length(referrers(self, \"sends\")) == 0");
    let queue = "resource \"x_queue\" \"orders\" {\n  name = \"orders\"\n  zone = \"a\"\n}\n";
    said(&rules(MODEL, &[rule]), &of_text(&format!("variable \"open\" {{}}\n{queue}{text}")))
}

fn worker(attribute: &str) -> String {
    fed(&format!("resource \"x_worker\" \"a\" {{\n{attribute}\n}}"))
}

#[test]
fn a_link_takes_a_name_an_identifier_and_a_url() {
    for text in [
        "orders",
        "id:here:queue:1:orders",
        "id:here:queue:1:orders:part",
        "https://queue.here.example.com/1/orders",
    ] {
        assert_eq!(worker(&format!("sink = \"{text}\"")), "1 passed", "{text}");
    }
    for text in
        ["order", "id:here:queue:1:orders-2", "id:here:store:1:orders", "https://queue.here/1/2/orders"]
    {
        assert_eq!(worker(&format!("sink = \"{text}\"")), "x-fed fails x_queue.orders", "{text}");
    }
}

#[test]
fn a_reference_to_something_else_does_not_hide_a_text() {
    let with = |text: &str| fed(&format!("resource \"x_place\" \"a\" {{\n  name = \"here\"\n}}\n{text}"));
    assert_eq!(
        with("resource \"x_worker\" \"a\" {\n  sink = \"id:${x_place.a.name}:queue:1:orders\"\n}"),
        "1 passed"
    );
    assert_eq!(
        with(
            "resource \"x_worker\" \"a\" {\n  sink = jsonencode({ at = x_place.a.id, to = \"id:here:queue:1:orders\" })\n}"
        ),
        "1 passed"
    );
}

#[test]
fn documents_and_maps_hold_texts() {
    assert_eq!(worker(r#"sink = "{\"to\": \"id:here:queue:1:orders\", \"times\": 5}""#), "1 passed");
    assert_eq!(worker(r#"sink = jsonencode({ to = ["id:here:queue:1:orders"] })"#), "1 passed");
    assert_eq!(worker(r#"sink = jsonencode({ to = "id:here:queue:1:orders", by = var.open })"#), "1 passed");
    assert_eq!(worker(r#"settings = { QUEUE = "https://queue.here/1/orders" }"#), "1 passed");
    // A word in a map may be anything: `STAGE = "prod"` names no function that is called `prod`.
    assert_eq!(worker(r#"settings = { QUEUE = "orders" }"#), "x-fed fails x_queue.orders");
    assert_eq!(worker(r#"calls = jsonencode({ Do = { Queue = "orders" } })"#), "1 passed");
    assert_eq!(worker(r#"calls = jsonencode({ Do = { Queue = "orders", By = var.open } })"#), "1 passed");
    assert_eq!(worker(r#"calls = jsonencode({ Do = { Topic = "orders" } })"#), "x-fed fails x_queue.orders");
}

#[test]
fn in_a_map_a_name_counts_if_one_resource_only_has_it() {
    let store = "resource \"x_store\" \"a\" {\n  name = \"orders\"\n}\n";
    let worker = "resource \"x_worker\" \"a\" {\n  settings = { NAME = \"orders\" }\n}";
    assert_eq!(fed(&format!("{store}{worker}")), "x-fed fails x_queue.orders");
}

#[test]
fn a_text_that_may_be_one_of_several_is_open() {
    let second =
        |zone: &str| format!("resource \"x_queue\" \"b\" {{\n  name = \"orders\"\n  zone = \"{zone}\"\n}}\n");
    insta::assert_snapshot!(
        fed(&format!("{}resource \"x_worker\" \"a\" {{\n  sink = \"id:here:queue:1:orders\"\n}}", second("a"))),
        @"
    x-fed unknown x_queue.b: the choice among 2 resources with the same name is decided outside this configuration
    x-fed unknown x_queue.orders: the choice among 2 resources with the same name is decided outside this configuration
    "
    );
    // What the link compares tells which.
    let policy = "resource \"x_policy\" \"a\" {\n  queue = \"orders\"\n  zone = \"a\"\n}";
    assert_eq!(fed(&format!("{}{policy}", second("b"))), "x-fed fails x_queue.b\n1 passed");
}

#[test]
fn a_name_that_is_not_known_may_be_the_one() {
    let text = "resource \"x_queue\" \"b\" {\n  name = \"late-${var.open}\"\n}\n";
    insta::assert_snapshot!(
        fed(&format!("{text}resource \"x_worker\" \"a\" {{\n  sink = \"id:here:queue:1:late-1\"\n}}")),
        @"
    x-fed fails x_queue.orders
    x-fed unknown x_queue.b: var.open has no default and no value
    "
    );
}

#[test]
fn joins_take_texts_at_both_ends() {
    let pipe = |source: &str, sink: &str| {
        fed(&format!(
            "resource \"x_store\" \"a\" {{\n  name = \"in\"\n}}\nresource \"x_pipe\" \"a\" {{\n  source = {source}\n  sink = {sink}\n}}"
        ))
    };
    assert_eq!(pipe("x_store.a.id", "\"id:here:queue:1:orders\""), "1 passed");
    assert_eq!(pipe("\"id:here:store:1:in\"", "x_queue.orders.id"), "1 passed");
    // A link says of which type a bare name is.
    assert_eq!(pipe("x_store.a.id", "\"orders\""), "1 passed");
    assert_eq!(pipe("x_store.a.id", "\"invoices\""), "x-fed fails x_queue.orders");
    // What is elsewhere feeds it all the same.
    assert_eq!(pipe("\"elsewhere\"", "x_queue.orders.id"), "1 passed");
}

/// What a rule that wants every queue to be mentioned by a note says.
fn mentioned(note: &str, when: &str) -> String {
    let rule = rule("x-mentioned", &format!("for_each = resources(\"x_queue\")\nwhen = {when}"));
    let text = format!(
        "resource \"x_queue\" \"orders\" {{\n  name = \"orders\"\n}}\nresource \"x_note\" \"a\" {{\n  text = {note}\n}}"
    );
    said(&rules(MODEL, &[rule]), &of_text(&text))
}

#[test]
fn an_identifier_anywhere_is_a_reference() {
    let when = r#"length(referrers(self, "refers", "x_note")) == 0"#;
    assert_eq!(mentioned("\"see id:here:queue:1:orders, please\"", when), "1 passed");
    assert_eq!(mentioned("[{ a = \"id:here:queue:1:orders\" }]", when), "1 passed");
    assert_eq!(mentioned("\"orders\"", when), "x-mentioned fails x_queue.orders");
}

#[test]
fn refs_takes_texts() {
    let refs = |types: &str| {
        format!(r#"length([for n in resources("x_note") : n if length(refs(n.text{types})) > 0]) == 0"#)
    };
    assert_eq!(mentioned("\"id:here:queue:1:orders\"", &refs("")), "1 passed");
    assert_eq!(mentioned("\"orders\"", &refs("")), "x-mentioned fails x_queue.orders");
    assert_eq!(mentioned("\"orders\"", &refs(", \"x_queue\"")), "1 passed");
    assert_eq!(mentioned("\"orders\"", &refs(", \"x_store\"")), "x-mentioned fails x_queue.orders");
}

/// What a rule that wants every store to be covered says of three stores.
fn covered(backup: &str) -> String {
    let rule = rule(
        "x-covered",
        "for_each = resources(\"x_store\")\nwhen = length(referrers(self, \"covers\")) == 0",
    );
    let text = format!(
        r#"variable "open" {{}}
        resource "x_store" "a" {{
          name = "shop/a"
          tags = {{ backup = "daily" }}
        }}
        resource "x_store" "b" {{
          name = "shop/b"
        }}
        resource "x_store" "c" {{
          name = var.open
          tags = {{ backup = var.open }}
        }}
        resource "x_backup" "a" {{
          {backup}
        }}"#
    );
    said(&rules(MODEL, &[rule]), &of_text(&text))
}

#[test]
fn an_edge_leads_to_what_fulfils_its_condition() {
    insta::assert_snapshot!(covered("takes = [x_store.b.id]\n  tag = \"daily\""), @"
    x-covered unknown x_store.c: var.open has no default and no value
    2 passed
    ");
    insta::assert_snapshot!(covered("takes = [\"id:*:store:*:*\"]\n  tag = \"never\""), @"3 passed");
    insta::assert_snapshot!(covered("takes = [\"*\"]\n  tag = \"never\""), @"3 passed");
    insta::assert_snapshot!(covered("takes = [\"id:*:store:*:shop/?\"]\n  tag = \"never\""), @"
    x-covered unknown x_store.c: var.open has no default and no value
    2 passed
    ");
    insta::assert_snapshot!(covered("takes = [\"id:*:queue:*:*\"]\n  tag = \"never\""), @"
    x-covered fails x_store.a
    x-covered fails x_store.b
    x-covered unknown x_store.c: var.open has no default and no value
    ");
}

#[test]
fn in_a_plan_known_identities_decide() {
    let plan = |own: &str| {
        format!(
            r#"{{ "format_version": "1.2", "terraform_version": "1.11.4",
              "planned_values": {{ "root_module": {{ "resources": [
                {{ "address": "x_queue.orders", "mode": "managed", "type": "x_queue", "name": "orders",
                   "values": {{ "name": "orders", "arn": "{own}" }} }},
                {{ "address": "x_worker.a", "mode": "managed", "type": "x_worker", "name": "a",
                   "values": {{ "sink": "id:here:queue:1:orders" }} }}] }} }},
              "resource_changes": [],
              "configuration": {{ "root_module": {{}} }} }}"#
        )
    };
    let rule =
        rule("x-fed", "for_each = resources(\"x_queue\")\nwhen = length(referrers(self, \"sends\")) == 0");
    let model = format!("{MODEL}\nidentity {{\n  attributes = [\"arn\"]\n}}");
    let set = rules(&model, &[rule]);
    assert_eq!(said(&set, &of_plan(&plan("id:here:queue:1:orders"))), "1 passed");
    // The same name in another account.
    assert_eq!(said(&set, &of_plan(&plan("id:here:queue:2:orders"))), "x-fed fails x_queue.orders");
}

#[test]
fn known_parts_of_a_text_tell_what_it_names() {
    let sink = |text: &str| worker(&format!("sink = \"{text}\""));
    // What the form leaves open may be unknown.
    insta::assert_snapshot!(sink("id:${var.open}:queue:1:orders"), @"1 passed");
    insta::assert_snapshot!(sink("id:${var.open}:queue:${var.open}:orders"), @"1 passed");
    insta::assert_snapshot!(sink("https://queue.${var.open}/1/orders"), @"1 passed");
    // Another name is another queue, and another kind of thing is none.
    insta::assert_snapshot!(sink("id:${var.open}:queue:1:others"), @"x-fed fails x_queue.orders");
    insta::assert_snapshot!(sink("id:${var.open}:store:1:orders"), @"x-fed fails x_queue.orders");
    // A name that is not known is open, if it may be this one.
    insta::assert_snapshot!(sink("id:here:queue:1:${var.open}"), @"x-fed unknown x_queue.orders: var.open has no default and no value");
    insta::assert_snapshot!(sink("id:here:queue:1:${var.open}ders"), @"x-fed unknown x_queue.orders: var.open has no default and no value");
    insta::assert_snapshot!(sink("id:here:queue:1:${var.open}-dead"), @"x-fed fails x_queue.orders");
    // Without a form nothing is told.
    insta::assert_snapshot!(sink("${var.open}:queue:1:orders"), @"x-fed unknown x_queue.orders: var.open has no default and no value");
    // Inside of a document, too.
    insta::assert_snapshot!(worker("settings = jsonencode({ sink = \"id:${var.open}:queue:1:orders\" })"), @"1 passed");
}

#[test]
fn a_name_and_an_identifier_with_the_same_hole_are_of_one_resource() {
    let of = |name: &str, sink: &str| {
        let rule = rule(
            "x-fed",
            "for_each = resources(\"x_queue\")\nwhen = length(referrers(self, \"sends\")) == 0",
        );
        let text = format!(
            "variable \"open\" {{}}\nvariable \"other\" {{}}\nresource \"x_queue\" \"a\" {{\n  name = \"{name}\"\n}}\nresource \"x_worker\" \"a\" {{\n  sink = \"{sink}\"\n}}\n"
        );
        said(&rules(MODEL, &[rule]), &of_text(&text))
    };
    insta::assert_snapshot!(of("${var.open}-orders", "id:here:queue:1:${var.open}-orders"), @"1 passed");
    insta::assert_snapshot!(of("${var.open}-orders", "id:${var.other}:queue:1:${var.open}-orders"), @"1 passed");
    insta::assert_snapshot!(of("${var.open}-orders", "id:here:queue:1:${var.other}-orders"), @"x-fed unknown x_queue.a: var.other has no default and no value");
    insta::assert_snapshot!(of("a-${var.open}", "id:here:queue:1:b-${var.open}"), @"x-fed fails x_queue.a");
}

#[test]
fn the_part_of_a_text_that_a_pattern_takes_may_have_holes() {
    let model = r#"
        link "x_log" "name" {
          to      = "x_store"
          means   = "logs_to"
          by      = "name"
          part    = "^/stores/([a-z0-9-]+)/log$"
          reverse = true
        }"#;
    let of = |store: &str, log: &str| {
        let rule = rule(
            "x-logged",
            "for_each = resources(\"x_store\")\nwhen = length(linked(self, \"logs_to\")) == 0",
        );
        let text = format!(
            "variable \"open\" {{}}\nvariable \"other\" {{}}\nresource \"x_store\" \"a\" {{\n  name = {store}\n}}\nresource \"x_log\" \"a\" {{\n  name = {log}\n}}\n"
        );
        said(&rules(model, &[rule]), &of_text(&text))
    };
    insta::assert_snapshot!(of("var.open", r#""/stores/${var.open}/log""#), @"1 passed");
    insta::assert_snapshot!(of(r#""a-${var.open}""#, r#""/stores/a-${var.open}/log""#), @"1 passed");
    insta::assert_snapshot!(of(r#""a-${var.open}""#, r#""/stores/b-${var.open}/log""#), @"x-logged fails x_store.a");
    insta::assert_snapshot!(of(r#""a-${var.open}""#, r#""/stores/a-${var.other}/log""#), @"x-logged unknown x_store.a: var.other has no default and no value");
    insta::assert_snapshot!(of(r#""a-b""#, r#""/stores/a-${var.open}/log""#), @"x-logged unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(of(r#""b-b""#, r#""/stores/a-${var.open}/log""#), @"x-logged fails x_store.a");
    insta::assert_snapshot!(of(r#""b""#, "var.open"), @"x-logged unknown x_store.a: var.open has no default and no value");
}

#[test]
fn a_name_may_stand_in_a_nested_block() {
    let model = r#"
        link "x_caller" "calls" {
          to    = "x_service"
          means = "invokes"
          by    = "connect.alias.host"
        }"#;
    let of = |host: &str| {
        let rule = rule(
            "x-called",
            "for_each = resources(\"x_service\")\nwhen = length(referrers(self, \"invokes\")) == 0",
        );
        let text = format!(
            r#"variable "open" {{}}
            resource "x_service" "a" {{
              connect {{
                alias {{
                  host = "first"
                }}
                alias {{
                  host = {host}
                }}
              }}
            }}
            resource "x_caller" "a" {{
              calls = "orders"
            }}"#
        );
        said(&rules(model, &[rule]), &of_text(&text))
    };
    insta::assert_snapshot!(of(r#""orders""#), @"1 passed");
    insta::assert_snapshot!(of(r#""others""#), @"x-called fails x_service.a");
    insta::assert_snapshot!(of("var.open"), @"x-called unknown x_service.a: var.open has no default and no value");
}

/// What a rule says that fails where the text of a note names a queue or store.
fn named(node: &str, text: &str) -> String {
    let rule = rule(
        "x-named",
        "for_each = resources(\"x_queue\", \"x_store\")\nwhen = names(one(resources(\"x_note\")).text, self)",
    );
    let text = format!(
        r#"variable "open" {{}}
        variable "other" {{}}
        variable "either" {{ type = bool }}
        {node}
        resource "x_place" "a" {{}}
        resource "x_note" "a" {{
          text = {text}
        }}"#
    );
    let model = format!("{MODEL}\nidentity {{\n  attributes = [\"arn\"]\n}}");
    said(&rules(&model, &[rule]), &of_text(&text))
}

#[test]
fn whether_a_text_names_a_node_is_unknown_where_the_name_is() {
    let queue = |text: &str| named("resource \"x_queue\" \"a\" {\n  name = var.open\n}", text);
    let store = |text: &str| named("resource \"x_store\" \"a\" {\n  name = var.open\n}", text);
    insta::assert_snapshot!(queue(r#""id:here:queue:1:orders""#), @"x-named unknown x_queue.a: var.open has no default and no value");
    insta::assert_snapshot!(queue(r#""id:*:queue:*:order?""#), @"x-named unknown x_queue.a: var.open has no default and no value");
    insta::assert_snapshot!(queue(r#"["id:here:store:1:a", "id:here:queue:1:orders"]"#), @"x-named unknown x_queue.a: var.open has no default and no value");
    insta::assert_snapshot!(queue(r#""id:here:queue:1:orders/deep""#), @"1 passed");
    insta::assert_snapshot!(queue(r#""id:here:store:1:orders""#), @"1 passed");
    insta::assert_snapshot!(store(r#""id:here:store:1:orders""#), @"x-named unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(store(r#""id:here:store:1:shop/orders""#), @"x-named unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(store(r#""id:*:store:*:shop/*""#), @"x-named unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(store(r#""id:${var.other}:store:1:shop/orders""#), @"x-named unknown x_store.a: var.other has no default and no value");
    insta::assert_snapshot!(store(r#""id:here:store:1:${var.other}/orders""#), @"x-named unknown x_store.a: var.other has no default and no value");
    insta::assert_snapshot!(store(r#""id:here:store:1:shop/${var.open}""#), @"x-named unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(store(r#""id:here:store:1:${var.open}""#), @"x-named fails x_store.a");
    insta::assert_snapshot!(store(r#""id:here:queue:1:shop/orders""#), @"1 passed");
}

#[test]
fn what_is_known_of_a_name_tells_what_names_it() {
    let store =
        |text: &str| named("resource \"x_store\" \"a\" {\n  name = \"shop/${var.open}-data\"\n}", text);
    insta::assert_snapshot!(store(r#""id:here:store:1:shop/a-data""#), @"x-named unknown x_store.a: var.open has no default and no value");
    insta::assert_snapshot!(store(r#""id:here:store:1:shop/a-logs""#), @"1 passed");
    insta::assert_snapshot!(store(r#""id:here:store:1:mill/a-data""#), @"1 passed");
    insta::assert_snapshot!(store(r#""id:*:store:*:shop/*""#), @"x-named fails x_store.a");
    insta::assert_snapshot!(store(r#""id:*:store:*:*-data""#), @"x-named fails x_store.a");
    insta::assert_snapshot!(store(r#""id:*:store:*:*-logs""#), @"1 passed");
    insta::assert_snapshot!(store(r#""id:${var.other}:store:1:shop/a-data""#), @"x-named unknown x_store.a: var.other has no default and no value");
    insta::assert_snapshot!(store(r#""id:${var.other}:store:1:shop/a-logs""#), @"1 passed");
    insta::assert_snapshot!(store(r#""id:here:store:1:shop/${var.open}-data""#), @"x-named fails x_store.a");
}

#[test]
fn what_may_be_anything_may_name_a_node() {
    let queue = |text: &str| {
        let nodes = r#"resource "x_queue" "a" {
          name = "orders"
        }
        data "x_queue" "read" {
          name = var.open
        }
        data "x_parameter" "read" {
          name = "sink"
        }
        resource "x_store" "other" {
          name = "other"
        }
        resource "x_store" "further" {
          name = "further"
        }"#;
        named(nodes, text)
    };
    insta::assert_snapshot!(queue("data.x_queue.read.arn"), @r"
    x-named unknown x_queue.a: data.x_queue.read is read at apply
    2 passed
    ");
    insta::assert_snapshot!(queue("data.x_parameter.read.value"), @r"
    x-named unknown x_queue.a: data.x_parameter.read is read at apply
    x-named unknown x_store.further: data.x_parameter.read is read at apply
    x-named unknown x_store.other: data.x_parameter.read is read at apply
    ");
    insta::assert_snapshot!(queue("x_place.a.arn"), @"3 passed");
    insta::assert_snapshot!(queue("x_store.other.arn"), @r"
    x-named fails x_store.other
    2 passed
    ");
    insta::assert_snapshot!(queue("var.either ? x_store.other.arn : x_store.further.arn"), @r"
    x-named unknown x_store.further: var.either has no default and no value
    x-named unknown x_store.other: var.either has no default and no value
    1 passed
    ");
    insta::assert_snapshot!(queue("var.either ? x_store.other.arn : null"), @r"
    x-named unknown x_store.other: var.either has no default and no value
    2 passed
    ");
    insta::assert_snapshot!(queue("var.either ? x_store.other.arn : var.open"), @r"
    x-named unknown x_queue.a: var.either has no default and no value
    x-named unknown x_store.further: var.either has no default and no value
    x-named unknown x_store.other: var.either has no default and no value
    ");
    insta::assert_snapshot!(queue("coalesce(var.open, x_store.other.arn)"), @r"
    x-named unknown x_queue.a: var.open has no default and no value
    x-named unknown x_store.further: var.open has no default and no value
    x-named unknown x_store.other: var.open has no default and no value
    ");
    insta::assert_snapshot!(queue("replace(x_store.other.arn, \"a\", \"b\")"), @r"
    x-named fails x_store.other
    2 passed
    ");
    insta::assert_snapshot!(queue("replace(x_store.other.arn, \"a\", var.open)"), @r"
    x-named unknown x_queue.a: the provider decides x_store.other at apply
    x-named unknown x_store.further: the provider decides x_store.other at apply
    x-named unknown x_store.other: the provider decides x_store.other at apply
    ");
    insta::assert_snapshot!(queue("compact([var.open, x_store.other.arn])"), @r"
    x-named unknown x_queue.a: var.open has no default and no value
    x-named unknown x_store.further: var.open has no default and no value
    x-named unknown x_store.other: var.open has no default and no value
    ");
    insta::assert_snapshot!(queue("concat([x_store.other.arn], var.open)"), @r"
    x-named fails x_store.other
    x-named unknown x_queue.a: var.open has no default and no value
    x-named unknown x_store.further: var.open has no default and no value
    ");
    insta::assert_snapshot!(queue("x_queue.a.arn"), @r"
    x-named fails x_queue.a
    2 passed
    ");
}

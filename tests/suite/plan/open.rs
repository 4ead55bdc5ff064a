//! What a plan leaves open: ambiguous references, parts that are put off, and what this reader has never heard of.

use std::path::Path;

use buttress::estate::ProviderFacts;
use buttress::estate::plan::estate;
use buttress::text::FileId;

use crate::support::fixture;

/// Two subnets in `a`, one in `b`, and something that refers to them in a way of which a plan keeps the names only.
fn check(attribute: &str, references: &str) -> String {
    check_elements(attribute, None, references)
}

/// The same where the plan shows the number of elements.
fn check_elements(attribute: &str, elements: Option<usize>, references: &str) -> String {
    let values = elements.map_or_else(String::new, |n| {
        format!(r#""{attribute}": {}"#, serde_json::Value::from(vec![serde_json::Value::Null; n]))
    });
    let marks =
        elements.map_or(serde_json::Value::Bool(true), |n| vec![serde_json::Value::Bool(true); n].into());
    let subnet = |address: &str, name: &str, index: &str| {
        format!(
            r#"{{ "address": "{address}", "mode": "managed", "type": "aws_subnet", "name": "{name}"{index}, "values": {{}} }}"#
        )
    };
    let planned = format!(
        r#"{{ "resources": [{}, {}, {},
            {{ "address": "aws_thing.x", "mode": "managed", "type": "aws_thing", "name": "x", "values": {{ {values} }} }}] }}"#,
        subnet("aws_subnet.a[0]", "a", r#", "index": 0"#),
        subnet("aws_subnet.a[1]", "a", r#", "index": 1"#),
        subnet("aws_subnet.b", "b", "")
    );
    let unknown = format!(
        r#"{{ "aws_subnet.a[0]": {{ "id": true }}, "aws_subnet.a[1]": {{ "id": true }}, "aws_subnet.b": {{ "id": true }},
            "aws_thing.x": {{ "{attribute}": {marks} }} }}"#
    );
    let configuration = format!(
        r#"{{ "resources": [
                {{ "address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a" }},
                {{ "address": "aws_subnet.b", "mode": "managed", "type": "aws_subnet", "name": "b" }},
                {{ "address": "aws_thing.x", "mode": "managed", "type": "aws_thing", "name": "x",
                    "expressions": {{ "{attribute}": {{ "references": {references} }} }} }}],
            "variables": {{ "flag": {{ "default": true }}, "more": {{ "default": ["subnet-1"] }} }} }}"#
    );
    let shown = super::check(&planned, &unknown, &configuration);
    shown.lines().filter(|line| line.starts_with("  ")).map(|line| format!("{}\n", line.trim())).collect()
}

#[test]
fn one_of_several_is_no_reference_to_any() {
    let all = [
        // `var.flag ? aws_subnet.a[0].id : aws_subnet.b.id`
        check(
            "subnet_id",
            r#"["var.flag", "aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.b.id", "aws_subnet.b"]"#,
        ),
        // `aws_subnet.a[local.which].id`
        check("subnet_id", r#"["aws_subnet.a", "local.which"]"#),
        // `var.flag ? aws_subnet.a[*].id : [aws_subnet.b.id]`
        check("subnet_ids", r#"["var.flag", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"]"#),
        // A document with all of them.
        check("policy", r#"["aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.b.id", "aws_subnet.b"]"#),
    ];
    insta::assert_snapshot!(all.concat(), @"
    subnet_id = ?(aws_thing.x.subnet_id, which comes from aws_subnet.a[0] or aws_subnet.b, is known after apply)
    subnet_id = ?(aws_thing.x.subnet_id, which comes from aws_subnet.a[0] or aws_subnet.a[1], is known after apply)
    subnet_ids = ?(aws_thing.x.subnet_ids, which comes from aws_subnet.a[0] or aws_subnet.a[1] or aws_subnet.b, is known after apply)
    policy = ?(the provider decides aws_subnet.a[0] at apply) <- aws_subnet.a[0].id & aws_subnet.b.id
    ");
}

#[test]
fn a_list_whose_length_is_unknown_may_lack_any() {
    let all = [
        // `distinct([for s in aws_subnet.a : s.id if s.availability_zone == "b"])`
        check("subnet_ids", r#"["aws_subnet.a"]"#),
        // `setsubtract(aws_subnet.a[*].id, [aws_subnet.a[0].id])`
        check("subnet_ids", r#"["aws_subnet.a", "aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"]"#),
        // `distinct(concat(aws_subnet.a[*].id, local.others))`
        check("subnet_ids", r#"["aws_subnet.a", "local.others"]"#),
        // `distinct(concat([aws_subnet.b.id], var.more))`
        check("subnet_ids", r#"["aws_subnet.b.id", "aws_subnet.b", "var.more"]"#),
        // `distinct([aws_subnet.b.id])`
        check("subnet_ids", r#"["aws_subnet.b.id", "aws_subnet.b"]"#),
    ];
    insta::assert_snapshot!(all.concat(), @r"
    subnet_ids = ?(aws_thing.x.subnet_ids, which comes from aws_subnet.a[0] or aws_subnet.a[1], is known after apply)
    subnet_ids = ?(aws_thing.x.subnet_ids, which comes from aws_subnet.a[0] or aws_subnet.a[1], is known after apply)
    subnet_ids = ?(aws_thing.x.subnet_ids, which comes from aws_subnet.a[0] or aws_subnet.a[1], is known after apply)
    subnet_ids = [?aws_subnet.b.id, ... the provider decides aws_subnet.b at apply]
    subnet_ids = [?aws_subnet.b.id]
    ");
}

#[test]
fn only_a_list_of_all_tells_its_elements() {
    let all = [
        // `aws_subnet.a[*].id`
        check_elements("subnet_ids", Some(2), r#"["aws_subnet.a"]"#),
        // `slice(aws_subnet.a[*].id, 1, 2)`
        check_elements("subnet_ids", Some(1), r#"["aws_subnet.a"]"#),
        // `[element(aws_subnet.a[*].id, 1), aws_subnet.b.id]`
        check_elements("subnet_ids", Some(2), r#"["aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"]"#),
        // `concat(aws_subnet.a[*].id, [aws_subnet.b.id])`
        check_elements("subnet_ids", Some(3), r#"["aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"]"#),
        // `[aws_subnet.a[1].id, aws_subnet.a[0].id]`
        check_elements(
            "subnet_ids",
            Some(2),
            r#"["aws_subnet.a[1].id", "aws_subnet.a[1]", "aws_subnet.a", "aws_subnet.a[0].id", "aws_subnet.a[0]", "aws_subnet.a"]"#,
        ),
        // `concat([aws_subnet.a[1].id], slice(aws_subnet.a[*].id, 1, 2))`
        check_elements(
            "subnet_ids",
            Some(2),
            r#"["aws_subnet.a[1].id", "aws_subnet.a[1]", "aws_subnet.a", "aws_subnet.a"]"#,
        ),
    ];
    insta::assert_snapshot!(all.concat(), @r"
    subnet_ids = [?aws_subnet.a[0].id, ?aws_subnet.a[1].id]
    subnet_ids = [?(aws_thing.x.subnet_ids[0], which comes from aws_subnet.a[0] or aws_subnet.a[1], is known after apply)]
    subnet_ids = [?(aws_thing.x.subnet_ids[0], which comes from aws_subnet.a[0] or aws_subnet.a[1] or aws_subnet.b, is known after apply), ?(aws_thing.x.subnet_ids[1], which comes from aws_subnet.a[0] or aws_subnet.a[1] or aws_subnet.b, is known after apply)]
    subnet_ids = [?aws_subnet.a[0].id, ?aws_subnet.a[1].id, ?aws_subnet.b.id]
    subnet_ids = [?aws_subnet.a[1].id, ?aws_subnet.a[0].id]
    subnet_ids = [?(aws_thing.x.subnet_ids[0], which comes from aws_subnet.a[1] or aws_subnet.a[0], is known after apply), ?(aws_thing.x.subnet_ids[1], which comes from aws_subnet.a[1] or aws_subnet.a[0], is known after apply)]
    ");
}

#[test]
fn what_is_put_off_may_or_may_not_be_there() {
    let text = r#"{ "format_version": "1.2", "planned_values": { "root_module": {} }, "configuration": {}, "complete": false,
        "deferred_changes": [
            { "reason": "instance_count_unknown", "resource_change": { "address": "module.m[*].aws_a.b[*]",
                "module_address": "module.m[*]", "mode": "managed", "type": "aws_a", "name": "b",
                "change": { "actions": ["create"], "before": null, "after": { "size": 1 }, "after_unknown": { "id": true } } } },
            { "reason": "provider_config_unknown", "resource_change": { "address": "aws_a.c",
                "mode": "managed", "type": "aws_a", "name": "c",
                "change": { "actions": ["create"], "before": null, "after": { "size": 2 } } } },
            { "reason": "deferred_prereq", "resource_change": { "address": "aws_a.gone",
                "mode": "managed", "type": "aws_a", "name": "gone",
                "change": { "actions": ["delete"], "before": { "size": 3 }, "after": null } } }] }"#;
    let estate = estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default());
    let uncertain = estate.instances.iter().filter_map(|one| one.uncertain.as_ref());
    let uncertain: String = uncertain.map(|cause| format!("{cause}\n")).collect();
    insta::assert_snapshot!(format!("{}{uncertain}", super::show(&estate)), @"
    plan/partial `plan.json` is a partial plan: resources that it leaves out look as if they did not exist (plan without `-target` and without deferred changes)
    aws_a.c
      size = 2
    module.m[*].aws_a.b[*]
      id = ?(module.m[*].aws_a.b[*].id is known after apply)
      size = 1
    the number of instances of module.m[*].aws_a.b[*] is unknown
    ");
}

#[test]
fn nothing_unknown_changes_what_is_read() {
    let top = fixture("plans");
    let read =
        |text: &str| super::show(&estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default()));
    for name in ["changes/moved_and_removed.json", "changes/regression.json", "stacks/serverless_events.json"]
    {
        let text = std::fs::read_to_string(top.join(name)).unwrap();
        let mut plan: serde_json::Value = serde_json::from_str(&text).unwrap();
        let before = read(&text);
        add_unknown(&mut plan, &[]);
        assert_eq!(read(&plan.to_string()), before, "{name}");
    }
}

/// Adds a member that nobody knows to every object that is not a value itself.
fn add_unknown(value: &mut serde_json::Value, path: &[&str]) {
    // What stands in these is named by people and providers, not by the format.
    const FREE: [&str; 15] = [
        "values",
        "sensitive_values",
        "before",
        "after",
        "after_unknown",
        "after_sensitive",
        "before_sensitive",
        "expressions",
        "expression",
        "variables",
        "outputs",
        "module_calls",
        "provider_config",
        "for_each_expression",
        "count_expression",
    ];
    if path.last().is_some_and(|last| FREE.contains(last)) {
        return;
    }
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object.iter_mut() {
                add_unknown(value, &[path, &[name.as_str()]].concat());
            }
            object.insert("zz_future".to_owned(), serde_json::json!({ "values": [{ "address": null }] }));
            object.insert("a_future".to_owned(), serde_json::json!([1, "x", null, {}]));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| add_unknown(item, path)),
        _ => {}
    }
}

#[test]
fn what_is_no_json_in_a_value_is_told() {
    let read = |value: &str| {
        let text = format!(
            r#"{{ "format_version": "1.2", "configuration": {{}}, "resource_changes": [], "planned_values": {{ "root_module": {{
                "resources": [{{ "address": "aws_a.b", "type": "aws_a", "name": "b", "values": {{ "a": 1, "a": {value} }} }}] }} }} }}"#
        );
        super::show(&estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default()))
    };
    let all = ["2", "-2.50", "1e3", "1-2", "1.", "-", "\"a\\u00e9\\n\"", "\"\\x\"", "tru", "[1, 2"].map(read);
    insta::assert_snapshot!(all.concat(), @r#"
    aws_a.b
      a = 2
    aws_a.b
      a = -2.5
    aws_a.b
      a = 1000
    plan/syntax `plan.json` is not valid JSON: expected `,` or `}`, at line 2, column 111 (run `terraform show -json tfplan > plan.json` again)
    plan/syntax `plan.json` is not valid JSON: invalid number, at line 2, column 112 (run `terraform show -json tfplan > plan.json` again)
    plan/syntax `plan.json` is not valid JSON: invalid number, at line 2, column 111 (run `terraform show -json tfplan > plan.json` again)
    aws_a.b
      a = "aé\n"
    plan/syntax `plan.json` is not valid JSON: invalid escape, at line 2, column 112 (run `terraform show -json tfplan > plan.json` again)
    plan/syntax `plan.json` is not valid JSON: expected ident, at line 2, column 113 (run `terraform show -json tfplan > plan.json` again)
    plan/syntax `plan.json` is not valid JSON: expected `,` or `]`, at line 2, column 116 (run `terraform show -json tfplan > plan.json` again)
    "#);
}

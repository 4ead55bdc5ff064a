//! Reading plans: hand-trimmed plan JSON in, instances with their values out.

mod changes;
mod hidden;
mod open;
mod providers;
mod states;

use std::fmt::Write as _;
use std::path::Path;

use buttress::estate::plan::{Detected, detect, estate};
use buttress::estate::{Estate, ProviderFacts, Symbol};
use buttress::text::FileId;
use buttress::value::{AbsentKey, Entries, Kind, Origin, Value};

use crate::support::fixture;

/// Reads a plan that is made of its three parts: the root module of the planned values, what is unknown by address, and the
/// root module of the configuration.
fn check(planned: &str, unknown: &str, configuration: &str) -> String {
    let unknown: serde_json::Map<String, serde_json::Value> = serde_json::from_str(unknown).unwrap();
    let changes: Vec<serde_json::Value> = unknown
        .iter()
        .map(|(address, unknown)| serde_json::json!({ "address": address, "change": { "after_unknown": unknown } }))
        .collect();
    let changes = serde_json::to_string(&changes).unwrap();
    let text = format!(
        r#"{{ "format_version": "1.2", "planned_values": {{ "root_module": {planned} }}, "resource_changes": {changes},
            "configuration": {{ "root_module": {configuration} }} }}"#
    );
    show(&estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default()))
}

/// What is wrong with a text that is no sound plan.
fn check_broken(text: &str) -> String {
    show(&estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default()))
}

/// What a plan comes to: one line per attribute. `?` starts an unknown, `<-` what a value was computed from.
fn show(estate: &Estate) -> String {
    let mut text = String::new();
    for problem in &estate.problems {
        assert!(problem.span().is_none(), "plans hold secrets, so their text is not pointed at");
        let help = problem.help.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{} {} ({help})", problem.id, problem.message);
    }
    for instance in &estate.instances {
        let _ = writeln!(text, "{}", instance.address);
        for (name, value) in &instance.body.items {
            let _ = writeln!(text, "  {name} = {}", display(value, &estate.symbols));
        }
    }
    text
}

pub(crate) fn display(value: &Value, symbols: &[Symbol]) -> String {
    let mut text = if value.is_sensitive() { "secret ".to_owned() } else { String::new() };
    text += &match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::String(value) => format!("{:?}", value.as_str()),
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            let mut items: Vec<String> = sequence.items.iter().map(|item| display(item, symbols)).collect();
            items.extend(sequence.more.as_ref().map(|cause| format!("... {cause}")));
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) | Kind::Object(entries) => object(entries, symbols),
        Kind::Unknown(unknown) => match &unknown.origin {
            Some(origin) => format!("?{}", named(origin, symbols)),
            None => format!("?({})", unknown.cause),
        },
    };
    let references: Vec<String> = value
        .marks()
        .iter()
        .flat_map(|marks| &marks.references)
        .map(|origin| named(origin, symbols))
        .collect();
    if !references.is_empty() {
        let _ = write!(text, " <- {}", references.join(" & "));
    }
    text
}

fn object(entries: &Entries, symbols: &[Symbol]) -> String {
    let items: Vec<String> =
        entries.items.iter().map(|(key, value)| format!("{key} = {}", display(value, symbols))).collect();
    match entries.absent {
        AbsentKey::Error => format!("{{{}}}", items.join(", ")),
        _ => format!("block {{{}}}", items.join(", ")),
    }
}

fn named(origin: &Origin, symbols: &[Symbol]) -> String {
    let path: String = origin.path.iter().map(ToString::to_string).collect();
    format!("{}{path}", symbols[origin.symbol.index()].address)
}

#[test]
fn what_nobody_set_is_absent_and_defaults_stay() {
    // `multi_az` is unknown and `kms_key_id` null because nobody set them; `publicly_accessible` is the provider's default.
    insta::assert_snapshot!(check(
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "type": "aws_db_instance", "name": "a",
            "values": { "engine": "postgres", "publicly_accessible": false, "kms_key_id": null, "timeouts": null,
                "restore_to_point_in_time": [], "allocated_storage": 20, "monitoring_interval": 0.5 } }] }"#,
        r#"{ "aws_db_instance.a": { "multi_az": true, "id": true, "restore_to_point_in_time": [] } }"#,
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "expressions": {
            "engine": { "constant_value": "postgres" }, "allocated_storage": { "constant_value": 20 } } }] }"#,
    ), @r#"
    aws_db_instance.a
      allocated_storage = 20
      engine = "postgres"
      monitoring_interval = 0.5
      publicly_accessible = false
    "#);
}

#[test]
fn an_argument_that_comes_to_null_is_absent() {
    // `snapshot` has no value, so the provider decides: the plan calls that unknown although the argument is there.
    insta::assert_snapshot!(check(
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "type": "aws_db_instance", "name": "a",
            "values": {} }] }"#,
        r#"{ "aws_db_instance.a": { "snapshot_identifier": true, "kms_key_id": true } }"#,
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "expressions": {
            "snapshot_identifier": { "references": ["var.snapshot"] },
            "kms_key_id": { "references": ["aws_kms_key.none[0].arn", "aws_kms_key.none[0]", "aws_kms_key.none"] } } }],
            "variables": { "snapshot": { "default": null } } }"#,
    ), @"
    aws_db_instance.a
    ");
}

#[test]
fn unknown_through_variable_and_module_output() {
    insta::assert_snapshot!(check(
        r#"{ "child_modules": [
            { "address": "module.network", "resources": [{ "address": "module.network.aws_vpc.this", "mode": "managed",
                "type": "aws_vpc", "name": "this", "values": { "cidr_block": "10.0.0.0/16" } }] },
            { "address": "module.app[\"x\"]", "resources": [{ "address": "module.app[\"x\"].aws_security_group.this",
                "mode": "managed", "type": "aws_security_group", "name": "this", "values": {} }] } ] }"#,
        r#"{ "module.network.aws_vpc.this": { "id": true },
            "module.app[\"x\"].aws_security_group.this": { "vpc_id": true, "id": true } }"#,
        r#"{ "module_calls": {
            "network": { "source": "./network", "module": {
                "outputs": { "vpc_id": { "expression": { "references": ["aws_vpc.this.id", "aws_vpc.this"] } } },
                "resources": [{ "address": "aws_vpc.this", "mode": "managed", "expressions": {
                    "cidr_block": { "constant_value": "10.0.0.0/16" } } }] } },
            "app": { "source": "./app", "for_each_expression": { "constant_value": ["x"] },
                "expressions": { "vpc_id": { "references": ["module.network.vpc_id", "module.network"] } },
                "module": { "resources": [{ "address": "aws_security_group.this", "mode": "managed",
                    "expressions": { "vpc_id": { "references": ["var.vpc_id"] } } }],
                    "variables": { "vpc_id": {} } } } } }"#,
    ), @r#"
    module.app["x"].aws_security_group.this
      vpc_id = ?module.network.aws_vpc.this.id
    module.network.aws_vpc.this
      cidr_block = "10.0.0.0/16"
    "#);
}

/// Subnets `a` and `b` with `for_each`, and an instance of something else that refers to them.
fn check_keys(referring: &str, unknown: &str, configuration: &str) -> String {
    let subnet = |key: &str| {
        format!(
            r#"{{ "address": "aws_subnet.this[\"{key}\"]", "mode": "managed", "type": "aws_subnet", "name": "this",
                "index": "{key}", "values": {{}} }}"#
        )
    };
    let planned = format!(r#"{{ "resources": [{}, {}, {referring}] }}"#, subnet("a"), subnet("b"));
    let unknown = format!(
        r#"{{ "aws_subnet.this[\"a\"]": {{ "id": true }}, "aws_subnet.this[\"b\"]": {{ "id": true }}, {unknown} }}"#
    );
    let configuration = format!(
        r#"{{ "resources": [{{ "address": "aws_subnet.this", "mode": "managed",
            "for_each_expression": {{ "references": ["local.zones"] }} }}, {configuration}] }}"#
    );
    check(&planned, &unknown, &configuration)
}

#[test]
fn each_key_chooses_the_instance() {
    insta::assert_snapshot!(check_keys(
        r#"{ "address": "aws_nat_gateway.this[\"b\"]", "mode": "managed", "type": "aws_nat_gateway", "name": "this",
            "index": "b", "values": {} }"#,
        r#""aws_nat_gateway.this[\"b\"]": { "subnet_id": true }"#,
        r#"{ "address": "aws_nat_gateway.this", "mode": "managed", "for_each_expression": { "references": ["local.zones"] },
            "expressions": { "subnet_id": { "references": ["aws_subnet.this", "each.key"] } } }"#,
    ), @r#"
    aws_nat_gateway.this["b"]
      subnet_id = ?aws_subnet.this["b"].id
    aws_subnet.this["a"]
    aws_subnet.this["b"]
    "#);
}

#[test]
fn each_value_is_what_for_each_goes_through() {
    insta::assert_snapshot!(check_keys(
        r#"{ "address": "aws_nat_gateway.this[\"a\"]", "mode": "managed", "type": "aws_nat_gateway", "name": "this",
            "index": "a", "values": {} }"#,
        r#""aws_nat_gateway.this[\"a\"]": { "subnet_id": true }"#,
        r#"{ "address": "aws_nat_gateway.this", "mode": "managed", "for_each_expression": { "references": ["aws_subnet.this"] },
            "expressions": { "subnet_id": { "references": ["each.value.id", "each.value"] } } }"#,
    ), @r#"
    aws_nat_gateway.this["a"]
      subnet_id = ?aws_subnet.this["a"].id
    aws_subnet.this["a"]
    aws_subnet.this["b"]
    "#);
}

#[test]
fn a_list_of_all_is_a_splat() {
    // The first set is unknown as a whole and may lack any, the second one has all, the third one some of them.
    insta::assert_snapshot!(check_keys(
        r#"{ "address": "aws_lb.this", "mode": "managed", "type": "aws_lb", "name": "this",
            "values": { "mapped": [null, null], "sliced": [null] } }"#,
        r#""aws_lb.this": { "subnets": true, "mapped": [true, true], "sliced": [true] }"#,
        r#"{ "address": "aws_lb.this", "mode": "managed", "expressions": {
            "subnets": { "references": ["aws_subnet.this"] },
            "mapped": { "references": ["aws_subnet.this"] },
            "sliced": { "references": ["aws_subnet.this"] } } }"#,
    ), @r#"
    aws_lb.this
      mapped = [?aws_subnet.this["a"].id, ?aws_subnet.this["b"].id]
      sliced = [?(aws_lb.this.sliced[0], which comes from aws_subnet.this["a"] or aws_subnet.this["b"], is known after apply)]
      subnets = ?(aws_lb.this.subnets, which comes from aws_subnet.this["a"] or aws_subnet.this["b"], is known after apply)
    aws_subnet.this["a"]
    aws_subnet.this["b"]
    "#);
}

#[test]
fn exact_key_in_the_reference() {
    insta::assert_snapshot!(check_keys(
        r#"{ "address": "aws_instance.this", "mode": "managed", "type": "aws_instance", "name": "this", "values": {} }"#,
        r#""aws_instance.this": { "subnet_id": true, "user_data": true }"#,
        r#"{ "address": "aws_instance.this", "mode": "managed", "expressions": {
            "subnet_id": { "references": ["aws_subnet.this[\"b\"].id", "aws_subnet.this[\"b\"]", "aws_subnet.this"] },
            "user_data": { "references": ["aws_subnet.this[\"a\"].id", "aws_subnet.this[\"a\"]", "aws_subnet.this",
                "aws_subnet.this[\"b\"].id", "aws_subnet.this[\"b\"]", "aws_subnet.this"] } } }"#,
    ), @r#"
    aws_instance.this
      subnet_id = ?aws_subnet.this["b"].id
      user_data = ?(the provider decides aws_subnet.this["a"] at apply) <- aws_subnet.this["a"].id & aws_subnet.this["b"].id
    aws_subnet.this["a"]
    aws_subnet.this["b"]
    "#);
}

#[test]
fn count_index_starts_over() {
    insta::assert_snapshot!(check(
        r#"{ "resources": [
            { "address": "aws_subnet.s[0]", "mode": "managed", "type": "aws_subnet", "name": "s", "index": 0, "values": {} },
            { "address": "aws_subnet.s[1]", "mode": "managed", "type": "aws_subnet", "name": "s", "index": 1, "values": {} },
            { "address": "aws_instance.i[2]", "mode": "managed", "type": "aws_instance", "name": "i", "index": 2, "values": {} },
            { "address": "aws_instance.i[10]", "mode": "managed", "type": "aws_instance", "name": "i", "index": 10, "values": {} },
            { "address": "aws_instance.i[1]", "mode": "managed", "type": "aws_instance", "name": "i", "index": 1, "values": {} }] }"#,
        r#"{ "aws_subnet.s[0]": { "id": true }, "aws_subnet.s[1]": { "id": true }, "aws_instance.i[1]": { "subnet_id": true },
            "aws_instance.i[2]": { "subnet_id": true }, "aws_instance.i[10]": { "subnet_id": true } }"#,
        r#"{ "resources": [{ "address": "aws_subnet.s", "mode": "managed" }, { "address": "aws_instance.i", "mode": "managed",
            "expressions": { "subnet_id": { "references": ["aws_subnet.s", "count.index"] } } }] }"#,
    ), @"
    aws_instance.i[1]
      subnet_id = ?aws_subnet.s[1].id
    aws_instance.i[2]
      subnet_id = ?aws_subnet.s[0].id
    aws_instance.i[10]
      subnet_id = ?aws_subnet.s[0].id
    aws_subnet.s[0]
    aws_subnet.s[1]
    ");
}

#[test]
fn known_values_remember_what_they_came_from() {
    // Dimensions as a whole, a part of a text, and a value that came through another resource.
    insta::assert_snapshot!(check(
        r#"{ "resources": [
            { "address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": { "name": "jobs" } },
            { "address": "aws_cloudwatch_metric_alarm.a", "mode": "managed", "type": "aws_cloudwatch_metric_alarm", "name": "a",
                "values": { "dimensions": { "QueueName": "jobs", "Stage": "prod" }, "alarm_name": "jobs-depth" } },
            { "address": "aws_ssm_parameter.p", "mode": "managed", "type": "aws_ssm_parameter", "name": "p",
                "values": { "value": "jobs-depth" } }] }"#,
        "{}",
        r#"{ "resources": [
            { "address": "aws_sqs_queue.q", "mode": "managed", "expressions": { "name": { "constant_value": "jobs" } } },
            { "address": "aws_cloudwatch_metric_alarm.a", "mode": "managed", "expressions": {
                "dimensions": { "references": ["aws_sqs_queue.q.name", "aws_sqs_queue.q", "var.stage"] },
                "alarm_name": { "references": ["aws_sqs_queue.q.name", "aws_sqs_queue.q"] } } },
            { "address": "aws_ssm_parameter.p", "mode": "managed", "expressions": { "value": { "references": [
                "aws_cloudwatch_metric_alarm.a.alarm_name", "aws_cloudwatch_metric_alarm.a"] } } }] }"#,
    ), @r#"
    aws_cloudwatch_metric_alarm.a
      alarm_name = "jobs-depth" <- aws_sqs_queue.q.name
      dimensions = {QueueName = "jobs" <- aws_sqs_queue.q.name, Stage = "prod"}
    aws_sqs_queue.q
      name = "jobs"
    aws_ssm_parameter.p
      value = "jobs-depth" <- aws_sqs_queue.q.name & aws_cloudwatch_metric_alarm.a.alarm_name
    "#);
}

#[test]
fn unknown_dimensions_go_by_name() {
    insta::assert_snapshot!(check(
        r#"{ "resources": [
            { "address": "aws_lb.l", "mode": "managed", "type": "aws_lb", "name": "l", "values": {} },
            { "address": "aws_lb_target_group.t", "mode": "managed", "type": "aws_lb_target_group", "name": "t", "values": {} },
            { "address": "aws_cloudwatch_metric_alarm.a", "mode": "managed", "type": "aws_cloudwatch_metric_alarm", "name": "a",
                "values": { "dimensions": {} } }] }"#,
        r#"{ "aws_lb.l": { "arn_suffix": true }, "aws_lb_target_group.t": { "arn_suffix": true },
            "aws_cloudwatch_metric_alarm.a": { "dimensions": { "LoadBalancer": true, "TargetGroup": true } } }"#,
        r#"{ "resources": [{ "address": "aws_lb.l", "mode": "managed" }, { "address": "aws_lb_target_group.t", "mode": "managed" },
            { "address": "aws_cloudwatch_metric_alarm.a", "mode": "managed", "expressions": { "dimensions": { "references": [
                "aws_lb_target_group.t.arn_suffix", "aws_lb_target_group.t", "aws_lb.l.arn_suffix", "aws_lb.l"] } } }] }"#,
    ), @"
    aws_cloudwatch_metric_alarm.a
      dimensions = {LoadBalancer = ?aws_lb.l.arn_suffix, TargetGroup = ?aws_lb_target_group.t.arn_suffix}
    aws_lb.l
    aws_lb_target_group.t
    ");
}

#[test]
fn nested_blocks_find_their_configuration_in_any_order() {
    // The plan sorts sets; a third block has no configuration, so a dynamic block made it.
    insta::assert_snapshot!(check(
        r#"{ "resources": [
            { "address": "aws_security_group.a", "mode": "managed", "type": "aws_security_group", "name": "a", "values": {} },
            { "address": "aws_security_group.b", "mode": "managed", "type": "aws_security_group", "name": "b", "values": {
                "ingress": [
                    { "from_port": 22, "cidr_blocks": ["10.0.0.0/8"], "security_groups": null, "self": false },
                    { "from_port": 80, "cidr_blocks": [], "security_groups": [null], "self": false },
                    { "from_port": 443, "cidr_blocks": [], "security_groups": [null], "self": false }] } }] }"#,
        r#"{ "aws_security_group.a": { "id": true }, "aws_security_group.b": { "ingress": [ { "cidr_blocks": [false] },
            { "cidr_blocks": [], "security_groups": [true] }, { "cidr_blocks": [], "security_groups": [true] } ] } }"#,
        r#"{ "resources": [{ "address": "aws_security_group.a", "mode": "managed" },
            { "address": "aws_security_group.b", "mode": "managed", "expressions": { "ingress": [
                { "from_port": { "constant_value": 443 },
                    "security_groups": { "references": ["aws_security_group.a.id", "aws_security_group.a"] } },
                { "from_port": { "constant_value": 22 }, "cidr_blocks": { "constant_value": ["10.0.0.0/8"] } }] } }] }"#,
    ), @r#"
    aws_security_group.a
    aws_security_group.b
      ingress = [block {cidr_blocks = ["10.0.0.0/8"], from_port = 22, self = false}, block {from_port = 80, security_groups = [?(aws_security_group.b.ingress[1].security_groups[0] is known after apply)], self = false}, block {from_port = 443, security_groups = [?aws_security_group.a.id], self = false}]
    "#);
}

#[test]
fn sensitive_values_are_marked() {
    insta::assert_snapshot!(check(
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "type": "aws_db_instance", "name": "a",
            "values": { "password": "hunter2", "tags": { "Owner": "me", "Token": "t" } },
            "sensitive_values": { "password": true, "tags": { "Token": true } } }] }"#,
        "{}",
        r#"{ "resources": [{ "address": "aws_db_instance.a", "mode": "managed", "expressions": {
            "password": { "references": ["var.password"] }, "tags": { "references": ["var.token"] } } }] }"#,
    ), @r#"
    aws_db_instance.a
      password = secret "hunter2"
      tags = {Owner = "me", Token = secret "t"}
    "#);
}

#[test]
fn of_several_the_one_that_is_called_like_the_key() {
    // A map of queues: its values are listed, its keys are not. Nothing is called like `other`.
    let alarm = |key: &str| {
        format!(
            r#"{{ "address": "aws_lambda_event_source_mapping.m[\"{key}\"]", "mode": "managed", "name": "m", "index": "{key}",
                "type": "aws_lambda_event_source_mapping", "values": {{}} }}"#
        )
    };
    let queue = |name: &str| {
        format!(
            r#"{{ "address": "aws_sqs_queue.{name}", "mode": "managed", "type": "aws_sqs_queue", "name": "{name}", "values": {{}} }}"#
        )
    };
    let planned = format!(
        r#"{{ "resources": [{}, {}, {}, {}] }}"#,
        alarm("orders"),
        alarm("other"),
        queue("orders"),
        queue("returns")
    );
    insta::assert_snapshot!(check(
        &planned,
        r#"{ "aws_sqs_queue.orders": { "arn": true }, "aws_sqs_queue.returns": { "arn": true },
            "aws_lambda_event_source_mapping.m[\"orders\"]": { "event_source_arn": true },
            "aws_lambda_event_source_mapping.m[\"other\"]": { "event_source_arn": true } }"#,
        r#"{ "resources": [{ "address": "aws_sqs_queue.orders", "mode": "managed" },
            { "address": "aws_sqs_queue.returns", "mode": "managed" },
            { "address": "aws_lambda_event_source_mapping.m", "mode": "managed",
                "for_each_expression": { "references": ["aws_sqs_queue.orders.arn", "aws_sqs_queue.orders",
                    "aws_sqs_queue.returns.arn", "aws_sqs_queue.returns"] },
                "expressions": { "event_source_arn": { "references": ["each.value"] } } }] }"#,
    ), @r#"
    aws_lambda_event_source_mapping.m["orders"]
      event_source_arn = ?aws_sqs_queue.orders.arn
    aws_lambda_event_source_mapping.m["other"]
      event_source_arn = ?(aws_lambda_event_source_mapping.m["other"].event_source_arn, which comes from aws_sqs_queue.orders or aws_sqs_queue.returns, is known after apply)
    aws_sqs_queue.orders
    aws_sqs_queue.returns
    "#);
}

#[test]
fn part_of_an_object_that_a_module_takes() {
    // The object is put together from several names; the part that is asked for has the name of one.
    insta::assert_snapshot!(check(
        r#"{ "resources": [{ "address": "aws_lb.l", "mode": "managed", "type": "aws_lb", "name": "l", "values": {} }],
            "child_modules": [{ "address": "module.m", "resources": [{ "address": "module.m.aws_lb_listener.l",
                "mode": "managed", "type": "aws_lb_listener", "name": "l", "values": { "port": 80 } }] }] }"#,
        r#"{ "aws_lb.l": { "arn": true, "zone_id": true }, "module.m.aws_lb_listener.l": { "load_balancer_arn": true } }"#,
        r#"{ "resources": [{ "address": "aws_lb.l", "mode": "managed" }],
            "module_calls": { "m": { "expressions": { "entry": { "references": ["aws_lb.l.arn", "aws_lb.l",
                "aws_lb.l.zone_id", "aws_lb.l"] } }, "module": { "variables": { "entry": {} }, "resources": [
                    { "address": "aws_lb_listener.l", "mode": "managed", "expressions": { "port": { "constant_value": 80 },
                        "load_balancer_arn": { "references": ["var.entry.arn", "var.entry"] } } }] } } } }"#,
    ), @"
    aws_lb.l
    module.m.aws_lb_listener.l
      load_balancer_arn = ?aws_lb.l.arn
      port = 80
    ");
}

#[test]
fn a_local_hides_what_it_is_made_of() {
    insta::assert_snapshot!(check(
        r#"{ "resources": [{ "address": "aws_lb.l", "mode": "managed", "type": "aws_lb", "name": "l", "values": {} }] }"#,
        r#"{ "aws_lb.l": { "subnets": true } }"#,
        r#"{ "resources": [{ "address": "aws_lb.l", "mode": "managed",
            "expressions": { "subnets": { "references": ["local.subnets"] } } }] }"#,
    ), @"
    aws_lb.l
      subnets = ?(aws_lb.l.subnets, which comes from local.subnets, is known after apply)
    ");
}

#[test]
fn data_sources_read_while_planning_and_at_apply() {
    let text = r#"{ "format_version": "1.2",
        "planned_values": { "root_module": { "resources": [
            { "address": "data.aws_ami.late", "mode": "data", "type": "aws_ami", "name": "late", "values": { "owners": ["self"] } },
            { "address": "aws_subnet.s", "mode": "managed", "type": "aws_subnet", "name": "s",
                "values": { "availability_zone": "eu-west-1b" } }] } },
        "resource_changes": [{ "address": "data.aws_ami.late", "change": { "after_unknown": { "id": true } } }],
        "prior_state": { "values": { "root_module": { "resources": [
            { "address": "data.aws_availability_zones.all", "mode": "data", "type": "aws_availability_zones", "name": "all",
                "values": { "names": ["eu-west-1a", "eu-west-1b"] } },
            { "address": "aws_subnet.destroyed", "mode": "managed", "type": "aws_subnet", "name": "destroyed", "values": {} }] } } },
        "configuration": { "root_module": { "resources": [
            { "address": "data.aws_ami.late", "mode": "data", "expressions": { "owners": { "constant_value": ["self"] } } },
            { "address": "data.aws_availability_zones.all", "mode": "data" },
            { "address": "aws_subnet.s", "mode": "managed", "expressions": { "availability_zone": { "references": [
                "data.aws_availability_zones.all.names[1]", "data.aws_availability_zones.all.names",
                "data.aws_availability_zones.all"] } } }] } } }"#;
    insta::assert_snapshot!(show(&estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default())), @r#"
    aws_subnet.s
      availability_zone = "eu-west-1b" <- data.aws_availability_zones.all.names[1]
    data.aws_ami.late
      owners = ["self"]
    data.aws_availability_zones.all
      names = ["eu-west-1a", "eu-west-1b"]
    "#);
}

#[test]
fn calls_variables_and_requirements() {
    let text = r#"{ "format_version": "1.2", "planned_values": { "root_module": {} },
        "variables": { "environment": { "value": "prod" }, "token": { "value": "t" } },
        "configuration": {
            "provider_config": { "aws": { "name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
                "version_constraint": "~> 6.0" }, "aws.west": { "name": "aws", "alias": "west" } },
            "root_module": { "variables": { "token": { "sensitive": true }, "environment": {} },
                "module_calls": { "vpc": { "source": "terraform-aws-modules/vpc/aws", "version_constraint": "6.6.0",
                    "module": { "module_calls": { "inner": { "source": "./inner", "module": {} } } } } } } } }"#;
    let estate = estate(FileId(0), Path::new("plan.json"), text, &ProviderFacts::default());
    let mut lines: Vec<String> = estate
        .calls
        .iter()
        .map(|call| format!("{} {:?} {:?}", call.address, call.source.as_str(), call.version.as_str()))
        .collect();
    lines
        .extend(estate.variables.iter().map(|(name, value)| format!("var.{name} = {}", display(value, &[]))));
    for module in &estate.modules {
        lines.push(format!("{:?} {}", module.address.as_str(), module.dir.display()));
        for (facts, _) in &module.requirements {
            lines.push(format!("  {}", object(facts, &[])));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    module.vpc Some("terraform-aws-modules/vpc/aws") Some("6.6.0")
    module.vpc.module.inner Some("./inner") None
    var.environment = "prod"
    var.token = secret "t"
    "" plan.json
      block {kind = "root", module = ".", name = "aws", source = "hashicorp/aws", version = "~> 6.0"}
    "module.vpc" terraform-aws-modules/vpc/aws
    "module.vpc.module.inner" ./inner
    "#);
}

#[test]
fn instances_know_where_they_stand() {
    let text = r#"{ "format_version": "1.2", "planned_values": { "root_module": { "resources": [
        { "address": "aws_vpc.v", "type": "aws_vpc", "name": "v" }] } }, "configuration": {} }"#;
    let estate = estate(FileId(7), Path::new("plan.json"), text, &ProviderFacts::default());
    let written = estate.instances[0].written.as_ref().unwrap();
    assert_eq!(written.file, FileId(7));
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(json.pointer(&written.pointer).unwrap()["address"], "aws_vpc.v");
}

#[test]
fn texts_are_told_apart() {
    let all = [
        (r#"{ "format_version": "1.2", "planned_values": {} }"#, Detected::Plan),
        (r#"{ "format_version": "1.2", "resource_changes": [{ "#, Detected::Plan),
        (r#"{ "format_version": "1.0", "values": {} }"#, Detected::State),
        (r#"{ "format_version": "1.0", "terraform_version": "1.11.4" }"#, Detected::State),
        (r#"{ "version": 4, "serial": 1, "lineage": "x", "resources": [] }"#, Detected::Stored),
        ("{\"@level\":\"info\",\"@message\":\"Terraform 1.11\"}\n{\"@level\":\"info\"}", Detected::Stream),
        ("Terraform will perform the following actions:\n", Detected::Printed),
        ("PK\u{3}\u{4}tfplan", Detected::Binary),
        ("[command]terraform show -json\n{\"format_version\":\"1.2\"}", Detected::Wrapped),
        (r#"{ "resources": [] }"#, Detected::Json),
        ("[1]", Detected::Json),
        ("", Detected::Empty),
        ("resource \"aws_vpc\" \"a\" {}", Detected::Other),
    ];
    for (text, what) in all {
        assert_eq!(detect(text), what, "{text}");
    }
}

#[test]
fn what_is_no_plan_is_refused_with_a_way_out() {
    let all = [
        r#"{ "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {} }"#,
        "{\"@level\":\"info\"}\n",
        "Terraform will perform the following actions:\n",
        "[command]terraform show -json\n{\"format_version\":\"1.2\"}",
        r#"{ "format_version": "1.0", "provider_schemas": {} }"#,
        r#"{ "resources": [] }"#,
        "",
        "resource \"aws_vpc\" \"a\" {}",
    ];
    insta::assert_snapshot!(all.map(check_broken).concat(), @"
    plan/not-a-plan `plan.json` is a state file of Terraform; its JSON form from `terraform show` is needed (run `terraform show -json > state.json` in the initialised working directory)
    plan/not-a-plan `plan.json` is the event stream of `terraform plan -json`, not a plan (run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`)
    plan/not-a-plan `plan.json` is the human-readable form of a plan; its JSON form is needed (make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`)
    plan/not-a-plan `plan.json` has other output before the plan (write only the plan to the file; in GitHub Actions set `terraform_wrapper: false` on `setup-terraform`)
    plan/not-a-plan `plan.json` is JSON but not a plan: it has neither `planned_values` nor `resource_changes` (this is a file of provider schemas; make a plan with `terraform show -json tfplan > plan.json`)
    plan/not-a-plan `plan.json` is JSON but not a plan: it has neither `planned_values` nor `resource_changes` (make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`)
    plan/not-a-plan `plan.json` is empty, not a plan (check whether `terraform show -json tfplan` failed)
    plan/not-a-plan `plan.json` is not a Terraform plan (make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`)
    ");
}

#[test]
fn broken_plans_say_where() {
    let all = [
        r#"{ "format_version": "1.2", "planned_values": { "root_module": { "resources": [{ "addr"#,
        r#"{ "format_version": "1.2", "planned_values": { "root_module": nothing } }"#,
        "{ \"format_version\": \"1.2\",\n  \"planned_values\": { \"root_module\": { \"resources\": true } } }",
        r#"{ "format_version": "1.2", "planned_values": { "root_module": "hunter2" } }"#,
        r#"{ "format_version": "2.0", "planned_values": {} }"#,
        r#"{ "format_version": "1.2", "planned_values": { "root_module": { "resources": [{ "type": "aws_vpc" }] } },
            "configuration": {} }"#,
        r#"{ "format_version": "1.2", "resource_changes": [] }"#,
        r#"{ "format_version": "1.2", "planned_values": {}, "configuration": {}, "errored": true }"#,
        r#"{ "format_version": "1.2", "planned_values": {}, "configuration": {}, "complete": false }"#,
    ];
    insta::assert_snapshot!(all.map(check_broken).concat(), @r#"
    plan/truncated `plan.json` ends in the middle of the plan, at line 1, column 85 (run `terraform show -json tfplan > plan.json` again; the disk may have been full or the command interrupted)
    plan/syntax `plan.json` is not valid JSON: expected ident, at line 1, column 64 (run `terraform show -json tfplan > plan.json` again)
    plan/unexpected `plan.json` does not have the shape of a Terraform plan: expected a sequence, at line 2, column 53 (run `terraform show -json tfplan > plan.json` again)
    plan/unexpected `plan.json` does not have the shape of a Terraform plan: expected an object, at line 1, column 63 (run `terraform show -json tfplan > plan.json` again)
    plan/version `plan.json` has the plan format "2.0"; only 0.x and 1.x are supported (use a newer release of buttress, or an older one of Terraform)
    plan/unexpected `plan.json` does not have the shape of a Terraform plan: expected a resource with an `address`, at line 1, column 79 (run `terraform show -json tfplan > plan.json` again)
    plan/no-configuration `plan.json` has no `configuration`, so it does not show references (keep the complete output of `terraform show -json tfplan`)
    plan/no-values `plan.json` has no `planned_values`, so it does not show what will exist (keep the complete output of `terraform show -json tfplan`)
    plan/errored `plan.json` is the plan of a failed run: resources may be missing (plan again without errors)
    plan/partial `plan.json` is a partial plan: resources that it leaves out look as if they did not exist (plan without `-target` and without deferred changes)
    "#);
}

#[test]
fn references_in_a_circle_end() {
    // No plan of Terraform has them; a file may.
    insta::assert_snapshot!(check(
        r#"{ "resources": [
            { "address": "aws_a.a", "mode": "managed", "type": "aws_a", "name": "a", "values": {} },
            { "address": "aws_b.b", "mode": "managed", "type": "aws_b", "name": "b", "values": {} }] }"#,
        r#"{ "aws_a.a": { "x_id": true }, "aws_b.b": { "y_id": true, "z_id": true } }"#,
        r#"{ "resources": [
            { "address": "aws_a.a", "mode": "managed", "expressions": { "x_id": { "references": ["aws_b.b.y_id", "aws_b.b"] } } },
            { "address": "aws_b.b", "mode": "managed", "expressions": { "y_id": { "references": ["aws_a.a.x_id", "aws_a.a"] },
                "z_id": { "references": ["module.m.out", "module.m"] } } }],
            "module_calls": { "m": { "expressions": { "in": { "references": ["module.m.out", "module.m"] } }, "module": {
                "outputs": { "out": { "expression": { "references": ["var.in", "var.in.x", "var.in"] } } } } } } }"#,
    ), @"
    aws_a.a
      x_id = ?aws_a.a.x_id <- aws_b.b.y_id
    aws_b.b
      y_id = ?aws_a.a.x_id
      z_id = ?(aws_b.b.z_id, which comes from a long chain of references, is known after apply)
    ");
}

#[test]
fn no_prefix_or_mutation_of_a_plan_panics() {
    let path = fixture("language/module_in_module/plan.json");
    let text = std::fs::read_to_string(path).unwrap();
    let sound = estate(FileId(0), Path::new("plan.json"), &text, &ProviderFacts::default());
    assert!(sound.problems.is_empty() && !sound.instances.is_empty());
    for end in (0..text.len()).step_by(97).filter(|end| text.is_char_boundary(*end)) {
        let cut = estate(FileId(0), Path::new("plan.json"), &text[..end], &ProviderFacts::default());
        assert!(!cut.problems.is_empty(), "a plan cut at {end} is taken for whole");
    }
    for (from, to) in [
        ("[", "{"),
        ("true", "[true]"),
        ("null", "{}"),
        ("\"", "'"),
        (":{", ":["),
        ("[]", "0"),
        ("this", "th.is"),
    ] {
        for (at, _) in text.match_indices(from).step_by(7) {
            let mutated = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
            let _read = estate(FileId(0), Path::new("plan.json"), &mutated, &ProviderFacts::default());
        }
    }
}

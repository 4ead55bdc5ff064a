//! What is known of values without an apply: configuration in, the values of `terraform_data.seen` out.

use std::path::Path;
use std::sync::LazyLock;

use buttress::rule::RuleSet;

use super::plan::display;
use crate::support::estate::{evaluate, modules};
use crate::support::verdict_of::{of_text, rule, rules, said};

static SET: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);

/// What everything here may refer to: a queue, a key, a table, zones, and values that nobody gives.
const WORLD: &str = r#"
    variable "open" { type = bool }
    variable "texts" { type = list(string) }
    variable "text" { type = string }
    resource "aws_sqs_queue" "q" {}
    resource "aws_kms_key" "k" {}
    data "aws_availability_zones" "z" {}
"#;

/// The attributes of `terraform_data.seen.input`, one a line.
fn check(input: &str) -> String {
    check_with("", input)
}

pub(crate) fn check_with(around: &str, input: &str) -> String {
    let text = format!("{WORLD}\n{around}\nresource \"terraform_data\" \"seen\" {{ input = {{ {input} }} }}");
    let project = modules(&[(Path::new("."), vec![text])]);
    let estate = evaluate(&project, &SET.model.facts);
    let mut shown: String =
        estate.problems.iter().map(|problem| format!("{} {}\n", problem.id, problem.message)).collect();
    let instance =
        estate.instances.iter().find(|instance| instance.address == "terraform_data.seen").unwrap();
    let input = instance.body.get("input").unwrap();
    for (name, value) in &input.as_entries().unwrap().items {
        shown += &format!("{name} = {}\n", display(value, &estate.symbols));
    }
    shown
}

#[test]
fn a_condition_that_is_not_known_leaves_a_value_or_null() {
    let shown = check(
        r#"
        other_text = (var.open ? "a" : null) == "b"
        same_text  = (var.open ? "a" : null) == "a"
        is_null    = (var.open ? "a" : null) == null
        other_zone = (var.open ? data.aws_availability_zones.z.names[0] : null) == data.aws_availability_zones.z.names[1]
        both_null  = (var.open ? "a" : null) == (var.open ? "b" : null)
        or_same    = coalesce(var.open ? "a" : null, "a")
        or_other   = coalesce(var.open ? "a" : null, "b")
        "#,
    );
    insta::assert_snapshot!(shown, @"
    both_null = ?(var.open has no default and no value)
    is_null = ?(var.open has no default and no value)
    or_other = ?(var.open has no default and no value)
    or_same = \"a\"
    other_text = false
    other_zone = ?(var.open has no default and no value)
    same_text = ?(var.open has no default and no value)
    ");
}

#[test]
fn an_attribute_that_every_resource_has_is_a_text_and_not_null() {
    let shown = check(
        r#"
        arn      = aws_sqs_queue.q.arn != null
        empty    = aws_sqs_queue.q.id == ""
        first    = coalesce(aws_sqs_queue.q.arn, "x")
        flat     = length(flatten([[aws_sqs_queue.q.arn], []]))
        kept     = length(compact([aws_sqs_queue.q.arn]))
        longer   = length(aws_sqs_queue.q.arn) > 0
        one_type = true ? 1 : aws_sqs_queue.q.arn
        other    = aws_sqs_queue.q.policy != null
        variable = var.text != null
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    arn = true
    empty = false
    first = ?aws_sqs_queue.q.arn
    flat = 1
    kept = 1
    longer = true
    one_type = "1"
    other = ?(the provider decides aws_sqs_queue.q at apply)
    variable = ?(var.text has no default and no value)
    "#);
}

#[test]
fn a_json_text_with_holes_keeps_its_structure() {
    let shown = check(
        r#"
        template = jsondecode("{\"a\": \"${aws_kms_key.k.arn}\", \"b\": [1, \"x-${var.text}-y\"]}")
        heredoc  = jsondecode(<<-E
          [%{ for t in var.texts } {"t": "${t}"}, %{ endfor } {"last": true}]
        E
        )
        choice   = jsondecode("{\"a\": 1 %{ if var.open }, \"b\": 2 %{ endif }}")
        encoded  = jsondecode("{\"list\": ${jsonencode([aws_kms_key.k.arn, "x"])}}")
        format   = jsondecode(format("{\"a\": %q, \"b\": %d}", aws_kms_key.k.arn, 7))
        joined   = jsondecode("[${join(",", formatlist("\"%s\"", [aws_kms_key.k.arn, "b"]))}]")
        bare     = jsondecode("[${var.text}, 2]")
        broken   = jsondecode("{\"a\": \"${aws_kms_key.k.arn}\"")
        key      = jsondecode("{\"${var.text}\": 1, \"b\": 2}")
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    bare = [2, ... var.text has no default and no value]
    broken = ?(the provider decides aws_kms_key.k at apply) <- aws_kms_key.k.arn
    choice = block {a = 1}
    encoded = {list = [?aws_kms_key.k.arn, "x"]}
    format = {a = ?aws_kms_key.k.arn, b = 7}
    heredoc = [{last = true}, ... var.texts has no default and no value]
    joined = [?aws_kms_key.k.arn, "b"]
    key = block {b = 2}
    template = {a = ?aws_kms_key.k.arn, b = [1, ?(var.text has no default and no value) <- var.text]}
    "#);
}

#[test]
fn what_is_known_of_a_text_with_holes_decides() {
    let shown = check(
        r#"
        ends     = endswith("${var.text}-prod", "-prod")
        not_ends = endswith("${var.text}-prod", "-dev")
        holds    = strcontains("a-${var.text}-b", "-b")
        may_hold = strcontains("a-${var.text}-b", "c")
        equal    = "a-${var.text}-b" == "a-1-c"
        may_be   = "a-${var.text}-b" == "a-1-b"
        name     = basename("${var.text}/file.txt")
        trimmed  = jsondecode(trimspace(" {\"a\": \"${var.text}\"} \n"))
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    ends = true
    equal = false
    holds = true
    may_be = ?(var.text has no default and no value)
    may_hold = ?(var.text has no default and no value)
    name = "file.txt" <- var.text
    not_ends = false
    trimmed = {a = ?var.text}
    "#);
}

#[test]
fn an_empty_map_has_no_key_whichever_it_is() {
    let shown = check(
        r#"
        default = lookup({}, var.text, "none")
        other   = lookup({ a = "x" }, var.text, "none")
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    default = "none" <- var.text
    other = ?(var.text has no default and no value) <- var.text
    "#);
}

#[test]
fn data_sources_answer_what_the_configuration_tells() {
    let around = r#"
        provider "aws" {
          region = "eu-west-1"
          default_tags { tags = { Team = "shop" } }
        }
        provider "aws" {
          alias  = "china"
          region = "cn-north-1"
        }
        provider "aws" {
          alias = "open"
          region = var.text
        }
        data "aws_region" "here" {}
        data "aws_region" "open" { provider = aws.open }
        data "aws_partition" "here" {}
        data "aws_partition" "china" { provider = aws.china }
        data "aws_default_tags" "here" {}
        data "aws_vpc" "found" { tags = { Name = "main" } }
        data "aws_route53_zone" "zone" { name = "shop.test." }
        data "aws_iam_role" "role" { name = "reader" }
        data "aws_availability_zones" "some" {
          filter {
            name   = "zone-name"
            values = ["eu-west-1a"]
          }
        }
    "#;
    let shown = check_with(
        around,
        r#"
        region    = data.aws_region.here.name
        open      = data.aws_region.open.name
        partition = data.aws_partition.here.partition
        china     = data.aws_partition.china.dns_suffix
        tags      = data.aws_default_tags.here.tags
        vpc_tags  = data.aws_vpc.found.tags
        zone      = data.aws_route53_zone.zone.name
        role      = data.aws_iam_role.role.name
        two       = element(data.aws_availability_zones.z.names, 0) == element(data.aws_availability_zones.z.names, 1)
        perhaps   = element(data.aws_availability_zones.some.names, 0) == element(data.aws_availability_zones.some.names, 1)
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    china = "amazonaws.com.cn" <- data.aws_partition.china.dns_suffix
    open = ?var.text <- data.aws_region.open.name
    partition = "aws" <- data.aws_partition.here.partition
    perhaps = ?(data.aws_availability_zones.some is read at apply)
    region = "eu-west-1" <- data.aws_region.here.name
    role = "reader" <- data.aws_iam_role.role.name
    tags = {Team = "shop"} <- data.aws_default_tags.here.tags
    two = false
    vpc_tags = ?data.aws_vpc.found.tags
    zone = ?data.aws_route53_zone.zone.name
    "#);
}

#[test]
fn a_dynamic_block_without_elements_is_no_block() {
    let around = r#"
        resource "aws_security_group" "door" {
          dynamic "ingress" {
            for_each = []
            content {}
          }
        }
    "#;
    let shown = check_with(around, "rules = aws_security_group.door.ingress");
    insta::assert_snapshot!(shown, @"rules = ?aws_security_group.door.ingress");
}

#[test]
fn what_is_ephemeral_becomes_null() {
    let around = r#"
        variable "session" {
          ephemeral = true
          default   = "s"
        }
    "#;
    let shown = check_with(
        around,
        r#"
        all  = ephemeralasnull(var.session) == null
        part = ephemeralasnull({ a = "x-${var.session}", b = 1 })
        none = ephemeralasnull("s")
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    all = true
    none = "s"
    part = {a = null, b = 1}
    "#);
}

#[test]
fn yaml_keeps_no_line_end_that_is_not_there() {
    let shown = check(
        r#"
        folded  = yamldecode("b: >\n  p\n  q").b
        literal = yamldecode("b: |\n  p\n  q").b
        ended   = yamldecode("b: >\n  p\n  q\n").b
        within  = yamldecode("- >\n  p\n  q\n- |\n  a")
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    ended = "p q\n"
    folded = "p q"
    literal = "p\nq"
    within = ["p q\n", "a"]
    "#);
}

#[test]
fn types_and_assumptions_are_what_an_author_says() {
    let shown = check(
        r#"
        converted = convert({ a = "1" }, object({ a = number, b = optional(string, "x") }))
        refused   = can(convert("x", number))
        set       = assumenotnull(var.text) != null
        starts    = startswith(assumestringprefix(var.text, "vpc-"), "vpc-")
        some      = length(assumelistlengthmin(var.texts, 1)) > 0
        three     = length(assumelistlength(var.texts, 3, 3))
        same      = assumeequal(var.text, "a")
        wrong     = can(assumeequal("b", "a"))
        long      = can(assumemaplengthmax({ a = 1, b = 2 }, 1))
        "#,
    );
    insta::assert_snapshot!(shown, @r#"
    converted = {a = 1, b = "x"}
    long = false
    refused = false
    same = "a" <- var.text
    set = true
    some = true
    starts = true
    three = 3
    wrong = false
    "#);
}

#[test]
fn what_is_switched_off_is_not_there() {
    let around = r#"
        resource "aws_sqs_queue" "off" {
          lifecycle { enabled = false }
        }
        resource "aws_sqs_queue" "on" {
          lifecycle { enabled = true }
        }
    "#;
    let shown = check_with(around, "off = aws_sqs_queue.off == null\n on = aws_sqs_queue.on.arn != null");
    insta::assert_snapshot!(shown, @"
    off = true
    on = true
    ");
}

/// What a rule that wants machines in several zones says of two machines with these arguments.
fn zones_of_two(first: &str, second: &str) -> String {
    let model = "resource \"x_machine\" {\n  zones = [tostring(self.zone_id != null && self.zone == null ? self.zone_id : self.zone)]\n}";
    let rule = rule(
        "x-one-zone",
        "for_each = resources(\"x_group\")\nwhen = length(distinct(flatten([for m in resources(\"x_machine\") : zones(m)]))) < 2",
    );
    let text = format!(
        "variable \"open\" {{ type = bool }}\ndata \"x_zones\" \"z\" {{}}\nresource \"x_group\" \"a\" {{}}\nresource \"x_machine\" \"a\" {{\n  {first}\n}}\nresource \"x_machine\" \"b\" {{\n  {second}\n}}\n"
    );
    said(&rules(model, &[rule]), &of_text(&text))
}

#[test]
fn a_zone_that_may_be_null_is_the_providers_choice() {
    insta::assert_snapshot!(zones_of_two("zone = \"a\"", "zone = \"a\""), @"x-one-zone fails x_group.a");
    insta::assert_snapshot!(zones_of_two("zone = \"a\"", "zone = \"b\""), @"1 passed");
    insta::assert_snapshot!(zones_of_two("zone = var.open ? \"a\" : null", "zone = \"a\""), @"x-one-zone unknown x_group.a: var.open has no default and no value");
    insta::assert_snapshot!(zones_of_two("zone = var.open ? \"a\" : null", "zone = var.open ? \"a\" : null"), @"x-one-zone unknown x_group.a: var.open has no default and no value");
    insta::assert_snapshot!(zones_of_two("zone = var.open ? \"a\" : null", "zone = var.open ? \"b\" : null"), @"x-one-zone unknown x_group.a: var.open has no default and no value");
    // The condition asks of the very answer that the zone is from.
    let asked = |at: u8| {
        format!("zone = startswith(data.x_zones.z.names[{at}], \"a-\") ? data.x_zones.z.names[{at}] : null")
    };
    insta::assert_snapshot!(zones_of_two(&asked(0), &asked(0)), @"x-one-zone fails x_group.a");
    // By name or by id.
    let either =
        |zone: &str| format!("zone = var.open ? \"{zone}\" : null\n  zone_id = var.open ? null : \"{zone}\"");
    insta::assert_snapshot!(zones_of_two(&either("a"), &either("a")), @"x-one-zone fails x_group.a");
    insta::assert_snapshot!(zones_of_two(&either("a"), &either("b")), @"1 passed");
}

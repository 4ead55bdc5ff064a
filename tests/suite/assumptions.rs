//! Assumptions: answers to what is not known.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use buttress::estate::configuration::{self, Request};
use buttress::estate::{AssumedValues, Assumption, Estate};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::run::run;
use buttress::syntax::parse_hcl;
use buttress::text::FileId;
use buttress::value::{Kind, Value};

use crate::support::estate::modules;
use crate::support::verdicts::SESSION;

/// An assumption about an address.
fn assume(address: &str, value: Option<Value>, length: Option<usize>, zones: Option<usize>) -> Assumption {
    let tree = Arc::new(parse_hcl(FileId(7), Arc::from("value = 1\n")).tree);
    let attribute = tree.attributes(tree.root())[0];
    let span = tree.span(tree.attribute_range(&attribute));
    Assumption { address: address.into(), value, length, zones, written: (tree, attribute.value), span }
}

fn evaluated(text: &str, assumptions: Vec<Assumption>) -> Estate {
    let project = modules(&[(".", vec![text.to_owned()])]);
    let assumptions = AssumedValues::new(assumptions);
    let facts = &SESSION.rules().model.facts;
    configuration::estate(Request {
        assumptions: Some(&assumptions),
        ..Request::new(&project, Path::new("."), &NoFiles, facts)
    })
}

/// A primitive value, or what its origin is.
fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => text.to_string(),
        Kind::Tuple(sequence) => sequence.items.iter().map(shown).collect::<Vec<_>>().join(" "),
        Kind::Unknown(unknown) => format!("unknown: {}", unknown.cause),
        _ => format!("{:?}", value.kind),
    }
}

/// The attribute `is` of every resource, and what became of the assumptions.
fn outcome(text: &str, assumptions: Vec<Assumption>) -> String {
    let estate = evaluated(text, assumptions);
    let mut out = String::new();
    for instance in &estate.instances {
        let value = instance.body.get("is").map(shown).unwrap_or_default();
        let _ = writeln!(out, "{}: {value}", instance.address);
    }
    for (index, noted) in &estate.assumed {
        let words = [
            (noted.is_used, "used"),
            (noted.is_known, "known"),
            (noted.is_contradicted, "contradicted"),
            (noted.is_never_null, "never null"),
        ];
        let words: Vec<&str> = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        let _ = writeln!(out, "{index}: {}", words.join(", "));
    }
    out
}

#[test]
fn an_assumption_answers_what_is_not_known() {
    let text = r#"
        variable "size" { type = number }
        variable "ids" { type = list(string) }
        variable "given" { default = "small" }
        variable "same" { default = "small" }
        data "aws_subnets" "private" {}
        module "network" {
          source = "acme/network/aws"
        }
        module "many" {
          source = "acme/network/aws"
          count  = 2
        }
        locals { computed = timestamp() }
        resource "x_y" "variable" { is = var.size * 2 }
        resource "x_y" "list" { is = length(var.ids) }
        resource "x_y" "given" { is = var.given }
        resource "x_y" "attribute" { is = length(data.aws_subnets.private.ids) }
        resource "x_y" "whole" { is = [for data in [data.aws_subnets.private] : length(data.ids)] }
        resource "x_y" "output" { is = module.network.name }
        resource "x_y" "counted" { is = module.many[1].name }
        resource "x_y" "other_output" { is = module.network.other }
        resource "x_y" "local" { is = local.computed }
        resource "x_y" "same" { is = var.same }
    "#;
    let assumptions = vec![
        assume("var.size", Some("3".into()), None, None),
        assume("var.ids", None, Some(2), None),
        assume("var.given", Some("large".into()), None, None),
        assume("data.aws_subnets.private.ids", None, Some(3), Some(2)),
        assume("module.network.name", Some("net".into()), None, None),
        assume("module.many[1].name", Some("second".into()), None, None),
        assume("local.computed", Some("2026".into()), None, None),
        assume("var.same", Some("small".into()), None, None),
        assume("var.nothing", Some("small".into()), None, None),
    ];
    insta::assert_snapshot!(outcome(text, assumptions), @r"
    data.aws_subnets.private: 
    data.aws_subnets.private.ids[0]: 
    data.aws_subnets.private.ids[1]: 
    data.aws_subnets.private.ids[2]: 
    x_y.attribute: 3
    x_y.counted: second
    x_y.given: small
    x_y.list: 2
    x_y.local: 2026
    x_y.other_output: unknown: module.network is not downloaded
    x_y.output: net
    x_y.same: small
    x_y.variable: 6
    x_y.whole: 3
    0: used
    1: used
    2: known, contradicted
    3: used
    4: used
    5: used
    6: used
    7: known
    ");
}

/// What the rules for groups of machines say of a group in subnets of which nothing is known.
fn of_group(assumptions: Vec<Assumption>) -> String {
    let text = r#"
        data "aws_subnets" "private" {}
        resource "aws_autoscaling_group" "web" {
          min_size            = 4
          max_size            = 8
          vpc_zone_identifier = data.aws_subnets.private.ids
        }
    "#;
    let estate = evaluated(text, assumptions);
    let set = SESSION.rules();
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let said = run(&set.rules, &graph, &NoFiles, None);
    let found = said.findings.iter().filter(|finding| finding.id.starts_with("asg-"));
    let found = found.map(|finding| {
        // The place that decides is that of the assumption.
        let files = finding.labels().filter_map(|label| Some(label.span()?.file.0));
        format!("{} in {:?}", finding.id, files.collect::<Vec<u32>>())
    });
    let unknown = said.unknown.iter().map(|verdict| format!("unknown {}", verdict.rule));
    found.chain(unknown).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_expression_hides_no_assumption() {
    let text = r#"
        variable "v" {}
        variable "w" { default = "a" }
        locals {
          is_big = var.v == "a"
          other  = var.w == "a"
        }
        resource "aws_db_instance" "plain" {
          multi_az = var.on
        }
        variable "on" {}
        resource "aws_db_instance" "computed" {
          multi_az = local.is_big ? true : false
        }
        resource "aws_db_instance" "own" {
          multi_az = !local.other
        }
    "#;
    let assumed =
        vec![assume("var.v", Some("b".into()), None, None), assume("var.on", Some(false.into()), None, None)];
    let estate = evaluated(text, assumed);
    let set = SESSION.rules();
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let said = run(&set.rules, &graph, &NoFiles, None);
    let mut found = String::new();
    for finding in said.findings.iter().filter(|finding| finding.id == "rds-single-az") {
        let files = finding.labels().filter_map(|label| Some(label.span()?.file.0));
        // 7 is the file of the assumptions.
        let places = files.filter(|file| *file == 7).count();
        writeln!(found, "{}: {places}", finding.address).unwrap();
    }
    insta::assert_snapshot!(found, @r"
    aws_db_instance.computed: 1
    aws_db_instance.own: 0
    aws_db_instance.plain: 1
    ");
}

#[test]
fn arguments_of_resources_are_answered_and_compared() {
    let text = r#"
        variable "size" {}
        locals { size = var.size }
        resource "x_y" "known" { is = 0 }
        resource "x_y" "open" { is = local.size }
        resource "x_y" "reader" { is = x_y.open.is }
    "#;
    let assumptions = vec![
        assume("x_y.known.is", Some("9".into()), None, None),
        assume("x_y.open.is", Some("8".into()), None, None),
    ];
    assert_eq!(
        outcome(text, assumptions),
        "x_y.known: 0\nx_y.open: 8\nx_y.reader: 8\n0: known, contradicted\n1: used, known\n"
    );
}

#[test]
fn an_assumption_that_does_not_fit_is_told_where_it_stands() {
    let text = "variable \"size\" {\n  type = number\n}\nresource \"x_y\" \"z\" {\n  is = var.size\n}\n";
    let estate = evaluated(text, vec![assume("var.size", Some("text".into()), None, None)]);
    let problem = estate.problems.iter().find(|problem| problem.id == "eval/variable-type").unwrap();
    assert_eq!(problem.span().unwrap().file, FileId(7));
}

#[test]
fn assumed_zones_decide_where_things_stand() {
    let ids = |length, zones| vec![assume("data.aws_subnets.private.ids", None, length, zones)];
    insta::assert_snapshot!(of_group(Vec::new()), @"unknown asg-single-az");
    insta::assert_snapshot!(of_group(ids(Some(3), Some(3))), @"");
    insta::assert_snapshot!(of_group(ids(None, Some(2))), @"");
    insta::assert_snapshot!(of_group(ids(Some(3), Some(1))), @"asg-single-az in [7, 0]");
    insta::assert_snapshot!(of_group(ids(Some(3), None)), @"unknown asg-single-az");
}

#[test]
fn null_is_no_answer_for_a_variable_that_is_never_null() {
    let text = |nullable: &str| {
        format!("variable \"a\" {{\n{nullable}}}\nresource \"thing\" \"a\" {{\n  is = var.a == null\n}}\n")
    };
    let outcome =
        |nullable: &str| outcome(&text(nullable), vec![assume("var.a", Some(Value::NULL), None, None)]);
    insta::assert_snapshot!(outcome("  nullable = false\n"), @r"
    thing.a: unknown: var.a has no default and no value
    0: never null
    ");
    insta::assert_snapshot!(outcome(""), @r"
    thing.a: Bool(true)
    0: used
    ");
}

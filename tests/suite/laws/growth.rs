//! A few short lines that ask for more than there is: evaluation ends, with an unknown that names a limit or with a problem
//! that says what is wrong, and no value is larger than the limits. Without them it would not end within anyone's patience.

use std::fmt::Write;
use std::path::Path;

use buttress::budget::Allowance;
use buttress::estate::configuration::{self, Request};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::run::run;
use buttress::value::{CauseKind, Value, convert};

use super::SET;
use crate::support::estate;

/// What `aws_sqs_queue.it` has as its name, whether problems were reported, and how many instances there are; rules have run.
fn outcome(text: &str) -> (Option<Value>, Vec<String>, usize) {
    outcome_of(&[(".", vec![text.to_owned()])])
}

fn outcome_of(modules: &[(&str, Vec<String>)]) -> (Option<Value>, Vec<String>, usize) {
    let project = estate::modules(modules);
    let request = Request::new(&project, Path::new("."), &NoFiles, &SET.model.facts);
    let estate = configuration::estate(Request { allowance: Allowance::of_run(0), ..request });
    let graph = Graph::build(&estate, &SET.model, &NoFiles);
    let _ = run(&SET.rules, &graph, &NoFiles, None);
    for instance in &estate.instances {
        for (name, value) in &instance.body.items {
            // Asking stops at the limit, so what is here was not walked in vain either.
            let is_within =
                value.as_unknown().is_some() || value.clone().within_limits().as_unknown().is_none();
            assert!(is_within, "{}.{name} has outgrown the limits", instance.address);
        }
    }
    let instance = estate.instances.iter().find(|instance| instance.address == "aws_sqs_queue.it");
    let name = instance.and_then(|instance| instance.body.get("name").cloned());
    let problems = estate.problems.iter().map(|problem| problem.message.clone()).collect();
    (name, problems, estate.instances.len())
}

/// The name of a queue, after some definitions, is unknown because of a limit.
fn assert_limited(definitions: &str, name: &str) {
    let (value, problems, _) = outcome(&format!("{definitions}\n{}", queue(name)));
    let value = value.unwrap();
    let cause = value.first_cause().unwrap_or_else(|| panic!("{name} is known"));
    let limited = cause.kind == CauseKind::Limit || (cause.kind == CauseKind::Error && !problems.is_empty());
    assert!(limited, "{name}: {cause}");
}

fn queue(name: &str) -> String {
    format!("resource \"aws_sqs_queue\" \"it\" {{\n  name = {name}\n}}\n")
}

/// `a0 = first`, then each as `next` makes it of the one before.
fn chain(count: usize, first: &str, next: impl Fn(&str) -> String) -> String {
    let mut text = format!("locals {{\n  a0 = {first}\n");
    for index in 1..=count {
        writeln!(text, "  a{index} = {}", next(&format!("local.a{}", index - 1))).unwrap();
    }
    text.push_str("}\n");
    text
}

#[test]
fn doubling_texts() {
    assert_limited(&chain(60, "\"xx\"", |last| format!("\"${{{last}}}${{{last}}}\"")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("join(\"\", [{last}, {last}])")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("format(\"%s%s\", {last}, {last})")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("replace({last}, \"x\", \"xx\")")), "local.a60");
}

#[test]
fn doubling_values() {
    assert_limited(&chain(60, "\"xx\"", |last| format!("[{last}, {last}]")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("{{ a = {last}, b = {last} }}")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("[for i in [0, 1] : {last}]")), "local.a60");
    assert_limited(&chain(60, "[\"xx\"]", |last| format!("concat({last}, {last})")), "local.a60");
    assert_limited(&chain(60, "[\"xx\"]", |last| format!("tolist([{last}, {last}])")), "local.a60");
    assert_limited(&chain(60, "\"xx\"", |last| format!("jsonencode([{last}, {last}])")), "local.a60");
    assert_limited(
        &chain(60, "[\"xx\"]", |last| format!("{last}[*][*] == null ? [] : [{last}, {last}]")),
        "local.a60",
    );
}

#[test]
fn deep_values() {
    assert_limited(&chain(5_000, "\"xx\"", |last| format!("[{last}]")), "local.a5000");
    assert_limited(&chain(5_000, "\"xx\"", |last| format!("{{ a = {last} }}")), "local.a5000");
}

#[test]
fn resources_that_hold_resources_twice() {
    let mut text = String::from("resource \"aws_x\" \"a0\" {\n  name = \"x\"\n}\n");
    for index in 1..=60 {
        let last = index - 1;
        writeln!(text, "resource \"aws_x\" \"a{index}\" {{\n  a = aws_x.a{last}\n  b = aws_x.a{last}\n}}")
            .unwrap();
    }
    // What the provider decides is the first thing unknown in it: only that it ends matters.
    outcome(&format!("{text}{}", queue("aws_x.a60")));
}

#[test]
fn modules_that_give_out_modules_twice() {
    let mut modules =
        vec![(".".to_owned(), format!("module \"m\" {{\n  source = \"./m0\"\n}}\n{}", queue("module.m")))];
    for index in 0..50 {
        let inner = index + 1;
        modules.push((format!("m{index}"), format!(
            "module \"m\" {{\n  source = \"../m{inner}\"\n}}\noutput \"a\" {{\n  value = module.m\n}}\noutput \"b\" {{\n  value = module.m\n}}\n"
        )));
    }
    modules.push(("m50".to_owned(), "output \"a\" {\n  value = \"x\"\n}\n".to_owned()));
    let modules: Vec<(&str, Vec<String>)> =
        modules.iter().map(|(dir, text)| (dir.as_str(), vec![text.clone()])).collect();
    let (value, ..) = outcome_of(&modules);
    assert_eq!(value.unwrap().first_cause().unwrap().kind, CauseKind::Limit);
}

#[test]
fn products_and_loops() {
    assert_limited("locals { r = range(1024) }", "setproduct(local.r, local.r, local.r, local.r)");
    // The list is never made, and still everybody knows how long it is.
    let length = queue("length(setproduct(local.r, local.r, local.r))");
    let (value, _, _) = outcome(&format!("locals {{ r = range(1024) }}\n{length}"));
    assert_eq!(value.map(|value| convert::to_string(&value).unwrap()).unwrap().as_str(), Some("1073741824"));
    let nested = "[for a in local.r : [for b in local.r : [for c in local.r : [for d in local.r : 1]]]]";
    assert_limited("locals { r = range(1024) }", nested);
    assert_limited("locals { r = range(1024) }", &format!("length({nested})"));
    assert_limited(
        "locals { r = range(1024) }",
        "flatten([for a in local.r : [for b in local.r : local.r]])",
    );
    assert_limited("", "range(1000000000)");
    assert_limited("", "format(\"%1000000000s\", \"x\")");
    let text =
        "%{ for a in local.r }%{ for b in local.r }%{ for c in local.r }x%{ endfor }%{ endfor }%{ endfor }";
    assert_limited("locals { r = range(1024) }", &format!("\"{text}\""));
}

#[test]
fn instances_without_end() {
    for repeat in
        ["count = 1000000000", "count = 1e300", "for_each = toset(setproduct(range(1024), range(1024)))"]
    {
        let (_, problems, instances) =
            outcome(&format!("resource \"aws_sqs_queue\" \"it\" {{\n  {repeat}\n}}\n"));
        assert!(!problems.is_empty() || instances == 1, "{repeat}: {instances} instances");
        assert!(instances <= 1, "{repeat}");
    }
    let (_, problems, _) = outcome("module \"m\" {\n  source = \"./\"\n}\n");
    assert!(!problems.is_empty());
}

#[test]
fn a_long_chain_has_a_value() {
    let text = format!("{}{}", chain(100_000, "\"xx\"", str::to_owned), queue("local.a100000"));
    let (value, problems, _) = outcome(&text);
    assert!(problems.is_empty());
    assert_eq!(value.unwrap().as_str(), Some("xx"));
}

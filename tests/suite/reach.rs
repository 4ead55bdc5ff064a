//! The walk along edges: what is certain, what may be, what never is.

use buttress::analysis::reach::reach;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::model::EdgeKind;
use buttress::value::{Known, NodeId};

use std::fmt::Write;

use proptest::prelude::*;

use crate::support::verdict_of::{of_text, rules};

const MODEL: &str = r#"
    link "x_node" "to" {
      to    = "x_node"
      means = "sends"
    }
"#;

/// For each node but `x_node.start` whether it is reached from there, and the way to what certainly is.
fn answers(text: &str) -> Vec<(String, Known<bool>, Vec<String>)> {
    let set = rules(MODEL, &[]);
    let estate = of_text(text);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let all: Vec<(NodeId, String)> = (graph.nodes())
        .filter(|(_, node)| node.type_ == "x_node")
        .map(|(id, node)| (id, node.address.replace("x_node.", "").to_string()))
        .collect();
    let name = |id: &NodeId| all.iter().find(|(own, _)| own == id).map(|(_, name)| name.clone()).unwrap();
    let (start, _) = all.iter().find(|(_, name)| name == "start").unwrap();
    let reach = reach(&graph, *start, &[EdgeKind::Sends]);
    let others = all.iter().filter(|(id, _)| id != start);
    others
        .map(|(id, own)| (own.clone(), reach.reaches(*id), reach.path_to(*id).iter().map(name).collect()))
        .collect()
}

/// What is reached from `x_node.start`, a line each, with the way to what is certain.
fn reached(text: &str) -> String {
    let line = |(own, reached, way): &(String, Known<bool>, Vec<String>)| match reached {
        Known::Yes(true) => format!("{own}: certain, {}", way.join(" ")),
        Known::Yes(false) => format!("{own}: never"),
        Known::No(cause) => format!("{own}: possible, {cause}"),
    };
    answers(text).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn certain_edges_lead_on() {
    insta::assert_snapshot!(
        reached(
            r#"
            resource "x_node" "start" { to = [x_node.a.id] }
            resource "x_node" "a" { to = [x_node.b.id] }
            resource "x_node" "b" { to = [x_node.start.name] }
            resource "x_node" "other" { to = [x_node.b.id] }
            "#
        ),
        @"
    a: certain, a
    b: certain, a b
    other: never
    "
    );
}

#[test]
fn an_open_end_leads_to_any_node_that_may_be_meant_and_on_from_there() {
    insta::assert_snapshot!(
        reached(
            r#"
            variable "open" {}
            resource "x_node" "start" { to = [x_node.a.id] }
            resource "x_node" "a" { to = var.open }
            resource "x_node" "b" {}
            resource "x_thing" "c" {}
            "#
        ),
        @"
    a: certain, a
    b: possible, var.open has no default and no value
    "
    );
}

#[test]
fn what_may_not_exist_is_only_possible() {
    insta::assert_snapshot!(
        reached(
            r#"
            variable "open" {}
            resource "x_node" "start" { to = x_node.a[*].id }
            resource "x_node" "a" {
              count = var.open
              to    = [x_node.b.id]
            }
            resource "x_node" "b" {}
            "#
        ),
        @"
    a[*]: possible, var.open has no default and no value
    b: possible, var.open has no default and no value
    "
    );
}

/// A node of a random graph.
#[derive(Clone, Debug)]
struct Spec {
    /// Where it leads, as a set of bits.
    to: u32,
    /// It may lead anywhere: its targets are unknown.
    is_open: bool,
    /// It may not exist: its number is unknown.
    may_be_absent: bool,
}

const NODES: usize = 4;

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let spec = (0..1_u32 << NODES, proptest::bool::weighted(0.3), proptest::bool::weighted(0.3));
    let spec = spec.prop_map(|(to, is_open, may_be_absent)| Spec { to, is_open, may_be_absent });
    proptest::collection::vec(spec, NODES).prop_map(|mut specs| {
        specs[0].may_be_absent = false;
        specs
    })
}

fn name(at: usize) -> String {
    if at == 0 { "start".to_owned() } else { format!("n{at}") }
}

fn text_of(specs: &[Spec]) -> String {
    let mut text = String::from("variable \"open\" {}\n");
    for (at, spec) in specs.iter().enumerate() {
        // What may not exist comes last: what follows a list of unknown length has no known place in it.
        let mut targets: Vec<usize> = (0..NODES).filter(|to| spec.to & (1 << to) != 0).collect();
        targets.sort_by_key(|to| specs[*to].may_be_absent);
        let lists = targets.iter().map(|to| match specs[*to].may_be_absent {
            true => format!("x_node.{}[*].id", name(*to)),
            false => format!("[x_node.{}.id]", name(*to)),
        });
        let to = match spec.is_open {
            true => "var.open".to_owned(),
            false => format!("concat([], {})", lists.collect::<Vec<_>>().join(", ")),
        };
        let count = if spec.may_be_absent { "count = var.open" } else { "" };
        let _ = writeln!(text, "resource \"x_node\" \"{}\" {{\n  {count}\n  to = {to}\n}}", name(at));
    }
    text
}

/// Which nodes are reached in one completion: `exists` and `open` choose what is unknown.
fn reached_in(specs: &[Spec], exists: u32, open: &[u32]) -> u32 {
    let mut reached = 0;
    let mut next = vec![0];
    while let Some(at) = next.pop() {
        let targets = if specs[at].is_open { open[at] } else { specs[at].to };
        for to in (0..NODES).filter(|to| targets & exists & (1 << to) != 0) {
            if to != 0 && reached & (1 << to) == 0 {
                reached |= 1 << to;
                next.push(to);
            }
        }
    }
    reached
}

/// Nodes that are reached in all completions, and in at least one.
fn brute(specs: &[Spec]) -> (u32, u32) {
    let every = (1_u32 << NODES) - 1;
    let (mut always, mut ever) = (every, 0);
    let sure: u32 = (0..NODES).filter(|at| !specs[*at].may_be_absent).map(|at| 1 << at).sum();
    let opens: Vec<usize> = (0..NODES).filter(|at| specs[*at].is_open).collect();
    for exists in (0..=every).filter(|exists| exists & sure == sure) {
        for choice in 0..1_u64 << (NODES * opens.len()) {
            let mut open = [0; NODES];
            for (index, at) in opens.iter().enumerate() {
                open[*at] = u32::try_from((choice >> (NODES * index)) & u64::from(every)).unwrap();
            }
            let reached = reached_in(specs, exists, &open);
            always &= reached;
            ever |= reached;
        }
    }
    (always, ever)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// What is certain is reached whatever the unknown turns out to be, and what is never reached is so in no case. What may be is reached in some
    /// case; but for lists of what may not exist, which are taken to have any further element.
    #[test]
    fn what_is_reached_equals_trying_all_that_may_be(specs in specs()) {
        let (always, ever) = brute(&specs);
        let has_open_lists = specs.iter().any(|spec| spec.may_be_absent);
        for (own, reached, _) in answers(&text_of(&specs)) {
            let at = (0..NODES).find(|at| name(*at) == own.trim_end_matches("[*]")).unwrap();
            let (always, ever) = (always & (1 << at) != 0, ever & (1 << at) != 0);
            let is_right = match reached {
                Known::Yes(true) => always,
                Known::Yes(false) => !ever,
                Known::No(_) => !always && (ever || has_open_lists),
            };
            prop_assert!(is_right, "{own}: {reached:?}; always {always}, ever {ever}\n{}", text_of(&specs));
        }
    }
}

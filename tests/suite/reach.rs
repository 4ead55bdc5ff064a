//! The walk along edges: what is certain, what may be, what never is.

use buttress::analysis::reach::reach;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::model::EdgeKind;
use buttress::value::{Known, NodeId};

use crate::support::verdict_of::{of_text, rules};

const MODEL: &str = r#"
    link "x_node" "to" {
      to    = "x_node"
      means = "sends"
    }
"#;

/// What is reached from `x_node.start`, a line each, with the way to what is certain.
fn reached(text: &str) -> String {
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
    let line = |(id, own): &(NodeId, String)| match reach.reaches(*id) {
        Known::Yes(true) => {
            let way: Vec<String> = reach.path_to(*id).iter().map(name).collect();
            format!("{own}: certain, {}", way.join(" "))
        }
        Known::Yes(false) => format!("{own}: never"),
        Known::No(cause) => format!("{own}: possible, {cause}"),
    };
    let lines: Vec<String> = all.iter().filter(|(id, _)| id != start).map(line).collect();
    lines.join("\n")
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

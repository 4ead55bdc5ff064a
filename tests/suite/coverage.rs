//! Coverage: which signals a node has, from what a model says of its type.

use std::fmt::Write;

use buttress::analysis::coverage::{Covered, Signal};
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::verbs::VerbContext;

use crate::support::verdict_of::{of_text, rules};

const MODEL: &str = r#"
    resource "x_node" { role = "compute" }
    resource "x_road" { role = "network" }
    resource "x_bare" { role = "queue" }
    resource "x_eye" { role = "observer" }

    link "x_eye" "at" {
      to    = "x_node"
      means = "watches"
    }

    define "signal_logs" {
      of = "x_node"
      is = self.log == true ? true : { missing = "`log` is not set" }
    }

    define "signal_logs" {
      of = "x_road"
      is = { unknown = "somebody else keeps its log" }
    }

    define "signal_traces" {
      of = "x_road"
      is = [self]
    }

    define "signal_traces" {
      of = ["x_node"]
      is = { none = "a node is too simple for traces" }
    }

    define "signal_metrics" {
      of = ["x_node", "x_road"]
      is = self.counted
    }

    define "signal_alarms" {
      of = "x_node"
      is = length(referrers(self, "watches", "x_eye")) > 0 ? referrers(self, "watches", "x_eye") : { missing = "no eye watches it" }
    }
"#;

/// One line for each node: its address, and a cell for each signal.
fn covered(text: &str) -> String {
    let set = rules(MODEL, &[]);
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    let estate = of_text(text);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let mut out = String::new();
    for row in VerbContext::new(&graph, &NoFiles).coverage() {
        let name = |id| graph.node(id).map_or("?", |node| node.address.as_str());
        let _ = write!(out, "{}:", name(row.node));
        for (signal, cell) in Signal::ALL.iter().zip(&row.signals) {
            let cell = match cell {
                Covered::By(nodes) if nodes.is_empty() => "itself".to_owned(),
                Covered::By(nodes) => nodes.iter().map(|id| name(*id)).collect::<Vec<_>>().join("+"),
                Covered::Missing(reason) => format!("missing ({reason})"),
                Covered::NotApplicable(reason) => format!("none ({reason})"),
                Covered::Unknown(reason) => format!("unknown ({reason})"),
                Covered::NotDescribed => "?".to_owned(),
            };
            let _ = write!(out, " {} {cell};", signal.name());
        }
        out.push('\n');
    }
    out
}

#[test]
fn a_signal_is_there_or_the_model_gives_the_reason() {
    insta::assert_snapshot!(
        covered(
            r#"
            variable "open" {}
            resource "x_node" "whole" {
              log     = true
              counted = true
            }
            resource "x_node" "empty" {}
            resource "x_node" "open" { log = var.open }
            resource "x_eye" "first" { at = x_node.whole.id }
            resource "x_eye" "second" { at = x_node.whole.id }
            resource "x_road" "described" { counted = true }
            resource "x_road" "undescribed" {}
            resource "x_bare" "queue" {}
            "#
        ),
        @r#"
    x_bare.queue: logs ?; metrics ?; traces ?; alarms ?;
    x_node.empty: logs missing (`log` is not set); metrics ?; traces none (a node is too simple for traces); alarms missing (no eye watches it);
    x_node.open: logs unknown (var.open has no default and no value); metrics ?; traces none (a node is too simple for traces); alarms missing (no eye watches it);
    x_node.whole: logs itself; metrics itself; traces none (a node is too simple for traces); alarms x_eye.first+x_eye.second;
    x_road.described: logs unknown (somebody else keeps its log); metrics itself; traces itself; alarms ?;
    x_road.undescribed: logs unknown (somebody else keeps its log); metrics ?; traces itself; alarms ?;
    "#
    );
}

#[test]
fn what_may_watch_leaves_the_signal_open() {
    insta::assert_snapshot!(
        covered(
            r#"
            variable "which" {}
            resource "x_node" "a" { log = false }
            resource "x_eye" "somewhere" { at = var.which }
            "#
        ),
        @"x_node.a: logs missing (`log` is not set); metrics ?; traces none (a node is too simple for traces); alarms unknown (var.which has no default and no value);"
    );
    insta::assert_snapshot!(
        covered(
            r#"
            variable "how_many" {}
            resource "x_node" "a" {}
            resource "x_eye" "maybe" {
              count = var.how_many
              at    = x_node.a.id
            }
            "#
        ),
        @"x_node.a: logs missing (`log` is not set); metrics ?; traces none (a node is too simple for traces); alarms unknown (var.how_many has no default and no value);"
    );
}

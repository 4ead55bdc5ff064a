//! Failures: what an entry does when something is lost, against cases that were thought through and against brute force.

mod laws;
mod spreading;

use std::fmt::Write;

use buttress::analysis::failure::{Failure, Simulation};
use buttress::analysis::standing::Table;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::verbs::VerbContext;

use crate::support::verdict_of::{of_text, rules};

/// A model with one kind of node, which says everything about itself.
const MODEL: &str = r#"
    resource "x_node" {
      role   = "compute"
      entry  = self.entry == true
      zones  = self.zones
      copies = self.copies
    }

    # Served from everywhere.
    resource "x_front" {
      role  = "entry"
      entry = true
    }

    link "x_front" "any" {
      to    = "x_node"
      means = "targets"
    }

    define "recovery" {
      of = "x_front"
      is = "regional"
    }

    define "region" {
      of = "x_front"
      is = null
    }

    define "recovery" {
      of = "x_node"
      is = self.recovery
    }

    define "region" {
      is = default(self.region, provider.region)
    }

    link "x_node" "needs" {
      to    = "x_node"
      means = "invokes"
      by    = "name"
    }

    link "x_node" "any" {
      to    = "x_node"
      means = "targets"
      by    = "name"
    }

    link "x_node" "waits" {
      to    = "x_node"
      means = "sends"
      by    = "name"
    }

    link "x_node" "shares" {
      to    = "x_node"
      means = "consumes"
      by    = "name"
    }

    link "x_node" "leaves_by" {
      to    = "x_node"
      means = "routes_to"
      by    = "name"
    }

    link "x_node" "spares" {
      to    = "x_node"
      means = "falls_back_to"
      by    = "name"
    }

    link "x_node" "perhaps" {
      to    = "x_node"
      means = "uses"
      by    = "name"
    }

    link "x_node" "told_by" {
      to    = "x_node"
      means = "runs"
      by    = "name"
    }

    link "x_node" "starts" {
      to    = "x_node"
      means = "starts_with"
      by    = "name"
    }

    loss "needs" { kinds = ["invokes"] }
    loss "described_by" { kinds = ["runs"] }
    loss "to_start" { kinds = ["starts_with"] }
    loss "any" { kinds = ["targets"] }
    loss "defers" { kinds = ["sends"] }
    loss "any_defers" { kinds = ["consumes"] }
    loss "per_copy" { kinds = ["routes_to"] }
    loss "may" { kinds = ["uses"] }
    loss "stands_in" { kinds = ["falls_back_to"] }
"#;

fn with<T>(text: &str, look: impl FnOnce(&Graph<'_>, &Table, &Simulation) -> T) -> T {
    let set = rules(MODEL, &[]);
    assert!(set.problems.is_empty(), "{:?}", set.problems);
    let estate = of_text(text);
    let graph = Graph::build(&estate, &set.model, &NoFiles);
    let table = VerbContext::new(&graph, &NoFiles).standings();
    let simulation = Simulation::run(&graph, &table, None);
    look(&graph, &table, &simulation)
}

fn name(graph: &Graph<'_>, table: &Table, failure: Failure) -> String {
    match failure {
        Failure::Zone(at) => table.zones.get(at).unwrap().name.to_string(),
        Failure::Region(at) => table.regions.get(at).unwrap().name.to_string(),
        Failure::Node(id) => graph.node(id).unwrap().address.replace("x_node.", "").to_string(),
    }
}

/// A line for each failure that touches an entry, and one for each risk group.
fn simulated(text: &str) -> String {
    with(text, |graph, table, simulation| {
        let mut out = String::new();
        let short = |id| graph.node(id).unwrap().address.replace("x_node.", "").to_string();
        for verdict in &simulation.verdicts {
            let effect = &verdict.effect;
            let lost = name(graph, table, simulation.failures[verdict.failure]);
            let _ = write!(out, "{} without {lost}: ", short(simulation.entries[verdict.entry]));
            let _ = match effect.is_unknown() {
                true => write!(out, "{} to {}", effect.certain.name(), effect.possible.name()),
                false => write!(out, "{}", effect.certain.name()),
            };
            if let Some((left, of)) = effect.left {
                let _ = write!(out, " {left}/{of}");
            }
            let path: Vec<String> = verdict.path.iter().map(|id| short(*id)).collect();
            let _ = write!(out, ", {}", path.join(" "));
            if let Some(cause) = &effect.cause {
                let _ = write!(out, "; {cause}");
            }
            out.push('\n');
        }
        for group in &simulation.groups {
            let lost: Vec<String> =
                group.lost.iter().map(|at| name(graph, table, simulation.failures[*at])).collect();
            let _ = writeln!(out, "group: {}", lost.join(" + "));
        }
        out
    })
}

#[test]
fn a_zone_takes_what_stands_only_there() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = ["a", "b"]
          copies   = 2
          recovery = "regional"
          needs    = [x_node.store.id]
        }
        resource "x_node" "store" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: down, front store
    front without store: down, front store
    group: a
    group: store
    "#
    );
}

#[test]
fn copies_that_are_left_go_on_and_one_copy_is_started_again() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = ["a", "b"]
          copies   = 3
          recovery = "relaunch"
          needs    = [x_node.single.id]
        }
        resource "x_node" "single" {
          zones    = ["a", "b"]
          copies   = 1
          recovery = "relaunch"
        }
        "#
        ),
        @r#"
    front without a: interrupted, front single
    front without b: interrupted, front single
    front without front: degraded 2/3, front
    front without single: interrupted, front single
    group: a + b
    "#
    );
}

#[test]
fn a_standby_interrupts_and_a_queue_defers() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 2
          recovery = "regional"
          needs    = [x_node.store.id]
          waits    = [x_node.worker.id]
        }
        resource "x_node" "store" {
          zones    = ["a", "b"]
          copies   = 2
          recovery = "failover"
        }
        resource "x_node" "worker" {
          zones    = ["c"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: interrupted, front store
    front without b: interrupted, front store
    front without c: deferred, front worker
    front without store: interrupted, front store
    front without worker: deferred, front worker
    group: a + b
    "#
    );
}

#[test]
fn what_may_be_needed_is_unknown_with_its_cause() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 2
          recovery = "regional"
          perhaps  = [x_node.store.id]
        }
        resource "x_node" "store" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: survives to down, front store; whether anything in x_node.front needs x_node.store is decided outside this configuration
    front without store: survives to down, front store; whether anything in x_node.front needs x_node.store is decided outside this configuration
    "#
    );
}

#[test]
fn one_of_two_targets_is_enough_and_both_are_a_group() {
    insta::assert_snapshot!(
        simulated(
            r#"
        resource "x_node" "front" {
          entry    = true
          zones    = []
          copies   = 2
          recovery = "regional"
          any      = [x_node.a.id, x_node.b.id]
        }
        resource "x_node" "a" {
          zones    = ["a"]
          copies   = 1
          recovery = "none"
        }
        resource "x_node" "b" {
          zones    = ["b"]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: degraded 1/2, front a
    front without b: degraded 1/2, front b
    front without a: degraded 1/2, front a
    front without b: degraded 1/2, front b
    group: a + b
    group: a + b
    group: b + a
    group: a + b
    "#
    );
}

#[test]
fn what_is_not_known_is_an_interval_with_its_cause() {
    insta::assert_snapshot!(
        simulated(
            r#"
        variable "copies" { type = number }
        variable "zone" { type = string }
        resource "x_node" "front" {
          entry    = true
          zones    = ["a", "b"]
          copies   = var.copies
          recovery = "relaunch"
          needs    = [x_node.store.id]
        }
        resource "x_node" "store" {
          zones    = [var.zone]
          copies   = 1
          recovery = "none"
        }
        "#
        ),
        @r#"
    front without a: degraded to down, front store; var.zone has no default and no value
    front without b: degraded to down, front store; var.zone has no default and no value
    front without var.zone: down, front store
    front without front: degraded to interrupted, front; var.copies has no default and no value
    front without store: down, front store
    group: var.zone
    group: store
    group: a + b
    "#
    );
}

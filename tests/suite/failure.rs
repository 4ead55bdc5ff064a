//! Failures: what an entry does when something is lost, against cases that were thought through and against brute force.

use std::collections::BTreeSet;
use std::fmt::Write;

use buttress::analysis::failure::{Failure, Outcome, Simulation};
use buttress::analysis::standing::Table;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::verbs::VerbContext;
use proptest::prelude::*;

use crate::support::verdict_of::{of_text, rules};

/// A model with one kind of node, which says everything about itself.
const MODEL: &str = r#"
    resource "x_node" {
      role   = "compute"
      entry  = self.entry == true
      zones  = self.zones
      copies = self.copies
    }

    define "recovery" {
      of = "x_node"
      is = self.recovery
    }

    link "x_node" "needs" {
      to    = "x_node"
      means = "invokes"
    }

    link "x_node" "any" {
      to    = "x_node"
      means = "targets"
    }

    link "x_node" "waits" {
      to    = "x_node"
      means = "sends"
    }

    link "x_node" "perhaps" {
      to    = "x_node"
      means = "uses"
    }

    loss "needs" { kinds = ["invokes"] }
    loss "any" { kinds = ["targets"] }
    loss "defers" { kinds = ["sends"] }
    loss "may" { kinds = ["uses"] }
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
    front without a: degraded to down, front; var.zone has no default and no value
    front without b: degraded to down, front; var.zone has no default and no value
    front without var.zone: down, front
    front without front: degraded to interrupted, front; var.copies has no default and no value
    front without store: down, front store
    group: var.zone
    group: store
    group: a + b
    "#
    );
}

/// A node of a random graph; it needs nodes that come later, so that brute force ends.
#[derive(Clone, Debug)]
struct Spec {
    zones: Vec<&'static str>,
    copies: u64,
    recovery: &'static str,
    needs: Vec<usize>,
    any: Vec<usize>,
    waits: Vec<usize>,
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let zones = proptest::sample::subsequence(vec!["a", "b", "c"], 0..=3);
    let recovery = proptest::sample::select(vec!["none", "relaunch", "failover", "regional"]);
    let edges = || proptest::collection::vec(1_usize..6, 0..=2);
    let spec = (zones, 1_u64..4, recovery, edges(), edges(), edges());
    let spec = spec.prop_map(|(zones, copies, recovery, needs, any, waits)| Spec {
        zones,
        copies,
        recovery,
        needs,
        any,
        waits,
    });
    proptest::collection::vec(spec, 1..=5).prop_map(|mut specs| {
        let all = specs.len();
        for (at, spec) in specs.iter_mut().enumerate() {
            for edges in [&mut spec.needs, &mut spec.any, &mut spec.waits] {
                let later: BTreeSet<usize> = edges.iter().map(|by| at + by).filter(|to| *to < all).collect();
                *edges = later.into_iter().collect();
            }
        }
        specs
    })
}

fn text_of(specs: &[Spec]) -> String {
    let mut text = String::from("variable \"open\" {}\n");
    for (at, spec) in specs.iter().enumerate() {
        let list = |edges: &[usize]| {
            let ids: Vec<String> = edges.iter().map(|to| format!("x_node.n{to}.id")).collect();
            ids.join(", ")
        };
        let _ = writeln!(
            text,
            "resource \"x_node\" \"n{at}\" {{\n  entry = {}\n  zones = {:?}\n  copies = {}\n  recovery = {:?}\n  \
             needs = [{}]\n  any = [{}]\n  waits = [{}]\n}}",
            at == 0,
            spec.zones,
            spec.copies,
            spec.recovery,
            list(&spec.needs),
            list(&spec.any),
            list(&spec.waits),
        );
    }
    text
}

/// The outcome at a node by plain recursion: at best and at worst.
fn brute(specs: &[Spec], at: usize, lost: &BTreeSet<String>) -> (Outcome, Outcome) {
    let spec = &specs[at];
    let mut worst = own(spec, at, lost);
    let raise = |worst: &mut (Outcome, Outcome), other: (Outcome, Outcome)| {
        *worst = (worst.0.max(other.0), worst.1.max(other.1));
    };
    for to in &spec.needs {
        raise(&mut worst, brute(specs, *to, lost));
    }
    let any_of = |edges: &[usize], of: fn((Outcome, Outcome)) -> Outcome| {
        let all: Vec<Outcome> = edges.iter().map(|to| of(brute(specs, *to, lost))).collect();
        let (least, most) = (all.iter().min().unwrap(), all.iter().max().unwrap());
        if least == most { *least } else { (*least).max(Outcome::Degraded.min(*most)) }
    };
    if !spec.any.is_empty() {
        raise(&mut worst, (any_of(&spec.any, |both| both.0), any_of(&spec.any, |both| both.1)));
    }
    if !spec.waits.is_empty() {
        let wait = |outcome| match outcome {
            Outcome::Survives | Outcome::Degraded => Outcome::Survives,
            _ => Outcome::Deferred,
        };
        let both = (any_of(&spec.waits, |both| both.0), any_of(&spec.waits, |both| both.1));
        raise(&mut worst, (wait(both.0), wait(both.1)));
    }
    worst
}

fn own(spec: &Spec, at: usize, lost: &BTreeSet<String>) -> (Outcome, Outcome) {
    let mut worst = (Outcome::Survives, Outcome::Survives);
    let zones = spec.zones.len();
    let gone = spec.zones.iter().filter(|zone| lost.contains(**zone)).count();
    if gone > 0 {
        // Copies are dealt to the zones in turn, and the fullest zones are lost.
        let mut per_zone = vec![0_u64; zones];
        (0..spec.copies).for_each(|copy| per_zone[usize::try_from(copy).unwrap() % zones] += 1);
        let left = spec.copies - per_zone.iter().take(gone).sum::<u64>();
        worst = match spec.recovery {
            _ if gone == zones => (Outcome::Down, Outcome::Down),
            "regional" => worst,
            "failover" => (Outcome::Interrupted, Outcome::Interrupted),
            "relaunch" if left == 0 => (Outcome::Interrupted, Outcome::Interrupted),
            "none" if spec.copies == 1 => (Outcome::Survives, Outcome::Down),
            "none" if left == 0 => (Outcome::Down, Outcome::Down),
            _ => (Outcome::Degraded, Outcome::Degraded),
        };
    }
    if lost.contains(&format!("n{at}")) {
        let alone = match spec.recovery {
            "failover" => Outcome::Interrupted,
            _ if spec.copies > 1 => Outcome::Degraded,
            "relaunch" => Outcome::Interrupted,
            _ => Outcome::Down,
        };
        worst = (worst.0.max(alone), worst.1.max(alone));
    }
    worst
}

/// Outcomes at the entry by what is lost alone.
fn outcomes(text: &str) -> Vec<(String, (Outcome, Outcome))> {
    with(text, |graph, table, simulation| {
        let row = |(at, failure): (usize, &Failure)| {
            let effect = simulation.verdict(0, at).map(|verdict| &verdict.effect);
            let both = effect
                .map_or((Outcome::Survives, Outcome::Survives), |effect| (effect.certain, effect.possible));
            (name(graph, table, *failure), both)
        };
        simulation.failures.iter().enumerate().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_simulation_equals_brute_force(specs in specs()) {
        for (lost, both) in outcomes(&text_of(&specs)) {
            prop_assert_eq!(both, brute(&specs, 0, &BTreeSet::from([lost.clone()])), "without {}", lost);
        }
    }

    #[test]
    fn risk_groups_equal_exhaustive_search(specs in specs()) {
        let (failures, found) = with(&text_of(&specs), |graph, table, simulation| {
            let names: Vec<String> =
                simulation.failures.iter().map(|failure| name(graph, table, *failure)).collect();
            let groups: BTreeSet<BTreeSet<String>> = simulation
                .groups
                .iter()
                .map(|group| group.lost.iter().map(|at| names[*at].clone()).collect())
                .collect();
            (names, groups)
        });
        let mut wanted: BTreeSet<BTreeSet<String>> = BTreeSet::new();
        for size in 1..=3_u32 {
            for bits in 0_u32..(1 << failures.len()) {
                let lost = (0..failures.len()).filter(|at| bits & (1 << at) != 0);
                let lost: BTreeSet<String> = lost.map(|at| failures[at].clone()).collect();
                if bits.count_ones() == size
                    && !wanted.iter().any(|group| group.is_subset(&lost))
                    && brute(&specs, 0, &lost).0 == Outcome::Down
                {
                    wanted.insert(lost);
                }
            }
        }
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn more_copies_and_fewer_needs_never_make_it_worse(specs in specs(), which in 0_usize..5, more in 1_u64..4) {
        let at = which % specs.len();
        let before = outcomes(&text_of(&specs));
        let mut richer = specs.clone();
        richer[at].copies += more;
        let mut freer = specs.clone();
        freer[at].needs.pop();
        for changed in [richer, freer] {
            for ((lost, before), (_, after)) in before.iter().zip(outcomes(&text_of(&changed))) {
                prop_assert!(after.1 <= before.1, "without {}: {:?} → {:?}", lost, before, after);
                // Two copies are certain to lose one where a single copy may have stood elsewhere.
                prop_assert!(after.0 <= before.0.max(Outcome::Degraded), "without {}: {:?} → {:?}", lost, before, after);
            }
        }
    }

    #[test]
    fn what_is_not_known_is_never_better_than_every_completion(specs in specs(), which in 0_usize..5, hides in 0_usize..3) {
        let at = which % specs.len();
        let known = outcomes(&text_of(&specs));
        let spec = &specs[at];
        let (from, to) = match hides {
            0 => (format!("copies = {}\n  recovery = {:?}", spec.copies, spec.recovery), format!("copies = var.open\n  recovery = {:?}", spec.recovery)),
            1 => (format!("copies = {}\n  recovery = {:?}", spec.copies, spec.recovery), format!("copies = {}\n  recovery = var.open", spec.copies)),
            _ => (format!("zones = {:?}\n", spec.zones), "zones = var.open\n".to_owned()),
        };
        let hidden = outcomes(&text_of(&specs).replace(&from, &to));
        for (lost, (certain, possible)) in &hidden {
            let Some((_, known)) = known.iter().find(|(own, _)| own == lost) else { continue };
            prop_assert!(*certain <= known.0 && known.1 <= *possible, "without {}: {:?} hides {:?}", lost, (certain, possible), known);
        }
    }
}

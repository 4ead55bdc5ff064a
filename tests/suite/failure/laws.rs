//! Laws of failures on random graphs: brute force comes to the same, and more is never worse.

use std::collections::BTreeSet;
use std::fmt::Write;

use buttress::analysis::failure::{Failure, Outcome};
use proptest::prelude::*;

use super::{name, with};

/// A node of a random graph; it needs nodes that come later, so that brute force ends.
#[derive(Clone, Debug)]
struct Spec {
    zones: Vec<&'static str>,
    copies: u64,
    recovery: &'static str,
    needs: Vec<usize>,
    any: Vec<usize>,
    waits: Vec<usize>,
    shares: Vec<usize>,
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let zones = proptest::sample::subsequence(vec!["a", "b", "c"], 0..=3);
    let recovery = proptest::sample::select(vec!["none", "relaunch", "failover", "regional"]);
    let edges = || proptest::collection::vec(1_usize..6, 0..=2);
    let spec = (zones, 1_u64..4, recovery, edges(), edges(), edges(), edges());
    let spec = spec.prop_map(|(zones, copies, recovery, needs, any, waits, shares)| Spec {
        zones,
        copies,
        recovery,
        needs,
        any,
        waits,
        shares,
    });
    proptest::collection::vec(spec, 1..=5).prop_map(|mut specs| {
        let all = specs.len();
        for (at, spec) in specs.iter_mut().enumerate() {
            for edges in [&mut spec.needs, &mut spec.any, &mut spec.waits, &mut spec.shares] {
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
             needs = [{}]\n  any = [{}]\n  waits = [{}]\n  shares = [{}]\n}}",
            at == 0,
            spec.zones,
            spec.copies,
            spec.recovery,
            list(&spec.needs),
            list(&spec.any),
            list(&spec.waits),
            list(&spec.shares),
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
    let wait = |outcome| match outcome {
        Outcome::Survives | Outcome::Degraded => Outcome::Survives,
        _ => Outcome::Deferred,
    };
    for to in &spec.waits {
        let both = brute(specs, *to, lost);
        raise(&mut worst, (wait(both.0), wait(both.1)));
    }
    if !spec.shares.is_empty() {
        let both = (any_of(&spec.shares, |both| both.0), any_of(&spec.shares, |both| both.1));
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

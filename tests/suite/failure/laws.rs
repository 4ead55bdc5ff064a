//! Laws of failures on random graphs: brute force comes to the same, and more is never worse.

use std::collections::BTreeSet;
use std::fmt::Write;

use buttress::analysis::failure::{
    Dependencies, Failure, IsMet, Outcome, RecoveryTimes, Targets, TimeSpan, takedowns,
};
use buttress::value::NodeId;
use proptest::prelude::*;

use super::{name, with};

/// A node of a random graph, which may need any other: texts name them, so that there are circles.
#[derive(Clone, Debug)]
struct Spec {
    zones: Vec<&'static str>,
    copies: u64,
    recovery: &'static str,
    needs: Vec<usize>,
    any: Vec<usize>,
    waits: Vec<usize>,
    shares: Vec<usize>,
    leaves_by: Vec<usize>,
    spares: Vec<usize>,
    told_by: Vec<usize>,
    starts: Vec<usize>,
}

fn specs() -> impl Strategy<Value = Vec<Spec>> {
    let zones = proptest::sample::subsequence(vec!["a", "b", "c"], 0..=3);
    let recovery = proptest::sample::select(vec!["none", "relaunch", "failover", "regional"]);
    let edges = || proptest::collection::btree_set(0_usize..5, 0..=2);
    let starting = (edges(), edges());
    let spec = (zones, 1_u64..4, recovery, edges(), edges(), edges(), edges(), edges(), edges(), starting);
    let spec = spec.prop_map(
        |(zones, copies, recovery, needs, any, waits, shares, leaves_by, spares, (told_by, starts))| Spec {
            zones,
            copies,
            recovery,
            needs: needs.into_iter().collect(),
            any: any.into_iter().collect(),
            waits: waits.into_iter().collect(),
            shares: shares.into_iter().collect(),
            leaves_by: leaves_by.into_iter().collect(),
            spares: spares.into_iter().collect(),
            told_by: told_by.into_iter().collect(),
            starts: starts.into_iter().collect(),
        },
    );
    proptest::collection::vec(spec, 1..=5).prop_map(|mut specs| {
        let all = specs.len();
        for (at, spec) in specs.iter_mut().enumerate() {
            let Spec { needs, any, waits, shares, leaves_by, spares, told_by, starts, .. } = spec;
            let edges = [needs, any, waits, shares, leaves_by, spares, told_by, starts];
            edges.into_iter().for_each(|edges| edges.retain(|to| *to < all && *to != at));
        }
        specs
    })
}

fn text_of(specs: &[Spec]) -> String {
    let mut text = String::from("variable \"open\" {}\n");
    for (at, spec) in specs.iter().enumerate() {
        let list = |edges: &[usize]| {
            let names: Vec<String> = edges.iter().map(|to| format!("\"n{to}\"")).collect();
            names.join(", ")
        };
        let _ = writeln!(
            text,
            "resource \"x_node\" \"n{at}\" {{\n  name = \"n{at}\"\n  entry = {}\n  zones = {:?}\n  copies = {}\n  recovery = {:?}\n  \
             needs = [{}]\n  any = [{}]\n  waits = [{}]\n  shares = [{}]\n  leaves_by = [{}]\n  spares = [{}]\n  \
             told_by = [{}]\n  starts = [{}]\n}}",
            at == 0,
            spec.zones,
            spec.copies,
            spec.recovery,
            list(&spec.needs),
            list(&spec.any),
            list(&spec.waits),
            list(&spec.shares),
            list(&spec.leaves_by),
            list(&spec.spares),
            list(&spec.told_by),
            list(&spec.starts),
        );
    }
    text
}

/// An outcome at best and at worst.
type Both = (Outcome, Outcome);

/// The outcome at the entry, node by node until nothing changes any more.
fn brute(specs: &[Spec], lost: &BTreeSet<String>) -> Both {
    let (mut all, mut told) = (vec![SURVIVES; specs.len()], vec![SURVIVES; specs.len()]);
    loop {
        let of_needs = |at| once(specs, at, lost, &all, &told);
        let next_told: Vec<Both> = (0..specs.len()).map(of_needs).collect();
        let with_own = |at: usize| {
            let (own, needs) = (own(&specs[at], at, lost), next_told[at]);
            (own.0.max(needs.0), own.1.max(needs.1))
        };
        let next: Vec<Both> = (0..specs.len()).map(with_own).collect();
        if (&next, &next_told) == (&all, &told) {
            return all[0];
        }
        (all, told) = (next, next_told);
    }
}

const SURVIVES: Both = (Outcome::Survives, Outcome::Survives);

/// The outcome at a node of what it needs, given that of all others, and what of it comes from what these need.
fn once(specs: &[Spec], at: usize, lost: &BTreeSet<String>, all: &[Both], told: &[Both]) -> Both {
    let spec = &specs[at];
    let mut worst = SURVIVES;
    let raise = |worst: &mut Both, other: Both| *worst = (worst.0.max(other.0), worst.1.max(other.1));
    let any_of = |edges: &[usize], of: fn(Both) -> Outcome| {
        let outcomes = || edges.iter().map(|to| of(all[*to]));
        let (least, most) = (outcomes().min().unwrap(), outcomes().max().unwrap());
        if least == most { least } else { least.max(Outcome::Degraded.min(most)) }
    };
    let wait = |outcome| match outcome {
        Outcome::Survives | Outcome::Degraded => Outcome::Survives,
        _ => Outcome::Deferred,
    };
    spec.needs.iter().for_each(|to| raise(&mut worst, all[*to]));
    let covered = |own: Outcome, of: fn(Both) -> Outcome| {
        let is_covered = !spec.spares.is_empty() && any_of(&spec.spares, of) < Outcome::Down;
        if own == Outcome::Down && is_covered { Outcome::Interrupted } else { own }
    };
    if !spec.any.is_empty() {
        let both = |of: fn(Both) -> Outcome| covered(any_of(&spec.any, of), of);
        raise(&mut worst, (both(|both| both.0), both(|both| both.1)));
    }
    spec.waits.iter().for_each(|to| raise(&mut worst, (wait(all[*to].0), wait(all[*to].1))));
    if !spec.shares.is_empty() {
        let both = (any_of(&spec.shares, |both| both.0), any_of(&spec.shares, |both| both.1));
        raise(&mut worst, (wait(both.0), wait(both.1)));
    }
    let mut stopped = own(spec, at, lost);
    if !spec.leaves_by.is_empty() {
        let both = |is: fn(Both) -> Outcome| leaving(spec, specs, lost, all, is);
        let leaving = (both(|both| both.0), both(|both| both.1));
        raise(&mut worst, leaving);
        raise(&mut stopped, leaving);
    }
    spec.told_by.iter().for_each(|to| raise(&mut worst, told[*to]));
    if spec.recovery == "relaunch" {
        // Nothing starts it again.
        let stays = |start: Outcome, stopped: Outcome| {
            let is_lost = start == Outcome::Down && stopped >= Outcome::Interrupted;
            if is_lost { Outcome::Down } else { Outcome::Survives }
        };
        let starts = |to: &usize| (stays(all[*to].0, stopped.0), stays(all[*to].1, stopped.1));
        spec.starts.iter().for_each(|to| raise(&mut worst, starts(to)));
    }
    worst
}

/// What becomes of copies that leave by others: those are gone of which nothing in their zone works any more.
fn leaving(
    spec: &Spec,
    specs: &[Spec],
    lost: &BTreeSet<String>,
    all: &[Both],
    is: fn(Both) -> Outcome,
) -> Outcome {
    let zone = |to: &usize| specs[*to].zones.first().copied().unwrap_or_default();
    let zones: BTreeSet<&str> = spec.leaves_by.iter().map(zone).collect();
    let (mut gone, mut worst, mut is_standing) = (0, Outcome::Survives, false);
    for own in &zones {
        let there = || spec.leaves_by.iter().filter(|to| zone(to) == *own).map(|to| is(all[*to]));
        let (least, most) = (there().min().unwrap(), there().max().unwrap());
        let left = least.max(Outcome::Degraded.min(most));
        if left >= Outcome::Interrupted {
            gone += 1;
            let elsewhere =
                |zones: &[&str]| zones.is_empty() || zones.iter().any(|zone| !lost.contains(*zone));
            let group = spec.leaves_by.iter().filter(|to| zone(to) == *own);
            is_standing |= group.into_iter().any(|to| elsewhere(&specs[*to].zones));
        } else {
            worst = worst.max(left);
        }
    }
    worst.max(without(spec, gone, zones.len(), is_standing, is))
}

/// What becomes of a node without the copies in so many of so many zones.
fn without(spec: &Spec, gone: usize, zones: usize, is_standing: bool, is: fn(Both) -> Outcome) -> Outcome {
    if gone == 0 {
        return Outcome::Survives;
    }
    // Copies are dealt to the zones in turn, and the fullest zones are lost.
    let mut per_zone = vec![0_u64; zones];
    (0..spec.copies).for_each(|copy| per_zone[usize::try_from(copy).unwrap() % zones] += 1);
    let left = spec.copies - per_zone.iter().take(gone).sum::<u64>();
    match spec.recovery {
        _ if gone == zones => Outcome::Down,
        "regional" if is_standing => Outcome::Degraded,
        "regional" => Outcome::Survives,
        "failover" => Outcome::Interrupted,
        "relaunch" if left == 0 => Outcome::Interrupted,
        "none" if spec.copies == 1 => is((Outcome::Survives, Outcome::Down)),
        "none" if left == 0 => Outcome::Down,
        _ => Outcome::Degraded,
    }
}

fn own(spec: &Spec, at: usize, lost: &BTreeSet<String>) -> Both {
    let zones = spec.zones.len();
    let gone = spec.zones.iter().filter(|zone| lost.contains(**zone)).count();
    let both = |is: fn(Both) -> Outcome| without(spec, gone, zones, false, is);
    let mut worst = (both(|both| both.0), both(|both| both.1));
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

/// Everything that can be lost, and the groups that take the entry down.
fn groups(text: &str) -> (Vec<String>, BTreeSet<BTreeSet<String>>) {
    with(text, |graph, table, simulation| {
        let names: Vec<String> =
            simulation.failures.iter().map(|failure| name(graph, table, *failure)).collect();
        let group = |lost: &[usize]| lost.iter().map(|at| names[*at].clone()).collect();
        let groups = simulation.groups.iter().map(|found| group(&found.lost)).collect();
        (names, groups)
    })
}

/// What the model says of times in these laws: the same of every node.
struct Times(TimeSpan);

impl RecoveryTimes for Times {
    fn time(&self, _: NodeId) -> Option<TimeSpan> {
        Some(self.0)
    }

    fn point(&self, _: NodeId) -> Option<TimeSpan> {
        Some(self.0)
    }
}

/// What becomes of a target of the entry: 0 where it is met, 1 where that is not known, 2 where it is not.
fn judged(text: &str, targets: Targets, span: TimeSpan) -> u8 {
    with(text, |graph, table, simulation| {
        let verdicts = Dependencies::of(graph, table).judge(simulation.entries[0], targets, &Times(span));
        let [verdict] = verdicts.as_slice() else { panic!("one target: {verdicts:?}") };
        match verdict.met {
            IsMet::Yes => 0,
            IsMet::Unknown(_) => 1,
            IsMet::No => 2,
        }
    })
}

/// What takes the entry down, alone or with a zone.
fn deciding(text: &str) -> BTreeSet<(String, String)> {
    with(text, |graph, table, _| {
        let takedowns = takedowns(graph, table);
        let own = |id: NodeId| {
            let certain = takedowns.of(id).iter().filter(|takedown| takedown.doubt.is_none());
            certain.map(move |takedown| {
                (name(graph, table, takedown.lost), name(graph, table, Failure::Node(id)))
            })
        };
        graph.nodes().map(|(id, _)| id).flat_map(own).collect()
    })
}

#[test]
fn what_decides_is_what_a_circle_needs() {
    let node = |name: &str, zones: &str, needs: &str| {
        format!(
            "resource \"x_node\" \"{name}\" {{\n  name = \"{name}\"\n  entry = {}\n  zones = {zones}\n  copies = 1\n  recovery = \"none\"\n  needs = {needs}\n}}\n",
            name == "n0"
        )
    };
    let text =
        [node("n0", "[]", "[\"n1\"]"), node("n1", "[]", "[\"n0\", \"n2\"]"), node("n2", "[\"a\"]", "[]")];
    let with_zone: Vec<(String, String)> =
        deciding(&text.concat()).into_iter().filter(|(lost, _)| lost == "a").collect();
    assert_eq!(with_zone, [("a".to_owned(), "n2".to_owned())]);
}

#[test]
fn what_only_may_go_down_is_told_once_for_all_entries() {
    let front = |name: &str| {
        format!(
            "resource \"x_node\" \"{name}\" {{\n  entry = true\n  zones = []\n  copies = 2\n  recovery = \"regional\"\n  perhaps = [x_node.store.id]\n}}\n"
        )
    };
    let store =
        "resource \"x_node\" \"store\" {\n  zones = [\"a\"]\n  copies = 1\n  recovery = \"none\"\n}\n";
    let text = [store.to_owned(), front("a"), front("b"), front("c")].concat();
    let told = with(&text, |graph, table, _| {
        let takedowns = takedowns(graph, table);
        let store = graph.nodes().find(|(_, node)| node.address == "x_node.store").unwrap().0;
        let of = takedowns.of(store).iter();
        of.map(|takedown| (name(graph, table, takedown.lost), takedown.doubt.is_some())).collect::<Vec<_>>()
    });
    // Many entries that may need many things would take more memory than there is.
    assert_eq!(told, [("a".to_owned(), true), ("store".to_owned(), true)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_simulation_equals_brute_force(specs in specs()) {
        for (lost, both) in outcomes(&text_of(&specs)) {
            prop_assert_eq!(both, brute(&specs, &BTreeSet::from([lost.clone()])), "without {}", lost);
        }
    }

    #[test]
    fn renaming_changes_nothing(specs in specs()) {
        let text = text_of(&specs);
        let renamed = (0..specs.len()).fold(text.clone(), |text, at| {
            text.replace(&format!("n{at}"), &format!("r{}", specs.len() - at))
        });
        let back = |name: &str| match name.strip_prefix('r').and_then(|number| number.parse::<usize>().ok()) {
            Some(number) => format!("n{}", specs.len() - number),
            None => name.to_owned(),
        };
        let same: BTreeSet<_> = outcomes(&renamed).into_iter().map(|(lost, both)| (back(&lost), both)).collect();
        prop_assert_eq!(same, outcomes(&text).into_iter().collect::<BTreeSet<_>>());
        let same: BTreeSet<BTreeSet<String>> =
            groups(&renamed).1.iter().map(|group| group.iter().map(|name| back(name)).collect()).collect();
        prop_assert_eq!(same, groups(&text).1);
    }

    #[test]
    fn risk_groups_equal_exhaustive_search(specs in specs()) {
        let (failures, found) = groups(&text_of(&specs));
        let mut wanted: BTreeSet<BTreeSet<String>> = BTreeSet::new();
        for size in 1..=3_u32 {
            for bits in 0_u32..(1 << failures.len()) {
                let lost = (0..failures.len()).filter(|at| bits & (1 << at) != 0);
                let lost: BTreeSet<String> = lost.map(|at| failures[at].clone()).collect();
                if bits.count_ones() == size
                    && !wanted.iter().any(|group| group.is_subset(&lost))
                    && brute(&specs, &lost).0 == Outcome::Down
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

    #[test]
    fn two_zones_are_kept_where_no_loss_of_one_takes_the_entry_down(specs in specs()) {
        let text = text_of(&specs);
        let zones = outcomes(&text).into_iter().filter(|(lost, _)| ["a", "b", "c"].contains(&lost.as_str()));
        let (certain, possible) = zones.map(|(_, both)| both).fold(
            (Outcome::Survives, Outcome::Survives),
            |worst, own| (worst.0.max(own.0), worst.1.max(own.1)),
        );
        let wanted = match (certain, possible) {
            (Outcome::Down, _) => 2,
            (_, Outcome::Down) => 1,
            _ => 0,
        };
        let targets = Targets { zones: Some(2), ..Targets::default() };
        prop_assert_eq!(judged(&text, targets, TimeSpan { least: 0, most: None }), wanted);
    }

    #[test]
    fn more_time_and_fewer_zones_never_make_a_target_harder(specs in specs(), least in 0_u64..9, more in 0_u64..9, rto in 0_u64..9) {
        let text = text_of(&specs);
        let span = TimeSpan { least, most: Some(least + more) };
        let of = |targets| judged(&text, targets, span);
        let time = |rto| Targets { rto: Some(rto), ..Targets::default() };
        prop_assert!(of(time(rto + 1)) <= of(time(rto)));
        let data = |rpo| Targets { rpo: Some(rpo), ..Targets::default() };
        prop_assert!(of(data(rto + 1)) <= of(data(rto)));
        let zones = |zones| Targets { zones: Some(zones), ..Targets::default() };
        prop_assert!(of(zones(1)) == 0 && of(zones(2)) <= of(zones(3)));
    }

    /// For each loss of a zone or a node that takes the entry down, something decides, and nothing does for any other.
    #[test]
    fn something_decides_where_the_entry_goes_down(specs in specs()) {
        let text = text_of(&specs);
        let down: BTreeSet<String> = (outcomes(&text).into_iter())
            .filter(|(_, both)| both.0 == Outcome::Down)
            .map(|(lost, _)| lost)
            .collect();
        let deciding = deciding(&text);
        let told: BTreeSet<String> = deciding.iter().map(|(lost, _)| lost.clone()).collect();
        // Of several zones with which one node takes the entry down, the first is told.
        prop_assert!(told.is_subset(&down), "{:?} of {:?}", told, down);
        let is_node = |lost: &&String| lost.starts_with('n');
        prop_assert!(down.iter().filter(is_node).all(|lost| told.contains(lost)));
        prop_assert_eq!(down.iter().any(|lost| !lost.starts_with('n')), told.iter().any(|lost| !lost.starts_with('n')));
        // A node decides for its own loss.
        prop_assert!(deciding.iter().all(|(lost, node)| !lost.starts_with('n') || lost == node));
    }
}

//! Plans and states: one estate, sorted, within its text; and what rules say of it is about things that are in it.

use std::fmt::Write;
use std::path::Path;

use buttress::address::Address;
use buttress::budget::{Allowance, BUDGETS, Budget};
use buttress::check::Session;
use buttress::estate::{Estate, plan};
use buttress::eval::NoFiles;
use buttress::files::decode;
use buttress::graph::Graph;
use buttress::rule::run::run_within;
use buttress::text::FileId;

pub(super) fn plan(data: &[u8]) {
    estate_holds("plan.json", data);
}

pub(super) fn state(data: &[u8]) {
    estate_holds("state.json", data);
}

/// A part of what a run has, so that much is looked at in little time.
fn allowance(data: &[u8]) -> Allowance {
    let bytes = u64::try_from(data.len()).unwrap();
    Allowance::of_run(bytes).with(Budget::Rules, 30_000_000).with(Budget::Evaluation, 30_000_000)
}

fn estate_holds(path: &str, data: &[u8]) {
    let path = Path::new(path);
    let Ok(text) = decode::plan_text(path, data.to_vec()) else { return };
    let session = Session::embedded();
    let set = session.rules();
    let read = || plan::estate_within(FileId(0), path, 0, text.clone(), &set.model.facts, allowance(data));
    let estate = read();
    assert_eq!(shown(&estate), shown(&read()));
    for row in &BUDGETS {
        let (spent, most) = (estate.account.spent(row.budget), allowance(data).of(row.budget));
        // What was and the halves of what will be have a meter each.
        assert!(spent <= most.saturating_add(3), "{}: {spent} of {most}", row.name);
    }
    assert_estate(&estate, &text);
    if let Some(before) = &estate.before {
        assert_estate(before, &text);
    }
    let before = estate.before.as_ref().map(|before| Graph::build(before, &set.model, &NoFiles));
    let graph = Graph::build_within(&estate, &set.model, &NoFiles, allowance(data)).after(before.as_ref());
    let said = run_within(&set.rules, &graph, &NoFiles, None, allowance(data));
    assert!(said.problems.is_empty(), "rules are total: {:?}", said.problems);
    for finding in &said.findings {
        assert!(finding.message.chars().count() <= 1_000, "{}", finding.message);
        assert!(finding.is_finding() && !finding.message.ends_with('.'), "{finding:?}");
    }
}

fn assert_estate(estate: &Estate, text: &str) {
    for instance in &estate.instances {
        let address = instance.address.as_str();
        assert_eq!(Address::read(address), instance.address, "{address}");
        assert!(estate.symbol(instance.symbol).is_some_and(|symbol| symbol.address == *address), "{address}");
        if let Some(place) = &instance.written {
            assert!(place.pointer.starts_with('/') && place.pointer.len() <= 64 + text.len(), "{place:?}");
        }
    }
    assert!(estate.instances.is_sorted_by(|one, other| one.address <= other.address));
    assert!(estate.problems.is_sorted());
    for problem in &estate.problems {
        assert!(problem.message.chars().count() <= 1_000, "{}", problem.message);
    }
}

fn shown(estate: &Estate) -> String {
    let mut shown = String::new();
    for instance in &estate.instances {
        let _ = writeln!(shown, "{}: {:?}", instance.address, instance.body);
    }
    let _ = writeln!(shown, "{:?}\n{:?}\n{:?}", estate.changes, estate.problems, estate.variables);
    shown
}

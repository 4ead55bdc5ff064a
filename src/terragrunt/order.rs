//! The order of units: those that others depend on come first.

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::unit::TerragruntUnit;

/// Indices of the units in groups, each after those that it depends on; then the units that depend on themselves, which form the last group.
pub(super) fn groups(units: &[TerragruntUnit]) -> (Vec<Vec<usize>>, Vec<usize>) {
    let index: FxHashMap<&PathBuf, usize> = units.iter().map(|unit| &unit.absolute).zip(0..).collect();
    let needs: Vec<Vec<usize>> = units
        .iter()
        .map(|unit| unit.needs.iter().filter_map(|path| index.get(path).copied()).collect())
        .collect();
    let mut group: Vec<Option<usize>> = vec![None; units.len()];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    loop {
        let is_free = |at: &usize| {
            group.get(*at).is_some_and(Option::is_none)
                && needs.get(*at).is_some_and(|needs| {
                    needs.iter().all(|need| group.get(*need).is_some_and(Option::is_some))
                })
        };
        let next: Vec<usize> = (0..units.len()).filter(is_free).collect();
        if next.is_empty() {
            break;
        }
        for at in &next {
            if let Some(own) = group.get_mut(*at) {
                *own = Some(groups.len());
            }
        }
        groups.push(next);
    }
    let rest: Vec<usize> =
        (0..units.len()).filter(|at| group.get(*at).is_some_and(Option::is_none)).collect();
    if !rest.is_empty() {
        groups.push(rest.clone());
    }
    (groups, on_circles(&rest, &needs))
}

/// Those of the units that can reach themselves.
fn on_circles(rest: &[usize], needs: &[Vec<usize>]) -> Vec<usize> {
    let reaches_itself = |start: &usize| {
        let mut seen = vec![false; needs.len()];
        let mut waiting = vec![*start];
        while let Some(at) = waiting.pop() {
            for next in needs.get(at).into_iter().flatten() {
                if next == start {
                    return true;
                }
                if let Some(seen) = seen.get_mut(*next).filter(|seen| !**seen) {
                    *seen = true;
                    waiting.push(*next);
                }
            }
        }
        false
    };
    rest.iter().copied().filter(|at| reaches_itself(at)).collect()
}

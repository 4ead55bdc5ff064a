//! Which root modules that a change does not touch may tell something about those that it does: an alarm that watches a queue, the network that a
//! database stands in. Only these are evaluated beside them.
//!
//! The evidence is in their texts: two root modules have to do with each other by the place of a state, or by a name or a tag, and such a word
//! stands in both, in whole or in parts. A word that stands in many root modules is no evidence. Where there are few root modules, all of
//! them are evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::touched::Scanned;
use super::words::TextWords;
use crate::environment;
use crate::files::Reader;

/// A word that stands in no more root modules than these is evidence; in a large repository in one of ten.
const MANY: usize = 8;

/// The directories among `found` that may tell something about the `touched` ones, sorted. `scanned` has the same order as `found`.
pub(super) fn answering(
    reader: &Reader,
    found: &[PathBuf],
    scanned: &[Scanned],
    touched: &[PathBuf],
) -> Vec<PathBuf> {
    let called: BTreeSet<&Path> = scanned.iter().flat_map(|dir| &dir.calls).map(PathBuf::as_path).collect();
    let by_path: BTreeMap<&Path, &Scanned> = scanned.iter().map(|dir| (dir.real.as_path(), dir)).collect();
    let is_touched: BTreeSet<&PathBuf> = touched.iter().collect();
    // What others call is looked at through them.
    let roots: Vec<(&PathBuf, bool, &Scanned)> = found
        .iter()
        .zip(scanned)
        .filter(|(_, dir)| !called.contains(dir.real.as_path()))
        .map(|(path, dir)| (path, is_touched.contains(path), dir))
        .collect();
    let environment =
        |path: &Path| environment::of(&reader.place(path), &[], None, &[]).map(|found| found.name);
    let asking = roots.iter().filter(|(_, is_touched, _)| *is_touched);
    let environments: BTreeSet<Option<String>> = asking.map(|(path, ..)| environment(path)).collect();
    let is_beside = |path: &Path| match environment(path) {
        Some(own) => environments.contains(&None) || environments.contains(&Some(own)),
        None => true,
    };
    // To tell an environment a path is followed: once for each.
    let is_other: Vec<bool> =
        roots.iter().map(|(path, is_touched, _)| !is_touched && is_beside(path)).collect();
    if is_other.iter().filter(|is_other| **is_other).count() <= MANY {
        let others = roots.iter().zip(&is_other).filter(|(_, is_other)| **is_other);
        return others.map(|((path, ..), _)| (*path).clone()).collect();
    }
    let all: Vec<TextWords> = roots.par_iter().map(|(.., dir)| words(dir, &by_path)).collect();
    let many = MANY.max(roots.len() / 10);
    let states = common(all.iter().map(|words| words.states.iter()));
    let names = common(all.iter().map(TextWords::of_resources));
    let is_rare = |counts: &FxHashMap<u64, usize>, word: &u64| counts.get(word).is_some_and(|n| *n <= many);
    let mut asking = TextWords::default();
    for ((_, is_touched, _), words) in roots.iter().zip(&all) {
        if *is_touched {
            asking.extend(words);
        }
    }
    let others: Vec<(&PathBuf, &TextWords)> = roots
        .iter()
        .zip(&all)
        .zip(&is_other)
        .filter(|(_, is_other)| **is_other)
        .map(|(((path, ..), words), _)| (*path, words))
        .collect();
    let reads_state = |reader: &TextWords, other: &TextWords| {
        other.states.iter().any(|word| reader.reads.contains(word) && is_rare(&states, word))
    };
    let tells = |own: &TextWords| {
        let is_named = |word: &&u64| asking.names.contains(*word) || asking.reads.contains(*word);
        reads_state(&asking, own)
            || reads_state(own, &asking)
            || own.of_resources().filter(is_named).any(|word| is_rare(&names, word))
    };
    let mut chosen: BTreeSet<&PathBuf> = BTreeSet::new();
    let mut reading = TextWords::default();
    for (path, words) in others.iter().filter(|(_, words)| tells(words)) {
        chosen.insert(path);
        reading.extend(words);
    }
    // What they read in turn tells what they are about.
    let tells_these = |own: &TextWords| {
        let is_read = |word: &&u64| reading.reads.contains(*word);
        reads_state(&reading, own) || own.names.iter().filter(is_read).any(|word| is_rare(&names, word))
    };
    if !chosen.is_empty() {
        chosen.extend(others.iter().filter(|(_, words)| tells_these(words)).map(|(path, _)| *path));
    }
    chosen.into_iter().cloned().collect()
}

/// The words of a directory, and of those that it calls, directly or through others.
fn words(dir: &Scanned, by_path: &BTreeMap<&Path, &Scanned>) -> TextWords {
    let mut all = dir.words.clone();
    let mut seen: BTreeSet<&Path> = BTreeSet::new();
    let mut waiting: Vec<&PathBuf> = dir.calls.iter().collect();
    while let Some(called) = waiting.pop() {
        if let (true, Some(called)) = (seen.insert(called), by_path.get(called.as_path())) {
            all.extend(&called.words);
            waiting.extend(&called.calls);
        }
    }
    all
}

/// In how many root modules each word stands.
fn common<'w, I: Iterator<Item = &'w u64>>(all: impl Iterator<Item = I>) -> FxHashMap<u64, usize> {
    let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
    all.flatten().for_each(|word| *counts.entry(*word).or_default() += 1);
    counts
}

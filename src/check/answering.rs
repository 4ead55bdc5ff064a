//! Which root modules that a change does not touch may tell something about those that it does: an alarm that watches a queue, the network that a
//! database stands in. Only these are evaluated beside them.
//!
//! The evidence is in their texts: two root modules have to do with each other by the place of a state, or by a name or a tag, and such a word
//! stands in both, in whole or in parts. A word that stands in many root modules is no evidence. Where there are few root modules, all of
//! them are evaluated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::peers;
use super::touched::Scanned;
use super::words::{SaidWords, TextWords, is_shared};
use crate::environment::{self, EnvironmentKey};
use crate::files::Reader;
use crate::settings::Settings;

/// A word that stands in no more root modules than these is evidence; in a large repository in one of ten.
const MANY: usize = 8;

/// Reads the texts that files had before a change, which only some runs ask for.
pub(super) type EarlierTexts<'a> = &'a dyn Fn() -> Vec<(PathBuf, Arc<str>)>;

/// Which root modules are wanted beside those that a change touches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AnsweringRoots {
    /// None.
    None,
    /// The same ones in other environments: rules compare them.
    Peers,
    /// These, and those that may be joined with any of them.
    All,
}

impl AnsweringRoots {
    /// Those that a run needs to say of some root modules what one over all of them says.
    pub(super) const fn of(settings: &Settings) -> Self {
        if settings.no_join { Self::Peers } else { Self::All }
    }
}

/// The directories among `found` that may tell something about the `touched` ones, sorted. `scanned` has the same order as `found`, and
/// `earlier` reads the texts that the touched ones, and directories that are `gone`, had before the change.
pub(super) fn answering(
    reader: &Reader,
    found: &[PathBuf],
    scanned: &[Scanned],
    (touched, gone, earlier): (&[PathBuf], &BTreeSet<&Path>, EarlierTexts<'_>),
    wanted: AnsweringRoots,
) -> Vec<PathBuf> {
    let called: BTreeSet<&Path> = scanned.iter().flat_map(|dir| &dir.calls).map(PathBuf::as_path).collect();
    let is_touched: BTreeSet<&PathBuf> = touched.iter().collect();
    // What others call is looked at through them. To tell an environment a path is followed: once for each.
    let roots = found.iter().zip(scanned).enumerate();
    let roots = roots.filter(|(_, (_, dir))| !called.contains(dir.real.as_path()));
    let roots = roots.map(|(at, (path, _))| RootTexts {
        path,
        at,
        is_touched: is_touched.contains(path),
        place: reader.stable_place(path),
        environment: if wanted == AnsweringRoots::All { environment_of(reader, path) } else { None },
    });
    let all = AllTexts {
        roots: roots.collect(),
        scanned,
        by_path: scanned.iter().enumerate().map(|(at, dir)| (dir.real.as_path(), at)).collect(),
        said: OnceLock::new(),
    };
    let mut chosen: BTreeSet<&PathBuf> = BTreeSet::new();
    if wanted == AnsweringRoots::All {
        let gone = gone.iter().map(|dir| environment_of(reader, dir));
        all.joined((gone.collect(), earlier), &mut chosen);
    }
    let layouts: BTreeSet<String> =
        all.roots.iter().filter(|root| root.is_touched).filter_map(layout_of).collect();
    let is_peer = |root: &RootTexts<'_>| {
        !root.is_touched && layout_of(root).is_some_and(|layout| layouts.contains(&layout))
    };
    let peers: Vec<&RootTexts<'_>> = all.roots.iter().filter(|root| is_peer(root)).collect();
    chosen.extend(peers.iter().map(|root| root.path));
    if wanted == AnsweringRoots::All && !peers.is_empty() {
        let environments: BTreeSet<&Option<EnvironmentKey>> =
            peers.iter().map(|root| &root.environment).collect();
        let is_other =
            |root: &RootTexts<'_>| !root.is_touched && is_beside_any(&root.environment, &environments);
        // They are compared and not judged: what many tell matters little.
        all.read_by(&peers, is_other, RareWords::of_few, &mut chosen);
    }
    chosen.into_iter().cloned().collect()
}

/// A root module as far as its texts and its path tell.
struct RootTexts<'s> {
    path: &'s PathBuf,
    /// Its place in [`AllTexts::scanned`].
    at: usize,
    is_touched: bool,
    place: String,
    /// The environment that its place tells, if joins are asked for.
    environment: Option<EnvironmentKey>,
}

/// The layout that a root module shares with those of other environments, if its place tells an environment.
fn layout_of(root: &RootTexts<'_>) -> Option<String> {
    Some(peers::layout(&root.place)).filter(|layout| *layout != root.place)
}

/// The environment that the place of a root module tells.
fn environment_of(reader: &Reader, path: &Path) -> Option<EnvironmentKey> {
    environment::of(&reader.place(path), &[], None, &[]).map(|found| EnvironmentKey::of(&found.full_name))
}

/// Whether an environment is one of several, or a part of one. What has none stands beside all.
fn is_beside_any(own: &Option<EnvironmentKey>, all: &BTreeSet<&Option<EnvironmentKey>>) -> bool {
    let Some(own) = own else { return true };
    all.iter().filter_map(|other| other.as_ref()).any(|other| own.is_beside(other))
}

/// The root modules of a run, and all directories.
struct AllTexts<'s> {
    roots: Vec<RootTexts<'s>>,
    scanned: &'s [Scanned],
    /// The place of each directory in `scanned`.
    by_path: BTreeMap<&'s Path, usize>,
    /// The words of each directory in `scanned`, once somebody asks for some.
    said: OnceLock<Vec<SaidWords>>,
}

impl<'s> AllTexts<'s> {
    /// Chooses those that may be joined with the touched ones.
    fn joined(
        &self,
        (gone, earlier): (Vec<Option<EnvironmentKey>>, EarlierTexts<'_>),
        chosen: &mut BTreeSet<&'s PathBuf>,
    ) {
        let own: Vec<&RootTexts<'_>> = self.roots.iter().filter(|root| root.is_touched).collect();
        let environments: BTreeSet<&Option<EnvironmentKey>> =
            own.iter().map(|root| &root.environment).chain(&gone).collect();
        let is_other = |root: &RootTexts<'s>| {
            let is_beside =
                || environments.contains(&None) || is_beside_any(&root.environment, &environments);
            !root.is_touched && is_beside()
        };
        let others = self.roots.iter().filter(|root| is_other(root));
        if others.clone().count() <= MANY {
            chosen.extend(others.map(|root| root.path));
            return;
        }
        let mut asking = self.words(&own);
        // What watched a queue that has another name now told something about it.
        let mut said = SaidWords::default();
        earlier().iter().for_each(|(path, text)| said.add(path, text));
        asking.add(&said, None);
        let all = self.found(&asking.all());
        let rare = RareWords::of(&all);
        let tells = |own: &TextWords| {
            let is_named = |word: &&u64| asking.names.contains(*word) || asking.reads.contains(*word);
            rare.reads_state(&asking, own)
                || rare.reads_state(own, &asking)
                || own.of_resources().filter(is_named).any(|word| rare.is_name(word))
        };
        let told = self.roots.iter().zip(&all).filter(|(root, words)| is_other(root) && tells(words));
        let told: Vec<&RootTexts<'_>> = told.map(|(root, _)| root).collect();
        chosen.extend(told.iter().map(|root| root.path));
        // What they read in turn tells what they are about.
        self.read_by(&told, is_other, RareWords::of, chosen);
    }

    /// Chooses those of which some of the root modules may read something.
    fn read_by(
        &self,
        readers: &[&RootTexts<'s>],
        is_other: impl Fn(&RootTexts<'s>) -> bool,
        rare: fn(&[TextWords]) -> RareWords,
        chosen: &mut BTreeSet<&'s PathBuf>,
    ) {
        let reading = self.words(readers);
        if reading.reads.is_empty() {
            return;
        }
        let all = self.found(&reading.reads);
        let rare = rare(&all);
        let tells = |own: &TextWords| {
            rare.reads_state(&reading, own) || own.names.iter().any(|word| rare.is_name(word))
        };
        let told = self.roots.iter().zip(&all).filter(|(root, words)| is_other(root) && tells(words));
        chosen.extend(told.map(|(root, _)| root.path));
    }

    /// The places in `scanned` of the directory at a place and of those that it calls, directly or through others.
    fn with_called(&self, at: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        let mut waiting = vec![at];
        while let Some(at) = waiting.pop() {
            if all.insert(at) {
                let calls = self.scanned.get(at).into_iter().flat_map(|dir| &dir.calls);
                waiting.extend(calls.filter_map(|called| self.by_path.get(called.as_path())));
            }
        }
        all
    }

    /// The words of each directory in `scanned`.
    fn said(&self) -> &[SaidWords] {
        self.said.get_or_init(|| {
            let of_directory = |dir: &Scanned| {
                let mut said = SaidWords::default();
                dir.texts.iter().for_each(|(path, text)| said.add(path, text));
                said
            };
            self.scanned.par_iter().map(of_directory).collect()
        })
    }

    /// All words of some root modules, and of what they call.
    fn words(&self, roots: &[&RootTexts<'s>]) -> TextWords {
        let mut words = TextWords::default();
        let places = roots.iter().flat_map(|root| self.with_called(root.at));
        places.filter_map(|at| self.said().get(at)).for_each(|said| words.add(said, None));
        words
    }

    /// Those of some words that each root module has, itself or in what it calls. In most texts there are few of them.
    fn found(&self, wanted: &FxHashSet<u64>) -> Vec<TextWords> {
        let of_directory = |said: &SaidWords| {
            let mut words = TextWords::default();
            words.add(said, Some(wanted));
            words
        };
        let words: Vec<TextWords> = self.said().par_iter().map(of_directory).collect();
        let of_root = |root: &RootTexts<'s>| {
            let mut all = TextWords::default();
            let called = self.with_called(root.at).into_iter();
            called.filter_map(|at| words.get(at)).for_each(|own| all.extend(own));
            all
        };
        self.roots.par_iter().map(of_root).collect()
    }
}

/// The words that are evidence, because they stand in few root modules.
struct RareWords {
    states: FxHashMap<u64, usize>,
    names: FxHashMap<u64, usize>,
    many: usize,
}

impl RareWords {
    /// Counts the words of all root modules.
    fn of(all: &[TextWords]) -> Self {
        Self::counted(all, common(all.iter().map(TextWords::of_resources)), MANY.max(all.len() / 10))
    }

    /// The same, but a word counts where something has that name, and few are few in a large repository, too.
    fn of_few(all: &[TextWords]) -> Self {
        Self::counted(all, common(all.iter().map(|words| words.names.iter())), MANY)
    }

    fn counted(all: &[TextWords], names: FxHashMap<u64, usize>, many: usize) -> Self {
        Self { states: common(all.iter().map(|words| words.states.iter())), names, many }
    }

    fn is_name(&self, word: &u64) -> bool {
        // Half a name says less: `orders-failed` may be that of any team.
        let many = if is_shared(*word) { MANY } else { self.many };
        self.names.get(word).is_some_and(|n| *n <= many)
    }

    /// Whether one reads a state that the other one has: by a word for its place.
    fn reads_state(&self, reader: &TextWords, other: &TextWords) -> bool {
        let is_rare = |word: &u64| self.states.get(word).is_some_and(|n| *n <= self.many);
        other.states.iter().any(|word| reader.reads.contains(word) && is_rare(word))
    }
}

/// In how many root modules each word stands.
fn common<'w, I: Iterator<Item = &'w u64>>(all: impl Iterator<Item = I>) -> FxHashMap<u64, usize> {
    let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
    all.flatten().for_each(|word| *counts.entry(*word).or_default() += 1);
    counts
}

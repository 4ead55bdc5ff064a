//! What the words of a name say: which environment, and which copy of it.
//!
//! `prod-eu` and `prod-us` are both production, and two environments. Words for a part of the world and numbers tell copies of one
//! environment apart; other words in the name of a directory tell what lies there: `alarms-prod` stands beside `queues-prod`.

use std::collections::BTreeSet;

/// What every name of production is called.
pub const NAMED_PRODUCTION: &str = "production";
const PRODUCTION: [&str; 4] = ["prod", "production", "prd", LIVE];
/// A name of production that is also one of everything that is applied: `live/dev`.
const LIVE: &str = "live";
/// Words that say of the word behind them that it is not meant: `non-prod`, `preproduction`.
const NOT: [&str; 4] = ["non", "not", "no", "pre"];
const OTHERS: [&str; 23] = [
    "dev",
    "devel",
    "develop",
    "development",
    "test",
    "testing",
    "tst",
    "qa",
    "stg",
    "staging",
    "stage",
    "uat",
    "sandbox",
    "sbx",
    "preview",
    "ephemeral",
    "integration",
    "acceptance",
    "perf",
    "loadtest",
    "playground",
    "demo",
    "sit",
];
/// Short words that mean an environment where nothing but a copy stands beside them.
const ALONE: [&str; 8] = ["int", "ci", "beta", "alpha", "lab", "pre", "np", "pp"];
/// Parts of the world.
const PLACES: [&str; 31] = [
    "africa", "ae", "amer", "americas", "ap", "apac", "asia", "au", "br", "ca", "cn", "de", "emea", "eu",
    "europe", "fr", "gb", "hk", "ie", "il", "jp", "kr", "latam", "mx", "na", "nz", "sa", "sg", "uk", "us",
    "za",
];
const DIRECTIONS: [&str; 9] =
    ["north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest"];
/// Directions as short names of places have them: `euw1`, `apse2`.
const SHORT_DIRECTIONS: [&str; 9] = ["n", "s", "e", "w", "c", "ne", "nw", "se", "sw"];
/// The most digits of a number that counts copies; longer ones are identities of something.
const MAX_DIGITS: usize = 3;

/// A word of a name, and what it says.
struct NameWord<'n> {
    text: &'n str,
    /// Without the number behind it.
    stem: &'n str,
    says: NameSays,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NameSays {
    /// Which environment.
    Environment,
    /// Which copy of it.
    Copy,
    Nothing,
}

/// The words of a name in lower case.
struct NameWords<'n> {
    words: Vec<NameWord<'n>>,
    /// The environment that they name.
    kind: Option<String>,
}

impl<'n> NameWords<'n> {
    fn of(lower: &'n str) -> Self {
        let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
        let word = |text: &'n str| {
            let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
            let says =
                if is_place(stem, stem.len() < text.len()) { NameSays::Copy } else { NameSays::Nothing };
            NameWord { text, stem, says }
        };
        let mut words = Self { words: parts.map(word).collect(), kind: None };
        words.kind = words.classify();
        words.count();
        words
    }

    /// Finds the environment, and marks the words that name it.
    fn classify(&mut self) -> Option<String> {
        let mut own =
            self.words.iter_mut().filter(|word| word.says != NameSays::Copy && !word.stem.is_empty());
        if let (Some(only), None) = (own.next(), own.next())
            && ALONE.contains(&only.stem)
        {
            only.says = NameSays::Environment;
            return Some(only.stem.to_owned());
        }
        let mut denied = None;
        let mut is_production = false;
        let mut before: Option<&mut NameWord<'_>> = None;
        for word in self.words.iter_mut().filter(|word| !word.stem.is_empty()) {
            if let Some(not) = denial(word.stem) {
                denied = denied.or(Some(not));
                word.says = NameSays::Environment;
            } else if PRODUCTION.contains(&word.stem) {
                if let Some(before) = before.filter(|before| NOT.contains(&before.stem)) {
                    denied = denied.or(NOT.into_iter().find(|not| *not == before.stem));
                    before.says = NameSays::Environment;
                }
                word.says = NameSays::Environment;
                is_production = true;
            }
            before = Some(word);
        }
        if let Some(not) = denied {
            return Some(if not == "pre" { "pre-production" } else { "non-production" }.to_owned());
        }
        if is_production {
            return Some(NAMED_PRODUCTION.to_owned());
        }
        let other = self.words.iter_mut().find(|word| OTHERS.contains(&word.stem))?;
        other.says = NameSays::Environment;
        Some(other.stem.to_owned())
    }

    /// Marks numbers behind an environment or a place.
    fn count(&mut self) {
        let mut before = NameSays::Nothing;
        for word in &mut self.words {
            if word.stem.is_empty() && before != NameSays::Nothing && word.text.len() <= MAX_DIGITS {
                word.says = NameSays::Copy;
            }
            before = word.says;
        }
    }

    /// Whether they say nothing but an environment, or a copy of it.
    fn are_pure(&self) -> bool {
        self.kind.is_some() && self.words.iter().all(|word| word.says != NameSays::Nothing)
    }
}

fn denial(word: &str) -> Option<&'static str> {
    NOT.into_iter().find(|not| word.strip_prefix(*not).is_some_and(|rest| PRODUCTION.contains(&rest)))
}

/// Whether a word is a part of the world: `eu`, `west`, `euw1`, `useast1`.
fn is_place(stem: &str, has_number: bool) -> bool {
    let is_direction =
        |rest: &str| DIRECTIONS.contains(&rest) || has_number && SHORT_DIRECTIONS.contains(&rest);
    PLACES.contains(&stem)
        || DIRECTIONS.contains(&stem)
        || PLACES.into_iter().any(|place| stem.strip_prefix(place).is_some_and(is_direction))
}

/// The environment in a name: `production`, or the word for another one.
pub(super) fn classify(name: &str) -> Option<String> {
    NameWords::of(&name.to_lowercase()).kind
}

/// The environment in a name that says other things, too: its kind, and its full name, which also tells copies of it apart.
pub(super) fn environment_in(name: &str) -> Option<(String, String)> {
    let lower = name.to_lowercase();
    let words = NameWords::of(&lower);
    let kind = words.kind?;
    let is_copy = |word: &NameWord<'_>| match word.says {
        NameSays::Copy => true,
        NameSays::Environment => word.stem.len() < word.text.len(),
        NameSays::Nothing => false,
    };
    if !words.words.iter().any(is_copy) {
        return Some((kind.clone(), kind));
    }
    let said = words.words.iter().filter(|word| word.says != NameSays::Nothing).map(|word| word.text);
    Some((kind, said.collect::<Vec<_>>().join("-")))
}

/// Which part of a path names the environment, if one does. A part that says nothing else goes before one that does, and production
/// before all: what lies in `prod/test-runner` is production. Only `live` is no more than what contains the others.
#[must_use]
pub fn part_naming<'p>(parts: impl Iterator<Item = &'p str>) -> Option<usize> {
    let rank = |part: &str| {
        let lower = part.to_lowercase();
        let words = NameWords::of(&lower);
        let is_environment = |word: &&NameWord<'_>| word.says == NameSays::Environment;
        let is_live = words.words.iter().filter(is_environment).all(|word| word.stem == LIVE);
        let kind = words.kind.as_deref()?;
        Some(match (kind == NAMED_PRODUCTION, is_live, words.are_pure()) {
            (true, false, _) => 3,
            (false, _, true) => 2,
            (false, _, false) => 1,
            (true, true, _) => 0,
        })
    };
    let ranked = parts.enumerate().filter_map(|(at, part)| Some((rank(part)?, at)));
    ranked.max().map(|(_, at)| at)
}

/// What tells environments apart: two with the same key are one architecture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentKey {
    kind: String,
    /// The other words of the name, in whatever order they stand.
    copy: BTreeSet<String>,
}

impl EnvironmentKey {
    /// The key of a name: `prod`, `production` and `prd` have one; `prod-eu` and `eu-prod` have one.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let lower = name.to_lowercase();
        let words = NameWords::of(&lower);
        let Some(kind) = words.kind else { return Self { kind: lower, copy: BTreeSet::new() } };
        let rest = words.words.iter().map(|word| match word.says {
            NameSays::Environment => word.text.get(word.stem.len()..).unwrap_or_default(),
            NameSays::Copy | NameSays::Nothing => word.text,
        });
        Self { kind, copy: rest.filter(|rest| !rest.is_empty()).map(str::to_owned).collect() }
    }

    /// Whether what is in one can be about what is in the other: they are the same, or one is a part of the other, as `prod-eu` is of
    /// `prod`.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        self.kind == other.kind && (self.copy.is_subset(&other.copy) || other.copy.is_subset(&self.copy))
    }
}

/// The words by which environments are recognised.
pub fn words() -> impl Iterator<Item = &'static str> {
    PRODUCTION.into_iter().chain(OTHERS).chain(ALONE)
}

//! How rules are named: by id, by a pattern of ids, by a principle.

use crate::diagnostic::nearest;
use crate::rule::{Rule, RuleSet};

/// How exactly a name selects rules: a more exact name decides against a less exact one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exactness {
    /// `*`: every rule.
    Every,
    /// All rules of a principle.
    Principle,
    /// A pattern of ids: `rds-*`.
    Pattern,
    /// One rule.
    Rule,
}

impl Exactness {
    pub(super) const ALL: [Self; 4] = [Self::Every, Self::Principle, Self::Pattern, Self::Rule];
}

/// How exactly a name selects a rule; `None` if it does not.
pub(super) fn selects(name: &str, rule: &Rule) -> Option<Exactness> {
    if name == "*" {
        return Some(Exactness::Every);
    }
    if name.contains('*') {
        return matches(name, &rule.id).then_some(Exactness::Pattern);
    }
    if name == rule.id.as_str() || rule.renamed_from.iter().any(|old| old == name) {
        return Some(Exactness::Rule);
    }
    (name == rule.principle.as_str()).then_some(Exactness::Principle)
}

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WrongName {
    /// No rule has it; the nearest name that there is.
    Nothing(Option<String>),
    /// A rule had it; the name that it has today.
    Former(String),
}

/// Checks that a name selects something, by a name of today.
pub(super) fn check(name: &str, set: &RuleSet) -> Result<(), WrongName> {
    let is_principle = set.principles.iter().any(|principle| principle.id == name);
    if is_principle
        || set.rules.iter().any(|rule| rule.id == name || name.contains('*') && selects(name, rule).is_some())
    {
        return Ok(());
    }
    if let Some(rule) = set.renamed(name) {
        return Err(WrongName::Former(rule.id.to_string()));
    }
    let ids = set.rules.iter().map(|rule| rule.id.as_str());
    let principles = set.principles.iter().map(|principle| principle.id.as_str());
    Err(WrongName::Nothing(closest(name, principles.chain(ids))))
}

/// The nearest of all names. There are more rules than are compared at once.
fn closest<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Option<String> {
    let all: Vec<&str> = all.collect();
    let near: Vec<&str> = all.chunks(64).filter_map(|some| nearest(name, some.iter().copied())).collect();
    nearest(name, near).map(str::to_owned)
}

/// Whether a pattern in which `*` stands for any characters matches all of a text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
    }
    rest.is_empty()
}

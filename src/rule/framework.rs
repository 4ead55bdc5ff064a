//! Frameworks: lists of practices that others publish, and which rules speak of each practice.
//!
//! `rules/frameworks.tsv` says how a list is called and how its practices are grouped, `rules/practices.tsv` what is on it. A rule speaks of
//! a practice by citing it in its `references`.

use std::sync::Arc;

use super::Rule;

/// What is on the lists.
pub const PRACTICES: &str = include_str!("../../rules/practices.tsv");
/// How the lists are called.
const FRAMEWORKS: &str = include_str!("../../rules/frameworks.tsv");

/// A list of practices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// Its name on the command line.
    pub id: &'static str,
    /// Its name in the table and in text.
    pub list: &'static str,
    /// What stands before the id of a practice where a rule cites it.
    pub cites: &'static str,
    /// The start of the ids of a group, and the title of the group; none if the list has no groups.
    pub groups: Vec<(&'static str, &'static str)>,
}

/// A practice of a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Practice<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// Why no rule covers it; empty if one does.
    pub not_covered: &'a str,
}

impl Framework {
    /// All frameworks, in the order of their table.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for line in FRAMEWORKS.lines().skip(1) {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let [id, list, cites, group, title] = cells.as_slice() else { continue };
            if all.last().is_none_or(|last| last.id != *id) {
                all.push(Self { id, list, cites, groups: Vec::new() });
            }
            if let Some(last) = all.last_mut().filter(|_| !group.is_empty()) {
                last.groups.push((group, title));
            }
        }
        all
    }

    /// The practices of the list, in the order of a table; rows that are no rows are left out.
    pub fn practices<'a>(&self, table: &'a str) -> impl Iterator<Item = Practice<'a>> {
        let list = self.list;
        table.lines().skip(1).filter_map(move |line| {
            let mut cells = line.split('\t');
            let of_list = cells.next() == Some(list);
            let (id, title) = (cells.next()?, cells.next()?);
            of_list.then_some(Practice { id, title, not_covered: cells.next().unwrap_or_default() })
        })
    }

    /// The ids of the practices that a rule cites.
    pub fn cited_by<'r>(&self, rule: &'r Rule) -> impl Iterator<Item = &'r str> {
        let cites = self.cites;
        rule.references.iter().filter_map(move |reference| reference.strip_prefix(cites)?.strip_prefix(' '))
    }

    /// The rules that speak of a practice.
    #[must_use]
    pub fn rules_about<'r>(&self, practice: &str, rules: &'r [Arc<Rule>]) -> Vec<&'r Arc<Rule>> {
        rules.iter().filter(|rule| self.cited_by(rule).any(|cited| cited == practice)).collect()
    }

    /// The title of the group of a practice: that of the start of its id.
    #[must_use]
    pub fn group_of(&self, practice: &str) -> Option<&'static str> {
        let is_start = |start: &str| {
            practice.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        self.groups.iter().find(|(start, _)| is_start(start)).map(|(_, title)| *title)
    }
}

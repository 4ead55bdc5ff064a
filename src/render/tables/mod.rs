//! Tables and pages of rules: `buttress rules` and `buttress explain`.

mod config;
mod config_json;
mod human;
mod json;
mod page;
mod tested;

pub use config::configs;
pub use config_json::configs_json;
pub use json::{code_json, rule_json};
pub use page::{code_page, example_text, expectation, fix, page, severity, shown_value};
pub use tested::tested;

use std::sync::Arc;

use super::look::Look;
use crate::rule::edition::Edition;
use crate::rule::{Rule, RuleSet};

/// A format of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// A table, for people.
    Human,
    /// A JSON list with the full text of each rule, for tools.
    Json,
}

/// The list of rules in a format: all, or those since an edition.
#[must_use]
pub fn rules(set: &RuleSet, since: Option<Edition>, format: ListFormat, look: Look) -> String {
    let is_listed =
        |rule: &&Arc<Rule>| since.is_none_or(|edition| rule.since.is_some_and(|since| since >= edition));
    let rules: Vec<&Rule> = set.rules.iter().filter(is_listed).map(AsRef::as_ref).collect();
    match format {
        ListFormat::Human => human::render(set, &rules, look),
        ListFormat::Json => json::render(&rules),
    }
}

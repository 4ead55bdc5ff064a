//! Tables and pages of rules: `buttress rules` and `buttress explain`.

mod human;
mod json;
mod page;

pub use page::{example_text, expectation, page, severity, shown_value};

use super::look::Look;
use crate::rule::RuleSet;

/// A format of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// A table, for people.
    Human,
    /// A JSON list with the full text of each rule, for tools.
    Json,
}

/// The list of rules in a format.
#[must_use]
pub fn rules(set: &RuleSet, format: ListFormat, look: Look) -> String {
    match format {
        ListFormat::Human => human::render(set, look),
        ListFormat::Json => json::render(set),
    }
}

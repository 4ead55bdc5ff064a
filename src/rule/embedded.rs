//! The rules that come with the program.

use super::RuleSet;
use super::load::Trust;

/// Path (`rules/…`) and text of every file below `rules/`, sorted by path.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The same files with empty lines in place of examples: all that a check needs.
const WITHOUT_EXAMPLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules_without_examples.rs"));

impl RuleSet {
    /// The rules that come with the program, checked like any other rules.
    #[must_use]
    pub fn embedded() -> Self {
        Self::load(FILES.iter().map(|(path, text)| ((*path).into(), (*text).into())))
    }

    /// The same rules without their examples. They are not checked again: tests check them before they are embedded.
    #[must_use]
    pub fn embedded_for_checks() -> Self {
        let files = WITHOUT_EXAMPLES.iter().map(|(path, text)| ((*path).into(), (*text).into()));
        Self::read(files.collect(), Trust::Checked)
    }
}

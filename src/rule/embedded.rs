//! The rules that come with the program.

use super::RuleSet;

/// Path (`rules/…`) and text of every file below `rules/`, sorted by path.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

impl RuleSet {
    /// The rules that come with the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self::load(FILES.iter().map(|(path, text)| ((*path).into(), (*text).into())))
    }
}

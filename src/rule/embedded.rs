//! The rules that come with the program.

use super::RuleSet;
use super::load::CheckedFile;

/// Path (`rules/…`) and text of every file below `rules/`, sorted by path.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A file as a check reads it: path, text with empty lines in place of examples, and the head of its rule; see [`CheckedFile`].
type BriefFile = (&'static str, &'static str, Option<&'static str>);

/// The same files: all that a check needs of them.
const BRIEF: &[BriefFile] = include!(concat!(env!("OUT_DIR"), "/rules_for_checks.rs"));

/// What resource types and data sources have; see [`Schema`](crate::model::schema::Schema).
pub const SCHEMA: &str = include_str!("../../rules/aws/schema.facts");

impl RuleSet {
    /// The rules that come with the program, checked like any other rules.
    #[must_use]
    pub fn embedded() -> Self {
        Self::load(FILES.iter().map(|(path, text)| ((*path).into(), (*text).into())))
    }

    /// The same rules without their examples. They are not checked again: tests check them before they are embedded. The body of a rule
    /// is read when it is first asked for.
    #[must_use]
    pub fn embedded_for_checks() -> Self {
        let file = |(path, text, head): &BriefFile| CheckedFile {
            path: (*path).into(),
            text: (*text).into(),
            head: *head,
        };
        Self::load_checked(BRIEF.iter().map(file))
    }
}

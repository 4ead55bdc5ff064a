//! A config that is proposed for a project: what holds today, and what the project could say.

use crate::settings::Peer;
use crate::value::Str;

/// What a project could say in its config.
#[derive(Debug, Default)]
pub struct ConfigProposal {
    /// The newest edition of the rules.
    pub edition: Option<String>,
    /// The tools for which the project has comments that name checks of our rules.
    pub honour: Vec<Peer>,
    /// Answers to what nothing tells, those that decide most verdicts first.
    pub assumptions: Vec<ProposedAssumption>,
    /// Directories that are taken for root modules although nothing shows that somebody applies them.
    pub guessed: Vec<GuessedRoot>,
    /// Environments that only names tell, with their root modules.
    pub environments: Vec<(String, Vec<String>)>,
    /// Comments for other tools that became ours, by their places.
    pub converted: usize,
    /// Comments for other tools that stay: place, what is written, why.
    pub left: Vec<LeftComment>,
}

/// An answer to an unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedAssumption {
    /// The address, as a config writes it.
    pub address: Str,
    /// How many verdicts it decides.
    pub verdicts: usize,
    /// What stands for the value.
    pub placeholder: Placeholder,
}

/// What stands for a value that only the user knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    Bool,
    Number,
    String,
    /// A list, of which the number of elements says enough.
    List,
    /// Any other value.
    Any,
}

/// A directory that is taken for a root module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedRoot {
    pub path: String,
    /// Why, as the end of a sentence.
    pub reason: String,
}

/// A comment for another tool that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftComment {
    /// `main.tf:12`
    pub place: String,
    pub text: String,
    pub reason: &'static str,
}

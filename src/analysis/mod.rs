//! Questions about a whole graph, each with a table of results. Knows nothing of rules, verbs and formats.

pub mod coverage;
pub mod failure;
pub mod reach;
pub mod standing;

//! `buttress rules`

use clap::Args;

use super::Answer;
use crate::check::Session;
use crate::render::Look;
use crate::render::tables::{ListFormat, rules};
use crate::rule::edition::Edition;

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
    /// List only rules of this edition and later ones: what raising the edition of a config brings
    #[arg(long, value_name = "EDITION", value_parser = edition)]
    since: Option<Edition>,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).ok_or_else(|| "an edition is a year and a number, such as 2027.1".to_owned())
}

pub(super) fn list(arguments: &RulesArguments, look: Look) -> Answer {
    let session = match arguments.format {
        ListFormat::Human => Session::embedded(),
        // The full text of a rule is left out of the rules that checks use.
        ListFormat::Json => Session::embedded_with_examples(),
    };
    Answer { stdout: rules(session.rules(), arguments.since, arguments.format, look), ..Answer::default() }
}

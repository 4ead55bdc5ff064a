//! `buttress rules`

use std::path::PathBuf;

use clap::Args;

use super::Answer;
use crate::check::Session;
use crate::diagnostic::Severity;
use crate::render::tables::{ListFormat, rules};
use crate::render::{Look, clean};
use crate::rule::edition::Edition;
use crate::settings::{Asked, ConfigSource, Settings};

#[derive(Debug, Args)]
pub(super) struct RulesArguments {
    /// Format of the list
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    format: ListFormat,
    /// List only rules of this edition and later ones: what raising the edition of a config brings
    #[arg(long, value_name = "EDITION", value_parser = edition)]
    since: Option<Edition>,
    /// Directory with rules of your own, or a file with some (repeatable), besides those that the config nearest to the working
    /// directory names
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
    /// Use no config
    #[arg(long)]
    no_config: bool,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).ok_or_else(|| "an edition is a year and a number, such as 2027.1".to_owned())
}

pub(super) fn list(arguments: RulesArguments, look: Look) -> Answer {
    let RulesArguments { format, since, rules: rule_dirs, no_config } = arguments;
    let session = match format {
        ListFormat::Human => Session::embedded(),
        // The full text of a rule is left out of the rules that checks use.
        ListFormat::Json => Session::embedded_with_examples(),
    };
    let settings = Settings {
        config: if no_config { ConfigSource::Nowhere } else { ConfigSource::Nearest },
        asked: Asked { rule_dirs, ..Asked::default() },
        ..Settings::default()
    };
    let (set, problems) = session.rules_there(&settings);
    let mut stderr = String::new();
    for problem in &problems {
        let help = problem.help.iter().map(|help| format!("  help: {}\n", clean::line(help)));
        let told = format!("{}: {}\n", problem.severity.name(), clean::line(&problem.message));
        stderr.extend(std::iter::once(told).chain(help));
    }
    let code = if problems.iter().any(|problem| problem.severity == Severity::Error) { 2 } else { 0 };
    Answer { stdout: rules(&set, since, format, look), stderr, code, ..Answer::default() }
}

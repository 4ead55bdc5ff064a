//! The command line: parses it, runs the command, and returns text and an exit code.

mod check;
mod coverage;
mod detail;
mod explain;
mod fixing;
mod gates;
mod graph;
mod init;
mod input;
mod merge;
mod outputs;
mod report;
mod rules;
mod shell;
mod simulate;
mod test;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::diagnostic::{Diagnostic, shown_path};
use crate::files::write::{self, Replacement};
use crate::progress::Progress;
use crate::render::{Look, clean};
use crate::settings::Date;

/// The result of a command: text for each stream, and the exit code.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub stdout: String,
    pub stderr: String,
    /// Files that are to be written.
    pub files: Vec<WrittenFile>,
    /// Files that are to be edited.
    pub edits: Vec<Replacement>,
    /// 0, 1 (findings) or 2 (incomplete, or could not start).
    pub code: u8,
    /// Whether an editor is to be served over the standard streams.
    pub serves: bool,
}

/// A file that the user has asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct WrittenFile {
    pub path: PathBuf,
    pub text: String,
}

/// Will this architecture survive production? Checks Terraform before anything is deployed.
#[derive(Debug, Parser)]
#[command(name = "buttress", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours.
    #[arg(long, value_enum, global = true, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check directories and plans against the rules
    Check(check::CheckArguments),
    /// Show what still works when a zone or a resource is lost
    Simulate(simulate::SimulateArguments),
    /// Show which resources have logs, metrics, traces and alarms, and why others have none
    Coverage(coverage::CoverageArguments),
    /// Draw the architecture: requests, events, data and networks
    Graph(graph::GraphArguments),
    Report(report::ReportArguments),
    Merge(merge::MergeArguments),
    /// List all rules by principle
    Rules(rules::RulesArguments),
    Explain(explain::ExplainArguments),
    /// Write a config for a project, with what a check of it would like to know
    Init(init::InitArguments),
    /// Test rules of your own by their examples
    Test(test::TestArguments),
    /// Serve an editor: the language server protocol over standard input and output
    Lsp(LspArguments),
    Completions(shell::CompletionsArguments),
    Man(shell::ManArguments),
}

/// Editors start the server and set everything else in their own settings.
#[derive(Debug, clap::Args)]
struct LspArguments {
    /// Talk over standard input and output, as is done without it: some editors add this to the command
    #[arg(long)]
    stdio: bool,
}

/// Facts about the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Whether standard output is a terminal and colours are not switched off.
    pub colour: bool,
    /// The width in columns.
    pub width: usize,
}

/// What of the environment of the process counts.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Names and values of `TF_VAR_*`, without the prefix; they count only if the user asks for it.
    pub variables: Vec<(String, String)>,
    /// `TF_DATA_DIR`: where `terraform init` puts what it fetches.
    pub data_dir: Option<PathBuf>,
    /// The day by the clock, or what stands in for it.
    pub today: Option<Date>,
    /// Counts how far a run is, for whoever watches.
    pub progress: Progress,
    /// Shows a line at once on standard error.
    pub tell: Option<fn(&str)>,
}

/// The command line as clap knows it, for its page.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// A line that is shown while a command line runs, with everything escaped that must not be printed.
#[must_use]
pub fn cleaned(line: &str) -> String {
    clean::output(line.to_owned(), Look { colour: false, width: usize::MAX })
}

/// Runs a command line, the program's name included.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>, process: &Process, terminal: Terminal) -> Answer {
    let parsed = Cli::command().try_get_matches_from(arguments).and_then(|matches| {
        let command = matches.subcommand().map(|(_, command)| command);
        // Not every command takes values.
        let command = command.filter(|command| command.try_contains_id("var_file").is_ok());
        let order = command.map(input::Order::of).unwrap_or_default();
        Ok((Cli::from_arg_matches(&matches)?, order))
    });
    let (cli, order) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage(error, Look { colour: terminal.colour, width: terminal.width }),
    };
    let colour = match cli.color {
        Colour::Auto => terminal.colour,
        Colour::Always => true,
        Colour::Never => false,
    };
    let look = Look { colour, width: terminal.width };
    let answer = match cli.command {
        // Formats are clean already, and one of them has commands to print.
        Command::Check(arguments) => {
            return check::run(arguments, &order, look, cli.color == Colour::Always, process);
        }
        Command::Merge(arguments) => {
            return merge::run(arguments, look, cli.color == Colour::Always, process);
        }
        Command::Simulate(arguments) => return simulate::run(arguments, &order, look, process),
        Command::Coverage(arguments) => return coverage::run(arguments, &order, look, process),
        Command::Graph(arguments) => return graph::run(arguments, &order, look, process),
        Command::Report(arguments) => report::run(arguments, &order, look, process),
        Command::Rules(arguments) => rules::list(arguments, look),
        Command::Explain(arguments) => explain::run(arguments, &order, look, process),
        Command::Init(arguments) => init::run(&arguments, look, process),
        Command::Test(arguments) => test::run(&arguments, look),
        // Scripts and pages that are made of our own texts: an escape would break them.
        Command::Completions(arguments) => return shell::completions(&arguments),
        Command::Man(arguments) => return shell::man(&arguments),
        Command::Lsp(LspArguments { stdio: _ }) => return Answer { serves: true, ..Answer::default() },
    };
    answer.clean(look)
}

impl Answer {
    /// Writes the files, and says so on standard error. What cannot be written makes the exit code 2.
    pub fn write_files(&mut self) {
        let edits = std::mem::take(&mut self.edits);
        for (path, written) in write::edit(&edits) {
            self.say_written(path, written);
        }
        for WrittenFile { path, text } in std::mem::take(&mut self.files) {
            let written = write::replace(&path, &text);
            // A stream is no file that somebody would look for.
            if written.is_err() || !write::is_stream(&path) {
                self.say_written(&path, written);
            }
        }
    }

    fn say_written(&mut self, path: &Path, written: Result<(), Box<Diagnostic>>) {
        let said = match written {
            Ok(()) => {
                let said = format!("written: {}\n", shown_path(path));
                clean::output(said, Look { colour: false, width: usize::MAX })
            }
            Err(problem) => {
                self.code = 2;
                outputs::told(&problem)
            }
        };
        self.stderr.push_str(&said);
    }

    /// The answer with everything escaped that must not be printed.
    fn clean(self, look: Look) -> Self {
        let Self { stdout, stderr, files, edits, code, serves } = self;
        let (stdout, stderr) = (clean::output(stdout, look), clean::output(stderr, look));
        Self { stdout, stderr, files, edits, code, serves }
    }
}

/// The answer for a command line that clap rejects, or for a request for help.
fn usage(mut error: clap::Error, look: Look) -> Answer {
    // The value of a variable may be a secret, even if its syntax is wrong.
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
    if argument.starts_with("--var ") {
        error.insert(ContextKind::InvalidValue, ContextValue::String("…".to_owned()));
    }
    let text = error.render();
    let text = if look.colour { text.ansi().to_string() } else { text.to_string() };
    let answer = if error.use_stderr() {
        Answer { stderr: text, code: 2, ..Answer::default() }
    } else {
        Answer { stdout: text, ..Answer::default() }
    };
    answer.clean(look)
}

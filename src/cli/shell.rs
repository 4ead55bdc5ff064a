//! `buttress completions` and `buttress man`: what packages install beside the program, made from the command line itself.

use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Answer, command};
use crate::diagnostic::nearest;

/// Print the completions for a shell
///
/// Packages install them. By hand:
///
/// - Bash: `buttress completions bash > ~/.local/share/bash-completion/completions/buttress`
/// - Zsh: `buttress completions zsh > _buttress`, in a directory of `$fpath`
/// - Fish: `buttress completions fish > ~/.config/fish/completions/buttress.fish`
/// - PowerShell: `buttress completions powershell >> $PROFILE`
/// - Elvish: `buttress completions elvish > ~/.config/elvish/lib/buttress.elv`
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct CompletionsArguments {
    /// The shell that reads them
    shell: Shell,
}

/// Print a page of the manual, as `man` reads it
///
/// Packages install them. `buttress man | man -l -` shows the page of the program,
/// `buttress man check | man -l -` that of a command.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct ManArguments {
    /// The command whose page it is; the program's own without it
    #[arg(value_parser = name_of_command)]
    command: Option<String>,
}

pub(super) fn completions(arguments: &CompletionsArguments) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "buttress", &mut script);
    Answer { stdout: String::from_utf8_lossy(&script).into_owned(), ..Answer::default() }
}

pub(super) fn man(arguments: &ManArguments) -> Answer {
    let mut built = documented();
    if let Some(name) = &arguments.command
        && let Some(found) = built.find_subcommand(name)
    {
        built = found.clone();
    }
    let mut page = Vec::new();
    let source = concat!("buttress ", env!("CARGO_PKG_VERSION"));
    match Man::new(built).source(source).manual("User Commands").render(&mut page) {
        Ok(()) => Answer { stdout: String::from_utf8_lossy(&page).into_owned(), ..Answer::default() },
        Err(error) => Answer { stderr: format!("error: {error}\n"), code: 2, ..Answer::default() },
    }
}

/// The command line with the names that its pages have, such as `buttress-check`.
fn documented() -> clap::Command {
    let mut built = command().disable_help_subcommand(true);
    built.build();
    built
}

fn name_of_command(text: &str) -> Result<String, String> {
    let built = documented();
    let names: Vec<&str> = built.get_subcommands().map(clap::Command::get_name).collect();
    if names.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(match nearest(text, names) {
        Some(near) => format!("there is no such command; did you mean `{near}`?"),
        None => "there is no such command: `buttress --help` lists them".to_owned(),
    })
}

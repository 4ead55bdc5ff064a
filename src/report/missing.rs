//! Modules that are not there: one entry for each source and version, whoever calls it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Report;
use crate::address::without_secrets;
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// The most directories that a sentence names.
const MAX_NAMES: usize = 3;

/// What fetching modules takes, for who does not know `terraform get`.
const WHAT_IT_TAKES: &str =
    "that fetches modules and no providers, without a backend or credentials of a cloud";

/// How a module gets there that only others fetch, such as Terragrunt.
const OF_OTHERS: &str = "what runs Terraform there fetches it; for a check, clone it, and name the directory with \
                         copies of modules: `--module-dir DIR`";

/// A module that is not there, by what its callers ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissingModule {
    /// The source, as its first caller writes it.
    pub source: String,
    /// The version constraint, if its callers have one.
    pub version: Option<String>,
    /// The address of the call, if there is only one.
    pub address: String,
    /// The places of the calls.
    pub calls: Vec<Span>,
    /// How many calls there are: those of a module that is called several times count once for each.
    pub instances: usize,
    /// The root modules that need it.
    pub roots: Vec<PathBuf>,
    /// The directories in which `terraform get` fetches it.
    pub homes: Vec<PathBuf>,
    /// Units of Terragrunt whose own module it is.
    pub units: Vec<(PathBuf, Option<Span>)>,
    /// Units of Terragrunt of which nothing but this source is known.
    pub unchecked: Vec<(PathBuf, Option<Span>)>,
    /// Whether the model describes what its calls stand for.
    pub is_described: bool,
    /// Whether findings miss its lines only: a plan shows the rest.
    pub is_planned: bool,
}

impl MissingModule {
    /// The source with what tells one version from another.
    #[must_use]
    pub fn name(&self) -> String {
        let source = without_secrets(&self.source);
        match &self.version {
            Some(version) => format!("`{source}` ({version})"),
            None => format!("`{source}`"),
        }
    }

    /// The problem that tells of it; `remedy` is how modules of root modules get there.
    fn problem(&self, remedy: &str) -> Diagnostic {
        let mut parts = Vec::new();
        if !self.calls.is_empty() {
            parts.push(self.callers());
        }
        parts.extend(units(&self.units, "judged by its inputs alone", "judged by their inputs alone"));
        parts.extend(units(&self.unchecked, "not checked", "not checked"));
        let message = format!("the module {} is not downloaded: {}", self.name(), parts.join("; "));
        let help = if self.homes.is_empty() { OF_OTHERS } else { remedy };
        let problem = Diagnostic::warning("config/module-not-downloaded", message).help(help);
        let first = self
            .calls
            .first()
            .map(|span| (*span, if self.calls.len() > 1 { "the first call" } else { "this call" }));
        let unit =
            self.units.iter().chain(&self.unchecked).find_map(|(_, span)| Some((((*span)?), "its source")));
        match first.or(unit) {
            Some((span, words)) => problem.at(span, words),
            None => problem,
        }
    }

    /// `the resources and outputs of 14 calls in 3 root modules are unknown (20 instances)`
    fn callers(&self) -> String {
        let calls = match self.calls.len() {
            1 => format!("`{}`", self.address),
            count => format!("{count} calls"),
        };
        let roots = match self.roots.len() {
            0 | 1 => String::new(),
            count => format!(" in {count} root modules"),
        };
        let instances = match self.instances {
            count if count == self.calls.len() => String::new(),
            1 => " (1 instance)".to_owned(),
            count => format!(" ({count} instances)"),
        };
        if self.is_described {
            let are = if self.calls.len() == 1 { "is" } else { "are" };
            format!(
                "{calls}{roots} {are} judged by the arguments alone{instances}; what these do not tell is unknown"
            )
        } else if self.is_planned {
            format!("findings in {calls}{roots} have no lines{instances}")
        } else {
            format!("the resources and outputs of {calls}{roots} are unknown{instances}")
        }
    }
}

impl Report {
    /// The problems that tell of all modules that are not there. One command fetches them all, so those of several root modules name the
    /// same one: a reader sees them as one problem.
    #[must_use]
    pub fn missing_problems(&self) -> Vec<Diagnostic> {
        let homes: BTreeSet<&PathBuf> = self.missing.iter().flat_map(|module| &module.homes).collect();
        let command = command(&homes.into_iter().cloned().collect::<Vec<_>>());
        let remedy =
            format!("{command}; {WHAT_IT_TAKES}. Or name a directory with copies: `--module-dir DIR`");
        self.missing.iter().map(|module| module.problem(&remedy)).collect()
    }

    /// How many calls of modules are not followed.
    #[must_use]
    pub fn missing_calls(&self) -> usize {
        self.missing.iter().map(|module| module.calls.len()).sum()
    }

    /// The command that fetches all modules that are not there, and where to run it.
    #[must_use]
    pub fn fetching(&self) -> String {
        command(&self.to_fetch)
    }
}

/// What becomes of units of Terragrunt: of one, and of several.
fn units(all: &[(PathBuf, Option<Span>)], one: &str, several: &str) -> Option<String> {
    let (first, _) = all.first()?;
    Some(match all.len() {
        1 => format!("the Terragrunt unit `{}` is {one}", first.display()),
        count => format!("{count} Terragrunt units are {several}, `{}` the first of them", first.display()),
    })
}

/// Whether every shell takes a text for one word, as it stands.
fn is_one_word(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_alphanumeric() || matches!(character, '/' | '.' | '_' | '-' | '+'))
}

/// What to run where.
fn command(homes: &[PathBuf]) -> String {
    let shown = |home: &PathBuf| home.display().to_string();
    match homes {
        [] => "run `terraform get`".to_owned(),
        [only] if only.as_os_str() == "." || only.as_os_str().is_empty() => "run `terraform get`".to_owned(),
        [only] => match shown(only) {
            path if is_one_word(&path) => format!("run `terraform -chdir={path} get`"),
            path => format!("run `terraform get` in `{path}`"),
        },
        several => {
            let named: Vec<String> =
                several.iter().take(MAX_NAMES).map(|home| format!("`{}`", shown(home))).collect();
            let more = match several.len().saturating_sub(MAX_NAMES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("run `buttress check --get`, or `terraform get` in {}{more}", named.join(", "))
        }
    }
}

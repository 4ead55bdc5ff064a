//! Has the modules fetched that are not there, if the user asks for it: by the user's own `terraform get` or `tofu get`, in each root
//! module that lacks some.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inputs::Inputs;
use super::{missing, roots};
use crate::address::without_secrets;
use crate::diagnostic::{Diagnostic, shown_path};
use crate::files::Reader;
use crate::files::system::FileKind;
use crate::programs::{FetchFailure, ModuleFetcher, ModuleProgram};
use crate::progress::Progress;
use crate::rule::RuleSet;
use crate::settings::{Fetching, Settings};

/// Where Terraform keeps its data if it is not told otherwise.
const DATA_DIRECTORY: &str = ".terraform";

/// Fetches what is not there, and gives what went wrong. `tell` shows each command before it runs.
pub(super) fn fetch(settings: &Settings, rules: &Arc<RuleSet>, tell: Option<fn(&str)>) -> Vec<Diagnostic> {
    let (named, limit) = match settings.fetching {
        Fetching::Never => return Vec::new(),
        Fetching::With(program, limit) => (program, limit),
    };
    let mut inputs = Inputs::read(settings, rules);
    let (jobs, _) = roots::evaluate(&mut inputs, settings, &Progress::default());
    let homes = missing::homes(&jobs, (&inputs.terragrunt, &inputs.stacks));
    if homes.is_empty() {
        return Vec::new();
    }
    let Some(fetcher) = ModuleFetcher::find(named) else { return vec![not_found(named)] };
    let reader = &inputs.project.reader;
    let mut problems = Vec::new();
    for home in homes {
        let directory = match confined(reader, &home, settings.data_dir.as_deref()) {
            Ok(directory) => directory,
            Err(problem) => {
                problems.push(*problem);
                continue;
            }
        };
        let name = fetcher.program.name();
        let shown = if home.as_os_str() == "." { String::new() } else { format!(" in {}", home.display()) };
        if let Some(tell) = tell {
            let place = match settings.data_dir.as_deref().unwrap_or(Path::new(DATA_DIRECTORY)) {
                data if data.is_absolute() => format!("{}/modules", shown_path(data)),
                data => format!("{}/modules there", shown_path(data)),
            };
            tell(&format!("running: {name} get{shown} (it writes {place})"));
        }
        let yourself = format!("run `{name} get` there yourself");
        let (message, help) = match fetcher.get(&directory, limit) {
            Ok(()) => continue,
            Err(FetchFailure::Failed(said)) => (
                format!("`{name} get` failed in `{}`: {}", home.display(), without_secrets(&said)),
                format!("{yourself}; what it could not fetch is unknown"),
            ),
            Err(FetchFailure::TooLong) => (
                format!(
                    "`{name} get` had not ended in `{}` after {} s and was stopped: a source may not answer, or wait for somebody to log in",
                    home.display(),
                    limit.as_secs()
                ),
                format!("{yourself}, or give it more time with `--get-timeout`"),
            ),
        };
        problems.push(Diagnostic::error("config/modules-not-fetched", message).help(help));
    }
    problems
}

/// The directory without links, if what runs there writes nowhere else: neither the directory nor what the program keeps there may be a
/// link that somebody else has put into the repository.
fn confined(reader: &Reader, home: &Path, data: Option<&Path>) -> Result<PathBuf, Box<Diagnostic>> {
    let refused = |path: &Path, why: &str| {
        let message = format!("modules are not fetched in `{}`: `{}` {why}", home.display(), path.display());
        let problem = Diagnostic::error("config/modules-not-fetched", message);
        Box::new(
            problem.help(
                "what is written there would end up elsewhere: remove the link, or fetch them yourself",
            ),
        )
    };
    let (real, kind) = reader.locate(home).map_err(|_| refused(home, "is outside the repository"))?;
    if kind != FileKind::Directory {
        return Err(refused(home, "is no directory"));
    }
    // An absolute directory comes from the user's own environment.
    let data = data.unwrap_or(Path::new(DATA_DIRECTORY));
    let parts = data.join("modules").join("modules.json");
    let mut inside = PathBuf::new();
    for part in parts.components().filter(|_| data.is_relative()) {
        // What is not there yet will be no link.
        let entries = reader.entries(&real.join(&inside)).unwrap_or_default();
        inside.push(part);
        if entries.iter().any(|entry| entry.name == part.as_os_str() && entry.kind == FileKind::Link) {
            return Err(refused(&home.join(&inside), "is a link"));
        }
    }
    Ok(real)
}

fn not_found(named: Option<ModuleProgram>) -> Diagnostic {
    let names = match named {
        Some(program) => format!("`{}` is not", program.name()),
        None => "neither `terraform` nor `tofu` is".to_owned(),
    };
    Diagnostic::error("config/modules-not-fetched", format!("modules are not fetched: {names} on the `PATH`"))
        .help("install it, or leave `--get` out: modules that are not there are then unknown")
}

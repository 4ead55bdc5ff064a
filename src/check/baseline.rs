//! Reads the baseline of a run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::inputs::Inputs;
use super::roots::Job;
use crate::baseline::{Baseline, PIPED};
use crate::estate::Input;
use crate::estate::configuration::project::Project;
use crate::estate::configuration::validate;
use crate::files::Refusal;
use crate::files::system::FileKind;
use crate::passes::{BaselineInput, EarlierAddresses, earlier_addresses};
use crate::settings::Settings;

/// The baseline that the settings name. If it cannot be read, nothing is accepted, and the inputs have a problem.
pub(super) fn read(settings: &Settings, inputs: &mut Inputs) -> Option<BaselineInput> {
    let option = settings.baseline.as_ref()?;
    let reader = &inputs.project.reader;
    let is_new = matches!(reader.kind_of_named(&option.file), Err(Refusal::Missing { behind_link: false }));
    let baseline = if option.write && is_new {
        Ok(Baseline::default())
    } else {
        reader.text_of_named(&option.file).and_then(|text| Baseline::read(&option.file, &text))
    };
    match baseline {
        Ok(baseline) => {
            let home = home(settings, inputs);
            let baseline = match &home {
                Some(home) => baseline.with_roots(|root| reader.stable_place(&home.join(root))),
                None => baseline,
            };
            let gone = gone(&baseline, inputs);
            Some(BaselineInput { baseline, write: option.write, gone, home })
        }
        Err(mut problem) => {
            if is_new {
                problem.help = Some("write it with `--write-baseline`".to_owned());
            }
            inputs.problems.push(*problem);
            None
        }
    }
}

/// The earlier addresses of what a root module has: a baseline may name it by them.
pub(super) fn earlier(job: &Job, project: &Project) -> EarlierAddresses {
    let is_configuration = job.estate.input == Input::Configuration;
    let moves = is_configuration.then(|| validate::moves(project, &job.estate.root));
    earlier_addresses(&job.estate, moves.as_ref())
}

/// The directory of the baseline if what is checked is in no repository: then its paths start there, wherever the program is run.
fn home(settings: &Settings, inputs: &Inputs) -> Option<PathBuf> {
    let reader = &inputs.project.reader;
    let file = reader.real_or_absolute(&settings.baseline.as_ref()?.file)?;
    let mut named = settings.paths.iter().chain(&inputs.directories);
    named.all(|path| reader.repository_of(path).is_none()).then(|| file.parent().map(PathBuf::from))?
}

/// The roots of a baseline at or below the directories of a run in which there is no configuration any more. What is still there and no
/// root module of the run was not looked at. Files are plans, which lie there by chance.
fn gone(baseline: &Baseline, inputs: &Inputs) -> BTreeSet<String> {
    let reader = &inputs.project.reader;
    let mut gone = BTreeSet::new();
    let roots: BTreeSet<&String> = baseline.entries.keys().map(|accepted| &accepted.root).collect();
    for directory in &inputs.directories {
        let top = reader.stable_place(directory);
        let base = reader.repository_of(directory).unwrap_or_else(|| PathBuf::from("."));
        let is_below = |root: &str| {
            top == "." && !root.starts_with("../")
                || root.strip_prefix(&top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for root in roots.iter().filter(|root| is_below(root) && root.as_str() != PIPED) {
            let place = base.join(root);
            let is_plan = matches!(reader.kind_of_named(&place), Ok(FileKind::File));
            if !is_plan && reader.list(&place).files.is_empty() {
                gone.insert((*root).clone());
            }
        }
    }
    gone
}

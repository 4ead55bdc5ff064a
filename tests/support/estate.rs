//! Estates: of texts, of a directory, of a plan, of a plan with its directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use buttress::budget::Meter;
use buttress::estate::configuration::declare::ModuleConfig;
use buttress::estate::configuration::project::Project;
use buttress::estate::configuration::{self, Request};
use buttress::estate::confined::ConfinedFiles;
use buttress::estate::variables::InputVariables;
use buttress::estate::with_plan::{PlanSource, joined};
use buttress::estate::{Estate, ProviderFacts, plan};
use buttress::eval::{Host, NoFiles};
use buttress::files::path::clean;
use buttress::files::{Reader, decode};
use buttress::syntax::parse_hcl;
use buttress::text::FileId;
use buttress::value::equality::NoIdentities;

/// Modules in memory: the directory and the files of each.
pub(crate) fn modules<D: AsRef<Path>>(modules: &[(D, Vec<String>)]) -> Project {
    let mut project = Project::default();
    for (dir, files) in modules {
        let dir = dir.as_ref().to_owned();
        let trees =
            files.iter().map(|text| Arc::new(parse_hcl(FileId(0), text.as_str().into()).tree)).collect();
        let (config, problems) = ModuleConfig::new(dir.clone(), trees, 0);
        project.problems.extend(problems);
        project.insert(dir, config);
    }
    project
}

/// The estate of the root module `.` in memory, for which no file exists.
pub(crate) fn evaluate(project: &Project, facts: &ProviderFacts) -> Estate {
    configuration::estate(Request::new(project, Path::new("."), &NoFiles, facts))
}

fn load(root: &PathBuf) -> Project {
    let mut project = Project::default();
    project.permit(std::slice::from_ref(root));
    project.load(std::slice::from_ref(root));
    project
}

/// The estate of a directory, evaluated as Terraform's plan was: in the workspace `default`.
pub(crate) fn of_directory(dir: &Path, var_files: &[PathBuf]) -> Estate {
    let root = clean(dir);
    let mut project = load(&root);
    let automatic = project.reader.automatic_values(&root);
    let read: Vec<_> = automatic.iter().chain(var_files).map(|path| project.read_values(path)).collect();
    let (given, _) = InputVariables::from_files(
        &read,
        Host { files: &NoFiles, identities: &NoIdentities, meter: &Meter::unlimited() },
    );
    let files = ConfinedFiles::new(&root, project.reader.clone());
    let facts = ProviderFacts::default();
    let mut estate = configuration::estate(Request {
        given,
        workspace: Some("default".into()),
        ..Request::new(&project, &root, &files, &facts)
    });
    estate.problems.splice(0..0, std::mem::take(&mut project.problems));
    estate
}

/// The estate of a plan or state, in whatever way it is encoded.
pub(crate) fn of_plan(path: &Path) -> Estate {
    let text = decode::plan_text(path, Reader::default().plan(path).unwrap()).unwrap();
    plan::estate(FileId(0), path, &text, &ProviderFacts::default())
}

/// The estate of a plan and the directory that it was made of.
pub(crate) fn of_plan_and_directory(plan: &Path, dir: &Path) -> Estate {
    let root = clean(dir);
    let project = load(&root);
    let files = ConfinedFiles::new(&root, project.reader.clone());
    let facts = ProviderFacts::default();
    let source = PlanSource {
        project: &project,
        root: &root,
        values: &InputVariables::default(),
        files: &files,
        facts: &facts,
        assumptions: None,
    };
    joined(of_plan(plan), &source)
}

//! Directories that are no root modules: fragments that are copied or linked beside other files.
//!
//! They look like a root module, and refer to what nothing there declares. Where something tells that a directory is applied, a
//! reference to nothing is a mistake in it; so it is in one that the user named.

use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::estate::Estate;
use crate::estate::configuration::project::Project;
use crate::files::path::clean;

/// The file that `terraform init` writes where it is run.
const LOCK_FILE: &str = ".terraform.lock.hcl";

/// What to say of a directory that was found, if it is a fragment.
pub(super) fn problem(project: &Project, named: &[PathBuf], estate: &Estate) -> Option<Diagnostic> {
    let dangling = estate.problems.iter().find(|problem| problem.id == "eval/reference")?;
    if named.iter().any(|named| clean(named) == estate.root) {
        return None;
    }
    let module = project.module(&estate.root)?;
    let is_applied = module.backend.is_some()
        || !module.providers.is_empty()
        || !module.required_providers.is_empty()
        || module.files.iter().any(|name| name == LOCK_FILE)
        || !project.reader.automatic_values(&estate.root).is_empty();
    if is_applied {
        return None;
    }
    let shown = estate.root.display();
    let message = format!(
        "`{shown}` is not checked because it looks like a fragment of another root module: {}",
        dangling.message
    );
    let problem = Diagnostic::warning("config/no-root", message)
        .help("if it is a root module, name it on the command line, or give it a backend or a provider");
    Some(match dangling.span() {
        Some(span) => problem.at(span, "not declared here"),
        None => problem,
    })
}

//! What a directory itself says about whether somebody applies it.

use std::path::{Path, PathBuf};

use crate::environment;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl};
use crate::files::{Reader, values};
use crate::syntax::tree::Tree;

/// The file that `terraform init` writes where it is run.
const LOCK_FILE: &str = ".terraform.lock.hcl";

/// What only a root module has: a place for its state, or values.
pub(super) fn of_state_or_values(reader: &Reader, config: &ModuleConfig) -> Option<String> {
    if let Some((backend, _)) = &config.backend {
        return Some(if backend.as_str() == "cloud" {
            "its state is in HCP Terraform (`cloud`)".to_owned()
        } else {
            format!("its state is in a backend `{backend}`")
        });
    }
    let names = |paths: Vec<PathBuf>| paths.first().and_then(|path| Some(path.file_name()?.to_owned()));
    let values = names(reader.automatic_values(&config.dir))
        .map(|name| name.to_string_lossy().into_owned())
        .or_else(|| config.files.iter().find(|name| is_values(name)).map(ToString::to_string))
        .or_else(|| of_environment(reader, config))?;
    Some(format!("`{values}` gives it values"))
}

fn is_values(name: &str) -> bool {
    !name.contains('/') && values::is_values(name)
}

/// A file of values below the directory that is called after an environment: `env/prod.tfvars`.
fn of_environment(reader: &Reader, config: &ModuleConfig) -> Option<String> {
    let below = reader.values_below(&config.dir);
    let names = below.iter().filter_map(|path| path.strip_prefix(&config.dir).ok());
    let is_one = |name: &&Path| {
        let parts =
            name.parent().into_iter().flat_map(Path::iter).map(|part| part.to_string_lossy().into_owned());
        parts.chain(environment::stem(name)).any(|part| environment::recognised(&part).is_some())
    };
    names.into_iter().find(is_one).map(|name| name.to_string_lossy().replace('\\', "/"))
}

/// What mostly a root module has: a lock file, or a provider that is configured.
pub(super) fn of_runs(config: &ModuleConfig) -> Option<String> {
    if config.files.iter().any(|name| name == LOCK_FILE) {
        return Some("`terraform init` has been run in it (`.terraform.lock.hcl`)".to_owned());
    }
    let configured = config.providers.iter().find(|provider| is_configured(config, provider))?;
    Some(format!("it configures the provider `{}`", configured.name))
}

/// Whether a `provider` block says more than its alias.
fn is_configured(config: &ModuleConfig, provider: &NamedDecl) -> bool {
    provider.body(config).is_some_and(|(tree, body)| {
        !tree.blocks(body).is_empty()
            || tree.attributes(body).iter().any(|own| !["alias", "version"].contains(&tree.text(own.name)))
    })
}

/// The variables that need a value which nothing gives.
pub(super) fn needed<'a>(
    config: &'a ModuleConfig,
    is_given: &'a dyn Fn(&str) -> bool,
) -> impl Iterator<Item = &'a str> {
    config
        .variables
        .iter()
        .filter(|variable| variable.attribute(config, "default").is_none() && !is_given(&variable.name))
        .map(|variable| variable.name.as_str())
}

/// Whether a directory declares nothing that makes it a module of its own.
pub(super) fn is_loose(config: &ModuleConfig) -> bool {
    config.variables.is_empty() && config.outputs.is_empty() && config.terraform.is_none()
}

/// Whether its files, as far as they were read whole, hold no blocks and no attributes.
pub(super) fn is_empty(config: &ModuleConfig) -> bool {
    let holds_nothing = |tree: &Tree| {
        let root = tree.root();
        tree.blocks(root).is_empty() && tree.attributes(root).is_empty()
    };
    config.incomplete.is_none() && config.trees.iter().all(|tree| holds_nothing(tree))
}

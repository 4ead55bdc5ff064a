//! Meanings of modules: what a call of a well-known module stands for where the module itself is not there. Model files describe it as
//! Terraform: variables with the module's defaults, resources, outputs. What they do not say stays unknown.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::configuration::declare::ModuleConfig;
use crate::address::{ModulePackage, version};
use crate::value::Str;

/// What a call of a module stands for.
#[derive(Clone, Debug)]
pub struct ModuleMeaning {
    /// The source, as a call names it: `acme/queue/aws//modules/fifo`.
    pub source: Str,
    /// The versions that are described, as a constraint.
    pub versions: Str,
    /// The description.
    pub config: Arc<ModuleConfig>,
    /// The types of which the module may have resources that are not described; `None` if these may be any.
    pub others: Option<FxHashSet<Str>>,
    /// The package in a registry.
    package: Option<ModulePackage>,
    /// The repository that the registry takes it from.
    repository: Option<ModulePackage>,
}

impl ModuleMeaning {
    /// The meaning of the module of a registry.
    #[must_use]
    pub fn new(source: Str, versions: Str, config: ModuleConfig, others: Option<FxHashSet<Str>>) -> Self {
        let package = ModulePackage::of(&source).filter(ModulePackage::is_of_registry);
        let repository = package.as_ref().and_then(ModulePackage::repository);
        Self { source, versions, config: Arc::new(config), others, package, repository }
    }

    /// Whether it is about the module of a call: its source, and only versions that are described.
    fn covers(&self, called: &ModulePackage, version: Option<&str>) -> bool {
        if self.package.as_ref() == Some(called) {
            return version.is_some_and(|wanted| version::within(wanted, &self.versions));
        }
        self.repository.as_ref().is_some_and(|own| own.is_of_same_place(called))
            && called.tag().is_some_and(|tag| version::allows(&self.versions, tag).unwrap_or_default())
    }

    /// The name for readers: the source and the versions.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.source, self.versions)
    }
}

/// The meaning of a call's module among those that are described.
pub(super) fn find<'m>(
    all: &'m [Arc<ModuleMeaning>],
    source: &str,
    version: Option<&str>,
) -> Option<&'m Arc<ModuleMeaning>> {
    let called = ModulePackage::of(source)?;
    all.iter().find(|meaning| meaning.covers(&called, version))
}

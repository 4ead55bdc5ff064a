//! Where the nodes of a root module are declared: facts for suppressions, taken from the estate while it exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::address::{Address, ModuleAddress};
use crate::estate::Estate;
use crate::rule::Rule;
use crate::suppression::Selected;
use crate::text::{FileId, Span};
use crate::value::Str;

/// Where the nodes of a root module are declared.
#[derive(Debug)]
pub struct DeclaredPlaces {
    /// The headers of the blocks of each instance.
    instances: FxHashMap<Str, Vec<Span>>,
    /// The headers of `module` blocks, by address.
    calls: FxHashMap<Str, Span>,
    /// The headers of blocks with at least one instance.
    live: FxHashSet<Span>,
    /// The directories of its modules.
    directories: BTreeSet<PathBuf>,
    /// The ids of the rules that ran on it.
    rules: FxHashSet<Str>,
}

impl DeclaredPlaces {
    /// Takes the facts from an estate.
    #[must_use]
    pub fn of(estate: &Estate, rules: &[Arc<Rule>]) -> Self {
        let mut instances: FxHashMap<Str, Vec<Span>> = FxHashMap::default();
        for instance in &estate.instances {
            let blocks = instance.declaration.iter().flat_map(|declaration| declaration.blocks());
            let headers: Vec<Span> = blocks.map(|block| block.header).collect();
            instances.insert(instance.address.text().clone(), headers);
        }
        let mut live: FxHashSet<Span> = instances.values().flatten().copied().collect();
        // The calls that lead to a module, as their blocks stand: without the key of the instance.
        let reached: FxHashSet<Str> = (estate.modules.iter())
            .flat_map(|module| module.address.ancestors())
            .map(|above| above.text().clone())
            .collect();
        let mut calls = FxHashMap::default();
        for call in &estate.calls {
            let Some(block) = &call.block else { continue };
            calls.insert(call.address.text().clone(), block.header);
            if reached.contains(call.address.text()) || call.hole.is_some() {
                live.insert(block.header);
            }
        }
        Self {
            instances,
            calls,
            live,
            directories: estate.modules.iter().map(|module| module.dir.clone()).collect(),
            rules: rules.iter().filter(|rule| rule.is_asked_of(estate)).map(|rule| rule.id.clone()).collect(),
        }
    }

    /// The headers of the blocks that declare an instance.
    pub(super) fn declarations(&self, address: &str) -> Vec<Span> {
        self.instances.get(address).cloned().unwrap_or_default()
    }

    /// The headers of the calls that lead to the module of a node.
    pub(super) fn calls_to(&self, address: &str) -> Vec<Span> {
        let around = match ModuleAddress::parse(address) {
            Some(module) => module.ancestors(),
            None => Address::read(address).module().ancestors(),
        };
        around.iter().filter_map(|module| self.calls.get(module.text())).copied().collect()
    }

    /// Whether a block has an instance.
    pub(super) fn is_live(&self, header: Span) -> bool {
        self.live.contains(&header)
    }

    /// Whether the root module reads a file, or may: of one of its modules, with values, or of Terragrunt.
    pub(super) fn reads(&self, path: &Path) -> bool {
        let Some(directory) = path.parent() else { return false };
        let is = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        match path.file_name() {
            // One that is not of a unit is included by those below it.
            Some(name) if name == "terragrunt.hcl" => {
                let is_here = directory.as_os_str().is_empty() || directory == Path::new(".");
                is_here || self.directories.iter().any(|own| own.starts_with(directory))
            }
            _ => is("tfvars") || is("hcl") || self.directories.contains(directory),
        }
    }

    /// Whether a rule ran.
    pub(super) fn runs(&self, rule: &Str) -> bool {
        self.rules.contains(rule)
    }

    /// Whether a block of a config selects any instance; `path_of` gives the real path of a file.
    pub(super) fn has(
        &self,
        selected: &Selected,
        mut path_of: impl FnMut(FileId) -> Option<PathBuf>,
    ) -> bool {
        if selected.paths.is_empty() && selected.addresses.is_empty() {
            return true;
        }
        self.instances.iter().filter(|(address, _)| selected.has_address(address)).any(|(_, blocks)| {
            let mut is_there =
                |block: &Span| path_of(block.file).is_some_and(|path| selected.has_path(&path));
            selected.paths.is_empty() || blocks.iter().any(&mut is_there)
        })
    }
}

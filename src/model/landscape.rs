//! What tells resources and states of different root modules apart, and which of them a data source reads.

use rustc_hash::FxHashSet;

use super::Model;
use crate::value::{Entries, Str, Value};

/// Which resource a data source reads, or which resources.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The type of the resource.
    pub of: Str,
    /// The arguments that say which one, each with the attribute of the resource that has the same value.
    pub by: Vec<(Str, Str)>,
    /// The argument that asks for tags.
    pub tags: Str,
    /// If it reads all that there are: its lists, each with the attribute of the resources that is listed.
    pub lists: Vec<(Str, Str)>,
    /// Attributes of the resource that filters ask for.
    pub filters: Vec<Str>,
    /// Types of resources that make more of them, beside those that the configuration names.
    pub made_by: Vec<Str>,
    /// Whether the provider makes some by itself, without tags.
    pub has_own: bool,
    /// Attributes that the provider decides.
    pub gives: Vec<Str>,
    /// Attributes that must not be shown.
    pub secret: Vec<Str>,
}

/// What tells the states of one type of backend from each other.
#[derive(Clone, Debug)]
pub struct StateModel {
    /// The type of the backend whose states these are: another name of it, or its own.
    pub is: Str,
    /// Dotted paths of the settings.
    pub by: Vec<Str>,
    /// The values of settings that are left out.
    pub defaults: Vec<(Str, Str)>,
    /// Whether the settings are paths of files, which start at the root module.
    pub is_path: bool,
}

/// What the names of resources are unique in: two resources with one name differ in this argument.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The argument of the resource, otherwise of its provider.
    pub by: Str,
    /// Types whose names are the same everywhere.
    pub global: FxHashSet<Str>,
}

impl Model {
    /// The place that the name of a resource is a name of; `None` if it is not known, or if the name is the same everywhere.
    #[must_use]
    pub fn namespace<'v>(&self, type_: &str, own: &'v Entries, provider: &'v Value) -> Option<&'v str> {
        let prefix = type_.split('_').next().unwrap_or_default();
        let namespace = self.namespaces.get(prefix).filter(|namespace| !namespace.global.contains(type_))?;
        let own = own.get(&namespace.by).filter(|value| !value.is_null());
        own.or_else(|| provider.as_entries()?.get(&namespace.by))?.as_str()
    }
}

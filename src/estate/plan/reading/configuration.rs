//! The configuration in Terraform's plan format: expressions reduced to constants and references.
//!
//! Everything here borrows from the tree of the section `configuration`. A part whose shape is not Terraform's counts as absent.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::json::{Json, Object};
use crate::address::{Address, Mode};
use crate::value::Str;

/// The configuration of a root module and of the modules that it calls.
#[derive(Default)]
pub(in crate::estate::plan) struct Configuration<'p> {
    pub(in crate::estate::plan) providers: Vec<ProviderConfig<'p>>,
    pub(in crate::estate::plan) root: ConfigModule<'p>,
}

pub(in crate::estate::plan) struct ProviderConfig<'p> {
    /// What resources name it by.
    pub(in crate::estate::plan) key: &'p str,
    pub(in crate::estate::plan) name: &'p str,
    pub(in crate::estate::plan) full_name: Option<&'p str>,
    pub(in crate::estate::plan) version_constraint: Option<&'p str>,
    /// The address of the module; empty for the root.
    pub(in crate::estate::plan) module: &'p str,
    /// The expressions of its arguments.
    pub(in crate::estate::plan) expressions: Option<&'p Object>,
}

#[derive(Default)]
pub(in crate::estate::plan) struct ConfigModule<'p> {
    pub(in crate::estate::plan) outputs: BTreeMap<&'p str, ConfigOutput<'p>>,
    /// Resources by address within the module, including `data.`.
    pub(in crate::estate::plan) resources: FxHashMap<Str, ConfigResource<'p>>,
    /// The number of managed resources.
    pub(in crate::estate::plan) managed: usize,
    pub(in crate::estate::plan) calls: BTreeMap<&'p str, ConfigCall<'p>>,
    pub(in crate::estate::plan) variables: BTreeMap<&'p str, ConfigVariable<'p>>,
}

pub(in crate::estate::plan) struct ConfigOutput<'p> {
    pub(in crate::estate::plan) expression: Option<&'p Json>,
    pub(in crate::estate::plan) description: Option<&'p str>,
    pub(in crate::estate::plan) sensitive: Option<bool>,
}

pub(in crate::estate::plan) struct ConfigVariable<'p> {
    /// The default, which may be `null`.
    pub(in crate::estate::plan) default: Option<&'p Json>,
    pub(in crate::estate::plan) description: Option<&'p str>,
    pub(in crate::estate::plan) sensitive: Option<bool>,
}

pub(in crate::estate::plan) struct ConfigResource<'p> {
    expressions: Option<&'p Object>,
    /// The key of its provider configuration.
    pub(in crate::estate::plan) provider: Option<&'p str>,
    pub(in crate::estate::plan) for_each: Option<&'p Json>,
    pub(in crate::estate::plan) count: Option<&'p Json>,
}

pub(in crate::estate::plan) struct ConfigCall<'p> {
    pub(in crate::estate::plan) source: Option<&'p str>,
    pub(in crate::estate::plan) version_constraint: Option<&'p str>,
    expressions: Option<&'p Object>,
    pub(in crate::estate::plan) for_each: Option<&'p Json>,
    pub(in crate::estate::plan) count: Option<&'p Json>,
    pub(in crate::estate::plan) module: ConfigModule<'p>,
}

fn text<'p>(from: &'p Json, name: &str) -> Option<&'p str> {
    from.get(name).and_then(Json::as_str)
}

fn flag(from: &Json, name: &str) -> Option<bool> {
    from.get(name).and_then(Json::as_bool)
}

fn there<'p>(from: &'p Json, name: &str) -> Option<&'p Json> {
    from.get(name).filter(|value| !value.is_null())
}

fn members<'p>(from: &'p Json, name: &str) -> impl Iterator<Item = (&'p str, &'p Json)> {
    from.get(name).and_then(Json::as_object).into_iter().flat_map(Object::iter)
}

impl<'p> Configuration<'p> {
    pub(in crate::estate::plan) fn of(tree: &'p Json) -> Self {
        let providers = members(tree, "provider_config").filter_map(|(key, provider)| {
            Some(ProviderConfig {
                key,
                name: text(provider, "name")?,
                full_name: text(provider, "full_name"),
                version_constraint: text(provider, "version_constraint"),
                module: text(provider, "module_address").unwrap_or_default(),
                expressions: provider.get("expressions").and_then(Json::as_object),
            })
        });
        Self {
            providers: providers.collect(),
            root: there(tree, "root_module").map(ConfigModule::of).unwrap_or_default(),
        }
    }
}

impl<'p> ConfigModule<'p> {
    fn of(tree: &'p Json) -> Self {
        let mut module = Self::default();
        for resource in tree.get("resources").and_then(Json::as_array).into_iter().flatten() {
            let mode = Mode::from_plan(text(resource, "mode").unwrap_or_default());
            let address = match (text(resource, "type"), text(resource, "name")) {
                (Some(type_), Some(name)) => Address::resource(mode, type_, name).text().clone(),
                _ => text(resource, "address").unwrap_or_default().into(),
            };
            module.managed += usize::from(mode == Mode::Managed);
            let resource = ConfigResource {
                expressions: resource.get("expressions").and_then(Json::as_object),
                provider: text(resource, "provider_config_key"),
                for_each: there(resource, "for_each_expression"),
                count: there(resource, "count_expression"),
            };
            module.resources.entry(address).or_insert(resource);
        }
        for (name, output) in members(tree, "outputs") {
            let output = ConfigOutput {
                expression: there(output, "expression"),
                description: text(output, "description"),
                sensitive: flag(output, "sensitive"),
            };
            module.outputs.insert(name, output);
        }
        for (name, variable) in members(tree, "variables") {
            let variable = ConfigVariable {
                default: variable.get("default"),
                description: text(variable, "description"),
                sensitive: flag(variable, "sensitive"),
            };
            module.variables.insert(name, variable);
        }
        for (name, call) in members(tree, "module_calls") {
            let call = ConfigCall {
                source: text(call, "source"),
                version_constraint: text(call, "version_constraint"),
                expressions: call.get("expressions").and_then(Json::as_object),
                for_each: there(call, "for_each_expression"),
                count: there(call, "count_expression"),
                module: there(call, "module").map(Self::of).unwrap_or_default(),
            };
            module.calls.insert(name, call);
        }
        module
    }

    /// The managed resources, in this module and then in those it calls, that have exactly one instance.
    pub(in crate::estate::plan) fn certain(&self) -> Vec<Str> {
        let is_certain =
            |(address, own): &(&Str, &ConfigResource<'_>)| !own.is_repeated() && !is_other_mode(address);
        let mut all: Vec<Str> =
            self.resources.iter().filter(is_certain).map(|(address, _)| address.clone()).collect();
        all.sort_unstable();
        for (name, call) in self.calls.iter().filter(|(_, call)| !call.is_repeated()) {
            let inner = call.module.certain();
            all.extend(inner.iter().map(|address| ecow::eco_format!("module.{name}.{address}")));
        }
        all
    }
}

/// Whether an address within a module is that of a data source or ephemeral resource.
fn is_other_mode(address: &str) -> bool {
    address.starts_with("data.") || address.starts_with("ephemeral.")
}

impl<'p> ConfigResource<'p> {
    pub(in crate::estate::plan) fn expression(&self, name: &str) -> Option<&'p Json> {
        self.expressions?.get(name)
    }

    /// The expressions of its arguments and nested blocks, by name.
    pub(in crate::estate::plan) fn expressions(&self) -> impl Iterator<Item = (&'p str, &'p Json)> {
        self.expressions.into_iter().flat_map(Object::iter)
    }

    const fn is_repeated(&self) -> bool {
        self.for_each.is_some() || self.count.is_some()
    }
}

impl<'p> ConfigCall<'p> {
    pub(in crate::estate::plan) const fn is_repeated(&self) -> bool {
        self.for_each.is_some() || self.count.is_some()
    }

    pub(in crate::estate::plan) fn expression(&self, name: &str) -> Option<&'p Json> {
        self.expressions?.get(name)
    }
}

/// What the configuration says about an attribute or nested block.
#[derive(Clone, Copy)]
pub(in crate::estate::plan) enum ConfiguredArgument<'p> {
    /// It is not set.
    Unset,
    /// The plan does not say: there is no configuration for it, or a dynamic block made it, which plans do not show.
    NotShown,
    /// Set by an expression.
    Expression { references: &'p [Json], constant: Option<&'p Json> },
    /// Nested blocks, in the order of the source.
    Blocks(&'p [Json]),
    /// A nested block of a type that occurs at most once.
    Block(&'p Object),
}

impl<'p> ConfiguredArgument<'p> {
    /// Reads an entry of `expressions`.
    pub(in crate::estate::plan) fn read(entry: Option<&'p Json>) -> Self {
        match entry {
            None => Self::Unset,
            Some(Json::Array(blocks)) => Self::Blocks(blocks),
            Some(Json::Object(entry)) => {
                let references = entry.get("references");
                let constant = entry.get("constant_value");
                let is_expression = entry.keys().all(|key| key == "references" || key == "constant_value")
                    && references.is_none_or(|list| {
                        list.as_array().is_some_and(|list| list.iter().all(Json::is_string))
                    });
                if is_expression {
                    let references = references.and_then(Json::as_array).unwrap_or_default();
                    Self::Expression { references, constant }
                } else {
                    Self::Block(entry)
                }
            }
            Some(_) => Self::NotShown,
        }
    }
}

/// The references of an expression; empty if it is not an expression.
pub(in crate::estate::plan) fn references(entry: Option<&Json>) -> &[Json] {
    match ConfiguredArgument::read(entry) {
        ConfiguredArgument::Expression { references, .. } => references,
        _ => &[],
    }
}

//! The plan as a tree of module instances with their resource instances, each joined to its configuration.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value as Json};

use super::address::{Part, module_path, parse};
use super::format::{ConfigCall, ConfigModule, ConfigResource, Resource};
use crate::estate::{Mode, Subject, SubjectKind};
use crate::value::{Cause, CauseKind, Entries, Number, Origin, Step, Str, SubjectId, Time};

/// A resource instance as it was read.
pub(super) struct Read {
    pub(super) resource: Resource,
    /// Address of the module instance.
    pub(super) module: String,
    /// JSON pointer to it.
    pub(super) pointer: String,
}

/// Everything that expressions can refer to.
pub(super) struct World<'p> {
    /// The root first, parents before children.
    pub(super) modules: Vec<ModuleAt<'p>>,
    pub(super) instances: Vec<InstanceAt<'p>>,
    /// Instances of a resource, in the order of their keys, by module instance and address within it.
    by_resource: FxHashMap<(usize, Str), Vec<usize>>,
    /// Module instances by caller, name and key of the call.
    by_call: FxHashMap<(usize, Str, Option<Step>), usize>,
    /// Values of root variables.
    pub(super) variables: BTreeMap<&'p str, &'p Json>,
    /// Attributes that hold a list in some instance: resource type and name.
    pub(super) lists: FxHashSet<(&'p str, &'p str)>,
}

/// A module instance.
pub(super) struct ModuleAt<'p> {
    pub(super) address: Str,
    pub(super) config: Option<&'p ConfigModule>,
    /// Who called it.
    pub(super) caller: Option<Caller<'p>>,
    /// Instances of the modules that it calls, by name of the call.
    pub(super) children: BTreeMap<Str, Vec<usize>>,
}

/// The call of a module instance.
pub(super) struct Caller<'p> {
    pub(super) module: usize,
    pub(super) key: Option<Step>,
    pub(super) call: Option<&'p ConfigCall>,
}

/// A resource instance.
pub(super) struct InstanceAt<'p> {
    pub(super) read: &'p Read,
    pub(super) mode: Mode,
    pub(super) module: usize,
    pub(super) key: Option<Step>,
    pub(super) config: Option<&'p ConfigResource>,
    pub(super) after_unknown: Option<&'p Map<String, Json>>,
    pub(super) after_sensitive: Option<&'p Json>,
    pub(super) subject: SubjectId,
    /// Why what is not known of it is not known.
    pub(super) cause: Arc<Cause>,
    pub(super) body: OnceCell<Arc<Entries>>,
    pub(super) busy: Cell<bool>,
}

/// What `resource_changes` says of an address.
#[derive(Clone, Copy, Default)]
pub(super) struct Changed<'p> {
    pub(super) after_unknown: Option<&'p Map<String, Json>>,
    pub(super) after_sensitive: Option<&'p Json>,
}

impl<'p> World<'p> {
    /// Joins what was read with its configuration.
    pub(super) fn new(
        read: &'p [Read],
        config: Option<&'p ConfigModule>,
        changes: &FxHashMap<&'p str, Changed<'p>>,
        variables: BTreeMap<&'p str, &'p Json>,
    ) -> Self {
        let root = ModuleAt { address: Str::new(), config, caller: None, children: BTreeMap::new() };
        let mut world = Self {
            modules: vec![root],
            instances: Vec::with_capacity(read.len()),
            by_resource: FxHashMap::default(),
            by_call: FxHashMap::default(),
            variables,
            lists: FxHashSet::default(),
        };
        for one in read {
            let module = world.module(&one.module);
            world.add(one, module, changes.get(one.resource.address.as_str()).copied().unwrap_or_default());
        }
        world.add_single_calls();
        world.sort();
        world
    }

    /// The module instance at an address, made if it is new.
    fn module(&mut self, address: &str) -> usize {
        let mut at = 0;
        if address.is_empty() {
            return at;
        }
        for (name, key) in module_path(address).unwrap_or_default() {
            at = self.child(at, &name, key);
        }
        at
    }

    fn child(&mut self, parent: usize, name: &Str, key: Option<Step>) -> usize {
        let position = (parent, name.clone(), key.clone());
        if let Some(existing) = self.by_call.get(&position) {
            return *existing;
        }
        let Some(module) = self.modules.get(parent) else { return parent };
        let call = module.config.and_then(|config| config.module_calls.get(name.as_str()));
        let separator = if module.address.is_empty() { "" } else { "." };
        let address =
            ecow::eco_format!("{}{separator}module.{name}{}", module.address, display_key(key.as_ref()));
        let child = self.modules.len();
        self.modules.push(ModuleAt {
            address,
            config: call.map(|call| &call.module),
            caller: Some(Caller { module: parent, key, call }),
            children: BTreeMap::new(),
        });
        self.by_call.insert(position, child);
        if let Some(module) = self.modules.get_mut(parent) {
            module.children.entry(name.clone()).or_default().push(child);
        }
        child
    }

    /// A module without resources stands nowhere in the values; where it is called once it is there all the same.
    fn add_single_calls(&mut self) {
        let mut at = 0;
        while let Some(module) = self.modules.get(at) {
            let missing: Vec<Str> = module
                .config
                .into_iter()
                .flat_map(|config| &config.module_calls)
                .filter(|(_, call)| call.count_expression.is_none() && call.for_each_expression.is_none())
                .map(|(name, _)| Str::from(name.as_str()))
                .filter(|name| !module.children.contains_key(name))
                .collect();
            for name in missing {
                self.child(at, &name, None);
            }
            at += 1;
        }
    }

    fn add(&mut self, read: &'p Read, module: usize, changed: Changed<'p>) {
        let resource = &read.resource;
        let mode = mode(&resource.mode);
        let name = address_in_module(mode, &resource.type_, &resource.name);
        let config = self.modules.get(module).and_then(|module| module.config).and_then(|config| {
            config.resources.iter().find(|known| known.address == name.as_str() && mode_of(known) == mode)
        });
        let kind = match mode {
            Mode::Managed => CauseKind::DecidedByProvider,
            Mode::Data | Mode::Ephemeral => CauseKind::DataSource,
        };
        for (attribute, value) in &resource.values {
            if value.as_array().is_some_and(|list| !list.iter().any(Json::is_object)) {
                self.lists.insert((&resource.type_, attribute));
            }
        }
        let at = self.instances.len();
        self.instances.push(InstanceAt {
            read,
            mode,
            module,
            key: key(resource),
            config,
            after_unknown: changed.after_unknown,
            after_sensitive: changed.after_sensitive,
            subject: SubjectId::new(Time::After, at),
            cause: Cause::new(kind, resource.address.as_str(), None),
            body: OnceCell::new(),
            busy: Cell::new(false),
        });
        self.by_resource.entry((module, name)).or_default().push(at);
    }

    fn sort(&mut self) {
        let key = |at: usize| self.instances.get(at).and_then(|instance| instance.key.clone());
        let mut by_resource = std::mem::take(&mut self.by_resource);
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted on its own")]
        for instances in by_resource.values_mut() {
            instances.sort_by_cached_key(|at| key(*at));
        }
        self.by_resource = by_resource;
        let order: Vec<Option<Step>> = self
            .modules
            .iter()
            .map(|module| module.caller.as_ref().and_then(|caller| caller.key.clone()))
            .collect();
        for module in &mut self.modules {
            for children in module.children.values_mut() {
                children.sort_by_key(|child| order.get(*child).cloned().flatten());
            }
        }
    }

    /// The instances of `subnet.a` or `data.image.b` in a module instance, in the order of their keys.
    pub(super) fn resource(&self, module: usize, name: &Str) -> &[usize] {
        self.by_resource.get(&(module, name.clone())).map_or(&[], Vec::as_slice)
    }

    /// What origins name, in the order of [`SubjectId`].
    pub(super) fn subjects(&self) -> Vec<Subject> {
        self.instances
            .iter()
            .map(|instance| Subject {
                address: instance.read.resource.address.as_str().into(),
                type_: instance.read.resource.type_.as_str().into(),
                kind: SubjectKind::Instance(instance.mode),
            })
            .collect()
    }
}

impl InstanceAt<'_> {
    /// The origin of a part of it.
    pub(super) fn origin(&self, path: &[Step]) -> Origin {
        Origin { subject: self.subject, path: path.to_vec() }
    }

    /// Whether any of its attributes is only known at apply.
    pub(super) fn unknown(&self, attribute: &str) -> bool {
        self.after_unknown.and_then(|unknown| unknown.get(attribute)).is_some_and(holds_true)
    }
}

/// Whether there is a `true` anywhere in `after_unknown` or `after_sensitive`.
pub(super) fn holds_true(marks: &Json) -> bool {
    match marks {
        Json::Bool(mark) => *mark,
        Json::Array(items) => items.iter().any(holds_true),
        Json::Object(items) => items.values().any(holds_true),
        Json::Null | Json::Number(_) | Json::String(_) => false,
    }
}

fn display_key(key: Option<&Step>) -> String {
    match key {
        None => String::new(),
        Some(Step::Index(index)) => format!("[{index}]"),
        Some(Step::Key(name)) => format!("[\"{}\"]", name.replace("\\", "\\\\").replace("\"", "\\\"")),
    }
}

/// The instance key: `index` where it is given, else from the address.
fn key(resource: &Resource) -> Option<Step> {
    match &resource.index {
        Some(Json::String(name)) => Some(Step::Key(name.as_str().into())),
        Some(Json::Number(number)) => Number::parse(&number.to_string()).as_ref().and_then(Step::index),
        _ => match parse(&resource.address)?.pop()? {
            Part::Key(step) => Some(step),
            Part::Name(_) => None,
        },
    }
}

pub(super) fn mode(text: &str) -> Mode {
    match text {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    }
}

fn mode_of(config: &ConfigResource) -> Mode {
    mode(&config.mode)
}

pub(super) fn address_in_module(mode: Mode, type_: &str, name: &str) -> Str {
    let prefix = match mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    };
    ecow::eco_format!("{prefix}{type_}.{name}")
}

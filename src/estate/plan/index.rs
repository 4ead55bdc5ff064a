//! The plan as a tree of module instances and their resource instances, each joined with its configuration.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::inference::local::ToldLocal;
use super::reading::configuration::{ConfigCall, ConfigModule, ConfigResource, ProviderConfig};
use super::reading::json::{Json, Object};
use super::reading::values::Read;
use super::spending::PlanMeter;
use super::steps::of_key;
use crate::address::parse::Part;
use crate::address::{Address, InstanceKey, ModuleAddress};
use crate::budget::Allowance;
use crate::estate::{Mode, ProviderFacts, Symbol, SymbolKind};
use crate::value::{Cause, CauseKind, Entries, Origin, Step, Str, SymbolId, Time, Value};

/// The index of no module.
pub(super) const NO_MODULE: usize = usize::MAX;

/// The least memory of a module instance besides its address, in bytes.
const MODULE: usize = 256;

/// The parsed references of an expression.
pub(super) type ReferencePaths = Rc<[Vec<Part>]>;

/// Everything that expressions can refer to.
pub(super) struct PlanIndex<'p> {
    /// Module instances: the root first, parents before children.
    pub(super) modules: Vec<ModuleAt<'p>>,
    pub(super) instances: Vec<InstanceAt<'p>>,
    /// Instances of a resource in the order of their keys, by module instance and address within it.
    by_resource: FxHashMap<(usize, Str), Vec<usize>>,
    /// Module instances by caller, call name and key.
    by_call: FxHashMap<(usize, Str, InstanceKey), usize>,
    /// Values of root variables.
    pub(super) variables: BTreeMap<&'p str, &'p Json>,
    /// The provider configurations.
    pub(super) providers: &'p [ProviderConfig<'p>],
    /// Their arguments by key.
    pub(super) provider_arguments: OnceCell<BTreeMap<Str, Value>>,
    /// Attributes that hold a list of plain values in some instance: resource type and name.
    pub(super) lists: FxHashSet<(&'p str, &'p str)>,
    /// Attributes that are nested blocks in some instance, or may be: resource type and name.
    pub(super) blocks: FxHashSet<(&'p str, &'p str)>,
    /// Facts from model files about values that providers return.
    pub(super) facts: &'p ProviderFacts,
    /// Instances by an identifying text, with the attribute that holds it; `None` if several instances share the text.
    pub(super) identities: FxHashMap<&'p str, Option<(usize, &'p str)>>,
    /// Parsed references of expressions, by address in memory.
    pub(super) parsed: RefCell<FxHashMap<(usize, usize), ReferencePaths>>,
    /// The attributes that what changes was computed from, also behind local values.
    pub(super) relevant: Option<&'p Json>,
    /// The one local value whose source these attributes tell.
    pub(super) told_local: OnceCell<Option<ToldLocal>>,
    /// Whether the plan marks every unknown value: then a value that is neither present nor marked is null.
    pub(super) is_marked: bool,
    /// Whether the configuration is newer than the values, so that a value need not come from what its expression refers to.
    pub(super) is_past: bool,
    number: u32,
    /// Counts what is spent.
    pub(super) meter: PlanMeter,
}

/// A module instance.
pub(super) struct ModuleAt<'p> {
    pub(super) address: ModuleAddress,
    pub(super) config: Option<&'p ConfigModule<'p>>,
    /// The call that made it.
    pub(super) caller: Option<PlanCaller<'p>>,
    /// Instances of the modules that it calls, by call name.
    pub(super) children: BTreeMap<Str, Vec<usize>>,
}

/// The call of a module instance.
pub(super) struct PlanCaller<'p> {
    pub(super) module: usize,
    pub(super) key: Option<Step>,
    pub(super) call: Option<&'p ConfigCall<'p>>,
}

/// A resource instance with its configuration.
pub(super) struct InstanceAt<'p> {
    pub(super) read: &'p Read,
    pub(super) module: usize,
    pub(super) config: Option<&'p ConfigResource<'p>>,
    pub(super) changed: Changed<'p>,
    pub(super) symbol: SymbolId,
    /// The cause of what is unknown of it.
    pub(super) cause: Arc<Cause>,
    pub(super) body: OnceCell<Arc<Entries>>,
    pub(super) busy: Cell<bool>,
    /// JSON documents that a data source returns, by attribute.
    pub(super) documents: OnceCell<Vec<(Str, Value)>>,
}

/// What `resource_changes` says about an address.
#[derive(Clone, Copy, Default)]
pub(super) struct Changed<'p> {
    /// Marks of what is known only after apply.
    pub(super) unknown: Option<&'p Object>,
    /// Marks of what is sensitive, beyond those of the values themselves.
    pub(super) sensitive: Option<&'p Json>,
}

/// The input of a [`PlanIndex`].
pub(super) struct IndexInput<'p> {
    /// [`Estate::number`](crate::estate::Estate::number)
    pub(super) number: u32,
    pub(super) read: Vec<&'p Read>,
    pub(super) config: Option<&'p ConfigModule<'p>>,
    /// The provider configurations.
    pub(super) providers: &'p [ProviderConfig<'p>],
    pub(super) changed: FxHashMap<&'p str, Changed<'p>>,
    /// Values of root variables.
    pub(super) variables: BTreeMap<&'p str, &'p Json>,
    /// Facts from model files about values that providers return.
    pub(super) facts: &'p ProviderFacts,
    /// The section `relevant_attributes`.
    pub(super) relevant: Option<&'p Json>,
    /// Whether the plan marks every unknown value.
    pub(super) is_marked: bool,
    /// Whether the configuration is newer than the values.
    pub(super) is_past: bool,
    /// What may be spent.
    pub(super) allowance: Allowance,
}

impl<'p> PlanIndex<'p> {
    /// Joins the instances with their configuration.
    pub(super) fn new(given: IndexInput<'p>) -> Self {
        let root = ModuleAt {
            address: ModuleAddress::ROOT,
            config: given.config,
            caller: None,
            children: BTreeMap::new(),
        };
        let mut plan_index = Self {
            modules: vec![root],
            instances: Vec::with_capacity(given.read.len()),
            by_resource: FxHashMap::default(),
            by_call: FxHashMap::default(),
            variables: given.variables,
            providers: given.providers,
            provider_arguments: OnceCell::new(),
            lists: FxHashSet::default(),
            blocks: FxHashSet::default(),
            facts: given.facts,
            identities: FxHashMap::default(),
            parsed: RefCell::default(),
            relevant: given.relevant,
            told_local: OnceCell::new(),
            is_marked: given.is_marked,
            is_past: given.is_past,
            number: given.number,
            meter: PlanMeter::new(given.allowance),
        };
        let mut last = (&ModuleAddress::ROOT, 0);
        for read in given.read {
            // Instances of a module are consecutive.
            if *last.0 != read.module {
                last = (&read.module, plan_index.module(&read.module));
            }
            let changed = given.changed.get(read.address.as_str()).copied().unwrap_or_default();
            plan_index.add(read, last.1, changed);
        }
        plan_index.add_single_calls();
        plan_index.sort();
        plan_index.find_identities();
        plan_index
    }

    /// The module instance at an address; added if it is new. Where there is no room for it, it is one without configuration.
    fn module(&mut self, address: &ModuleAddress) -> usize {
        let found = address.calls().try_fold(0, |at, (name, key)| self.child(at, &name.into(), key));
        found.unwrap_or(NO_MODULE)
    }

    /// The instance of a module that another one calls; added if it is new and there is room.
    fn child(&mut self, parent: usize, name: &Str, key: InstanceKey) -> Option<usize> {
        let position = (parent, name.clone(), key.clone());
        if let Some(existing) = self.by_call.get(&position) {
            return Some(*existing);
        }
        let module = self.modules.get(parent)?;
        if !self.meter.module(MODULE + module.address.as_str().len() + name.len()) {
            return None;
        }
        let call = module.config.and_then(|config| config.calls.get(name.as_str()));
        let address = module.address.child(name, &key);
        let child = self.modules.len();
        self.modules.push(ModuleAt {
            address,
            config: call.map(|call| &call.module),
            caller: Some(PlanCaller { module: parent, key: of_key(&key), call }),
            children: BTreeMap::new(),
        });
        self.by_call.insert(position, child);
        if let Some(module) = self.modules.get_mut(parent) {
            module.children.entry(name.clone()).or_default().push(child);
        }
        Some(child)
    }

    /// Adds modules without resources. The values do not list them, but a module that is called without repetition certainly exists.
    fn add_single_calls(&mut self) {
        let mut at = 0;
        while let Some(module) = self.modules.get(at) {
            let missing: Vec<Str> = module
                .config
                .into_iter()
                .flat_map(|config| &config.calls)
                .filter(|(_, call)| !call.is_repeated())
                .map(|(name, _)| Str::from(*name))
                .filter(|name| !module.children.contains_key(name))
                .collect();
            for name in missing {
                if self.child(at, &name, InstanceKey::None).is_none() {
                    return;
                }
            }
            at += 1;
        }
    }

    fn add(&mut self, read: &'p Read, module: usize, changed: Changed<'p>) {
        let name = Address::resource(read.mode, &read.type_, &read.name).text().clone();
        let config = self.modules.get(module).and_then(|module| module.config);
        let config = config.and_then(|config| config.resources.get(&name));
        let kind = match read.mode {
            Mode::Managed => CauseKind::DecidedByProvider,
            Mode::Data | Mode::Ephemeral => CauseKind::DataSource,
        };
        for (attribute, value) in read.values.iter() {
            let Some(list) = value.as_array() else { continue };
            if !list.iter().any(Json::is_object) {
                self.lists.insert((&read.type_, attribute));
            }
            // A list that is not configured is null; blocks that are not configured are an empty list.
            let is_unwritten = || config.is_some_and(|config| config.expression(attribute).is_none());
            if list.iter().any(Json::is_object) || list.is_empty() && is_unwritten() {
                self.blocks.insert((&read.type_, attribute));
            }
        }
        let at = self.instances.len();
        let time = if self.is_past { Time::Before } else { Time::After };
        self.instances.push(InstanceAt {
            read,
            module,
            config,
            changed,
            symbol: SymbolId::new(time, at).in_estate(self.number),
            cause: Cause::new(kind, read.address.text().clone(), None),
            body: OnceCell::new(),
            busy: Cell::new(false),
            documents: OnceCell::new(),
        });
        self.by_resource.entry((module, name)).or_default().push(at);
    }

    fn sort(&mut self) {
        let key = |at: usize| self.instances.get(at).and_then(|instance| instance.read.key.clone());
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

    fn is_narrowed(&self, instance: &InstanceAt<'_>) -> bool {
        self.facts.narrowed_by(&instance.read.type_).iter().any(|name| {
            let value = instance.read.values.get(name.as_str());
            let is_set = value.is_some_and(|value| match value {
                Json::Null | Json::Bool(false) => false,
                Json::Array(items) => !items.is_empty(),
                _ => value
                    .as_str()
                    .is_none_or(|value| !self.facts.keeps_all(&instance.read.type_, name, value)),
            });
            is_set || instance.unknown(name)
        })
    }

    /// What the symbols in origins name, in the order of [`SymbolId`].
    pub(super) fn symbols(&self) -> Vec<Symbol> {
        self.instances
            .iter()
            .map(|instance| Symbol {
                address: instance.read.address.text().clone(),
                type_: instance.read.type_.clone(),
                kind: SymbolKind::Instance(instance.read.mode),
                is_narrowed: instance.read.mode == Mode::Data && self.is_narrowed(instance),
            })
            .collect()
    }
}

impl InstanceAt<'_> {
    /// The origin of a part of the instance.
    pub(super) fn origin(&self, path: &[Step]) -> Origin {
        Origin { symbol: self.symbol, path: path.to_vec() }
    }

    /// Whether any part of the attribute is known only after apply.
    pub(super) fn unknown(&self, attribute: &str) -> bool {
        self.changed.unknown.and_then(|unknown| unknown.get(attribute)).is_some_and(Json::holds_true)
    }
}

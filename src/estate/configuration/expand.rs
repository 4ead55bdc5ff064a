//! Repetition: the instances that `count` and `for_each` make of a resource or module call.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::called::{CalledModule, UnloadedModule, unloaded};
use super::find::find_module;
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use super::planned::as_set;
use super::{MAX_INSTANCES, Repetition, Slot};
use crate::address::{Address, InstanceKey, Mode};
use crate::budget::{Budget, Spent};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{ModuleConfig, ResourceDecl};
use crate::estate::{Symbol, SymbolKind};
use crate::eval::access::elements;
use crate::eval::operators;
use crate::eval::scope::Dialect;
use crate::syntax::tree::{Attribute, BodyId, ExprId, Tree};
use crate::text::Span;
use crate::value::{Cause, CauseKind, Kind, Known, Number, Type, Value, convert};

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    No,
    Count,
    ForEach,
}

/// The instances of a resource.
pub(super) struct Expansion<'a> {
    pub(super) repeats: Repeats,
    pub(super) instances: Vec<&'a ResourceInstance<'a>>,
    /// Whether there are instances whose keys are not known, but different.
    pub(super) are_told: bool,
    /// Set if it is unknown which instances there are; `instances` then holds one that stands for all.
    pub(super) uncertain: Option<Arc<Cause>>,
    /// Index of the instances by key, built on first use.
    pub(super) by_key: OnceCell<FxHashMap<InstanceKey, usize>>,
}

/// The instances of a module call.
pub(super) struct CallExpansion<'a> {
    pub(super) repeats: Repeats,
    pub(super) instances: Vec<(InstanceKey, &'a ModuleInstance<'a>)>,
    pub(super) uncertain: Option<Arc<Cause>>,
    /// Index of the instances by key, built on first use.
    pub(super) by_key: OnceCell<FxHashMap<InstanceKey, usize>>,
    /// Set if the module is not loaded.
    pub(super) hole: Option<UnloadedModule<'a>>,
}

/// The repetitions that `count` or `for_each` give.
pub(super) struct Repetitions {
    pub(super) repeats: Repeats,
    pub(super) all: Vec<Arc<Repetition>>,
    pub(super) uncertain: Option<Arc<Cause>>,
}

pub(super) fn resource<'a>(module: &'a ModuleInstance<'a>, index: usize) -> &'a Expansion<'a> {
    let expansion = match module.config.resources.get(index) {
        Some(declared) => expand_resource(module, declared),
        None => Expansion {
            repeats: Repeats::No,
            instances: Vec::new(),
            are_told: false,
            uncertain: None,
            by_key: OnceCell::new(),
        },
    };
    module.evaluation.expansions.alloc(expansion)
}

fn expand_resource<'a>(module: &'a ModuleInstance<'a>, declared: &'a ResourceDecl) -> Expansion<'a> {
    let address =
        Address::new(&module.address, declared.mode, &declared.type_, &declared.name, &InstanceKey::None);
    let count = declared.attribute(module.config, "count");
    let for_each = declared.attribute(module.config, "for_each");
    let enabled = declared.bodies(module.config).filter_map(|(tree, body)| enabled(tree, body)).last();
    let repetitions = match enabled {
        Some(enabled) if count.is_none() && for_each.is_none() => switched(module, enabled),
        _ => repetitions(module, count, for_each, address.as_str(), true),
    };
    let span = module.config.tree(declared.at).map(|tree| tree.span(declared.at.block.header));
    let repetitions = within_budget(module, repetitions, 1, span);
    let are_told = repetitions.all.iter().any(|one| matches!(one.key, InstanceKey::Told(_)));
    let instances = repetitions
        .all
        .into_iter()
        .map(|repetition| {
            let address = address.with_key(&repetition.key);
            let symbol = module.evaluation.planned_symbol(address.as_str()).unwrap_or_else(|| {
                module.evaluation.add_symbol(Symbol {
                    address: address.text().clone(),
                    type_: declared.type_.clone(),
                    kind: SymbolKind::Instance(declared.mode),
                    is_narrowed: declared.mode == Mode::Data && is_narrowed(module, declared),
                })
            });
            let kind = match declared.mode {
                Mode::Managed => CauseKind::DecidedByProvider,
                Mode::Data | Mode::Ephemeral => CauseKind::DataSource,
            };
            &*module.evaluation.resources.alloc(ResourceInstance {
                module,
                declared,
                cause: Cause::new(kind, address.text().clone(), span),
                uncertain: uncertain_of(&repetition.key, repetitions.uncertain.as_ref())
                    .or_else(|| module.uncertain.clone()),
                repetition,
                symbol,
                address,
                body: Slot::default(),
                referred: OnceCell::new(),
                answers: Slot::default(),
            })
        })
        .collect();
    Expansion {
        repeats: repetitions.repeats,
        instances,
        are_told,
        uncertain: repetitions.uncertain,
        by_key: OnceCell::new(),
    }
}

/// Why it is not known whether there is an instance with this key: that there may be others does not make it doubtful.
fn uncertain_of(key: &InstanceKey, uncertain: Option<&Arc<Cause>>) -> Option<Arc<Cause>> {
    match key {
        InstanceKey::String(_) | InstanceKey::Told(_) => None,
        InstanceKey::None | InstanceKey::Int(_) | InstanceKey::Any => uncertain.cloned(),
    }
}

fn is_narrowed(module: &ModuleInstance<'_>, declared: &ResourceDecl) -> bool {
    let facts = module.evaluation.request.facts;
    let by = facts.narrowed_by(&declared.type_);
    declared.bodies(module.config).any(|(tree, body)| {
        let body = tree.body(body);
        let keeps_all = |name: &str| {
            let value =
                tree.attribute(body, name).map(|attribute| tree.slice(tree.expr(attribute.value).range));
            let value = value.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
            value.is_some_and(|value| facts.keeps_all(&declared.type_, name, value))
        };
        by.iter().any(|name| super::body::mentions(tree, body, name) && !keeps_all(name))
    })
}

pub(super) fn call<'a>(module: &'a ModuleInstance<'a>, index: usize) -> &'a CallExpansion<'a> {
    module.evaluation.calls.alloc(expand_call(module, index))
}

fn expand_call<'a>(module: &'a ModuleInstance<'a>, index: usize) -> CallExpansion<'a> {
    let nothing = CallExpansion {
        repeats: Repeats::No,
        instances: Vec::new(),
        uncertain: None,
        by_key: OnceCell::new(),
        hole: None,
    };
    let Some(declared) = module.config.calls.get(index) else { return nothing };
    let address = module.address.child(&declared.name, &InstanceKey::None);
    let count = declared.attribute(module.config, "count");
    let for_each = declared.attribute(module.config, "for_each");
    let blocks = std::iter::once(&declared.at).chain(&declared.overrides);
    let bodies = blocks.filter_map(|at| Some((module.config.tree(*at)?, at.block.body)));
    let enabled = bodies.filter_map(|(tree, body)| enabled(tree, body)).next_back();
    let repetitions = match enabled {
        Some(enabled) if count.is_none() && for_each.is_none() => switched(module, enabled),
        _ => repetitions(module, count, for_each, address.as_str(), false),
    };
    let manifest_key = if module.manifest_key.is_empty() {
        declared.name.to_string()
    } else {
        format!("{}.{}", module.manifest_key, declared.name)
    };
    let span = declared.span(module.config);
    let (dir, config) = match find_module(module, declared, &manifest_key) {
        Ok(found) => found,
        Err(missing) => return unloaded(module, index, missing, repetitions, manifest_key),
    };
    let repetitions = within_budget(module, repetitions, weight(config), span);
    let called = CalledModule { module, index, config, dir, manifest_key, described: None };
    CallExpansion {
        repeats: repetitions.repeats,
        instances: called.instances(&repetitions),
        uncertain: repetitions.uncertain,
        ..nothing
    }
}

/// OpenTofu's `lifecycle { enabled = … }`.
fn enabled(tree: &Arc<Tree>, body: BodyId) -> Option<(&Arc<Tree>, ExprId)> {
    let mut blocks = tree.blocks_of(tree.body(body), "lifecycle");
    blocks.find_map(|block| tree.attribute(tree.body(block.body), "enabled")).map(|found| (tree, found.value))
}

/// One instance or none, as `enabled` says.
fn switched<'a>(module: &'a ModuleInstance<'a>, (tree, expr): (&Arc<Tree>, ExprId)) -> Repetitions {
    let value = module.value(tree, expr, &Repetition::SINGLE);
    let single =
        |uncertain| Repetitions { repeats: Repeats::No, all: vec![Arc::new(Repetition::SINGLE)], uncertain };
    match operators::condition(&value, Dialect::Terraform) {
        Ok(Known::Yes(true)) => single(None),
        Ok(Known::Yes(false)) => Repetitions { all: Vec::new(), ..single(None) },
        Ok(Known::No(cause)) => single(Some(cause)),
        Err(error) => {
            module.failed(tree, expr, &error, module.uncertain.as_ref());
            let span = tree.span(tree.expr(expr).range);
            single(Some(Cause::new(CauseKind::Error, error.message.as_str(), Some(span))))
        }
    }
}

/// The instances of a `for_each` whose keys are not known, but different; followed by one that stands for those that there may be besides.
fn by_distinct_keys(module: &ModuleInstance<'_>, value: &Value) -> Option<Repetitions> {
    // Where all keys are known, nothing has to be told apart.
    let keys = match &value.kind {
        Kind::Unknown(_) => None,
        Kind::Set(set) => Some(set),
        _ => return None,
    };
    if keys.is_some_and(|set| set.items.iter().all(|key| key.as_unknown().is_none())) {
        return None;
    }
    let (mut all, more) = super::distinct_keys::repetitions(module, value)?;
    if let Some(cause) = &more {
        all.extend(uncertain(Repeats::ForEach, false, cause.clone()).all);
    }
    Some(Repetitions { repeats: Repeats::ForEach, all, uncertain: more })
}

/// `tells_keys` says that keys which are not known are told apart if they differ.
fn repetitions<'a>(
    module: &'a ModuleInstance<'a>,
    count: Option<(&Arc<Tree>, Attribute)>,
    for_each: Option<(&Arc<Tree>, Attribute)>,
    address: &str,
    tells_keys: bool,
) -> Repetitions {
    if let (Some((tree, count)), Some((other, for_each))) = (&count, &for_each) {
        super::arguments::both_repetitions(module, address, (tree, count), (other, for_each));
    }
    let (tree, attribute, is_count) = match (count, for_each) {
        (Some((tree, attribute)), _) => (tree, attribute, true),
        (None, Some((tree, attribute))) => (tree, attribute, false),
        (None, None) => {
            return Repetitions {
                repeats: Repeats::No,
                all: vec![Arc::new(Repetition::SINGLE)],
                uncertain: None,
            };
        }
    };
    let value = module.value(tree, attribute.value, &Repetition::SINGLE);
    let span = tree.span(tree.attribute_range(&attribute));
    let planned = module.evaluation.request.planned;
    if tells_keys
        && !is_count
        && planned.is_none()
        && let Some(told) = by_distinct_keys(module, &value)
    {
        return told;
    }
    // Making more of them than there is room for costs time, even if none of them stays.
    let room = module.evaluation.meter.left(Budget::Instances);
    let result = match planned.and_then(|_| as_set(&value)) {
        Some(set) if !is_count => each_of(&set, room),
        _ if is_count => counted(&value, room),
        _ => each_of(&value, room),
    };
    let known = |cause: &Arc<Cause>| {
        planned.and_then(|planned| planned.repetitions(address, &value, is_count, cause))
    };
    let result = result
        .and_then(|all| if all.len() > MAX_INSTANCES { Err(RepetitionError::TooMany) } else { Ok(all) });
    let repeats = if is_count { Repeats::Count } else { Repeats::ForEach };
    match result {
        Ok(all) => Repetitions { repeats, all, uncertain: None },
        Err(RepetitionError::Unknown(cause)) => match known(&cause) {
            Some(all) => Repetitions { repeats, all, uncertain: None },
            None => uncertain(repeats, is_count, cause),
        },
        Err(RepetitionError::TooMany) => {
            module.evaluation.report(
                Diagnostic::error(
                    "limit/instances",
                    format!("{address} has more than {MAX_INSTANCES} instances"),
                )
                .at(span, "too many instances"),
            );
            uncertain(repeats, is_count, Cause::new(CauseKind::Limit, "MAX_INSTANCES", Some(span)))
        }
        Err(RepetitionError::NoRoom(wanted)) => {
            let spent = module.evaluation.meter.take(Budget::Instances, wanted, Some(span));
            let name = spent.err().unwrap_or(Spent(Budget::Instances)).name();
            uncertain(repeats, is_count, Cause::new(CauseKind::Limit, name, Some(span)))
        }
        Err(RepetitionError::Wrong(message)) => {
            // Where it is not known whether the module exists, other values may be what it is called with.
            module.evaluation.report(match module.uncertain {
                None => refused(tree, &attribute, &message),
                Some(_) => Diagnostic::warning("eval/value", message.clone()).at(span, "evaluated here"),
            });
            uncertain(repeats, is_count, Cause::new(CauseKind::Error, message, Some(span)))
        }
    }
}

/// The memory of one instance, in bytes.
const INSTANCE: u64 = 256;

/// How many declarations of a module count as one more instance: each instance of the module has a place for each of them, even for
/// those that nothing reads.
const DECLARATIONS: u64 = 32;

/// How many instances one of a module counts for.
pub(super) fn weight(config: &ModuleConfig) -> u64 {
    let declared = [
        config.variables.len(),
        config.locals.len(),
        config.outputs.len(),
        config.resources.len(),
        config.calls.len(),
    ];
    let declared: usize = declared.iter().sum();
    1 + u64::try_from(declared).unwrap_or(u64::MAX) / DECLARATIONS
}

/// Returns the repetitions if the budget allows so many instances, each of which counts for `weight`, otherwise one that stands for all,
/// otherwise none.
pub(super) fn within_budget(
    module: &ModuleInstance<'_>,
    wanted: Repetitions,
    weight: u64,
    span: Option<Span>,
) -> Repetitions {
    let meter = &module.evaluation.meter;
    // Each instance has an address that contains all keys on the way to it.
    let address = u64::try_from(module.address.text().len()).unwrap_or(u64::MAX).saturating_add(INSTANCE);
    let key = |repetition: &Arc<Repetition>| match &repetition.key {
        InstanceKey::String(key) | InstanceKey::Told(key) => u64::try_from(key.len()).unwrap_or(u64::MAX),
        _ => 0,
    };
    let bytes =
        wanted.all.iter().fold(0, |sum: u64, one| sum.saturating_add(address).saturating_add(key(one)));
    let count = u64::try_from(wanted.all.len()).unwrap_or(u64::MAX).saturating_mul(weight);
    // A block without repetition always makes its instance, whatever values have cost before.
    let pay = || match wanted.repeats {
        Repeats::No => Ok(()),
        Repeats::Count | Repeats::ForEach => meter.take(Budget::Values, bytes, span),
    };
    let Err(spent) = meter.take(Budget::Instances, count, span).and_then(|()| pay()) else {
        return wanted;
    };
    let cause = Cause::new(CauseKind::Limit, spent.name(), span);
    if wanted.repeats != Repeats::No && meter.take(Budget::Instances, weight, None).is_ok() {
        return uncertain(wanted.repeats, wanted.repeats == Repeats::Count, cause);
    }
    module.evaluation.incomplete.borrow_mut().get_or_insert_with(|| cause.clone());
    Repetitions { all: Vec::new(), uncertain: Some(cause), ..wanted }
}

enum RepetitionError {
    Unknown(Arc<Cause>),
    Wrong(String),
    TooMany,
    /// More than the budget has room for: so many.
    NoRoom(u64),
}

/// One instance that stands for all that there may be.
fn uncertain(repeats: Repeats, is_count: bool, cause: Arc<Cause>) -> Repetitions {
    let unknown = |type_: Type| Value::unknown_of(type_, cause.clone());
    let repetition = Repetition {
        key: InstanceKey::Any,
        index: is_count.then(|| unknown(Type::Number)),
        each: (!is_count).then(|| (unknown(Type::String), unknown(Type::Dynamic))),
    };
    Repetitions { repeats, all: vec![Arc::new(repetition)], uncertain: Some(cause) }
}

/// The problem that a `count` or `for_each` is. It names no address: it is one for all instances of a module.
pub(super) fn refused(tree: &Tree, attribute: &Attribute, why: &str) -> Diagnostic {
    Diagnostic::error("eval/repetition", why.to_owned())
        .at(tree.span(tree.attribute_range(attribute)), "evaluated here")
}

/// Why Terraform refuses a value of `count` or `for_each`, if it does.
pub(super) fn why_refused(value: &Value, is_count: bool) -> Option<String> {
    match if is_count { counted(value, u64::MAX) } else { each_of(value, u64::MAX) } {
        Err(RepetitionError::Wrong(why)) => Some(why),
        _ => None,
    }
}

const NOT_A_COUNT: &str = "`count` must be a whole number, zero or more";

fn counted(value: &Value, room: u64) -> Result<Vec<Arc<Repetition>>, RepetitionError> {
    if value.is_ephemeral() {
        return Err(RepetitionError::Wrong("`count` must not be ephemeral".to_owned()));
    }
    if let Some(unknown) = value.as_unknown() {
        return Err(match unknown.type_ {
            Type::Dynamic | Type::Number | Type::String => RepetitionError::Unknown(unknown.cause.clone()),
            _ => RepetitionError::Wrong(NOT_A_COUNT.to_owned()),
        });
    }
    let number = convert::convert(value, &Type::Number).ok();
    let count = number
        .as_ref()
        .and_then(Value::as_number)
        .and_then(Number::as_i64)
        .and_then(|count| usize::try_from(count).ok())
        .ok_or_else(|| RepetitionError::Wrong(NOT_A_COUNT.to_owned()))?;
    if count > MAX_INSTANCES {
        return Err(RepetitionError::TooMany);
    }
    fits(u64::try_from(count).unwrap_or(u64::MAX), room)?;
    Ok((0..count).map(|index| Arc::new(Repetition::counted(index))).collect())
}

pub(super) const NOT_A_LIST: &str =
    "`for_each` must be a map or a set of strings; convert a list with `toset`";
const SECRET: &str = "`for_each` must not be sensitive: its keys appear in addresses";

fn fits(wanted: u64, room: u64) -> Result<(), RepetitionError> {
    if wanted > room { Err(RepetitionError::NoRoom(wanted)) } else { Ok(()) }
}

fn each_of(value: &Value, room: u64) -> Result<Vec<Arc<Repetition>>, RepetitionError> {
    match &value.kind {
        Kind::Null(_) => return Err(RepetitionError::Wrong("`for_each` must not be null".to_owned())),
        Kind::List(_) | Kind::Tuple(_) => {
            return Err(RepetitionError::Wrong(NOT_A_LIST.to_owned()));
        }
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::List(_) | Type::Tuple(_)) => {
            return Err(RepetitionError::Wrong(NOT_A_LIST.to_owned()));
        }
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::String | Type::Number | Type::Bool) => {
            let message = format!("`for_each` must be a map or a set of strings, not a {}", unknown.type_);
            return Err(RepetitionError::Wrong(message));
        }
        Kind::Set(_) if value.has_secret_part() => return Err(RepetitionError::Wrong(SECRET.to_owned())),
        _ if value.is_secret() => return Err(RepetitionError::Wrong(SECRET.to_owned())),
        _ => {}
    }
    fits(value.width(), room)?;
    let elements = match elements(value) {
        Some(Known::Yes(elements)) => elements,
        Some(Known::No(cause)) => return Err(RepetitionError::Unknown(cause)),
        None => {
            return Err(RepetitionError::Wrong(format!(
                "`for_each` must be a map or a set of strings, not a {}",
                value.type_of()
            )));
        }
    };
    if let Some(cause) = elements.more {
        return Err(RepetitionError::Unknown(cause));
    }
    elements
        .items
        .into_iter()
        .map(|(key, item)| match &key.kind {
            Kind::String(name) => Ok(Arc::new(Repetition {
                key: InstanceKey::String(name.clone()),
                index: None,
                each: Some((key.clone().without_marks(), item)),
            })),
            Kind::Unknown(unknown) => Err(RepetitionError::Unknown(unknown.cause.clone())),
            _ => Err(RepetitionError::Wrong("a set for `for_each` must contain only strings".to_owned())),
        })
        .collect()
}

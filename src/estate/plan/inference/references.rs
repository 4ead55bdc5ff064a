//! Finds the attributes and instances that an expression refers to, through modules and variables.
//!
//! A plan keeps only the names of an expression. Of `subnet.a[count.index].id` it keeps `subnet.a` and `count.index`; locals are not
//! shown at all. The result is therefore a list of [`Group`]s: for each name its possible targets, and whether it stands for one of
//! them or for all.

use crate::estate::plan::reading::json::Json;
use rustc_hash::{FxHashMap, FxHashSet};

use super::choice::{ChosenInstances, choose, is_key, may_choose};
use crate::address::Address;
use crate::address::parse::{Part, most_specific, parts};
use crate::estate::Mode;
use crate::estate::plan::index::{ModuleAt, PlanIndex, ReferencePaths};
use crate::estate::plan::reading::configuration::references;
use crate::estate::plan::spending::{NAME, PART, TARGET, length};
use crate::estate::plan::steps::of_part;
use crate::value::{Step, Str};

/// The most names that are followed for one expression. Chains through modules and variables are short unless written to be long.
const MAX_NAMES: usize = 2_000;
/// The most instances that a name stands for.
const MAX_TARGETS: usize = 1_000;
/// The steps of looking whether one of many instances is meant.
const ONE_OF_MANY: u64 = 4;
/// The longest chain of references that is followed.
const MAX_CHAIN: usize = 100;

/// An attribute of an instance, or the whole instance if the plan does not show the attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::estate::plan) struct Target {
    /// The index in [`PlanIndex::instances`].
    pub(in crate::estate::plan) instance: usize,
    /// The attribute and further steps; empty if the plan does not show them.
    pub(in crate::estate::plan) path: Vec<Step>,
}

/// The targets that one name in an expression may stand for.
#[derive(Clone, Debug, Default)]
pub(in crate::estate::plan) struct Group {
    pub(in crate::estate::plan) targets: Vec<Target>,
    /// Whether the name stands for one of the targets; otherwise it stands for all.
    pub(in crate::estate::plan) one_of: bool,
    /// Whether it may also stand for something of which the plan shows nothing, such as a local value.
    pub(in crate::estate::plan) or_hidden: bool,
}

/// What an expression refers to.
#[derive(Debug, Default)]
pub(in crate::estate::plan) struct FoundReferences {
    pub(in crate::estate::plan) groups: Vec<Group>,
    /// Names whose values the plan does not show, such as `local.subnets`.
    pub(in crate::estate::plan) hidden: Vec<Str>,
    /// The local values among them, with the module instance that each belongs to.
    pub(in crate::estate::plan) locals: Vec<(usize, Str)>,
    /// Whether the value also contains something that is not a reference.
    pub(in crate::estate::plan) mixed: bool,
    names: usize,
    /// Whether the expression contains something that cannot be part of the value, such as a flag: it may select null.
    pub(in crate::estate::plan) decided: bool,
    /// The attribute that the expression sets.
    used_as: Str,
    /// How often the key of the enclosing instance selected the referenced instance.
    keys_used: usize,
}

/// The context of an expression.
#[derive(Clone, Copy)]
pub(in crate::estate::plan) struct Site<'p> {
    /// The module instance.
    pub(in crate::estate::plan) module: usize,
    /// The key of the enclosing resource or module call.
    pub(in crate::estate::plan) key: Option<&'p Step>,
    /// The `for_each` of the enclosing resource or module call.
    pub(in crate::estate::plan) for_each: Option<&'p Json>,
}

impl FoundReferences {
    /// Records a constant in the expression.
    fn takes(&mut self, constant: Option<&Json>, path: &[Step]) {
        let Some(constant) = constant else { return };
        let adds = adds_to(constant, path);
        self.mixed |= adds;
        self.decided |= !adds;
    }

    /// Takes the groups from `first` on out, as one of which one target is meant. `hidden` is how many names were hidden before them.
    fn taken_from(&mut self, first: usize, hidden: usize) -> Group {
        let mut or_hidden = self.hidden.len() > hidden;
        let mut targets = Vec::new();
        for group in self.groups.drain(first..) {
            or_hidden |= group.or_hidden;
            targets.extend(group.targets);
        }
        Group { targets, one_of: true, or_hidden }
    }

    /// All targets, each once.
    pub(in crate::estate::plan) fn targets(&self) -> Vec<Target> {
        let mut seen = FxHashSet::default();
        let all = self.groups.iter().flat_map(|group| &group.targets);
        all.filter(|target| seen.insert(*target)).cloned().collect()
    }

    /// Whether two names stand for the same attribute, or one of them for a whole instance of which the other one is a part.
    pub(in crate::estate::plan) fn overlaps(&self) -> bool {
        // For each instance the attributes named so far, and whether it is named as a whole.
        let mut named: FxHashMap<usize, (FxHashSet<&[Step]>, bool)> = FxHashMap::default();
        self.groups.iter().flat_map(|group| &group.targets).any(|target| {
            let (paths, is_whole) = named.entry(target.instance).or_default();
            let overlaps = *is_whole || (target.path.is_empty() && !paths.is_empty());
            *is_whole |= target.path.is_empty();
            !paths.insert(&target.path) || overlaps
        })
    }

    /// Whether each name stands for all of its targets.
    pub(in crate::estate::plan) fn is_exact(&self) -> bool {
        self.groups.iter().all(|group| !group.one_of || group.targets.len() < 2)
    }
}

impl<'p> PlanIndex<'p> {
    /// Follows the references of an expression.
    /// The name of the attribute helps where the plan does not show which output of a module is meant.
    pub(in crate::estate::plan) fn find(
        &'p self,
        site: Site<'p>,
        references: &'p [Json],
        used_as: &str,
    ) -> FoundReferences {
        let mut found = self.follow(site, references, used_as);
        if !found.locals.is_empty() {
            self.reveal(&mut found);
        }
        found
    }

    /// Follows the references of an expression, but not through local values.
    pub(in crate::estate::plan) fn follow(
        &'p self,
        site: Site<'p>,
        references: &'p [Json],
        used_as: &str,
    ) -> FoundReferences {
        let mut found = FoundReferences { used_as: used_as.into(), ..FoundReferences::default() };
        self.expression(site, references, &[], &mut found, 0);
        found.groups.retain(|group| !group.targets.is_empty());
        found
    }

    /// Parses references. Instances of a resource share their expressions, so each expression is parsed once.
    fn parsed(&self, references: &'p [Json]) -> ReferencePaths {
        let key = (references.as_ptr() as usize, references.len());
        let parse_all = || {
            let names = most_specific(references.iter().filter_map(Json::as_str));
            names.iter().filter_map(|name| parts(name)).collect()
        };
        self.parsed.borrow_mut().entry(key).or_insert_with(parse_all).clone()
    }

    /// Follows an expression to the part of its value at `path`.
    fn expression(
        &'p self,
        site: Site<'p>,
        references: &'p [Json],
        path: &[Step],
        found: &mut FoundReferences,
        depth: usize,
    ) {
        if references.is_empty() {
            return;
        }
        let parsed = self.parsed(references);
        if !self.meter.steps(parsed.len(), PART) {
            return;
        }
        let keyed = parsed.iter().any(|parts| may_choose(parts));
        let keys_used = found.keys_used;
        let (chosen, path) = choose(&parsed, path);
        // The value is composed of several names, and any of them may be the wanted part.
        let several = !path.is_empty() && chosen.len() > 1;
        let (first, hidden) = (found.groups.len(), found.hidden.len());
        for parts in chosen {
            found.names += 1;
            if found.names > MAX_NAMES || depth > MAX_CHAIN || !self.meter.steps(1, NAME) {
                found.hidden.push("a long chain of references".into());
                return;
            }
            // A chain may pass through many modules.
            stacker::maybe_grow(64 << 10, 1 << 20, || self.name(site, parts, path, keyed, found, depth + 1));
        }
        // A key that selected nothing is part of the value.
        found.mixed |= parsed.iter().any(|parts| is_key(parts)) && found.keys_used == keys_used;
        if several {
            let group = found.taken_from(first, hidden);
            found.groups.push(group);
        }
    }

    fn name(
        &'p self,
        site: Site<'p>,
        parts: &[Part],
        path: &[Step],
        keyed: bool,
        found: &mut FoundReferences,
        depth: usize,
    ) {
        let (Some(root), rest) = (parts.first().and_then(Part::name), parts.get(1..).unwrap_or_default())
        else {
            return;
        };
        let second = rest.first().and_then(Part::name);
        let after = |count: usize| -> Vec<Step> {
            rest.iter().skip(count).filter_map(of_part).chain(path.iter().cloned()).collect()
        };
        match (root, second) {
            ("each", Some("value")) => {
                let path: Vec<Step> = site.key.cloned().into_iter().chain(after(1)).collect();
                let outside = Site { module: site.module, key: None, for_each: None };
                let (first, hidden) = (found.groups.len(), found.hidden.len());
                self.expression(outside, references(site.for_each), &path, found, depth);
                let Group { mut targets, or_hidden, .. } = found.taken_from(first, hidden);
                let constant = site.for_each.and_then(|each| self.constant(outside, each, &path, 0));
                found.takes(constant, &[]);
                found.mixed |= targets.is_empty() && constant.is_none();
                if let Some(Step::Key(key)) = site.key
                    && self.meter.steps(targets.len(), TARGET.saturating_add(length(key.len())))
                {
                    self.keep_alike(&mut targets, key);
                }
                found.groups.push(Group { targets, one_of: true, or_hidden });
            }
            ("each" | "count" | "path" | "terraform" | "tofu" | "self", _) => {}
            ("local", Some(name)) if self.meter.text(name) => {
                found.hidden.push(ecow::eco_format!("local.{name}"));
                found.locals.push((site.module, name.into()));
            }
            ("var", Some(name)) => self.variable(site, name, &after(1), found, depth),
            ("module", Some(name)) => self.module_call(site, name, rest, path, keyed, found, depth),
            ("data" | "ephemeral", Some(type_)) => {
                let mode = if root == "data" { Mode::Data } else { Mode::Ephemeral };
                if let Some(name) = rest.get(1).and_then(Part::name) {
                    let name = Address::resource(mode, type_, name);
                    self.resource_part(
                        site,
                        name.text(),
                        rest.get(2..).unwrap_or_default(),
                        path,
                        keyed,
                        found,
                    );
                }
            }
            (type_, Some(name)) => {
                let name = Address::resource(Mode::Managed, type_, name);
                self.resource_part(site, name.text(), rest.get(1..).unwrap_or_default(), path, keyed, found);
            }
            (_, None) => {}
        }
    }

    fn variable(
        &'p self,
        site: Site<'p>,
        name: &str,
        path: &[Step],
        found: &mut FoundReferences,
        depth: usize,
    ) {
        let Some(module) = self.modules.get(site.module) else { return };
        let default =
            || module.config.and_then(|config| config.variables.get(name)).and_then(|known| known.default);
        let Some(caller) = &module.caller else {
            found.takes(self.variables.get(name).copied().or_else(default), path);
            return;
        };
        let Some(call) = caller.call else {
            found.hidden.push(ecow::eco_format!("var.{name}"));
            return;
        };
        let Some(argument) = call.expression(name) else {
            found.takes(default(), path);
            return;
        };
        found.takes(argument.get("constant_value"), path);
        let outside = Site { module: caller.module, key: caller.key.as_ref(), for_each: call.for_each };
        self.expression(outside, references(Some(argument)), path, found, depth);
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one walk")]
    fn module_call(
        &'p self,
        site: Site<'p>,
        name: &str,
        parts: &[Part],
        path: &[Step],
        keyed: bool,
        found: &mut FoundReferences,
        depth: usize,
    ) {
        let Some(module) = self.modules.get(site.module) else { return };
        let children = module.children.get(name).map_or(&[][..], Vec::as_slice);
        if !self.meter.steps(children.len(), ONE_OF_MANY) || !self.meter.text(name) {
            return;
        }
        let literal = parts.iter().skip(1).filter_map(of_part);
        let steps: Vec<Step> = literal.chain(path.iter().cloned()).collect();
        let key_of = |child: &usize| -> Option<&Step> {
            self.modules
                .get(*child)
                .and_then(|module| module.caller.as_ref())
                .and_then(|caller| caller.key.as_ref())
        };
        let is_repeated = children.iter().any(|child| key_of(child).is_some());
        let choice =
            ChosenInstances::of(children, key_of, is_repeated, &steps, keyed.then_some(site.key).flatten());
        let rest = steps.get(choice.taken..).unwrap_or_default();
        let (outputs, path) = match rest.split_first() {
            Some((Step::Key(output), path)) => (vec![output.clone()], path),
            _ => (self.outputs_for(&choice.chosen, &found.used_as), &[][..]),
        };
        if outputs.is_empty() {
            found.hidden.push(ecow::eco_format!("module.{name}"));
        }
        found.keys_used += usize::from(choice.by_own_key);
        if choice.chosen.len() > MAX_TARGETS {
            found.hidden.push(ecow::eco_format!("module.{name}"));
        }
        let chosen = choice.chosen.iter().take(MAX_TARGETS);
        for (child, output) in chosen.flat_map(|child| outputs.iter().map(move |output| (child, output))) {
            let inside = Site { module: *child, key: None, for_each: None };
            let declared = self.modules.get(*child).and_then(|module: &ModuleAt<'p>| module.config);
            let Some(declared) = declared.and_then(|config| config.outputs.get(output.as_str())) else {
                found.hidden.push(ecow::eco_format!("module.{name}.{output}"));
                continue;
            };
            found.takes(declared.expression.and_then(|entry| entry.get("constant_value")), path);
            self.expression(inside, references(declared.expression), path, found, depth);
        }
    }

    /// The part of an expression at a path, if the expression is a constant, or a variable with a constant value.
    pub(in crate::estate::plan) fn constant(
        &'p self,
        site: Site<'p>,
        entry: &'p Json,
        path: &[Step],
        depth: usize,
    ) -> Option<&'p Json> {
        if let Some(constant) = entry.get("constant_value") {
            return at_path(constant, path);
        }
        let names = references(Some(entry));
        if !self.meter.steps(names.len(), PART) {
            return None;
        }
        let names = most_specific(names.iter().filter_map(Json::as_str));
        let [only] = names.as_slice() else { return None };
        let parts = parts(only)?;
        let (Some("var"), Some(name)) = (parts.first()?.name(), parts.get(1)?.name()) else { return None };
        let path: Vec<Step> = parts.iter().skip(2).filter_map(of_part).chain(path.iter().cloned()).collect();
        let module = self.modules.get(site.module)?;
        let default = || module.config?.variables.get(name)?.default;
        let Some(caller) = &module.caller else {
            return at_path(self.variables.get(name).copied().or_else(default)?, &path);
        };
        match caller.call?.expression(name) {
            Some(argument) if depth < MAX_CHAIN => {
                let outside = Site { module: caller.module, key: None, for_each: None };
                self.constant(outside, argument, &path, depth + 1)
            }
            Some(_) => None,
            None => at_path(default()?, &path),
        }
    }

    /// Follows the steps after the name of a resource, and then `path`, to a part of the resource.
    fn resource_part(
        &'p self,
        site: Site<'p>,
        name: &Str,
        parts: &[Part],
        path: &[Step],
        keyed: bool,
        found: &mut FoundReferences,
    ) {
        let instances = self.resource(site.module, name);
        if !self.meter.steps(instances.len(), ONE_OF_MANY) || !self.meter.text(name) {
            return;
        }
        let literal: Vec<Step> = parts.iter().filter_map(of_part).collect();
        let steps: Vec<Step> = literal.iter().chain(path).cloned().collect();
        let key_of = |at: &usize| self.instances.get(*at).and_then(|instance| instance.read.key.as_ref());
        let is_repeated = instances.iter().any(|at| key_of(at).is_some());
        let choice =
            ChosenInstances::of(instances, key_of, is_repeated, &steps, keyed.then_some(site.key).flatten());
        if choice.chosen.len() > MAX_TARGETS {
            found.hidden.push(name.clone());
        }
        let steps = literal.len().saturating_add(path.len()).saturating_add(1);
        if !self.meter.steps(choice.chosen.len().min(MAX_TARGETS).saturating_mul(steps), TARGET) {
            return;
        }
        let targets = choice
            .chosen
            .iter()
            .take(MAX_TARGETS)
            .map(|at| {
                let literal = literal.get(choice.taken.min(literal.len())..).unwrap_or_default();
                let from_outside = path.get(choice.taken.saturating_sub(parts.len())..).unwrap_or_default();
                Target { instance: *at, path: self.path_in(*at, literal, from_outside) }
            })
            .collect();
        found.keys_used += usize::from(choice.by_own_key);
        found.groups.push(Group { targets, ..Group::default() });
    }

    /// A path into an instance. Steps of the reference itself are certain. Steps that a variable or output adds may instead
    /// concern what the expression made of the value, so they count only as far as the planned value has such a part.
    fn path_in(&self, at: usize, literal: &[Step], from_outside: &[Step]) -> Vec<Step> {
        let mut path = literal.to_vec();
        let Some(instance) = self.instances.get(at) else { return path };
        let values = &instance.read.values;
        for step in from_outside {
            let is_there = match path.split_first() {
                None => {
                    matches!(step, Step::Key(name) if values.contains_key(name.as_str()) || instance.unknown(name))
                }
                Some((Step::Key(name), rest)) => values
                    .get(name.as_str())
                    .and_then(|value| at_path(value, rest))
                    .is_some_and(|value| match step {
                        Step::Key(key) => value.get(key.as_str()).is_some(),
                        Step::Index(index) => {
                            usize::try_from(*index).is_ok_and(|index| value.at(index).is_some())
                        }
                    }),
                Some((Step::Index(_), _)) => false,
            };
            if is_there {
                path.push(step.clone());
            } else if !path.is_empty() {
                break;
            }
        }
        path
    }
}

/// The part of a JSON value at a path.
pub(in crate::estate::plan) fn at_path<'j>(value: &'j Json, path: &[Step]) -> Option<&'j Json> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key.as_str()),
        Step::Index(index) => usize::try_from(*index).ok().and_then(|index| value.at(index)),
    })
}

/// Whether a value can be part of the result of an expression. Flags, nulls and empty collections can only influence it.
fn adds_to(value: &Json, path: &[Step]) -> bool {
    match at_path(value, path).unwrap_or(value) {
        Json::Null | Json::Bool(_) => false,
        Json::Number(_) => true,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(items) => !items.is_empty(),
    }
}

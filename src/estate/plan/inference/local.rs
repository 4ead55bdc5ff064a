//! Finds what a local value was computed from, of which a plan shows only the name.
//!
//! A plan lists the attributes that everything it changes was computed from, local values included: `relevant_attributes`. If all but
//! one of those that are unknown are explained by references that the plan shows, and only one local value can be behind unknown values,
//! then that attribute is behind this local value. In any other case the plan does not tell.

use rustc_hash::{FxHashMap, FxHashSet};

use super::references::{FoundReferences, Group, Site, Target};
use crate::address::{Address, InstanceKey};
use crate::estate::plan::index::{InstanceAt, PlanIndex};
use crate::estate::plan::reading::configuration::{ConfiguredArgument, references};
use crate::estate::plan::reading::json::Json;
use crate::estate::plan::spending::COMPARISON;
use crate::value::{Step, Str};

/// A local value, and the attribute that it was computed from.
#[derive(Debug)]
pub(in crate::estate::plan) struct ToldLocal {
    /// The index of its module instance, and its name.
    local: (usize, Str),
    target: Target,
}

/// What the expressions of a plan show.
#[derive(Default)]
struct ShownReferences {
    /// Instances, and their attributes, that references name; `None` where the attribute is not shown.
    targets: FxHashSet<(usize, Option<Str>)>,
    /// Local values that are a part of something unknown, or of something whose value the plan does not show.
    open: FxHashSet<(usize, Str)>,
    /// Local values that are a part of something known.
    known: FxHashSet<(usize, Str)>,
    /// Whether anything else is hidden.
    is_incomplete: bool,
}

impl ShownReferences {
    fn add(&mut self, found: FoundReferences, is_known: bool) {
        for target in found.targets() {
            self.targets.insert((target.instance, attribute_of(&target.path)));
        }
        self.is_incomplete |= found.hidden.len() > found.locals.len();
        let locals = if is_known { &mut self.known } else { &mut self.open };
        locals.extend(found.locals);
    }
}

impl<'p> PlanIndex<'p> {
    /// Replaces the only local value whose source is certain by that source.
    pub(super) fn reveal(&'p self, found: &mut FoundReferences) {
        if self.relevant.is_none() {
            return;
        }
        let Some(told) = self.told_local.get_or_init(|| self.told_local()) else { return };
        if found.locals.iter().any(|local| *local != told.local) {
            return;
        }
        let name = ecow::eco_format!("local.{}", told.local.1);
        found.hidden.retain(|hidden| *hidden != name);
        // The local value may be more than the attribute.
        found.mixed = true;
        found.groups.push(Group { targets: vec![told.target.clone()], ..Group::default() });
    }

    fn told_local(&'p self) -> Option<ToldLocal> {
        let candidates = self.unknown_relevant()?;
        let shown = self.shown();
        if shown.is_incomplete || self.meter.limit().is_some() {
            return None;
        }
        let mut open = shown.open.iter().filter(|local| !shown.known.contains(*local));
        let (Some(local), None) = (open.next(), open.next()) else { return None };
        let is_shown = |target: &Target| {
            shown.targets.contains(&(target.instance, None))
                || shown.targets.contains(&(target.instance, attribute_of(&target.path)))
        };
        let mut unexplained = candidates.into_iter().filter(|target| !is_shown(target));
        let (Some(target), None) = (unexplained.next(), unexplained.next()) else { return None };
        Some(ToldLocal { local: local.clone(), target })
    }

    /// The unknown ones of the attributes that what changes was computed from. `None` if an entry may mean several instances.
    fn unknown_relevant(&self) -> Option<Vec<Target>> {
        let entries = self.relevant?.as_array()?;
        let mut by_address: FxHashMap<Str, Vec<usize>> = FxHashMap::default();
        for (at, instance) in self.instances.iter().enumerate() {
            let address = instance.read.address.as_str();
            by_address.entry(address.into()).or_default().push(at);
            if instance.read.key.is_some() {
                let all = Address::read(address).with_key(&InstanceKey::None);
                by_address.entry(all.text().clone()).or_default().push(at);
            }
        }
        let mut targets: Vec<Target> = Vec::new();
        let mut seen = FxHashSet::default();
        for entry in entries {
            let resource = entry.get("resource").and_then(Json::as_str)?;
            let path: Vec<Step> =
                entry.get("attribute").and_then(Json::as_array)?.iter().filter_map(step).collect();
            let instances = by_address.get(resource).map_or(&[][..], Vec::as_slice);
            let is_open = |at: &usize| {
                self.instances.get(*at).is_some_and(|instance| may_be_unknown(instance, path.first()))
            };
            if !self.meter.steps(instances.len(), COMPARISON) {
                return None;
            }
            let mut open = instances.iter().filter(|at| is_open(at));
            match (open.next(), open.next()) {
                (None, _) => {}
                (Some(at), None) if matches!(path.first(), Some(Step::Key(_))) => {
                    let target = Target { instance: *at, path };
                    if seen.insert(target.clone()) {
                        targets.push(target);
                    }
                }
                _ => return None,
            }
        }
        Some(targets)
    }

    /// What all expressions show, without what local values hide.
    fn shown(&'p self) -> ShownReferences {
        let mut shown = ShownReferences::default();
        for (at, instance) in self.instances.iter().enumerate() {
            let Some(config) = instance.config else { continue };
            let site = self.site(at);
            for (name, entry) in config.expressions() {
                let is_known = !may_be_unknown(instance, Some(&Step::Key(name.into())))
                    && instance.read.values.contains_key(name);
                self.show(site, name, entry, is_known, &mut shown);
            }
            let outside = Site { key: None, for_each: None, ..site };
            for repetition in config.for_each.iter().chain(&config.count) {
                self.show(outside, "", repetition, false, &mut shown);
            }
        }
        for module in &self.modules {
            let Some(caller) = &module.caller else { continue };
            let Some(call) = caller.call else { continue };
            let outside = Site { module: caller.module, key: None, for_each: None };
            for repetition in call.for_each.iter().chain(&call.count) {
                self.show(outside, "", repetition, false, &mut shown);
            }
        }
        let root = Site { module: 0, key: None, for_each: None };
        let outputs = self.modules.first().and_then(|module| module.config).map(|config| &config.outputs);
        for expression in outputs.into_iter().flatten().filter_map(|(_, output)| output.expression) {
            self.show(root, "", expression, false, &mut shown);
        }
        shown
    }

    /// Adds what an argument or the arguments of nested blocks show.
    fn show(
        &'p self,
        site: Site<'p>,
        name: &str,
        entry: &'p Json,
        is_known: bool,
        shown: &mut ShownReferences,
    ) {
        let blocks = match ConfiguredArgument::read(Some(entry)) {
            ConfiguredArgument::Expression { .. } => {
                let found = self.follow(site, references(Some(entry)), name);
                return shown.add(found, is_known);
            }
            ConfiguredArgument::Blocks(blocks) => blocks,
            ConfiguredArgument::Block(_) => std::slice::from_ref(entry),
            ConfiguredArgument::Unset | ConfiguredArgument::NotShown => return,
        };
        for block in blocks.iter().filter_map(Json::as_object) {
            for (name, inner) in block.iter() {
                // Blocks nest a few levels deep in every schema, but a file may say anything.
                stacker::maybe_grow(64 << 10, 1 << 20, || self.show(site, name, inner, is_known, shown));
            }
        }
    }
}

/// Whether an attribute of an instance, or the whole instance, has a part that is known only after apply.
fn may_be_unknown(instance: &InstanceAt<'_>, attribute: Option<&Step>) -> bool {
    match attribute {
        Some(Step::Key(name)) => instance.unknown(name),
        _ => instance.changed.unknown.is_some_and(|unknown| unknown.values().any(Json::holds_true)),
    }
}

fn attribute_of(path: &[Step]) -> Option<Str> {
    match path.first() {
        Some(Step::Key(name)) => Some(name.clone()),
        _ => None,
    }
}

fn step(json: &Json) -> Option<Step> {
    match json {
        Json::String(name) => Some(Step::Key(name.as_str().into())),
        Json::Number(number) => number.parse().ok().map(Step::Index),
        _ => None,
    }
}

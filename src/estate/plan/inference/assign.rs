//! Finds which attribute that an expression refers to became which part of its value.
//!
//! A plan lists the names in an expression, not its structure. A known part came from the attribute that it equals. Unknown parts are
//! assigned where the counts leave only one way; otherwise they refer to everything they may have come from.

use std::sync::Arc;

use crate::estate::plan::reading::json::Json;

use super::names::{ends_in, is_identity, is_plural, is_text, plain_letters};
use super::references::{FoundReferences, Target};
use crate::estate::plan::body::{PlannedPlace, PlannedValue, ValueShape, primitive};
use crate::estate::plan::spending::{PART, PlanMeter};
use crate::value::{Cause, Kind, Sequence, Step, Str, Type, Unknown, Value};

/// A part of a value without parts of its own.
pub(in crate::estate::plan) struct Leaf<'p> {
    /// The value, unless it is unknown.
    pub(in crate::estate::plan) known: Option<&'p Json>,
    /// The path in the instance.
    pub(in crate::estate::plan) path: Vec<Step>,
}

/// Lists the leaves of a planned value, in order.
pub(in crate::estate::plan) struct PlannedLeaves;

impl PlannedLeaves {
    /// `None` if there is no room for so many.
    pub(in crate::estate::plan) fn of<'p>(
        planned: PlannedValue<'p>,
        path: &mut Vec<Step>,
        meter: &PlanMeter,
    ) -> Option<Vec<Leaf<'p>>> {
        let mut leaves = Vec::new();
        collect(planned, path, meter, &mut leaves).then_some(leaves)
    }
}

/// Returns whether there was room.
fn collect<'p>(
    planned: PlannedValue<'p>,
    path: &mut Vec<Step>,
    meter: &PlanMeter,
    leaves: &mut Vec<Leaf<'p>>,
) -> bool {
    if planned.is_unknown() {
        leaves.push(Leaf { known: None, path: path.clone() });
    } else if let Some(length) = planned.len() {
        for index in 0..length {
            path.push(Step::Index(u64::try_from(index).unwrap_or(u64::MAX)));
            let has_room = collect(planned.index(index), path, meter, leaves);
            path.pop();
            if !has_room {
                return false;
            }
        }
        return true;
    } else if let Some(keys) = planned.keys() {
        for key in keys {
            path.push(Step::Key(key.into()));
            let has_room = collect(planned.key(key), path, meter, leaves);
            path.pop();
            if !has_room {
                return false;
            }
        }
        return true;
    } else {
        leaves.push(Leaf { known: Some(planned.value.unwrap_or(&Json::Null)), path: path.clone() });
    }
    meter.path(path) && meter.steps(1, PART)
}

impl<'p> PlannedPlace<'p> {
    /// The values of the leaves of an expression whose shape, at least, is known.
    pub(in crate::estate::plan) fn assign(self, found: &FoundReferences, leaves: &[Leaf<'p>]) -> Vec<Value> {
        let mut values: Vec<Option<Value>> = leaves.iter().map(|leaf| leaf.known.map(primitive)).collect();
        self.mark_known(found, leaves, &mut values);
        let targets: Vec<Target> = found.targets();
        let waiting: Vec<usize> =
            (0..).zip(leaves).filter(|(_, leaf)| leaf.known.is_none()).map(|(at, _)| at).collect();
        if !waiting.is_empty() {
            let unknown: Vec<&Target> = targets.iter().filter(|target| self.may_be_unknown(target)).collect();
            let chosen = self.give_out(found, &targets, &unknown, leaves, &waiting);
            let share = if leaves.len() == 1 { Share::Alone } else { Share::Among(waiting.len()) };
            for (at, target) in waiting.iter().zip(chosen) {
                let (Some(slot), Some(leaf)) = (values.get_mut(*at), leaves.get(*at)) else { continue };
                *slot = Some(match target {
                    Some(target) => self.value_of(target, &leaf.path),
                    None => self.referring_to_all(found, &targets, &leaf.path, share),
                });
            }
        }
        values.into_iter().map(|value| self.identified(value.unwrap_or(Value::NULL))).collect()
    }

    /// For each unknown leaf, the target that it certainly is.
    fn give_out<'t>(
        self,
        found: &FoundReferences,
        all: &'t [Target],
        unknown: &[&'t Target],
        leaves: &[Leaf<'p>],
        waiting: &[usize],
    ) -> Vec<Option<&'t Target>> {
        let nothing = || vec![None; waiting.len()];
        let in_list =
            leaves.len() > 1 || leaves.iter().any(|leaf| leaf.path.len() > 1 && ends_in_index(leaf));
        let is_scalar = leaves.len() == 1 && !in_list;
        if is_scalar {
            return vec![self.only(found, all, leaves)];
        }
        if !found.is_exact() {
            return nothing();
        }
        if leaves.iter().all(ends_in_index) {
            // What two names stand for may be there once, twice or not at all, and then others are not.
            if found.overlaps() {
                return nothing();
            }
            // In a list the references are in the order of the elements.
            if all.len() == leaves.len() {
                return waiting
                    .iter()
                    .map(|at| all.get(*at).filter(|target| self.may_be_unknown(target)))
                    .collect();
            }
            if unknown.len() == waiting.len() {
                return waiting.iter().zip(unknown).map(|(_, target)| Some(*target)).collect();
            }
            // Fewer leaves than instances: a slice, a filter or a key chose, and the plan keeps none of these.
            return nothing();
        }
        if let ([only], [_]) = (unknown, waiting) {
            return vec![Some(only)];
        }
        // With many leaves, names no longer distinguish them.
        if waiting.len().max(unknown.len()) > 20 { nothing() } else { self.by_name(unknown, leaves, waiting) }
    }

    /// The target of an expression with a single value, if it is certain.
    fn only<'t>(self, found: &FoundReferences, all: &'t [Target], leaves: &[Leaf<'p>]) -> Option<&'t Target> {
        let [only] = all else { return None };
        let last = leaves.first()?.path.iter().rev().find_map(Step::key)?;
        let is_plain = found.hidden.is_empty() && !found.mixed;
        let is_shown = !only.path.is_empty();
        let fits = self.attribute_of(only, last).is_some_and(|attribute| {
            let is_whole_text = is_text(last) && matches!(attribute, "json" | "rendered");
            if !is_shown {
                return is_whole_text;
            }
            is_whole_text || ends_in(last, attribute)
        });
        // Any other attribute may be copied, or may only decide the value: the plan does not say which.
        let is_named = || self.attribute_of(only, last).is_none_or(is_identity);
        (self.may_be_unknown(only) && (fits || (is_plain && !is_text(last) && is_named()))).then_some(only)
    }

    /// Matches by name: the keys of a map usually name their source, such as `TargetGroup` for a `lb_target_group`.
    fn by_name<'t>(
        self,
        unknown: &[&'t Target],
        leaves: &[Leaf<'p>],
        waiting: &[usize],
    ) -> Vec<Option<&'t Target>> {
        let likeness = |at: usize, target: &Target| -> u8 {
            let key = leaves.get(at).and_then(|leaf| leaf.path.last()).and_then(Step::key).map(plain_letters);
            let (Some(key), Some(instance)) = (key, self.plan_index.instances.get(target.instance)) else {
                return 0;
            };
            let type_ = &instance.read.type_;
            let type_ = type_.split_once('_').map_or(type_.as_str(), |(_, name)| name);
            let attribute = target.path.first().and_then(Step::key).map(plain_letters);
            if attribute.is_some_and(|attribute| attribute == key) {
                3
            } else if key.contains(&plain_letters(type_)) {
                2
            } else {
                u8::from(type_.rsplit('_').next().is_some_and(|word| word.len() > 2 && key.contains(word)))
            }
        };
        let best = |at: usize| -> Option<&'t Target> {
            let most = unknown.iter().map(|target| likeness(at, target)).max().filter(|most| *most > 0)?;
            let mut alike = unknown.iter().filter(|target| likeness(at, target) == most);
            let first = alike.next();
            if alike.next().is_none() { first.copied() } else { None }
        };
        let mut chosen: Vec<Option<&Target>> = waiting.iter().map(|at| best(*at)).collect();
        let taken: Vec<&Target> = chosen.iter().flatten().copied().collect();
        let distinct = taken
            .iter()
            .enumerate()
            .all(|(at, target)| !taken.iter().skip(at + 1).any(|other| other == target));
        if !distinct {
            return vec![None; waiting.len()];
        }
        // One leaf and one target are left: they belong together.
        let left: Vec<&&Target> = unknown.iter().filter(|target| !taken.contains(target)).collect();
        if let ([last], 1) = (left.as_slice(), chosen.iter().filter(|choice| choice.is_none()).count())
            && let Some(open) = chosen.iter_mut().find(|choice| choice.is_none())
        {
            *open = Some(last);
        }
        chosen
    }

    /// Whether an expression is null although the plan calls it unknown: if nothing that it refers to is unknown, it is the
    /// provider that decides, because the expression sets nothing.
    pub(in crate::estate::plan) fn is_left_to_provider(self, found: &FoundReferences) -> bool {
        found.hidden.is_empty() && !found.targets().iter().any(|target| self.may_be_unknown(target))
    }

    /// The value of an expression if the plan shows nothing of the value.
    pub(in crate::estate::plan) fn unknown(
        self,
        found: &FoundReferences,
        path: &[Step],
        shape: ValueShape,
    ) -> Value {
        let targets = found.targets();
        let leaf = || Leaf { known: None, path: path.to_vec() };
        let last = path.iter().rev().find_map(Step::key).map(Str::as_str).unwrap_or_default();
        let is_splat = matches!(found.groups.as_slice(), [only] if !only.one_of && only.targets.len() > 1);
        let type_ = self.plan_index.instances.get(self.instance).map(|instance| instance.read.type_.as_str());
        let is_shown_as_list =
            path.len() == 1 && type_.is_some_and(|type_| self.plan_index.lists.contains(&(type_, last)));
        let is_complete = found.hidden.is_empty() && !found.mixed;
        let is_list = match shape {
            ValueShape::One => false,
            ValueShape::Sequence => true,
            // The name usually says whether it is a list: `retention_in_days` is one number.
            ValueShape::Mapping | ValueShape::NotTold => {
                is_plural(last) || is_shown_as_list || (is_splat && is_complete)
            }
        };
        let is_of_list = |target: &Target| {
            target.path.iter().rev().find_map(Step::key).is_some_and(|attribute| is_plural(attribute))
        };
        if !is_list || matches!(targets.as_slice(), [only] if is_of_list(only)) {
            let share = if is_list { Share::All } else { Share::Alone };
            return match self.only(found, &targets, &[leaf()]) {
                Some(only) => self.value_of(only, path),
                None => self.referring_to_all(found, &targets, path, share),
            };
        }
        // A plan keeps the number of elements wherever Terraform knows it. Where it does not, something chooses among them.
        let is_certain = found.is_exact() && !self.is_divided(found) && !self.are_rivals(&targets);
        if is_certain && !targets.is_empty() && !targets.iter().any(is_of_list) {
            // Otherwise only a name, or the value of another instance, can show that it is a list: it may be a map or a text.
            let is_surely_list = || {
                let singular = last.strip_suffix('s').unwrap_or(last);
                is_shown_as_list
                    || targets.iter().all(|target| {
                        self.attribute_of(target, last).is_some_and(|name| ends_in(singular, name))
                    })
            };
            // An attribute that identifies nothing may only decide the number of elements.
            let is_named = |target: &Target| self.attribute_of(target, last).is_none_or(is_identity);
            let is_told = shape == ValueShape::Sequence || is_shown_as_list || is_splat;
            let has_room = || targets.iter().all(|_| self.plan_index.meter.references(1));
            if (is_complete && is_told && targets.iter().all(is_named) || is_surely_list()) && has_room() {
                let items = targets.iter().map(|target| self.value_of(target, path)).collect();
                let more = (!is_complete).then(|| self.cause(found, &targets, path));
                return Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most: None }))
                    .into();
            }
        }
        self.referring_to_all(found, &targets, path, Share::All)
    }

    /// An unknown value of which the plan shows only what it refers to. If it may be one of several, it refers to none of them: a
    /// reference counts as a connection.
    fn referring_to_all(
        self,
        found: &FoundReferences,
        targets: &[Target],
        path: &[Step],
        share: Share,
    ) -> Value {
        let last = path.iter().rev().find_map(Step::key).map(Str::as_str).unwrap_or_default();
        let is_ambiguous = self.is_ambiguous(found, targets, is_text(last), share);
        let cause = if is_ambiguous { self.one_of(targets, path) } else { self.cause(found, targets, path) };
        let mut unknown = Unknown::new(Type::Dynamic, cause);
        // A text that contains an identity is neither null nor empty. Any other reference may only decide whether the text is set.
        let is_named = |target: &Target| self.attribute_of(target, last).is_none_or(is_identity);
        let is_set = !targets.is_empty() && !found.decided && targets.iter().all(is_named);
        if is_set && (found.mixed || is_text(last)) {
            unknown.type_ = Type::String;
            unknown.refinement.not_null = true;
            unknown.refinement.at_least = Some(1);
        }
        let certain =
            if is_ambiguous || !self.plan_index.meter.references(targets.len()) { &[] } else { targets };
        certain.iter().fold(unknown.into(), |value: Value, target| match self.origin(target, last) {
            Some(origin) => value.referring_to(Arc::new(origin)),
            None => value,
        })
    }

    /// The cause why an expression is unknown.
    fn cause(self, found: &FoundReferences, targets: &[Target], path: &[Step]) -> Arc<Cause> {
        let first = targets.iter().find(|target| self.may_be_unknown(target));
        let first = first.and_then(|target| self.plan_index.instances.get(target.instance));
        match (found.hidden.first(), first) {
            // The hidden part is not necessarily the unknown one.
            (Some(hidden), _) => self.coming_from(hidden, path),
            (None, Some(instance)) => instance.cause.clone(),
            (None, None) => self.after_apply(path),
        }
    }
}

/// How much of an expression a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::estate::plan) enum Share {
    /// The whole expression, which has one part.
    Alone,
    /// The whole expression, which may have several parts.
    All,
    /// One of so many unknown parts.
    Among(usize),
}

fn ends_in_index(leaf: &Leaf<'_>) -> bool {
    matches!(leaf.path.last(), Some(Step::Index(_)))
}

//! Finds where known values come from: a part of a value that equals or contains the value of an attribute refers to it.

use std::sync::Arc;

use crate::estate::plan::reading::json::Json;

use super::assign::Leaf;
use super::names::USUAL;
use super::references::{FoundReferences, Group, Target, at_path};
use crate::estate::plan::body::PlannedPlace;
use crate::estate::plan::spending::COMPARISON;
use crate::value::{Step, Value};

/// The least length of an attribute's text that counts as contained in a value whose expression names the attribute.
const CONTAINED: usize = 3;
/// The same if the expression is newer than the value.
const SAFELY_CONTAINED: usize = 8;

impl<'p> PlannedPlace<'p> {
    /// Records on known leaves where they came from. Equality is the best evidence; a leaf that equals one target came from no other.
    pub(in crate::estate::plan) fn mark_known(
        self,
        found: &FoundReferences,
        leaves: &[Leaf<'p>],
        values: &mut [Option<Value>],
    ) {
        let mut is_settled = vec![false; leaves.len()];
        let mut open: Vec<&Group> = found.groups.iter().collect();
        let is_divided = self.is_divided(found);
        let at_least = if self.plan_index.is_past { SAFELY_CONTAINED } else { CONTAINED };
        for how in [Match::Equal, Match::Contained { at_least }, Match::Any] {
            let mut marked = vec![false; leaves.len()];
            // An older value may be unrelated to what the current expression refers to.
            if how == Match::Any && (self.plan_index.is_past || is_divided) {
                break;
            }
            open.retain(|group| {
                if !self.can_compare(group, leaves) {
                    return false;
                }
                // A value that only looks like it may come from what is hidden: then its text alone says what it means.
                if how != Match::Equal && group.or_hidden {
                    return false;
                }
                // If the reference may be any of several targets and the value contains none of them, we learn nothing.
                if how == Match::Any && group.one_of && group.targets.len() > 1 {
                    return false;
                }
                let mut is_open = true;
                for (target, (at, leaf)) in group
                    .targets
                    .iter()
                    .flat_map(|target| leaves.iter().enumerate().map(move |leaf| (target, leaf)))
                {
                    if is_settled.get(at) == Some(&true) {
                        continue;
                    }
                    let path = leaf.known.and_then(|known| self.matches(target, known, how));
                    if let (Some(path), Some(value)) = (path, values.get_mut(at)) {
                        *value = value.take().map(|value| self.marked(value, target, &path));
                        is_open = false;
                        if let Some(marked) = marked.get_mut(at) {
                            *marked = true;
                        }
                    }
                }
                is_open
            });
            if how == Match::Equal {
                is_settled = marked;
            }
        }
    }

    /// Spends the steps of comparing the targets of a group with leaves; returns whether there are enough.
    fn can_compare(self, group: &Group, leaves: &[Leaf<'p>]) -> bool {
        let texts = leaves.iter().filter_map(|leaf| leaf.known.and_then(Json::as_str));
        let length: usize = texts.map(|text| text.len() / 16).sum();
        // Of a target without a path, every attribute is compared.
        let attributes = group.targets.iter().map(|target| match target.path.first() {
            Some(_) => 1,
            None => 1 + self.plan_index.instances.get(target.instance).map_or(0, |at| at.read.values.len()),
        });
        let attributes: usize = attributes.sum();
        let comparisons = attributes.saturating_mul(leaves.len());
        let meter = &self.plan_index.meter;
        meter.steps(comparisons, COMPARISON) && meter.steps(attributes.saturating_mul(length), 1)
    }

    /// The value with references to the target and to what the target was computed from.
    fn marked(self, value: Value, target: &Target, path: &[Step]) -> Value {
        let Some(instance) = self.plan_index.instances.get(target.instance) else { return value };
        if !self.plan_index.meter.references(1) {
            return value;
        }
        let value = value.referring_to(Arc::new(instance.origin(path)));
        match self.configured(target.instance, path) {
            // The plan itself says what is sensitive.
            Some(theirs) => value.computed_from(&theirs.nonsensitive()),
            None => value,
        }
    }

    /// The path in the target where the known value comes from.
    fn matches(self, target: &Target, known: &Json, how: Match) -> Option<Vec<Step>> {
        let instance = self.plan_index.instances.get(target.instance)?;
        let values = &instance.read.values;
        let Some((Step::Key(attribute), rest)) = target.path.split_first() else {
            if how == Match::Any {
                return known.is_string().then(Vec::new);
            }
            let matching = |name: &str| {
                values.get(name).is_some_and(|value| value.is_string() && how.holds(value, known))
            };
            let wanted = USUAL.iter().copied().find(|name| matching(name));
            let found = wanted.or_else(|| values.keys().find(|name| matching(name)))?;
            return Some(vec![Step::Key(found.into())]);
        };
        let value = values.get(attribute.as_str()).and_then(|value| at_path(value, rest))?;
        if how == Match::Any {
            return (known.is_string() && !value.is_null()).then(|| target.path.clone());
        }
        if how.holds(value, known) {
            return Some(target.path.clone());
        }
        let step = match value {
            Json::Array(items) => {
                let at = items.iter().position(|item| how.holds(item, known))?;
                Step::Index(u64::try_from(at).ok()?)
            }
            Json::Object(items) => Step::Key(items.iter().find(|(_, item)| how.holds(item, known))?.0.into()),
            _ => return None,
        };
        let mut path = target.path.clone();
        path.push(step);
        Some(path)
    }
}

/// The evidence that a known value came from an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    /// The value equals the attribute.
    Equal,
    /// The value contains the attribute.
    Contained {
        /// Shorter texts may be contained by chance.
        at_least: usize,
    },
    /// No evidence needed.
    Any,
}

impl Match {
    fn holds(self, attribute: &Json, known: &Json) -> bool {
        match (self, attribute, known) {
            (Self::Equal, Json::String(attribute), Json::String(known)) => {
                !known.is_empty() && attribute == known
            }
            (Self::Equal, Json::Number(attribute), Json::Number(known)) => attribute == known,
            (Self::Contained { at_least }, Json::String(attribute), Json::String(known)) => {
                attribute.len() >= at_least && known.contains(attribute.as_str())
            }
            _ => false,
        }
    }
}

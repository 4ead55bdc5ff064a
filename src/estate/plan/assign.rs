//! Which of the attributes that an expression refers to became which part of its value.
//!
//! A plan lists what is in an expression, not how it is put together. A known part that equals the attribute came from it;
//! unknown parts are given out where the numbers leave one way, and otherwise refer to all that they may have come from.

use std::sync::Arc;

use serde_json::Value as Json;

use super::body::{Place, Planned, primitive};
use super::references::{Found, Group, Target, at_path};
use super::world::{InstanceAt, holds_true};
use crate::value::{
    Cause, CauseKind, Entries, Kind, Origin, Rest, Sequence, Step, Str, Type, Unknown, Value,
};

/// A part of a value that has no parts itself.
pub(super) struct Leaf<'p> {
    /// Its value, unless it is unknown.
    pub(super) known: Option<&'p Json>,
    /// Where it stands in the instance.
    pub(super) path: Vec<Step>,
}

/// All of them, in order.
pub(super) struct Leaves;

impl Leaves {
    pub(super) fn of<'p>(planned: Planned<'p>, path: &mut Vec<Step>) -> Vec<Leaf<'p>> {
        let mut leaves = Vec::new();
        collect(planned, path, &mut leaves);
        leaves
    }
}

fn collect<'p>(planned: Planned<'p>, path: &mut Vec<Step>, leaves: &mut Vec<Leaf<'p>>) {
    if planned.is_unknown() {
        leaves.push(Leaf { known: None, path: path.clone() });
    } else if let Some(length) = planned.len() {
        for index in 0..length {
            path.push(Step::Index(u64::try_from(index).unwrap_or(u64::MAX)));
            collect(planned.index(index), path, leaves);
            path.pop();
        }
    } else if let Some(keys) = planned.keys() {
        for key in keys {
            path.push(Step::Key(key.into()));
            collect(planned.key(key), path, leaves);
            path.pop();
        }
    } else {
        leaves.push(Leaf { known: Some(planned.value.unwrap_or(&Json::Null)), path: path.clone() });
    }
}

impl<'p> Place<'p> {
    /// The values of the leaves of an expression that is known at least in its shape.
    pub(super) fn assign(self, found: &Found, leaves: &[Leaf<'p>]) -> Vec<Value> {
        let mut values: Vec<Option<Value>> = leaves.iter().map(|leaf| leaf.known.map(primitive)).collect();
        self.mark_known(&found.groups, leaves, &mut values);
        let targets: Vec<Target> = found.targets();
        let waiting: Vec<usize> =
            (0..).zip(leaves).filter(|(_, leaf)| leaf.known.is_none()).map(|(at, _)| at).collect();
        if !waiting.is_empty() {
            let unknown: Vec<&Target> = targets.iter().filter(|target| self.may_be_unknown(target)).collect();
            let chosen = self.give_out(found, &targets, &unknown, leaves, &waiting);
            for (at, target) in waiting.iter().zip(chosen) {
                let (Some(slot), Some(leaf)) = (values.get_mut(*at), leaves.get(*at)) else { continue };
                *slot = Some(match target {
                    Some(target) => self.value_of(target, &leaf.path),
                    None => self.referring_to_all(found, &targets, &leaf.path),
                });
            }
        }
        values.into_iter().map(|value| value.unwrap_or(Value::NULL)).collect()
    }

    /// For each unknown leaf the one target that it certainly is.
    fn give_out<'t>(
        self,
        found: &Found,
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
            // A list: the names in it come in its order.
            if all.len() == leaves.len() {
                return waiting
                    .iter()
                    .map(|at| all.get(*at).filter(|target| self.may_be_unknown(target)))
                    .collect();
            }
            // Fewer than there are of one resource: the first ones, as `slice` gives them.
            let is_slice =
                found.groups.len() == 1 && found.hidden.is_empty() && unknown.len() > waiting.len();
            if unknown.len() == waiting.len() || is_slice {
                return waiting.iter().zip(unknown).map(|(_, target)| Some(*target)).collect();
            }
            return nothing();
        }
        if let ([only], [_]) = (unknown, waiting) {
            return vec![Some(only)];
        }
        self.by_name(unknown, leaves, waiting)
    }

    /// The target of an expression that is one value.
    fn only<'t>(self, found: &Found, all: &'t [Target], leaves: &[Leaf<'p>]) -> Option<&'t Target> {
        let [only] = all else { return None };
        let last = leaves.first()?.path.iter().rev().find_map(as_key)?;
        let is_plain = found.hidden.is_empty() && !found.mixed;
        let is_shown = !only.path.is_empty();
        let fits = self.attribute_of(only, last).is_some_and(|attribute| {
            let is_whole_text = is_text(last) && matches!(attribute, "json" | "rendered");
            if !is_shown {
                return is_whole_text;
            }
            is_whole_text || last == attribute || last.ends_with(&format!("_{attribute}"))
        });
        (self.may_be_unknown(only) && (fits || (is_plain && !is_text(last)))).then_some(only)
    }

    /// Keys of a map usually name what their value comes from: `TargetGroup` of a `net_lb_target_group`.
    fn by_name<'t>(
        self,
        unknown: &[&'t Target],
        leaves: &[Leaf<'p>],
        waiting: &[usize],
    ) -> Vec<Option<&'t Target>> {
        let likeness = |at: usize, target: &Target| -> u8 {
            let key = leaves.get(at).and_then(|leaf| leaf.path.last()).and_then(as_key).map(plain_letters);
            let (Some(key), Some(instance)) = (key, self.world.instances.get(target.instance)) else {
                return 0;
            };
            let type_ = &instance.read.resource.type_;
            let type_ = type_.split_once('_').map_or(type_.as_str(), |(_, name)| name);
            let attribute = target.path.first().and_then(as_key).map(plain_letters);
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
        // The last one is what nothing else is.
        let left: Vec<&&Target> = unknown.iter().filter(|target| !taken.contains(target)).collect();
        if let ([last], 1) = (left.as_slice(), chosen.iter().filter(|choice| choice.is_none()).count())
            && let Some(open) = chosen.iter_mut().find(|choice| choice.is_none())
        {
            *open = Some(last);
        }
        chosen
    }

    /// Whether an expression is null although the plan calls it unknown: nothing that it is made from is unknown, so the
    /// provider decides because nobody else did.
    pub(super) fn is_left_to_provider(self, found: &Found) -> bool {
        found.hidden.is_empty() && !found.targets().iter().any(|target| self.may_be_unknown(target))
    }

    /// The value of an expression of which the plan shows nothing.
    pub(super) fn unknown(self, found: &Found, path: &[Step]) -> Value {
        let targets = found.targets();
        let leaf = || Leaf { known: None, path: path.to_vec() };
        let last = path.iter().rev().find_map(as_key).map(Str::as_str).unwrap_or_default();
        let is_splat = matches!(found.groups.as_slice(), [only] if !only.one_of && only.targets.len() > 1);
        let type_ =
            self.world.instances.get(self.instance).map(|instance| instance.read.resource.type_.as_str());
        let is_list = is_splat
            || is_plural(last)
            || (path.len() == 1 && type_.is_some_and(|type_| self.world.lists.contains(&(type_, last))));
        let is_of_list = |target: &Target| {
            target.path.iter().rev().find_map(as_key).is_some_and(|attribute| is_plural(attribute))
        };
        if !is_list || matches!(targets.as_slice(), [only] if is_of_list(only)) {
            return match self.only(found, &targets, &[leaf()]) {
                Some(only) => self.value_of(only, path),
                None => self.referring_to_all(found, &targets, path),
            };
        }
        let is_complete = found.is_exact() && found.hidden.is_empty() && !found.mixed;
        if is_complete && !targets.is_empty() && !targets.iter().any(is_of_list) {
            let items = targets.iter().map(|target| self.value_of(target, path));
            return Value::tuple(items.collect());
        }
        self.referring_to_all(found, &targets, path)
    }

    /// An unknown value of which the plan tells only what it was made from.
    fn referring_to_all(self, found: &Found, targets: &[Target], path: &[Step]) -> Value {
        let first = targets.iter().find(|target| self.may_be_unknown(target));
        let first = first.and_then(|target| self.world.instances.get(target.instance));
        let cause = match (found.hidden.first(), first) {
            (Some(hidden), _) => Cause::new(CauseKind::KnownAfterApply, hidden.clone(), None),
            (None, Some(instance)) => instance.cause.clone(),
            (None, None) => self.after_apply(path),
        };
        let last = path.iter().rev().find_map(as_key).map(Str::as_str).unwrap_or_default();
        let mut unknown = Unknown::new(Type::Dynamic, cause);
        // A text with the references in it is never null.
        if !targets.is_empty() && !found.decided && (found.mixed || is_text(last)) {
            unknown.type_ = Type::String;
            unknown.refinement.not_null = true;
        }
        targets.iter().fold(unknown.into(), |value: Value, target| match self.origin(target, last) {
            Some(origin) => value.referring_to(Arc::new(origin)),
            None => value,
        })
    }

    /// Remembers on known leaves what they came from. Equal values tell it best; a leaf that equals one target came from no other.
    fn mark_known(self, groups: &[Group], leaves: &[Leaf<'p>], values: &mut [Option<Value>]) {
        let mut is_settled = vec![false; leaves.len()];
        let mut open: Vec<&Group> = groups.iter().collect();
        for how in [Match::Equal, Match::Contained, Match::Any] {
            let mut marked = vec![false; leaves.len()];
            open.retain(|group| {
                // Of several that it may be, one of which nothing is in it tells nothing.
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

    /// The value with the target, and what that was computed from, among its references.
    fn marked(self, value: Value, target: &Target, path: &[Step]) -> Value {
        let Some(instance) = self.world.instances.get(target.instance) else { return value };
        let value = value.referring_to(Arc::new(instance.origin(path)));
        match self.configured(target.instance, path) {
            // The plan says itself what is sensitive.
            Some(theirs) => value.computed_from(&theirs.nonsensitive()),
            None => value,
        }
    }

    /// Where in the target the known value comes from.
    fn matches(self, target: &Target, known: &Json, how: Match) -> Option<Vec<Step>> {
        let instance = self.world.instances.get(target.instance)?;
        let values = &instance.read.resource.values;
        let Some((Step::Key(attribute), rest)) = target.path.split_first() else {
            if how == Match::Any {
                return known.is_string().then(Vec::new);
            }
            let matching = |name: &str| {
                values.get(name).is_some_and(|value| value.is_string() && how.holds(value, known))
            };
            let wanted = GUESSES.iter().copied().find(|name| matching(name));
            let found = wanted.or_else(|| values.keys().map(String::as_str).find(|name| matching(name)))?;
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
            Json::Object(items) => {
                Step::Key(items.iter().find(|(_, item)| how.holds(item, known))?.0.as_str().into())
            }
            _ => return None,
        };
        let mut path = target.path.clone();
        path.push(step);
        Some(path)
    }

    /// Whether the target is, or has in it, something that is only known at apply.
    fn may_be_unknown(self, target: &Target) -> bool {
        let Some(instance) = self.world.instances.get(target.instance) else { return false };
        match target.path.split_first() {
            Some((Step::Key(attribute), rest)) => {
                let marks = instance.after_unknown.and_then(|unknown| unknown.get(attribute.as_str()));
                match marks {
                    Some(Json::Bool(mark)) => *mark,
                    Some(marks) => at_path(marks, rest).is_some_and(holds_true),
                    None => !instance.read.resource.values.contains_key(attribute.as_str()),
                }
            }
            _ => instance.after_unknown.is_some_and(|unknown| unknown.values().any(holds_true)),
        }
    }

    /// The attribute of a target; guessed from where its value went if the plan does not tell it.
    fn attribute_of<'t>(self, target: &'t Target, used_as: &str) -> Option<&'t str>
    where
        'p: 't,
    {
        if let Some(name) = target.path.first().and_then(as_key) {
            return Some(name);
        }
        let instance = self.world.instances.get(target.instance)?;
        let used_as = used_as.strip_suffix('s').filter(|_| is_plural(used_as)).unwrap_or(used_as);
        let by_name =
            GUESSES.iter().copied().find(|name| used_as == *name || used_as.ends_with(&format!("_{name}")));
        if by_name.is_none() && !is_text(used_as) {
            // `version` may be `latest_version` or `default_version`: then better none than the wrong one.
            let end = format!("_{used_as}");
            let names = instance.after_unknown.into_iter().flat_map(|unknown| unknown.keys());
            let mut alike = names.map(String::as_str).filter(|name| *name == used_as || name.ends_with(&end));
            match (alike.next(), alike.next()) {
                (None, _) => {}
                (only, None) => return only,
                (Some(_), Some(_)) => return None,
            }
        }
        let in_text = is_text(used_as).then_some(["json", "arn"]);
        by_name
            .into_iter()
            .chain(in_text.into_iter().flatten())
            .chain(GUESSES)
            .find(|name| instance.unknown(name))
    }

    fn origin(self, target: &Target, used_as: &str) -> Option<Origin> {
        let instance = self.world.instances.get(target.instance)?;
        if !target.path.is_empty() {
            return Some(instance.origin(&target.path));
        }
        let path: Vec<Step> =
            self.attribute_of(target, used_as).map(|name| Step::Key(name.into())).into_iter().collect();
        Some(instance.origin(&path))
    }

    /// What a reference to the target gives: its configured value, else an unknown that is known to be the target's.
    fn value_of(self, target: &Target, used_at: &[Step]) -> Value {
        let used_as = used_at.iter().rev().find_map(as_key).map(Str::as_str).unwrap_or_default();
        let (Some(instance), Some(origin)) =
            (self.world.instances.get(target.instance), self.origin(target, used_as))
        else {
            return Value::unknown(self.after_apply(used_at));
        };
        match self.configured(target.instance, &origin.path) {
            Some(value) if !value.is_null() && !value.is_wholly_known() => symbolic(&value, &origin),
            _ => decided(instance, origin),
        }
    }

    /// The value at a path of an instance as its own configuration makes it.
    fn configured(self, at: usize, path: &[Step]) -> Option<Value> {
        let instance = self.world.instances.get(at)?;
        let (Step::Key(first), _) = path.split_first()? else { return None };
        if !instance.config?.expressions.contains_key(first.as_str()) {
            return None;
        }
        let body = self.world.body(at)?;
        let whole = Value::from(Kind::Object(body));
        path.iter().try_fold(whole, |value, step| match step {
            Step::Key(key) => value.as_entries().and_then(|entries| entries.get(key).cloned()),
            Step::Index(index) => value.as_sequence().and_then(|sequence| {
                usize::try_from(*index).ok().and_then(|index| sequence.items.get(index).cloned())
            }),
        })
    }
}

/// How a known value shows that it came from an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    /// It is the same.
    Equal,
    /// It has it in it.
    Contained,
    /// Not at all.
    Any,
}

impl Match {
    fn holds(self, attribute: &Json, known: &Json) -> bool {
        match (self, attribute, known) {
            (Self::Equal, Json::String(attribute), Json::String(known)) => {
                !known.is_empty() && attribute == known
            }
            (Self::Equal, Json::Number(attribute), Json::Number(known)) => attribute == known,
            (Self::Contained, Json::String(attribute), Json::String(known)) => {
                attribute.len() > 2 && known.contains(attribute.as_str())
            }
            _ => false,
        }
    }
}

/// Attributes by which resources are referred to most, for references of which the plan leaves out the attribute.
const GUESSES: [&str; 4] = ["id", "arn", "name", "url"];

/// Ends of attributes that hold a text in which a reference is only a part.
const TEXTS: [&str; 7] = ["policy", "policies", "document", "definitions", "content", "body", "user_data"];

fn decided(instance: &InstanceAt<'_>, origin: Origin) -> Value {
    let mut unknown = Unknown::new(Type::Dynamic, instance.cause.clone());
    unknown.origin = Some(Arc::new(origin));
    unknown.into()
}

/// A configured value as other expressions see it: it refers to its resource, and in nested blocks what is not set is for
/// the provider to decide.
fn symbolic(value: &Value, origin: &Origin) -> Value {
    match &value.kind {
        Kind::Object(entries) if matches!(entries.rest, Rest::Unset) => {
            let items = entries
                .items
                .iter()
                .map(|(key, value)| (key.clone(), symbolic(value, &origin.step(Step::Key(key.clone())))));
            let rest = Rest::Symbolic(Arc::new(origin.clone()));
            let entries = Entries { element: Type::Dynamic, items: items.collect(), rest };
            Value::from(Kind::Object(Arc::new(entries))).with_marks_of(value)
        }
        Kind::Tuple(sequence) => {
            let items = (0u64..)
                .zip(&sequence.items)
                .map(|(index, item)| symbolic(item, &origin.step(Step::Index(index))))
                .collect();
            let sequence = Sequence { element: Type::Dynamic, items, more: sequence.more.clone() };
            Value::from(Kind::Tuple(Arc::new(sequence))).with_marks_of(value)
        }
        _ => value.clone().referring_to(Arc::new(origin.clone())),
    }
}

fn as_key(step: &Step) -> Option<&Str> {
    match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

fn ends_in_index(leaf: &Leaf<'_>) -> bool {
    matches!(leaf.path.last(), Some(Step::Index(_)))
}

pub(super) fn plain_letters(name: impl AsRef<str>) -> String {
    name.as_ref().chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

pub(super) fn is_text(name: &str) -> bool {
    name == "definition" || TEXTS.iter().any(|text| name.ends_with(text))
}

/// Whether an attribute of this name holds several things, by English grammar: providers keep to it.
fn is_plural(name: &str) -> bool {
    let singular = ["ss", "us", "is", "dns", "tls", "https", "kms", "alias"];
    name.ends_with('s') && !singular.iter().any(|end| name.ends_with(end))
}

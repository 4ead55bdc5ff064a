//! Merging a configuration into one that it includes, as Terragrunt does.

use std::sync::Arc;

use super::config::{UnitConfig, UnitInput};
use crate::value::{AbsentKey, Kind, Str, Value};

/// How an included configuration is merged: `merge_strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MergeStrategy {
    /// It is not; it is only there to be referred to.
    No,
    /// What the child sets replaces what the parent sets.
    Shallow,
    /// Maps are merged key by key, lists are put one after the other.
    Deep,
}

impl MergeStrategy {
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "no_merge" => Some(Self::No),
            "shallow" => Some(Self::Shallow),
            "deep" => Some(Self::Deep),
            _ => None,
        }
    }

    /// The child, merged into its parent.
    pub(super) fn merged(self, parent: UnitConfig, child: UnitConfig) -> UnitConfig {
        if self == Self::No {
            return child;
        }
        let mut merged = parent;
        merged.source = child.source.or(merged.source);
        merged.remote_state = child.remote_state.or(merged.remote_state);
        merged.open = child.open.or(merged.open);
        merged.unread = child.unread.or(merged.unread);
        // A parent that is skipped says that of itself only.
        merged.is_skipped = child.is_skipped;
        replace(&mut merged.generate, child.generate, |block| &block.name);
        replace(&mut merged.dependencies, child.dependencies, |block| &block.name);
        replace(&mut merged.arguments, child.arguments, |block| &block.name);
        replace(&mut merged.features, child.features, |feature| &feature.0);
        for input in child.inputs {
            match merged.inputs.iter_mut().find(|own| own.name == input.name) {
                Some(own) if self == Self::Deep => {
                    let value = deep(&own.value, input.value);
                    *own = UnitInput { value, ..input };
                }
                Some(own) => *own = input,
                None => merged.inputs.push(input),
            }
        }
        merged
    }
}

/// Puts blocks in the place of those with the same name, or behind the others.
fn replace<T>(all: &mut Vec<T>, new: Vec<T>, name: impl Fn(&T) -> &Str) {
    for block in new {
        match all.iter_mut().find(|own| name(own) == name(&block)) {
            Some(own) => *own = block,
            None => all.push(block),
        }
    }
}

/// Merges values deeply: the second one decides where they are neither maps nor lists.
pub(super) fn deep(parent: &Value, child: Value) -> Value {
    match (&parent.kind, &child.kind) {
        (Kind::Object(old) | Kind::Map(old), Kind::Object(new) | Kind::Map(new)) => {
            let mut items: Vec<(Str, Value)> = old.items.to_vec();
            for (key, value) in &new.items {
                match items.iter_mut().find(|(own, _)| own == key) {
                    Some((_, own)) => *own = deep(own, value.clone()),
                    None => items.push((key.clone(), value.clone())),
                }
            }
            let mut merged = Value::object(items);
            let may_have_more = [old, new].into_iter().find_map(|entries| match &entries.absent {
                AbsentKey::MaybePresent(cause) => Some(cause.clone()),
                _ => None,
            });
            if let (Kind::Object(entries), Some(cause)) = (&mut merged.kind, may_have_more) {
                Arc::make_mut(entries).absent = AbsentKey::MaybePresent(cause);
            }
            merged.with_marks_of(&child)
        }
        (Kind::Tuple(old) | Kind::List(old), Kind::Tuple(new) | Kind::List(new))
            if old.more.is_none() && new.more.is_none() =>
        {
            let items = old.items.iter().chain(&new.items).cloned().collect();
            Value::tuple(items).with_marks_of(&child)
        }
        // What the parent has beside that of the child is part of it.
        (Kind::Unknown(_), Kind::Object(_) | Kind::Map(_) | Kind::Tuple(_) | Kind::List(_)) => {
            parent.first_cause().map_or(child, Value::unknown)
        }
        _ => child,
    }
}

//! Values at a dotted path, through nested blocks and lists, each with the full path to it.

use std::sync::Arc;

use crate::value::{AbsentKey, Kind, Step, Str, Unknown, Value};

/// Calls `visit` for every value at a dotted path, through nested blocks and list elements, with the full path to it. Values that are
/// not set are skipped.
pub(super) fn each_value_at(value: &Value, path: &[Str], visit: &mut dyn FnMut(&Taken<'_>, &Value)) {
    descend(value, path, &Taken::Start, visit);
}

/// The steps to a value, innermost first. It becomes a path only on demand.
pub(super) enum Taken<'a> {
    Start,
    Key(&'a Taken<'a>, &'a Str),
    Index(&'a Taken<'a>, u64),
}

impl Taken<'_> {
    pub(super) fn path(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = self;
        loop {
            at = match at {
                Taken::Start => break,
                Taken::Key(outer, key) => {
                    steps.push(Step::Key((*key).clone()));
                    outer
                }
                Taken::Index(outer, index) => {
                    steps.push(Step::Index(*index));
                    outer
                }
            };
        }
        steps.reverse();
        steps
    }
}

fn descend(value: &Value, path: &[Str], taken: &Taken<'_>, visit: &mut dyn FnMut(&Taken<'_>, &Value)) {
    match (path.split_first(), &value.kind) {
        (_, Kind::Null(_)) => {}
        (None, _) => visit(taken, value),
        (Some(_), Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence)) => {
            for (index, item) in (0u64..).zip(&sequence.items) {
                descend(item, path, &Taken::Index(taken, index), visit);
            }
            if let Some(cause) = &sequence.more {
                visit(taken, &Value::unknown(cause.clone()));
            }
        }
        (Some((key, rest)), Kind::Object(entries) | Kind::Map(entries)) => {
            let taken = Taken::Key(taken, key);
            match (entries.get(key), &entries.absent) {
                (Some(item), _) => descend(item, rest, &taken, visit),
                (None, AbsentKey::MaybePresent(cause) | AbsentKey::Node(_, Some(cause))) => {
                    visit(&taken, &Value::unknown(cause.clone()))
                }
                (None, AbsentKey::Symbolic(origin)) => {
                    let part = origin.step(Step::Key(key.clone()));
                    visit(&taken, &Unknown::symbolic(Arc::new(part)).into());
                }
                (None, AbsentKey::Error | AbsentKey::Null | AbsentKey::Node(_, None)) => {}
            }
        }
        (Some(_), Kind::Unknown(_)) => visit(taken, value),
        (Some(_), Kind::Bool(_) | Kind::Number(_) | Kind::String(_)) => {}
    }
}

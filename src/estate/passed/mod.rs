//! Expressions that hand on what they are given: `merge(local.a, {…})`, `lookup(m, k, d)`, `[for x in var.list : x]`.
//!
//! The [way back](super::declaration) goes through them to the part that a value comes from: the last object with the key, the
//! default, the element. The values of the module instance tell which part it is. If they do not, the expression is the place that
//! decides.

mod calls;
mod scope;

use std::sync::Arc;

use super::declaration::{Position, Scopes};
use crate::budget::Meter;
use crate::eval::access::{self, Elements};
use crate::eval::{EvalResult, interpreter};
use crate::syntax::tree::{ExprId, ExprKind, ForId, Text, Tree};
use crate::value::{Kind, Known, Step, Str, Value};
use scope::WayScope;

/// The steps of evaluation that one way back may take.
pub(super) const MAX_COST: u64 = 500_000;

/// The values that a module instance has computed, in the order of its declarations; those that nothing has asked for are missing.
#[derive(Debug, Default)]
pub(super) struct ModuleValues {
    pub(super) variables: Vec<Option<Value>>,
    pub(super) locals: Vec<Option<Value>>,
    pub(super) outputs: Vec<Option<Value>>,
}

/// A name that a `for` expression, a splat (then it is empty) or a `dynamic` block gives to an element.
pub(super) struct BoundName<'s> {
    name: &'s str,
    value: Value,
    /// The place of the element; none for its key.
    place: Option<Position<'s>>,
    /// The element is the attribute `value` of what is named.
    is_iterator: bool,
    /// The names around it.
    outer: Option<Arc<Self>>,
}

/// An element of a collection: its key, its value, and the step that leads to it. A number that is an element of a set has none.
type Element = (Value, Value, Option<Step>);

impl<'s> Position<'s> {
    /// Another expression in the same place.
    fn inside(&self, expr: ExprId, path: Vec<Step>) -> Self {
        Position {
            scope: self.scope,
            tree: self.tree,
            expr,
            path,
            repeated: self.repeated,
            bound: self.bound.clone(),
        }
    }

    /// The same position where a name stands for an element.
    fn naming(mut self, name: &'s str, value: Value, place: Option<Self>) -> Self {
        let outer = self.bound.take();
        self.bound = Some(Arc::new(BoundName { name, value, place, is_iterator: false, outer }));
        self
    }

    fn bound(&self, name: &str) -> Option<&BoundName<'s>> {
        let mut bound = self.bound.as_deref();
        while let Some(inner) = bound {
            if inner.name == name {
                return Some(inner);
            }
            bound = inner.outer.as_deref();
        }
        None
    }
}

impl<'s> BoundName<'s> {
    /// The place of a part of the element.
    fn part(&self, path: &[Step]) -> Option<Position<'s>> {
        let path = match path.split_first() {
            Some((Step::Key(member), rest)) if self.is_iterator && member == "value" => rest,
            _ if self.is_iterator => return None,
            _ => path,
        };
        let mut place = self.place.clone()?;
        place.path.extend_from_slice(path);
        Some(place)
    }
}

impl Scopes {
    /// The part of an expression that its value comes from. `None` if it hands on nothing, or it is not known which part it hands on.
    pub(super) fn handed_on<'s>(&'s self, at: &Position<'s>, meter: &Meter) -> Option<Position<'s>> {
        let tree: &'s Tree = at.tree;
        match tree.expr(at.expr).kind {
            ExprKind::Variable(_) | ExprKind::Attribute { .. } | ExprKind::Index { .. } => {
                self.named(at, meter)
            }
            ExprKind::SplatItem => at.bound("")?.part(&at.path),
            ExprKind::Splat { base, each, .. } => {
                let (Step::Index(index), rest) = at.path.split_first()? else { return None };
                let list = self.evaluated(at, base, meter).ok()?;
                let (_, value, step) = elements(&list)?.into_iter().nth(usize::try_from(*index).ok()?)?;
                let place = at.inside(base, vec![step?]);
                Some(at.inside(each, rest.to_vec()).naming("", value, Some(place)))
            }
            ExprKind::For(id) => self.for_element(at, id, meter),
            ExprKind::Call(id) => self.argument_of(at, tree.call(id), meter),
            ExprKind::Conditional { condition, yes, no } => {
                let is_met = self.evaluated(at, condition, meter).ok()?.as_bool()?;
                Some(at.inside(if is_met { yes } else { no }, at.path.clone()))
            }
            // One whose keys are computed: the last one that fits wins.
            ExprKind::Object(items) => {
                let (step, rest) = at.path.split_first()?;
                let mut found = None;
                for item in tree.items(items) {
                    if step_of(&self.evaluated(at, item.key, meter).ok()?)? == *step {
                        found = Some(item.value);
                    }
                }
                Some(at.inside(found?, rest.to_vec()))
            }
            _ => None,
        }
    }

    /// The element that a name stands for; of anything else, the same with the last step in the path, whose key may be computed.
    fn named<'s>(&'s self, at: &Position<'s>, meter: &Meter) -> Option<Position<'s>> {
        if let Some((root, steps)) = at.reference() {
            return at.bound(root)?.part(&steps);
        }
        let (base, step) = match at.tree.expr(at.expr).kind {
            ExprKind::Attribute { base, name } => (base, Step::Key(at.tree.text(name).into())),
            ExprKind::Index { base, key } => (base, step_of(&self.evaluated(at, key, meter).ok()?)?),
            _ => return None,
        };
        Some(at.inside(base, std::iter::once(step).chain(at.path.iter().cloned()).collect()))
    }

    /// The result of a `for` expression for the element that the path leads to.
    fn for_element<'s>(&'s self, at: &Position<'s>, id: ForId, meter: &Meter) -> Option<Position<'s>> {
        let tree: &'s Tree = at.tree;
        let declared = tree.for_expr(id)?;
        let (step, rest) = at.path.split_first()?;
        let rest = match (declared.key, declared.grouping) {
            (Some(_), true) => rest.split_first()?.1,
            _ => rest,
        };
        let key_name = declared.key_variable.map(|name| tree.text(name));
        let bound = |(key, value, step): Element| {
            let place = step.map(|step| at.inside(declared.collection, vec![step]));
            let mut inner = at.inside(declared.value, rest.to_vec());
            if let Some(name) = key_name {
                inner = inner.naming(name, key, None);
            }
            inner.naming(tree.text(declared.value_variable), value, place)
        };
        let collection = self.evaluated(at, declared.collection, meter).ok()?;
        // The result has the keys of the collection: nothing has to be searched for.
        if let (Some(key), Step::Key(wanted), false) = (declared.key, step, declared.grouping)
            && let ExprKind::Variable(name) = tree.expr(key).kind
            && key_name == Some(tree.text(name))
        {
            let value = collection.as_entries()?.get(wanted)?.clone();
            return Some(bound((wanted.clone().into(), value, Some(step.clone()))));
        }
        let mut left = match (declared.key, step, at.path.get(1)) {
            (None, Step::Index(index), _) => usize::try_from(*index).ok()?,
            (Some(_), Step::Key(_), _) if !declared.grouping => 0,
            (Some(_), Step::Key(_), Some(Step::Index(index))) => usize::try_from(*index).ok()?,
            _ => return None,
        };
        for element in elements(&collection)? {
            let inner = bound(element);
            let mut is_it = match declared.condition {
                Some(condition) => self.evaluated(&inner, condition, meter).ok()?.as_bool()?,
                None => true,
            };
            if let (true, Some(key)) = (is_it, declared.key) {
                is_it = step_of(&self.evaluated(&inner, key, meter).ok()?)? == *step;
            }
            match (is_it, left.checked_sub(1)) {
                (false, _) => {}
                (true, None) => return Some(inner),
                (true, Some(fewer)) => left = fewer,
            }
        }
        None
    }

    fn evaluated(&self, at: &Position<'_>, expr: ExprId, meter: &Meter) -> EvalResult<Value> {
        interpreter::evaluate(at.tree, expr, &WayScope { scopes: self, at, meter })
    }

    /// The same place inside the contents of `dynamic` blocks, as far as their iterators have one value.
    pub(super) fn in_dynamics<'s>(
        &'s self,
        at: Position<'s>,
        tree: &'s Tree,
        iterators: &[(Text, ExprId)],
    ) -> Position<'s> {
        let meter = Meter::of_question(MAX_COST);
        iterators.iter().fold(at, |at, (name, for_each)| {
            self.in_dynamic(&at, tree.text(*name), *for_each, &meter).unwrap_or(at)
        })
    }

    /// The same place inside the content of a `dynamic` block, whose iterator has this name. `None` if it makes more blocks than one:
    /// a path does not say which of them it leads to.
    fn in_dynamic<'s>(
        &'s self,
        at: &Position<'s>,
        iterator: &'s str,
        for_each: ExprId,
        meter: &Meter,
    ) -> Option<Position<'s>> {
        let all = elements(&self.evaluated(at, for_each, meter).ok()?)?;
        let [(key, value, step)] = <[Element; 1]>::try_from(all).ok()?;
        let place = step.map(|step| at.inside(for_each, vec![step]));
        let value = Value::object(vec![("key".into(), key), ("value".into(), value)]);
        let mut inner = at.clone();
        let outer = inner.bound.take();
        inner.bound = Some(Arc::new(BoundName { name: iterator, value, place, is_iterator: true, outer }));
        Some(inner)
    }
}

/// All elements of a collection of which these are known.
fn elements(collection: &Value) -> Option<Vec<Element>> {
    let Known::Yes(Elements { items, more: None, .. }) = access::elements(collection)? else { return None };
    let is_set = matches!(collection.kind, Kind::Set(_));
    let with_step = |(key, value): (Value, Value)| {
        let step = step_of(&key).filter(|step| !is_set || matches!(step, Step::Key(_)));
        (key, value, step)
    };
    Some(items.into_iter().map(with_step).collect())
}

/// The step that a key is.
fn step_of(key: &Value) -> Option<Step> {
    match &key.kind {
        Kind::String(text) => Some(Step::Key(text.clone())),
        Kind::Number(number) => Step::index(number),
        Kind::Bool(value) => Some(Step::Key(Str::from(if *value { "true" } else { "false" }))),
        _ => None,
    }
}

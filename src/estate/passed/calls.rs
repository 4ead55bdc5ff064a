//! Calls of functions whose result is, or is in, one of their arguments.

use super::{elements, step_of};
use crate::budget::Meter;
use crate::estate::declaration::{Position, Scopes};
use crate::eval::scope::Dialect;
use crate::eval::{EvalResult, access};
use crate::syntax::tree::{Call, ExprId};
use crate::value::{AbsentKey, Entries, Kind, Step, Str, Value};

/// The arguments of a call on the way back.
struct HandedOn<'w, 's> {
    scopes: &'s Scopes,
    at: &'w Position<'s>,
    meter: &'w Meter,
    /// Each argument; with the step to its part of the last expression in `f(a, list...)`.
    all: Vec<(ExprId, Option<Step>)>,
}

impl Scopes {
    /// The argument of a call that the part of its result comes from.
    pub(super) fn argument_of<'s>(
        &'s self,
        at: &Position<'s>,
        call: Call,
        meter: &Meter,
    ) -> Option<Position<'s>> {
        let all = at.tree.exprs(call.arguments).iter().map(|expr| (*expr, None)).collect();
        let mut arguments = HandedOn { scopes: self, at, meter, all };
        if call.expand {
            let (list, _) = arguments.all.pop()?;
            let items = elements(&self.evaluated(at, list, meter).ok()?)?;
            for (_, _, step) in items {
                arguments.all.push((list, Some(step?)));
            }
        }
        let name = at.tree.text(call.name);
        arguments.handed_on(name.strip_prefix("core::").unwrap_or(name))
    }
}

impl<'s> HandedOn<'_, 's> {
    /// The value of an argument.
    fn result(&self, index: usize) -> Option<EvalResult<Value>> {
        let (expr, own) = self.all.get(index)?;
        let whole = self.scopes.evaluated(self.at, *expr, self.meter);
        let key = match own {
            None => return Some(whole),
            Some(Step::Key(key)) => Value::from(key.clone()),
            Some(Step::Index(index)) => i64::try_from(*index).ok()?.into(),
        };
        Some(whole.and_then(|whole| access::index(&whole, &key, Dialect::Terraform)))
    }

    fn value(&self, index: usize) -> Option<Value> {
        self.result(index)?.ok()
    }

    fn number(&self, index: usize) -> Option<i64> {
        self.value(index)?.as_number()?.as_i64()
    }

    fn length(&self, index: usize) -> Option<u64> {
        u64::try_from(elements(&self.value(index)?)?.len()).ok()
    }

    /// The place of an argument, with the first steps and those behind the first `without` of the path.
    fn place(
        &self,
        index: usize,
        steps: impl IntoIterator<Item = Step>,
        without: usize,
    ) -> Option<Position<'s>> {
        let (expr, own) = self.all.get(index)?;
        let rest = self.at.path.iter().skip(without).cloned();
        Some(self.at.inside(*expr, own.iter().cloned().chain(steps).chain(rest).collect()))
    }

    /// The place of the argument itself.
    fn whole(&self, index: usize) -> Option<Position<'s>> {
        self.place(index, None, 0)
    }

    /// The element of an argument that is this text.
    fn same(&self, index: usize, wanted: &Step) -> Option<Position<'s>> {
        let found = elements(&self.value(index)?)?
            .into_iter()
            .find(|(_, value, _)| step_of(value).as_ref() == Some(wanted));
        self.place(index, found?.2, 1)
    }

    fn handed_on(&self, name: &str) -> Option<Position<'s>> {
        match (name, self.at.path.first()) {
            ("try", _) => self.tried(),
            ("coalesce" | "coalescelist", _) => {
                let is_text = name == "coalesce";
                let mut present = (0..self.all.len())
                    .map(|index| Some((index, !is_nothing(&self.value(index)?, is_text)?)));
                let (index, _) = present.find(|found| found.is_none_or(|(_, is_it)| is_it))??;
                self.whole(index)
            }
            ("lookup", _) => {
                let key: Str = self.value(1)?.as_str()?.into();
                if has(self.value(0)?.as_entries()?, &key)? {
                    self.place(0, Some(Step::Key(key)), 0)
                } else {
                    self.whole(2)
                }
            }
            ("element", _) => {
                let length = i64::try_from(self.length(0)?).ok()?;
                let index = self.number(1)?.checked_rem_euclid(length)?;
                self.place(0, Some(Step::Index(u64::try_from(index).ok()?)), 0)
            }
            ("one", _) => match &elements(&self.value(0)?)?[..] {
                [(_, _, Some(step))] => self.place(0, Some(step.clone()), 0),
                _ => None,
            },
            ("tomap" | "tolist" | "tostring" | "tonumber" | "tobool", _) => self.whole(0),
            ("merge", Some(Step::Key(key))) => {
                for index in (0..self.all.len()).rev() {
                    let value = self.value(index)?;
                    if !value.is_null() && has(value.as_entries()?, key)? {
                        return self.whole(index);
                    }
                }
                None
            }
            ("zipmap", Some(wanted)) => {
                let keys = elements(&self.value(0)?)?;
                let (.., step) =
                    keys.into_iter().rfind(|(_, key, _)| step_of(key).as_ref() == Some(wanted))?;
                self.place(1, step, 1)
            }
            ("toset" | "setunion", Some(wanted)) => {
                (0..self.all.len()).find_map(|index| self.same(index, wanted))
            }
            (_, Some(Step::Index(index))) => self.element(name, *index),
            _ => None,
        }
    }

    /// The argument that an element of a list comes from.
    fn element(&self, name: &str, index: u64) -> Option<Position<'s>> {
        match name {
            "concat" => {
                let mut left = index;
                for argument in 0..self.all.len() {
                    let length = self.length(argument)?;
                    if left < length {
                        return self.place(argument, Some(Step::Index(left)), 1);
                    }
                    left -= length;
                }
                None
            }
            "flatten" => {
                let steps = flat(&self.value(0)?, &mut usize::try_from(index).ok()?)?.ok()?;
                self.place(0, steps, 1)
            }
            "reverse" => {
                let index = self.length(0)?.checked_sub(1)?.checked_sub(index)?;
                self.place(0, Some(Step::Index(index)), 1)
            }
            "slice" => {
                self.place(0, Some(Step::Index(u64::try_from(self.number(1)?).ok()?.checked_add(index)?)), 1)
            }
            "values" => {
                let (.., step) = elements(&self.value(0)?)?.into_iter().nth(usize::try_from(index).ok()?)?;
                self.place(0, Some(step?), 1)
            }
            "distinct" | "compact" | "sort" => {
                let result = self.scopes.evaluated(self.at, self.at.expr, self.meter).ok()?;
                let (_, value, _) = elements(&result)?.into_iter().nth(usize::try_from(index).ok()?)?;
                self.same(0, &step_of(&value)?)
            }
            _ => None,
        }
    }

    /// The first argument of `try` that has a value.
    fn tried(&self) -> Option<Position<'s>> {
        for index in 0..self.all.len() {
            match self.result(index)? {
                Ok(value) if value.is_wholly_known() => return self.whole(index),
                Err(error) if !error.is_final() => {}
                _ => return None,
            }
        }
        None
    }
}

/// Whether `coalesce` goes on to the next argument; `None` if that is not known.
fn is_nothing(value: &Value, is_text: bool) -> Option<bool> {
    match &value.kind {
        Kind::Unknown(_) => None,
        Kind::Null(_) => Some(true),
        Kind::String(text) => Some(is_text && text.is_empty()),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) if !is_text => {
            Some(items.items.is_empty()).filter(|is_empty| !is_empty || items.more.is_none())
        }
        _ => Some(false),
    }
}

/// Whether there is an entry with a key; `None` if that is not known.
fn has(entries: &Entries, key: &str) -> Option<bool> {
    match (entries.get(key), &entries.absent) {
        (Some(_), _) => Some(true),
        (None, AbsentKey::Error) => Some(false),
        _ => None,
    }
}

/// The steps to an element of nested lists as `flatten` counts them. `Some(Err(()))` if it lies behind them; `None` if it is not known.
fn flat(value: &Value, left: &mut usize) -> Option<Result<Vec<Step>, ()>> {
    for (index, (_, item, _)) in (0u64..).zip(elements(value)?) {
        let is_list = item.as_sequence().is_some();
        if item.as_unknown().is_some() {
            return None;
        }
        if is_list {
            if let Ok(mut steps) = flat(&item, left)? {
                steps.insert(0, Step::Index(index));
                return Some(Ok(steps));
            }
        } else if *left == 0 {
            return Some(Ok(vec![Step::Index(index)]));
        } else {
            *left -= 1;
        }
    }
    Some(Err(()))
}

//! The law of unknowns: where a part of an argument is not known, a function may know less, but nothing else.

use std::path::Path;
use std::sync::Arc;

use buttress::budget::Meter;
use buttress::eval::functions;
use buttress::eval::interpreter::evaluate;
use buttress::eval::scope::{NoScope, Scope};
use buttress::eval::{EvalResult, Host};
use buttress::syntax::parse_expression;
use buttress::syntax::tree::{Call, ExprKind};
use buttress::text::FileId;
use buttress::value::equality::{NoIdentities, Truth, equal};
use buttress::value::{AbsentKey, Cause, CauseKind, Kind, Type, Unknown, Value};
use serde_json::Value as Json;

use super::world::Disk;

/// Checks all calls whose arguments need no module around them; gives how many there were and what broke the law.
pub(super) fn check(folder: &Path, case: &Json, broken: &mut Vec<String>) -> usize {
    let source = case["expr"].as_str().unwrap();
    let parsed = parse_expression(FileId(0), source.into());
    let ExprKind::Call(id) = parsed.tree.expr(parsed.expression).kind else { return 0 };
    let Call { name, arguments, expand: false } = parsed.tree.call(id) else { return 0 };
    let Some(function) = functions::find(parsed.tree.text(name)) else { return 0 };
    let disk = Disk::new(folder);
    let meter = Meter::unlimited();
    let environment = Host { files: &disk, identities: &NoIdentities, meter: &meter };
    let scope = NoScope(environment);
    let arguments: EvalResult<Vec<Value>> = parsed
        .tree
        .exprs(arguments)
        .iter()
        .map(|argument| evaluate(&parsed.tree, *argument, &scope as &dyn Scope))
        .collect();
    let Ok(arguments) = arguments else { return 0 };
    let Ok(known) = function.call(&environment, &arguments) else { return 0 };
    if !known.is_wholly_known() {
        return 0;
    }
    let mut count = 0;
    for (i, argument) in arguments.iter().enumerate() {
        each_generalisation(argument, &mut |general| {
            count += 1;
            let mut arguments = arguments.clone();
            arguments[i] = general.clone();
            match function.call(&environment, &arguments) {
                Ok(result) if allows(&result, &known) => {}
                Ok(result) => broken.push(format!(
                    "{source}: with argument {i} {general:?}\n    it is {result:?}\n    and not {known:?}"
                )),
                Err(error) => {
                    broken.push(format!("{source}: with argument {i} {general:?}: {}", error.message))
                }
            }
        });
    }
    count
}

fn unknown(type_: Type) -> Value {
    Unknown::new(type_, Cause::new(CauseKind::VariableWithoutDefault, "var.x", None)).into()
}

/// Calls `visit` with the value with one part of it unknown, for each part, with its type and without.
fn each_generalisation(value: &Value, visit: &mut dyn FnMut(Value)) {
    visit(unknown(value.type_of()));
    visit(unknown(Type::Dynamic));
    if let Kind::String(text) = &value.kind
        && let Some((at, _)) = text.char_indices().nth(2)
    {
        let mut start = Unknown::new(Type::String, Cause::provider());
        start.refinement.prefix = functions::known_prefix(&text[..at]);
        start.refinement.not_null = true;
        visit(start.into());
    }
    let parts = value.parts().count();
    for i in 0..parts {
        let part = value.parts().nth(i).unwrap();
        each_generalisation(part, &mut |general| {
            let mut kind = value.kind.clone();
            match &mut kind {
                Kind::List(s) | Kind::Tuple(s) => Arc::make_mut(s).items[i] = general,
                // Where it comes in a set is for the set to say.
                Kind::Set(s) => {
                    let mut items = s.items.clone();
                    items[i] = general;
                    return visit(Value::set(s.element.clone(), items));
                }
                Kind::Map(e) | Kind::Object(e) => Arc::make_mut(e).items.make_mut()[i].1 = general,
                _ => {}
            }
            visit(kind.into());
        });
    }
    match &value.kind {
        Kind::List(s) | Kind::Tuple(s) => {
            for keep in 0..=s.items.len() {
                let mut open = s.as_ref().clone();
                open.items.truncate(keep);
                open.more = Some(Cause::provider());
                let is_list = matches!(value.kind, Kind::List(_));
                visit(if is_list { Kind::List(open.into()) } else { Kind::Tuple(open.into()) }.into());
            }
        }
        Kind::Map(e) | Kind::Object(e) => {
            for left_out in 0..e.items.len() {
                let mut open = e.as_ref().clone();
                open.items.remove(left_out);
                open.absent = AbsentKey::MaybePresent(Cause::provider());
                let is_map = matches!(value.kind, Kind::Map(_));
                visit(if is_map { Kind::Map(open.into()) } else { Kind::Object(open.into()) }.into());
            }
        }
        _ => {}
    }
}

/// Whether a value may turn out to be a known one.
fn allows(general: &Value, known: &Value) -> bool {
    match (&general.kind, &known.kind) {
        (Kind::Unknown(unknown), _) => allows_unknown(unknown, known),
        (Kind::List(a), Kind::List(b)) | (Kind::Tuple(a), Kind::Tuple(b)) => {
            let enough = if a.more.is_some() {
                a.items.len() <= b.items.len()
            } else {
                a.items.len() == b.items.len()
            };
            enough && a.items.iter().zip(&b.items).all(|(a, b)| allows(a, b))
        }
        // A list of elements whose type is not known may be a tuple, and the other way round.
        (Kind::List(a), Kind::Tuple(b)) | (Kind::Tuple(a), Kind::List(b)) => {
            (a.more.is_some() || a.items.len() == b.items.len())
                && a.items.iter().zip(&b.items).all(|(a, b)| allows(a, b))
        }
        (Kind::Set(a), Kind::Set(b)) => {
            a.items.iter().all(|a| b.items.iter().any(|b| allows(a, b)))
                && (a.more.is_some() || b.items.iter().all(|b| a.items.iter().any(|a| allows(a, b))))
        }
        (Kind::Map(a) | Kind::Object(a), Kind::Map(b) | Kind::Object(b)) => {
            let open = !matches!(a.absent, AbsentKey::Error);
            a.items.iter().all(|(key, a)| b.get(key).is_some_and(|b| allows(a, b)))
                && (open || a.items.len() == b.items.len())
        }
        _ => matches!(equal(general, known, &NoIdentities), Truth::Yes),
    }
}

fn allows_unknown(unknown: &Unknown, known: &Value) -> bool {
    let refinement = &unknown.refinement;
    let size = match &known.kind {
        Kind::Null(_) => return !refinement.not_null,
        Kind::Number(number) => number.as_i64(),
        Kind::String(text) if !text.starts_with(refinement.prefix.as_str()) => return false,
        Kind::String(_) | Kind::Bool(_) | Kind::Unknown(_) => None,
        _ => i64::try_from(known.parts().count()).ok(),
    };
    let type_fits = unknown.type_ == Type::Dynamic
        || std::mem::discriminant(&unknown.type_) == std::mem::discriminant(&known.type_of());
    type_fits
        && size.is_none_or(|n| {
            refinement.at_least.is_none_or(|least| least <= n)
                && refinement.at_most.is_none_or(|most| n <= most)
        })
}

//! `dependency` blocks: the units whose outputs a unit reads.

use std::sync::Arc;

use super::config::DependencyBlock;
use super::places::{directory, joined};
use super::scope::FileScope;
use crate::syntax::tree::Block;
use crate::value::{AbsentKey, Cause, CauseKind, Entries, Kind, Type, Value};

/// The `dependency` blocks of a file.
pub(super) fn blocks(scope: &FileScope<'_, '_>) -> Vec<DependencyBlock> {
    let of = |block: &Block| {
        let body = scope.tree.body(block.body);
        let path = scope.argument(body, "config_path");
        let directory = match path.as_str() {
            Some(path) if path.ends_with(".hcl") => Ok(directory(&joined(scope.home(), path)).to_owned()),
            Some(path) => Ok(joined(scope.home(), path)),
            None => Err(path.first_cause().unwrap_or_else(|| {
                Cause::new(CauseKind::Error, "`config_path` is not set", Some(scope.span(block)))
            })),
        };
        let is_true = |name: &str| scope.argument(body, name).as_bool() == Some(true);
        DependencyBlock {
            name: scope.label(block),
            directory,
            mocks: scope.argument(body, "mock_outputs"),
            is_mocked: is_true("skip_outputs") || scope.argument(body, "enabled").as_bool() == Some(false),
            span: scope.span(block),
        }
    };
    scope.blocks("dependency").map(of).collect()
}

/// `dependency.NAME` in an expression.
pub(super) fn value(scope: &FileScope<'_, '_>, block: &DependencyBlock) -> Value {
    Value::object(vec![("outputs".into(), outputs(scope, block))])
}

fn outputs(scope: &FileScope<'_, '_>, block: &DependencyBlock) -> Value {
    if block.is_mocked && !block.mocks.is_null() {
        return block.mocks.clone();
    }
    let known = match &block.directory {
        Ok(directory) => scope.places.absolute(directory).and_then(|path| scope.reading.outputs.get(&path)),
        Err(cause) => return like(&block.mocks, cause),
    };
    match known.map(|known| &known.kind) {
        Some(Kind::Unknown(unknown)) => like(&block.mocks, &unknown.cause),
        Some(_) => known.cloned().unwrap_or(Value::NULL),
        None => {
            let subject = format!("dependency.{}.outputs", block.name);
            like(&block.mocks, &Cause::new(CauseKind::OutsideConfiguration, subject, Some(block.span)))
        }
    }
}

/// Outputs that are not known: mocks tell only their types, and there may be others.
fn like(mocks: &Value, cause: &Arc<Cause>) -> Value {
    let Some(entries) = mocks.as_entries() else { return Value::unknown(cause.clone()) };
    let items = entries.items.iter().map(|(name, mock)| {
        // A mock is often the short form of what it stands for: only plain types can be relied on.
        let type_ = match mock.type_of() {
            plain @ (Type::String | Type::Number | Type::Bool) => plain,
            _ => Type::Dynamic,
        };
        (name.clone(), Value::unknown_of(type_, cause.clone()))
    });
    let items = items.collect();
    Kind::Object(Arc::new(Entries {
        element: Type::Dynamic,
        items,
        absent: AbsentKey::MaybePresent(cause.clone()),
    }))
    .into()
}

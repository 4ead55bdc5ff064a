//! Verbs about values alone.

use super::{Argument, Returns, Verb, usage};
use crate::address::{is_published_as, version};
use crate::eval::EvalError;
use crate::value::{Kind, Piece, Type, Value};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        name: "default",
        takes: &[Argument::Values],
        returns: Returns::Value,
        gives: "the first value that is not null, unchanged (Terraform's `coalesce` converts all values to one type)",
        call: |_, arguments| {
            let mut left = arguments.iter().filter(|value| !value.is_null());
            let Some(value) = left.next() else { return Ok(Value::NULL) };
            Ok(match &value.kind {
                // The value may be null, and then a later one is the result.
                Kind::Unknown(unknown) if !unknown.refinement.not_null && left.next().is_some() => {
                    Value::unknown(unknown.cause.clone()).computed_from(value)
                }
                _ => value.clone(),
            })
        },
    },
    Verb {
        name: "fragments",
        takes: &[Argument::Value],
        returns: Returns::Value,
        gives: "what is known of a text, in order, with a null for each part that is not; the text alone if all of it is known",
        call: |_, arguments| {
            let [value] = arguments else { return Err(usage("fragments")) };
            let hole = || Value::from(Kind::Null(Type::String));
            let fragments = match &value.kind {
                Kind::Null(_) => Vec::new(),
                Kind::Unknown(unknown) => match &unknown.refinement.pieces {
                    Some(pieces) => pieces
                        .all()
                        .iter()
                        .map(|piece| match piece {
                            Piece::Text(text) => text.clone().into(),
                            Piece::Hole(_) | Piece::Gap => hole(),
                        })
                        .collect(),
                    None => vec![hole()],
                },
                _ => vec![value.clone()],
            };
            Ok(Value::tuple(fragments))
        },
    },
    Verb {
        name: "is_published_as",
        takes: &[Argument::Value, Argument::Value],
        returns: Returns::Value,
        gives: "whether the source of a module, however it is written, is one that a list of patterns names (`acme/*`, `github.com/acme/**`)",
        call: |_, arguments| {
            let [source, patterns] = arguments else { return Err(usage("is_published_as")) };
            let source = match &source.kind {
                Kind::String(source) => source,
                Kind::Null(_) => return Ok(false.into()),
                Kind::Unknown(unknown) => return Ok(Value::unknown_of(Type::Bool, unknown.cause.clone())),
                _ => return Err(usage("is_published_as")),
            };
            let patterns = match &patterns.kind {
                Kind::Unknown(unknown) => return Ok(Value::unknown_of(Type::Bool, unknown.cause.clone())),
                Kind::Null(_) => return Ok(false.into()),
                _ => patterns.as_sequence().ok_or_else(|| usage("is_published_as"))?,
            };
            let mut unknown =
                patterns.more.as_ref().map(|cause| Value::unknown_of(Type::Bool, cause.clone()));
            for pattern in &patterns.items {
                match &pattern.kind {
                    Kind::String(pattern) if is_published_as(source, pattern) => return Ok(true.into()),
                    Kind::Unknown(one) => unknown = Some(Value::unknown_of(Type::Bool, one.cause.clone())),
                    _ => {}
                }
            }
            Ok(unknown.unwrap_or_else(|| false.into()))
        },
    },
    Verb {
        name: "version_allows",
        takes: &[Argument::Constraint, Argument::Version],
        returns: Returns::Value,
        gives: "whether a version constraint allows a version; a null constraint allows any",
        call: |_, arguments| {
            let [constraint, version] = arguments else { return Err(usage("version_allows")) };
            match (&constraint.kind, &version.kind) {
                // A null constraint allows any version.
                (Kind::Null(_), _) => Ok(true.into()),
                (Kind::String(constraint), Kind::String(version)) => version::allows(constraint, version)
                    .map(Value::from)
                    .map_err(|error| Box::new(EvalError::new(error))),
                (Kind::Unknown(unknown), _) | (_, Kind::Unknown(unknown)) => {
                    Ok(Value::unknown_of(Type::Bool, unknown.cause.clone()))
                }
                _ => Err(usage("version_allows")),
            }
        },
    },
];

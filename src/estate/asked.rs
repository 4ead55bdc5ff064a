//! What somebody points at in a text, and its value.

use std::sync::Arc;

use super::declaration::DecidedBy;
use crate::text::{FileId, Span};
use crate::value::{Cause, Str, Value};

/// A place in a text whose value is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointedPlace {
    pub file: FileId,
    /// The offset in the text.
    pub offset: u32,
}

/// The value of what stands at a place, in one instance of the block around it.
#[derive(Clone, Debug)]
pub struct PointedValue {
    /// What it is called there: `multi_az`, `var.ha`.
    pub name: Str,
    /// The place of all of it.
    pub span: Span,
    /// The address of the instance, or of the module instance; empty for the root module.
    pub within: Str,
    pub value: Value,
    /// Why a whole resource or data source is more than its arguments, which are what `value` has of it.
    pub rest: Option<Arc<Cause>>,
    /// The places that decide the value, each the reason for the one before it.
    pub decided: Vec<(Span, DecidedBy)>,
    /// The address under which an unknown value can be assumed.
    pub assumable: Option<Str>,
}

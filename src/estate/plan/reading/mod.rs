//! Reading a plan or a state: scans the text once, then reads its sections in parallel into small JSON trees.
//!
//! The result is what the document says, resource by resource; [`inference`](super::inference) works out what it leaves out.

pub(super) mod changes;
pub(super) mod configuration;
pub(super) mod detect;
pub(super) mod document;
pub(super) mod json;
pub(super) mod reader;
pub(super) mod sections;
pub(super) mod values;

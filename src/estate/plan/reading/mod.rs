//! Reading a plan or a state: one scan of the text, its sections side by side, and a small JSON tree of each.
//!
//! Gives what the document says, resource by resource; what it leaves out is for [`inference`](super::inference).

pub(super) mod changes;
pub(super) mod configuration;
pub(super) mod detect;
pub(super) mod document;
pub(super) mod json;
pub(super) mod reader;
pub(super) mod sections;
pub(super) mod values;

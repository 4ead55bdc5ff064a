//! Infers what a plan leaves out: which reference of an expression is behind which value.
//!
//! A plan lists the values of an attribute and, separately, the names in its expression. Where more than one assignment is possible
//! the value stays unknown, and its cause names the candidates.

pub(super) mod ambiguity;
pub(super) mod assign;
pub(super) mod blocks;
pub(super) mod choice;
pub(super) mod identity;
pub(super) mod local;
pub(super) mod marks;
pub(super) mod names;
pub(super) mod references;
pub(super) mod target;

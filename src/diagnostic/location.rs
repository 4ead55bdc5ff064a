//! Where a diagnostic points: a place in a text that was read, or a part of a plan.

use std::sync::Arc;

use ecow::EcoString;

use crate::text::{FileId, Range, Span};

/// A place that a diagnostic points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// In a text that was read.
    Source(Span),
    /// In a plan or state. Their text holds secrets as they are, so an excerpt made from values is shown instead.
    Plan {
        /// The plan.
        file: FileId,
        /// A JSON pointer (RFC 6901) to what is meant.
        pointer: EcoString,
        /// What is shown of it.
        excerpt: Arc<Excerpt>,
    },
}

/// Part of an instance in a plan, written as Terraform would write it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excerpt {
    /// The block with what is meant in it.
    pub text: String,
    /// What is meant, in the text.
    pub mark: Range,
}

impl Location {
    /// The file that was read, or the plan.
    #[must_use]
    pub const fn file(&self) -> FileId {
        match self {
            Self::Source(span) => span.file,
            Self::Plan { file, .. } => *file,
        }
    }

    /// The place in a text that was read; none in a plan.
    #[must_use]
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Source(span) => Some(*span),
            Self::Plan { .. } => None,
        }
    }
}

impl From<Span> for Location {
    fn from(span: Span) -> Self {
        Self::Source(span)
    }
}

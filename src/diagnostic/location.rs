//! Where a diagnostic points: a place in a source file, or a part of a plan.

use std::path::Path;
use std::sync::Arc;

use ecow::EcoString;

use crate::text::{FileId, Range, Span};

/// A place that a diagnostic points at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A place in a source file.
    Source(Span),
    /// A part of a plan or state. Their text contains secrets in clear, so an excerpt made from values is shown instead.
    Plan {
        file: FileId,
        /// The JSON pointer (RFC 6901) of the part.
        pointer: EcoString,
        /// The text that is shown for it.
        excerpt: Arc<Excerpt>,
    },
}

/// A part of an instance in a plan, written as in Terraform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excerpt {
    /// The block that contains the part.
    pub text: String,
    /// The range of the part in `text`.
    pub mark: Range,
}

impl Location {
    /// The source file or plan.
    #[must_use]
    pub const fn file(&self) -> FileId {
        match self {
            Self::Source(span) => span.file,
            Self::Plan { file, .. } => *file,
        }
    }

    /// The place in a source file; `None` in a plan.
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

/// A path as people and formats see it: with `/` as separator, and without the `./` of a path in the working directory, because tools compare
/// it with the paths of a repository.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut clean = text.as_str();
    while let Some(rest) = clean.strip_prefix("./") {
        clean = rest.trim_start_matches('/');
    }
    if clean.is_empty() && !text.is_empty() { ".".to_owned() } else { clean.to_owned() }
}

//! What is known, or the cause why it is not: the answer to a question about values.

use std::sync::Arc;

use super::Cause;

/// An answer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is known.
    Yes(T),
    /// It is not known, for this cause.
    No(Arc<Cause>),
}

impl<T> Known<T> {
    /// The answer as something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Yes(value) => Known::Yes(change(value)),
            Self::No(cause) => Known::No(cause),
        }
    }

    /// Why it is not known.
    #[must_use]
    pub const fn cause(&self) -> Option<&Arc<Cause>> {
        match self {
            Self::Yes(_) => None,
            Self::No(cause) => Some(cause),
        }
    }
}

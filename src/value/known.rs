//! A known answer, or the cause why it is unknown.

use std::sync::Arc;

use super::Cause;

/// A known answer, or the cause why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    Yes(T),
    /// Unknown, for this cause.
    No(Arc<Cause>),
}

impl<T> Known<T> {
    /// Converts the answer, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Yes(value) => Known::Yes(change(value)),
            Self::No(cause) => Known::No(cause),
        }
    }

    /// The cause why the answer is unknown.
    #[must_use]
    pub const fn cause(&self) -> Option<&Arc<Cause>> {
        match self {
            Self::Yes(_) => None,
            Self::No(cause) => Some(cause),
        }
    }
}

//! Marks: whether a value is sensitive or ephemeral, whether the order of a list is known, and what a value was computed from.

use std::sync::Arc;

use super::{AbsentKey, Kind, Origin, Value};

/// What is recorded about how a value was computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The value must never be shown.
    pub sensitive: bool,
    /// The value exists only while Terraform runs and is stored nowhere.
    pub ephemeral: bool,
    /// The elements of the list have an order that is not known.
    pub unordered: bool,
    /// The origins it was computed from: sorted, distinct, and without [`Unknown::origin`](super::Unknown::origin).
    pub references: Vec<Arc<Origin>>,
}

/// The most references that one value keeps. A reader learns nothing from more.
pub const MAX_REFERENCES: usize = 256;

impl Value {
    /// The marks, if the value has any.
    #[must_use]
    pub fn marks(&self) -> Option<&Marks> {
        self.marks.as_deref()
    }

    /// The same value with the marks of `other` in place of its own.
    #[must_use]
    pub fn with_marks_of(mut self, other: &Self) -> Self {
        self.marks = other.marks.clone();
        self
    }

    /// The same value without its own marks; parts keep theirs.
    #[must_use]
    pub fn without_marks(mut self) -> Self {
        self.marks = None;
        self
    }

    /// Takes over the sensitivity of `other` but not its references: for results that reveal something about a value without
    /// containing it.
    #[must_use]
    pub fn secret_as(self, other: &Self) -> Self {
        let value = if other.is_ephemeral() { self.ephemeral() } else { self };
        if other.is_sensitive() { value.sensitive() } else { value }
    }

    /// The same value marked ephemeral.
    #[must_use]
    pub fn ephemeral(mut self) -> Self {
        if !self.is_ephemeral() {
            Arc::make_mut(self.marks.get_or_insert_default()).ephemeral = true;
        }
        self
    }

    /// Whether the value itself (not a part of it) is ephemeral.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.ephemeral)
    }

    /// The same value marked sensitive.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        if !self.is_sensitive() {
            Arc::make_mut(self.marks.get_or_insert_default()).sensitive = true;
        }
        self
    }

    /// The same value, not marked sensitive.
    #[must_use]
    pub fn nonsensitive(mut self) -> Self {
        if let Some(marks) = &mut self.marks {
            Arc::make_mut(marks).sensitive = false;
        }
        self
    }

    /// Whether the value itself (not a part of it) is sensitive.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.sensitive)
    }

    /// The same list, in an order that is not known.
    #[must_use]
    pub fn unordered(mut self) -> Self {
        if !self.is_unordered() {
            Arc::make_mut(self.marks.get_or_insert_default()).unordered = true;
        }
        self
    }

    /// Whether it is not known in which order the elements of the list stand.
    #[must_use]
    pub fn is_unordered(&self) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.unordered)
    }

    /// Whether the value must not be shown: it is sensitive, or ephemeral, which Terraform keeps out of plans and states.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.is_sensitive() || self.is_ephemeral()
    }

    /// Whether the value or a part of it is sensitive.
    #[must_use]
    pub fn has_sensitive_part(&self) -> bool {
        self.is_sensitive() || self.parts().any(Self::has_sensitive_part)
    }

    /// Whether the value or a part of it is ephemeral.
    #[must_use]
    pub fn has_ephemeral_part(&self) -> bool {
        self.is_ephemeral() || self.parts().any(Self::has_ephemeral_part)
    }

    /// Whether the value or a part of it must not be shown.
    #[must_use]
    pub fn has_secret_part(&self) -> bool {
        self.is_secret() || self.parts().any(Self::has_secret_part)
    }

    /// Records that the value was computed from `origin`.
    #[must_use]
    pub fn referring_to(mut self, origin: Arc<Origin>) -> Self {
        let references = &mut Arc::make_mut(self.marks.get_or_insert_default()).references;
        if let Err(at) = references.binary_search(&origin)
            && references.len() < MAX_REFERENCES
        {
            references.insert(at, origin);
        }
        self
    }

    /// Records that `self` was computed from `other`: adds the marks of `other`, and its origin as a reference.
    #[must_use]
    pub fn computed_from(mut self, other: &Self) -> Self {
        if let Kind::Unknown(unknown) = &other.kind
            && let Some(origin) = &unknown.origin
            && !matches!(&self.kind, Kind::Unknown(own) if own.origin.as_ref() == Some(origin))
        {
            self = self.referring_to(origin.clone());
        }
        match (&mut self.marks, &other.marks) {
            (_, None) => {}
            (marks @ None, Some(theirs)) => *marks = Some(theirs.clone()),
            (Some(ours), Some(theirs)) => {
                if !Arc::ptr_eq(ours, theirs) {
                    let ours = Arc::make_mut(ours);
                    ours.sensitive |= theirs.sensitive;
                    ours.ephemeral |= theirs.ephemeral;
                    ours.unordered |= theirs.unordered;
                    for origin in &theirs.references {
                        if let Err(at) = ours.references.binary_search(origin)
                            && ours.references.len() < MAX_REFERENCES
                        {
                            ours.references.insert(at, origin.clone());
                        }
                    }
                }
            }
        }
        self
    }

    /// As [`Value::computed_from`], and also adds the marks of all parts of `other`.
    #[must_use]
    pub fn computed_from_all_of(mut self, other: &Self) -> Self {
        self = self.computed_from(other);
        for part in other.parts() {
            self = self.computed_from_all_of(part);
        }
        self
    }

    /// Calls `visit` with every origin that this value or a part of it refers to.
    pub fn each_reference(&self, visit: &mut dyn FnMut(&Arc<Origin>)) {
        if let Some(marks) = &self.marks {
            marks.references.iter().for_each(&mut *visit);
        }
        match &self.kind {
            Kind::Unknown(unknown) => {
                if let Some(origin) = &unknown.origin {
                    visit(origin);
                }
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                if let AbsentKey::Symbolic(origin) = &entries.absent {
                    visit(origin);
                }
            }
            _ => {}
        }
        for part in self.parts() {
            part.each_reference(visit);
        }
    }
}

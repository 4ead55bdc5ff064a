//! Units of fixing: findings that the same edits fix.

use std::collections::BTreeMap;

use super::compare::{ChangedArgument, FindingKey};
use crate::estate::EditPlace;
use crate::fix::{NewText, TextEdit};
use crate::report::fixes::RefusedFix;
use crate::rule::edit::ProposedEdit;
use crate::text::FileId;

/// Edits of files.
pub(super) type FileEdits = Vec<(FileId, TextEdit)>;

/// A finding, with what would fix it.
#[derive(Clone, Debug)]
pub(super) struct FixedFinding {
    pub(super) key: FindingKey,
    pub(super) edits: Vec<ProposedEdit>,
    /// Edits that would each fix it, the best first.
    pub(super) alternatives: Vec<FileEdits>,
    /// Those of them that did not do.
    pub(super) tried: Vec<FileEdits>,
}

impl FixedFinding {
    /// Whether a resource is replaced, or data lost.
    pub(super) fn is_unsafe(&self) -> bool {
        self.edits.iter().any(|edit| edit.is_unsafe)
    }

    pub(super) fn refused(&self, reason: String) -> RefusedFix {
        let ((root, ..), rule, defect, address) = self.key.clone();
        RefusedFix { root, rule, address, defect, reason }
    }

    /// The same without the alternative that did not do.
    pub(super) fn without_first(mut self) -> Self {
        if !self.alternatives.is_empty() {
            self.tried.push(self.alternatives.remove(0));
        }
        self
    }

    /// The same with all alternatives.
    pub(super) fn afresh(mut self) -> Self {
        self.tried.append(&mut self.alternatives);
        self.alternatives = std::mem::take(&mut self.tried);
        self
    }
}

/// Findings that are fixed together, because one place decides about all of them.
#[derive(Clone, Debug)]
pub(super) struct FixUnit {
    pub(super) edits: FileEdits,
    pub(super) members: Vec<FixedFinding>,
}

impl FixUnit {
    /// Groups findings by the first of their alternatives.
    pub(super) fn grouped(members: Vec<FixedFinding>) -> Vec<Self> {
        let mut groups: BTreeMap<FileEdits, Vec<FixedFinding>> = BTreeMap::new();
        for member in members {
            let Some(first) = member.alternatives.first() else { continue };
            groups.entry(first.clone()).or_default().push(member);
        }
        groups.into_iter().map(|(edits, members)| Self { edits, members }).collect()
    }

    /// The arguments that are meant to change.
    pub(super) fn arguments(&self) -> impl Iterator<Item = ChangedArgument> {
        self.members.iter().flat_map(|member| {
            let (root, ..) = &member.key;
            member
                .edits
                .iter()
                .filter_map(|edit| Some((root.clone(), edit.address.clone(), edit.path.first()?.clone())))
        })
    }
}

/// The edit of a text that gives a place its new value; none if a block would have to stand in place of a literal.
pub(super) fn text_edit(place: &EditPlace, text: &NewText) -> Option<TextEdit> {
    Some(match (place, text) {
        (EditPlace::Literal { span, .. }, NewText::Value(value)) => {
            TextEdit::Replace { range: span.range, with: value.clone() }
        }
        (EditPlace::Literal { .. }, NewText::Block(_)) => return None,
        (EditPlace::Body { span, path }, text) => {
            TextEdit::Add { body: span.range, path: path.clone(), text: text.clone() }
        }
    })
}

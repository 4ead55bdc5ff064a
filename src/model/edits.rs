//! What makes a node take a loss better: changes of one attribute, and further resources.

use super::{Claim, Model};
use crate::decode::{Expression, Section, Spanned};
use crate::estate::Mode;
use crate::value::Str;

/// A change after which a node may take losses better.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What changes.
    pub change: EditChange,
    /// The nodes that it is for; all of the type if it does not say.
    pub when: Option<Expression>,
}

/// What an edit changes.
#[derive(Clone, Debug)]
pub enum EditChange {
    /// An attribute gets another value, and others with it where the provider takes one only with the other.
    Attributes(Vec<AttributeChange>),
    /// Something stands beside the node, as these words say: then it stands in these zones and so many others, in so many copies.
    Addition { words: Str, zones: Expression, copies: Expression, others: Option<Expression> },
}

/// Another value of an attribute.
#[derive(Clone, Debug)]
pub struct AttributeChange {
    /// The dotted path of the attribute.
    pub path: Str,
    /// The value; null unsets it.
    pub to: Expression,
    /// When it changes; always if it does not say.
    pub when: Option<Expression>,
}

impl Edit {
    /// All its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (attributes, addition) = match &self.change {
            EditChange::Attributes(all) => (all.as_slice(), [None, None, None]),
            EditChange::Addition { zones, copies, others, .. } => {
                (&[][..], [Some(zones), Some(copies), others.as_ref()])
            }
        };
        let attributes = attributes.iter().flat_map(|change| std::iter::once(&change.to).chain(&change.when));
        attributes.chain(addition.into_iter().flatten()).chain(&self.when)
    }
}

impl Model {
    /// Reads the change of an attribute.
    pub(super) fn edit(&mut self, mut section: Section<'_>) {
        let (type_, attribute) = (section.label_spanned(0), section.label_spanned(1));
        let to: Option<Expression> = section.required("to");
        let when: Option<Expression> = section.optional("when");
        let beside = section.blocks("also", "a change that goes with it", &["an attribute"]);
        section.finish();
        self.claims.push(Claim::of_type(&[Mode::Managed], &type_));
        self.claims.push(Claim::attribute(&[Mode::Managed], &type_.value, &attribute));
        let mut changes: Vec<AttributeChange> = Vec::new();
        changes.extend(to.map(|to| AttributeChange { path: attribute.value, to, when: None }));
        for mut also in beside {
            let attribute = also.label_spanned(0);
            let to: Option<Expression> = also.required("to");
            let when: Option<Expression> = also.optional("when");
            also.finish();
            self.claims.push(Claim::attribute(&[Mode::Managed], &type_.value, &attribute));
            changes.extend(to.map(|to| AttributeChange { path: attribute.value, to, when }));
        }
        if !changes.is_empty() {
            self.add_edit(&type_.value, Edit { change: EditChange::Attributes(changes), when });
        }
    }

    /// Reads what may stand beside a node.
    pub(super) fn addition(&mut self, mut section: Section<'_>) {
        let (type_, words) = (section.label_spanned(0), section.label_spanned(1));
        let zones: Option<Expression> = section.required("zones");
        let copies: Option<Expression> = section.required("copies");
        let others: Option<Expression> = section.optional("other_zones");
        let when: Option<Expression> = section.optional("when");
        section.finish();
        self.claims.push(Claim::of_type(&[Mode::Managed], &type_));
        let (Some(zones), Some(copies)) = (zones, copies) else { return };
        let change = EditChange::Addition { words: words.value, zones, copies, others };
        self.add_edit(&type_.value, Edit { change, when });
    }

    /// Reads which attributes the provider cannot change in place.
    pub(super) fn replacement(&mut self, mut section: Section<'_>) {
        let type_ = section.label_spanned(0);
        let attributes: Vec<Spanned<Str>> = section.required("attributes").unwrap_or_default();
        section.finish();
        self.claims.push(Claim::of_type(&[Mode::Managed], &type_));
        for attribute in &attributes {
            self.claims.push(Claim::attribute(&[Mode::Managed], &type_.value, attribute));
        }
        for type_ in self.expand(&type_.value) {
            let known = self.replacements.entry(type_).or_default();
            known.extend(attributes.iter().map(|attribute| attribute.value.clone()));
        }
    }

    /// Whether a change of an attribute makes the provider replace the resource.
    #[must_use]
    pub fn replaces(&self, type_: &str, path: &[Str]) -> bool {
        let path = path.join(".");
        self.replacements.get(type_).is_some_and(|attributes| attributes.iter().any(|own| *own == path))
    }

    fn add_edit(&mut self, of: &str, edit: Edit) {
        for type_ in self.expand(of) {
            self.edits.entry(type_).or_default().push(edit.clone());
        }
    }
}

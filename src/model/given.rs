//! The names that model files give, and what can be wrong with them.

use super::Model;
use crate::decode::{Mistakes, Spanned, check_unique};
use crate::diagnostic::Diagnostic;
use crate::value::Str;

/// The names that a model gives, as they are written: what can be wrong with them concerns several files.
#[derive(Default)]
pub(super) struct GivenNames {
    pub(super) types: Vec<Spanned<Str>>,
    pub(super) sets: Vec<Spanned<Str>>,
    /// What definitions cover: a name and, but for any type, a type.
    pub(super) defined: Vec<Spanned<(Str, Option<Str>)>>,
    /// What definitions say that they are of, but for sets and roles.
    pub(super) subjects: Vec<Spanned<Str>>,
}

impl GivenNames {
    pub(super) fn check(self, model: &Model, mistakes: &Mistakes) {
        let defined = self.defined.into_iter().map(|Spanned { value: (name, type_), span }| {
            let type_ = type_.as_deref().unwrap_or("any type");
            Spanned { value: ecow::eco_format!("{name} of {type_}"), span }
        });
        check_unique(&defined.collect::<Vec<_>>(), "definition", mistakes);
        // A definition is a set only after all of them are read: one of another's types would say nothing of any.
        let is_definition = |named: &&Spanned<Str>| model.definitions.contains_key(&named.value);
        for named in self.subjects.iter().filter(is_definition) {
            let message = format!(
                "`{}` is a definition, which stands for no types here: name types, sets or roles",
                named.value
            );
            mistakes.push(Diagnostic::error("decode/value", message).at(named.span, "a definition"));
        }
        check_unique(&self.types, "`resource` of the model", mistakes);
        check_unique(&self.sets, "set", mistakes);
    }
}

//! Reads the functions of providers: what they make of their arguments.

use super::Model;
use crate::decode::Section;
use crate::estate::ProviderFunction;
use crate::syntax::Expression;
use crate::value::Str;

impl Model {
    /// Reads a function of a provider, whose labels are the source of the provider and the name.
    pub(super) fn function(&mut self, mut section: Section<'_>) {
        let (source, name) = (section.label(0), section.label(1));
        let parameters: Vec<Str> = section.required("parameters").unwrap_or_default();
        let result: Option<Expression> = section.required("result");
        section.finish();
        if let Some(result) = result {
            self.facts.functions.insert((source, name), ProviderFunction { parameters, result });
        }
    }
}

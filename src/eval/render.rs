//! `templatefile` and `templatestring`: a text parsed as a template, in which only the given variables can be referred to.

use std::sync::Arc;

use super::functions::Template;
use super::interpreter::evaluate;
use super::scope::{Manners, Reference, Resolved, Scope};
use super::{Environment, EvalError, EvalResult};
use crate::source::FileId;
use crate::syntax::parse_template;
use crate::value::{Str, Value};

/// Renders a template. Places of errors are in the template, so the errors come without them.
pub(super) fn render(template: Template, environment: Environment<'_>) -> EvalResult<Value> {
    let (text, name, variables, marks) = match template {
        Template::Unknown(unknown) => return Ok(unknown),
        Template::Source { text, name, variables, marks } => (text, name, variables, marks),
    };
    let parsed = parse_template(FileId(u32::MAX), Arc::from(text.as_str()));
    let inside = |message: &str| {
        let place = if name.is_empty() { "the template".to_owned() } else { format!("`{name}`") };
        Box::new(EvalError::new(format!("{place}: {message}")))
    };
    if let Some(problem) = parsed.problems.first() {
        return Err(inside(&problem.message));
    }
    let scope = TemplateScope { variables: &variables, environment };
    let value = evaluate(&parsed.tree, parsed.expression, &scope).map_err(|error| inside(&error.message))?;
    if value.is_null() {
        return Err(inside("the result of the template is null"));
    }
    Ok(value.computed_from(&marks))
}

struct TemplateScope<'a> {
    variables: &'a [(Str, Value)],
    environment: Environment<'a>,
}

impl Scope for TemplateScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let variable = self.variables.iter().find(|(name, _)| name == reference.root);
        match variable {
            Some((_, value)) => Ok(Resolved { value: value.clone(), consumed: 0 }),
            None => Err(Box::new(EvalError::new(format!(
                "the variables of the template have no key \"{}\"",
                reference.root
            )))),
        }
    }

    fn call(&self, name: &str, _: &[Value]) -> Option<EvalResult<Value>> {
        let recursive =
            matches!(name.strip_prefix("core::").unwrap_or(name), "templatefile" | "templatestring");
        recursive.then(|| {
            Err(Box::new(EvalError::new(format!("`{name}` cannot be called from inside a template"))))
        })
    }

    fn environment(&self) -> Environment<'_> {
        self.environment
    }

    fn manners(&self) -> Manners {
        Manners::Terraform
    }
}

//! Templates: text with interpolations and directives.

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::functions::LONGEST;
use super::functions::files::Template;
use super::interpreter::{self, Interpreter};
use super::scope::{Reference, Resolved, Scope};
use super::{EvalError, EvalResult, Host, operators};
use crate::syntax;
use crate::syntax::tree::{ExprKind, List, TemplatePart};
use crate::text::{FileId, Range};
use crate::value::{Cause, CauseKind, Kind, Known, Pieces, Str, Type, Unknown, Value, convert};
use std::cell::Cell;
use std::sync::Arc;

/// Text in Unicode normalisation form C, as Terraform keeps it.
pub(super) fn normalised(text: &str) -> Str {
    if text.is_ascii() || is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes {
        text.into()
    } else {
        text.nfc().collect()
    }
}

/// Renders the template that `templatefile` or `templatestring` read.
pub(super) fn render_file(scope: &dyn Scope, template: Template) -> EvalResult<Value> {
    let (text, name, variables, marks) = match template {
        Template::Unknown(value) => return Ok(value),
        Template::Source { text, name, variables, marks } => (text, name, variables, marks),
    };
    let bytes = u64::try_from(text.len()).unwrap_or(u64::MAX);
    // While it is rendered, the tree takes several times the memory of the text.
    scope.host().pay(bytes.saturating_mul(PARSING))?;
    let parsed = syntax::parse_template(TEMPLATE, text.as_str().into());
    if let Some(problem) = parsed.problems.first() {
        let name = if name.is_empty() { "the template".to_owned() } else { format!("the template `{name}`") };
        return Err(Box::new(EvalError::new(format!("{name} cannot be parsed: {}", problem.message))));
    }
    let inside = TemplateScope { variables, outer: scope };
    // A range in the template's text would be read as a range in the file of the expression.
    let value =
        interpreter::evaluate_part(&parsed.tree, parsed.expression, &inside).map_err(|mut error| {
            error.range = None;
            error
        })?;
    if value.is_null() {
        return Err(Box::new(EvalError::new("the result of the template is null")));
    }
    // A file with a single interpolation may give any type; a string must give a string.
    let value = if name.is_empty() {
        convert::to_string(&value).map_err(|error| {
            Box::new(EvalError::new(format!("the result of the template is not a string: {error}")))
        })?
    } else {
        value
    };
    Ok(value.computed_from(&marks))
}

/// The steps to parse one byte.
const PARSING: u64 = 24;

/// Stands for text that is not a file of the run: nothing points into it.
const TEMPLATE: FileId = FileId(u32::MAX);

/// The scope inside a template: only its variables.
struct TemplateScope<'a> {
    variables: Vec<(Str, Value)>,
    outer: &'a dyn Scope,
}

impl Scope for TemplateScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match self.variables.iter().find(|(name, _)| name == reference.root) {
            Some((_, value)) => Ok(Resolved { value: value.clone(), consumed: 0 }),
            None => Err(Box::new(EvalError::new(format!(
                "the template refers to `{}`, which is not one of its variables",
                reference.root
            )))),
        }
    }

    fn call(&self, name: &str, _: &[Value]) -> Option<EvalResult<Value>> {
        matches!(name, "templatefile" | "templatestring" | "core::templatefile" | "core::templatestring")
            .then(|| Err(Box::new(EvalError::new(format!("a template must not call `{name}`")))))
    }

    fn host(&self) -> Host<'_> {
        self.outer.host()
    }
}

/// The text rendered so far. `text` ends at the first unknown piece.
struct Rendered {
    text: String,
    /// All pieces, including those after the first unknown one.
    pieces: Pieces,
    unknown: Option<Arc<Cause>>,
    /// Carries the marks of everything rendered.
    marks: Value,
    /// In rules: a piece is null, and so is the result.
    is_null: bool,
}

impl Rendered {
    fn push_text(&mut self, text: &str) {
        self.pieces.text(text);
        self.push_start(text);
    }

    /// Records an unknown that may be rendered once, several times or not at all.
    fn push_gap(&mut self, cause: Arc<Cause>) {
        self.pieces.gap();
        self.unknown.get_or_insert(cause);
    }

    fn push_start(&mut self, text: &str) {
        if self.unknown.is_some() {
            return;
        }
        if self.text.len() + text.len() > LONGEST {
            self.unknown = Some(Cause::new(CauseKind::Limit, "length of text from a template", None));
            // A prefix this long is of no use.
            self.text = String::new();
            return;
        }
        self.text.push_str(text);
    }

    fn push(&mut self, value: &Value) {
        if value.marks().is_some() || value.as_unknown().is_some() {
            self.marks = std::mem::replace(&mut self.marks, Value::NULL).computed_from(value);
        }
        match &value.kind {
            Kind::String(text) => self.push_text(text),
            Kind::Unknown(unknown) => {
                self.pieces.value(value);
                self.push_start(&unknown.refinement.prefix);
                self.unknown.get_or_insert_with(|| unknown.cause.clone());
            }
            Kind::Null(_) => self.is_null = true,
            _ => {}
        }
    }
}

/// Renders a template to a string.
pub(super) fn render(
    interpreter: &Interpreter<'_>,
    parts: List<TemplatePart>,
    range: Range,
) -> EvalResult<Value> {
    let mut output = Rendered {
        text: String::new(),
        pieces: Pieces::default(),
        unknown: None,
        marks: Value::NULL,
        is_null: false,
    };
    render_into(interpreter, parts, range, &mut output)?;
    interpreter.pay_for_text(output.text.len())?;
    if output.is_null {
        return Ok(Value::NULL);
    }
    let text = normalised(&output.text);
    let value = match output.unknown {
        None => Value::from(text),
        Some(cause) => {
            let mut unknown = Unknown::new(Type::String, cause);
            unknown.refinement.not_null = true;
            unknown.refinement.prefix = text;
            unknown.refinement.pieces = output.pieces.kept().map(Arc::new);
            unknown.into()
        }
    };
    Ok(if output.marks.marks().is_some() { value.with_marks_of(&output.marks) } else { value })
}

fn render_into(
    interpreter: &Interpreter<'_>,
    parts: List<TemplatePart>,
    range: Range,
    output: &mut Rendered,
) -> EvalResult<()> {
    let tree = interpreter.tree;
    for part in tree.parts(parts) {
        match *part {
            TemplatePart::Literal(text) => output.push_text(tree.text(text)),
            TemplatePart::Interpolation(expr) => {
                let value = interpreter.eval(expr)?;
                let piece = interpreter.at(tree.expr(expr).range, piece(interpreter, &value))?;
                output.push(&piece);
            }
            TemplatePart::If { condition, yes, no } => {
                let test = interpreter.eval(condition)?;
                output.marks = std::mem::replace(&mut output.marks, Value::NULL).secret_as(&test);
                match interpreter
                    .at(tree.expr(condition).range, operators::condition(&test, interpreter.dialect()))?
                {
                    Known::Yes(true) => render_into(interpreter, yes, range, output)?,
                    Known::Yes(false) => render_into(interpreter, no, range, output)?,
                    Known::No(cause) => {
                        output.push_gap(cause);
                        // The text may contain what either branch refers to.
                        let pieces = std::mem::take(&mut output.pieces);
                        render_into(interpreter, yes, range, output)?;
                        render_into(interpreter, no, range, output)?;
                        output.pieces = pieces;
                    }
                }
            }
            TemplatePart::For(id) => {
                let Some(for_expr) = tree.for_expr(id) else { continue };
                let collection = interpreter.eval(for_expr.collection)?;
                output.marks = std::mem::replace(&mut output.marks, Value::NULL).secret_as(&collection);
                let elements = match interpreter.for_elements(&collection, for_expr)? {
                    Known::Yes(elements) => elements,
                    Known::No(cause) => {
                        output.push_gap(cause);
                        continue;
                    }
                };
                let secret = Cell::new(false);
                for (key, value) in elements.items {
                    let body = |inside: &Interpreter<'_>| match tree.expr(for_expr.value).kind {
                        ExprKind::Template(parts) => render(inside, parts, range),
                        _ => inside.eval(for_expr.value),
                    };
                    match interpreter.for_element(for_expr, key, value, &secret, body)? {
                        Known::Yes(Some(value)) => {
                            output.push(&interpreter.at(range, piece(interpreter, &value))?)
                        }
                        Known::Yes(None) => {}
                        Known::No(cause) => output.push_gap(cause),
                    }
                }
                if secret.get() {
                    output.marks = std::mem::replace(&mut output.marks, Value::NULL).sensitive();
                }
                if let Some(cause) = elements.more {
                    output.push_gap(cause);
                }
            }
        }
    }
    Ok(())
}

/// A value as a piece of text.
fn piece(interpreter: &Interpreter<'_>, value: &Value) -> EvalResult<Value> {
    match &value.kind {
        Kind::String(_) => return Ok(value.clone()),
        // In rules null propagates.
        Kind::Null(_) if interpreter.nothing_comes_of_null() => return Ok(Value::NULL),
        Kind::Number(number) => interpreter.pay(number.steps())?,
        Kind::Null(_) => {
            return Err(Box::new(EvalError::new(
                "null cannot be put into a string; guard it with `coalesce` or a conditional",
            )));
        }
        Kind::Object(_) => {
            if let Some(text) = interpreter.scope.display(value) {
                return Ok(text.into());
            }
        }
        _ => {}
    }
    convert::convert(value, &Type::String)
        .map_err(|_| Box::new(EvalError::new(format!("a {} cannot be put into a string", value.type_of()))))
}

//! Values of root variables: `terraform.tfvars`, `*.auto.tfvars` and files that the user names, in Terraform's precedence.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::budget::Meter;
use crate::diagnostic::Diagnostic;
use crate::estate::DecidedBy;
use crate::eval::scope::NoScope;
use crate::eval::{Host, NoFiles, interpreter};
use crate::syntax::tree::{Attribute, ExprId, ExprKind, Tree};
use crate::value::equality::{NoIdentities, compare};
use crate::value::{Cause, Str, Value, convert};

/// The most steps of evaluation for one default value.
const DEFAULT_STEPS: u64 = 1_000_000;

/// A file of variable values, as far as it could be read.
#[derive(Clone, Debug)]
pub struct ValuesFile {
    /// What could be read.
    pub tree: Option<Arc<Tree>>,
    /// Why there may be more in it.
    pub unread: Option<Arc<Cause>>,
}

impl ValuesFile {
    /// The variables that it sets, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tree.iter().flat_map(|tree| tree.attributes(tree.root()).iter().map(|own| tree.text(own.name)))
    }

    /// The value of a variable, if a plain text is written.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let tree = self.tree.as_ref()?;
        match tree.expr(tree.attribute(tree.root(), name)?.value).kind {
            ExprKind::String(text) => Some(tree.text(text)),
            _ => None,
        }
    }
}

/// The input values of root variables.
#[derive(Clone, Debug, Default)]
pub struct InputVariables {
    values: FxHashMap<Str, InputVariable>,
    /// Why any other variable may have been given a value.
    open: Option<Arc<Cause>>,
    /// The places of values from files, and what they are.
    places: FxHashMap<Str, (Arc<Tree>, Attribute, DecidedBy)>,
}

/// The input value of a root variable.
#[derive(Clone, Debug)]
pub enum InputVariable {
    /// From a variable values file.
    Value(Value),
    /// From the command line or the environment: plain text for a variable of primitive type, otherwise an expression.
    Text(Str),
}

impl InputVariables {
    /// Evaluates variable values files; of several values for a variable the last one wins.
    #[must_use]
    pub fn from_files(files: &[ValuesFile], host: Host<'_>) -> (Self, Vec<Diagnostic>) {
        let mut given = Self::default();
        let mut problems = Vec::new();
        for file in files {
            problems.extend(given.take(file, host));
        }
        (given, problems)
    }

    /// Adds the values of one more file, which override earlier ones.
    pub fn take(&mut self, file: &ValuesFile, host: Host<'_>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        if let Some(cause) = &file.unread {
            // It may set any variable.
            self.values.clear();
            self.places.clear();
            self.open = Some(cause.clone());
        }
        let Some(tree) = &file.tree else { return problems };
        for block in tree.blocks(tree.root()) {
            problems.push(
                Diagnostic::error("variables/block", "a variable values file cannot contain blocks")
                    .at(tree.span(block.header), "a block")
                    .help("write `name = value`; declarations belong in a `.tf` file"),
            );
        }
        // What could not be parsed is told, and open as is all that the file may say.
        let parsed = tree.attributes(tree.root()).iter().filter(|attribute| tree.is_parsed(attribute.value));
        for attribute in parsed {
            if let Some(call) = tree.call_inside(attribute.value).filter(|_| !tree.is_json()) {
                problems.push(
                    Diagnostic::error("variables/value", "a variable values file cannot call functions")
                        .at(tree.span(tree.expr(call).range), "the value must be a constant"),
                );
            }
            match interpreter::evaluate(tree, attribute.value, &NoScope(host)) {
                Ok(value) => {
                    let name: Str = tree.text(attribute.name).into();
                    self.values.insert(name.clone(), InputVariable::Value(value));
                    self.places.insert(name, (tree.clone(), *attribute, DecidedBy::Values));
                }
                // The message of the error may quote a secret.
                Err(error) => {
                    let name = tree.text(attribute.name);
                    let message = format!("the value of `{name}` cannot be evaluated");
                    let range = error.range.unwrap_or(tree.expr(attribute.value).range);
                    problems.push(
                        Diagnostic::error("variables/value", message)
                            .at(tree.span(range), "the value must be a constant")
                            .help("write texts in double quotes"),
                    );
                }
            }
        }
        problems
    }

    /// The input values of a plan. A value also gets the place of a file that sets the same value, because the plan has it from there.
    #[must_use]
    pub fn of_plan(values: &[(Str, Value)], files: &Self) -> Self {
        let mut given = Self::default();
        for (name, value) in values {
            given.values.insert(name.clone(), InputVariable::Value(value.clone()));
            if let Some(InputVariable::Value(of_file)) = files.values.get(name)
                && is_same(of_file, value)
                && let Some(place) = files.places.get(name)
            {
                given.places.insert(name.clone(), place.clone());
            }
        }
        given
    }

    /// Whether a variable has its default value and no file sets it: a plan lists defaults like any other value.
    pub(super) fn is_default(&self, name: &str, tree: &Tree, default: ExprId) -> bool {
        let meter = Meter::of_question(DEFAULT_STEPS);
        let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
        match self.values.get(name) {
            Some(InputVariable::Value(value)) => interpreter::evaluate(tree, default, &NoScope(host))
                .is_ok_and(|default| is_same(&default, value)),
            _ => false,
        }
    }

    /// Sets a value that a file of another tool gives at this place.
    pub fn give(&mut self, name: &Str, value: Value, (tree, attribute): (Arc<Tree>, Attribute)) {
        self.values.insert(name.clone(), InputVariable::Value(value));
        self.places.insert(name.clone(), (tree, attribute, DecidedBy::Inputs));
    }

    /// Says that any variable without a value here may have one.
    pub fn leave_open(&mut self, cause: Arc<Cause>) {
        self.open = Some(cause);
    }

    /// Sets a value, as `--var name=value` does.
    pub fn set(&mut self, name: &str, text: &str) {
        self.values.insert(name.into(), InputVariable::Text(text.into()));
        self.places.remove(name);
    }

    /// Sets a value unless there is one, as `TF_VAR_name` does.
    pub fn set_default(&mut self, name: &str, text: &str) {
        self.values.entry(name.into()).or_insert_with(|| InputVariable::Text(text.into()));
    }

    /// Whether the command line or the process gives a value.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        self.values.values().any(|value| matches!(value, InputVariable::Text(_)))
    }

    /// The value of a variable, if it is given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&InputVariable> {
        self.values.get(name)
    }

    /// The variables that have a value here.
    #[must_use]
    pub fn names(&self) -> FxHashSet<Str> {
        self.values.keys().cloned().collect()
    }

    /// Why a variable without a value here may have been given one.
    #[must_use]
    pub fn open(&self) -> Option<&Arc<Cause>> {
        self.open.as_ref()
    }

    /// The line of a file that gives a variable its value; `None` if the value is not from a file.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<(&Tree, &Attribute, DecidedBy)> {
        self.places.get(name).map(|(tree, attribute, by)| (&**tree, attribute, *by))
    }
}

/// Whether a configured value is the one that a plan shows: a plan has no types.
fn is_same(written: &Value, shown: &Value) -> bool {
    convert::convert(written, &shown.type_of())
        .is_ok_and(|written| compare(&written, shown) == Ordering::Equal)
}

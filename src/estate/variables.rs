//! Values of root variables: `terraform.tfvars`, `*.auto.tfvars` and files named by the user, in Terraform's precedence.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::eval::scope::NoScope;
use crate::eval::{Environment, interpreter};
use crate::syntax::tree::Tree;
use crate::value::{Str, Value};

/// Values given to root variables.
#[derive(Clone, Debug, Default)]
pub struct Given {
    values: FxHashMap<Str, GivenValue>,
}

/// A value given to a root variable.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// From a file of values.
    Value(Value),
    /// From the command line or the environment: the text itself for a variable of a primitive type, else an expression.
    Text(Str),
}

impl Given {
    /// Evaluates files of values; of several values for one variable the last file's wins.
    #[must_use]
    pub fn from_trees(trees: &[Arc<Tree>], environment: Environment<'_>) -> (Self, Vec<Diagnostic>) {
        let mut given = Self::default();
        let mut problems = Vec::new();
        for tree in trees {
            for block in tree.blocks(tree.root()) {
                problems.push(
                    Diagnostic::error("variables/block", "a file of variable values holds no blocks")
                        .at(tree.span(block.header), "a block")
                        .help("write `name = value`; declarations belong into a `.tf` file"),
                );
            }
            for attribute in tree.attributes(tree.root()) {
                match interpreter::evaluate(tree, attribute.value, &NoScope(environment)) {
                    Ok(value) => {
                        given.values.insert(tree.text(attribute.name).into(), GivenValue::Value(value));
                    }
                    Err(error) => problems.push(Diagnostic::error("variables/value", error.message).at(
                        tree.span(error.range.unwrap_or(tree.expr(attribute.value).range)),
                        "the value must be a constant",
                    )),
                }
            }
        }
        (given, problems)
    }

    /// Takes known values, for example those of a plan.
    #[must_use]
    pub fn from_values(values: &[(Str, Value)]) -> Self {
        let given = |(name, value): &(Str, Value)| (name.clone(), GivenValue::Value(value.clone()));
        Self { values: values.iter().map(given).collect() }
    }

    /// Sets a value, as `--var name=value` does.
    pub fn set(&mut self, name: &str, text: &str) {
        self.values.insert(name.into(), GivenValue::Text(text.into()));
    }

    /// Sets a value unless there is one already, as `TF_VAR_name` does.
    pub fn set_weakly(&mut self, name: &str, text: &str) {
        self.values.entry(name.into()).or_insert_with(|| GivenValue::Text(text.into()));
    }

    /// The value given to a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&GivenValue> {
        self.values.get(name)
    }
}

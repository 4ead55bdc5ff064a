//! Values of root variables: `terraform.tfvars`, `*.auto.tfvars` and files named by the user, in Terraform's precedence.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::eval::scope::NoScope;
use crate::eval::{Environment, interpreter};
use crate::problem::Problem;
use crate::source::Span;
use crate::syntax::tree::Tree;
use crate::value::{Str, Value};

/// Values given to root variables, with the place that gave them.
#[derive(Debug, Default)]
pub struct Given {
    values: FxHashMap<Str, (Value, Option<Span>)>,
}

impl Given {
    /// Evaluates files of values; of several values for one variable the last file's wins.
    #[must_use]
    pub fn from_trees(trees: &[Arc<Tree>], environment: Environment<'_>) -> (Self, Vec<Problem>) {
        let mut given = Self::default();
        let mut problems = Vec::new();
        for tree in trees {
            for block in tree.blocks(tree.root()) {
                problems.push(
                    Problem::error("variables/block", "a file of variable values holds no blocks")
                        .at(tree.span(block.header), "a block")
                        .help("write `name = value`; declarations belong into a `.tf` file"),
                );
            }
            for attribute in tree.attributes(tree.root()) {
                match interpreter::evaluate(tree, attribute.value, &NoScope(environment)) {
                    Ok(value) => {
                        let span = tree.span(tree.attribute_range(attribute));
                        given.values.insert(tree.text(attribute.name).into(), (value, Some(span)));
                    }
                    Err(error) => problems.push(Problem::error("variables/value", error.message).at(
                        tree.span(error.range.unwrap_or(tree.expr(attribute.value).range)),
                        "the value must be a constant",
                    )),
                }
            }
        }
        (given, problems)
    }

    /// Sets a value, as `--var name=value` does.
    pub fn set(&mut self, name: Str, value: Value) {
        self.values.insert(name, (value, None));
    }

    /// The value given to a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name).map(|(value, _)| value)
    }
}

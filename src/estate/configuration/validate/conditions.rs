//! Conditions: `validation`, `precondition`, `postcondition` and `assert` blocks have to ask something.

use super::cycles::Referent;
use super::walk::Walk;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Attribute, Body, ExprId, ExprKind, Tree};

impl<'a> Walk<'a> {
    /// All attributes of all blocks of a type that holds conditions.
    pub(super) fn conditions(&mut self, body: &'a Body, kind: &str) {
        for block in self.tree.blocks(body) {
            if self.tree.text(block.kind) != kind {
                continue;
            }
            let inner = self.tree.body(block.body);
            for attribute in self.tree.attributes(inner) {
                let (mentioned, targets) = (self.mentioned, self.targets.len());
                self.expr(attribute.value);
                match self.tree.text(attribute.name) {
                    "condition" => {
                        let asks = match self.variable {
                            Some(own) if kind == "validation" => self
                                .targets
                                .iter()
                                .skip(targets)
                                .any(|target| *target == Referent::Variable(own)),
                            _ => self.mentioned > mentioned,
                        };
                        self.condition(attribute, kind, asks);
                    }
                    // That of a validation is read only where the condition does not hold.
                    "error_message" if kind != "validation" => {
                        if let Some(what) = collection(self.tree, attribute.value) {
                            let message = format!("the `error_message` of a `{kind}` block is {what}");
                            self.wrong_condition(attribute, message, "an error message is a text");
                        }
                    }
                    _ => {}
                }
            }
            self.provider_blocks(inner);
        }
    }

    /// `asks` says whether the condition refers to anything that it has to refer to.
    fn condition(&mut self, attribute: &Attribute, kind: &str, asks: bool) {
        let what = match self.tree.expr(attribute.value).kind {
            ExprKind::Invalid => return,
            ExprKind::Null => Some("null"),
            _ => collection(self.tree, attribute.value),
        };
        if let Some(what) = what {
            let message = format!("the condition of a `{kind}` block is {what}");
            self.wrong_condition(attribute, message, "a condition is true or false");
        } else if !asks && kind == "validation" {
            let message = "the condition of a `validation` block does not refer to its own variable";
            let help = "Terraform refuses that: refer to the variable, or write a `precondition` elsewhere";
            self.wrong_condition(attribute, message.to_owned(), help);
        } else if !asks {
            let message = format!(
                "the condition of this `{kind}` block refers to nothing: it always has the same result"
            );
            self.wrong_condition(attribute, message, "Terraform refuses that: refer to what may be wrong");
        }
    }

    fn wrong_condition(&mut self, attribute: &Attribute, message: String, help: &str) {
        let place = self.tree.span(self.tree.expr(attribute.value).range);
        self.problems
            .push(Diagnostic::error("config/condition", message).at(place, "not possible here").help(help));
    }
}

/// What an expression is if it is a collection whatever the values in it are.
fn collection(tree: &Tree, expr: ExprId) -> Option<&'static str> {
    match tree.expr(expr).kind {
        ExprKind::Tuple(_) => Some("a list"),
        ExprKind::Object(_) => Some("an object"),
        ExprKind::For(id) => {
            let is_list = tree.for_expr(id).is_some_and(|for_expr| for_expr.key.is_none());
            Some(if is_list { "a list" } else { "an object" })
        }
        ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => collection(tree, inner),
        _ => None,
    }
}

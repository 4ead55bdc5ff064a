//! Expressions over the graph: what `self`, `param` and `local` mean in rule and model files, and which verbs there are.

use std::cell::{Cell, OnceCell};

use super::placement::{MAX_PLACEMENT_DEPTH, or_unknown};
use super::{Argument, VerbContext, find};
use crate::budget::Meter;
use crate::diagnostic::nearest;
use crate::eval::scope::{Dialect, Reference, Resolved, Scope};
use crate::eval::{EvalError, EvalResult, Host, interpreter};
use crate::graph::Graph;
use crate::model::{Definition, Expression};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Str, Value};

/// Names for parts of a condition, evaluated when first used.
#[derive(Debug, Default)]
pub struct Locals<'a> {
    expressions: &'a [(Str, Expression)],
    values: Vec<OnceCell<EvalResult<Value>>>,
    busy: Vec<Cell<bool>>,
}

impl<'a> Locals<'a> {
    /// None of them evaluated yet.
    #[must_use]
    pub fn new(expressions: &'a [(Str, Expression)]) -> Self {
        Self {
            expressions,
            values: std::iter::repeat_with(OnceCell::new).take(expressions.len()).collect(),
            busy: vec![Cell::new(false); expressions.len()],
        }
    }

    fn get(&self, name: &str, scope: &GraphScope<'_>) -> EvalResult<Value> {
        let found =
            self.expressions.iter().zip(&self.values).zip(&self.busy).find(|(((own, _), _), _)| own == name);
        let Some((((_, expression), value), busy)) = found else {
            let hint = nearest(name, self.expressions.iter().map(|(name, _)| name.as_str()));
            let hint = hint.map(|near| format!("; did you mean `local.{near}`?")).unwrap_or_default();
            return Err(EvalError::wrong(format!("this file has no local value `{name}`{hint}")));
        };
        if let Some(value) = value.get() {
            return value.clone();
        }
        if busy.replace(true) {
            return Err(EvalError::wrong(format!("local.{name} depends on itself")));
        }
        let result = scope.evaluate(expression);
        busy.set(false);
        value.get_or_init(|| result).clone()
    }
}

/// A question of a model file about one node costs no more steps than this.
pub const MAX_QUESTION: u64 = 50_000_000;

/// The scope of an expression in a rule or model file.
#[derive(Clone, Copy)]
pub struct GraphScope<'a> {
    /// What verbs share.
    pub context: &'a VerbContext<'a>,
    /// The graph that the node belongs to.
    pub graph: &'a Graph<'a>,
    /// The node that `self` is.
    pub node: Option<NodeId>,
    /// The node that `other` is: a candidate for an edge.
    pub other: Option<NodeId>,
    /// Values of `param`.
    pub parameters: &'a [(Str, Value)],
    /// `local`.
    pub locals: Option<&'a Locals<'a>>,
    /// How many questions about placement led here.
    pub depth: usize,
    /// Whether lists of resources hold those that may not exist: when a rule asks for its subjects.
    pub purpose: Purpose,
    /// Counts what the answer costs.
    pub meter: &'a Meter,
}

/// What an expression is evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To list the nodes that a rule looks at: also those of which it is not known whether they exist.
    Subjects,
    /// To answer a question about one node.
    Question,
}

impl<'a> GraphScope<'a> {
    /// The scope of an expression in a model file.
    #[must_use]
    pub fn for_model(
        context: &'a VerbContext<'a>,
        graph: &'a Graph<'a>,
        node: NodeId,
        meter: &'a Meter,
    ) -> Self {
        Self {
            context,
            graph,
            node: Some(node),
            other: None,
            parameters: &[],
            locals: None,
            depth: 0,
            purpose: Purpose::Question,
            meter,
        }
    }

    /// The same scope, with a candidate for an edge.
    #[must_use]
    pub fn with_other(self, other: NodeId) -> Self {
        Self { other: Some(other), ..self }
    }

    /// The same scope, this deep in questions about placement.
    #[must_use]
    pub fn at_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// If it has no value.
    pub fn evaluate(&self, expression: &Expression) -> EvalResult<Value> {
        interpreter::evaluate(&expression.tree, expression.expr, self)
    }

    /// Whether a condition holds. Null does not hold. What the condition cannot deal with, such as a list where a text belongs, leaves it
    /// open, as a value that is not known does: files are checked before, so it is the configuration that is odd.
    #[must_use]
    pub fn holds(&self, condition: &Expression) -> Known<bool> {
        let (message, range) = match self.evaluate(condition) {
            Ok(value) => match &value.kind {
                Kind::Bool(holds) => return Known::Yes(*holds),
                Kind::Null(_) => return Known::Yes(false),
                Kind::Unknown(unknown) => return Known::No(unknown.cause.clone()),
                _ => (format!("a condition is a boolean, not a {}", value.type_of()), None),
            },
            Err(error) => match error.limit {
                Some(cause) => return Known::No(cause),
                None => (error.message, error.range),
            },
        };
        let span = range.map_or_else(|| condition.span(), |range| condition.tree.span(range));
        Known::No(Cause::new(CauseKind::Error, message, Some(span)))
    }
}

impl GraphScope<'_> {
    /// What a definition of the model says of a node; evaluated once for each.
    fn defined(&self, name: &str, definition: &Definition, argument: &Value) -> EvalResult<Value> {
        if let Some(unknown) = argument.as_unknown() {
            return Ok(Value::unknown(unknown.cause.clone()));
        }
        if argument.is_null() {
            return Ok(Value::NULL);
        }
        let found = argument.as_node().and_then(|id| Some((id, self.graph.node(id)?)));
        let Some((id, node)) = found else {
            return Err(EvalError::wrong(format!(
                "`{name}` is asked of a node, not of a {}",
                argument.type_of()
            )));
        };
        let Some(expression) = definition.of(&node.type_) else { return Ok(Value::NULL) };
        if self.depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let Some(graph) = self.graph.at(id.time()) else { return Ok(Value::NULL) };
        if let Some(value) = self.context.defined(id, name) {
            return Ok(value);
        }
        // Its cost is no question's own: the first that asks must not fail where the next would not.
        let meter = Meter::of_question(MAX_QUESTION);
        let scope = GraphScope::for_model(self.context, graph, id, &meter).at_depth(self.depth + 1);
        let value = or_unknown(scope.evaluate(expression))?;
        self.context.define(id, name, &value);
        Ok(value)
    }
}

impl Scope for GraphScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match reference.root {
            "self" | "other" => {
                let id = if reference.root == "self" { self.node } else { self.other };
                let node = id.and_then(|node| self.graph.node(node));
                let node =
                    node.ok_or_else(|| EvalError::wrong(format!("`{}` is not known here", reference.root)))?;
                // Most expressions ask for one attribute of `self`, which spares a copy of the whole.
                if let Some(name) = reference.attribute(0)
                    && let Some(entries) = node.value.as_entries()
                {
                    let value = entries.get(name).cloned().unwrap_or(Value::NULL);
                    return Ok(Resolved { value, consumed: 1 });
                }
                Ok(Resolved { value: node.value.clone(), consumed: 0 })
            }
            "param" => {
                let name = reference.attribute(0).unwrap_or_default();
                match self.parameters.iter().find(|(own, _)| own == name) {
                    Some((_, value)) => Ok(Resolved { value: value.clone(), consumed: 1 }),
                    None => Err(EvalError::wrong(format!("this rule has no parameter `{name}`"))),
                }
            }
            "local" => {
                let name = reference.attribute(0).unwrap_or_default();
                match self.locals {
                    Some(locals) => Ok(Resolved { value: locals.get(name, self)?, consumed: 1 }),
                    None => Err(EvalError::wrong("there are no local values here")),
                }
            }
            other => Err(EvalError::wrong(format!(
                "`{other}` is not known here: there are `self`, `param` and `local`"
            ))),
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<EvalResult<Value>> {
        let Some(verb) = find(name) else {
            return self.graph.model.definitions.get(name).map(|definition| {
                let [argument] = arguments else {
                    return Err(EvalError::wrong(format!("it is called as `{name}(node)`")));
                };
                self.defined(name, definition, argument)
            });
        };
        // An element of a list that may go on: neither is what the verb says of it known.
        if verb.takes.first() == Some(&Argument::Node)
            && let Some(unknown) = arguments.first().and_then(Value::as_unknown)
        {
            return Some(Ok(Value::unknown(unknown.cause.clone())));
        }
        Some((verb.call)(self, arguments))
    }

    fn host(&self) -> Host<'_> {
        Host { files: self.context.files, identities: self.graph, meter: self.meter }
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }

    fn display(&self, node: &Value) -> Option<Str> {
        node.as_node().and_then(|id| self.graph.node(id)).map(|node| node.address.clone())
    }
}

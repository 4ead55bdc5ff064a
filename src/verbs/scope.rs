//! The scope of expressions in rule and model files: `self`, `param`, `local` and the verbs.

use std::cell::{Cell, OnceCell};
use std::sync::{Arc, LazyLock};

use super::context::Of;
use super::placement::{MAX_PLACEMENT_DEPTH, or_unknown};
use super::{Argument, VerbContext, find};
use crate::budget::Meter;
use crate::diagnostic::nearest;
use crate::eval::scope::{Dialect, Reference, Resolved, Scope};
use crate::eval::{EvalError, EvalResult, Files, Host, interpreter};
use crate::graph::Graph;
use crate::model::{DefinedAs, Definition, Expression};
use crate::value::{Cause, CauseKind, Kind, Known, NodeId, Str, Value};

/// Named parts of a condition, evaluated on first use.
#[derive(Debug, Default)]
pub struct Locals<'a> {
    expressions: &'a [(Str, Expression)],
    values: Vec<LocalValue>,
}

/// The value of one named part.
#[derive(Debug, Default)]
struct LocalValue {
    value: OnceCell<EvalResult<Value>>,
    /// Whether it is being evaluated.
    is_busy: Cell<bool>,
}

impl<'a> Locals<'a> {
    /// Locals that have not been evaluated yet.
    #[must_use]
    pub fn new(expressions: &'a [(Str, Expression)]) -> Self {
        Self {
            expressions,
            values: std::iter::repeat_with(LocalValue::default).take(expressions.len()).collect(),
        }
    }

    fn get(&self, name: &str, scope: &GraphScope<'_>) -> EvalResult<Value> {
        let found = self.expressions.iter().zip(&self.values).find(|((own, _), _)| own == name);
        let Some(((_, expression), LocalValue { value, is_busy })) = found else {
            let hint = nearest(name, self.expressions.iter().map(|(name, _)| name.as_str()));
            let hint = hint.map(|near| format!("; did you mean `local.{near}`?")).unwrap_or_default();
            return Err(EvalError::wrong(format!("this file has no local value `{name}`{hint}")));
        };
        if let Some(value) = value.get() {
            return value.clone();
        }
        if is_busy.replace(true) {
            return Err(EvalError::wrong(format!("local.{name} depends on itself")));
        }
        let result = scope.evaluate(expression);
        is_busy.set(false);
        value.get_or_init(|| result).clone()
    }
}

/// The most steps for one question of a model file about one node.
pub const MAX_QUESTION: u64 = 50_000_000;

/// The scope of an expression in a rule or model file.
#[derive(Clone, Copy)]
pub struct GraphScope<'a> {
    /// What all verbs share.
    pub context: &'a VerbContext<'a>,
    /// The graph of the node.
    pub graph: &'a Graph<'a>,
    /// The index of the root module that asks: what is missing there may be missing from a list.
    pub root: usize,
    /// What file functions may read.
    pub files: &'a dyn Files,
    /// The node that is `self`.
    pub node: Option<NodeId>,
    /// The node that is `other`: the candidate for an edge.
    pub other: Option<NodeId>,
    /// The values of `param`.
    pub parameters: &'a [(Str, Value)],
    /// The values of `local`.
    pub locals: Option<&'a Locals<'a>>,
    /// How many nested questions about placement led here.
    pub depth: usize,
    /// Whether lists of resources include uncertain ones, which they do when a rule lists its subjects.
    pub purpose: Purpose,
    /// Counts the cost of the answer.
    pub meter: &'a Meter,
}

/// Why lists of resources may lack some, in a graph of several root modules: the one that asks does not have all its modules or files.
#[must_use]
pub fn not_all_read() -> Arc<Cause> {
    static CAUSE: LazyLock<Arc<Cause>> =
        LazyLock::new(|| Cause::new(CauseKind::ModuleNotLoaded, "a module of the root module", None));
    CAUSE.clone()
}

/// The purpose of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To list the nodes that a rule looks at, including those that may not exist.
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
            root: graph.root_of(node).unwrap_or_default(),
            files: context.files,
            node: Some(node),
            other: None,
            parameters: &[],
            locals: None,
            depth: 0,
            purpose: Purpose::Question,
            meter,
        }
    }

    /// Why lists of resources may lack some.
    pub(super) fn unread(&self) -> Option<Arc<Cause>> {
        let cause = self.graph.unread(self.root)?;
        // Lists are shared, so they cannot say whose module it is.
        Some(if self.graph.roots().nth(1).is_none() { cause } else { not_all_read() })
    }

    /// Why lists of resources of these types may lack some.
    pub(super) fn unread_of(&self, types: &[&str]) -> Option<Arc<Cause>> {
        let cause = self.graph.unread_of(self.root, types)?;
        Some(if self.graph.roots().nth(1).is_none() { cause } else { not_all_read() })
    }

    /// The same scope with a candidate for an edge.
    #[must_use]
    pub fn with_other(self, other: NodeId) -> Self {
        Self { other: Some(other), ..self }
    }

    /// The same scope at this depth of questions about placement.
    #[must_use]
    pub fn at_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// If the expression has no value.
    pub fn evaluate(&self, expression: &Expression) -> EvalResult<Value> {
        interpreter::evaluate(&expression.tree, expression.expr, self)
    }

    /// Whether a condition holds. Null does not hold. A value that the condition cannot handle, such as a list in place of a
    /// text, leaves it unknown: files are checked when they are loaded, so it is the configuration that is unusual.
    #[must_use]
    pub fn holds(&self, condition: &Expression) -> Known<bool> {
        let (message, range) = match self.evaluate(condition) {
            Ok(value) => match &value.kind {
                Kind::Bool(holds) => return Known::Yes(*holds),
                Kind::Null(_) => return Known::Yes(false),
                Kind::Unknown(unknown) => return Known::No(unknown.cause.clone()),
                _ => (format!("a condition must be a boolean, not a {}", value.type_of()), None),
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
    /// The value of a model definition for a node; evaluated once per node, or once per type if it does not mention `self`.
    fn defined(&self, name: &str, definition: &Definition, argument: &Value) -> EvalResult<Value> {
        if let Some(unknown) = argument.as_unknown() {
            return Ok(Value::unknown(unknown.cause.clone()));
        }
        if argument.is_null() {
            return Ok(Value::NULL);
        }
        let found = argument.as_node().and_then(|id| Some((id, self.graph.node(id)?)));
        let Some((id, node)) = found else {
            return Err(EvalError::wrong(format!("`{name}` takes a node, not a {}", argument.type_of())));
        };
        let Some(DefinedAs { is, is_per_node }) = definition.of(&node.type_) else { return Ok(Value::NULL) };
        if self.depth >= MAX_PLACEMENT_DEPTH {
            return Ok(Value::unknown(Cause::new(CauseKind::Limit, "MAX_PLACEMENT_DEPTH", None)));
        }
        let Some(graph) = self.graph.at(id.time()) else { return Ok(Value::NULL) };
        let is_open = self.unread().is_some();
        let of = match is_per_node {
            true => Of::Node(id, is_open),
            false => Of::Type(id.time(), node.type_.clone(), is_open),
        };
        if let Some(value) = self.context.defined(&of, name) {
            return Ok(value);
        }
        // The cost is charged to no single question: otherwise the first one might fail where the next would not.
        let meter = Meter::of_question(MAX_QUESTION);
        let scope = GraphScope::for_model(self.context, graph, id, &meter).at_depth(self.depth + 1);
        let scope = GraphScope { root: self.root, ..scope };
        let value = or_unknown(scope.evaluate(is))?;
        self.context.define(of, name, &value);
        Ok(value)
    }
}

impl Scope for GraphScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match reference.root {
            "self" | "other" => {
                let id = if reference.root == "self" { self.node } else { self.other };
                let node = id.and_then(|node| self.graph.node(node));
                let node = node
                    .ok_or_else(|| EvalError::wrong(format!("`{}` is not defined here", reference.root)))?;
                // Most expressions read one attribute of `self`, so the whole node is not copied.
                if let Some(name) = reference.attribute(0)
                    && let Some(entries) = node.value.as_entries()
                {
                    let assumed = id.and_then(|id| self.context.assumed(id, name));
                    let value = assumed.or_else(|| entries.get(name)).cloned();
                    let absent = || entries.open().map_or(Value::NULL, |cause| Value::unknown(cause.clone()));
                    let value = value.unwrap_or_else(absent);
                    return Ok(Resolved { value, consumed: 1 });
                }
                let value = id.and_then(|id| self.context.value_of(self.graph, id));
                Ok(Resolved { value: value.unwrap_or_else(|| node.value.clone()), consumed: 0 })
            }
            "provider" => {
                let arguments = self
                    .node
                    .and_then(|id| self.graph.instance(id))
                    .map(|instance| instance.provider.clone());
                Ok(Resolved { value: arguments.unwrap_or(Value::NULL), consumed: 0 })
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
                "`{other}` is not defined here: use `self`, `param` or `local`"
            ))),
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<EvalResult<Value>> {
        let Some(verb) = find(name) else {
            return self.graph.model.definitions.get(name).map(|definition| {
                let [argument] = arguments else {
                    return Err(EvalError::wrong(format!("call it as `{name}(node)`")));
                };
                self.defined(name, definition, argument)
            });
        };
        // The node is an element of an open list: it is unknown, and so is the answer.
        if verb.takes.first() == Some(&Argument::Node)
            && let Some(unknown) = arguments.first().and_then(Value::as_unknown)
        {
            return Some(Ok(Value::unknown(unknown.cause.clone())));
        }
        Some((verb.call)(self, arguments))
    }

    fn host(&self) -> Host<'_> {
        Host { files: self.files, identities: self.graph, meter: self.meter }
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }

    fn display(&self, node: &Value) -> Option<Str> {
        node.as_node().and_then(|id| self.graph.node(id)).map(|node| node.address.clone())
    }
}

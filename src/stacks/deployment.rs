//! Deployments of a stack: each gives values to the variables of the stack, and is an environment.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::budget::Meter;
use crate::diagnostic::Diagnostic;
use crate::estate::variables::InputVariables;
use crate::eval::interpreter;
use crate::eval::scope::{Reference, Resolved, Scope};
use crate::eval::{EvalError, EvalResult, Fault, Files, Host};
use crate::syntax::tree::{Attribute, ExprId, ExprKind, Tree};
use crate::value::equality::NoIdentities;
use crate::value::{Cause, CauseKind, Str, Value};

/// A deployment of a stack.
#[derive(Clone, Debug)]
pub struct StackDeployment {
    pub name: Str,
    inputs: Vec<StackInput>,
    /// Why it may give values that are not among its inputs.
    open: Option<Arc<Cause>>,
}

/// A value that a deployment gives to a variable of the stack.
#[derive(Clone, Debug)]
struct StackInput {
    name: Str,
    value: Value,
    place: (Arc<Tree>, Attribute),
}

impl StackDeployment {
    /// Gives its inputs to the variables of the stack.
    pub fn give(&self, given: &mut InputVariables) {
        for input in &self.inputs {
            given.give(&input.name, input.value.clone(), input.place.clone());
        }
        if let Some(cause) = &self.open {
            given.leave_open(cause.clone());
        }
    }
}

/// The deployments that some files declare, those that are being destroyed left out.
pub(super) fn all(
    trees: &[Arc<Tree>],
    files: &dyn Files,
    meter: &Meter,
    problems: &mut Vec<Diagnostic>,
) -> Vec<StackDeployment> {
    let scope =
        DeploymentScope { trees, files, meter, locals: RefCell::default(), problems: RefCell::default() };
    let mut deployments = Vec::new();
    for tree in trees {
        for block in tree.blocks_of(tree.root(), "deployment") {
            let Some(label) = tree.labels(block).first() else { continue };
            let body = tree.body(block.body);
            let destroys = tree.attribute(body, "destroy").map(|own| scope.value(tree, own.value));
            if destroys.is_some_and(|value| value.as_bool() == Some(true)) {
                continue;
            }
            let mut deployment =
                StackDeployment { name: tree.text(label.text).into(), inputs: Vec::new(), open: None };
            if let Some(inputs) = tree.attribute(body, "inputs") {
                scope.inputs(tree, *inputs, &mut deployment);
            }
            deployments.push(deployment);
        }
    }
    problems.append(&mut scope.problems.borrow_mut());
    deployments
}

/// What names in files of deployments mean.
struct DeploymentScope<'a> {
    trees: &'a [Arc<Tree>],
    files: &'a dyn Files,
    meter: &'a Meter,
    /// Local values; none while one is computed.
    locals: RefCell<FxHashMap<Str, Option<Value>>>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl DeploymentScope<'_> {
    /// The value of an expression; a wrong one is reported, and unknown.
    fn value(&self, tree: &Tree, expr: ExprId) -> Value {
        let error = match interpreter::evaluate(tree, expr, self) {
            Ok(value) => return value,
            Err(error) => error,
        };
        if let Some(limit) = &error.limit {
            return Value::unknown(limit.clone());
        }
        let span = tree.span(error.range.unwrap_or(tree.expr(expr).range));
        let problem = Diagnostic::error("stack/value", error.message.clone()).at(span, "evaluated here");
        self.problems
            .borrow_mut()
            .push(problem.help("Terraform refuses this deployment: correct the expression"));
        Value::unknown(Cause::new(CauseKind::Error, error.message.as_str(), Some(span)))
    }

    /// Reads `inputs`: entries that are written out have places of their own.
    fn inputs(&self, tree: &Arc<Tree>, attribute: Attribute, deployment: &mut StackDeployment) {
        if let ExprKind::Object(items) = tree.expr(attribute.value).kind {
            let names: Option<Vec<_>> =
                tree.items(items).iter().map(|item| self.named(tree, item.key)).collect();
            for (name, item) in names.iter().flatten().zip(tree.items(items)) {
                let name_range = tree.expr(item.key).range;
                let place = Attribute { name: attribute.name, name_range, value: item.value };
                let value = self.value(tree, item.value);
                deployment.inputs.push(StackInput {
                    name: name.clone(),
                    value,
                    place: (tree.clone(), place),
                });
            }
            if names.is_some() {
                return;
            }
        }
        let value = self.value(tree, attribute.value);
        match value.as_entries() {
            Some(entries) => {
                for (name, value) in &entries.items {
                    let place = (tree.clone(), attribute);
                    deployment.inputs.push(StackInput { name: name.clone(), value: value.clone(), place });
                }
            }
            None => {
                let subject = format!("what the deployment {} gives", deployment.name);
                let other = || {
                    Cause::new(
                        CauseKind::OutsideConfiguration,
                        subject,
                        Some(tree.span(tree.attribute_range(&attribute))),
                    )
                };
                deployment.open = Some(value.first_cause().unwrap_or_else(other));
            }
        }
    }

    fn named(&self, tree: &Tree, key: ExprId) -> Option<Str> {
        match tree.expr(key).kind {
            ExprKind::String(name) => Some(tree.text(name).into()),
            _ => self.value(tree, key).as_str().map(Str::from),
        }
    }

    fn local(&self, name: &str) -> EvalResult<Value> {
        let known = self.locals.borrow().get(name).cloned();
        match known {
            Some(Some(value)) => return Ok(value),
            Some(None) => {
                return Err(EvalError::of(Fault::Reference, format!("`local.{name}` depends on itself")));
            }
            None => {}
        }
        let declared = self.trees.iter().find_map(|tree| {
            let mut blocks = tree.blocks_of(tree.root(), "locals");
            blocks.find_map(|block| Some((tree, *tree.attribute(tree.body(block.body), name)?)))
        });
        let Some((tree, declared)) = declared else {
            let message = format!("`local.{name}` is not declared in the files of deployments");
            return Err(EvalError::of(Fault::Reference, message));
        };
        self.locals.borrow_mut().insert(name.into(), None);
        let value = stacker::maybe_grow(256 << 10, 4 << 20, || self.value(tree, declared.value));
        self.locals.borrow_mut().insert(name.into(), Some(value.clone()));
        Ok(value)
    }
}

impl Scope for DeploymentScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match (reference.root, reference.attribute(0)) {
            ("local", Some(name)) => Ok(Resolved { value: self.local(name)?, consumed: 1 }),
            // Who runs the deployment knows these: tokens, sets of variables, outputs of other stacks.
            ("identity_token" | "store" | "upstream_input", Some(_)) => {
                let names = (0..reference.steps.len()).map_while(|step| reference.attribute(step));
                let subject =
                    names.fold(reference.root.to_owned(), |subject, name| format!("{subject}.{name}"));
                let cause = Cause::new(CauseKind::OutsideConfiguration, subject, None);
                Ok(Resolved { value: Value::unknown(cause), consumed: reference.steps.len() })
            }
            (other, _) => {
                let message = format!(
                    "`{other}` means nothing in a deployment: use `local`, `identity_token`, `store` or `upstream_input`"
                );
                Err(EvalError::wrong(message))
            }
        }
    }

    fn host(&self) -> Host<'_> {
        Host { files: self.files, identities: &NoIdentities, meter: self.meter }
    }
}

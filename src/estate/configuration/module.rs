//! An instance of a module: its variables, local values, resources, calls and outputs, each filled on demand.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::certain::is_certain;
use super::expand::{CallExpansion, Expansion};
use super::references::ModuleScope;
use super::{Evaluation, Repetition, Slot, names, slots};
use crate::address::ModuleAddress;
use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl};
use crate::estate::passed::ModuleValues;
use crate::estate::variables::InputVariable;
use crate::estate::{Symbol, SymbolKind};
use crate::eval::scope::NoScope;
use crate::eval::{EvalError, Fault, interpreter, type_expr};
use crate::syntax;
use crate::syntax::tree::{ExprId, Tree};
use crate::text::{FileId, Span};
use crate::value::types::Constraint;
use crate::value::{Cause, CauseKind, Kind, Origin, Str, Type, Unknown, Value, convert};

/// The steps of converting a part of a value.
const STEPS_OF_PART: u64 = 8;

/// The memory of a part of a value, in bytes.
const PART: u64 = 64;

/// An instance of a module: one for each call and key.
pub(super) struct ModuleInstance<'a> {
    pub(super) evaluation: &'a Evaluation<'a>,
    pub(super) config: &'a ModuleConfig,
    /// The directory, a key of the project.
    pub(super) dir: Arc<Path>,
    /// `module.vpc[0]`; empty for the root.
    pub(super) address: ModuleAddress,
    /// The key in the manifest of downloaded modules: `vpc.endpoints`; empty for the root.
    pub(super) manifest_key: String,
    pub(super) depth: usize,
    pub(super) caller: Option<Caller<'a>>,
    /// Set if it is unknown whether this module instance exists.
    pub(super) uncertain: Option<Arc<Cause>>,
    /// Why what its configuration does not say is unknown: it is the description of a module that is not there.
    pub(super) described: Option<Arc<Cause>>,
    variables: Box<[Slot<Value>]>,
    locals: Box<[Slot<Value>]>,
    resources: Box<[Slot<&'a Expansion<'a>>]>,
    calls: Box<[Slot<&'a CallExpansion<'a>>]>,
    outputs: Box<[Slot<Value>]>,
}

/// What gives a variable its value.
#[derive(Clone, Copy)]
enum SetBy {
    Default,
    /// An assumption at this place.
    Assumption(Span),
    Other,
}

/// The call that made a module instance.
#[derive(Clone)]
pub(super) struct Caller<'a> {
    pub(super) module: &'a ModuleInstance<'a>,
    pub(super) call: usize,
    pub(super) repetition: Arc<Repetition>,
    /// Set if it is unknown whether this instance exists.
    pub(super) uncertain: Option<Arc<Cause>>,
}

impl<'a> ModuleInstance<'a> {
    pub(super) fn new(
        evaluation: &'a Evaluation<'a>,
        config: &'a ModuleConfig,
        dir: Arc<Path>,
        address: ModuleAddress,
        manifest_key: String,
        caller: Option<Caller<'a>>,
        described: Option<Arc<Cause>>,
    ) -> &'a Self {
        let uncertain = caller
            .as_ref()
            .and_then(|caller| caller.uncertain.clone().or_else(|| caller.module.uncertain.clone()));
        evaluation.modules.alloc(Self {
            uncertain,
            described,
            evaluation,
            config,
            dir,
            address,
            manifest_key,
            depth: caller.as_ref().map_or(0, |caller| caller.module.depth + 1),
            caller,
            variables: slots(config.variables.len()),
            locals: slots(config.locals.len()),
            resources: slots(config.resources.len()),
            calls: slots(config.calls.len()),
            outputs: slots(config.outputs.len()),
        })
    }

    /// Evaluates an expression of this module; a wrong one is reported and unknown.
    pub(super) fn value(&'a self, tree: &Tree, expr: ExprId, repetition: &Repetition) -> Value {
        self.value_within(tree, expr, repetition, self.uncertain.as_ref())
    }

    /// The same where it is not known, for this reason, whether the expression is evaluated at all.
    fn value_within(
        &'a self,
        tree: &Tree,
        expr: ExprId,
        repetition: &Repetition,
        uncertain: Option<&Arc<Cause>>,
    ) -> Value {
        let scope = ModuleScope { module: self, repetition };
        match interpreter::evaluate(tree, expr, &scope) {
            Ok(value) => self.evaluation.valued(tree, expr, value),
            Err(error) => self.failed(tree, expr, &error, uncertain),
        }
    }

    /// An expression that has no value: an unknown value, and a problem for the reader. `uncertain` is why it may never be evaluated:
    /// then nothing is wrong with it but what is wrong with its text.
    pub(super) fn failed(
        &'a self,
        tree: &Tree,
        expr: ExprId,
        error: &EvalError,
        uncertain: Option<&Arc<Cause>>,
    ) -> Value {
        if let Some(limit) = &error.limit {
            return Value::unknown(limit.clone());
        }
        if let Some(cause) = uncertain
            && !error.static_error
        {
            return Value::unknown(cause.clone());
        }
        let range = tree.expr(expr).range;
        let span = tree.span(error.range.unwrap_or(range));
        let is_refused = error.fault == Fault::Value && is_certain(self, tree, expr);
        self.evaluation.report(names::problem(tree, range, error, is_refused));
        Value::unknown(Cause::new(CauseKind::Error, error.message.as_str(), Some(span)))
    }

    /// What a value on a circle is. Validation reports the circle.
    fn cycle(what: &str, tree: &Tree, expr: ExprId) -> Value {
        let span = tree.span(tree.expr(expr).range);
        Value::unknown(Cause::new(CauseKind::Error, format!("{what} depends on itself"), Some(span)))
    }

    /// The values that have been computed.
    pub(super) fn computed(&self) -> ModuleValues {
        let known = |all: &[Slot<Value>]| all.iter().map(|slot| slot.known().cloned()).collect();
        ModuleValues {
            variables: known(&self.variables),
            locals: known(&self.locals),
            outputs: known(&self.outputs),
        }
    }

    pub(super) fn local(&'a self, index: usize) -> Option<Value> {
        let declared = self.config.locals.get(index)?;
        let tree = self.config.trees.get(declared.tree)?;
        let value = self.locals.get(index)?.get(|| {
            let value = self.value(tree, declared.value, &Repetition::SINGLE);
            let value = self.evaluation.or_assumed(value, || self.address.member("local", &declared.name));
            passed_on(value, || {
                let span = tree.span(tree.expr(declared.value).range);
                (self.address.member("local", &declared.name), Some(span))
            })
        });
        Some(value.unwrap_or_else(|| Self::cycle(&format!("local.{}", declared.name), tree, declared.value)))
    }

    pub(super) fn output(&'a self, index: usize) -> Option<Value> {
        let declared = self.config.outputs.get(index)?;
        let (tree, attribute) = declared.attribute(self.config, "value")?;
        let value = self.outputs.get(index)?.get(|| {
            // The outputs of a module form one value, which the outputs of its caller may contain several times.
            let value = self.value(tree, attribute.value, &Repetition::SINGLE);
            let value = self.evaluation.measured(value);
            let value =
                self.evaluation.or_assumed(value, || ecow::eco_format!("{}.{}", self.address, declared.name));
            let value = passed_on(value, || {
                (self.address.member("output", &declared.name), declared.span(self.config))
            });
            let value = if declared.is_true(self.config, "ephemeral") { value.ephemeral() } else { value };
            if declared.is_true(self.config, "sensitive") { value.sensitive() } else { value }
        });
        Some(
            value.unwrap_or_else(|| Self::cycle(&format!("output.{}", declared.name), tree, attribute.value)),
        )
    }

    pub(super) fn resource(&'a self, index: usize) -> Option<&'a Expansion<'a>> {
        self.resources.get(index)?.get(|| super::expand::resource(self, index))
    }

    pub(super) fn call(&'a self, index: usize) -> Option<&'a CallExpansion<'a>> {
        self.calls.get(index)?.get(|| super::expand::call(self, index))
    }

    pub(super) fn variable(&'a self, index: usize) -> Option<Value> {
        let declared = self.config.variables.get(index)?;
        let value = self.variables.get(index)?.get(|| self.variable_value(declared));
        Some(value.unwrap_or_else(|| {
            let message = format!("var.{} depends on itself", declared.name);
            let span = declared.span(self.config);
            Value::unknown(Cause::new(CauseKind::Error, message, span))
        }))
    }

    /// The variables that the call of this module sets.
    pub(super) fn set_variables(&self) -> impl Iterator<Item = usize> {
        let caller = self.caller.as_ref();
        let declared = caller
            .and_then(|caller| Some((caller.module.config, caller.module.config.calls.get(caller.call)?)));
        declared
            .into_iter()
            .flat_map(|(config, call)| {
                std::iter::once(&call.at).chain(&call.overrides).map(move |at| (config, at))
            })
            .filter_map(|(config, at)| Some((config.tree(*at)?, at.block.body)))
            .flat_map(|(tree, body)| tree.attributes(tree.body(body)).iter().map(|own| tree.text(own.name)))
            .filter_map(|name| self.config.variable(name))
    }

    fn variable_value(&'a self, declared: &NamedDecl) -> Value {
        let constraint = self.constraint(declared);
        let given = match &self.caller {
            Some(caller) => caller.argument(&declared.name).map(|value| {
                passed_on(value, || (self.address.member("var", &declared.name), declared.span(self.config)))
            }),
            None => self.given(declared, &constraint),
        };
        let nullable = declared
            .attribute(self.config, "nullable")
            .is_none_or(|(tree, attribute)| tree.switch(attribute.value) != Some(false));
        if !nullable
            && given.as_ref().is_some_and(Value::is_null)
            && declared.attribute(self.config, "default").is_none()
        {
            let message = format!("var.{} is given null, which it does not take", declared.name);
            if let Some(problem) = self.refused_argument(declared, message) {
                self.evaluation.report(problem);
            }
        }
        let given = given.filter(|value| nullable || !value.is_null());
        if let Some(value) = &given {
            super::secrets::check_variable(self, declared, value);
        }
        let value = match given {
            Some(value) => self.converted(value, &constraint, declared),
            None => match declared.attribute(self.config, "default") {
                Some((tree, attribute)) => {
                    let value = self.value(tree, attribute.value, &Repetition::SINGLE);
                    self.converted_from(value, &constraint, declared, SetBy::Default)
                }
                None => self.without_value(declared, &constraint),
            },
        };
        let address = || self.address.member("var", &declared.name);
        let is_assumed = self.evaluation.assumes() && (nullable || !self.evaluation.refuses_null(&address()));
        let value = if is_assumed {
            let address = address();
            let said = self.evaluation.said_of(&value, &address);
            let assumed = self.evaluation.or_assumed(value, || address);
            self.converted_from(assumed, &constraint, declared, said.map_or(SetBy::Other, SetBy::Assumption))
        } else {
            value
        };
        let value = if declared.is_true(self.config, "ephemeral") { value.ephemeral() } else { value };
        if declared.is_true(self.config, "sensitive") { value.sensitive() } else { value }
    }

    /// The input value of a variable of the root module.
    fn given(&self, declared: &NamedDecl, constraint: &Constraint) -> Option<Value> {
        let given = &self.evaluation.request.given;
        let Some(value) = given.get(&declared.name) else {
            return given.open().map(|cause| Value::unknown(cause.clone()));
        };
        match value {
            InputVariable::Value(value) => Some(value.clone()),
            InputVariable::Text(text) => match constraint.type_ {
                Type::Dynamic | Type::String | Type::Number | Type::Bool => Some(text.clone().into()),
                // A value that is not primitive is an expression on the command line.
                _ => Some(self.constant(declared, text)),
            },
        }
    }

    fn constant(&self, declared: &NamedDecl, text: &str) -> Value {
        let parsed = syntax::parse_expression(FileId(u32::MAX), text.into());
        // The text may be a secret, so the message does not quote it.
        let wrong = match parsed.problems.first() {
            Some(_) => "not an expression",
            None => {
                let scope = NoScope(self.evaluation.host());
                match interpreter::evaluate(&parsed.tree, parsed.expression, &scope) {
                    Ok(value) => return value,
                    Err(_) => "not a constant",
                }
            }
        };
        let message = format!("the value of var.{} is {wrong}", declared.name);
        self.evaluation.report(
            Diagnostic::error("variables/value", message.clone())
                .help("write lists, maps and objects as in a configuration: `--var 'zones=[\"a\", \"b\"]'`"),
        );
        Value::unknown(Cause::new(CauseKind::Error, message, None))
    }

    fn converted(&self, value: Value, constraint: &Constraint, declared: &NamedDecl) -> Value {
        self.converted_from(value, constraint, declared, SetBy::Other)
    }

    /// As [`converted`](Self::converted), of a value that this gives.
    fn converted_from(
        &self,
        value: Value,
        constraint: &Constraint,
        declared: &NamedDecl,
        by: SetBy,
    ) -> Value {
        if constraint.defaults.is_none() && is_of(&value, &constraint.type_) {
            return value;
        }
        // The parts are made anew for every instance of the module, defaults included.
        let paid = |value: Value| {
            let (value, parts) = value.measured();
            let meter = &self.evaluation.meter;
            let cost = meter.spend(Budget::Evaluation, parts.saturating_mul(STEPS_OF_PART));
            match cost.and_then(|()| meter.spend(Budget::Values, parts.saturating_mul(PART))) {
                Ok(()) => value,
                Err(spent) => {
                    let cause = Cause::new(CauseKind::Limit, spent.name(), declared.span(self.config));
                    Value::unknown_of(constraint.type_.clone(), cause)
                }
            }
        };
        let value = match &constraint.defaults {
            Some(defaults) => convert::apply_defaults(paid(value), defaults),
            None => value,
        };
        if constraint.type_ == Type::Dynamic {
            return value;
        }
        let value = paid(value);
        match convert::convert(&value, &constraint.type_) {
            Ok(value) => value,
            Err(error) => {
                let message = super::secrets::misfit(self.config, declared, ("value", &value), &error);
                let span = declared.span(self.config);
                let problem = Diagnostic::warning("eval/variable-type", message.clone());
                match (by, span) {
                    // The declaration is wrong, which is reported once.
                    (SetBy::Default, _) => {}
                    (SetBy::Assumption(said), Some(span)) => {
                        self.evaluation.report(problem.at(said, "assumed here").label(span, "declared here"))
                    }
                    (SetBy::Other, Some(span)) => {
                        let refused = self.refused_argument(declared, message.clone());
                        let problem = refused.map(|refused| refused.label(span, "declared here"));
                        self.evaluation.report(problem.unwrap_or_else(|| {
                            Diagnostic::warning("eval/variable-type", message.clone())
                                .at(span, "declared here")
                        }));
                    }
                    (_, None) => self.evaluation.report(problem),
                }
                Value::unknown_of(constraint.type_.clone(), Cause::new(CauseKind::Error, message, span))
            }
        }
    }

    /// The problem that an argument of the call is, if it has that value whatever the inputs are.
    fn refused_argument(&self, declared: &NamedDecl, message: String) -> Option<Diagnostic> {
        let caller = self.caller.as_ref()?;
        let config = caller.module.config;
        let (tree, attribute) = config.calls.get(caller.call)?.attribute(config, &declared.name)?;
        let is_refused = self.uncertain.is_none() && is_certain(caller.module, tree, attribute.value);
        let place = tree.span(tree.attribute_range(&attribute));
        is_refused.then(|| Diagnostic::error("eval/refused", message).at(place, "given here"))
    }

    /// Reports a default that does not fit the type of its variable, also where another value is given.
    fn check_default(&self, declared: &NamedDecl, constraint: &Constraint, tree: &Tree, default: ExprId) {
        let Ok(value) = interpreter::evaluate(tree, default, &NoScope(self.evaluation.host())) else {
            return;
        };
        let value = match &constraint.defaults {
            Some(defaults) => convert::apply_defaults(value, defaults),
            None => value,
        };
        if let Err(error) = convert::convert(&value, &constraint.type_) {
            let message = super::secrets::misfit(self.config, declared, ("default", &value), &error);
            let place = tree.span(tree.expr(default).range);
            let problem = Diagnostic::error("config/variable-default", message).at(place, "this default");
            self.evaluation.report(match declared.span(self.config) {
                Some(span) => problem.label(span, "declared here"),
                None => problem,
            });
        }
    }

    fn without_value(&self, declared: &NamedDecl, constraint: &Constraint) -> Value {
        // The module has a default of its own, which the description does not say.
        if let Some(cause) = &self.described {
            return Value::unknown_of(constraint.type_.clone(), cause.clone());
        }
        let address = self.address.member("var", &declared.name);
        let cause =
            Cause::new(CauseKind::VariableWithoutDefault, address.clone(), declared.span(self.config));
        let symbol = self.evaluation.add_symbol(Symbol {
            address,
            type_: Str::new(),
            kind: SymbolKind::Variable,
            is_narrowed: false,
        });
        let mut unknown = Unknown::new(constraint.type_.clone(), cause);
        unknown.origin = Some(Arc::new(Origin { symbol, path: Vec::new() }));
        Kind::Unknown(Arc::new(unknown)).into()
    }

    fn constraint(&self, declared: &NamedDecl) -> Arc<Constraint> {
        static ANY: OnceLock<Arc<Constraint>> = OnceLock::new();
        let Some((tree, attribute)) = declared.attribute(self.config, "type") else {
            return ANY.get_or_init(|| Arc::new(Constraint { type_: Type::Dynamic, defaults: None })).clone();
        };
        let known = self.evaluation.declared.constraints.borrow().get(&std::ptr::from_ref(declared)).cloned();
        if let Some(known) = known {
            return known;
        }
        let scope = NoScope(self.evaluation.host());
        let (constraint, problems) =
            type_expr::constraint(tree, attribute.value, &|expr| interpreter::evaluate(tree, expr, &scope));
        for problem in problems {
            self.evaluation.report(problem);
        }
        if let Some((tree, default)) = declared.attribute(self.config, "default") {
            self.check_default(declared, &constraint, tree, default.value);
        }
        let constraint = Arc::new(constraint);
        self.evaluation.declared.constraints.borrow_mut().insert(declared, constraint.clone());
        constraint
    }
}

impl<'a> Caller<'a> {
    /// The argument of that name in the module block, evaluated in the caller.
    fn argument(&self, name: &str) -> Option<Value> {
        let declared = self.module.config.calls.get(self.call)?;
        let (tree, attribute) = declared.attribute(self.module.config, name)?;
        let module: &'a ModuleInstance<'a> = self.module;
        let uncertain = self.uncertain.as_ref().or(module.uncertain.as_ref());
        Some(module.value_within(tree, attribute.value, &self.repetition, uncertain))
    }
}

/// Adds the forwarding subject to the cause of a value that is wholly unknown, unless its origin names it already.
fn passed_on(mut value: Value, whom: impl FnOnce() -> (Str, Option<Span>)) -> Value {
    if let Kind::Unknown(unknown) = &mut value.kind {
        match unknown.cause.kind {
            // The origin says whose attribute it is.
            CauseKind::DecidedByProvider | CauseKind::DataSource => {}
            _ => {
                let (subject, span) = whom();
                let unknown = Arc::make_mut(unknown);
                unknown.cause = unknown.cause.passed_on(subject, span);
            }
        }
    }
    value
}

/// Whether a value certainly is of a type already, told from its kind: a list that several modules pass on stays the same one.
fn is_of(value: &Value, type_: &Type) -> bool {
    match (&value.kind, type_) {
        (_, Type::Dynamic)
        | (Kind::String(_), Type::String)
        | (Kind::Number(_), Type::Number)
        | (Kind::Bool(_), Type::Bool) => true,
        (Kind::List(items), Type::List(element)) | (Kind::Set(items), Type::Set(element)) => {
            items.element == **element && is_primitive(element)
        }
        (Kind::Map(entries), Type::Map(element)) => entries.element == **element && is_primitive(element),
        _ => false,
    }
}

const fn is_primitive(type_: &Type) -> bool {
    matches!(type_, Type::String | Type::Number | Type::Bool)
}

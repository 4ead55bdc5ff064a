//! What providers return: arguments that data sources repeat, and attributes that follow from the configuration alone.
//!
//! Model files say which results those are, and how they follow from the arguments of the data source and of its provider.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Repetition;
use super::answer_functions;
use super::documents::document;
use super::instance::ResourceInstance;
use super::module::ModuleInstance;
use crate::address::Mode;
use crate::estate::configuration::declare::NamedDecl;
use crate::estate::facts::DataFacts;
use crate::estate::grounds::ToldBy;
use crate::eval::scope::{Dialect, Reference, Resolved, Scope};
use crate::eval::{EvalError, EvalResult, Host, interpreter};
use crate::syntax::Expression;
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::value::{Entries, Kind, Str, Type, Unknown, Value};

/// Attributes that a provider returns, with their values.
pub type Answers = Arc<[(Str, Value)]>;

/// What other root modules of the run tell of data sources, by the address of each.
#[derive(Debug, Default)]
pub struct JoinedAnswers {
    /// What they tell.
    pub answers: FxHashMap<Str, Answers>,
    /// Who tells it, where that is known.
    pub told: FxHashMap<Str, Vec<ToldBy>>,
}

impl<'a> ResourceInstance<'a> {
    /// Whether a configured argument is also what other expressions see. A data source may spell a search argument differently in its
    /// result, and returns more tags than it was searched by.
    pub(super) fn is_answer(&self, name: &str, value: &Value) -> bool {
        let is_one = !matches!(
            value.kind,
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Object(_)
        );
        let facts = self.module.evaluation.request.facts;
        self.declared.mode != Mode::Data || is_one && !facts.is_searched(&self.declared.type_, name)
    }

    /// An attribute that follows from the configuration.
    pub(super) fn answer(&'a self, name: &str) -> Option<Value> {
        self.answers()?.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    /// All such results; `None` while they are being computed.
    pub(super) fn answers(&'a self) -> Option<Answers> {
        let facts = self.module.evaluation.request.facts;
        match self.declared.mode {
            Mode::Data => {
                let joined = self.joined();
                let Some(facts) = facts.data.get(&self.declared.type_) else { return joined.cloned() };
                let entries = self.entries()?;
                self.answers.get(|| {
                    let own = self.make_answers(facts, &entries);
                    // Of equal names the first one counts.
                    joined.into_iter().flat_map(|joined| joined.iter().cloned()).chain(own).collect()
                })
            }
            // A plan tells them itself.
            Mode::Managed if self.module.evaluation.request.planned.is_none() => {
                let formula = facts.computed.get(&self.declared.type_)?;
                let entries = self.entries()?;
                self.answers.get(|| self.make_computed(formula, &entries).into())
            }
            Mode::Managed | Mode::Ephemeral => None,
        }
    }

    /// What another root module of the run tells of a data source.
    pub(super) fn joined(&self) -> Option<&'a Answers> {
        self.module.evaluation.request.joined?.answers.get(self.address.as_str())
    }

    /// Attributes that the provider adds to a resource.
    fn make_computed(&self, formula: &Expression, own: &Arc<Entries>) -> Vec<(Str, Value)> {
        let provider = match self.provider() {
            Some(provider) => provider,
            // The provider configuration that it names is not in sight.
            None if self.declared.attribute(self.module.config, "provider").is_some() => return Vec::new(),
            None => Value::NULL,
        };
        let own_value = Kind::Object(own.clone()).into();
        let scope = AnswerScope { own: own_value, provider, host: self.module.evaluation.host() };
        let told = scope.told(formula).into_iter();
        told.filter(|(name, value)| !value.is_null() && own.get(name).is_none_or(Value::is_null)).collect()
    }

    fn make_answers(&self, facts: &DataFacts, own: &Arc<Entries>) -> Vec<(Str, Value)> {
        if facts.answers.is_none() && facts.documents.is_none() {
            return Vec::new();
        }
        let scope = AnswerScope {
            own: Kind::Object(own.clone()).into(),
            provider: self.provider().unwrap_or(Value::NULL),
            host: self.module.evaluation.host(),
        };
        let told = |formula: &Option<Expression>| formula.as_ref().map(|formula| scope.told(formula));
        let answers = told(&facts.answers).unwrap_or_default();
        let documents = told(&facts.documents).unwrap_or_default();
        let documents = documents.into_iter().map(|(name, value)| {
            let mut unknown = Unknown::new(Type::String, self.cause.clone());
            unknown.origin = Some(Arc::new(self.origin().step(crate::value::Step::Key(name.clone()))));
            let document = document(&name, &value, &facts.layout, unknown);
            (name, document)
        });
        answers.into_iter().filter(|(_, value)| !value.is_null()).chain(documents).collect()
    }

    /// The arguments of the provider of the resource or data source; `None` if it has no block.
    pub(super) fn provider(&self) -> Option<Value> {
        let written = self.declared.attribute(self.module.config, "provider");
        let (name, alias) = match written {
            Some((tree, attribute)) => configuration(tree, attribute.value)?,
            None => (self.declared.type_.split('_').next().unwrap_or_default().into(), None),
        };
        let (module, declared) = find(self.module, &name, alias.as_ref())?;
        let key = (std::ptr::from_ref(module), std::ptr::from_ref(declared));
        let known = &module.evaluation.providers;
        if let Some(known) = known.borrow().get(&key) {
            return Some(known.clone());
        }
        let mut items: Vec<(Str, Value)> = Vec::new();
        for at in std::iter::once(&declared.at).chain(&declared.overrides) {
            let tree = module.config.tree(*at)?;
            let own = super::body::arguments(module, tree, tree.body(at.block.body), &Repetition::SINGLE);
            items.extend(own.items.iter().cloned());
        }
        let value = Value::from(Kind::Object(Entries::of_block(items)));
        known.borrow_mut().insert(key, value.clone());
        Some(value)
    }
}

/// The local name and alias of a provider configuration: `aws.west`, a string in JSON syntax.
fn configuration(tree: &Tree, expr: ExprId) -> Option<(Str, Option<Str>)> {
    match tree.expr(expr).kind {
        ExprKind::Variable(name) => Some((tree.text(name).into(), None)),
        ExprKind::Attribute { base, name } => {
            let (base, _) = configuration(tree, base)?;
            Some((base, Some(tree.text(name).into())))
        }
        ExprKind::String(text) => match tree.text(text).split_once('.') {
            Some((name, alias)) => Some((name.into(), Some(alias.into()))),
            None => Some((tree.text(text).into(), None)),
        },
        ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => configuration(tree, inner),
        _ => None,
    }
}

/// The block of a provider configuration: the module's own, or one that its callers pass down.
fn find<'a>(
    module: &'a ModuleInstance<'a>,
    name: &str,
    alias: Option<&Str>,
) -> Option<(&'a ModuleInstance<'a>, &'a NamedDecl)> {
    let own = module.config.providers.iter().find(|declared| {
        let written = declared.attribute(module.config, "alias").and_then(|(tree, attribute)| {
            crate::estate::configuration::declare::string(tree, attribute.value)
        });
        declared.name == name && written.as_ref() == alias
    });
    if let Some(own) = own {
        return Some((module, own));
    }
    let caller = module.caller.as_ref()?;
    let call = caller.module.config.calls.get(caller.call)?;
    if let Some((tree, handed)) = call.attribute(caller.module.config, "providers")
        && let ExprKind::Object(items) = tree.expr(handed.value).kind
    {
        let wanted = (Str::from(name), alias.cloned());
        let item =
            tree.items(items).iter().find(|item| configuration(tree, item.key).as_ref() == Some(&wanted));
        if let Some(item) = item {
            let (name, alias) = configuration(tree, item.value)?;
            return find(caller.module, &name, alias.as_ref());
        }
    }
    // Only a configuration without an alias is passed down implicitly.
    if alias.is_none() { find(caller.module, name, None) } else { None }
}

/// The scope of results in model files: `self` has the arguments of the data source, `provider` those of its provider.
pub(in crate::estate) struct AnswerScope<'a> {
    pub(in crate::estate) own: Value,
    pub(in crate::estate) provider: Value,
    pub(in crate::estate) host: Host<'a>,
}

impl AnswerScope<'_> {
    /// The results by attribute; none if the formula has no value.
    pub(in crate::estate) fn told(&self, formula: &Expression) -> Vec<(Str, Value)> {
        let value = interpreter::evaluate(&formula.tree, formula.expr, self).ok();
        value.as_ref().and_then(Value::as_entries).map(|told| told.items.to_vec()).unwrap_or_default()
    }
}

impl Scope for AnswerScope<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let value = match reference.root {
            "self" => self.own.clone(),
            "provider" => self.provider.clone(),
            other => {
                let message = format!("`{other}` is not defined here: use `self` or `provider`");
                return Err(Box::new(EvalError::new(message)));
            }
        };
        Ok(Resolved { value, consumed: 0 })
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<EvalResult<Value>> {
        answer_functions::call(name, arguments).map(Ok)
    }

    fn host(&self) -> Host<'_> {
        self.host
    }

    fn dialect(&self) -> Dialect {
        Dialect::Rule
    }
}

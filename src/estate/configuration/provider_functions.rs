//! Functions of providers (`provider::name::function`): which a module may call, and what they give as far as model files say.

use super::answers::AnswerScope;
use super::declare::ModuleConfig;
use super::module::ModuleInstance;
use super::providers::{BUILT_IN, default_source};
use crate::eval::{EvalError, EvalResult, Fault, interpreter};
use crate::value::{Str, Value};

/// The local name of the provider, and the name of its function.
fn parts(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("provider::")?.split_once("::")
}

/// The result of a function of a provider; `None` if nothing says what it does.
pub(super) fn call(
    module: &ModuleInstance<'_>,
    name: &str,
    arguments: &[Value],
) -> Option<EvalResult<Value>> {
    let (provider, function) = parts(name)?;
    let source = source(module.config, provider)?;
    let known = module.evaluation.request.facts.functions.get(&(source, function.into()))?;
    if known.parameters.len() != arguments.len() {
        let message = format!("function \"{name}\" expects {} argument(s)", known.parameters.len());
        return Some(Err(EvalError::of(Fault::Function, message)));
    }
    let own = known.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
    let scope =
        AnswerScope { own: Value::object(own), provider: Value::NULL, host: module.evaluation.host() };
    let result = interpreter::evaluate(&known.result.tree, known.result.expr, &scope).ok()?;
    // What the formula makes of an argument that does not fit is no result of the function.
    if result.is_null() {
        return None;
    }
    Some(Ok(arguments.iter().fold(result, Value::secret_as)))
}

/// The namespace and the name of the provider behind a local name.
fn source(config: &ModuleConfig, provider: &str) -> Option<Str> {
    let required = config.required_providers.iter().find(|required| required.name == provider)?;
    let Some(source) = &required.source else { return Some(default_source(provider)) };
    let mut parts = source.rsplit('/');
    let (name, namespace) = (parts.next()?, parts.next()?);
    Some(ecow::eco_format!("{namespace}/{name}"))
}

/// What is wrong with a call of a function of a provider that the module does not require.
pub(super) fn check(config: &ModuleConfig, name: &str) -> Result<(), Box<EvalError>> {
    let Some((provider, _)) = parts(name) else { return Ok(()) };
    // What is built in needs no requirement to be there.
    if provider == BUILT_IN || config.required_providers.iter().any(|required| required.name == provider) {
        return Ok(());
    }
    let message = format!(
        "`{name}` is a function of the provider `{provider}`, which `required_providers` of this module does not list"
    );
    Err(EvalError::of(Fault::Function, message))
}

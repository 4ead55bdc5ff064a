//! Functions of providers (`provider::name::function`): which a module may call, and what they give as far as model files say.

use super::answers::AnswerScope;
use super::declare::ModuleConfig;
use super::module::ModuleInstance;
use super::providers::{BUILT_IN, BUILT_IN_SOURCE, default_source};
use crate::eval::{EvalError, EvalResult, Fault, interpreter};
use crate::value::{Str, Value};

/// The functions of the provider that is a part of Terraform.
const BUILT_IN_FUNCTIONS: [&str; 3] = ["decode_tfvars", "encode_expr", "encode_tfvars"];

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
    let Some(rest) = name.strip_prefix("provider::") else { return Ok(()) };
    let Some((provider, function)) = rest.split_once("::").filter(|(_, function)| !function.contains("::"))
    else {
        let message = format!("`{name}` is no function: those of providers are `provider::name::function`");
        return Err(EvalError::of(Fault::Function, message));
    };
    let required = config.required_providers.iter().find(|required| required.name == provider);
    let is_built_in = match required.map(|required| required.source.as_deref()) {
        Some(Some(source)) => source.ends_with(BUILT_IN_SOURCE),
        Some(None) => false,
        // Not every release asks for a requirement of what is built in.
        None => provider == BUILT_IN,
    };
    if is_built_in && !BUILT_IN_FUNCTIONS.contains(&function) {
        let message = format!("the provider that is built in has no function `{function}`");
        return Err(EvalError::of(Fault::Function, message));
    }
    if is_built_in || required.is_some() {
        return Ok(());
    }
    let message = format!(
        "`{name}` is a function of the provider `{provider}`, which `required_providers` of this module does not list"
    );
    Err(EvalError::of(Fault::Function, message))
}

//! Arguments of provider configurations, as far as a plan shows them: constants, also through the variables of the root module.

use std::collections::BTreeMap;

use super::index::PlanIndex;
use super::inference::references::Site;
use super::reading::configuration::{ProviderConfig, references};
use super::reading::json::{Json, Object};
use crate::value::{Cause, CauseKind, Str, Value};

/// The root module in [`PlanIndex::modules`].
const ROOT: usize = 0;

impl<'p> PlanIndex<'p> {
    /// The arguments of the provider configuration that an instance belongs to; null if the plan shows none.
    pub(super) fn provider_of(&'p self, at: usize) -> Value {
        let Some(key) =
            self.instances.get(at).and_then(|instance| instance.config).and_then(|config| config.provider)
        else {
            return Value::NULL;
        };
        let known = self.provider_arguments.get_or_init(|| self.all_providers());
        known.get(key).cloned().unwrap_or(Value::NULL)
    }

    fn all_providers(&'p self) -> BTreeMap<Str, Value> {
        let arguments = |provider: &ProviderConfig<'p>| {
            let written = provider.expressions.into_iter().flat_map(Object::iter);
            let entries =
                written.map(|(name, entry)| (name.into(), self.provider_argument(provider, name, entry)));
            (provider.key.into(), Value::object(entries.collect()))
        };
        self.providers.iter().map(arguments).collect()
    }

    fn provider_argument(&'p self, provider: &ProviderConfig<'p>, name: &str, entry: &'p Json) -> Value {
        let unknown = || {
            let subject: Str = ecow::eco_format!("{name} of the provider configuration {}", provider.key);
            Value::unknown(Cause::new(CauseKind::OutsideConfiguration, subject, None))
        };
        // Variables of a module that configures a provider itself have a value for each of its instances.
        let is_of_root = provider.module.is_empty() || references(Some(entry)).is_empty();
        let site = Site { module: ROOT, key: None, for_each: None };
        let constant = if is_of_root { self.constant(site, entry, &[], 0) } else { None };
        let value = match constant {
            Some(Json::String(text)) => text.clone().into(),
            Some(Json::Null) => Value::NULL,
            _ => unknown(),
        };
        if self.is_from_secret(entry) { value.sensitive() } else { value }
    }

    /// Whether an expression names a sensitive variable of the root module.
    fn is_from_secret(&self, entry: &Json) -> bool {
        let variables = self.modules.get(ROOT).and_then(|root| root.config).map(|config| &config.variables);
        let is_secret = |name: &str| {
            let declared = name.strip_prefix("var.").and_then(|rest| rest.split(['.', '[']).next());
            declared
                .and_then(|name| variables?.get(name))
                .is_some_and(|variable| variable.sensitive == Some(true))
        };
        references(Some(entry)).iter().filter_map(Json::as_str).any(is_secret)
    }
}

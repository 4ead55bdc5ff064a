//! The value of a reference to an attribute of another instance.

use std::sync::Arc;

use crate::estate::plan::reading::json::{Json, Object};

use super::names::{USUAL, ends_in, is_plural, is_text};
use super::references::{Target, at_path};
use crate::budget::{Budget, Meter};
use crate::estate::Mode;
use crate::estate::configuration::answers::AnswerScope;
use crate::estate::configuration::documents::document;
use crate::estate::plan::body::PlannedPlace;
use crate::estate::plan::index::InstanceAt;
use crate::estate::symbolic::symbolic;
use crate::eval::{Host, NoFiles};
use crate::value::equality::NoIdentities;
use crate::value::{Kind, Origin, Step, Str, Type, Unknown, Value};

/// The most steps of evaluation for one document.
const DOCUMENT_STEPS: u64 = 10_000_000;

impl<'p> PlannedPlace<'p> {
    /// Whether the target or a part of it is known only after apply.
    pub(in crate::estate::plan) fn may_be_unknown(self, target: &Target) -> bool {
        let Some(instance) = self.plan_index.instances.get(target.instance) else { return false };
        match target.path.split_first() {
            Some((Step::Key(attribute), rest)) => {
                let marks = instance.changed.unknown.and_then(|unknown| unknown.get(attribute.as_str()));
                match marks {
                    Some(Json::Bool(mark)) => *mark,
                    Some(marks) => at_path(marks, rest).is_some_and(Json::holds_true),
                    None => {
                        !self.plan_index.is_marked && !instance.read.values.contains_key(attribute.as_str())
                    }
                }
            }
            _ => instance.changed.unknown.is_some_and(|unknown| unknown.values().any(Json::holds_true)),
        }
    }

    /// The attribute of a target. If the plan does not show it, it is guessed from the attribute that the value is used for.
    pub(in crate::estate::plan) fn attribute_of<'t>(
        self,
        target: &'t Target,
        used_as: &str,
    ) -> Option<&'t str>
    where
        'p: 't,
    {
        if let Some(name) = target.path.first().and_then(Step::key) {
            return Some(name);
        }
        let instance = self.plan_index.instances.get(target.instance)?;
        let used_as = used_as.strip_suffix('s').filter(|_| is_plural(used_as)).unwrap_or(used_as);
        let names = || instance.changed.unknown.into_iter().flat_map(Object::keys);
        if is_text(used_as) {
            return ["json", "id"].into_iter().find(|name| instance.unknown(name));
        }
        if let Some(same) = names().filter(|name| ends_in(used_as, name)).max_by_key(|name| name.len()) {
            return Some(same);
        }
        // `version` may be `latest_version` or `default_version`: no attribute is better than the wrong one.
        let mut alike = names().filter(|name| ends_in(name, used_as));
        match (alike.next(), alike.next()) {
            (None, _) => USUAL.into_iter().find(|name| instance.unknown(name)),
            (only, None) => only,
            (Some(_), Some(_)) => None,
        }
    }

    pub(in crate::estate::plan) fn origin(self, target: &Target, used_as: &str) -> Option<Origin> {
        let instance = self.plan_index.instances.get(target.instance)?;
        if !target.path.is_empty() {
            return Some(instance.origin(&target.path));
        }
        let path: Vec<Step> =
            self.attribute_of(target, used_as).map(|name| Step::Key(name.into())).into_iter().collect();
        Some(instance.origin(&path))
    }

    /// The value of a reference to the target: its configured value, otherwise an unknown with the target as its origin.
    pub(in crate::estate::plan) fn value_of(self, target: &Target, used_at: &[Step]) -> Value {
        let used_as = used_at.iter().rev().find_map(Step::key).map(Str::as_str).unwrap_or_default();
        let (Some(instance), Some(origin)) =
            (self.plan_index.instances.get(target.instance), self.origin(target, used_as))
        else {
            return Value::unknown(self.after_apply(used_at));
        };
        if let Some(document) = self.document(target.instance, &origin) {
            return document;
        }
        match self.configured(target.instance, &origin.path) {
            Some(value) if !value.is_null() && !value.is_wholly_known() => symbolic(&value, &origin),
            _ => decided(instance, origin),
        }
    }

    /// A document that a data source will return after apply, as far as its arguments determine it.
    fn document(self, at: usize, origin: &Origin) -> Option<Value> {
        let ([Step::Key(name)], Some(instance)) = (origin.path.as_slice(), self.plan_index.instances.get(at))
        else {
            return None;
        };
        let facts = self.plan_index.facts.data.get(&instance.read.type_)?;
        let formula = facts.documents.as_ref()?;
        let body = self.plan_index.body(at).filter(|_| instance.read.mode == Mode::Data)?;
        let told = instance.documents.get_or_init(|| {
            let left = self.plan_index.meter.left().min(DOCUMENT_STEPS);
            let meter = Meter::of_question(left);
            let scope = AnswerScope {
                own: Kind::Object(body).into(),
                provider: Value::NULL,
                host: Host { files: &NoFiles, identities: &NoIdentities, meter: &meter },
            };
            let told = scope.told(formula);
            self.plan_index.meter.pay(meter.spent(Budget::Evaluation));
            told
        });
        let value = told.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())?;
        let mut unknown = Unknown::new(Type::String, instance.cause.clone());
        unknown.origin = Some(Arc::new(origin.clone()));
        Some(document(name, &value, &facts.layout, unknown))
    }

    /// The configured value at a path of an instance.
    pub(in crate::estate::plan) fn configured(self, at: usize, path: &[Step]) -> Option<Value> {
        let instance = self.plan_index.instances.get(at)?;
        let (Step::Key(first), _) = path.split_first()? else { return None };
        instance.config?.expression(first.as_str())?;
        let body = self.plan_index.body(at)?;
        let whole = Value::from(Kind::Object(body));
        path.iter().try_fold(whole, |value, step| match step {
            Step::Key(key) => value.as_entries().and_then(|entries| entries.get(key).cloned()),
            Step::Index(index) => value.as_sequence().and_then(|sequence| {
                usize::try_from(*index).ok().and_then(|index| sequence.items.get(index).cloned())
            }),
        })
    }
}

fn decided(instance: &InstanceAt<'_>, origin: Origin) -> Value {
    let mut unknown = Unknown::new(Type::Dynamic, instance.cause.clone());
    unknown.origin = Some(Arc::new(origin));
    unknown.into()
}

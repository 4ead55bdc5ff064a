//! The body of a resource instance: planned values, which of them are unknown or sensitive, and what the configuration says.

use std::sync::Arc;

use super::reading::json::{Json, Object};

use super::index::PlanIndex;
use super::inference::assign::PlannedLeaves;
use super::inference::references::Site;
use super::reading::configuration::ConfiguredArgument;
use crate::text::shortened;
use crate::value::{Cause, CauseKind, Entries, Kind, Number, Sequence, Step, Str, Type, Value};

impl<'p> PlanIndex<'p> {
    /// Attributes and nested blocks of an instance; `None` while they are being computed, which means that they depend on themselves.
    pub(super) fn body(&'p self, at: usize) -> Option<Arc<Entries>> {
        let instance = self.instances.get(at)?;
        if let Some(body) = instance.body.get() {
            return Some(body.clone());
        }
        if instance.busy.replace(true) {
            return None;
        }
        // Chains of references may exceed the depth of the stack.
        let compute = || self.meter.during(at, || self.make_body(at));
        let body = stacker::maybe_grow(256 << 10, 4 << 20, compute);
        instance.busy.set(false);
        Some(instance.body.get_or_init(|| body).clone())
    }

    fn make_body(&'p self, at: usize) -> Arc<Entries> {
        let Some(instance) = self.instances.get(at) else { return Entries::of_block(Vec::new()) };
        let values = &instance.read.values;
        let unknown = instance.changed.unknown;
        let place = PlannedPlace { plan_index: self, instance: at, site: self.site(at) };
        // Terraform before 0.15 wrote no shapes; then every mark is empty.
        let marks = instance.changed.sensitive.and_then(Json::as_object);
        let has_shape = marks.is_some_and(|marks| marks.iter().next().is_some());
        let items = Object::merged(Some(values), unknown).filter_map(|(name, value, unknown)| {
            let planned = PlannedValue {
                value,
                unknown,
                secret: [
                    instance.read.sensitive.mark_of(name),
                    instance.changed.sensitive.and_then(|sensitive| sensitive.mark_of(name)),
                ],
                has_shape,
            };
            let written = match instance.config {
                Some(config) => ConfiguredArgument::read(config.expression(name)),
                None => ConfiguredArgument::NotShown,
            };
            let value = place.value(planned, written, &mut vec![Step::Key(name.into())])?;
            Some((Str::from(name), value))
        });
        Entries::of_block(items.collect())
    }

    pub(super) fn site(&'p self, at: usize) -> Site<'p> {
        let instance = self.instances.get(at);
        Site {
            module: instance.map_or(0, |instance| instance.module),
            key: instance.and_then(|instance| instance.read.key.as_ref()),
            for_each: instance.and_then(|instance| instance.config).and_then(|config| config.for_each),
        }
    }
}

/// A planned value and the plan's marks on it.
#[derive(Clone, Copy)]
pub(super) struct PlannedValue<'p> {
    pub(super) value: Option<&'p Json>,
    pub(super) unknown: Option<&'p Json>,
    /// The sensitivity marks from the planned values and from the changes. Marks from the changes have the shape of the value, even of
    /// an unknown one.
    pub(super) secret: [Option<&'p Json>; 2],
    /// Whether the marks have the shape of the value.
    pub(super) has_shape: bool,
}

/// What the plan says about the shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueShape {
    /// A string, number or boolean.
    One,
    /// A list or set, including nested blocks.
    Sequence,
    /// A map or object.
    Mapping,
    /// The plan does not say.
    NotTold,
}

impl<'p> PlannedValue<'p> {
    pub(super) fn is_unknown(&self) -> bool {
        self.unknown.is_some_and(Json::is_mark)
    }

    /// Whether the value itself, not only a part of it, is sensitive.
    pub(super) fn is_secret(&self) -> bool {
        self.secret.iter().flatten().any(|mark| mark.is_mark())
    }

    pub(super) fn shape(&self) -> ValueShape {
        match self.secret {
            _ if !self.has_shape => ValueShape::NotTold,
            [_, Some(Json::Array(_))] => ValueShape::Sequence,
            [_, Some(Json::Object(_))] => ValueShape::Mapping,
            [_, Some(_)] => ValueShape::NotTold,
            [_, None] => ValueShape::One,
        }
    }

    pub(super) fn key(&self, key: &str) -> Self {
        self.part(|whole| whole.get(key))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.part(|whole| whole.at(index))
    }

    fn part(&self, part: impl Fn(&'p Json) -> Option<&'p Json>) -> Self {
        Self {
            value: self.value.and_then(&part),
            unknown: self.unknown.and_then(&part),
            secret: self.secret.map(|marks| marks.and_then(&part)),
            has_shape: self.has_shape && matches!(self.secret, [_, Some(Json::Array(_) | Json::Object(_))]),
        }
    }

    /// The number of elements, if it is a list.
    pub(super) fn len(&self) -> Option<usize> {
        let length = |list: Option<&Json>| list.and_then(Json::as_array).map(<[_]>::len);
        match (length(self.value), length(self.unknown)) {
            (None, None) => None,
            (a, b) => a.max(b),
        }
    }

    /// The keys, if it is a map or object.
    pub(super) fn keys(&self) -> Option<Vec<&'p Str>> {
        let (value, unknown) = (self.value.and_then(Json::as_object), self.unknown.and_then(Json::as_object));
        if value.is_none() && unknown.is_none() {
            return None;
        }
        Some(Object::merged(value, unknown).map(|(key, _, _)| key).collect())
    }

    fn is_null(&self) -> bool {
        self.value.is_none_or(Json::is_null) && !self.unknown.is_some_and(Json::holds_true)
    }

    /// Whether the value is null, or an empty text, list or map. Many providers return an empty text for what is not set.
    fn is_empty(&self) -> bool {
        let holds_nothing = match self.value {
            None | Some(Json::Null) => true,
            Some(Json::Array(items)) => items.is_empty(),
            Some(Json::Object(items)) => items.is_empty(),
            Some(Json::String(text)) => text.is_empty(),
            Some(Json::Bool(_) | Json::Number(_)) => false,
        };
        holds_nothing && !self.unknown.is_some_and(Json::holds_true)
    }

    fn has_blocks(&self) -> bool {
        let objects = |list: Option<&Json>| {
            list.and_then(Json::as_array).is_some_and(|list| list.iter().any(Json::is_object))
        };
        objects(self.value) || objects(self.unknown)
    }
}

/// The instance that a value belongs to, with everything needed to resolve its references.
#[derive(Clone, Copy)]
pub(super) struct PlannedPlace<'p> {
    pub(super) plan_index: &'p PlanIndex<'p>,
    pub(super) instance: usize,
    pub(super) site: Site<'p>,
}

impl<'p> PlannedPlace<'p> {
    /// The value at `path` as rules see it; `None` if it is not set.
    fn value(
        self,
        planned: PlannedValue<'p>,
        written: ConfiguredArgument<'p>,
        path: &mut Vec<Step>,
    ) -> Option<Value> {
        let value = match written {
            ConfiguredArgument::Unset | ConfiguredArgument::NotShown if planned.is_empty() => return None,
            ConfiguredArgument::Unset if planned.is_unknown() && self.may_be_blocks(planned, path) => {
                let more = Some(self.dynamic_may_write(path));
                Kind::Tuple(Arc::new(Sequence {
                    element: Type::Dynamic,
                    items: Vec::new(),
                    more,
                    most: None,
                }))
                .into()
            }
            // It is not set, so the provider decides: rules read that as null.
            ConfiguredArgument::Unset if planned.is_unknown() => return None,
            ConfiguredArgument::NotShown if planned.is_unknown() => Value::unknown(self.after_apply(path)),
            ConfiguredArgument::Unset | ConfiguredArgument::NotShown if planned.has_blocks() => {
                self.blocks(planned, &[], path)
            }
            ConfiguredArgument::Unset | ConfiguredArgument::NotShown => self.plain(planned, path),
            ConfiguredArgument::Expression { .. } if planned.is_null() => return None,
            ConfiguredArgument::Expression { constant: Some(Json::Null), .. } if planned.is_unknown() => {
                return None;
            }
            ConfiguredArgument::Expression { references, .. } => {
                self.expression(planned, references, path)?
            }
            ConfiguredArgument::Blocks(_) if planned.is_unknown() => {
                let more = Some(self.after_apply(path));
                Kind::Tuple(Arc::new(Sequence {
                    element: Type::Dynamic,
                    items: Vec::new(),
                    more,
                    most: None,
                }))
                .into()
            }
            ConfiguredArgument::Blocks(_) if planned.len().is_none_or(|length| length == 0) => return None,
            ConfiguredArgument::Blocks(blocks) => self.blocks(planned, blocks, path),
            ConfiguredArgument::Block(_) if planned.is_empty() => return None,
            ConfiguredArgument::Block(block) => {
                path.push(Step::Index(0));
                let only = self.block(planned, Some(block), path);
                path.pop();
                Value::tuple(vec![only])
            }
        };
        Some(if planned.is_secret() { value.sensitive() } else { value })
    }

    /// Whether an attribute without configuration may be nested blocks. A plan never shows dynamic blocks. If it does not know how many
    /// they make, it shows the whole type of block as unknown; blocks that nothing makes are shown as an empty list.
    fn may_be_blocks(self, planned: PlannedValue<'p>, path: &[Step]) -> bool {
        let Some(Step::Key(name)) = path.last() else { return false };
        if self.plan_index.facts.filled.contains(name) {
            return false;
        }
        match planned.shape() {
            ValueShape::Sequence => true,
            ValueShape::One | ValueShape::Mapping => false,
            ValueShape::NotTold => {
                let type_ = self.plan_index.instances.get(self.instance).map(|instance| &instance.read.type_);
                path.len() == 1
                    && type_.is_some_and(|type_| {
                        self.plan_index.blocks.contains(&(type_.as_str(), name.as_str()))
                    })
            }
        }
    }

    /// What a value is that is not inferred any more.
    fn limit(self) -> Value {
        self.plan_index.meter.limit().map_or(Value::NULL, Value::unknown)
    }

    /// The cause why the blocks at a path are unknown.
    fn dynamic_may_write(self, path: &[Step]) -> Arc<Cause> {
        let whole = self.after_apply(path);
        let subject = ecow::eco_format!("{}, which a dynamic block may set,", whole.subject);
        Cause::new(CauseKind::KnownAfterApply, subject, None)
    }

    /// The cause "known after apply" for the value at a path.
    pub(super) fn after_apply(self, path: &[Step]) -> Arc<Cause> {
        // There may be a cause for each of many parts.
        const LONGEST: usize = 200;
        let address =
            self.plan_index.instances.get(self.instance).map(|instance| instance.read.address.as_str());
        let mut subject = Str::from(&*shortened(address.unwrap_or_default(), LONGEST));
        for step in path {
            match step {
                Step::Key(name) if name.len() > LONGEST => {
                    subject.push_str(&Step::Key((&*shortened(name, LONGEST)).into()).to_string());
                }
                _ => subject.push_str(&step.to_string()),
            }
        }
        Cause::new(CauseKind::KnownAfterApply, subject, None)
    }

    /// A value that the plan shows but whose expression it does not.
    fn plain(self, planned: PlannedValue<'p>, path: &mut Vec<Step>) -> Value {
        let Some(leaves) = PlannedLeaves::of(planned, path, &self.plan_index.meter) else {
            return self.limit();
        };
        let values = leaves.iter().map(|leaf| match leaf.known {
            Some(known) => self.identified(primitive(known)),
            None => Value::unknown(self.after_apply(&leaf.path)),
        });
        rebuild(planned, &mut values.collect::<Vec<_>>().into_iter(), true)
    }

    fn expression(
        self,
        planned: PlannedValue<'p>,
        references: &'p [Json],
        path: &mut Vec<Step>,
    ) -> Option<Value> {
        if references.is_empty() {
            return Some(self.plain(planned, path));
        }
        let meter = &self.plan_index.meter;
        if let Some(spent) = meter.limit() {
            return Some(Value::unknown(spent));
        }
        let value = self.inferred(planned, references, path);
        // What a spent budget cut short may lack references.
        meter.limit().map(Value::unknown).or(value)
    }

    /// The value of an expression with references.
    fn inferred(
        self,
        planned: PlannedValue<'p>,
        references: &'p [Json],
        path: &mut Vec<Step>,
    ) -> Option<Value> {
        let used_as = path.iter().rev().find_map(Step::key).cloned();
        let found = self.plan_index.find(self.site, references, used_as.as_deref().unwrap_or_default());
        if planned.is_unknown() {
            return (!self.is_left_to_provider(&found)).then(|| self.unknown(&found, path, planned.shape()));
        }
        let leaves = PlannedLeaves::of(planned, path, &self.plan_index.meter)?;
        let values = self.assign(&found, &leaves);
        Some(rebuild(planned, &mut values.into_iter(), true))
    }

    /// Nested blocks, each matched with the configured block that fits it best, if there is one.
    fn blocks(self, planned: PlannedValue<'p>, written: &'p [Json], path: &mut Vec<Step>) -> Value {
        let length = planned.len().unwrap_or_default();
        let elements: Vec<PlannedValue<'p>> = (0..length).map(|index| planned.index(index)).collect();
        let meter = &self.plan_index.meter;
        let matched = super::inference::blocks::fit(&elements, written, meter);
        // Unless all pairs were compared, no block is known to be made by one of the configuration.
        if !written.is_empty() && meter.limit().is_some() {
            return self.limit();
        }
        let mut items = Vec::with_capacity(length);
        for (index, (element, written)) in (0u64..).zip(elements.into_iter().zip(matched)) {
            path.push(Step::Index(index));
            let value = if element.is_unknown() && element.value.is_none_or(Json::is_null) {
                Value::unknown(self.after_apply(path))
            } else if element.keys().is_some() {
                self.block(element, written, path)
            } else {
                self.plain(element, path)
            };
            items.push(if element.is_secret() { value.sensitive() } else { value });
            path.pop();
        }
        Value::tuple(items)
    }

    /// A nested block. Without a configured block, it comes from a dynamic block or from the provider.
    fn block(self, planned: PlannedValue<'p>, written: Option<&'p Object>, path: &mut Vec<Step>) -> Value {
        let mut items = Vec::new();
        for key in planned.keys().unwrap_or_default() {
            let inside = match written {
                Some(block) => ConfiguredArgument::read(block.get(key)),
                None => ConfiguredArgument::NotShown,
            };
            path.push(Step::Key(key.into()));
            items.extend(self.value(planned.key(key), inside, path).map(|value| (Str::from(key), value)));
            path.pop();
        }
        Kind::Object(Entries::of_block(items)).into()
    }
}

/// Reassembles a value from its leaves. Objects in lists are treated like blocks: a null in them is not set.
fn rebuild(planned: PlannedValue<'_>, leaves: &mut std::vec::IntoIter<Value>, top: bool) -> Value {
    let value = if planned.is_unknown() {
        leaves.next().unwrap_or(Value::NULL)
    } else if let Some(length) = planned.len() {
        Value::tuple((0..length).map(|index| rebuild(planned.index(index), leaves, false)).collect())
    } else if let Some(keys) = planned.keys() {
        let items = keys.into_iter().map(|key| (Str::from(key), rebuild(planned.key(key), leaves, true)));
        if top {
            Value::object(items.collect())
        } else {
            Kind::Object(Entries::of_block(items.filter(|(_, value)| !value.is_null()).collect())).into()
        }
    } else {
        leaves.next().unwrap_or(Value::NULL)
    };
    if planned.is_secret() { value.sensitive() } else { value }
}

/// The value of a known leaf.
pub(super) fn primitive(json: &Json) -> Value {
    match json {
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => Number::parse(number).map_or(Value::NULL, Value::from),
        Json::String(text) => text.clone().into(),
        Json::Null | Json::Array(_) | Json::Object(_) => Value::NULL,
    }
}

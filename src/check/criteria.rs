//! What a data source asks of a resource by its arguments, tags and filters.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::estate::Instance;
use crate::model::Lookup;
use crate::value::{AbsentKey, Kind, Origin, Str, Value};

/// What a data source asks of a resource: an attribute or a tag, and the values of which it has one; none if they are not known.
pub(super) struct Criterion {
    pub(super) kind: CriterionKind,
    pub(super) values: Vec<CriterionValue>,
}

impl Criterion {
    /// Nothing tells what is asked for.
    fn open() -> Self {
        Self { kind: CriterionKind::Tag(Str::new()), values: Vec::new() }
    }

    /// Whether it asks for a tag.
    pub(super) fn is_about_tag(&self) -> bool {
        matches!(&self.kind, CriterionKind::Tag(name) if !name.is_empty())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum CriterionKind {
    Attribute(Str),
    /// A tag of this name; without a name it is not known which one.
    Tag(Str),
}

/// A value that can be compared: a text, or whose attribute it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CriterionValue {
    Text(Str),
    Of(Arc<Origin>),
}

impl CriterionValue {
    pub(super) const fn text(&self) -> Option<&Str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Of(_) => None,
        }
    }

    /// A pattern means more than the text.
    fn is_plain(&self) -> bool {
        self.text().is_none_or(|text| !text.contains(['*', '?']))
    }
}

pub(super) fn comparable(value: &Value) -> Option<CriterionValue> {
    match &value.kind {
        Kind::String(text) => Some(CriterionValue::Text(text.clone())),
        Kind::Bool(flag) => Some(CriterionValue::Text(flag.to_string().into())),
        Kind::Unknown(unknown) => unknown.origin.clone().map(CriterionValue::Of),
        _ => None,
    }
}

/// The tags of a resource, those of its provider among them; `None` if they are not all known.
pub(super) fn tags(own: &Instance) -> Option<Vec<(Str, Value)>> {
    let mut all: Vec<(Str, Value)> = Vec::new();
    let provider = own.provider.as_entries().and_then(|provider| provider.get("default_tags"));
    let first = provider.and_then(|blocks| blocks.as_sequence()).and_then(|blocks| blocks.items.first());
    let default = first.and_then(|block| block.as_entries()?.get("tags"));
    for tags in [default, own.body.get("tags")].into_iter().flatten() {
        match &tags.kind {
            Kind::Null(_) => {}
            _ => {
                let entries = tags
                    .as_entries()
                    .filter(|entries| !matches!(entries.absent, AbsentKey::MaybePresent(_)))?;
                // Names are unique within each, and a resource may have very many.
                let own: FxHashSet<&Str> = entries.items.iter().map(|(name, _)| name).collect();
                all.retain(|(known, _)| !own.contains(known));
                all.extend(entries.items.iter().cloned());
            }
        }
    }
    Some(all)
}

/// What a data source asks for.
pub(super) fn criteria(own: &Instance, lookup: &Lookup) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for (argument, attribute) in &lookup.by {
        if let Some(value) = own.body.get(argument).filter(|value| !value.is_null()) {
            let values = comparable(value).into_iter().collect();
            criteria.push(Criterion { kind: CriterionKind::Attribute(attribute.clone()), values });
        }
    }
    if let Some(tags) = own.body.get(&lookup.tags).filter(|tags| !tags.is_null()) {
        match tags.as_entries() {
            Some(tags) => {
                let tag = |(name, value): &(Str, Value)| Criterion {
                    kind: CriterionKind::Tag(name.clone()),
                    values: comparable(value).into_iter().collect(),
                };
                criteria.extend(tags.items.iter().map(tag));
            }
            None => criteria.push(Criterion::open()),
        }
    }
    let filters = own.body.get("filter").and_then(Value::as_sequence);
    for filter in filters.into_iter().flat_map(|filters| &filters.items) {
        criteria.push(filtered(filter));
    }
    // It is not known what else is asked for.
    if filters.is_some_and(|filters| filters.more.is_some()) {
        criteria.push(Criterion::open());
    }
    // An argument that the model does not know may leave some out.
    if !lookup.lists.is_empty()
        && own.body.items.iter().any(|(name, value)| !value.is_null() && !knows(lookup, name))
    {
        criteria.push(Criterion::open());
    }
    criteria
}

/// Whether the model says what an attribute of a data source for several resources is.
fn knows(lookup: &Lookup, name: &str) -> bool {
    let is_place = ["filter", "id", "region", "timeouts"].contains(&name);
    let pairs = lookup.by.iter().chain(&lookup.lists);
    is_place || *name == *lookup.tags || pairs.map(|(own, _)| own).any(|own| own == name)
}

/// What a filter asks for: one of its values.
fn filtered(filter: &Value) -> Criterion {
    let entries = filter.as_entries();
    let name = entries.and_then(|entries| entries.get("name")?.as_str());
    let values = entries.and_then(|entries| entries.get("values")?.as_sequence());
    let values = values.filter(|values| values.more.is_none());
    let values: Option<Vec<CriterionValue>> = values.and_then(|values| {
        let value = |value: &Value| comparable(value).filter(CriterionValue::is_plain);
        values.items.iter().map(value).collect()
    });
    let values = values.unwrap_or_default();
    match name.map(|name| (name, name.strip_prefix("tag:"))) {
        Some((_, Some(tag))) => Criterion { kind: CriterionKind::Tag(tag.into()), values },
        Some((name, None)) => {
            Criterion { kind: CriterionKind::Attribute(name.replace('-', "_").into()), values }
        }
        None => Criterion::open(),
    }
}

//! Lookups: which resource of another root module a data source means by a name, tags or filters. It is the only one that has them all, as far
//! as the model says which arguments say that.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::roots::Job;
use super::states::is_beside;
use crate::address::Mode;
use crate::estate::{Input, Instance};
use crate::model::{Lookup, Model};
use crate::value::{AbsentKey, Cause, CauseKind, Kind, Origin, Str, Value};

/// The most resources that are looked at where it is not known which one is meant.
const MAX_CANDIDATES: usize = 64;

/// A managed resource: its job, and its index among the instances of that.
pub(super) type ResourceAt = (usize, usize);

/// What a data source asks of a resource: an attribute or a tag, and its value.
type Criterion = (CriterionKind, Option<CriterionValue>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum CriterionKind {
    Attribute(Str),
    Tag(Str),
}

/// A value that can be compared: a text, or whose attribute it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum CriterionValue {
    Text(Str),
    Of(Arc<Origin>),
}

/// The resources of a run that data sources may mean.
pub(super) struct Resources<'m> {
    model: &'m Model,
    /// By type, attribute or tag, and value; without a value those of which it is not known.
    by: FxHashMap<(Str, CriterionKind, Option<CriterionValue>), Vec<ResourceAt>>,
}

/// Which resource a data source means.
pub(super) enum MeantResource {
    /// This one.
    One(ResourceAt),
    /// It may be a resource of the run: the cause names it.
    Open(Arc<Cause>),
}

fn comparable(value: &Value) -> Option<CriterionValue> {
    match &value.kind {
        Kind::String(text) => Some(CriterionValue::Text(text.clone())),
        Kind::Bool(flag) => Some(CriterionValue::Text(flag.to_string().into())),
        Kind::Unknown(unknown) => unknown.origin.clone().map(CriterionValue::Of),
        _ => None,
    }
}

/// The tags of a resource, those of its provider among them; `None` if they are not all known.
fn tags(own: &Instance) -> Option<Vec<(Str, Value)>> {
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
                for (name, value) in &entries.items {
                    all.retain(|(known, _)| known != name);
                    all.push((name.clone(), Value::clone(value)));
                }
            }
        }
    }
    Some(all)
}

impl<'m> Resources<'m> {
    /// The resources of some jobs.
    pub(super) fn of(jobs: &[Job], model: &'m Model) -> Self {
        let mut wanted: FxHashMap<&Str, BTreeSet<&Str>> = FxHashMap::default();
        model.lookups.values().for_each(|lookup| {
            wanted.entry(&lookup.of).or_default().extend(lookup.by.iter().map(|(_, attribute)| attribute));
        });
        let mut found = Self { model, by: FxHashMap::default() };
        for (at, job) in jobs.iter().enumerate().filter(|(_, job)| job.is_joinable()) {
            for (index, own) in job.estate.instances.iter().enumerate() {
                if own.mode != Mode::Managed {
                    continue;
                }
                let Some(attributes) = wanted.get(&own.type_) else { continue };
                for attribute in attributes {
                    // A name that is not set is made up: nobody asks for it.
                    if let Some(value) = own.body.get(attribute).filter(|value| !value.is_null()) {
                        let key = CriterionKind::Attribute((*attribute).clone());
                        found.add(own, key, comparable(value), (at, index));
                    }
                }
                match tags(own) {
                    Some(tags) => {
                        for (name, value) in tags {
                            found.add(own, CriterionKind::Tag(name), comparable(&value), (at, index));
                        }
                    }
                    None => found.add(own, CriterionKind::Tag(Str::new()), None, (at, index)),
                }
            }
        }
        found
    }

    fn add(&mut self, own: &Instance, kind: CriterionKind, value: Option<CriterionValue>, at: ResourceAt) {
        self.by.entry((own.type_.clone(), kind, value)).or_default().push(at);
    }

    /// Which resource a data source of a job means, if there is anything to say about it.
    pub(super) fn meant(&self, own: &Instance, index: usize, jobs: &[Job]) -> Option<MeantResource> {
        let job = jobs.get(index).filter(|job| job.estate.input == Input::Configuration)?;
        let lookup = self.model.lookups.get(&own.type_)?;
        let criteria = criteria(own, lookup);
        if criteria.is_empty() {
            return None;
        }
        let is_in_reach = |at: &ResourceAt| {
            let other = jobs.get(at.0);
            at.0 != index && is_beside(job, other) && !self.is_elsewhere(own, other, at.1)
        };
        // Those that meet the criterion that fewest meet, and those of which it is not known.
        let found = |(kind, value): &Criterion| -> Option<Vec<ResourceAt>> {
            let value = value.clone()?;
            let is_indexed = match kind {
                CriterionKind::Attribute(name) => lookup.by.iter().any(|(_, own)| own == name),
                CriterionKind::Tag(_) => true,
            };
            if !is_indexed {
                return None;
            }
            let key = |kind: CriterionKind, value| (lookup.of.clone(), kind, value);
            let open = match kind {
                CriterionKind::Tag(_) => CriterionKind::Tag(Str::new()),
                CriterionKind::Attribute(_) => kind.clone(),
            };
            let same = self.by.get(&key(kind.clone(), Some(value)));
            let open = self.by.get(&key(open, None));
            Some(same.into_iter().chain(open).flatten().copied().collect())
        };
        let fewest = criteria.iter().filter_map(found).min_by_key(Vec::len)?;
        let (mut certain, mut maybe) = (Vec::new(), Vec::new());
        for at in fewest.into_iter().filter(is_in_reach).take(MAX_CANDIDATES) {
            let Some(other) = jobs.get(at.0).and_then(|job| job.estate.instances.get(at.1)) else { continue };
            match meets(other, lookup, &criteria) {
                Some(true) if other.uncertain.is_none() => certain.push(at),
                Some(false) => {}
                _ => maybe.push(at),
            }
        }
        let prefer_own = |at: &ResourceAt| {
            jobs.get(at.0).is_some_and(|other| other.environment_name() == job.environment_name())
        };
        if certain.len() > 1 && certain.iter().any(prefer_own) {
            certain.retain(prefer_own);
        }
        if let ([only], true) = (certain.as_slice(), maybe.is_empty()) {
            return Some(MeantResource::One(*only));
        }
        let first = certain.first().or_else(|| maybe.first())?;
        let candidate = jobs.get(first.0)?;
        let address = candidate.estate.instances.get(first.1)?.address.text();
        let subject = match certain.len() + maybe.len() {
            1 => ecow::eco_format!("{}, which may be {address} of `{}`", own.address, candidate.place),
            more => ecow::eco_format!(
                "{}, which may be one of {more} resources, such as {address} of `{}`",
                own.address,
                candidate.place
            ),
        };
        let span = own.declaration.as_ref().map(|declaration| declaration.block.header);
        Some(MeantResource::Open(Cause::new(CauseKind::DataSource, subject, span)))
    }

    /// Whether a resource is where the data source does not look.
    fn is_elsewhere(&self, own: &Instance, other: Option<&Job>, at: usize) -> bool {
        let Some(other) = other.and_then(|job| job.estate.instances.get(at)) else { return true };
        let place =
            |one: &'_ Instance| self.model.namespace(&one.type_, &one.body, &one.provider).map(str::to_owned);
        place(own).zip(place(other)).is_some_and(|(own, other)| own != other)
    }
}

/// What a data source asks for.
fn criteria(own: &Instance, lookup: &Lookup) -> Vec<Criterion> {
    let mut criteria = Vec::new();
    for (argument, attribute) in &lookup.by {
        if let Some(value) = own.body.get(argument).filter(|value| !value.is_null()) {
            criteria.push((CriterionKind::Attribute(attribute.clone()), comparable(value)));
        }
    }
    if let Some(tags) = own.body.get("tags").filter(|tags| !tags.is_null()) {
        match tags.as_entries() {
            Some(tags) => {
                let tag =
                    |(name, value): &(Str, Value)| (CriterionKind::Tag(name.clone()), comparable(value));
                criteria.extend(tags.items.iter().map(tag));
            }
            None => criteria.push((CriterionKind::Tag(Str::new()), None)),
        }
    }
    let filters = own.body.get("filter").and_then(Value::as_sequence);
    for filter in filters.into_iter().flat_map(|filters| &filters.items) {
        let entries = filter.as_entries();
        let name = entries.and_then(|entries| entries.get("name")?.as_str());
        let values = entries.and_then(|entries| entries.get("values")?.as_sequence());
        let value = values.filter(|values| values.items.len() == 1 && values.more.is_none());
        // A pattern means more than the text.
        let is_plain = |value: &CriterionValue| match value {
            CriterionValue::Text(text) => !text.contains(['*', '?']),
            CriterionValue::Of(_) => true,
        };
        let value = value.and_then(|values| values.items.first()).and_then(comparable).filter(is_plain);
        criteria.push(match name.map(|name| (name, name.strip_prefix("tag:"))) {
            Some((_, Some(tag))) => (CriterionKind::Tag(tag.into()), value),
            Some((name, None)) => (CriterionKind::Attribute(name.replace('-', "_").into()), value),
            None => (CriterionKind::Tag(Str::new()), None),
        });
    }
    criteria
}

/// Whether a resource is what is asked for; `None` if that is not known.
fn meets(other: &Instance, lookup: &Lookup, criteria: &[Criterion]) -> Option<bool> {
    let own_tags = tags(other);
    let mut open = false;
    for (kind, wanted) in criteria {
        let Some(wanted) = wanted else {
            open = true;
            continue;
        };
        let theirs = match kind {
            CriterionKind::Attribute(name) => {
                match other.body.get(name).filter(|value| !value.is_null()) {
                    // A name that is not set is made up: it is not the one that is asked for.
                    None if lookup.by.iter().any(|(_, own)| own == name) => return Some(false),
                    None => None,
                    Some(value) => Some(comparable(value)),
                }
            }
            CriterionKind::Tag(name) => match &own_tags {
                Some(tags) => match tags.iter().find(|(own, _)| own == name) {
                    Some((_, value)) => Some(comparable(value)),
                    None => return Some(false),
                },
                None => None,
            },
        };
        match theirs {
            Some(Some(theirs)) if theirs == *wanted => {}
            Some(Some(CriterionValue::Text(_))) if matches!(wanted, CriterionValue::Text(_)) => {
                return Some(false);
            }
            _ => open = true,
        }
    }
    if open { None } else { Some(true) }
}

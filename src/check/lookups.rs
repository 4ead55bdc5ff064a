//! Lookups: which resources of other root modules a data source means by a name, tags or filters. One is meant if it is the only one that has
//! them all; a data source for several means all that do. Model files say which arguments say that.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::criteria::{Criterion, CriterionKind, CriterionValue, comparable, criteria, tags};
use super::roots::Job;
use super::states::is_beside;
use crate::address::{Address, Mode};
use crate::estate::{Estate, Input, Instance, ModuleCall, SymbolKind};
use crate::model::{Lookup, Model};
use crate::value::{Cause, CauseKind, Str, SymbolId};

/// The most resources that are looked at where it is not known which one is meant.
const MAX_CANDIDATES: usize = 64;

/// The most resources that all data sources for several may list together: each names them all, in each root module that has it.
pub(super) const MAX_LISTED: usize = 100_000;

/// A managed resource of a job. The job may be evaluated again before it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ForeignResource {
    pub(super) job: usize,
    address: Address,
    type_: Str,
}

impl ForeignResource {
    pub(super) fn address(&self) -> Str {
        self.address.text().clone()
    }

    /// The resource as it is now.
    pub(super) fn find<'j>(&self, jobs: &'j [Job]) -> Option<(&'j Job, &'j Instance)> {
        let job = jobs.get(self.job)?;
        let all = &job.estate.instances;
        // Instances are in the order of their addresses.
        let at = all.binary_search_by(|own| own.address.cmp(&self.address)).ok()?;
        let found = all.get(at).filter(|own| own.mode == Mode::Managed && own.type_ == self.type_)?;
        Some((job, found))
    }
}

/// A managed resource while the jobs stay as they are: its job, and its index among the instances of that.
type ResourceAt = (usize, usize);

/// The resources of one type that have an attribute or a tag.
#[derive(Default)]
struct ByValue {
    all: Vec<ResourceAt>,
    by_text: FxHashMap<Str, Vec<ResourceAt>>,
    /// Those of which no text is known.
    others: Vec<ResourceAt>,
}

/// The resources of a run that data sources may mean.
pub(super) struct Resources<'m> {
    model: &'m Model,
    /// By type, and by attribute or tag.
    by: FxHashMap<(Str, CriterionKind), ByValue>,
    /// Those of which not all tags are known, by type.
    of_unknown_tags: FxHashMap<Str, Vec<ResourceAt>>,
    /// The jobs by the numbers of their estates.
    by_number: FxHashMap<u32, usize>,
}

/// What a data source means.
pub(super) enum MeantResources {
    /// This one.
    One(ForeignResource),
    /// These, by their addresses; if there is a cause, perhaps more.
    All(Vec<ForeignResource>, Option<Arc<Cause>>),
    /// It may be a resource of the run: the cause names it.
    Open(Arc<Cause>),
}

/// The resources that may be meant: those that certainly have what is asked for, and those that perhaps do.
#[derive(Default)]
struct Candidates {
    certain: Vec<ResourceAt>,
    maybe: Vec<ResourceAt>,
    /// There are more than were looked at.
    is_cut: bool,
}

impl<'m> Resources<'m> {
    /// The resources of some jobs.
    pub(super) fn of(jobs: &[Job], model: &'m Model) -> Self {
        let mut wanted: FxHashMap<&Str, BTreeSet<&Str>> = FxHashMap::default();
        model.lookups.values().for_each(|lookup| {
            let by = lookup.by.iter().map(|(_, attribute)| attribute);
            wanted.entry(&lookup.of).or_default().extend(by.chain(&lookup.filters));
        });
        let by_number = jobs.iter().enumerate().map(|(at, job)| (job.estate.number, at)).collect();
        let (by, of_unknown_tags) = (FxHashMap::default(), FxHashMap::default());
        let mut found = Self { model, by, of_unknown_tags, by_number };
        for (at, job) in jobs.iter().enumerate().filter(|(_, job)| job.is_joinable()) {
            for (index, own) in job.estate.instances.iter().enumerate() {
                if own.mode != Mode::Managed {
                    continue;
                }
                let Some(attributes) = wanted.get(&own.type_) else { continue };
                for attribute in attributes {
                    // A name that is not set is made up: nobody asks for it.
                    if let Some(value) = own.body.get(attribute).filter(|value| !value.is_null()) {
                        let kind = CriterionKind::Attribute((*attribute).clone());
                        found.add(own, kind, comparable(value), (at, index));
                    }
                }
                match tags(own) {
                    Some(tags) => {
                        for (name, value) in tags {
                            found.add(own, CriterionKind::Tag(name), comparable(&value), (at, index));
                        }
                    }
                    None => {
                        found.of_unknown_tags.entry(own.type_.clone()).or_default().push((at, index));
                    }
                }
            }
        }
        found
    }

    fn add(&mut self, own: &Instance, kind: CriterionKind, value: Option<CriterionValue>, at: ResourceAt) {
        let by = self.by.entry((own.type_.clone(), kind)).or_default();
        by.all.push(at);
        match value {
            Some(CriterionValue::Text(text)) => by.by_text.entry(text).or_default().push(at),
            Some(CriterionValue::Of(_)) | None => by.others.push(at),
        }
    }

    /// What a data source of a job means, if there is anything to say about it. A data source for several may list `left` of them.
    pub(super) fn meant(
        &self,
        own: &Instance,
        index: usize,
        jobs: &[Job],
        left: usize,
    ) -> Option<MeantResources> {
        let job = jobs.get(index).filter(|job| job.estate.input == Input::Configuration)?;
        let lookup = self.model.lookups.get(&own.type_)?;
        let criteria = criteria(own, lookup);
        let mut found = self.candidates(own, lookup, &criteria, (index, left), jobs)?;
        let environment = |at: &ResourceAt| jobs.get(at.0).and_then(Job::environment_key);
        let is_own = |at: &ResourceAt| environment(at) == job.environment_key();
        if lookup.lists.is_empty() {
            if found.certain.len() > 1 && found.certain.iter().any(is_own) {
                found.certain.retain(is_own);
            }
            if let ([only], true, false) = (found.certain.as_slice(), found.maybe.is_empty(), found.is_cut) {
                return foreign(only, jobs).map(MeantResources::One);
            }
            return self.open(own, &found, jobs).map(MeantResources::Open);
        }
        let mut environments = found.certain.iter().filter_map(environment);
        let first = environments.next();
        // Nothing tells whose are asked for.
        let is_mixed = environments.any(|other| first.is_some_and(|first| !first.is_beside(other)));
        if found.certain.is_empty() || is_mixed || found.is_cut {
            return self.open(own, &found, jobs).map(MeantResources::Open);
        }
        let certain = std::mem::take(&mut found.certain);
        let more = self.open(own, &found, jobs).or_else(|| {
            let asks_for_tags = criteria.iter().any(Criterion::is_about_tag);
            if lookup.has_own && !asks_for_tags {
                let span = own.declaration.as_ref().map(|declaration| declaration.block.header);
                return Some(Cause::new(CauseKind::DataSource, own.address.text().clone(), span));
            }
            let homes = certain.iter().filter_map(|at| jobs.get(at.0));
            let unread = homes.filter_map(|job| unread(&job.estate)).next();
            unread.or_else(|| makers(own, job, lookup, jobs))
        });
        let mut all: Vec<ForeignResource> = certain.iter().filter_map(|at| foreign(at, jobs)).collect();
        all.sort();
        Some(MeantResources::All(all, more))
    }

    /// Looks at the resources that have what fewest have of what is asked for.
    fn candidates(
        &self,
        own: &Instance,
        lookup: &Lookup,
        criteria: &[Criterion],
        (index, left): (usize, usize),
        jobs: &[Job],
    ) -> Option<Candidates> {
        let most = if lookup.lists.is_empty() { MAX_CANDIDATES } else { left };
        let job = jobs.get(index)?;
        let fewest = criteria.iter().filter_map(|criterion| self.having(lookup, criterion));
        let fewest = fewest.min_by_key(|parts| parts.iter().map(|part| part.len()).sum::<usize>())?;
        let mut found = Candidates::default();
        let mut seen: BTreeSet<ResourceAt> = BTreeSet::new();
        for at in fewest.into_iter().flatten().copied() {
            let Some(other) = jobs.get(at.0) else { continue };
            let Some(resource) = other.estate.instances.get(at.1) else { continue };
            if at.0 == index || !is_beside(job, Some(other)) || self.is_elsewhere(own, resource) {
                continue;
            }
            if seen.contains(&at) {
                continue;
            }
            if seen.len() == most {
                found.is_cut = true;
                break;
            }
            seen.insert(at);
            match self.meets(resource, lookup, criteria, jobs) {
                Some(true) if resource.uncertain.is_none() => found.certain.push(at),
                Some(false) => {}
                _ => found.maybe.push(at),
            }
        }
        Some(found)
    }

    /// All resources that may have what a criterion asks for, in parts; `None` if nothing tells them from the others.
    fn having(&self, lookup: &Lookup, criterion: &Criterion) -> Option<Vec<&[ResourceAt]>> {
        let is_indexed = match &criterion.kind {
            CriterionKind::Attribute(name) => {
                lookup.filters.contains(name) || lookup.by.iter().any(|(_, own)| own == name)
            }
            CriterionKind::Tag(_) => true,
        };
        if criterion.values.is_empty() || !is_indexed {
            return None;
        }
        let mut parts: Vec<&[ResourceAt]> = Vec::new();
        if let Some(by) = self.by.get(&(lookup.of.clone(), criterion.kind.clone())) {
            let texts: Option<Vec<&Str>> = criterion.values.iter().map(CriterionValue::text).collect();
            match texts {
                Some(texts) => {
                    let same = texts.iter().filter_map(|text| by.by_text.get(*text));
                    parts.extend(same.map(Vec::as_slice).chain([by.others.as_slice()]));
                }
                // A value that is not known may be any.
                None => parts.push(&by.all),
            }
        }
        if let CriterionKind::Tag(_) = criterion.kind {
            parts.extend(self.of_unknown_tags.get(&lookup.of).map(Vec::as_slice));
        }
        Some(parts)
    }

    /// Why it is not known which one a data source means, if it may be one of these.
    fn open(&self, own: &Instance, found: &Candidates, jobs: &[Job]) -> Option<Arc<Cause>> {
        let first = found.certain.first().or_else(|| found.maybe.first())?;
        let job = jobs.get(first.0)?;
        let address = job.estate.instances.get(first.1)?.address.text();
        let subject = match found.certain.len() + found.maybe.len() {
            1 => ecow::eco_format!("{address} of `{}`", job.place),
            more => {
                let least = if found.is_cut { "at least " } else { "" };
                ecow::eco_format!("one of {least}{more} resources, such as {address} of `{}`", job.place)
            }
        };
        let span = own.declaration.as_ref().map(|declaration| declaration.block.header);
        Some(Cause::new(CauseKind::DataSource, own.address.text().clone(), span).passed_on(subject, None))
    }

    /// Whether a resource is where the data source does not look.
    fn is_elsewhere(&self, own: &Instance, other: &Instance) -> bool {
        let own = self.model.whereabouts(&own.type_, &own.body, &own.provider);
        own.are_apart(self.model.whereabouts(&other.type_, &other.body, &other.provider))
    }

    /// Whether a resource is what is asked for; `None` if that is not known.
    fn meets(&self, other: &Instance, lookup: &Lookup, criteria: &[Criterion], jobs: &[Job]) -> Option<bool> {
        let own_tags = tags(other);
        let mut open = false;
        for Criterion { kind, values } in criteria {
            let theirs = match kind {
                CriterionKind::Attribute(name) => {
                    match other.body.get(name).filter(|value| !value.is_null()) {
                        // A name that is not set is made up: it is not the one that is asked for.
                        None if lookup.by.iter().any(|(_, own)| own == name) => return Some(false),
                        None => None,
                        Some(value) => comparable(value),
                    }
                }
                CriterionKind::Tag(name) => match &own_tags {
                    Some(tags) => match tags.iter().find(|(own, _)| own == name) {
                        Some((_, value)) => comparable(value),
                        None if name.is_empty() => None,
                        None => return Some(false),
                    },
                    None => None,
                },
            };
            let Some(theirs) = theirs.filter(|_| !values.is_empty()) else {
                open = true;
                continue;
            };
            if values.contains(&theirs) {
                continue;
            }
            if values.iter().all(|wanted| self.differ(wanted, &theirs, jobs)) {
                return Some(false);
            }
            open = true;
        }
        if open { None } else { Some(true) }
    }

    /// Whether two values are certainly not the same.
    fn differ(&self, a: &CriterionValue, b: &CriterionValue, jobs: &[Job]) -> bool {
        match (a, b) {
            (CriterionValue::Text(a), CriterionValue::Text(b)) => a != b,
            (CriterionValue::Of(a), CriterionValue::Of(b)) => {
                // What a data source reads may be what a resource creates.
                let type_of = |id: SymbolId| {
                    let job = jobs.get(*self.by_number.get(&id.estate())?)?;
                    let symbol = job.estate.symbol(id)?;
                    (symbol.kind == SymbolKind::Instance(Mode::Managed)).then(|| symbol.type_.clone())
                };
                self.model.facts.differ(a, b, type_of)
            }
            _ => false,
        }
    }
}

fn foreign(at: &ResourceAt, jobs: &[Job]) -> Option<ForeignResource> {
    let own = jobs.get(at.0)?.estate.instances.get(at.1)?;
    Some(ForeignResource { job: at.0, address: own.address.clone(), type_: own.type_.clone() })
}

/// Why there may be more resources of a type than the configuration names: something makes more of them.
fn makers(own: &Instance, job: &Job, lookup: &Lookup, jobs: &[Job]) -> Option<Arc<Cause>> {
    if lookup.made_by.is_empty() {
        return None;
    }
    let beside = jobs.iter().filter(|other| other.is_joinable() && is_beside(job, Some(other)));
    let mut all = beside.flat_map(|other| other.estate.instances.iter().map(move |maker| (other, maker)));
    let (home, maker) =
        all.find(|(_, maker)| maker.mode == Mode::Managed && lookup.made_by.contains(&maker.type_))?;
    let span = own.declaration.as_ref().map(|declaration| declaration.block.header);
    let subject = ecow::eco_format!("what {} of `{}` makes", maker.address, home.place);
    Some(Cause::new(CauseKind::DataSource, own.address.text().clone(), span).passed_on(subject, None))
}

/// Why a root module may have resources that are not among its instances.
fn unread(estate: &Estate) -> Option<Arc<Cause>> {
    let of_call = || estate.calls.iter().find(|call| call.hole.is_some()).map(ModuleCall::gap);
    estate.incomplete.clone().or_else(of_call)
}

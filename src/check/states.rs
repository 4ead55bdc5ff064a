//! States: which root module a `terraform_remote_state` reads, or a data source that the model calls a reader of outputs. It is the one whose backend has the same type and the same settings, as far as
//! the model says which of those tell states apart.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::lookups::{ForeignResource, MeantResources};
use super::roots::Job;
use crate::address::Mode;
use crate::estate::configuration::JoinedAnswers;
use crate::estate::grounds::ToldBy;
use crate::estate::{Estate, Input, Instance, outputs};
use crate::files::path::clean;
use crate::model::Model;
use crate::value::{AbsentKey, Cause, CauseKind, Entries, Kind, Sequence, Str, Type, Value, convert};

/// The data source that reads a state: it belongs to Terraform itself.
const REMOTE_STATE: &str = "terraform_remote_state";

/// The most root modules that are looked at where it is not known which one is read.
const MAX_CANDIDATES: usize = 32;

/// The types and settings of the states of a run.
pub(super) struct States<'m> {
    model: &'m Model,
    /// The jobs that have a state, by its key.
    by_key: FxHashMap<StateKey, Vec<usize>>,
    /// The same jobs, and those of which not all settings are known, by each that is.
    by_part: FxHashMap<(Str, usize, Str), Vec<usize>>,
}

/// What tells one state from another: the type of the backend and the settings that count, each if it is known.
#[derive(Clone, PartialEq, Eq, Hash)]
struct StateKey {
    backend: Str,
    settings: Vec<Option<Str>>,
}

impl StateKey {
    fn is_known(&self) -> bool {
        self.settings.iter().all(Option::is_some)
    }

    /// Whether both may be the key of one state.
    fn may_equal(&self, other: &Self) -> bool {
        let fits = |(a, b): (&Option<Str>, &Option<Str>)| a.is_none() || b.is_none() || a == b;
        self.backend == other.backend && self.settings.iter().zip(&other.settings).all(fits)
    }

    fn parts(&self) -> impl Iterator<Item = (Str, usize, Str)> {
        let known = self.settings.iter().enumerate();
        known.filter_map(|(at, value)| Some((self.backend.clone(), at, value.clone()?)))
    }
}

/// What a data source reads.
enum StateRead {
    /// The outputs of this job.
    Outputs(usize),
    /// A resource, by a data source of this type.
    Resource(ForeignResource, Str),
    /// Resources, and perhaps more for this cause, by a data source of this type.
    Resources(Vec<ForeignResource>, Option<Arc<Cause>>, Str),
    /// A resource, by a data source of this type; it is not known which one: the cause.
    Perhaps(Str, Arc<Cause>),
    /// It is not known: the cause.
    Open(Arc<Cause>),
}

/// What the data sources of one job read.
#[derive(Default)]
pub(super) struct StateReads(Vec<StateReader>);

/// A data source, and what it reads.
struct StateReader {
    address: Str,
    read: StateRead,
    /// What it tells of outputs that there are not.
    defaults: Value,
    /// The attributes that hold the outputs, each with whether it must not be shown.
    attributes: Vec<(Str, bool)>,
}

impl StateReads {
    /// The jobs whose outputs or resources are read.
    pub(super) fn needs(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|reader| match &reader.read {
            StateRead::Outputs(job) => vec![*job],
            StateRead::Resource(one, _) => vec![one.job],
            StateRead::Resources(all, ..) => all.iter().map(|one| one.job).collect(),
            StateRead::Perhaps(..) | StateRead::Open(_) => Vec::new(),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds what a data source means.
    pub(super) fn add(&mut self, own: &Instance, meant: MeantResources) {
        let read = match meant {
            MeantResources::One(one) => StateRead::Resource(one, own.type_.clone()),
            MeantResources::All(all, more) => StateRead::Resources(all, more, own.type_.clone()),
            MeantResources::Open(cause) => StateRead::Perhaps(own.type_.clone(), cause),
        };
        let (address, defaults) = (own.address.text().clone(), Value::NULL);
        self.0.push(StateReader { address, read, defaults, attributes: Vec::new() });
    }

    /// What the data sources tell, as far as the jobs are evaluated.
    pub(super) fn answers(&self, jobs: &[Job], model: &Model) -> JoinedAnswers {
        let answer = |StateReader { address, read, defaults, attributes }: &StateReader| {
            let outputs = match read {
                StateRead::Resource(one, type_) => {
                    let ((job, own), lookup) = (one.find(jobs)?, model.lookups.get(type_)?);
                    let gives = ["id".into(), "arn".into()].into_iter().chain(lookup.gives.iter().cloned());
                    let gives: Vec<Str> = gives.collect();
                    let told = outputs::attributes(&job.place, own, &gives).into_iter();
                    let told = told.map(|(name, value)| match lookup.secret.contains(&name) {
                        true => (name, value.sensitive()),
                        false => (name, value),
                    });
                    return Some((address.clone(), told.collect()));
                }
                StateRead::Resources(all, more, type_) => {
                    let lookup = model.lookups.get(type_)?;
                    let list = |(name, attribute): &(Str, Str)| {
                        Some((name.clone(), listed(all, more.as_ref(), attribute, jobs)?))
                    };
                    return Some((address.clone(), lookup.lists.iter().filter_map(list).collect()));
                }
                StateRead::Perhaps(type_, cause) => {
                    let lookup = model.lookups.get(type_)?;
                    let names: Vec<Str> = match lookup.lists.is_empty() {
                        true => ["id".into(), "arn".into()]
                            .into_iter()
                            .chain(lookup.gives.iter().cloned())
                            .collect(),
                        false => lookup.lists.iter().map(|(name, _)| name.clone()).collect(),
                    };
                    // Whose attribute it is stays open: it may be that of any candidate.
                    let open = |(name, is_secret): (Str, bool)| {
                        let value = Value::unknown(cause.clone());
                        (name, if is_secret { value.sensitive() } else { value })
                    };
                    let secret = lookup.secret.iter().map(|name| (name.clone(), true));
                    let told = names.into_iter().map(|name| (name, false)).chain(secret).map(open);
                    return Some((address.clone(), told.collect()));
                }
                StateRead::Outputs(job) => {
                    let job = jobs.get(*job)?;
                    with_defaults(&outputs::value(&job.place, &job.estate), defaults, &job.place)
                }
                StateRead::Open(cause) => Value::unknown(cause.clone()),
            };
            let told = attributes.iter().map(|(name, is_secret)| match is_secret {
                true => (name.clone(), outputs.clone().sensitive()),
                false => (name.clone(), outputs.clone()),
            });
            Some((address.clone(), told.collect()))
        };
        let told = |StateReader { address, read, .. }: &StateReader| {
            let of = |one: &ForeignResource| ToldBy { root: one.job, resource: Some(one.address()) };
            let by = match read {
                StateRead::Outputs(job) => vec![ToldBy { root: *job, resource: None }],
                StateRead::Resource(one, _) => vec![of(one)],
                StateRead::Resources(all, ..) => all.iter().map(of).collect(),
                StateRead::Perhaps(..) | StateRead::Open(_) => return None,
            };
            Some((address.clone(), by))
        };
        JoinedAnswers {
            answers: self.0.iter().filter_map(answer).collect(),
            told: self.0.iter().filter_map(told).collect(),
        }
    }
}

/// An attribute of some resources, as a data source lists it: in an order that the provider decides.
fn listed(
    all: &[ForeignResource],
    more: Option<&Arc<Cause>>,
    attribute: &Str,
    jobs: &[Job],
) -> Option<Value> {
    let one = |one: &ForeignResource| {
        let (job, own) = one.find(jobs)?;
        let told = outputs::attributes(&job.place, own, std::slice::from_ref(attribute));
        let (_, value) = told.into_iter().find(|(name, _)| name == attribute)?;
        convert::convert(&value, &Type::String).ok()
    };
    let items: Vec<Value> = all.iter().map(one).collect::<Option<_>>()?;
    let (more, is_several) = (more.cloned(), items.len() > 1);
    let is_ordered = !is_several && more.is_none();
    let list: Value =
        Kind::List(Arc::new(Sequence { element: Type::String, items, more, most: None })).into();
    Some(if is_ordered { list } else { list.unordered() })
}

/// The outputs, and the defaults of those that there are not. What else is read is not there today.
fn with_defaults(outputs: &Value, defaults: &Value, place: &str) -> Value {
    let Some(own) = outputs.as_entries() else { return outputs.clone() };
    let more = defaults.as_entries().map(|defaults| defaults.items.as_slice()).unwrap_or_default();
    let more = more.iter().filter(|(name, _)| own.get(name).is_none()).cloned();
    let items = crate::value::sorted_by_key(own.items.iter().cloned().chain(more).collect());
    let cause = Cause::new(CauseKind::OutsideConfiguration, format!("an output of `{place}`"), None);
    let absent = match &own.absent {
        AbsentKey::MaybePresent(cause) => AbsentKey::MaybePresent(cause.clone()),
        _ => AbsentKey::MaybePresent(cause),
    };
    Kind::Object(Arc::new(Entries { element: Type::Dynamic, items, absent })).into()
}

impl<'m> States<'m> {
    /// The states of some jobs.
    pub(super) fn of(jobs: &[Job], model: &'m Model) -> Self {
        let mut states = Self { model, by_key: FxHashMap::default(), by_part: FxHashMap::default() };
        for (index, job) in jobs.iter().enumerate().filter(|(_, job)| job.is_joinable()) {
            let Some(key) = states.key_of_job(&job.estate) else { continue };
            for part in key.parts() {
                states.by_part.entry(part).or_default().push(index);
            }
            if key.is_known() {
                states.by_key.entry(key).or_default().push(index);
            }
        }
        states
    }

    /// Where a job has its state. A root module that says nothing has a file beside it.
    fn key_of_job(&self, estate: &Estate) -> Option<StateKey> {
        if estate.input != Input::Configuration {
            return None;
        }
        match &estate.state {
            Some(state) => self.key(&state.backend, &state.settings, &estate.root),
            None => self.key("local", &Entries::of_block(Vec::new()), &estate.root),
        }
    }

    fn key(&self, backend: &str, settings: &Entries, root: &Path) -> Option<StateKey> {
        let model = self.model.states.get(backend)?;
        let setting = |path: &Str| {
            let value = at(settings, path);
            let default = || model.defaults.iter().find(|(name, _)| name == path);
            let text = match value.as_ref().map(|value| &value.kind) {
                Some(Kind::String(text)) => Some(text.clone()),
                None | Some(Kind::Null(_)) => default().map(|(_, text)| text.clone()),
                Some(_) => None,
            };
            text.map(|text| match model.is_path {
                true => clean(&root.join(text.as_str())).to_string_lossy().as_ref().into(),
                false => text,
            })
        };
        Some(StateKey { backend: model.is.clone(), settings: model.by.iter().map(setting).collect() })
    }

    /// What the data sources of a job read, if there is anything to say about it.
    pub(super) fn reads(&self, index: usize, jobs: &[Job]) -> Option<StateReads> {
        let job =
            jobs.get(index).filter(|job| job.is_joinable() && job.estate.input == Input::Configuration)?;
        let sources = job.estate.instances.iter();
        let is_reader = |type_: &Str| type_ == REMOTE_STATE || self.model.outputs.contains_key(type_);
        let sources = sources.filter(|own| own.mode == Mode::Data && is_reader(&own.type_));
        let read = |own: &Instance| {
            let read = self.read(own, index, job, jobs)?;
            let address = own.address.text().clone();
            let Some(model) = self.model.outputs.get(&own.type_) else {
                let defaults = own.body.get("defaults").cloned().unwrap_or(Value::NULL);
                let attributes = vec![("outputs".into(), false)];
                return Some(StateReader { address, read, defaults, attributes });
            };
            let gives = model.gives.iter().map(|name| (name.clone(), false));
            let attributes = gives.chain(model.secret.iter().map(|name| (name.clone(), true))).collect();
            Some(StateReader { address, read, defaults: Value::NULL, attributes })
        };
        let reads: Vec<_> = sources.filter_map(read).collect();
        (!reads.is_empty()).then_some(StateReads(reads))
    }

    /// The key of the state that a data source reads; the cause where its settings are not known.
    fn wanted(&self, own: &Instance, job: &Job) -> Option<(StateKey, Option<Arc<Cause>>)> {
        if let Some(model) = self.model.outputs.get(&own.type_) {
            let state = self.model.states.get(&model.state)?;
            let setting = |path: &Str| {
                let argument = model.by.iter().find(|(setting, _)| setting == path).map(|(_, name)| name);
                let default = || state.defaults.iter().find(|(name, _)| name == path);
                match argument.and_then(|name| own.body.get(name)) {
                    Some(value) => value.as_str().map(Str::from),
                    None => default().map(|(_, text)| text.clone()),
                }
            };
            let settings = state.by.iter().map(setting).collect();
            return Some((StateKey { backend: state.is.clone(), settings }, None));
        }
        let backend = own.body.get("backend")?.as_str()?;
        let none = Entries::of_block(Vec::new());
        let (config, open) = match own.body.get("config") {
            None => (none, None),
            Some(config) => match (&config.kind, config.as_entries()) {
                (_, Some(entries)) => (entries.clone(), None),
                (Kind::Unknown(unknown), _) => (none, Some(unknown.cause.clone())),
                _ => (none, None),
            },
        };
        let mut key = self.key(backend, &config, &job.estate.root)?;
        if open.is_some() {
            key.settings.iter_mut().for_each(|setting| *setting = None);
        }
        Some((key, open))
    }

    fn read(&self, own: &Instance, index: usize, job: &Job, jobs: &[Job]) -> Option<StateRead> {
        let (key, open) = self.wanted(own, job)?;
        let others = |found: Option<&Vec<usize>>| -> Vec<usize> {
            found.into_iter().flatten().copied().filter(|other| *other != index).collect()
        };
        if key.is_known() {
            let same = others(self.by_key.get(&key));
            if !same.is_empty() {
                return Some(chosen(own, &key, job, same, jobs));
            }
        }
        // Settings that are not known may be those of a candidate.
        let found = key.parts().filter_map(|part| self.by_part.get(&part));
        let fewest = found.min_by_key(|found| found.len());
        let mut candidates: Vec<usize> = others(fewest).into_iter().take(MAX_CANDIDATES).collect();
        candidates.retain(|other| {
            let theirs = jobs.get(*other).and_then(|other| self.key_of_job(&other.estate));
            theirs.is_some_and(|theirs| key.may_equal(&theirs)) && is_beside(job, jobs.get(*other))
        });
        let known = open.or_else(|| own.body.get("config").and_then(Value::first_cause));
        let first = jobs.get(*candidates.first()?)?;
        let subject = match candidates.len() {
            1 => ecow::eco_format!("the state of `{}`", first.place),
            more => ecow::eco_format!("the state of one of {more} root modules, such as `{}`", first.place),
        };
        let unsettled = || Cause::new(CauseKind::DataSource, own.address.text().clone(), own_place(own));
        let cause = known.unwrap_or_else(unsettled).passed_on(own.address.text().clone(), own_place(own));
        Some(StateRead::Open(cause.passed_on(subject, None)))
    }
}

/// Of several jobs with the state that is read, variants of one root module, the one that is meant.
fn chosen(own: &Instance, key: &StateKey, job: &Job, same: Vec<usize>, jobs: &[Job]) -> StateRead {
    // Elsewhere a workspace is the state itself.
    let wanted = own.body.get("workspace").filter(|_| own.type_ == REMOTE_STATE);
    let all: Vec<usize> = same.clone();
    let in_workspace = |other: &usize| {
        let theirs =
            jobs.get(*other).and_then(|other| other.workspace.clone()).unwrap_or_else(|| "default".into());
        match wanted.map(|wanted| &wanted.kind) {
            // The settings of some backends name the workspace.
            None | Some(Kind::Null(_)) => theirs == "default" || key.settings.contains(&Some(theirs)),
            Some(Kind::String(name)) => *name == theirs,
            // Whoever selects the workspace of one root module selects that of the other.
            Some(_) => true,
        }
    };
    let mut same: Vec<usize> = same.into_iter().filter(in_workspace).collect();
    if same.len() > 1 {
        let is_ours = |other: &usize| {
            jobs.get(*other).is_some_and(|other| other.environment_key() == job.environment_key())
        };
        let ours: Vec<usize> = same.iter().copied().filter(is_ours).collect();
        if !ours.is_empty() {
            same = ours;
        }
    }
    match same.as_slice() {
        [only] => StateRead::Outputs(*only),
        _ => {
            let place = all.first().and_then(|first| jobs.get(*first)).map(|first| first.place.as_str());
            let subject = format!("the workspace of `{}`", place.unwrap_or_default());
            StateRead::Open(Cause::new(CauseKind::OutsideConfiguration, subject, own_place(own)))
        }
    }
}

fn own_place(own: &Instance) -> Option<crate::text::Span> {
    own.declaration.as_ref().map(|declaration| declaration.block.header)
}

/// Whether two jobs are not of different environments.
pub(super) fn is_beside(job: &Job, other: Option<&Job>) -> bool {
    other.is_some_and(|other| match (job.environment_key(), other.environment_key()) {
        (Some(own), Some(theirs)) => own.is_beside(theirs),
        _ => true,
    })
}

/// The value at a dotted path; a nested block that occurs once is entered without an index.
fn at(settings: &Entries, path: &str) -> Option<Value> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let value = settings.get(first)?;
    let Some(rest) = rest else { return Some(value.clone()) };
    let inner = value.as_sequence().map_or(Some(value), |sequence| sequence.items.first())?;
    inner.as_entries().and_then(|entries| at(entries, rest))
}

/// The jobs that read states, those that others of them need first. Those that read each other in a circle come last, together: what
/// goes round in it stays unknown.
pub(super) fn in_order(reads: &BTreeMap<usize, StateReads>) -> Vec<Vec<usize>> {
    let mut left: Vec<usize> = reads.keys().copied().collect();
    let mut waits: FxHashMap<usize, usize> = FxHashMap::default();
    let mut readers: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (reader, own) in reads {
        let mut needs: Vec<usize> = own.needs().filter(|job| reads.contains_key(job)).collect();
        needs.sort_unstable();
        needs.dedup();
        waits.insert(*reader, needs.len());
        needs.into_iter().for_each(|job| readers.entry(job).or_default().push(*reader));
    }
    let mut groups = Vec::new();
    let mut free: Vec<usize> = left.iter().copied().filter(|job| waits.get(job) == Some(&0)).collect();
    while !free.is_empty() {
        let mut next = Vec::new();
        for job in &free {
            for reader in readers.get(job).into_iter().flatten() {
                if let Some(waits) = waits.get_mut(reader) {
                    *waits -= 1;
                    if *waits == 0 {
                        next.push(*reader);
                    }
                }
            }
        }
        next.sort_unstable();
        groups.push(std::mem::replace(&mut free, next));
    }
    left.retain(|job| waits.get(job).is_some_and(|waits| *waits > 0));
    if !left.is_empty() {
        groups.push(left);
    }
    groups
}

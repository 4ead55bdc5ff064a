//! From plan JSON to estate: the output of `terraform show -json` for a plan or a state.
//!
//! A plan has the values that Terraform computed and, separately, marks of which are unknown and the names in every expression. Put
//! together they give the same [`Estate`] as the configuration: what is not set is absent, what is unknown has an origin, and what is
//! known has references to what it was computed from.
//!
//! What a plan does not show stays unknown: locals, dynamic blocks, the files of modules. A state shows no expressions at all; there,
//! equal identities show what refers to what.

mod assumed;
mod before;
mod body;
mod facts;
mod index;
mod inference;
mod providers;
mod reading;
mod spending;
mod steps;

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Estate, Input, Instance, Mode, PlanPlace, ProviderFacts};
use crate::budget::Allowance;
use crate::diagnostic::Diagnostic;
use crate::text::FileId;
use crate::value::{Cause, CauseKind, Entries, Str, Time, Value};
pub use assumed::answered;
use before::Past;
use index::{Changed, IndexInput, PlanIndex};
use reading::configuration::{ConfigModule, Configuration, ProviderConfig};
pub use reading::detect::{Detected, detect};
use reading::document::PlanDocument;
use reading::json::{self, Json};
use reading::sections::{PlanText, Sections};
use reading::values::{Read, Values};

/// Reads a plan or a state without budgets. `file` identifies the text; `path` is how output names it.
#[must_use]
pub fn estate(file: FileId, path: &Path, text: &str, facts: &ProviderFacts) -> Estate {
    let (estate, input) = read(path, 0, text);
    fill(estate, file, input, facts, Allowance::UNLIMITED)
}

/// Reads a plan or a state within budgets. Drops the text before it makes the estate: plans may be large.
#[must_use]
pub fn estate_within(
    file: FileId,
    path: &Path,
    number: u32,
    text: String,
    facts: &ProviderFacts,
    allowance: Allowance,
) -> Estate {
    let (estate, input) = read(path, number, &text);
    drop(text);
    fill(estate, file, input, facts, allowance)
}

/// The contents of a plan or state.
enum Whole {
    Plan(Box<Sections>),
    State(Values),
}

/// Reads a text. Returns an estate with the problems found so far, and what to fill it from.
fn read(path: &Path, number: u32, text: &str) -> (Estate, Option<Whole>) {
    let mut estate = Estate { root: path.to_owned(), number, input: Input::Plan, ..Estate::default() };
    let source = PlanText { path: path.to_string_lossy().into_owned(), document: PlanDocument::scan(text) };
    let read = match reading::detect::kind(&source.document) {
        Detected::State => {
            estate.input = Input::State;
            source.state().map(|values| {
                estate.problems.extend(source.nameless("values", &values));
                Whole::State(values)
            })
        }
        kind => match reading::detect::refuse(&source.path, &source.document, kind) {
            Some(problem) => Err(problem),
            None => Sections::read(&source).map(|plan| {
                let nameless = source.nameless("planned_values", &plan.planned);
                estate.problems.extend(nameless.chain(source.nameless("prior_state", &plan.prior)));
                Whole::Plan(Box::new(plan))
            }),
        },
    };
    match read {
        Ok(whole) => (estate, Some(whole)),
        Err(problem) => {
            estate.problems.push(problem);
            (estate, None)
        }
    }
}

fn fill(
    mut estate: Estate,
    file: FileId,
    whole: Option<Whole>,
    facts: &ProviderFacts,
    allowance: Allowance,
) -> Estate {
    match whole {
        Some(Whole::Plan(sections)) => plan(&mut estate, file, &sections, facts, allowance),
        Some(Whole::State(values)) => state(&mut estate, file, &values, facts, allowance),
        None => {}
    }
    estate.problems.sort();
    estate
}

/// Fills an estate from a state: everything exists and is known.
fn state(estate: &mut Estate, file: FileId, values: &Values, facts: &ProviderFacts, allowance: Allowance) {
    let plan_index = PlanIndex::new(IndexInput {
        number: estate.number,
        read: values.read.iter().collect(),
        config: None,
        providers: &[],
        changed: FxHashMap::default(),
        variables: BTreeMap::new(),
        facts,
        relevant: None,
        is_marked: true,
        is_past: false,
        allowance,
    });
    estate.instances = all_instances(&plan_index, file);
    estate.symbols = plan_index.symbols();
    estate.account = plan_index.account();
    estate.incomplete = plan_index.meter.missing();
}

/// Fills an estate from a plan.
fn plan(estate: &mut Estate, file: FileId, plan: &Sections, facts: &ProviderFacts, allowance: Allowance) {
    // The halves of what will be, and what was. Each has a meter of its own, because they run side by side.
    let allowance = allowance.share(3);
    let configuration = plan.configuration.as_ref().map(Configuration::of);
    let config = configuration.as_ref().map(|configuration| &configuration.root);
    let path = estate.root.to_string_lossy().into_owned();
    report(estate, &path, plan, config);
    let variables = variables(plan);

    let providers = providers_of(configuration.as_ref());

    let (root, number) = (&estate.root, estate.number);
    let (planned, before) = rayon::join(
        || {
            let plan_index = || {
                PlanIndex::new(planned(
                    plan,
                    number,
                    configuration.as_ref(),
                    variables.clone(),
                    facts,
                    allowance,
                ))
            };
            // An index belongs to one thread: the second half gets an index of its own with the same symbols.
            let count = plan.planned.read.len();
            let half = if count < READ_ALONE { count } else { count / 2 };
            let (first, second) = rayon::join(
                || {
                    let plan_index = plan_index();
                    let half = if half == count { plan_index.instances.len() } else { half };
                    let modules = facts::modules(&plan_index, root, providers);
                    let instances = instances(&plan_index, 0..half, file);
                    let calls = facts::calls(&plan_index);
                    let missing = plan_index.meter.missing();
                    (instances, plan_index.symbols(), calls, modules, missing, plan_index.account())
                },
                || {
                    (half < count).then(plan_index).map(|plan_index| {
                        let instances = instances(&plan_index, half..plan_index.instances.len(), file);
                        (instances, plan_index.account())
                    })
                },
            );
            let (mut all, symbols, calls, modules, missing, mut account) = first;
            if let Some((rest, spent)) = second {
                all.extend(rest);
                account.add(&spent);
            }
            sort(&mut all);
            leave_open(&mut all, plan);
            (all, symbols, calls, modules, missing, account)
        },
        || {
            before::instances(
                (file, number),
                plan,
                configuration.as_ref(),
                variables.clone(),
                facts,
                allowance,
            )
        },
    );
    let missing;
    (estate.instances, estate.symbols, estate.calls, estate.modules, missing, estate.account) = planned;
    estate.incomplete = estate.incomplete.take().or(missing);
    estate.changes = reading::changes::changes(&path, &plan.changes, &plan.drift, &mut estate.problems);
    estate.variables = given_variables(config, &variables);
    // A complete plan says what existed before, even if that was nothing.
    let is_whole = plan.configuration.is_some() || plan.has_prior || !plan.changes.is_empty();
    let before = before.or_else(|| is_whole.then(Past::default));
    estate.before = before.map(|Past { instances, symbols, missing, account }| {
        estate.account.add(&account);
        Box::new(Estate {
            incomplete: missing,
            root: estate.root.clone(),
            number,
            instances,
            symbols,
            calls: estate.calls.clone(),
            modules: estate.modules.clone(),
            variables: estate.variables.clone(),
            input: Input::Plan,
            time: Time::Before,
            ..Estate::default()
        })
    });
}

/// The provider configurations.
fn providers_of<'p>(configuration: Option<&'p Configuration<'p>>) -> &'p [ProviderConfig<'p>] {
    configuration.map_or(&[][..], |configuration| &configuration.providers)
}

/// Everything that will exist: planned resources, data sources that were read during planning, and deferred instances.
fn planned<'p>(
    plan: &'p Sections,
    number: u32,
    configuration: Option<&'p Configuration<'p>>,
    variables: BTreeMap<&'p str, &'p Json>,
    facts: &'p ProviderFacts,
    allowance: Allowance,
) -> IndexInput<'p> {
    // The planned values still list instances that Terraform stops managing, although the configuration no longer has them.
    let forgotten: FxHashSet<&str> = plan
        .changes
        .iter()
        .filter(|change| change.is_forgotten())
        .map(reading::changes::ResourceChange::address)
        .collect();
    let mut read: Vec<&Read> =
        plan.planned.read.iter().filter(|read| !forgotten.contains(read.address.as_str())).collect();
    let known: FxHashSet<&str> = read.iter().map(|read| read.address.as_str()).collect();
    let is_new = |read: &&Read| !known.contains(read.address.as_str());
    let prior = plan.prior.read.iter().filter(|read| read.mode == Mode::Data);
    read.extend(prior.filter(is_new));
    read.extend(plan.deferred.iter().map(|deferred| &deferred.read).filter(is_new));
    let changes = plan.changes.iter().filter(|change| !change.is_deposed());
    let changed = changes.map(|change| {
        let marks = Changed {
            unknown: change.after_unknown.as_object(),
            sensitive: Some(&change.after_sensitive).filter(|marks| !marks.is_null()),
        };
        (change.address(), marks)
    });
    let deferred = plan.deferred.iter().map(|deferred| {
        let unknown = deferred.unknown.as_object();
        (deferred.read.address.as_str(), Changed { unknown, sensitive: None })
    });
    IndexInput {
        number,
        read,
        config: configuration.map(|configuration| &configuration.root),
        providers: providers_of(configuration),
        changed: deferred.chain(changed).collect(),
        variables,
        facts,
        relevant: Some(&plan.relevant),
        is_marked: plan.has_changes,
        is_past: false,
        allowance,
    }
}

/// Below this many instances, building a second index costs more than it saves.
const READ_ALONE: usize = 4096;

/// All instances of an index with their bodies, sorted by address.
fn all_instances(plan_index: &PlanIndex<'_>, file: FileId) -> Vec<Instance> {
    let mut all = instances(plan_index, 0..plan_index.instances.len(), file);
    sort(&mut all);
    all
}

fn sort(instances: &mut [Instance]) {
    instances.sort_by(|a, b| a.address.cmp(&b.address));
}

/// Some of the instances of an index with their bodies, in the order of the plan.
fn instances(plan_index: &PlanIndex<'_>, range: std::ops::Range<usize>, file: FileId) -> Vec<Instance> {
    let empty = || Entries::of_block(Vec::new());
    let mut instances: Vec<Instance> = Vec::with_capacity(range.len());
    let wanted = plan_index.instances.iter().enumerate().skip(range.start).take(range.len());
    instances.extend(wanted.map(|(at, instance)| Instance {
        symbol: instance.symbol,
        address: instance.read.address.clone(),
        mode: instance.read.mode,
        type_: instance.read.type_.clone(),
        body: plan_index.body(at).unwrap_or_else(empty),
        uncertain: None,
        declaration: None,
        written: Some(PlanPlace { file, pointer: instance.read.pointer.clone() }),
        provider: plan_index.provider_of(at),
    }));
    instances
}

/// Marks instances as uncertain if a partial plan does not say how many there will be.
fn leave_open(instances: &mut [Instance], plan: &Sections) {
    let open = plan.deferred.iter().filter(|deferred| deferred.is_uncertain);
    let open: FxHashSet<&str> = open.map(|deferred| deferred.read.address.as_str()).collect();
    for instance in instances {
        if open.contains(instance.address.as_str()) {
            let cause = Cause::new(CauseKind::InstancesNotKnown, instance.address.text().clone(), None);
            instance.uncertain = Some(cause);
        }
    }
}

/// Reports what makes a plan incomplete.
fn report(estate: &mut Estate, path: &str, plan: &Sections, config: Option<&ConfigModule<'_>>) {
    let whole = "keep the complete output of `terraform show -json tfplan`";
    let problems = &mut estate.problems;
    if !plan.has_values {
        let what = format!("`{path}` has no `planned_values`, so it does not show what will exist");
        problems.push(Diagnostic::error("plan/no-values", what).help(whole));
    }
    if plan.configuration.is_none() {
        let what = format!("`{path}` has no `configuration`, so it does not show references");
        problems.push(Diagnostic::error("plan/no-configuration", what).help(whole));
    }
    if !plan.has_changes && plan.planned.read.iter().any(|read| read.mode == Mode::Managed) {
        let what =
            format!("`{path}` has no `resource_changes`, so it does not show which values are unknown");
        problems.push(Diagnostic::error("plan/no-changes", what).help(whole));
    }
    let is_managed = |read: &&Read| read.mode == Mode::Managed;
    let existing = plan.prior.read.iter().filter(is_managed).count();
    if plan.changes.is_empty()
        && plan.has_values
        && !plan.planned.read.iter().any(|read| is_managed(&read))
        && existing > 0
    {
        let what = format!(
            "`{path}` plans nothing for the {existing} existing resources: it is a refresh-only plan"
        );
        problems.push(Diagnostic::error("plan/refresh-only", what).help("plan without `-refresh-only`"));
    }
    if let Some(missing) = nothing_of(plan, config) {
        let what = format!(
            "`{path}` has no planned values, neither for `{missing}` in its configuration nor for anything else: nothing was checked"
        );
        problems.push(Diagnostic::error("plan/nothing-planned", what).help(
            "keep the complete output of `terraform show -json tfplan`; a plan that only destroys leaves nothing to check",
        ));
    }
    let left_out = left_out(plan, config);
    let is_partial = plan.is_complete == Some(false) || left_out.is_some();
    if plan.errored || is_partial {
        // A missing resource may only have been left out.
        let subject = ecow::eco_format!("the part that the incomplete plan `{path}` leaves out");
        estate.incomplete = Some(Cause::new(CauseKind::OutsideConfiguration, subject, None));
    }
    if plan.errored {
        let what = format!("`{path}` is the plan of a failed run: resources may be missing");
        problems.push(Diagnostic::error("plan/errored", what).help("plan again without errors"));
    } else if is_partial {
        let what = match left_out {
            Some(address) => {
                format!("`{path}` is a partial plan: it leaves out `{address}`, which its configuration has")
            }
            None => format!(
                "`{path}` is a partial plan: resources that it leaves out look as if they did not exist"
            ),
        };
        let help = "plan without `-target` and without deferred changes";
        problems.push(Diagnostic::warning("plan/partial", what).help(help));
    }
}

/// A resource that certainly exists in the configuration, if the plan lists no values and no changes.
fn nothing_of(plan: &Sections, config: Option<&ConfigModule<'_>>) -> Option<Str> {
    let is_managed = |read: &Read| read.mode == Mode::Managed;
    let is_empty = plan.has_values
        && !plan.planned.read.iter().any(is_managed)
        && plan.changes.is_empty()
        && plan.deferred.is_empty()
        && !plan.prior.read.iter().any(is_managed)
        && !plan.errored
        && plan.is_complete != Some(false);
    config.filter(|_| is_empty)?.certain().into_iter().next()
}

/// A resource that certainly exists in the configuration and is missing in a plan with others: that was made with `-target`, by a
/// program that does not say so.
fn left_out(plan: &Sections, config: Option<&ConfigModule<'_>>) -> Option<Str> {
    let says_nothing = plan.is_complete.is_none() && plan.version.as_deref().is_some_and(is_silent);
    let config = config.filter(|_| says_nothing && plan.has_values)?;
    let listed = || plan.planned.read.iter().chain(plan.deferred.iter().map(|deferred| &deferred.read));
    if !listed().any(|read| read.mode == Mode::Managed) {
        return None;
    }
    let told: FxHashSet<&str> = listed()
        .map(|read| read.address.as_str())
        .chain(plan.changes.iter().map(|change| change.address()))
        .collect();
    config.certain().into_iter().find(|address| !told.contains(address.as_str()))
}

/// Whether a version does not tell partial plans: Terraform before 1.8, and OpenTofu. Later versions of OpenTofu can leave out a
/// resource by `enabled`.
fn is_silent(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    matches!((parts.next(), parts.next()), (Some(Some(0)), Some(_)) | (Some(Some(1)), Some(Some(..=10))))
}

/// The values of root variables that the plan was made with.
fn variables(plan: &Sections) -> BTreeMap<&str, &Json> {
    let given = plan.variables.as_object().into_iter().flat_map(json::Object::iter);
    given
        .filter_map(|(name, given)| Some((name, given.get("value").filter(|value| !value.is_null())?)))
        .collect()
}

fn given_variables(
    config: Option<&ConfigModule<'_>>,
    variables: &BTreeMap<&str, &Json>,
) -> Vec<(Str, Value)> {
    let given = variables.iter().map(|(name, given)| {
        let value = plain(given);
        let declared = config.and_then(|config| config.variables.get(name));
        let is_secret = declared.is_some_and(|declared| declared.sensitive == Some(true));
        (Str::from(*name), if is_secret { value.sensitive() } else { value })
    });
    given.collect()
}

/// The value of an expression that gives this JSON.
fn plain(json: &Json) -> Value {
    match json {
        Json::Array(items) => Value::tuple(items.iter().map(plain).collect()),
        Json::Object(items) => {
            Value::object(items.iter().map(|(key, value)| (Str::from(key), plain(value))).collect())
        }
        _ => body::primitive(json),
    }
}

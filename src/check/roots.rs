//! Roots: makes an estate of every root module, once per environment, and of every plan.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directories::Directories;
use super::inputs::{Inputs, quietly};
use super::joins;
use super::selection;
use super::variants::{self, ValuesFiles, Variant};
use crate::baseline::PIPED;
use crate::budget::{Account, Allowance, Meter, shared};
use crate::config::{ConfigClaim, Configs, DeclaredIntent, Policy};
use crate::diagnostic::{Diagnostic, nearest};
use crate::environment::{self, Environment, EnvironmentKey, Recognised};
use crate::estate::asked::PointedPlace;
use crate::estate::configuration::project::Project;
use crate::estate::configuration::{self, Request, validate};
use crate::estate::confined::ConfinedFiles;
use crate::estate::variables::InputVariables;
use crate::estate::with_plan::{PlanSource, joined};
use crate::estate::{AssumedValues, Estate, ProviderFacts, plan};
use crate::eval::{Files, Host, NoFiles};
use crate::files::part::RunPart;
use crate::files::{decode, read};
use crate::progress::{Progress, RunStage};
use crate::report::Root;
use crate::rule::{Rule, RuleSet};
use crate::settings::{RootSettings, Settings};
use crate::suppression::Suppression;
use crate::terragrunt::Terragrunt;
use crate::text::{FileId, SourceFile};
use crate::units::{Unit, UnitKind};
use crate::value::equality::NoIdentities;
use crate::value::{Str, Time};

/// One root module or plan, ready to be judged.
pub(super) struct Job {
    pub(super) estate: Estate,
    /// [`Root::place`](crate::report::Root::place)
    pub(super) place: String,
    pub(super) files: Box<dyn Files + Send>,
    /// Which of the variants of its root module it is.
    pub(super) variant: usize,
    /// The workspace, if it is known.
    pub(super) workspace: Option<Str>,
    /// The files of before the change, if they are others.
    pub(super) files_before: Option<Box<dyn Files + Send>>,
    pub(super) environment: Option<Environment>,
    /// It is there for what it tells about others: nothing is said of it itself. Such jobs come last.
    pub(super) is_answering: bool,
    /// The change takes it away: it is there for what it told, and `is_answering`.
    pub(super) is_gone: bool,
    /// The rules that run on it, with the severities and parameters that they have here, sorted by id.
    pub(super) rules: Vec<Arc<Rule>>,
    /// What else arguments and the config say of it.
    pub(super) settings: RootSettings,
    /// The suppressions of the config.
    pub(super) suppressions: Vec<Suppression>,
    /// What is assumed of it.
    pub(super) assumptions: AssumedValues,
    /// What its config declares of entries.
    pub(super) intents: Vec<DeclaredIntent>,
    /// What its config names.
    pub(super) claims: Vec<ConfigClaim>,
    /// The directory that its config speaks of, absolute and without links.
    pub(super) reach: PathBuf,
}

impl Job {
    /// Settles what holds for a root in its environment.
    fn new(
        estate: Estate,
        place: String,
        files: Box<dyn Files + Send>,
        environment: Option<Environment>,
        policy: &Policy<'_>,
        set: &RuleSet,
    ) -> Self {
        let here = environment.as_ref();
        let (rules, settings) = (policy.rules(set, here), policy.settings(set, here));
        let (suppressions, intents) = (policy.suppressions(here), policy.intents(here));
        let claims = policy.claims(here);
        Self {
            estate,
            place,
            files,
            variant: 0,
            workspace: None,
            files_before: None,
            environment,
            is_answering: false,
            is_gone: false,
            rules,
            settings,
            suppressions,
            assumptions: policy.assumptions(),
            intents,
            claims,
            reach: policy.reach().to_owned(),
        }
    }

    /// Whether others may read what it creates, and it what others create: somebody applies it.
    pub(super) fn is_joinable(&self) -> bool {
        matches!(self.estate.kind, UnitKind::Applied | UnitKind::Applicable) && self.settings.joins
    }

    /// Whether the change touches it, and not only something else that it has to do with.
    pub(super) const fn is_touched(&self) -> bool {
        !self.is_answering || self.is_gone
    }

    /// What tells its environment from others.
    pub(super) fn environment_key(&self) -> Option<&EnvironmentKey> {
        self.environment.as_ref().map(|environment| &environment.key)
    }

    /// The name by which rules know the environment.
    pub(super) fn environment_for_rules(&self) -> Option<&str> {
        self.environment.as_ref().map(Environment::for_rules)
    }
}

impl From<&Job> for Root {
    fn from(job: &Job) -> Self {
        Self {
            path: job.estate.root.clone(),
            place: job.place.clone(),
            input: job.estate.input,
            kind: job.estate.kind,
            environment: job.environment.as_ref().map(|environment| environment.name.clone()),
            fail_on: job.settings.fail_on,
            shows_advice: job.settings.shows_advice,
            rules: job.rules.clone(),
            environment_for_rules: job.environment_for_rules().map(str::to_owned),
        }
    }
}

/// The jobs of which something is said.
pub(super) fn told(jobs: &[Job]) -> &[Job] {
    let told = jobs.partition_point(|job| !job.is_answering);
    jobs.split_at_checked(told).map_or(jobs, |(told, _)| told)
}

/// Makes an estate of every input: root modules first, then plans. Also tells what becomes of each directory.
pub(super) fn evaluate(
    inputs: &mut Inputs,
    settings: &Settings,
    progress: &Progress,
) -> (Vec<Job>, Directories) {
    let Inputs {
        project,
        directories,
        units,
        terragrunt,
        stacks,
        plans,
        source,
        configs,
        set,
        answering,
        quiet,
        problems,
        account,
        time,
        ..
    } = inputs;
    let set: &RuleSet = set;
    let units = std::mem::take(units);
    let mut all = Directories::new(project, units, terragrunt, settings.include, std::mem::take(answering));
    problems.extend(all.problems(plans.is_empty() && source.is_none()));
    let roots = all.roots();
    let told: Vec<PathBuf> = roots.iter().filter(|root| !all.is_answering(root)).cloned().collect();
    problems.extend(undeclared(project, &told, settings));
    let roots = of_part(project, roots, settings);
    progress.begin(RunStage::Evaluating, roots.len() * settings.values.environments.len().max(1));
    let mut jobs = Vec::new();
    let mut numbers = 0u32..;
    let mut left = Allowance::of_run(project.bytes());
    let mut values = ValuesFiles::default();
    for mut group in groups(&roots, terragrunt) {
        group.units.iter().for_each(|unit| terragrunt.prepare(*unit, project));
        let units = (&all, &*terragrunt, &*stacks);
        let answering: Vec<PathBuf> = group.roots.extract_if(.., |root| all.is_answering(root)).collect();
        let mut variants =
            variants::read(project, &mut values, &group.roots, units, settings, configs, problems);
        let (more, read) = quietly(project, |project| {
            variants::read(project, &mut values, &answering, units, settings, configs, &mut Vec::new())
        });
        variants.extend(more);
        quiet.push(read);
        for variant in &mut variants {
            variant.number = numbers.next().unwrap_or(u32::MAX);
        }
        let evaluated = shared(left, &variants, |variant, share| {
            let base = base(project, directories, variant.root);
            let unit = all.unit(variant.root);
            let mut job =
                evaluate_root(project, variant, (&base, unit, *time), settings, configs, set, share);
            let account = std::mem::take(&mut job.estate.account);
            progress.step();
            (job, account)
        });
        let mut known = Vec::new();
        for (job, spent) in evaluated {
            account.add(&spent);
            left = left.less(&spent);
            known.push(job);
        }
        for unit in group.units {
            terragrunt.learn(unit, known.iter().map(|job| &job.estate));
        }
        jobs.append(&mut known);
    }
    if !settings.no_join {
        // Where a data source asks for what another one tells, a second look is needed.
        let mut known = None;
        for _ in 0..joins::MAX_LOOKS {
            let readers = joins::readers(&jobs, &set.model);
            let found = joins::needs(&readers);
            if readers.is_empty() || known.is_some_and(|known| found <= known) {
                break;
            }
            known = Some(found);
            let reading = joins::roots(&readers, &jobs);
            // Whatever is wrong with these was said when they were read first.
            let units = (&all, &*terragrunt, &*stacks);
            let variants =
                variants::read(project, &mut values, &reading, units, settings, configs, &mut Vec::new());
            let variants = joins::by_job(&readers, &jobs, variants);
            let evaluate = |variant: &Variant<'_>, share| {
                let base = base(project, directories, variant.root);
                let unit = all.unit(variant.root);
                let mut job =
                    evaluate_root(project, variant, (&base, unit, *time), settings, configs, set, share);
                let account = std::mem::take(&mut job.estate.account);
                (job, account)
            };
            left = joins::join(&mut jobs, &set.model, &readers, variants, left, account, evaluate);
        }
    }
    problems.append(&mut terragrunt.take_problems());
    account.add(&terragrunt.account);
    account.add(&stacks.account);
    // Units that were read for their outputs only are not judged.
    jobs.retain(|job| roots.binary_search(&job.estate.root).is_ok());
    jobs.iter_mut().for_each(|job| job.is_answering = all.is_answering(&job.estate.root));
    jobs.sort_by(|a, b| (a.is_answering, &a.estate.root).cmp(&(b.is_answering, &b.estate.root)));
    jobs.iter().for_each(|job| all.note(job));
    if *time == Time::After {
        problems.extend(selection::named_twice(&settings.values.environments));
        selection::select(&mut jobs, settings, problems);
    }
    let mut applied: Vec<PathBuf> =
        jobs.iter().filter(|job| !job.is_answering).map(|job| job.estate.root.clone()).collect();
    applied.dedup();
    applied.extend(source.iter().map(|(dir, _)| dir.clone()));
    problems.extend(validate::problems(project, &applied));
    for (plan, beside) in plans {
        let number = numbers.next().unwrap_or(u32::MAX);
        let read = read_plan(plan, number, project, problems, &set.model.facts, account);
        let policy = configs.policy(&settings.asked, beside, &project.reader);
        let job = read.map(|(estate, place, found)| {
            let environment = variants::known(&policy, found);
            Job::new(estate, place, Box::new(NoFiles), environment, &policy, set)
        });
        jobs.extend(job.map(|job| match source {
            Some((dir, values)) => with_source(job, dir, values, project, set, account),
            None => Job { estate: plan::answered(job.estate, &job.assumptions, &set.model.facts), ..job },
        }));
    }
    jobs.sort_by_key(|job| job.is_answering);
    (jobs, all)
}

/// The root modules that a part of a run judges. What is read from here on only this part needs.
fn of_part(project: &Project, mut roots: Vec<PathBuf>, settings: &Settings) -> Vec<PathBuf> {
    if let Some(absent) = &settings.absent {
        // Of others no more than some files may be there.
        roots.retain(|root| absent.roots.contains(&project.reader.stable_place(root)));
    }
    let Some(RunPart { number, of }) = settings.part else { return roots };
    let places: Vec<String> = roots.iter().map(|root| project.reader.stable_place(root)).collect();
    let owners = RunPart::split(&places, of);
    let (own, foreign): (Vec<_>, Vec<_>) =
        roots.into_iter().zip(owners).partition(|(_, owner)| *owner == number);
    let paths = |all: Vec<(PathBuf, u32)>| all.into_iter().map(|(root, _)| root).collect::<Vec<PathBuf>>();
    project.reader.begin_own(&paths(foreign));
    paths(own)
}

/// Root modules that are evaluated together: those that they depend on come before them.
struct RootGroup {
    roots: Vec<PathBuf>,
    /// Those of them that are units of Terragrunt, by their index.
    units: Vec<usize>,
}

/// The root modules in groups. Only units of Terragrunt depend on others.
fn groups(roots: &[PathBuf], terragrunt: &Terragrunt) -> Vec<RootGroup> {
    let mut groups: Vec<RootGroup> = Vec::new();
    for mut units in terragrunt.groups() {
        let of = |unit: &usize| terragrunt.units.get(*unit).filter(|unit| unit.is_root());
        units.retain(|unit| of(unit).is_some());
        let roots = units.iter().filter_map(of).map(|unit| unit.directory.clone()).collect();
        groups.push(RootGroup { roots, units });
    }
    let plain = roots.iter().filter(|root| terragrunt.unit(root).is_none()).cloned();
    match groups.first_mut() {
        Some(first) => first.roots.extend(plain),
        None => groups.push(RootGroup { roots: plain.collect(), units: Vec::new() }),
    }
    groups
}

/// What rules see paths relative to: the repository, however the user named what lies in it, else the innermost directory that the user
/// named.
fn base(project: &Project, directories: &[PathBuf], root: &Path) -> PathBuf {
    project.reader.repository_of(root).unwrap_or_else(|| {
        let above = directories.iter().filter(|top| top.as_os_str() == "." || root.starts_with(top));
        above.max_by_key(|top| top.as_os_str().len()).map_or(root, PathBuf::as_path).to_owned()
    })
}

/// Reports assigned variables that no root module declares: Terraform rejects them.
fn undeclared(project: &Project, roots: &[PathBuf], settings: &Settings) -> Vec<Diagnostic> {
    let modules: Vec<_> = roots.iter().filter_map(|root| project.module(root)).collect();
    // The declaration may be in a file that could not be read.
    if modules.is_empty() || modules.iter().any(|module| module.incomplete.is_some()) {
        return Vec::new();
    }
    let names = || modules.iter().flat_map(|module| &module.variables).map(|declared| declared.name.as_str());
    let mut problems: Vec<Diagnostic> = Vec::new();
    for name in settings.values.assigned.iter().map(|assigned| assigned.name.as_str()) {
        if names().any(|known| known == name) {
            continue;
        }
        let what = format!("`--var {name}=…` sets a variable that no root module declares");
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare `variable \"{name}\"` in the root module, or remove the option"),
        };
        problems.push(Diagnostic::error("variables/undeclared", what).help(help));
    }
    problems.dedup();
    problems
}

/// A place in one of the texts that were read.
fn pointed_place(project: &Project, (path, offset): &(PathBuf, u32)) -> Option<PointedPlace> {
    let is_named = |file: &SourceFile| file.path.file_name() == path.file_name();
    let mut files = project.sources.iter().filter(|(_, file)| is_named(file));
    let (file, _) = files
        .find(|(_, file)| project.reader.real_or_absolute(&file.path).is_some_and(|real| real == *path))?;
    Some(PointedPlace { file, offset: *offset })
}

fn evaluate_root(
    project: &Project,
    variant: &Variant<'_>,
    (base, taken, time): (&Path, Option<&Unit>, Time),
    settings: &Settings,
    configs: &Configs,
    set: &RuleSet,
    allowance: Allowance,
) -> Job {
    let root = variant.root;
    let files: Box<dyn Files + Send> = match variant.unit {
        Some(unit) => Box::new(unit.files(project)),
        None => Box::new(ConfinedFiles::new(root, project.reader.clone())),
    };
    let meter = Meter::new(allowance);
    let mut given = InputVariables::default();
    let mut problems = Vec::new();
    let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
    settings.values.process.iter().for_each(|(name, text)| given.set_default(name, text));
    if let Some(unit) = variant.unit {
        unit.give(&mut given);
    }
    if let Some(deployment) = variant.deployment {
        deployment.give(&mut given);
    }
    // As on the command line, the last of several values and files wins.
    let mut assigned = variant.before.iter().zip(&settings.values.assigned).peekable();
    for at in 0..=variant.values.len() {
        if let Some(unit) = variant.unit.filter(|_| at == variant.own) {
            unit.give_last(&mut given);
        }
        while let Some((_, assigned)) = assigned.next_if(|(before, _)| **before == at) {
            given.set(&assigned.name, &assigned.text);
        }
        if let Some(file) = variant.values.get(at) {
            problems.extend(given.take(file, host));
        }
    }
    let is_given = given.names();
    let spent = meter.account();
    let policy = configs.policy(&settings.asked, root, &project.reader);
    let assumptions = policy.assumptions();
    let mut estate = configuration::estate(Request {
        number: variant.number,
        joined: variant.joined.as_deref(),
        base,
        run_by: taken.and_then(|unit| unit.run_by),
        time,
        given,
        allowance: allowance.less(&spent),
        assumptions: Some(&assumptions),
        workspace: variant.workspace.clone(),
        pointed_at: settings.pointed_at.as_ref().and_then(|at| pointed_place(project, at)),
        unknown_parts: variant.unit.map_or(variant.stack_gaps, |unit| &unit.unknown_parts),
        ..Request::new(project, root, &*files, &set.model.facts)
    });
    if let Some(unit) = variant.unit {
        unit.complete(&mut estate);
    }
    estate.problems.extend(problems);
    estate.account.add(&spent);
    let variables: Vec<_> =
        estate.variables.iter().filter(|(name, _)| is_given.contains(name)).cloned().collect();
    let place = |path: &Path| project.reader.place(path);
    estate.kind = taken.map(|unit| unit.kind).unwrap_or_default();
    let environment = match estate.kind {
        // Nobody applies it, wherever it lies.
        UnitKind::Sample => None,
        _ => variant.environment(&policy, settings, &place, &variables),
    };
    estate.problems.extend(environment.as_ref().filter(|_| variant.is_named()).and_then(selection::untold));
    let place = project.reader.stable_place(root);
    let job = Job::new(estate, place, files, environment, &policy, set);
    Job { variant: variant.ordinal, workspace: variant.workspace.clone(), ..job }
}

/// The estate of a plan, its place, and the environment that names tell.
fn read_plan(
    path: &Path,
    number: u32,
    project: &mut Project,
    problems: &mut Vec<Diagnostic>,
    facts: &ProviderFacts,
    account: &mut Account,
) -> Option<(Estate, String, Option<Recognised>)> {
    let is_piped = path.as_os_str() == "-";
    let bytes = if is_piped { read::read_standard_input() } else { project.reader.plan(path) };
    let shown = if is_piped { PathBuf::from(PIPED) } else { path.to_owned() };
    let text = bytes.and_then(|bytes| decode::plan_text(&shown, bytes));
    let file = FileId(u32::try_from(project.sources.len()).unwrap_or(u32::MAX));
    match text {
        Ok(text) => {
            project.plan_bytes =
                project.plan_bytes.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
            // The text of a plan is never shown, so it is not kept.
            project.sources.add(shown.clone(), Arc::from(""));
            let left = Allowance::of_run(project.bytes()).less(account);
            let mut estate = plan::estate_within(file, &shown, number, text, facts, left);
            account.add(&std::mem::take(&mut estate.account));
            let place = if is_piped { PathBuf::new() } else { project.reader.place(path) };
            let environment = environment::of(&place, &[], None, &estate.variables);
            let place = if is_piped { PIPED.to_owned() } else { project.reader.stable_place(path) };
            Some((estate, place, environment))
        }
        Err(problem) => {
            project.sources.add(shown, Arc::from(""));
            project.unread += 1;
            problems.push(*problem);
            None
        }
    }
}

/// Joins a plan with the configuration that it was made from.
fn with_source(
    plan: Job,
    root: &Path,
    values: &InputVariables,
    project: &Project,
    set: &RuleSet,
    account: &mut Account,
) -> Job {
    let files = ConfinedFiles::new(root, project.reader.clone());
    let assumptions = Some(&plan.assumptions);
    let source = PlanSource { project, root, values, files: &files, facts: &set.model.facts, assumptions };
    let mut estate = joined(plan.estate, &source);
    account.add(&std::mem::take(&mut estate.account));
    // It has the fingerprints of its configuration, wherever the file of the plan is.
    Job { estate, place: project.reader.stable_place(root), files: Box::new(files), ..plan }
}

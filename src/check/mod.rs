//! The main job: paths in, a report out.

mod gate;
mod limits;
mod session;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::budget::{Account, Allowance, Meter, shared};
use crate::environment;
use crate::estate::configuration::project::{self, Project};
use crate::estate::configuration::{self, Request};
use crate::estate::confined::ConfinedFiles;
use crate::estate::variables::Given;
use crate::estate::with_plan::{Source, joined};
use crate::estate::{Estate, Input, Mode, plan};
use crate::eval::{Environment, Files, NoFiles};
use crate::files::path::clean;
use crate::files::system::Kind;
use crate::files::{Reader, Refusal, decode, read, reader};
use crate::finding::Placing;
use crate::graph::Graph;
use crate::problem::Problem;
use crate::report::{Change, Counts, Entry, Fixed, Report, Root};
use crate::rule::run::{Outcome, run_within};
use crate::rule::{Rule, RuleSet};
use crate::settings::Settings;
use crate::syntax::tree::Tree;
use crate::text::FileId;
use crate::value::NodeId;
use crate::value::equality::NoIdentities;
use gate::Balance;
pub use session::Session;

/// One root module or plan, ready to be checked.
struct Subject {
    estate: Estate,
    files: Box<dyn Files + Send>,
    environment: Option<String>,
}

/// Checks everything that the settings name against a set of rules.
fn check(settings: &Settings, set: &RuleSet) -> Report {
    let mut report = Report { problems: set.problems.clone(), ..Report::default() };
    // Rule files come first in the table of files, so that spans into them hold in the report.
    let mut project = Project::default();
    project.sources = set.sources.clone();
    project.search(&settings.module_dirs);
    let rule_files = project.sources.len();

    let (directories, plans) = sort_paths(settings, &project.reader, &mut report.problems);
    let roots = find_roots(&mut project, &directories, &mut report.problems);
    let variants = read_values(&mut project, &roots, settings);
    let allowance = Allowance::of_run(project.bytes());
    let mut account = std::mem::take(&mut project.account);
    let evaluated = shared(allowance, &variants, |variant, share| {
        // The innermost of the directories that the user named.
        let above = directories.iter().filter(|top| top.as_os_str() == "." || variant.root.starts_with(top));
        let base = above.max_by_key(|top| top.as_os_str().len()).map_or(variant.root, PathBuf::as_path);
        let mut subject = evaluate_root(&project, variant, base, settings, set, share);
        let account = std::mem::take(&mut subject.estate.account);
        (subject, account)
    });
    let mut subjects = Vec::with_capacity(evaluated.len());
    for (subject, spent) in evaluated {
        account.add(&spent);
        subjects.push(subject);
    }
    let source = settings.source.as_deref().and_then(|dir| {
        if plans.is_empty() {
            report.problems.push(without_plan(dir));
        }
        load_source(dir, &settings.values.files, &mut project, &mut report.problems)
    });
    for plan in plans {
        let subject = read_plan(&plan, &mut project, &mut report.problems);
        subjects.extend(subject.map(|subject| match &source {
            Some((dir, values)) => with_source(subject, dir, values, &project, set, &mut account),
            None => subject,
        }));
    }

    let allowance = Allowance::of_run(project.bytes());
    let outcomes = shared(allowance, &subjects, |subject, share| judge(subject, set, settings, share));
    report.counts = Counts {
        files: project.sources.len() - rule_files,
        files_read: project.sources.len() - rule_files - project.unread,
        rules: set
            .rules
            .iter()
            .filter(|rule| subjects.iter().any(|subject| rule.reads.is_met_by(&subject.estate)))
            .count(),
        ..Counts::default()
    };
    report.problems.append(&mut project.problems);
    let mut placing = Placing::new(&mut project.sources);
    for (index, (subject, (judged, spent))) in subjects.into_iter().zip(outcomes).enumerate() {
        account.add(&spent);
        let Judged { outcome, resources, balance, touched } = judged;
        let Subject { mut estate, environment, .. } = subject;
        let findings = outcome.findings.into_iter().map(|what| Entry::new(index, placing.finding(what)));
        report.findings.extend(findings);
        let undecided = outcome.undecided.into_iter().map(|what| Entry::new(index, placing.undecided(what)));
        report.undecided.extend(undecided);
        report.problems.extend(outcome.problems);
        report.problems.append(&mut estate.problems);
        report.counts.passed += outcome.passed;
        report.counts.skipped += outcome.skipped;
        report.counts.resources += resources;
        if let Some(touched) = touched {
            report.counts.touched = Some(report.counts.touched.unwrap_or_default() + touched);
        }
        if let Some(Balance { fixed, left }) = balance {
            let change = report.change.get_or_insert_with(Change::default);
            change
                .fixed
                .extend(fixed.into_iter().map(|(rule, address)| Entry::new(index, Fixed { rule, address })));
            change.left += left;
        }
        report.roots.push(Root { path: estate.root.clone(), input: estate.input, environment });
        // Giving a large estate back takes a while, and nobody waits for it.
        rayon::spawn(move || drop(estate));
    }
    report.problems.extend(limits::problems(&account));
    report.sources = project.sources;
    report.sort();
    report
}

/// Directories on one side, plans (`-` for standard input) on the other.
fn sort_paths(
    settings: &Settings,
    reader: &Reader,
    problems: &mut Vec<Problem>,
) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut directories = Vec::new();
    let mut plans = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if settings.paths.is_empty() { here.as_slice() } else { &settings.paths };
    for path in paths {
        if path.as_os_str() == "-" || reader::is_stream(path) {
            plans.push(path.clone());
            continue;
        }
        match reader.kind_of_named(path) {
            Ok(Kind::Directory) => directories.push(clean(path)),
            Ok(_) => plans.push(path.clone()),
            Err(Refusal::Missing { .. }) => problems.push(no_such_input(path)),
            Err(refusal) => problems.push(*refusal.problem(path)),
        }
    }
    (directories, plans)
}

fn no_such_input(path: &Path) -> Problem {
    Problem::error("input/missing", format!("there is no `{}`", path.display()))
        .help("name a directory with Terraform files, a plan as JSON, or `-` for a plan on standard input")
}

/// Loads all directories with configuration below the given ones; gives the root modules among them.
fn find_roots(project: &mut Project, directories: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    project.permit(directories);
    for top in directories {
        let (dirs, mut troubles) = project.reader.directories(top);
        problems.append(&mut troubles);
        if dirs.is_empty() {
            problems.push(
                Problem::error(
                    "input/empty",
                    format!("there is no Terraform file below `{}`", top.display()),
                )
                .help("files that count end in `.tf`, `.tofu`, `.tf.json` or `.tofu.json`"),
            );
        }
        found.extend(dirs.iter().map(|dir| clean(dir)));
    }
    found.sort();
    found.dedup();
    project.load(&found);
    project::roots(project, &found)
}

/// A root module with the values of one environment.
struct Variant<'a> {
    root: &'a Path,
    values: Vec<Arc<Tree>>,
    /// The file that stands for the environment, if the user named such files.
    environment: Option<&'a Path>,
}

/// The files of variable values of every root and environment: those that Terraform reads by itself, then those that the user
/// names, then that of the environment.
fn read_values<'a>(project: &mut Project, roots: &'a [PathBuf], settings: &'a Settings) -> Vec<Variant<'a>> {
    let mut named = |paths: &[PathBuf]| -> Vec<_> {
        paths.iter().filter_map(|path| project.read_named_values(path)).collect()
    };
    let for_all = named(&settings.values.files);
    let environments: Vec<(Option<&Path>, Vec<Arc<Tree>>)> = if settings.values.environments.is_empty() {
        vec![(None, Vec::new())]
    } else {
        let files = settings.values.environments.iter();
        files.map(|path| (Some(path.as_path()), named(std::slice::from_ref(path)))).collect()
    };
    let mut variants = Vec::new();
    for root in roots {
        let paths = project.reader.automatic_values(root);
        let automatic: Vec<_> = paths.iter().filter_map(|path| project.read_values(path)).collect();
        for (environment, own) in &environments {
            let values = automatic.iter().chain(&for_all).chain(own).cloned().collect();
            variants.push(Variant { root, values, environment: *environment });
        }
    }
    variants
}

fn evaluate_root(
    project: &Project,
    variant: &Variant<'_>,
    base: &Path,
    settings: &Settings,
    set: &RuleSet,
    allowance: Allowance,
) -> Subject {
    let root = variant.root;
    let files = ConfinedFiles::new(root, project.reader.clone());
    let meter = Meter::new(Allowance::of_run(project.bytes()));
    let (mut given, problems) = Given::from_trees(
        &variant.values,
        Environment { files: &NoFiles, identities: &NoIdentities, meter: &meter },
    );
    settings.values.process.iter().for_each(|(name, text)| given.set_weakly(name, text));
    settings.values.assigned.iter().for_each(|(name, text)| given.set(name, text));
    let mut estate = configuration::estate(Request {
        base,
        given,
        allowance,
        ..Request::new(project, root, &files, &set.model.identities)
    });
    estate.problems.extend(problems);
    let named: Vec<PathBuf> =
        settings.values.files.iter().cloned().chain(variant.environment.map(Path::to_owned)).collect();
    let environment = match variant.environment {
        // The file itself was named as an environment, whatever its name.
        Some(file) => environment::of(Path::new(""), &[file.to_owned()], &[])
            .or_else(|| file.file_stem().map(|stem| stem.to_string_lossy().into_owned())),
        None => environment::of(root, &named, &estate.variables),
    };
    Subject { estate, files: Box::new(files), environment }
}

fn read_plan(path: &Path, project: &mut Project, problems: &mut Vec<Problem>) -> Option<Subject> {
    let is_piped = path.as_os_str() == "-";
    let bytes = if is_piped { read::read_standard_input() } else { project.reader.plan(path) };
    let shown = if is_piped { PathBuf::from("<stdin>") } else { path.to_owned() };
    let text = bytes.and_then(|bytes| decode::plan_text(&shown, bytes));
    let file = FileId(u32::try_from(project.sources.len()).unwrap_or(u32::MAX));
    match text {
        Ok(text) => {
            project.plan_bytes =
                project.plan_bytes.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
            // A plan is never shown, so its text need not be kept.
            project.sources.add(shown.clone(), Arc::from(""));
            let estate = plan::estate_of(file, &shown, text);
            let environment = environment::of(&shown, &[], &estate.variables);
            Some(Subject { estate, files: Box::new(NoFiles), environment })
        }
        Err(problem) => {
            project.sources.add(shown, Arc::from(""));
            project.unread += 1;
            problems.push(*problem);
            None
        }
    }
}

fn without_plan(dir: &Path) -> Problem {
    let message = format!("`--source {}` says what a plan was made of, but no plan is named", dir.display());
    Problem::error("input/no-plan", message).help("name the plan as well, or check the directory itself")
}

/// Loads the root module that the plans were made of.
fn load_source(
    dir: &Path,
    values: &[PathBuf],
    project: &mut Project,
    problems: &mut Vec<Problem>,
) -> Option<(PathBuf, Given)> {
    let dir = clean(dir);
    if !matches!(project.reader.kind_of_named(&dir), Ok(Kind::Directory)) {
        let message = format!("there is no directory `{}`", dir.display());
        problems.push(
            Problem::error("input/missing", message)
                .help("`--source` takes the root module that the plan was made of"),
        );
        return None;
    }
    project.permit(std::slice::from_ref(&dir));
    project.load(std::slice::from_ref(&dir));
    if project.module(&dir).is_none_or(|module| module.trees.is_empty()) {
        let message = format!("there is no Terraform file in `{}`", dir.display());
        problems.push(
            Problem::error("input/empty", message)
                .help("`--source` takes the root module that the plan was made of"),
        );
        return None;
    }
    let automatic = project.reader.automatic_values(&dir);
    let trees: Vec<_> = automatic.iter().chain(values).filter_map(|path| project.read_values(path)).collect();
    let meter = Meter::new(Allowance::of_run(project.bytes()));
    let environment = Environment { files: &NoFiles, identities: &NoIdentities, meter: &meter };
    let (given, wrong) = Given::from_trees(&trees, environment);
    problems.extend(wrong);
    Some((dir, given))
}

/// A plan together with the configuration that it was made of.
fn with_source(
    plan: Subject,
    root: &Path,
    values: &Given,
    project: &Project,
    set: &RuleSet,
    account: &mut Account,
) -> Subject {
    let files = ConfinedFiles::new(root, project.reader.clone());
    let source = Source { project, root, values, files: &files, facts: &set.model.identities };
    let mut estate = joined(plan.estate, &source);
    account.add(&std::mem::take(&mut estate.account));
    Subject { estate, files: Box::new(files), ..plan }
}

/// What rules say of a subject.
struct Judged {
    outcome: Outcome,
    /// How many managed resources it has.
    resources: usize,
    /// What the change does to defects, if that was asked for.
    balance: Option<Balance>,
    /// How many resources the change touches, if only those were asked for.
    touched: Option<usize>,
}

/// Builds the graph and runs the rules.
fn judge(subject: &Subject, set: &RuleSet, settings: &Settings, allowance: Allowance) -> (Judged, Account) {
    let files: &dyn Files = &*subject.files;
    let build = |estate| Graph::build_within(estate, &set.model, files, allowance);
    let before = subject.estate.before.as_deref().map(build);
    let graph = build(&subject.estate).after(before.as_ref());
    let rules: &[Arc<Rule>] = &set.rules;
    let environment = subject.environment.as_deref();
    let mut outcome = run_within(rules, &graph, files, environment, allowance);
    let mut account = graph.account().clone();
    account.add(&outcome.account);
    let is_gate = settings.gates.regressions || settings.gates.only_changed;
    if is_gate && !subject.estate.is_of_change() {
        outcome.problems.push(no_change(&subject.estate, settings));
    }
    // First the balance: what is left out after it is there all the same.
    let balance = before.as_ref().filter(|_| settings.gates.regressions).map(|before| {
        // Rules about a change skip what is before it.
        let before = run_within(rules, before, files, environment, allowance);
        account.add(&before.account);
        gate::introduced(&mut outcome, before, &graph)
    });
    let touched = (settings.gates.only_changed && subject.estate.is_of_change())
        .then(|| gate::only_touched(&mut outcome, &graph));
    if subject.estate.input == Input::Source {
        outcome.problems.extend(graph.circles().iter().map(|circle| circle_problem(&graph, circle)));
    }
    let resources = subject.estate.instances.iter().filter(|instance| instance.mode == Mode::Managed).count();
    (Judged { outcome, resources, balance, touched }, account)
}

/// A gate on a change needs one.
fn no_change(estate: &Estate, settings: &Settings) -> Problem {
    let option = if settings.gates.regressions { "--regressions" } else { "--only-changed" };
    let what = match estate.input {
        Input::Source => "is configuration",
        Input::State => "is a state",
        Input::Plan => "does not say what it changes",
    };
    Problem::error(
        "input/no-change",
        format!("`{option}` looks at a change, and `{}` {what}", estate.root.display()),
    )
    .help("give it the whole output of `terraform show -json tfplan`")
}

/// Terraform refuses resources that refer to each other in a circle.
fn circle_problem(graph: &Graph<'_>, circle: &[NodeId]) -> Problem {
    let nodes: Vec<_> = circle.iter().filter_map(|id| graph.node(*id)).collect();
    let addresses: Vec<&str> = nodes.iter().map(|node| node.address.as_str()).collect();
    let mut problem =
        Problem::error("graph/circle", format!("{} refer to each other in a circle", addresses.join(", ")))
            .help("Terraform cannot order them: take one of the references into a resource of its own");
    for node in nodes {
        if let Some(header) = node.place.header() {
            problem = match problem.span {
                None => problem.at(header, node.address.as_str()),
                Some(_) => problem.label(header, node.address.as_str()),
            };
        }
    }
    problem
}

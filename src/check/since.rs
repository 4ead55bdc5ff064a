//! `--since`: evaluates the root modules that a change touches as they were before it, and pairs them with what they are now.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::inputs::{FoundDirectories, FoundUnits, Inputs, find_units};
use super::roots::{self, Job};
use super::touched::NotLookedAt;
use crate::address::Address;
use crate::diagnostic::{Diagnostic, Severity};
use crate::estate::configuration::moves::Moves;
use crate::estate::configuration::project::Project;
use crate::estate::configuration::validate;
use crate::estate::{Estate, Input, Mode, change};
use crate::files::discover::is_configuration;
use crate::files::path::clean;
use crate::files::read::MAX_FILE_BYTES;
use crate::files::system::FileSystem;
use crate::files::{GitTree, Reader, Since, values};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::value::Time;

/// An earlier revision of the repository that the directories of a run are in.
#[derive(Debug)]
pub(super) struct Compared {
    /// The revision as the user wrote it.
    revision: String,
    /// The top of the repository.
    top: PathBuf,
    tree: GitTree,
    /// Absolute paths of what is new, changed or gone.
    pub(super) changed: Vec<PathBuf>,
    /// Directories that the change affects without touching them.
    pub(super) affected: Vec<PathBuf>,
}

impl Compared {
    /// The revision as the user wrote it.
    pub(super) fn revision(&self) -> String {
        self.revision.clone()
    }

    /// The texts that changed files of configuration and of values had.
    pub(super) fn earlier(&self) -> Vec<(PathBuf, Arc<str>)> {
        let files = self.changed.iter().filter(|path| is_configuration(path) || values::is_values_file(path));
        let text = |path: &PathBuf| {
            let bytes = self.tree.read(path, MAX_FILE_BYTES).ok()?;
            Some((path.clone(), Arc::from(String::from_utf8_lossy(&bytes))))
        };
        files.filter_map(text).collect()
    }

    /// Asks git what has changed, if the settings ask for it. The change is known to affect the directories `affected`, too.
    pub(super) fn open(
        settings: &Settings,
        (project, disk): (&Project, &Arc<dyn FileSystem>),
        (directories, affected): (&[PathBuf], &[PathBuf]),
        plans: &[PathBuf],
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let revision = settings.since.as_ref()?;
        problems.extend(plans.iter().map(|plan| not_of_git(plan, directories.is_empty())));
        let mut tops: Vec<Option<PathBuf>> =
            directories.iter().map(|directory| project.reader.repository_of(directory)).collect();
        tops.sort();
        tops.dedup();
        let top = match tops.as_slice() {
            [Some(top)] => top.clone(),
            [] => return None,
            [..] => {
                problems.push(
                    Diagnostic::error(
                        "input/since",
                        "`--since` needs a git repository that all the directories are in",
                    )
                    .help("name directories of one repository"),
                );
                return None;
            }
        };
        match Since::open(&top, revision, disk.clone()) {
            Ok(Since { tree, changed, .. }) => {
                Some(Self { revision: revision.clone(), top, tree, changed, affected: affected.to_vec() })
            }
            Err(error) => {
                problems.push(
                    Diagnostic::error("input/since", format!("`--since {revision}`: {error}")).help(
                        "name a commit, branch or tag that git knows here; a CI checkout may be shallow: fetch its history",
                    ),
                );
                None
            }
        }
    }
}

/// Says that a plan is not compared with a revision. `is_alone`: nothing else is, either.
fn not_of_git(plan: &Path, is_alone: bool) -> Diagnostic {
    let message = format!(
        "`--since` compares directories, and `{}` is a plan: it is compared with what was there when it was made",
        plan.display()
    );
    let help = "`--regressions` reports what a plan introduces, without a revision";
    if is_alone {
        Diagnostic::error("input/since", message).help(help)
    } else {
        Diagnostic::warning("input/since-plan", message).help(help)
    }
}

/// Gives every root module of a run what it was before the change.
pub(super) fn compare(inputs: &mut Inputs, jobs: &mut Vec<Job>, settings: &Settings) {
    let Some(Compared { revision, top, tree, changed, .. }) = inputs.since.take() else { return };
    let answering: Vec<PathBuf> =
        jobs.iter().filter(|job| job.is_answering).map(|job| job.estate.root.clone()).collect();
    let mut before = inputs_before(inputs, &top, tree, (&changed, &answering), settings);
    let first = inputs.project.sources.len();
    let (old, _) = roots::evaluate(&mut before, settings, &Progress::default());
    inputs.configs = std::mem::take(&mut before.configs);
    report_unread(inputs, &before, &revision);
    before.project.sources.date_back(first, &revision);
    inputs.other_files += before.project.sources.len() - first;
    inputs.project.sources = std::mem::take(&mut before.project.sources);
    inputs.account.add(&before.account);
    let root_of = |job: &Job| inputs.project.reader.absolute(&job.estate.root);
    let mut old: Vec<(Option<PathBuf>, Job)> = old.into_iter().map(|job| (root_of(&job), job)).collect();
    let configuration = jobs.iter().enumerate().filter(|(_, job)| job.estate.input == Input::Configuration);
    let mut waiting: Vec<usize> = configuration.map(|(at, _)| at).collect();
    // The environment of the same name first, then one that is the same by another name. What is left may have had any name, or none.
    for is_same in [is_named_so, is_same_environment, |_: &Job, _: &Job| true] {
        waiting.retain(|at| {
            let Some(job) = jobs.get_mut(*at) else { return false };
            let root = root_of(job);
            let Some(same) = old.iter().position(|(at, old)| *at == root && is_same(job, old)) else {
                return true;
            };
            let moves = validate::moves(&inputs.project, &job.estate.root);
            attach(job, Some(old.remove(same).1), &moves);
            false
        });
    }
    // A root module that was not there before may have been elsewhere.
    for at in waiting {
        let Some(job) = jobs.get_mut(at) else { continue };
        let moves = validate::moves(&inputs.project, &job.estate.root);
        let alike =
            old.iter().enumerate().map(|(at, (_, old))| (alike(&old.estate, &job.estate, &moves), at));
        let best =
            alike.filter(|(alike, _)| *alike > 0).max_by_key(|(alike, index)| (*alike, usize::MAX - index));
        let best = best.map(|(_, index)| old.remove(index).1);
        attach(job, best, &moves);
    }
    // What has gone told something, too.
    let gone = old.into_iter().map(|(_, job)| job).filter(|job| !answering.contains(&job.estate.root));
    jobs.extend((0u32..).zip(gone).map(|(at, job)| emptied(job, u32::MAX - at)));
}

/// Whether a root module is judged for an environment and a workspace of the same names.
fn is_named_so(own: &Job, old: &Job) -> bool {
    let [name, before] = [own, old].map(|job| job.environment.as_ref().map(|own| &own.full_name));
    name == before && own.workspace == old.workspace
}

fn is_same_environment(own: &Job, old: &Job) -> bool {
    own.environment_key() == old.environment_key()
}

/// What the run would have read before the change: as far as the change touches it.
fn inputs_before(
    inputs: &mut Inputs,
    top: &Path,
    tree: GitTree,
    (changed, answering): (&[PathBuf], &[PathBuf]),
    settings: &Settings,
) -> Inputs {
    let mut project = Project::default();
    project.reader = Reader::new(Arc::new(tree));
    // Spans of before and after are told apart by their files.
    project.sources = inputs.project.sources.clone();
    project.rule_bytes = project.bytes();
    project.permit(&[top.to_owned()]);
    for directory in &inputs.directories {
        // It may be new.
        let _ = project.reader.permit(directory);
    }
    project.search(&settings.module_dirs);
    if let Some(directory) = &settings.data_dir {
        project.keep_data_in(directory);
    }
    let mut problems = Vec::new();
    let found = match &inputs.touched {
        None => {
            let mut found = FoundDirectories::below(&mut project, &inputs.directories, &mut problems);
            let Inputs { directories, configs, .. } = &*inputs;
            found.leave_out_excluded(directories, configs, settings, &project.reader, &mut problems);
            found
        }
        Some(touched) => {
            // A directory may be there without any configuration.
            let was_module = |dir: &PathBuf| !project.reader.list(dir).files.is_empty();
            let all = touched.iter().chain(answering).cloned().chain(gone(inputs, touched, changed));
            let mut configuration: Vec<PathBuf> = all.filter(was_module).collect();
            configuration.sort();
            configuration.dedup();
            FoundDirectories { configuration, units: Vec::new(), stacks: Vec::new() }
        }
    };
    let FoundUnits { units, terragrunt, stacks, touched, .. } =
        find_units(&mut project, &found, &inputs.configs, settings, None, &mut problems);
    Inputs {
        account: std::mem::take(&mut project.account),
        project,
        directories: inputs.directories.clone(),
        units,
        terragrunt,
        stacks,
        touched,
        not_looked_at: NotLookedAt::default(),
        answering: Vec::new(),
        plans: Vec::new(),
        source: None,
        configs: std::mem::take(&mut inputs.configs),
        set: inputs.set.clone(),
        other_files: 0,
        quiet: Vec::new(),
        time: Time::Before,
        since: None,
        problems,
    }
}

/// Directories with configuration that has gone, where the run looks.
fn gone(inputs: &Inputs, touched: &[PathBuf], changed: &[PathBuf]) -> Vec<PathBuf> {
    let reader = &inputs.project.reader;
    let known: Vec<PathBuf> = touched.iter().filter_map(|dir| reader.absolute(dir)).collect();
    let tops: Vec<(&PathBuf, PathBuf)> =
        inputs.directories.iter().filter_map(|top| Some((top, reader.locate(top).ok()?.0))).collect();
    let configuration = changed.iter().filter(|path| is_configuration(path));
    let mut gone: Vec<PathBuf> = configuration.filter_map(|path| path.parent()).map(Path::to_owned).collect();
    gone.sort();
    gone.dedup();
    gone.retain(|dir| !known.contains(dir));
    gone.iter()
        .filter_map(|dir| {
            let (name, real) = tops.iter().find(|(_, real)| dir.starts_with(real))?;
            Some(clean(&name.join(dir.strip_prefix(real).ok()?)))
        })
        .collect()
}

/// Says what could not be read at the revision. The run is complete all the same: what was there is only taken for new.
fn report_unread(inputs: &mut Inputs, before: &Inputs, revision: &str) {
    let all = before.problems.iter().chain(&before.project.problems);
    // That a directory is new is no loss.
    let is_loss =
        |problem: &&Diagnostic| problem.severity == Severity::Error && !problem.id.starts_with("input/");
    let errors: Vec<&Diagnostic> = all.filter(is_loss).collect();
    let Some(first) = errors.first() else { return };
    let more = match errors.len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    inputs.problems.push(
        Diagnostic::warning(
            "input/since-incomplete",
            format!("not everything could be read at `{revision}`: {}{more}", first.message),
        )
        .help("findings in what could not be read there count as new"),
    );
}

/// How many resources two root modules have in common, moved ones included, if it is at least half of those of one.
fn alike(old: &Estate, new: &Estate, moves: &Moves) -> usize {
    fn addresses(estate: &Estate) -> impl Iterator<Item = &Address> {
        let managed = estate.instances.iter().filter(|instance| instance.mode == Mode::Managed);
        managed.map(|instance| &instance.address)
    }
    let was: BTreeSet<&Address> = addresses(old).collect();
    let is_common = |address: &&Address| {
        was.contains(address) || moves.earlier(address).iter().any(|earlier| was.contains(earlier))
    };
    let common = addresses(new).filter(is_common).count();
    if common * 2 >= was.len().min(addresses(new).count()) { common } else { 0 }
}

/// A root module that is there no longer: it has what it had before the change, and nothing now.
fn emptied(job: Job, number: u32) -> Job {
    let Estate { root, kind, input, has_files, .. } = &job.estate;
    let estate = Estate {
        root: root.clone(),
        number,
        kind: *kind,
        input: *input,
        has_files: *has_files,
        ..Estate::default()
    };
    let before = Some(Box::new(job.estate));
    Job { estate: Estate { before, ..estate }, is_answering: true, is_gone: true, ..job }
}

/// Makes a change of what was and what is. Without an earlier state everything is new.
fn attach(job: &mut Job, old: Option<Job>, moves: &Moves) {
    let (before, files) = match old {
        Some(old) => (old.estate, Some(old.files)),
        None => {
            let root = job.estate.root.clone();
            (Estate { root, time: Time::Before, has_files: true, ..Estate::default() }, None)
        }
    };
    job.estate.changes = change::between(&before, &job.estate, &[], moves);
    job.estate.before = Some(Box::new(before));
    job.files_before = files;
}

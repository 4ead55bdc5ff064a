//! Facts of a part of a run, in a file: what `check --export-facts` writes, and `merge` reads.
//!
//! Facts are declarations: the configuration that the part has read, without secrets. All parts together hold what one run over
//! everything would read, so what comes of them is the same. See docs/decisions/0022.

mod document;
mod scrub;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::files::part::RunPart;
use crate::files::path::clean;
use crate::files::recorded::{Recording, Replay};
use crate::settings::{AbsentParts, ConfigSource, Settings};
use document::{FactsDocument, are_asked_alike};

/// The layout of the files. Another one is refused.
const FORMAT: &str = "buttress-facts/1";

/// The version of the program that writes and reads them.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where the top of the repository is when facts are read, unless absolute paths were asked for.
const TOP: &str = "/facts";

/// What a part of a run adds to what it has read.
#[derive(Clone, Debug)]
pub struct PartSummary {
    pub part: RunPart,
    /// A digest of the rules that came with the program.
    pub rules: String,
    /// Whether something could not be read or judged.
    pub is_incomplete: bool,
    /// The number of verdicts that are not known.
    pub unknown: usize,
    /// The root modules that it has judged, where they are in the repository.
    pub roots: Vec<String>,
}

/// The parts of a run, put together.
#[derive(Debug)]
pub struct MergedFacts {
    /// What the run was asked to check, over what the parts have read.
    pub settings: Settings,
    /// The number of parts.
    pub parts: usize,
    /// Of each part that was incomplete, its file.
    pub incomplete: Vec<PathBuf>,
    /// What could not be used, and what is not there.
    pub problems: Vec<Diagnostic>,
}

/// Why facts of a run cannot be written: they would not be enough, or say more than they should.
#[must_use]
pub fn refused(settings: &Settings, has_plans: bool) -> Option<Diagnostic> {
    let values = &settings.values;
    let wrong = [
        (
            !values.assigned.is_empty(),
            "`--var`",
            "a value on the command line may be a secret: write it into a file and name that with `--var-file`",
        ),
        (
            !values.process.is_empty(),
            "`--env-vars`",
            "a value of the process may be a secret: write it into a file and name that with `--var-file`",
        ),
        (has_plans, "a plan", "facts are about directories; check plans in a run of their own"),
        (
            settings.since.is_some(),
            "`--since`",
            "facts tell one state of the configuration; check the change in a run of its own",
        ),
        (
            settings.source.is_some(),
            "`--source`",
            "facts are about directories; check plans in a run of their own",
        ),
        (settings.fixing.is_some(), "`--fix` and `--diff`", "fix in a run over everything"),
        (
            settings.gates.regressions || settings.gates.only_changed,
            "`--regressions` and `--only-changed`",
            "they are about plans; check these in a run of their own",
        ),
    ];
    let (_, option, help) = wrong.into_iter().find(|(is_wrong, ..)| *is_wrong)?;
    let message = format!("{option} and a part of a run do not go together");
    Some(Diagnostic::error("facts/option", message).help(help))
}

/// The text of a file of facts. `here` is the working directory and `top` the repository around it, both absolute and without links.
#[must_use]
pub fn written(
    recording: Recording,
    settings: &Settings,
    (here, top): (&Path, &Path),
    summary: &PartSummary,
) -> String {
    // Outside of the repository, paths mean the same on every machine or nothing.
    let mut recording =
        recording.moved(&|path| path.strip_prefix(top).map_or_else(|_| path.to_owned(), Path::to_owned));
    // A path that was asked for absolutely is told so.
    let is_absolute = settings.paths.iter().any(|path| path.is_absolute());
    let shown = if is_absolute { top } else { Path::new(TOP) };
    recording.move_targets(top, shown);
    let here = here.strip_prefix(top).unwrap_or(here);
    FactsDocument::new(&recording, settings, (here, shown), summary).text()
}

/// A file of facts.
#[derive(Clone, Debug)]
pub struct FactsFile {
    /// The name of the repository, where facts of several ones are put together.
    pub repository: Option<String>,
    pub path: PathBuf,
    pub text: String,
}

/// Puts the files of all parts together: those of one run, or of a run in each of several repositories, which then lie beside each other
/// under their names. What cannot be used, or is not there, is a problem, and the rest is put together all the same.
///
/// # Errors
/// If nothing can be used.
pub fn merged(
    files: &[FactsFile],
    rules: &str,
    mut problems: Vec<Diagnostic>,
) -> Result<MergedFacts, Vec<Diagnostic>> {
    let mut repositories: BTreeMap<Option<&str>, Vec<(&Path, FactsDocument)>> = BTreeMap::new();
    for FactsFile { repository, path, text } in files {
        match FactsDocument::read(path, text, rules) {
            Ok(document) => {
                repositories.entry(repository.as_deref()).or_default().push((path, document));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if repositories.len() > 1 {
        for (path, _) in repositories.remove(&None).unwrap_or_default() {
            let message =
                format!("`{}` says of no repository, and other facts do: it is left out", path.display());
            let help = format!("write `NAME={}`", path.display());
            problems.push(Diagnostic::error("facts/other-run", message).help(help));
        }
    }
    let mut whole = Merging::default();
    for (repository, documents) in repositories {
        whole.add(repository, documents, &mut problems);
    }
    let missing = whole.missing.join(", ");
    if !missing.is_empty() {
        let message = format!("the facts of {missing} are missing");
        let help = "a part that failed has to run again; what stands there may be what is not found here";
        problems.push(Diagnostic::error("facts/missing", message).help(help));
    }
    let Some(mut settings) = whole.settings else { return Err(problems) };
    if !missing.is_empty() {
        settings.absent = Some(AbsentParts { numbers: missing, roots: whole.roots });
    }
    settings.system = Some(Arc::new(Replay::new(whole.here, whole.recording)));
    Ok(MergedFacts { settings, parts: whole.parts, incomplete: whole.incomplete, problems })
}

/// Facts that are being put together.
#[derive(Default)]
struct Merging {
    /// What all repositories were asked for, with the paths of all.
    settings: Option<Settings>,
    here: PathBuf,
    recording: Recording,
    parts: usize,
    missing: Vec<String>,
    incomplete: Vec<PathBuf>,
    /// The root modules that were judged.
    roots: BTreeSet<String>,
}

impl Merging {
    /// Adds the parts of the run in a repository; without a name it is the only one.
    fn add(
        &mut self,
        repository: Option<&str>,
        mut documents: Vec<(&Path, FactsDocument)>,
        problems: &mut Vec<Diagnostic>,
    ) {
        documents.sort_by(|(a, first), (b, second)| first.part().cmp(&second.part()).then_with(|| a.cmp(b)));
        let documents = of_one_run(documents, problems);
        let documents = each_once(documents, problems);
        let Some((path, first)) = documents.first() else { return };
        let of = first.part().of;
        let is_there = |number: &u32| documents.iter().any(|(_, document)| document.part().number == *number);
        let named = |number: u32| match repository {
            Some(name) => format!("{number}/{of} of {name}"),
            None => format!("{number}/{of}"),
        };
        let missing: Vec<String> = (1..=of).filter(|number| !is_there(number)).map(named).collect();
        let is_whole = missing.is_empty();
        self.missing.extend(missing);
        if repository.is_some() && !is_whole {
            // Where its root modules lie may be where those of another repository lie.
            return;
        }
        let mut own = first.settings();
        let was = PathBuf::from(first.top());
        let top = match repository {
            None => {
                self.here = was.join(first.here());
                was.clone()
            }
            Some(name) => {
                if let Some((what, help)) = self.not_beside(&own) {
                    let message = format!("`{}` {what}: it is left out", path.display());
                    problems.push(Diagnostic::error("facts/other-run", message).help(help));
                    return;
                }
                let here = Path::new(first.here());
                let below = |path: &PathBuf| {
                    let path = path.strip_prefix(&was).map_or_else(|_| here.join(path), Into::into);
                    clean(&Path::new(name).join(path))
                };
                own.paths = own.paths.iter().map(below).collect();
                self.here = TOP.into();
                Path::new(TOP).join(name)
            }
        };
        match &mut self.settings {
            Some(known) => known.paths.append(&mut own.paths),
            None => self.settings = Some(own),
        }
        self.parts += documents.len();
        for (path, document) in documents {
            self.roots.extend(document.roots().iter().cloned());
            if document.is_incomplete() {
                self.incomplete.push(path.to_path_buf());
            }
            let mut recording = document.recording().moved(&|path| top.join(path));
            recording.move_targets(&was, &top);
            self.recording.add(recording);
        }
    }

    /// Why facts of another repository cannot stand beside what is known already, and what to do.
    fn not_beside(&self, own: &Settings) -> Option<(&'static str, &'static str)> {
        let values = &own.values;
        let names_files = !values.files.is_empty()
            || values.environments.iter().any(|own| !own.files.is_empty())
            || !own.module_dirs.is_empty()
            || !own.asked.rule_dirs.is_empty()
            || own.baseline.is_some()
            || matches!(own.config, ConfigSource::File(_));
        if names_files {
            return Some((
                "was written with options that name files of its repository, which mean nothing in others",
                "put them into the `buttress.hcl` of the repository",
            ));
        }
        let known = self.settings.as_ref()?;
        (!are_asked_alike(known, own)).then_some((
            "was written with other options than the facts of another repository",
            "give all repositories the same options",
        ))
    }
}

/// The documents of the run of which most are there; the others are problems.
fn of_one_run<'f>(
    documents: Vec<(&'f Path, FactsDocument)>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<(&'f Path, FactsDocument)> {
    let alike = |own: &FactsDocument| {
        let is_alike = |other: &FactsDocument| own.part().of == other.part().of && own.is_of_same_run(other);
        documents.iter().filter(|(_, other)| is_alike(other)).count()
    };
    // Of equal runs the one of the first document is taken.
    let most = documents.iter().enumerate().max_by_key(|(at, (_, own))| (alike(own), Reverse(*at)));
    let Some((_, (first_path, first))) = most else { return documents };
    let mut is_kept = Vec::with_capacity(documents.len());
    for (path, document) in &documents {
        let other = if document.part().of != first.part().of {
            let (own, known) = (document.part().of, first.part().of);
            let what = format!(
                "`{}` is one of {own} parts, `{}` one of {known}",
                path.display(),
                first_path.display()
            );
            Some((what, "merge the parts of one run"))
        } else if !document.is_of_same_run(first) {
            let what = format!(
                "`{}` was written with other options than `{}`",
                path.display(),
                first_path.display()
            );
            Some((what, "give all parts the same paths and options"))
        } else {
            None
        };
        is_kept.push(other.is_none());
        problems.extend(other.map(|(what, help)| {
            Diagnostic::error("facts/other-run", format!("{what}: it is left out")).help(help)
        }));
    }
    documents.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept).map(|(own, _)| own).collect()
}

/// The documents with each part once; the others are problems.
fn each_once<'f>(
    documents: Vec<(&'f Path, FactsDocument)>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<(&'f Path, FactsDocument)> {
    let mut kept: Vec<(&Path, FactsDocument)> = Vec::with_capacity(documents.len());
    for (path, document) in documents {
        match kept.last() {
            Some((known, last)) if last.part() == document.part() => {
                let RunPart { number, of } = document.part();
                let message = format!(
                    "`{}` and `{}` are both part {number} of {of}: the second one is left out",
                    known.display(),
                    path.display()
                );
                let help = "name the facts of each part once; those of several repositories have names: `shop=shop.json`";
                problems.push(Diagnostic::error("facts/duplicate", message).help(help));
            }
            _ => kept.push((path, document)),
        }
    }
    kept
}

//! Weighs the evidence: the first row of the table that holds decides.

use std::path::{Path, PathBuf};

use super::callers::{Callers, UsedBy};
use super::{Unit, UnitKind, evidence, samples, shown};
use crate::address::ModuleSource;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl, string};
use crate::estate::configuration::project::Project;
use crate::estate::configuration::validate;
use crate::files::path::clean;

/// A directory that refers to fewer things which are not declared is a root module with mistakes: that must not go unchecked.
const MIN_DANGLING: usize = 3;

/// What is known of a directory.
struct DirectoryFacts<'a> {
    project: &'a Project,
    config: &'a ModuleConfig,
    /// Where it is in its repository.
    place: PathBuf,
    /// The top of its repository.
    top: Option<PathBuf>,
    callers: Vec<&'a UsedBy>,
    is_given: &'a dyn Fn(&str) -> bool,
}

pub(super) fn unit(
    project: &Project,
    dir: &Path,
    callers: &Callers,
    is_given: &dyn Fn(&str) -> bool,
) -> Option<Unit> {
    let reader = &project.reader;
    let config = project.module(dir)?;
    let facts = DirectoryFacts {
        project,
        config,
        place: reader.place(dir),
        top: reader.top(dir),
        callers: callers.to(reader, dir).collect(),
        is_given,
    };
    let run_by = facts.run_by();
    let unit = |kind, reason| Unit { directory: dir.to_owned(), kind, reason, run_by, problem: None };
    if callers.is_in_circle(reader, dir) {
        return Some(unit(UnitKind::Applicable, "only modules that it calls itself call it".to_owned()));
    }
    let (kind, reason) = facts.decided();
    let may_be_a_part = match kind {
        UnitKind::Applied => run_by.is_some(),
        UnitKind::Module => facts.callers.is_empty(),
        UnitKind::Applicable => true,
        UnitKind::Sample | UnitKind::Fragment => false,
    };
    let dangling = if may_be_a_part { facts.dangling() } else { Vec::new() };
    let mut names: Vec<&str> = dangling.iter().map(|problem| problem.message.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let needed = if kind == UnitKind::Applicable && run_by.is_none() { MIN_DANGLING } else { 1 };
    let dangling = dangling.first().filter(|_| names.len() >= needed);
    let Some(dangling) = dangling else { return Some(unit(kind, reason)) };
    let reason = match run_by {
        Some(program) => format!("{program} adds files to it: {}", dangling.message),
        None => format!("it is a part of something else: {}", dangling.message),
    };
    Some(Unit { problem: Some(not_checked(dir, dangling)), ..unit(UnitKind::Fragment, reason) })
}

fn not_checked(dir: &Path, dangling: &Diagnostic) -> Diagnostic {
    let message = format!(
        "`{}` is not checked because it looks like a fragment of another root module: {}",
        dir.display(),
        dangling.message
    );
    let problem = Diagnostic::warning("config/no-root", message)
        .help("if it is a root module, give it a backend, a `terraform` block or values");
    match dangling.span() {
        Some(span) => problem.at(span, "not declared here"),
        None => problem,
    }
}

/// What of a stack calls a directory: a component of its own, or one that embeds another stack.
pub(super) fn called_by_stack<'a>(mut callers: impl Iterator<Item = &'a UsedBy>) -> Option<String> {
    callers.find_map(|caller| match caller {
        UsedBy::Component(name, place) => {
            Some(format!("`{name}` of the stack in `{}` calls it", shown(place)))
        }
        _ => None,
    })
}

/// The stack of Terragrunt that copies a directory.
pub(super) fn copied_by<'a>(mut callers: impl Iterator<Item = &'a UsedBy>) -> Option<String> {
    callers.find_map(|caller| match caller {
        UsedBy::Copied(place) => Some(format!("the Terragrunt stack in `{}` copies it", shown(place))),
        _ => None,
    })
}

impl DirectoryFacts<'_> {
    fn decided(&self) -> (UnitKind, String) {
        let reader = &self.project.reader;
        // A directory `test` with a state of its own is an environment.
        let has_state = self.config.backend.as_ref().is_some_and(|(backend, _)| backend != "local");
        if let Some(sample) = self.sample(self.own_place())
            && !(has_state && samples::is_of_tests(&sample))
        {
            return (UnitKind::Sample, format!("it lies in `{}`, beside a module", shown(&sample)));
        }
        let applied = evidence::of_state_or_values(reader, self.config);
        if let Some(test) = self.callers.iter().find_map(|caller| match caller {
            UsedBy::Test(file) => Some(file),
            _ => None,
        }) && applied.is_none()
        {
            return (UnitKind::Sample, format!("`{}` runs it", shown(test)));
        }
        if let Some(by) = self.atmos() {
            return (UnitKind::Applied, by);
        }
        if let Some(by) = called_by_stack(self.callers.iter().copied()) {
            return (UnitKind::Module, by);
        }
        if let Some(by) = copied_by(self.callers.iter().copied()) {
            return (UnitKind::Fragment, by);
        }
        if let Some(evidence) = applied {
            return (UnitKind::Applied, evidence);
        }
        if let Some(example) = self.example() {
            let reason = format!("it lies in `{}`, and calls a module outside of it", shown(&example));
            return (UnitKind::Sample, reason);
        }
        if let Some(unit) = self.callers.iter().find_map(|caller| match caller {
            UsedBy::Terragrunt(place) => Some(place),
            _ => None,
        }) {
            return (UnitKind::Module, format!("the Terragrunt unit `{}` applies it", shown(unit)));
        }
        let calling = self.calling();
        if let Some(first) = calling.first() {
            let reason = match calling.len() {
                1 => format!("`{}` calls it", shown(first)),
                more => format!("{more} directories call it, such as `{}`", shown(first)),
            };
            return (UnitKind::Module, reason);
        }
        if let Some(part) = samples::fragment_part(self.own_place()) {
            return (UnitKind::Fragment, format!("it lies in `{part}/`"));
        }
        if let Some(file) = self.config.files.iter().find(|name| name.contains(".mixin.")) {
            return (UnitKind::Fragment, format!("`{file}` is copied beside other files"));
        }
        if let Some(part) = samples::module_part(self.own_place()) {
            return (UnitKind::Module, format!("it lies in `{part}/`, and nothing shows that it is applied"));
        }
        if let Some(evidence) = evidence::of_runs(self.config) {
            return (UnitKind::Applied, evidence);
        }
        if let Some(example) = self.shown_by() {
            return (UnitKind::Module, format!("`{}` shows how to call it", shown(example)));
        }
        let needed: Vec<&str> = evidence::needed(self.config, self.is_given).collect();
        if self.config.incomplete.is_none()
            && !self.config.outputs.is_empty()
            && let Some(first) = needed.first()
        {
            let reason = match needed.len() {
                1 => format!("it has outputs, and needs a value for `{first}`, which nothing gives"),
                more => {
                    format!("it has outputs, and needs {more} values, such as `{first}`, which nothing gives")
                }
            };
            return (UnitKind::Module, reason);
        }
        if evidence::is_empty(self.config) {
            return (UnitKind::Fragment, "its files declare nothing".to_owned());
        }
        (UnitKind::Applicable, "nothing calls it, and nothing shows that it is for others".to_owned())
    }

    /// The program that runs Terraform there.
    fn run_by(&self) -> Option<&'static str> {
        self.callers.iter().any(|caller| matches!(caller, UsedBy::Atmos(_))).then_some("Atmos")
    }

    fn atmos(&self) -> Option<String> {
        self.callers.iter().find_map(|caller| match caller {
            UsedBy::Atmos(file) => Some(format!("it is a component of Atmos (`{}`)", shown(file))),
            _ => None,
        })
    }

    /// The places that call it and are no samples: a root that a test calls is still a root.
    fn calling(&self) -> Vec<&Path> {
        self.by_modules().filter(|place| !self.is_sample(place)).collect()
    }

    /// An example in it that calls it.
    fn shown_by(&self) -> Option<&Path> {
        let below = |place: &&Path| {
            self.sample(place).is_some_and(|sample| {
                sample.parent() == Some(self.own_place()) && !samples::is_of_tests(&sample)
            })
        };
        self.by_modules().find(below)
    }

    /// The directory of examples in which it lies, if it shows how to call a module that lies elsewhere in the repository.
    fn example(&self) -> Option<PathBuf> {
        let place = self.own_place();
        let example = samples::example_part(place)?;
        let is_elsewhere = |call: &NamedDecl| {
            let source = call.attribute(self.config, "source");
            source.and_then(|(tree, own)| string(tree, own.value)).is_some_and(|source| {
                ModuleSource::of(&source) == ModuleSource::Local
                    && !clean(&place.join(&*source)).starts_with(&example)
            })
        };
        self.config.calls.iter().any(is_elsewhere).then_some(example)
    }

    /// Its place in the repository; nothing for the top of it.
    fn own_place(&self) -> &Path {
        let is_top = self.project.reader.repository_of(&self.config.dir).is_none()
            && self.project.reader.locate(&self.config.dir).ok().map(|(real, _)| real) == self.top;
        if is_top { Path::new("") } else { &self.place }
    }

    fn by_modules(&self) -> impl Iterator<Item = &Path> {
        self.callers.iter().filter_map(|caller| match caller {
            UsedBy::Module(place) => Some(place.as_path()),
            _ => None,
        })
    }

    fn sample(&self, place: &Path) -> Option<PathBuf> {
        samples::sample_part(&self.project.reader, self.top.as_deref(), place)
    }

    fn is_sample(&self, place: &Path) -> bool {
        self.sample(place).is_some()
    }

    /// References to nothing, in a directory that may be a part of another: it declares no names of its own, or another program adds
    /// files to it. At the top of a repository there is nothing else that it could be a part of.
    fn dangling(&self) -> Vec<Diagnostic> {
        let may_be = self.run_by().is_some() || evidence::is_loose(self.config);
        if !may_be || self.config.incomplete.is_some() || self.own_place().as_os_str().is_empty() {
            return Vec::new();
        }
        let is_own = |problem: &Diagnostic| {
            problem.span().is_some_and(|span| self.config.trees.iter().any(|tree| tree.file == span.file))
        };
        let mut problems = validate::problems(self.project, std::slice::from_ref(&self.config.dir));
        problems.retain(|problem| {
            problem.id == "eval/reference" && problem.message.contains("not declared") && is_own(problem)
        });
        problems
    }
}

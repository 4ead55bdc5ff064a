//! Stacks of Terraform: components are calls of modules, and deployments are environments.
//!
//! [`Stacks::find`] reads the files of a stack (`*.tfcomponent.hcl`, formerly `*.tfstack.hcl`, or in JSON) as those of a root module, and
//! its deployments (`*.tfdeploy.hcl`) with the values that they give. What is decided where a deployment runs is unknown. Rules of
//! approval, groups of deployments and what a stack publishes say nothing of what exists.

mod component;
mod deployment;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::budget::{Account, Allowance, Meter};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::ModuleConfig;
use crate::estate::configuration::project::Project;
use crate::estate::confined::ConfinedFiles;
use crate::files::system::FileKind;
use crate::syntax::tree::{Block, ExprKind, Tree};
use crate::value::{Cause, CauseKind, Str};
use component::OpenInputs;
pub use deployment::StackDeployment;

/// How the names of files of components end.
const COMPONENTS: [&str; 4] = [".tfcomponent.hcl", ".tfcomponent.json", ".tfstack.hcl", ".tfstack.json"];
/// How the names of files of deployments end.
const DEPLOYMENTS: [&str; 2] = [".tfdeploy.hcl", ".tfdeploy.json"];

/// The stacks of a run.
#[derive(Debug, Default)]
pub struct Stacks {
    /// Sorted by directory.
    pub all: Vec<Stack>,
    /// What is wrong with their files.
    pub problems: Vec<Diagnostic>,
    /// The causes of unknown parts of their configurations, numbered through: a stack may be a part of another one.
    pub gaps: Vec<Arc<Cause>>,
    /// What reading them has spent.
    pub account: Account,
}

/// A stack.
#[derive(Debug)]
pub struct Stack {
    pub directory: PathBuf,
    pub deployments: Vec<StackDeployment>,
}

/// Finds out which variables a component may give values to that are not written out.
struct ComponentInputs<'p> {
    project: &'p mut Project,
    directory: &'p Path,
    gaps: &'p mut Vec<Arc<Cause>>,
}

impl OpenInputs for ComponentInputs<'_> {
    fn of(&mut self, tree: &Tree, component: &Block) -> (Vec<Str>, usize) {
        let name = tree.labels(component).first().map(|label| tree.text(label.text)).unwrap_or_default();
        let subject = format!("what `component.{name}` is given");
        let span = Some(tree.span(component.header));
        self.gaps.push(Cause::new(CauseKind::OutsideConfiguration, subject, span));
        let source = tree.attribute(tree.body(component.body), "source");
        let source = source.and_then(|source| match tree.expr(source.value).kind {
            ExprKind::String(source) => Some(tree.text(source).to_owned()),
            _ => None,
        });
        let Some(source) = source.filter(|source| source.starts_with('.')) else {
            return (Vec::new(), self.gaps.len() - 1);
        };
        let called = self.project.reader.beside(self.directory, &source);
        self.project.load(std::slice::from_ref(&called));
        let variables = self.project.module(&called).map(|module| module.variables.as_slice());
        let names = variables.unwrap_or_default().iter().map(|variable| variable.name.clone());
        (names.collect(), self.gaps.len() - 1)
    }
}

impl Stacks {
    /// Whether a file of this name makes its directory a stack.
    #[must_use]
    pub fn is_file(name: &OsStr) -> bool {
        let name = name.to_string_lossy();
        !name.starts_with('.') && COMPONENTS.iter().any(|ending| name.ends_with(ending))
    }

    /// Reads the stacks in directories that have files of components, and puts their root modules into the project.
    #[must_use]
    pub fn find(project: &mut Project, directories: &[PathBuf]) -> Self {
        let mut found = Self::default();
        let mut next: Vec<PathBuf> = Vec::new();
        for directory in directories {
            let Some(trees) = found.adopt(project, directory, &mut next) else { continue };
            let deployments = found.deployments(project, directory, &trees);
            found.all.push(Stack { directory: directory.clone(), deployments });
        }
        // What they embed may lie beside the directories that were named: then it is their part and nothing else.
        let mut seen: FxHashSet<PathBuf> = directories.iter().cloned().collect();
        while let Some(directory) = next.pop() {
            let has_components = |name: &String| Self::is_file(OsStr::new(name));
            if seen.insert(directory.clone()) && names(project, &directory).iter().any(has_components) {
                found.adopt(project, &directory, &mut next);
            }
        }
        found.all.sort_by(|a, b| a.directory.cmp(&b.directory));
        found
    }

    /// The stack in a directory.
    #[must_use]
    pub fn of(&self, directory: &Path) -> Option<&Stack> {
        let at = self.all.binary_search_by(|stack| stack.directory.as_path().cmp(directory)).ok()?;
        self.all.get(at)
    }

    /// Puts the root module of a stack into the project; gives the trees of its deployments, and adds the directories of the stacks that it
    /// embeds.
    fn adopt(
        &mut self,
        project: &mut Project,
        directory: &Path,
        embedded: &mut Vec<PathBuf>,
    ) -> Option<Vec<Arc<Tree>>> {
        if project.module(directory).is_some_and(|module| !module.trees.is_empty()) {
            let message = format!("`{}` holds a module and a stack", directory.display());
            let help = "put the module into a directory of its own; until then the stack is not checked";
            self.problems.push(Diagnostic::warning("stack/beside-module", message).help(help));
            return None;
        }
        let (components, incomplete) = trees(project, directory, &COMPONENTS);
        let (deployments, unread) = trees(project, directory, &DEPLOYMENTS);
        let incomplete = incomplete.or(unread);
        let mut open = ComponentInputs { project, directory, gaps: &mut self.gaps };
        let called = component::called(components.iter().map(|tree| &**tree));
        let roots =
            components.iter().map(|tree| Arc::new(component::translated(tree, &called, &mut open))).collect();
        let (mut config, problems) = ModuleConfig::new(directory.to_owned(), roots, 0);
        config.incomplete = incomplete;
        config.is_stack = true;
        config.files = names(project, directory).into_iter().map(Into::into).collect();
        self.problems.extend(problems);
        embedded.extend(project.local_calls(&config));
        project.adopt(directory.to_owned(), config);
        Some(deployments)
    }

    fn deployments(
        &mut self,
        project: &Project,
        directory: &Path,
        trees: &[Arc<Tree>],
    ) -> Vec<StackDeployment> {
        let meter = Meter::new(Allowance::of_run(project.bytes()).less(&self.account));
        let files = ConfinedFiles::new(directory, project.reader.clone());
        let deployments = deployment::all(trees, &files, &meter, &mut self.problems);
        self.account.add(&meter.account());
        deployments
    }
}

/// The names of the files in a directory, sorted.
fn names(project: &Project, directory: &Path) -> Vec<String> {
    let entries = project.reader.entries(directory).unwrap_or_default();
    let files = entries.iter().filter(|entry| entry.kind != FileKind::Directory);
    files.map(|entry| entry.name.to_string_lossy().into_owned()).collect()
}

/// The trees of the files whose names end like this, and why one may be missing.
fn trees(project: &mut Project, directory: &Path, endings: &[&str]) -> (Vec<Arc<Tree>>, Option<Arc<Cause>>) {
    let (mut trees, mut unread) = (Vec::new(), None);
    for name in names(project, directory) {
        if endings.iter().any(|ending| name.ends_with(ending)) {
            let file = project.read_values(&directory.join(name));
            trees.extend(file.tree);
            unread = unread.or(file.unread);
        }
    }
    (trees, unread)
}

//! Who makes use of a directory of configuration, anywhere in its repository: module calls, tests, units of Terragrunt, components of
//! stacks, and Atmos.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::address::ModuleSource;
use crate::estate::configuration::constant::constant;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl, string};
use crate::estate::configuration::project::Project;
use crate::files::Reader;
use crate::files::discover::is_configuration;
use crate::files::path::clean;
use crate::files::survey::SurveyedDirectory;
use crate::syntax;
use crate::syntax::tree::{Body, ExprKind, TemplatePart, Tree};
use crate::text::FileId;

/// The largest file that is looked into, in bytes: calls are written by hand.
const MAX_BYTES: u64 = 256 << 10;

/// Who makes use of a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsedBy {
    /// A unit of Terragrunt in this place.
    Terragrunt(PathBuf),
    /// A component of a stack, or a stack that one embeds: its name, and the place of the stack.
    Component(String, PathBuf),
    /// A stack of Terragrunt in this place, which copies it.
    Copied(PathBuf),
    /// Atmos, whose configuration is this file.
    Atmos(PathBuf),
    /// A `module` block in a directory at this place.
    Module(PathBuf),
    /// A file of tests.
    Test(PathBuf),
}

/// Who makes use of which directory.
#[derive(Debug, Default)]
pub struct Callers {
    /// By absolute path without links; places are those in the repository.
    by_directory: FxHashMap<PathBuf, BTreeSet<UsedBy>>,
    /// Directories that only call each other, in a circle.
    circles: FxHashSet<PathBuf>,
}

impl Callers {
    /// Looks through the repositories of these directories, which the project has loaded.
    #[must_use]
    pub fn of(project: &Project, directories: &[PathBuf]) -> Self {
        let reader = &project.reader;
        let mut callers = Self::default();
        let mut calls: Vec<(PathBuf, PathBuf)> = Vec::new();
        let mut loaded: FxHashSet<PathBuf> = FxHashSet::default();
        for dir in directories {
            let Some(own) = real(reader, dir) else { continue };
            if let Some(config) = project.module(dir) {
                let called = project.local_calls(config);
                calls.extend(called.iter().filter_map(|called| Some((own.clone(), real(reader, called)?))));
            }
            loaded.insert(own);
        }
        let tops: BTreeSet<PathBuf> = directories.iter().filter_map(|dir| reader.top(dir)).collect();
        let names: BTreeSet<String> =
            loaded.iter().filter_map(|dir| Some(dir.file_name()?.to_string_lossy().into_owned())).collect();
        for top in tops {
            let survey = reader.survey(&top);
            let links = survey.iter().flat_map(|dir| dir.links.iter().cloned());
            let names: BTreeSet<String> = names.iter().cloned().chain(links).collect();
            for (dir, found) in look(reader, &survey, &loaded, &names) {
                for use_ in found {
                    match use_ {
                        Use::Module(called) => calls.push((dir.clone(), called)),
                        Use::Other(called, caller) => callers.add(called, caller),
                    }
                }
            }
        }
        callers.note_circles(&calls, &loaded);
        for (from, to) in calls {
            callers.add(to, UsedBy::Module(reader.place(&from)));
        }
        callers
    }

    /// Who makes use of a directory, sorted.
    pub fn to<'a>(&'a self, reader: &Reader, dir: &Path) -> impl Iterator<Item = &'a UsedBy> {
        let own = real(reader, dir);
        own.and_then(|own| self.by_directory.get(&own)).into_iter().flatten()
    }

    /// Whether a directory is called only by those that it calls itself.
    #[must_use]
    pub fn is_in_circle(&self, reader: &Reader, dir: &Path) -> bool {
        real(reader, dir).is_some_and(|own| self.circles.contains(&own))
    }

    fn add(&mut self, called: PathBuf, caller: UsedBy) {
        self.by_directory.entry(called).or_default().insert(caller);
    }

    /// Notes the loaded directories to which no way leads from a directory that nothing calls.
    fn note_circles(&mut self, calls: &[(PathBuf, PathBuf)], loaded: &FxHashSet<PathBuf>) {
        let called: FxHashSet<&PathBuf> = calls.iter().map(|(_, to)| to).collect();
        let mut next: Vec<&PathBuf> =
            calls.iter().map(|(from, _)| from).filter(|from| !called.contains(from)).collect();
        let mut reached: FxHashSet<&PathBuf> = next.iter().copied().collect();
        let mut by_caller: FxHashMap<&PathBuf, Vec<&PathBuf>> = FxHashMap::default();
        calls.iter().for_each(|(from, to)| by_caller.entry(from).or_default().push(to));
        while let Some(from) = next.pop() {
            let to = by_caller.get(from).into_iter().flatten();
            next.extend(to.copied().filter(|to| reached.insert(to)));
        }
        let is_lost = |dir: &&PathBuf| called.contains(dir) && !reached.contains(dir);
        self.circles = loaded.iter().filter(is_lost).cloned().collect();
    }
}

fn real(reader: &Reader, dir: &Path) -> Option<PathBuf> {
    reader.locate(dir).ok().map(|(real, _)| real)
}

/// What a file makes use of.
enum Use {
    Module(PathBuf),
    Other(PathBuf, UsedBy),
}

/// Looks into the files of a repository, in parallel. Of files with configuration those that are loaded are known already, and only those
/// count that may call one of them.
fn look(
    reader: &Reader,
    survey: &[SurveyedDirectory],
    loaded: &FxHashSet<PathBuf>,
    names: &BTreeSet<String>,
) -> Vec<(PathBuf, Vec<Use>)> {
    let of_directory = |dir: &SurveyedDirectory| -> Option<(PathBuf, Vec<Use>)> {
        // Any file of a directory may declare the names, so all are read for them: that is enough once.
        let names_any = AtomicBool::new(false);
        let of_file = |name: &String| -> Option<Vec<Use>> {
            let kind = FileOfCalls::of(name)?;
            if kind == FileOfCalls::Configuration && loaded.contains(&dir.path) {
                return None;
            }
            // A stack beside a module is not checked, so it checks nothing that it calls.
            if kind == FileOfCalls::Stack && dir.names.iter().any(|name| is_configuration(Path::new(name))) {
                return None;
            }
            let path = dir.path.join(name);
            let text = reader.text_up_to(&path, MAX_BYTES).ok()??;
            match kind {
                FileOfCalls::Configuration if names_source(&text) => {
                    names_any.store(true, Ordering::Relaxed);
                    None
                }
                FileOfCalls::Configuration if !may_call(&text, names) => None,
                _ => Some(kind.uses(reader, &dir.path, &path, text)),
            }
        };
        let mut found: Vec<Use> = dir.names.par_iter().filter_map(of_file).flatten_iter().collect();
        if names_any.into_inner() {
            found.extend(through_names(reader, dir));
        }
        (!found.is_empty()).then(|| (dir.path.clone(), found))
    };
    survey.par_iter().filter_map(of_directory).collect()
}

/// Whether a text may hold a call of a directory of one of these names. What is written after the word `source` tells, wherever that
/// stands; where it is not plain, a call is possible.
fn may_call(text: &str, names: &BTreeSet<String>) -> bool {
    memmem::find_iter(text.as_bytes(), "source").any(|at| {
        let rest = text.get(at + "source".len()..).unwrap_or_default();
        let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start();
        let Some(value) = rest.strip_prefix(['=', ':']) else { return rest.starts_with(['/', '#']) };
        let value = value.trim_start();
        let Some(quoted) = value.strip_prefix('"') else { return value.starts_with(['(', '<', '/', '#']) };
        let source = quoted.split('"').next().unwrap_or_default();
        if source.contains('\\') {
            return true;
        }
        // The path of a directory above has no name.
        let name = Path::new(source).file_name();
        source.starts_with('.')
            && name.is_none_or(|name| name.to_str().is_some_and(|name| names.contains(name)))
    })
}

/// Whether a text may hold a `source` that is not written out: a local value or a variable names it.
fn names_source(text: &str) -> bool {
    text.match_indices("source").any(|(at, word)| {
        let rest = text.get(at + word.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', ' ', '\t']);
        let value =
            rest.strip_prefix(['=', ':']).map(|value| value.trim_start_matches([' ', '\t', '"', '(']));
        value.is_some_and(|value| ["local.", "var.", "${"].iter().any(|start| value.starts_with(start)))
    })
}

/// The calls of a directory, whose sources local values and defaults of variables may name.
fn through_names(reader: &Reader, dir: &SurveyedDirectory) -> Vec<Use> {
    let listing = reader.list(&dir.path);
    let overrides = listing.overrides.len();
    let files = listing.files.iter().chain(&listing.overrides);
    let trees = files.filter_map(|path| {
        let text = reader.text_up_to(path, MAX_BYTES).ok()??;
        Some(Arc::new(parsed(path, text)))
    });
    let (config, _) = ModuleConfig::new(dir.path.clone(), trees.collect(), overrides);
    let source = |call: &NamedDecl| {
        let (tree, source) = call.attribute(&config, "source")?;
        let source = constant(&config, tree, source.value)?;
        let to =
            (ModuleSource::of(&source) == ModuleSource::Local).then(|| at(reader, &dir.path, &source))?;
        Some(Use::Module(to))
    };
    config.calls.iter().filter_map(source).collect()
}

/// The directory to which a source leads.
fn at(reader: &Reader, start: &Path, source: &str) -> PathBuf {
    let to = clean(&start.join(source.replace('\\', "/")));
    real(reader, &to).unwrap_or(to)
}

fn parsed(path: &Path, text: Arc<str>) -> Tree {
    let file = FileId(u32::MAX);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    syntax::parse_named(file, &name, text).tree
}

/// A file that makes use of directories.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FileOfCalls {
    Configuration,
    Test,
    Terragrunt,
    TerragruntStack,
    Stack,
    Atmos,
}

impl FileOfCalls {
    fn of(name: &str) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if is_configuration(Path::new(name)) {
            Some(Self::Configuration)
        } else if ends(&[".tftest.hcl", ".tofutest.hcl"]) {
            Some(Self::Test)
        } else if name == "terragrunt.hcl" {
            Some(Self::Terragrunt)
        } else if name == "terragrunt.stack.hcl" {
            Some(Self::TerragruntStack)
        } else if ends(&[".tfcomponent.hcl", ".tfstack.hcl", ".tfcomponent.json", ".tfstack.json"]) {
            Some(Self::Stack)
        } else {
            name.starts_with("atmos.").then_some(Self::Atmos)
        }
    }

    fn uses(self, reader: &Reader, dir: &Path, path: &Path, text: Arc<str>) -> Vec<Use> {
        if self == Self::Atmos {
            return components_of_atmos(reader, dir, path, &text);
        }
        let tree = parsed(path, text);
        // The paths of a test file start where Terraform runs: in the directory above `tests/`, or in its own.
        let start = match dir.parent() {
            Some(above) if self == Self::Test && dir.ends_with("tests") => above,
            _ => dir,
        };
        let at = |source: &str| at(reader, start, source);
        let mut found = Vec::new();
        for block in tree.blocks(tree.root()) {
            let body = tree.body(block.body);
            let label = || tree.labels(block).first().map(|label| tree.text(label.text).to_owned());
            match (self, tree.text(block.kind)) {
                (Self::Configuration, "module") => {
                    found.extend(local_source(&tree, body).map(|source| Use::Module(at(&source))));
                }
                (Self::Test, "run") => {
                    let modules = tree.blocks_of(body, "module");
                    let sources = modules.filter_map(|module| local_source(&tree, tree.body(module.body)));
                    found.extend(
                        sources.map(|source| Use::Other(at(&source), UsedBy::Test(reader.place(path)))),
                    );
                }
                (Self::Stack, "component" | "stack") => {
                    found.extend(local_source(&tree, body).map(|source| {
                        let name = label().unwrap_or_default();
                        Use::Other(at(&source), UsedBy::Component(name, reader.place(dir)))
                    }));
                }
                (Self::TerragruntStack, "unit" | "stack") => {
                    let source = source_of_unit(reader, dir, &tree, body);
                    found.extend(source.map(|to| Use::Other(to, UsedBy::Copied(reader.place(dir)))));
                }
                (Self::Terragrunt, "terraform") => {
                    let source = source_of_unit(reader, dir, &tree, body);
                    found.extend(source.map(|to| Use::Other(to, UsedBy::Terragrunt(reader.place(dir)))));
                }
                _ => {}
            }
        }
        if self == Self::Terragrunt {
            found.push(Use::Other(dir.to_owned(), UsedBy::Terragrunt(reader.place(dir))));
        }
        found
    }
}

/// The `source` of a block, if it is a path.
fn local_source(tree: &Tree, body: &Body) -> Option<String> {
    let source = string(tree, tree.attribute(body, "source")?.value)?;
    (ModuleSource::of(&source) == ModuleSource::Local).then(|| source.to_string())
}

/// The directory that the source of a unit of Terragrunt names, if it is a path that is written out but for the top of the repository.
fn source_of_unit(reader: &Reader, dir: &Path, tree: &Tree, body: &Body) -> Option<PathBuf> {
    let source = tree.attribute(body, "source")?;
    // `modules//queue` is a directory in a package.
    let joined = |start: &Path, rest: &str| {
        let to = clean(&start.join(rest.replace("//", "/")));
        real(reader, &to).unwrap_or(to)
    };
    if let Some(text) = string(tree, source.value) {
        let is_path = ModuleSource::of(&text) == ModuleSource::Local;
        return is_path.then(|| joined(dir, &text));
    }
    let ExprKind::Template(parts) = tree.expr(source.value).kind else { return None };
    match tree.parts(parts) {
        [TemplatePart::Interpolation(call), TemplatePart::Literal(rest)] => {
            let called = tree.slice(tree.expr(*call).range).trim();
            let start = match called {
                "get_repo_root()" => reader.top(dir)?,
                "get_terragrunt_dir()" => dir.to_owned(),
                _ => return None,
            };
            Some(joined(&start, tree.text(*rest).trim_start_matches('/')))
        }
        _ => None,
    }
}

/// The directories that Atmos takes for its components of Terraform.
fn components_of_atmos(reader: &Reader, dir: &Path, path: &Path, text: &str) -> Vec<Use> {
    let bases = text.lines().filter_map(|line| line.trim().strip_prefix("base_path:"));
    let mut found = Vec::new();
    for base in
        bases.map(|base| base.trim().trim_matches(['"', '\''])).filter(|base| base.contains("terraform"))
    {
        let components = reader.survey(&clean(&dir.join(base)));
        let has_files = |names: &[String]| names.iter().any(|name| is_configuration(Path::new(name)));
        found.extend(
            components
                .into_iter()
                .filter(|component| has_files(&component.names))
                .map(|component| Use::Other(component.path, UsedBy::Atmos(reader.place(path)))),
        );
    }
    found
}

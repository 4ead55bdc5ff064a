//! `terragrunt.stack.hcl`: the units that a stack would generate, each a copy of a directory with values of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::config::UnitInput;
use super::places::{RepositoryPlaces, joined};
use super::reading::{ReadFor, Reading};
use super::scope::FileScope;
use super::source::{SourceTarget, target};
use crate::budget::Budget;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Attribute, Block, Body, ExprKind};
use crate::text::Span;
use crate::value::{Cause, CauseKind, Str, Value};

/// The file that makes a directory a stack.
pub(super) const STACK_FILE: &str = "terragrunt.stack.hcl";

/// Where a stack generates its units.
const GENERATED: &str = ".terragrunt-stack";

/// The most units that one run expands stacks to.
const MAX_UNITS: usize = 10_000;

/// The steps to look where a block's files are: it takes several system calls.
const PER_BLOCK: u64 = 20_000;

/// The deepest nesting of stacks.
const MAX_NESTING: usize = 16;

/// A directory that is to be read as a unit.
#[derive(Clone, Debug)]
pub(super) struct UnitPlace {
    /// The directory, as Terragrunt sees it.
    pub(super) shown: String,
    /// Where its files are.
    pub(super) own: PathBuf,
    pub(super) places: Arc<RepositoryPlaces>,
    /// What a stack gives to it.
    pub(super) values: Option<Value>,
    /// The block of a stack that makes it.
    pub(super) made_by: Option<Span>,
    /// What its `autoinclude` block adds.
    pub(super) added: Option<AutoInclude>,
}

impl UnitPlace {
    /// The place of a unit that no stack makes.
    pub(super) const fn by_itself(shown: String, own: PathBuf, places: Arc<RepositoryPlaces>) -> Self {
        Self { shown, own, places, values: None, made_by: None, added: None }
    }
}

/// What an `autoinclude` block adds to a unit. The names of its inputs are known; what they are is decided when the stack is generated.
#[derive(Clone, Debug)]
pub(super) struct AutoInclude {
    pub(super) inputs: Vec<UnitInput>,
    /// Why there may be further inputs.
    pub(super) open: Option<Arc<Cause>>,
}

/// What the stacks of a run expand to.
#[derive(Debug, Default)]
pub(super) struct StackExpansion {
    /// Units, with the directory of the outermost stack that makes each.
    pub(super) units: Vec<(PathBuf, UnitPlace)>,
    /// Directories that are copied: nobody runs Terragrunt there. Absolute.
    pub(super) templates: Vec<PathBuf>,
    /// Sources that have to be fetched first, with the directory of the unit.
    pub(super) remote: Vec<(String, PathBuf, Span)>,
}

/// A stack that is to be expanded.
struct StackPlace {
    /// The directory of the outermost stack, as the user named it.
    top: PathBuf,
    shown: String,
    places: Arc<RepositoryPlaces>,
    values: Option<Value>,
    /// Where its files are, and those of the stacks around it.
    chain: Vec<PathBuf>,
}

impl StackExpansion {
    /// Expands the stack in a directory that the user has.
    pub(super) fn add(&mut self, reading: &Reading<'_>, directory: &Path) {
        let Some(places) = reading.places(directory) else { return };
        let Some(shown) = places.shown(&reading.reader, directory) else { return };
        let mut waiting = vec![StackPlace {
            top: directory.to_owned(),
            shown,
            places,
            values: None,
            chain: vec![directory.to_owned()],
        }];
        while let Some(stack) = waiting.pop() {
            waiting.extend(self.expand(reading, &stack));
        }
    }

    /// Adds the units of one stack; returns the stacks in it.
    fn expand(&mut self, reading: &Reading<'_>, stack: &StackPlace) -> Vec<StackPlace> {
        let path = joined(&stack.shown, STACK_FILE);
        let read_for =
            ReadFor { config: path.clone(), original: path.clone(), values: stack.values.clone(), depth: 0 };
        let scope = match FileScope::open(reading, &stack.places, &path, read_for, false) {
            Ok(scope) => scope,
            Err(error) => {
                // A spent budget is reported once for the whole run.
                if error.limit.is_none() {
                    reading.report(Diagnostic::error("terragrunt/stack", error.message));
                }
                return Vec::new();
            }
        };
        let included = included(&scope);
        let mut inner = Vec::new();
        for scope in std::iter::once(&scope).chain(&included) {
            inner.extend(self.expand_file(reading, stack, scope));
        }
        inner
    }

    /// Adds the units that one file of a stack names; returns the stacks in it.
    fn expand_file(
        &mut self,
        reading: &Reading<'_>,
        stack: &StackPlace,
        scope: &FileScope<'_, '_>,
    ) -> Vec<StackPlace> {
        for block in scope.blocks("unit") {
            if self.units.len() >= MAX_UNITS {
                self.refuse(scope, block, &format!("stacks expand to more than {MAX_UNITS} units"));
                return Vec::new();
            }
            let Some((own, shown, places)) = self.copied(scope, block) else { continue };
            let values = given(scope, block);
            let made_by = Some(scope.span(block));
            let added = auto_include(scope, block);
            self.units.push((stack.top.clone(), UnitPlace { shown, own, places, values, made_by, added }));
        }
        let mut inner = Vec::new();
        for block in scope.blocks("stack") {
            if stack.chain.len() >= MAX_NESTING {
                self.refuse(scope, block, &format!("stacks are nested more than {MAX_NESTING} levels deep"));
                return Vec::new();
            }
            let Some((own, shown, places)) = self.copied(scope, block) else { continue };
            if !reading.is_file(&own.join(STACK_FILE)) {
                let message = format!("`{}` has no `{STACK_FILE}`", own.display());
                self.refuse(scope, block, &message);
                continue;
            }
            if stack.chain.contains(&own) {
                self.refuse(scope, block, "the stack contains itself, directly or through others");
                continue;
            }
            let values = given(scope, block);
            let chain = stack.chain.iter().cloned().chain([own]).collect();
            inner.push(StackPlace { top: stack.top.clone(), shown, places, values, chain });
        }
        inner
    }

    fn refuse(&self, scope: &FileScope<'_, '_>, block: &Block, message: &str) {
        let problem = Diagnostic::error("terragrunt/stack", message).at(scope.span(block), "this block");
        scope.reading.report(problem.help("the units of this block are not checked"));
    }

    /// Where the files of a block's unit or stack are, and where they would be copied to.
    fn copied(
        &mut self,
        scope: &FileScope<'_, '_>,
        block: &Block,
    ) -> Option<(PathBuf, String, Arc<RepositoryPlaces>)> {
        // A spent budget is reported once for the whole run.
        scope.reading.meter.spend(Budget::Evaluation, PER_BLOCK).ok()?;
        let body = scope.tree.body(block.body);
        let (source, path) = (scope.argument(body, "source"), scope.argument(body, "path"));
        let (Some(source), Some(path)) = (source.as_str(), path.as_str()) else {
            let kind = scope.tree.text(block.kind);
            let why = [&source, &path].iter().find_map(|value| value.first_cause());
            // A spent budget is reported once for the whole run.
            if why.as_ref().is_some_and(|cause| cause.kind == CauseKind::Limit) {
                return None;
            }
            let why =
                why.map_or_else(|| "it needs a `source` and a `path`".to_owned(), |cause| cause.to_string());
            self.refuse(
                scope,
                block,
                &format!("the {kind} `{}` cannot be generated: {why}", scope.label(block)),
            );
            return None;
        };
        let shown = generated(scope, body, path);
        let project = scope.reading.project.borrow();
        match target(&project, &scope.places, scope.home(), source) {
            SourceTarget::Directory(own, from) if project.reader.is_directory(&own) => {
                drop(project);
                self.templates.extend(scope.reading.reader.locate(&own).ok().map(|(path, _)| path));
                let places = Arc::new(scope.places.with_copy(&shown, &from));
                Some((own, shown, places))
            }
            SourceTarget::Directory(own, _) => {
                self.refuse(scope, block, &format!("the directory `{}` does not exist", own.display()));
                None
            }
            SourceTarget::Outside => {
                self.refuse(
                    scope,
                    block,
                    &format!("`{source}` leads outside the repository and is not read"),
                );
                None
            }
            SourceTarget::Remote => {
                let directory = scope.places.to_be(&project.reader, &shown)?;
                self.remote.push((source.to_owned(), directory, scope.span(block)));
                None
            }
        }
    }
}

/// The files that a stack includes: their units and stacks are its own. Functions in them speak of the stack.
fn included<'a, 'p>(scope: &FileScope<'a, 'p>) -> Vec<FileScope<'a, 'p>> {
    let mut all = Vec::new();
    for block in scope.include_blocks().unwrap_or_default() {
        let (code, message) = match &block.path {
            Ok(path) => match super::include::open(scope, path) {
                Ok(file) => {
                    all.push(file);
                    continue;
                }
                Err(why) => why,
            },
            Err(cause) => ("terragrunt/stack", format!("what the stack includes is not known: {cause}")),
        };
        let problem = Diagnostic::error(code, message).at(block.span, "included here");
        scope.reading.report(problem.help("the units of what is included are not checked"));
    }
    all
}

/// Where the files of a unit or stack with this path are generated.
fn generated(scope: &FileScope<'_, '_>, body: &Body, path: &str) -> String {
    let is_plain = scope.argument(body, "no_dot_terragrunt_stack").as_bool() == Some(true);
    let below = if is_plain { scope.home().to_owned() } else { joined(scope.home(), GENERATED) };
    joined(&below, path)
}

/// `unit.name.path`: where a block of this file has its unit or stack generated.
pub(super) fn path_of(scope: &FileScope<'_, '_>, kind: &str, name: &str) -> Option<Value> {
    let block = scope.blocks(kind).find(|block| scope.label(block) == name)?;
    let body = scope.tree.body(block.body);
    let path = scope.argument(body, "path");
    Some(match path.as_str() {
        Some(path) => generated(scope, body, path).as_str().into(),
        None => Value::unknown(path.first_cause()?),
    })
}

/// What the `autoinclude` block of a unit adds to it.
fn auto_include(scope: &FileScope<'_, '_>, block: &Block) -> Option<AutoInclude> {
    let tree = &scope.tree;
    let block = tree.blocks_of(tree.body(block.body), "autoinclude").next()?;
    let cause =
        Cause::new(CauseKind::FileNotRead, "terragrunt.autoinclude.hcl", Some(tree.span(block.header)));
    let Some(attribute) = tree.attribute(tree.body(block.body), "inputs") else {
        return Some(AutoInclude { inputs: Vec::new(), open: None });
    };
    let ExprKind::Object(items) = tree.expr(attribute.value).kind else {
        return Some(AutoInclude { inputs: Vec::new(), open: Some(cause) });
    };
    let named = tree.items(items).iter().map(|item| {
        let key = tree.expr(item.key);
        let name = match key.kind {
            ExprKind::String(text) => text,
            _ => return None,
        };
        let place = (tree.clone(), Attribute { name, name_range: key.range, value: item.value });
        Some(UnitInput { name: tree.text(name).into(), value: Value::unknown(cause.clone()), place })
    });
    let (known, open): (Vec<_>, Vec<_>) = named.partition(Option::is_some);
    let open = (!open.is_empty()).then(|| cause.clone());
    Some(AutoInclude { inputs: known.into_iter().flatten().collect(), open })
}

/// What a block gives to its unit or stack.
fn given(scope: &FileScope<'_, '_>, block: &Block) -> Option<Value> {
    let values = scope.argument(scope.tree.body(block.body), "values");
    let none: Vec<(Str, Value)> = Vec::new();
    Some(if values.is_null() { Value::object(none) } else { values })
}

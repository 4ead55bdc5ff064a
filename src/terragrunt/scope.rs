//! One file of Terragrunt: its blocks, and what names in its expressions mean.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::config::{DependencyBlock, UnitConfig};
use super::dependency;
use super::files::FilesBeside;
use super::include::{IncludeBlock, IncludedConfig};
use super::places::{RepositoryPlaces, directory, name};
use super::reading::{MAX_DEPTH, ReadFor, Reading};
use crate::diagnostic::Diagnostic;
use crate::eval::interpreter;
use crate::eval::scope::{Reference, Resolved, Scope};
use crate::eval::{EvalError, EvalResult, Fault, Host};
use crate::syntax::tree::{Attribute, Block, Body, ExprId, Tree};
use crate::text::{Range, Span};
use crate::value::equality::NoIdentities;
use crate::value::{Cause, CauseKind, Str, Value};

/// A file of Terragrunt that is being read.
pub(super) struct FileScope<'a, 'p> {
    pub(super) reading: &'a Reading<'p>,
    pub(super) tree: Arc<Tree>,
    /// The path of the file, as Terragrunt sees it.
    pub(super) path: String,
    pub(super) read_for: ReadFor,
    pub(super) places: Arc<RepositoryPlaces>,
    /// Whether another file includes this one.
    pub(super) is_included: bool,
    /// Why part of the file is missing.
    pub(super) unread: Option<Arc<Cause>>,
    files: FilesBeside,
    include_blocks: OnceCell<Vec<IncludeBlock>>,
    included: OnceCell<Vec<IncludedConfig>>,
    /// Whether `include` blocks are being read, which must not refer to each other.
    is_including: Cell<bool>,
    /// Whether it is looked up where a unit is generated, which must not depend on where another one is.
    is_placing: Cell<bool>,
    /// The expression that is being evaluated, if any: the place of what functions in it are refused.
    evaluating: Cell<Option<Range>>,
    /// Local values; none while one is computed.
    locals: RefCell<FxHashMap<Str, Option<Value>>>,
    dependencies: OnceCell<Vec<DependencyBlock>>,
    is_depending: Cell<bool>,
}

impl<'a, 'p> FileScope<'a, 'p> {
    /// Reads a file whose path Terragrunt sees like this.
    ///
    /// # Errors
    /// If it may not be read, files read each other too deeply, or a budget is spent.
    pub(super) fn open(
        reading: &'a Reading<'p>,
        places: &Arc<RepositoryPlaces>,
        path: &str,
        read_for: ReadFor,
        is_included: bool,
    ) -> EvalResult<Self> {
        if read_for.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} files read each other, or one reads itself");
            return Err(Box::new(EvalError::new(message)));
        }
        let Some(real) = places.real(&reading.reader, path) else {
            let message = format!("`{}` lies outside of the repository and is not read", name(path));
            return Err(Box::new(EvalError::new(message)));
        };
        let file = reading.tree(&real)?;
        let tree =
            file.tree.unwrap_or_else(|| Arc::new(Tree::empty(crate::text::FileId(u32::MAX), "".into())));
        Ok(Self {
            reading,
            tree,
            unread: file.unread,
            files: FilesBeside::new(directory(path), places.clone(), reading.reader.clone()),
            path: path.to_owned(),
            read_for,
            places: places.clone(),
            is_included,
            include_blocks: OnceCell::new(),
            included: OnceCell::new(),
            is_including: Cell::new(false),
            is_placing: Cell::new(false),
            evaluating: Cell::new(None),
            locals: RefCell::default(),
            dependencies: OnceCell::new(),
            is_depending: Cell::new(false),
        })
    }

    /// The blocks of a kind in the file.
    pub(super) fn blocks(&self, kind: &str) -> impl Iterator<Item = &Block> {
        self.tree.blocks_of(self.tree.root(), kind)
    }

    /// The label of a block; empty if it has none.
    pub(super) fn label(&self, block: &Block) -> Str {
        self.tree.labels(block).first().map(|label| self.tree.text(label.text).into()).unwrap_or_default()
    }

    pub(super) fn span(&self, block: &Block) -> Span {
        self.tree.span(block.header)
    }

    /// The value of an argument of a body; null if it is not set.
    pub(super) fn argument(&self, body: &Body, name: &str) -> Value {
        self.tree.attribute(body, name).map_or(Value::NULL, |attribute| self.value(attribute.value))
    }

    /// The value of an expression; a wrong one is reported, and unknown.
    pub(super) fn value(&self, expr: ExprId) -> Value {
        let around = self.evaluating.replace(Some(self.tree.expr(expr).range));
        let value = interpreter::evaluate(&self.tree, expr, self);
        self.evaluating.set(around);
        value.unwrap_or_else(|error| self.failed(expr, &error))
    }

    /// Reports what was refused to a function, at the expression that calls it.
    pub(super) fn refused(&self, problem: Diagnostic) {
        let span = self.evaluating.get().map(|range| self.tree.span(range));
        self.reading.report(match span {
            Some(span) => problem.at(span, "read here"),
            None => problem,
        });
    }

    fn failed(&self, expr: ExprId, error: &EvalError) -> Value {
        if let Some(limit) = &error.limit {
            return Value::unknown(limit.clone());
        }
        let span = self.tree.span(error.range.unwrap_or(self.tree.expr(expr).range));
        // Where the file is that is looked for, nobody can tell from here.
        let wanted = self.reading.not_found.borrow().get(&error.message).cloned();
        if let Some(wanted) = wanted {
            let problem = Diagnostic::warning("terragrunt/parent-missing", error.message.clone());
            let help = "check the repository from its top; what the file says is unknown here";
            self.reading.report(problem.at(span, "looked for here").help(help));
            return Value::unknown(Cause::new(CauseKind::FileNotRead, wanted, Some(span)));
        }
        let problem = Diagnostic::error("terragrunt/value", error.message.clone()).at(span, "evaluated here");
        self.reading.report(problem.help("Terragrunt refuses this file: correct the expression"));
        Value::unknown(Cause::new(CauseKind::Error, error.message.as_str(), Some(span)))
    }

    /// What a configuration that is read on behalf of this one is read for.
    pub(super) fn read_on(&self, config: &str) -> ReadFor {
        let depth = self.read_for.depth + 1;
        ReadFor { config: config.to_owned(), depth, ..self.read_for.clone() }
    }

    /// The directory of the configuration that functions speak of.
    pub(super) fn home(&self) -> &str {
        directory(&self.read_for.config)
    }

    /// A directory or file in words for a message.
    pub(super) fn shown(&self, path: &str) -> String {
        let real = self.places.real(&self.reading.reader, path);
        real.as_deref().unwrap_or(Path::new(path)).display().to_string()
    }

    /// The `include` blocks, without what they include.
    pub(super) fn include_blocks(&self) -> EvalResult<&[IncludeBlock]> {
        if let Some(blocks) = self.include_blocks.get() {
            return Ok(blocks);
        }
        if self.is_including.replace(true) {
            return Err(Box::new(EvalError::new(
                "the path of an `include` block depends on what is included",
            )));
        }
        let blocks = super::include::blocks(self);
        self.is_including.set(false);
        Ok(self.include_blocks.get_or_init(|| blocks))
    }

    /// What the file includes.
    pub(super) fn included(&self) -> EvalResult<&[IncludedConfig]> {
        let blocks = self.include_blocks()?;
        if let Some(included) = self.included.get() {
            return Ok(included);
        }
        let read = || super::include::read(self, blocks);
        let read = stacker::maybe_grow(256 << 10, 4 << 20, read);
        Ok(self.included.get_or_init(|| read))
    }

    /// What the file says, with what it includes.
    pub(super) fn config(&self) -> UnitConfig {
        for block in self.blocks("locals") {
            for attribute in self.tree.attributes(self.tree.body(block.body)) {
                drop(self.local(self.tree.text(attribute.name)));
            }
        }
        let mut config = super::read::config(self);
        for included in self.included().unwrap_or_default().iter().rev() {
            config = included.strategy.merged(included.config.clone(), config);
        }
        config
    }

    /// The `dependency` blocks that expressions may refer to.
    pub(super) fn dependencies(&self) -> &[DependencyBlock] {
        if let Some(known) = self.dependencies.get() {
            return known;
        }
        // A `dependency` block that refers to another one finds none.
        if self.is_depending.replace(true) {
            return &[];
        }
        let mut all = UnitConfig { dependencies: dependency::blocks(self), ..UnitConfig::default() };
        for included in self.included().unwrap_or_default().iter().rev() {
            let dependencies = included.config.dependencies.clone();
            all = included.strategy.merged(UnitConfig { dependencies, ..UnitConfig::default() }, all);
        }
        self.is_depending.set(false);
        self.dependencies.get_or_init(|| all.dependencies)
    }

    /// The declaration of a local value.
    fn local_declaration(&self, name: &str) -> Option<&Attribute> {
        self.blocks("locals").find_map(|block| self.tree.attribute(self.tree.body(block.body), name))
    }

    pub(super) fn local(&self, name: &str) -> EvalResult<Value> {
        let known = self.locals.borrow().get(name).cloned();
        match known {
            Some(Some(value)) => return Ok(value),
            Some(None) => {
                return Err(EvalError::of(Fault::Reference, format!("`local.{name}` depends on itself")));
            }
            None => {}
        }
        let Some(declared) = self.local_declaration(name) else {
            let message = format!("`local.{name}` is not declared in this file");
            return match &self.unread {
                Some(cause) => Ok(Value::unknown(cause.clone())),
                None => Err(EvalError::of(Fault::Reference, message)),
            };
        };
        self.locals.borrow_mut().insert(name.into(), None);
        let value = stacker::maybe_grow(256 << 10, 4 << 20, || self.value(declared.value));
        self.locals.borrow_mut().insert(name.into(), Some(value.clone()));
        Ok(value)
    }

    /// All local values of the file.
    pub(super) fn locals(&self) -> Value {
        let names = self.blocks("locals").flat_map(|block| self.tree.attributes(self.tree.body(block.body)));
        let names: Vec<Str> = names.map(|attribute| self.tree.text(attribute.name).into()).collect();
        Value::object(
            names.into_iter().filter_map(|name| Some((name.clone(), self.local(&name).ok()?))).collect(),
        )
    }

    fn include(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let blocks = self.include_blocks()?;
        let named =
            reference.attribute(0).and_then(|name| blocks.iter().position(|block| block.name == name));
        let bare = blocks.iter().position(|block| block.name.is_empty());
        let (index, consumed) = match (named, bare) {
            (Some(index), _) => (index, 1),
            (None, Some(index)) => (index, 0),
            (None, None) => {
                let what = reference.attribute(0).map_or_else(String::new, |name| format!(".{name}"));
                return Err(EvalError::of(
                    Fault::Reference,
                    format!("there is no `include{what}` in this file"),
                ));
            }
        };
        if blocks.get(index).is_some_and(|block| !block.is_exposed) {
            let message = "what is included cannot be referred to: its `include` block lacks `expose = true`";
            return Err(EvalError::of(Fault::Reference, message));
        }
        let value = self.included()?.get(index).map(|included| included.exposed.clone());
        Ok(Resolved { value: value.unwrap_or(Value::NULL), consumed })
    }

    fn dependency(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let of = |block: &DependencyBlock| dependency::value(self, block);
        let Some(name) = reference.attribute(0) else {
            let all = self.dependencies().iter().map(|block| (block.name.clone(), of(block)));
            return Ok(Resolved { value: Value::object(all.collect()), consumed: 0 });
        };
        match self.dependencies().iter().find(|block| block.name == name) {
            Some(block) => Ok(Resolved { value: of(block), consumed: 1 }),
            None => {
                let message =
                    format!("there is no `dependency \"{name}\"` in this file or in what it includes");
                Err(EvalError::of(Fault::Reference, message))
            }
        }
    }

    /// `unit.name.path`; none while that path itself is looked for.
    fn generated_path(&self, kind: &str, name: &str) -> Option<Value> {
        if self.is_placing.replace(true) {
            return None;
        }
        let path = super::stack::path_of(self, kind, name);
        self.is_placing.set(false);
        path
    }

    fn feature(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let name = reference.attribute(0).unwrap_or_default();
        let own = self.blocks("feature").find(|block| self.label(block) == name);
        let value = match own {
            Some(block) => Some(self.argument(self.tree.body(block.body), "default")),
            // The last file that is included decides.
            None => self.included()?.iter().rev().find_map(|included| included.feature(name)),
        };
        let Some(value) = value else {
            let message = format!("there is no `feature \"{name}\"` in this file or in what it includes");
            return Err(EvalError::of(Fault::Reference, message));
        };
        Ok(Resolved { value: Value::object(vec![("value".into(), value)]), consumed: 1 })
    }
}

impl Scope for FileScope<'_, '_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        match reference.root {
            "local" => match reference.attribute(0) {
                Some(name) => Ok(Resolved { value: self.local(name)?, consumed: 1 }),
                None => Ok(Resolved { value: self.locals(), consumed: 0 }),
            },
            "include" => self.include(reference),
            "dependency" => self.dependency(reference),
            "feature" => self.feature(reference),
            "values" => Ok(Resolved { value: self.read_for.values(), consumed: 0 }),
            // What else units have exists only when the stack is generated.
            kind @ ("unit" | "stack") => {
                if let (Some(name), Some("path")) = (reference.attribute(0), reference.attribute(1))
                    && let Some(path) = self.generated_path(kind, name)
                {
                    return Ok(Resolved { value: path, consumed: 2 });
                }
                let cause = Cause::new(CauseKind::OutsideConfiguration, reference.root, None);
                Ok(Resolved { value: Value::unknown(cause), consumed: reference.steps.len() })
            }
            other => {
                let message = format!(
                    "`{other}` means nothing in a file of Terragrunt: use `local`, `include`, `dependency`, `feature` or `values`"
                );
                Err(EvalError::wrong(message))
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<EvalResult<Value>> {
        super::functions::call(self, name, arguments)
    }

    fn host(&self) -> Host<'_> {
        Host { files: &self.files, identities: &NoIdentities, meter: &self.reading.meter }
    }
}

impl ReadFor {
    /// What a stack gives.
    fn values(&self) -> Value {
        let cause = || Cause::new(CauseKind::OutsideConfiguration, "values", None);
        self.values.clone().unwrap_or_else(|| Value::unknown(cause()))
    }
}

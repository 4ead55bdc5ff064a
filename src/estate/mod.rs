//! The estate: every resource instance of one root module, with its attributes as values.
//!
//! Configuration ([`configuration`]) and plans ([`plan`]) meet here: later stages read only [`Estate`]. This module knows what files,
//! modules, variables and repetition mean in Terraform; it knows neither rules nor clouds.

pub mod asked;
mod assumed_list;
pub mod assumptions;
pub mod change;
pub mod configuration;
pub mod confined;
pub mod decided_by;
pub mod declaration;
mod editable;
mod facts;
pub mod grounds;
pub mod locate;
pub mod meaning;
pub mod outputs;
mod passed;
pub mod plan;
mod position;
mod symbolic;
pub mod unit_kind;
pub mod variables;
pub mod with_plan;

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use crate::address::Mode;
use crate::address::{Address, ModuleAddress};
use crate::budget::Account;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{BodyId, ExprId, ExprKind, Tree};
use crate::text::{FileId, Span};
use crate::value::{Cause, CauseKind, Entries, Str, SymbolId, Time, Value};
pub use assumptions::{AssumedValues, Assumption, AssumptionUse};
pub use change::{Action, Change};
pub use declaration::{DecidedBy, Declaration, NamedValue, Scopes};
pub use editable::EditPlace;
pub use facts::{DataFacts, DistinctList, DocumentLayout, PlacedElement, ProviderFacts, ProviderFunction};
pub use meaning::ModuleMeaning;
pub use unit_kind::UnitKind;

/// Everything that one root module contains.
#[derive(Debug, Default)]
pub struct Estate {
    /// The directory of the root module, or the plan file.
    pub root: PathBuf,
    /// What tells its symbols from those of other estates of the same run.
    pub number: u32,
    /// Resource instances and data sources, sorted by address in natural order.
    pub instances: Vec<Instance>,
    /// Module calls, sorted by address.
    pub calls: Vec<ModuleCall>,
    /// Module directories in use, the root first.
    pub modules: Vec<Module>,
    /// What the symbols in origins name, by [`SymbolId`].
    pub symbols: Vec<Symbol>,
    /// The known values of root variables, including defaults, by name.
    pub variables: Vec<(Str, Value)>,
    /// The root variables that are given a value, sorted; defaults are none.
    pub given: Vec<Str>,
    /// Why any other root variable may be given a value.
    pub given_open: Option<Arc<Cause>>,
    /// The values of the root module's outputs, in the order of their declarations.
    pub outputs: Vec<(Str, Value)>,
    /// Why it may have other outputs than these.
    pub more_outputs: Option<Arc<Cause>>,
    /// Where its state is, if the configuration says so.
    pub state: Option<StatePlace>,
    /// Set if part of the configuration could not be read; resources may be missing from `instances`.
    pub incomplete: Option<Arc<Cause>>,
    pub problems: Vec<Diagnostic>,
    /// The calls of modules that are not there, sorted by address: whoever sees all root modules says so once for each source.
    pub missing: Vec<MissingCall>,
    /// What the estate was made from.
    pub input: Input,
    /// What its root module is taken for.
    pub kind: UnitKind,
    /// Whether the configuration files were read: then facts that a plan leaves out are known.
    pub has_files: bool,
    /// The changes of a plan, sorted by address in natural order; empty for any other input.
    pub changes: Vec<Change>,
    /// The same root module before the plan, with the addresses it had then. Its time is [`Time::Before`].
    pub before: Option<Box<Self>>,
    /// The time of its symbols.
    pub time: Time,
    /// What the evaluation has spent.
    pub account: Account,
    /// The module instances of the configuration, which lead from an attribute to the place that decided its value.
    pub scopes: Scopes,
    /// The values of what somebody points at.
    pub pointed: Vec<asked::PointedValue>,
    /// What other root modules tell of data sources, by the address of each.
    pub told: FxHashMap<Str, Vec<grounds::ToldBy>>,
    /// What became of the assumptions, by their index: of those that concern a value that was asked for.
    pub assumed: Vec<(usize, AssumptionUse)>,
}

impl Estate {
    /// Whether the estate describes a change.
    #[must_use]
    pub fn is_of_change(&self) -> bool {
        self.before.is_some() || !self.changes.is_empty()
    }

    /// The facts of a variable of the root module, with `given`: whether anything gives it a value.
    #[must_use]
    pub fn with_given(&self, variable: &DeclaredName) -> Arc<Entries> {
        let is_given = self.given.binary_search(&variable.name).is_ok();
        let given = match &self.given_open {
            Some(cause) if !is_given => Value::unknown(cause.clone()),
            _ => is_given.into(),
        };
        let items = variable.facts.items.iter().cloned().chain([("given".into(), given)]);
        Entries::of_block(items.collect())
    }

    /// The number of managed resource instances.
    #[must_use]
    pub fn managed(&self) -> usize {
        self.instances.iter().filter(|instance| instance.mode == Mode::Managed).count()
    }

    /// What a symbol names, if it belongs to this estate.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Option<&Symbol> {
        let is_own = id.estate() == self.number && id.time() == self.time;
        if is_own { self.symbols.get(id.index()) } else { None }
    }
}

/// Where a root module has its state.
#[derive(Clone, Debug)]
pub struct StatePlace {
    /// The type of the backend, `cloud` for a `cloud` block.
    pub backend: Str,
    /// The settings of the block, evaluated.
    pub settings: Arc<Entries>,
}

/// What an estate was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// A directory of configuration.
    #[default]
    Configuration,
    /// A plan.
    Plan,
    /// A state, which lists what exists.
    State,
}

impl Input {
    /// The name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "source",
            Self::Plan => "plan",
            Self::State => "state",
        }
    }
}

/// What the symbol of an origin names.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The address: `module.vpc.type.name[0]`, `var.zones`, `module.vpc`.
    pub address: Str,
    /// The type of a resource or data source, otherwise empty.
    pub type_: Str,
    pub kind: SymbolKind,
    /// Whether it is a data source with arguments that may shorten its lists.
    pub is_narrowed: bool,
}

/// The kind of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A resource instance or data source.
    Instance(Mode),
    /// A variable.
    Variable,
    /// A call of a module that is not loaded.
    UnloadedModule,
}

/// One resource instance or data source.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its symbol in origins.
    pub symbol: SymbolId,
    /// `module.vpc.type.name[0]`
    pub address: Address,
    pub mode: Mode,
    /// `type` in `type.name`.
    pub type_: Str,
    /// Attributes and nested blocks. Nested blocks are tuples of objects; what is not set is absent.
    pub body: Arc<Entries>,
    /// Set if it is unknown whether, or how many times, this instance exists.
    pub uncertain: Option<Arc<Cause>>,
    /// The blocks that declare it.
    pub declaration: Option<Arc<Declaration>>,
    /// Its place in a plan or state.
    pub written: Option<PlanPlace>,
    /// The arguments of the provider configuration that it belongs to; null if there is no block of it.
    pub provider: Value,
}

/// The place of an instance in a plan or state. Their text contains secrets in clear, so it is never shown: excerpts are made from the
/// values of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPlace {
    pub file: FileId,
    /// The JSON pointer (RFC 6901) of the instance: `/planned_values/root_module/resources/3`
    pub pointer: Str,
}

/// The block that declares an instance or call.
#[derive(Clone, Debug)]
pub struct BlockSource {
    /// The tree that contains it.
    pub tree: Arc<Tree>,
    pub body: BodyId,
    /// The place of its type and labels.
    pub header: Span,
}

impl BlockSource {
    /// The attributes of the block as they are written: the name, the expression and its place.
    pub fn written(&self) -> impl Iterator<Item = (&str, &str, Span)> {
        let tree = &*self.tree;
        tree.attributes(tree.body(self.body)).iter().map(|attribute| {
            let range = tree.expr(attribute.value).range;
            (tree.text(attribute.name), tree.slice(range), tree.span(tree.attribute_range(attribute)))
        })
    }

    /// The arguments that `lifecycle { ignore_changes = … }` names, `all` for every one; `None` where the block does not say.
    #[must_use]
    pub fn ignored_changes(&self) -> Option<Vec<Str>> {
        let tree = &*self.tree;
        let lifecycle = tree.blocks_of(tree.body(self.body), "lifecycle").next()?;
        let ignored = tree.attribute(tree.body(lifecycle.body), "ignore_changes")?.value;
        let named = match tree.expr(ignored).kind {
            ExprKind::Tuple(items) => tree.exprs(items).to_vec(),
            _ => vec![ignored],
        };
        Some(named.into_iter().filter_map(|expr| first_name(tree, expr)).collect())
    }
}

/// The name with which a path of attributes starts, written as a reference or as a text.
fn first_name(tree: &Tree, expr: ExprId) -> Option<Str> {
    let mut at = expr;
    loop {
        match tree.expr(at).kind {
            ExprKind::Attribute { base, .. }
            | ExprKind::Index { base, .. }
            | ExprKind::Splat { base, .. } => at = base,
            ExprKind::Variable(text) => return Some(tree.text(text).into()),
            ExprKind::String(text) => return tree.text(text).split(['.', '[']).next().map(Str::from),
            _ => return None,
        }
    }
}

/// A `module` block, once per instance of the module that contains it.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its symbol in origins, if the module is not loaded.
    pub hole: Option<SymbolId>,
    /// Why the module is not loaded, if that is not just because it is not downloaded.
    pub failed: Option<Arc<Cause>>,
    /// What it stands for all the same, if the model describes its module.
    pub meaning: Option<Arc<ModuleMeaning>>,
    /// `module.vpc`, without the instance key.
    pub address: ModuleAddress,
    /// The `source` of the module; null if not given.
    pub source: Value,
    /// The `version` constraint; null if not given.
    pub version: Value,
    /// The arguments, evaluated.
    pub arguments: Arc<Entries>,
    pub block: Option<BlockSource>,
}

impl ModuleCall {
    /// Why what is in its module is not known, if the module is not loaded.
    #[must_use]
    pub fn gap(&self) -> Arc<Cause> {
        let span = self.block.as_ref().map(|block| block.header);
        let not_there = || Cause::new(CauseKind::ModuleNotLoaded, self.address.text().clone(), span);
        self.failed.clone().unwrap_or_else(not_there)
    }
}

/// A call of a module that has to be fetched first.
#[derive(Clone, Debug)]
pub struct MissingCall {
    /// The `source` of the call.
    pub source: Str,
    /// The version constraint, if it has one.
    pub version: Option<Str>,
    /// `module.vpc`, without the instance key.
    pub address: ModuleAddress,
    /// The place of the call.
    pub span: Option<Span>,
    /// The directory that the files of the root module come from: where `terraform get` has to be run.
    pub home: PathBuf,
    /// How many instances of the module the call makes; one that stands for all if that is not known.
    pub instances: usize,
    /// Whether there is a copy of another source or version.
    pub is_stale: bool,
    /// What it stands for all the same, if the model describes its module.
    pub meaning: Option<Arc<ModuleMeaning>>,
}

/// A module directory.
#[derive(Clone, Debug)]
pub struct Module {
    /// The address of the module; the first one, in the order of addresses, if the directory is used several times.
    pub address: ModuleAddress,
    /// The directory as output shows it.
    pub dir: PathBuf,
    /// Its files; none in a plan.
    pub files: Vec<FileId>,
    /// Facts for rules: `path`, `kind`, `required_version`, `backend` …
    pub facts: Arc<Entries>,
    /// Where findings point: the `terraform` block, otherwise the first block of the module.
    pub span: Option<Span>,
    /// The provider requirements: facts and place of each.
    pub requirements: Vec<(Arc<Entries>, Span)>,
    /// The variables.
    pub variables: Vec<DeclaredName>,
    /// The outputs.
    pub outputs: Vec<DeclaredName>,
}

/// A `variable` or `output` block.
#[derive(Clone, Debug)]
pub struct DeclaredName {
    pub name: Str,
    /// Facts for rules: `name`, `type`, `description`, `sensitive`, `has_default`.
    pub facts: Arc<Entries>,
    /// The block, unless the estate comes from a plan.
    pub block: Option<BlockSource>,
}

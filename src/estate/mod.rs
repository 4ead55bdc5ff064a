//! The estate: every resource instance of one root module, with its attributes as values.
//!
//! Configuration ([`configuration`]) and plans ([`plan`]) meet here: whatever comes after reads only [`Estate`]. Knows Terraform's meaning of files,
//! modules, variables and repetition; knows neither rules nor clouds.

pub mod change;
pub mod configuration;
pub mod confined;
pub mod declaration;
mod facts;
pub mod locate;
pub mod plan;
mod symbolic;
pub mod variables;
pub mod with_plan;

use std::path::PathBuf;
use std::sync::Arc;

pub use crate::address::Mode;
use crate::address::{Address, ModuleAddress};
use crate::budget::Account;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{BodyId, Tree};
use crate::text::{FileId, Span};
use crate::value::{Cause, Entries, Str, SymbolId, Time, Value};
pub use change::{Action, Change};
pub use declaration::{Declaration, Scopes};
pub use facts::{DataFacts, DistinctList, ProviderFacts};

/// Everything of one root module.
#[derive(Debug, Default)]
pub struct Estate {
    /// The root module's directory, or the plan file.
    pub root: PathBuf,
    /// Resource instances, data sources included, sorted by address in natural order.
    pub instances: Vec<Instance>,
    /// Module calls, sorted by address.
    pub calls: Vec<ModuleCall>,
    /// Module directories in use, the root first.
    pub modules: Vec<Module>,
    /// What origins name, by [`SymbolId`].
    pub symbols: Vec<Symbol>,
    /// Values of root variables that are known (defaults included), by name.
    pub variables: Vec<(Str, Value)>,
    /// Set if part of the configuration could not be read: what is not here may be there.
    pub incomplete: Option<Arc<Cause>>,
    /// What went wrong.
    pub problems: Vec<Diagnostic>,
    /// Where it came from.
    pub input: Input,
    /// Whether the files of the configuration were read: what a plan leaves out is known then.
    pub has_files: bool,
    /// What a plan does to resource instances, sorted by address in natural order; empty for anything but a plan.
    pub changes: Vec<Change>,
    /// The same root module as it was before the plan; its instances have the addresses of then, its time is
    /// [`Time::Before`].
    pub before: Option<Box<Self>>,
    /// The time of its symbols.
    pub time: Time,
    /// What its evaluation has spent.
    pub account: Account,
    /// The module instances of the configuration: what leads from an attribute to the place that decided its value.
    pub scopes: Scopes,
}

impl Estate {
    /// Whether it is known what a plan changes.
    #[must_use]
    pub fn is_of_change(&self) -> bool {
        self.before.is_some() || !self.changes.is_empty()
    }

    /// How many managed resource instances there are.
    #[must_use]
    pub fn managed(&self) -> usize {
        self.instances.iter().filter(|instance| instance.mode == Mode::Managed).count()
    }

    /// What an origin names, if it is an origin of this estate.
    #[must_use]
    pub fn symbol(&self, id: SymbolId) -> Option<&Symbol> {
        if id.time() == self.time { self.symbols.get(id.index()) } else { None }
    }
}

/// What an estate was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// A directory of configuration.
    #[default]
    Source,
    /// A plan.
    Plan,
    /// A state: what exists.
    State,
}

impl Input {
    /// Its name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Plan => "plan",
            Self::State => "state",
        }
    }
}

/// What an origin names.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its address: `module.vpc.type.name[0]`, `var.zones`, `module.vpc`.
    pub address: Str,
    /// Resource type for resources and data sources, else empty.
    pub type_: Str,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether it is a data source with arguments that may leave fewer elements in its lists.
    pub is_narrowed: bool,
}

/// What kind of thing an origin names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A resource instance or data source.
    Instance(Mode),
    /// A variable.
    Variable,
    /// A module call whose source is not at hand.
    UnloadedModule,
}

/// One resource instance or data source.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its name in origins.
    pub symbol: SymbolId,
    /// `module.vpc.type.name[0]`
    pub address: Address,
    /// Managed, data or ephemeral.
    pub mode: Mode,
    /// The part before the name: `type` in `type.name`
    pub type_: Str,
    /// Attributes and nested blocks; nested blocks are tuples of objects. What is not set is absent.
    pub body: Arc<Entries>,
    /// Set if it is not known whether, or how many of, this instance exist.
    pub uncertain: Option<Arc<Cause>>,
    /// The blocks that made it.
    pub declaration: Option<Arc<Declaration>>,
    /// Where it stands in a plan or state.
    pub written: Option<PlanPlace>,
}

/// Where an instance stands in a plan or state. Their text holds secrets as they are, so it is never shown: what is shown is made
/// from the instance's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPlace {
    /// The file.
    pub file: FileId,
    /// A JSON pointer (RFC 6901) to the instance: `/planned_values/root_module/resources/3`
    pub pointer: Str,
}

/// The block behind an instance or call.
#[derive(Clone, Debug)]
pub struct BlockSource {
    /// The tree that it stands in.
    pub tree: Arc<Tree>,
    /// Its body.
    pub body: BodyId,
    /// Its type and labels.
    pub header: Span,
}

/// A `module` block, once per instance of the module that it stands in.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its name in origins, if its source is not at hand.
    pub hole: Option<SymbolId>,
    /// `module.vpc`, without instance key.
    pub address: ModuleAddress,
    /// Where the module comes from; null if it is not said.
    pub source: Value,
    /// Which versions of it are wanted; null if it is not said.
    pub version: Value,
    /// The arguments, evaluated.
    pub arguments: Arc<Entries>,
    /// The block.
    pub block: Option<BlockSource>,
}

/// A module directory.
#[derive(Clone, Debug)]
pub struct Module {
    /// Addresses under which it is used, the first one for a directory used several times.
    pub address: ModuleAddress,
    /// The directory, as shown.
    pub dir: PathBuf,
    /// Facts for rules: `path`, `kind`, `required_version`, `backend`, `variables` …
    pub facts: Arc<Entries>,
    /// Where to point: the `terraform` block, else the first block of the module.
    pub span: Option<Span>,
    /// Its provider requirements: facts and place.
    pub requirements: Vec<(Arc<Entries>, Span)>,
}

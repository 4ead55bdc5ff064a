//! From configuration to estate: the module tree is evaluated on demand, starting at the root module.
//!
//! Values refer to each other in any order and across modules, so every variable, local value, resource and output is a `Slot` that is
//! filled on first use. One thread evaluates a root module.

mod answer_functions;
pub(in crate::estate) mod answers;
mod arguments;
mod assumed;
mod body;
mod called;
mod certain;
mod collect;
mod conditions;
pub mod constant;
pub mod declare;
mod distinct_keys;
pub(in crate::estate) mod documents;
mod downloads;
mod expand;
mod find;
mod imports;
mod instance;
mod merge;
mod module;
pub mod moves;
mod names;
pub mod planned;
mod pointed;
pub mod project;
mod provider_functions;
mod providers;
mod references;
mod secrets;
pub mod validate;
pub mod workspaces;

use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use typed_arena::Arena;

pub use answers::{Answers, JoinedAnswers};

use super::asked::PointedPlace;
use super::variables::InputVariables;
use super::{AssumedValues, Estate, MissingCall, ProviderFacts, Symbol};
use crate::address::InstanceKey;
use crate::budget::{Allowance, BUDGETS, Budget, Meter};
use crate::diagnostic::Diagnostic;
use crate::eval::{Files, Host};
use crate::syntax::tree::{ExprId, Tree};
use crate::text::Span;
use crate::value::equality::Identities;
use crate::value::types::Constraint;
use crate::value::{Cause, CauseKind, Kind, Origin, Str, SymbolId, Time, Value};
use declare::{ModuleConfig, NamedDecl};
use module::ModuleInstance;
use planned::PlanLookup;
use project::Project;

/// The deepest nesting of module calls.
pub const MAX_MODULE_DEPTH: usize = crate::address::MAX_CALLS;

/// The most instances of a resource or module call, and the most blocks of a dynamic block.
pub const MAX_INSTANCES: usize = 100_000;

/// The function that stands for an unknown part of a file that a tool writes: its argument is an index in [`Request::unknown_parts`]. No
/// provider can have it, because their names have no capital letters.
pub const UNKNOWN_PART: &str = "provider::Generated::unknown";

/// What runs the modules of a stack, in the words of users.
pub const STACKS: &str = "Terraform Stacks";

/// The input for the evaluation of a root module.
pub struct Request<'a> {
    /// The loaded modules.
    pub project: &'a Project,
    /// The root module's directory, a key of the project.
    pub root: &'a Path,
    /// [`Estate::number`]
    pub number: u32,
    /// The directory that the user named: rules see paths relative to it.
    pub base: &'a Path,
    /// The program that runs Terraform there, if it is not the user.
    pub run_by: Option<&'static str>,
    /// Values given to root variables.
    pub given: InputVariables,
    /// What file functions may read.
    pub files: &'a dyn Files,
    /// Facts from model files about values that providers return.
    pub facts: &'a ProviderFacts,
    /// `terraform.workspace`, if known.
    pub workspace: Option<Str>,
    /// Which of the two architectures of a plan this is.
    pub time: Time,
    /// The plan of this root module, if there is one.
    pub planned: Option<&'a PlanLookup<'a>>,
    /// What other root modules of the run tell of its data sources.
    pub joined: Option<&'a JoinedAnswers>,
    /// What is assumed of values that are not known.
    pub assumptions: Option<&'a AssumedValues>,
    /// The budgets of the evaluation.
    pub allowance: Allowance,
    /// Why parts of files that a tool writes are not known.
    pub unknown_parts: &'a [Arc<Cause>],
    /// A place whose value is to be told.
    pub pointed_at: Option<PointedPlace>,
}

impl<'a> Request<'a> {
    /// A root module without input values, plan or budgets; paths are relative to the module itself.
    #[must_use]
    pub fn new(project: &'a Project, root: &'a Path, files: &'a dyn Files, facts: &'a ProviderFacts) -> Self {
        Self {
            project,
            root,
            number: 0,
            base: root,
            run_by: None,
            given: InputVariables::default(),
            files,
            facts,
            workspace: None,
            time: Time::After,
            planned: None,
            joined: None,
            assumptions: None,
            allowance: Allowance::UNLIMITED,
            unknown_parts: &[],
            pointed_at: None,
        }
    }

    /// The directory that the files of the root module come from: where paths in it start.
    fn home(&self) -> &Path {
        self.project.module(self.root).map_or(self.root, |config| &config.dir)
    }
}

/// Evaluates a root module.
#[must_use]
pub fn estate(request: Request<'_>) -> Estate {
    let (modules, resources, expansions, calls) = (Arena::new(), Arena::new(), Arena::new(), Arena::new());
    let evaluation = Evaluation {
        request: &request,
        modules: &modules,
        resources: &resources,
        expansions: &expansions,
        calls: &calls,
        symbols: RefCell::new(request.planned.map(|known| known.plan().symbols.clone()).unwrap_or_default()),
        problems: RefCell::new(Vec::new()),
        missing: RefCell::default(),
        declared: Declared::default(),
        meter: Meter::new(request.allowance),
        incomplete: RefCell::default(),
        providers: RefCell::default(),
        assumed: assumed::AnsweredUnknowns::default(),
        holding: RefCell::default(),
        collected: RefCell::default(),
    };
    let mut given: Vec<Str> = request.given.names().into_iter().collect();
    given.sort_unstable();
    let given_open = request.given.open().cloned();
    let told = request.joined.map(|joined| joined.told.clone()).unwrap_or_default();
    Estate { given, given_open, told, ..collect::collect(&evaluation) }
}

/// The state that all module instances of an evaluation share.
struct Evaluation<'a> {
    request: &'a Request<'a>,
    modules: &'a Arena<ModuleInstance<'a>>,
    resources: &'a Arena<instance::ResourceInstance<'a>>,
    expansions: &'a Arena<expand::Expansion<'a>>,
    calls: &'a Arena<expand::CallExpansion<'a>>,
    symbols: RefCell<Vec<Symbol>>,
    problems: RefCell<Vec<Diagnostic>>,
    /// Calls of modules that are not there.
    missing: RefCell<Vec<MissingCall>>,
    declared: Declared<'a>,
    meter: Meter,
    /// Set if a block had to be left out without even one instance.
    incomplete: RefCell<Option<Arc<Cause>>>,
    /// The arguments of provider configurations, by module instance and block.
    providers: RefCell<FxHashMap<(*const ModuleInstance<'a>, *const NamedDecl), Value>>,
    /// What assumptions have answered.
    assumed: assumed::AnsweredUnknowns,
    /// The instances of the module in which somebody points at something, each with its index among the scopes.
    holding: RefCell<Vec<(&'a ModuleInstance<'a>, usize)>>,
    /// The module instances that were collected, by their scopes, each with whether it is the first of its configuration.
    collected: RefCell<Vec<(&'a ModuleInstance<'a>, usize, bool)>>,
}

/// Facts about declarations that are the same in every instance of a module, computed once. Keys are addresses in memory: the project
/// does not move.
#[derive(Default)]
struct Declared<'a> {
    /// The types of variables.
    constraints: RefCell<FxHashMap<*const NamedDecl, Arc<Constraint>>>,
    /// Modules that are called by a local path.
    local_modules: RefCell<FxHashMap<*const NamedDecl, (Arc<Path>, &'a ModuleConfig)>>,
    /// Expressions whose values are too large and have been reported.
    too_large: RefCell<FxHashSet<Span>>,
}

impl Evaluation<'_> {
    fn add_symbol(&self, symbol: Symbol) -> SymbolId {
        let mut symbols = self.symbols.borrow_mut();
        let id = SymbolId::new(self.request.time, symbols.len()).in_estate(self.request.number);
        symbols.push(symbol);
        id
    }

    fn type_of(&self, id: SymbolId) -> Option<Str> {
        self.symbol(id, |symbol| symbol.type_.clone())
    }

    fn is_narrowed(&self, id: SymbolId) -> bool {
        self.symbol(id, |symbol| symbol.is_narrowed).unwrap_or_default()
    }

    /// What there is to know of a symbol of this estate.
    fn symbol<T>(&self, id: SymbolId, ask: impl Fn(&Symbol) -> T) -> Option<T> {
        if id.estate() != self.request.number {
            return None;
        }
        self.symbols.borrow().get(id.index()).map(ask)
    }

    fn report(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    fn host(&self) -> Host<'_> {
        Host { files: self.request.files, identities: self, meter: &self.meter }
    }

    /// The value of an expression. Reports an expression whose own value is too large.
    fn valued(&self, tree: &Tree, expr: ExprId, value: Value) -> Value {
        let Kind::Unknown(unknown) = &value.kind else { return value };
        let Cause { kind: CauseKind::Limit, subject, from: None, .. } = &*unknown.cause else { return value };
        // A spent budget is reported once for the whole run.
        if BUDGETS.iter().any(|row| row.name == subject.as_str()) {
            return value;
        }
        let span = tree.span(tree.expr(expr).range);
        if self.declared.too_large.borrow_mut().insert(span) {
            let message = format!("this value exceeds the limit `{subject}` and is therefore unknown");
            self.report(
                Diagnostic::error("limit/value", message)
                    .at(span, "evaluated here")
                    .help("no real configuration needs a value of this size: make it smaller"),
            );
        }
        value
    }

    /// A value that has been put together, if it has not become too large and looking at it is not too much.
    fn measured(&self, value: Value) -> Value {
        let (value, seen) = value.measured();
        match self.meter.spend(Budget::Evaluation, seen.saturating_mul(2)) {
            Ok(()) => value,
            Err(spent) => Value::unknown(Cause::new(CauseKind::Limit, spent.name(), None)),
        }
    }
}

impl Identities for Evaluation<'_> {
    fn differ(&self, a: &Origin, b: &Origin) -> bool {
        self.request.facts.differ(a, b, |id| self.type_of(id))
    }

    fn least_length(&self, list: &Origin) -> usize {
        self.request.facts.least_length(list, |id| self.type_of(id).filter(|_| !self.is_narrowed(id)))
    }

    fn beginning(&self, attribute: &Origin) -> Option<Str> {
        self.request.facts.beginning(attribute, |id| self.type_of(id))
    }
}

/// A value that is computed on first use.
struct Slot<T> {
    value: OnceCell<T>,
    busy: Cell<bool>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { value: OnceCell::new(), busy: Cell::new(false) }
    }
}

impl<T: Clone> Slot<T> {
    /// The value, if it has been computed.
    fn known(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value; `None` while it is being computed, which means that it depends on itself.
    fn get(&self, compute: impl FnOnce() -> T) -> Option<T> {
        if let Some(value) = self.value.get() {
            return Some(value.clone());
        }
        if self.busy.replace(true) {
            return None;
        }
        // Chains of values may exceed the depth of the stack.
        let value = stacker::maybe_grow(256 << 10, 4 << 20, compute);
        self.busy.set(false);
        Some(self.value.get_or_init(|| value).clone())
    }
}

fn slots<T>(count: usize) -> Box<[Slot<T>]> {
    std::iter::repeat_with(Slot::default).take(count).collect()
}

/// The values of `count.index`, `each.key` and `each.value` inside a block.
#[derive(Clone, Debug)]
struct Repetition {
    key: InstanceKey,
    index: Option<Value>,
    each: Option<(Value, Value)>,
}

impl Repetition {
    const SINGLE: Self = Self { key: InstanceKey::None, index: None, each: None };

    fn counted(index: usize) -> Self {
        Self { key: InstanceKey::index(index), index: Some(crate::value::count(index)), each: None }
    }
}

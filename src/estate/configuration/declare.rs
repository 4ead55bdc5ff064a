//! What one module directory declares: names and their places in the trees. Nothing is evaluated.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{Attribute, Block, Body, BodyId, ExprId, ExprKind, Tree};
use crate::text::{Range, Span};
use crate::value::{Cause, Str};

/// A block in one of the module's trees.
#[derive(Clone, Copy, Debug)]
pub struct BlockRef {
    /// Index in [`ModuleConfig::trees`].
    pub tree: usize,
    /// The block (copied: blocks are small and flat).
    pub block: Block,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct ResourceDecl {
    pub mode: Mode,
    /// `type` in `type.name`.
    pub type_: Str,
    /// `name` in `type.name`.
    pub name: Str,
    pub at: BlockRef,
    /// Blocks of override files for the same resource, in order.
    pub overrides: Vec<BlockRef>,
}

/// A block with one name: `variable`, `output`, `module`, `provider`.
#[derive(Clone, Debug)]
pub struct NamedDecl {
    /// The label of the block.
    pub name: Str,
    pub at: BlockRef,
    /// Blocks of override files with the same name, in order.
    pub overrides: Vec<BlockRef>,
}

/// An entry of a `locals` block.
#[derive(Clone, Debug)]
pub struct LocalDecl {
    pub name: Str,
    /// Index in [`ModuleConfig::trees`].
    pub tree: usize,
    /// The range from the name to the end of the value.
    pub range: Range,
    pub value: ExprId,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug)]
pub struct ProviderRequirement {
    /// The local name.
    pub name: Str,
    /// `source`, if given.
    pub source: Option<Str>,
    /// `version`, if given.
    pub version: Option<Str>,
    pub span: Span,
}

/// Everything that a module directory declares.
#[derive(Debug, Default)]
pub struct ModuleConfig {
    /// The directory as output shows it.
    pub dir: PathBuf,
    /// Set if one of the files could not be read in full: it may declare what is missing here.
    pub incomplete: Option<Arc<Cause>>,
    /// Set if what is not at hand may hold settings that a tool writes: a backend, versions, provider configurations, variables.
    pub unread_settings: Option<Arc<Cause>>,
    /// Whether it is a stack, translated: Terraform has other words for what it says.
    pub is_stack: bool,
    /// The names of all files in the directory and in its `tests/`, whatever they hold; sorted.
    pub files: Vec<Str>,
    /// The parsed files, sorted by name, override files last.
    pub trees: Vec<Arc<Tree>>,
    /// How many of them come before the first override file.
    pub first_override: usize,
    /// `variable` blocks.
    pub variables: Vec<NamedDecl>,
    /// Entries of `locals`.
    pub locals: Vec<LocalDecl>,
    /// `resource`, `data`, `ephemeral` blocks.
    pub resources: Vec<ResourceDecl>,
    /// `module` blocks.
    pub calls: Vec<NamedDecl>,
    /// `output` blocks.
    pub outputs: Vec<NamedDecl>,
    /// `provider` blocks.
    pub providers: Vec<NamedDecl>,
    /// `required_providers` entries.
    pub required_providers: Vec<ProviderRequirement>,
    /// `required_version`, with its place.
    pub required_version: Option<(Str, Span)>,
    /// The type of the `backend` (`cloud` for a `cloud` block), with its place.
    pub backend: Option<(Str, Span)>,
    /// The settings of the `backend` or `cloud` block.
    pub(super) backend_body: Option<(Arc<Tree>, BodyId)>,
    /// The place of the first `terraform` block.
    pub terraform: Option<Span>,
    variable_index: FxHashMap<Str, usize>,
    local_index: FxHashMap<Str, usize>,
    call_index: FxHashMap<Str, usize>,
    output_index: FxHashMap<Str, usize>,
    resource_index: FxHashMap<(Mode, Str), FxHashMap<Str, usize>>,
}

impl ModuleConfig {
    /// Reads the declarations of a directory. The last `overrides` trees are override files.
    #[must_use]
    pub fn new(dir: PathBuf, trees: Vec<Arc<Tree>>, overrides: usize) -> (Self, Vec<Diagnostic>) {
        let first_override = trees.len().saturating_sub(overrides);
        let mut config = Self { dir, trees, first_override, ..Self::default() };
        let mut problems = Vec::new();
        for index in 0..config.trees.len() {
            let Some(tree) = config.trees.get(index).cloned() else { continue };
            for block in tree.blocks(tree.root()) {
                let at = BlockRef { tree: index, block: *block };
                if index < first_override {
                    config.declare(&tree, at, &mut problems);
                } else {
                    config.override_with(&tree, at);
                }
            }
        }
        (config, problems)
    }

    /// The tree that holds a block.
    #[must_use]
    pub fn tree(&self, at: BlockRef) -> Option<&Arc<Tree>> {
        self.trees.get(at.tree)
    }

    /// Index of a variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.variable_index.get(name).copied()
    }

    /// Index of a local value.
    #[must_use]
    pub fn local(&self, name: &str) -> Option<usize> {
        self.local_index.get(name).copied()
    }

    /// Index of a module call.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<usize> {
        self.call_index.get(name).copied()
    }

    /// Index of an output.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<usize> {
        self.output_index.get(name).copied()
    }

    /// Index of a resource.
    #[must_use]
    pub fn resource(&self, mode: Mode, type_: &str, name: &str) -> Option<usize> {
        self.resource_index.get(&(mode, type_.into()))?.get(name).copied()
    }

    pub(super) fn declare(&mut self, tree: &Arc<Tree>, at: BlockRef, problems: &mut Vec<Diagnostic>) {
        let label = |n: usize| -> Str {
            tree.labels(&at.block).get(n).map(|label| tree.text(label.text).into()).unwrap_or_default()
        };
        let kind = tree.text(at.block.kind);
        let wanted = match kind {
            "resource" | "data" | "ephemeral" => Some(2),
            "variable" | "output" | "module" | "provider" | "check" => Some(1),
            "locals" | "terraform" | "moved" | "removed" | "import" => Some(0),
            _ => None,
        };
        let count = tree.labels(&at.block).len();
        if let Some(wanted) = wanted
            && count != wanted
        {
            let shape = match wanted {
                2 => format!("{kind} \"type\" \"name\""),
                1 => format!("{kind} \"name\""),
                _ => kind.to_owned(),
            };
            problems.push(
                Diagnostic::error(
                    "config/labels",
                    format!("a `{kind}` block needs {wanted} label{}", if wanted == 1 { "" } else { "s" }),
                )
                .at(tree.span(at.block.header), format!("this block has {count}"))
                .help(format!("write `{shape} {{`")),
            );
            return;
        }
        let named = |name: Str| NamedDecl { name, at, overrides: Vec::new() };
        match kind {
            "resource" | "data" | "ephemeral" => {
                let mode = match kind {
                    "resource" => Mode::Managed,
                    "data" => Mode::Data,
                    _ => Mode::Ephemeral,
                };
                let (type_, name) = (label(0), label(1));
                let names = self.resource_index.entry((mode, type_.clone())).or_default();
                if let Some(first) = names.get(&name).and_then(|first| self.resources.get(*first)) {
                    let first = self.trees.get(first.at.tree).map(|tree| tree.span(first.at.block.header));
                    problems.push(duplicate(tree, at, &format!("{kind} `{type_}.{name}`"), first));
                    return;
                }
                names.insert(name.clone(), self.resources.len());
                self.resources.push(ResourceDecl { mode, type_, name, at, overrides: Vec::new() });
            }
            "variable" => declare_named(
                &mut self.variables,
                &mut self.variable_index,
                named(label(0)),
                &self.trees,
                problems,
            ),
            "output" => declare_named(
                &mut self.outputs,
                &mut self.output_index,
                named(label(0)),
                &self.trees,
                problems,
            ),
            "module" => {
                declare_named(&mut self.calls, &mut self.call_index, named(label(0)), &self.trees, problems)
            }
            "provider" => self.providers.push(named(label(0))),
            "locals" => self.declare_locals(tree, at, problems),
            "terraform" => self.declare_settings(tree, at, false),
            // The data source of a check is read like any other, although nothing outside may refer to it.
            "check" => {
                for block in tree.blocks_of(tree.body(at.block.body), "data") {
                    self.declare(tree, BlockRef { tree: at.tree, block: *block }, problems);
                }
            }
            "moved" | "removed" | "import" | "run" | "mock_provider" | "list" | "action" => {}
            _ => problems.push(unknown_block(tree, at, kind)),
        }
    }

    fn declare_locals(&mut self, tree: &Arc<Tree>, at: BlockRef, problems: &mut Vec<Diagnostic>) {
        for attribute in tree.attributes(tree.body(at.block.body)) {
            let name: Str = tree.text(attribute.name).into();
            if self.local_index.contains_key(&name) {
                problems.push(
                    Diagnostic::error(
                        "config/duplicate",
                        format!("the local value `{name}` is declared twice"),
                    )
                    .at(tree.span(attribute.name_range), "declared again here"),
                );
                continue;
            }
            self.local_index.insert(name.clone(), self.locals.len());
            let range = tree.attribute_range(attribute);
            self.locals.push(LocalDecl { name, tree: at.tree, range, value: attribute.value });
        }
    }

    fn declare_settings(&mut self, tree: &Arc<Tree>, at: BlockRef, overrides: bool) {
        self.terraform.get_or_insert(tree.span(at.block.header));
        let body = tree.body(at.block.body);
        if let Some(attribute) = tree.attribute(body, "required_version") {
            self.required_version =
                string(tree, attribute.value).map(|text| (text, tree.span(tree.attribute_range(attribute))));
        }
        for block in tree.blocks(body) {
            match tree.text(block.kind) {
                "backend" => {
                    let kind = tree.labels(block).first().map(|label| tree.text(label.text).into());
                    self.backend = Some((kind.unwrap_or_default(), tree.span(block.header)));
                    self.backend_body = Some((tree.clone(), block.body));
                }
                "cloud" => {
                    self.backend = Some(("cloud".into(), tree.span(block.header)));
                    self.backend_body = Some((tree.clone(), block.body));
                }
                "required_providers" => {
                    for attribute in tree.attributes(tree.body(block.body)) {
                        let requirement = requirement(tree, attribute);
                        // Those of an override file replace them provider by provider.
                        self.required_providers.retain(|own| !overrides || own.name != requirement.name);
                        self.required_providers.push(requirement);
                    }
                }
                _ => {}
            }
        }
    }

    fn override_with(&mut self, tree: &Arc<Tree>, at: BlockRef) {
        let label =
            |n: usize| tree.labels(&at.block).get(n).map(|label| tree.text(label.text)).unwrap_or_default();
        let kind = tree.text(at.block.kind);
        let mode = match kind {
            "resource" => Some(Mode::Managed),
            "data" => Some(Mode::Data),
            "ephemeral" => Some(Mode::Ephemeral),
            _ => None,
        };
        if let Some(mode) = mode {
            if let Some(index) = self.resource(mode, label(0), label(1))
                && let Some(resource) = self.resources.get_mut(index)
            {
                resource.overrides.push(at);
            }
            return;
        }
        let (index, all) = match kind {
            "variable" => (self.variable(label(0)), &mut self.variables),
            "output" => (self.output(label(0)), &mut self.outputs),
            "module" => (self.call(label(0)), &mut self.calls),
            "locals" => {
                for attribute in tree.attributes(tree.body(at.block.body)) {
                    let local = LocalDecl {
                        name: tree.text(attribute.name).into(),
                        tree: at.tree,
                        range: tree.attribute_range(attribute),
                        value: attribute.value,
                    };
                    if let Some(own) = self.local(&local.name).and_then(|index| self.locals.get_mut(index)) {
                        *own = local;
                    }
                }
                return;
            }
            "terraform" => {
                self.declare_settings(tree, at, true);
                return;
            }
            _ => return,
        };
        if let Some(declared) = index.and_then(|index| all.get_mut(index)) {
            declared.overrides.push(at);
        }
    }
}

impl NamedDecl {
    /// The effective attribute of that name: of the last override that sets it, otherwise of the block itself.
    #[must_use]
    pub fn attribute<'a>(&self, config: &'a ModuleConfig, name: &str) -> Option<(&'a Arc<Tree>, Attribute)> {
        last_attribute(config, self.at, &self.overrides, name)
    }

    /// Whether the attribute is there and not false: what says that something is secret has to be a constant.
    #[must_use]
    pub fn is_true(&self, config: &ModuleConfig, name: &str) -> bool {
        self.attribute(config, name)
            .is_some_and(|(tree, attribute)| tree.switch(attribute.value) != Some(false))
    }

    /// The body of the block, without overrides.
    #[must_use]
    pub fn body<'a>(&self, config: &'a ModuleConfig) -> Option<(&'a Arc<Tree>, &'a Body)> {
        config.tree(self.at).map(|tree| (tree, tree.body(self.at.block.body)))
    }

    /// The place of the block's header.
    #[must_use]
    pub fn span(&self, config: &ModuleConfig) -> Option<Span> {
        config.tree(self.at).map(|tree| tree.span(self.at.block.header))
    }
}

impl ResourceDecl {
    /// Its address in its module.
    #[must_use]
    pub fn address(&self) -> String {
        let prefix = match self.mode {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        };
        format!("{prefix}{}.{}", self.type_, self.name)
    }

    /// See [`NamedDecl::attribute`].
    #[must_use]
    pub fn attribute<'a>(&self, config: &'a ModuleConfig, name: &str) -> Option<(&'a Arc<Tree>, Attribute)> {
        last_attribute(config, self.at, &self.overrides, name)
    }

    /// The bodies of the resource: its own, then those of override files.
    pub fn bodies<'a>(&'a self, config: &'a ModuleConfig) -> impl Iterator<Item = (&'a Arc<Tree>, BodyId)> {
        std::iter::once(&self.at)
            .chain(&self.overrides)
            .filter_map(|at| config.tree(*at).map(|tree| (tree, at.block.body)))
    }
}

fn last_attribute<'a>(
    config: &'a ModuleConfig,
    at: BlockRef,
    overrides: &[BlockRef],
    name: &str,
) -> Option<(&'a Arc<Tree>, Attribute)> {
    overrides.iter().rev().chain(std::iter::once(&at)).find_map(|at| {
        let tree = config.tree(*at)?;
        tree.attribute(tree.body(at.block.body), name).map(|attribute| (tree, *attribute))
    })
}

fn declare_named(
    all: &mut Vec<NamedDecl>,
    index: &mut FxHashMap<Str, usize>,
    named: NamedDecl,
    trees: &[Arc<Tree>],
    problems: &mut Vec<Diagnostic>,
) {
    let span_of = |at: BlockRef| trees.get(at.tree).map(|tree| tree.span(at.block.header));
    if let Some(first) = index.get(&named.name).and_then(|first| all.get(*first)) {
        if let Some(tree) = trees.get(named.at.tree) {
            let kind = tree.text(named.at.block.kind);
            problems.push(duplicate(tree, named.at, &format!("{kind} `{}`", named.name), span_of(first.at)));
        }
        return;
    }
    index.insert(named.name.clone(), all.len());
    all.push(named);
}

fn duplicate(tree: &Tree, at: BlockRef, what: &str, first: Option<Span>) -> Diagnostic {
    let problem = Diagnostic::error("config/duplicate", format!("the {what} is declared twice"))
        .at(tree.span(at.block.header), "declared again here");
    match first {
        Some(span) => problem.label(span, "first declared here"),
        None => problem,
    }
}

fn unknown_block(tree: &Tree, at: BlockRef, kind: &str) -> Diagnostic {
    const KNOWN: [&str; 13] = [
        "resource",
        "data",
        "module",
        "variable",
        "output",
        "locals",
        "provider",
        "terraform",
        "moved",
        "removed",
        "import",
        "check",
        "ephemeral",
    ];
    let problem = Diagnostic::error("config/unknown-block", format!("Terraform has no block type `{kind}`"))
        .at(tree.span(at.block.kind_range), "not a block type");
    match crate::diagnostic::nearest(kind, KNOWN) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// The text of a constant string expression.
#[must_use]
pub fn string(tree: &Tree, expr: ExprId) -> Option<Str> {
    match tree.expr(expr).kind {
        ExprKind::String(text) => Some(tree.text(text).into()),
        ExprKind::Parens(inner) => string(tree, inner),
        _ => None,
    }
}

fn requirement(tree: &Tree, attribute: &Attribute) -> ProviderRequirement {
    let mut requirement = ProviderRequirement {
        name: tree.text(attribute.name).into(),
        source: None,
        version: None,
        span: tree.span(tree.attribute_range(attribute)),
    };
    match tree.expr(attribute.value).kind {
        // The form of Terraform 0.12: `aws = "~> 2.0"`.
        ExprKind::String(text) => requirement.version = Some(tree.text(text).into()),
        ExprKind::Object(items) => {
            for item in tree.items(items) {
                match string(tree, item.key).as_deref() {
                    Some("source") => requirement.source = string(tree, item.value),
                    Some("version") => requirement.version = string(tree, item.value),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    requirement
}

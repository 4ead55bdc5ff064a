//! What a module may declare once, what override files change, and what declarations may be called.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::WalkedModule;
use super::blocks::{alias_in, alias_of};
use crate::address::Mode;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{BlockRef, ModuleConfig, NamedDecl};
use crate::syntax::tree::{Block, Tree};
use crate::text::Span;
use crate::value::Str;

/// Names that no variable may have: those of arguments of `module` blocks that Terraform itself reads.
const RESERVED: [&str; 9] =
    ["source", "version", "provider", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

/// What is declared twice, what overrides nothing, and what has no proper name.
pub(super) fn problems(unit: &WalkedModule<'_>) -> Vec<Diagnostic> {
    let config = unit.config;
    let mut problems = providers(config);
    let mut settings = SettledOnce::default();
    let mut checks: FxHashMap<&str, Span> = FxHashMap::default();
    for (index, tree) in config.trees.iter().enumerate() {
        let is_override = index >= config.first_override;
        for block in tree.blocks(tree.root()) {
            let kind = tree.text(block.kind);
            if is_override {
                problems.extend(without_base(config, tree, block));
                continue;
            }
            match kind {
                "terraform" => settings.take(tree, block, &mut problems),
                "check" => {
                    let name = tree.labels(block).first().map(|label| tree.text(label.text));
                    let span = tree.span(block.header);
                    if let Some(name) = name
                        && let Some(first) = checks.insert(name, span)
                    {
                        problems.push(twice(&format!("the check `{name}` is declared twice"), span, first));
                    }
                }
                _ => {}
            }
        }
    }
    // A label that could not be read is a problem already.
    if config.incomplete.is_none() {
        problems.extend(improper_names(config));
    }
    problems
}

fn twice(what: &str, again: Span, first: Span) -> Diagnostic {
    Diagnostic::error("config/duplicate", what)
        .at(again, "declared again here")
        .label(first, "first declared here")
}

fn providers(config: &ModuleConfig) -> Vec<Diagnostic> {
    let mut seen: FxHashMap<(Str, Option<Str>), Span> = FxHashMap::default();
    let mut problems = Vec::new();
    for provider in &config.providers {
        let Some(span) = provider.span(config) else { continue };
        let alias = alias_of(config, provider);
        let what = match &alias {
            Some(alias) => {
                format!("the provider `{}` is configured twice under the alias `{alias}`", provider.name)
            }
            None => format!("the provider `{}` is configured twice without an `alias`", provider.name),
        };
        if let Some(first) = seen.get(&(provider.name.clone(), alias.clone())) {
            problems.push(twice(&what, span, *first).help("give one of them its own `alias`"));
        } else {
            seen.insert((provider.name.clone(), alias), span);
        }
    }
    problems
}

/// What `terraform` blocks may hold once among them all.
#[derive(Default)]
struct SettledOnce {
    required_providers: Option<Span>,
    backend: Option<Span>,
}

impl SettledOnce {
    fn take(&mut self, tree: &Tree, block: &Block, problems: &mut Vec<Diagnostic>) {
        for inner in tree.blocks(tree.body(block.body)) {
            let (place, what) = match tree.text(inner.kind) {
                "required_providers" => {
                    (&mut self.required_providers, "the module has two `required_providers` blocks")
                }
                "backend" | "cloud" => (&mut self.backend, "the module has two `backend` or `cloud` blocks"),
                _ => continue,
            };
            let span = tree.span(inner.header);
            match place {
                Some(first) => {
                    problems.push(twice(what, span, *first).help("Terraform accepts only one: merge them"))
                }
                None => *place = Some(span),
            }
        }
    }
}

/// Blocks of an override file that change nothing that is there.
fn without_base(config: &ModuleConfig, tree: &Arc<Tree>, block: &Block) -> Vec<Diagnostic> {
    // It may be in a file that could not be read.
    if config.incomplete.is_some() {
        return Vec::new();
    }
    let kind = tree.text(block.kind);
    let label = |n: usize| tree.labels(block).get(n).map_or("", |label| tree.text(label.text));
    let (first, second) = (label(0), label(1));
    let missing = |what: String, span: Span| {
        Diagnostic::error("config/override", format!("{what} is overridden, but no other file declares it"))
            .at(span, "overrides nothing")
            .help("Terraform rejects an override without a base: declare it in a file that is not an override file, or remove this block")
    };
    let span = tree.span(block.header);
    let resource = |mode: Mode, prefix: &str| {
        let is_there = config.resource(mode, first, second).is_some();
        (!is_there).then(|| missing(format!("`{prefix}{first}.{second}`"), span))
    };
    let named = |index: Option<usize>, prefix: &str| {
        index.is_none().then(|| missing(format!("`{prefix}.{first}`"), span))
    };
    let problem = match kind {
        "resource" => resource(Mode::Managed, ""),
        "data" => resource(Mode::Data, "data."),
        "ephemeral" => resource(Mode::Ephemeral, "ephemeral."),
        "variable" => named(config.variable(first), "var"),
        "output" => named(config.output(first), "output"),
        "module" => named(config.call(first), "module"),
        "provider" => {
            let alias = alias_in(tree, block);
            let is_it = |own: &NamedDecl| own.name == first && alias_of(config, own) == alias;
            // Every provider has a configuration without an alias.
            alias
                .as_ref()
                .filter(|_| !config.providers.iter().any(is_it))
                .map(|alias| missing(format!("the provider configuration `{first}.{alias}`"), span))
        }
        "check" | "moved" | "import" => Some(
            Diagnostic::error(
                "config/override",
                format!("an override file must not contain a `{kind}` block"),
            )
            .at(span, "in an override file")
            .help("move it to a file that is not an override file"),
        ),
        "locals" => {
            let own = tree.attributes(tree.body(block.body)).iter();
            let stray = own.filter(|own| config.local(tree.text(own.name)).is_none());
            return stray
                .map(|own| missing(format!("`local.{}`", tree.text(own.name)), tree.span(own.name_range)))
                .collect();
        }
        _ => None,
    };
    problem.into_iter().collect()
}

fn improper_names(config: &ModuleConfig) -> Vec<Diagnostic> {
    let span_of = |at: BlockRef| config.tree(at).map(|tree| tree.span(at.block.header));
    let named = |what: &'static str| move |name: &Str, span: Option<Span>| improper(what, name, span);
    let mut problems = Vec::new();
    for variable in &config.variables {
        let span = span_of(variable.at);
        problems.extend(named("variable")(&variable.name, span));
        if RESERVED.contains(&variable.name.as_str())
            && !config.is_stack
            && let Some(span) = span
        {
            problems.push(
                Diagnostic::error("config/name", format!("a variable cannot be named `{}`", variable.name))
                    .at(span, "reserved for `module` blocks")
                    .help("`module` blocks have a meta-argument of this name: choose another name"),
            );
        }
    }
    for output in &config.outputs {
        problems.extend(named("output")(&output.name, span_of(output.at)));
    }
    for call in &config.calls {
        // What a stack calls is a component or a stack, and says so in its name.
        let (what, name) = match call.name.split_once('.').filter(|_| config.is_stack) {
            Some((kind, name)) => (kind, &Str::from(name)),
            None => ("module", &call.name),
        };
        problems.extend(improper(what, name, span_of(call.at)));
    }
    for resource in &config.resources {
        problems.extend(named("resource type")(&resource.type_, span_of(resource.at)));
        problems.extend(named("resource")(&resource.name, span_of(resource.at)));
    }
    problems
}

/// Names are letters, digits, `_` and `-`, and begin with a letter or `_`.
pub(super) fn improper(what: &str, name: &Str, span: Option<Span>) -> Option<Diagnostic> {
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    if starts
        && characters.all(|other| other.is_alphanumeric() || matches!(other, '_' | '-') || !other.is_ascii())
    {
        return None;
    }
    let problem = Diagnostic::error("config/name", format!("`{name}` cannot be the name of a {what}"))
        .help("a name starts with a letter or `_` and continues with letters, digits, `_` and `-`");
    Some(match span {
        Some(span) => problem.at(span, "not a valid name"),
        None => problem,
    })
}

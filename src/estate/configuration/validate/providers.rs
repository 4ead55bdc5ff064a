//! Configurations of providers: whether those are declared that resources and calls name, and what calls hand to modules.

use rustc_hash::{FxHashMap, FxHashSet};

use super::WalkedModule;
use super::blocks::{alias_in, alias_of, provider_name};
use crate::address::CallName;
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{ModuleConfig, NamedDecl, string};
use crate::estate::configuration::providers::{BUILT_IN, BUILT_IN_SOURCE, default_source};
use crate::syntax::tree::{ExprId, ExprKind, Tree};
use crate::text::Span;
use crate::value::Str;

/// A local name, and an alias.
pub(super) type ProviderKey = (Str, Option<Str>);

/// The configurations that calls give to a module, by its own names.
pub(super) type GivenProviders = FxHashSet<ProviderKey>;

/// The configuration that an expression names.
pub(super) fn provider_key(tree: &Tree, expr: ExprId) -> Option<ProviderKey> {
    let (name, alias) = provider_name(tree, expr)?;
    Some((name.into(), alias.map(Into::into)))
}

/// What a module says about configurations of providers.
#[derive(Debug, Default)]
pub(super) struct DeclaredProviders {
    /// Those of `provider` blocks, each with its place and whether it says more than its alias.
    blocks: FxHashMap<ProviderKey, (Span, bool)>,
    /// Those that the module expects of its callers.
    expected: FxHashSet<ProviderKey>,
    /// The sources of providers by local name.
    sources: FxHashMap<Str, String>,
}

impl DeclaredProviders {
    pub(super) fn of(config: &ModuleConfig) -> Self {
        let mut declared = Self::default();
        for provider in &config.providers {
            let (Some(span), Some((tree, body))) = (provider.span(config), provider.body(config)) else {
                continue;
            };
            let has_settings = !tree.blocks(body).is_empty()
                || tree.attributes(body).iter().any(|own| tree.text(own.name) != "alias");
            let key = (provider.name.clone(), alias_of(config, provider));
            declared.blocks.insert(key, (span, has_settings));
        }
        // An override file changes what is declared elsewhere: this is not the place to say that it does not.
        for tree in config.trees.iter().skip(config.first_override) {
            for block in tree.blocks_of(tree.root(), "provider") {
                let Some(name) = tree.labels(block).first() else { continue };
                let key = (tree.text(name.text).into(), alias_in(tree, block));
                declared.blocks.entry(key).or_insert((tree.span(block.header), true));
            }
        }
        for requirement in &config.required_providers {
            if let Some(source) = &requirement.source {
                declared.sources.insert(requirement.name.clone(), normal(source));
            }
        }
        for tree in &config.trees {
            let settings = tree.blocks_of(tree.root(), "terraform");
            let requirements =
                settings.flat_map(|block| tree.blocks_of(tree.body(block.body), "required_providers"));
            for own in requirements.flat_map(|block| tree.attributes(tree.body(block.body))) {
                declared.expect(tree, own.value);
            }
        }
        declared
    }

    fn expect(&mut self, tree: &Tree, requirement: ExprId) {
        let ExprKind::Object(items) = tree.expr(requirement).kind else { return };
        let is_list = |key: ExprId| string(tree, key).is_some_and(|key| key == "configuration_aliases");
        for item in tree.items(items).iter().filter(|item| is_list(item.key)) {
            let ExprKind::Tuple(aliases) = tree.expr(item.value).kind else { continue };
            let aliases = tree.exprs(aliases).iter().filter_map(|alias| provider_key(tree, *alias));
            self.expected.extend(aliases.filter(|(_, alias)| alias.is_some()));
        }
    }

    /// Where the provider of a local name comes from.
    pub(super) fn source(&self, name: &str) -> String {
        self.sources.get(name).cloned().unwrap_or_else(|| normal(name))
    }

    /// The local names that the module gives to the provider of a source.
    pub(super) fn local_names(&self, source: &str) -> Vec<Str> {
        let mut names: Vec<Str> =
            self.sources.iter().filter(|(_, own)| *own == source).map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// A configuration with settings of its own.
    fn configured(&self) -> Option<&Span> {
        self.blocks.values().filter(|(_, has_settings)| *has_settings).map(|(span, _)| span).min()
    }

    fn declares(&self, key: &ProviderKey) -> bool {
        self.blocks.contains_key(key) || self.expected.contains(key)
    }
}

/// The source of a provider in one form. Where it is told no more than a name, Terraform looks in one place.
fn normal(source: &str) -> String {
    let source = source.to_lowercase();
    let parts: Vec<&str> = source.split('/').collect();
    match parts.as_slice() {
        [BUILT_IN] | ["terraform.io", "builtin", "terraform"] => BUILT_IN_SOURCE.to_owned(),
        [name] => default_source(name).into(),
        ["registry.terraform.io" | "registry.opentofu.org", namespace, name] => format!("{namespace}/{name}"),
        _ => source,
    }
}

/// For each module a configuration with settings in it or in a module below it.
pub(super) fn configured_below(units: &[WalkedModule<'_>]) -> Vec<Option<Span>> {
    let mut found: Vec<Option<Span>> = units.iter().map(|unit| unit.declared.configured().copied()).collect();
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    for (index, unit) in units.iter().enumerate() {
        for called in unit.called.iter().flatten() {
            if let Some(callers) = callers.get_mut(*called) {
                callers.push(index);
            }
        }
    }
    let mut open: Vec<usize> =
        (0..units.len()).filter(|index| matches!(found.get(*index), Some(Some(_)))).collect();
    while let Some(index) = open.pop() {
        let span = found.get(index).copied().flatten();
        for caller in callers.get(index).into_iter().flatten() {
            if let Some(place @ None) = found.get_mut(*caller) {
                *place = span;
                open.push(*caller);
            }
        }
    }
    found
}

/// For each module what its calls give to it: such a name has a meaning without a declaration.
pub(super) fn given(units: &[WalkedModule<'_>]) -> Vec<GivenProviders> {
    let mut given = vec![GivenProviders::default(); units.len()];
    for unit in units {
        for (call, called) in unit.config.calls.iter().zip(&unit.called) {
            if let Some(given) = called.and_then(|called| given.get_mut(called)) {
                given.extend(Passed::of(unit.config, call).keys());
            }
        }
    }
    given
}

/// What is wrong with the configurations of providers that a module names and hands to others.
pub(super) fn problems(
    units: &[WalkedModule<'_>],
    unit: &WalkedModule<'_>,
    given: &GivenProviders,
    below: &[Option<Span>],
) -> Vec<Diagnostic> {
    let config = unit.config;
    // What was not read may declare them.
    let is_whole = config.incomplete.is_none() && config.unread_settings.is_none();
    let mut problems = Vec::new();
    for resource in &config.resources {
        let Some((tree, attribute)) = resource.attribute(config, "provider") else { continue };
        if !is_plain(tree, attribute.value) {
            problems.push(no_reference(tree, attribute.value));
        } else if is_whole {
            problems.extend(undeclared(unit, given, tree, attribute.value));
        }
    }
    for (call, called) in config.calls.iter().zip(&unit.called) {
        let mut passed = Passed::of(config, call);
        problems.append(&mut passed.problems);
        if is_whole {
            for (tree, _, value) in &passed.all {
                if !is_plain(tree, *value) {
                    problems.push(no_reference(tree, *value));
                }
                problems.extend(
                    undeclared(unit, given, tree, *value).or_else(|| unnamed(unit, given, tree, *value)),
                );
            }
        }
        let Some((index, called)) = called.and_then(|index| Some((index, units.get(index)?))) else {
            continue;
        };
        problems.extend(passed.mismatches(unit, called));
        if is_whole && called.config.incomplete.is_none() {
            problems.extend(passed.missing(config, call, called));
        }
        problems.extend(repeated(config, call, below.get(index).copied().flatten()));
    }
    if config.is_stack {
        problems.iter_mut().for_each(in_a_stack);
    }
    problems
}

/// Of a stack nothing but the settings of the provider stays unknown: everything else is checked.
fn in_a_stack(problem: &mut Diagnostic) {
    let warning = Diagnostic::warning("stack/provider", "");
    problem.severity = warning.severity;
    problem.id = warning.id;
}

/// Whether an expression is `name` or `name.alias`, and nothing that would have to be evaluated.
fn is_plain(tree: &Tree, expr: ExprId) -> bool {
    match tree.expr(expr).kind {
        ExprKind::Variable(_) | ExprKind::Invalid | ExprKind::Null | ExprKind::Bool(_) => true,
        ExprKind::String(_) => provider_name(tree, expr).is_some(),
        ExprKind::Attribute { base, .. } => is_plain(tree, base),
        // OpenTofu repeats configurations with an alias.
        ExprKind::Index { base, .. } => {
            matches!(tree.expr(base).kind, ExprKind::Attribute { .. }) && is_plain(tree, base)
        }
        _ => false,
    }
}

fn no_reference(tree: &Tree, expr: ExprId) -> Diagnostic {
    let place = tree.span(tree.expr(expr).range);
    Diagnostic::error("config/provider", "`provider` takes the name of a provider configuration")
        .at(place, "not a name")
        .help("write `provider = name` or `provider = name.alias`: Terraform needs it before it evaluates anything")
}

/// A configuration with an alias that the module does not declare.
fn undeclared(
    unit: &WalkedModule<'_>,
    given: &GivenProviders,
    tree: &Tree,
    expr: ExprId,
) -> Option<Diagnostic> {
    let (name, Some(alias)) = provider_name(tree, expr)? else { return None };
    let key: ProviderKey = (name.into(), Some(alias.into()));
    if unit.declared.declares(&key) || given.contains(&key) {
        return None;
    }
    let place = tree.span(tree.expr(expr).range);
    let help = if unit.config.is_stack {
        format!("declare `provider \"{name}\" \"{alias}\"` in a file of components")
    } else if unit.is_root {
        format!("declare `provider \"{name}\"` with `alias = \"{alias}\"`")
    } else {
        format!(
            "add `{name}.{alias}` to `configuration_aliases` of the provider, and give it in `providers` of the call"
        )
    };
    let message = match unit.config.is_stack {
        true => format!("the stack does not declare the provider configuration `provider.{name}.{alias}`"),
        false => format!("the provider configuration `{name}.{alias}` is not declared in this module"),
    };
    Some(Diagnostic::error("config/provider", message).at(place, "not declared").help(help))
}

/// A configuration without an alias that a call hands on, in a module that never names the provider.
fn unnamed(unit: &WalkedModule<'_>, given: &GivenProviders, tree: &Tree, expr: ExprId) -> Option<Diagnostic> {
    let (name, None) = provider_name(tree, expr)? else { return None };
    let key: ProviderKey = (name.into(), None);
    let is_named = unit.declared.blocks.contains_key(&key)
        || unit.config.required_providers.iter().any(|own| own.name == name);
    if is_named || given.contains(&key) {
        return None;
    }
    let place = tree.span(tree.expr(expr).range);
    if unit.config.is_stack {
        let message =
            format!("a provider configuration of a stack has a name, and `provider.{name}` says none");
        let help = format!("write `provider.{name}.NAME`, and declare `provider \"{name}\" \"NAME\"`");
        return Some(Diagnostic::error("config/provider", message).at(place, "no name").help(help));
    }
    let message = format!(
        "this module hands on the provider configuration `{name}`, and neither configures nor requires it"
    );
    let problem = Diagnostic::error("config/provider", message).at(place, "not declared");
    Some(problem.help(format!("add `{name}` to `required_providers`")))
}

/// A module that configures providers itself can be called only once, and without dependencies.
fn repeated(config: &ModuleConfig, call: &NamedDecl, configured: Option<Span>) -> Option<Diagnostic> {
    let configured = configured?;
    let (tree, attribute) = ["count", "for_each", "depends_on"].iter().find_map(|name| {
        let (tree, attribute) = call.attribute(config, name)?;
        let is_empty =
            matches!(tree.expr(attribute.value).kind, ExprKind::Tuple(items) if tree.exprs(items).is_empty());
        (*name != "depends_on" || !is_empty).then_some((tree, attribute))
    })?;
    let name = tree.text(attribute.name);
    let message = format!(
        "`{}` cannot have `{name}`, because the module configures providers itself",
        CallName(&call.name)
    );
    Some(
        Diagnostic::error("config/provider", message)
            .at(tree.span(tree.attribute_range(&attribute)), "not possible with such a module")
            .label(configured, "this provider is configured in it")
            .help("move the `provider` block to the root module, and hand the configuration over in `providers`"),
    )
}

/// What a call hands to a module.
pub(super) struct Passed<'a> {
    /// The file, the name in the module, and the name at the caller.
    all: Vec<(&'a Tree, ExprId, ExprId)>,
    problems: Vec<Diagnostic>,
}

impl<'a> Passed<'a> {
    pub(super) fn of(config: &'a ModuleConfig, call: &NamedDecl) -> Self {
        let mut passed = Self { all: Vec::new(), problems: Vec::new() };
        let Some((tree, attribute)) = call.attribute(config, "providers") else { return passed };
        let place = |expr: ExprId| tree.span(tree.expr(expr).range);
        let items = match tree.expr(attribute.value).kind {
            ExprKind::Object(items) => tree.items(items),
            ExprKind::Invalid => return passed,
            _ => {
                passed.problems.push(
                    Diagnostic::error("config/provider", "`providers` of a module call is not a map that is written out")
                        .at(place(attribute.value), "not a map")
                        .help("write `providers = { aws.other = aws.west }`, with the names of the module on the left"),
                );
                return passed;
            }
        };
        let mut seen: FxHashMap<(&str, Option<&str>), Span> = FxHashMap::default();
        for item in items {
            if let Some(key) = provider_name(tree, item.key)
                && let Some(first) = seen.insert(key, place(item.key))
            {
                let message = "a provider configuration of the module is given twice";
                passed.problems.push(
                    Diagnostic::error("config/provider", message)
                        .at(place(item.key), "given again here")
                        .label(first, "first given here"),
                );
            }
            passed.all.push((tree, item.key, item.value));
        }
        passed
    }

    /// What the module takes for another provider, and what it has settings for itself.
    fn mismatches(&self, unit: &WalkedModule<'_>, called: &WalkedModule<'_>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (tree, key, value) in &self.all {
            let (Some((inner, alias)), Some((outer, _))) =
                (provider_name(tree, *key), provider_name(tree, *value))
            else {
                continue;
            };
            let place = tree.span(tree.expr(*key).range);
            if let Some((span, true)) = called.declared.blocks.get(&(inner.into(), alias.map(Into::into))) {
                let message =
                    "the module has settings of its own for a provider configuration that the call gives";
                problems.push(
                    Diagnostic::error("config/provider", message)
                        .at(place, "given here")
                        .label(*span, "configured here")
                        .help("remove one of them"),
                );
            }
            // Terraform looks for the name in the module among the requirements of the caller first.
            let same_name = unit.declared.sources.get(inner).filter(|_| alias.is_none()).cloned();
            let outside = same_name.unwrap_or_else(|| unit.declared.source(outer));
            let inside = called.declared.source(inner);
            let is_known = called.config.incomplete.is_none() && unit.config.incomplete.is_none();
            if is_known && inside != outside {
                let message = format!(
                    "`{inner}` is the provider `{inside}` in the module, and `{outer}` is `{outside}` here"
                );
                problems
                    .push(Diagnostic::error("config/provider", message).at(place, "another provider").help(
                    "give a configuration of the same provider, or correct `source` in `required_providers`",
                ));
            }
        }
        problems
    }

    /// What the call gives, by its names in the module.
    pub(super) fn keys(&self) -> GivenProviders {
        self.all.iter().filter_map(|(tree, key, _)| provider_key(tree, *key)).collect()
    }

    /// The names in the module of a configuration that the caller knows by this name.
    pub(super) fn names_of(&self, outer: &ProviderKey) -> Vec<ProviderKey> {
        let given =
            self.all.iter().filter(|(tree, _, value)| provider_key(tree, *value).as_ref() == Some(outer));
        given.filter_map(|(tree, key, _)| provider_key(tree, *key)).collect()
    }

    /// What the module expects and the call does not give.
    fn missing(&self, config: &ModuleConfig, call: &NamedDecl, called: &WalkedModule<'_>) -> Vec<Diagnostic> {
        let given = self.keys();
        let has_settings = |key: &ProviderKey| matches!(called.declared.blocks.get(key), Some((_, true)));
        let mut missing: Vec<&ProviderKey> = called
            .declared
            .expected
            .iter()
            .filter(|key| !given.contains(*key) && !has_settings(key))
            .collect();
        missing.sort_unstable();
        let missing = missing.into_iter().map(|(name, alias)| {
            let name = alias.as_ref().map_or_else(|| name.to_string(), |alias| format!("{name}.{alias}"));
            let message = format!(
                "the call of `{}` does not give the provider configuration `{name}`",
                CallName(&call.name)
            );
            let problem = Diagnostic::error("config/provider", message)
                .help(format!("add `{name} = …` to `providers` of the call"));
            match call.span(config) {
                Some(span) => problem.at(span, "this call"),
                None => problem,
            }
        });
        missing.collect()
    }
}

//! Reads what one file of Terragrunt says itself.

use std::sync::Arc;

use super::config::{ExtraArguments, GenerateBlock, RemoteStateBlock, SourceArgument, UnitConfig, UnitInput};
use super::scope::FileScope;
use super::stack::AutoInclude;
use crate::syntax::tree::{Attribute, Block, Body, ExprKind};
use crate::text::Range;
use crate::value::{AbsentKey, Cause, Kind, Str, Value};

/// Commands of Terraform that read variables.
pub(super) const READ_VARIABLES: [&str; 7] =
    ["apply", "console", "destroy", "import", "plan", "push", "refresh"];

/// What the file says, without what it includes.
pub(super) fn config(scope: &FileScope<'_, '_>) -> UnitConfig {
    let mut config = UnitConfig {
        dependencies: super::dependency::blocks(scope),
        open: scope.unread.clone(),
        unread: scope.unread.clone(),
        ..UnitConfig::default()
    };
    for block in scope.blocks("terraform") {
        let body = scope.tree.body(block.body);
        if let Some(attribute) = scope.tree.attribute(body, "source") {
            let span = scope.tree.span(scope.tree.attribute_range(attribute));
            config.source =
                Some(SourceArgument { value: scope.value(attribute.value), tree: scope.tree.clone(), span });
        }
        config.arguments.extend(extra_arguments(scope, body));
    }
    inputs(scope, &mut config);
    config.generate = scope.blocks("generate").map(|block| generate(scope, block)).collect();
    generate_argument(scope, &mut config);
    config.remote_state = scope.blocks("remote_state").last().map(|block| remote_state(scope, block));
    config.features = features(scope);
    config.is_skipped = is_skipped(scope);
    config
}

/// The defaults of `feature` blocks.
fn features(scope: &FileScope<'_, '_>) -> Vec<(Str, Value)> {
    let default = |block: &Block| scope.argument(scope.tree.body(block.body), "default");
    scope.blocks("feature").map(|block| (scope.label(block), default(block))).collect()
}

/// Whether the file says that nothing is to be run: `skip = true`, or an `exclude` block that holds for `apply`.
fn is_skipped(scope: &FileScope<'_, '_>) -> bool {
    let is_true = |body: &Body, name: &str| scope.argument(body, name).as_bool() == Some(true);
    let excludes = |block: &Block| {
        let body = scope.tree.body(block.body);
        let actions = scope.argument(body, "actions");
        let is_meant = actions.as_sequence().is_none_or(|actions| {
            actions
                .items
                .iter()
                .any(|action| matches!(action.as_str(), Some("apply" | "all" | "all_except_output")))
        });
        is_meant && is_true(body, "if")
    };
    is_true(scope.tree.root(), "skip") || scope.blocks("exclude").any(excludes)
}

/// Reads `inputs`. An entry that is wrong is unknown, and the others stand.
fn inputs(scope: &FileScope<'_, '_>, config: &mut UnitConfig) {
    let Some(attribute) = scope.tree.attribute(scope.tree.root(), "inputs") else { return };
    add_inputs(scope, *attribute, config);
}

/// Adds the entries of an expression in the place of earlier ones: those of an object, or of the arguments of `merge`, have places of
/// their own.
fn add_inputs(scope: &FileScope<'_, '_>, written: Attribute, config: &mut UnitConfig) {
    let tree = &scope.tree;
    match tree.expr(written.value).kind {
        ExprKind::Parens(inner) | ExprKind::Wrapped(inner) => {
            add_inputs(scope, Attribute { value: inner, ..written }, config);
        }
        ExprKind::Object(items) => {
            for item in tree.items(items) {
                let key = tree.expr(item.key);
                let (name, text) = match key.kind {
                    ExprKind::String(text) => (Value::from(tree.text(text)), text),
                    _ => (scope.value(item.key), written.name),
                };
                match name.as_str() {
                    Some(name) => {
                        let place = Attribute { name: text, name_range: key.range, value: item.value };
                        let place = (tree.clone(), place);
                        add_input(
                            config,
                            UnitInput { name: name.into(), value: scope.value(item.value), place },
                        );
                    }
                    None => maybe_any(config, name.first_cause()),
                }
            }
        }
        ExprKind::Call(id) if tree.text(tree.call(id).name) == "merge" && !tree.call(id).expand => {
            for argument in tree.exprs(tree.call(id).arguments) {
                let range = tree.expr(*argument).range;
                add_inputs(scope, Attribute { name_range: range, value: *argument, ..written }, config);
            }
        }
        _ => {
            let value = scope.value(written.value);
            let entries = match &value.kind {
                Kind::Object(entries) | Kind::Map(entries) => entries,
                _ => return maybe_any(config, value.first_cause().filter(|_| !value.is_null())),
            };
            if let AbsentKey::MaybePresent(cause) = &entries.absent {
                maybe_any(config, Some(cause.clone()));
            }
            for (name, value) in &entries.items {
                let place = (tree.clone(), written);
                add_input(config, UnitInput { name: name.clone(), value: value.clone(), place });
            }
        }
    }
}

fn add_input(config: &mut UnitConfig, input: UnitInput) {
    match config.inputs.iter_mut().find(|own| own.name == input.name) {
        Some(own) => *own = input,
        None => config.inputs.push(input),
    }
}

/// Adds what an `autoinclude` block of a stack says: it comes last.
pub(super) fn add(config: &mut UnitConfig, added: &AutoInclude) {
    added.inputs.iter().for_each(|input| add_input(config, input.clone()));
    maybe_any(config, added.open.clone());
}

/// Notes that any input may be set here, also in the place of those before.
fn maybe_any(config: &mut UnitConfig, cause: Option<Arc<Cause>>) {
    let Some(cause) = cause else { return };
    for input in &mut config.inputs {
        input.value = Value::unknown(cause.clone());
    }
    config.open = Some(cause);
}

fn generate(scope: &FileScope<'_, '_>, block: &Block) -> GenerateBlock {
    let body = scope.tree.body(block.body);
    let written = scope.tree.attribute(body, "contents");
    let range = written.map_or(block.header, |attribute| scope.tree.attribute_range(attribute));
    GenerateBlock {
        name: scope.label(block),
        path: scope.argument(body, "path"),
        contents: scope.argument(body, "contents"),
        keeps_existing: keeps_existing(&scope.argument(body, "if_exists")),
        is_disabled: scope.argument(body, "disable").as_bool() == Some(true),
        tree: scope.tree.clone(),
        range,
    }
}

fn keeps_existing(if_exists: &Value) -> bool {
    if_exists.as_str() == Some("skip")
}

/// Reads `generate = { name = { … } }`, which says the same as blocks.
fn generate_argument(scope: &FileScope<'_, '_>, config: &mut UnitConfig) {
    let Some(attribute) = scope.tree.attribute(scope.tree.root(), "generate") else { return };
    let value = scope.value(attribute.value);
    let Some(entries) = value.as_entries() else { return };
    for (name, file) in &entries.items {
        let part = |name: &str| -> Value {
            file.as_entries().and_then(|entries| entries.get(name).cloned()).unwrap_or(Value::NULL)
        };
        config.generate.push(GenerateBlock {
            name: name.clone(),
            path: part("path"),
            contents: part("contents"),
            keeps_existing: keeps_existing(&part("if_exists")),
            is_disabled: part("disable").as_bool() == Some(true),
            tree: scope.tree.clone(),
            range: scope.tree.attribute_range(attribute),
        });
    }
}

fn remote_state(scope: &FileScope<'_, '_>, block: &Block) -> RemoteStateBlock {
    let body = scope.tree.body(block.body);
    let generate = scope.argument(body, "generate");
    let path = generate.as_entries().map(|entries| entries.get("path").cloned().unwrap_or(Value::NULL));
    let range: Range = block.range;
    RemoteStateBlock {
        backend: scope.argument(body, "backend"),
        config: scope.argument(body, "config"),
        path,
        tree: scope.tree.clone(),
        range,
    }
}

fn extra_arguments(scope: &FileScope<'_, '_>, terraform: &Body) -> Vec<ExtraArguments> {
    let blocks = scope.tree.blocks_of(terraform, "extra_arguments");
    let of = |block: &Block| {
        let body = scope.tree.body(block.body);
        let commands = scope.argument(body, "commands");
        let has_variables = commands.as_sequence().is_some_and(|commands| {
            commands.items.iter().any(|own| own.as_str().is_some_and(|own| READ_VARIABLES.contains(&own)))
        });
        let list = |name: &str, required: bool| -> Vec<(Value, bool)> {
            let value = scope.argument(body, name);
            match value.as_sequence() {
                Some(files) => files.items.iter().map(|file| (file.clone(), required)).collect(),
                None if value.is_null() => Vec::new(),
                None => vec![(value, required)],
            }
        };
        let mut files = list("required_var_files", true);
        files.extend(list("optional_var_files", false));
        ExtraArguments {
            name: scope.label(block),
            has_variables,
            files,
            arguments: scope.argument(body, "arguments"),
            environment: scope.argument(body, "env_vars"),
        }
    };
    blocks.map(of).collect()
}

//! What a module requires: versions of Terraform, of providers and of modules, and where its providers come from.

use super::WalkedModule;
use super::blocks::{not_constant, provider_name};
use crate::address::{ModuleSource, version};
use crate::diagnostic::{Diagnostic, nearest};
use crate::estate::configuration::declare::string;
use crate::syntax::tree::{Attribute, Block, Body, ExprId, ExprKind, Tree};

/// What an entry of `required_providers` may hold.
const ENTRY: [&str; 3] = ["source", "version", "configuration_aliases"];

/// What is wrong with the requirements of a module.
pub(super) fn problems(unit: &WalkedModule<'_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for tree in &unit.config.trees {
        let mut requirements = Requirements { tree, problems: &mut problems };
        for block in tree.blocks(tree.root()) {
            let body = tree.body(block.body);
            match tree.text(block.kind) {
                "terraform" => requirements.terraform(body),
                "provider" => requirements.version(body),
                "module" => {
                    let source = tree.attribute(body, "source").and_then(|own| string(tree, own.value));
                    if source.is_some_and(|source| ModuleSource::of(&source) == ModuleSource::Registry) {
                        requirements.version(body);
                    }
                }
                _ => {}
            }
        }
    }
    problems
}

struct Requirements<'a> {
    tree: &'a Tree,
    problems: &'a mut Vec<Diagnostic>,
}

impl Requirements<'_> {
    fn wrong(&mut self, code: &'static str, expr: ExprId, message: String, help: &str) {
        let place = self.tree.span(self.tree.expr(expr).range);
        self.problems.push(Diagnostic::error(code, message).at(place, "not valid").help(help));
    }

    fn terraform(&mut self, body: &Body) {
        if let Some(required) = self.tree.attribute(body, "required_version") {
            self.constant(required);
            if matches!(
                self.tree.expr(required.value).kind,
                ExprKind::Tuple(_) | ExprKind::Object(_) | ExprKind::Null
            ) {
                let message = "`required_version` is not a text".to_owned();
                self.wrong("config/version", required.value, message, "write, for example, `\"~> 1.2\"`");
            }
            self.constraint(required.value, version::why_invalid);
            let text = string(self.tree, required.value);
            if let Some(part) = text.as_deref().and_then(version::pre_release) {
                self.wrong(
                    "config/version",
                    required.value,
                    format!("`required_version` names a pre-release: `{part}`"),
                    "Terraform does not support that: name a release",
                );
            }
        }
        self.experiments(body);
        for block in self.tree.blocks_of(body, "required_providers") {
            self.providers(block);
        }
    }

    /// Releases of Terraform take part in no experiment.
    fn experiments(&mut self, body: &Body) {
        let Some(experiments) = self.tree.attribute(body, "experiments") else { return };
        if let ExprKind::Tuple(items) = self.tree.expr(experiments.value).kind
            && !self.tree.exprs(items).is_empty()
        {
            self.wrong(
                "config/constant",
                experiments.value,
                "`experiments` of Terraform are not for its releases".to_owned(),
                "remove it: what was an experiment is part of the language now, or is gone",
            );
        }
    }

    /// The `version` of a block.
    fn version(&mut self, body: &Body) {
        if let Some(attribute) = self.tree.attribute(body, "version") {
            self.constraint(attribute.value, version::why_invalid);
        }
    }

    fn constraint(&mut self, expr: ExprId, why: fn(&str) -> Option<String>) {
        let Some(text) = string(self.tree, expr) else { return };
        if let Some(why) = why(&text) {
            let message = format!("this is not a version constraint: {why}");
            self.wrong("config/version", expr, message, "write, for example, `~> 1.2` or `>= 1.2, < 2.0`");
        }
    }

    fn constant(&mut self, attribute: &Attribute) {
        if let Some((at, what)) = not_constant(self.tree, attribute.value) {
            let name = self.tree.text(attribute.name);
            self.wrong(
                "config/constant",
                at,
                format!("`{name}` must be a constant, but this {what}"),
                "Terraform needs it before it evaluates anything: write a literal value",
            );
        }
    }

    fn providers(&mut self, block: &Block) {
        let body = self.tree.body(block.body);
        for attribute in self.tree.attributes(body) {
            let name = self.tree.text(attribute.name);
            let is_wrong =
                |c: char| c.is_ascii() && !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-';
            if name.chars().any(is_wrong) {
                let message = format!("`{name}` cannot be the local name of a provider");
                let place = self.tree.span(attribute.name_range);
                self.problems.push(
                    Diagnostic::error("config/required-provider", message)
                        .at(place, "not a valid name")
                        .help("a name has small letters, digits and single dashes"),
                );
            }
            self.provider(name, attribute.value);
        }
    }

    fn provider(&mut self, name: &str, value: ExprId) {
        const CODE: &str = "config/required-provider";
        let tree = self.tree;
        let items = match tree.expr(value).kind {
            // The form of Terraform 0.12: `aws = "~> 2.0"`.
            ExprKind::String(_) => return self.constraint(value, version::why_invalid_for_provider),
            ExprKind::Object(items) => tree.items(items),
            ExprKind::Invalid => return,
            _ => {
                let message = format!("the requirement of the provider `{name}` is not an object");
                return self.wrong(CODE, value, message, "write `{ source = …, version = … }`");
            }
        };
        for item in items {
            let Some(key) = string(tree, item.key) else { continue };
            let text = string(tree, item.value);
            match (key.as_str(), text) {
                ("version", Some(_)) => self.constraint(item.value, version::why_invalid_for_provider),
                ("source", Some(source)) => {
                    if let Some(why) = why_no_source(&source) {
                        let message = format!("`{source}` is not the source of a provider: {why}");
                        self.wrong(
                            CODE,
                            item.value,
                            message,
                            "write `namespace/name`, or `host/namespace/name`",
                        );
                    }
                }
                (key @ ("version" | "source"), None) => {
                    let is_wrong = match tree.expr(item.value).kind {
                        ExprKind::Invalid => false,
                        ExprKind::Template(_) | ExprKind::Wrapped(_) => {
                            not_constant(tree, item.value).is_some()
                        }
                        _ => true,
                    };
                    if is_wrong {
                        let message =
                            format!("`{key}` of a required provider must be a text without references");
                        self.wrong(CODE, item.value, message, "write it in quotes");
                    }
                }
                ("configuration_aliases", _) => self.aliases(name, item.value),
                (other, _) => {
                    let message = format!("a required provider has no argument `{other}`");
                    let help = match nearest(other, ENTRY) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => {
                            "its arguments are `source`, `version` and `configuration_aliases`".to_owned()
                        }
                    };
                    self.wrong(CODE, item.key, message, &help);
                }
            }
        }
    }

    fn aliases(&mut self, name: &str, list: ExprId) {
        let tree = self.tree;
        let items = match tree.expr(list).kind {
            ExprKind::Tuple(items) => tree.exprs(items),
            _ => return,
        };
        for item in items {
            let is_alias = matches!(provider_name(tree, *item), Some((of, _)) if of == name);
            // JSON syntax has no other way to write a reference.
            let is_written = !matches!(tree.expr(*item).kind, ExprKind::String(_)) || tree.is_json();
            if !is_alias || !is_written {
                let message =
                    format!("`configuration_aliases` of `{name}` takes names such as `{name}.other`");
                self.wrong(
                    "config/required-provider",
                    *item,
                    message,
                    "name the provider and an alias of it",
                );
            }
        }
    }
}

/// Why a text cannot be the source of a provider.
fn why_no_source(source: &str) -> Option<&'static str> {
    let parts: Vec<&str> = source.split('/').collect();
    let (host, names) = match parts.as_slice() {
        [host, namespace, name] => (Some(*host), [*namespace, *name].to_vec()),
        names @ ([_] | [_, _]) => (None, names.to_vec()),
        _ => return Some("it has more than three parts"),
    };
    if host.is_some_and(str::is_empty) || names.iter().any(|name| name.is_empty()) {
        return Some("a part of it is empty");
    }
    let is_wrong = |name: &&str| {
        name.contains("--")
            || name.starts_with('-')
            || name.ends_with('-')
            || name.chars().any(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && c != '-')
    };
    if names.last().is_some_and(|name| name.starts_with("terraform-provider-")) {
        return Some("the name of a provider does not begin with `terraform-provider-`");
    }
    names.iter().any(is_wrong).then_some("names have letters, digits and single dashes")
}

//! Reads what modules stand for: `module` blocks of model files, which describe a module as Terraform does.

use super::{Claim, Model};
use crate::address::{ModulePackage, version};
use crate::decode::{Section, Spanned};
use crate::estate::configuration::declare::ModuleConfig;
use crate::estate::{Mode, ModuleMeaning};
use crate::syntax::tree::Block;
use crate::value::Str;

const RESOURCE: [Mode; 1] = [Mode::Managed];

/// Arguments and blocks that Terraform itself interprets.
const META: [&str; 6] = ["count", "for_each", "depends_on", "provider", "lifecycle", "dynamic"];

impl Model {
    /// Reads the description of a module.
    pub(super) fn module(&mut self, mut section: Section<'_>) {
        let source = section.label_spanned(0);
        let versions: Option<Spanned<Str>> = section.required("versions");
        let others: Option<Vec<Spanned<Str>>> = section.optional("others");
        for (kind, what, label) in
            [("variable", "a variable", "its name"), ("output", "an output", "its name")]
        {
            section.blocks(kind, what, &[label]);
        }
        section.blocks("locals", "`locals`", &[]);
        section.blocks("resource", "a resource", &["its type", "its name"]);
        if !ModulePackage::of(&source.value).is_some_and(|package| package.is_of_registry()) {
            section.mistake(
                "decode/value",
                source.span,
                format!("`{}` is no module of a registry: write namespace/name/provider", source.value),
            );
        }
        if let Some(versions) = &versions
            && !version::within(&versions.value, &versions.value)
        {
            let message = format!("`{}` is no range of versions: write `~> 5.0`", versions.value);
            section.mistake("decode/value", versions.span, message);
        }
        self.claims.extend(others.iter().flatten().map(|type_| Claim::of_type(&RESOURCE, type_)));
        let described = section.body_id().map(|body| (section.tree, body));
        let config = described.map(|(tree, body)| {
            for block in tree.blocks(tree.body(body)) {
                if tree.text(block.kind) == "resource" {
                    self.claim_resource(&section, block);
                }
            }
            ModuleConfig::described(tree, body)
        });
        if let (Some((config, problems)), Some(versions)) = (config, versions) {
            problems.into_iter().for_each(|problem| section.report(problem));
            let others = others.map(|types| types.into_iter().map(|type_| type_.value).collect());
            let meaning = ModuleMeaning::new(source.value, versions.value, config, others);
            self.facts.modules.push(meaning.into());
        }
        section.finish();
    }

    /// Claims that a described resource has a type and arguments of the provider.
    fn claim_resource(&mut self, section: &Section<'_>, block: &Block) {
        let tree = section.tree;
        let spanned = |text, range| Spanned { value: Str::from(tree.text(text)), span: tree.span(range) };
        let Some(type_) = tree.labels(block).first().map(|label| spanned(label.text, label.range)) else {
            return;
        };
        self.claims.push(Claim::of_type(&RESOURCE, &type_));
        let body = tree.body(block.body);
        let attributes = tree.attributes(body).iter().map(|own| spanned(own.name, own.name_range));
        let blocks = tree.blocks(body).iter().map(|own| match tree.labels(own).first() {
            Some(label) if tree.text(own.kind) == "dynamic" => spanned(label.text, label.range),
            _ => spanned(own.kind, own.kind_range),
        });
        let named = attributes.chain(blocks).filter(|name| !META.contains(&name.value.as_str()));
        self.claims.extend(named.map(|name| Claim::attribute(&RESOURCE, &type_.value, &name)));
    }
}

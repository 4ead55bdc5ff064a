//! What stands in for the module of a unit that is not at hand: a call of it, with the inputs of the unit as arguments.
//!
//! What such a call stands for in a root module it stands for here: the model may describe the module, rules ask which version it is, and
//! the rest is unknown. Only trees exist, each at the place in the files of Terragrunt that a user can change.

use std::fmt::Write as _;
use std::sync::Arc;

use super::config::{SourceArgument, UnitConfig};
use super::generate::{GeneratedFile, is_name, parsed};
use super::source::registry;
use super::unit::TerragruntUnit;
use crate::address::{InstanceKey, ModuleAddress, published_as};
use crate::estate::{BlockSource, Estate, ModuleCall};
use crate::value::literal::quoted;
use crate::value::{AbsentKey, Cause, CauseKind, Entries, Kind, Value};

/// The output in which the call hands on all that its module tells.
const ALL: &str = "all";
/// Arguments of a `module` block that are no variables of its module.
const OWN_ARGUMENTS: [&str; 9] = [
    "source",
    "version",
    "count",
    "for_each",
    "providers",
    "depends_on",
    "lifecycle",
    "locals",
    "connection",
];

/// The name of the call: that of the module in its registry or repository.
fn name(source: &str) -> String {
    let published = published_as(&registry(source).0);
    let (package, inner) = published.split_once("//").unwrap_or((&published, ""));
    let parts: Vec<&str> = package.split('/').collect();
    let is_registry = source.starts_with("tfr://");
    let own = if is_registry { parts.iter().rev().nth(1) } else { parts.last() };
    let inner = inner.rsplit('/').next().filter(|inner| !inner.is_empty());
    let kept = |c: char| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let name: String = inner.or(own.copied()).unwrap_or_default().chars().map(kept).collect();
    if is_name(&name) { name } else { "module".to_owned() }
}

/// The call as files of a root module; none if the source is not known.
pub(super) fn files(config: &UnitConfig) -> Vec<GeneratedFile> {
    let Some((argument, source)) = written(config) else { return Vec::new() };
    let name = name(source);
    let file = |name: String, tree| GeneratedFile { name, keeps_existing: false, tree };
    let mut text = header(&name, source);
    let _ = writeln!(
        text,
        "output \"{ALL}\" {{\n  description = \"What the module tells.\"\n  value = module.{name}\n}}"
    );
    let mut inputs = Vec::new();
    for (index, input) in config.inputs.iter().enumerate() {
        if !is_name(&input.name) {
            continue;
        }
        let _ = writeln!(
            text,
            "variable \"{}\" {{\n  description = \"An input of the unit.\"\n  type = any\n}}",
            input.name
        );
        if !OWN_ARGUMENTS.contains(&input.name.as_str()) {
            let (host, attribute) = &input.place;
            let argument =
                format!("module {} {{\n  {} = var.{}\n}}\n", quoted(&name), input.name, input.name);
            let tree = parsed(&argument, host, host.attribute_range(attribute));
            inputs.push(file(format!("input{index}_override.tf"), tree));
        }
    }
    let own = file("module.tf".to_owned(), parsed(&text, &argument.tree, argument.span.range));
    std::iter::once(own).chain(inputs).collect()
}

/// The source, as it is written and as a text.
fn written(config: &UnitConfig) -> Option<(&SourceArgument, &str)> {
    let argument = config.source.as_ref()?;
    Some((argument, argument.value.as_str()?))
}

fn header(name: &str, source: &str) -> String {
    let (source, version) = registry(source);
    let version = version.map(|version| format!("  version = {}\n", quoted(&version))).unwrap_or_default();
    format!("module {} {{\n  source = {}\n{version}}}\n", quoted(name), quoted(&source))
}

impl TerragruntUnit {
    /// Whether a call stands in for its module.
    #[must_use]
    pub const fn has_stand_in(&self) -> bool {
        self.module.is_none() && self.is_remote
    }

    /// Why settings of its module are not known.
    pub(super) fn module_not_there(&self) -> Arc<Cause> {
        let source = written(&self.config).map(|(_, source)| registry(source).0);
        Cause::new(CauseKind::ModuleNotLoaded, source.unwrap_or_default(), None)
    }

    /// Puts what the call tells in place of the outputs that the module would have.
    pub fn complete(&self, estate: &mut Estate) {
        if self.has_stand_in() {
            let all = estate.outputs.iter().find(|(name, _)| name == ALL).map(|(_, value)| value.clone());
            let (told, more) = match all.as_ref().map(|all| &all.kind) {
                Some(Kind::Object(told)) => match &told.absent {
                    AbsentKey::MaybePresent(cause) => (told.items.to_vec(), cause.clone()),
                    _ => (told.items.to_vec(), self.module_not_there()),
                },
                Some(Kind::Unknown(unknown)) => (Vec::new(), unknown.cause.clone()),
                _ => (Vec::new(), self.module_not_there()),
            };
            estate.outputs = told;
            estate.more_outputs = Some(more);
        } else if self.is_remote
            && let Some(call) = self.call()
        {
            estate.calls.push(call);
            estate.calls.sort_by(|a, b| a.address.cmp(&b.address));
        }
    }

    /// The source of a module that is at hand, as a call that rules may ask which version it takes.
    fn call(&self) -> Option<ModuleCall> {
        let (argument, source) = written(&self.config)?;
        let name = name(source);
        let tree = parsed(&header(&name, source), &argument.tree, argument.span.range).ok()?;
        let block = tree.blocks(tree.root()).first()?;
        let block = BlockSource { tree: tree.clone(), body: block.body, header: tree.span(block.header) };
        let (source, version) = registry(source);
        Some(ModuleCall {
            hole: None,
            failed: None,
            meaning: None,
            address: ModuleAddress::ROOT.child(&name, &InstanceKey::None),
            source: source.as_str().into(),
            version: version.map_or(Value::NULL, |version| version.as_str().into()),
            arguments: Entries::of_block(Vec::new()),
            block: Some(block),
        })
    }
}

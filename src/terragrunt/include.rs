//! `include` blocks: the configurations that a file takes over, and how it refers to them.

use std::path::Path;

use super::config::UnitConfig;
use super::merge::MergeStrategy;
use super::places::joined;
use super::scope::FileScope;
use crate::diagnostic::Diagnostic;
use crate::files::Refusal;
use crate::files::system::FileKind;
use crate::text::Span;
use crate::value::{Cause, CauseKind, Str, Value};

/// An `include` block.
#[derive(Clone, Debug)]
pub(super) struct IncludeBlock {
    /// Empty for a block without a label.
    pub(super) name: Str,
    /// The path, as Terragrunt sees it; the cause if it is not known.
    pub(super) path: Result<String, std::sync::Arc<Cause>>,
    pub(super) is_exposed: bool,
    strategy: MergeStrategy,
    pub(super) span: Span,
}

/// What an `include` block includes.
#[derive(Clone, Debug)]
pub(super) struct IncludedConfig {
    pub(super) strategy: MergeStrategy,
    pub(super) config: UnitConfig,
    /// Its value in expressions.
    pub(super) exposed: Value,
}

impl IncludedConfig {
    /// The default of a `feature` block, which whoever includes it has too; unknown if it could not be read.
    pub(super) fn feature(&self, name: &str) -> Option<Value> {
        if self.strategy == MergeStrategy::No {
            return None;
        }
        let declared = self.config.features.iter().find(|(own, _)| own == name);
        declared
            .map(|(_, default)| default.clone())
            .or_else(|| self.config.unread.clone().map(Value::unknown))
    }
}

/// The `include` blocks of a file.
pub(super) fn blocks(scope: &FileScope<'_, '_>) -> Vec<IncludeBlock> {
    let mut blocks: Vec<IncludeBlock> = Vec::new();
    for block in scope.blocks("include") {
        let span = scope.span(block);
        if scope.is_included {
            let message = "a file that is included cannot include another one";
            let help = "include both files in the unit, each with an `include` block of its own";
            scope
                .reading
                .report(Diagnostic::error("terragrunt/include", message).at(span, "here").help(help));
            continue;
        }
        let body = scope.tree.body(block.body);
        let path = match scope.argument(body, "path") {
            value if value.as_str().is_some_and(|path| !path.is_empty()) => {
                Ok(joined(scope.home(), value.as_str().unwrap_or_default()))
            }
            value => Err(value.first_cause().unwrap_or_else(|| {
                let message = "an `include` block needs a `path`";
                let help = "write `path = find_in_parent_folders(\"root.hcl\")`";
                scope.reading.report(
                    Diagnostic::error("terragrunt/include", message).at(span, "this block").help(help),
                );
                Cause::new(CauseKind::Error, message, Some(span))
            })),
        };
        let written = scope.argument(body, "merge_strategy");
        let strategy = match written.as_str() {
            Some(name) => MergeStrategy::of(name).unwrap_or_else(|| {
                let message = format!("there is no merge strategy `{name}`");
                let help = "the strategies are `no_merge`, `shallow` and `deep`";
                scope.reading.report(
                    Diagnostic::error("terragrunt/include", message).at(span, "this block").help(help),
                );
                MergeStrategy::Shallow
            }),
            None => MergeStrategy::Shallow,
        };
        let is_exposed = scope.argument(body, "expose").as_bool() == Some(true);
        blocks.push(IncludeBlock { name: scope.label(block), path, is_exposed, strategy, span });
    }
    blocks
}

/// Reads what the blocks include.
pub(super) fn read(scope: &FileScope<'_, '_>, blocks: &[IncludeBlock]) -> Vec<IncludedConfig> {
    blocks.iter().map(|block| read_one(scope, block)).collect()
}

fn read_one(scope: &FileScope<'_, '_>, block: &IncludeBlock) -> IncludedConfig {
    let cause = match &block.path {
        Ok(path) => match open(scope, path) {
            Ok(parent) => {
                scope.reading.included.borrow_mut().extend(scope.places.absolute(path));
                let config = parent.config();
                let exposed =
                    if block.is_exposed { super::expose::value(&parent, &config) } else { Value::NULL };
                return IncludedConfig { strategy: block.strategy, config, exposed };
            }
            Err((code, message)) => {
                let help = "correct the `path`; it starts at the directory of this unit";
                let problem = Diagnostic::error(code, message.clone());
                scope.reading.report(problem.at(block.span, "included here").help(help));
                Cause::new(CauseKind::Error, message, Some(block.span))
            }
        },
        Err(cause) => cause.clone(),
    };
    let unread = Some(cause.clone());
    let config = UnitConfig { open: unread.clone(), unread, ..UnitConfig::default() };
    IncludedConfig { strategy: block.strategy, config, exposed: Value::unknown(cause) }
}

/// The file at a path; a code and a message if it cannot be included.
pub(super) fn open<'a, 'p>(
    scope: &FileScope<'a, 'p>,
    path: &str,
) -> Result<FileScope<'a, 'p>, (&'static str, String)> {
    const CODE: &str = "terragrunt/include";
    let reader = &scope.reading.reader;
    let real = scope.places.real(reader, path);
    let named = real.as_deref().unwrap_or(Path::new(path));
    match real.as_deref().map_or(Err(Refusal::Outside), |real| reader.kind(real)) {
        Ok(FileKind::File) => {}
        Ok(_) => {
            return Err((CODE, format!("`{}` is to be included, but is not a file", named.display())));
        }
        Err(Refusal::Missing { .. }) => {
            let message = format!("the file `{}` that is to be included does not exist", named.display());
            return Err((CODE, message));
        }
        Err(refusal) => {
            let code = if matches!(refusal, Refusal::Outside) { "source/outside" } else { CODE };
            return Err((code, refusal.problem(named).message));
        }
    }
    // In what is included, functions speak of the unit that includes it.
    let read_for = scope.read_on(&scope.read_for.config);
    FileScope::open(scope.reading, &scope.places, path, read_for, true).map_err(|error| (CODE, error.message))
}

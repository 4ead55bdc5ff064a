//! What a configuration of Terragrunt says: the blocks and arguments that decide what a unit applies.

use std::sync::Arc;

use crate::syntax::tree::{Attribute, Tree};
use crate::text::{Range, Span};
use crate::value::{Cause, Str, Value};

/// What one configuration says, after what it includes has been merged into it.
#[derive(Clone, Debug, Default)]
pub(super) struct UnitConfig {
    /// `terraform.source`.
    pub(super) source: Option<SourceArgument>,
    /// `inputs`, by name, in order.
    pub(super) inputs: Vec<UnitInput>,
    /// Why there may be further inputs.
    pub(super) open: Option<Arc<Cause>>,
    /// `generate` blocks.
    pub(super) generate: Vec<GenerateBlock>,
    pub(super) remote_state: Option<RemoteStateBlock>,
    /// `dependency` blocks.
    pub(super) dependencies: Vec<DependencyBlock>,
    /// The defaults of `feature` blocks, by name.
    pub(super) features: Vec<(Str, Value)>,
    /// `extra_arguments` blocks.
    pub(super) arguments: Vec<ExtraArguments>,
    /// Why part of it could not be read: it may say anything.
    pub(super) unread: Option<Arc<Cause>>,
    /// Whether it says of itself that nothing is to be run.
    pub(super) is_skipped: bool,
}

/// `terraform.source`, and where it is written.
#[derive(Clone, Debug)]
pub(super) struct SourceArgument {
    pub(super) value: Value,
    pub(super) tree: Arc<Tree>,
    pub(super) span: Span,
}

/// An input of the module.
#[derive(Clone, Debug)]
pub(super) struct UnitInput {
    pub(super) name: Str,
    pub(super) value: Value,
    /// Where it is written.
    pub(super) place: (Arc<Tree>, Attribute),
}

/// A `generate` block: a file that Terragrunt writes into the working directory.
#[derive(Clone, Debug)]
pub(super) struct GenerateBlock {
    pub(super) name: Str,
    pub(super) path: Value,
    pub(super) contents: Value,
    /// Whether a file of the module with that name stays as it is.
    pub(super) keeps_existing: bool,
    pub(super) is_disabled: bool,
    pub(super) tree: Arc<Tree>,
    /// Where its contents are written.
    pub(super) range: Range,
}

/// The `remote_state` block.
#[derive(Clone, Debug)]
pub(super) struct RemoteStateBlock {
    pub(super) backend: Value,
    pub(super) config: Value,
    /// The path of the file to write, if there is to be one.
    pub(super) path: Option<Value>,
    pub(super) tree: Arc<Tree>,
    pub(super) range: Range,
}

/// A `dependency` block.
#[derive(Clone, Debug)]
pub(super) struct DependencyBlock {
    pub(super) name: Str,
    /// The directory of the unit, as Terragrunt sees it; the cause if it is not known.
    pub(super) directory: Result<String, Arc<Cause>>,
    /// `mock_outputs`; null if there are none.
    pub(super) mocks: Value,
    /// Whether the mocks stand for the outputs, because nobody asks for those.
    pub(super) is_mocked: bool,
    pub(super) span: Span,
}

/// An `extra_arguments` block: what is added to the command line of Terraform.
#[derive(Clone, Debug)]
pub(super) struct ExtraArguments {
    pub(super) name: Str,
    /// Whether it concerns a command that reads variables.
    pub(super) has_variables: bool,
    /// Files of values, each with whether it must exist.
    pub(super) files: Vec<(Value, bool)>,
    pub(super) arguments: Value,
    /// `env_vars`.
    pub(super) environment: Value,
}

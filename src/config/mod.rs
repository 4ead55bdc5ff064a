//! The config: `buttress.hcl`, what a project says of how it is to be checked.
//!
//! A config holds for the root modules at and below its directory, unless a nearer one does. It is read like rule files: what nobody asks
//! for is a mistake, with its place. Each kind of block is a file in `blocks`; `policy` puts arguments and config together. This module
//! knows rules and files, and neither graphs nor formats.

mod blocks;
mod claims;
mod configs;
mod intents;
mod own_rules;
mod policy;
mod reviewed;
mod selector;
mod shown;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

pub use blocks::{BLOCKS, BlockDoc, DeclaredEnvironment, SettingDoc};
pub use claims::{ClaimedName, ConfigClaim};
pub use configs::{Configs, FILE_NAME};
pub use intents::DeclaredIntent;
pub use policy::Policy;

use crate::decode::{Mistakes, Section};
use crate::syntax::tree::Tree;
use blocks::{
    AssumeBlock, General, IntentBlock, ModulesBlock, RootBlock, RuleBlock, SuppressBlock, TierBlock,
};

/// A config that was read.
#[derive(Debug)]
pub struct Config {
    /// The file, as it is shown.
    pub path: PathBuf,
    /// The directory of the file, as it is shown: where its rules and files of values are looked for.
    pub directory: PathBuf,
    /// The directory at which patterns of paths start, absolute and without links; `None` for a file outside of what is checked, whose
    /// patterns start at the top of each repository.
    pub base: Option<PathBuf>,
    general: General,
    rules: Vec<RuleBlock>,
    suppressions: Vec<SuppressBlock>,
    assumptions: Vec<AssumeBlock>,
    roots: Vec<RootBlock>,
    environments: Vec<DeclaredEnvironment>,
    tiers: Vec<TierBlock>,
    intents: Vec<IntentBlock>,
    modules: ModulesBlock,
}

impl Config {
    /// Reads the parts of a config that have no mistake.
    fn read(tree: &Arc<Tree>, path: PathBuf, base: Option<PathBuf>, mistakes: &Mistakes) -> Self {
        let mut section = Section::file(tree, "a config", mistakes);
        let directory = path.parent().map(std::path::Path::to_owned).unwrap_or_default();
        let tiers = TierBlock::read_all(&mut section);
        let config = Self {
            path,
            directory,
            base,
            general: General::read(&mut section),
            rules: RuleBlock::read_all(&mut section),
            suppressions: SuppressBlock::read_all(&mut section),
            assumptions: AssumeBlock::read_all(&mut section),
            roots: RootBlock::read_all(&mut section),
            environments: DeclaredEnvironment::read_all(&mut section),
            intents: IntentBlock::read_all(&mut section, &tiers),
            tiers,
            modules: ModulesBlock::read(&mut section),
        };
        section.finish();
        config
    }
}

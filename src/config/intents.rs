//! What the config declares of entries: targets, with the patterns of addresses that they are for.

use super::Policy;
use super::blocks::IntentBlock;
use crate::address::{Address, Glob};
use crate::environment::Environment;
use crate::text::Span;
use crate::value::Str;

/// What has to hold for the entries that a pattern matches.
#[derive(Clone, Debug)]
pub struct DeclaredIntent {
    /// The pattern, as it is written.
    pub pattern: Str,
    /// Its place.
    pub span: Span,
    /// In how many zones they stand.
    pub zones: Option<usize>,
    /// How many seconds it may take until they serve again.
    pub rto: Option<u64>,
    /// Of how many seconds data may be lost.
    pub rpo: Option<u64>,
    glob: Glob,
}

impl DeclaredIntent {
    /// Whether it is for the entry with this address.
    #[must_use]
    pub fn is_for(&self, address: &str) -> bool {
        self.glob.matches(&Address::read(address))
    }
}

impl Policy<'_> {
    /// What is declared for the root module in its environment, in the order of the config.
    #[must_use]
    pub fn intents(&self, environment: Option<&Environment>) -> Vec<DeclaredIntent> {
        let Some(config) = self.config else { return Vec::new() };
        let is_here = |block: &&IntentBlock| {
            let is_of = |name: &Str| environment.is_some_and(|own| own.is(name));
            block.roots.as_ref().is_none_or(|roots| self.is_at(roots))
                && (block.environments.is_empty() || block.environments.iter().any(is_of))
        };
        let mut declared = Vec::new();
        for block in config.intents.iter().filter(is_here) {
            let named = block.tier.as_ref().map(|tier| tier.value.as_str());
            let tier = config.tiers.iter().find(|tier| Some(tier.name.value.as_str()) == named);
            let targets = block.targets.or(tier.map(|tier| tier.targets).unwrap_or_default());
            declared.extend(block.entries.iter().map(|(pattern, glob)| DeclaredIntent {
                pattern: pattern.value.clone(),
                span: pattern.span,
                zones: targets.zones,
                rto: targets.rto,
                rpo: targets.rpo,
                glob: glob.clone(),
            }));
        }
        declared
    }
}

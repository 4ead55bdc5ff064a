//! What people have reviewed: the suppressions and assumptions of a config that hold for a root module.

use std::sync::Arc;

use super::Policy;
use crate::environment::Environment;
use crate::estate::{AssumedValues, Assumption};
use crate::settings::Peer;
use crate::suppression::{Cover, Selected, Selector, Suppression};

impl Policy<'_> {
    /// The suppressions that hold for the root module in its environment.
    #[must_use]
    pub fn suppressions(&self, environment: Option<&Environment>) -> Vec<Suppression> {
        let blocks = self.config.map_or(&[][..], |config| config.suppressions.as_slice());
        let is_here = |names: &[crate::value::Str]| {
            names.is_empty() || environment.is_some_and(|own| names.iter().any(|name| own.is(name)))
        };
        blocks
            .iter()
            .filter(|block| is_here(&block.environments))
            .map(|block| Suppression {
                selectors: block
                    .rules
                    .iter()
                    .map(|rule| Selector { text: rule.value.to_string(), span: rule.span })
                    .collect(),
                reason: block.reason.to_string(),
                owner: block.owner.as_ref().map(ToString::to_string),
                until: block.until,
                span: block.span,
                covered: Cover::Selected(Arc::new(Selected {
                    addresses: block.addresses.clone(),
                    paths: block.paths.clone(),
                    base: self.base().to_owned(),
                    reach: self.reach().to_owned(),
                })),
                peer: None,
                has_rest: false,
            })
            .collect()
    }

    /// What is assumed of the root module.
    #[must_use]
    pub fn assumptions(&self) -> AssumedValues {
        let blocks = self.config.map_or(&[][..], |config| config.assumptions.as_slice());
        let is_here =
            |block: &&super::AssumeBlock| block.roots.as_ref().is_none_or(|roots| self.is_at(roots));
        let (here, elsewhere): (Vec<_>, Vec<_>) = blocks.iter().partition(is_here);
        let of = |blocks: Vec<&super::AssumeBlock>| -> Vec<Assumption> {
            blocks.into_iter().map(|block| block.assumption.clone()).collect()
        };
        AssumedValues::new(of(here)).with_elsewhere(of(elsewhere))
    }

    /// The tools whose comments count.
    #[must_use]
    pub fn honoured(&self) -> Vec<Peer> {
        let of_config = self.config.map_or(&[][..], |config| config.general.honour.as_slice());
        of_config.iter().map(|tool| tool.value).collect()
    }
}

//! Where a plan leaves several targets possible: a value may be this or that, or made of both.
//!
//! A plan keeps the names of an expression and not the expression, so `flag ? a.id : b.id` looks like `[a.id, b.id]`. A
//! reference counts as a connection, and a connection that is not there makes a rule pass that should not.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::assign::Share;
use super::references::{FoundReferences, Target};
use crate::estate::plan::body::PlannedPlace;
use crate::value::{Cause, CauseKind, Step, Str};

/// Candidates that a cause names.
const MAX_NAMED: usize = 3;

impl PlannedPlace<'_> {
    /// Whether a value need not have to do with every target.
    pub(in crate::estate::plan) fn is_ambiguous(
        self,
        found: &FoundReferences,
        targets: &[Target],
        is_text: bool,
        share: Share,
    ) -> bool {
        let has_rivals = match share {
            // Two ids of one type do not fit into one attribute, but any number of them into a document.
            Share::Alone => !is_text && self.has_rivals((0..).zip(targets)),
            Share::All => false,
            Share::Among(parts) => {
                targets.iter().filter(|target| self.may_be_unknown(target)).count() > parts
            }
        };
        has_rivals || !found.is_exact() || (!is_text && self.is_divided(found))
    }

    /// Whether something that can only decide between parts of an expression takes part in it, and there is a choice.
    pub(in crate::estate::plan) fn is_divided(self, found: &FoundReferences) -> bool {
        found.decided
            && self.has_rivals(
                (0..)
                    .zip(&found.groups)
                    .flat_map(|(at, group)| group.targets.iter().map(move |target| (at, target))),
            )
    }

    /// Whether there are different instances of one type that do not come together, as those of one group do.
    fn has_rivals<'t>(self, targets: impl Iterator<Item = (usize, &'t Target)>) -> bool {
        let mut seen: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
        for (group, target) in targets {
            let Some(instance) = self.plan_index.instances.get(target.instance) else { continue };
            let first = *seen.entry(instance.read.type_.as_str()).or_insert((group, target.instance));
            if first.0 != group && first.1 != target.instance {
                return true;
            }
        }
        false
    }

    /// "Known after apply", with what it may be.
    pub(in crate::estate::plan) fn one_of(self, targets: &[Target], path: &[Step]) -> Arc<Cause> {
        let mut names: Vec<&str> = targets
            .iter()
            .filter_map(|target| Some(self.plan_index.instances.get(target.instance)?.read.address.as_str()))
            .collect();
        names.dedup();
        let others = names.len().saturating_sub(MAX_NAMED);
        names.truncate(MAX_NAMED);
        let mut text = names.join(" or ");
        if others > 0 {
            text += &format!(" or {others} others");
        }
        self.coming_from(&text, path)
    }

    /// "Known after apply", with what stands in the expression.
    pub(in crate::estate::plan) fn coming_from(self, text: &str, path: &[Step]) -> Arc<Cause> {
        let whole = self.after_apply(path);
        let subject: Str = ecow::eco_format!("{}, which comes from {text},", whole.subject);
        Cause::new(CauseKind::KnownAfterApply, subject, None)
    }
}

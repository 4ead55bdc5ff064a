//! Detects where a plan leaves several targets possible: a value may be one of them, or made of several.
//!
//! A plan keeps the names in an expression but not the expression, so `flag ? a.id : b.id` looks like `[a.id, b.id]`. A reference
//! counts as a connection, and a connection that does not exist makes a rule pass that should not.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::assign::Share;
use super::references::{FoundReferences, Target};
use crate::estate::plan::body::PlannedPlace;
use crate::text::{MAX_SENTENCE, shortened};
use crate::value::{Cause, CauseKind, Step, Str};

/// The most candidates that a cause names.
const MAX_NAMED: usize = 3;
/// The most characters of each.
const LONGEST_NAME: usize = 200;

impl PlannedPlace<'_> {
    /// Whether the value may be unrelated to some of the targets.
    pub(in crate::estate::plan) fn is_ambiguous(
        self,
        found: &FoundReferences,
        targets: &[Target],
        is_text: bool,
        share: Share,
    ) -> bool {
        let has_rivals = match share {
            // Two ids of one type do not fit into one attribute, but a document may contain any number of ids.
            // A list of unknown length may lack any of them.
            Share::Alone | Share::All => !is_text && self.are_rivals(targets),
            Share::Among(parts) => {
                targets.iter().filter(|target| self.may_be_unknown(target)).count() > parts
            }
        };
        has_rivals || !found.is_exact() || (!is_text && self.is_divided(found))
    }

    /// Whether the expression contains something that can only select between its parts, and there is more than one to select.
    pub(in crate::estate::plan) fn is_divided(self, found: &FoundReferences) -> bool {
        found.decided
            && self.has_rivals(
                (0..)
                    .zip(&found.groups)
                    .flat_map(|(at, group)| group.targets.iter().map(move |target| (at, target))),
            )
    }

    /// Whether two of the targets are different instances of one type.
    pub(in crate::estate::plan) fn are_rivals(self, targets: &[Target]) -> bool {
        self.has_rivals((0..).zip(targets))
    }

    /// Whether two groups refer to different instances of one type. Instances of the same group belong together.
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

    /// The cause "known after apply", naming the candidates.
    pub(in crate::estate::plan) fn one_of(self, targets: &[Target], path: &[Step]) -> Arc<Cause> {
        let mut seen = FxHashSet::default();
        let mut names: Vec<&str> = targets
            .iter()
            .filter(|target| seen.insert(target.instance))
            .filter_map(|target| Some(self.plan_index.instances.get(target.instance)?.read.address.as_str()))
            .collect();
        let others = names.len().saturating_sub(MAX_NAMED);
        names.truncate(MAX_NAMED);
        let names: Vec<Cow<'_, str>> = names.into_iter().map(|name| shortened(name, LONGEST_NAME)).collect();
        let mut text = names.join(" or ");
        if others > 0 {
            text += &format!(" or {others} others");
        }
        self.coming_from(&text, path)
    }

    /// The cause "known after apply", naming a part of the expression.
    pub(in crate::estate::plan) fn coming_from(self, text: &str, path: &[Step]) -> Arc<Cause> {
        let whole = self.after_apply(path);
        let text = shortened(text, MAX_SENTENCE);
        let subject: Str = ecow::eco_format!("{}, which comes from {text},", whole.subject);
        Cause::new(CauseKind::KnownAfterApply, subject, None)
    }
}

//! What would decide unknown verdicts: their causes, the most useful one first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::text::Span;
use crate::value::{CauseKind, Str};

/// Something that would decide unknown verdicts: a variable without a value, a command that was not run, what only the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    pub kind: CauseKind,
    /// What it is about: `var.multi_az`. Several modules that one command downloads are one cause, and so are files that were not read.
    pub subjects: Vec<Str>,
    /// Why it is unknown, in a sentence.
    pub text: String,
    /// The places of what it is about: a variable of one name may be declared in several roots.
    pub spans: Vec<Span>,
    /// The number of verdicts that it decides.
    pub verdicts: usize,
}

impl Undecided {
    /// Whether whoever runs the check can answer it before anything is applied.
    #[must_use]
    pub const fn is_answerable(&self) -> bool {
        matches!(
            self.kind,
            CauseKind::VariableWithoutDefault
                | CauseKind::ModuleNotLoaded
                | CauseKind::NoModuleDirectory
                | CauseKind::ModuleOutside
                | CauseKind::FileNotRead
                | CauseKind::Error
                | CauseKind::BeforeNotKnown
                | CauseKind::Workspace
        )
    }
}

/// Why several subjects that are one cause are unknown, in a sentence.
fn text_of_several(kind: CauseKind, subjects: &[Str]) -> String {
    let count = subjects.len();
    match kind {
        CauseKind::ModuleNotLoaded => format!("{count} modules are not downloaded"),
        CauseKind::NoModuleDirectory => format!("the directories of {count} modules do not exist"),
        CauseKind::VariableWithoutDefault => {
            format!("{} have no default and no value", subjects.join(" and "))
        }
        _ => format!("{count} files were not read in full"),
    }
}

impl Report {
    /// What would decide the unknown verdicts: first what can be answered, then by the number of verdicts.
    #[must_use]
    pub fn undecided(&self) -> Vec<Undecided> {
        let mut all: BTreeMap<(CauseKind, Option<Str>), (Undecided, BTreeSet<Str>)> = BTreeMap::new();
        for entry in self.unknown_verdicts() {
            // The start of the chain is what a reader has to look at.
            let cause = entry.what.cause.root();
            let is_one = matches!(
                cause.kind,
                CauseKind::ModuleNotLoaded | CauseKind::NoModuleDirectory | CauseKind::FileNotRead
            );
            // Several variables may have to be known together: that is another cause than each of them.
            let together = entry.what.cause.variables();
            let mut names: Vec<&str> = together.iter().map(|cause| cause.subject.as_str()).collect();
            names.sort_unstable();
            let key = (cause.kind, (!is_one).then(|| Str::from(names.join(" "))));
            let (undecided, subjects) = all.entry(key).or_insert_with(|| {
                let (kind, text) = (cause.kind, cause.to_string());
                let first = Undecided { kind, subjects: Vec::new(), text, spans: Vec::new(), verdicts: 0 };
                (first, BTreeSet::new())
            });
            undecided.verdicts += entry.what.rules().count();
            undecided.spans.extend(together.iter().filter_map(|cause| cause.span));
            subjects.extend(together.iter().map(|cause| cause.subject.clone()));
        }
        let mut all: Vec<Undecided> = all
            .into_values()
            .map(|(mut undecided, subjects)| {
                undecided.spans.sort_unstable();
                undecided.spans.dedup();
                let subjects: Vec<Str> = subjects.into_iter().collect();
                if subjects.len() > 1 {
                    undecided.text = text_of_several(undecided.kind, &subjects);
                }
                Undecided { subjects, ..undecided }
            })
            .collect();
        all.sort_by_key(|one| (!one.is_answerable(), Reverse(one.verdicts)));
        all
    }
}

//! `--only-changed`: sets aside what is about nothing that the plan changes, nor about anything connected to it.

use std::collections::BTreeSet;

use super::PassContext;
use crate::address::Address;
use crate::diagnostic::Diagnostic;
use crate::graph::ROOT_MODULE;
use crate::graph::history::Touched;
use crate::report::{Report, Status};
use crate::value::Str;

pub(super) fn run(context: &PassContext<'_>, report: &mut Report) {
    for (root, facts) in context.roots.iter().enumerate() {
        let Some(touched) = &facts.touched else { continue };
        let reach = ChangedArea::of(touched);
        let findings = report.diagnostics.iter_mut().filter(|entry| entry.root == Some(root));
        for entry in findings.filter(|entry| entry.what.is_finding()) {
            if !reach.has_finding(&entry.what) {
                entry.set_aside(Status::NotTouched);
            }
        }
        for entry in report.unknown.iter_mut().filter(|entry| entry.root == Some(root)) {
            // What could not be read may hold what the plan changes.
            if entry.what.address != ROOT_MODULE && !reach.has(&entry.what.address) {
                entry.set_aside(Status::NotTouched);
            }
        }
        let counted = report.counts.touched.get_or_insert_default();
        *counted += touched.changed.len();
    }
}

/// What a change reaches.
struct ChangedArea<'a> {
    changed: BTreeSet<&'a Str>,
    around: &'a BTreeSet<Str>,
    /// Modules with a change in them: a module is touched with anything in it.
    modules: BTreeSet<Str>,
}

impl<'a> ChangedArea<'a> {
    fn of(touched: &'a Touched) -> Self {
        let ancestors = touched.changed.iter().flat_map(|address| address.module().ancestors());
        Self {
            changed: touched.changed.iter().map(Address::text).collect(),
            around: &touched.around,
            modules: ancestors.map(|module| module.text().clone()).collect(),
        }
    }

    fn has(&self, address: &Str) -> bool {
        self.changed.contains(address) || self.around.contains(address) || self.modules.contains(address)
    }

    fn has_finding(&self, finding: &Diagnostic) -> bool {
        let mut shown = finding.path.iter().chain(finding.related.iter().map(|label| &label.address));
        self.has(&finding.address) || shown.any(|address| self.changed.contains(address))
    }
}

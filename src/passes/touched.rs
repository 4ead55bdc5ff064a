//! `--only-changed`: sets aside findings on resources that the plan does not change and that no edge connects to a changed one.

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
            // The root module stands for what could not be read, which may be what the plan changes.
            if entry.what.address != ROOT_MODULE && !reach.has(&entry.what.address) {
                entry.set_aside(Status::NotTouched);
            }
        }
        let counted = report.counts.touched.get_or_insert_default();
        *counted += touched.changed.len();
    }
}

/// The addresses that a change reaches.
struct ChangedArea<'a> {
    changed: BTreeSet<&'a Str>,
    around: &'a BTreeSet<Str>,
    /// Modules that contain a change: a module is touched if anything in it is.
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
        let mut shown = finding.path_addresses().chain(finding.related.iter().map(|label| &label.address));
        self.has(&finding.address) || shown.any(|address| self.changed.contains(address))
    }
}

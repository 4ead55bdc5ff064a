//! Items: what formats for people show one after another, findings by cause and then problems; and how much of it.

use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{clean, counted};
use crate::report::{Entry, FindingGroup, Report};

/// How much of a report formats for people show. Formats for tools always hold everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Every finding in full, with all its instances.
    pub all: bool,
    /// Advice, which is only counted otherwise.
    pub advice: bool,
}

/// Findings with one cause, or a problem.
pub(super) struct Item<'a> {
    /// The finding that stands for the others, or the problem.
    pub(super) entry: &'a Entry<Diagnostic>,
    /// The group of the finding.
    pub(super) group: Option<FindingGroup<'a>>,
}

/// The most environments that are named.
const MAX_NAMED: usize = 4;

impl Item<'_> {
    /// The worst severity.
    pub(super) fn severity(&self) -> Severity {
        self.group.as_ref().map_or(self.entry.what.severity, FindingGroup::severity)
    }

    /// How many findings it stands for.
    pub(super) fn len(&self) -> usize {
        self.group.as_ref().map_or(1, FindingGroup::size)
    }

    /// In what it holds, if that is more than one thing: `37 instances, 9 root modules, 2 environments (dev, prod)`.
    pub(super) fn extent(&self, report: &Report) -> Option<String> {
        let group = self.group.as_ref()?;
        let mut parts = Vec::new();
        match (group.size(), group.is_of_one_block()) {
            (1, _) => {}
            (n, true) => parts.push(counted(n, "instance", "instances")),
            (n, _) => parts.push(counted(n, "resource", "resources")),
        }
        let roots = group.roots(report);
        if roots.len() > 1 {
            parts.push(counted(roots.len(), "root module", "root modules"));
        }
        let environments = group.environments(report);
        let is_asked = !report.environments(self.entry).is_empty();
        match environments.as_slice() {
            [one] if is_asked => parts.push(clean::name(one).into_owned()),
            [] | [_] => {}
            several => {
                let named: Vec<_> = several.iter().take(MAX_NAMED).map(|name| clean::name(name)).collect();
                let more = if several.len() > MAX_NAMED { ", …" } else { "" };
                parts.push(format!("{} environments ({}{more})", several.len(), named.join(", ")));
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Everything that formats for people show, in the order of the report.
pub(super) fn items(report: &Report, detail: Detail) -> Vec<Item<'_>> {
    let is_shown = |item: &Item<'_>| detail.advice || item.severity() < Severity::Advice;
    let findings = report.groups().into_iter().map(|group| Item { entry: group.first, group: Some(group) });
    let problems = report.diagnostics.iter().filter(|entry| !entry.what.is_finding());
    findings.filter(is_shown).chain(problems.map(|entry| Item { entry, group: None })).collect()
}

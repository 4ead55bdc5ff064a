//! What a baseline accepts, in a sentence.

use crate::render::counted;
use crate::report::Report;

/// How many findings the baseline accepts, and how many of its entries are no longer met; `None` without a baseline.
pub(super) fn sentence(report: &Report) -> Option<String> {
    let baseline = report.baseline.as_ref()?;
    let mut out = format!("the baseline accepts {}", counted(baseline.accepted, "finding", "findings"));
    if baseline.accepted_unknown > 0 {
        let unknown = counted(baseline.accepted_unknown, "unknown verdict", "unknown verdicts");
        out.push_str(&format!(" and {unknown}"));
    }
    let fixed: usize = baseline.fixed.iter().map(|fixed| fixed.count).sum();
    if fixed > 0 {
        let them = if fixed == 1 { "it" } else { "them" };
        let fixed = counted(fixed, "of its entries is", "of its entries are");
        out.push_str(&format!("; {fixed} fixed: `--write-baseline` takes {them} out"));
    }
    Some(out)
}

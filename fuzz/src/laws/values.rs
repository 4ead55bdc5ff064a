//! Variable values files: the same values again, within the budgets, and whatever way they are printed.

use std::sync::Arc;

use buttress::budget::{Allowance, Budget, Meter};
use buttress::diagnostic::Diagnostic;
use buttress::estate::variables::{InputVariables, ValuesFile};
use buttress::eval::{Host, NoFiles};
use buttress::syntax::{Parsed, parse_hcl, parse_json_values};
use buttress::text::FileId;
use buttress::value::equality::NoIdentities;

use super::text;
use crate::support::print::print;

/// A small part of what a run has: nothing that a file of this size says in full needs more.
const STEPS: u64 = 20_000_000;
const BYTES: u64 = 16 << 20;

pub(super) fn values(data: &[u8]) {
    let text = text(data);
    let native = parse_hcl(FileId(0), text.as_str().into());
    let is_whole = native.problems.is_empty();
    let printed = is_whole.then(|| print(&native.tree));
    let values = evaluated(native);
    if let Some(printed) = printed {
        let again = evaluated(parse_hcl(FileId(0), printed.as_str().into()));
        assert_eq!(again.0, values.0, "{text}\nprinted as\n{printed}");
    }
    evaluated(parse_json_values(FileId(0), text.as_str().into()));
}

/// The values that a file gives by name, and how many problems it has. Values are compared as they are shown.
fn evaluated(parsed: Parsed) -> (Vec<(String, String)>, usize) {
    let tree = Arc::new(parsed.tree);
    let file = ValuesFile { tree: Some(tree.clone()), unread: None };
    let take = || {
        let meter =
            Meter::new(Allowance::default().with(Budget::Evaluation, STEPS).with(Budget::Values, BYTES));
        let host = Host { files: &NoFiles, identities: &NoIdentities, meter: &meter };
        let mut given = InputVariables::default();
        let problems = given.take(&file, host);
        for (budget, most) in [(Budget::Evaluation, STEPS), (Budget::Values, BYTES)] {
            assert!(meter.spent(budget) <= most + 1, "{budget:?}: {}", meter.spent(budget));
        }
        let mut names: Vec<String> = given.names().iter().map(ToString::to_string).collect();
        names.sort();
        let shown = |name: String| {
            let value = format!("{:?}", given.get(&name));
            (name, value)
        };
        (names.into_iter().map(shown).collect::<Vec<_>>(), problems)
    };
    let (values, problems): (Vec<(String, String)>, Vec<Diagnostic>) = take();
    assert_eq!(take(), (values.clone(), problems.clone()));
    for problem in &problems {
        assert!(problem.message.chars().count() <= 1_000, "{}", problem.message);
        for span in problem.labels().filter_map(|label| label.span()) {
            assert!(tree.source.get(span.range.as_usize()).is_some(), "{problem:?}");
        }
    }
    (values, problems.len())
}

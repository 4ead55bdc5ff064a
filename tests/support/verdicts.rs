//! What the embedded rules say of a directory or plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use buttress::check::Session;
use buttress::files::path::clean;
use buttress::report::Report;
use buttress::rule::Reads;
use buttress::settings::{Settings, ValueSources};

/// The embedded rules, read once for all tests.
pub(crate) static SESSION: LazyLock<Session> = LazyLock::new(Session::embedded);

/// A verdict of a rule on a node: rule, address, and `fail` or `unknown`. What is neither passed or was skipped. A rule that
/// cannot be evaluated is `rule/evaluation` at no address, with the verdict `problem`.
pub(crate) type Said = [String; 3];

/// The report on a directory or plan.
pub(crate) fn report(path: &Path) -> Report {
    SESSION.check(&Settings { paths: vec![path.to_owned()], ..Settings::default() })
}

/// Verdicts on a directory or plan, or on a plan with its source; root modules below the directory do not count, nor do rules
/// that read what no plan has.
pub(crate) fn of(path: &Path, source: Option<&Path>, var_files: &[PathBuf]) -> BTreeSet<Said> {
    let path = clean(path);
    let settings = Settings {
        paths: vec![path.clone()],
        values: ValueSources { files: var_files.to_vec(), ..ValueSources::default() },
        source: source.map(Path::to_owned),
        ..Settings::default()
    };
    of_report(&SESSION.check(&settings), &path)
}

/// Verdicts in a report on one of its roots.
pub(crate) fn of_report(report: &Report, path: &Path) -> BTreeSet<Said> {
    let is_here = |root: Option<usize>| root.is_some_and(|root| report.roots[root].path == path);
    let said = |root: Option<usize>, rule: &str, address: &str, verdict: &str| {
        let counts = is_here(root) && report.rule(rule).unwrap().reads == Reads::Any;
        counts.then(|| [rule.to_owned(), address.to_owned(), verdict.to_owned()])
    };
    let failed =
        report.findings().filter_map(|entry| said(entry.root, &entry.what.id, &entry.what.address, "fail"));
    let open = report
        .unknown_verdicts()
        .filter_map(|entry| said(entry.root, &entry.what.rule, &entry.what.address, "unknown"));
    let verdicts = failed.chain(open);
    let broken = report.problems().filter(|problem| problem.id.starts_with("rule/"));
    verdicts
        .chain(broken.map(|problem| [problem.id.to_string(), String::new(), "problem".to_owned()]))
        .collect()
}

/// What fails, by the place of the root module, rule and address. Rules about a change are left out: there is none in one state.
pub(crate) fn failing(report: &Report) -> BTreeSet<(String, String, String)> {
    let reads_change = |id: &str| report.rule(id).is_some_and(|rule| rule.reads == Reads::Plan);
    let failing = report.findings().filter(|entry| !reads_change(&entry.what.id)).filter_map(|entry| {
        let place = report.roots[entry.root?].place.clone();
        Some((place, entry.what.id.to_string(), entry.what.address.to_string()))
    });
    failing.collect()
}

/// Rule and address of the verdicts of a kind.
pub(crate) fn only(verdict: &str, all: &BTreeSet<Said>) -> BTreeSet<String> {
    all.iter()
        .filter(|[.., is]| is == verdict)
        .map(|[rule, address, _]| format!("{rule} {address}"))
        .collect()
}

//! JUnit XML: a suite for each root. A case is a rule at an address: a finding is a failure, an unknown verdict is skipped unless it
//! fails the run.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};
use rustc_hash::FxHashSet;

use super::tools::{own_label, place, short_enough};
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{clean, counted, path_of};
use crate::report::{Entry, Report, Root};
use crate::rule::verdict::UnknownVerdict;
use crate::value::Str;

/// The suite of problems, which concern no single root.
const INPUT: &str = "input";

pub(super) fn render(report: &Report) -> String {
    let unknown: usize = report.unknown.iter().map(|entry| entry.what.rules().count()).sum();
    let longest = report.diagnostics.len().max(unknown).max(report.failures.len());
    short_enough(longest, |most| {
        let mut document = quick_junit::Report::new(env!("CARGO_PKG_NAME"));
        document.add_test_suite(problems(report, most));
        for (index, root) in report.roots.iter().enumerate() {
            document.add_test_suite(suite(report, index, root, most));
        }
        let mut text = document.to_string().unwrap_or_default();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    })
}

/// What is wrong with the input: errors as errors, warnings as output of a case that passes.
fn problems(report: &Report, most: usize) -> TestSuite {
    let mut suite = TestSuite::new(INPUT);
    for entry in report.failures.iter().filter(|entry| entry.root.is_none()) {
        suite.add_test_case(failure(&entry.what, report));
    }
    let all: Vec<_> = report.diagnostics.iter().filter(|entry| !entry.what.is_finding()).collect();
    for entry in all.iter().take(most) {
        let problem = &entry.what;
        let told = told(problem, report);
        let name = clean::line(&problem.message);
        let mut case = if problem.severity == Severity::Error {
            case(&problem.id, &name, non_success(NonSuccessKind::Error, problem, &told))
        } else {
            let mut case = case(&problem.id, &name, TestCaseStatus::success());
            case.set_system_out(format!(
                "{}: {}\n{told}",
                problem.severity.name(),
                clean::line(&problem.message)
            ));
            case
        };
        locate(&mut case, problem, report);
        suite.add_test_case(case);
    }
    end(&mut suite, all.len().saturating_sub(most), "everything was read");
    suite
}

/// The cases of one root.
fn suite(report: &Report, index: usize, root: &Root, most: usize) -> TestSuite {
    let path = path_of(&root.path);
    let name = match &root.environment {
        Some(environment) => format!("{} ({})", clean::name(&path), clean::name(environment)),
        None => clean::name(&path).into_owned(),
    };
    let mut suite = TestSuite::new(name.as_str());
    let failures: Vec<_> = report.failures.iter().filter(|entry| is_of(entry, index)).collect();
    let failing: FxHashSet<(&Str, &Str)> =
        failures.iter().map(|entry| (&entry.what.id, &entry.what.address)).collect();
    let findings: Vec<_> = report.findings().filter(|entry| is_of(entry, index)).chain(failures).collect();
    for entry in findings.iter().take(most) {
        suite.add_test_case(failure(&entry.what, report));
    }
    let unknown: Vec<(&UnknownVerdict, &Str)> = report
        .unknown_verdicts()
        .filter(|entry| is_of(entry, index))
        .flat_map(|entry| entry.what.rules().map(|rule| (&entry.what, rule)))
        .filter(|(verdict, rule)| !failing.contains(&(*rule, &verdict.address)))
        .collect();
    for (verdict, rule) in unknown.iter().take(most) {
        let mut status = TestCaseStatus::skipped();
        let why = verdict.cause.to_string();
        status.set_message(format!("unknown: {}", clean::line(&why)));
        suite.add_test_case(case(rule, &verdict.address, status));
    }
    let left_out = findings.len().saturating_sub(most) + unknown.len().saturating_sub(most);
    end(&mut suite, left_out, "nothing was found");
    suite
}

/// Whether an entry is about a root, alone or among others.
fn is_of<T>(entry: &Entry<T>, index: usize) -> bool {
    entry.root == Some(index) || entry.also.contains(&index)
}

/// Readers of JUnit take a suite without cases for a mistake, and one that is cut must say so.
fn end(suite: &mut TestSuite, left_out: usize, otherwise: &str) {
    if left_out > 0 {
        let mut status = TestCaseStatus::skipped();
        let more = counted(left_out, "case is", "cases are");
        status.set_message(format!("{more} left out: the document would be too long"));
        suite.add_test_case(case(env!("CARGO_PKG_NAME"), "left out", status));
    } else if suite.test_cases.is_empty() {
        suite.add_test_case(case(env!("CARGO_PKG_NAME"), otherwise, TestCaseStatus::success()));
    }
}

fn case(class: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(&*clean::line(name), status);
    case.set_classname(&*clean::name(class));
    case
}

/// The case of a finding, or of what else fails the run.
fn failure(finding: &Diagnostic, report: &Report) -> TestCase {
    let told = told(finding, report);
    let status = non_success(NonSuccessKind::Failure, finding, &told);
    // What is about the whole run has no address.
    let name = if finding.address.is_empty() { &finding.message } else { finding.address.as_str() };
    let mut case = case(&finding.id, name, status);
    locate(&mut case, finding, report);
    case
}

fn non_success(kind: NonSuccessKind, diagnostic: &Diagnostic, told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(&*clean::line(&diagnostic.message)).set_type(diagnostic.severity.name());
    status.set_description(told);
    status
}

/// Where it is, how it is reached and what to do, a line each.
fn told(diagnostic: &Diagnostic, report: &Report) -> String {
    let mut lines = vec![clean::line(&diagnostic.message).into_owned()];
    for label in diagnostic.labels() {
        let at = super::text::place(&label.location, &report.sources);
        let words = if label.text.is_empty() { label.address.as_str() } else { &label.text };
        lines.push(format!("at {at}: {}", clean::line(words)).trim_end_matches(": ").to_owned());
    }
    if !diagnostic.path.is_empty() {
        lines.push(format!("path: {}", clean::line(&diagnostic.path_text())));
    }
    lines.extend(report.help(diagnostic).map(|help| format!("help: {}", clean::line(help))));
    lines.join("\n")
}

/// Readers of JUnit show the file of a case, where they know this attribute.
fn locate(case: &mut TestCase, diagnostic: &Diagnostic, report: &Report) {
    let Some(label) = own_label(diagnostic, &report.sources) else { return };
    let place = place(&label.location, &report.sources);
    case.extra.insert(XmlString::new("file"), XmlString::new(&*clean::name(&place.file)));
    if let Some(lines) = place.lines {
        case.extra.insert(XmlString::new("line"), XmlString::new(lines.line.to_string()));
    }
}

//! Believable estates with their expected findings as comments beside the code, in a closed world: what no comment expects
//! must not be found.

use std::collections::BTreeSet;
use std::path::Path;

use buttress::diagnostic::{Label, Severity};
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::Settings;

use crate::support::verdicts::SESSION;
use crate::support::{fixture, repository, verdicts};

/// One expected or found verdict: file and line, rule, and address where the comment names one.
type Said = (String, usize, String, String);

/// Checks a directory and compares what is found with what its comments expect.
fn check_comments(directory: &str) -> Report {
    let top = repository().join(directory);
    check_comments_with(directory, &Settings { paths: vec![top], ..Settings::default() })
}

/// Compares what is found with what comments in a directory expect.
pub(crate) fn check_comments_with(directory: &str, options: &Settings) -> Report {
    let top = repository().join(directory);
    let report = SESSION.check(options);
    let problems: Vec<String> = report.problems().map(|problem| problem.message.clone()).collect();
    assert!(problems.is_empty(), "{directory} has problems:\n{}", problems.join("\n"));
    for (verdict, found) in [("finding", findings(&report)), ("unknown", unknowns(&report))] {
        let expected = expectations(&top, verdict);
        compare(directory, verdict, &expected, &found);
    }
    report
}

fn compare(directory: &str, verdict: &str, expected: &[Said], found: &[Said]) {
    let mut missing: Vec<&Said> = Vec::new();
    let mut left: Vec<&Said> = found.iter().collect();
    for want in expected {
        let agrees = |have: &&Said| {
            have.0 == want.0
                && have.1 == want.1
                && have.2 == want.2
                && (want.3.is_empty() || have.3 == want.3)
        };
        match left.iter().position(agrees) {
            Some(at) => {
                left.remove(at);
            }
            None => missing.push(want),
        }
    }
    let lines = |all: &[&Said]| {
        all.iter()
            .map(|(file, line, rule, address)| format!("  {file}:{line} {rule} @{address}\n"))
            .collect::<String>()
    };
    assert!(
        missing.is_empty() && left.is_empty(),
        "{directory}, {verdict}:\nexpected, not found:\n{}found, not expected:\n{}",
        lines(&missing),
        lines(&left)
    );
}

fn findings(report: &Report) -> Vec<Said> {
    report
        .findings()
        .map(|entry| placed(report, entry.what.span(), &entry.what.id, &entry.what.address))
        .collect()
}

fn unknowns(report: &Report) -> Vec<Said> {
    report
        .unknown_verdicts()
        .map(|entry| {
            placed(
                report,
                entry.what.location.as_ref().and_then(|at| at.span()),
                &entry.what.rule,
                &entry.what.address,
            )
        })
        .collect()
}

fn placed(report: &Report, span: Option<buttress::text::Span>, rule: &str, address: &str) -> Said {
    let place = span.and_then(|span| report.sources.get(span.file).map(|file| (file, span)));
    let (file, line) = place.map_or((String::new(), 0), |(file, span)| {
        (file.path.to_string_lossy().into_owned(), file.line_column(span.range.start).0)
    });
    (file, line, rule.to_owned(), address.to_owned())
}

fn expectations(top: &Path, verdict: &str) -> Vec<Said> {
    let marker = format!("# {verdict}: ");
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(top).sort_by_file_name().into_iter().flatten() {
        if entry.path().extension().is_none_or(|extension| extension != "tf" && extension != "tfvars") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for (index, line) in text.lines().enumerate() {
            let Some((_, expected)) = line.split_once(&marker) else { continue };
            let expected = expected.split(" # ").next().unwrap_or_default();
            for one in expected.split(',') {
                let (rule, address) = one.trim().split_once(" @").unwrap_or((one.trim(), ""));
                let file = entry.path().to_string_lossy().into_owned();
                all.push((file, index + 1, rule.to_owned(), address.to_owned()));
            }
        }
    }
    all
}

#[test]
fn the_robust_stack_has_no_finding() {
    let report = check_comments("fixtures/stacks/three_tier_robust");
    assert!(report.findings().next().is_none());
    assert!(report.counts.passed > 100, "something was looked at");
}

#[test]
fn every_planted_defect_of_the_fragile_stack_is_found_once() {
    let report = check_comments("fixtures/stacks/three_tier_fragile");
    let rules: BTreeSet<&str> = report.findings().map(|entry| entry.what.id.as_str()).collect();
    assert!(rules.len() >= 16, "defects of many kinds are planted: {rules:?}");
}

#[test]
fn the_serverless_stack_has_the_findings_beside_its_code() {
    check_comments("fixtures/stacks/serverless_events");
}

#[test]
fn modules_of_common_practice_have_only_advice_that_is_worth_a_comment() {
    let report = check_comments("fixtures/stacks/common_practice");
    assert!(report.findings().all(|entry| entry.what.severity == Severity::Advice));
    assert!(report.counts.passed > 300, "something was looked at");
}

/// Estates that are written twice: as people write them in a hurry, and as they should.
const TWICE: [&str; 9] = [
    "data_pipeline",
    "ecs_microservices",
    "eks_platform",
    "hub_and_spoke",
    "multi_region",
    "serverless_claims",
    "shared_store",
    "small_business",
    "unknown_inputs",
];

#[test]
fn robust_estates_have_no_finding() {
    for name in TWICE {
        let report = check_comments(&format!("fixtures/stacks/{name}_robust"));
        assert!(report.findings().next().is_none(), "{name}");
        assert!(report.counts.passed > 200, "{name}: something was looked at");
    }
}

#[test]
fn fragile_estates_have_the_findings_beside_their_code() {
    for name in TWICE {
        let report = check_comments(&format!("fixtures/stacks/{name}_fragile"));
        assert_eq!(report.findings().next().is_none(), name == "unknown_inputs", "{name}");
        // Nobody says whether what passes a firewall leaves for the internet.
        let is_undecided = ["unknown_inputs", "hub_and_spoke"].contains(&name);
        assert_eq!(report.unknown_verdicts().next().is_some(), is_undecided, "{name}");
    }
}

#[test]
fn no_defect_of_any_estate_is_told_twice() {
    let set = RuleSet::embedded();
    let mut joined = 0;
    for directory in std::fs::read_dir(fixture("stacks")).unwrap() {
        let directory = directory.unwrap().path();
        let report = SESSION.check(&Settings { paths: vec![directory.clone()], ..Settings::default() });
        let findings = || report.findings().map(|entry| &entry.what);
        for finding in findings() {
            let rule = set.rule(&finding.id).unwrap();
            for other in rule.yields.iter().flat_map(|yields| &yields.rules) {
                let twice = findings().find(|it| it.id == other.value && it.address == finding.address);
                assert!(
                    twice.is_none(),
                    "{}: {} and {other:?} at {}",
                    directory.display(),
                    rule.id,
                    finding.address
                );
            }
        }
        let is_joined = |label: &&Label| label.text.starts_with("traffic that enters here");
        joined += findings().flat_map(|finding| &finding.related).filter(is_joined).count();
    }
    assert!(joined >= 12, "labels took the place of findings: {joined}");
}

/// Compares what is said of a directory with what is said of the plan that Terraform made of it.
fn check_plan(stack: &str) {
    let source = verdicts::of(&fixture("stacks").join(stack), None, &[]);
    let plan = verdicts::of(&fixture(format!("plans/stacks/{stack}.json")), None, &[]);
    let [source_unknown, plan_unknown] = [&source, &plan].map(|all| verdicts::only("unknown", all));
    let [source, plan] = [source, plan].map(|all| verdicts::only("fail", &all));
    // A plan may leave open what the source decides (documents are unknown as a whole there), never the other way round.
    let only_source: Vec<_> = source.difference(&plan).filter(|said| !plan_unknown.contains(*said)).collect();
    let only_plan: Vec<_> = plan.difference(&source).filter(|said| !source_unknown.contains(*said)).collect();
    assert!(
        only_source.is_empty() && only_plan.is_empty(),
        "{stack}: only from source: {only_source:#?}, only from the plan: {only_plan:#?}"
    );
    let left_open: Vec<_> = source.intersection(&plan_unknown).collect();
    assert!(left_open.is_empty(), "{stack}: the plan leaves open {left_open:#?}");
    println!("{stack}: {} findings from both; unknown only in the plan: {:?}", source.len(), plan_unknown);
}

#[test]
fn source_and_plan_of_the_fragile_stack_give_the_same_findings() {
    check_plan("three_tier_fragile");
}

#[test]
fn source_and_plan_of_the_robust_stack_give_the_same_findings() {
    check_plan("three_tier_robust");
}

#[test]
fn source_and_plan_of_the_serverless_stack_give_the_same_findings() {
    check_plan("serverless_events");
}

//! Diagnostics: what a finding carries beside its message, and how formats for people show it.

use buttress::cli::{Process, Terminal, run};
use buttress::diagnostic::Location;
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::text::Span;

use crate::support::folder::Folder;
use crate::support::{fixture, verdicts};

const TERMINAL: Terminal = Terminal { colour: false, width: 100 };

fn fragile() -> Report {
    verdicts::report(&fixture("stacks/three_tier_fragile"))
}

/// The text of a span, up to the end of its first line.
fn first_line(report: &Report, span: Span) -> String {
    let text = &report.sources.get(span.file).unwrap().text;
    text[span.range.as_usize()].lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_finding_knows_the_blocks_around_it() {
    let report = fragile();
    let entry = report
        .findings()
        .find(|entry| entry.what.id == "rds-single-az")
        .expect("the fragile stack has a database in one zone");
    let hidden: Vec<String> = entry
        .what
        .hidden
        .iter()
        .map(|location| first_line(&report, location.span().expect("it is in a file")))
        .collect();
    let opening = r#"resource "aws_db_instance" "orders" {"#;
    assert!(matches!(hidden.as_slice(), [one] if one.starts_with(opening)), "{hidden:?}");
    // Every finding at a resource lies in the blocks that it names.
    for entry in report.findings() {
        let Some(place) = entry.what.span() else { continue };
        let set_here = entry.what.related.first().filter(|label| label.text.ends_with("is set here"));
        let place = set_here.and_then(|label| label.span()).unwrap_or(place);
        for location in &entry.what.hidden {
            let around = location.span().unwrap();
            let holds = around.file == place.file && around.range.to(place.range) == around.range;
            assert!(holds, "{}: {around:?} is not around {place:?}", entry.what.id);
        }
    }
}

#[test]
fn a_finding_in_a_nested_block_knows_both_blocks() {
    let mut found = 0;
    let set = RuleSet::embedded();
    for example in set.rule("lambda-single-az").iter().flat_map(|rule| &rule.examples) {
        let text = buttress::render::tables::example_text(example);
        let folder = Folder::new("blocks").file("main.tf", &text);
        let report = verdicts::report(folder.top());
        for entry in report.findings().filter(|entry| entry.what.id == "lambda-single-az") {
            let around =
                entry.what.hidden.iter().map(|location| first_line(&report, location.span().unwrap()));
            let around: Vec<String> = around.collect();
            assert!(around[0].starts_with("resource \"aws_lambda_function\""), "{around:?}");
            assert_eq!(around[1..], ["vpc_config {"]);
            found += 1;
        }
    }
    assert!(found > 0, "an example of the rule fails");
}

#[test]
fn a_finding_in_a_module_names_the_calls_that_lead_there() {
    let report = fragile();
    let mut called = 0;
    for entry in report.findings() {
        let calls: Vec<&str> = entry.what.calls.iter().map(|call| call.address.as_str()).collect();
        let is_in_module = entry.what.address.starts_with("module.");
        assert_eq!(is_in_module, !calls.is_empty(), "{} {}", entry.what.id, entry.what.address);
        for call in &entry.what.calls {
            assert!(entry.what.address.starts_with(call.address.as_str()));
            assert!(first_line(&report, call.span().unwrap()).starts_with("module "));
            called += 1;
        }
    }
    assert!(called > 5, "the stack has modules: {called}");
}

#[test]
fn a_place_in_a_plan_is_a_pointer_and_an_excerpt() {
    let report = verdicts::report(&fixture("plans/changes/regression.json"));
    let entry = report.findings().find(|entry| entry.what.id == "rds-single-az").unwrap();
    let primary = entry.what.primary.as_ref().unwrap();
    let Location::Plan { pointer, excerpt, .. } = &primary.location else {
        panic!("{primary:?} is not in a plan")
    };
    assert_eq!(pointer, "/planned_values/root_module/resources/0/values/multi_az");
    assert_eq!(&excerpt.text[excerpt.mark.as_usize()], "multi_az = false");
    let plan = report.sources.get(primary.location.file()).unwrap();
    assert!(plan.path.ends_with("regression.json") && plan.text.is_empty(), "no text of a plan is kept");
    assert_eq!(report.sources.len(), verdicts::SESSION.rules().sources.len() + 1, "an excerpt is no file");
}

#[test]
fn places_in_other_files_are_related_diagnostics_in_plain_output() {
    let arguments = ["buttress", "check", "fixtures/stacks/three_tier_fragile", "--format", "plain"];
    let plain = run(arguments.map(Into::into), &Process::default(), TERMINAL).stdout;
    assert!(
        plain.contains("Advice: related place: `fixtures/stacks/three_tier_fragile/modules/service/main.tf`"),
        "{plain}"
    );
    assert!(plain.chars().all(|character| !matches!(character, '│' | '─' | '╰' | '╭')), "{plain}");
}

#[test]
fn every_format_for_people_says_what_to_do_and_how_bad_it_is() {
    for (format, marks) in [
        ("human", ["error[rds-single-az]:", "  help: Set `multi_az = true`"]),
        ("plain", ["Diagnostic severity: error", "diagnostic help: Set `multi_az = true`"]),
    ] {
        let arguments = ["buttress", "check", "fixtures/plans/changes/regression.json", "--format", format]
            .map(Into::into);
        let text = run(arguments, &Process::default(), TERMINAL).stdout;
        for mark in marks {
            assert!(text.contains(mark), "{format}: no `{mark}` in\n{text}");
        }
    }
}

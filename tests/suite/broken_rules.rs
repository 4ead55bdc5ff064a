//! What is said of mistakes in rule and model files: `fixtures/broken/rules/*.hcl`, each with what is expected beside it.

use std::fmt::Write;

use buttress::model::schema::Schema;
use buttress::rule::{RuleSet, conform};

use crate::support::{blesses, entries, fixture, read};

fn schema() -> Schema {
    Schema::read(&read("rules/aws/schema.facts")).expect("facts of the schema")
}

/// Every problem with its place, what stands there, and what to do.
fn said(name: &str, text: &str, schema: &Schema) -> String {
    let mut files = vec![(format!("{name}.hcl").into(), text.into())];
    files.push(("principles.hcl".into(), read("rules/principles.hcl").as_str().into()));
    let mut set = RuleSet::load(files);
    let mut problems = std::mem::take(&mut set.problems);
    problems.extend(conform::check(&set, schema));
    let mut out = String::new();
    for problem in problems {
        let place = problem.span().map(|span| {
            let file = set.sources.get(span.file).unwrap();
            let (line, column) = file.line_column(span.range.start);
            let text = file.text[span.range.as_usize()].lines().next().unwrap_or_default().to_owned();
            format!("{line}:{column} {text}")
        });
        let _ = writeln!(out, "{}", place.unwrap_or_default());
        let _ = writeln!(
            out,
            "  {}: {} [{}]",
            problem.id,
            problem.message,
            problem.primary.as_ref().map_or("", |label| label.text.as_str())
        );
        if let Some(help) = problem.help {
            let _ = writeln!(out, "  {help}");
        }
    }
    let kept: Vec<&str> = set.rules.iter().map(|rule| rule.id.as_str()).collect();
    let _ = writeln!(out, "rules that are left: {}", kept.join(", "));
    out
}

#[test]
fn every_mistake_is_reported_where_it_stands() {
    let schema = schema();
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in entries("broken/rules") {
        if path.extension().is_none_or(|extension| extension != "hcl") {
            continue;
        }
        count += 1;
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let said = said(&name, &std::fs::read_to_string(&path).unwrap(), &schema);
        let expected = fixture(format!("broken/rules/{name}.txt"));
        if blesses() {
            std::fs::write(&expected, &said).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default().replace("\r\n", "\n") != said {
            wrong.push(format!("{name}:\n{said}"));
        }
    }
    assert!(count >= 9, "only {count} files");
    assert!(wrong.is_empty(), "not as expected (`cargo bless` writes it anew):\n{}", wrong.join("\n"));
}

/// A misspelt type or attribute is in no rule, no model file and no example of ours.
#[test]
fn rules_and_model_agree_with_the_schema_of_the_provider() {
    let set = RuleSet::embedded();
    let problems = conform::check(&set, &schema());
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            let place = problem.span().map(|span| {
                let file = set.sources.get(span.file).unwrap();
                format!("{}:{}", file.path.display(), file.line_column(span.range.start).0)
            });
            let help = problem.help.clone().unwrap_or_default();
            format!("{}: {} {help}", place.unwrap_or_default(), problem.message)
        })
        .collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn a_line_of_the_facts_that_is_none_is_named() {
    let line_of = |text: &str| Schema::read(text).map(|_| ()).unwrap_err();
    assert_eq!(line_of("# facts\nresource a name\nthing b name\n"), 3);
    assert_eq!(line_of("resource a name[x"), 1);
    assert_eq!(line_of("resource a name]"), 1);
    assert_eq!(line_of("resource a name$"), 1);
    assert_eq!(line_of("resource a na-me"), 1);
}

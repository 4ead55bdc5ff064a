//! Laws over all rules: their examples are their tests.

use buttress::rule::{Expected, RuleSet, embedded, examples};

#[test]
fn rule_and_model_files_have_no_mistake() {
    let set = RuleSet::embedded();
    let problems: Vec<String> = set
        .problems
        .iter()
        .map(|problem| {
            let place = problem.span.and_then(|span| set.sources.get(span.file).map(|file| (file, span)));
            let place = place.map(|(file, span)| {
                format!("{}:{}", file.path.display(), file.line_column(span.range.start).0)
            });
            format!(
                "{}: {} {}",
                place.unwrap_or_default(),
                problem.message,
                problem.help.clone().unwrap_or_default()
            )
        })
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(!set.rules.is_empty());
}

#[test]
fn every_example_gives_the_verdict_that_it_promises() {
    let set = RuleSet::embedded();
    let mut wrong = Vec::new();
    let mut agreed = 0;
    for rule in &set.rules {
        for example in &rule.examples {
            let result = examples::check(&set, rule, example);
            match result {
                examples::Result::Agreed => agreed += 1,
                examples::Result::Missing => {
                    wrong.push(format!("{} / {}: missing", rule.id, example.title));
                }
                examples::Result::Noisy(said) => {
                    wrong.push(format!(
                        "{} / {}: noisy\n    {}",
                        rule.id,
                        example.title,
                        said.join("\n    ")
                    ));
                }
                examples::Result::Wrong(problems) => {
                    let messages: Vec<&str> =
                        problems.iter().map(|problem| problem.message.as_str()).collect();
                    wrong.push(format!(
                        "{} / {}: wrong\n    {}",
                        rule.id,
                        example.title,
                        messages.join("\n    ")
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{agreed} examples agree, {} do not:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_tells_what_a_reader_needs() {
    let set = RuleSet::embedded();
    for rule in &set.rules {
        let id = &rule.id;
        let has = |expected| rule.examples.iter().any(|example| example.expected == expected);
        assert!(has(Expected::Fails), "{id} has no failing example");
        assert!(has(Expected::Passes), "{id} has no passing example");
        assert!(!rule.references.is_empty(), "{id} has no reference");
        assert!(!rule.summary.ends_with('.'), "the summary of {id} is a title, without a dot");
        assert!(rule.fix.ends_with('.'), "the fix of {id} is a sentence");
    }
}

#[test]
fn every_rule_file_is_embedded() {
    let embedded = embedded::FILES.iter().filter(|(path, _)| !path.contains("/model/")).count();
    let set = RuleSet::embedded();
    // principles.hcl holds no rule.
    assert_eq!(set.rules.len(), embedded - 1);
}

//! Laws over all rules: their examples are their tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use buttress::check::Session;
use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::rule::framework::Framework;
use buttress::rule::{Expected, Rule, RuleSet, embedded, examples};
use buttress::settings::Settings;

use crate::support::{fixture, read, verdicts};

#[test]
fn rule_and_model_files_have_no_mistake() {
    let set = RuleSet::embedded();
    let problems: Vec<String> = set
        .problems
        .iter()
        .map(|problem| {
            let place = problem.span().and_then(|span| set.sources.get(span.file).map(|file| (file, span)));
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
                examples::ExampleResult::Agreed => agreed += 1,
                examples::ExampleResult::Missing => {
                    wrong.push(format!("{} / {}: missing", rule.id, example.title));
                }
                examples::ExampleResult::Noisy(said) => {
                    wrong.push(format!(
                        "{} / {}: noisy\n    {}",
                        rule.id,
                        example.title,
                        said.join("\n    ")
                    ));
                }
                examples::ExampleResult::Wrong(problems) => {
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
    let frameworks = Framework::all();
    let practices = frameworks.iter().find(|framework| framework.id == "well-architected").unwrap();
    for rule in &set.rules {
        let id = &rule.id;
        assert!(practices.cited_by(rule).next().is_some(), "{id} cites no practice of Well-Architected");
        let has = |expected| rule.examples.iter().any(|example| example.expected == expected);
        assert!(has(Expected::Fails), "{id} has no failing example");
        assert!(has(Expected::Passes), "{id} has no passing example");
        assert!(!rule.references.is_empty(), "{id} has no reference");
        assert!(!rule.summary.ends_with('.'), "the summary of {id} is a title, without a dot");
        assert!(rule.fix.ends_with('.'), "the fix of {id} is a sentence");
    }
}

/// Actions of AWS Fault Injection Service that rules name.
const FAULTS: &[&str] = &[
    "aws:arc:start-zonal-autoshift",
    "aws:ec2:asg-insufficient-instance-capacity-error",
    "aws:ec2:send-spot-instance-interruptions",
    "aws:ec2:stop-instances",
    "aws:ec2:terminate-instances",
    "aws:ecs:drain-container-instances",
    "aws:ecs:stop-task",
    "aws:ecs:task-cpu-stress",
    "aws:ecs:task-kill-process",
    "aws:ecs:task-network-blackhole-port",
    "aws:ecs:task-network-latency",
    "aws:eks:pod-delete",
    "aws:eks:pod-memory-stress",
    "aws:eks:terminate-nodegroup-instances",
    "aws:elasticache:replicationgroup-interrupt-az-power",
    "aws:fis:wait",
    "aws:lambda:invocation-add-delay",
    "aws:lambda:invocation-error",
    "aws:network:disrupt-connectivity",
    "aws:rds:failover-db-cluster",
    "aws:rds:reboot-db-instances",
    "aws:ssm:send-command",
];

#[test]
fn every_rule_says_how_to_notice_and_to_prove_it_in_a_sentence_of_its_own() {
    let set = RuleSet::embedded();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for rule in &set.rules {
        let id = &rule.id;
        for (name, text) in [("notice", &rule.notice), ("prove", &rule.prove)] {
            assert!(
                text.ends_with('.') && !text.contains('\n'),
                "`{name}` of {id} is a sentence on one line"
            );
            let other = known.insert(text, id);
            assert!(other.is_none(), "`{name}` of {id} is also that of {other:?}");
            let actions = text.split('`').skip(1).step_by(2).filter(|code| code.starts_with("aws:"));
            actions.for_each(|action| assert!(FAULTS.contains(&action), "{id} names {action}"));
        }
    }
    let brief = RuleSet::embedded_for_checks();
    assert!(brief.rules.iter().all(|rule| rule.notice.is_empty() && rule.prove.is_empty()));
}

/// The words that an id may begin with: the table of `docs/writing-rules.md`.
fn first_words() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/writing-rules.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) =
        text.split_once("| first word | what the rule is about |").expect("the table of first words");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split('`').nth(1).expect("a word in code marks").to_owned()).collect()
}

#[test]
fn every_id_begins_with_a_word_of_the_table() {
    let known = first_words();
    let set = RuleSet::embedded();
    let mut used = BTreeSet::new();
    for rule in &set.rules {
        let id = &rule.id;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(is_plain), "{id}: small letters, digits and hyphens only");
        let (word, defect) = id.split_once('-').unwrap_or((id, ""));
        assert!(!defect.is_empty(), "{id} names no defect");
        assert!(known.contains(word), "{id}: `{word}` is not in the table of docs/writing-rules.md");
        used.insert(word.to_owned());
    }
    assert_eq!(used, known, "words of the table that no id begins with");
}

/// What is wrong with rules of these ids, each with an attribute more than every rule has.
fn mistakes(rules: &[(&str, &str)]) -> String {
    let file = |(id, attribute): &(&str, &str)| {
        let text = format!(
            r#"rule "{id}" {{
              summary   = "A defect"
              principle = "recovery"
              severity  = "error"
              since     = "2027.1"
              why       = "It hurts."
              fix       = "Mend it."
              scope     = "module"
              for_each  = modules()
              when      = true
              message   = "broken"
              {attribute}
            }}"#
        );
        (format!("rules/{id}.hcl").into(), text.into())
    };
    let principles = ("rules/principles.hcl".into(), include_str!("../../rules/principles.hcl").into());
    let set = RuleSet::load(std::iter::once(principles).chain(rules.iter().map(file)));
    let said: Vec<String> =
        set.problems.iter().map(|problem| format!("{}: {}", problem.id, problem.message)).collect();
    said.join("\n")
}

#[test]
fn a_former_id_belongs_to_one_rule_and_to_no_living_one() {
    let of = |first, second| mistakes(&[("a-b", first), ("a-c", second)]);
    assert_eq!(of(r#"renamed_from = ["b", "x-b"]"#, r#"renamed_from = ["c"]"#), "");
    insta::assert_snapshot!(
        of(r#"renamed_from = ["a-c"]"#, ""),
        @"rule/renamed-from: `a-c` cannot be a former id of `a-b`: another rule has this id today"
    );
    insta::assert_snapshot!(
        of(r#"renamed_from = ["a-b"]"#, ""),
        @"rule/renamed-from: `a-b` cannot be a former id of `a-b`: it is its id today"
    );
    insta::assert_snapshot!(
        of(r#"renamed_from = ["b"]"#, r#"renamed_from = ["b"]"#),
        @"rule/renamed-from: `b` cannot be a former id of `a-c`: `a-b` lists it already"
    );
    insta::assert_snapshot!(
        of(r#"renamed_from = ["b", "b"]"#, ""),
        @"rule/renamed-from: `b` cannot be a former id of `a-b`: `a-b` lists it already"
    );
    insta::assert_snapshot!(
        of(r#"renamed_from = "b""#, ""),
        @"decode/wrong-type: `renamed_from` must be a list, not a string"
    );
    insta::assert_snapshot!(
        of(r#"renamed_from = ["b", 1]"#, ""),
        @"decode/wrong-type: an element of `renamed_from` must be a plain string, not a number"
    );
    insta::assert_snapshot!(
        of("renamed_from = []", ""),
        @"decode/value: `renamed_from` must be a list of at least one former id"
    );
}

#[test]
fn every_rule_file_is_embedded() {
    let embedded = embedded::FILES.iter().filter(|(path, _)| !path.contains("/model/")).count();
    let set = RuleSet::embedded();
    // principles.hcl holds no rule.
    assert_eq!(set.rules.len(), embedded - 1);
}

#[test]
fn the_rules_of_a_check_are_the_embedded_ones_without_examples() {
    let whole = RuleSet::embedded();
    let brief = RuleSet::embedded_for_checks();
    assert!(brief.problems.is_empty(), "{:?}", brief.problems);
    let pairs = whole.rules.iter().zip(&brief.rules);
    assert_eq!(whole.rules.len(), brief.rules.len());
    for (whole, brief) in pairs {
        assert!(brief.examples.is_empty(), "{}", brief.id);
        assert!(!whole.examples.is_empty(), "{}", whole.id);
        // Offsets differ behind examples; everything that a rule says is the same.
        assert_eq!(
            (&whole.id, &whole.summary, &whole.why, &whole.fix, &whole.references, whole.severity),
            (&brief.id, &brief.summary, &brief.why, &brief.fix, &brief.references, brief.severity),
        );
        let written = |rule: &Rule| {
            let asked = [Some(&rule.for_each), rule.unless.as_ref(), rule.path.as_ref()];
            let defects = rule.defects.iter().flat_map(|defect| [&defect.when, &defect.message]);
            let locals = rule.locals.iter().map(|(_, expression)| expression);
            let all = asked.into_iter().flatten().chain(defects).chain(locals);
            all.map(|one| one.tree.slice(one.tree.expr(one.expr).range).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(written(whole), written(brief), "{}", whole.id);
        assert_eq!(asked_of_all(whole), asked_of_all(brief));
    }
}

/// What a check asks of a rule without reading its body.
fn asked_of_all(rule: &Rule) -> String {
    let parameters = rule.parameters.iter().map(|own| (&own.name, &own.default, &own.doc));
    format!(
        "{:?}",
        (
            (&rule.id, &rule.principle, rule.severity, &rule.environment, rule.reads, rule.scope),
            (rule.since, &rule.renamed_from, parameters.collect::<Vec<_>>(), &rule.looks_at),
        )
    )
}

/// Inputs, and whether fewer than half of the rules have something to look at: a module that is not there may have anything.
const FOR_SOME_RULES: [(&str, bool); 6] = [
    ("stacks/three_tier_fragile", true),
    ("stacks/serverless_events", true),
    ("landscape", true),
    ("repositories", false),
    ("plans", false),
    ("language/cases", false),
];

#[test]
fn a_check_says_the_same_whether_it_reads_all_rules_or_those_that_have_something_to_look_at() {
    for (input, is_small) in FOR_SOME_RULES {
        let settings = Settings { paths: vec![fixture(input)], ..Settings::default() };
        let brief = Arc::new(RuleSet::embedded_for_checks());
        assert!(brief.rules.iter().all(|rule| !rule.is_read()), "heads are enough to begin with");
        let json = |set| {
            render(&Session::new(set).check(&settings), Format::Json, Look { colour: false, width: 100 })
        };
        assert_eq!(json(brief.clone()), json(Arc::new(RuleSet::embedded())), "{input}");
        let read = brief.rules.iter().filter(|rule| rule.is_read()).count();
        assert!(
            read * 2 < brief.rules.len() || !is_small,
            "{input}: {read} of {} rules were read",
            brief.rules.len()
        );
    }
}

/// Examples of rules have no modules of their own, so this is asked of a directory.
#[test]
fn modules_tell_services_with_one_role_apart() {
    let verdicts = verdicts::of(&fixture("of_modules/one_role"), None, &[]);
    let shared: Vec<String> = verdicts::only("fail", &verdicts)
        .into_iter()
        .filter(|said| said.starts_with("rds-shared-by-services "))
        .collect();
    assert_eq!(shared, ["rds-shared-by-services aws_db_instance.core"]);
}

/// A day as `year-month-day`, as days since the year 0, near enough to compare days that are months apart.
fn days(day: &str) -> Option<u32> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    Some(year * 365 + (month - 1) * 30 + day)
}

/// The days on which somebody read the sources of a table.
fn days_of_reading(text: &str) -> Vec<&str> {
    let after = |words: &'static str| text.split(words).skip(1).filter_map(|rest| rest.get(..10));
    after("read on ").chain(after("Taken on ")).collect()
}

/// AWS announces ends of support a year ahead: a table that nobody has looked at for so long lacks some. This fails on a later day, and is meant to:
/// read the sources again, and write down the day.
#[test]
fn tables_of_dates_say_where_they_come_from_and_are_less_than_a_year_old() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let today = 1970 * 365 + u32::try_from(now.as_secs() / 86_400).unwrap() * 1460 / 1461;
    for (table, least) in [("lifecycles", 4), ("metrics", 2), ("iam", 2)] {
        let text = read(&format!("rules/aws/model/{table}.hcl"));
        let days_read = days_of_reading(&text);
        assert!(days_read.len() >= least, "{table}.hcl says when its sources were read: {days_read:?}");
        for day in days_read {
            let age =
                today.saturating_sub(days(day).unwrap_or_else(|| panic!("{table}.hcl: `{day}` is no day")));
            assert!(age <= 365, "{table}.hcl was read on {day}: read its sources again");
        }
    }
}

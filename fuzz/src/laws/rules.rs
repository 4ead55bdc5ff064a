//! Rule files: mistakes have places, and what is read without one runs to its end.

use std::path::PathBuf;
use std::sync::Arc;

use buttress::rule::{RuleSet, examples};

use super::text;

/// What every set needs.
const PRINCIPLES: &str = include_str!("../../../rules/principles.hcl");

pub(super) fn rule_file(data: &[u8]) {
    let text = text(data);
    // A rule stands in a file of its name.
    let name = text.split_once("rule \"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("a");
    let files = [("rules/principles.hcl".to_owned(), PRINCIPLES), (format!("rules/{name}.hcl"), &text)];
    let load = || RuleSet::load(files.iter().map(|(path, text)| (PathBuf::from(path), Arc::from(*text))));
    let set = load();
    assert_eq!(load().problems, set.problems);
    for problem in &set.problems {
        assert!(!problem.message.ends_with('.'), "{problem:?}");
        for span in problem.labels().filter_map(|label| label.span()) {
            let file = set.sources.get(span.file).expect("a file that was read");
            assert!(file.text.get(span.range.as_usize()).is_some(), "{problem:?}");
        }
    }
    for rule in &set.rules {
        assert!(text.contains(rule.id.as_str()), "{}", rule.id);
        for example in &rule.examples {
            let first = examples::check(&set, rule, example);
            assert_eq!(examples::check(&set, rule, example), first);
        }
    }
}

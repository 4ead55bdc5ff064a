//! The parsers: trees and problems lie in the text, and what was printed means the same.

use buttress::syntax::{Parsed, parse_expression, parse_hcl, parse_json, parse_json_values, parse_template};
use buttress::text::FileId;
use serde_json::{Map, Value};

use super::text;
use crate::support::dump::{dump, expr};
use crate::support::print::print;
use crate::support::sound::{
    assert_json_sound, assert_places, assert_prints_back, assert_problems_sound, assert_sound,
    without_lone_surrogates,
};

/// Nesting that both parsers of JSON read.
const DEPTH: usize = 100;

pub(super) fn native(data: &[u8]) {
    let text = text(data);
    let parsed = parse_hcl(FileId(0), text.as_str().into());
    assert_sound(&parsed);
    assert_same(&parsed, &parse_hcl(FileId(0), text.as_str().into()));
    if parsed.problems.is_empty() {
        assert_prints_back(&parsed);
        assert_places(&parsed.tree, parsed.tree.root());
    } else {
        let _printed = print(&parsed.tree);
    }
    for one in
        [parse_expression(FileId(0), text.as_str().into()), parse_template(FileId(0), text.as_str().into())]
    {
        let _dumped = expr(&one.tree, one.expression);
        let range = one.tree.expr(one.expression).range;
        assert!(one.tree.source.get(range.as_usize()).is_some(), "{range:?} in {text:?}");
        assert_problems_sound(&one.tree, &one.problems);
    }
}

pub(super) fn json(data: &[u8]) {
    let text = text(data);
    let parsed = parse_json(FileId(0), text.as_str().into());
    assert_json_sound(&parsed);
    assert_same(&parsed, &parse_json(FileId(0), text.as_str().into()));
    let _printed = print(&parsed.tree);
    // Strings of values are plain text, so nothing but the JSON can be wrong.
    let values = parse_json_values(FileId(0), text.as_str().into());
    assert_json_sound(&values);
    let wrong = values.problems.iter().filter(|problem| problem.id != "syntax/duplicate-attribute");
    let plain = without_lone_surrogates(&text);
    if depth(&text) < DEPTH {
        let read = serde_json::from_str::<Map<String, Value>>(&plain);
        assert_eq!(wrong.count() == 0, read.is_ok(), "{:?} {:?} in {text}", values.problems, read.err());
    }
}

/// Brackets that are open at once, those in strings included.
fn depth(text: &str) -> usize {
    let mut open = 0_usize;
    let mut most = 0;
    for character in text.chars() {
        match character {
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

fn assert_same(one: &Parsed, other: &Parsed) {
    assert_eq!(dump(&one.tree), dump(&other.tree));
    assert_eq!(one.problems, other.problems);
}

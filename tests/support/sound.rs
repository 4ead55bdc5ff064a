//! Laws about what the parser returns, for any text.

use buttress::syntax::tree::{Body, Tree};
use buttress::syntax::{Parsed, parse_hcl};
use buttress::text::FileId;

use super::dump::dump;
use super::print::print;

/// Printing and parsing again gives the same structure, and the same print.
pub(crate) fn assert_prints_back(parsed: &Parsed) {
    let printed = print(&parsed.tree);
    let again = parse_hcl(FileId(0), printed.as_str().into());
    assert!(again.problems.is_empty(), "{:?} in\n{printed}", again.problems);
    assert_eq!(dump(&again.tree), dump(&parsed.tree), "\n{printed}");
    assert_eq!(print(&again.tree), printed);
}

/// All places lie in the text, on character boundaries, and each in the one around it.
pub(crate) fn assert_sound(parsed: &Parsed) {
    let tree = &parsed.tree;
    for problem in &parsed.problems {
        let spans = problem.labels().filter_map(|label| label.span());
        for span in spans {
            let range = span.range;
            assert!(range.start <= range.end && tree.source.get(range.as_usize()).is_some(), "{problem:?}");
        }
        assert!(problem.id.starts_with("syntax/") && !problem.message.ends_with('.'), "{problem:?}");
        assert!(problem.span().is_some(), "{problem:?}");
    }
    let mut end = 0;
    for comment in tree.comments() {
        assert!(
            comment.range.start >= end && tree.source.get(comment.range.as_usize()).is_some(),
            "{comment:?}"
        );
        end = comment.range.end;
    }
    assert_body_sound(tree, tree.root());
}

fn assert_body_sound(tree: &Tree, body: &Body) {
    assert!(tree.source.get(body.range.as_usize()).is_some());
    for attribute in tree.attributes(body) {
        assert_eq!(tree.slice(attribute.name_range), tree.text(attribute.name));
        let range = tree.expr(attribute.value).range;
        assert!(tree.source.get(range.as_usize()).is_some());
        assert!(
            attribute.name_range.end <= range.start && range.end <= body.range.end,
            "{attribute:?} {range:?}"
        );
    }
    for block in tree.blocks(body) {
        let inner = tree.body(block.body);
        assert!(block.header.start == block.range.start && block.header.end <= inner.range.start);
        assert!(inner.range.end <= block.range.end && block.range.end <= body.range.end);
        assert_body_sound(tree, inner);
    }
}

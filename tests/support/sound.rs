//! Laws about what the parser returns, for any text.

use buttress::diagnostic::Diagnostic;
use buttress::syntax::tree::{Body, Tree};
use buttress::syntax::{Parsed, parse_expression, parse_hcl};
use buttress::text::FileId;

use super::dump::{dump, expr};
use super::print::print;

/// Printing and parsing again gives the same structure, and the same print.
pub(crate) fn assert_prints_back(parsed: &Parsed) {
    let printed = print(&parsed.tree);
    let again = parse_hcl(FileId(0), printed.as_str().into());
    assert!(again.problems.is_empty(), "{:?} in\n{printed}", again.problems);
    assert_eq!(dump(&again.tree), dump(&parsed.tree), "\n{printed}");
    assert_eq!(print(&again.tree), printed);
}

/// What stands at the place of an expression is that expression.
pub(crate) fn assert_places(tree: &Tree, body: &Body) {
    for attribute in tree.attributes(body) {
        // The line break behind its marker is not part of a heredoc.
        let text = format!("{}\n", tree.slice(tree.expr(attribute.value).range));
        let again = parse_expression(FileId(0), text.as_str().into());
        assert!(again.problems.is_empty(), "{text}");
        assert_eq!(expr(&again.tree, again.expression), expr(tree, attribute.value));
    }
    for block in tree.blocks(body) {
        assert_eq!(tree.slice(block.kind_range), tree.text(block.kind));
        assert_places(tree, tree.body(block.body));
    }
}

/// All places of native syntax lie in the text, on character boundaries, and each in the one around it.
pub(crate) fn assert_sound(parsed: &Parsed) {
    let tree = &parsed.tree;
    assert_problems_sound(tree, &parsed.problems);
    let mut end = 0;
    for comment in tree.comments() {
        assert!(
            comment.range.start >= end && tree.source.get(comment.range.as_usize()).is_some(),
            "{comment:?}"
        );
        end = comment.range.end;
    }
    assert_body_sound(tree, tree.root(), &|written, name| written == name);
    assert_blocks_sound(tree, tree.root());
}

/// All places of JSON syntax lie in the text, and names are what their quotes hold. There a block has no extent of its own: its labels
/// are names of the objects around it.
pub(crate) fn assert_json_sound(parsed: &Parsed) {
    let tree = &parsed.tree;
    assert_problems_sound(tree, &parsed.problems);
    let unquoted = |quoted: &str| serde_json::from_str::<String>(&without_lone_surrogates(quoted)).ok();
    // In a text that is no JSON a name may be anything; then there is a problem.
    let is_json = parsed.problems.is_empty();
    assert_body_sound(tree, tree.root(), &|written, name| match unquoted(written) {
        Some(unquoted) => unquoted == name,
        None => !is_json,
    });
}

/// JSON with the escape of a replacement character for each half of a pair that stands alone, as Terraform reads it.
pub(crate) fn without_lone_surrogates(json: &str) -> String {
    let escape = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(character) = rest.chars().next() {
        let length = match (character, escape(rest)) {
            ('\\', Some(0xd800..=0xdbff)) => {
                let is_pair = matches!(rest.get(6..).and_then(escape), Some(0xdc00..=0xdfff));
                out.push_str(if is_pair { &rest[..12] } else { "\\ufffd" });
                if is_pair { 12 } else { 6 }
            }
            ('\\', Some(0xdc00..=0xdfff)) => {
                out.push_str("\\ufffd");
                6
            }
            // An escaped backslash is no start of an escape.
            ('\\', _) if rest.starts_with("\\\\") => {
                out.push_str("\\\\");
                2
            }
            _ => {
                out.push(character);
                character.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

/// Places of problems lie in the text, and each problem has a place and a code.
pub(crate) fn assert_problems_sound(tree: &Tree, problems: &[Diagnostic]) {
    for problem in problems {
        let spans = problem.labels().filter_map(|label| label.span());
        for span in spans {
            let range = span.range;
            assert!(range.start <= range.end && tree.source.get(range.as_usize()).is_some(), "{problem:?}");
        }
        assert!(problem.id.starts_with("syntax/") && !problem.message.ends_with('.'), "{problem:?}");
        assert!(problem.span().is_some(), "{problem:?}");
    }
}

/// The names and values of a body are where it says. `is_name` compares what is written with the name.
fn assert_body_sound(tree: &Tree, body: &Body, is_name: &impl Fn(&str, &str) -> bool) {
    assert!(tree.source.get(body.range.as_usize()).is_some());
    for attribute in tree.attributes(body) {
        let (written, name) = (tree.slice(attribute.name_range), tree.text(attribute.name));
        assert!(is_name(written, name), "{written:?} is not {name:?}");
        let range = tree.expr(attribute.value).range;
        assert!(tree.source.get(range.as_usize()).is_some());
        assert!(
            attribute.name_range.end <= range.start && range.end <= body.range.end,
            "{attribute:?} {range:?}"
        );
    }
    for block in tree.blocks(body) {
        assert!(tree.source.get(block.header.as_usize()).is_some());
        assert!(block.range.end <= body.range.end, "{block:?} {:?}", body.range);
        assert_body_sound(tree, tree.body(block.body), is_name);
    }
}

/// Header and body of a block lie in it, one behind the other.
fn assert_blocks_sound(tree: &Tree, body: &Body) {
    for block in tree.blocks(body) {
        let inner = tree.body(block.body);
        assert!(block.header.start == block.range.start && block.header.end <= inner.range.start);
        assert!(inner.range.end <= block.range.end);
        assert_blocks_sound(tree, inner);
    }
}

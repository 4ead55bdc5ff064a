//! JSON gives the tree of native syntax.

use buttress::syntax::parse_json;
use buttress::text::FileId;
use insta::assert_snapshot;

use super::{read, read_json, read_stack, read_values};
use crate::support::sound::assert_json_sound;

#[test]
fn same_tree_as_native_syntax() {
    let json = include_str!("../../../fixtures/syntax/service.tf.json");
    let native = include_str!("../../../fixtures/syntax/service.tf");
    assert_eq!(read_json(json), read(native));
    assert!(!read(native).contains("syntax/"));
}

#[test]
fn strings() {
    assert_snapshot!(read_json(r#"{"locals": {
        "a": "b", "c": "${d}", "e": "f${g}\n\u00e9\ud83d\ude00\"\\\/", "h": "$${i}", "j": "${\"k\"}%{ if l }m%{ endif }",
        "n": {"${o}p": -1.5e3, "q": [true, false, null, []], "//": "kept"}, "r": "\ud800"
    }}"#), @r###"
    locals {
      a = "b"
      c = (wrapped d)
      e = <"f" ${g} "\né😀\"\\/">
      h = "${i}"
      j = <${"k"} %{if l: "m" else: }>
      n = {<${o} "p">: (- 1.5e3), "q": [true false null []], "//": "kept"}
      r = "�"
    }
    "###);
    assert_snapshot!(read_values(r#"{"a": "${b}", "c": {"d": ["%{e}", 1]}, "f": "\t"}"#), @r###"
    a = "${b}"
    c = {"d": ["%{e}" 1]}
    f = "\t"
    "###);
}

#[test]
fn comments_and_arrays() {
    assert_snapshot!(read_json(r#"[
        {"//": "first", "output": {"a": {"value": 1}}},
        {"output": [{"b": [{"value": 2}, {"value": 3}]}], "resource": {"//": "x", "t": {"n": null}}}
    ]"#), @r###"
    output "a" {
      value = 1
    }
    output "b" {
      value = 2
    }
    output "b" {
      value = 3
    }
    "###);
    let tree = parse_json(FileId(0), "{\n  \"//\": \"why\"\n}".into()).tree;
    let comments: Vec<_> =
        tree.comments().iter().map(|comment| (tree.slice(comment.range), comment.own_line)).collect();
    assert_eq!(comments, [("why", true)]);
}

#[test]
fn places_are_those_of_the_file() {
    let text = r#"{"output": {"o": {"value": "\n\"x\" ${var.a + local.b} \u00e9 ${c}"}}}"#;
    let tree = parse_json(FileId(0), text.into()).tree;
    let block = tree.blocks(tree.root())[0];
    assert_eq!(tree.slice(block.header), "\"o\"");
    let value = tree.attribute(tree.body(block.body), "value").unwrap().value;
    assert_eq!(tree.slice(tree.expr(value).range), r#""\n\"x\" ${var.a + local.b} \u00e9 ${c}""#);
    let buttress::syntax::tree::ExprKind::Template(parts) = tree.expr(value).kind else {
        panic!("not a template")
    };
    let inside: Vec<_> = tree
        .parts(parts)
        .iter()
        .filter_map(|part| match part {
            buttress::syntax::tree::TemplatePart::Interpolation(id) => Some(tree.slice(tree.expr(*id).range)),
            _ => None,
        })
        .collect();
    assert_eq!(inside, ["var.a + local.b", "c"]);
}

#[test]
fn errors() {
    let texts = [
        r#"{"a": 1,}"#,
        r#"{"a": 1 "b": 2}"#,
        r#"{"a": [1, 2,], "b": [{} {}]}"#,
        r#"{"a" 1}"#,
        r#"{a: 1}"#,
        r#"{"a": 'b'}"#,
        r#"{"a": 1 // b"#,
        r#"{"a": "b"#,
        "{\"a\": \"b\nc\"}",
        r#"{"a": "\x", "b": "\u12"}"#,
        r#"{"a": 01, "b": 1., "c": -, "d": 2}"#,
        r#"{"a": tru}"#,
        r#"{"a": 1} 2"#,
        r#"{"a": "${b c}", "d": "\n${}"}"#,
        r#"{"a": 1, "a": 2}"#,
        r#"{"resource": "x", "output": {"o": 1}, "locals": [1]}"#,
        r#"{"variable": {"v": {"type": "list("}}}"#,
        "1",
        "",
        "{\"a\": \"\u{1}\"}",
    ];
    let shown: String = texts.iter().map(|text| format!("{text:?}\n{}\n", read_json(text))).collect();
    assert_snapshot!(shown, @r#"
    "{\"a\": 1,}"
    a = 1
    1:8 syntax/json-trailing-comma: JSON has no trailing commas [,: before a closing bracket]
        remove this comma

    "{\"a\": 1 \"b\": 2}"
    a = 1
    b = 2
    1:9 syntax/missing-comma: expected a comma before this [\": expected `,` here]

    "{\"a\": [1, 2,], \"b\": [{} {}]}"
    a = [1 2]
    b = [{} {}]
    1:12 syntax/json-trailing-comma: JSON has no trailing commas [,: before a closing bracket]
        remove this comma
    1:25 syntax/missing-comma: expected a comma before this [{: expected `,` here]

    "{\"a\" 1}"
    1:6 syntax/json-colon: expected `:` after this key [1: unexpected]

    "{a: 1}"
    1:2 syntax/json-key: expected a key in double quotes or `}` [a: unexpected]

    "{\"a\": 'b'}"
    a = INVALID
    1:7 syntax/json-value: expected a JSON value [\': unexpected]
        write strings in double quotes

    "{\"a\": 1 // b"
    a = 1
    1:9 syntax/json-closer: expected `,` or `}` [/: unexpected]
        JSON has no comments; Terraform ignores the key "//"

    "{\"a\": \"b"
    a = INVALID
    1:7 syntax/unclosed-string: this string is never closed [\": unexpected]
        end it with `"`

    "{\"a\": \"b\nc\"}"
    a = INVALID
    1:7 syntax/unclosed-string: this string is never closed [\": unexpected]
        end it with `"`

    "{\"a\": \"\\x\", \"b\": \"\\u12\"}"
    a = ""
    b = "12"
    1:8 syntax/invalid-escape: JSON has no such escape [\\x: not an escape]
        escapes are `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t` and `\uXXXX`
    1:19 syntax/invalid-escape: JSON has no such escape [\\u: not an escape]
        escapes are `\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t` and `\uXXXX`

    "{\"a\": 01, \"b\": 1., \"c\": -, \"d\": 2}"
    a = INVALID
    b = INVALID
    c = INVALID
    d = 2
    1:7 syntax/invalid-number: this is not a JSON number [01: not a number]
    1:16 syntax/invalid-number: this is not a JSON number [1.: not a number]
    1:25 syntax/invalid-number: this is not a JSON number [-: not a number]

    "{\"a\": tru}"
    a = INVALID
    1:7 syntax/json-value: expected a JSON value [tru: unexpected]

    "{\"a\": 1} 2"
    a = 1
    1:10 syntax/json-extra-text: expected nothing after the JSON value [2: unexpected]

    "{\"a\": \"${b c}\", \"d\": \"\\n${}\"}"
    a = (wrapped b)
    d = <"\n" ${INVALID}>
    1:12 syntax/unclosed-template: expected `}` to end this `${` [c: unexpected] [1:8 opened here]
        for a literal `${` write `$${`
    1:27 syntax/expected-expression: expected a value [}: no value starts with this]

    "{\"a\": 1, \"a\": 2}"
    a = 1
    a = 2
    1:10 syntax/duplicate-attribute: `a` is set twice in the same body [\"a\": set again here] [1:2 first set here]
        remove one of the two

    "{\"resource\": \"x\", \"output\": {\"o\": 1}, \"locals\": [1]}"
    1:14 syntax/json-block: `resource` must be a JSON object [\"x\": not an object]
    1:35 syntax/json-block: `output` must be a JSON object [1: not an object]
    1:50 syntax/json-block: `locals` must be a JSON object [1: not an object]

    "{\"variable\": {\"v\": {\"type\": \"list(\"}}}"
    variable "v" {
      type = (call list)
    }
    1:34 syntax/unclosed-bracket: this `(` is never closed [(: opened here]
        add the `)` that is missing

    "1"
    1:1 syntax/json-block: the file must be a JSON object [1: not an object]

    ""
    1:1 syntax/json-value: expected a JSON value [: unexpected]

    "{\"a\": \"\u{1}\"}"
    a = "\u{1}"
    1:8 syntax/json-control-character: this string contains a control character [\u{1}: control character]
        write it as an escape: `\t` is a tab
    "#);
}

/// In the language of stacks other keys are blocks.
#[test]
fn stacks_have_blocks_of_their_own() {
    let text = r#"{
        "component": {"a": {"inputs": {"n": "${var.n}"}, "providers": {"aws": "provider.aws.b"}, "depends_on": ["component.b"]}},
        "provider": {"aws": {"b": {"config": {"region": "eu-west-1"}}}},
        "store": {"varset": {"s": {"name": "n"}}},
        "orchestrate": {"auto_approve": {"o": {"check": [{"condition": "${true}"}]}}},
        "resource": {"x": 1}
    }"#;
    assert_snapshot!(read_stack(text), @r#"
    component "a" {
      inputs = {"n": (wrapped (. var n))}
      providers = {"aws": (. (. provider aws) b)}
      depends_on = [(. component b)]
    }
    provider "aws" "b" {
      config {
        region = "eu-west-1"
      }
    }
    store "varset" "s" {
      name = "n"
    }
    orchestrate "auto_approve" "o" {
      check {
        condition = (wrapped true)
      }
    }
    resource = {"x": 1}
    "#);
}

/// Wherever a file ends too early, what was read of it lies in it.
#[test]
fn places_lie_in_a_file_that_ends_early() {
    let whole = r#"{"resource": {"a_b": {"c": {"é": ["d", {"e": "${f}"}]}}}, "locals": [{"g": "\u0068"}]}"#;
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        let parsed = parse_json(FileId(0), whole[..end].into());
        assert!(!parsed.problems.is_empty());
        assert_json_sound(&parsed);
    }
    assert_json_sound(&parse_json(FileId(0), whole.into()));
}

#[test]
fn a_byte_order_mark_is_refused_and_the_rest_is_read() {
    let parsed = parse_json(FileId(0), "\u{feff}{\"locals\": {\"a\": 1}}".into());
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(parsed.problems[0].id, "syntax/json-value");
    assert_eq!(parsed.tree.blocks(parsed.tree.root()).len(), 1);
}

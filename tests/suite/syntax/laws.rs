//! Laws that hold for every text.

use buttress::syntax::tree::{ExprKind, TemplatePart};
use buttress::syntax::{Parsed, parse_expression, parse_hcl, parse_json, parse_json_values, parse_template};
use buttress::text::FileId;
use proptest::prelude::*;
use serde_json::Value;

use super::constant::evaluate;
use super::corpus;
use super::generate::{Constructs, body, soup};
use crate::support::print::print;
use crate::support::sound::{assert_json_sound, assert_places, assert_prints_back, assert_sound};

fn hcl(text: &str) -> Parsed {
    parse_hcl(FileId(0), text.into())
}

#[test]
fn fixtures_print_back() {
    for (name, text) in corpus::FILES {
        let parsed = hcl(text);
        assert!(parsed.problems.is_empty(), "{name}: {:?}", parsed.problems);
        assert_sound(&parsed);
        assert_prints_back(&parsed);
        assert_places(&parsed.tree, parsed.tree.root());
    }
}

#[test]
fn printed_code_is_formatted() {
    let parsed = hcl(
        "a = [1,2]\nlong_name=  {b=1\n  cc = {for k, v in x:k=>v... if v}, (d) = f(x...)}\nr \"s\" t {\n u{}\n v = <<A\n${x}\nA\n w = [\n{y=1},\n z ? -1:!(2+3)]\n}\n",
    );
    insta::assert_snapshot!(print(&parsed.tree), @r###"
    a = [1, 2]
    long_name = {
      b   = 1
      cc  = { for k, v in x : k => v... if v }
      (d) = f(x...)
    }

    r "s" "t" {
      u {}
      v = "${x}\n"
      w = [
        {
          y = 1
        },
        z ? -1 : !(2 + 3),
      ]
    }
    "###);
}

#[test]
fn templates_without_another_form_print_back() {
    // A stripped neighbour makes a string of `x`; `$` before `${` would escape it.
    let parsed =
        hcl("a = \" ${~ x ~} \"\nb = \"\\u0024${x}%${y}\"\nc = \"%{ for x in y }%{ endfor }\"\nd = 5 .e3\n");
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    assert_prints_back(&parsed);
    let value = parsed.tree.attribute(parsed.tree.root(), "a").unwrap().value;
    let ExprKind::Template(parts) = parsed.tree.expr(value).kind else { panic!("no template") };
    assert!(matches!(parsed.tree.parts(parts), [TemplatePart::Interpolation(_)]));
}

fn json() -> impl Strategy<Value = Value> {
    let text = || "[ -~é\\n\\t\\x00\u{1F600}]{0,6}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (0_u32..1000).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn generated_code_prints_back(text in body(Constructs { odd: true })) {
        let parsed = hcl(&text);
        prop_assert!(parsed.problems.is_empty(), "{:?} in\n{}", parsed.problems, text);
        assert_sound(&parsed);
        assert_prints_back(&parsed);
        assert_places(&parsed.tree, parsed.tree.root());
    }

    #[test]
    fn nothing_panics_on_tokens(text in soup()) {
        let parsed = hcl(&text);
        assert_sound(&parsed);
        if parsed.problems.is_empty() {
            assert_prints_back(&parsed);
        }
        let _template = parse_template(FileId(0), text.as_str().into());
        let _expression = parse_expression(FileId(0), text.as_str().into());
        let json = parse_json(FileId(0), format!("{{\"locals\": {{\"a\": {}}}}}", Value::from(text)).as_str().into());
        let _printed = print(&json.tree);
        assert_eq!(json.tree.blocks(json.tree.root()).len(), 1);
    }

    #[test]
    fn nothing_panics_on_any_text(text in "\\PC*|[\\x00-\\x7f]{0,80}") {
        assert_sound(&hcl(&text));
        let json = parse_json(FileId(0), text.as_str().into());
        assert_json_sound(&json);
        prop_assert_eq!(json.problems.is_empty(), serde_json::from_str::<serde_json::Map<String, Value>>(&text).is_ok());
    }

    #[test]
    fn nothing_panics_on_broken_code(text in body(Constructs { odd: true }), tokens in soup(), at in any::<prop::sample::Index>()) {
        let at = at.index(text.chars().count() + 1);
        let mut broken: String = text.chars().take(at).collect();
        broken.push_str(&tokens);
        broken.extend(text.chars().skip(at));
        let parsed = hcl(&broken);
        assert_sound(&parsed);
        let _printed = print(&parsed.tree);
    }

    #[test]
    fn json_values_are_those_of_json(value in json()) {
        let text = serde_json::json!({ "x": value }).to_string();
        let parsed = parse_json_values(FileId(0), text.as_str().into());
        prop_assert!(parsed.problems.is_empty(), "{:?} in {}", parsed.problems, text);
        let attribute = parsed.tree.attribute(parsed.tree.root(), "x").unwrap();
        prop_assert_eq!(evaluate(&parsed.tree, attribute.value), Some(value));
    }
}

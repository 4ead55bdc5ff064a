//! What native syntax means: one short text for each construct.

use insta::assert_snapshot;

use super::read;

/// The dump of one expression.
fn expression(text: &str) -> String {
    let shown = read(&format!("x = {text}\n"));
    shown.strip_prefix("x = ").unwrap_or(&shown).to_owned()
}

/// The dumps of several, one a line.
fn expressions(texts: &[&str]) -> String {
    texts.iter().map(|text| expression(text)).collect()
}

#[test]
fn bodies() {
    assert_snapshot!(read("a = 1\nb \"l\" m {\n  c = 2\n  d {}\n  e { f = 3 }\n}\n\ng = 4"), @r###"
    a = 1
    b "l" "m" {
      c = 2
      d {
      }
      e {
        f = 3
      }
    }
    g = 4
    "###);
    assert_snapshot!(read("\u{feff}a = 1\r\n\r\nb {\r\n  c = 2 # d\r\n}\r\n"), @r###"
    a = 1
    b {
      c = 2
    }
    "###);
    assert_snapshot!(read("größe-1 = 1\n_b = 2\nc \"say \\\"hi\\\" $${x}\" {\n}\n"), @r###"
    größe-1 = 1
    _b = 2
    c "say \"hi\" ${x}" {
    }
    "###);
    assert_snapshot!(read(""), @"");
}

#[test]
fn literals() {
    assert_snapshot!(expressions(&["1", "1.50", "09", "1e3", "1.5e-7", "1.e3", "true", "false", "null", "\"\"", "\"a\\n\\u00e9\\U0001F600\\t\\r\\\"\\\\\""]), @r###"
    1
    1.50
    09
    1e3
    1.5e-7
    1.e3
    true
    false
    null
    ""
    "a\né😀\t\r\"\\"
    "###);
}

#[test]
fn operators_bind_as_in_terraform() {
    assert_snapshot!(expressions(&[
        "1 + 2 * 3 - 4",
        "a || b && c == d < e + f * g",
        "a * b + c < d == e && f || g",
        "a - b - c",
        "a / b % c * d",
        "!a == -b.c[0]",
        "- - !a",
        "a >= b != c <= d",
        "a ? b : c ? d : e",
        "a ? b ? c : d : e",
        "a || b ? c && d : e",
        "(a + b) * c",
        "a-b - c",
    ]), @r###"
    (- (+ 1 (* 2 3)) 4)
    (|| a (&& b (== c (< d (+ e (* f g))))))
    (|| (&& (== (< (+ (* a b) c) d) e) f) g)
    (- (- a b) c)
    (* (% (/ a b) c) d)
    (== (! a) (- (index (. b c) 0)))
    (- (- (! a)))
    (!= (>= a b) (<= c d))
    (? a b (? c d e))
    (? a (? b c d) e)
    (? (|| a b) (&& c d) e)
    (* (parens (+ a b)) c)
    (- a-b c)
    "###);
}

#[test]
fn references() {
    assert_snapshot!(expressions(&[
        "a.b[0][\"c\"].d",
        "a.0.b.1",
        "a . b [ 0 ]",
        "(a\n.b\n[0])",
        "5.x",
        "a[b[c]]",
        "a[\nb\n]",
    ]), @r###"
    (. (index (index (. a b) 0) "c") d)
    (index (. (index a 0) b) 1)
    (index (. a b) 0)
    (parens (index (. a b) 0))
    (. 5 x)
    (index a (index b c))
    (index a b)
    "###);
}

#[test]
fn splats_reach_differently_far() {
    assert_snapshot!(expressions(&[
        "a[*].b[0].c",
        "a.*.b[0].c",
        "a.*.b.0.c",
        "a.*",
        "a[*]",
        "a[*].b[*].c",
        "a.*.b[*].c",
        "a[*].b.*.c[0]",
        "(a[\n*\n])",
    ]), @r###"
    ([*] a (. (index (. _ b) 0) c))
    (. (index (.* a (. _ b)) 0) c)
    (.* a (. (index (. _ b) 0) c))
    (.* a _)
    ([*] a _)
    ([*] a ([*] (. _ b) (. _ c)))
    ([*] (.* a (. _ b)) (. _ c))
    ([*] a (index (.* (. _ b) (. _ c)) 0))
    (parens ([*] a _))
    "###);
}

#[test]
fn calls() {
    assert_snapshot!(expressions(&[
        "f()",
        "f (1, 2,)",
        "f(a, b...)",
        "f(\n  a,\n  b...\n)",
        "provider::aws::f(1).a",
        "core :: f(1)",
        "true(1)",
    ]), @r###"
    (call f)
    (call f 1 2)
    (call f... a b)
    (call f... a b)
    (. (call provider::aws::f 1) a)
    (call core::f 1)
    (call true 1)
    "###);
}

#[test]
fn collections() {
    assert_snapshot!(expressions(&[
        "[]",
        "[1, [2], # c\n  /* d */ 3,\n]",
        "{}",
        "{ a = 1, \"b c\" : 2, (d) = 3, \"${e}f\" = 4, 5 = 6, null = 7, g.h = 8 }",
        "{\n  a = 1\n\n  b = 2, c = 3\n  # end\n}",
        "{ a = 1, a = 2 }",
        "{ if = 1, for_x = 2, a-b = 3 }",
        "{ a ? b : c = 1 }",
    ]), @r###"
    []
    [1 [2] 3]
    {}
    {"a": 1, "b c": 2, (parens d): 3, <${e} "f">: 4, 5: 6, "null": 7, (. g h): 8}
    {"a": 1, "b": 2, "c": 3}
    {"a": 1, "a": 2}
    {"if": 1, "for_x": 2, "a-b": 3}
    {(? a b c): 1}
    "###);
}

#[test]
fn for_expressions() {
    assert_snapshot!(expressions(&[
        "[for x in y : x]",
        "[for i, x in y : i + x if x > 1]",
        "{for k, v in y : k => v... if v}",
        "{\n  for k, v in y :\n  k =>\n  v\n  if v\n}",
        "{ for k, v in y : k => v == null ? a :\n  b\n}",
        "[for x in a ? b : c : x ? 1 : 2]",
        "[for x in y : { a = x\nb = 2 }]",
    ]), @r###"
    (for x in y : x)
    (for i, x in y : (+ i x) if (> x 1))
    (for k, v in y : k => v... if v)
    (for k, v in y : k => v if v)
    (for k, v in y : k => (? (== v null) a b))
    (for x in (? a b c) : (? x 1 2))
    (for x in y : {"a": x, "b": 2})
    "###);
}

#[test]
fn templates() {
    assert_snapshot!(expressions(&[
        r#""${x}""#,
        r#""a${x}b${"c${y}"}""#,
        r#""${x}${y}""#,
        r#""$${x} %%{y} $$${z} $ $$ % %% $a""#,
        r#""$${x}${y}""#,
        r#""${ { a = 1 } }""#,
        "\"${\n  x\n}\"",
        r#"" ${~ x ~} ""#,
        r#""a \n ${~ x } b""#,
        r#""a ${~ x ~} ${~ y ~} b""#,
        r#""%{ if a }b%{ else }c%{ endif }""#,
        r#""%{ if a }%{ if b }c%{ endif }%{ endif }d""#,
        r#""%{ for x in y }${x},%{ endfor }""#,
        r#""%{ for k, v in y ~} ${k}=${v} %{~ endfor }""#,
        r#""%{ for x in y }%{ endfor }""#,
    ]), @r###"
    (wrapped x)
    <"a" ${x} "b" ${<"c" ${y}>}>
    <${x} ${y}>
    "${x} %{y} $${z} $ $$ % %% $a"
    <"${x}" ${y}>
    (wrapped {"a": 1})
    (wrapped x)
    <${x}>
    <"a" ${x} " b">
    <"a" ${x} ${y} "b">
    <%{if a: "b" else: "c"}>
    <%{if a: %{if b: "c" else: } else: } "d">
    <%{for x in y: <${x} ",">}>
    <%{for k, v in y: <${k} "=" ${v}>}>
    <%{for x in y: <>}>
    "###);
}

#[test]
fn heredocs() {
    assert_snapshot!(expressions(&[
        "<<A\nb\n  c\nA",
        "<<A\nA",
        "<<A\n\nA",
        "<<-A\n    b\n\n  \n      c\n  A",
        "<<-A\n\tb\n    c\nA",
        "<<-A\n      b\n    ${x}\n    A",
        "<<A\n${x}\nA",
        "<<A\nA\"\nAB\n A B\n  A",
        "<<A\na \\n $${b} %%{c} \"d\"\nA",
        "<<A\r\nb\r\nA",
        "<<-A\n    %{ for x in y ~}\n    - ${x}\n    %{ endfor ~}\n    end\nA",
        "<<-A\n    a\n    %{~ if b }\n    c\n    %{~ endif }\nA",
        "<<A\nb $ \n%{~ if c }d%{ endif }\nA",
        "[<<A\nb\nA\n, <<-B\n  c\n  B\n]",
        "<<A\n${<<-B\n  c ${x}\n  B\n}\nA",
        "f(<<-A\n  ${x}A\n  A\n)",
    ]), @r###"
    "b\n  c\n"
    ""
    "\n"
    "b\n\n  \n  c\n"
    "b\n   c\n"
    <"  b\n" ${x} "\n">
    <${x} "\n">
    "A\"\nAB\n A B\n"
    "a \\n ${b} %{c} \"d\"\n"
    "b\r\n"
    <%{for x in y: <"    - " ${x} "\n">} "    end\n">
    <"    a\n" %{if b: "\n    c\n" else: } "\n">
    <"b $ " %{if c: "d" else: } "\n">
    ["b\n" "c\n"]
    <${<"c " ${x} "\n">} "\n">
    (call f <${x} "A\n">)
    "###);
}

#[test]
fn comments_are_recorded() {
    let text =
        "# a\nb = 1 // c\n/* d\n*/ e = [ # f\n  2, /* g */ 3]\r\nh = <<A\n# no\nA\n  //i\r\nj = \"# no\"#k";
    let tree = buttress::syntax::parse_hcl(buttress::text::FileId(0), text.into()).tree;
    let comments = tree.comments().iter().map(|comment| (tree.slice(comment.range), comment.own_line));
    let expected = [
        ("# a", true),
        ("// c", false),
        ("/* d\n*/", true),
        ("# f", false),
        ("/* g */", false),
        ("//i", true),
        ("#k", false),
    ];
    assert_eq!(comments.collect::<Vec<_>>(), expected);
}

#[test]
fn ranges_say_where_things_stand() {
    let text = "r \"a\" b {\n  x = f( [1 , 2] ) \n  y = a.b [ 0 ] [*].c # d\n  z = <<A\nt\n A\n}\n";
    let tree = buttress::syntax::parse_hcl(buttress::text::FileId(0), text.into()).tree;
    let block = tree.blocks(tree.root())[0];
    let labels: Vec<_> = tree.labels(&block).iter().map(|label| tree.slice(label.range)).collect();
    assert_eq!(labels, ["\"a\"", "b"]);
    assert_eq!(tree.slice(block.header), "r \"a\" b");
    assert_eq!(tree.slice(block.range), text.trim_end());
    let body = tree.body(block.body);
    assert_eq!(
        tree.slice(body.range),
        text.trim_end().strip_prefix("r \"a\" b {").unwrap().strip_suffix('}').unwrap()
    );
    let attributes: Vec<_> =
        tree.attributes(body).iter().map(|attribute| tree.slice(tree.attribute_range(attribute))).collect();
    assert_eq!(attributes, ["x = f( [1 , 2] )", "y = a.b [ 0 ] [*].c", "z = <<A\nt\n A"]);
}

//! Large, long and deep input: nothing overflows, nothing grows faster than its text, nothing panics.

use std::fmt::Write as _;

use buttress::syntax::{MAX_NESTING, Parsed, parse_expression, parse_hcl, parse_json, parse_template};
use buttress::text::FileId;

use super::corpus;
use crate::support::dump::{self, dump};
use crate::support::print::print;

/// What one level of nesting consists of.
const NESTINGS: &[(&str, &str)] = &[
    ("[", "]"),
    ("(", ")"),
    ("{a=", "}"),
    ("f(", ")"),
    ("x[", "]"),
    ("\"a${", "}\""),
    ("[for x in ", " : x]"),
    ("{for x in y : x => ", "}"),
    ("true ? ", " : 1"),
    ("-(1 || 2 && 3 == 4 < 5 + 6 * ", ")"),
    ("<<A\n${", "}\nA\n"),
];

fn nested(depth: usize, (open, close): (&str, &str)) -> String {
    format!("x = {}1{}\n", open.repeat(depth), close.repeat(depth))
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    // Half of what a thread gets by default.
    std::thread::Builder::new().stack_size(1 << 20).spawn(test).unwrap().join().unwrap();
}

fn codes(parsed: &Parsed) -> Vec<&str> {
    parsed.problems.iter().map(|problem| problem.id.as_str()).collect()
}

#[test]
fn deep_nesting_is_parsed_up_to_the_limit() {
    on_a_small_stack(|| {
        for &nesting in NESTINGS {
            // The innermost value is one level, too.
            let allowed = parse_hcl(FileId(0), nested(MAX_NESTING - 1, nesting).into());
            assert_eq!(codes(&allowed), [""; 0], "{nesting:?}");
            assert!(print(&allowed.tree).len() > MAX_NESTING, "{nesting:?}");
        }
    });
}

#[test]
fn a_file_goes_on_behind_what_is_nested_too_deep() {
    on_a_small_stack(|| {
        for &nesting in NESTINGS {
            let deep = format!("a {{\n  {}}}\n", nested(MAX_NESTING + 1, nesting));
            let text = format!("first {{\n}}\n{deep}second {{\n}}\n{deep}third \"x\" {{\n  y = 1\n}}\n");
            let parsed = parse_hcl(FileId(0), text.into());
            let tree = &parsed.tree;
            let kinds: Vec<&str> =
                tree.blocks(tree.root()).iter().map(|block| tree.text(block.kind)).collect();
            assert_eq!(kinds, ["first", "a", "second", "a", "third"], "{nesting:?}");
            assert_eq!(codes(&parsed), ["syntax/too-deep"; 2], "{nesting:?}");
        }
        // What is no block at the top of the file may be a part of what is too deep.
        let text = format!("x = {}\n  inner {{\n}}\ny = 1\n", "[".repeat(MAX_NESTING + 1));
        let parsed = parse_hcl(FileId(0), text.into());
        assert!(parsed.tree.blocks(parsed.tree.root()).is_empty());
    });
}

#[test]
fn a_json_file_goes_on_behind_what_is_nested_too_deep() {
    on_a_small_stack(|| {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"b]\":", "}]")] {
            let deep = format!("{}\"}}]\"{}", open.repeat(MAX_NESTING + 1), close.repeat(MAX_NESTING + 1));
            let text = format!(
                "{{\"locals\": {{\"a\": {deep}, \"b\": 1}}, \"x\": {deep}, \"output\": {{\"c\": {{\"value\": 1}}}}}}"
            );
            let parsed = parse_json(FileId(0), text.into());
            let tree = &parsed.tree;
            let blocks = tree.blocks(tree.root());
            assert!(blocks.iter().any(|block| tree.text(block.kind) == "output"), "{open}");
            let locals = blocks.iter().find(|block| tree.text(block.kind) == "locals").unwrap();
            assert!(tree.attribute(tree.body(locals.body), "b").is_some(), "{open}");
            assert!(codes(&parsed).contains(&"syntax/too-deep"), "{open}");
            assert!(parsed.problems.len() < 4, "{open} {:?}", codes(&parsed));
        }
    });
}

#[test]
fn deeper_nesting_is_one_problem() {
    on_a_small_stack(|| {
        for &nesting in NESTINGS {
            for depth in [MAX_NESTING + 1, 20_000] {
                let text = nested(depth, nesting) + "y = 1\n";
                let refused = parse_hcl(FileId(0), text.into());
                assert!(codes(&refused).contains(&"syntax/too-deep"), "{nesting:?} {:?}", codes(&refused));
                assert!(refused.problems.len() < 4, "{nesting:?} {:?}", codes(&refused));
            }
        }
        for text in ["b {\n", "b {\nx = [\n", "[[", "\"${", "((((", "{a=", "x[", "!(-", "%{ if [", "{\n"] {
            let text = text.repeat(50_000);
            assert!(!parse_hcl(FileId(0), text.as_str().into()).problems.is_empty());
            assert!(!parse_hcl(FileId(0), format!("x = {text}").into()).problems.is_empty());
        }
        let blocks = format!("{}{}", "b {\n".repeat(MAX_NESTING + 1), "}\n".repeat(MAX_NESTING + 1));
        assert!(codes(&parse_hcl(FileId(0), blocks.into())).contains(&"syntax/too-deep"));
        let directives = "%{ if a }".repeat(50_000) + &"%{ endif }".repeat(50_000);
        let template = parse_template(FileId(0), directives.into());
        assert_eq!(
            template.problems.iter().map(|problem| problem.id.as_str()).collect::<Vec<_>>(),
            ["syntax/too-deep"]
        );
        for json in ["[", "{\"a\":", "{\"resource\":[", "{\"locals\": {\"a\": [{\"b\":"] {
            let parsed = parse_json(FileId(0), json.repeat(50_000).into());
            assert!(!parsed.problems.is_empty() && parsed.problems.len() < 4, "{json} {:?}", codes(&parsed));
        }
    });
}

/// Texts of many parts.
fn large_texts() -> Vec<(&'static str, String)> {
    let many = 100_000;
    let lines = |line: &dyn Fn(usize) -> String| (0..many).map(line).collect::<String>();
    vec![
        ("operators", format!("x = 1{}\n", " + a * 2".repeat(many))),
        ("conditionals", format!("x = {}1\n", "a ? b : ".repeat(many))),
        ("accesses", format!("x = a{}\n", ".b[0][*].c".repeat(many))),
        ("prefixes", format!("x = {}a\n", "!-".repeat(many))),
        ("object", format!("x = {{\n{}}}\n", lines(&|index| format!("  key_{index} = {index}\n")))),
        ("attributes", lines(&|index| format!("key_{index} = {index}\n"))),
        ("one line tuple", format!("x = [{}]\n", lines(&|index| format!("{index}, ")))),
        ("heredoc", format!("x = <<-A\n{}  A\n", lines(&|index| format!("    line ${{v}} %%{{ {index}\n")))),
        ("plain heredoc", format!("x = <<-A\n{}  A\n", lines(&|index| format!("    line {index}\n")))),
        ("escapes", format!("x = \"{}\"\n", "a\\n$${b}".repeat(many))),
        ("interpolations", format!("x = \"{}\"\n", "a ${b} ~ ${~ c ~}".repeat(many))),
        ("directives", format!("x = \"{}\"\n", "%{ if a }b%{ else }c%{ endif }".repeat(many))),
        ("comments", "/* a */ # b\n".repeat(many)),
        ("blocks", "b \"c\" {\n  d = 1\n}\n".repeat(many)),
    ]
}

/// The same with an error in every part.
fn large_broken_texts() -> Vec<(&'static str, String)> {
    let many = 20_000;
    vec![
        ("missing commas", format!("x = [{}]\n", "1 2, ".repeat(many))),
        ("missing lines", "a = 1, ".repeat(many)),
        ("duplicates", "a = 1\n".repeat(many)),
        ("unclosed lists", "a = [1\n".repeat(many)),
        ("unclosed strings", "a = \"b\n".repeat(many)),
        ("unclosed heredocs", "a = <<B\nB,\n".repeat(many)),
        ("heredoc openers", format!("a = {}\n", "<< ".repeat(many))),
        ("heredoc openers on lines", "a = << B\n".repeat(many)),
        ("adjacent openers", format!("a = {}\n", "<<".repeat(many))),
        ("one-line blocks", "a { b = 1 c { ".repeat(many)),
        ("broken interpolations", format!("x = <<A\n{}A\n", "${a b {\n".repeat(many))),
        ("interpolations in comments", format!("x = <<A\n{}A\n", "# ${[\n".repeat(many))),
        ("stray closers", format!("x = {}\n", ")]}".repeat(many))),
        ("stray braces", "}\n".repeat(many)),
        ("missing equals", format!("x = {{\n{}}}\n", "  a 1\n".repeat(many))),
        ("headers", "a \"b\"\n".repeat(many)),
        ("bad escapes", format!("x = \"{}\"\n", "\\q".repeat(many))),
        ("garbage", "? @ \u{1} é ' \" \n".repeat(many)),
        ("unclosed comments", "/* ".repeat(many)),
    ]
}

/// Trees and reports grow with the text and not faster; were the time quadratic, this would take minutes. `cargo bench --bench
/// parse` measures the rates.
#[test]
fn what_comes_out_is_of_the_size_of_what_goes_in() {
    let check = |name: &str, text: &str, parsed: &Parsed| {
        let tree = parsed.tree.memory() as f64 / text.len() as f64;
        assert!(tree < 40.0, "{name}: a tree of {tree} times the text");
        let said: usize = parsed.problems.iter().map(|problem| problem.message.len()).sum();
        assert!(
            parsed.problems.len() <= text.len() && said < 200 * text.len(),
            "{name}: {said} bytes of problems"
        );
    };
    for (name, text) in large_texts().into_iter().chain(large_broken_texts()) {
        check(name, &text, &parse_hcl(FileId(0), text.as_str().into()));
    }
    for text in
        ["[1 2, ", "{\"a\": \"\\n${b\", ", "\"\\u00e9\"", "{\"resource\": {\"a\": {\"b\": [{}, {}]}}} "]
    {
        let text = format!("[{}]", text.repeat(20_000));
        check("broken JSON", &text, &parse_json(FileId(0), text.as_str().into()));
    }
    let object = (0..100_000).fold(String::new(), |mut out, index| {
        write!(out, "\"key_{index}\": \"\\n${{a.b}}\", ").unwrap();
        out
    });
    let text = format!("{{\"locals\": {{ {object} \"z\": 1 }}}}");
    let parsed = parse_json(FileId(0), text.as_str().into());
    assert_eq!(codes(&parsed), [""; 0]);
    check("JSON", &text, &parsed);
}

#[test]
fn long_chains_are_no_problem() {
    on_a_small_stack(|| {
        for (name, text) in large_texts() {
            let parsed = parse_hcl(FileId(0), text.into());
            assert_eq!(codes(&parsed), [""; 0], "{name}");
            let again = parse_hcl(FileId(0), print(&parsed.tree).into());
            assert!(dump(&parsed.tree) == dump(&again.tree), "{name} changes when it is printed");
        }
    });
}

#[test]
fn cut_anywhere_nothing_panics() {
    for (name, text) in corpus::FILES {
        for at in 0..text.len() {
            let (Some(start), Some(end)) = (text.get(..at), text.get(at..)) else { continue };
            for part in [start, end] {
                let parsed = parse_hcl(FileId(0), part.into());
                let printed = print(&parsed.tree);
                assert!(printed.len() < 10 * part.len() + 100, "{name} {at}");
            }
        }
    }
    let json = include_str!("../../../fixtures/syntax/service.tf.json");
    for at in 0..json.len() {
        let parsed = parse_json(FileId(0), json.get(..at).unwrap().into());
        assert_eq!(parsed.problems.is_empty(), json.get(at..).unwrap().trim().is_empty(), "{at}");
    }
}

#[test]
fn memory_is_a_small_multiple_of_the_text() {
    let text = corpus::text(1_000_000);
    let parsed = parse_hcl(FileId(0), text.as_str().into());
    assert_eq!(codes(&parsed), [""; 0]);
    // The fixtures are denser than what people write: more expressions, less prose.
    let ratio = parsed.tree.memory() as f64 / text.len() as f64;
    assert!(ratio < 4.0, "{ratio}");
}

#[test]
fn one_expression() {
    let parsed = parse_expression(FileId(0), "\n a.b[0] # c\n".into());
    assert!(parsed.problems.is_empty());
    assert_eq!(dump::expr(&parsed.tree, parsed.expression), "(index (. a b) 0)");
    assert_eq!(parse_expression(FileId(0), "a b".into()).problems.len(), 1);
    assert_eq!(parse_expression(FileId(0), "".into()).problems.len(), 1);
}

#[test]
fn one_template() {
    let text = "#!/bin/sh\n%{ for x in y ~}\necho \"${x}\" \\n $${z}\n%{ endfor ~}\n";
    let parsed = parse_template(FileId(0), text.into());
    assert!(parsed.problems.is_empty());
    let dumped = dump::expr(&parsed.tree, parsed.expression);
    assert_eq!(dumped, r##"<"#!/bin/sh\n" %{for x in y: <"echo \"" ${x} "\" \\n ${z}\n">}>"##);
    let plain = parse_template(FileId(0), "a\nb".into());
    assert_eq!(dump::expr(&plain.tree, plain.expression), r#""a\nb""#);
}

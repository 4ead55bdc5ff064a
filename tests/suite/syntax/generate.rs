//! Generated Terraform code: valid bodies with every construct, and soups of tokens that are mostly not valid.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A name that is no keyword.
fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "foo", "var", "x-y", "_z", "größe", "for_each", "in1"]).prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = String> {
    select(vec!["0", "1", "42", "09", "1.5", "1e3", "2.5e-7"]).prop_map(str::to_owned)
}

/// Blanks between tokens of a line.
fn space() -> impl Strategy<Value = &'static str> {
    select(vec!["", " ", " ", "  ", "\t", " /* c */ "])
}

/// The inside of a quoted string, without interpolation.
fn quoted_text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "a", "b c", " ", "\\n", "\\t", "\\\"", "\\\\", "\\u00e9", "é", "{", "}", "#", "//", "'", "$.", "%.",
        "~", "=",
    ]);
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// The inside of a line of a heredoc, without interpolation.
fn bare_text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "a", "b c", " ", "\\n", "\"", "é", "{", "}", "#", "'", "$.", "%.", "~", "$${", "%%{", "\t",
    ]);
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn binary_operator() -> impl Strategy<Value = &'static str> {
    select(vec!["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%"])
}

/// Which constructs are generated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constructs {
    /// Heredocs, strip markers, directives and odd syntax, which only some parsers read well.
    pub(crate) odd: bool,
}

/// A valid expression that may stand anywhere.
pub(crate) fn expression(constructs: Constructs) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        number(),
        name(),
        select(vec!["true", "false", "null"]).prop_map(str::to_owned),
        quoted_text().prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let simple = prop_oneof![
            (inner.clone(), space(), binary_operator(), inner.clone())
                .prop_map(|(left, space, operator, right)| format!("({left} {space}{operator} {right})")),
            (select(vec!["-", "!"]), inner.clone()).prop_map(|(sign, operand)| format!("{sign}({operand})")),
            (inner.clone(), space(), inner.clone(), inner.clone())
                .prop_map(|(condition, space, yes, no)| format!("(({condition}) ?{space} ({yes}) : {no})")),
            inner.clone().prop_map(|inner| format!("( {inner} )")),
            (vec(inner.clone(), 0..4), space(), any::<bool>()).prop_map(|(elements, space, last)| {
                let comma = if last && !elements.is_empty() { "," } else { "" };
                format!("[{space}{}{comma}]", elements.join(&format!(",{space}")))
            }),
            vec((key(inner.clone()), select(vec!["=", ":"]), inner.clone()), 0..4).prop_map(|items| {
                let items: Vec<_> = items.into_iter().map(|(key, sign, value)| format!("{key} {sign} {value}")).collect();
                format!("{{ {} }}", items.join(", "))
            }),
            (name(), vec(inner.clone(), 0..4), any::<bool>()).prop_map(|(name, arguments, expand)| {
                let expand = if expand && !arguments.is_empty() { "..." } else { "" };
                format!("{name}({}{expand})", arguments.join(", "))
            }),
            access(inner.clone(), constructs),
            (option::of(name()), name(), inner.clone(), inner.clone(), option::of(inner.clone())).prop_map(
                |(key, value, collection, result, condition)| {
                    let key = key.map(|key| format!("{key}, ")).unwrap_or_default();
                    let condition = condition.map(|condition| format!(" if {condition}")).unwrap_or_default();
                    format!("[for {key}{value} in {collection} : {result}{condition}]")
                }
            ),
            (name(), inner.clone(), inner.clone(), inner.clone(), any::<bool>()).prop_map(
                |(value, collection, key, result, grouping)| {
                    let grouping = if grouping { "..." } else { "" };
                    format!("{{ for {value} in {collection} : ({key}) => {result}{grouping} }}")
                }
            ),
            (quoted_text(), inner.clone(), quoted_text())
                .prop_map(|(before, inside, after)| format!("\"{before}${{{inside}}}{after}\"")),
        ];
        if !constructs.odd {
            return simple.boxed();
        }
        prop_oneof![
            6 => simple,
            1 => (inner.clone(), binary_operator(), inner.clone(), binary_operator(), inner.clone())
                .prop_map(|(a, first, b, second, c)| format!("{a} {first} {b} {second} {c}")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(condition, yes, no)| format!("{condition} ? {yes} : {no}")),
            1 => vec((inner.clone(), inner.clone()), 1..3).prop_map(|items| {
                let items: String = items.iter().map(|(key, value)| format!("  ({key}) = {value}, # c\n\n")).collect();
                format!("{{\n{items}}}")
            }),
            2 => template(inner.clone(), quoted_text().boxed()).prop_map(|template| format!("\"{template}\"")),
            2 => heredoc(inner.clone()),
            1 => inner.prop_map(|inner| format!("provider::p::f(\n{inner}\n)")),
        ]
        .boxed()
    })
    .boxed()
}

fn key(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop_oneof![
        4 => name(),
        1 => quoted_text().prop_map(|text| format!("\"{text}\"")),
        1 => Just("null".to_owned()),
        1 => Just("7".to_owned()),
        1 => inner.prop_map(|inner| format!("({inner})")),
    ]
}

/// Names, indices and splats behind a term.
fn access(inner: BoxedStrategy<String>, constructs: Constructs) -> impl Strategy<Value = String> {
    let step = prop_oneof![
        name().prop_map(|name| format!(".{name}")),
        inner.prop_map(|key| format!("[{key}]")),
        select(if constructs.odd { vec![".0", "[*]", ".*", " . b", "[ 0 ]"] } else { vec![".0", "[*]"] })
            .prop_map(str::to_owned),
    ];
    (name(), vec(step, 1..5)).prop_map(|(base, steps)| {
        // Two numbers in a row are refused, and so are splats behind `.*` before anything but names.
        let text = base + &steps.concat();
        let text = text.replace(".0.0", ".0").replace(".0.0", ".0");
        if text.contains(".*") {
            text.replace(".*.*", ".*").replacen(".*", "[*]", text.matches(".*").count() - 1)
        } else {
            text
        }
    })
}

/// The inside of a template with sequences.
fn template(inner: BoxedStrategy<String>, text: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let strip = || select(vec!["", "", "~"]);
    let piece = prop_oneof![
        3 => text.clone(),
        3 => (strip(), inner.clone(), strip()).prop_map(|(left, inside, right)| format!("${{{left} {inside} {right}}}")),
    ];
    let simple = vec(piece, 1..4).prop_map(|pieces| pieces.concat());
    let branch = text;
    prop_oneof![
        2 => simple.clone(),
        1 => (strip(), inner.clone(), strip(), simple.clone(), branch, any::<bool>()).prop_map(
            |(left, condition, right, yes, no, has_else)| {
                let no = if has_else { format!("%{{ else {left}}}{no}") } else { String::new() };
                format!("%{{{left} if {condition} {right}}}{yes}{no}%{{ endif {right}}}")
            }
        ),
        1 => (inner, simple, strip()).prop_map(|(collection, body, strip)| {
            format!("%{{ for k, v in {collection} {strip}}}{body}%{{{strip} endfor }}")
        }),
    ]
}

fn heredoc(inner: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let line = prop_oneof![
        2 => bare_text().boxed(),
        1 => template(inner, bare_text().boxed()).boxed(),
    ];
    let lines = vec((select(vec!["", "  ", "    ", "\t"]), line), 0..4);
    (any::<bool>(), lines, select(vec!["", "  "])).prop_map(|(flush, lines, indent)| {
        let lines: String = lines.into_iter().map(|(indent, line)| format!("{indent}{line}\n")).collect();
        format!("(<<{}EOT\n{lines}{indent}EOT\n)", if flush { "-" } else { "" })
    })
}

/// A valid body. Names are numbered, so that none is set twice.
pub(crate) fn body(constructs: Constructs) -> impl Strategy<Value = String> {
    let attributes = move || vec((expression(constructs), select(vec!["", " # c", " // c"])), 0..4);
    let attribute_lines = |indent: &'static str| {
        move |attributes: Vec<(String, &'static str)>| {
            let lines = attributes.into_iter().enumerate();
            lines
                .map(|(index, (value, comment))| format!("{indent}a{index} = {value}{comment}\n"))
                .collect::<String>()
        }
    };
    let label = prop_oneof![name(), quoted_text().prop_map(|text| format!("\"{text}\""))];
    let inner = attributes().prop_map(attribute_lines("    "));
    let one_line = expression(constructs).prop_map(|value| format!("  one {{ a = {value} }}\n"));
    let block =
        (name(), vec(label, 0..3), attributes().prop_map(attribute_lines("  ")), inner, option::of(one_line));
    let block = block.prop_map(|(kind, labels, attributes, inner, one_line)| {
        let labels: String = labels.into_iter().map(|label| format!(" {label}")).collect();
        format!(
            "{kind}{labels} {{\n{attributes}  nested {{\n{inner}  }}\n{}}}\n",
            one_line.unwrap_or_default()
        )
    });
    (attributes().prop_map(attribute_lines("")), vec(block, 0..3))
        .prop_map(|(attributes, blocks)| attributes + &blocks.concat())
}

/// Tokens in any order.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    let tokens = select(vec![
        "a",
        "b ",
        "for ",
        "in ",
        "if ",
        "else ",
        "endif ",
        "endfor ",
        "true",
        "0",
        "1.5",
        "\"",
        "\"s\"",
        "${",
        "%{",
        "}",
        "{",
        "[",
        "]",
        "(",
        ")",
        "=",
        " = ",
        "==",
        "=>",
        ":",
        "::",
        "?",
        "...",
        ".",
        ".*",
        "[*]",
        "*",
        "+",
        "-",
        "!",
        "&&",
        "<",
        "<<",
        "<<EOT\n",
        "<<-EOT\n",
        "EOT\n",
        "\n",
        "\n",
        " ",
        ",",
        "# c\n",
        "/*",
        "*/",
        "//",
        "~}",
        "${~",
        "$${",
        "%%{",
        "\\",
        "é",
        "\u{feff}",
        "\r\n",
        "\r",
        "\u{0}",
        "'",
        "“",
        ";",
        "|",
        "\t",
        "resource \"a\" \"b\" {\n",
        "  x = 1\n",
        "}\n",
    ]);
    vec(tokens, 0..40).prop_map(|tokens| tokens.concat())
}

//! What the parser says of broken text, and what it keeps of it.

use insta::assert_snapshot;

use super::read;

fn all(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{text:?}\n{}\n", read(text))).collect()
}

#[test]
fn five_mistakes_are_five_problems() {
    assert_snapshot!(read(include_str!("../../../fixtures/syntax/broken/five.tf")), @r###"
    resource "aws_instance" "single_quotes" {
      ami = INVALID
      instance_type = "t3.micro"
    }
    resource "aws_instance" "missing_comma" {
      ami = (. var ami)
      vpc_security_group_ids = [(. (. aws_security_group a) id) (. (. aws_security_group b) id)]
      monitoring = true
    }
    resource "aws_instance" "unclosed_list" {
      ami = (. var ami)
      vpc_security_group_ids = [(. (. aws_security_group a) id) INVALID]
      tags = {"Name": "x"}
    }
    resource "aws_instance" "colon" {
      ami = (. var ami)
      instance_type = "t3.micro"
      root_block_device {
        volume_size = 10
      }
    }
    resource "aws_instance" "unclosed_string" {
      ami = INVALID
      instance_type = "t3.micro"
    }
    output "last" {
      value = (. (. aws_instance colon) id)
    }
    4:19 syntax/single-quotes: a string cannot be written in single quotes [\'ami-123\': single quotes]
        write strings in double quotes
    12:5 syntax/missing-comma: expected a comma at the end of the previous line [aws_security_group: unexpected]
        put a comma between the elements
    19:28 syntax/unclosed-bracket: this `[` is never closed [[: opened here]
        add the `]` that is missing
    27:3 syntax/no-item: `ami` is neither an argument nor a block here [ami: followed by neither `=` nor `{`]
        set an argument with `ami = …`
    36:19 syntax/unclosed-string: this string is never closed [\": opened here]
        end it with `"`; write text of several lines as a heredoc (`<<-EOT`)
    "###);
}

#[test]
fn indentation_finds_the_missing_brace() {
    assert_snapshot!(read(include_str!("../../../fixtures/syntax/broken/unclosed.tf")), @r###"
    resource "aws_instance" "a" {
      ami = (. var ami)
      root_block_device {
        volume_size = 10
      }
      tags = {"Name": "a"}
    }
    resource "aws_instance" "b" {
      ami = (. var ami)
      tags = {"Name": "b"}
      monitoring = true
    }
    output "b" {
      value = (. (. aws_instance b) id)
    }
    4:21 syntax/unclosed-block: this `root_block_device` block is never closed [{: opened here]
        add the `}` that is missing
    12:10 syntax/unclosed-bracket: this `{` is never closed [{: opened here]
        add the `}` that is missing
    "###);
}

#[test]
fn bodies() {
    assert_snapshot!(all(&[
        "a = 1 b = 2\nc = 3\n",
        "a = 1, b = 2\nc = 3\n",
        "a {\n  b = 1 }\nc = 3\n",
        "a {\n  b {} }\nc = 3\n",
        "a { b = 1\n  c = 2\n}\nd = 3\n",
        "a { b = 1, c = 2 }\nd = 3\n",
        "a { b { c = 1 } }\nd = 3\n",
        "a { b = [1 }\nd = 3\n",
        "a \"${b}\" {\n  c = 1\n}\nd = 3\n",
        "a \"b\"\n{\n  c = 1\n}\nd = 3\n",
        "a = b {\n  c = 1\n}\nd = 3\n",
        "a 5 {\n  c = 1\n}\nd = 3\n",
        "\"a\" = 1\nd = 3\n",
        "a\nd = 3\n",
        "a: 1\nd = 3\n",
        "a == 1\nd = 3\n",
        "a \"b\" = {\n  c = 1\n}\nd = 3\n",
        "}\nd = 3\n",
        "a = 1\na = 2\n",
        "a {\n  b = 1\n  b = 2\n}\n",
        "- a = 1\nd = 3\n",
        "a {\n  b = 1\n",
        "a = 1; b = 2\nd = 3\n",
        "a = 1 /* b\nc = 2\n",
    ]), @r#"
    "a = 1 b = 2\nc = 3\n"
    a = 1
    b = 2
    c = 3
    1:7 syntax/missing-newline: the line must end after this argument [b: unexpected]

    "a = 1, b = 2\nc = 3\n"
    a = 1
    b = 2
    c = 3
    1:6 syntax/missing-newline: the line must end after this argument [,: unexpected]
        write each argument on its own line, without commas

    "a {\n  b = 1 }\nc = 3\n"
    a {
      b = 1
    }
    c = 3
    2:9 syntax/missing-newline: the line must end after this argument [}: unexpected]
        put the `}` on its own line

    "a {\n  b {} }\nc = 3\n"
    a {
      b {
      }
    }
    c = 3
    2:8 syntax/missing-newline: the line must end after this block [}: unexpected]
        put the `}` on its own line

    "a { b = 1\n  c = 2\n}\nd = 3\n"
    a {
      b = 1
      c = 2
    }
    d = 3
    1:10 syntax/one-line-block: a block on one line may have only one argument [\n: expected `}` here]
        put each argument, each block and the closing `}` on its own line

    "a { b = 1, c = 2 }\nd = 3\n"
    a {
      b = 1
      c = 2
    }
    d = 3
    1:10 syntax/one-line-block: a block on one line may have only one argument [,: expected `}` here]
        put each argument, each block and the closing `}` on its own line

    "a { b { c = 1 } }\nd = 3\n"
    a {
      b {
        c = 1
      }
    }
    d = 3
    1:7 syntax/one-line-block: a block on one line may have only one argument [{: expected `}` here]
        put each argument, each block and the closing `}` on its own line

    "a { b = [1 }\nd = 3\n"
    a {
      b = [1 INVALID]
    }
    d = 3
    1:12 syntax/missing-comma: expected `,` or `]` [}: unexpected]

    "a \"${b}\" {\n  c = 1\n}\nd = 3\n"
    a "${b}" {
      c = 1
    }
    d = 3
    1:3 syntax/template-in-label: a block label cannot contain a template [\"${b}\": this label]
        write the label out; for a literal `${` or `%{` double the first character

    "a \"b\"\n{\n  c = 1\n}\nd = 3\n"
    a "b" {
      c = 1
    }
    d = 3
    1:1 syntax/block-header: the `{` must be on the line of the block type [a \"b\": expected `{` at the end of this line] [2:1 it is here]
        move the `{` up

    "a = b {\n  c = 1\n}\nd = 3\n"
    a = b
    d = 3
    1:7 syntax/missing-newline: the line must end after this argument [{: unexpected]
        leave out the `=` of a block

    "a 5 {\n  c = 1\n}\nd = 3\n"
    d = 3
    1:1 syntax/no-item: `a` is neither an argument nor a block here [a: followed by neither `=` nor `{`]
        write `a = value` for an argument, `a {` for a block

    "\"a\" = 1\nd = 3\n"
    d = 3
    1:1 syntax/quoted-name: the name of an argument or block is written without quotes [\": quoted]
        remove the quotes

    "a\nd = 3\n"
    d = 3
    1:1 syntax/no-item: `a` is neither an argument nor a block here [a: followed by neither `=` nor `{`]
        write `a = value` for an argument, `a {` for a block

    "a: 1\nd = 3\n"
    a = 1
    d = 3
    1:1 syntax/no-item: `a` is neither an argument nor a block here [a: followed by neither `=` nor `{`]
        set an argument with `a = …`

    "a == 1\nd = 3\n"
    d = 3
    1:1 syntax/no-item: `a` is neither an argument nor a block here [a: followed by neither `=` nor `{`]
        set an argument with `a = …`

    "a \"b\" = {\n  c = 1\n}\nd = 3\n"
    d = 3
    1:7 syntax/block-header: this block has no body [=: expected `{` here]
        blocks are written without `=`; a map needs a single name before it

    "}\nd = 3\n"
    d = 3
    1:1 syntax/stray-brace: this `}` closes nothing [}: no block is open here]
        remove it, or add the `{` that is missing above

    "a = 1\na = 2\n"
    a = 1
    a = 2
    2:1 syntax/duplicate-attribute: `a` is set twice in the same body [a: set again here] [1:1 first set here]
        remove one of the two

    "a {\n  b = 1\n  b = 2\n}\n"
    a {
      b = 1
      b = 2
    }
    3:3 syntax/duplicate-attribute: `b` is set twice in the same body [b: set again here] [2:3 first set here]
        remove one of the two

    "- a = 1\nd = 3\n"
    d = 3
    1:1 syntax/no-item: expected an argument or a block [-: neither starts with this]
        write `name = value` or `type "label" {`

    "a {\n  b = 1\n"
    a {
      b = 1
    }
    1:3 syntax/unclosed-block: this `a` block is never closed [{: opened here]
        add the `}` that is missing

    "a = 1; b = 2\nd = 3\n"
    a = 1
    b = 2
    d = 3
    1:6 syntax/missing-newline: the line must end after this argument [;: unexpected]
        put each argument on its own line, without `;`

    "a = 1 /* b\nc = 2\n"
    a = 1
    1:7 syntax/unclosed-comment: this comment never ends [/*: starts here]
        end it with `*/`
    "#);
}

#[test]
fn expressions() {
    assert_snapshot!(all(&[
        "a =\nd = 3\n",
        "a = 1 +\nd = 3\n",
        "a = 'b'\nd = 3\n",
        "a = 'b\nd = 3\n",
        "a = “b”\nd = 3\n",
        "a = f(1 2, 3)\nd = 3\n",
        "a = f(1, 2\nd = 3\n",
        "a = f(b..., c)\nd = 3\n",
        "a = [1, 2\n\nd = 3\n",
        "a = [1,, 2]\nd = 3\n",
        "a = [1 2]\nd = 3\n",
        "a = (1 2)\nd = 3\n",
        "a = (1\nd = 3\n",
        "a = x[1\nd = 3\n",
        "a = x[1:2]\nd = 3\n",
        "a = x[*\nd = 3\n",
        "a = {\n  b 1\n  c = 2\n}\nd = 3\n",
        "a = {\n  b = 1 c = 2\n  e = 3 4\n  f = 5\n}\nd = 3\n",
        "a = { b => 1, c = 2 }\nd = 3\n",
        "a = {\n  b {\n    c = 1\n  }\n  e = 2\n}\nd = 3\n",
        "a = { b, c }\nd = 3\n",
        "a = {\n  b = 1\n\nd = 3\n",
        "a = b ? c\nd = 3\n",
        "a = b.\nd = 3\n",
        "a = b.0.1\nd = 3\n",
        "a = b.*.c.*.d\nd = 3\n",
        "a = 1.2.3\nd = 3\n",
        "a = b and c\nd = 3\n",
        "a = b = c\nd = 3\n",
        "a = b & c\nd = 3\n",
        "a = b === c\nd = 3\n",
        "a = b <> c\nd = 3\n",
        "a = b)\nd = 3\n",
        "a = c::\nd = 3\n",
        "a = c::e\nd = 3\n",
        "a = ${b}\nd = 3\n",
        "a = [for x, y, z in b : x]\nd = 3\n",
        "a = [for x in b : x => x]\nd = 3\n",
        "a = {for x in b : x}\nd = 3\n",
        "a = [for x in b : x...]\nd = 3\n",
        "a = [for x b : x]\nd = 3\n",
        "a = {for = 1}\nd = 3\n",
    ]), @r###"
    "a =\nd = 3\n"
    a = INVALID
    d = 3
    1:4 syntax/expected-expression: a value is missing [\n: expected a value here]

    "a = 1 +\nd = 3\n"
    a = (+ 1 INVALID)
    d = 3
    1:8 syntax/expected-expression: a value is missing [\n: expected a value here]

    "a = 'b'\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/single-quotes: a string cannot be written in single quotes [\'b\': single quotes]
        write strings in double quotes

    "a = 'b\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/single-quotes: single quotes have no meaning here [\': single quote]
        write strings in double quotes

    "a = “b”\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/expected-expression: expected a value [“: no value starts with this]
        use plain double quotes, not typographic ones

    "a = f(1 2, 3)\nd = 3\n"
    a = (call f 1 INVALID 3)
    d = 3
    1:9 syntax/missing-comma: expected `,` or `)` [2: unexpected]

    "a = f(1, 2\nd = 3\n"
    a = (call f 1 2 INVALID)
    d = 3
    1:6 syntax/unclosed-bracket: this `(` is never closed [(: opened here]
        add the `)` that is missing

    "a = f(b..., c)\nd = 3\n"
    a = (call f... b c)
    d = 3
    1:11 syntax/misplaced-ellipsis: only the last argument can end in `...` [,: unexpected]

    "a = [1, 2\n\nd = 3\n"
    a = [1 2 INVALID]
    d = 3
    1:5 syntax/unclosed-bracket: this `[` is never closed [[: opened here]
        add the `]` that is missing

    "a = [1,, 2]\nd = 3\n"
    a = [1 INVALID 2]
    d = 3
    1:8 syntax/expected-expression: expected a value [,: no value starts with this]

    "a = [1 2]\nd = 3\n"
    a = [1 INVALID]
    d = 3
    1:8 syntax/missing-comma: expected `,` or `]` [2: unexpected]

    "a = (1 2)\nd = 3\n"
    a = (parens 1)
    d = 3
    1:8 syntax/missing-paren: expected an operator or `)` [2: unexpected]

    "a = (1\nd = 3\n"
    a = (parens 1)
    d = 3
    1:5 syntax/unclosed-bracket: this `(` is never closed [(: opened here]
        add the `)` that is missing

    "a = x[1\nd = 3\n"
    a = (index x 1)
    d = 3
    1:6 syntax/unclosed-bracket: this `[` is never closed [[: opened here]
        add the `]` that is missing

    "a = x[1:2]\nd = 3\n"
    a = (index x 1)
    d = 3
    1:8 syntax/unclosed-index: expected `]` after the index [:: unexpected]

    "a = x[*\nd = 3\n"
    a = x
    d = 3
    1:8 syntax/unclosed-index: expected `]` after `[*` [\n: expected `]` here]

    "a = {\n  b 1\n  c = 2\n}\nd = 3\n"
    a = {"b": INVALID, "c": 2}
    d = 3
    2:5 syntax/missing-equals: expected `=` and a value after this key [1: expected `=` here]
        an item of an object is `key = value`

    "a = {\n  b = 1 c = 2\n  e = 3 4\n  f = 5\n}\nd = 3\n"
    a = {"b": 1, "c": 2, "e": 3, "f": 5}
    d = 3
    2:9 syntax/missing-comma: expected a comma or a line end before the next key [c: unexpected]
        put a comma between the items, or each on its own line
    3:9 syntax/missing-comma: expected a comma or a line end before the next key [4: unexpected]
        put a comma between the items, or each on its own line

    "a = { b => 1, c = 2 }\nd = 3\n"
    a = {"b": INVALID, "c": 2}
    d = 3
    1:9 syntax/missing-equals: expected `=` and a value after this key [=: expected `=` here]
        write `=` between a key and its value; `=>` belongs to `for`

    "a = {\n  b {\n    c = 1\n  }\n  e = 2\n}\nd = 3\n"
    a = {"b": INVALID, "e": 2}
    d = 3
    2:5 syntax/missing-equals: expected `=` and a value after this key [{: expected `=` here]
        put `=` before the `{`: this is an object, not a block

    "a = { b, c }\nd = 3\n"
    a = {"b": INVALID, "c": INVALID}
    d = 3
    1:8 syntax/missing-equals: expected `=` and a value after this key [,: expected `=` here]
        an item of an object is `key = value`; a list is written in `[` and `]`
    1:12 syntax/missing-equals: expected `=` and a value after this key [}: expected `=` here]
        an item of an object is `key = value`; a list is written in `[` and `]`

    "a = {\n  b = 1\n\nd = 3\n"
    a = {"b": 1}
    d = 3
    1:5 syntax/unclosed-bracket: this `{` is never closed [{: opened here]
        add the `}` that is missing

    "a = b ? c\nd = 3\n"
    a = (? b c INVALID)
    d = 3
    1:10 syntax/missing-else: expected `:` and the value for a false condition [\n: expected `:` here]

    "a = b.\nd = 3\n"
    a = b
    d = 3
    1:7 syntax/attribute-name: expected the name of an attribute after the dot [\n: expected a name here]
        write `.name`, or `["name"]` for a name that is not an identifier

    "a = b.0.1\nd = 3\n"
    a = (index (index b 0) 1)
    d = 3
    1:7 syntax/legacy-index: two numbers in a row cannot follow a dot [0.1: this reads as one number]
        write `[0][1]`

    "a = b.*.c.*.d\nd = 3\n"
    a = (.* b (. _ c))
    d = 3
    1:11 syntax/attribute-name: expected the name of an attribute after the dot [*: expected a name here]
        `.*` cannot be followed by another splat: write `[*]`

    "a = 1.2.3\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/invalid-number: `1.2.3` is not a number [1.2.3: not a number]
        write a version or an address as a string in double quotes

    "a = b and c\nd = 3\n"
    a = b
    d = 3
    1:7 syntax/missing-newline: the line must end after this argument [and: unexpected]
        write `&&` for and

    "a = b = c\nd = 3\n"
    a = b
    d = 3
    1:7 syntax/missing-newline: the line must end after this argument [=: unexpected]
        write `==` to compare

    "a = b & c\nd = 3\n"
    a = b
    d = 3
    1:7 syntax/missing-newline: the line must end after this argument [&: unexpected]
        write `&&` for and

    "a = b === c\nd = 3\n"
    a = (== b INVALID)
    d = 3
    1:9 syntax/expected-expression: expected a value [=: no value starts with this]
        write `==` to compare

    "a = b <> c\nd = 3\n"
    a = (< b INVALID)
    d = 3
    1:8 syntax/expected-expression: expected a value [>: no value starts with this]
        write `!=` for not equal

    "a = b)\nd = 3\n"
    a = b
    d = 3
    1:6 syntax/missing-newline: the line must end after this argument [): unexpected]
        it closes nothing: remove it, or add the opening bracket

    "a = c::\nd = 3\n"
    a = INVALID
    d = 3
    1:8 syntax/function-name: expected the name of a function after `::` [\n: expected a name here]

    "a = c::e\nd = 3\n"
    a = INVALID
    d = 3
    1:9 syntax/function-name: expected `(` and arguments after the function's name [\n: expected `(` here]

    "a = ${b}\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/expected-expression: expected a value [$: no value starts with this]
        outside strings write the expression itself, without `${` and `}`

    "a = [for x, y, z in b : x]\nd = 3\n"
    a = INVALID
    d = 3
    1:14 syntax/invalid-for: expected `in` after the variables of `for` [,: expected `in` here]

    "a = [for x in b : x => x]\nd = 3\n"
    a = (for x in b : x => x)
    d = 3
    1:5 syntax/invalid-for: a `for` that makes a tuple has no `=>` [[for x in b : x => x]: this `for`]
        use `{` and `}` to make an object

    "a = {for x in b : x}\nd = 3\n"
    a = (for x in b : x)
    d = 3
    1:5 syntax/invalid-for: a `for` that makes an object needs a key [{for x in b : x}: this `for`]
        write `key => value`, or use `[` and `]`

    "a = [for x in b : x...]\nd = 3\n"
    a = (for x in b : x...)
    d = 3
    1:5 syntax/invalid-for: a `for` that makes a tuple cannot group with `...` [[for x in b : x...]: this `for`]
        remove the `...`

    "a = [for x b : x]\nd = 3\n"
    a = INVALID
    d = 3
    1:12 syntax/invalid-for: expected `in` after the variables of `for` [b: expected `in` here]

    "a = {for = 1}\nd = 3\n"
    a = INVALID
    d = 3
    1:10 syntax/invalid-for: expected the name of a variable in this `for` [=: expected a name here]
        write `for value in …` or `for key, value in …`; quote a key named `for`
    "###);
}

#[test]
fn templates() {
    assert_snapshot!(all(&[
        "a = \"b\nd = 3\n",
        "a = [\"b, \"c\"]\nd = 3\n",
        "a = \"b ${c\"\nd = 3\n",
        "a = \"b ${1 2} c\"\nd = 3\n",
        "a = \"${}\"\nd = 3\n",
        "a = \"\\x \\u12 \\ud800 \\${b}\"\nd = 3\n",
        "a = \"%{ if b }c\"\nd = 3\n",
        "a = \"%{ endif }c%{ else }\"\nd = 3\n",
        "a = \"%{ for x in b }c%{ endif }\"\nd = 3\n",
        "a = \"%{ unless b }c\"\nd = 3\n",
        "a = \"%{ if b }c%{ else if e }%{ endif }\"\nd = 3\n",
        "a = \"%{ for b }c%{ endfor }\"\nd = 3\n",
    ]), @r#"
    "a = \"b\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/unclosed-string: this string is never closed [\": opened here]
        end it with `"`; write text of several lines as a heredoc (`<<-EOT`)

    "a = [\"b, \"c\"]\nd = 3\n"
    a = ["b, " INVALID]
    d = 3
    1:11 syntax/missing-comma: expected `,` or `]` [c: unexpected]

    "a = \"b ${c\"\nd = 3\n"
    a = INVALID
    d = 3
    1:11 syntax/unclosed-template: expected `}` to end this `${` [\": unexpected] [1:8 opened here]
        for a literal `${` write `$${`

    "a = \"b ${1 2} c\"\nd = 3\n"
    a = <"b " ${1} " c">
    d = 3
    1:12 syntax/unclosed-template: expected `}` to end this `${` [2: unexpected] [1:8 opened here]
        for a literal `${` write `$${`

    "a = \"${}\"\nd = 3\n"
    a = (wrapped INVALID)
    d = 3
    1:8 syntax/expected-expression: expected a value [}: no value starts with this]

    "a = \"\\x \\u12 \\ud800 \\${b}\"\nd = 3\n"
    a = "   {b}"
    d = 3
    1:6 syntax/invalid-escape: there is no escape `\x` [\\x: not an escape]
        escapes are `\n`, `\r`, `\t`, `\"`, `\\`, `\uXXXX` and `\UXXXXXXXX`; double a literal backslash
    1:9 syntax/invalid-escape: there is no escape `\u12` [\\u12: not an escape]
        `\u` takes the four hexadecimal digits of an existing character
    1:14 syntax/invalid-escape: there is no escape `\ud800` [\\ud800: not an escape]
        `\u` takes the four hexadecimal digits of an existing character
    1:21 syntax/invalid-escape: there is no escape `\$` [\\$: not an escape]
        double the first character for a literal `${` or `%{`

    "a = \"%{ if b }c\"\nd = 3\n"
    a = <%{if b: "c" else: }>
    d = 3
    1:6 syntax/unclosed-directive: this `if` directive is never closed [%{ if b }: opened here]
        add `%{ endif }`

    "a = \"%{ endif }c%{ else }\"\nd = 3\n"
    a = <"c">
    d = 3
    1:6 syntax/stray-directive: this `endif` directive has no matching start [%{ endif }: unexpected]
    1:17 syntax/stray-directive: this `else` directive has no matching start [%{ else }: unexpected]

    "a = \"%{ for x in b }c%{ endif }\"\nd = 3\n"
    a = <%{for x in b: <"c">}>
    d = 3
    1:6 syntax/unclosed-directive: this `for` directive is never closed [%{ for x in b }: opened here]
        add `%{ endfor }`
    1:22 syntax/stray-directive: this `endif` directive has no matching start [%{ endif }: unexpected] [1:6 still open here]

    "a = \"%{ unless b }c\"\nd = 3\n"
    a = <"c">
    d = 3
    1:9 syntax/invalid-directive: there is no such template directive [unless: not a directive]
        directives are `if`, `else`, `endif`, `for` and `endfor`; for a literal `%{` write `%%{`

    "a = \"%{ if b }c%{ else if e }%{ endif }\"\nd = 3\n"
    a = <%{if b: "c" else: }>
    d = 3
    1:24 syntax/unclosed-template: expected `}` to end this `%{` [if: unexpected] [1:16 opened here]
        for a literal `%{` write `%%{`

    "a = \"%{ for b }c%{ endfor }\"\nd = 3\n"
    a = <"c">
    d = 3
    1:15 syntax/invalid-for: expected `in` after the variables of `for` [}: expected `in` here]
    1:17 syntax/stray-directive: this `endfor` directive has no matching start [%{ endfor }: unexpected]
    "#);
}

#[test]
fn heredocs() {
    assert_snapshot!(all(&[
        "a = <<B\nc\n",
        "a = <<B\nc\nB",
        "a {\n  b = f(<<C\n  c\n  C)\n  e = 1\n}\nd = 3\n",
        "a = <<EOT\nc\nEOF\nd = 3\n",
        "a = << B\nc\nB\nd = 3\n",
        "a = <<\"B\"\nc\nB\nd = 3\n",
        "a = <<B\nc\r\n\rd\nB\nd = 3\n",
        "a = <<B\nc ${e\nf\n${g h}\nB\nd = 3\n",
    ]), @r###"
    "a = <<B\nc\n"
    a = INVALID
    1:5 syntax/unclosed-heredoc: this heredoc never ends [<<B\n: starts here]
        end it with a line that has only `B`

    "a = <<B\nc\nB"
    a = INVALID
    1:5 syntax/unclosed-heredoc: this heredoc never ends [<<B\n: starts here] [3:1 was this meant to end it?]
        end the line of the last `B` with a line break

    "a {\n  b = f(<<C\n  c\n  C)\n  e = 1\n}\nd = 3\n"
    a {
      b = (call f INVALID)
      e = 1
    }
    d = 3
    2:9 syntax/unclosed-heredoc: this heredoc never ends [<<C\n: starts here] [4:1 was this meant to end it?]
        end it with a line that has only `C`, instead of `C)`

    "a = <<EOT\nc\nEOF\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/unclosed-heredoc: this heredoc never ends [<<EOT\n: starts here] [3:1 was this meant to end it?]
        end it with a line that has only `EOT`, instead of `EOF`

    "a = << B\nc\nB\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/heredoc-opener: this is not the start of a heredoc [<< B: not the start of a heredoc]
        a heredoc starts with `<<EOT` or `<<-EOT` and a line end, without quotes or spaces

    "a = <<\"B\"\nc\nB\nd = 3\n"
    a = INVALID
    d = 3
    1:5 syntax/heredoc-opener: this is not the start of a heredoc [<<\"B\": not the start of a heredoc]
        a heredoc starts with `<<EOT` or `<<-EOT` and a line end, without quotes or spaces

    "a = <<B\nc\r\n\rd\nB\nd = 3\n"
    a = "c\r\n\rd\n"
    d = 3
    3:1 syntax/invalid-character: this heredoc contains a carriage return [\r: not at the end of a line]
        a carriage return may only precede a line feed: remove it

    "a = <<B\nc ${e\nf\n${g h}\nB\nd = 3\n"
    a = <"c " ${e} "\nf\n" ${g} "\n">
    d = 3
    3:1 syntax/unclosed-template: expected `}` to end this `${` [f: unexpected] [2:3 opened here]
        for a literal `${` write `$${`
    4:5 syntax/unclosed-template: expected `}` to end this `${` [h: unexpected] [4:1 opened here]
        for a literal `${` write `$${`
    "###);
}

/// A string that is never closed takes the rest of its line with it, and its own end may be mistaken for the start of another one.
#[test]
fn what_follows_from_an_unclosed_string_is_not_told() {
    let problems = |text: &str| -> Vec<String> {
        let parsed = buttress::syntax::parse_hcl(buttress::text::FileId(0), text.into());
        parsed.problems.iter().map(|problem| problem.id.to_string()).collect()
    };
    for text in [
        "output \"a\" { value = \"x }\n",
        "output \"a {\n  value = 1\n}\n",
        "output a\" {\n  value = 1\n}\n",
        "a = \"line\nbreak\"\nb = 1\n",
    ] {
        assert_eq!(problems(text), ["syntax/unclosed-string"], "{text}");
    }
    assert_eq!(problems("a = \"x\nb = \"y\n"), ["syntax/unclosed-string", "syntax/unclosed-string"]);
    assert_eq!(problems("a {\n  b = \"x\n"), ["syntax/unclosed-block", "syntax/unclosed-string"]);
    assert_eq!(problems("a {\n}}\n"), ["syntax/missing-newline"]);
}

//! JSON: the values of `*.tf.json` and `*.tfvars.json`, parsed straight into the tree of native syntax.
//!
//! As in Terraform, a string is a template unless the shape of the file says otherwise (`json_shape`). This module does not know
//! what any key means.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::output::{ParseOutput, flush};
use super::parser::{MAX_NESTING, with_stack};
use super::tree::{Attribute, Comment, ExprId, ExprKind, ObjectItem, Text, UnaryOperator};

const NO_COMMENTS: &str = "JSON has no comments; Terraform ignores the key \"//\"";

/// How the strings of a value are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    Templates,
    /// As plain text.
    Literals,
    /// As expressions: references or types, which native syntax writes without quotes.
    Expressions,
    /// As the requirements of a provider: plain text, except for the references in `configuration_aliases`.
    Requirements,
}

/// A string of the file: a key or a value.
#[derive(Clone, Copy)]
pub(super) struct Token {
    /// The range including the quotes.
    pub(super) range: Range,
    pub(super) escaped: bool,
    /// Whether the string may hold `${` or `%{`.
    pub(super) template: bool,
}

pub(super) struct JsonParser<'s, 'o> {
    pub(super) text: &'s str,
    pub(super) pos: usize,
    pub(super) depth: usize,
    /// Set if the rest of the file cannot be read.
    pub(super) failed: bool,
    pub(super) out: &'o mut ParseOutput,
}

impl<'s, 'o> JsonParser<'s, 'o> {
    pub(super) fn new(text: &'s str, out: &'o mut ParseOutput) -> Self {
        let mut parser = Self { text, pos: 0, depth: 0, failed: false, out };
        if text.starts_with('\u{feff}') {
            parser.pos = '\u{feff}'.len_utf8();
            let problem =
                Diagnostic::error("syntax/json-value", "JSON syntax must not begin with a byte order mark");
            let mark = Range::new(0, parser.offset());
            parser.report(problem.help("save the file as UTF-8 without the mark (BOM)"), mark, "not allowed");
        }
        parser
    }

    fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Skips white space and returns the next byte; 0 at the end and after a failure.
    pub(super) fn peek(&mut self) -> u8 {
        if self.failed {
            return 0;
        }
        while matches!(self.byte_at(self.pos), b' ' | b'\t' | b'\n' | b'\r') {
            self.pos += 1;
        }
        self.byte_at(self.pos)
    }

    pub(super) fn offset(&self) -> u32 {
        self.pos as u32
    }

    pub(super) fn report(&mut self, problem: Diagnostic, range: Range, at: &str) {
        let problem = problem.at(self.out.tree.span(range), at);
        self.out.problems.push(problem);
    }

    /// Reports an error at the position and gives up on the file.
    fn fail(&mut self, code: &'static str, message: &str, help: &str) {
        if self.failed {
            return;
        }
        let mut end = self.pos;
        while self.byte_at(end).is_ascii_alphanumeric() {
            end += 1;
        }
        if end == self.pos {
            end += self.text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        }
        let mut problem = Diagnostic::error(code, message);
        problem.help = (!help.is_empty()).then(|| help.to_owned());
        self.report(problem, Range::new(self.offset(), end as u32), "unexpected");
        self.failed = true;
    }

    /// Checks that nothing follows the value of the file.
    pub(super) fn expect_end(&mut self) {
        self.peek();
        if self.pos < self.text.len() {
            self.fail("syntax/json-extra-text", "expected nothing after the JSON value", "");
        }
    }

    fn fail_value(&mut self) {
        let help = match self.peek() {
            b'\'' => "write strings in double quotes",
            b'/' | b'#' => NO_COMMENTS,
            b',' | b']' | b'}' => "JSON has no trailing commas",
            _ => "",
        };
        self.fail("syntax/json-value", "expected a JSON value", help);
    }

    /// Parses the members of an object; `each` parses the value of a key.
    pub(super) fn members(&mut self, mut each: impl FnMut(&mut Self, Token)) {
        if !self.enter() {
            return;
        }
        while self.peek() != b'}' {
            if self.peek() != b'"' {
                self.fail("syntax/json-key", "expected a key in double quotes or `}`", "");
                return;
            }
            let key = self.string();
            if self.peek() != b':' {
                self.fail("syntax/json-colon", "expected `:` after this key", "");
            }
            self.step();
            self.peek();
            if self.failed {
                return;
            }
            each(self, key);
            if !self.next(b'}') {
                return;
            }
        }
        self.leave();
    }

    /// Parses the elements of an array; `each` parses one element.
    pub(super) fn elements(&mut self, mut each: impl FnMut(&mut Self)) {
        if !self.enter() {
            return;
        }
        while self.peek() != b']' {
            if self.failed {
                return;
            }
            each(self);
            if !self.next(b']') {
                return;
            }
        }
        self.leave();
    }

    /// Enters an object or array; false if it is nested too deep and was passed over.
    fn enter(&mut self) -> bool {
        if !self.failed && self.depth >= MAX_NESTING {
            self.pass_over();
            return false;
        }
        self.depth += 1;
        self.step();
        !self.failed
    }

    /// Reports an object or array that is nested too deep, and goes on behind it.
    fn pass_over(&mut self) {
        let start = self.offset();
        let message = format!("JSON values are nested more than {MAX_NESTING} levels deep");
        let problem = Diagnostic::error("syntax/too-deep", message)
            .help("this value has not been read; move the inner part to a local value and refer to it");
        self.report(problem, Range::new(start, start + 1), "too deep");
        let mut open = 0_usize;
        loop {
            match self.peek() {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                0 if self.failed || self.pos >= self.text.len() => {
                    self.failed = true;
                    return;
                }
                _ => {}
            }
            self.step();
            if open == 0 {
                return;
            }
        }
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.step();
    }

    /// Passes the byte at the position. After a failure the position stays, so that every place lies in the text.
    const fn step(&mut self) {
        if !self.failed {
            self.pos += 1;
        }
    }

    /// Parses the comma after a member or element. Reports a missing or superfluous comma and continues.
    fn next(&mut self, closer: u8) -> bool {
        let byte = self.peek();
        if byte == b',' {
            let comma = self.offset();
            self.pos += 1;
            if self.peek() == closer {
                let problem = Diagnostic::error("syntax/json-trailing-comma", "JSON has no trailing commas");
                self.report(
                    problem.help("remove this comma"),
                    Range::new(comma, comma + 1),
                    "before a closing bracket",
                );
            }
        } else if byte == b'"' || (byte == b'{' && closer == b']') {
            let here = Range::new(self.offset(), self.offset() + 1);
            let problem = Diagnostic::error("syntax/missing-comma", "expected a comma before this");
            self.report(problem, here, "expected `,` here");
        } else if byte != closer {
            let message = if closer == b'}' { "expected `,` or `}`" } else { "expected `,` or `]`" };
            let comment = matches!(byte, b'/' | b'#');
            self.fail("syntax/json-closer", message, if comment { NO_COMMENTS } else { "" });
        }
        !self.failed
    }

    pub(super) fn string(&mut self) -> Token {
        let open = self.pos;
        let (mut escaped, mut template) = (false, false);
        self.pos += 1;
        loop {
            let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
            let plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | b'$' | b'%' | 0..=0x1f);
            self.pos += rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
            match self.byte_at(self.pos) {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.pos += 1;
                }
                // The brace may be escaped, so `$` or `%` alone makes the string a template.
                b'$' | b'%' => template = true,
                0..=0x1f => {
                    let end = self.pos >= self.text.len() || matches!(self.byte_at(self.pos), b'\n' | b'\r');
                    if end {
                        self.pos = open;
                        self.fail(
                            "syntax/unclosed-string",
                            "this string is never closed",
                            "end it with `\"`",
                        );
                        break;
                    }
                    let here = Range::new(self.offset(), self.offset() + 1);
                    let problem = Diagnostic::error(
                        "syntax/json-control-character",
                        "this string contains a control character",
                    );
                    self.report(
                        problem.help("write it as an escape: `\\t` is a tab"),
                        here,
                        "control character",
                    );
                }
                _ => {}
            }
            self.pos += 1;
        }
        self.step();
        let end = self.pos.min(self.text.len());
        Token { range: Range::new(open as u32, end as u32), escaped, template }
    }

    /// Parses a value; `strings` says how its strings are read.
    pub(super) fn value(&mut self, strings: Strings) -> ExprId {
        with_stack(self.depth, || self.value_here(strings))
    }

    fn value_here(&mut self, strings: Strings) -> ExprId {
        let byte = self.peek();
        let start = self.offset();
        let kind = match byte {
            b'"' => {
                let token = self.string();
                return self.string_value(token, strings);
            }
            b'{' | b'[' if self.depth >= MAX_NESTING => {
                self.pass_over();
                ExprKind::Invalid
            }
            b'{' => {
                let mark = self.out.items.len();
                self.members(|reader, key| {
                    let strings = match strings {
                        Strings::Requirements if reader.is(key, "configuration_aliases") => {
                            Strings::Expressions
                        }
                        other => other,
                    };
                    let key = reader.key(key, strings);
                    let value = reader.value(strings);
                    reader.out.items.push(ObjectItem { key, value });
                });
                ExprKind::Object(flush(&mut self.out.items, mark, &mut self.out.tree.items))
            }
            b'[' => {
                let mark = self.out.exprs.len();
                self.elements(|reader| {
                    let element = reader.value(strings);
                    reader.out.exprs.push(element);
                });
                ExprKind::Tuple(flush(&mut self.out.exprs, mark, &mut self.out.tree.expr_lists))
            }
            b'-' | b'0'..=b'9' => self.number(),
            _ if self.keyword("true") => ExprKind::Bool(true),
            _ if self.keyword("false") => ExprKind::Bool(false),
            _ if self.keyword("null") => ExprKind::Null,
            _ => {
                self.fail_value();
                ExprKind::Invalid
            }
        };
        let end = self.offset();
        self.out.push(kind, Range::new(start, end))
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        let stands = !self.failed
            && rest.starts_with(keyword.as_bytes())
            && !self.byte_at(self.pos + keyword.len()).is_ascii_alphanumeric();
        if stands {
            self.pos += keyword.len();
        }
        stands
    }

    fn number(&mut self) -> ExprKind {
        let start = self.pos;
        let negative = self.byte_at(start) == b'-';
        let first = start + usize::from(negative);
        let mut end = first;
        let digits = |mut at: usize| {
            while self.byte_at(at).is_ascii_digit() {
                at += 1;
            }
            at
        };
        let whole = digits(end);
        let mut well_formed = whole > end && (self.byte_at(first) != b'0' || whole == first + 1);
        end = whole;
        if self.byte_at(end) == b'.' {
            let fraction = digits(end + 1);
            well_formed &= fraction > end + 1;
            end = fraction;
        }
        if matches!(self.byte_at(end), b'e' | b'E') {
            let sign = end + 1 + usize::from(matches!(self.byte_at(end + 1), b'+' | b'-'));
            let exponent = digits(sign);
            well_formed &= exponent > sign;
            end = exponent;
        }
        if !well_formed {
            let range = Range::new(start as u32, end as u32);
            self.report(
                Diagnostic::error("syntax/invalid-number", "this is not a JSON number"),
                range,
                "not a number",
            );
            self.pos = end;
            return ExprKind::Invalid;
        }
        self.pos = end;
        let range = Range::new(first as u32, end as u32);
        if negative {
            let operand = self.out.push(ExprKind::Number(Text(range)), range);
            return ExprKind::Unary { operator: UnaryOperator::Negate, operand };
        }
        ExprKind::Number(Text(range))
    }

    /// Parses the value of the key `"//"`: a string is a comment.
    pub(super) fn comment(&mut self, key: Token) {
        if self.peek() != b'"' {
            self.value(Strings::Literals);
            return;
        }
        let token = self.string();
        let before = self.text.get(..key.range.start as usize).unwrap_or_default();
        let own_line = before.trim_end_matches([' ', '\t']).ends_with('\n');
        self.out.tree.comments.push(Comment { range: Self::content(token), own_line });
    }
}

/// Parses `*.tfvars.json`: one object whose strings are plain text.
pub(super) fn values(reader: &mut JsonParser<'_, '_>) {
    let mark = reader.out.attributes.len();
    if reader.peek() == b'{' {
        reader.members(|reader, key| {
            let (name, name_range) = (reader.literal(key), key.range);
            let value = reader.value(Strings::Literals);
            reader.out.attributes.push(Attribute { name, name_range, value });
        });
    } else {
        reader.fail("syntax/json-root", "the file must contain a JSON object", "");
    }
    reader.expect_end();
    reader.out.check_duplicates(mark);
    reader.out.tree.root.attributes =
        flush(&mut reader.out.attributes, mark, &mut reader.out.tree.attributes);
}

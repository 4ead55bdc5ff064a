//! Strings of JSON: their text, and the templates and expressions in them.
//!
//! A string with escapes is decoded into the pool and parsed there; the ranges of the result are then mapped back to the file. This
//! module does not know which strings hold what.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::json::{JsonParser, Strings, Token};
use super::parser::Parser;
use super::tree::{ExprId, ExprKind, Text};

impl JsonParser<'_, '_> {
    pub(super) fn content(token: Token) -> Range {
        Range::new(token.range.start + 1, token.range.end.saturating_sub(1).max(token.range.start + 1))
    }

    /// The decoded text of a string.
    pub(super) fn literal(&mut self, token: Token) -> Text {
        if token.escaped { self.decode(token).0 } else { Text(Self::content(token)) }
    }

    /// Decodes a string into the pool. Also returns the points at which the distance between offsets of the pool and the file changes.
    fn decode(&mut self, token: Token) -> (Text, Vec<(u32, u32)>) {
        let content = Self::content(token);
        let raw = self.text.get(content.as_usize()).unwrap_or_default();
        let start = self.out.pool_end();
        let mut text = String::with_capacity(raw.len());
        let mut places = vec![(start, content.start)];
        let mut rest = raw;
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            text.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
            let (c, length) = json_escape(rest);
            let offset = content.start + (raw.len() - rest.len()) as u32;
            if let Some(c) = c {
                text.push(c);
            } else {
                let problem = Diagnostic::error("syntax/invalid-escape", "JSON has no such escape").help(
                    "escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uXXXX`",
                );
                self.report(problem, Range::new(offset, offset + length as u32), "not an escape");
            }
            rest = rest.get(length..).unwrap_or_default();
            places.push((start + text.len() as u32, offset + length as u32));
        }
        text.push_str(rest);
        (self.out.pooled(&text), places)
    }

    /// Whether the key is `name`.
    pub(super) fn is(&self, key: Token, name: &str) -> bool {
        !key.escaped && self.out.tree.slice(Self::content(key)) == name
    }

    /// Parses a key of an object value.
    pub(super) fn key(&mut self, key: Token, strings: Strings) -> ExprId {
        if strings == Strings::Expressions {
            let content = self.text.get(Self::content(key).as_usize()).unwrap_or_default();
            if content.chars().all(|c| unicode_ident::is_xid_continue(c) || c == '-') {
                return self.string_value(key, Strings::Literals);
            }
        }
        self.string_value(key, strings)
    }

    pub(super) fn string_value(&mut self, token: Token, strings: Strings) -> ExprId {
        let parse = match strings {
            Strings::Templates => token.template,
            Strings::Expressions => true,
            Strings::Literals | Strings::Requirements => false,
        };
        if self.failed {
            return self.out.push(ExprKind::Invalid, token.range);
        }
        if !parse {
            let text = self.literal(token);
            return self.out.push(ExprKind::String(text), token.range);
        }
        // A string with an interpolation is a template even where an expression is expected.
        let template = strings == Strings::Templates || token.template;
        let (exprs, problems) = (self.out.tree.exprs.len(), self.out.problems.len());
        let comments = self.out.tree.comments.len();
        let id = if token.escaped {
            let (text, places) = self.decode(token);
            let decoded = self.out.tree.text(text).to_owned();
            let id = self.inside(&decoded, 0, text.0.start, template);
            self.move_back(exprs, problems, comments, &places);
            id
        } else {
            let content = Self::content(token);
            let text = self.text.get(..content.end as usize).unwrap_or_default();
            self.inside(text, content.start as usize, 0, template)
        };
        if let Some(expr) = self.out.tree.exprs.get_mut(id.0 as usize) {
            expr.range = token.range;
        }
        id
    }

    /// Parses the text of a string from `start` to its end.
    fn inside(&mut self, text: &str, start: usize, base: u32, template: bool) -> ExprId {
        let mut parser = Parser::new(text, base, &mut *self.out);
        parser.scan.pos = start;
        parser.depth = self.depth;
        let id = if template { parser.bare_template() } else { parser.whole_expression() };
        parser.finish_comments();
        id
    }

    /// Maps the offsets of everything parsed since from the pool to the file.
    fn move_back(&mut self, exprs: usize, problems: usize, comments: usize, places: &[(u32, u32)]) {
        let offset = |at: u32| {
            let place = places.partition_point(|&(pooled, _)| pooled <= at).saturating_sub(1);
            let (pooled, written) = places.get(place).copied().unwrap_or_default();
            written + at.saturating_sub(pooled)
        };
        let first = places.first().map_or(0, |&(pooled, _)| pooled);
        let move_back = |range: &mut Range| {
            if range.start >= first {
                *range = Range::new(offset(range.start), offset(range.end));
            }
        };
        for expr in self.out.tree.exprs.get_mut(exprs..).unwrap_or_default() {
            move_back(&mut expr.range);
        }
        for problem in self.out.problems.get_mut(problems..).unwrap_or_default() {
            problem.spans_mut().for_each(|span| move_back(&mut span.range));
        }
        for comment in self.out.tree.comments.get_mut(comments..).unwrap_or_default() {
            move_back(&mut comment.range);
        }
    }
}

/// The character of the JSON escape at the start of `text`, and the length of the escape.
fn json_escape(text: &str) -> (Option<char>, usize) {
    let unit = |at: usize| {
        let digits =
            text.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let c = match text.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let Some(high) = unit(2) else { return (None, 2) };
            if let Some(c) = char::from_u32(high) {
                return (Some(c), 6);
            }
            let low = if text.get(6..8) == Some("\\u") { unit(8) } else { None };
            return match low {
                Some(low @ 0xdc00..=0xdfff) if high < 0xdc00 => {
                    (char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12)
                }
                // Half of a surrogate pair becomes the replacement character, as in Terraform.
                _ => (Some(char::REPLACEMENT_CHARACTER), 6),
            };
        }
        _ => return (None, 1 + text.chars().nth(1).map_or(0, char::len_utf8)),
    };
    (Some(c), 2)
}

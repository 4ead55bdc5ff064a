//! Calls, tuples, objects and parentheses, and comma-separated lists in general.
//!
//! Line ends mean nothing inside, except between the items of an object. This module does not know what the elements are.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::output::flush;
use super::parser::{Parser, Trouble};
use super::tree::{Call, CallId, ExprId, ExprKind, ObjectItem, Text};

impl Parser<'_, '_> {
    /// Parses a call from its `(`.
    pub(super) fn call(&mut self, name_range: Range, name: Text) -> ExprId {
        let (open, mark) = (self.scan.pos, self.out.exprs.len());
        let lines = std::mem::replace(&mut self.scan.lines, false);
        let mut expand = false;
        self.scan.bump(1);
        while self.scan.byte() != b')' && !self.fails_unclosed(open, ')') {
            let argument = self.expression();
            self.out.exprs.push(argument);
            if self.ok() && self.at_ellipsis() {
                expand = true;
                self.scan.bump(3);
                if self.scan.byte() != b')' {
                    self.fail_in_list(
                        open,
                        ')',
                        "syntax/misplaced-ellipsis",
                        "only the last argument can end in `...`",
                    );
                }
            }
            if !self.next_element(open, ')') {
                break;
            }
        }
        let end = self.close(lines);
        let arguments = flush(&mut self.out.exprs, mark, &mut self.out.tree.expr_lists);
        let range = Range::new(name_range.start, end);
        let id = CallId(self.out.tree.calls.len() as u32);
        self.out.tree.calls.push(Call { name, arguments, expand });
        self.out.push(ExprKind::Call(id), range)
    }

    pub(super) fn at_ellipsis(&self) -> bool {
        self.scan.byte() == b'.' && self.scan.ahead(1) == b'.' && self.scan.ahead(2) == b'.'
    }

    /// Parses the comma after an element of a list, and says whether another element may follow.
    fn next_element(&mut self, open: usize, closer: char) -> bool {
        if self.ok() {
            match self.scan.byte() {
                b',' => {
                    self.scan.bump(1);
                    return true;
                }
                byte if char::from(byte) == closer => return false,
                _ if self.starts_element(open) => {
                    let problem = Diagnostic::error(
                        "syntax/missing-comma",
                        "expected a comma at the end of the previous line",
                    )
                    .help("put a comma between the elements");
                    self.report(problem, self.scan.here(), "unexpected");
                    return true;
                }
                _ => {
                    let message = format!("expected `,` or `{closer}`");
                    self.fail_in_list(open, closer, "syntax/missing-comma", &message);
                    // A skipped element leaves an invalid one behind, so that the list keeps its length.
                    let skipped = self.invalid();
                    self.out.exprs.push(skipped);
                }
            }
        }
        if self.trouble == Trouble::Unwind {
            return false;
        }
        self.skip_to(b',');
        if self.ok() && self.scan.byte() == b',' {
            self.scan.bump(1);
            return true;
        }
        if self.ok() && char::from(self.scan.byte()) != closer {
            self.trouble = Trouble::Skip;
        }
        false
    }

    /// Whether the next element of a list starts on a line of its own and only the comma before it is missing.
    fn starts_element(&self, open: usize) -> bool {
        let starts = matches!(self.scan.byte(), b'"' | b'[' | b'{' | b'0'..=b'9') || self.scan.at_word();
        let line = self.scan.line_start(self.scan.pos);
        starts && line > open && self.scan.is_first_on_line(self.scan.pos) && !self.is_next_item(line)
    }

    /// Reports what stands in place of the rest of a list, or that the list is never closed.
    pub(super) fn fail_in_list(&mut self, open: usize, closer: char, code: &'static str, message: &str) {
        if self.is_unclosed(open) {
            self.fail_unclosed(open, closer);
        } else {
            self.fail(code, message, "unexpected");
        }
    }

    /// Passes a closing bracket unless in trouble, and restores the outer meaning of line ends. Returns the end of the list.
    #[inline]
    pub(super) fn close(&mut self, lines: bool) -> u32 {
        if self.ok() {
            self.scan.pos += 1;
        }
        let end = self.scan.base + self.scan.pos as u32;
        self.scan.lines = lines;
        if self.ok() {
            self.scan.skip();
        }
        end
    }

    pub(super) fn parens(&mut self) -> ExprId {
        let open = self.scan.pos;
        let lines = std::mem::replace(&mut self.scan.lines, false);
        self.scan.bump(1);
        let inner = if self.fails_unclosed(open, ')') { self.invalid() } else { self.expression() };
        if self.ok() && self.scan.byte() != b')' {
            self.fail_in_list(open, ')', "syntax/missing-paren", "expected an operator or `)`");
        }
        self.skip_to_closer(b')');
        let end = self.close(lines);
        let range = Range::new(self.scan.base + open as u32, end);
        self.out.push(ExprKind::Parens(inner), range)
    }

    pub(super) fn tuple(&mut self) -> ExprId {
        let (open, mark) = (self.scan.pos, self.out.exprs.len());
        let lines = std::mem::replace(&mut self.scan.lines, false);
        self.scan.bump(1);
        if self.scan.at_keyword("for") {
            return self.for_expression(open, ']', lines);
        }
        while self.scan.byte() != b']' && !self.fails_unclosed(open, ']') {
            let element = self.expression();
            self.out.exprs.push(element);
            if !self.next_element(open, ']') {
                break;
            }
        }
        let end = self.close(lines);
        let elements = flush(&mut self.out.exprs, mark, &mut self.out.tree.expr_lists);
        let range = Range::new(self.scan.base + open as u32, end);
        self.out.push(ExprKind::Tuple(elements), range)
    }

    pub(super) fn object(&mut self) -> ExprId {
        let (open, mark) = (self.scan.pos, self.out.items.len());
        let lines = std::mem::replace(&mut self.scan.lines, false);
        self.scan.bump(1);
        if self.scan.at_keyword("for") {
            return self.for_expression(open, '}', lines);
        }
        self.scan.lines = true;
        loop {
            self.scan.skip_lines();
            if self.by_indentation && self.ends_by_indentation(open) {
                self.fail_unclosed(open, '}');
                break;
            }
            if self.scan.byte() == b'}' || self.fails_unclosed(open, '}') {
                break;
            }
            self.object_item(open);
            if !self.ok() && !self.resync_object() {
                break;
            }
        }
        let end = self.close(lines);
        let items = flush(&mut self.out.items, mark, &mut self.out.tree.items);
        let range = Range::new(self.scan.base + open as u32, end);
        self.out.push(ExprKind::Object(items), range)
    }

    /// Whether the indentation of the line that starts here says that it is not part of the object.
    fn ends_by_indentation(&self, open: usize) -> bool {
        let line = self.scan.line_start(self.scan.pos);
        line > open && self.scan.is_first_on_line(self.scan.pos) && self.is_next_item(line)
    }

    /// After an error in an object: skips to its next item. False if only the enclosing construct can continue.
    fn resync_object(&mut self) -> bool {
        if self.trouble == Trouble::Unwind {
            return false;
        }
        self.skip_object_item();
        if !self.ok() {
            return false;
        }
        if matches!(self.scan.byte(), b')' | b']') {
            self.trouble = Trouble::Skip;
            return false;
        }
        if self.scan.byte() == b',' {
            self.scan.pos += 1;
        }
        true
    }

    /// Parses `key = value` and the comma or line end after it.
    fn object_item(&mut self, open: usize) {
        let start = self.scan.pos;
        let bare = self.scan.word();
        if bare.is_some() {
            self.scan.skip();
        }
        let key = match bare {
            Some(range) if self.at_key_end() => self.out.push(ExprKind::String(Text(range)), range),
            _ => {
                self.scan.pos = start;
                let key = self.expression();
                if self.ok() && !self.at_key_end() {
                    self.fail_at_key(open);
                }
                match self.out.tree.expr(key).kind {
                    ExprKind::Variable(name) => self.out.push(ExprKind::String(name), name.0),
                    _ => key,
                }
            }
        };
        if !self.ok() {
            if bare.is_some() {
                let value = self.invalid();
                self.out.items.push(ObjectItem { key, value });
            }
            return;
        }
        self.scan.bump(1);
        let value = self.expression();
        self.out.items.push(ObjectItem { key, value });
        if !self.ok() || self.scan.byte() == b'}' || self.scan.at_line_end() {
            return;
        }
        if self.scan.byte() == b',' {
            self.scan.bump(1);
            return;
        }
        if self.is_unclosed(open) {
            return self.fail_unclosed(open, '}');
        }
        let problem =
            Diagnostic::error("syntax/missing-comma", "expected a comma or a line end before the next key")
                .help(
                    self.hint()
                        .unwrap_or_else(|| "put a comma between the items, or each on its own line".into()),
                );
        self.report(problem, self.scan.here(), "unexpected");
        // `a = 1 b = 2` continues with `b`.
        if !self.is_item(self.scan.pos, false) {
            self.trouble = Trouble::Skip;
        }
    }

    /// Whether the `=` or `:` between a key and its value is here.
    fn at_key_end(&self) -> bool {
        match self.scan.byte() {
            b'=' => !matches!(self.scan.ahead(1), b'=' | b'>'),
            b':' => self.scan.ahead(1) != b':',
            _ => false,
        }
    }

    fn fail_at_key(&mut self, open: usize) {
        if self.is_unclosed(open) {
            return self.fail_unclosed(open, '}');
        }
        let help = match self.scan.byte() {
            b',' => "an item of an object is `key = value`; a list is written in `[` and `]`".to_owned(),
            b'{' => "put `=` before the `{`: this is an object, not a block".to_owned(),
            b'}' => "an item of an object is `key = value`; a list is written in `[` and `]`".to_owned(),
            _ => self.hint().unwrap_or_else(|| "an item of an object is `key = value`".to_owned()),
        };
        let problem =
            Diagnostic::error("syntax/missing-equals", "expected `=` and a value after this key").help(help);
        self.fail_with(problem, self.scan.here(), "expected `=` here");
    }
}

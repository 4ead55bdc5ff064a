//! Accesses: `.name`, `.0`, `[key]`, `.*` and `[*]` after a term.
//!
//! The two splats differ in reach: in `a[*].b[0]` all of `.b[0]` applies to each element, in `a.*.b[0]` only `.b` does. This module
//! does not know what the term is.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::parser::Parser;
use super::tree::{ExprId, ExprKind, Text};

impl Parser<'_, '_> {
    /// Parses all accesses after `term`.
    pub(super) fn accesses(&mut self, term: ExprId) -> ExprId {
        let mark = self.out.splats.len();
        let mut base = term;
        while self.ok() {
            match self.scan.byte() {
                b'.' if self.scan.ahead(1) != b'.' => base = self.dot(base),
                b'[' => base = self.bracket(base),
                _ => break,
            }
        }
        while self.out.splats.len() > mark {
            let Some(source) = self.out.splats.pop() else { break };
            let range = self.out.range_of(source).to(self.out.range_of(base));
            base = self.out.push(ExprKind::Splat { base: source, each: base, full: true }, range);
        }
        base
    }

    fn dot(&mut self, base: ExprId) -> ExprId {
        let dot = self.scan.pos;
        self.scan.bump(1);
        if self.scan.byte() != b'*' {
            return self.attribute_access(base);
        }
        self.scan.pos += 1;
        let mut each = self.out.push(ExprKind::SplatItem, self.scan.range(dot, self.scan.pos));
        self.scan.skip();
        while self.ok() && self.scan.byte() == b'.' && self.scan.ahead(1) != b'.' {
            self.scan.bump(1);
            each = self.attribute_access(each);
        }
        let range = self.out.range_of(base).to(self.out.range_of(each));
        self.out.push(ExprKind::Splat { base, each, full: false }, range)
    }

    /// Parses a name or a number after a dot.
    fn attribute_access(&mut self, base: ExprId) -> ExprId {
        let start = self.out.range_of(base).start;
        if let Some(name) = self.scan.word() {
            self.scan.skip();
            return self
                .out
                .push(ExprKind::Attribute { base, name: Text(name) }, Range::new(start, name.end));
        }
        if self.scan.byte().is_ascii_digit() {
            return self.legacy_index(base);
        }
        let problem =
            Diagnostic::error("syntax/attribute-name", "expected the name of an attribute after the dot");
        let problem = if self.scan.byte() == b'*' {
            problem.help("`.*` cannot be followed by another splat: write `[*]`")
        } else {
            problem.help("write `.name`, or `[\"name\"]` for a name that is not an identifier")
        };
        self.fail_with(problem, self.scan.here(), "expected a name here");
        base
    }

    /// `.0`, which means `[0]`.
    fn legacy_index(&mut self, base: ExprId) -> ExprId {
        let start = self.out.range_of(base).start;
        let number = self.scan.pos;
        self.scan.number();
        let range = self.scan.range(number, self.scan.pos);
        let written = self.scan.slice(number, self.scan.pos);
        let digits = written.split('.');
        let mut indexed = base;
        let mut end = number;
        if written.contains('.') {
            let brackets: String = digits.clone().map(|index| format!("[{index}]")).collect();
            let problem =
                Diagnostic::error("syntax/legacy-index", "two numbers in a row cannot follow a dot");
            self.report(problem.help(format!("write `{brackets}`")), range, "this reads as one number");
        }
        for index in digits {
            let key = self.scan.range(end, end + index.len());
            end += index.len() + 1;
            let whole_number = index.bytes().all(|byte| byte.is_ascii_digit()) && !index.is_empty();
            let kind = if whole_number { ExprKind::Number(Text(key)) } else { ExprKind::Invalid };
            if !whole_number && !written.contains('.') {
                let problem = Diagnostic::error("syntax/legacy-index", format!("`{index}` is not an index"));
                self.report(problem, range, "not an index");
            }
            let key_id = self.out.push(kind, key);
            indexed =
                self.out.push(ExprKind::Index { base: indexed, key: key_id }, Range::new(start, key.end));
        }
        self.scan.skip();
        indexed
    }

    fn bracket(&mut self, base: ExprId) -> ExprId {
        let (open, start) = (self.scan.pos, self.out.range_of(base).start);
        self.scan.bump(1);
        if self.scan.byte() == b'*' {
            self.scan.bump(1);
            if self.scan.byte() != b']' {
                self.fail("syntax/unclosed-index", "expected `]` after `[*`", "expected `]` here");
                return base;
            }
            self.scan.pos += 1;
            let item = self.out.push(ExprKind::SplatItem, self.scan.range(open, self.scan.pos));
            self.scan.skip();
            self.out.splats.push(base);
            return item;
        }
        let lines = std::mem::replace(&mut self.scan.lines, false);
        let key = if self.fails_unclosed(open, ']') { self.invalid() } else { self.expression() };
        if self.ok() && self.scan.byte() != b']' {
            self.fail_in_list(open, ']', "syntax/unclosed-index", "expected `]` after the index");
        }
        self.skip_to_closer(b']');
        let end = self.close(lines);
        self.out.push(ExprKind::Index { base, key }, Range::new(start, end))
    }
}

//! Expressions: operators, conditionals and the terms between them.
//!
//! Every function starts at the first byte of what it parses and ends after the blanks behind it. Chains (`a + b + …`,
//! `a.b.c…`, `a ? b : c ? …`, `!!!a`) are loops; only brackets and templates recurse, and their depth is limited. This module does
//! not know where an expression stands.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::parser::{MAX_NESTING, Parser, with_stack};
use super::tree::{BinaryOperator, ExprId, ExprKind, Text, UnaryOperator};

impl Parser<'_, '_> {
    pub(super) fn expression(&mut self) -> ExprId {
        self.scan.skip();
        if self.depth >= MAX_NESTING {
            self.fail_too_deep();
            return self.invalid();
        }
        self.depth += 1;
        let id = with_stack(self.depth, || self.conditional());
        self.depth -= 1;
        id
    }

    /// Parses a text that is one expression; line ends around it mean nothing.
    pub(super) fn whole_expression(&mut self) -> ExprId {
        self.scan.skip_lines();
        let id = self.expression();
        if self.ok() {
            self.scan.skip_lines();
            if !self.scan.at_end() {
                self.fail("syntax/extra-text", "expected nothing after the expression", "unexpected");
            }
        }
        id
    }

    /// An expression in place of one that could not be parsed.
    pub(super) fn invalid(&mut self) -> ExprId {
        let range = self.scan.range(self.scan.pos, self.scan.pos);
        self.out.push(ExprKind::Invalid, range)
    }

    /// Parses `condition ? yes : no`, where `no` may be another conditional.
    fn conditional(&mut self) -> ExprId {
        let mark = self.out.conditions.len();
        let mut last = loop {
            let condition = self.binary();
            if self.scan.byte() != b'?' || !self.ok() {
                break condition;
            }
            self.scan.bump(1);
            let yes = self.expression();
            if self.ok() && self.scan.byte() != b':' {
                self.fail(
                    "syntax/missing-else",
                    "expected `:` and the value for a false condition",
                    "expected `:` here",
                );
            }
            if !self.ok() {
                let range = self.out.range_of(condition).to(self.out.range_of(yes));
                let no = self.invalid();
                break self.out.push(ExprKind::Conditional { condition, yes, no }, range);
            }
            self.out.conditions.push((condition, yes));
            self.scan.bump(1);
        };
        while self.out.conditions.len() > mark {
            let Some((condition, yes)) = self.out.conditions.pop() else { break };
            let range = self.out.range_of(condition).to(self.out.range_of(last));
            last = self.out.push(ExprKind::Conditional { condition, yes, no: last }, range);
        }
        last
    }

    /// Parses operands and the operators between them. At most one operator of each precedence waits for its right side.
    fn binary(&mut self) -> ExprId {
        let mut left = self.operand();
        let mut next = self.operator();
        if next.is_none() {
            return left;
        }
        let mark = self.out.operators.len();
        loop {
            let precedence = next.map_or(0, |(operator, _)| precedence(operator));
            while self.out.operators.len() > mark
                && let Some((first, operator)) =
                    self.out.operators.pop_if(|(_, waiting)| self::precedence(*waiting) >= precedence)
            {
                let range = self.out.range_of(first).to(self.out.range_of(left));
                left = self.out.push(ExprKind::Binary { operator, left: first, right: left }, range);
            }
            let Some((operator, length)) = next else { return left };
            self.scan.bump(length);
            self.out.operators.push((left, operator));
            left = self.operand();
            next = self.operator();
        }
    }

    /// The operator at the position, and its length in bytes.
    #[inline]
    fn operator(&self) -> Option<(BinaryOperator, usize)> {
        let next = |byte| self.scan.ahead(1) == byte;
        let operator = match self.scan.byte() {
            b'+' => (BinaryOperator::Add, 1),
            b'-' => (BinaryOperator::Subtract, 1),
            b'*' => (BinaryOperator::Multiply, 1),
            b'/' => (BinaryOperator::Divide, 1),
            b'%' => (BinaryOperator::Remainder, 1),
            b'=' if next(b'=') => (BinaryOperator::Equal, 2),
            b'!' if next(b'=') => (BinaryOperator::NotEqual, 2),
            b'<' if next(b'=') => (BinaryOperator::LessOrEqual, 2),
            b'<' => (BinaryOperator::Less, 1),
            b'>' if next(b'=') => (BinaryOperator::GreaterOrEqual, 2),
            b'>' => (BinaryOperator::Greater, 1),
            b'&' if next(b'&') => (BinaryOperator::And, 2),
            b'|' if next(b'|') => (BinaryOperator::Or, 2),
            _ => return None,
        };
        self.ok().then_some(operator)
    }

    /// Parses a term with the signs before it and the accesses after it.
    fn operand(&mut self) -> ExprId {
        let mark = self.out.prefixes.len();
        loop {
            let operator = match self.scan.byte() {
                b'-' => UnaryOperator::Negate,
                b'!' if self.scan.ahead(1) != b'=' => UnaryOperator::Not,
                _ => break,
            };
            self.out.prefixes.push((operator, self.scan.base + self.scan.pos as u32));
            self.scan.bump(1);
        }
        let term = self.term();
        let mut operand = if matches!(self.scan.byte(), b'.' | b'[') { self.accesses(term) } else { term };
        while self.out.prefixes.len() > mark {
            let Some((operator, start)) = self.out.prefixes.pop() else { break };
            let range = Range::new(start, self.out.range_of(operand).end);
            operand = self.out.push(ExprKind::Unary { operator, operand }, range);
        }
        operand
    }

    fn term(&mut self) -> ExprId {
        match self.scan.byte() {
            b'"' => self.quoted(),
            b'[' => self.tuple(),
            b'{' => self.object(),
            b'(' => self.parens(),
            b'<' if self.scan.ahead(1) == b'<' => self.heredoc(),
            b'0'..=b'9' => self.number(),
            _ if self.scan.at_word() => self.name(),
            b'\'' => self.single_quoted(),
            _ => {
                let end = self.scan.at_end() || self.scan.at_line_end();
                let (message, at) = if end {
                    ("a value is missing", "expected a value here")
                } else {
                    ("expected a value", "no value starts with this")
                };
                self.fail("syntax/expected-expression", message, at);
                self.invalid()
            }
        }
    }

    fn number(&mut self) -> ExprId {
        let start = self.scan.pos;
        let well_formed = self.scan.number();
        let range = self.scan.range(start, self.scan.pos);
        if !well_formed {
            let written = self.scan.slice(start, self.scan.pos);
            self.report(
                Diagnostic::error("syntax/invalid-number", format!("`{written}` is not a number"))
                    .help("write a version or an address as a string in double quotes"),
                range,
                "not a number",
            );
        }
        self.scan.skip();
        self.out.push(if well_formed { ExprKind::Number(Text(range)) } else { ExprKind::Invalid }, range)
    }

    /// Reports and skips `'text'`, which other languages have.
    fn single_quoted(&mut self) -> ExprId {
        let start = self.scan.pos;
        let line = self.scan.text.as_bytes().get(start + 1..).unwrap_or_default();
        let length = memchr::memchr2(b'\'', b'\n', line).unwrap_or(0);
        if line.get(length) != Some(&b'\'') {
            self.fail("syntax/single-quotes", "single quotes have no meaning here", "single quote");
            return self.invalid();
        }
        self.scan.pos += length + 2;
        let range = self.scan.range(start, self.scan.pos);
        let problem =
            Diagnostic::error("syntax/single-quotes", "a string cannot be written in single quotes");
        self.report(problem.help("write strings in double quotes"), range, "single quotes");
        self.scan.skip();
        self.out.push(ExprKind::Invalid, range)
    }

    /// Parses a variable, a call or a keyword.
    fn name(&mut self) -> ExprId {
        let start = self.scan.pos;
        let range = self.scan.word().unwrap_or_default();
        let word = self.scan.slice(start, self.scan.pos);
        self.scan.skip();
        match self.scan.byte() {
            b'(' => return self.call(range, Text(range)),
            b':' if self.scan.ahead(1) == b':' => return self.namespaced_call(range),
            _ => {}
        }
        let kind = match word {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            _ => ExprKind::Variable(Text(range)),
        };
        self.out.push(kind, range)
    }

    /// Parses `provider::name::function(…)`, from the first `::`.
    fn namespaced_call(&mut self, first: Range) -> ExprId {
        let start = (first.start - self.scan.base) as usize;
        let mut name = self.scan.slice(start, (first.end - self.scan.base) as usize).to_owned();
        let mut end = first.end;
        while self.scan.byte() == b':' && self.scan.ahead(1) == b':' {
            self.scan.bump(2);
            let part = self.scan.pos;
            let Some(range) = self.scan.word() else {
                self.fail(
                    "syntax/function-name",
                    "expected the name of a function after `::`",
                    "expected a name here",
                );
                return self.invalid();
            };
            name.push_str("::");
            name.push_str(self.scan.slice(part, self.scan.pos));
            end = range.end;
            self.scan.skip();
        }
        let range = Range::new(first.start, end);
        if self.scan.byte() != b'(' {
            self.fail(
                "syntax/function-name",
                "expected `(` and arguments after the function's name",
                "expected `(` here",
            );
            return self.invalid();
        }
        let text = if name.len() == range.len() { Text(range) } else { self.out.pooled(&name) };
        self.call(range, text)
    }
}

/// How tightly an operator binds; 0 is left for the end of an expression.
fn precedence(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal | BinaryOperator::NotEqual => 3,
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder => 6,
    }
}

//! Expressions: operators, references, calls, collections and `for`.
//!
//! Every function starts at the first byte of what it parses and ends past the blanks behind it. Chains (`a + b + …`,
//! `a.b.c…`, `a ? b : c ? …`, `!!!a`) are loops; only brackets and templates recurse, and their depth is limited. Must
//! not know where an expression stands.

use crate::problem::Problem;
use crate::source::Range;

use super::parser::{MAX_NESTING, Parser, Trouble, flush};
use super::tree::{BinaryOperator, ExprId, ExprKind, For, ForId, ObjectItem, Text, UnaryOperator};

impl Parser<'_, '_> {
    /// Parses an expression.
    pub(super) fn expression(&mut self) -> ExprId {
        self.scan.skip();
        if self.depth >= MAX_NESTING {
            self.fail_too_deep();
            return self.invalid();
        }
        self.depth += 1;
        let id = self.conditional();
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

    /// Stands for what could not be parsed.
    pub(super) fn invalid(&mut self) -> ExprId {
        let range = self.scan.range(self.scan.pos, self.scan.pos);
        self.out.push(ExprKind::Invalid, range)
    }

    /// `condition ? yes : no`, where `no` may be one again.
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

    /// Operands and operators between them. At most one operator of each precedence waits for its right side.
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

    /// The operator that stands here, and its length.
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

    /// A term with the signs before and the accesses behind it.
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
                    ("expected a value", "no value starts like this")
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
                Problem::error("syntax/invalid-number", format!("`{written}` is not a number"))
                    .help("for a version or an address write a string in double quotes"),
                range,
                "not a number",
            );
        }
        self.scan.skip();
        self.out.push(if well_formed { ExprKind::Number(Text(range)) } else { ExprKind::Invalid }, range)
    }

    /// `'text'`, which other languages have: reported and passed whole.
    fn single_quoted(&mut self) -> ExprId {
        let start = self.scan.pos;
        let line = self.scan.text.as_bytes().get(start + 1..).unwrap_or_default();
        let length = memchr::memchr2(b'\'', b'\n', line).unwrap_or(0);
        if line.get(length) != Some(&b'\'') {
            self.fail("syntax/single-quotes", "single quotes mean nothing here", "single quote");
            return self.invalid();
        }
        self.scan.pos += length + 2;
        let range = self.scan.range(start, self.scan.pos);
        let problem = Problem::error("syntax/single-quotes", "a string cannot stand in single quotes");
        self.report(problem.help("strings stand in double quotes"), range, "single quotes");
        self.scan.skip();
        self.out.push(ExprKind::Invalid, range)
    }

    /// A variable, a call or a keyword.
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

    /// `provider::name::function(…)`, from the first `::`.
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

    /// A call from its `(`.
    fn call(&mut self, name_range: Range, name: Text) -> ExprId {
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
        self.out.push(ExprKind::Call { name, arguments, expand }, range)
    }

    fn at_ellipsis(&self) -> bool {
        self.scan.byte() == b'.' && self.scan.ahead(1) == b'.' && self.scan.ahead(2) == b'.'
    }

    /// After an element of a list: passes the comma and says whether to look for another one.
    fn next_element(&mut self, open: usize, closer: char) -> bool {
        if self.ok() {
            match self.scan.byte() {
                b',' => {
                    self.scan.bump(1);
                    return true;
                }
                byte if char::from(byte) == closer => return false,
                _ if self.starts_element(open) => {
                    let problem =
                        Problem::error("syntax/missing-comma", "expected a comma after the line before")
                            .help("put a comma between the elements");
                    self.report(problem, self.scan.here(), "unexpected");
                    return true;
                }
                _ => {
                    let message = format!("expected `,` or `{closer}`");
                    self.fail_in_list(open, closer, "syntax/missing-comma", &message);
                    // What is skipped leaves a mark: the list is not as long as it looks.
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

    /// Whether the next element of a list starts here, on a line of its own, and only the comma is missing.
    fn starts_element(&self, open: usize) -> bool {
        let starts = matches!(self.scan.byte(), b'"' | b'[' | b'{' | b'0'..=b'9') || self.scan.at_word();
        let line = self.scan.line_start(self.scan.pos);
        starts && line > open && self.scan.is_first_on_line(self.scan.pos) && !self.is_next_item(line)
    }

    /// Reports what stands here instead of the rest of a list, or that the list is never closed.
    pub(super) fn fail_in_list(&mut self, open: usize, closer: char, code: &'static str, message: &str) {
        if self.is_unclosed(open) {
            self.fail_unclosed(open, closer);
        } else {
            self.fail(code, message, "unexpected");
        }
    }

    /// Passes a closing bracket, unless in trouble, and goes back to the outer meaning of line ends. Gives its end.
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

    fn parens(&mut self) -> ExprId {
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

    fn tuple(&mut self) -> ExprId {
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

    fn object(&mut self) -> ExprId {
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

    /// Whether the line that starts here is not in the object, as its indentation says.
    fn ends_by_indentation(&self, open: usize) -> bool {
        let line = self.scan.line_start(self.scan.pos);
        line > open && self.scan.is_first_on_line(self.scan.pos) && self.is_next_item(line)
    }

    /// After an error in an object: skips to its next item; false if only what is around it can go on.
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

    /// `key = value` and the comma or line end behind it.
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
            Problem::error("syntax/missing-comma", "expected a comma or a line end before the next key")
                .help(
                    self.hint()
                        .unwrap_or_else(|| "put a comma between the items, or each on its own line".into()),
                );
        self.report(problem, self.scan.here(), "unexpected");
        // `a = 1 b = 2` goes on with `b`.
        if !self.is_item(self.scan.pos, false) {
            self.trouble = Trouble::Skip;
        }
    }

    /// Whether the `=` or `:` between a key and its value stands here.
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
            b',' => "an object's item is `key = value`; a list stands in `[` and `]`".to_owned(),
            b'{' => "put `=` before the `{`: this is an object, not a block".to_owned(),
            b'}' => "an object's item is `key = value`; a list stands in `[` and `]`".to_owned(),
            _ => self.hint().unwrap_or_else(|| "an object's item is `key = value`".to_owned()),
        };
        let problem =
            Problem::error("syntax/missing-equals", "expected `=` and a value after this key").help(help);
        self.fail_with(problem, self.scan.here(), "expected `=` here");
    }

    /// `key, value in` or `value in`.
    pub(super) fn for_variables(&mut self) -> Option<(Option<Text>, Text)> {
        let mut key_variable = None;
        let mut value_variable = self.for_variable()?;
        if self.scan.byte() == b',' {
            self.scan.bump(1);
            key_variable = Some(value_variable);
            value_variable = self.for_variable()?;
        }
        if !self.scan.at_keyword("in") {
            self.fail(
                "syntax/invalid-for",
                "expected `in` after the variables of `for`",
                "expected `in` here",
            );
            return None;
        }
        self.scan.bump(2);
        Some((key_variable, value_variable))
    }

    fn for_variable(&mut self) -> Option<Text> {
        let name = self.scan.word();
        if name.is_none() {
            let problem = Problem::error("syntax/invalid-for", "expected a variable's name in this `for`")
                .help("write `for value in …` or `for key, value in …`; a key named `for` stands in quotes");
            self.fail_with(problem, self.scan.here(), "expected a name here");
        }
        self.scan.skip();
        name.map(Text)
    }

    /// `for` in brackets, from the keyword.
    fn for_expression(&mut self, open: usize, closer: char, lines: bool) -> ExprId {
        self.scan.bump(3);
        let parsed = self.for_clauses(closer);
        if self.ok() && char::from(self.scan.byte()) != closer {
            let message = format!("expected `{closer}` at the end of this `for`");
            self.fail_in_list(open, closer, "syntax/invalid-for", &message);
        }
        self.skip_to_closer(closer as u8);
        let end = self.close(lines);
        let range = Range::new(self.scan.base + open as u32, end);
        let Some(for_expr) = parsed else { return self.out.push(ExprKind::Invalid, range) };
        let problem = match (closer, for_expr.key, for_expr.grouping) {
            (']', Some(_), _) => {
                Some(("a `for` that makes a tuple has no `=>`", "use `{` and `}` to make an object"))
            }
            (']', None, true) => {
                Some(("a `for` that makes a tuple cannot group with `...`", "remove the `...`"))
            }
            ('}', None, _) => {
                Some(("a `for` that makes an object needs a key", "write `key => value`, or use `[` and `]`"))
            }
            _ => None,
        };
        if let Some((message, help)) = problem
            && self.ok()
        {
            self.report(Problem::error("syntax/invalid-for", message).help(help), range, "this `for`");
        }
        let id = ForId(self.out.tree.fors.len() as u32);
        self.out.tree.fors.push(for_expr);
        self.out.push(ExprKind::For(id), range)
    }

    /// Everything between `for` and the closing bracket.
    fn for_clauses(&mut self, closer: char) -> Option<For> {
        let (key_variable, value_variable) = self.for_variables()?;
        let collection = self.expression();
        if self.ok() && self.scan.byte() != b':' {
            self.fail(
                "syntax/invalid-for",
                "expected `:` and a result after the collection of `for`",
                "expected `:` here",
            );
        }
        if !self.ok() {
            return None;
        }
        self.scan.bump(1);
        let mut value = self.expression();
        let mut key = None;
        if self.ok() && self.scan.byte() == b'=' && self.scan.ahead(1) == b'>' {
            self.scan.bump(2);
            key = Some(value);
            value = self.expression();
        }
        let grouping = self.ok() && self.at_ellipsis();
        if grouping {
            self.scan.bump(3);
        }
        let mut condition = None;
        if self.ok() && self.scan.at_keyword("if") {
            self.scan.bump(2);
            condition = Some(self.expression());
        }
        // Half an object `for` would be taken for a mistake of its own.
        (self.ok() || closer == ']').then_some(For {
            key_variable,
            value_variable,
            collection,
            key,
            value,
            condition,
            grouping,
        })
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

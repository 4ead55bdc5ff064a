//! `for` in brackets. The `for` directive of templates shares the parsing of its variables.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::parser::Parser;
use super::tree::{ExprId, ExprKind, For, ForId, Text};

impl Parser<'_, '_> {
    /// Parses `key, value in` or `value in`.
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
            let problem =
                Diagnostic::error("syntax/invalid-for", "expected the name of a variable in this `for`")
                    .help("write `for value in …` or `for key, value in …`; quote a key named `for`");
            self.fail_with(problem, self.scan.here(), "expected a name here");
        }
        self.scan.skip();
        name.map(Text)
    }

    /// Parses `for` in brackets, from the keyword.
    pub(super) fn for_expression(&mut self, open: usize, closer: char, lines: bool) -> ExprId {
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
            self.report(Diagnostic::error("syntax/invalid-for", message).help(help), range, "this `for`");
        }
        let id = ForId(self.out.tree.fors.len() as u32);
        self.out.tree.fors.push(for_expr);
        self.out.push(ExprKind::For(id), range)
    }

    /// Parses everything between `for` and the closing bracket.
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
        // Half of an object `for` would be reported as an error of its own.
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

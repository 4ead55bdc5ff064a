//! Recovery: how the parser skips text that it cannot understand, and what it can say about such text.
//!
//! Skipping respects brackets, strings, heredocs and comments, and stops at a line that looks like the next argument or block and is
//! indented no deeper than the one in trouble: people format even broken code. This module reports no skipped text: that has been
//! done.

use crate::diagnostic::Diagnostic;

use super::parser::{MAX_NESTING, Parser, Trouble};

impl Parser<'_, '_> {
    /// Skips to the end of the line on which the current item ends.
    pub(super) fn resync_line(&mut self) {
        self.skip_to(b'\n');
        if self.trouble == Trouble::None && matches!(self.scan.byte(), b')' | b']') {
            // This bracket closes nothing that is open.
            self.scan.pos += 1;
            self.resync_line();
        }
        self.trouble = Trouble::None;
    }

    /// Skips to `stop` (`,` or a line end) or to a closing bracket, outside of all brackets that open on the way. Ends recovery
    /// if one is found, otherwise unwinds.
    pub(super) fn skip_to(&mut self, stop: u8) {
        self.skip_to_any(&[stop]);
    }

    fn skip_to_any(&mut self, stops: &[u8]) {
        let mut depth = 0_usize;
        self.trouble = Trouble::None;
        while !self.scan.at_end() {
            let byte = self.scan.byte();
            if depth == 0 && (stops.contains(&byte) || (stops.contains(&b'\n') && self.scan.at_line_end())) {
                return;
            }
            match byte {
                b'\n' => {
                    self.scan.pos += 1;
                    if self.is_next_item(self.scan.pos) {
                        self.trouble = Trouble::Unwind;
                        return;
                    }
                }
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    self.scan.pos += 1;
                }
                b')' | b']' | b'}' => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    self.scan.pos += 1;
                }
                b'"' => self.skip_string(),
                b'<' if self.skip_heredoc() => {}
                b'#' => self.scan.skip(),
                b'/' if matches!(self.scan.ahead(1), b'/' | b'*') => self.scan.skip(),
                _ => self.scan.bump_char(),
            }
        }
        self.trouble = Trouble::Unwind;
    }

    /// During recovery inside a bracket, skips to its closing bracket; if there is none, the enclosing construct has to continue.
    pub(super) fn skip_to_closer(&mut self, closer: u8) {
        if self.trouble == Trouble::Skip {
            self.skip_to(closer);
            if self.ok() && self.scan.byte() != closer {
                self.trouble = Trouble::Skip;
            }
        }
    }

    /// Skips to the end of an object item: a comma, a line end or a closing bracket.
    pub(super) fn skip_object_item(&mut self) {
        self.skip_to_any(b",\n");
    }

    /// Skips past the `}` that ends a template sequence, within the line; false if there is none.
    pub(super) fn skip_sequence(&mut self) -> bool {
        let mut depth = 0_usize;
        while !self.scan.at_end() {
            match self.scan.byte() {
                b'\n' => return false,
                b'"' => {
                    self.skip_string();
                    continue;
                }
                b'{' => depth += 1,
                b'}' if depth == 0 => {
                    self.scan.pos += 1;
                    return true;
                }
                b'}' => depth -= 1,
                _ => {}
            }
            self.scan.bump_char();
        }
        false
    }

    /// Skips a quoted string with its interpolations, or the rest of the line if the string does not end on it.
    fn skip_string(&mut self) {
        self.scan.pos += 1;
        let mut braces = 0_usize;
        while !self.scan.at_end() {
            match self.scan.byte() {
                b'\n' => return,
                b'\\' if braces == 0 => self.scan.pos += 1,
                b'"' if braces == 0 => {
                    self.scan.pos += 1;
                    return;
                }
                b'$' | b'%' if self.scan.ahead(1) == b'{' => {
                    braces += 1;
                    self.scan.pos += 1;
                }
                b'{' if braces > 0 => braces += 1,
                b'}' if braces > 0 => braces -= 1,
                _ => {}
            }
            self.scan.bump_char();
        }
    }

    fn skip_heredoc(&mut self) -> bool {
        let Some(opener) = self.heredoc_opener() else { return false };
        self.scan.pos = opener.body;
        while !self.scan.at_end() {
            let start = self.scan.pos;
            self.scan.skip_to_line_end();
            if self.scan.slice(start, self.scan.pos).trim() == opener.marker {
                return true;
            }
            self.scan.pos += usize::from(!self.scan.at_end());
        }
        true
    }

    /// Whether the indentation of a line says that it is the next item of the body, or its end. `line` is the start of the line.
    pub(super) fn is_next_item(&self, line: usize) -> bool {
        let mut at = line;
        while matches!(self.scan.byte_at(at), b' ' | b'\t') {
            at += 1;
        }
        let column = at - line;
        (self.scan.byte_at(at) == b'}' && column < self.item_column)
            || (column <= self.item_column && self.is_item(at, true))
    }

    /// Whether `name =` is at a position or, if `blocks` is set, `name "` or `name {`.
    pub(super) fn is_item(&self, at: usize, blocks: bool) -> bool {
        let word = |c: &char| unicode_ident::is_xid_continue(*c) || *c == '-';
        let rest = self.scan.text.get(at..).unwrap_or_default();
        if !rest.starts_with(|c| unicode_ident::is_xid_start(c) || c == '_') {
            return false;
        }
        let length: usize = rest.chars().take_while(word).map(char::len_utf8).sum();
        let mut end = at + length;
        while matches!(self.scan.byte_at(end), b' ' | b'\t') {
            end += 1;
        }
        match self.scan.byte_at(end) {
            b'=' => !matches!(self.scan.byte_at(end + 1), b'=' | b'>'),
            b'"' | b'{' => blocks,
            _ => false,
        }
    }

    /// Whether the current line shows that a bracket opened at `open`, on an earlier line, is never closed. If so, returns to the start
    /// of the current line.
    pub(super) fn is_unclosed(&mut self, open: usize) -> bool {
        if self.scan.at_end() {
            self.ended_inside = true;
            return true;
        }
        let line = self.scan.line_start(self.scan.pos);
        let unclosed = line > open && self.is_next_item(line);
        if unclosed {
            self.scan.pos = line;
        }
        unclosed
    }

    /// Reports a list as never closed if the text or the body ends where an element might start.
    #[inline]
    pub(super) fn fails_unclosed(&mut self, open: usize, closer: char) -> bool {
        let fails = matches!(self.scan.byte(), 0 | b'}') && self.is_unclosed(open);
        if fails {
            self.fail_unclosed(open, closer);
        }
        fails
    }

    /// Reports a bracket that is never closed, and unwinds to the body.
    pub(super) fn fail_unclosed(&mut self, open: usize, closer: char) {
        let bracket = self.scan.slice(open, open + 1);
        let problem =
            Diagnostic::error("syntax/unclosed-bracket", format!("this `{bracket}` is never closed"))
                .help(format!("add the `{closer}` that is missing"));
        let range = self.scan.range(open, open + 1);
        self.fail_with(problem, range, "opened here");
        self.trouble = Trouble::Unwind;
    }

    pub(super) fn fail_too_deep(&mut self) {
        let message =
            format!("brackets, blocks and templates are nested more than {MAX_NESTING} levels deep");
        let problem = Diagnostic::error("syntax/too-deep", message).help(
            "nothing from here to the next block at the top of the file has been read; move the inner part to a local value and refer to it",
        );
        self.fail_with(problem, self.scan.here(), "too deep");
        self.trouble = Trouble::Unwind;
        // The end of so many brackets cannot be found without parsing them.
        self.too_deep = Some(self.scan.pos);
        self.scan.pos = self.scan.text.len();
        self.swallowed = true;
    }

    /// After too deep nesting, at the end of the text and outside of all blocks: goes back to the next line that begins as a block at the
    /// top of a file does. False if there is none, or nothing was too deep.
    pub(super) fn resumes_after_depth(&mut self) -> bool {
        let Some(from) = self.too_deep.take() else { return false };
        let text = self.scan.text;
        let rest = text.get(from..).unwrap_or_default();
        let lines = rest.match_indices('\n').map(|(at, _)| from + at + 1);
        let Some(line) = lines.into_iter().find(|line| self.is_block_at(*line)) else { return false };
        self.scan.pos = line;
        self.swallowed = false;
        self.trouble = Trouble::None;
        true
    }

    /// Whether `name "label"` or `name {` is at a position.
    fn is_block_at(&self, at: usize) -> bool {
        let word = |c: char| unicode_ident::is_xid_continue(c) || c == '-';
        let rest = self.scan.text.get(at..).unwrap_or_default();
        let after = rest.trim_start_matches(word).trim_start_matches([' ', '\t']);
        self.is_item(at, true) && after.starts_with(['"', '{'])
    }

    /// A hint at what the text at the position was probably meant to be.
    pub(super) fn hint(&self) -> Option<String> {
        let next = self.scan.ahead(1);
        let hint = match self.scan.char()? {
            '\'' => "write strings in double quotes",
            '“' | '”' | '„' | '‘' | '’' => "use plain double quotes, not typographic ones",
            '`' => "write strings in double quotes, long ones in a heredoc (`<<-EOT`)",
            '&' => "write `&&` for and",
            '|' => "write `||` for or",
            '^' => "write `pow(a, b)` for a power; there is no `^` operator",
            ';' => "put each argument on its own line, without `;`",
            '=' if next == b'>' => "write `=` between a key and its value; `=>` belongs to `for`",
            '=' => "write `==` to compare",
            '>' if self.scan.pos > 0 && self.scan.byte_at(self.scan.pos - 1) == b'<' => {
                "write `!=` for not equal"
            }
            '<' if next == b'<' => {
                "a heredoc starts with `<<EOT` or `<<-EOT` and a line end, without quotes or spaces"
            }
            '$' if next == b'{' => "outside strings write the expression itself, without `${` and `}`",
            '\r' => "a carriage return may only precede a line feed",
            '\u{a0}' => "this is a no-break space: replace it with a plain one",
            _ if self.scan.at_keyword("and") => "write `&&` for and",
            _ if self.scan.at_keyword("or") => "write `||` for or",
            _ if self.scan.at_keyword("not") => "write `!` for not",
            _ if self.scan.at_keyword("if") => "write `condition ? a : b`",
            _ => return None,
        };
        Some(hint.into())
    }
}

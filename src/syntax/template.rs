//! Templates: the text of quoted strings, heredocs and whole files, with `${ }` and `%{ }` in it.
//!
//! A template is first read into a flat list of pieces. Strip markers and heredoc indentation are applied to the pieces; then they
//! are assembled: adjacent texts join, directives nest. This module does not know what surrounds a template.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::parser::{Parser, Trouble};
use super::tree::{ExprId, ExprKind, For, ForId, Text};

/// How often the parser returns from a broken `${` that seems to span many lines to the line on which it starts.
const MAX_REREAD_SEQUENCES: usize = 16;

/// A piece of a template, before directives nest.
#[derive(Clone, Copy)]
pub(super) struct TemplatePiece {
    pub(super) kind: PieceKind,
    pub(super) range: Range,
}

#[derive(Clone, Copy)]
pub(super) enum PieceKind {
    Literal(Text),
    Interpolation(ExprId),
    If(ExprId),
    Else,
    EndIf,
    For(ForId),
    EndFor,
    /// Could not be parsed, and has been reported.
    Invalid,
}

impl Parser<'_, '_> {
    /// Parses a quoted string.
    pub(super) fn quoted(&mut self) -> ExprId {
        let open = self.scan.pos;
        self.scan.pos += 1;
        self.scan.skip_quoted();
        if self.scan.byte() == b'"' {
            let text = Text(self.scan.range(open + 1, self.scan.pos));
            self.scan.pos += 1;
            let id = self.out.push(ExprKind::String(text), self.scan.range(open, self.scan.pos));
            self.scan.skip();
            return id;
        }
        self.scan.pos = open + 1;
        let outer_lines = std::mem::replace(&mut self.scan.lines, false);
        let mark = self.out.pieces.len();
        let mut strip = false;
        let closed = loop {
            self.quoted_literal(std::mem::take(&mut strip));
            match self.scan.byte() {
                b'"' => {
                    self.scan.pos += 1;
                    break true;
                }
                b'$' | b'%' => {
                    strip = self.sequence(mark);
                    if !self.ok() && !self.resync_sequence() {
                        break false;
                    }
                }
                _ => {
                    self.fail_unclosed_string(open);
                    break false;
                }
            }
        };
        self.scan.lines = outer_lines;
        let range = self.scan.range(open, self.scan.pos);
        let inside = self.scan.range(open + 1, self.scan.pos - usize::from(closed));
        let mut id = self.assemble(mark, range, inside);
        if !closed {
            // The end of the string is a guess, so the string has no value.
            id = self.out.push(ExprKind::Invalid, range);
        }
        self.scan.skip();
        id
    }

    #[cold]
    fn fail_unclosed_string(&mut self, open: usize) {
        let help = "end it with `\"`; write text of several lines as a heredoc (`<<-EOT`)";
        let problem = Diagnostic::error("syntax/unclosed-string", "this string is never closed").help(help);
        self.fail_with(problem, self.scan.range(open, open + 1), "opened here");
    }

    /// Reads the text up to the next sequence, the closing quote or the line end.
    fn quoted_literal(&mut self, strip: bool) {
        let start = self.scan.pos;
        let mut cooked = false;
        loop {
            self.scan.skip_quoted();
            match self.scan.byte() {
                b'\\'
                    if !matches!(self.scan.ahead(1), b'\n' | b'\r')
                        && self.scan.pos + 1 < self.scan.text.len() =>
                {
                    cooked = true;
                    self.scan.pos += 1;
                    self.scan.bump_char();
                }
                b'\\' => self.scan.pos += 1,
                b'$' | b'%' if self.is_escaped_sequence() => {
                    cooked = true;
                    self.scan.pos += 3;
                }
                b'$' | b'%' if self.scan.ahead(1) != b'{' => self.scan.pos += 1,
                _ => break,
            }
        }
        let text = if cooked { self.cook(start, true) } else { Text(self.scan.range(start, self.scan.pos)) };
        self.push_literal(text, start, strip);
    }

    /// `$${` or `%%{`
    fn is_escaped_sequence(&self) -> bool {
        self.scan.ahead(1) == self.scan.byte() && self.scan.ahead(2) == b'{'
    }

    /// Resolves the escapes of the text since `start`; `backslashes` is set in quoted strings, where backslashes escape.
    fn cook(&mut self, start: usize, backslashes: bool) -> Text {
        let raw = self.scan.slice(start, self.scan.pos);
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find(['\\', '$', '%']) {
            text.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at..).unwrap_or_default();
            let length = if backslashes && rest.starts_with('\\') {
                let (c, length) = escape(rest);
                let offset = start + raw.len() - rest.len();
                if let Some(c) = c {
                    text.push(c);
                } else {
                    self.report_escape(offset, length);
                }
                length
            } else if rest.starts_with("$${") || rest.starts_with("%%{") {
                text.push_str(rest.get(1..3).unwrap_or_default());
                3
            } else {
                text.push_str(rest.get(..1).unwrap_or_default());
                1
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        text.push_str(rest);
        self.out.pooled(&text)
    }

    #[cold]
    fn report_escape(&mut self, offset: usize, length: usize) {
        let written = self.scan.slice(offset, offset + length);
        let help = match written.chars().nth(1) {
            Some('u') => "`\\u` takes the four hexadecimal digits of an existing character".to_owned(),
            Some('U') => "`\\U` takes the eight hexadecimal digits of an existing character".to_owned(),
            Some('$' | '%') => "double the first character for a literal `${` or `%{`".to_owned(),
            _ => "escapes are `\\n`, `\\r`, `\\t`, `\\\"`, `\\\\`, `\\uXXXX` and `\\UXXXXXXXX`; double a literal backslash".to_owned(),
        };
        let problem =
            Diagnostic::error("syntax/invalid-escape", format!("there is no escape `{written}`")).help(help);
        self.report(problem, self.scan.range(offset, offset + length), "not an escape");
    }

    /// Adds a text. `strip` removes the white space at its start, which a preceding `~}` asks for.
    fn push_literal(&mut self, text: Text, start: usize, strip: bool) {
        if self.scan.pos == start {
            return;
        }
        let mut text = text;
        if strip {
            let written = self.out.tree.text(text);
            text.0.start += (written.len() - written.trim_start().len()) as u32;
        }
        let range = self.scan.range(start, self.scan.pos);
        self.out.pieces.push(TemplatePiece { kind: PieceKind::Literal(text), range });
    }

    /// Reads part of a line of a bare template, up to and including its end. Returns whether the end of a line was reached.
    pub(super) fn template_line(&mut self, mark: usize) -> bool {
        let mut strip = false;
        loop {
            let start = self.scan.pos;
            let mut cooked = false;
            let ended = loop {
                self.scan.skip_bare();
                match self.scan.byte() {
                    b'\n' => {
                        self.scan.pos += 1;
                        break true;
                    }
                    b'$' | b'%' if self.is_escaped_sequence() => {
                        cooked = true;
                        self.scan.pos += 3;
                    }
                    b'$' | b'%' if self.scan.ahead(1) != b'{' => self.scan.pos += 1,
                    b'$' | b'%' => break false,
                    _ => break true,
                }
            };
            if self.scan.pos > start {
                let text = if cooked {
                    self.cook(start, false)
                } else {
                    Text(self.scan.range(start, self.scan.pos))
                };
                self.push_literal(text, start, std::mem::take(&mut strip));
            }
            if ended {
                return true;
            }
            let sequence = self.scan.pos;
            strip = self.sequence(mark);
            if !self.ok() && !self.resync_sequence() {
                if self.swallowed {
                    return false;
                }
                // The lines below stand for themselves. Each return reads them again, so returns are counted.
                self.trouble = Trouble::None;
                self.reread_sequences += 1;
                if self.reread_sequences <= MAX_REREAD_SEQUENCES {
                    self.scan.pos = sequence;
                }
                self.scan.skip_to_line_end();
            }
        }
    }

    /// Parses a whole text as a template.
    pub(super) fn bare_template(&mut self) -> ExprId {
        let (start, mark) = (self.scan.pos, self.out.pieces.len());
        let outer_lines = std::mem::replace(&mut self.scan.lines, false);
        while !self.scan.at_end() {
            self.template_line(mark);
        }
        self.scan.lines = outer_lines;
        let range = self.scan.range(start, self.scan.pos);
        self.assemble(mark, range, range)
    }

    /// After an error inside `${ }` or `%{ }`: skips to its end, if that is on this line.
    fn resync_sequence(&mut self) -> bool {
        if self.trouble == Trouble::Unwind {
            return false;
        }
        let closed = self.skip_sequence();
        if closed {
            self.trouble = Trouble::None;
        }
        closed
    }

    /// Parses `${ }` or `%{ }` with its strip markers. Returns whether the next text is to be stripped.
    fn sequence(&mut self, mark: usize) -> bool {
        let start = self.scan.pos;
        let directive = self.scan.byte() == b'%';
        self.scan.pos += 2;
        if self.scan.byte() == b'~' {
            self.scan.pos += 1;
            self.strip_last(mark);
        }
        self.scan.skip();
        let kind = if directive { self.directive() } else { PieceKind::Interpolation(self.expression()) };
        let mut strip = false;
        if self.ok() {
            strip = self.scan.byte() == b'~' && self.scan.ahead(1) == b'}';
            if strip || self.scan.byte() == b'}' {
                self.scan.pos += if strip { 2 } else { 1 };
            } else {
                self.fail_unclosed_sequence(start, directive);
            }
        }
        self.out.pieces.push(TemplatePiece { kind, range: self.scan.range(start, self.scan.pos) });
        strip
    }

    #[cold]
    fn fail_unclosed_sequence(&mut self, start: usize, directive: bool) {
        let opener = self.scan.slice(start, start + 2);
        let message = format!("expected `}}` to end this `{opener}`");
        let escaped = if directive { "%%{" } else { "$${" };
        let help = format!("for a literal `{opener}` write `{escaped}`");
        let problem = Diagnostic::error("syntax/unclosed-template", message).help(help);
        let problem = problem.label(self.out.tree.span(self.scan.range(start, start + 2)), "opened here");
        self.fail_with(problem, self.scan.here(), "unexpected");
    }

    /// Removes the white space at the end of the text before `${~` or `%{~`.
    fn strip_last(&mut self, mark: usize) {
        let Some(TemplatePiece { kind: PieceKind::Literal(text), .. }) =
            self.out.pieces.get_mut(mark..).and_then(|pieces| pieces.last_mut())
        else {
            return;
        };
        let written = self.out.tree.text(*text);
        let mut kept = written.trim_end();
        // Terraform's scanner splits a heredoc line before its end if `$` or `%` and one blank precede the end: then only the
        // line end is stripped.
        if let [.., b'$' | b'%', b' ' | b'\t', b'\n'] = written.as_bytes() {
            kept = written.strip_suffix('\n').unwrap_or(written);
        }
        text.0.end = text.0.start + kept.len() as u32;
    }

    /// Parses the directive inside `%{ }`.
    fn directive(&mut self) -> PieceKind {
        let start = self.scan.pos;
        let keyword = self.scan.word().map_or("", |_| self.scan.slice(start, self.scan.pos));
        self.scan.skip();
        match keyword {
            "if" => PieceKind::If(self.expression()),
            "else" => PieceKind::Else,
            "endif" => PieceKind::EndIf,
            "endfor" => PieceKind::EndFor,
            "for" => self.for_directive(),
            _ => {
                self.scan.pos = start;
                let problem = Diagnostic::error("syntax/invalid-directive", "there is no such template directive")
                    .help("directives are `if`, `else`, `endif`, `for` and `endfor`; for a literal `%{` write `%%{`");
                self.fail_with(problem, self.scan.here(), "not a directive");
                PieceKind::Invalid
            }
        }
    }

    fn for_directive(&mut self) -> PieceKind {
        let Some((key_variable, value_variable)) = self.for_variables() else { return PieceKind::Invalid };
        let collection = self.expression();
        let (key, condition, grouping) = (None, None, false);
        // The body is filled in when the template is assembled.
        let value = collection;
        self.out.tree.fors.push(For {
            key_variable,
            value_variable,
            collection,
            key,
            value,
            condition,
            grouping,
        });
        PieceKind::For(ForId(self.out.tree.fors.len() as u32 - 1))
    }
}

/// The character of the escape at the start of `text`, and the length of the escape.
fn escape(text: &str) -> (Option<char>, usize) {
    let selector = text.chars().nth(1);
    let digits = match selector {
        Some('n') => return (Some('\n'), 2),
        Some('r') => return (Some('\r'), 2),
        Some('t') => return (Some('\t'), 2),
        Some('"') => return (Some('"'), 2),
        Some('\\') => return (Some('\\'), 2),
        Some('u') => 4,
        Some('U') => 8,
        other => return (None, 1 + other.map_or(0, char::len_utf8)),
    };
    let length = 2 + text.chars().skip(2).take(digits).take_while(char::is_ascii_hexdigit).count();
    let code = text
        .get(2..length)
        .filter(|code| code.len() == digits)
        .and_then(|code| u32::from_str_radix(code, 16).ok());
    (code.and_then(char::from_u32), length)
}

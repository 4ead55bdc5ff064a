//! Heredocs: `<<EOT` and `<<-EOT`, whose lines are a template up to a line that holds only the marker.
//!
//! `<<-` removes the indentation that all lines share. Terraform does this with three oddities, which are kept: blank lines do not
//! count and stay as they are, the marker's own indentation does not count, and a line that `~}` joined to the previous one does not
//! count and stays. This module does not know what a template holds.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::parser::{Parser, Trouble};
use super::template::{PieceKind, TemplatePiece};
use super::tree::{ExprId, ExprKind, Text, Tree};

/// How many unclosed heredocs of a file get a guessed end: each guess reads the rest of the file.
const MAX_UNCLOSED_HEREDOCS: usize = 16;

/// The opening line of a heredoc.
pub(super) struct HeredocOpener<'s> {
    /// `<<-`
    indented: bool,
    pub(super) marker: &'s str,
    /// Where the first line starts.
    pub(super) body: usize,
}

impl<'s> Parser<'s, '_> {
    /// Reads `<<EOT` and its line end without advancing.
    pub(super) fn heredoc_opener(&self) -> Option<HeredocOpener<'s>> {
        let rest = self.scan.text.get(self.scan.pos..)?.strip_prefix("<<")?;
        let (indented, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
        let length = rest.find(|c| !is_marker_character(c))?;
        let (marker, line_end) = rest.split_at_checked(length)?;
        let line_end = if line_end.starts_with("\r\n") { 2 } else { usize::from(line_end.starts_with('\n')) };
        let body = self.scan.pos + 2 + usize::from(indented) + length + line_end;
        (line_end > 0 && is_marker(marker)).then_some(HeredocOpener { indented, marker, body })
    }

    pub(super) fn heredoc(&mut self) -> ExprId {
        let start = self.scan.pos;
        let Some(opener) = self.heredoc_opener() else { return self.malformed_heredoc() };
        let opener_range = self.scan.range(start, opener.body);
        let (mark, problems) = (self.out.pieces.len(), self.out.problems.len());
        self.scan.pos = opener.body;
        let outer_lines = std::mem::replace(&mut self.scan.lines, false);
        let mut line_start = true;
        let (text_end, end) = loop {
            if line_start && let Some(end) = self.marker_line(opener.marker) {
                let text_end = self.scan.pos;
                self.scan.pos = end;
                break (text_end, end);
            }
            if self.swallowed {
                break (self.scan.pos, self.scan.pos);
            }
            if self.scan.at_end() {
                self.out.problems.truncate(problems);
                self.out.pieces.truncate(mark);
                self.scan.lines = outer_lines;
                self.fail_unclosed_heredoc(&opener, opener_range);
                return self.out.push(ExprKind::Invalid, self.scan.range(start, self.scan.pos));
            }
            line_start = self.template_line(mark);
        };
        self.scan.lines = outer_lines;
        self.check_carriage_returns(opener.body, text_end);
        if opener.indented {
            self.remove_indentation(mark);
        }
        let range = self.scan.range(start, end);
        let id = self.assemble(mark, range, self.scan.range(opener.body, text_end));
        self.scan.skip();
        id
    }

    /// Reports a carriage return that does not end a line: Terraform rejects it in heredocs, but not in other bare templates.
    fn check_carriage_returns(&mut self, start: usize, end: usize) {
        let text = self.scan.slice(start, end).as_bytes();
        let lone = memchr::memchr_iter(b'\r', text).find(|at| text.get(at + 1) != Some(&b'\n'));
        if let Some(at) = lone {
            let problem =
                Diagnostic::error("syntax/invalid-character", "this heredoc contains a carriage return")
                    .help("a carriage return may only precede a line feed: remove it");
            self.report(problem, self.scan.range(start + at, start + at + 1), "not at the end of a line");
        }
    }

    /// Reports a `<<` that starts no heredoc, and skips the whole heredoc if one was meant (`<<"EOT"`, `<< EOT`).
    fn malformed_heredoc(&mut self) -> ExprId {
        let start = self.scan.pos;
        let rest = self.scan.slice(start, self.scan.text.len());
        let first = rest.lines().next().unwrap_or_default();
        let marker = first.trim_start_matches(['<', '-']).trim().trim_matches(['"', '\'']);
        self.unclosed_heredocs += 1;
        if is_marker(marker) && self.unclosed_heredocs <= MAX_UNCLOSED_HEREDOCS {
            let mut end = start;
            for line in rest.split_inclusive('\n') {
                end += line.len();
                if line.trim() == marker {
                    let opener = self.scan.range(start, start + first.len());
                    let problem =
                        Diagnostic::error("syntax/heredoc-opener", "this is not the start of a heredoc");
                    let problem = Diagnostic { help: self.hint(), ..problem };
                    self.report(problem, opener, "not the start of a heredoc");
                    self.scan.pos = end - (line.len() - line.trim_end().len());
                    return self.out.push(ExprKind::Invalid, self.scan.range(start, self.scan.pos));
                }
            }
        }
        self.fail("syntax/expected-expression", "expected a value", "no value starts with this");
        self.invalid()
    }

    /// The end of the marker, if the line that starts here holds only the marker. Terraform also requires a line end.
    fn marker_line(&self, marker: &str) -> Option<usize> {
        let rest = self.scan.text.as_bytes().get(self.scan.pos..)?;
        let indentation = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
        let unindented = rest.get(indentation..)?;
        // Rare white space before the marker takes the slow path.
        let rare = !matches!(unindented.first(), Some(b'\n' | b'\r' | b'!'..=b'~'));
        if !rare && !unindented.starts_with(marker.as_bytes()) {
            return None;
        }
        let length = memchr::memchr(b'\n', rest)?;
        let line = self.scan.slice(self.scan.pos, self.scan.pos + length);
        let at = line.len() - line.trim_start().len();
        (line.trim() == marker).then_some(self.scan.pos + at + marker.len())
    }

    /// Reports a heredoc without end, and continues after the line that was probably meant to end it.
    fn fail_unclosed_heredoc(&mut self, opener: &HeredocOpener<'_>, range: Range) {
        let marker = opener.marker;
        let mut problem = Diagnostic::error("syntax/unclosed-heredoc", "this heredoc never ends");
        self.unclosed_heredocs += 1;
        match self.probable_end(opener).filter(|_| self.unclosed_heredocs <= MAX_UNCLOSED_HEREDOCS) {
            Some((start, end)) => {
                let line = self.scan.slice(start, end).trim();
                problem = if end == self.scan.text.len() && line == marker {
                    problem.help(format!("end the line of the last `{marker}` with a line break"))
                } else {
                    problem.help(format!("end it with a line that has only `{marker}`, instead of `{line}`"))
                };
                problem = problem
                    .label(self.out.tree.span(self.scan.range(start, end)), "was this meant to end it?");
                self.fail_with(problem, range, "starts here");
                self.scan.pos = end;
            }
            None => {
                problem = problem.help(format!("end it with a line that has only `{marker}`"));
                self.fail_with(problem, range, "starts here");
                self.swallowed = true;
                self.trouble = Trouble::Unwind;
            }
        }
    }

    /// The first line that starts with the marker or is a single word in capitals.
    fn probable_end(&self, opener: &HeredocOpener<'_>) -> Option<(usize, usize)> {
        let mut start = opener.body;
        for line in self.scan.text.get(opener.body..)?.split_inclusive('\n') {
            let word = line.trim();
            let capitals =
                word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
            if capitals || word.starts_with(opener.marker) {
                return Some((start, start + line.trim_end().len()));
            }
            start += line.len();
        }
        None
    }

    /// Removes the common indentation from the pieces since `mark`; each piece is a line or part of a line.
    fn remove_indentation(&mut self, mark: usize) {
        let tree = &self.out.tree;
        let pieces = self.out.pieces.get_mut(mark..).unwrap_or_default();
        let mut common = usize::MAX;
        let mut line_start = true;
        for piece in &*pieces {
            if line_start && let Some(characters) = indentation(tree, piece) {
                common = common.min(characters);
            }
            line_start = ends_line(tree, piece);
        }
        if common == 0 || common == usize::MAX {
            return;
        }
        let mut line_start = true;
        for piece in pieces {
            let cut = line_start && indentation(tree, piece).is_some();
            line_start = ends_line(tree, piece);
            if let PieceKind::Literal(Text(range)) = &mut piece.kind
                && cut
            {
                let characters = tree.text(Text(*range)).chars().take(common);
                range.start += characters.map(char::len_utf8).sum::<usize>() as u32;
            }
        }
    }
}

fn is_marker(text: &str) -> bool {
    text.starts_with(|c| unicode_ident::is_xid_start(c) || c == '_') && text.chars().all(is_marker_character)
}

fn is_marker_character(c: char) -> bool {
    unicode_ident::is_xid_continue(c) || c == '-'
}

/// The length of the white space before a piece that starts a line; `None` for a blank line.
fn indentation(tree: &Tree, piece: &TemplatePiece) -> Option<usize> {
    let PieceKind::Literal(text) = piece.kind else { return Some(0) };
    let text = tree.text(text);
    let spaces = text.bytes().position(|byte| byte != b' ').unwrap_or(text.len());
    if text.as_bytes().get(spaces).is_some_and(u8::is_ascii_graphic) {
        return Some(spaces);
    }
    let length = text.len() - text.trim_start().len();
    let blank = length == text.len() && text.ends_with('\n');
    (!blank).then(|| text.get(..length).unwrap_or_default().chars().count())
}

fn ends_line(tree: &Tree, piece: &TemplatePiece) -> bool {
    matches!(piece.kind, PieceKind::Literal(text) if tree.text(text).ends_with('\n'))
}

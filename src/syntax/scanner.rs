//! The scanner: moves over the bytes of HCL and recognises words, numbers, blanks and comments.
//!
//! It works on demand, without a list of tokens: the parser looks at one byte and calls the function for what starts there. This
//! module knows neither the grammar nor the tree, except for comments, which may stand anywhere.

use std::cell::Cell;

use crate::text::Range;

use super::tree::Comment;

const WORD: u8 = 1;
const WORD_START: u8 = 2;
/// Bytes that stand for themselves in a quoted string.
const QUOTED: u8 = 4;
/// Bytes that stand for themselves in a heredoc line or a bare template.
const BARE: u8 = 8;
/// Bytes that may be blank or start a comment.
const SKIPPED: u8 = 16;

const CLASSES: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bounds")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        let mut class = 0;
        if c.is_ascii_alphabetic() || c == b'_' {
            class |= WORD | WORD_START;
        }
        if c.is_ascii_digit() || c == b'-' {
            class |= WORD;
        }
        if !matches!(c, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'\r') {
            class |= QUOTED;
        }
        if !matches!(c, b'$' | b'%' | b'\n') {
            class |= BARE;
        }
        if matches!(c, b' ' | b'\t' | b'\n' | b'\r' | b'#' | b'/') {
            class |= SKIPPED;
        }
        classes[byte] = class;
        byte += 1;
    }
    classes
}

#[inline(always)]
fn is(byte: u8, class: u8) -> bool {
    CLASSES.get(usize::from(byte)).is_some_and(|have| have & class != 0)
}

/// A position in a text.
pub(super) struct Scanner<'s> {
    /// The text. An offset into it plus `base` is an offset of the tree.
    pub(super) text: &'s str,
    /// Offset of the next byte.
    pub(super) pos: usize,
    /// The offset of this text in the tree: not 0 for text in the pool.
    pub(super) base: u32,
    /// Whether line ends are significant; inside parentheses and brackets they are blanks.
    pub(super) lines: bool,
    /// The comments so far.
    pub(super) comments: Vec<Comment>,
    /// The start of a `/*` without `*/`.
    pub(super) unclosed_comment: Option<Range>,
    /// A cache: the last position whose line was looked up, and the start of that line. A long line is searched only once.
    line: Cell<(usize, usize)>,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(text: &'s str, base: u32) -> Self {
        Self {
            text,
            pos: 0,
            base,
            lines: true,
            comments: Vec::new(),
            unclosed_comment: None,
            line: Cell::default(),
        }
    }

    /// The byte at the position; 0 at the end, and for a NUL, which is valid only in strings.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.byte_at(self.pos)
    }

    /// The byte at a distance after the position.
    #[inline]
    pub(super) fn ahead(&self, distance: usize) -> u8 {
        self.byte_at(self.pos + distance)
    }

    #[inline]
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    pub(super) fn at_line_end(&self) -> bool {
        match self.byte() {
            b'\n' => true,
            b'\r' => self.ahead(1) == b'\n',
            _ => false,
        }
    }

    /// The range in the tree between two positions.
    #[inline]
    pub(super) fn range(&self, start: usize, end: usize) -> Range {
        Range::new(self.base + start as u32, self.base + end as u32)
    }

    /// The range at the position for messages: a word, or else one character.
    pub(super) fn here(&self) -> Range {
        let mut end = self.pos;
        while is(self.byte_at(end), WORD) {
            end += 1;
        }
        if end == self.pos {
            end += self.char().map_or(0, char::len_utf8);
        }
        self.range(self.pos, end)
    }

    /// The text between two positions.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The character at the position.
    pub(super) fn char(&self) -> Option<char> {
        self.text.get(self.pos..).and_then(|rest| rest.chars().next())
    }

    /// Advances by one character.
    pub(super) fn bump_char(&mut self) {
        self.pos += self.char().map_or(usize::from(!self.at_end()), char::len_utf8);
    }

    /// Advances by some bytes and the blanks after them.
    #[inline]
    pub(super) fn bump(&mut self, bytes: usize) {
        self.pos += bytes;
        self.skip();
    }

    /// Skips blanks and comments, and line ends where they are not significant.
    #[inline(always)]
    pub(super) fn skip(&mut self) {
        if is(self.byte(), SKIPPED) {
            self.skip_some();
        }
    }

    fn skip_some(&mut self) {
        loop {
            self.skip_while(|byte| byte == b' ');
            match self.byte() {
                b'\n' if !self.lines => self.pos += 1,
                b'\t' => self.pos += 1,
                b'\r' if !self.lines && self.ahead(1) == b'\n' => self.pos += 2,
                b'#' | b'/' if self.comment() => {}
                _ => return,
            }
        }
    }

    /// Skips bytes while `wanted` accepts them.
    #[inline(always)]
    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        self.pos += rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn skip_lines(&mut self) {
        let lines = std::mem::replace(&mut self.lines, false);
        self.skip();
        self.lines = lines;
    }

    /// Skips a comment if one starts here, up to the end of its line.
    fn comment(&mut self) -> bool {
        let start = self.pos;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let length = match rest {
            [b'#', ..] | [b'/', b'/', ..] => {
                let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let carriage_return = length > 0 && rest.get(length - 1) == Some(&b'\r');
                length - usize::from(carriage_return && length < rest.len())
            }
            [b'/', b'*', inside @ ..] => match memchr::memmem::find(inside, b"*/") {
                Some(length) => length + 4,
                None => {
                    self.unclosed_comment.get_or_insert(self.range(start, start + 2));
                    rest.len()
                }
            },
            _ => return false,
        };
        self.pos = start + length;
        let range = self.range(start, self.pos);
        // Lookahead may pass a comment twice.
        if self.comments.last().is_none_or(|last| last.range.end <= range.start) {
            self.comments.push(Comment { range, own_line: self.is_first_on_line(start) });
        }
        true
    }

    /// Whether only blanks precede a position on its line.
    pub(super) fn is_first_on_line(&self, at: usize) -> bool {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        let blank = before.iter().rev().position(|&byte| byte != b' ' && byte != b'\t');
        blank.is_none_or(|blanks| self.byte_at(at - blanks - 1) == b'\n')
    }

    /// The start of the line of a position.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let (known, start) = self.line.get();
        let from = if known <= at { known } else { 0 };
        let before = self.text.as_bytes().get(from..at).unwrap_or_default();
        let unchanged = if known <= at { start } else { 0 };
        let line = memchr::memrchr(b'\n', before).map_or(unchanged, |line_end| from + line_end + 1);
        self.line.set((at, line));
        line
    }

    /// Skips the rest of the line, without its line end.
    pub(super) fn skip_to_line_end(&mut self) {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        self.pos += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Whether a word starts here.
    #[inline]
    pub(super) fn at_word(&self) -> bool {
        let byte = self.byte();
        is(byte, WORD_START) || (byte >= 0x80 && self.char().is_some_and(unicode_ident::is_xid_start))
    }

    /// Reads a word: letters, digits, `_`, and `-` inside.
    #[inline]
    pub(super) fn word(&mut self) -> Option<Range> {
        let start = self.pos;
        if !self.at_word() {
            return None;
        }
        loop {
            self.skip_while(|byte| is(byte, WORD));
            if self.byte() < 0x80 {
                return Some(self.range(start, self.pos));
            }
            match self.char() {
                Some(c) if unicode_ident::is_xid_continue(c) => self.pos += c.len_utf8(),
                _ => return Some(self.range(start, self.pos)),
            }
        }
    }

    /// Whether the word at the position is `keyword`.
    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        let end = self.pos + keyword.len();
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        rest.starts_with(keyword.as_bytes())
            && !is(self.byte_at(end), WORD)
            && (self.byte_at(end) < 0x80
                || !self
                    .text
                    .get(end..)
                    .and_then(|rest| rest.chars().next())
                    .is_some_and(unicode_ident::is_xid_continue))
    }

    /// Skips what looks like a number, as leniently as Terraform does (`1.2.3`), and says whether it is one.
    pub(super) fn number(&mut self) -> bool {
        let start = self.pos;
        let mut well_formed = true;
        let (mut fraction, mut exponent) = (false, false);
        loop {
            match self.byte() {
                b'0'..=b'9' => self.pos += 1,
                b'.' => {
                    let mut end = self.pos;
                    while self.byte_at(end) == b'.' {
                        end += 1;
                    }
                    if !self.byte_at(end).is_ascii_digit() && self.exponent_at(end).is_none() {
                        break;
                    }
                    well_formed &= !fraction && !exponent && end == self.pos + 1;
                    fraction = true;
                    self.pos = end;
                }
                b'e' | b'E' => {
                    let Some(end) = self.exponent_at(self.pos) else { break };
                    well_formed &= !exponent;
                    exponent = true;
                    self.pos = end;
                }
                _ => break,
            }
        }
        well_formed && self.pos > start
    }

    /// The end of an exponent: `e`, an optional sign and one digit.
    fn exponent_at(&self, at: usize) -> Option<usize> {
        if !matches!(self.byte_at(at), b'e' | b'E') {
            return None;
        }
        let digit = at + 1 + usize::from(matches!(self.byte_at(at + 1), b'+' | b'-'));
        self.byte_at(digit).is_ascii_digit().then_some(digit + 1)
    }

    /// Skips bytes that stand for themselves in a quoted string.
    #[inline]
    pub(super) fn skip_quoted(&mut self) {
        self.skip_while(|byte| is(byte, QUOTED));
    }

    /// Skips bytes that stand for themselves in a bare template, within a line.
    #[inline]
    pub(super) fn skip_bare(&mut self) {
        self.skip_while(|byte| is(byte, BARE));
    }
}

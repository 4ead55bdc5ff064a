//! The parser: bodies, attributes and blocks, and the state that all parts of the parser share.
//!
//! A recursive descent parser that works directly on the text. It reports an error once, skips to where it can continue (`recover`)
//! and keeps everything else. This module does not know what any attribute or block means.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::output::{ParseOutput, flush};
use super::scanner::Scanner;
use super::tree::{Attribute, Block, BlockLabel, Body, ExprKind, List, Text};

/// The deepest nesting of brackets, blocks and templates.
///
/// A debug build takes about 2 KiB of stack per level: half of a thread's 2 MiB. `with_stack` makes room where there is less.
pub const MAX_NESTING: usize = 500;

/// After how many levels of nesting the parser looks whether the stack still has room for as many. How much a level takes is for the
/// compiler to say, and a thread may have little.
const LEVELS_AT_ONCE: usize = 32;

/// Parses what is nested so deep, on a stack with room for it.
pub(super) fn with_stack<T>(depth: usize, parse: impl FnOnce() -> T) -> T {
    if depth.is_multiple_of(LEVELS_AT_ONCE) {
        stacker::maybe_grow(256 << 10, 1 << 20, parse)
    } else {
        parse()
    }
}

/// Whether the parser has to recover from an error, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    /// The nearest list or attribute must skip to its next element.
    Skip,
    /// A bracket is never closed: only the enclosing body can continue.
    Unwind,
}

/// The position of a block, for the error that it is never closed.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    brace: usize,
    /// The position of the block type.
    header: usize,
}

/// The parser of native syntax: for a whole file, or for one template or expression in a JSON string.
pub(super) struct Parser<'s, 'o> {
    pub(super) scan: Scanner<'s>,
    pub(super) out: &'o mut ParseOutput,
    pub(super) trouble: Trouble,
    pub(super) depth: usize,
    /// The indentation of the attribute or block that is being parsed, in bytes.
    pub(super) item_column: usize,
    /// Trust the indentation more than the braces: set once the braces have turned out not to match.
    pub(super) by_indentation: bool,
    /// Set if the text ended inside brackets or braces.
    pub(super) ended_inside: bool,
    /// Set if an unclosed heredoc or too deep nesting has consumed the rest of the text.
    pub(super) swallowed: bool,
    /// Where too deep nesting has begun to consume the text: the file goes on at the next block at its top.
    pub(super) too_deep: Option<usize>,
    pub(super) unclosed_heredocs: usize,
    pub(super) reread_sequences: usize,
}

impl<'s, 'o> Parser<'s, 'o> {
    pub(super) fn new(text: &'s str, base: u32, out: &'o mut ParseOutput) -> Self {
        Self {
            scan: Scanner::new(text, base),
            out,
            trouble: Trouble::None,
            depth: 0,
            item_column: 0,
            by_indentation: false,
            ended_inside: false,
            swallowed: false,
            too_deep: None,
            unclosed_heredocs: 0,
            reread_sequences: 0,
        }
    }

    #[inline]
    pub(super) fn ok(&self) -> bool {
        self.trouble == Trouble::None
    }

    #[cold]
    pub(super) fn report(&mut self, problem: Diagnostic, range: Range, at: &str) {
        let problem = problem.at(self.out.tree.span(range), at);
        self.out.problems.push(problem);
    }

    #[cold]
    /// Reports an error at the position and starts recovery.
    pub(super) fn fail(&mut self, code: &'static str, message: impl Into<String>, at: &str) {
        let problem = Diagnostic { help: self.hint(), ..Diagnostic::error(code, message) };
        self.fail_with(problem, self.scan.here(), at);
    }

    pub(super) fn fail_with(&mut self, problem: Diagnostic, range: Range, at: &str) {
        self.report(problem, range, at);
        self.trouble = Trouble::Skip;
    }

    pub(super) fn file(&mut self) {
        if self.scan.text.starts_with('\u{feff}') {
            self.scan.pos = '\u{feff}'.len_utf8();
        }
        let mut body = self.body(None, false);
        body.range = self.scan.range(0, self.scan.text.len());
        self.out.tree.root = body;
        self.finish_comments();
    }

    /// Moves the comments to the tree.
    pub(super) fn finish_comments(&mut self) {
        if let Some(range) = self.scan.unclosed_comment {
            let problem = Diagnostic::error("syntax/unclosed-comment", "this comment never ends")
                .help("end it with `*/`");
            self.report(problem, range, "starts here");
        }
        self.out.tree.comments.append(&mut self.scan.comments);
    }

    /// Parses a body up to the end of the text, or up to and including the closing brace. `quiet` accepts items that share a
    /// line, where that has been reported already.
    fn body(&mut self, opening: Option<Opening>, quiet: bool) -> Body {
        let (attributes, blocks) = (self.out.attributes.len(), self.out.blocks.len());
        let start = self.scan.pos;
        let end = loop {
            self.scan.skip_lines();
            if let Some(opening) = opening.filter(|_| self.by_indentation)
                && self.is_outside(opening)
            {
                self.report_unclosed_block(opening);
                break self.scan.pos;
            }
            match self.scan.byte() {
                b'}' => {
                    self.scan.pos += 1;
                    if opening.is_some() {
                        break self.scan.pos - 1;
                    }
                    let here = self.scan.range(self.scan.pos - 1, self.scan.pos);
                    let problem = Diagnostic::error("syntax/stray-brace", "this `}` closes nothing")
                        .help("remove it, or add the `{` that is missing above");
                    self.report(problem, here, "no block is open here");
                }
                b',' if quiet => self.scan.pos += 1,
                _ if self.scan.at_word() => self.item(quiet),
                0 if self.scan.at_end() && opening.is_none() && self.resumes_after_depth() => {}
                0 if self.scan.at_end() => {
                    if let Some(opening) =
                        opening.filter(|_| !self.swallowed && self.scan.unclosed_comment.is_none())
                    {
                        self.ended_inside = true;
                        self.report_unclosed_block(opening);
                    }
                    break self.scan.pos;
                }
                _ => {
                    self.report_no_item();
                    self.scan.lines = true;
                    self.resync_line();
                }
            }
        };
        self.out.check_duplicates(attributes);
        Body {
            attributes: flush(&mut self.out.attributes, attributes, &mut self.out.tree.attributes),
            blocks: flush(&mut self.out.blocks, blocks, &mut self.out.tree.blocks),
            range: self.scan.range(start, end),
        }
    }

    /// Whether the line that starts here is indented too little to belong to the block.
    fn is_outside(&self, opening: Opening) -> bool {
        let header_line = self.scan.line_start(opening.header);
        if !self.scan.is_first_on_line(opening.header) || !self.scan.is_first_on_line(self.scan.pos) {
            return false;
        }
        let column = self.scan.pos - self.scan.line_start(self.scan.pos);
        let header_column = opening.header - header_line;
        column < header_column || (column == header_column && self.scan.at_word())
    }

    fn report_unclosed_block(&mut self, opening: Opening) {
        let word =
            self.scan.slice(opening.header, opening.brace).split([' ', '"', '{']).next().unwrap_or_default();
        let problem =
            Diagnostic::error("syntax/unclosed-block", format!("this `{word}` block is never closed"))
                .help("add the `}` that is missing");
        let range = self.scan.range(opening.brace, opening.brace + 1);
        self.report(problem, range, "opened here");
    }

    fn report_no_item(&mut self) {
        let quoted = self.scan.byte() == b'"';
        let problem = if quoted {
            Diagnostic::error(
                "syntax/quoted-name",
                "the name of an argument or block is written without quotes",
            )
            .help("remove the quotes")
        } else {
            let help = self.hint().unwrap_or_else(|| "write `name = value` or `type \"label\" {`".into());
            Diagnostic::error("syntax/no-item", "expected an argument or a block").help(help)
        };
        self.report(problem, self.scan.here(), if quoted { "quoted" } else { "neither starts with this" });
    }

    /// Parses an attribute or a block; the position is at a word.
    fn item(&mut self, quiet: bool) {
        let start = self.scan.pos;
        let outer_column = std::mem::replace(&mut self.item_column, start - self.scan.line_start(start));
        let outer_lines = std::mem::replace(&mut self.scan.lines, true);
        let name = self.scan.word().unwrap_or_default();
        self.scan.skip();
        match self.scan.byte() {
            b'=' if !matches!(self.scan.ahead(1), b'=' | b'>') => {
                self.attribute(name);
                self.end_of_item(quiet, "argument");
            }
            b'"' | b'{' => self.block(start, name, quiet),
            _ if self.scan.at_word() => self.block(start, name, quiet),
            byte => {
                let word = self.scan.slice(start, (name.end - self.scan.base) as usize);
                let help = match byte {
                    b':' | b'=' => format!("set an argument with `{word} = …`"),
                    _ => format!("write `{word} = value` for an argument, `{word} {{` for a block"),
                };
                let problem = Diagnostic::error(
                    "syntax/no-item",
                    format!("`{word}` is neither an argument nor a block here"),
                );
                self.report(problem.help(help), name, "followed by neither `=` nor `{`");
                if byte == b':' {
                    self.attribute(name);
                    self.end_of_item(quiet, "argument");
                } else {
                    self.resync_line();
                }
            }
        }
        self.scan.lines = outer_lines;
        self.item_column = outer_column;
    }

    /// Parses an attribute from its `=`.
    fn attribute(&mut self, name: Range) {
        self.scan.bump(1);
        let value = self.expression();
        self.out.attributes.push(Attribute { name: Text(name), name_range: name, value });
    }

    /// Checks that an attribute or block ends its line, and ends recovery.
    fn end_of_item(&mut self, quiet: bool, what: &str) {
        match self.trouble {
            Trouble::None => {}
            Trouble::Skip => {
                self.trouble = Trouble::None;
                self.resync_line();
                return;
            }
            Trouble::Unwind => {
                self.trouble = Trouble::None;
                return;
            }
        }
        if self.scan.at_line_end() || self.scan.at_end() || (quiet && matches!(self.scan.byte(), b'}' | b','))
        {
            return;
        }
        if !quiet {
            let help = match self.scan.byte() {
                b',' => Some("write each argument on its own line, without commas".to_owned()),
                b'}' => Some("put the `}` on its own line".to_owned()),
                b')' | b']' => Some("it closes nothing: remove it, or add the opening bracket".to_owned()),
                b'{' => Some("leave out the `=` of a block".to_owned()),
                _ => self.hint(),
            };
            let problem = Diagnostic {
                help,
                ..Diagnostic::error("syntax/missing-newline", format!("the line must end after this {what}"))
            };
            self.report(problem, self.scan.here(), "unexpected");
        }
        if matches!(self.scan.byte(), b',' | b';') {
            self.scan.bump(1);
        }
        if !self.scan.at_line_end() && self.scan.byte() != b'}' && !self.is_item(self.scan.pos, false) {
            self.resync_line();
        }
    }

    /// Parses a block from its labels.
    fn block(&mut self, start: usize, kind: Range, quiet: bool) {
        let labels = self.out.tree.labels.len();
        let mut header_end = kind.end;
        loop {
            match self.scan.byte() {
                b'{' => break,
                b'"' => self.label(),
                _ if self.scan.at_word() => {
                    let range = self.scan.word().unwrap_or_default();
                    self.out.tree.labels.push(BlockLabel { text: Text(range), range });
                }
                _ if self.is_brace_below() => {
                    let problem = Diagnostic::error(
                        "syntax/block-header",
                        "the `{` must be on the line of the block type",
                    );
                    self.scan.skip_lines();
                    let range = Range::new(kind.start, header_end);
                    let brace = self.out.tree.span(self.scan.here());
                    let problem = problem.label(brace, "it is here").help("move the `{` up");
                    self.report(problem, range, "expected `{` at the end of this line");
                }
                byte => {
                    self.out.tree.labels.truncate(labels);
                    let line_end = self.scan.at_line_end() || self.scan.at_end();
                    let help = match byte {
                        b'=' => {
                            "blocks are written without `=`; a map needs a single name before it".to_owned()
                        }
                        _ if line_end => "put the `{` on the line of the block type".to_owned(),
                        _ => self
                            .hint()
                            .unwrap_or_else(|| "a block type is followed by labels in quotes and `{`".into()),
                    };
                    let problem =
                        Diagnostic::error("syntax/block-header", "this block has no body").help(help);
                    let at = Range::new(kind.start, header_end);
                    self.report(problem, if line_end { at } else { self.scan.here() }, "expected `{` here");
                    return self.resync_line();
                }
            }
            if !self.ok() {
                return self.end_of_item(quiet, "block");
            }
            header_end = self.out.tree.labels.last().map_or(header_end, |label| label.range.end);
            self.scan.skip();
        }
        let labels = List::new(labels as u32, (self.out.tree.labels.len() - labels) as u32);
        let opening = Opening { brace: self.scan.pos, header: start };
        self.scan.pos += 1;
        let body = if self.depth >= MAX_NESTING {
            self.fail_too_deep();
            Body { range: self.scan.range(self.scan.pos, self.scan.pos), ..Body::default() }
        } else {
            self.depth += 1;
            let body = with_stack(self.depth, || self.block_body(opening, quiet));
            self.depth -= 1;
            body
        };
        let end = self.scan.pos;
        let body = self.out.push_body(body);
        let (header, range) = (Range::new(kind.start, header_end), self.scan.range(start, end));
        self.out.blocks.push(Block { kind: Text(kind), kind_range: kind, labels, body, header, range });
        // A block that was closed by indentation has no brace to end its line.
        if self.scan.byte_at(end.saturating_sub(1)) == b'}' || !self.ok() {
            self.scan.skip();
            self.end_of_item(quiet, "block");
        }
    }

    /// Whether the missing `{` starts the next line.
    fn is_brace_below(&self) -> bool {
        let rest = self.scan.text.get(self.scan.pos..).unwrap_or_default();
        self.scan.at_line_end() && rest.trim_start().starts_with('{')
    }

    fn label(&mut self) {
        let start = self.scan.pos;
        let value = self.quoted();
        let range = self.scan.range(start, self.out.range_of(value).end as usize - self.scan.base as usize);
        let ExprKind::String(text) = self.out.tree.expr(value).kind else {
            if self.ok() {
                let problem =
                    Diagnostic::error("syntax/template-in-label", "a block label cannot contain a template")
                        .help("write the label out; for a literal `${` or `%{` double the first character");
                self.report(problem, range, "this label");
            }
            let text = Text(Range::new(
                (range.start + 1).min(range.end),
                range.end.saturating_sub(1).max(range.start),
            ));
            self.out.tree.labels.push(BlockLabel { text, range });
            return;
        };
        self.out.tree.labels.push(BlockLabel { text, range });
    }

    /// Parses what follows the `{` of a block: lines, or one attribute and `}`.
    fn block_body(&mut self, opening: Opening, quiet: bool) -> Body {
        let start = self.scan.pos;
        self.scan.skip();
        if quiet || self.scan.at_line_end() || self.scan.at_end() || self.scan.byte() == b'}' {
            self.scan.pos = start;
            return self.body(Some(opening), quiet);
        }
        let (attributes, before) = (self.out.attributes.len(), self.out.problems.len());
        let first = self.scan.pos;
        if let Some(name) = self.scan.word() {
            self.scan.skip();
            if self.scan.byte() == b'=' && !matches!(self.scan.ahead(1), b'=' | b'>') {
                self.attribute(name);
                if self.ok() && self.scan.byte() == b'}' {
                    self.scan.pos += 1;
                    let range = self.scan.range(start, self.scan.pos - 1);
                    let attributes =
                        flush(&mut self.out.attributes, attributes, &mut self.out.tree.attributes);
                    return Body { attributes, range, ..Body::default() };
                }
            }
        }
        if self.ok() {
            let problem =
                Diagnostic::error("syntax/one-line-block", "a block on one line may have only one argument")
                    .help("put each argument, each block and the closing `}` on its own line");
            self.report(problem, self.scan.here(), "expected `}` here");
        }
        // Parse it again as if it stood on several lines; problems of the first attribute are not reported twice.
        let told = self.out.problems.len();
        self.out.attributes.truncate(attributes);
        self.trouble = Trouble::None;
        self.scan.pos = first;
        let mut body = self.body(Some(opening), true);
        body.range.start = self.scan.base + start as u32;
        let again = self.out.problems.split_off(told);
        let told_now = self.out.problems.get(before..).unwrap_or_default();
        let new: Vec<_> = again.into_iter().filter(|problem| !told_now.contains(problem)).collect();
        self.out.problems.extend(new);
        body
    }
}

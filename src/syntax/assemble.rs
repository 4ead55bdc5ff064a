//! Turns the pieces of a template into its expression: adjacent texts join, directives nest.
//!
//! This module does not know how the pieces were written.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::output::flush;
use super::parser::{MAX_NESTING, Parser};
use super::template::{PieceKind, TemplatePiece};
use super::tree::{ExprId, ExprKind, List, TemplatePart, Text};

/// An open directive.
pub(super) struct Directive {
    opened: TemplatePiece,
    /// Where its parts start on the stack of parts.
    parts: usize,
    /// The parts before `else`.
    yes: Option<List<TemplatePart>>,
}

impl Parser<'_, '_> {
    /// Builds an expression from the pieces since `mark`. `inside` is the range between the quotes or markers.
    pub(super) fn assemble(&mut self, mark: usize, range: Range, inside: Range) -> ExprId {
        let pieces = self.out.pieces.get(mark..).unwrap_or_default();
        let kind = match pieces {
            [] => ExprKind::String(Text(Range::new(inside.start, inside.start))),
            [TemplatePiece { kind: PieceKind::Literal(text), .. }] => ExprKind::String(*text),
            [TemplatePiece { kind: PieceKind::Interpolation(id), .. }] => ExprKind::Wrapped(*id),
            _ if pieces.iter().all(|piece| matches!(piece.kind, PieceKind::Literal(_))) => {
                ExprKind::String(self.join_all(mark))
            }
            _ => ExprKind::Template(self.nest(mark)),
        };
        self.out.pieces.truncate(mark);
        self.out.push(kind, range)
    }

    fn join_all(&mut self, mark: usize) -> Text {
        let mut all = Text::default();
        for index in mark..self.out.pieces.len() {
            if let Some(TemplatePiece { kind: PieceKind::Literal(text), .. }) =
                self.out.pieces.get(index).copied()
            {
                all = if index == mark { text } else { self.join(all, text) };
            }
        }
        all
    }

    /// Joins two texts: without a copy if they are adjacent, otherwise in the pool.
    fn join(&mut self, left: Text, right: Text) -> Text {
        let source_end = self.out.tree.source.len() as u32;
        if left.0.is_empty() {
            return right;
        }
        if right.0.is_empty() {
            return left;
        }
        if left.0.end == right.0.start && left.0.end != source_end {
            return Text(Range::new(left.0.start, right.0.end));
        }
        let start = if left.0.end == self.out.pool_end() && left.0.start >= source_end {
            left.0.start
        } else {
            let start = self.out.pool_end();
            self.copy_to_pool(left);
            start
        };
        self.copy_to_pool(right);
        Text(Range::new(start, self.out.pool_end()))
    }

    fn copy_to_pool(&mut self, text: Text) {
        let source_end = self.out.tree.source.len();
        let Range { start, end } = text.0;
        if (start as usize) < source_end {
            let tree = &mut self.out.tree;
            tree.pool.push_str(tree.source.get(text.0.as_usize()).unwrap_or_default());
        } else {
            let pool = &mut self.out.tree.pool;
            let copied = start as usize - source_end..end as usize - source_end;
            if pool.get(copied.clone()).is_some() {
                pool.extend_from_within(copied);
            }
        }
    }

    /// Nests the directives among the pieces since `mark`.
    fn nest(&mut self, mark: usize) -> List<TemplatePart> {
        let (parts, directives) = (self.out.parts.len(), self.out.directives.len());
        for index in mark..self.out.pieces.len() {
            let Some(piece) = self.out.pieces.get(index).copied() else { break };
            match piece.kind {
                PieceKind::Literal(text) => self.push_text(parts, directives, text),
                PieceKind::Interpolation(id) => self.out.parts.push(TemplatePart::Interpolation(id)),
                PieceKind::If(_) | PieceKind::For(_) => {
                    if self.out.directives.len() - directives + self.depth >= MAX_NESTING {
                        let message =
                            format!("template directives are nested more than {MAX_NESTING} levels deep");
                        self.report(Diagnostic::error("syntax/too-deep", message), piece.range, "too deep");
                        self.out.directives.truncate(directives);
                        break;
                    }
                    self.out.directives.push(Directive {
                        opened: piece,
                        parts: self.out.parts.len(),
                        yes: None,
                    });
                }
                PieceKind::Else | PieceKind::EndIf | PieceKind::EndFor => {
                    self.end_directive(directives, piece)
                }
                PieceKind::Invalid => {}
            }
        }
        while self.out.directives.len() > directives {
            let Some(directive) = self.out.directives.pop() else { break };
            if self.ok() {
                let (name, end) = match directive.opened.kind {
                    PieceKind::For(_) => ("for", "endfor"),
                    _ => ("if", "endif"),
                };
                let problem = Diagnostic::error(
                    "syntax/unclosed-directive",
                    format!("this `{name}` directive is never closed"),
                )
                .help(format!("add `%{{ {end} }}`"));
                self.report(problem, directive.opened.range, "opened here");
            }
            self.close_directive(directive, None);
        }
        flush(&mut self.out.parts, parts, &mut self.out.tree.parts)
    }

    /// Adds a text to the parts, joined to a text before it.
    fn push_text(&mut self, parts: usize, directives: usize, text: Text) {
        if text.0.is_empty() {
            return;
        }
        let level = self
            .out
            .directives
            .get(directives..)
            .and_then(|open| open.last())
            .map_or(parts, |open| open.parts);
        match self.out.parts.get(level..).and_then(|parts| parts.last()).copied() {
            Some(TemplatePart::Literal(before)) => {
                let joined = self.join(before, text);
                if let Some(last) = self.out.parts.last_mut() {
                    *last = TemplatePart::Literal(joined);
                }
            }
            _ => self.out.parts.push(TemplatePart::Literal(text)),
        }
    }

    /// Handles `else`, `endif` and `endfor`.
    fn end_directive(&mut self, directives: usize, piece: TemplatePiece) {
        let open = self.out.directives.get_mut(directives..).and_then(|open| open.last_mut());
        let fits = open.as_ref().is_some_and(|open| {
            matches!(
                (open.opened.kind, piece.kind, open.yes.is_some()),
                (PieceKind::If(_), PieceKind::EndIf, _)
                    | (PieceKind::If(_), PieceKind::Else, false)
                    | (PieceKind::For(_), PieceKind::EndFor, _)
            )
        });
        if let Some(open) = open
            && fits
        {
            if matches!(piece.kind, PieceKind::Else) {
                open.yes = Some(flush(&mut self.out.parts, open.parts, &mut self.out.tree.parts));
            } else if let Some(directive) = self.out.directives.pop() {
                self.close_directive(directive, Some(piece.range));
            }
            return;
        }
        let name = match piece.kind {
            PieceKind::Else => "else",
            PieceKind::EndIf => "endif",
            _ => "endfor",
        };
        let opened =
            self.out.directives.get(directives..).and_then(|open| open.last()).map(|open| open.opened.range);
        let mut problem = Diagnostic::error(
            "syntax/stray-directive",
            format!("this `{name}` directive has no matching start"),
        );
        if let Some(range) = opened {
            problem = problem.label(self.out.tree.span(range), "still open here");
        }
        self.report(problem, piece.range, "unexpected");
    }

    fn close_directive(&mut self, directive: Directive, end: Option<Range>) {
        let last = flush(&mut self.out.parts, directive.parts, &mut self.out.tree.parts);
        let part = match directive.opened.kind {
            PieceKind::If(condition) => {
                let (yes, no) = directive.yes.map_or((last, List::default()), |yes| (yes, last));
                TemplatePart::If { condition, yes, no }
            }
            PieceKind::For(id) => {
                let start = directive.opened.range.end;
                let range = Range::new(start, end.map_or(start, |end| end.start));
                let value = self.out.push(ExprKind::Template(last), range);
                if let Some(for_expr) = self.out.tree.fors.get_mut(id.0 as usize) {
                    for_expr.value = value;
                }
                TemplatePart::For(id)
            }
            _ => return,
        };
        self.out.parts.push(part);
    }
}

//! A text that another file contains, such as a file that a tool is told to write: its tree, with every place in the file that contains it.

use super::tree::{Attribute, Block, BlockLabel, Body, Call, Expr, ExprKind, For, TemplatePart, Text, Tree};
use crate::text::Range;

impl Tree {
    /// The same tree, as if all of it stood at one place of another file. What it says does not change.
    #[must_use]
    pub fn placed_in(mut self, host: &Self, place: Range) -> Self {
        // Texts that do not start in the source are in the pool, so the text of this tree becomes the start of its pool.
        let shift = u32::try_from(host.source.len()).unwrap_or(u32::MAX);
        let moved = |text: Text| {
            Text(Range::new(text.0.start.saturating_add(shift), text.0.end.saturating_add(shift)))
        };
        self.pool.insert_str(0, &self.source);
        self.file = host.file;
        self.source = host.source.clone();
        self.comments.clear();
        place_body(&mut self.root, place);
        self.bodies.iter_mut().for_each(|body| place_body(body, place));
        for Attribute { name, name_range, value: _ } in &mut self.attributes {
            *name = moved(*name);
            *name_range = place;
        }
        for Block { kind, kind_range, labels: _, body: _, header, range } in &mut self.blocks {
            *kind = moved(*kind);
            *kind_range = place;
            *header = place;
            *range = place;
        }
        for BlockLabel { text, range } in &mut self.labels {
            *text = moved(*text);
            *range = place;
        }
        for Expr { kind, range } in &mut self.exprs {
            *range = place;
            match kind {
                ExprKind::Number(text)
                | ExprKind::String(text)
                | ExprKind::Variable(text)
                | ExprKind::Attribute { base: _, name: text } => *text = moved(*text),
                ExprKind::Invalid
                | ExprKind::Null
                | ExprKind::Bool(_)
                | ExprKind::Template(_)
                | ExprKind::Wrapped(_)
                | ExprKind::Index { .. }
                | ExprKind::Splat { .. }
                | ExprKind::SplatItem
                | ExprKind::Call(_)
                | ExprKind::Tuple(_)
                | ExprKind::Object(_)
                | ExprKind::For(_)
                | ExprKind::Conditional { .. }
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. }
                | ExprKind::Parens(_) => {}
            }
        }
        for part in &mut self.parts {
            if let TemplatePart::Literal(text) = part {
                *text = moved(*text);
            }
        }
        for For { key_variable, value_variable, .. } in &mut self.fors {
            *key_variable = key_variable.map(moved);
            *value_variable = moved(*value_variable);
        }
        for Call { name, .. } in &mut self.calls {
            *name = moved(*name);
        }
        self
    }
}

fn place_body(body: &mut Body, place: Range) {
    body.range = place;
}

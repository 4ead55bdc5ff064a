//! What expressions and bodies hold: the expressions directly inside of them.

use super::tree::{Body, ExprId, ExprKind, ForId, TemplatePart, Tree, UnaryOperator};

impl Tree {
    /// Whether an expression is written as true or as false, in any of the ways that Terraform takes where it needs a constant.
    #[must_use]
    pub fn switch(&self, id: ExprId) -> Option<bool> {
        match self.expr(id).kind {
            ExprKind::Bool(value) => Some(value),
            ExprKind::String(text) => match self.text(text) {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => self.switch(inner),
            ExprKind::Unary { operator: UnaryOperator::Not, operand } => Some(!self.switch(operand)?),
            _ => None,
        }
    }

    /// Calls `visit` with each expression directly inside of an expression, in no particular order.
    pub fn each_child(&self, id: ExprId, visit: &mut dyn FnMut(ExprId)) {
        match self.expr(id).kind {
            ExprKind::Invalid
            | ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Variable(_)
            | ExprKind::SplatItem => {}
            ExprKind::Template(parts) => self.each_of_parts(self.parts(parts), visit),
            ExprKind::Wrapped(inner) | ExprKind::Parens(inner) => visit(inner),
            ExprKind::Attribute { base, .. } => visit(base),
            ExprKind::Index { base, key } => {
                visit(base);
                visit(key);
            }
            ExprKind::Splat { base, each, .. } => {
                visit(base);
                visit(each);
            }
            ExprKind::Call(call) => self.exprs(self.call(call).arguments).iter().copied().for_each(visit),
            ExprKind::Tuple(items) => self.exprs(items).iter().copied().for_each(visit),
            ExprKind::Object(items) => {
                for item in self.items(items) {
                    visit(item.key);
                    visit(item.value);
                }
            }
            ExprKind::For(id) => self.each_of_for(id, visit),
            ExprKind::Conditional { condition, yes, no } => {
                visit(condition);
                visit(yes);
                visit(no);
            }
            ExprKind::Unary { operand, .. } => visit(operand),
            ExprKind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
        }
    }

    /// Whether everything in an expression could be parsed.
    #[must_use]
    pub fn is_parsed(&self, id: ExprId) -> bool {
        self.is_whole || self.find_inside(id, |kind| matches!(kind, ExprKind::Invalid)).is_none()
    }

    /// A call of a function: the whole expression, or one anywhere inside of it.
    #[must_use]
    pub fn call_inside(&self, id: ExprId) -> Option<ExprId> {
        self.find_inside(id, |kind| matches!(kind, ExprKind::Call(_)))
    }

    /// An expression whose kind is wanted: the whole, or one anywhere inside of it.
    fn find_inside(&self, id: ExprId, is_it: impl Fn(ExprKind) -> bool) -> Option<ExprId> {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if is_it(self.expr(id).kind) {
                return Some(id);
            }
            self.each_child(id, &mut |child| waiting.push(child));
        }
        None
    }

    fn each_of_for(&self, id: ForId, visit: &mut dyn FnMut(ExprId)) {
        if let Some(own) = self.for_expr(id) {
            visit(own.collection);
            visit(own.value);
            own.key.into_iter().chain(own.condition).for_each(visit);
        }
    }

    fn each_of_parts(&self, parts: &[TemplatePart], visit: &mut dyn FnMut(ExprId)) {
        for part in parts {
            match part {
                TemplatePart::Literal(_) => {}
                TemplatePart::Interpolation(inner) => visit(*inner),
                TemplatePart::If { condition, yes, no } => {
                    visit(*condition);
                    self.each_of_parts(self.parts(*yes), visit);
                    self.each_of_parts(self.parts(*no), visit);
                }
                TemplatePart::For(id) => self.each_of_for(*id, visit),
            }
        }
    }

    /// Calls `visit` with the value of each attribute of a body and of the blocks in it.
    pub fn each_value(&self, body: &Body, visit: &mut dyn FnMut(ExprId)) {
        self.attributes(body).iter().for_each(|attribute| visit(attribute.value));
        for block in self.blocks(body) {
            self.each_value(self.body(block.body), visit);
        }
    }
}

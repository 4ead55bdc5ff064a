//! The syntax tree of one file, as flat arrays.
//!
//! Nodes refer to each other by index and to the text by byte range, so a tree makes no small allocations and takes about twice the
//! memory of its text. Native syntax and `*.tf.json` give the same tree. The tree says what is written, not what it means: here
//! `count` is an attribute like any other.
//!
//! Text that differs from the source (escapes resolved, heredoc indentation removed, strings of JSON files) lives in a pool
//! behind the source: a [`Text`] whose offsets lie past the end of the source points there.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::text::{FileId, Range, Span};

/// A piece of text: in the source if it starts there, otherwise in the tree's pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text(pub Range);

/// Index of an expression in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Index of a body in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyId(pub u32);

/// Index of a for expression in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ForId(pub u32);

/// Index of a call in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// `len` consecutive elements of the tree's array of `T`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct List<T> {
    pub start: u32,
    pub len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new(0, 0)
    }
}

impl<T> List<T> {
    /// The elements `start..start + len`.
    #[must_use]
    pub const fn new(start: u32, len: u32) -> Self {
        Self { start, len, of: PhantomData }
    }

    fn of(self, all: &[T]) -> &[T] {
        all.get(self.start as usize..(self.start + self.len) as usize).unwrap_or_default()
    }
}

/// A file body, a block body or an object of a JSON file: attributes and blocks, each in source order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Body {
    /// `name = expression`
    pub attributes: List<Attribute>,
    /// `type "label" { … }`
    pub blocks: List<Block>,
    /// From after `{` to before `}`; the whole file for the root body.
    pub range: Range,
}

/// `name = value`. A name may repeat in a body, which Terraform rejects; the parser reports that and keeps both.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    pub name: Text,
    /// The range of the name (the same as `name` in native syntax).
    pub name_range: Range,
    pub value: ExprId,
}

/// `type "label" { … }`
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The block type: `resource`, `module`, `ingress` …
    pub kind: Text,
    /// The range of the block type.
    pub kind_range: Range,
    /// The labels, quoted or not.
    pub labels: List<BlockLabel>,
    /// The attributes and blocks between the braces.
    pub body: BodyId,
    /// From the block type to before `{` (type and labels, no trailing space).
    pub header: Range,
    /// From the block type to after `}`.
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub struct BlockLabel {
    /// The label without quotes, escapes resolved.
    pub text: Text,
    /// The range of the label, including quotes.
    pub range: Range,
}

/// An expression and its range.
#[derive(Clone, Copy, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    /// The range without surrounding space.
    pub range: Range,
}

#[derive(Clone, Copy, Debug)]
pub enum ExprKind {
    /// An expression that could not be parsed; the parser has reported why.
    Invalid,
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(Text),
    /// A string without interpolation: quoted, heredoc, or a bare object key. Escapes are resolved.
    String(Text),
    /// A string with at least one interpolation or directive.
    Template(List<TemplatePart>),
    /// `"${x}"` and nothing else: the value of `x`, whatever its type.
    Wrapped(ExprId),
    /// A name that starts a reference: `var`, `each`, a for variable.
    Variable(Text),
    /// `base.name`
    Attribute { base: ExprId, name: Text },
    /// `base[key]`, and `base.0`, whose key is a number.
    Index { base: ExprId, key: ExprId },
    /// `base[*]…` (`full`) or `base.*…`. `each` is evaluated for every element and refers to it as [`ExprKind::SplatItem`].
    Splat { base: ExprId, each: ExprId, full: bool },
    /// The element of the innermost enclosing splat.
    SplatItem,
    /// `name(arguments)`
    Call(CallId),
    /// `[a, b]`
    Tuple(List<ExprId>),
    /// `{ a = 1, (b) = 2 }`, with duplicate keys as written (the last one wins).
    Object(List<ObjectItem>),
    /// `[for …]` or `{for …}`
    For(ForId),
    /// `condition ? yes : no`
    Conditional { condition: ExprId, yes: ExprId, no: ExprId },
    /// `-x` or `!x`
    Unary { operator: UnaryOperator, operand: ExprId },
    /// `left operator right`
    Binary { operator: BinaryOperator, left: ExprId, right: ExprId },
    /// `(x)`
    Parens(ExprId),
}

/// `name(arguments)`. Calls have their own array because they would make every expression larger.
#[derive(Clone, Copy, Debug, Default)]
pub struct Call {
    /// The name of the function; may be `provider::x::y` or `core::y`.
    pub name: Text,
    pub arguments: List<ExprId>,
    /// `...` after the last argument: its elements are further arguments.
    pub expand: bool,
}

/// `key = value` in an object. A bare key is an [`ExprKind::String`].
#[derive(Clone, Copy, Debug)]
pub struct ObjectItem {
    pub key: ExprId,
    pub value: ExprId,
}

/// `[for key, value in collection : result if condition]` and its object form.
#[derive(Clone, Copy, Debug)]
pub struct For {
    /// The first of two variables.
    pub key_variable: Option<Text>,
    /// The only or the second variable.
    pub value_variable: Text,
    /// The collection to iterate over.
    pub collection: ExprId,
    /// The key of the object form (`key =>`); `None` in the tuple form.
    pub key: Option<ExprId>,
    /// The result for each element.
    pub value: ExprId,
    /// `if …`
    pub condition: Option<ExprId>,
    /// `...` after the value: values are grouped by key.
    pub grouping: bool,
}

/// A piece of a template. Strip markers (`~`) have been applied by the parser.
#[derive(Clone, Copy, Debug)]
pub enum TemplatePart {
    /// Text, with escapes resolved.
    Literal(Text),
    /// `${x}`
    Interpolation(ExprId),
    /// `%{ if c }yes%{ else }no%{ endif }`
    If { condition: ExprId, yes: List<TemplatePart>, no: List<TemplatePart> },
    /// `%{ for k, v in c }body%{ endfor }`; the `value` of the for is an [`ExprKind::Template`] with the body.
    For(ForId),
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Operators with two operands, loosest first: `||`, `&&`, equality, comparison, sum, product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

/// A comment, without its line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#`, `//` or `/*` to the end of the comment.
    pub range: Range,
    /// Whether only space precedes it on its line.
    pub own_line: bool,
}

/// The tree of one file.
#[derive(Clone, Debug)]
pub struct Tree {
    pub file: FileId,
    pub source: Arc<str>,
    pub(super) pool: String,
    /// Whether everything could be understood, as far as the parser knows.
    pub(super) is_whole: bool,
    pub(super) root: Body,
    pub(super) bodies: Vec<Body>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) blocks: Vec<Block>,
    pub(super) labels: Vec<BlockLabel>,
    pub(super) exprs: Vec<Expr>,
    pub(super) expr_lists: Vec<ExprId>,
    pub(super) items: Vec<ObjectItem>,
    pub(super) parts: Vec<TemplatePart>,
    pub(super) fors: Vec<For>,
    pub(super) calls: Vec<Call>,
    pub(super) comments: Vec<Comment>,
}

const INVALID: &Expr = &Expr { kind: ExprKind::Invalid, range: Range::new(0, 0) };
const EMPTY_BODY: &Body =
    &Body { attributes: List::new(0, 0), blocks: List::new(0, 0), range: Range::new(0, 0) };

impl Tree {
    /// A tree of an empty file.
    #[must_use]
    pub fn empty(file: FileId, source: Arc<str>) -> Self {
        Self {
            file,
            source,
            pool: String::new(),
            is_whole: false,
            root: Body::default(),
            bodies: Vec::new(),
            attributes: Vec::new(),
            blocks: Vec::new(),
            labels: Vec::new(),
            exprs: Vec::new(),
            expr_lists: Vec::new(),
            items: Vec::new(),
            parts: Vec::new(),
            fors: Vec::new(),
            calls: Vec::new(),
            comments: Vec::new(),
        }
    }

    /// The same tree with a block's body as its root: for the Terraform inside the examples of a rule.
    #[must_use]
    pub fn with_root(&self, body: BodyId) -> Self {
        Self { root: *self.body(body), ..self.clone() }
    }

    /// All expressions, inner ones too, in no particular order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.exprs.iter()
    }

    /// Whether it is a file in JSON syntax, where references stand in quotes.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.source.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '['])
    }

    /// The string of a [`Text`].
    #[must_use]
    pub fn text(&self, text: Text) -> &str {
        let source = self.source.len();
        let Range { start, end } = text.0;
        let (start, end) = (start as usize, end as usize);
        if start < source {
            self.source.get(start..end).unwrap_or_default()
        } else {
            self.pool.get(start - source..end.saturating_sub(source)).unwrap_or_default()
        }
    }

    /// The source between two offsets.
    #[must_use]
    pub fn slice(&self, range: Range) -> &str {
        self.source.get(range.as_usize()).unwrap_or_default()
    }

    /// The span of a range of this file.
    #[must_use]
    pub fn span(&self, range: Range) -> Span {
        Span { file: self.file, range }
    }

    /// The body of the file.
    #[must_use]
    pub fn root(&self) -> &Body {
        &self.root
    }

    #[must_use]
    pub fn body(&self, id: BodyId) -> &Body {
        self.bodies.get(id.0 as usize).unwrap_or(EMPTY_BODY)
    }

    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        self.exprs.get(id.0 as usize).unwrap_or(INVALID)
    }

    #[must_use]
    pub fn for_expr(&self, id: ForId) -> Option<&For> {
        self.fors.get(id.0 as usize)
    }

    #[must_use]
    pub fn call(&self, id: CallId) -> Call {
        self.calls.get(id.0 as usize).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn attributes(&self, body: &Body) -> &[Attribute] {
        body.attributes.of(&self.attributes)
    }

    #[must_use]
    pub fn blocks(&self, body: &Body) -> &[Block] {
        body.blocks.of(&self.blocks)
    }

    /// The blocks of one type in a body.
    pub fn blocks_of<'t>(&'t self, body: &'t Body, kind: &str) -> impl Iterator<Item = &'t Block> {
        self.blocks(body).iter().filter(move |block| self.text(block.kind) == kind)
    }

    #[must_use]
    pub fn labels(&self, block: &Block) -> &[BlockLabel] {
        block.labels.of(&self.labels)
    }

    /// Arguments of a call or elements of a tuple.
    #[must_use]
    pub fn exprs(&self, list: List<ExprId>) -> &[ExprId] {
        list.of(&self.expr_lists)
    }

    #[must_use]
    pub fn items(&self, list: List<ObjectItem>) -> &[ObjectItem] {
        list.of(&self.items)
    }

    #[must_use]
    pub fn parts(&self, list: List<TemplatePart>) -> &[TemplatePart] {
        list.of(&self.parts)
    }

    /// All comments, in source order.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The last attribute of that name in a body.
    #[must_use]
    pub fn attribute(&self, body: &Body, name: &str) -> Option<&Attribute> {
        self.attributes(body).iter().rev().find(|attribute| self.text(attribute.name) == name)
    }

    /// From the name to the end of the value.
    #[must_use]
    pub fn attribute_range(&self, attribute: &Attribute) -> Range {
        attribute.name_range.to(self.expr(attribute.value).range)
    }

    /// The expressions around an offset, the innermost first.
    #[must_use]
    pub fn enclosing(&self, offset: u32) -> Vec<ExprId> {
        let all = (0u32..).map(ExprId).zip(&self.exprs);
        let around = all.filter(|(_, expr)| expr.range.start <= offset && offset < expr.range.end.max(1));
        let mut around: Vec<(usize, ExprId)> = around.map(|(id, expr)| (expr.range.len(), id)).collect();
        around.sort();
        around.into_iter().map(|(_, id)| id).collect()
    }

    /// The memory of the tree and its source text, in bytes.
    #[must_use]
    pub fn memory(&self) -> usize {
        fn of<T>(all: &Vec<T>) -> usize {
            all.capacity() * size_of::<T>()
        }
        size_of::<Self>()
            + self.source.len()
            + self.pool.capacity()
            + of(&self.bodies)
            + of(&self.attributes)
            + of(&self.blocks)
            + of(&self.labels)
            + of(&self.exprs)
            + of(&self.expr_lists)
            + of(&self.items)
            + of(&self.parts)
            + of(&self.fors)
            + of(&self.calls)
            + of(&self.comments)
    }
}

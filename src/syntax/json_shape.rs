//! The shape of `*.tf.json` and of the JSON of stacks: which keys are blocks, how many labels they have, and which strings are not templates.
//!
//! JSON does not say what is a block, so the parser has to know Terraform's own blocks. The blocks of providers stay attributes. This
//! is the only file of `syntax` that knows names, and it knows nothing else of their meaning.

use crate::diagnostic::Diagnostic;
use crate::text::Range;

use super::json::{JsonParser, Strings, Token};
use super::output::flush;
use super::tree::{Attribute, Block, BlockLabel, Body, List, Text};

/// The kind of a body, as far as it decides what its keys are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyShape {
    Root,
    /// A file of components or deployments of a stack.
    Stack,
    /// A body of a stack: the lists of expressions in it are written as text.
    StackPart,
    /// A provider configuration of a stack.
    StackProvider,
    /// A body with rules of approval.
    StackCheck,
    Terraform,
    Cloud,
    RequiredProviders,
    Resource,
    Lifecycle,
    Provisioner,
    Dynamic,
    /// A body with attributes and `dynamic` blocks only.
    Content,
    Module,
    Variable,
    ParseOutput,
    Check,
    /// `moved`, `import` and `removed`, whose strings are addresses.
    Addresses,
    Plain,
}

impl BodyShape {
    /// The number of labels of a block of this type and the shape of its body; `None` if the key is an attribute.
    fn block(self, key: &str) -> Option<(usize, Self)> {
        let block = match (self, key) {
            (Self::Root, "resource" | "data" | "ephemeral") | (Self::Check, "data") => (2, Self::Resource),
            (Self::Root, "module") => (1, Self::Module),
            (Self::Root, "variable") => (1, Self::Variable),
            (Self::Root, "output") => (1, Self::ParseOutput),
            (Self::Root, "provider") => (1, Self::Content),
            (Self::Root, "check") => (1, Self::Check),
            (Self::Root, "locals") => (0, Self::Plain),
            (Self::Root, "terraform") => (0, Self::Terraform),
            (Self::Root, "moved" | "import" | "removed") => (0, Self::Addresses),
            (Self::Stack, "component" | "stack" | "deployment" | "deployment_group") => (1, Self::StackPart),
            (Self::Stack, "deployment_auto_approve") => (1, Self::StackCheck),
            (Self::Stack, "orchestrate") => (2, Self::StackCheck),
            (Self::Stack, "identity_token" | "publish_output" | "upstream_input") => (1, Self::Plain),
            (Self::Stack, "store") => (2, Self::Plain),
            (Self::Stack, "provider") => (2, Self::StackProvider),
            (Self::Stack, "required_providers") => (0, Self::RequiredProviders),
            (Self::Stack, "variable" | "output" | "locals" | "removed") => return Self::Root.block(key),
            (Self::StackProvider, "config") => (0, Self::Content),
            (Self::StackCheck, "check") => (0, Self::Plain),
            (Self::Terraform, "backend" | "provider_meta") => (1, Self::Plain),
            (Self::Terraform, "required_providers") => (0, Self::RequiredProviders),
            (Self::Terraform, "cloud") => (0, Self::Cloud),
            (Self::Cloud, "workspaces") => (0, Self::Plain),
            (Self::Resource | Self::Addresses, "lifecycle") => (0, Self::Lifecycle),
            (Self::Resource | Self::Addresses, "provisioner") => (1, Self::Provisioner),
            (Self::Resource | Self::Addresses | Self::Provisioner, "connection") => (0, Self::Plain),
            (Self::Resource | Self::Content, "dynamic") => (1, Self::Dynamic),
            (Self::Dynamic, "content") => (0, Self::Content),
            (Self::Lifecycle, "precondition" | "postcondition")
            | (Self::ParseOutput, "precondition")
            | (Self::Variable, "validation")
            | (Self::Check, "assert") => (0, Self::Plain),
            _ => return None,
        };
        Some(block)
    }

    /// How the strings of an attribute are read.
    fn strings(self, key: &str) -> Strings {
        match (self, key) {
            (Self::Resource | Self::Module | Self::StackPart | Self::ParseOutput, "depends_on")
            | (Self::Resource | Self::Addresses, "provider")
            | (Self::Module | Self::StackPart, "providers")
            | (Self::Lifecycle, "ignore_changes" | "replace_triggered_by")
            | (Self::Addresses, "from" | "to")
            | (Self::Variable, "type") => Strings::Expressions,
            (Self::Variable, "default") => Strings::Literals,
            (Self::RequiredProviders, _) => Strings::Requirements,
            _ => Strings::Templates,
        }
    }
}

pub(super) fn file(reader: &mut JsonParser<'_, '_>) {
    reader.out.tree.root = body(reader, BodyShape::Root);
    reader.expect_end();
}

/// A file of components or deployments of a stack.
pub(super) fn file_of_stack(reader: &mut JsonParser<'_, '_>) {
    reader.out.tree.root = body(reader, BodyShape::Stack);
    reader.expect_end();
}

/// Parses a body: an object, or an array of objects that together form one body.
fn body(reader: &mut JsonParser<'_, '_>, shape: BodyShape) -> Body {
    let (attributes, blocks) = (reader.out.attributes.len(), reader.out.blocks.len());
    reader.peek();
    let start = reader.offset();
    match reader.peek() {
        b'[' if matches!(shape, BodyShape::Root | BodyShape::Stack) => reader.elements(|reader| {
            if reader.peek() == b'{' {
                reader.members(|reader, key| member(reader, shape, key));
            } else {
                not_an_object(reader, "the array of the file");
            }
        }),
        b'{' => reader.members(|reader, key| member(reader, shape, key)),
        _ => not_an_object(reader, "the file"),
    }
    let range = Range::new(start, reader.offset());
    reader.out.check_duplicates(attributes);
    Body {
        attributes: flush(&mut reader.out.attributes, attributes, &mut reader.out.tree.attributes),
        blocks: flush(&mut reader.out.blocks, blocks, &mut reader.out.tree.blocks),
        range,
    }
}

fn not_an_object(reader: &mut JsonParser<'_, '_>, what: &str) {
    let value = reader.value(Strings::Literals);
    if !reader.failed {
        let range = reader.out.range_of(value);
        let problem = Diagnostic::error("syntax/json-block", format!("{what} must be a JSON object"));
        reader.report(problem, range, "not an object");
    }
}

/// Parses a member of a body.
fn member(reader: &mut JsonParser<'_, '_>, shape: BodyShape, key: Token) {
    if reader.is(key, "//") {
        return reader.comment(key);
    }
    let name = reader.literal(key);
    let text = reader.out.tree.text(name);
    if let Some((labels, inner)) = shape.block(text) {
        let kind = BlockType { name, range: key.range, shape: inner };
        return blocks(reader, kind, &mut Vec::with_capacity(labels), labels);
    }
    let strings = shape.strings(text);
    let value = reader.value(strings);
    reader.out.attributes.push(Attribute { name, name_range: key.range, value });
}

/// The type of the blocks that are being parsed.
#[derive(Clone, Copy)]
struct BlockType {
    name: Text,
    range: Range,
    shape: BodyShape,
}

/// Parses all blocks of a type: one object, or an array of objects. Enclosing objects supply the missing labels.
fn blocks(reader: &mut JsonParser<'_, '_>, kind: BlockType, labels: &mut Vec<BlockLabel>, missing: usize) {
    match reader.peek() {
        b'[' => reader.elements(|reader| match reader.peek() {
            b'{' => blocks(reader, kind, labels, missing),
            _ => not_a_block(reader, kind),
        }),
        b'{' if missing > 0 => reader.members(|reader, key| {
            if reader.is(key, "//") && reader.peek() == b'"' {
                return reader.comment(key);
            }
            let text = reader.literal(key);
            labels.push(BlockLabel { text, range: key.range });
            blocks(reader, kind, labels, missing - 1);
            labels.pop();
        }),
        b'{' => {
            let header = labels.last().map_or(kind.range, |label| label.range);
            let body = body(reader, kind.shape);
            let start = reader.out.tree.labels.len() as u32;
            reader.out.tree.labels.extend_from_slice(labels);
            let labels = List::new(start, labels.len() as u32);
            let range = Range::new(header.start, reader.offset());
            let body = reader.out.push_body(body);
            reader.out.blocks.push(Block {
                kind: kind.name,
                kind_range: kind.range,
                labels,
                body,
                header,
                range,
            });
        }
        // `null` means that there is no such block.
        b'n' => {
            reader.value(Strings::Literals);
        }
        _ => not_a_block(reader, kind),
    }
}

fn not_a_block(reader: &mut JsonParser<'_, '_>, kind: BlockType) {
    let what = format!("`{}`", reader.out.tree.text(kind.name));
    not_an_object(reader, &what);
}

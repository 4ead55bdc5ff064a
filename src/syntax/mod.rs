//! HCL native syntax and `*.tf.json`, parsed into one small tree.
//!
//! Knows the grammar and nothing of its meaning. Parsing never fails: it returns a [`tree::Tree`] of what could be understood, and a
//! list of problems for the rest.

mod access;
mod assemble;
mod children;
mod collection;
mod consequences;
mod expression;
mod for_expression;
mod heredoc;
mod json;
mod json_shape;
mod json_string;
mod output;
mod parser;
mod placed;
mod rebuild;
mod recover;
mod scanner;
mod template;
pub mod tree;

use std::sync::Arc;

pub use parser::MAX_NESTING;

use crate::diagnostic::Diagnostic;
use crate::text::{FileId, Range, Span};
use json::JsonParser;
use output::ParseOutput;
use parser::Parser;
use tree::{ExprId, ExprKind, Tree};

/// The result of parsing a file.
#[derive(Debug)]
pub struct Parsed {
    /// What could be understood.
    pub tree: Tree,
    /// What could not be understood, in the order of the text.
    pub problems: Vec<Diagnostic>,
}

/// The result of parsing a text as one expression or template.
#[derive(Debug)]
pub struct ParsedExpression {
    /// The tree that holds the expression; its root body is empty.
    pub tree: Tree,
    pub expression: ExprId,
    /// What could not be understood, in the order of the text.
    pub problems: Vec<Diagnostic>,
}

/// An expression of a file that is evaluated later, perhaps many times.
#[derive(Clone, Debug)]
pub struct Expression {
    pub tree: Arc<Tree>,
    pub expr: ExprId,
}

impl Expression {
    /// Whether its text contains a word, be it as a name, as a part of one or within a string.
    #[must_use]
    pub fn mentions(&self, word: &str) -> bool {
        let range = self.tree.expr(self.expr).range;
        self.tree.slice(range).contains(word)
    }

    /// The place of the expression.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tree.span(self.tree.expr(self.expr).range)
    }
}

/// Parses a file of native syntax: `*.tf`, `*.tofu`, `*.tfvars`.
#[must_use]
pub fn parse_hcl(file: FileId, source: Arc<str>) -> Parsed {
    let mut output = ParseOutput::new(file, Arc::clone(&source));
    if output.is_too_large() {
        return output.refuse();
    }
    let mut parser = Parser::new(&source, 0, &mut output);
    parser.file();
    if parser.ended_inside {
        // A brace is missing. The braces cannot tell where, the indentation often can.
        let mut by_indentation = ParseOutput::new(file, Arc::clone(&source));
        let mut parser = Parser::new(&source, 0, &mut by_indentation);
        parser.by_indentation = true;
        parser.file();
        if by_indentation.problems.len() <= output.problems.len() {
            output = by_indentation;
        }
    }
    output.problems = consequences::removed(output.problems, &source);
    output.finish()
}

/// Parses a file of JSON syntax: `*.tf.json`, `*.tofu.json`.
#[must_use]
pub fn parse_json(file: FileId, source: Arc<str>) -> Parsed {
    read_json(file, source, json_shape::file)
}

/// How the names of files of stacks in JSON syntax end.
const STACK_JSON: [&str; 3] = [".tfcomponent.json", ".tfstack.json", ".tfdeploy.json"];

/// Whether a file of this name holds configuration in JSON syntax. Values in JSON are none.
#[must_use]
pub fn is_configuration_json(name: &str) -> bool {
    [".tf.json", ".tofu.json"].iter().chain(&STACK_JSON).any(|ending| name.ends_with(ending))
}

/// Parses a file as its name says: JSON or native syntax, and in JSON the blocks of configuration, of stacks or of nothing.
#[must_use]
pub fn parse_named(file: FileId, name: &str, source: Arc<str>) -> Parsed {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".tfvars.json"]) {
        parse_json_values(file, source)
    } else if ends(&STACK_JSON) {
        read_json(file, source, json_shape::file_of_stack)
    } else if ends(&[".json"]) {
        parse_json(file, source)
    } else {
        parse_hcl(file, source)
    }
}

/// Parses `*.tfvars.json`, whose strings are plain text.
#[must_use]
pub fn parse_json_values(file: FileId, source: Arc<str>) -> Parsed {
    read_json(file, source, json::values)
}

fn read_json(file: FileId, source: Arc<str>, read: impl FnOnce(&mut JsonParser<'_, '_>)) -> Parsed {
    let mut output = ParseOutput::new(file, Arc::clone(&source));
    if output.is_too_large() {
        return output.refuse();
    }
    read(&mut JsonParser::new(&source, &mut output));
    output.tree.root.range = Range::new(0, source.len() as u32);
    output.finish()
}

/// Parses a text that is one expression.
#[must_use]
pub fn parse_expression(file: FileId, source: Arc<str>) -> ParsedExpression {
    parse_one(file, source, |parser| parser.whole_expression())
}

/// Parses a text that is a template as a whole, as `templatefile` reads it.
#[must_use]
pub fn parse_template(file: FileId, source: Arc<str>) -> ParsedExpression {
    parse_one(file, source, |parser| parser.bare_template())
}

fn parse_one(
    file: FileId,
    source: Arc<str>,
    parse: impl FnOnce(&mut Parser<'_, '_>) -> ExprId,
) -> ParsedExpression {
    let mut output = ParseOutput::new(file, Arc::clone(&source));
    if output.is_too_large() {
        let expression = output.push(ExprKind::Invalid, Range::default());
        let Parsed { tree, problems } = output.refuse();
        return ParsedExpression { tree, expression, problems };
    }
    let mut parser = Parser::new(&source, 0, &mut output);
    let expression = parse(&mut parser);
    parser.finish_comments();
    let Parsed { tree, problems } = output.finish();
    ParsedExpression { tree, expression, problems }
}

//! HCL native syntax and `*.tf.json`, read into one small tree.
//!
//! Knows the grammar and nothing of what it means. Parsing never fails: it gives a [`tree::Tree`] of what could be
//! understood and a list of problems for the rest.

mod access;
mod expression;
mod heredoc;
mod parser;
mod recover;
mod scanner;
mod template;
pub mod tree;

use std::sync::Arc;

pub use parser::MAX_NESTING;

use crate::problem::Problem;
use crate::source::{FileId, Range};
use parser::{Output, Parser};
use tree::{ExprId, ExprKind, Tree};

/// What parsing a file gives.
#[derive(Debug)]
pub struct Parsed {
    /// What could be understood.
    pub tree: Tree,
    /// What could not, in the order of the text.
    pub problems: Vec<Problem>,
}

/// What parsing a text as one expression or template gives.
#[derive(Debug)]
pub struct ParsedExpression {
    /// The tree that holds the expression; its root body is empty.
    pub tree: Tree,
    /// The expression.
    pub expression: ExprId,
    /// What could not be understood, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Parses a file of native syntax: `*.tf`, `*.tofu`, `*.tfvars`.
#[must_use]
pub fn parse_hcl(file: FileId, source: Arc<str>) -> Parsed {
    let mut output = Output::new(file, Arc::clone(&source));
    if output.is_too_large() {
        return output.refuse();
    }
    let mut parser = Parser::new(&source, 0, &mut output);
    parser.file();
    if parser.ended_inside {
        // A brace is missing somewhere. Where it is the braces cannot tell, the indentation often can.
        let mut by_indentation = Output::new(file, Arc::clone(&source));
        let mut parser = Parser::new(&source, 0, &mut by_indentation);
        parser.by_indentation = true;
        parser.file();
        if by_indentation.problems.len() <= output.problems.len() {
            output = by_indentation;
        }
    }
    output.finish()
}

/// Parses a text that is one expression.
#[must_use]
pub fn parse_expression(file: FileId, source: Arc<str>) -> ParsedExpression {
    parse_one(file, source, |parser| {
        parser.scan.skip_lines();
        let id = parser.expression();
        if parser.ok() {
            parser.scan.skip_lines();
            if !parser.scan.at_end() {
                parser.fail("syntax/extra-text", "expected nothing after the expression", "unexpected");
            }
        }
        id
    })
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
    let mut output = Output::new(file, Arc::clone(&source));
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

/// JSON
pub fn parse_json(file: FileId, source: Arc<str>) -> Parsed {
    parse_hcl(file, source)
}
/// JSON
pub fn parse_json_values(file: FileId, source: Arc<str>) -> Parsed {
    parse_hcl(file, source)
}

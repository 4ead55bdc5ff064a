//! Tests of the syntax layer. `read` is the only caller of the parser for cases with snapshots: it gives the structure
//! and the problems of a text.

use std::fmt::Write as _;

use buttress::syntax::{Parsed, parse_hcl, parse_json, parse_json_values, parse_named};
use buttress::text::{FileId, SourceFile};

use crate::support::dump;

mod bounds;
mod constant;
mod corpus;
mod errors;
mod generate;
mod json;
mod laws;

mod native;
mod oracle;
mod reference;

/// Structure and problems of native syntax.
fn read(text: &str) -> String {
    show(text, &parse_hcl(FileId(0), text.into()))
}

/// Structure and problems of `*.tf.json`.
fn read_json(text: &str) -> String {
    show(text, &parse_json(FileId(0), text.into()))
}

/// Structure and problems of a file of a stack in JSON.
fn read_stack(text: &str) -> String {
    show(text, &parse_named(FileId(0), "main.tfcomponent.json", text.into()))
}

/// Structure and problems of `*.tfvars.json`.
fn read_values(text: &str) -> String {
    show(text, &parse_json_values(FileId(0), text.into()))
}

fn show(text: &str, parsed: &Parsed) -> String {
    let file = SourceFile::new("test.tf".into(), text.into());
    let mut out = dump::dump(&parsed.tree);
    for problem in &parsed.problems {
        let primary = problem.primary.as_ref().expect("every problem of the parser has a place");
        let (span, words) = (primary.span().unwrap(), &primary.text);
        let (line, column) = file.line_column(span.range.start);
        let at = parsed.tree.slice(span.range).escape_debug();
        write!(out, "{line}:{column} {}: {} [{at}: {}]", problem.id, problem.message, words).unwrap();
        for label in &problem.related {
            let (line, column) = file.line_column(label.span().unwrap().range.start);
            write!(out, " [{line}:{column} {}]", label.text).unwrap();
        }
        if let Some(help) = &problem.help {
            write!(out, "\n    {help}").unwrap();
        }
        out.push('\n');
    }
    out
}

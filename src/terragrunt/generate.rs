//! Files that Terragrunt writes into the working directory of a unit: those of `generate` blocks, and the backend of `remote_state`.
//!
//! They exist only as trees here. A place in one is the place in the file of Terragrunt that says what to write: that is what a user can
//! change. A part that is not known becomes a call of [`UNKNOWN_PART`], which evaluates to an unknown value with its cause.

use std::fmt::Write as _;
use std::sync::Arc;

use super::config::{GenerateBlock, RemoteStateBlock, UnitConfig};
use crate::estate::configuration::UNKNOWN_PART;
use crate::syntax;
use crate::syntax::tree::Tree;
use crate::text::{FileId, Range};
use crate::value::literal::{escaped, quoted};
use crate::value::{Cause, CauseKind, Kind, Piece, Value};

/// A file that Terragrunt writes.
#[derive(Clone, Debug)]
pub(super) struct GeneratedFile {
    /// The name in the working directory.
    pub(super) name: String,
    /// Whether a file of that name stays as it is.
    pub(super) keeps_existing: bool,
    /// What it says; the cause if that is not known.
    pub(super) tree: Result<Arc<Tree>, Arc<Cause>>,
}

/// The files that a unit gets. Causes of unknown parts are added to `gaps`.
pub(super) fn files(config: &UnitConfig, gaps: &mut Vec<Arc<Cause>>) -> Vec<GeneratedFile> {
    let mut files = Vec::new();
    if let Some(state) = &config.remote_state
        && let Some(path) = &state.path
    {
        let name = path.as_str().unwrap_or("backend.tf").to_owned();
        let tree = match backend(state, gaps) {
            Some(text) => parsed(&text, &state.tree, state.range),
            None => Err(unknown(&state.backend)),
        };
        files.push(GeneratedFile { name, keeps_existing: false, tree });
    }
    for block in config.generate.iter().filter(|block| !block.is_disabled) {
        let Some(path) = block.path.as_str() else { continue };
        let name = path.strip_prefix("./").unwrap_or(path).to_owned();
        let tree = contents(block, gaps);
        files.push(GeneratedFile { name, keeps_existing: block.keeps_existing, tree });
    }
    files
}

fn contents(block: &GenerateBlock, gaps: &mut Vec<Arc<Cause>>) -> Result<Arc<Tree>, Arc<Cause>> {
    match &block.contents.kind {
        Kind::String(text) => parsed(text, &block.tree, block.range),
        Kind::Unknown(unknown) => match &unknown.refinement.pieces {
            Some(pieces) => {
                let text = with_gaps(pieces.all(), &unknown.cause, gaps);
                parsed(&text, &block.tree, block.range).map_err(|_| unknown.cause.clone())
            }
            None => Err(unknown.cause.clone()),
        },
        _ => Err(unknown(&block.contents)),
    }
}

fn unknown(value: &Value) -> Arc<Cause> {
    let not_told = || Cause::new(CauseKind::Error, "a generated file has no text as its contents", None);
    value.first_cause().unwrap_or_else(not_told)
}

/// The tree of a text, at the place that says what to write.
pub(super) fn parsed(text: &str, host: &Tree, range: Range) -> Result<Arc<Tree>, Arc<Cause>> {
    let parsed = syntax::parse_hcl(FileId(u32::MAX), text.into());
    match parsed.problems.first() {
        None => Ok(Arc::new(parsed.tree.placed_in(host, range))),
        Some(problem) => {
            let message = format!("the generated file is not valid: {}", problem.message);
            Err(Cause::new(CauseKind::Error, message, Some(host.span(range))))
        }
    }
}

fn gap(cause: &Arc<Cause>, gaps: &mut Vec<Arc<Cause>>) -> String {
    let index = gaps.iter().position(|known| known == cause).unwrap_or_else(|| {
        gaps.push(cause.clone());
        gaps.len() - 1
    });
    format!("{UNKNOWN_PART}({index})")
}

/// The text with calls in the place of what is not known.
fn with_gaps(pieces: &[Piece], cause: &Arc<Cause>, gaps: &mut Vec<Arc<Cause>>) -> String {
    let mut text = String::new();
    for piece in pieces {
        let call = match piece {
            Piece::Text(known) => {
                text.push_str(known);
                continue;
            }
            Piece::Hole(value) => gap(&value.first_cause().unwrap_or_else(|| cause.clone()), gaps),
            Piece::Gap => gap(cause, gaps),
        };
        if is_in_string(&text) {
            let _ = write!(text, "${{{call}}}");
        } else {
            text.push_str(&call);
        }
    }
    text
}

/// Whether a text ends inside a string, which no line break ends.
fn is_in_string(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or_default();
    let mut is_inside = false;
    let mut is_escaped = false;
    for character in line.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_inside => is_escaped = true,
            '"' => is_inside = !is_inside,
            _ => {}
        }
    }
    is_inside
}

/// The backend that a `remote_state` block asks for.
fn backend(state: &RemoteStateBlock, gaps: &mut Vec<Arc<Cause>>) -> Option<String> {
    let kind = state.backend.as_str()?;
    let mut text = format!("terraform {{\n  backend {} {{\n", quoted(kind));
    if let Some(entries) = state.config.as_entries() {
        for (name, value) in entries.items.iter().filter(|(name, value)| is_name(name) && !value.is_null()) {
            let _ = writeln!(text, "    {name} = {}", written(value, gaps));
        }
    }
    text.push_str("  }\n}\n");
    Some(text)
}

pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
}

/// A value as Terraform writes it.
fn written(value: &Value, gaps: &mut Vec<Arc<Cause>>) -> String {
    match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => quoted(text),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
            let items: Vec<String> = items.items.iter().map(|item| written(item, gaps)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let entry = |(key, value): &(crate::value::Str, Value)| {
                format!("{} = {}", quoted(key), written(value, gaps))
            };
            let items: Vec<String> = entries.items.iter().map(entry).collect();
            format!("{{{}}}", items.join(", "))
        }
        Kind::Unknown(unknown) => match &unknown.refinement.pieces {
            Some(pieces) => {
                let part = |piece: &Piece| match piece {
                    Piece::Text(text) => escaped(text),
                    Piece::Hole(value) => {
                        let cause = value.first_cause().unwrap_or_else(|| unknown.cause.clone());
                        format!("${{{}}}", gap(&cause, gaps))
                    }
                    Piece::Gap => format!("${{{}}}", gap(&unknown.cause, gaps)),
                };
                let parts: Vec<String> = pieces.all().iter().map(part).collect();
                format!("\"{}\"", parts.concat())
            }
            None => gap(&unknown.cause, gaps),
        },
    }
}

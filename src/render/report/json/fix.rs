//! How a finding is fixed, as JSON.

use std::borrow::Cow;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::render::clean::line;
use crate::render::path_of;
use crate::report::fixes::FileEdit;
use crate::report::{Entry, Report};

/// What was found out about fixing a finding, if that was asked for.
#[derive(Serialize)]
pub(super) struct FixOut<'a> {
    /// Its edits, each in the text that was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<EditsOut<'a>>,
    /// Why its rule's edit is not made.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_fixed: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct EditsOut<'a> {
    safety: &'static str,
    edits: Vec<FileEditOut<'a>>,
}

#[derive(Serialize)]
struct FileEditOut<'a> {
    file: String,
    start: EditPositionOut,
    end: EditPositionOut,
    /// What stands there then.
    text: &'a str,
}

#[derive(Serialize)]
struct EditPositionOut {
    line: usize,
    column: usize,
    offset: u32,
}

pub(super) fn fix<'a>(entry: &Entry<Diagnostic>, report: &'a Report) -> FixOut<'a> {
    let fix = report.fix_of(entry).map(|fix| EditsOut {
        safety: if fix.is_unsafe { "unsafe" } else { "safe" },
        edits: fix.edits.iter().map(edit).collect(),
    });
    FixOut { fix, not_fixed: report.refusal_of(entry).map(|refused| line(&refused.reason)) }
}

fn edit(edit: &FileEdit) -> FileEditOut<'_> {
    let position = |(line, column), offset| EditPositionOut { line, column, offset };
    FileEditOut {
        file: path_of(&edit.path),
        start: position(edit.start, edit.range.start),
        end: position(edit.end, edit.range.end),
        text: &edit.text,
    }
}

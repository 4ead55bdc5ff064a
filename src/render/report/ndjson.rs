//! NDJSON: a JSON object per line, for what reads while it is written. The objects are those of the JSON document, with a `type`.

use serde::Serialize;

use super::json::{self, Head, Lists};
use crate::render::clean::MAX_JSON;
use crate::report::Report;

/// One line.
#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    #[serde(flatten)]
    what: T,
}

/// The last line.
#[derive(Serialize)]
struct End<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    summary: json::Summary,
    /// How many lines are missing; only if the output would be too long.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<usize>,
}

pub(super) fn render(report: &Report) -> String {
    let lists = Lists::of(report);
    let mut out = WrittenLines::default();
    for (entry, index) in lists.findings.iter().zip(&lists.group_of) {
        out.push("finding", json::finding(entry, *index, &lists, report));
    }
    for group in &lists.groups {
        out.push("group", json::group(group, &lists, report));
    }
    for (kind, list) in
        [("set_aside", &lists.set_aside), ("failure", &lists.failures), ("problem", &lists.problems)]
    {
        for entry in list {
            out.push(kind, json::diagnostic(entry, &lists, report));
        }
    }
    for entry in &lists.unknown {
        out.push("unknown", json::unknown(entry, report));
    }
    let end = End {
        head: Head::of(report, &lists),
        summary: json::summary(report, &lists),
        left_out: (out.left_out > 0).then_some(out.left_out),
    };
    out.write("summary", end);
    out.text
}

#[derive(Default)]
struct WrittenLines {
    text: String,
    left_out: usize,
}

impl WrittenLines {
    /// Writes a line if there is room for it.
    fn push(&mut self, kind: &'static str, what: impl Serialize) {
        if self.text.len() < MAX_JSON {
            self.write(kind, what);
        } else {
            self.left_out += 1;
        }
    }

    fn write(&mut self, kind: &'static str, what: impl Serialize) {
        match serde_json::to_string(&Line { r#type: kind, what }) {
            Ok(line) => {
                self.text.push_str(&line);
                self.text.push('\n');
            }
            // Plain structs of strings and numbers always serialize. If they do not, the output must at least say so.
            Err(_) => self.left_out += 1,
        }
    }
}

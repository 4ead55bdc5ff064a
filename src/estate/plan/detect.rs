//! Telling a plan from everything else that people hand over in its place.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::problem::Problem;
use crate::source::{FileId, Range, Span};

/// What a text is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// A plan as `terraform show -json` writes it.
    Plan,
    /// A state, as `terraform show -json` writes it or as it is stored.
    State,
    /// The event stream of `terraform plan -json`: one JSON object a line.
    Stream,
    /// A plan as `terraform plan` prints it for people.
    Printed,
    /// A plan as `terraform plan -out` stores it.
    Binary,
    /// A plan with other text before it.
    Wrapped,
    /// JSON that is something else, or ends before it tells what it is.
    Json,
    /// Nothing.
    Empty,
    /// Something else.
    Other,
}

/// Says what a text is. Looks at names on the top level only, so a broken or truncated plan is still a plan.
#[must_use]
pub fn detect(text: &str) -> Detected {
    let text = text.trim_start();
    if text.is_empty() {
        return Detected::Empty;
    }
    if text.starts_with("PK\u{3}\u{4}") {
        return Detected::Binary;
    }
    if text.starts_with('{') {
        return detect_object(text);
    }
    if text.lines().any(|line| line.starts_with("{\"format_version\"")) {
        return Detected::Wrapped;
    }
    if text.starts_with('[') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Detected::Json;
    }
    let printed = [
        "Terraform will perform the following actions",
        "OpenTofu will perform the following actions",
        "used the selected providers to generate the following execution plan",
    ];
    if printed.iter().any(|phrase| text.contains(phrase)) { Detected::Printed } else { Detected::Other }
}

fn detect_object(text: &str) -> Detected {
    let names = top_level_names(text);
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("@level") || has("@message") {
        return Detected::Stream;
    }
    let plan = ["planned_values", "resource_changes", "configuration", "output_changes", "prior_state"];
    if has("format_version") && plan.into_iter().any(has) {
        return Detected::Plan;
    }
    let stored_state = has("serial") && has("lineage");
    if stored_state || (has("format_version") && has("values")) {
        return Detected::State;
    }
    Detected::Json
}

/// The names on the top level of a JSON object, as far as it can be read.
fn top_level_names(text: &str) -> Vec<String> {
    struct Names<'n>(&'n mut Vec<String>);
    impl<'de> Visitor<'de> for Names<'_> {
        type Value = ();

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<String>()? {
                self.0.push(name);
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }
    let mut names = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // What was read before an error counts; the error itself is for whoever reads the whole.
    let _read_so_far = deserializer.deserialize_map(Names(&mut names));
    names
}

/// Why a text that should be a plan cannot be read as one; `None` for a plan.
pub(super) fn refuse(file: FileId, path: &str, text: &str) -> Option<Problem> {
    let make = "make the plan readable with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`";
    let (message, at, help) = match detect(text) {
        Detected::Plan => return None,
        Detected::State => (
            "is a Terraform state, not a plan",
            "a state shows what exists, not what is planned",
            "run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`",
        ),
        Detected::Stream => (
            "is the event stream of `terraform plan -json`, not a plan",
            "an event for user interfaces",
            "run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`",
        ),
        Detected::Printed => ("is a plan as printed for people; the JSON form is needed", "text", make),
        Detected::Binary => (
            "is a plan as stored by Terraform; the JSON form is needed",
            "a zip archive",
            "run `terraform show -json tfplan > plan.json` where the configuration is initialised",
        ),
        Detected::Wrapped => (
            "has other output before the plan",
            "not JSON",
            "write only the plan to the file; in GitHub Actions set `terraform_wrapper: false` on `setup-terraform`",
        ),
        Detected::Json => return Some(refuse_json(file, path, text)),
        Detected::Empty => ("is empty, not a plan", "", "look whether `terraform show -json tfplan` failed"),
        Detected::Other => ("is not a Terraform plan", "not JSON", make),
    };
    Some(
        Problem::error("plan/not-a-plan", format!("`{path}` {message}")).at(start(file, text), at).help(help),
    )
}

fn refuse_json(file: FileId, path: &str, text: &str) -> Problem {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return broken(file, path, text, &error);
    }
    let names = top_level_names(text);
    let help = if names.iter().any(|name| name == "provider_schemas") {
        "these are provider schemas; a plan comes from `terraform show -json tfplan > plan.json`"
    } else if names.iter().any(|name| name == "format_version") {
        "another command of Terraform wrote it; a plan comes from `terraform show -json tfplan > plan.json`"
    } else {
        "a plan comes from `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`"
    };
    Problem::error("plan/not-a-plan", format!("`{path}` is JSON, but not a Terraform plan"))
        .at(start(file, text), "has neither `planned_values` nor `resource_changes`")
        .help(help)
}

/// A problem from an error of the JSON parser.
pub(super) fn broken(file: FileId, path: &str, text: &str, error: &serde_json::Error) -> Problem {
    use serde_json::error::Category;
    let span = place(file, text, error.line(), error.column());
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default().to_owned();
    let again = "run `terraform show -json tfplan > plan.json` again";
    match error.classify() {
        Category::Eof => Problem::error("plan/truncated", format!("`{path}` ends in the middle of the plan"))
            .at(span, "here the text ends")
            .help(format!("{again}; the disk may have been full or the command interrupted")),
        Category::Data => {
            Problem::error("plan/unexpected", format!("`{path}` is not written as Terraform writes plans"))
                .at(span, words)
                .help(again)
        }
        Category::Syntax | Category::Io => {
            Problem::error("plan/syntax", format!("`{path}` is not valid JSON")).at(span, words).help(again)
        }
    }
}

/// The first characters of the text.
pub(super) fn start(file: FileId, text: &str) -> Span {
    let from = text.len() - text.trim_start().len();
    let length = text.trim_start().chars().next().map_or(0, char::len_utf8);
    range(file, from, from + length)
}

pub(super) fn range(file: FileId, start: usize, end: usize) -> Span {
    let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    Span { file, range: Range::new(clamp(start), clamp(end)) }
}

/// The byte before which a parser stopped: lines from 1, columns in bytes from 1, 0 for "before the first".
fn place(file: FileId, text: &str, line: usize, column: usize) -> Span {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut from = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let length = text.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    range(file, from, from + length)
}

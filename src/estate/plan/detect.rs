//! Telling a plan from everything else that people hand over in its place.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::problem::Problem;

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
pub(super) fn refuse(path: &str, text: &str) -> Option<Problem> {
    let make = "make the plan readable with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`";
    let (message, help) = match detect(text) {
        Detected::Plan => return None,
        Detected::State => (
            "is a Terraform state, not a plan: it shows what exists, not what will",
            "run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`",
        ),
        Detected::Stream => (
            "is the event stream of `terraform plan -json`, not a plan",
            "run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`",
        ),
        Detected::Printed => ("is a plan as printed for people; the JSON form is needed", make),
        Detected::Binary => (
            "is a plan as stored by Terraform; the JSON form is needed",
            "run `terraform show -json tfplan > plan.json` where the configuration is initialised",
        ),
        Detected::Wrapped => (
            "has other output before the plan",
            "write only the plan to the file; in GitHub Actions set `terraform_wrapper: false` on `setup-terraform`",
        ),
        Detected::Json => return Some(refuse_json(path, text)),
        Detected::Empty => ("is empty, not a plan", "look whether `terraform show -json tfplan` failed"),
        Detected::Other => ("is not a Terraform plan", make),
    };
    Some(Problem::error("plan/not-a-plan", format!("`{path}` {message}")).help(help))
}

fn refuse_json(path: &str, text: &str) -> Problem {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return broken(path, &error, (error.line(), error.column()));
    }
    let names = top_level_names(text);
    let help = if names.iter().any(|name| name == "provider_schemas") {
        "these are provider schemas; a plan comes from `terraform show -json tfplan > plan.json`"
    } else if names.iter().any(|name| name == "format_version") {
        "another command of Terraform wrote it; a plan comes from `terraform show -json tfplan > plan.json`"
    } else {
        "a plan comes from `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`"
    };
    Problem::error(
        "plan/not-a-plan",
        format!("`{path}` is JSON, but no plan: it has neither `planned_values` nor `resource_changes`"),
    )
    .help(help)
}

/// A problem from an error of the JSON parser at a line and column.
///
/// It has no span on purpose: plans hold secrets as they are, and whoever shows a span shows the text around it.
pub(super) fn broken(path: &str, error: &serde_json::Error, (line, column): (usize, usize)) -> Problem {
    use serde_json::error::Category;
    let again = "run `terraform show -json tfplan > plan.json` again";
    let (code, what, help) = match error.classify() {
        Category::Eof => (
            "plan/truncated",
            "ends in the middle of the plan".to_owned(),
            format!("{again}; the disk may have been full or the command interrupted"),
        ),
        Category::Data => (
            "plan/unexpected",
            format!("is not written as Terraform writes plans: {}", without_values(error)),
            again.to_owned(),
        ),
        Category::Syntax | Category::Io => {
            ("plan/syntax", format!("is not valid JSON: {}", without_values(error)), again.to_owned())
        }
    };
    Problem::error(code, format!("`{path}` {what}, at line {line}, column {column}")).help(help)
}

/// The words of an error without the value that it is about, which may be a secret.
fn without_values(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
    match words.rsplit_once(", expected ") {
        Some((_, expected)) if expected.starts_with("struct ") => "expected an object".to_owned(),
        Some((_, expected)) => format!("expected {expected}"),
        None if words.starts_with("invalid ") => "a value is of another kind".to_owned(),
        None => words.to_owned(),
    }
}

//! Distinguishes plans and states from everything else that people pass in their place.

use super::document::PlanDocument;
use crate::diagnostic::Diagnostic;

/// The kind of a text, judged by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// A plan from `terraform show -json`.
    Plan,
    /// A state from `terraform show -json`.
    State,
    /// A state as Terraform stores it.
    Stored,
    /// The event stream of `terraform plan -json`: one JSON object per line.
    Stream,
    /// A plan as `terraform plan` prints it for people.
    Printed,
    /// A plan as `terraform plan -out` stores it.
    Binary,
    /// A plan with other text before it.
    Wrapped,
    /// Other JSON, or JSON that ends before it shows what it is.
    Json,
    /// An empty text.
    Empty,
    /// Anything else.
    Other,
}

/// Top-level names that a plan has and a state has not.
const PLAN: [&str; 5] =
    ["planned_values", "resource_changes", "configuration", "output_changes", "prior_state"];

/// Detects the kind of a text. Looks only at the names on the top level, so a broken or truncated plan is still a plan.
#[must_use]
pub fn detect(text: &str) -> Detected {
    kind(&PlanDocument::scan(text))
}

pub(in crate::estate::plan) fn kind(document: &PlanDocument<'_>) -> Detected {
    let text = document.text.trim_start();
    if text.is_empty() {
        return Detected::Empty;
    }
    if text.starts_with("PK\u{3}\u{4}") {
        return Detected::Binary;
    }
    if text.starts_with('{') {
        return kind_of_object(document);
    }
    if text.lines().any(|line| line.starts_with("{\"format_version\"")) {
        return Detected::Wrapped;
    }
    if text.starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Detected::Json;
    }
    let printed = [
        "Terraform will perform the following actions",
        "OpenTofu will perform the following actions",
        "used the selected providers to generate the following execution plan",
    ];
    if printed.iter().any(|phrase| text.contains(phrase)) { Detected::Printed } else { Detected::Other }
}

fn kind_of_object(document: &PlanDocument<'_>) -> Detected {
    let has = |name: &str| document.has(name);
    if has("@level") || has("@message") {
        return Detected::Stream;
    }
    if has("format_version") && PLAN.into_iter().any(has) {
        return Detected::Plan;
    }
    if has("serial") && (has("lineage") || has("version")) {
        return Detected::Stored;
    }
    // An empty state shows only the version.
    let is_empty = || {
        document.problem("").is_none()
            && document.has_only(&["format_version", "terraform_version", "checks", "values"])
    };
    if has("format_version") && (has("values") || is_empty()) {
        return Detected::State;
    }
    Detected::Json
}

/// The problem of a text that cannot be read as a plan or a state; `None` for plans and states.
pub(in crate::estate::plan) fn refuse(
    path: &str,
    document: &PlanDocument<'_>,
    kind: Detected,
) -> Option<Diagnostic> {
    let make = "make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`";
    let (message, help) = match kind {
        Detected::Plan | Detected::State => return None,
        Detected::Stored => (
            "is a state file of Terraform; its JSON form from `terraform show` is needed",
            "run `terraform show -json > state.json` in the initialised working directory",
        ),
        Detected::Stream => (
            "is the event stream of `terraform plan -json`, not a plan",
            "run `terraform plan -out tfplan`, then `terraform show -json tfplan > plan.json`",
        ),
        Detected::Printed => ("is the human-readable form of a plan; its JSON form is needed", make),
        Detected::Binary => (
            "is a saved plan file of Terraform; its JSON form is needed",
            "run `terraform show -json tfplan > plan.json` in the initialised working directory",
        ),
        Detected::Wrapped => (
            "has other output before the plan",
            "write only the plan to the file; in GitHub Actions set `terraform_wrapper: false` on `setup-terraform`",
        ),
        Detected::Json => return Some(refuse_json(path, document)),
        Detected::Empty => ("is empty, not a plan", "check whether `terraform show -json tfplan` failed"),
        Detected::Other => ("is not a Terraform plan", make),
    };
    Some(Diagnostic::error("plan/not-a-plan", format!("`{path}` {message}")).help(help))
}

fn refuse_json(path: &str, document: &PlanDocument<'_>) -> Diagnostic {
    let is_object = document.text.trim_start().starts_with('{');
    if let Some(problem) = document.problem(path).filter(|_| is_object) {
        return problem;
    }
    if PLAN.into_iter().any(|name| document.has(name)) {
        let message =
            format!("`{path}` looks like a plan but has no `format_version`, so its format is unknown");
        return Diagnostic::error("plan/not-a-plan", message)
            .help("pass the complete, unchanged output of `terraform show -json tfplan`");
    }
    let help = if document.has("provider_schemas") {
        "this is a file of provider schemas; make a plan with `terraform show -json tfplan > plan.json`"
    } else if document.has("format_version") {
        "this is the output of another Terraform command; make a plan with `terraform show -json tfplan > plan.json`"
    } else {
        "make a plan with `terraform plan -out tfplan` and `terraform show -json tfplan > plan.json`"
    };
    Diagnostic::error(
        "plan/not-a-plan",
        format!("`{path}` is JSON but not a plan: it has neither `planned_values` nor `resource_changes`"),
    )
    .help(help)
}

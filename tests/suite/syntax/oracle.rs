//! Terraform's own answers: every expression of the evaluation oracle is accepted if and only if Terraform accepts it.

use buttress::syntax::{Parsed, parse_hcl};
use buttress::text::FileId;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::constant::evaluate;
use crate::support::cases::{families, source};
use crate::support::dump::dump;

/// Summaries of Terraform's errors that are about syntax.
const SYNTAX_ERRORS: &[&str] = &[
    "Invalid expression",
    "Invalid character",
    "Invalid escape sequence",
    "Invalid multi-line string",
    "Invalid attribute name",
    "Invalid legacy index syntax",
    "Invalid template control keyword",
    "Missing newline after argument",
    "Missing item separator",
    "Missing attribute separator",
    "Missing close bracket on index",
    "Argument or block definition required",
    "Extra characters after interpolation expression",
    "Extra characters in else marker",
    "Unexpected end of template",
    "Unexpected endif directive",
    "Unexpected else directive",
    "Unterminated template string",
    "Invalid 'for' expression",
];

fn cases() -> Vec<Value> {
    families().into_iter().flat_map(|(_, cases)| cases).collect()
}

fn field<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or_default()
}

/// The summary of Terraform's error; empty if it accepts the expression.
fn summary(case: &Value) -> &str {
    field(case, "error").split(':').next().unwrap_or_default()
}

fn parse(case: &Value) -> Parsed {
    parse_hcl(FileId(0), source(case).into())
}

#[test]
fn accepts_what_terraform_accepts() {
    let cases = cases();
    let (mut refused, mut wrong) = (0, Vec::new());
    for case in &cases {
        let parsed = parse(case);
        let syntax_error = SYNTAX_ERRORS.contains(&summary(case));
        refused += usize::from(syntax_error);
        if syntax_error == parsed.problems.is_empty() {
            let (id, expr) = (field(case, "id"), field(case, "expr"));
            wrong.push(format!("{id} {expr:?}: {:?}\n{}", parsed.problems, dump(&parsed.tree)));
        }
    }
    assert!(refused > 40, "only {refused} refused");
    assert!(
        wrong.is_empty(),
        "{} of {} differ from Terraform:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn constants_have_terraforms_values() {
    let cases = cases();
    let (mut compared, mut wrong) = (0, Vec::new());
    for case in cases.iter().filter(|case| case.get("json").is_some()) {
        let parsed = parse(case);
        let Some(locals) = parsed.tree.blocks(parsed.tree.root()).last() else { continue };
        let value =
            parsed.tree.attribute(parsed.tree.body(locals.body), "x").map(|attribute| attribute.value);
        let Some(value) = value.and_then(|value| evaluate(&parsed.tree, value)) else { continue };
        compared += 1;
        // Numbers and Unicode normalisation are matters of evaluation.
        let theirs: Value = serde_json::from_str(field(case, "json")).unwrap();
        let same = match (&value, &theirs) {
            (Value::String(ours), Value::String(theirs)) => ours.nfc().eq(theirs.chars()),
            (Value::Number(_), Value::Number(_)) => true,
            (ours, theirs) => ours == theirs,
        };
        if !same {
            wrong.push(format!("{} {:?}: {value} is not {}", field(case, "id"), field(case, "expr"), theirs));
        }
    }
    assert!(compared > 100, "only {compared} compared");
    assert!(wrong.is_empty(), "{} of {compared} differ from Terraform:\n{}", wrong.len(), wrong.join("\n"));
}

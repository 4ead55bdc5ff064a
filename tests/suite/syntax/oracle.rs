//! Terraform's own answers: every expression of the evaluation oracle is accepted if and only if Terraform accepts it.

use std::path::Path;

use buttress::syntax::{Parsed, parse_hcl};
use buttress::text::FileId;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::constant::evaluate;
use super::dump::dump;

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

/// All cases of the oracle, if it is there.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn cases(test: &str) -> Vec<Value> {
    // A worktree of the repository stands one directory deeper.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let candidates = ["..", "../.."].map(|up| root.join(up).join("shared/oracle/evalcases/cases"));
    let Some(directory) = candidates.iter().find(|path| path.is_dir()) else {
        eprintln!("SKIPPED {test}: there is no {}", candidates[0].display());
        return Vec::new();
    };
    let mut paths: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let texts = paths.iter().map(|path| std::fs::read_to_string(path).unwrap());
    texts
        .flat_map(|text| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
        .collect()
}

fn field<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or_default()
}

fn parse(case: &Value) -> Parsed {
    let text = format!("{}\nlocals {{\n  x = {}\n}}\n", field(case, "prelude"), field(case, "expr"));
    parse_hcl(FileId(0), text.into())
}

#[test]
fn accepts_what_terraform_accepts() {
    let cases = cases("accepts_what_terraform_accepts");
    let (mut refused, mut wrong) = (0, Vec::new());
    for case in &cases {
        let parsed = parse(case);
        let syntax_error = SYNTAX_ERRORS.contains(&field(case, "error"));
        refused += usize::from(syntax_error);
        if syntax_error == parsed.problems.is_empty() {
            let (id, expr) = (field(case, "id"), field(case, "expr"));
            wrong.push(format!("{id} {expr:?}: {:?}\n{}", parsed.problems, dump(&parsed.tree)));
        }
    }
    assert!(cases.is_empty() || refused > 40, "only {refused} refused");
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
    let cases = cases("constants_have_terraforms_values");
    let (mut compared, mut wrong) = (0, Vec::new());
    for case in cases.iter().filter(|case| case.get("result").is_some()) {
        let parsed = parse(case);
        let Some(locals) = parsed.tree.blocks(parsed.tree.root()).last() else { continue };
        let value =
            parsed.tree.attribute(parsed.tree.body(locals.body), "x").map(|attribute| attribute.value);
        let Some(value) = value.and_then(|value| evaluate(&parsed.tree, value)) else { continue };
        compared += 1;
        // Numbers and Unicode normalisation are matters of evaluation.
        let same = match (&value, &case["result"]) {
            (Value::String(ours), Value::String(theirs)) => ours.nfc().eq(theirs.chars()),
            (Value::Number(_), Value::Number(_)) => true,
            (ours, theirs) => ours == theirs,
        };
        if !same {
            wrong.push(format!(
                "{} {:?}: {value} is not {}",
                field(case, "id"),
                field(case, "expr"),
                case["result"]
            ));
        }
    }
    assert!(cases.is_empty() || compared > 100, "only {compared} compared");
    assert!(wrong.is_empty(), "{} of {compared} differ from Terraform:\n{}", wrong.len(), wrong.join("\n"));
}

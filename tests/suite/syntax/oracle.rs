//! Terraform's own answers: every expression of the evaluation oracle is accepted if and only if Terraform accepts it.

use std::path::{Path, PathBuf};

use buttress::source::FileId;
use buttress::syntax::parse_hcl;
use serde_json::Value;

use super::dump::dump;

/// Summaries of Terraform's errors that are about syntax. Evaluation has errors of the same name, so some count only with
/// a detail.
const SYNTAX_ERRORS: &[(&str, &str)] = &[
    ("Invalid expression", ""),
    ("Invalid character", ""),
    ("Invalid escape sequence", ""),
    ("Invalid multi-line string", ""),
    ("Invalid attribute name", ""),
    ("Invalid legacy index syntax", ""),
    ("Invalid template control keyword", ""),
    ("Missing newline after argument", ""),
    ("Missing item separator", ""),
    ("Missing attribute separator", ""),
    ("Missing close bracket on index", ""),
    ("Argument or block definition required", ""),
    ("Extra characters after interpolation expression", ""),
    ("Extra characters in else marker", ""),
    ("Unexpected end of template", ""),
    ("Unexpected endif directive", ""),
    ("Unexpected else directive", ""),
    ("Unterminated template string", ""),
    ("Invalid 'for' expression", ""),
];

fn cases_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle/evalcases/cases")
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn accepts_what_terraform_accepts() {
    // A worktree stands one directory deeper than the repository.
    let candidates = [
        cases_directory(),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/oracle/evalcases/cases"),
    ];
    let Some(directory) = candidates.iter().find(|path| path.is_dir()) else {
        eprintln!("SKIPPED accepts_what_terraform_accepts: there is no {}", cases_directory().display());
        return;
    };
    let mut paths: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut cases, mut refused, mut wrong) = (0, 0, Vec::new());
    for path in paths {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| case[name].as_str().unwrap_or_default();
            let text = format!("{}\nlocals {{\n  x = {}\n}}\n", field("prelude"), field("expr"));
            let parsed = parse_hcl(FileId(0), text.as_str().into());
            let syntax_error = SYNTAX_ERRORS
                .iter()
                .any(|(summary, detail)| field("error") == *summary && field("detail").contains(detail));
            cases += 1;
            refused += usize::from(syntax_error);
            if syntax_error == parsed.problems.is_empty() {
                wrong.push(format!(
                    "{} {:?}: {:?}\n{}",
                    field("id"),
                    field("expr"),
                    parsed.problems,
                    dump(&parsed.tree)
                ));
            }
        }
    }
    assert!(cases > 2000 && refused > 40, "{cases} cases, {refused} refused");
    assert!(wrong.is_empty(), "{} of {cases} differ from Terraform:\n{}", wrong.len(), wrong.join("\n"));
}

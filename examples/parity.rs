//! Holds our evaluation against a real plan: `cargo run --release --example parity -- DIR plan.json [--var-file FILE]…`.
//!
//! Prints one JSON object: instances in both, only in HCL, only in the plan; how many attribute values the plan knows and the
//! configuration sets, how many of them we resolve, why not the others, and which are wrong.
//!
//! With `--findings` it is the rules' verdicts instead, `fail` and `unknown`: of both, of the directory alone, of the plan alone.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]
#![expect(
    dead_code,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "shared with the tests, which need more of it, and where input that cannot be read is a failure"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use support::{parity, verdicts};

fn main() -> ExitCode {
    let mut paths = Vec::new();
    let mut var_files = Vec::new();
    let mut findings = false;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--var-file" {
            var_files.extend(arguments.next().map(PathBuf::from));
        } else if argument == "--findings" {
            findings = true;
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    let [dir, plan] = paths.as_slice() else {
        let _ = writeln!(std::io::stderr(), "usage: parity [--findings] DIR plan.json [--var-file FILE]…");
        return ExitCode::from(2);
    };
    if findings {
        let result = parity::compare_findings(dir, plan, &var_files);
        let _ = writeln!(std::io::stdout(), "{}", findings_to_json(&result));
        return ExitCode::from(u8::from(!(result.only_hcl.is_empty() && result.only_plan.is_empty())));
    }
    let read = std::fs::read(plan).map_err(|error| error.to_string());
    let plan = match read.and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string())) {
        Ok(plan) => plan,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{}: {error}", plan.display());
            return ExitCode::from(2);
        }
    };
    let result = parity::compare(dir, &plan, &var_files);
    let _ = writeln!(std::io::stdout(), "{}", to_json(&result));
    ExitCode::from(u8::from(result.wrong > 0))
}

fn to_json(parity: &parity::Parity) -> serde_json::Value {
    let examples: Vec<_> = parity
        .examples
        .iter()
        .map(|[address, path, ours, theirs]| {
            serde_json::json!({ "address": address, "path": path, "ours": ours, "terraform": theirs })
        })
        .collect();
    serde_json::json!({
        "instances": { "both": parity.both, "only_hcl": parity.only_hcl, "only_plan": parity.only_plan },
        "resolvable": parity.resolvable,
        "resolved": parity.resolved,
        "unresolved": parity.unresolved,
        "wrong": parity.wrong,
        "examples": examples,
    })
}

fn findings_to_json(findings: &parity::Findings) -> serde_json::Value {
    let list = |all: &std::collections::BTreeSet<verdicts::Said>| -> Vec<serde_json::Value> {
        all.iter()
            .map(|[rule, address, verdict]| {
                serde_json::json!({ "rule": rule, "address": address, "verdict": verdict })
            })
            .collect()
    };
    serde_json::json!({
        "both": list(&findings.both),
        "only_hcl": list(&findings.only_hcl),
        "only_plan": list(&findings.only_plan),
    })
}

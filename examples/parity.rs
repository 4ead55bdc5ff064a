//! Holds our evaluation against a real plan:
//! `cargo run --release --example parity -- DIR plan.json [--schemas FOLDER] [--var-file FILE]…`.
//!
//! Prints one JSON object: instances in both, only in HCL, only in the plan, data sources among them; how many attribute values the plan
//! knows and the configuration sets, how many of them we resolve, why not the others, and which are wrong, sensitive marks included.
//! With a folder of schemas (`NAME.json.gz`, as `terraform providers schema -json` prints them) it goes over the attributes of the
//! schema and not over ours: what nobody sets and no provider fills in must be null. What was not compared is said on standard error.
//!
//! With `--findings` it is the rules' verdicts instead, `fail` and `unknown`: of both, of the directory alone, of the plan alone; and the
//! same for the plan together with the directory.
//!
//! The exit code is 1 if a value is wrong, if we have an instance that the plan has not, or lost one, or if verdicts differ.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]
#![expect(
    dead_code,
    clippy::indexing_slicing,
    clippy::string_slice,
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
    let mut schemas = parity::Schemas::default();
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--var-file" {
            var_files.extend(arguments.next().map(PathBuf::from));
        } else if argument == "--schemas" {
            schemas.folder = arguments.next().map(PathBuf::from);
        } else if argument == "--findings" {
            findings = true;
        } else {
            paths.push(PathBuf::from(argument));
        }
    }
    let [dir, plan] = paths.as_slice() else {
        let _ = writeln!(
            std::io::stderr(),
            "usage: parity [--findings] DIR plan.json [--schemas FOLDER] [--var-file FILE]…"
        );
        return ExitCode::from(2);
    };
    if findings {
        let alone = parity::compare_findings(dir, plan, None, &var_files);
        let together = parity::compare_findings(dir, plan, Some(dir), &var_files);
        let document = serde_json::json!({
            "plan": findings_to_json(&alone),
            "plan_with_source": findings_to_json(&together),
        });
        let _ = writeln!(std::io::stdout(), "{document}");
        let is_same = |found: &parity::Findings| found.only_hcl.is_empty() && found.only_plan.is_empty();
        return ExitCode::from(u8::from(!(is_same(&alone) && is_same(&together))));
    }
    let read = std::fs::read(plan).map_err(|error| error.to_string());
    let plan = match read.and_then(|text| serde_json::from_slice(&text).map_err(|error| error.to_string())) {
        Ok(plan) => plan,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{}: {error}", plan.display());
            return ExitCode::from(2);
        }
    };
    let result = parity::compare(dir, &plan, &mut schemas, &var_files);
    let _ = writeln!(std::io::stdout(), "{}", to_json(&result));
    if schemas.folder.is_none() {
        let _ = writeln!(std::io::stderr(), "not compared: what nobody sets, for want of `--schemas FOLDER`");
    }
    for provider in &schemas.missing {
        let _ =
            writeln!(std::io::stderr(), "not compared: what nobody sets of {provider}, which has no schema");
    }
    let is_lost = result.only_plan.len() > result.uncertain || !result.only_hcl.is_empty();
    ExitCode::from(u8::from(result.wrong > 0 || is_lost))
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
        "uncertain": parity.uncertain,
        "nulls": parity.nulls,
        "sensitive": parity.sensitive,
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

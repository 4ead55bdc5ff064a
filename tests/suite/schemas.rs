//! JSON that we print, held against schemas: our own in `docs/schema/`, and those of others in `tests/schemas/`. A schema of ours is
//! exact: it takes every document, refuses each with a field more, and has no field that no document needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use jsonschema::{Draft, Registry, Validator};
use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::read;

/// Schemas in `docs/schema/`, each with commands whose output it describes.
const DOCUMENTS: &[(&str, &[&str])] = &[
    (
        "report",
        &[
            "check fixtures/readme",
            "check fixtures/stacks/three_tier_fragile",
            "check fixtures/stacks/unknown_inputs_fragile --fail-on advice",
            "check fixtures/broken/several_errors",
            "check fixtures/cli/several_roots",
            "check fixtures/cli/unknown_variable --env-file fixtures/cli/dev.tfvars --env-file fixtures/cli/production.tfvars",
            "check fixtures/of_modules --include modules,samples",
            "check fixtures/plans/changes/regression.json --regressions",
            "check fixtures/plans/changes/release.json --regressions --only-changed",
            "check fixtures/suppressions --today 2026-12-01",
            "check fixtures/suppressions/foreign --honour checkov --honour tfsec --honour trivy --honour kics",
            "in fixtures/cli/baseline_json.in: check --baseline baseline.json",
            "in fixtures/cli/unknown_baseline.in: check --unknown fail --write-baseline baseline.json",
            "check fixtures/stacks/unknown_inputs_fragile --unknown ignore",
            "check fixtures/cli/unknown_only --unknown fail --max-findings 0",
            "check fixtures/stacks/unknown_inputs_fragile --env-file fixtures/cli/dev.tfvars --env-file fixtures/cli/production.tfvars",
            "check fixtures/cli/module_not_downloaded_repeated",
            "check fixtures/cli/nothing_to_say",
            "check fixtures/cli/fix.in/infra --diff --unsafe-fixes --select rds-single-az",
        ],
    ),
    ("statistics", &["check fixtures/stacks/unknown_inputs_fragile --statistics"]),
    ("directories", &["check fixtures --show-roots", "check fixtures/broken --show-roots"]),
    (
        "config",
        &[
            "check fixtures/config/estate --show-config --ignore kms-*",
            "check fixtures/readme fixtures/config/mistakes --show-config",
        ],
    ),
    (
        "simulation",
        &[
            "simulate fixtures/stacks/three_tier_fragile",
            "simulate fixtures/stacks/unknown_inputs_fragile",
            "simulate fixtures/stacks/serverless_events",
            "simulate fixtures/broken/several_errors",
            "simulate fixtures/cli/edits",
            "simulate fixtures/config/intents",
            "simulate fixtures/stacks/multi_region_robust --lose region:eu-west-1",
            "simulate fixtures/cli/landscape",
        ],
    ),
    (
        "coverage",
        &[
            "coverage fixtures/cli/coverage",
            "coverage fixtures/stacks/unknown_inputs_fragile",
            "coverage fixtures/broken/several_errors",
            "coverage fixtures/cli/landscape",
        ],
    ),
    (
        "graph",
        &[
            "graph fixtures/stacks/three_tier_fragile",
            "graph fixtures/stacks/eks_platform_fragile --all --view support",
            "graph fixtures/stacks/eks_platform_fragile",
            "graph fixtures/cli/landscape",
        ],
    ),
    ("rules", &["rules"]),
    (
        "explanation",
        &[
            "explain aws_db_instance.orders fixtures/cli/explained",
            "explain module.network fixtures/cli/explained/shop",
            "explain ** fixtures/cli/explained/shop",
            "explain var.multi_az fixtures/cli/explained",
            "explain var.days fixtures/cli/explained",
            "explain var.days fixtures/cli/explained/shop --var days=many",
            "explain aws_db_instance.this fixtures/stacks/unknown_inputs_fragile",
            "explain aws_lambda_function.worker fixtures/sensitive",
            "explain aws_lambda_function.worker fixtures/stacks/unknown_inputs_fragile",
            "explain module.queue[\"mails\"].aws_sqs_queue.this fixtures/cli/explained/shop",
            "explain aws_ecs_service.this fixtures/stacks/unknown_inputs_fragile",
            "explain aws_subnet.worker[*] fixtures/stacks/unknown_inputs_fragile",
            "explain aws_lb.this fixtures/stacks/unknown_inputs_fragile",
        ],
    ),
    (
        "practices",
        &[
            "report --framework well-architected fixtures/stacks/three_tier_fragile",
            "report --framework trusted-advisor fixtures/broken/several_errors",
            "report --framework well-architected fixtures/stacks/unknown_inputs_fragile",
        ],
    ),
];

/// Parts of schemas that no document here shows, and why.
const NOT_SHOWN: &[(&str, &str)] = &[
    ("left_out", "only documents of more than 64 MiB have it"),
    ("/change/properties/since", "it takes a repository of git: tests/suite/since.rs"),
];

/// What a command prints. `in FOLDER: …` runs it in a copy of a folder, outside of any repository.
fn printed(command: &str, format: &str) -> String {
    let folder = Folder::new("schemas");
    let (from, arguments) = match command.strip_prefix("in ").and_then(|rest| rest.split_once(": ")) {
        Some((from, arguments)) => (Some(from), arguments),
        None => (None, command),
    };
    let files = from.into_iter().flat_map(walkdir::WalkDir::new).flatten();
    for file in files.filter(|file| file.file_type().is_file()) {
        let inside = file.path().strip_prefix(from.unwrap()).unwrap();
        folder.write(inside.to_str().unwrap(), &fs::read_to_string(file.path()).unwrap());
    }
    let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
        .args(arguments.split_whitespace().chain(["--format", format]))
        .current_dir(if from.is_some() { folder.top() } else { Path::new(env!("CARGO_MANIFEST_DIR")) })
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 2) && !text.is_empty(), "{command}: {said}");
    text
}

fn json(text: &str, of: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{of}: {error}: {text}"))
}

fn documents(commands: &[&str]) -> Vec<(String, Value)> {
    commands.iter().map(|command| ((*command).to_owned(), json(&printed(command, "json"), command))).collect()
}

fn schema(name: &str) -> Value {
    json(&read(&format!("docs/schema/{name}.json")), name)
}

/// Schemas refer to each other by the names of their files.
fn uri(name: &str) -> String {
    format!("https://example.org/schema/{name}.json")
}

fn validator(name: &str, schema: &Value) -> Validator {
    let report = self::schema("report");
    let registry = Registry::new().add(uri("report"), &report).unwrap().prepare().unwrap();
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(&registry)
        .with_base_uri(uri(name))
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

/// Fails with everything that a schema says of a document.
fn expect_valid(validator: &Validator, document: &Value, of: &str) {
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(wrong, Vec::<String>::new(), "{of}");
}

/// JSON pointers to all objects of a document: of a list only to those with keys that no element before has.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            for (key, value) in fields {
                objects(value, &format!("{at}/{key}"), found);
            }
        }
        Value::Array(items) => {
            let mut seen: BTreeSet<Vec<&String>> = BTreeSet::new();
            for (index, item) in items.iter().enumerate() {
                if seen.insert(item.as_object().map(|fields| fields.keys().collect()).unwrap_or_default()) {
                    objects(item, &format!("{at}/{index}"), found);
                }
            }
        }
        _ => {}
    }
}

/// A field that no schema knows is refused wherever it stands.
fn expect_exact(validator: &Validator, document: &Value, of: &str) {
    let mut found = Vec::new();
    objects(document, "", &mut found);
    for pointer in found {
        let mut more = document.clone();
        more.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().insert("more".to_owned(), Value::Null);
        assert!(!validator.is_valid(&more), "{of}: `{pointer}/more` is not refused");
    }
}

/// JSON pointers to the properties that a schema describes.
fn properties(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let inside = format!("{at}/{key}");
                if key == "properties"
                    && let Value::Object(named) = value
                {
                    found.extend(named.keys().map(|name| format!("{inside}/{name}")));
                }
                // What only narrows a field is no description of it.
                if key != "if" {
                    properties(value, &inside, found);
                }
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| properties(item, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

/// Without any of its properties, a schema refuses some document.
fn expect_needed(name: &str, documents: &[(String, Value)]) {
    let whole = schema(name);
    let mut found = Vec::new();
    properties(&whole, "", &mut found);
    assert!(found.len() > 2, "{name}: {found:?}");
    found.retain(|pointer| !NOT_SHOWN.iter().any(|(pattern, _)| pointer.contains(pattern)));
    let is_needed = |pointer: &String| {
        let (above, property) = pointer.rsplit_once('/').unwrap();
        let mut less = whole.clone();
        less.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(property);
        let validator = validator(name, &less);
        documents.iter().any(|(_, document)| !validator.is_valid(document))
    };
    let not_needed: Vec<&String> = found.iter().filter(|pointer| !is_needed(pointer)).collect();
    assert!(not_needed.is_empty(), "docs/schema/{name}.json: no document needs {not_needed:#?}");
}

#[test]
fn every_document_is_as_its_schema_says_and_every_field_is_described() {
    for (name, commands) in DOCUMENTS {
        let schema = schema(name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        let validator = validator(name, &schema);
        let documents = documents(commands);
        for (command, document) in &documents {
            expect_valid(&validator, document, command);
            expect_exact(&validator, document, command);
        }
        expect_needed(name, &documents);
    }
}

#[test]
fn every_line_of_ndjson_is_as_its_schema_says() {
    let schema = schema("report-lines");
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = validator("report-lines", &schema);
    let (_, commands) = DOCUMENTS[0];
    let mut kinds = BTreeSet::new();
    for command in commands {
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        for line in printed(command, "ndjson").lines() {
            let line = json(line, command);
            expect_valid(&validator, &line, command);
            kinds.insert(line["type"].as_str().unwrap().to_owned());
            let mut names = Vec::new();
            objects(&line, "", &mut names);
            if seen.insert(names) {
                expect_exact(&validator, &line, command);
            }
        }
    }
    let all = ["failure", "finding", "group", "problem", "set_aside", "summary", "unknown"];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

fn sarif_validator() -> Validator {
    let text = read("tests/schemas/sarif-2.1.0.json");
    // The pattern of a language, which we do not write, has a bracket too many: strict readers of patterns refuse it.
    let text = text.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema = json(&text, "the schema of SARIF");
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Fails unless a document is valid SARIF.
pub(crate) fn expect_sarif(document: &Value, of: &str) {
    expect_valid(&sarif_validator(), document, of);
}

/// Fails unless a document is a report in JSON.
pub(crate) fn expect_report(document: &Value, of: &str) {
    let validator = validator("report", &schema("report"));
    expect_valid(&validator, document, of);
    expect_exact(&validator, document, of);
}

/// Fails unless a document is a line of a report in NDJSON.
pub(crate) fn expect_report_line(document: &Value, of: &str) {
    expect_valid(&validator("report-lines", &schema("report-lines")), document, of);
}

/// Fails unless a document is a report that GitLab takes.
pub(crate) fn expect_gitlab(document: &Value, of: &str) {
    let schema = json(&read("tests/schemas/gitlab-code-quality.json"), "the schema of GitLab's reports");
    assert!(jsonschema::meta::is_valid(&schema));
    expect_valid(&jsonschema::options().build(&schema).unwrap(), document, of);
}

#[test]
fn gitlab_takes_every_report() {
    // A diff takes the place of the report.
    for command in DOCUMENTS[0].1.iter().filter(|command| !command.contains("--diff")) {
        expect_gitlab(&json(&printed(command, "gitlab"), command), command);
    }
    let schema = json(&read("tests/schemas/gitlab-code-quality.json"), "the schema of GitLab's reports");
    let validator = jsonschema::options().build(&schema).unwrap();
    let mut document = json(&printed("check fixtures/readme", "gitlab"), "readme");
    document[0]["severity"] = "error".into();
    assert!(!validator.is_valid(&document), "GitLab has no such severity");
    document[0]["severity"] = "major".into();
    document[0]["location"]["path"] = "./main.tf".into();
    assert!(!validator.is_valid(&document), "GitLab shows nothing for such a path");
}

#[test]
fn sarif_is_valid_against_the_schema_of_its_standard() {
    let validator = sarif_validator();
    let mut kinds = BTreeSet::new();
    let (mut flows, mut related) = (0, 0);
    for command in DOCUMENTS[0].1 {
        let document = json(&printed(command, "sarif"), command);
        expect_valid(&validator, &document, command);
        expect_exact_but_for_properties(&validator, &document, command);
        for result in document["runs"][0]["results"].as_array().unwrap() {
            let suppressions = result["suppressions"].as_array().into_iter().flatten();
            kinds.extend(suppressions.map(|one| one["kind"].as_str().unwrap().to_owned()));
            related += result["relatedLocations"].as_array().map_or(0, Vec::len);
            for flow in result["codeFlows"].as_array().into_iter().flatten() {
                for step in flow["threadFlows"][0]["locations"].as_array().unwrap() {
                    let uri = &step["location"]["physicalLocation"]["artifactLocation"]["uri"];
                    assert!(uri.as_str().is_some_and(|uri| !uri.is_empty()), "a step has a place: {result}");
                    flows += 1;
                }
            }
        }
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["external", "inSource"]);
    assert!(flows > 0 && related > 0, "there are code flows and related places");
}

/// As `expect_exact`, for a standard that leaves its bags of properties open.
fn expect_exact_but_for_properties(validator: &Validator, document: &Value, of: &str) {
    let mut found = Vec::new();
    objects(document, "", &mut found);
    let is_open =
        |pointer: &String| pointer.contains("/properties") || pointer.ends_with("/partialFingerprints");
    for pointer in found.iter().filter(|pointer| !is_open(pointer)) {
        let mut more = document.clone();
        more.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("more".to_owned(), Value::Null);
        assert!(!validator.is_valid(&more), "{of}: `{pointer}/more` is not refused");
    }
}

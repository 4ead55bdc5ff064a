//! One case: Terraform's answer against ours.

use std::path::Path;

use buttress::budget::Meter;
use buttress::eval::{Host, NoFiles, functions};
use buttress::value::equality::NoIdentities;
use buttress::value::{Kind, Type, Value};
use serde_json::Value as Json;

use super::world;
use crate::support::cases::source;

pub(super) enum Verdicts {
    Agrees,
    Differs(String),
}

pub(super) fn check(folder: &Path, case: &Json) -> Verdicts {
    let ours = world::run(folder, &source(case), &case["tfvars"]);
    match difference(case, &ours) {
        None => Verdicts::Agrees,
        Some(how) => Verdicts::Differs(how),
    }
}

fn difference(case: &Json, ours: &Result<Value, String>) -> Option<String> {
    let ours = match (case["error"].as_str(), ours) {
        (Some(_), Err(_)) => return None,
        (Some(error), Ok(value)) => {
            return Some(format!("Terraform: error {error}\n    ours: {}", show(value)));
        }
        (None, Err(error)) => return Some(format!("ours: error {error}\n    Terraform: {}", theirs(case))),
        (None, Ok(value)) => value,
    };
    let sensitive = case["sensitive"].as_bool().unwrap_or(false);
    if sensitive != ours.is_sensitive() {
        return Some(format!("sensitive: Terraform {sensitive}, ours {}", ours.is_sensitive()));
    }
    let differs = || Some(format!("Terraform: {}\n    ours: {}", theirs(case), show(ours)));
    if let Some(json) = case["json"].as_str() {
        if !ours.is_wholly_known() || json_of(ours).as_deref() != Some(json) {
            return differs();
        }
        if sensitive != case["sensitive_deep"].as_bool().unwrap_or(false) && !ours.has_secret_part() {
            return Some("a part should be sensitive".to_owned());
        }
        let type_ = type_text(&ours.type_of());
        let wanted = squeezed(case["type"].as_str().unwrap_or_default());
        return (!wanted.is_empty() && type_ != wanted)
            .then(|| format!("type: Terraform {wanted}, ours {type_}, both {json}"));
    }
    if let Some(console) = case["console"].as_str() {
        let (wanted, own) = (squeezed(console), show(ours));
        return if wanted.contains("Inf")
            && own.contains(if wanted.contains("-Inf") { "-Inf" } else { "+Inf" })
        {
            None
        } else {
            differs()
        };
    }
    if case["unknown"] == true {
        return if ours.is_wholly_known() { differs() } else { None };
    }
    if agrees_partly(&case["partial"], &case["after_unknown"], ours) { None } else { differs() }
}

/// Known parts must be equal, unknown parts unknown.
fn agrees_partly(partial: &Json, unknown: &Json, ours: &Value) -> bool {
    match unknown {
        Json::Bool(true) => !ours.is_wholly_known(),
        Json::Array(parts) => {
            let items = ours.as_sequence().map(|sequence| &sequence.items);
            items.is_some_and(|items| {
                items.len() == parts.len()
                    && items
                        .iter()
                        .zip(parts)
                        .enumerate()
                        .all(|(i, (item, part))| agrees_partly(&partial[i], part, item))
            })
        }
        Json::Object(parts) => ours.as_entries().is_some_and(|entries| {
            let known = partial.as_object().into_iter().flatten().map(|(key, _)| key);
            parts.keys().chain(known).all(|key| {
                let part = parts.get(key).unwrap_or(&Json::Null);
                entries.get(key).is_some_and(|own| agrees_partly(&partial[key.as_str()], part, own))
            })
        }),
        _ => {
            ours.is_wholly_known()
                && json_of(ours).and_then(|json| serde_json::from_str::<Json>(&json).ok()).as_ref()
                    == Some(partial)
        }
    }
}

fn theirs(case: &Json) -> String {
    ["json", "console", "unknown", "partial", "after_unknown", "type"]
        .iter()
        .filter(|key| !case[**key].is_null())
        .map(|key| format!("{key} {}", squeezed(&case[*key].to_string())))
        .collect::<Vec<_>>()
        .join(", ")
}

fn json_of(value: &Value) -> Option<String> {
    let environment = Host { files: &NoFiles, identities: &NoIdentities, meter: &Meter::unlimited() };
    let json = functions::find("jsonencode").unwrap().call(&environment, std::slice::from_ref(value)).ok()?;
    json.as_str().map(str::to_owned)
}

fn show(value: &Value) -> String {
    match &value.kind {
        Kind::Unknown(unknown) => format!("unknown {} because {}", type_text(&unknown.type_), unknown.cause),
        Kind::Number(number) => number.to_string(),
        _ => {
            let parts: Vec<String> = match value.as_entries() {
                Some(entries) => {
                    entries.items.iter().map(|(key, value)| format!("{key}={}", show(value))).collect()
                }
                None => value.parts().map(show).collect(),
            };
            let more = if value.as_sequence().is_some_and(|s| s.more.is_some()) { " …" } else { "" };
            match json_of(value) {
                Some(json) => format!("{json} :{}", type_text(&value.type_of())),
                None => format!("({}{more})", parts.join(", ")),
            }
        }
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// As `type()` of the console writes types, without spaces.
fn type_text(type_: &Type) -> String {
    match type_ {
        Type::Dynamic => "dynamic".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::List(element) => collection("list", element),
        Type::Set(element) => collection("set", element),
        Type::Map(element) => collection("map", element),
        Type::Tuple(parts) => {
            format!("tuple([{}])", parts.iter().map(|part| type_text(part) + ",").collect::<String>())
        }
        Type::Object(attributes) => {
            let attributes =
                attributes.iter().map(|a| format!("{}:{},", squeezed(&a.name), type_text(&a.type_)));
            format!("object({{{}}})", attributes.collect::<String>())
        }
    }
}

fn collection(kind: &str, element: &Type) -> String {
    let comma = if matches!(element, Type::Tuple(_) | Type::Object(_)) { "," } else { "" };
    format!("{kind}({}{comma})", type_text(element))
}

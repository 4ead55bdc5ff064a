//! Makes `rules/aws/schema.facts` from what `terraform providers schema -json` prints, of one or several releases of a provider
//! (`.json`, or `.json.gz`), the oldest first:
//!
//! `cargo run --example schema_facts -- aws-4.json aws-5.json aws-6.json > rules/aws/schema.facts`

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for maintainers"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;

use serde_json::Value as Json;

/// Attributes by name: the marks of the format, or an object between brackets.
type Fields = BTreeMap<String, Shape>;

#[derive(Clone, Debug)]
enum Shape {
    Plain(String),
    Nested(String, Fields, char),
}

/// The largest nested object that is told in full: deeper ones are generated, and nobody reads them one by one.
const MOST_DEPTH: usize = 6;

fn main() {
    let mut all: BTreeMap<(&str, String), Fields> = BTreeMap::new();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let mut text = String::new();
        if bytes.starts_with(&[0x1f, 0x8b]) {
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
        } else {
            text = String::from_utf8(bytes).unwrap();
        }
        let schema: Json = serde_json::from_str(&text).unwrap();
        for provider in schema["provider_schemas"].as_object().unwrap().values() {
            for (kind, key) in [("resource", "resource_schemas"), ("data", "data_source_schemas")] {
                for (name, type_) in provider[key].as_object().into_iter().flatten() {
                    let fields = block(&type_["block"], 0);
                    merge(all.entry((kind, name.clone())).or_default(), fields);
                }
            }
        }
    }
    print!(
        "# What resource types and data sources have, in any of the provider's releases that rules are written for.\n\
         # Made by examples/schema_facts.rs, not by hand. `name` is text, `name#` a number, `name?` a boolean, `name~` anything,\n\
         # `name*` a list or set, `name%` a map, `name[…]` a list of objects or blocks, `name{{…}}` one of them.\n"
    );
    for ((kind, name), fields) in all {
        println!("{kind} {name}{}", prefixed(&fields));
    }
}

fn prefixed(fields: &Fields) -> String {
    let text = shown(fields);
    if text.is_empty() { text } else { format!(" {text}") }
}

fn shown(fields: &Fields) -> String {
    let mut out = String::new();
    for (name, shape) in fields {
        if !out.is_empty() {
            out.push(' ');
        }
        let _ = match shape {
            Shape::Plain(marks) => write!(out, "{name}{marks}"),
            Shape::Nested(open, fields, close) => write!(out, "{name}{open}{}{close}", shown(fields)),
        };
    }
    out
}

/// A later release may add attributes; those that it takes away stay, since configurations still have them.
fn merge(into: &mut Fields, from: Fields) {
    for (name, shape) in from {
        match (into.get_mut(&name), shape) {
            (Some(Shape::Nested(_, own, _)), Shape::Nested(_, further, _)) => merge(own, further),
            (_, shape) => drop(into.insert(name, shape)),
        }
    }
}

fn block(block: &Json, depth: usize) -> Fields {
    let mut fields = Fields::new();
    for (name, attribute) in block["attributes"].as_object().into_iter().flatten() {
        let shape = match &attribute["nested_type"] {
            Json::Null => type_of(&attribute["type"], depth),
            nested => nested_block(nested["nesting_mode"].as_str().unwrap(), block_or_open(nested, depth)),
        };
        fields.insert(name.clone(), shape);
    }
    for (name, nested) in block["block_types"].as_object().into_iter().flatten() {
        let inner = block_or_open(&nested["block"], depth);
        fields.insert(name.clone(), nested_block(nested["nesting_mode"].as_str().unwrap(), inner));
    }
    fields
}

fn block_or_open(nested: &Json, depth: usize) -> Option<Fields> {
    (depth < MOST_DEPTH).then(|| block(nested, depth + 1))
}

fn nested_block(mode: &str, fields: Option<Fields>) -> Shape {
    let (open, close) = match mode {
        "single" | "group" => ("{", '}'),
        "map" => ("%{", '}'),
        _ => ("[", ']'),
    };
    match fields {
        Some(fields) => Shape::Nested(open.to_owned(), fields, close),
        None => Shape::Plain("~".to_owned()),
    }
}

fn type_of(type_: &Json, depth: usize) -> Shape {
    if let Some(name) = type_.as_str() {
        let mark = match name {
            "string" => "",
            "number" => "#",
            "bool" => "?",
            _ => "~",
        };
        return Shape::Plain(mark.to_owned());
    }
    let inner = || type_of(&type_[1], depth);
    match type_[0].as_str().unwrap() {
        "list" | "set" => match inner() {
            Shape::Nested(open, fields, _) if open == "{" => Shape::Nested("[".to_owned(), fields, ']'),
            Shape::Nested(open, fields, close) => Shape::Nested(format!("*{open}"), fields, close),
            Shape::Plain(marks) => Shape::Plain(format!("*{marks}")),
        },
        "map" => match inner() {
            Shape::Nested(open, fields, close) => Shape::Nested(format!("%{open}"), fields, close),
            Shape::Plain(marks) => Shape::Plain(format!("%{marks}")),
        },
        "object" if depth < MOST_DEPTH => {
            let fields = type_[1].as_object().into_iter().flatten();
            let fields = fields.map(|(name, inner)| (name.clone(), type_of(inner, depth + 1))).collect();
            Shape::Nested("{".to_owned(), fields, '}')
        }
        _ => Shape::Plain("~".to_owned()),
    }
}

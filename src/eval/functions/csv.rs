//! `csvdecode`.

use rustc_hash::FxHashSet;

use super::arguments::quoted;
use super::parameters::string;
use super::strings::text;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{Str, Type, Value};

pub(super) const FUNCTIONS: &[Function] =
    &[row("csvdecode", &[string("str")], Gives::Any, decode_csv, "Decodes CSV to a list of objects.")
        .costs(20)];

fn decode_csv(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let source = arguments.text(0);
    if let Some((line, why)) = misplaced_quote(source) {
        return Err(arguments.fail(format_args!("CSV parse error on line {line}: {why}")));
    }
    let mut reader =
        ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        records.push(record.map_err(|error| arguments.fail(format_args!("CSV parse error: {error}")))?);
    }
    let Some((header, rows)) = records.split_first() else {
        return Err(arguments.fail("missing header line"));
    };
    let names: Vec<Value> = header.iter().map(text).collect();
    let name = |value: &Value| Str::from(value.as_str().unwrap_or_default());
    let mut seen = FxHashSet::default();
    for value in &names {
        if !seen.insert(value.as_str()) {
            return Err(arguments.fail(format_args!("duplicate column name {}", quoted(&name(value)))));
        }
    }
    let mut objects = Vec::new();
    for row in rows {
        if row.len() != names.len() {
            let line = row.position().map_or(0, ::csv::Position::line);
            return Err(
                arguments.fail(format_args!("CSV parse error on line {line}: wrong number of fields"))
            );
        }
        objects.push(Value::object(names.iter().map(name).zip(row.iter().map(text)).collect()));
    }
    let type_ = Type::object(names.iter().map(|value| (name(value), Type::String)));
    Ok(Value::list(type_, objects))
}

/// The line of the first misplaced quote and what is wrong with it: Go rejects such quotes, the `csv` crate accepts them.
fn misplaced_quote(source: &str) -> Option<(usize, &'static str)> {
    let mut line = 1;
    let mut chars = source.chars().peekable();
    let mut quoted = false;
    let mut field_start = true;
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        }
        match (quoted, c) {
            (true, '"') => {
                if chars.next_if_eq(&'"').is_none() {
                    quoted = false;
                    if chars.peek() == Some(&'\r') {
                        chars.next();
                    }
                    if !matches!(chars.peek(), None | Some(',' | '\n')) {
                        return Some((line, "extraneous or missing \" in quoted-field"));
                    }
                }
            }
            (true, _) => {}
            (false, '"') if field_start => quoted = true,
            (false, '"') => return Some((line, "bare \" in non-quoted-field")),
            (false, c) => {
                field_start = matches!(c, ',' | '\n');
                continue;
            }
        }
        field_start = false;
    }
    quoted.then_some((line, "extraneous or missing \" in quoted-field"))
}

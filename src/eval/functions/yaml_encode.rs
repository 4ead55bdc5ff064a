//! `yamlencode`, formatted as in Terraform: strings and keys in double quotes, texts of several lines as blocks.

use std::fmt::Write as _;
use std::sync::Arc;

use super::arguments::prefixed;
use super::strings::text;
use super::{Arguments, EvalResult};
use crate::value::{Cause, Kind, Str, Value};

pub(super) fn encode(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    if let Some(cause) = value.first_cause() {
        return Ok(partly_known(value, cause));
    }
    let mut writer = Writer { out: String::new(), keeps_breaks: false };
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => {
            writer.scalar(value, 0).map_err(|why| arguments.fail(why))?;
            // A plain scalar needs an end mark: a reader of a stream could not tell where it ends.
            writer.out.push_str("\n...\n");
        }
        _ => {
            writer.node(value, 0, YamlPosition::Start).map_err(|why| arguments.fail(why))?;
            if !writer.out.ends_with('\n') {
                writer.out.push('\n');
            }
            if writer.keeps_breaks {
                writer.out.push_str("...\n");
            }
        }
    }
    Ok(text(writer.out))
}

/// The text is not known, but what stands in it where it is decoded again.
fn partly_known(value: &Value, cause: Arc<Cause>) -> Value {
    let mut encoded = prefixed(Str::default(), cause);
    if let Kind::Unknown(unknown) = &mut encoded.kind {
        Arc::make_mut(unknown).refinement.yaml = Some(Arc::new(value.clone()));
    }
    encoded
}

/// The position at which a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum YamlPosition {
    /// At the start of the document.
    Start,
    /// After `- `.
    Item,
    /// After `key:`.
    Entry,
}

struct Writer {
    out: String,
    /// Set if the last thing written is a block scalar that keeps its trailing line breaks.
    keeps_breaks: bool,
}

impl Writer {
    fn new_line(&mut self, indent: usize) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(indent));
        self.keeps_breaks = false;
    }

    /// Writes a value whose lines are indented by `indent`.
    fn node(&mut self, value: &Value, indent: usize, place: YamlPosition) -> Result<(), &'static str> {
        match &value.kind {
            Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
                if sequence.items.is_empty() {
                    self.inline(place, "[]");
                    return Ok(());
                }
                // A sequence inside a mapping is not indented.
                let indent = if place == YamlPosition::Entry { indent.saturating_sub(2) } else { indent };
                for (i, item) in sequence.items.iter().enumerate() {
                    if i > 0 || place == YamlPosition::Entry {
                        self.new_line(indent);
                    }
                    self.out.push_str("- ");
                    self.node(item, indent + 2, YamlPosition::Item)?;
                }
                Ok(())
            }
            Kind::Map(entries) | Kind::Object(entries) => {
                if entries.items.is_empty() {
                    self.inline(place, "{}");
                    return Ok(());
                }
                for (i, (key, item)) in entries.items.iter().enumerate() {
                    if i > 0 || place == YamlPosition::Entry {
                        self.new_line(indent);
                    }
                    let long = key.contains('\n') || key.len() > 128;
                    if long {
                        self.out.push_str("? ");
                    }
                    self.quoted(key);
                    if long {
                        self.new_line(indent);
                    }
                    self.out.push(':');
                    self.node(item, indent + 2, YamlPosition::Entry)?;
                }
                Ok(())
            }
            _ => {
                self.inline(place, "");
                // A block scalar is indented relative to its container.
                let block = if place == YamlPosition::Start { 2 } else { indent };
                self.scalar(value, block)
            }
        }
    }

    fn inline(&mut self, place: YamlPosition, written: &str) {
        if place == YamlPosition::Entry {
            self.out.push(' ');
        }
        self.out.push_str(written);
        self.keeps_breaks = false;
    }

    fn scalar(&mut self, value: &Value, indent: usize) -> Result<(), &'static str> {
        match &value.kind {
            Kind::Null(_) => self.out.push_str("null"),
            Kind::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) if number.is_infinite() => {
                self.out.push_str(if number.is_negative() { "-.Inf" } else { "+.Inf" });
            }
            Kind::Number(number) => {
                let _ = write!(self.out, "{number}");
            }
            Kind::String(text) if may_be_block(text) => self.block(text, indent),
            Kind::String(text) => self.quoted(text),
            _ => return Err("the value is not known"),
        }
        Ok(())
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n']) {
            self.out.push('2');
        }
        let body = text.trim_end_matches('\n');
        let breaks = text.len() - body.len();
        if breaks == 0 {
            self.out.push('-');
        }
        let keeps = breaks > 1 || body.is_empty();
        if keeps {
            self.out.push('+');
        }
        let pad = " ".repeat(indent);
        for line in body.split('\n') {
            self.out.push('\n');
            if !line.is_empty() {
                self.out.push_str(&pad);
                self.out.push_str(line);
            }
        }
        (0..breaks).for_each(|_| self.out.push('\n'));
        self.keeps_breaks = keeps;
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let short = match c {
                '\0' => '0',
                '\u{7}' => 'a',
                '\u{8}' => 'b',
                '\t' => 't',
                '\n' => 'n',
                '\u{b}' => 'v',
                '\u{c}' => 'f',
                '\r' => 'r',
                '\u{1b}' => 'e',
                '"' | '\\' => c,
                '\u{85}' => 'N',
                '\u{2028}' => 'L',
                '\u{2029}' => 'P',
                c if is_printable(c) => {
                    self.out.push(c);
                    continue;
                }
                c => {
                    let code = u32::from(c);
                    let _ = match code {
                        0..=0xff => write!(self.out, "\\x{code:02X}"),
                        0x100..=0xffff => write!(self.out, "\\u{code:04X}"),
                        _ => write!(self.out, "\\U{code:08X}"),
                    };
                    continue;
                }
            };
            self.out.extend(['\\', short]);
        }
        self.out.push('"');
    }
}

/// What Go's emitter considers printable: nothing beyond the basic multilingual plane.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && c != '\u{feff}'
}

fn may_be_block(text: &str) -> bool {
    text.contains('\n') && !text.ends_with(' ') && !text.contains(" \n") && text.chars().all(is_printable)
}

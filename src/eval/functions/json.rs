//! `jsonencode` and `jsondecode`.

use std::fmt::Write as _;
use std::sync::Arc;

use ecow::EcoString;

use super::arguments::{LONGEST, prefixed};
use super::holes::{self, Hole, Holes};
use super::parameters::{any, string};
use super::strings::text;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{
    AbsentKey, Cause, CauseKind, Entries, Kind, Number, Sequence, Str, Type, Value, sorted_by_key,
};

pub(super) const FUNCTIONS: &[Function] = &[
    row("jsondecode", &[string("str").open().keeps_marks()], Gives::Any, decode, "Decodes JSON.").costs(15),
    row("jsonencode", &[any("val").nullable().open()], Gives::String, encode, "Encodes a value as JSON.")
        .costs(4),
];

fn encode(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let mut out = EcoString::new();
    match write_json(&mut out, arguments.value(0)) {
        Ok(()) => Ok(text(out)),
        Err(JsonStop::Infinite) => Err(arguments.fail("cannot serialize infinity as JSON")),
        Err(JsonStop::Unknown(cause)) => {
            let mut encoded = prefixed(out, cause);
            if let Kind::Unknown(unknown) = &mut encoded.kind {
                Arc::make_mut(unknown).refinement.json = Some(Arc::new(arguments.value(0).clone()));
            }
            Ok(encoded)
        }
    }
}

/// A known text, number, boolean or null as JSON; `None` for anything else.
#[must_use]
pub fn json_of_scalar(value: &Value) -> Option<EcoString> {
    let mut out = EcoString::new();
    let is_scalar = matches!(value.kind, Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_));
    (is_scalar && write_json(&mut out, value).is_ok()).then_some(out)
}

/// The value after a round trip through JSON: sequences become tuples, maps become objects.
pub(super) fn as_json(value: &Value) -> Value {
    let same = match &value.kind {
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) if sequence.more.is_none() => {
            Value::tuple(sequence.items.iter().map(as_json).collect())
        }
        Kind::Map(entries) | Kind::Object(entries) if matches!(entries.absent, AbsentKey::Error) => {
            Value::object(entries.items.iter().map(|(key, item)| (key.clone(), as_json(item))).collect())
        }
        // What is known of a list comes first, whatever follows.
        Kind::List(sequence) | Kind::Tuple(sequence) => {
            let items = sequence.items.iter().map(as_json).collect();
            let (more, most) = (sequence.more.clone(), sequence.most);
            Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, more, most })).into()
        }
        Kind::Set(_) | Kind::Map(_) | Kind::Object(_) => {
            Value::unknown(value.first_cause().unwrap_or_else(Cause::provider)).computed_from_all_of(value)
        }
        Kind::Null(_) => Value::NULL,
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => value.clone(),
    };
    same.with_marks_of(value)
}

/// Why writing stops before the end of the value.
pub(super) enum JsonStop {
    /// A number is infinite, which JSON cannot express.
    Infinite,
    /// The next part is unknown for this cause.
    Unknown(Arc<Cause>),
}

/// Writes a value as Terraform does: keys in order, no spaces, `<`, `>` and `&` escaped. Stops at the first unknown.
pub(super) fn write_json(out: &mut EcoString, value: &Value) -> Result<(), JsonStop> {
    if out.len() > LONGEST {
        return Err(JsonStop::Unknown(Cause::new(
            CauseKind::Limit,
            "length of text from jsonencode()",
            None,
        )));
    }
    match &value.kind {
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) if number.is_infinite() => return Err(JsonStop::Infinite),
        Kind::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Kind::String(text) => write_string(out, text),
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            out.push('[');
            if matches!(value.kind, Kind::Set(_))
                && let Some(cause) = value.first_cause()
            {
                return Err(JsonStop::Unknown(cause));
            }
            for (i, item) in sequence.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(out, item)?;
            }
            if let Some(cause) = &sequence.more {
                return Err(JsonStop::Unknown(cause.clone()));
            }
            out.push(']');
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            out.push('{');
            if let Some(cause) = entries.more() {
                return Err(JsonStop::Unknown(cause));
            }
            for (i, (key, item)) in entries.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                write_json(out, item)?;
            }
            out.push('}');
        }
        Kind::Unknown(unknown) => {
            if unknown.refinement.not_null {
                match &unknown.type_ {
                    Type::String => {
                        write_string(out, &unknown.refinement.prefix);
                        out.pop();
                    }
                    Type::List(_) | Type::Set(_) | Type::Tuple(_) => out.push('['),
                    Type::Map(_) | Type::Object(_) => out.push('{'),
                    Type::Dynamic | Type::Bool | Type::Number => {}
                }
            }
            return Err(JsonStop::Unknown(unknown.cause.clone()));
        }
    }
    Ok(())
}

fn write_string(out: &mut EcoString, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escape = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        if escape.is_empty() {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push_str(escape);
        }
        plain = at + c.len_utf8();
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

fn decode(arguments: &Arguments<'_>) -> EvalResult<Value> {
    if let Kind::Unknown(unknown) = &arguments.value(0).kind {
        return Ok(holes::decoded(arguments.value(0), unknown, holes::decode));
    }
    let source = arguments.text(0);
    let mut reader = JsonDecoder::new(source);
    let value = match reader.value() {
        Ok(value) => value,
        // Terraform decodes what is deeper.
        Err(why) if why == TOO_DEEP => return Ok(arguments.beyond("depth of the document")),
        Err(why) => return Err(arguments.fail(why)),
    };
    reader.space();
    if reader.at < source.len() {
        return Err(arguments.fail("extraneous data after JSON object"));
    }
    Ok(value.computed_from(arguments.value(0)))
}

/// The deepest nesting that is decoded: later stages recurse as deep as the value.
const DEEPEST: usize = 500;

/// What is wrong with what is deeper.
const TOO_DEEP: &str = "exceeded max depth";

/// Reads strict JSON, except that lone surrogates become the replacement character, as in Go.
pub(super) struct JsonDecoder<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
    /// The holes of the text, if it has any.
    holes: Option<&'a Holes>,
    /// Whether the current array or object may hold more than was read.
    is_open: bool,
}

impl<'a> JsonDecoder<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, holes: None, is_open: false }
    }

    /// A decoder of a text with holes.
    pub(super) fn of(holes: &'a Holes) -> Self {
        Self { holes: Some(holes), ..Self::new(&holes.text) }
    }

    /// Takes the hole at the current position, if there is one.
    fn hole(&mut self) -> Option<&'a Hole> {
        let hole = self.holes?.at(self.text.get(self.at..)?.chars().next()?)?;
        self.at += Holes::WIDTH;
        Some(hole)
    }

    /// Skips space and holes that stand for any number of values.
    pub(super) fn between(&mut self) {
        self.space();
        while self.holes.is_some() {
            let start = self.at;
            match self.hole() {
                Some(hole) if hole.may_be_several() => self.is_open = true,
                _ => {
                    self.at = start;
                    break;
                }
            }
            self.space();
        }
    }

    /// Set if the array or object may hold more than was read: the cause.
    pub(super) fn more(&self) -> Option<Arc<Cause>> {
        self.holes.filter(|_| self.is_open).map(|holes| holes.cause.clone())
    }

    fn text(&self, read: String) -> Value {
        self.holes.and_then(|holes| holes.text_of(&read)).unwrap_or_else(|| text(read))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn wrong(&self, looking_for: &str) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => "EOF".to_owned(),
            Some(c) => format!("invalid character {c:?} {looking_for}"),
        }
    }

    pub(super) fn value(&mut self) -> Result<Value, String> {
        self.space();
        if let Some(hole) = self.hole() {
            return Ok(hole.value());
        }
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => {
                let read = self.string()?;
                Ok(self.text(read))
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", true.into()),
            Some(b'f') => self.word("false", false.into()),
            Some(b'n') => self.word("null", Value::NULL),
            _ => Err(self.wrong("looking for beginning of value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(TOO_DEEP.to_owned());
        }
        self.at += 1;
        let around = std::mem::take(&mut self.is_open);
        let value = read(self);
        self.is_open = around;
        self.depth -= 1;
        value
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, String> {
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(value);
        }
        Err(format!("invalid literal, expected {word}"))
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while matches!(reader.peek(), Some(b'0'..=b'9')) {
                reader.at += 1;
            }
            if reader.at == from { Err(reader.wrong("in numeric literal")) } else { Ok(()) }
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            digits(self)?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            digits(self)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            digits(self)?;
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        Number::parse(written).map(Value::from).ok_or_else(|| format!("invalid number {written}"))
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                None => return Err("unexpected EOF".to_owned()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let c = self.escape()?;
                    out.push(c);
                }
                Some(_) => return Err(self.wrong("in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hex()?;
                if (0xd800..0xdc00).contains(&first) {
                    let rest = self.at;
                    if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
                        self.at += 2;
                        let second = self.hex()?;
                        if (0xdc00..0xe000).contains(&second) {
                            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                    }
                    self.at = rest;
                }
                return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return Err(self.wrong("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    fn hex(&mut self) -> Result<u32, String> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else { return Err(self.wrong("in \\u hexadecimal character escape")) };
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|error| error.to_string())
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        self.between();
        while !self.ends(b']') {
            if self.is_open && self.peek() == Some(b',') {
                self.at += 1;
                self.between();
                continue;
            }
            items.push(self.value()?);
            self.between();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    let was_open = std::mem::take(&mut self.is_open);
                    self.between();
                    // A trailing comma is allowed only before a hole, which may stand for further values.
                    if !self.is_open && self.peek() == Some(b']') {
                        return Err(self.wrong("looking for beginning of value"));
                    }
                    self.is_open |= was_open;
                }
                Some(b']') => {}
                _ if self.is_open => {}
                _ => return Err(self.wrong("after array element")),
            }
        }
        let sequence = Sequence { element: Type::Dynamic, items, more: self.more(), most: None };
        Ok(Kind::Tuple(Arc::new(sequence)).into())
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut items: Vec<(Str, Value)> = Vec::new();
        self.between();
        while !self.ends(b'}') {
            if self.is_open && self.peek() == Some(b',') {
                self.at += 1;
                self.between();
                continue;
            }
            if self.peek() != Some(b'"') {
                return Err(self.wrong("looking for beginning of object key string"));
            }
            let key = self.string()?;
            let key = self.text(key);
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.wrong("after object key"));
            }
            self.at += 1;
            let value = self.value()?;
            match key.as_str() {
                Some(key) => items.push((key.into(), value)),
                // The key is unknown and may equal any other key.
                None => self.is_open = true,
            }
            self.between();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    let was_open = std::mem::take(&mut self.is_open);
                    self.between();
                    if !self.is_open && self.peek() == Some(b'}') {
                        return Err(self.wrong("looking for beginning of object key string"));
                    }
                    self.is_open |= was_open;
                }
                Some(b'}') => {}
                _ if self.is_open => {}
                _ => return Err(self.wrong("after object key:value pair")),
            }
        }
        let absent = self.more().map_or(AbsentKey::Error, AbsentKey::MaybePresent);
        let entries = Entries { element: Type::Dynamic, items: sorted_by_key(items), absent };
        Ok(Kind::Object(Arc::new(entries)).into())
    }

    /// Takes the closing bracket of an array or object, if it is next.
    fn ends(&mut self, end: u8) -> bool {
        let is_here = self.peek() == Some(end);
        self.at += usize::from(is_here);
        is_here
    }
}

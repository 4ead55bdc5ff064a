//! `yamldecode`: a parser finds the structure; plain scalars follow YAML 1.1 with some rules of 1.2, as in Terraform.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::holes;
use super::json::as_json;
use super::parameters::{any, string};
use super::strings::text;
use super::timestamp::Timestamp;
use super::yaml_holes;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::convert::to_string;
use crate::value::{Kind, Number, Str, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("yamldecode", &[string("src").open()], Gives::Any, decode, "Decodes YAML.").costs(100),
    row(
        "yamlencode",
        &[any("value").nullable().open()],
        Gives::String,
        super::yaml_encode::encode,
        "Encodes a value as YAML.",
    )
    .costs(10),
];

/// The deepest nesting that is accepted.
const DEEPEST: usize = 200;

/// The most values that are accepted; values behind an alias count each time.
const MOST: usize = 1 << 20;

fn decode(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let source = arguments.value(0);
    if let Kind::Unknown(unknown) = &source.kind {
        if let Some(encoded) = &unknown.refinement.yaml {
            return Ok(as_json(encoded).secret_as(source));
        }
        // Each JSON document is one in YAML.
        return Ok(holes::decoded(source, unknown, yaml_holes::decode));
    }
    match read(arguments.text(0)) {
        Ok(value) => Ok(value),
        Err(YamlStop::Wrong(why)) => Err(arguments.fail(why)),
        Err(YamlStop::Limit) => Ok(arguments.beyond("size of the document")),
    }
}

/// Why a text is not decoded.
pub(super) enum YamlStop {
    /// It is not YAML, or not of the kind that Terraform reads.
    Wrong(String),
    /// It is larger than what is decoded here; Terraform may decode it.
    Limit,
}

impl From<String> for YamlStop {
    fn from(why: String) -> Self {
        Self::Wrong(why)
    }
}

pub(super) fn read(source: &str) -> Result<Value, YamlStop> {
    let first = source.lines().find(|line| !line.trim().is_empty());
    if let Some(line) = first
        && line.trim_start_matches(' ').starts_with('\t')
    {
        return Err("found character that cannot start any token".to_owned().into());
    }
    let mut reader = YamlReader {
        events: Parser::new_from_str(source),
        line: 1,
        last_line: last_line(source),
        is_last: false,
        anchors: FxHashMap::default(),
        count: 0,
    };
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            Event::StreamEnd => {
                return Err("on line 1, column 1: missing start of document".to_owned().into());
            }
            event => {
                let value = reader.value(event, 0)?;
                reader.end()?;
                return Ok(value);
            }
        }
    }
}

struct YamlReader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    line: usize,
    /// The number of the last line, if it is not empty and has no line break at its end.
    last_line: Option<usize>,
    /// Whether the current event ends on that line.
    is_last: bool,
    /// The values that anchors name, each with the number of values in it.
    anchors: FxHashMap<usize, (Value, usize)>,
    count: usize,
}

impl<'a> YamlReader<'a> {
    fn next(&mut self) -> Result<Event<'a>, YamlStop> {
        match self.events.next() {
            None => Ok(Event::StreamEnd),
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                self.is_last = self.last_line.is_some_and(|last| span.end.line() >= last);
                Ok(event)
            }
            // The parser has a limit of its own.
            Some(Err(error)) if error.info().contains("recursion limit") => Err(YamlStop::Limit),
            Some(Err(error)) => Err(format!("on line {}: {}", error.marker().line(), error.info()).into()),
        }
    }

    /// Checks that nothing follows the first document.
    fn end(&mut self) -> Result<(), YamlStop> {
        loop {
            match self.next()? {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(()),
                _ => {
                    return Err(format!("on line {}: unexpected extra content after value", self.line).into());
                }
            }
        }
    }

    fn value(&mut self, event: Event<'a>, depth: usize) -> Result<Value, YamlStop> {
        let before = self.count;
        self.count += 1;
        if depth > DEEPEST || self.count > MOST {
            return Err(YamlStop::Limit);
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => {
                let (value, size) =
                    self.anchors.get(&anchor).cloned().ok_or_else(|| {
                        format!("on line {}: reference to an anchor inside itself", self.line)
                    })?;
                self.count += size;
                (value, 0)
            }
            Event::Scalar(written, style, anchor, tag) => {
                let is_block = matches!(style, ScalarStyle::Folded | ScalarStyle::Literal);
                // A block scalar at the end of the text has no line break to keep; the parser adds one.
                let written = match written.strip_suffix('\n') {
                    Some(without) if is_block && self.is_last => without,
                    _ => &written,
                };
                (scalar(written, style, tag.as_deref())?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag, "seq", "sequence")?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag, "map", "mapping")?;
                (self.mapping(depth)?, anchor)
            }
            _ => return Err(format!("on line {}: did not find expected node content", self.line).into()),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), self.count - before));
        }
        Ok(value)
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, YamlStop> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Event::SequenceEnd => return Ok(Value::tuple(items)),
                event => items.push(self.value(event, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, YamlStop> {
        let mut items: Vec<(Str, Value)> = Vec::new();
        let mut merged: Vec<(Str, Value)> = Vec::new();
        loop {
            let event = match self.next()? {
                Event::MappingEnd => break,
                event => event,
            };
            let merges = matches!(&event, Event::Scalar(key, ScalarStyle::Plain, _, None) if key == "<<");
            let key = self.value(event, depth + 1)?;
            let event = self.next()?;
            let value = self.value(event, depth + 1)?;
            if merges {
                merge(&value, &mut merged)?;
                continue;
            }
            let key = match (&key.kind, to_string(&key)) {
                (Kind::Null(_), _) | (_, Err(_)) => {
                    let why = format!("on line {}: only strings are allowed as mapping keys", self.line);
                    return Err(why.into());
                }
                (_, Ok(key)) => Str::from(key.as_str().unwrap_or_default()),
            };
            items.push((key, value));
        }
        // Of equal keys the last one wins, and a mapping's own key beats a merged one.
        merged.extend(items);
        Ok(Value::object(merged))
    }
}

/// Adds the entries that `<<` merges: those of one mapping, or of several, where the first wins.
fn merge(value: &Value, into: &mut Vec<(Str, Value)>) -> Result<(), String> {
    match &value.kind {
        Kind::Object(entries) => {
            for (key, value) in &entries.items {
                if !into.iter().any(|(other, _)| other == key) {
                    into.push((key.clone(), value.clone()));
                }
            }
            Ok(())
        }
        Kind::Tuple(sequence) => sequence.items.iter().try_for_each(|item| match item.kind {
            Kind::Object(_) => merge(item, into),
            _ => Err("map merge requires a mapping".to_owned()),
        }),
        _ => Err("map merge requires a mapping".to_owned()),
    }
}

/// The name of a core tag (`!!name`); other tags are rejected.
fn core_tag(tag: &Tag) -> Result<&str, String> {
    let full = format!("{}{}", tag.handle, tag.suffix);
    let short = |prefix: &str| tag.handle == prefix || full.starts_with(prefix);
    if tag.handle == "!!" || short("tag:yaml.org,2002:") {
        return Ok(tag.suffix.strip_prefix("tag:yaml.org,2002:").unwrap_or(&tag.suffix));
    }
    if full == "!" {
        return Ok("str");
    }
    Err(format!("unsupported tag {full:?}"))
}

fn check_tag(tag: Option<Cow<'_, Tag>>, wanted: &str, what: &str) -> Result<(), String> {
    match tag.as_deref().map(core_tag).transpose()? {
        None => Ok(()),
        Some(own) if own == wanted => Ok(()),
        Some(own) => Err(format!("can't interpret {what} as tag:yaml.org,2002:{own}")),
    }
}

/// The number of the last line, from 1, if it is not blank and has no line break at its end.
fn last_line(source: &str) -> Option<usize> {
    let last = source.rsplit('\n').next().unwrap_or_default();
    (!last.trim().is_empty()).then(|| source.matches('\n').count() + 1)
}

fn scalar(written: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let tag = tag.map(core_tag).transpose()?;
    match tag {
        Some("str" | "binary") => return Ok(text(written)),
        Some("null" | "bool" | "int" | "float" | "timestamp") | None => {}
        Some(other) => return Err(format!("can't interpret scalar as tag:yaml.org,2002:{other}")),
    }
    if style != ScalarStyle::Plain {
        return Ok(text(written));
    }
    let value = plain(written)?;
    let fits = match (&value.kind, tag) {
        (_, None | Some("timestamp")) | (Kind::Number(_), Some("int" | "float")) => true,
        (Kind::Null(_), Some(tag)) => tag == "null",
        (Kind::Bool(_), Some(tag)) => tag == "bool",
        _ => false,
    };
    if fits {
        Ok(value)
    } else {
        Err(format!("cannot parse {written:?} as tag:yaml.org,2002:{}", tag.unwrap_or("str")))
    }
}

/// The value of a plain scalar.
fn plain(written: &str) -> Result<Value, String> {
    match written {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(true.into());
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(false.into());
        }
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::NULL),
        ".nan" | ".NaN" | ".NAN" => return Err("floating point NaN is not supported".to_owned()),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Ok(Number::infinity().into()),
        "-.inf" | "-.Inf" | "-.INF" => return Ok(Number::infinity().negate().into()),
        _ => {}
    }
    if !written.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Ok(text(written));
    }
    if let Some(time) = date(written) {
        return Ok(text(time.rfc3339()));
    }
    if let Some(number) = Number::parse(written).or_else(|| prefixed_number(written)) {
        return Ok(number.into());
    }
    Ok(text(written))
}

/// A number in another base: `0x1F`, `0o17`, `0b101`.
fn prefixed_number(written: &str) -> Option<Number> {
    let negative = written.starts_with('-');
    let digits = written.strip_prefix(['+', '-']).unwrap_or(written).strip_prefix('0')?;
    let base = match digits.chars().next()? {
        'x' | 'X' => 16,
        'o' | 'O' => 8,
        'b' | 'B' => 2,
        _ => return None,
    };
    let digits = digits.get(1..)?;
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let number = Number::parse_whole(digits, base)?;
    Some(if negative { number.negate() } else { number })
}

/// A date with or without a time; months, days and hours may have one digit.
fn date(written: &str) -> Option<Timestamp> {
    let year = written.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = written.get(4..)?.strip_prefix('-')?;
    let (month, rest) = rest.split_once('-')?;
    let at = rest.find(['T', 't', ' ']).unwrap_or(rest.len());
    let (day, time) = rest.split_at_checked(at)?;
    let two = |text: &str| -> Option<String> {
        let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| format!("{text:0>2}"))
    };
    let (month, day) = (two(month)?, two(day)?);
    if time.is_empty() {
        return Timestamp::parse(&format!("{year}-{month}-{day}T00:00:00Z")).ok();
    }
    let zoned = !time.starts_with(' ');
    let time = time.get(1..)?;
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(zone_at)?;
    if zoned == zone.is_empty() {
        return None;
    }
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = clock.split(':');
    let (hour, minute, second) = (two(parts.next()?)?, two(parts.next()?)?, two(parts.next()?)?);
    let zone = if zoned { zone } else { "Z" };
    let full = format!("{year}-{month}-{day}T{hour}:{minute}:{second}.{fraction}{zone}");
    if parts.next().is_some() { None } else { Timestamp::parse(&full).ok() }
}

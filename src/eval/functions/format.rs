//! `format` and `formatlist`, with the verbs of Go.

use std::sync::Arc;

use ecow::EcoString;
use unicode_segmentation::UnicodeSegmentation;

use super::arguments::{LONGEST, SequenceElements, not_null, pieced};
use super::json::{JsonStop, write_json};
use super::parameters::{any, string};
use super::strings::{known_prefix, text};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::Pieces;
use crate::value::convert::convert;
use crate::value::number::DigitLayout;
use crate::value::{Cause, CauseKind, Kind, Number, Sequence, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("format", &[string("format")], Gives::String, format, "Formats values as a string.")
        .costs(8)
        .and(any("args").nullable().open()),
    row(
        "formatlist",
        &[string("format")],
        Gives::Strings,
        format_list,
        "Formats the elements of lists as strings.",
    )
    .costs(8)
    .and(any("args").nullable().open()),
];

/// The greatest width or precision that is written.
const WIDEST: usize = 10_000;

/// A verb: `%` and what follows it.
#[derive(Default)]
struct FormatVerb<'a> {
    written: &'a str,
    offset: usize,
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    /// The position of the argument, from 1.
    argument: usize,
    letter: char,
}

/// The result of formatting.
enum Formatted {
    Text(EcoString),
    /// The known prefix, all pieces, and the cause why the rest is unknown.
    Prefix(EcoString, Pieces, Arc<Cause>),
}

/// Why there is no formatted text.
enum Wrong {
    /// The format or a value is wrong.
    Failure(String),
    /// There are more arguments than the format uses.
    TooMany(String),
    /// The text is longer than what is made here; Terraform may make it.
    Limit,
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self::Failure(message)
    }
}

/// What is not known of a text with a verb that is wider than [`WIDEST`].
const WIDTH: &str = "width of a verb";

fn format(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let values = arguments.from(1);
    match apply(arguments.text(0), values) {
        Ok(Formatted::Text(out)) => Ok(text(out)),
        Ok(Formatted::Prefix(prefix, pieces, cause)) => Ok(pieced(pieces, known_prefix(&prefix), cause)),
        Err(Wrong::TooMany(why)) => Err(arguments.refuse(1, why)),
        Err(Wrong::Failure(why)) => Err(arguments.fail(why)),
        Err(Wrong::Limit) => Ok(arguments.beyond(WIDTH)),
    }
}

fn format_list(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let values = arguments.from(1);
    let mut length: Option<(usize, usize)> = None;
    let mut cause = None;
    for (i, value) in values.iter().enumerate() {
        match (SequenceElements::of(value), &value.kind) {
            (SequenceElements::Known(Sequence { more: Some(why), .. }), _) => {
                cause = cause.or(Some(why.clone()))
            }
            (SequenceElements::Known(_), Kind::Set(_)) if !value.is_wholly_known() => {
                cause = cause.or(value.first_cause())
            }
            (SequenceElements::Unknown(unknown), _) => cause = cause.or_else(|| Some(unknown.cause.clone())),
            (SequenceElements::Known(Sequence { items, .. }), _) => {
                let own = items.len();
                match length {
                    Some((other, of)) if of != own => {
                        return Err(arguments.refuse(1 + i, format_args!(
                            "argument {} has length {own}, which is inconsistent with argument {} of length {of}",
                            i + 1,
                            other + 1
                        )));
                    }
                    Some(_) => {}
                    None => length = Some((i, own)),
                }
            }
            (SequenceElements::Tuple(items), _) => length = length.or(Some((i, items.len()))),
            (SequenceElements::Other, Kind::Null(_)) => cause = cause.or_else(|| Some(null_argument())),
            (SequenceElements::Other, _) => {}
        }
    }
    if let Some(cause) = cause {
        return Ok(not_null(Gives::Strings.type_(), cause));
    }
    let mut items = Vec::new();
    for i in 0..length.map_or(1, |(_, length)| length) {
        let row: Vec<Value> = values
            .iter()
            .map(|value| match SequenceElements::of(value) {
                SequenceElements::Known(sequence) => sequence.items.get(i).cloned().unwrap_or(Value::NULL),
                SequenceElements::Tuple(items) => items.get(i).cloned().unwrap_or(Value::NULL),
                SequenceElements::Unknown(_) | SequenceElements::Other => value.clone(),
            })
            .collect();
        if row.iter().any(Value::is_null) {
            return Err(
                arguments.fail(format_args!("error on format iteration {i}: null value cannot be formatted"))
            );
        }
        items.push(match apply(arguments.text(0), &row) {
            Ok(Formatted::Text(out)) => text(out),
            Ok(Formatted::Prefix(prefix, pieces, cause)) => pieced(pieces, known_prefix(&prefix), cause),
            Err(Wrong::Failure(why) | Wrong::TooMany(why)) => {
                return Err(arguments.fail(format_args!("error on format iteration {i}: {why}")));
            }
            Err(Wrong::Limit) => return Ok(arguments.beyond(WIDTH)),
        });
    }
    Ok(Value::list(Type::String, items))
}

/// Terraform treats the result of formatting a null as unknown, and so do we.
fn null_argument() -> Arc<Cause> {
    Cause::new(CauseKind::Error, "a null cannot be formatted", None)
}

fn apply(format: &str, values: &[Value]) -> Result<Formatted, Wrong> {
    // Terraform gives up on a null without a type before it looks at the format.
    if values.iter().any(Value::is_null) {
        return Ok(Formatted::Prefix(EcoString::new(), Pieces::default(), null_argument()));
    }
    let mut out = EcoString::new();
    let mut unknown: Option<Arc<Cause>> = None;
    let mut pieces = Pieces::default();
    let mut next = 1;
    let mut highest = 0;
    let mut at = 0;
    while let Some(found) = format.get(at..).and_then(|rest| rest.find('%')) {
        let before = format.get(at..at + found).unwrap_or_default();
        pieces.text(before);
        if unknown.is_none() {
            out.push_str(before);
        }
        let verb = parse(format, at + found, next)?;
        at = verb.offset + verb.written.len();
        if verb.letter == '%' {
            pieces.text("%");
            if unknown.is_none() {
                out.push('%');
            }
            continue;
        }
        next = verb.argument + 1;
        highest = highest.max(verb.argument);
        let Some(value) = verb.argument.checked_sub(1).and_then(|i| values.get(i)) else {
            return Err(format!(
                "not enough arguments for {:?} at {}: need index {} but have {} total",
                verb.written,
                verb.offset,
                verb.argument,
                values.len()
            )
            .into());
        };
        let mut own = EcoString::new();
        let cause = match (write(&mut own, &verb, value), &unknown) {
            (Ok(cause), _) => cause,
            // Terraform does not check the arguments after an unknown one.
            (Err(_), Some(cause)) => Some(cause.clone()),
            (Err(wrong), None) => return Err(wrong),
        };
        match &cause {
            None => pieces.text(&own),
            Some(_) => hole(&mut pieces, &verb, value),
        }
        if unknown.is_none() {
            out.push_str(&own);
            unknown = cause;
        }
        if out.len() > LONGEST {
            unknown.get_or_insert_with(|| Cause::new(CauseKind::Limit, "length of text from format()", None));
        }
    }
    if highest < values.len() {
        let used = if highest == 0 {
            "no verbs in format string".to_owned()
        } else {
            format!("only {highest} used by format string")
        };
        return Err(Wrong::TooMany(format!("too many arguments; {used}")));
    }
    if let Some(cause) = unknown {
        pieces.text(format.get(at..).unwrap_or_default());
        return Ok(Formatted::Prefix(out, pieces, cause));
    }
    out.push_str(format.get(at..).unwrap_or_default());
    Ok(Formatted::Text(out))
}

/// Parses the verb at `offset`; `next` is the position of the argument if the verb names none.
fn parse(format: &str, offset: usize, next: usize) -> Result<FormatVerb<'_>, Wrong> {
    let rest = format.get(offset + 1..).unwrap_or_default();
    let mut chars = rest.char_indices().peekable();
    let mut verb = FormatVerb { offset, argument: next, ..FormatVerb::default() };
    let unrecognised = |at: usize, c: char| -> Wrong {
        format!("unrecognized format character {c:?} at offset {}", offset + 1 + at).into()
    };
    let invalid = || -> Wrong { format!("invalid format string starting at offset {}", offset + 1).into() };
    let number = |chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>| {
        let mut n: Option<usize> = None;
        while let Some(digit) = chars.peek().and_then(|(_, c)| c.to_digit(10)) {
            let digit = usize::try_from(digit).unwrap_or(0);
            n = Some(n.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            chars.next();
        }
        n
    };
    while let Some((_, c)) = chars.peek() {
        match c {
            '+' => verb.plus = true,
            '-' => verb.minus = true,
            '#' => verb.sharp = true,
            ' ' => verb.space = true,
            '0' => verb.zero = true,
            _ => break,
        }
        chars.next();
    }
    verb.width = number(&mut chars);
    if chars.next_if(|(_, c)| *c == '.').is_some() {
        verb.precision = Some(number(&mut chars).unwrap_or(0));
    }
    if chars.next_if(|(_, c)| *c == '[').is_some() {
        match chars.peek() {
            Some((_, '1'..='9')) => {}
            Some((at, c)) => return Err(unrecognised(*at, *c)),
            None => return Err(invalid()),
        }
        verb.argument = number(&mut chars).unwrap_or(0);
        match chars.next() {
            Some((_, ']')) => {}
            Some((at, c)) => return Err(unrecognised(at, c)),
            None => return Err(invalid()),
        }
    }
    let Some((at, letter)) = chars.next() else { return Err(invalid()) };
    verb.letter = letter;
    verb.written = format.get(offset..offset + 1 + at + letter.len_utf8()).unwrap_or_default();
    if verb.width.is_some_and(|n| n > WIDEST) || verb.precision.is_some_and(|n| n > WIDEST) {
        return Err(Wrong::Limit);
    }
    match letter {
        '%' | 'v' | 't' | 'd' | 'b' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' | 's' | 'q' => Ok(verb),
        c if c.is_ascii_alphabetic() => {
            Err(format!("unsupported format verb {c:?} in {:?} at offset {offset}", verb.written).into())
        }
        c => Err(unrecognised(at, c)),
    }
}

/// Adds an unknown value to the pieces: the value itself where the verb prints it unchanged, otherwise a gap.
fn hole(pieces: &mut Pieces, verb: &FormatVerb<'_>, value: &Value) {
    let is_plain = verb.width.is_none() && verb.precision.is_none() && !verb.sharp;
    let text = convert(value, &Type::String);
    match (verb.letter, text) {
        ('s' | 'v', Ok(text)) if is_plain && text.as_unknown().is_some() => pieces.value(&text),
        ('q', Ok(text)) if is_plain => {
            pieces.text("\"");
            pieces.value(&text);
            pieces.text("\"");
        }
        _ => pieces.gap(),
    }
}

/// Writes one value. For an unknown value it writes the known prefix and returns the cause.
fn write(out: &mut EcoString, verb: &FormatVerb<'_>, value: &Value) -> Result<Option<Arc<Cause>>, Wrong> {
    let unsupported = |why: &dyn std::fmt::Display| -> Wrong {
        format!("unsupported value for {:?} at {}: {why}", verb.written, verb.offset).into()
    };
    let wanted = match verb.letter {
        'v' => None,
        't' => Some(Type::Bool),
        's' | 'q' => Some(Type::String),
        _ => Some(Type::Number),
    };
    let value = match &wanted {
        Some(type_) => &convert(value, type_).map_err(|error| unsupported(&error))?,
        None => value,
    };
    let plain = verb.width.is_none() && verb.precision.is_none();
    match &value.kind {
        Kind::Unknown(unknown) => {
            if plain && matches!(verb.letter, 's' | 'v') && !verb.sharp {
                out.push_str(&unknown.refinement.prefix);
            }
            return Ok(Some(unknown.cause.clone()));
        }
        Kind::String(text) if verb.letter == 's' || verb.letter == 'v' && !verb.sharp => {
            let cut: String;
            let text = match verb.precision {
                Some(count) => {
                    cut = text.graphemes(true).take(count).collect();
                    &cut
                }
                None => text.as_str(),
            };
            pad(out, verb, "", text);
        }
        Kind::String(text) if verb.letter == 'q' => pad(out, verb, "", &quoted(text)),
        Kind::Number(number) if verb.letter == 'v' && !verb.sharp => {
            write_number(out, &FormatVerb { letter: 'g', ..*verb }, number);
        }
        Kind::Number(number) if verb.letter != 'v' => {
            let whole = matches!(verb.letter, 'd' | 'b' | 'o' | 'x' | 'X');
            if whole && !number.is_whole() {
                return Err(unsupported(&"an integer is required"));
            }
            write_number(out, verb, number);
        }
        Kind::Bool(value) => pad(out, verb, "", if *value { "true" } else { "false" }),
        _ => {
            let mut json = EcoString::new();
            match write_json(&mut json, value) {
                Ok(()) => pad(out, verb, "", &json),
                Err(JsonStop::Infinite) => return Err(unsupported(&"cannot serialize infinity as JSON")),
                Err(JsonStop::Unknown(cause)) => {
                    if plain {
                        out.push_str(&json);
                    }
                    return Ok(Some(cause));
                }
            }
        }
    }
    Ok(None)
}

fn write_number(out: &mut EcoString, verb: &FormatVerb<'_>, number: &Number) {
    let sign = match (number.is_negative(), verb.plus, verb.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ if number.is_infinite() => "+",
        _ => "",
    };
    let radix = |base: u8| number.whole_digits(base).unwrap_or_default();
    let prefix = |prefix: &'static str| if verb.sharp { prefix } else { "" };
    let (prefix, digits) = match verb.letter {
        'd' => ("", radix(10)),
        'b' => (prefix("0b"), radix(2)),
        'o' => (prefix("0"), radix(8)),
        'x' => (prefix("0x"), radix(16)),
        'X' => (prefix("0X"), radix(16).to_uppercase()),
        'f' => ("", number.digits(DigitLayout::Fixed, Some(verb.precision.unwrap_or(6)))),
        'e' => ("", number.digits(DigitLayout::Scientific, Some(verb.precision.unwrap_or(6)))),
        'E' => ("", number.digits(DigitLayout::Scientific, Some(verb.precision.unwrap_or(6))).to_uppercase()),
        'G' => ("", number.digits(DigitLayout::General, verb.precision).to_uppercase()),
        _ => ("", number.digits(DigitLayout::General, verb.precision)),
    };
    // The precision of a whole number is its minimum number of digits.
    let digits = match verb.precision {
        Some(least) if matches!(verb.letter, 'd' | 'b' | 'o' | 'x' | 'X') => format!("{digits:0>least$}"),
        _ => digits,
    };
    pad(out, verb, &format!("{sign}{prefix}"), &digits);
}

/// Writes a sign and a text, padded to the width of the verb.
fn pad(out: &mut EcoString, verb: &FormatVerb<'_>, sign: &str, text: &str) {
    let own = sign.len() + text.graphemes(true).count();
    let missing = verb.width.unwrap_or(0).saturating_sub(own);
    let fill = |out: &mut EcoString, c: char| (0..missing).for_each(|_| out.push(c));
    if verb.minus {
        out.push_str(sign);
        out.push_str(text);
        fill(out, ' ');
    } else if verb.zero {
        out.push_str(sign);
        fill(out, '0');
        out.push_str(text);
    } else {
        fill(out, ' ');
        out.push_str(sign);
        out.push_str(text);
    }
}

/// The text as a JSON string literal.
fn quoted(text: &str) -> String {
    let mut out = EcoString::new();
    // Writing a string cannot fail.
    let _ = write_json(&mut out, &Value::from(text));
    out.into()
}

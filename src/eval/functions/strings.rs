//! Strings: a character is a grapheme cluster, and text is in normalisation form C.

use ecow::EcoString;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

use super::arguments::{LONGEST, SequenceElements, not_null, pieced, prefixed};
use super::joined::open_list;
use super::parameters::{Takes, any, number, of, string};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{Kind, Lengths, Piece, Pieces, Str, Type, Unknown, Value, count};

pub(super) const FUNCTIONS: &[Function] = &[
    row("chomp", &[string("str").open()], Gives::String, chomp, "Removes line breaks at the end."),
    row("endswith", &[string("str").open(), string("suffix")], Gives::Bool, ends_with, "Tests for a suffix."),
    row(
        "indent",
        &[number("spaces"), string("str")],
        Gives::String,
        indent,
        "Indents all lines but the first.",
    )
    .costs(2),
    row("join", &[string("separator")], Gives::String, join, "Joins strings with a separator.")
        .and(of("lists", Takes::Strings).open()),
    row(
        "length",
        &[any("value").open().keeps_marks()],
        Gives::Number,
        length,
        "The number of characters or elements.",
    )
    .costs(8),
    row("lower", &[string("str").open()], Gives::String, |a| mapped(a, lower), "Converts to lower case.")
        .costs(8),
    row(
        "replace",
        &[string("str"), string("substr"), string("replace")],
        Gives::String,
        replace,
        "Replaces a substring or pattern.",
    )
    .costs(2),
    row(
        "split",
        &[string("separator"), string("str").open()],
        Gives::Strings,
        split,
        "Splits at a separator.",
    )
    .costs(4),
    row(
        "startswith",
        &[string("str").open(), string("prefix")],
        Gives::Bool,
        starts_with,
        "Tests for a prefix.",
    ),
    row(
        "strcontains",
        &[string("str").open(), string("substr")],
        Gives::Bool,
        contains,
        "Tests for a substring.",
    ),
    row("strrev", &[string("str")], Gives::String, reversed, "Reverses the characters.").costs(20),
    row(
        "substr",
        &[string("str").open(), number("offset"), number("length")],
        Gives::String,
        substring,
        "A substring.",
    )
    .costs(20),
    row("title", &[string("str")], Gives::String, title, "Capitalises each word.").costs(8),
    row("trim", &[string("str"), string("cutset")], Gives::String, trim, "Removes characters at both ends.")
        .costs(3),
    row(
        "trimprefix",
        &[string("str").open(), string("prefix")],
        Gives::String,
        trim_prefix,
        "Removes a prefix.",
    ),
    row("trimspace", &[string("str").open()], Gives::String, trim_space, "Removes white space at both ends."),
    row("trimsuffix", &[string("str"), string("suffix")], Gives::String, trim_suffix, "Removes a suffix."),
    row("upper", &[string("str").open()], Gives::String, |a| mapped(a, upper), "Converts to upper case.")
        .costs(8),
];

/// A string value, normalised to form C as all strings are.
#[must_use]
pub(super) fn text(text: impl Into<Str> + AsRef<str>) -> Value {
    let normal = is_nfc_quick(text.as_ref().chars()) == IsNormalized::Yes;
    if normal { Value::from(text.into()) } else { Value::from(text.as_ref().nfc().collect::<EcoString>()) }
}

/// The prefix of a text that no continuation can change: a following accent may alter the last letter, a joiner the last emoji.
#[must_use]
pub fn known_prefix(text: &str) -> Str {
    match text.bytes().last() {
        None => Str::new(),
        // No following character combines with these.
        Some(b'-' | b'_' | b'/' | b':' | b'.' | b',' | b'"' | b'{' | b'[' | b'(' | b'@' | b'\n' | b' ') => {
            text.into()
        }
        Some(_) => {
            let last = text.graphemes(true).next_back().map_or(0, str::len);
            text.get(..text.len() - last).unwrap_or_default().into()
        }
    }
}

/// The text of a known string argument, or the unknown.
fn prefix_of(value: &Value) -> Result<&str, &std::sync::Arc<Unknown>> {
    match &value.kind {
        Kind::Unknown(unknown) => Err(unknown),
        _ => Ok(value.as_str().unwrap_or_default()),
    }
}

/// A function that maps each character on its own.
fn mapped(arguments: &Arguments<'_>, map: fn(&str) -> String) -> EvalResult<Value> {
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => {
            let mapped = map(known);
            text(mapped.as_str())
        }
        Err(unknown) => prefixed(known_prefix(&map(&unknown.refinement.prefix)), unknown.cause.clone()),
    })
}

/// Lower case character by character, as in Go: `İ` loses its dot, and a final sigma gets no special form.
fn lower(text: &str) -> String {
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

/// Upper case character by character, as in Go: a character without a single upper case form stays.
fn upper(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut upper = c.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(single), None) => single,
                _ => c,
            }
        })
        .collect()
}

fn chomp(arguments: &Arguments<'_>) -> EvalResult<Value> {
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => text(known.trim_end_matches(['\n', '\r'])),
        Err(unknown) => trimmed(unknown, |start| start, |end| end.trim_end_matches(['\n', '\r'])),
    })
}

fn trim_space(arguments: &Arguments<'_>) -> EvalResult<Value> {
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => text(known.trim()),
        Err(unknown) => trimmed(unknown, str::trim_start, str::trim_end),
    })
}

/// Trims the known ends of an unknown text. An unknown piece at an end may be trimmed too, so it becomes a gap.
fn trimmed(unknown: &Unknown, start: impl Fn(&str) -> &str, end: impl Fn(&str) -> &str) -> Value {
    let pieces = unknown.refinement.pieces.as_ref().map(|pieces| pieces.all()).unwrap_or_default();
    let mut kept = Pieces::default();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(known) => {
                let known = if at == 0 { start(known) } else { known };
                kept.text(if at + 1 == pieces.len() { end(known) } else { known });
            }
            // Trimming may shorten a hole at an end.
            Piece::Hole(hole) if at > 0 && at + 1 < pieces.len() => kept.value(hole),
            Piece::Hole(_) | Piece::Gap => kept.gap(),
        }
    }
    let is_certain = matches!(pieces, [Piece::Text(first), .., Piece::Text(last)] if !start(first).is_empty() && !end(last).is_empty());
    // The known prefix may turn out to be the whole text, so its end is trimmed as well.
    let prefix = known_prefix(end(start(&unknown.refinement.prefix)));
    if is_certain {
        pieced(kept, prefix, unknown.cause.clone())
    } else {
        prefixed(prefix, unknown.cause.clone())
    }
}

fn starts_with(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let prefix = arguments.text(1);
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => known.starts_with(prefix).into(),
        Err(unknown) => {
            let known = unknown.refinement.prefix.as_str();
            if known.starts_with(prefix) {
                true.into()
            } else if prefix.starts_with(known) {
                // What stands at the end decides, not what is unknown first.
                let last = unknown.refinement.pieces.as_ref().and_then(|pieces| pieces.all().last());
                let last = match last {
                    Some(Piece::Hole(hole)) => hole.first_cause(),
                    _ => None,
                };
                not_null(Type::Bool, last.unwrap_or_else(|| unknown.cause.clone()))
            } else {
                false.into()
            }
        }
    })
}

fn ends_with(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let suffix = arguments.text(1);
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => known.ends_with(suffix).into(),
        Err(unknown) => {
            let known = unknown.refinement.pieces.as_ref().map_or("", |pieces| pieces.suffix());
            if known.ends_with(suffix) {
                true.into()
            } else if suffix.ends_with(known) {
                not_null(Type::Bool, unknown.cause.clone())
            } else {
                false.into()
            }
        }
    })
}

fn contains(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let wanted = arguments.text(1);
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => known.contains(wanted).into(),
        Err(unknown) => {
            let is_known = wanted.is_empty()
                || unknown.refinement.prefix.contains(wanted)
                || unknown.refinement.pieces.as_ref().is_some_and(|pieces| pieces.contains(wanted));
            if is_known { true.into() } else { not_null(Type::Bool, unknown.cause.clone()) }
        }
    })
}

fn indent(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let spaces = usize::try_from(arguments.whole(0)?)
        .map_err(|_| arguments.fail("the number of spaces must not be negative"))?;
    let whole = arguments.text(1);
    match whole.matches('\n').count() {
        0 => return Ok(text(whole)),
        lines if lines.saturating_mul(spaces) > LONGEST => return Ok(arguments.too_long()),
        _ => {}
    }
    let break_and_spaces = format!("\n{}", " ".repeat(spaces));
    Ok(text(whole.replace('\n', &break_and_spaces)))
}

fn join(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let separator = arguments.text(0);
    if arguments.values.len() < 2 {
        return Err(arguments.fail("at least one list is required"));
    }
    let mut joined = EcoString::new();
    let mut pieces = Pieces::default();
    let mut first = true;
    let mut first_piece = true;
    let mut unknown = None;
    for (i, list) in arguments.values.iter().enumerate().skip(1) {
        let (items, cause) = match SequenceElements::of(list) {
            SequenceElements::Known(sequence) => (sequence.items.as_slice(), sequence.more.clone()),
            SequenceElements::Unknown(unknown) => (&[][..], Some(unknown.cause.clone())),
            SequenceElements::Tuple(_) | SequenceElements::Other => (&[][..], list.first_cause()),
        };
        for (at, item) in items.iter().enumerate() {
            if item.is_null() {
                return Err(
                    arguments.refuse(i, format_args!("element {at} is null; cannot concatenate null values"))
                );
            }
            if joined.len() > LONGEST {
                return Ok(arguments.too_long());
            }
            if !std::mem::take(&mut first_piece) {
                pieces.text(separator);
            }
            pieces.value(item);
            if unknown.is_none() {
                if !std::mem::take(&mut first) {
                    joined.push_str(separator);
                }
                match &item.kind {
                    Kind::Unknown(part) => {
                        joined.push_str(&part.refinement.prefix);
                        unknown = Some(part.cause.clone());
                    }
                    _ => joined.push_str(item.as_str().unwrap_or_default()),
                }
            }
        }
        if cause.is_some() {
            pieces.gap();
        }
        unknown = unknown.or(cause);
    }
    Ok(match unknown {
        Some(cause) => pieced(pieces, known_prefix(&joined), cause),
        None => text(joined),
    })
}

fn split(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let separator = arguments.text(0);
    let parts = |text: &str| -> Vec<Value> {
        if separator.is_empty() {
            return text.chars().map(|c| self::text(c.to_string())).collect();
        }
        text.split(separator).map(self::text).collect()
    };
    Ok(match prefix_of(arguments.value(1)) {
        Ok(known) => Value::list(Type::String, parts(known)),
        Err(unknown) => {
            // The last part may continue in the unknown rest.
            let mut items = parts(&unknown.refinement.prefix);
            items.pop();
            let part = not_null(Type::String, unknown.cause.clone());
            let lengths = Lengths { least: least_parts(unknown, separator), most: None };
            open_list(items, &unknown.cause, lengths, &part, Kind::List)
        }
    })
}

/// The least number of parts that a separator leaves of a text of which not everything is known: each known separator ends one.
fn least_parts(unknown: &Unknown, separator: &str) -> usize {
    let refinement = &unknown.refinement;
    let known: Vec<&str> = match &refinement.pieces {
        Some(pieces) => pieces
            .all()
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Hole(_) | Piece::Gap => None,
            })
            .collect(),
        None => vec![refinement.prefix.as_str()],
    };
    if separator.is_empty() {
        return known.iter().map(|text| text.chars().count()).sum();
    }
    1 + known.iter().map(|text| text.matches(separator).count()).sum::<usize>()
}

fn replace(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (whole, part, by) = (arguments.text(0), arguments.text(1), arguments.text(2));
    if part.len() > 1
        && let Some(pattern) = part.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
    {
        return super::patterns::replace_all(arguments, whole, pattern, by);
    }
    if whole.matches(part).count().saturating_mul(by.len()) > LONGEST {
        return Ok(arguments.too_long());
    }
    Ok(text(whole.replace(part, by)))
}

fn reversed(arguments: &Arguments<'_>) -> EvalResult<Value> {
    Ok(text(arguments.text(0).graphemes(true).rev().collect::<String>()))
}

fn substring(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (offset, length) = (arguments.whole(1)?, arguments.whole(2)?);
    let cut = |whole: &str, offset: i64| -> String {
        let skipped = usize::try_from(offset).unwrap_or(0);
        let taken = usize::try_from(length).unwrap_or(usize::MAX);
        whole.graphemes(true).skip(skipped).take(taken).collect()
    };
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => {
            let offset = if offset < 0 {
                let all = i64::try_from(known.graphemes(true).count()).unwrap_or(i64::MAX);
                all.saturating_add(offset)
            } else {
                offset
            };
            text(cut(known, offset))
        }
        Err(unknown) => {
            let known = &unknown.refinement.prefix;
            let clusters = i64::try_from(known.graphemes(true).count()).unwrap_or(0);
            if offset >= 0 && length >= 0 && offset.saturating_add(length) <= clusters {
                text(cut(known, offset))
            } else if offset >= 0 {
                let rest: String = known.graphemes(true).skip(usize::try_from(offset).unwrap_or(0)).collect();
                prefixed(rest.into(), unknown.cause.clone())
            } else {
                not_null(Type::String, unknown.cause.clone())
            }
        }
    })
}

fn title(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let mut previous = ' ';
    let titled: String = arguments
        .text(0)
        .chars()
        .map(|c| {
            let starts_word = !(previous.is_alphanumeric() || previous == '_')
                && (previous.is_ascii() || previous.is_whitespace());
            previous = c;
            let mut upper = c.to_uppercase();
            match (starts_word, upper.next(), upper.next()) {
                (true, Some(single), None) => single,
                _ => c,
            }
        })
        .collect();
    Ok(text(titled))
}

fn trim(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let cut = arguments.text(1);
    Ok(text(arguments.text(0).trim_matches(|c| cut.contains(c))))
}

fn trim_prefix(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let prefix = arguments.text(1);
    Ok(match prefix_of(arguments.value(0)) {
        Ok(known) => text(known.strip_prefix(prefix).unwrap_or(known)),
        Err(unknown) => {
            let known = unknown.refinement.prefix.as_str();
            let kept = match known.strip_prefix(prefix) {
                Some(rest) => rest,
                None if prefix.starts_with(known) => "",
                None => known,
            };
            prefixed(kept.into(), unknown.cause.clone())
        }
    })
}

fn trim_suffix(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let whole = arguments.text(0);
    Ok(text(whole.strip_suffix(arguments.text(1)).unwrap_or(whole)))
}

fn length(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let value = arguments.value(0);
    let between =
        |at_least, at_most, cause| -> Value { Unknown::number_between(at_least, at_most, cause).into() };
    let int = |n: usize| i64::try_from(n).ok();
    let length = match &value.kind {
        Kind::String(text) if text.is_ascii() && !text.contains('\r') => count(text.len()),
        Kind::String(text) => count(text.graphemes(true).count()),
        Kind::Unknown(unknown) if unknown.type_ == Type::String => {
            let refinement = &unknown.refinement;
            let clusters = int(refinement.prefix.graphemes(true).count());
            between(clusters.max(refinement.at_least), None, unknown.cause.clone())
        }
        Kind::Unknown(unknown) if matches!(unknown.type_, Type::Bool | Type::Number) => {
            return Err(wrong_length(arguments));
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => return Err(wrong_length(arguments)),
        _ => {
            let lengths = Lengths::of(value, arguments.host.identities);
            match (lengths.known(), value.first_cause()) {
                (Some(length), _) => count(length),
                (None, Some(cause)) => between(int(lengths.least), lengths.most.and_then(int), cause),
                (None, None) => count(lengths.least),
            }
        }
    };
    Ok(length.secret_as(value))
}

fn wrong_length(arguments: &Arguments<'_>) -> Box<crate::eval::EvalError> {
    arguments.fail("argument must be a string, a collection type, or a structural type")
}

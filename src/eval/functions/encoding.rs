//! Base64, gzip, URL encoding and character sets.

use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use encoding_rs::Encoding;

use super::arguments::{prefixed, quoted};
use super::parameters::string;
use super::strings::text;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::{Cause, CauseKind, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("base64decode", STR, Gives::String, decode_base64, "Decodes Base64 to a string."),
    row(
        "base64encode",
        STR,
        Gives::String,
        |a| Ok(text(STANDARD.encode(a.text(0)))),
        "Encodes a string as Base64.",
    ),
    row("base64gunzip", STR, Gives::String, gunzip, "Decodes and decompresses Base64.").costs(10),
    row("base64gzip", STR, Gives::String, gzip, "Compresses a string and encodes it as Base64."),
    row(
        "textdecodebase64",
        &[string("source"), string("encoding")],
        Gives::String,
        decode_text,
        "Decodes Base64 of text in another character set.",
    )
    .costs(10),
    row(
        "textencodebase64",
        &[string("string"), string("encoding")],
        Gives::String,
        encode_text,
        "Encodes a string in another character set as Base64.",
    )
    .costs(10),
    row("urldecode", STR, Gives::String, decode_url, "Decodes a part of a URL.").costs(5),
    row("urlencode", STR, Gives::String, encode_url, "Encodes a string for a URL.").costs(30),
];

const STR: &[super::Parameter] = &[string("str")];

/// The largest decompressed result, in bytes.
const LARGEST: u64 = 16 << 20;

/// Decodes Base64 as Go does: line breaks are skipped, and unused trailing bits may be anything.
fn base64_bytes(source: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
    );
    if source.contains(['\n', '\r']) {
        return LENIENT.decode(source.replace(['\n', '\r'], "")).ok();
    }
    LENIENT.decode(source).ok()
}

fn base64_argument(arguments: &Arguments<'_>) -> EvalResult<Vec<u8>> {
    let source = arguments.text(0);
    base64_bytes(source)
        .ok_or_else(|| arguments.fail(format_args!("failed to decode base64 data {}", quoted(source))))
}

fn utf8(arguments: &Arguments<'_>, bytes: Vec<u8>) -> EvalResult<Value> {
    let decoded = String::from_utf8(bytes);
    decoded
        .map(text)
        .map_err(|_| arguments.fail("the result of decoding the provided string is not valid UTF-8"))
}

fn decode_base64(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let bytes = base64_argument(arguments)?;
    utf8(arguments, bytes)
}

fn gunzip(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let bytes = base64_argument(arguments)?;
    let mut plain = Vec::new();
    let read = flate2::read::GzDecoder::new(bytes.as_slice()).take(LARGEST + 1).read_to_end(&mut plain);
    read.map_err(|error| arguments.fail(format_args!("failed to decompress: {error}")))?;
    if u64::try_from(plain.len()).unwrap_or(u64::MAX) > LARGEST {
        let cause = Cause::new(CauseKind::Limit, "base64gunzip size", None);
        return Ok(super::arguments::not_null(Type::String, cause));
    }
    utf8(arguments, plain)
}

/// Compressors differ in the bytes they produce, so only the header is claimed to be known.
fn gzip(_: &Arguments<'_>) -> EvalResult<Value> {
    Ok(prefixed("H4sIAAAAAAAA/".into(), Cause::new(CauseKind::UnknownFunction, "base64gzip()", None)))
}

fn encode_url(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let mut out = String::new();
    for byte in arguments.text(0).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(text(out))
}

fn decode_url(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let mut bytes = arguments.text(0).bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(), digit());
                let code = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                code.ok_or_else(|| arguments.fail("failed to decode URL: invalid URL escape"))?
            }
            byte => byte,
        });
    }
    String::from_utf8(out)
        .map(text)
        .map_err(|_| arguments.fail("failed to decode URL: the result is not valid UTF-8"))
}

enum Charset {
    Ascii,
    Latin1,
    Utf8,
    /// `big`: the more significant byte comes first. `mark`: the text starts with a byte order mark.
    Utf16 {
        big: bool,
        mark: bool,
    },
    Other(&'static Encoding),
}

fn charset(arguments: &Arguments<'_>) -> EvalResult<Charset> {
    let name = arguments.text(1);
    let utf16 = |big, mark| Charset::Utf16 { big, mark };
    Ok(match name.to_ascii_lowercase().as_str() {
        "us-ascii" | "ascii" | "iso646-us" | "ansi_x3.4-1968" | "us" | "csascii" => Charset::Ascii,
        "iso-8859-1" | "iso_8859-1" | "latin1" | "l1" | "cp819" | "ibm819" | "csisolatin1" => Charset::Latin1,
        "utf-8" | "csutf8" => Charset::Utf8,
        "utf-16" | "csutf16" => utf16(true, true),
        "utf-16be" | "csutf16be" => utf16(true, false),
        "utf-16le" | "csutf16le" => utf16(false, false),
        label => match Encoding::for_label_no_replacement(label.as_bytes()) {
            Some(encoding) => Charset::Other(encoding),
            None => {
                return Err(arguments.refuse(
                    1,
                    format_args!(
                        "{} is not a supported IANA encoding name or alias in this Terraform version",
                        quoted(name)
                    ),
                ));
            }
        },
    })
}

fn encode_text(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let source = arguments.text(0);
    let bytes: Option<Vec<u8>> = match charset(arguments)? {
        Charset::Ascii => source.is_ascii().then(|| source.as_bytes().to_vec()),
        Charset::Latin1 => source.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
        Charset::Utf8 => Some(source.as_bytes().to_vec()),
        Charset::Utf16 { big, mark } => {
            let mark = if mark { Some(0xfeff) } else { None };
            let units = mark.into_iter().chain(source.encode_utf16());
            Some(units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect())
        }
        Charset::Other(encoding) => {
            let (bytes, _, unmappable) = encoding.encode(source);
            (!unmappable).then(|| bytes.into_owned())
        }
    };
    let bytes = bytes.ok_or_else(|| {
        let name = arguments.text(1);
        arguments.refuse(
            0,
            format_args!("the given string contains characters that cannot be represented in {name}"),
        )
    })?;
    Ok(text(STANDARD.encode(bytes)))
}

fn decode_text(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let charset = charset(arguments)?;
    let bytes = base64_bytes(arguments.text(0))
        .ok_or_else(|| arguments.refuse(0, "the given value has an invalid base64 symbol"))?;
    let decoded: Option<String> = match charset {
        Charset::Ascii => bytes.is_ascii().then(|| bytes.iter().copied().map(char::from).collect()),
        Charset::Latin1 => Some(bytes.iter().copied().map(char::from).collect()),
        Charset::Utf8 => String::from_utf8(bytes).ok(),
        Charset::Utf16 { big, mark } => {
            let mut units: Vec<u16> = Vec::with_capacity(bytes.len() / 2);
            let mut big = big;
            for pair in bytes.chunks(2) {
                let pair = <[u8; 2]>::try_from(pair).unwrap_or_default();
                units.push(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
                if mark && units.as_slice() == [0xfffe] {
                    big = false;
                    units.clear();
                } else if mark && units.as_slice() == [0xfeff] {
                    units.clear();
                }
            }
            (bytes.len() % 2 == 0).then(|| String::from_utf16(&units).ok()).flatten()
        }
        Charset::Other(encoding) => {
            encoding.decode_without_bom_handling_and_without_replacement(&bytes).map(Into::into)
        }
    };
    decoded.map(text).ok_or_else(|| {
        let name = arguments.text(1);
        arguments.refuse(0, format_args!("the given string contains symbols that are not defined for {name}"))
    })
}

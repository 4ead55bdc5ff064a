//! Decodes the bytes of a plan to text: compressed or not, UTF-8 or UTF-16 (from a redirect in PowerShell), with or without a byte
//! order mark. Configuration is UTF-8 only, as in Terraform.

use std::io::Read;
use std::path::Path;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use crate::diagnostic::{Diagnostic, shown_path};

/// The largest decompressed plan, in bytes. The largest known plans have some 200 MB.
pub const MAX_DECODED_BYTES: u64 = 1 << 30;

/// How many times as long a plan may become when it is decompressed. Plans become up to 50 times as long, and other texts 1,000 times:
/// what a run may spend grows with its input, so a short file must not stand for a long one.
const MAX_RATIO: u64 = 200;

/// What may always be decompressed, in bytes.
const ALWAYS_DECODED_BYTES: u64 = 64 << 20;

/// The text of a plan. Plain UTF-8 is not copied. `path` is for the message.
///
/// # Errors
///
/// If the bytes are not text in any of these encodings, or the compressed data is broken or too large.
pub fn plan_text(path: &Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) { decompressed(path, &bytes)? } else { bytes };
    if bytes.starts_with(b"PK\x03\x04") {
        let message =
            format!("`{}` is a ZIP archive, as `terraform plan -out` stores plans", shown_path(path));
        let help = "its JSON form is needed: run `terraform show -json tfplan > plan.json` in the initialised working directory";
        return Err(Box::new(Diagnostic::error("plan/not-a-plan", message).help(help)));
    }
    if let Some((encoding, mark)) = wide(&bytes) {
        let units = bytes.get(mark..).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(units);
        return text.map(std::borrow::Cow::into_owned).ok_or_else(|| {
            let message = format!("`{}` starts like UTF-16, but is not valid UTF-16", shown_path(path));
            let help = "it may have been cut off: write it again, if possible as UTF-8";
            Box::new(Diagnostic::error("source/not-utf16", message).help(help))
        });
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{feff}') {
                text.remove(0);
            }
            Ok(text)
        }
        Err(error) => Err(not_utf8(path, error.as_bytes(), error.utf8_error())),
    }
}

/// The encoding and the length of the byte order mark, if the bytes are UTF-16. Without a mark, the start of JSON decides: in UTF-8
/// none of its first bytes is zero.
fn wide(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
        [b'{' | b' ' | b'\t' | b'\r' | b'\n', 0, ..] => Some((UTF_16LE, 0)),
        [0, b'{' | b' ' | b'\t' | b'\r' | b'\n', ..] => Some((UTF_16BE, 0)),
        _ => None,
    }
}

fn decompressed(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, Box<Diagnostic>> {
    let shown = shown_path(path);
    let mut text = Vec::new();
    let compressed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let most = compressed.saturating_mul(MAX_RATIO).clamp(ALWAYS_DECODED_BYTES, MAX_DECODED_BYTES);
    match MultiGzDecoder::new(bytes).take(most + 1).read_to_end(&mut text) {
        Ok(_) if text.len() as u64 > most => Err(Box::new(
            Diagnostic::error(
                "source/too-large",
                format!("`{shown}` has more than {} MiB when decompressed", most >> 20),
            )
            .help("split the configuration into several root modules, each with its own plan"),
        )),
        Ok(_) => Ok(text),
        Err(error) => Err(Box::new(
            Diagnostic::error("source/gzip", format!("`{shown}` cannot be decompressed: {error}"))
                .help("it may have been cut off: compress or download it again"),
        )),
    }
}

/// The problem of bytes that are not UTF-8.
pub(super) fn not_utf8(path: &Path, bytes: &[u8], error: std::str::Utf8Error) -> Box<Diagnostic> {
    let offset = error.valid_up_to();
    let line = bytes.iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1;
    let byte = bytes.get(offset).copied().unwrap_or_default();
    let place = format!("byte {offset} (0x{byte:02x}, in line {line}) is not the start of a character");
    let message = format!("`{}` is not UTF-8: {place}", shown_path(path));
    let help = "save it as UTF-8; nothing in it has been checked";
    Box::new(Diagnostic::error("source/not-utf8", message).help(help))
}

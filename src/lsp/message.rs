//! Messages as they come: a header that says how long the body is, and the body. Memory is taken for what has come, not for what a header
//! says.

use std::io::{self, BufRead, ErrorKind, Read};

use lsp_server::Message;

/// The longest body, in bytes: the text of the largest file that is read, with every character escaped.
const MAX_BODY: usize = 128 << 20;

/// The longest line of a header, in bytes.
const MAX_HEADER: u64 = 4096;

/// Reads the next message; `None` if there is none any more.
///
/// # Errors
/// If reading fails, or with [`ErrorKind::InvalidData`] if what comes is no message. After that it is not known where the next one begins.
pub fn next_message(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(wrong("a line of its header does not end"));
        };
        if line.is_empty() {
            break;
        }
        let line = str::from_utf8(line).map_err(|_| wrong("its header is not UTF-8"))?;
        let Some((name, value)) = line.split_once(':') else {
            return Err(wrong(&format!("`{line}` is no header")));
        };
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            let told = value.parse::<usize>().ok();
            let told = told.ok_or_else(|| wrong(&format!("`{value}` is no length")))?;
            if length.is_some_and(|known| known != told) {
                return Err(wrong("it has two lengths"));
            }
            length = Some(told);
        }
    }
    let length = length.ok_or_else(|| wrong("it has no `Content-Length`"))?;
    if length > MAX_BODY {
        return Err(wrong(&format!("{length} bytes are more than the {MAX_BODY} that are read")));
    }
    let mut body = Vec::new();
    let end = u64::try_from(length).unwrap_or(u64::MAX);
    if input.take(end).read_to_end(&mut body)? < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let body = str::from_utf8(&body).map_err(|_| wrong("it is not UTF-8"))?;
    serde_json::from_str(body).map(Some).map_err(|error| wrong(&error.to_string()))
}

fn wrong(why: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

//! URIs of files, and paths.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What is written out in the path of a URI.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a file; `None` if the URI is none of a file on this machine.
pub(super) fn path_of(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    if !decoded.starts_with(b"/") || decoded.contains(&0) {
        return None;
    }
    let path = PathBuf::from(native(decoded)?);
    path.is_absolute().then(|| crate::files::path::clean(&path))
}

#[cfg(unix)]
fn native(bytes: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(bytes))
}

/// `/c:/stacks/main.tf` names a file on a drive.
#[cfg(not(unix))]
fn native(bytes: Vec<u8>) -> Option<OsString> {
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('/').unwrap_or(&text).replace('/', "\\").into())
}

/// The URI of a file with this absolute path.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let text = if cfg!(unix) {
        percent_encode(bytes, ESCAPED).to_string()
    } else {
        let text = path.to_str()?.replace('\\', "/");
        format!("/{}", percent_encode(text.as_bytes(), ESCAPED))
    };
    Uri::from_str(&format!("file://{text}")).ok()
}

//! Digests, and functions with random results.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use uuid::Uuid;

use super::parameters::{number, string};
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    row("base64sha256", STR, Gives::String, |a| digested(a, base64_sha256), "SHA-256 in Base64.").costs(6),
    row("base64sha512", STR, Gives::String, |a| digested(a, base64_sha512), "SHA-512 in Base64.").costs(4),
    row("bcrypt", STR, Gives::String, |a| Ok(a.impure()), "A salted hash.").and(number("cost")),
    row("md5", STR, Gives::String, |a| digested(a, md5), "MD5 in hexadecimal.").costs(3),
    row(
        "rsadecrypt",
        &[string("ciphertext"), string("privatekey")],
        Gives::String,
        super::rsa::decrypt,
        "Decrypts with a private key; the result is sensitive.",
    )
    .costs(2000),
    row("sha1", STR, Gives::String, |a| digested(a, sha1), "SHA-1 in hexadecimal.").costs(3),
    row("sha256", STR, Gives::String, |a| digested(a, sha256), "SHA-256 in hexadecimal.").costs(6),
    row("sha512", STR, Gives::String, |a| digested(a, sha512), "SHA-512 in hexadecimal.").costs(4),
    row("uuid", &[], Gives::String, |a| Ok(a.impure()), "A random UUID."),
    row("uuidv5", &[string("namespace"), string("name")], Gives::String, uuid_v5, "The UUID of a name.")
        .costs(3),
];

const STR: &[super::Parameter] = &[string("str")];

fn digested(arguments: &Arguments<'_>, digest: fn(&[u8]) -> String) -> EvalResult<Value> {
    Ok(digest(arguments.text(0).as_bytes()).as_str().into())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn md5(bytes: &[u8]) -> String {
    hexadecimal(&md5::Md5::digest(bytes))
}

pub(super) fn sha1(bytes: &[u8]) -> String {
    hexadecimal(&Sha1::digest(bytes))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(super) fn sha512(bytes: &[u8]) -> String {
    hexadecimal(&Sha512::digest(bytes))
}

pub(super) fn base64_sha256(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

pub(super) fn base64_sha512(bytes: &[u8]) -> String {
    STANDARD.encode(Sha512::digest(bytes))
}

fn uuid_v5(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let namespace = match arguments.text(0) {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|error| {
            arguments.fail(format_args!("uuidv5() doesn't support namespace {other} ({error})"))
        })?,
    };
    Ok(Uuid::new_v5(&namespace, arguments.text(1).as_bytes()).to_string().as_str().into())
}

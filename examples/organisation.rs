//! Writes a generated organisation: `cargo run --release --example organisation -- DIR [ROOTS]`.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

#[path = "../benches/support/organisation.rs"]
mod organisation;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(top) = arguments.next().map(PathBuf::from) else { return Ok(()) };
    let roots = arguments.next().and_then(|count| count.to_str()?.parse().ok()).unwrap_or(600);
    organisation::write(&top, roots)
}

//! Writes the estate that the benchmarks measure: `cargo run --release --example generate -- DIR [RESOURCES]`.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

#[path = "../benches/support/estate.rs"]
mod estate;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let Some(top) = arguments.next().map(PathBuf::from) else { return Ok(()) };
    let resources = arguments.next().and_then(|count| count.to_str()?.parse().ok()).unwrap_or(10_000);
    estate::write(&top, resources)
}

//! Writes the plan that the benchmarks measure: `cargo run --release --example generate_plan -- PLAN [RESOURCES]`.
//!
//! With `--read PLAN` it does the least that can be done with a plan instead: it reads the file and goes through its JSON.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "only the library reads through one place"
)]

#[path = "../benches/support/plan.rs"]
mod plan;

use std::io::BufWriter;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(first) = arguments.next() else { return Ok(()) };
    if first == "--read" {
        let text = std::fs::read_to_string(arguments.next().unwrap_or_default())?;
        serde_json::from_str::<serde::de::IgnoredAny>(&text)?;
        return Ok(());
    }
    let resources = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(10_000);
    plan::write(&mut BufWriter::new(std::fs::File::create(first)?), resources)?;
    Ok(())
}

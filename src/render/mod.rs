//! Formats: turns what the program knows into text. One folder per subject, one file per format.
//!
//! Renderers see reports, rules and source text; they know nothing of HCL or of what rules ask.

pub mod clean;
pub mod coverage;
pub mod directories;
pub mod drawing;
pub mod explained;
pub mod fixes;
mod look;
pub mod markdown;
mod markup;
pub mod practices;
mod problems;
pub mod proposal;
pub mod report;
pub mod simulation;
pub mod tables;

pub use look::Look;

/// A path as every format shows it, with `/` as separator.
fn path_of(path: &std::path::Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A number with the noun that it counts.
fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

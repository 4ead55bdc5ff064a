//! Parses everything below a directory: `cargo run --release --example parse -- DIR [--list]`.
//!
//! The last line is one JSON object with what was parsed and how fast; `--list` says before it what was refused and why.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use buttress::diagnostic::Severity;
use buttress::files::Reader;
use buttress::syntax::{self, Parsed};
use buttress::text::{FileId, SourceFile};
use rayon::prelude::*;
use walkdir::WalkDir;

/// What became of one file.
struct Verdicts {
    bytes: usize,
    time: Duration,
    memory: usize,
    /// `path:line:column message`
    problems: Vec<String>,
}

fn main() -> std::io::Result<()> {
    let mut list = false;
    let mut roots = Vec::new();
    for argument in std::env::args().skip(1) {
        if argument == "--list" { list = true } else { roots.push(argument) }
    }
    let mut paths: Vec<_> = roots
        .iter()
        .flat_map(|root| WalkDir::new(root).follow_links(false))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && is_terraform(entry.path()))
        .map(walkdir::DirEntry::into_path)
        .collect();
    paths.sort();
    let outcomes: Vec<_> = paths.par_iter().map(|path| parse(path)).collect();

    let mut out = stdout().lock();
    if list {
        for problem in outcomes.iter().flat_map(|outcome| &outcome.problems) {
            writeln!(out, "{problem}")?;
        }
    }
    let bytes: usize = outcomes.iter().map(|outcome| outcome.bytes).sum();
    let memory: usize = outcomes.iter().map(|outcome| outcome.memory).sum();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.time.as_secs_f64()).sum();
    let summary = serde_json::json!({
        "files": outcomes.len(),
        "bytes": bytes,
        "refused": outcomes.iter().filter(|outcome| !outcome.problems.is_empty()).count(),
        "problems": outcomes.iter().map(|outcome| outcome.problems.len()).sum::<usize>(),
        "mb_per_s": if seconds > 0.0 { (bytes as f64 / seconds / 1e5).round() / 10.0 } else { 0.0 },
        "memory_ratio": if bytes > 0 { (memory as f64 / bytes as f64 * 100.0).round() / 100.0 } else { 0.0 },
    });
    writeln!(out, "{summary}")
}

fn is_terraform(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".tf", ".tofu", ".tfvars", ".tf.json", ".tofu.json", ".tfvars.json"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn parse(path: &Path) -> Verdicts {
    let text = match Reader::default().text_of_named(path) {
        Ok(text) => text,
        Err(problem) => {
            return Verdicts { bytes: 0, time: Duration::ZERO, memory: 0, problems: vec![problem.message] };
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let source = Arc::clone(&text);
    let start = Instant::now();
    let Parsed { tree, problems } = if name.ends_with(".tfvars.json") {
        syntax::parse_json_values(FileId(0), source)
    } else if name.ends_with(".json") {
        syntax::parse_json(FileId(0), source)
    } else {
        syntax::parse_hcl(FileId(0), source)
    };
    let time = start.elapsed();
    let file = SourceFile::new(path.to_owned(), text);
    let problems = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| {
            let (line, column) = problem.span().map_or((1, 1), |span| file.line_column(span.range.start));
            format!("{}:{line}:{column} {}", path.display(), problem.message)
        })
        .collect();
    Verdicts { bytes: file.text.len(), time, memory: tree.memory(), problems }
}

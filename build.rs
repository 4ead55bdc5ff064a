//! Embeds every file below `rules/` into the program, so that adding a rule is adding a file.
//!
//! Each file is embedded twice: whole, for pages and tests, and without the examples of its rule, which are two thirds of its text
//! and which a check never reads. The latter comes with the head of its rule, by which a check knows whether it needs the rest.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    if let Err(error) = embed() {
        println!("cargo::error=the rules could not be embedded: {error}");
    }
}

fn embed() -> std::io::Result<()> {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let rules = manifest.join("rules");
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    collect(&rules, &mut files);
    files.sort();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let (mut whole, mut brief) = (String::from("&[\n"), String::from("&[\n"));
    for (number, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&manifest).unwrap_or(file).to_string_lossy().replace('\\', "/");
        println!("cargo::rerun-if-changed={name}");
        let _ = writeln!(whole, "    ({name:?}, include_str!({:?})),", file.to_string_lossy());
        let text = std::fs::read_to_string(file)?;
        let short = out.join(format!("{number}.hcl"));
        std::fs::write(&short, without_examples(&text))?;
        let head = head(&text);
        let _ = writeln!(brief, "    ({name:?}, include_str!({:?}), {head:?}),", short.to_string_lossy());
    }
    whole.push_str("]\n");
    brief.push_str("]\n");
    std::fs::write(out.join("rules.rs"), whole)?;
    std::fs::write(out.join("rules_for_checks.rs"), brief)
}

/// The text with an empty line for each line of an example, so that every other line keeps its number. Rule files are formatted:
/// an example starts and ends with two blanks before its first word and its brace.
fn without_examples(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut is_inside, mut heredoc) = (false, None);
    for line in text.lines() {
        if let Some(end) = heredoc {
            if line.trim() == end {
                heredoc = None;
            }
        } else if let Some((_, end)) = line.split_once("<<") {
            heredoc = Some(end.trim_start_matches('-').trim());
        } else if ["fails", "passes", "unknown"].iter().any(|word| {
            line.strip_prefix("  ")
                .and_then(|line| line.strip_prefix(word))
                .is_some_and(|rest| rest.starts_with(" \"") && rest.ends_with('{'))
        }) {
            is_inside = true;
        } else if is_inside && line == "  }" {
            is_inside = false;
            out.push('\n');
            continue;
        }
        // Only pages show these, and each is one line.
        let is_of_pages = ["  notice ", "  prove "].iter().any(|start| line.starts_with(start));
        if !is_inside && !is_of_pages {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// What a run asks of every rule.
const OF_HEADS: [&str; 8] =
    ["severity", "principle", "environment", "needs", "scope", "since", "renamed_from", "for_each"];

/// The rule of a file with nothing in it but what a run asks of every rule; `None` if there is no rule. Rule files are formatted: what belongs
/// to a rule itself starts with two blanks, and the last line of what takes several starts with two blanks and a bracket.
fn head(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with("rule \""));
    let mut out = format!("{}\n", lines.next()?);
    let is_of_head = |line: &str| {
        line.strip_prefix("  ").is_some_and(|line| {
            let word = line.split(' ').next().unwrap_or_default();
            OF_HEADS.contains(&word) && line.contains(" = ") || word == "param"
        })
    };
    while let Some(line) = lines.next() {
        if line.contains("<<") {
            let end = line.rsplit('-').next().unwrap_or_default();
            lines.by_ref().find(|line| line.trim() == end);
        } else if is_of_head(line) {
            let is_open = line.ends_with(['(', '[', '{']);
            let _ = writeln!(out, "{line}");
            while is_open && let Some(line) = lines.next() {
                let _ = writeln!(out, "{line}");
                if line.starts_with("  ") && !line.starts_with("   ") {
                    break;
                }
            }
        }
    }
    out.push_str("}\n");
    Some(out)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", dir.display());
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "hcl") {
            files.push(path);
        }
    }
}

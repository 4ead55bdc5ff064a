//! The `buttress` command: the only place that writes.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use buttress::cli::{Terminal, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let stdout = std::io::stdout();
    let colour = stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100);
    let answer = run(std::env::args_os(), Terminal { colour, width });
    // A reader that went away (`| head`) is no error of ours.
    let _ = std::io::stderr().write_all(answer.stderr.as_bytes());
    let _ = stdout.lock().write_all(answer.stdout.as_bytes());
    ExitCode::from(answer.code)
}

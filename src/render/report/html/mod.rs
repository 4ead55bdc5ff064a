//! HTML: a page for an audit, in one file that loads nothing. It reads without scripts: what is long is folded, and the one script only
//! filters findings. A policy in its head forbids everything else, scripts and styles that an input might smuggle in included.

mod audit;
mod findings;
mod summary;

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::summary::INCOMPLETE;
use crate::render::counted;
use crate::render::markup::escaped;
use crate::report::Report;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

pub(super) fn render(report: &Report) -> String {
    let parts = [
        ("summary", "Summary", summary::overview(report)),
        ("findings", "Findings", findings::part(report)),
        ("unknown", "What is not known", summary::undecided(report)),
        ("architecture", "Architecture", audit::pictures(report)),
        ("simulation", "What a loss does", audit::simulations(report)),
        ("coverage", "Signals", audit::coverage(report)),
        ("accepted", "Set aside", summary::set_aside(report)),
        ("problems", "Problems of the input", summary::problems(report)),
        ("checked", "What was checked", summary::checked(report)),
    ];
    let parts: Vec<(&str, &str, String)> = parts.into_iter().filter(|(.., text)| !text.is_empty()).collect();
    let mut out = head();
    let _ = writeln!(out, "<header>\n<h1>Architecture audit</h1>\n<p class=\"soft\">{}</p>", subject(report));
    let links = parts.iter().map(|(id, title, _)| format!("<a href=\"#{id}\">{title}</a>"));
    let _ = writeln!(out, "<nav aria-label=\"Parts\">{}</nav>\n</header>\n<main>", links.collect::<String>());
    if report.is_incomplete() {
        let _ = writeln!(out, "<section><p class=\"notice\"><strong>{INCOMPLETE}</strong></p></section>");
    }
    for (id, title, text) in parts {
        let _ =
            writeln!(out, "<section id=\"{id}\" aria-label=\"{title}\">\n<h2>{title}</h2>\n{text}</section>");
    }
    let _ = writeln!(
        out,
        "</main>\n<footer><p>{} {}. A rule passes only what it knows to be right: unknown is never a pass.</p></footer>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    );
    out
}

/// The head: the style, and a policy that allows it and the script, and nothing else.
fn head() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>Architecture audit</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(&policy)
    )
}

/// What the audit is about, in a line.
fn subject(report: &Report) -> String {
    let roots = match report.roots.as_slice() {
        [] => "no root module".to_owned(),
        [one] => crate::render::markup::code(&crate::render::path_of(&one.path)),
        several => counted(several.len(), "root module or plan", "root modules and plans"),
    };
    let resources = counted(report.counts.resources, "resource", "resources");
    let rules = counted(report.counts.rules, "rule", "rules");
    format!("{roots} · {resources} · {rules}")
}

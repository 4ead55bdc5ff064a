//! HTML in which nothing that the input gives is markup.

use super::clean;

/// Text in HTML, also between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A name, path or address.
pub(super) fn name(text: &str) -> String {
    escaped(&clean::name(text))
}

/// A name, path or address as code.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", name(text))
}

/// A sentence in which the input may have a part. What stands between backticks is code.
pub(super) fn sentence(text: &str) -> String {
    quoted(&clean::line(text))
}

fn quoted(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks quotes nothing.
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let shown = parts.iter().enumerate().map(|(n, part)| match n % 2 {
        1 if !part.is_empty() => format!("<code>{}</code>", escaped(part)),
        _ => escaped(part),
    });
    shown.collect()
}

/// What rules say in Markdown: paragraphs, lists and code; tables and everything else keep their lines.
pub(super) fn prose(text: &str) -> String {
    text.trim().split("\n\n").map(paragraph).collect()
}

fn paragraph(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_item = |line: &&&str| line.starts_with("- ") || line.starts_with("* ");
    if lines.is_empty() {
        return String::new();
    }
    if lines.iter().any(|line| line.starts_with('|') || line.starts_with("```")) {
        let lines: Vec<String> = lines.iter().map(|line| escaped(&clean::line(line))).collect();
        return format!("<pre>{}</pre>\n", lines.join("\n"));
    }
    let start = lines.iter().position(|line| is_item(&line)).unwrap_or(lines.len());
    let (words, items) = lines.split_at_checked(start).unwrap_or((&lines, &[]));
    let mut out = String::new();
    if !words.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", flowing(words)));
    }
    if !items.is_empty() {
        let items = items.chunk_by(|_, next| !is_item(&next));
        let items: Vec<String> = items
            .map(|item| format!("<li>{}</li>", flowing(item).split_at_checked(2).unwrap_or_default().1))
            .collect();
        out.push_str(&format!("<ul>{}</ul>\n", items.concat()));
    }
    out
}

/// Lines that belong to one paragraph.
fn flowing(lines: &[&str]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| clean::line(line)).collect();
    quoted(&lines.join(" "))
}

/// A word on a coloured ground; the class says what it is.
pub(super) fn badge(class: &str, words: &str) -> String {
    format!("<span class=\"badge {class}\">{}</span>", escaped(words))
}

/// Says how many of all rows a table does not show; nothing if it shows them all.
pub(super) fn more(all: usize, shown: usize) -> String {
    match all.checked_sub(shown) {
        None | Some(0) => String::new(),
        Some(1) => "<p class=\"soft\">1 more is not shown.</p>\n".to_owned(),
        Some(more) => format!("<p class=\"soft\">{more} more are not shown.</p>\n"),
    }
}

/// A table: the heads of its columns, which are of ours, and rows of cells that are HTML already.
pub(super) fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let heads: String =
        heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", escaped(head))).collect();
    let mut out = format!("<div class=\"table\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n");
    for row in rows {
        let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
        out.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    out.push_str("</tbody></table></div>\n");
    out
}

//! Takes secrets out of texts that go into facts: each byte of a secret becomes another one, so that all places stay.
//!
//! A secret is what is written as such: the value of a variable that is declared sensitive, of an argument, key or variable that is
//! called after a secret, a private key, an access key. What only refers to one stays.

use std::ops::Range as Bytes;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashSet;

use crate::syntax::tree::{BodyId, ExprId, ExprKind, TemplatePart, Tree};

/// What the names of secrets end with.
const NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "private_key",
    "secret_key",
    "access_key",
    "api_key",
    "apikey",
    "token",
    "secret_string",
    "secret_binary",
    "client_secret",
    "credentials",
    "connection_string",
];

/// How functions are called whose arguments are names.
const OF_NAMES: [&str; 5] = ["file", "templatefile", "lookup", "element", "pathexpand"];

/// Whether something is called after a secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase().replace('-', "_");
    NAMES.iter().any(|secret| {
        let before = name.strip_suffix(secret);
        before.is_some_and(|before| before.is_empty() || before.ends_with('_')) || name == "secret"
    })
}

/// The names of variables that are declared sensitive in a tree.
pub(super) fn sensitive_variables<'t>(tree: &'t Tree) -> impl Iterator<Item = String> + 't {
    let variables = tree.blocks(tree.root()).iter().filter(|block| tree.text(block.kind) == "variable");
    variables.filter_map(|block| {
        let body = tree.body(block.body);
        let is_set = |name: &str| {
            let own = tree.attribute(body, name);
            own.is_some_and(|own| matches!(tree.expr(own.value).kind, ExprKind::Bool(true)))
        };
        let name = tree.text(tree.labels(block).first()?.text);
        (is_set("sensitive") || is_set("ephemeral")).then(|| name.to_owned())
    })
}

/// The text of a file of configuration or values without secrets.
pub(super) fn configuration(tree: &Tree, sensitive: &FxHashSet<String>) -> String {
    let mut finder = SecretFinder { tree, sensitive, found: Vec::new() };
    finder.body(tree.root(), true);
    let mut bytes = tree.source.as_bytes().to_vec();
    let mut within = Vec::new();
    for secret in &finder.found {
        finder.hide(*secret, &mut within);
    }
    for place in within {
        blank(&mut bytes, place);
    }
    let mut text = String::from_utf8_lossy(&bytes).into_owned();
    for comment in tree.comments() {
        let range = comment.range.as_usize();
        if let Some(own) = text.get(range.clone()).map(plain) {
            text.replace_range(range, &own);
        }
    }
    keys(&text)
}

/// Any other text without what looks like a secret.
pub(super) fn plain(text: &str) -> String {
    static SAID: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let names = "password|passwd|passphrase|private_?key|secret_?key|access_?key|api_?key|token|secret_string|client_secret";
        Regex::new(&format!(r#"(?i)(?:{names})["']?\s*[:=]\s*["']?([^\s"',;}}$]+)"#)).ok()
    });
    keys(&hidden(text, SAID.as_ref(), 1))
}

/// A text without private keys and access keys.
fn keys(text: &str) -> String {
    static PRIVATE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)(?:-----END|$)").ok());
    static ACCESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b((?:AKIA|ASIA)[A-Z0-9]{16})\b").ok());
    hidden(&hidden(text, PRIVATE.as_ref(), 1), ACCESS.as_ref(), 1)
}

fn hidden(text: &str, pattern: Option<&Regex>, group: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let found = pattern.into_iter().flat_map(|pattern| pattern.captures_iter(text));
    for place in found.filter_map(|found| found.get(group).map(|own| own.range())) {
        blank(&mut bytes, place);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Replaces what is neither space nor the end of a line.
fn blank(bytes: &mut [u8], place: Bytes<usize>) {
    let own = bytes.get_mut(place).unwrap_or_default();
    own.iter_mut().filter(|byte| !byte.is_ascii_whitespace()).for_each(|byte| *byte = b'x');
}

struct SecretFinder<'t> {
    tree: &'t Tree,
    /// The variables that are declared sensitive anywhere.
    sensitive: &'t FxHashSet<String>,
    /// The values that are secret.
    found: Vec<ExprId>,
}

impl SecretFinder<'_> {
    fn is_secret(&self, name: &str) -> bool {
        is_secret_name(name) || self.sensitive.contains(name)
    }

    fn body(&mut self, body: &crate::syntax::tree::Body, is_root: bool) {
        let tree = self.tree;
        for attribute in tree.attributes(body) {
            match self.is_secret(tree.text(attribute.name)) {
                true => self.found.push(attribute.value),
                false => self.value(attribute.value),
            }
        }
        for block in tree.blocks(body) {
            let inner: BodyId = block.body;
            let label = tree.labels(block).first().map(|label| tree.text(label.text)).unwrap_or_default();
            let is_variable = is_root && tree.text(block.kind) == "variable" && self.is_secret(label);
            if is_variable && let Some(default) = tree.attribute(tree.body(inner), "default") {
                self.found.push(default.value);
            }
            self.body(tree.body(inner), false);
        }
    }

    /// Looks for secrets by the keys of objects.
    fn value(&mut self, id: ExprId) {
        let tree = self.tree;
        match tree.expr(id).kind {
            ExprKind::Object(items) => {
                let text = |id: ExprId| match tree.expr(id).kind {
                    ExprKind::String(text) => Some(tree.text(text)),
                    _ => None,
                };
                let items = tree.items(items);
                // `{ name = "DB_PASSWORD", value = "…" }`
                let called = items.iter().any(|item| {
                    text(item.key).is_some_and(|key| key.eq_ignore_ascii_case("name"))
                        && text(item.value).is_some_and(|name| self.is_secret(name))
                });
                for item in items {
                    let key = text(item.key).unwrap_or_default();
                    match self.is_secret(key) || called && key.eq_ignore_ascii_case("value") {
                        true => self.found.push(item.value),
                        false => self.value(item.value),
                    }
                }
            }
            ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| self.value(*item)),
            ExprKind::Call(call) => {
                tree.exprs(tree.call(call).arguments).iter().for_each(|argument| self.value(*argument));
            }
            ExprKind::Parens(inner) => self.value(inner),
            ExprKind::Conditional { yes, no, .. } => {
                self.value(yes);
                self.value(no);
            }
            _ => {}
        }
    }

    /// The places of what is written in a secret value. Of templates only the text is hidden, and of calls the arguments.
    fn hide(&self, id: ExprId, places: &mut Vec<Bytes<usize>>) {
        let tree = self.tree;
        let expr = tree.expr(id);
        match expr.kind {
            ExprKind::String(_) => places.push(inside(tree, expr.range.as_usize())),
            ExprKind::Number(_) => {}
            ExprKind::Template(parts) => {
                for part in tree.parts(parts) {
                    if let TemplatePart::Literal(text) = part {
                        let range = text.0.as_usize();
                        // What has escapes is kept elsewhere: then everything but references goes.
                        match range.end <= tree.source.len() {
                            true => places.push(range),
                            false => places.extend(around_references(tree, expr.range.as_usize())),
                        }
                    }
                }
            }
            ExprKind::Object(items) => {
                tree.items(items).iter().for_each(|item| self.hide(item.value, places))
            }
            ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| self.hide(*item, places)),
            ExprKind::Call(call) => {
                let call = tree.call(call);
                // What a file is called and what is looked up are no secrets, and decide what the value is.
                let name = tree.text(call.name);
                if !OF_NAMES.iter().any(|own| name.starts_with(own)) {
                    tree.exprs(call.arguments).iter().for_each(|own| self.hide(*own, places));
                }
            }
            ExprKind::Parens(inner) => self.hide(inner, places),
            ExprKind::Conditional { yes, no, .. } => {
                self.hide(yes, places);
                self.hide(no, places);
            }
            _ => {}
        }
    }
}

/// What stands between the quotes of a string, or between the lines that mark a heredoc.
fn inside(tree: &Tree, range: Bytes<usize>) -> Bytes<usize> {
    let text = tree.source.get(range.clone()).unwrap_or_default();
    if text.starts_with("<<") {
        let first = text.find('\n').map_or(text.len(), |at| at + 1);
        let last = text.trim_end().rfind('\n').map_or(first, |at| at + 1).max(first);
        return range.start + first..range.start + last;
    }
    match text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        true => range.start + 1..range.end - 1,
        false => range.start..range.start,
    }
}

/// What stands between the quotes of a template and outside of `${…}`.
fn around_references(tree: &Tree, range: Bytes<usize>) -> Vec<Bytes<usize>> {
    let inner = inside(tree, range);
    let text = tree.source.get(inner.clone()).unwrap_or_default();
    let (mut places, mut depth, mut start) = (Vec::new(), 0usize, inner.start);
    for (at, byte) in text.bytes().enumerate() {
        let at = inner.start + at;
        let opens = byte == b'{'
            && (depth > 0 || text.as_bytes().get((at - inner.start).wrapping_sub(1)) == Some(&b'$'));
        if opens {
            if depth == 0 {
                places.push(start..at.saturating_sub(1));
            }
            depth += 1;
        } else if byte == b'}' && depth > 0 {
            depth -= 1;
            start = at + 1;
        }
    }
    places.push(start..inner.end);
    places
}

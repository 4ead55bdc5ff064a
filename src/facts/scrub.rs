//! Takes secrets out of texts that go into facts: each byte of a secret becomes another one, so that all places stay.
//!
//! A secret is what is written as such: the value of a variable that is declared sensitive, of an argument, key or variable that is
//! called after a secret, a private key, an access key. What only refers to one stays.

use std::ops::Range as Bytes;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashSet;

use crate::syntax::tree::{Body, BodyId, ExprId, ExprKind, TemplatePart, Tree};

/// What the names of secrets end with.
const NAMES: [&str; 22] = [
    "password",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "secret",
    "app_key",
    "auth_key",
    "license_key",
    "signing_key",
    "dsn",
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

/// How the names of arguments end that Terraform stores nowhere.
const WRITE_ONLY: &str = "_wo";

/// What holds the secret of a block that says that it is one.
const HOLDERS: [&str; 5] = ["value", "insecure_value", "content", "data", "string_data"];

/// Whether something is called after a secret, or is an argument that is stored nowhere.
fn is_secret_name(name: &str) -> bool {
    let name = snake(name);
    NAMES.iter().any(|secret| {
        let before = name.strip_suffix(secret);
        before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
    }) || name.ends_with(WRITE_ONLY)
}

/// A name in words with `_` between them: `dbPassword` is `db_password`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        snake.extend(if c == '-' { '_' } else { c }.to_lowercase());
        before = c;
    }
    snake
}

/// The names of variables that are declared sensitive in a tree.
pub(super) fn sensitive_variables<'t>(tree: &'t Tree) -> impl Iterator<Item = String> + 't {
    let variables = tree.blocks_of(tree.root(), "variable");
    variables.filter_map(|block| {
        let body = tree.body(block.body);
        let is_set = |name: &str| {
            let own = tree.attribute(body, name);
            own.is_some_and(|own| tree.switch(own.value) != Some(false))
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
    for place in within.into_iter().chain(inside_texts(tree)) {
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
    static SAID: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r#"(?i)(?:{WORDS})["']?\s*[:=]\s*["']?([^\s"',;}}$]+)"#)).ok());
    keys(&hidden(&hidden(text, SAID.as_ref(), 1), in_address(), 1))
}

/// How secrets are called inside of texts.
const WORDS: &str = "password|passwd|passphrase|private_?key|secret_?key|access_?key|api_?key|app_?key|token|secret_string|client_?secret";

/// The password in an address: `postgres://user:password@host`.
fn in_address() -> Option<&'static Regex> {
    static ADDRESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\b[a-z][a-z0-9+.-]*://[^\s:/@$]*:([^\s@/$]+)@").ok());
    ADDRESS.as_ref()
}

/// The places of secrets that texts in a tree spell: an assignment in a script, a key in a document, the password in an address.
fn inside_texts(tree: &Tree) -> Vec<Bytes<usize>> {
    static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // A colon alone stands in many identifiers.
        let sign = r#"(?:\\?["']?\s*=\s*|\\?["']?:\s+|\\?["']\s*:\s*)"#;
        let words = format!("(?:{WORDS}|(?:^|[^a-z])(?:pass|pwd))");
        Regex::new(&format!(r#"(?im){words}{sign}\\?["']?([^\s"',;}}$\\]+)"#)).ok()
    });
    let mut places = Vec::new();
    for expr in tree.expressions() {
        let range = match expr.kind {
            ExprKind::String(_) | ExprKind::Template(_) => expr.range.as_usize(),
            _ => continue,
        };
        for part in around_references(tree, range) {
            let text = tree.source.get(part.clone()).unwrap_or_default();
            for pattern in [ASSIGNED.as_ref(), in_address()].into_iter().flatten() {
                let secrets = pattern.captures_iter(text).filter_map(|found| found.get(1));
                places.extend(secrets.map(|own| part.start + own.start()..part.start + own.end()));
            }
        }
    }
    places
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

    fn body(&mut self, body: &Body, is_root: bool) {
        let tree = self.tree;
        let holds_secret = says_secret(tree, body);
        for attribute in tree.attributes(body) {
            let name = tree.text(attribute.name);
            match self.is_secret(name) || holds_secret && HOLDERS.contains(&name) {
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
            let is_output = is_root && tree.text(block.kind) == "output" && is_secret_name(label);
            if is_output && let Some(value) = tree.attribute(tree.body(inner), "value") {
                self.found.push(value.value);
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
                let holds_secret =
                    items.iter().any(|item| match (text(item.key), tree.expr(item.value).kind) {
                        (Some("sensitive"), ExprKind::Bool(true)) => true,
                        (Some(key), ExprKind::String(value)) => {
                            KINDS.contains(&key) && is_secret_type(tree.text(value))
                        }
                        _ => false,
                    });
                for item in items {
                    let key = text(item.key).unwrap_or_default();
                    match self.is_secret(key)
                        || called && key.eq_ignore_ascii_case("value")
                        || holds_secret && HOLDERS.contains(&key)
                    {
                        true => self.found.push(item.value),
                        false => self.value(item.value),
                    }
                }
            }
            ExprKind::Tuple(items) => tree.exprs(items).iter().for_each(|item| self.value(*item)),
            ExprKind::Call(call) if tree.text(tree.call(call).name) == "sensitive" => {
                self.found.extend(tree.exprs(tree.call(call).arguments));
            }
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

/// Whether a block says that what it holds is secret: `sensitive = true`, `type = "SecureString"`.
fn says_secret(tree: &Tree, body: &Body) -> bool {
    let value = |name: &str| tree.attribute(body, name).map(|own| tree.expr(own.value).kind);
    let is_set = |name: &str| matches!(value(name), Some(ExprKind::Bool(true)));
    let says = |name: &str| match value(name) {
        Some(ExprKind::String(text)) => is_secret_type(tree.text(text)),
        _ => false,
    };
    is_set("sensitive") || is_set("ephemeral") || KINDS.iter().any(|name| says(name))
}

/// The arguments that say what a block holds.
const KINDS: [&str; 2] = ["type", "kind"];

/// Whether what is of this type is secret; what only names a store of secrets is not.
fn is_secret_type(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("secure") || ["secret", "sensitive"].contains(&text.as_str())
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

//! Sources of modules: how Terraform reads the `source` of a `module` block.

use std::sync::LazyLock;

use regex::Regex;

/// How a module is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleSource {
    /// A directory, relative to the calling module.
    Local,
    /// A module registry, the public one or one with a host name.
    Registry,
    /// A Git repository.
    Git,
    /// A Mercurial repository.
    Mercurial,
    /// An archive, or an object in a bucket.
    Archive,
    /// Anything else: a web server, an absolute path.
    Other,
}

/// Who publishes a module and as what: a source, or a pattern of sources, without protocol, user, arguments and `.git`.
/// `git@github.com:acme/net.git?ref=v1` and `git::https://github.com/acme/net.git` are both `github.com/acme/net`.
#[must_use]
pub fn published_as(source: &str) -> String {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '+');
    let after = |text: &'_ str, mark: &str| match text.split_once(mark) {
        Some((before, rest)) if is_word(before) => rest.to_owned(),
        _ => text.to_owned(),
    };
    let mut rest = after(&after(source, "::"), "://");
    if let Some((user, host)) = rest.split_once('@')
        && !user.contains('/')
    {
        rest = host.to_owned();
    }
    rest.truncate(rest.find(['?', '#']).unwrap_or(rest.len()));
    let rest = rest.replace(".git/", "/");
    let rest = rest.strip_suffix(".git").unwrap_or(&rest);
    match rest.split_once(':') {
        Some((host, path)) if !host.contains('/') => format!("{host}/{path}"),
        _ => rest.to_owned(),
    }
}

/// A text about sources, such as what a program says of them, without the passwords and tokens in their addresses.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    static SECRETS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        let patterns = [
            // Over HTTP a name alone is a token, over SSH it is `git`.
            (r"(?i)(https?://)[^\s/@'\x22`]+@", "${1}***@"),
            (r"(?i)([a-z][a-z0-9+.-]*://[^\s:/@'\x22`]*):[^\s/@'\x22`]+@", "${1}:***@"),
            (
                r"(?i)([?&;][a-z0-9_-]*(?:token|secret|passw(?:or)?d|signature|credential|key)[a-z0-9_-]*=)[^\s&;'\x22`]+",
                "${1}***",
            ),
        ];
        patterns.into_iter().filter_map(|(pattern, to)| Some((Regex::new(pattern).ok()?, to))).collect()
    });
    SECRETS.iter().fold(text.to_owned(), |text, (pattern, to)| pattern.replace_all(&text, *to).into_owned())
}

/// Whether a source, however it is written, is one that a pattern means, or lies in one. `*` stands for any part of a name, `**` for
/// several names.
#[must_use]
pub fn is_published_as(source: &str, pattern: &str) -> bool {
    let pattern = regex::escape(&published_as(pattern)).replace(r"\*\*", ".+").replace(r"\*", "[^/]*");
    Regex::new(&format!("^{pattern}(/|$)")).is_ok_and(|pattern| pattern.is_match(&published_as(source)))
}

impl ModuleSource {
    /// How Terraform fetches this source. It first tries a local path, then a registry address; anything else is downloaded.
    #[must_use]
    pub fn of(source: &str) -> Self {
        if is_local(source) {
            return Self::Local;
        }
        if is_registry(source) {
            return Self::Registry;
        }
        let path = source.split('?').next().unwrap_or(source);
        if source.starts_with("hg::") {
            return Self::Mercurial;
        }
        if is_git(source, path) {
            return Self::Git;
        }
        let archive =
            [".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"].iter().any(|end| path.ends_with(end));
        let bucket = ["s3::", "gcs::"].iter().any(|start| source.starts_with(start))
            || !source.contains("::") && !source.contains("://") && is_bucket(source);
        if archive || bucket { Self::Archive } else { Self::Other }
    }

    /// The name in rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Registry => "registry",
            Self::Git => "git",
            Self::Mercurial => "mercurial",
            Self::Archive => "archive",
            Self::Other => "other",
        }
    }
}

/// Whether a source is a local path. Terraform demands `./` in place of a lone dot; the meaning is clear all the same.
fn is_local(source: &str) -> bool {
    source == "."
        || source == ".."
        || ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
}

/// Whether Git fetches a source: it says so, its scheme or host does, it is written as for `ssh`, or its repository ends in `.git`.
fn is_git(source: &str, path: &str) -> bool {
    let says_so = ["git::", "git://", "github.com/", "bitbucket.org/"];
    if says_so.iter().any(|start| source.starts_with(start)) {
        return true;
    }
    // Another way to fetch it is named.
    if source.contains("::") {
        return false;
    }
    let is_secure_shell = !source.contains("://")
        && path.split_once('@').is_some_and(|(user, rest)| {
            !user.is_empty()
                && !user.contains('/')
                && rest.split('/').next().is_some_and(|host| host.contains(':'))
        });
    is_secure_shell || path.ends_with(".git") || path.contains(".git/")
}

/// Whether a source is an object store that Terraform recognises by its host name.
pub(super) fn is_bucket(source: &str) -> bool {
    [".amazonaws.com/", ".googleapis.com/"].iter().any(|host| source.contains(host))
}

/// Whether a source is `namespace/name/provider`, with or without a host before it and `//directory` after it.
fn is_registry(source: &str) -> bool {
    let package = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = package.split('/').collect();
    let (host, parts) = match parts.as_slice() {
        [host, parts @ ..] if parts.len() == 3 => (Some(*host), parts),
        parts => (None, parts),
    };
    let [namespace, name, provider] = parts else { return false };
    host.is_none_or(is_registry_host)
        && is_name(namespace)
        && is_name(name)
        && (1..=64).contains(&provider.len())
        && provider.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Whether a host may be a registry: Terraform excludes hosts from which it fetches repositories.
fn is_registry_host(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name.contains('.')
        && !["github.com", "bitbucket.org"].contains(&name)
        && name.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        })
}

/// Whether a name has up to 64 letters, digits, `-` and `_`, with a letter or digit at both ends.
fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    bytes.len() <= 64 && bytes.iter().copied().all(is_inner) && is_end(bytes.first()) && is_end(bytes.last())
}

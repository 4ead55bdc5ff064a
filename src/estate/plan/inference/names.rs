//! What names reveal where a plan says nothing: providers name similar attributes alike.

/// The attributes that references use most, for references whose attribute the plan leaves out.
pub(in crate::estate::plan) const USUAL: [&str; 2] = ["id", "name"];

/// Suffixes of attributes with a long text, in which a reference is only a part.
const TEXTS: [&str; 7] = ["policy", "policies", "document", "definitions", "content", "body", "user_data"];

pub(in crate::estate::plan) fn plain_letters(name: impl AsRef<str>) -> String {
    name.as_ref().chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

pub(in crate::estate::plan) fn is_text(name: &str) -> bool {
    name == "definition" || TEXTS.iter().any(|text| name.ends_with(text))
}

/// Whether an attribute of this name holds several things: providers follow English grammar here.
pub(in crate::estate::plan) fn is_plural(name: &str) -> bool {
    let singular = ["ss", "us", "is", "dns", "tls", "https", "kms", "alias"];
    name.ends_with('s') && !singular.iter().any(|end| name.ends_with(end))
}

/// Whether an attribute may be named after the one whose value it takes: `subnet_id` after `id`.
pub(in crate::estate::plan) fn ends_in(name: &str, last: &str) -> bool {
    name.strip_suffix(last).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

/// Attributes that identify their instance, wherever else the value occurs. Names are not among them: they are short, and people use
/// the same one for several things.
pub(in crate::estate::plan) const IDENTITIES: [&str; 14] = [
    "arn",
    "id",
    "self_link",
    "self",
    "url",
    "unique_id",
    "resource_id",
    "qualified_arn",
    "invoke_arn",
    "execution_arn",
    "dns_name",
    "fqdn",
    "endpoint",
    "zone_id",
];

/// Whether an attribute of this name distinguishes one resource from others, or is a document: a text that contains it depends on it.
pub(in crate::estate::plan) fn is_identity(name: &str) -> bool {
    const DOCUMENTS: [&str; 3] = ["json", "minified_json", "rendered"];
    let ends = |end: &str| ends_in(name, end);
    IDENTITIES.into_iter().any(ends)
        || ["name", "bucket", "address", "domain"].into_iter().any(ends)
        || DOCUMENTS.contains(&name)
}

/// Whether a text looks generated, so that the same text elsewhere means the same thing: a name or path with many parts, a URL or host
/// name, or an id with random letters in it.
pub(in crate::estate::plan) fn is_distinctive(text: &str) -> bool {
    let is_structured = text.len() >= 16
        && (text.matches(':').count() >= 4
            || text.contains("://")
            || text.matches('/').count() >= 3
            || text.matches('.').count() >= 3);
    is_structured || text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random)
}

/// Whether a word looks random: hexadecimal with digits and letters, or capitals mixed with digits.
fn is_random(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_hexadecimal = word.len() >= 8
        && digits >= 1
        && digits < word.len()
        && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_capital = word.len() >= 10
        && digits >= 2
        && digits + 2 <= word.len()
        && word.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    is_hexadecimal || is_capital
}

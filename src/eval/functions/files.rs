//! Files and paths.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::arguments::{not_null, quoted};
use super::hash;
use super::parameters::{any, string};
use super::strings::text;
use super::{Arguments, EvalResult, Function, Gives, row};
use crate::eval::{Fault, FileError};
use crate::value::convert::set;
use crate::value::{Cause, CauseKind, Kind, Pieces, Str, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    row("abspath", PATH, Gives::String, absolute, "The absolute path."),
    row("basename", &[string("path").open()], Gives::String, last_part, "The last part of a path."),
    row("dirname", PATH, Gives::String, |a| Ok(text(directory(a.text(0)))), "The directory part of a path."),
    row("file", PATH, Gives::String, file, "The contents of a file as a string."),
    row(
        "filebase64",
        PATH,
        Gives::String,
        |a| bytes(a, |b| STANDARD.encode(b)),
        "The contents of a file in Base64.",
    ),
    row(
        "filebase64sha256",
        PATH,
        Gives::String,
        |a| bytes(a, hash::base64_sha256),
        "SHA-256 of a file in Base64.",
    ),
    row(
        "filebase64sha512",
        PATH,
        Gives::String,
        |a| bytes(a, hash::base64_sha512),
        "SHA-512 of a file in Base64.",
    ),
    row("fileexists", PATH, Gives::Bool, exists, "Whether the file exists."),
    row("filemd5", PATH, Gives::String, |a| bytes(a, hash::md5), "MD5 of a file."),
    row(
        "fileset",
        &[string("path"), string("pattern")],
        Gives::StringSet,
        files,
        "The files that match a pattern.",
    ),
    row("filesha1", PATH, Gives::String, |a| bytes(a, hash::sha1), "SHA-1 of a file."),
    row("filesha256", PATH, Gives::String, |a| bytes(a, hash::sha256), "SHA-256 of a file."),
    row("filesha512", PATH, Gives::String, |a| bytes(a, hash::sha512), "SHA-512 of a file."),
    row("pathexpand", PATH, Gives::String, expand_home, "The path with `~` replaced by the home directory."),
    row(
        "templatefile",
        &[string("path"), any("vars").open().keeps_marks()],
        Gives::Any,
        |a| not_rendered(template_file(a)?),
        "Renders a template file with variables.",
    ),
    row(
        "templatestring",
        &[string("template"), any("vars").open().keeps_marks()],
        Gives::String,
        |a| not_rendered(template_string(a)?),
        "Renders a template string with variables.",
    ),
];

const PATH: &[super::Parameter] = &[string("path")];

fn not_read(type_: Type, path: &str) -> Value {
    not_null(type_, Cause::new(CauseKind::FileNotRead, path, None))
}

/// The content of the file that the first argument names; `None` if it may not be read.
fn content(arguments: &Arguments<'_>) -> EvalResult<Option<Arc<[u8]>>> {
    let path = arguments.text(0);
    match arguments.host.files.read(path, arguments.host.meter) {
        Ok(content) => Ok(Some(content)),
        Err(FileError::Confined(_)) => Ok(None),
        Err(FileError::Spent(spent)) => Err(spent.into()),
        Err(FileError::NotFound) => {
            let mut error = arguments.refuse(0, format_args!("no file exists at {}", quoted(path)));
            error.fault = Fault::File;
            Err(error)
        }
        Err(FileError::Unreadable(why)) => {
            Err(arguments.refuse(0, format_args!("failed to read file {}: {why}", quoted(path))))
        }
    }
}

fn utf8(arguments: &Arguments<'_>, content: &[u8]) -> EvalResult<Str> {
    std::str::from_utf8(content).map(Str::from).map_err(|_| {
        let path = arguments.text(0);
        arguments.fail(format_args!(
            "contents of {path:?} are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"
        ))
    })
}

fn file(arguments: &Arguments<'_>) -> EvalResult<Value> {
    match content(arguments)? {
        Some(content) => Ok(text(utf8(arguments, &content)?)),
        None => Ok(not_read(Type::String, arguments.text(0))),
    }
}

fn bytes(arguments: &Arguments<'_>, digest: fn(&[u8]) -> String) -> EvalResult<Value> {
    Ok(match content(arguments)? {
        Some(content) => {
            arguments.host.pay(u64::try_from(content.len()).unwrap_or(u64::MAX).saturating_mul(6))?;
            digest(&content).as_str().into()
        }
        None => not_read(Type::String, arguments.text(0)),
    })
}

fn exists(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let path = arguments.text(0);
    match arguments.host.files.exists(path) {
        Ok(exists) => Ok(exists.into()),
        Err(FileError::Confined(_)) => Ok(not_read(Type::Bool, path)),
        Err(FileError::Spent(spent)) => Err(spent.into()),
        Err(FileError::NotFound) => Ok(false.into()),
        Err(FileError::Unreadable(why)) => Err(arguments.fail(why)),
    }
}

fn files(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let (path, pattern) = (arguments.text(0), arguments.text(1));
    match arguments.host.files.glob(path, pattern, arguments.host.meter) {
        Ok(files) => Ok(set(Type::String, files.iter().map(|file| text(file.as_str())).collect())),
        Err(FileError::Confined(_)) => Ok(not_read(Gives::StringSet.type_(), path)),
        Err(FileError::Spent(spent)) => Err(spent.into()),
        Err(FileError::NotFound) => Ok(set(Type::String, Vec::new())),
        Err(FileError::Unreadable(why)) => {
            Err(arguments.fail(format_args!("failed to glob pattern {}: {why}", quoted(pattern))))
        }
    }
}

/// The shortest path with the same meaning, computed without looking at any file.
fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match (path.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (false, true) => "/",
        (false, false) => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

fn directory(path: &str) -> String {
    cleaned(path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default())
}

fn last_part(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let Kind::Unknown(unknown) = &arguments.value(0).kind else {
        return Ok(text(base_name(arguments.text(0))));
    };
    // The end of an unknown path may still be known.
    let end = unknown.refinement.pieces.as_ref().map_or("", |pieces| pieces.suffix());
    let last =
        end.trim_end_matches('/').rsplit_once('/').map(|(_, last)| last).filter(|last| !last.is_empty());
    Ok(match last {
        Some(last) => text(last),
        None => not_null(Type::String, unknown.cause.clone()),
    })
}

fn absolute(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let path = arguments.text(0);
    if path.starts_with('/') {
        return Ok(text(cleaned(path)));
    }
    Ok(match arguments.host.files.working_directory() {
        Some(root) => text(cleaned(&format!("{root}/{path}"))),
        None => below_working_directory(path, arguments.host.files.directory_name()),
    })
}

/// A path that starts at the working directory, of which only the name is known.
fn below_working_directory(path: &str, name: Option<String>) -> Value {
    let known = name.map(|name| cleaned(&format!("/{name}/{path}"))).filter(|known| known != "/");
    let Some(known) = known else { return elsewhere(path) };
    let mut pieces = Pieces::default();
    pieces.gap();
    pieces.text(&known);
    let cause = Cause::new(CauseKind::OutsideConfiguration, path, None);
    super::arguments::pieced(pieces, "/".into(), cause)
}

/// The unknown result for a path that depends on the machine.
fn elsewhere(path: &str) -> Value {
    super::arguments::prefixed("/".into(), Cause::new(CauseKind::OutsideConfiguration, path, None))
}

fn expand_home(arguments: &Arguments<'_>) -> EvalResult<Value> {
    let path = arguments.text(0);
    let Some(rest) = path.strip_prefix('~') else { return Ok(text(path)) };
    if !rest.is_empty() && !rest.starts_with('/') {
        return Err(arguments.fail("cannot expand user-specific home dir"));
    }
    Ok(match arguments.host.files.home_directory() {
        Some(home) => text(if rest.is_empty() { home } else { cleaned(&format!("{home}{rest}")) }),
        None => elsewhere(path),
    })
}

/// A template to render, or what is known of the result without rendering it.
#[derive(Debug)]
pub enum Template {
    /// Text to parse and evaluate; only `variables` are in scope.
    Source {
        text: Str,
        /// The path of the template file as given; empty for `templatestring`.
        name: Str,
        /// The variables that the template may refer to.
        variables: Vec<(Str, Value)>,
        /// A value whose marks the result gets.
        marks: Value,
    },
    /// The result is this unknown value.
    Unknown(Value),
}

/// Reads the file that `templatefile` names, and checks the variables.
///
/// # Errors
/// If there is no such file, it is not text, or the second argument is not a map or object.
pub(super) fn template_file(arguments: &Arguments<'_>) -> EvalResult<Template> {
    let path = arguments.text(0);
    let source = match content(arguments)? {
        Some(content) => utf8(arguments, &content)?,
        None => return Ok(Template::Unknown(not_read(Type::Dynamic, path))),
    };
    let marks = arguments.value(0).clone();
    let Some(variables) = variables(arguments)? else {
        let unknown = not_null(Type::Dynamic, unknown_variables(arguments));
        return Ok(Template::Unknown(unknown.computed_from_all_of(arguments.value(1))));
    };
    Ok(Template::Source { text: source, name: path.into(), variables, marks })
}

/// Checks the arguments of `templatestring`.
///
/// # Errors
/// If the second argument is not a map or object.
pub(super) fn template_string(arguments: &Arguments<'_>) -> EvalResult<Template> {
    let marks = arguments.value(0).clone();
    let Some(variables) = variables(arguments)? else {
        let unknown = not_null(Type::String, unknown_variables(arguments));
        return Ok(Template::Unknown(unknown.computed_from_all_of(arguments.value(1))));
    };
    Ok(Template::Source { text: arguments.text(0).into(), name: Str::new(), variables, marks })
}

fn unknown_variables(arguments: &Arguments<'_>) -> Arc<Cause> {
    arguments.value(1).first_cause().unwrap_or_else(Cause::provider)
}

/// The variables of a template; `None` if it is unknown which ones there are.
fn variables(arguments: &Arguments<'_>) -> EvalResult<Option<Vec<(Str, Value)>>> {
    let value = arguments.value(1);
    let entries = match &value.kind {
        Kind::Map(entries) | Kind::Object(entries) => entries,
        Kind::Unknown(_) => return Ok(None),
        _ => return Err(arguments.refuse(1, "invalid vars value: must be a map")),
    };
    for (name, _) in &entries.items {
        let mut chars = name.chars();
        let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !starts || !chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
            return Err(arguments.refuse(1, format_args!(
                "invalid template variable name {:?}: must start with a letter, followed by zero or more letters, digits, and underscores",
                name.as_str()
            )));
        }
    }
    let marked = |variable: &Value| variable.clone().computed_from(value);
    Ok(Some(entries.items.iter().map(|(name, variable)| (name.clone(), marked(variable))).collect()))
}

/// The result where no interpreter is available to render the template: unknown.
fn not_rendered(template: Template) -> EvalResult<Value> {
    Ok(match template {
        Template::Unknown(unknown) => unknown,
        Template::Source { name, variables, marks, .. } => {
            let unknown = Value::unknown(Cause::new(CauseKind::FileNotRead, name, None));
            variables.iter().map(|(_, v)| v).fold(unknown.computed_from(&marks), Value::computed_from_all_of)
        }
    })
}

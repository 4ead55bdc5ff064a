//! The functions that only files of Terragrunt have. Nothing is executed: what would take a program, a key or a service is unknown.

use std::path::{Path, PathBuf};

use super::places::{joined, name, relative};
use super::read::READ_VARIABLES;
use super::reading::ReadFor;
use super::scope::FileScope;
use crate::address::version;
use crate::budget::Budget;
use crate::eval::scope::NoScope;
use crate::eval::scope::Scope as _;
use crate::eval::{EvalError, EvalResult, Host, functions, interpreter};
use crate::files::Refusal;
use crate::files::system::FileKind;
use crate::value::convert::convert;
use crate::value::{Cause, CauseKind, Type, Unknown, Value};

/// The file that makes a directory a unit.
pub(super) const UNIT_FILE: &str = "terragrunt.hcl";

/// The steps to look whether something is at a path.
const PER_PATH: u64 = 20_000;

/// The result of a function that Terraform does not have; `None` if it is not one of Terragrunt's.
pub(super) fn call(
    scope: &FileScope<'_, '_>,
    function: &str,
    arguments: &[Value],
) -> Option<EvalResult<Value>> {
    let body: fn(&FileScope<'_, '_>, &Texts<'_>) -> EvalResult<Value> = match function {
        "find_in_parent_folders" => find_in_parent_folders,
        "path_relative_to_include" => {
            |scope, texts| Ok(relative(&include_directory(scope, texts)?, scope.home()).into_value())
        }
        "path_relative_from_include" => {
            |scope, texts| Ok(relative(scope.home(), &include_directory(scope, texts)?).into_value())
        }
        "get_parent_terragrunt_dir" => |scope, texts| Ok(include_directory(scope, texts)?.into_value()),
        "get_terragrunt_dir" | "get_working_dir" => |scope, _| Ok(scope.home().into()),
        "get_original_terragrunt_dir" => {
            |scope, _| Ok(super::places::directory(&scope.read_for.original).into())
        }
        "get_repo_root" => |scope, _| Ok(scope.places.repository().into()),
        "get_path_from_repo_root" => {
            |scope, _| Ok(relative(scope.places.repository(), scope.home()).into_value())
        }
        "get_path_to_repo_root" => {
            |scope, _| Ok(relative(scope.home(), scope.places.repository()).into_value())
        }
        "get_env" => environment,
        "read_terragrunt_config" => return Some(with_known(scope, arguments, function, 1, read_config)),
        "read_tfvars_file" => read_values_file,
        "mark_as_read" | "mark_glob_as_read" => |_, texts| Ok(texts.get(0)?.into()),
        "constraint_check" => constraint_check,
        "get_terraform_commands_that_need_vars" => |_, _| Ok(list(&READ_VARIABLES)),
        "get_terraform_commands_that_need_locking" => {
            |_, _| Ok(list(&["apply", "destroy", "import", "plan", "refresh", "taint", "untaint"]))
        }
        "get_terraform_commands_that_need_input" => {
            |_, _| Ok(list(&["apply", "import", "init", "plan", "refresh"]))
        }
        "get_terraform_commands_that_need_parallelism" => |_, _| Ok(list(&["apply", "plan", "destroy"])),
        "get_default_retryable_errors" | "get_terraform_cli_args" => {
            |_, texts| Ok(outside(texts, Type::Dynamic))
        }
        "get_platform" | "get_terraform_command" | "get_terragrunt_source_cli_flag" => {
            |_, texts| Ok(outside(texts, Type::String))
        }
        "run_cmd" | "sops_decrypt_file" => return Some(Ok(not_executed(function).sensitive())),
        _ if asks_the_account(function) => return Some(Ok(not_executed(function))),
        _ => return None,
    };
    Some(with_known(scope, arguments, function, usize::MAX, |scope, texts, _| body(scope, texts)))
}

/// `get_…_account_id` and the like ask the service behind the credentials of the process.
fn asks_the_account(function: &str) -> bool {
    function.starts_with("get_")
        && ["_account_id", "_account_alias", "_caller_identity_arn", "_caller_identity_user_id"]
            .iter()
            .any(|end| function.ends_with(end))
}

fn not_executed(function: &str) -> Value {
    let mut unknown =
        Unknown::new(Type::String, Cause::new(CauseKind::NotExecuted, format!("{function}()"), None));
    unknown.refinement.not_null = true;
    unknown.into()
}

/// The arguments of a call that are texts.
struct Texts<'a> {
    function: &'a str,
    texts: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    fn get(&self, index: usize) -> EvalResult<&'a str> {
        self.texts.get(index).copied().ok_or_else(|| {
            Box::new(EvalError::new(format!("function \"{}\" expects another argument", self.function)))
        })
    }

    fn at_most(&self, most: usize) -> EvalResult<()> {
        if self.texts.len() <= most {
            return Ok(());
        }
        let message = format!("function \"{}\" expects at most {most} argument(s)", self.function);
        Err(Box::new(EvalError::new(message)))
    }
}

/// Calls a function whose first arguments are texts, if they are known.
fn with_known(
    scope: &FileScope<'_, '_>,
    arguments: &[Value],
    function: &str,
    texts: usize,
    body: impl Fn(&FileScope<'_, '_>, &Texts<'_>, &[Value]) -> EvalResult<Value>,
) -> EvalResult<Value> {
    let (first, rest) = arguments.split_at(texts.min(arguments.len()));
    if let Some(cause) = first.iter().find_map(Value::first_cause) {
        return Ok(first.iter().fold(Value::unknown(cause), Value::computed_from_all_of));
    }
    // As for every function in HCL, numbers and booleans are converted.
    let texts: Vec<Value> = first
        .iter()
        .filter_map(|value| convert(value, &Type::String).ok())
        .filter(|text| !text.is_null())
        .collect();
    if texts.len() < first.len() {
        return Err(Box::new(EvalError::new(format!("function \"{function}\" expects texts as arguments"))));
    }
    let known = Texts { function, texts: texts.iter().filter_map(Value::as_str).collect() };
    scope.host().pay(PER_PATH)?;
    let result = body(scope, &known, rest)?;
    Ok(first.iter().fold(result, Value::secret_as))
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        self.as_str().into()
    }
}

fn list(names: &[&str]) -> Value {
    Value::list(Type::String, names.iter().map(|name| (*name).into()).collect())
}

/// What the command line of Terragrunt or the machine decides.
fn outside(texts: &Texts<'_>, type_: Type) -> Value {
    let subject = format!("{}()", texts.function);
    Value::unknown_of(type_, Cause::new(CauseKind::OutsideConfiguration, subject, None))
}

/// `get_env(name, default)`: the variable decides, so the default is not the value.
fn environment(scope: &FileScope<'_, '_>, texts: &Texts<'_>) -> EvalResult<Value> {
    texts.at_most(2)?;
    let name = texts.get(0)?;
    if let Some((_, value)) = scope.reading.environment.iter().find(|(own, _)| own == name) {
        return Ok(value.as_str().into());
    }
    let mut unknown = Unknown::new(Type::String, Cause::new(CauseKind::EnvironmentVariable, name, None));
    unknown.refinement.not_null = true;
    Ok(unknown.into())
}

fn find_in_parent_folders(scope: &FileScope<'_, '_>, texts: &Texts<'_>) -> EvalResult<Value> {
    texts.at_most(2)?;
    let wanted = texts.get(0).unwrap_or(UNIT_FILE);
    let mut below = scope.home().to_owned();
    while !scope.places.is_top(&below) && below.contains('/') {
        below = super::places::directory(&below).to_owned();
        scope.host().pay(PER_PATH)?;
        let path = joined(&below, wanted);
        let there = scope.places.real(&scope.reading.reader, &path);
        // One that may not be read is there as well: whoever reads it says so.
        let is_found = |real: PathBuf| match scope.reading.reader.kind(&real) {
            Ok(_) => true,
            Err(refusal) => refusal.is_by_rule(),
        };
        if there.is_some_and(is_found) {
            return Ok(path.into_value());
        }
    }
    match texts.get(1) {
        Ok(fallback) => Ok(fallback.into()),
        Err(_) => {
            let home = scope.shown(scope.home());
            let message =
                format!("no directory above `{home}` has `{wanted}`, as far as the repository reaches");
            scope.reading.not_found.borrow_mut().insert(message.clone(), wanted.to_owned());
            Err(Box::new(EvalError::new(message)))
        }
    }
}

/// The directory of the file that includes this one, or of the one that this file includes.
fn include_directory(scope: &FileScope<'_, '_>, texts: &Texts<'_>) -> EvalResult<String> {
    texts.at_most(1)?;
    if scope.is_included {
        return Ok(super::places::directory(&scope.path).to_owned());
    }
    let blocks = scope.include_blocks()?;
    let block = match (blocks, texts.get(0)) {
        ([], _) => return Ok(scope.home().to_owned()),
        ([only], _) => only,
        (several, Ok(label)) => several.iter().find(|block| block.name == label).ok_or_else(|| {
            Box::new(EvalError::new(format!("there is no `include \"{label}\"` in this file")))
        })?,
        (_, Err(_)) => {
            let message =
                format!("function \"{}\" needs the name of one of several `include` blocks", texts.function);
            return Err(Box::new(EvalError::new(message)));
        }
    };
    match &block.path {
        Ok(path) => Ok(super::places::directory(path).to_owned()),
        Err(cause) => {
            Err(Box::new(EvalError::new(format!("the path of this `include` block is not known: {cause}"))))
        }
    }
}

/// A path that Terragrunt sees, named as the user would; `None` if it may not be read, which is told.
fn permitted(scope: &FileScope<'_, '_>, target: &str) -> Option<PathBuf> {
    let reader = &scope.reading.reader;
    let real = scope.places.real(reader, target);
    let path = real.as_deref().unwrap_or(Path::new(target));
    let refusal = reader.kind(path).err().filter(Refusal::is_by_rule);
    if real.is_some() && refusal.is_none() {
        return real;
    }
    scope.refused(*refusal.unwrap_or(Refusal::Outside).problem(path));
    None
}

fn read_config(scope: &FileScope<'_, '_>, texts: &Texts<'_>, rest: &[Value]) -> EvalResult<Value> {
    let mut target = joined(scope.home(), texts.get(0)?);
    let Some(real) = permitted(scope, &target) else {
        return Ok(Value::unknown(Cause::new(CauseKind::FileNotRead, name(&target), None)));
    };
    let reader = &scope.reading.reader;
    let mut kind = reader.kind(&real).ok();
    if kind == Some(FileKind::Directory) {
        target = joined(&target, UNIT_FILE);
        kind = scope.places.real(reader, &target).and_then(|real| reader.kind(&real).ok());
    }
    if kind.is_none() {
        return match rest.first() {
            Some(default) => Ok(default.clone()),
            None => {
                Err(Box::new(EvalError::new(format!("the file `{}` does not exist", scope.shown(&target)))))
            }
        };
    }
    let read_for = ReadFor { values: None, ..scope.read_on(&target) };
    let read = || -> EvalResult<Value> {
        let file = FileScope::open(scope.reading, &scope.places, &target, read_for, false)?;
        let config = file.config();
        Ok(super::expose::value(&file, &config))
    };
    let value = stacker::maybe_grow(256 << 10, 4 << 20, read)?;
    let weight = value.weight();
    scope.host().meter.spend(Budget::Values, weight.memory())?;
    scope.host().pay(weight.steps)?;
    Ok(value)
}

/// `read_tfvars_file`: the values of a file as JSON.
fn read_values_file(scope: &FileScope<'_, '_>, texts: &Texts<'_>) -> EvalResult<Value> {
    let path = texts.get(0)?;
    let unread = || Value::unknown_of(Type::String, Cause::new(CauseKind::FileNotRead, name(path), None));
    let Some(real) = permitted(scope, &joined(scope.home(), path)) else { return Ok(unread()) };
    if !scope.reading.is_file(&real) {
        return Err(Box::new(EvalError::new(format!("the file `{}` does not exist", real.display()))));
    }
    let file = scope.reading.tree(&real)?;
    let Some(tree) = file.tree.filter(|_| file.unread.is_none()) else { return Ok(unread()) };
    let host = Host { ..scope.host() };
    let mut items = Vec::new();
    for attribute in tree.attributes(tree.root()) {
        let value = interpreter::evaluate(&tree, attribute.value, &NoScope(host))?;
        items.push((tree.text(attribute.name).into(), value));
    }
    match functions::find("jsonencode") {
        Some(encode) => encode.call(&host, &[Value::object(items)]),
        None => Ok(unread()),
    }
}

fn constraint_check(_: &FileScope<'_, '_>, texts: &Texts<'_>) -> EvalResult<Value> {
    let (version, constraint) = (texts.get(0)?, texts.get(1)?);
    let allowed = version::allows(constraint, version);
    allowed.map(Value::from).map_err(|message| Box::new(EvalError::new(message)))
}

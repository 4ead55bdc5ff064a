//! A module of one file, as far as the cases need one: locals, variables, `terraform_data`, `path`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use buttress::budget::Meter;
use buttress::estate::confined::ConfinedFiles;
use buttress::eval::interpreter::evaluate;
use buttress::eval::scope::{NoScope, Reference, Resolved, Scope};
use buttress::eval::{EvalError, EvalResult, FileError, Files, Host, type_expr};
use buttress::files::Reader;
use buttress::syntax::parse_hcl;
use buttress::syntax::tree::{Block, ExprId, ExprKind, Tree};
use buttress::text::FileId;
use buttress::value::convert::{apply_defaults, convert};
use buttress::value::equality::NoIdentities;
use buttress::value::{Kind, Origin, Step, Str, SymbolId, Time, Type, Unknown, Value};
use serde_json::Value as Json;

/// Files as the cases were made with: a home directory and a working directory.
pub(super) struct Disk {
    files: ConfinedFiles,
    meter: Meter,
}

impl Disk {
    pub(super) fn new(folder: &Path) -> Self {
        let mut reader = Reader::default();
        reader.permit(folder).expect("the folder of the case");
        Self { files: ConfinedFiles::new(folder, reader), meter: Meter::unlimited() }
    }
}

impl Files for Disk {
    fn read(&self, path: &str, meter: &Meter) -> Result<Arc<[u8]>, FileError> {
        self.files.read(path, meter)
    }
    fn exists(&self, path: &str) -> Result<bool, FileError> {
        self.files.exists(path)
    }
    fn glob(&self, base: &str, pattern: &str, meter: &Meter) -> Result<Vec<String>, FileError> {
        self.files.glob(base, pattern, meter)
    }
    fn working_directory(&self) -> Option<String> {
        Some("/work".to_owned())
    }
    fn home_directory(&self) -> Option<String> {
        Some("/home/tester".to_owned())
    }
}

struct Module<'a> {
    tree: &'a Tree,
    tfvars: &'a Json,
    disk: &'a Disk,
}

/// The value of `local.x`, or why there is none.
pub(super) fn run(folder: &Path, source: &str, tfvars: &Json) -> Result<Value, String> {
    let parsed = parse_hcl(FileId(0), source.into());
    if let Some(problem) =
        parsed.problems.iter().find(|p| p.severity == buttress::diagnostic::Severity::Error)
    {
        return Err(format!("syntax: {}", problem.message));
    }
    let disk = Disk::new(folder);
    let module = Module { tree: &parsed.tree, tfvars, disk: &disk };
    module.validate()?;
    module.local("x").map_err(|error| error.message)
}

fn fail<T>(message: impl Into<String>, static_error: bool) -> EvalResult<T> {
    Err(Box::new(EvalError { static_error, ..EvalError::new(message) }))
}

impl Module<'_> {
    fn host(&self) -> Host<'_> {
        Host { files: self.disk, identities: &NoIdentities, meter: &self.disk.meter }
    }

    fn blocks<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.tree.blocks(self.tree.root()).iter().filter(move |block| self.tree.text(block.kind) == kind)
    }

    fn attribute(&self, block: &Block, name: &str) -> Option<ExprId> {
        self.tree.attribute(self.tree.body(block.body), name).map(|attribute| attribute.value)
    }

    fn labelled(&self, kind: &str, labels: &[&str]) -> Option<&Block> {
        self.tree.blocks(self.tree.root()).iter().find(|block| {
            self.tree.text(block.kind) == kind
                && self
                    .tree
                    .labels(block)
                    .iter()
                    .map(|label| self.tree.text(label.text))
                    .eq(labels.iter().copied())
        })
    }

    /// What Terraform checks of every variable, used or not.
    fn validate(&self) -> Result<(), String> {
        for block in self.blocks("variable") {
            let name =
                self.tree.labels(block).first().map(|label| self.tree.text(label.text)).unwrap_or_default();
            self.variable(name).map_err(|error| error.message)?;
        }
        Ok(())
    }

    fn local(&self, name: &str) -> EvalResult<Value> {
        for block in self.blocks("locals") {
            if let Some(value) = self.attribute(block, name) {
                return evaluate(self.tree, value, self);
            }
        }
        fail(format!("no local {name}"), true)
    }

    fn variable(&self, name: &str) -> EvalResult<Value> {
        let Some(block) = self.labelled("variable", &[name]) else {
            return fail(format!("no variable {name}"), true);
        };
        let constant = NoScope(self.host());
        let evaluate_constant = |expr| evaluate(self.tree, expr, &constant);
        let constraint = self.attribute(block, "type").map(|expr| {
            if matches!(self.tree.expr(expr).kind, ExprKind::String(_)) {
                return fail("quoted type", true);
            }
            let (constraint, problems) = type_expr::constraint(self.tree, expr, &evaluate_constant);
            match problems.first() {
                Some(problem) => fail(problem.message.clone(), true),
                None => Ok(constraint),
            }
        });
        let constraint = constraint.transpose()?;
        let fit = |value: Value| -> EvalResult<Value> {
            let Some(constraint) = &constraint else { return Ok(value) };
            let value = match &constraint.defaults {
                Some(defaults) => apply_defaults(value, defaults),
                None => value,
            };
            convert(&value, &constraint.type_).or_else(|error| fail(error.to_string(), true))
        };
        let flag = |name| {
            self.attribute(block, name)
                .and_then(|expr| evaluate_constant(expr).ok())
                .and_then(|v| v.as_bool())
        };
        let default =
            self.attribute(block, "default").map(evaluate_constant).transpose()?.map(fit).transpose()?;
        let given = self.tfvars.get(name).map(from_json).map(fit).transpose()?;
        let nullable = flag("nullable").unwrap_or(true);
        let value = match (given, default) {
            (Some(given), Some(default)) if given.is_null() && !nullable => default,
            (Some(given), _) => given,
            (None, Some(default)) => default,
            (None, None) => return fail(format!("no value for variable {name}"), true),
        };
        Ok(if flag("sensitive") == Some(true) { value.sensitive() } else { value })
    }

    fn resource(&self, name: &str, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let at = self.tree.blocks(self.tree.root()).iter().position(|block| {
            self.tree
                .labels(block)
                .iter()
                .map(|label| self.tree.text(label.text))
                .eq(["terraform_data", name])
        });
        let Some(at) = at else { return fail(format!("no resource {name}"), true) };
        let block = &self.tree.blocks(self.tree.root())[at];
        let symbol = SymbolId::new(Time::After, at * 100);
        let eval =
            |name: &str| self.attribute(block, name).map(|expr| evaluate(self.tree, expr, self)).transpose();
        let object = |symbol: SymbolId| -> EvalResult<Value> {
            let unknown = |name: &str, type_: Type, not_null: bool| {
                let origin = Origin { symbol, path: vec![Step::Key(name.into())] };
                let mut unknown = Unknown::symbolic(Arc::new(origin));
                unknown.type_ = type_;
                unknown.refinement.not_null = not_null;
                Value::from(unknown)
            };
            let input = eval("input")?.unwrap_or(Value::NULL);
            let output =
                if input.is_null() { Value::NULL } else { unknown("output", input.type_of(), false) };
            let triggers = eval("triggers_replace")?.unwrap_or(Value::NULL);
            let attributes = [
                ("id", unknown("id", Type::String, true)),
                ("input", input),
                ("output", output),
                ("triggers_replace", triggers),
            ];
            Ok(Value::object(attributes.map(|(name, value)| (name.into(), value)).into()))
        };
        let whole = |value| Ok(Resolved { value, consumed: 1 });
        if let Some(count) = eval("count")? {
            if reference.attribute(1).is_some() {
                return fail("missing resource instance key", true);
            }
            let count = count.as_number().and_then(|n| n.as_i64()).unwrap_or(0);
            let items = (0..usize::try_from(count).unwrap_or_default())
                .map(|i| object(SymbolId::new(Time::After, symbol.index() + 1 + i)));
            return whole(Value::tuple(items.collect::<EvalResult<_>>()?));
        }
        if let Some(for_each) = eval("for_each")? {
            let keys = for_each.as_sequence().map(|sequence| sequence.items.clone()).unwrap_or_default();
            let items = keys.iter().zip(1..).map(|(key, i)| -> EvalResult<(Str, Value)> {
                Ok((
                    key.as_str().unwrap_or_default().into(),
                    object(SymbolId::new(Time::After, symbol.index() + i))?,
                ))
            });
            return whole(Value::object(items.collect::<EvalResult<_>>()?));
        }
        if let Some(key) = reference.index(1)
            && matches!(key.kind, Kind::Number(_))
        {
            return fail("unexpected resource instance key", true);
        }
        whole(object(symbol)?)
    }
}

impl Scope for Module<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        let name = reference.attribute(0);
        let one = |value: EvalResult<Value>| Ok(Resolved { value: value?, consumed: 1 });
        match (reference.root, name) {
            ("local", Some(name)) => one(self.local(name)),
            ("var", Some(name)) => one(self.variable(name)),
            ("terraform_data", Some(name)) => self.resource(name, reference),
            ("path", Some("root" | "module")) => one(Ok(".".into())),
            ("path", Some("cwd")) => one(Ok("/work".into())),
            ("terraform", Some("workspace")) => one(Ok("default".into())),
            (root, _) => fail(format!("`{root}` is not declared"), true),
        }
    }

    fn host(&self) -> Host<'_> {
        Module::host(self)
    }
}

/// A value of a variables file in JSON.
pub(super) fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::NULL,
        Json::Bool(value) => (*value).into(),
        Json::Number(number) => buttress::value::Number::parse(&number.to_string()).unwrap().into(),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::tuple(items.iter().map(from_json).collect()),
        Json::Object(items) => {
            let mut sorted: BTreeMap<&String, Value> = BTreeMap::new();
            sorted.extend(items.iter().map(|(key, value)| (key, from_json(value))));
            Value::object(sorted.into_iter().map(|(key, value)| (key.as_str().into(), value)).collect())
        }
    }
}

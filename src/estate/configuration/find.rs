//! Finds the module of a call: the directory that its source leads to, or why there is none.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::downloads::{ModuleLookup, WantedModule, is_local};
use super::module::ModuleInstance;
use super::{MAX_MODULE_DEPTH, Repetition};
use crate::diagnostic::Diagnostic;
use crate::estate::configuration::declare::{self, ModuleConfig, NamedDecl};
use crate::files::path::clean;
use crate::text::Span;
use crate::value::{Cause, CauseKind, Str};

/// Why a module cannot be loaded.
pub(super) enum Missing {
    NotDownloaded(Fetched),
    /// There is a copy of another source or version.
    Stale(Fetched, String),
    NoSuchDirectory(PathBuf),
    /// Not looked for, because it would lie outside of what may be read.
    Outside(PathBuf),
    CallsItself,
    TooDeep,
    SourceNotConstant,
}

/// What would have to be fetched.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    pub(super) source: Str,
    pub(super) version: Option<Str>,
}

impl Missing {
    /// What fetching would help with, and whether there is a copy of something else.
    pub(super) const fn fetched(&self) -> Option<(&Fetched, bool)> {
        match self {
            Self::NotDownloaded(fetched) => Some((fetched, false)),
            Self::Stale(fetched, _) => Some((fetched, true)),
            _ => None,
        }
    }

    /// Says what is wrong, and gives the cause of what is unknown for it. What is not downloaded is said once for all calls of a source, by
    /// whoever sees all root modules.
    pub(super) fn report(self, module: &ModuleInstance<'_>, address: &str, span: Option<Span>) -> Arc<Cause> {
        let problem = match &self {
            Self::NotDownloaded(_) => return Cause::new(CauseKind::ModuleNotLoaded, address, span),
            Self::Stale(_, difference) => Diagnostic::warning(
                "config/module-stale",
                format!("the module `{address}` was downloaded {difference}: its resources and outputs are unknown"),
            )
            .help("run `terraform get` again: Terraform rejects this copy too"),
            Self::NoSuchDirectory(dir) => Diagnostic::error(
                "config/module-missing",
                format!("the directory `{}` of the module `{address}` does not exist", dir.display()),
            )
            .help("check `source`: a local path is relative to the file with the block"),
            Self::Outside(dir) => Diagnostic::error(
                "source/outside",
                format!(
                    "the module `{address}` is outside the repository, in `{}`, and is not read",
                    dir.display()
                ),
            )
            .help("check a directory that contains both, or pass the module's directory with `--module-dir`"),
            Self::CallsItself => {
                Diagnostic::error("config/module-cycle", format!("the module `{address}` calls itself"))
                    .help("a module must not call itself, directly or through others")
            }
            Self::TooDeep => Diagnostic::error(
                "config/module-depth",
                format!("the module `{address}` is nested more than {MAX_MODULE_DEPTH} calls deep"),
            ),
            Self::SourceNotConstant => Diagnostic::error(
                "config/module-source",
                format!("the source of `{address}` is not a constant string"),
            )
            .help("Terraform needs `source` before it evaluates anything: write a literal string"),
        };
        // The report makes one problem of those that differ in the address only.
        let problem = Diagnostic { address: address.into(), ..problem };
        module.evaluation.report(match span {
            Some(span) => problem.at(span, "this call"),
            None => problem,
        });
        let kind = match self {
            Self::Stale(..) => return Cause::new(CauseKind::ModuleNotLoaded, address, span),
            Self::NoSuchDirectory(_) => return Cause::new(CauseKind::NoModuleDirectory, address, span),
            Self::Outside(_) => return Cause::new(CauseKind::ModuleOutside, address, span),
            Self::TooDeep => CauseKind::Limit,
            _ => CauseKind::Error,
        };
        Cause::new(kind, format!("the module {address} could not be loaded"), span)
    }
}

pub(super) fn find_module<'a>(
    module: &'a ModuleInstance<'a>,
    declared: &NamedDecl,
    manifest_key: &str,
) -> Result<(Arc<Path>, &'a ModuleConfig), Missing> {
    let known = module.evaluation.declared.local_modules.borrow().get(&std::ptr::from_ref(declared)).cloned();
    let (dir, config) = match known {
        Some(known) => known,
        None => resolve(module, declared, manifest_key)?,
    };
    if module.depth >= MAX_MODULE_DEPTH {
        return Err(Missing::TooDeep);
    }
    let mut ancestor = Some(module);
    while let Some(at) = ancestor {
        if std::ptr::eq(at.config, config) {
            return Err(Missing::CallsItself);
        }
        ancestor = at.caller.as_ref().map(|caller| caller.module);
    }
    Ok((dir, config))
}

fn resolve<'a>(
    module: &'a ModuleInstance<'a>,
    declared: &NamedDecl,
    manifest_key: &str,
) -> Result<(Arc<Path>, &'a ModuleConfig), Missing> {
    let source = constant(module, declared, "source").ok_or(Missing::SourceNotConstant)?;
    let version = constant(module, declared, "version");
    let request = module.evaluation.request;
    let wanted = WantedModule { source: &source, version: version.as_deref() };
    let [written_source, written_version] =
        ["source", "version"].map(|name| shown_instead(module, declared, name));
    let fetched = || Fetched {
        source: written_source.clone().unwrap_or_else(|| source.clone()),
        version: version.clone().map(|own| written_version.clone().unwrap_or(own)),
    };
    let shown = |dir: PathBuf| written_source.as_ref().map_or(dir, |written| PathBuf::from(written.as_str()));
    let dir = match request.project.resolve(request.home(), manifest_key, &module.dir, wanted) {
        ModuleLookup::At(dir) => dir,
        ModuleLookup::Nowhere => {
            let outside = absolute(&source).filter(|path| request.project.is_refused(path));
            return Err(match outside {
                Some(path) => Missing::Outside(shown(path)),
                None => Missing::NotDownloaded(fetched()),
            });
        }
        ModuleLookup::Stale(difference) => {
            let is_shown = written_source.is_none() && written_version.is_none();
            let difference =
                if is_shown { difference } else { "from elsewhere, or in another version".to_owned() };
            return Err(Missing::Stale(fetched(), difference));
        }
    };
    let Some(config) = request.project.module(&dir) else {
        if request.project.is_refused(&dir) {
            return Err(Missing::Outside(shown(dir)));
        }
        // `terraform init` may put another call's download there.
        let is_there = is_local(&source) && !request.project.is_data_of(request.home(), &dir);
        return Err(if is_there {
            Missing::NoSuchDirectory(shown(dir))
        } else {
            Missing::NotDownloaded(fetched())
        });
    };
    let found = (Arc::from(dir), &**config);
    if is_local(&source) {
        module.evaluation.declared.local_modules.borrow_mut().insert(declared, found.clone());
    }
    Ok(found)
}

/// What to show in place of an argument of a call, if its value must not be quoted: the expression as it is written. A value that the
/// user gives on the command line is never quoted, and any expression may contain one.
fn shown_instead(module: &ModuleInstance<'_>, declared: &NamedDecl, name: &str) -> Option<Str> {
    let (tree, attribute) = declared.attribute(module.config, name)?;
    if !module.evaluation.request.given.has_texts() || declare::string(tree, attribute.value).is_some() {
        return None;
    }
    let written = tree.slice(tree.expr(attribute.value).range);
    Some(written.trim_matches('"').into())
}

/// The absolute path that a source is: Terraform reads what lies there.
fn absolute(source: &str) -> Option<PathBuf> {
    let path = source.split('?').next().unwrap_or(source);
    let path = Path::new(path.strip_prefix("file://").unwrap_or(path));
    path.is_absolute().then(|| clean(path))
}

/// The text of an argument of a call. OpenTofu evaluates it early; what it may refer to there is known before anything else.
fn constant<'a>(module: &'a ModuleInstance<'a>, declared: &NamedDecl, name: &str) -> Option<Str> {
    let (tree, attribute) = declared.attribute(module.config, name)?;
    match declare::string(tree, attribute.value) {
        Some(written) => Some(written),
        None => {
            let value = module.value(tree, attribute.value, &Repetition::SINGLE);
            // Problems and causes quote what is fetched.
            value.as_str().filter(|_| !value.is_secret()).map(Str::from)
        }
    }
}

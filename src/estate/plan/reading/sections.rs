//! The sections of a plan, read from its text; the large ones in parallel.

use super::changes::{Names, ResourceChange};
use super::document::PlanDocument;
use super::json::Json;
use super::reader::{Broken, JsonCursor, Keep};
use super::values::{Read, Values};
use crate::diagnostic::Diagnostic;
use crate::value::Str;

/// A text and its name in output.
pub(in crate::estate::plan) struct PlanText<'t> {
    pub(in crate::estate::plan) path: String,
    pub(in crate::estate::plan) document: PlanDocument<'t>,
}

/// The sections of a plan that make an estate.
pub(in crate::estate::plan) struct Sections {
    /// Whether the plan lists what will exist.
    pub(in crate::estate::plan) has_values: bool,
    pub(in crate::estate::plan) planned: Values,
    /// Whether the plan lists changes, and with them what is unknown.
    pub(in crate::estate::plan) has_changes: bool,
    pub(in crate::estate::plan) changes: Vec<ResourceChange>,
    pub(in crate::estate::plan) drift: Vec<ResourceChange>,
    pub(in crate::estate::plan) deferred: Vec<Deferred>,
    /// Whether the plan lists what existed before.
    pub(in crate::estate::plan) has_prior: bool,
    pub(in crate::estate::plan) prior: Values,
    pub(in crate::estate::plan) variables: Json,
    pub(in crate::estate::plan) configuration: Option<Json>,
    /// The attributes that what changes was computed from, also behind local values.
    pub(in crate::estate::plan) relevant: Json,
    pub(in crate::estate::plan) errored: bool,
    /// Whether the plan covers the whole configuration, if it says so: Terraform does since 1.8.
    pub(in crate::estate::plan) is_complete: Option<bool>,
    /// The version of the program that made the plan.
    pub(in crate::estate::plan) version: Option<Str>,
}

/// A resource instance that is deferred to a later plan.
pub(in crate::estate::plan) struct Deferred {
    pub(in crate::estate::plan) read: Read,
    pub(in crate::estate::plan) unknown: Json,
    /// Whether it is unknown how many instances there will be.
    pub(in crate::estate::plan) is_uncertain: bool,
}

type SectionResult<T> = Result<T, Diagnostic>;

impl<'t> PlanText<'t> {
    /// Reads a section with a function; a missing section gives the default.
    fn section<T: Default>(
        &self,
        name: &str,
        read: impl FnOnce(&mut JsonCursor<'t>) -> super::reader::ReadResult<T>,
    ) -> SectionResult<T> {
        let Some(text) = self.document.section(name) else { return Ok(T::default()) };
        read(&mut JsonCursor::new(text)).map_err(|broken| self.document.explain(&self.path, text, broken))
    }

    /// The values of a section: `planned_values`, or `values` of a state.
    pub(in crate::estate::plan) fn values(
        &self,
        name: &str,
        pointer: &str,
        keep: Keep,
    ) -> SectionResult<Values> {
        let read = |reader: &mut JsonCursor<'_>| {
            let mut values = Values::new(keep);
            values.root(reader, pointer)?;
            Ok(Some(values))
        };
        Ok(self.section(name, read)?.unwrap_or_else(|| Values::new(keep)))
    }

    /// The values of the prior state, which are one level deeper.
    fn prior(&self) -> SectionResult<Values> {
        let read = |reader: &mut JsonCursor<'_>| {
            let mut values = Values::new(Keep::Set);
            reader.object(&mut |reader, name| match name.as_ref() {
                "values" => values.root(reader, "/prior_state/values"),
                _ => reader.skip(),
            })?;
            Ok(Some(values))
        };
        Ok(self.section("prior_state", read)?.unwrap_or_else(|| Values::new(Keep::Set)))
    }

    fn tree(&self, name: &str) -> SectionResult<Json> {
        self.section(name, |reader| reader.value(Keep::All))
    }

    fn flag(&self, name: &str) -> SectionResult<Option<bool>> {
        Ok(self.tree(name)?.as_bool())
    }

    fn configuration(&self) -> SectionResult<Option<Json>> {
        let tree = self.tree("configuration")?;
        let root = if tree.is_object() { tree.get("root_module").unwrap_or(&Json::Null) } else { &tree };
        match (root, self.document.section("configuration")) {
            (Json::Object(_) | Json::Null, section) => Ok(section.map(|_| tree)),
            (_, section) => {
                let broken = Broken { at: 0, expected: Some("an object") };
                Err(self.document.explain(&self.path, section.unwrap_or_default(), broken))
            }
        }
    }

    /// Problems for resource instances that lack a part of their name.
    pub(in crate::estate::plan) fn nameless(
        &self,
        name: &str,
        values: &Values,
    ) -> impl Iterator<Item = Diagnostic> {
        let section = self.document.section(name).unwrap_or_default();
        values.nameless.iter().map(move |(at, lacks)| {
            let expected = match *lacks {
                "address" => "a resource with an `address`",
                "type" => "a resource with a `type`",
                _ => "a resource with a `name`",
            };
            self.document.explain(&self.path, section, Broken { at: *at, expected: Some(expected) })
        })
    }

    /// The values of a state.
    pub(in crate::estate::plan) fn state(&self) -> SectionResult<Values> {
        self.check_version()?;
        self.check_whole()?;
        self.values("values", "/values", Keep::Set)
    }

    /// Rejects a text that ends too early or is not JSON.
    pub(in crate::estate::plan) fn check_whole(&self) -> SectionResult<()> {
        self.document.problem(&self.path).map_or(Ok(()), Err)
    }

    /// Rejects format versions that are not known here.
    pub(in crate::estate::plan) fn check_version(&self) -> SectionResult<()> {
        let version = self.tree("format_version")?;
        let version = version.as_str().unwrap_or_default();
        // Terraform 0.12 to 1.0 wrote version 0, which is the same in everything that is read here.
        if matches!(version.split('.').next(), Some("0" | "1")) {
            return Ok(());
        }
        let what = format!("`{}` has the plan format {version:?}; only 0.x and 1.x are supported", self.path);
        let help = "use a newer release of buttress, or an older one of Terraform";
        Err(Diagnostic::error("plan/version", what).help(help))
    }
}

impl Sections {
    /// Reads a plan.
    pub(in crate::estate::plan) fn read(source: &PlanText<'_>) -> SectionResult<Self> {
        source.check_version()?;
        source.check_whole()?;
        let has_changes = source.document.section("resource_changes").is_some();
        // Without marks of unknown values, only null distinguishes a null from an unknown value.
        let keep = if has_changes { Keep::Set } else { Keep::All };
        let has_prior = source.document.section("prior_state").is_some();
        let names = if has_prior { Names::Address } else { Names::Before };
        let (planned, (prior, changes)) = rayon::join(
            || source.values("planned_values", "/planned_values", keep),
            || {
                let changes = |reader: &mut JsonCursor<'_>| ResourceChange::all(reader, names);
                rayon::join(|| source.prior(), || source.section("resource_changes", changes))
            },
        );
        let deferred = |reader: &mut JsonCursor<'_>| {
            let mut all = Vec::new();
            reader.array(&mut |reader, index| {
                all.extend(Deferred::read(reader, index)?);
                Ok(())
            })?;
            Ok(all)
        };
        Ok(Self {
            has_values: source.document.section("planned_values").is_some(),
            planned: planned?,
            has_changes,
            changes: changes?,
            drift: source.section("resource_drift", |reader| ResourceChange::all(reader, Names::Address))?,
            deferred: source.section("deferred_changes", deferred)?,
            has_prior,
            prior: prior?,
            variables: source.tree("variables")?,
            configuration: source.configuration()?,
            relevant: source.tree("relevant_attributes")?,
            errored: source.flag("errored")? == Some(true),
            is_complete: source.flag("complete")?,
            version: source.tree("terraform_version")?.as_str().map(Str::from),
        })
    }
}

impl Deferred {
    /// Reads `{"reason": …, "resource_change": {…}}`; `None` for an instance that ceases to exist.
    fn read(reader: &mut JsonCursor<'_>, index: usize) -> super::reader::ReadResult<Option<Self>> {
        let mut is_uncertain = false;
        let mut change = ResourceChange::default();
        reader.object(&mut |reader, name| match name.as_ref() {
            "reason" => {
                is_uncertain = reader.text()?.is_some_and(|reason| reason == "instance_count_unknown");
                Ok(())
            }
            "resource_change" => {
                change = ResourceChange::read(reader, Names::After)?;
                Ok(())
            }
            _ => reader.skip(),
        })?;
        let values = std::mem::take(&mut change.after);
        if values.is_null() && !change.before.is_null() {
            return Ok(None);
        }
        let pointer = ecow::eco_format!("/deferred_changes/{index}/resource_change/change/after");
        let sensitive = std::mem::take(&mut change.after_sensitive);
        let read = change.instance(values, sensitive, pointer);
        Ok(read.map(|read| Self { read, unknown: change.after_unknown, is_uncertain }))
    }
}

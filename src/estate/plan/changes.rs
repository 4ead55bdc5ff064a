//! What a plan does: `resource_changes` and `resource_drift`.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::json::{Json, Keep, Reader, Result};
use super::values::Instance;
use crate::estate::{Action, Change};
use crate::problem::Problem;
use crate::value::{Number, Step, Str};

/// An entry of `resource_changes`.
#[derive(Default)]
pub(super) struct ResourceChange<'t> {
    pub(super) instance: Instance<'t>,
    previous_address: Option<Cow<'t, str>>,
    /// Key of an object that a failed replacement left behind.
    deposed: Option<Cow<'t, str>>,
    actions: Vec<Cow<'t, str>>,
    pub(super) module: Option<Cow<'t, str>>,
    /// The value before, as text: it is only needed where the plan has no other record of it.
    pub(super) before: Option<&'t str>,
    /// The value after, as text.
    pub(super) after: Option<&'t str>,
    pub(super) after_unknown: Json<'t>,
    pub(super) after_sensitive: Json<'t>,
    pub(super) before_sensitive: Json<'t>,
    replace_paths: Vec<Vec<Step>>,
    imported: bool,
}

impl<'t> ResourceChange<'t> {
    /// Reads a list of changes.
    pub(super) fn all(reader: &mut Reader<'t>) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        reader.array(&mut |reader, _| {
            all.push(Self::read(reader)?);
            Ok(())
        })?;
        Ok(all)
    }

    pub(super) fn read(reader: &mut Reader<'t>) -> Result<Self> {
        let mut read = Self::default();
        reader.object(&mut |reader, name| {
            if !read.instance.names(reader, &name)? {
                match name.as_ref() {
                    "previous_address" => read.previous_address = reader.text()?,
                    "module_address" => read.module = reader.text()?,
                    "deposed" => read.deposed = reader.text()?,
                    "change" => read.change(reader)?,
                    _ => reader.skip()?,
                }
            }
            Ok(())
        })?;
        Ok(read)
    }

    fn change(&mut self, reader: &mut Reader<'t>) -> Result<()> {
        reader.object(&mut |reader, name| {
            match name.as_ref() {
                "actions" => reader.array(&mut |reader, _| {
                    self.actions.extend(reader.text()?);
                    Ok(())
                })?,
                "before" => self.before = Some(reader.raw()?),
                "after" => self.after = Some(reader.raw()?),
                "after_unknown" => self.after_unknown = reader.value(Keep::True)?,
                "after_sensitive" => self.after_sensitive = reader.value(Keep::True)?,
                "before_sensitive" => self.before_sensitive = reader.value(Keep::True)?,
                "importing" => self.imported = !reader.value(Keep::All)?.is_null(),
                "replace_paths" => {
                    let paths = reader.value(Keep::All)?;
                    self.replace_paths = paths.as_array().unwrap_or_default().iter().map(steps).collect();
                }
                _ => reader.skip()?,
            }
            Ok(())
        })
    }

    /// Whether it is about an object that is no instance any more.
    pub(super) fn is_deposed(&self) -> bool {
        self.deposed.is_some()
    }

    /// Whether Terraform lets go of it.
    pub(super) fn is_forgotten(&self) -> bool {
        self.action() == Some(Action::Forget)
    }

    pub(super) fn address(&self) -> &str {
        self.instance.address().unwrap_or_default()
    }

    /// The address before the change.
    pub(super) fn address_before(&self) -> &str {
        self.previous_address.as_deref().unwrap_or_else(|| self.address())
    }

    fn action(&self) -> Option<Action> {
        let actions: Vec<&str> = self.actions.iter().map(Cow::as_ref).collect();
        Some(match actions.as_slice() {
            ["no-op"] => Action::NoOp,
            ["create"] => Action::Create,
            ["read"] => Action::Read,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["forget"] => Action::Forget,
            ["delete", "create"] => Action::Replace { create_first: false },
            // Instead of being destroyed, the old one may be let go of.
            ["create", "delete" | "forget"] => Action::Replace { create_first: true },
            _ => return None,
        })
    }
}

/// A path into an attribute.
fn steps(path: &Json<'_>) -> Vec<Step> {
    let step = |step: &Json<'_>| match step {
        Json::String(name) => Some(Step::Key(name.as_ref().into())),
        Json::Number(number) => Number::parse(number).as_ref().and_then(Step::index),
        _ => None,
    };
    path.as_array().unwrap_or_default().iter().map_while(step).collect()
}

/// The changes of a plan, in the order of their addresses.
pub(super) fn changes(
    path: &str,
    all: &[ResourceChange<'_>],
    drift: &[ResourceChange<'_>],
    problems: &mut Vec<Problem>,
) -> Vec<Change> {
    let mut drifted: FxHashSet<&str> = drift.iter().map(ResourceChange::address).collect();
    let mut unknown = 0_usize;
    let mut changes = Vec::with_capacity(all.len());
    for change in all {
        let address = change.address();
        // Both addresses may be in the drift, depending on when the move was seen.
        let before = change.address_before();
        let is_drifted =
            !change.is_deposed() && [address, before].map(|address| drifted.remove(address)).contains(&true);
        // Plans that were cut down to what is unknown do not say what is done.
        if change.actions.is_empty() || address.is_empty() {
            continue;
        }
        let Some(action) = change.action() else {
            unknown += 1;
            continue;
        };
        let address = match &change.deposed {
            Some(key) => ecow::eco_format!("{address} (deposed object {key})"),
            None => Str::from(address),
        };
        changes.push(Change {
            previous_address: (before != change.address()).then(|| before.into()),
            address,
            action,
            replaced_for: change.replace_paths.clone(),
            imported: change.imported,
            drifted: is_drifted,
        });
    }
    // What changed by itself and then is left alone need not be listed twice.
    let left = drift.iter().filter(|change| drifted.contains(change.address()));
    changes.extend(left.map(|change| Change {
        address: change.address().into(),
        previous_address: None,
        action: Action::NoOp,
        replaced_for: Vec::new(),
        imported: false,
        drifted: true,
    }));
    if unknown > 0 {
        let what = if unknown == 1 { "a change" } else { "changes" };
        problems.push(
            Problem::warning(
                "plan/unknown-action",
                format!("`{path}` has {what} with an action that is not known here"),
            )
            .help("what will exist was checked; what is done to get there is not fully known. Use a newer release of buttress"),
        );
    }
    changes.sort_by(|a, b| crate::address::natural(&a.address, &b.address));
    changes
}

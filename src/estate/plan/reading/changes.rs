//! The changes of a plan: `resource_changes` and `resource_drift`.

use rustc_hash::FxHashSet;

use super::json::Json;
use super::reader::{JsonCursor, Keep, ReadResult};
use super::values::{InstanceMembers, Read};
use crate::address::{Address, ModuleAddress};
use crate::diagnostic::Diagnostic;
use crate::estate::{Action, Change};
use crate::value::{Number, Step, Str};

/// The least size of most entries of `resource_changes`, in bytes.
const BYTES_PER_CHANGE: usize = 2_000;

/// Which members of an entry are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::estate::plan) enum Names {
    /// Only the changes of an instance that another section lists.
    Address,
    /// Also the values before: no other section has them.
    Before,
    /// Also the values after.
    After,
}

/// An entry of `resource_changes`.
#[derive(Default)]
pub(in crate::estate::plan) struct ResourceChange {
    address: Option<Address>,
    /// The other names of the instance, if needed.
    instance: Option<Box<InstanceMembers>>,
    previous_address: Option<Address>,
    /// The key of an object that a failed replacement left behind.
    deposed: Option<Str>,
    /// `None` for an action that is not known here.
    action: Option<Action>,
    /// Whether the plan says what is done: plans that were reduced to what is unknown do not.
    is_told: bool,
    pub(in crate::estate::plan) module: Option<Str>,
    /// The values before, if needed.
    pub(in crate::estate::plan) before: Json,
    /// The values after, if needed.
    pub(in crate::estate::plan) after: Json,
    pub(in crate::estate::plan) after_unknown: Json,
    pub(in crate::estate::plan) after_sensitive: Json,
    pub(in crate::estate::plan) before_sensitive: Json,
    replace_paths: Vec<Vec<Step>>,
    imported: bool,
}

impl ResourceChange {
    /// Reads a list of changes.
    pub(in crate::estate::plan) fn all(reader: &mut JsonCursor<'_>, how: Names) -> ReadResult<Vec<Self>> {
        let mut all = Vec::with_capacity(reader.len() / BYTES_PER_CHANGE);
        reader.array(&mut |reader, _| {
            all.push(Self::read(reader, how)?);
            Ok(())
        })?;
        Ok(all)
    }

    pub(in crate::estate::plan) fn read(reader: &mut JsonCursor<'_>, how: Names) -> ReadResult<Self> {
        let mut read = Self::default();
        let mut instance = (how != Names::Address).then(Box::<InstanceMembers>::default);
        reader.object(&mut |reader, name| {
            match (name.as_ref(), &mut instance) {
                ("address", _) => read.address = address(reader)?,
                ("previous_address", _) => read.previous_address = address(reader)?,
                ("module_address", _) => read.module = reader.text()?.map(|text| reader.word(text)),
                ("deposed", _) => read.deposed = reader.text()?.map(|text| text.as_ref().into()),
                ("change", _) => read.change(reader, how)?,
                (name, Some(instance)) => {
                    if !instance.names(reader, name)? {
                        reader.skip()?;
                    }
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        read.instance = instance;
        Ok(read)
    }

    /// The instance that the entry is about, with these values.
    pub(in crate::estate::plan) fn instance(
        &self,
        values: Json,
        sensitive: Json,
        pointer: Str,
    ) -> Option<Read> {
        let names = self.instance.as_ref()?.again(self.address.clone()?);
        let module = ModuleAddress::parse(self.module.as_deref().unwrap_or_default()).unwrap_or_default();
        names.with_values(values, sensitive).finish(pointer).ok().map(|read| Read { module, ..read })
    }

    fn change(&mut self, reader: &mut JsonCursor<'_>, how: Names) -> ReadResult<()> {
        reader.object(&mut |reader, name| {
            match name.as_ref() {
                "actions" => {
                    let actions = reader.value(Keep::All)?;
                    let actions: Vec<&str> =
                        actions.as_array().unwrap_or_default().iter().filter_map(Json::as_str).collect();
                    self.is_told = !actions.is_empty();
                    self.action = action(&actions);
                }
                "before" if how != Names::Address => self.before = reader.value(Keep::Set)?,
                "after" if how == Names::After => self.after = reader.value(Keep::Set)?,
                "after_unknown" => self.after_unknown = reader.value(Keep::True)?,
                "after_sensitive" => self.after_sensitive = reader.value(Keep::Shape)?,
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

    /// Whether the entry is about an object that no longer is an instance.
    pub(in crate::estate::plan) fn is_deposed(&self) -> bool {
        self.deposed.is_some()
    }

    /// Whether Terraform stops managing the instance.
    pub(in crate::estate::plan) fn is_forgotten(&self) -> bool {
        self.action == Some(Action::Forget)
    }

    /// The address after the change; empty if there is none.
    pub(in crate::estate::plan) fn address(&self) -> &str {
        self.address.as_ref().map_or("", Address::as_str)
    }

    /// The address before the change.
    pub(in crate::estate::plan) fn address_before(&self) -> Option<&Address> {
        self.previous_address.as_ref().or(self.address.as_ref())
    }
}

fn address(reader: &mut JsonCursor<'_>) -> ReadResult<Option<Address>> {
    Ok(reader.text()?.filter(|text| !text.is_empty()).map(|text| Address::read(&text)))
}

/// The action that a plan's list of actions stands for.
fn action(actions: &[&str]) -> Option<Action> {
    Some(match actions {
        ["no-op"] => Action::NoOp,
        ["create"] => Action::Create,
        ["read"] => Action::Read,
        ["update"] => Action::Update,
        ["delete"] => Action::Delete,
        ["forget"] => Action::Forget,
        ["delete", "create"] => Action::Replace { create_first: false },
        // The old instance may be forgotten instead of destroyed.
        ["create", "delete" | "forget"] => Action::Replace { create_first: true },
        _ => return None,
    })
}

/// A path into an attribute.
fn steps(path: &Json) -> Vec<Step> {
    let step = |step: &Json| match step {
        Json::String(name) => Some(Step::Key(name.clone())),
        Json::Number(number) => Number::parse(number).as_ref().and_then(Step::index),
        _ => None,
    };
    path.as_array().unwrap_or_default().iter().map_while(step).collect()
}

/// The changes of a plan, sorted by address.
pub(in crate::estate::plan) fn changes(
    path: &str,
    all: &[ResourceChange],
    drift: &[ResourceChange],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Change> {
    let mut drifted: FxHashSet<&str> = drift.iter().map(ResourceChange::address).collect();
    let mut unknown = 0_usize;
    let mut changes = Vec::with_capacity(all.len());
    for change in all {
        // The drift may contain either address, depending on when the move was detected.
        let both = [change.address.as_ref(), change.previous_address.as_ref()];
        let is_drifted = !change.is_deposed()
            && both.map(|it| it.is_some_and(|address| drifted.remove(address.as_str()))).contains(&true);
        let Some(address) = change.address.as_ref().filter(|_| change.is_told) else { continue };
        let Some(action) = change.action else {
            unknown += 1;
            continue;
        };
        let address = match &change.deposed {
            // Not an address that Terraform accepts, but the one that it shows.
            Some(key) => Address::read(&format!("{address} (deposed object {key})")),
            None => address.clone(),
        };
        changes.push(Change {
            previous_address: change
                .previous_address
                .clone()
                .filter(|before| Some(before) != change.address.as_ref()),
            address,
            action,
            replaced_for: change.replace_paths.clone(),
            imported: change.imported,
            drifted: is_drifted,
        });
    }
    // A drifted instance that the plan leaves alone need not be in both lists.
    let left = drift.iter().filter(|change| drifted.contains(change.address()));
    changes.extend(left.filter_map(|change| change.address.clone()).map(|address| Change {
        address,
        previous_address: None,
        action: Action::NoOp,
        replaced_for: Vec::new(),
        imported: false,
        drifted: true,
    }));
    if unknown > 0 {
        let what = if unknown == 1 { "a change" } else { "changes" };
        problems.push(
            Diagnostic::warning(
                "plan/unknown-action",
                format!("`{path}` has {what} with an unknown action"),
            )
            .help("the planned resources were checked, but the changes are not fully known: use a newer release of buttress"),
        );
    }
    changes.sort_by(|a, b| a.address.cmp(&b.address));
    changes
}

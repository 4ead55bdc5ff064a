//! How instances change from one architecture to another.

use rustc_hash::{FxHashMap, FxHashSet};

use super::configuration::moves::Moves;
use super::{Estate, Instance, Mode};
use crate::address::Address;
use crate::value::equality::{NoIdentities, Truth, equal};
use crate::value::{Entries, Step, Str};

/// What a plan does to one resource instance or data source.
#[derive(Clone, Debug)]
pub struct Change {
    /// The address after the change or, for an instance that ceases to exist, before it.
    pub address: Address,
    /// The address before the change, if it was a different one.
    pub previous_address: Option<Address>,
    pub action: Action,
    /// Paths of the attributes that force a replacement.
    pub replaced_for: Vec<Vec<Step>>,
    /// Whether it exists already and is imported.
    pub imported: bool,
    /// Whether it has changed outside of Terraform.
    pub drifted: bool,
}

impl Change {
    /// Its address before the change.
    #[must_use]
    pub fn address_before(&self) -> &Address {
        self.previous_address.as_ref().unwrap_or(&self.address)
    }
}

/// What a plan does to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// The instance is created.
    Create,
    /// A data source is read at apply.
    Read,
    /// The instance changes in place.
    Update,
    /// The instance is destroyed and created again, in either order.
    Replace {
        /// The new instance is created before the old one is destroyed.
        create_first: bool,
    },
    /// The instance is destroyed.
    Delete,
    /// Terraform stops managing the instance, which continues to exist.
    Forget,
}

impl Action {
    /// The name in rules and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoOp => "no-op",
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Replace { .. } => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
}

/// The changes from one estate to another, both made from configuration. An attribute that may change gives an update in place;
/// instances at the addresses in `replaced` are replaced; `moves` are those of the later one. A plan lists its changes itself.
#[must_use]
pub fn between(before: &Estate, after: &Estate, replaced: &[Str], moves: &Moves) -> Vec<Change> {
    let was: FxHashMap<&str, &Instance> =
        before.instances.iter().map(|instance| (instance.address.as_str(), instance)).collect();
    let is: FxHashMap<&str, &Instance> =
        after.instances.iter().map(|instance| (instance.address.as_str(), instance)).collect();
    let mut moved: FxHashSet<Address> = FxHashSet::default();
    let change = |address: &Address, previous: Option<Address>, action: Action| Change {
        address: address.clone(),
        previous_address: previous,
        action,
        replaced_for: Vec::new(),
        imported: false,
        drifted: false,
    };
    let mut changes: Vec<Change> = Vec::new();
    for instance in after.instances.iter().filter(|instance| instance.mode == Mode::Managed) {
        let own = was.get(instance.address.as_str());
        let has_moved =
            |earlier: &Address| was.contains_key(earlier.as_str()) && !is.contains_key(earlier.as_str());
        let previous = match own {
            Some(_) => None,
            None => moves.earlier(&instance.address).into_iter().find(has_moved),
        };
        let action = match own.or_else(|| was.get(previous.as_ref()?.as_str())) {
            None => Action::Create,
            Some(_) if replaced.contains(instance.address.text()) => Action::Replace { create_first: false },
            Some(was) if differs(&was.body, &instance.body) => Action::Update,
            Some(_) => Action::NoOp,
        };
        moved.extend(previous.clone());
        changes.push(change(&instance.address, previous, action));
    }
    for instance in before.instances.iter().filter(|instance| instance.mode == Mode::Managed) {
        let address = &instance.address;
        if !is.contains_key(address.as_str()) && !moved.contains(address) {
            let action = if moves.is_forgotten(address) { Action::Forget } else { Action::Delete };
            changes.push(change(address, None, action));
        }
    }
    changes.sort_by(|a, b| a.address.cmp(&b.address));
    changes
}

fn differs(before: &Entries, after: &Entries) -> bool {
    let same = after.items.iter().all(|(name, value)| {
        before.get(name).is_some_and(|was| match equal(was, value, &NoIdentities) {
            Truth::Yes => true,
            Truth::No => false,
            // Unknown before and after: we cannot tell whether it changes, so assume that it does not.
            Truth::Unknown(_) => was.is_wholly_known() == value.is_wholly_known(),
        })
    });
    !same || before.items.len() != after.items.len()
}

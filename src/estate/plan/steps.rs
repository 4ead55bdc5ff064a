//! Names and instance keys as steps into values.

use crate::address::InstanceKey;
use crate::address::parse::Part;
use crate::value::Step;

/// The step to an instance among all of its resource; `None` if there is only one instance.
pub(super) fn of_key(key: &InstanceKey) -> Option<Step> {
    match key {
        InstanceKey::Int(index) => Some(Step::Index(*index)),
        InstanceKey::String(name) => Some(Step::Key(name.clone())),
        InstanceKey::None | InstanceKey::Told(_) | InstanceKey::Any => None,
    }
}

/// The step for a part of a reference; `None` for `[*]`, which leads to no single element.
pub(super) fn of_part(part: &Part) -> Option<Step> {
    match part {
        Part::Name(name) => Some(Step::Key(name.clone())),
        Part::Key(key) => of_key(key),
    }
}

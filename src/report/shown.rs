//! Landscapes as they are shown: root modules and plans that are one architecture, in one picture and one table.

use crate::value::Str;

/// Root modules and plans that are shown together. One that is joined with no other stands alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownLandscape {
    /// The indices in [`Report::roots`](super::Report::roots), in ascending order.
    pub roots: Vec<usize>,
    /// Its environment, if it is known.
    pub environment: Option<String>,
}

/// A node of a landscape as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownNode {
    /// The index of its root module or plan in [`Report::roots`](super::Report::roots).
    pub root: usize,
    /// Its address there.
    pub address: Str,
    /// What it is called in the landscape: the address, after the place of the root module where several have it.
    pub name: Str,
}

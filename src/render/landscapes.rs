//! Root modules, landscapes and their nodes, as every JSON document of a landscape names them.

use serde::Serialize;

use crate::render::path_of;
use crate::report::{Report, ShownLandscape, ShownNode};

/// A root module or a plan.
#[derive(Serialize)]
pub(super) struct NamedRootOut {
    path: String,
    input: &'static str,
    environment: Option<String>,
}

impl NamedRootOut {
    /// Those of a report.
    pub(super) fn all(report: &Report) -> Vec<Self> {
        let root = |root: &crate::report::Root| Self {
            path: path_of(&root.path),
            input: root.input.name(),
            environment: root.environment.clone(),
        };
        report.roots.iter().map(root).collect()
    }
}

/// Root modules and plans that are one architecture.
#[derive(Serialize)]
pub(super) struct LandscapeOut<'a> {
    environment: Option<&'a str>,
    roots: &'a [usize],
}

impl<'a> From<&'a ShownLandscape> for LandscapeOut<'a> {
    fn from(landscape: &'a ShownLandscape) -> Self {
        Self { environment: landscape.environment.as_deref(), roots: &landscape.roots }
    }
}

/// A node: its root module, its address there, and what other fields call it.
#[derive(Serialize)]
pub(super) struct NodeNameOut<'a> {
    root: usize,
    address: &'a str,
    name: &'a str,
}

impl<'a> From<&'a ShownNode> for NodeNameOut<'a> {
    fn from(node: &'a ShownNode) -> Self {
        Self { root: node.root, address: &node.address, name: &node.name }
    }
}

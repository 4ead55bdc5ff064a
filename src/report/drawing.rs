//! The graph of every landscape as it is drawn: everything that its formats show.

use std::collections::BTreeMap;

use crate::value::Str;

use super::{Report, ShownLandscape};

/// The pictures of all landscapes.
#[derive(Debug, Default)]
pub struct DrawingReport {
    /// What was read, and the problems of it; the findings of rules are counted at the nodes.
    pub report: Report,
    /// One for each landscape.
    pub landscapes: Vec<(ShownLandscape, Drawing)>,
    /// The address that was asked for is in no landscape; the nearest that there is.
    pub not_found: Option<(String, Option<String>)>,
    /// Where nothing is drawn: views that were not asked for and would draw something, each with how many nodes.
    pub other_views: Vec<(String, usize)>,
}

/// The picture of one landscape.
#[derive(Debug, Default)]
pub struct Drawing {
    /// What is drawn: by root module and address, groups by what they are called.
    pub nodes: Vec<DrawnNode>,
    /// The edges between these, by from and to.
    pub edges: Vec<DrawnEdge>,
    /// Nodes stand for whole modules or types, because there would be too many.
    pub is_collapsed: bool,
    /// How many further edges there are: a document has room for so many only.
    pub left_out: usize,
}

/// A node of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnNode {
    /// What it is called in the landscape, or what a group of nodes is called.
    pub name: String,
    /// The index of its root module or plan in [`Report::roots`].
    pub root: usize,
    /// Where that is; empty if it is the only one of the landscape.
    pub place: Str,
    /// The address of a single node in its root module.
    pub address: Str,
    /// The names of the module calls and of the resource, without its type: `service["search"].this`.
    pub label: String,
    /// The resource type; empty for a group of several.
    pub type_: Str,
    /// What it does; the role of the model.
    pub role: &'static str,
    /// The names of the zones in which it stands; none if it does not depend on one, or they are not known.
    pub zones: Vec<String>,
    /// In how many more it stands.
    pub further_zones: usize,
    /// How many nodes it stands for.
    pub stands_for: usize,
    /// These, by root module and address.
    pub members: Vec<(usize, Str)>,
    /// Traffic enters here.
    pub is_entry: bool,
    /// Its loss alone takes an entry down.
    pub is_single_point: bool,
    /// The number of errors and warnings about it; rules about nodes that are not drawn count nowhere.
    pub findings: usize,
}

impl Drawing {
    /// Counts findings at the nodes that they are about: `counts` has the number for each root module and address.
    pub fn count_findings(&mut self, counts: &BTreeMap<(usize, &str), usize>) {
        for node in &mut self.nodes {
            let of = |(root, address): &(usize, Str)| counts.get(&(*root, address.as_str())).copied();
            node.findings = node.members.iter().filter_map(of).sum();
        }
    }
}

/// An edge of a picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DrawnEdge {
    /// Index of the node where it starts.
    pub from: usize,
    /// Index of the node where it ends.
    pub to: usize,
    /// What it means.
    pub kind: &'static str,
    /// The view that it belongs to.
    pub view: Str,
    /// The attribute that makes it: `subnet_ids[0]`; empty for an edge between groups.
    pub attribute: String,
}

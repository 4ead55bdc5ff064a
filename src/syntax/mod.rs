//! stub
pub mod tree;
use crate::{problem::Problem, source::FileId};
use std::sync::Arc;
/// stub
pub struct Parsed {
    /// t
    pub tree: tree::Tree,
    /// p
    pub problems: Vec<Problem>,
}
/// stub
pub fn parse_hcl(file: FileId, source: Arc<str>) -> Parsed {
    Parsed { tree: tree::Tree::empty(file, source), problems: vec![] }
}
/// stub
pub fn parse_json(file: FileId, source: Arc<str>) -> Parsed {
    parse_hcl(file, source)
}
/// stub
pub fn parse_json_values(file: FileId, source: Arc<str>) -> Parsed {
    parse_hcl(file, source)
}

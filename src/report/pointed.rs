//! The values of what somebody points at in a text.

use super::Report;
use crate::estate::asked::PointedValue;

/// The values of what somebody points at, by root module.
#[derive(Debug)]
pub struct PointedReport {
    /// The root modules, and what is wrong with the input.
    pub report: Report,
    /// For each of them the values, one for each instance.
    pub roots: Vec<Vec<PointedValue>>,
}

//! What an audit shows of a landscape beside findings.

use super::coverage::LandscapeCoverage;
use super::drawing::Drawing;
use super::simulation::LandscapeSimulation;

/// The picture of a landscape, what its entries do when something is lost, and which signals its resources have.
#[derive(Debug, Default)]
pub struct LandscapeAudit {
    pub drawing: Drawing,
    pub simulation: LandscapeSimulation,
    pub coverage: LandscapeCoverage,
}

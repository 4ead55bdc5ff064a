//! What an audit shows of a root beside findings.

use super::coverage::RootCoverage;
use super::drawing::Drawing;
use super::simulation::RootSimulation;

/// The picture of one root module or plan, what its entries do when something is lost, and which signals its resources have.
#[derive(Debug, Default)]
pub struct RootAudit {
    pub drawing: Drawing,
    pub simulation: RootSimulation,
    pub coverage: RootCoverage,
}

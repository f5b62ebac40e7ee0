//! What the fleet's finished events taught, in one value: the planner gets it as an argument and stays without I/O.

use super::calibration::Calibration;
use super::own_result::OwnResults;

/// The default is a fleet of which nothing is known yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Learned {
    pub calibration: Calibration,
    pub results: OwnResults,
}

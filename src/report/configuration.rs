//! What holds for which root modules: everything that `--show-config` shows.

use std::path::PathBuf;

use super::Report;
use crate::settings::ShownSetting;

/// What arguments and configs say.
#[derive(Debug, Default)]
pub struct ConfigReport {
    /// The problems of what was read; nothing was checked.
    pub report: Report,
    /// One for each config, and one for what has none.
    pub groups: Vec<ConfigGroup>,
}

/// The root modules and plans for which one config holds.
#[derive(Debug)]
pub struct ConfigGroup {
    /// The config; `None` if there is none.
    pub config: Option<PathBuf>,
    /// What holds for all of them.
    pub settings: Vec<ShownSetting>,
    /// Each of them, with what holds for it alone.
    pub roots: Vec<(PathBuf, Vec<ShownSetting>)>,
}

//! The program in a folder: examples share the folder, and have no program.

use std::process::Command;

use crate::support::folder::Folder;

impl Folder {
    /// The program, to be run at a path in the folder.
    pub(crate) fn program(&self, here: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_buttress"));
        program.current_dir(self.path(here));
        program
    }
}

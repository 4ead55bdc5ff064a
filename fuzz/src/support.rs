//! Of the helpers of the tests, those that laws need.

use std::path::{Path, PathBuf};

#[path = "../../tests/support/dump.rs"]
pub(crate) mod dump;
#[path = "../../tests/support/folder.rs"]
pub(crate) mod folder;
#[path = "../../tests/support/harm.rs"]
pub(crate) mod harm;
#[path = "../../tests/support/print.rs"]
pub(crate) mod print;
#[path = "../../tests/support/sound.rs"]
pub(crate) mod sound;

/// The root of the repository, whichever of its packages is built.
pub(crate) fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().find(|folder| folder.join("fixtures").is_dir()).unwrap().to_owned()
}

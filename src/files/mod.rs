//! Files: finding what there is to read, reading it, and decoding it to text.
//!
//! Nothing else in the crate touches the file system, and here only `disk` does; `overlay` puts texts over it, `git` reads a
//! revision instead, and `recorded` keeps what was read. `reader` decides what may be read. This module knows neither HCL nor what files mean to Terraform.

pub mod decode;
pub mod discover;
mod disk;
mod followed;
pub mod git;
pub mod overlay;
pub mod part;
pub mod path;
pub mod read;
pub mod reader;
pub mod recorded;
mod refusal;
pub mod remembered;
mod repositories;
pub mod survey;
pub mod system;
pub mod values;
pub mod write;

pub use disk::Disk;
pub use git::{GitTree, Since};
pub use overlay::Overlay;
pub use reader::{Reader, Refusal};
pub use remembered::{FileMemory, Remembered};

//! Files: finding what there is to read, reading it, and decoding it to text.
//!
//! Nothing else in the crate touches the file system. Knows neither HCL nor what Terraform means by anything it reads.

pub mod decode;
pub mod discover;
pub mod read;

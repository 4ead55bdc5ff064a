//! buttress answers one question about Terraform before anything is deployed: will this architecture survive production?
//!
//! Each module is one stage of the data flow in `docs/architecture.md`; the layer table there says which others it may use.
//!
//! The library is for the program and its tests. It is not a stable API: it may change in any release.

pub mod address;
pub mod analysis;
pub mod baseline;
pub mod budget;
pub mod check;
pub mod cli;
pub mod config;
pub mod decode;
pub mod diagnostic;
pub mod docs;
pub mod environment;
pub mod estate;
pub mod eval;
pub mod facts;
pub mod files;
pub mod fix;
pub mod graph;
pub mod lsp;
pub mod model;
pub mod passes;
pub mod programs;
pub mod progress;
pub mod render;
pub mod report;
pub mod rule;
pub mod settings;
pub mod stacks;
pub mod suppression;
pub mod syntax;
pub mod terragrunt;
pub mod text;
pub mod units;
pub mod value;
pub mod verbs;

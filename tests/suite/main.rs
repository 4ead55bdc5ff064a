//! All tests in one binary: one module per layer, each with one `check` helper and data files.

mod plan;
mod rules;
mod stacks;
mod syntax;

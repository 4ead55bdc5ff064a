//! All tests in one binary: one module per layer, each with one `check` helper and data files.

mod functions;
mod oracle;
mod rules;
mod stacks;
mod syntax;

//! Tests of the syntax layer.

mod dump;
mod oracle;

//! HCL native syntax and `*.tf.json`, read into one small tree.
//!
//! Knows the grammar and nothing of what it means. Parsing never fails: it gives a [`tree::Tree`] of what could be
//! understood and a list of problems for the rest.

pub mod tree;

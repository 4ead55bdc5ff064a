//! Finding what there is to check below a path.

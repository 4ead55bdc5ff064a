//! Reading files: the only place that does.

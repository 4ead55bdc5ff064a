//! Functions, numbers and conversions: laws that hold for all values.

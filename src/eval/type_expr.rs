//! Type constraints: `list(object({ a = optional(string, "x") }))`.

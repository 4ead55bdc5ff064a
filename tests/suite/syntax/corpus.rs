//! Terraform code for tests and measurements: the fixtures, and as much of their kind as wanted.

/// Hand-written files.
pub(crate) const FILES: [(&str, &str); 4] = [
    ("network.tf", include_str!("../../../fixtures/syntax/network.tf")),
    ("policies.tf", include_str!("../../../fixtures/syntax/policies.tf")),
    ("label.tf", include_str!("../../../fixtures/syntax/label.tf")),
    ("variables.tf", include_str!("../../../fixtures/syntax/variables.tf")),
];

/// About `bytes` of Terraform code: the fixtures over and over, with other names.
pub(crate) fn text(bytes: usize) -> String {
    let mut out = String::with_capacity(bytes + 16_384);
    for round in 0_u32.. {
        for (_, text) in FILES {
            if out.len() >= bytes {
                return out;
            }
            out.push_str(&text.replace("\"this\"", &format!("\"this_{round}\"")));
        }
    }
    out
}

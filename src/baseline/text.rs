//! The file of a baseline: JSON with one line per entry, so that a change of it reads well in a review.

use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::{Accepted, Baseline};
use crate::diagnostic::Diagnostic;

/// Raised when entries change their meaning.
const VERSION: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    #[serde(rename = "version")]
    _version: u32,
    findings: Vec<BaselineLine>,
}

/// The version alone: a later one may have other fields.
#[derive(Deserialize)]
struct BaselineVersion {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineLine {
    root: String,
    rule: String,
    address: String,
    #[serde(default)]
    defect: String,
    environment: Option<String>,
    verdict: Option<LineVerdict>,
    #[serde(default = "once")]
    count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineVerdict {
    Unknown,
}

const fn once() -> usize {
    1
}

impl Baseline {
    /// Reads the text of a file. `path` is for messages.
    ///
    /// # Errors
    /// If it is not a baseline, or one of another version.
    pub fn read(path: &Path, text: &str) -> Result<Self, Box<Diagnostic>> {
        let shown = path.display();
        let malformed = |error: serde_json::Error| {
            Box::new(
                Diagnostic::error("baseline/syntax", format!("`{shown}` is not a baseline: {error}"))
                    .help("name a baseline, or a file that is not there yet with `--write-baseline`; after a merge conflict keep the lines of both sides"),
            )
        };
        let BaselineVersion { version } = serde_json::from_str(text).map_err(malformed)?;
        if version != VERSION {
            let message =
                format!("`{shown}` is a baseline of version {version}, and this program reads {VERSION}");
            return Err(Box::new(
                Diagnostic::error("baseline/version", message)
                    .help("check with the version of buttress that wrote it, or write it anew"),
            ));
        }
        let file: BaselineFile = serde_json::from_str(text).map_err(malformed)?;
        let mut baseline = Self::default();
        for line in file.findings {
            let accepted = Accepted {
                root: line.root,
                rule: line.rule.into(),
                address: line.address.into(),
                defect: line.defect.into(),
                environment: line.environment,
                is_unknown: matches!(line.verdict, Some(LineVerdict::Unknown)),
            };
            let count = baseline.entries.entry(accepted).or_default();
            *count = count.saturating_add(line.count);
        }
        Ok(baseline)
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (at, (accepted, count)) in self.entries.iter().enumerate() {
            out.push_str(if at == 0 { "\n    " } else { ",\n    " });
            line(&mut out, accepted, *count);
        }
        out.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }
}

/// One entry. What is as usual is left out.
fn line(out: &mut String, accepted: &Accepted, count: usize) {
    let mut part = |name: &str, value: serde_json::Value| {
        let start = if name == "root" { "{ " } else { ", " };
        let _ = write!(out, "{start}\"{name}\": {value}");
    };
    part("root", accepted.root.as_str().into());
    part("rule", accepted.rule.as_str().into());
    part("address", accepted.address.as_str().into());
    if !accepted.defect.is_empty() {
        part("defect", accepted.defect.as_str().into());
    }
    if let Some(environment) = &accepted.environment {
        part("environment", environment.as_str().into());
    }
    if accepted.is_unknown {
        part("verdict", "unknown".into());
    }
    if count != 1 {
        part("count", count.into());
    }
    out.push_str(" }");
}
